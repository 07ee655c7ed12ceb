package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Role is what a certificate says that its holder is.
type Role string

// RoleNode is the role of the cluster's own nodes, RoleCA that of who signs
// their certificates.
const (
	RoleNode Role = "node"
	RoleCA   Role = "ca"
)

// Identity is who holds a certificate. It stands in it as the one URI
// stemedb://<cluster>/<role>/<name>.
type Identity struct {
	Cluster string // the cluster's id
	Role    Role
	Name    string // of a node: its id
}

// scheme is that of the URIs.
const scheme = "stemedb"

var plainName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$`)

// CheckName reports what is wrong with the id of a node or a cluster.
func CheckName(name string) error {
	if plainName.MatchString(name) {
		return nil
	}
	return fmt.Errorf("%q is not a name: it takes 1 to 64 letters, digits, points, hyphens and underscores, the first and last of them a letter or digit", name)
}

func (i Identity) String() string {
	return fmt.Sprintf("%s %s of cluster %s", i.Role, i.Name, i.Cluster)
}

func (i Identity) uri() *url.URL {
	return &url.URL{Scheme: scheme, Host: i.Cluster, Path: "/" + string(i.Role) + "/" + i.Name}
}

// ErrNoIdentity is a certificate that does not say who holds it as those of this
// package do.
var ErrNoIdentity = errors.New("certificate has no stemedb identity")

// IdentityOf reads the identity in a certificate. It says nothing of who signed
// it. Errors wrap ErrNoIdentity.
func IdentityOf(cert *x509.Certificate) (Identity, error) {
	if len(cert.URIs) != 1 || cert.URIs[0].Scheme != scheme {
		return Identity{}, ErrNoIdentity
	}
	u := cert.URIs[0]
	role, name, ok := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	i := Identity{Cluster: u.Host, Role: Role(role), Name: name}
	if !ok || CheckName(i.Cluster) != nil || CheckName(name) != nil || i.uri().String() != u.String() {
		return Identity{}, fmt.Errorf("%w: it names %s", ErrNoIdentity, u)
	}
	return i, nil
}

// Credentials are a node's certificate, its key, and the CA that signs those of
// its peers.
type Credentials struct {
	Self Identity
	pair tls.Certificate
	ca   *x509.CertPool
}

// Files of a directory of certificates.
const (
	caCert   = "ca.crt"
	caKey    = "ca.key"
	nodeCert = "node.crt"
	nodeKey  = "node.key"
)

// LoadCredentials reads ca.crt, node.crt and node.key of a directory. It refuses
// a certificate that peers would refuse, and a key that others may read.
func LoadCredentials(dir string) (*Credentials, error) {
	if err := privateFile(filepath.Join(dir, nodeKey)); err != nil {
		return nil, err
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, nodeCert), filepath.Join(dir, nodeKey))
	if err != nil {
		return nil, fmt.Errorf("load the node's certificate: %w", err)
	}
	ca, err := readCertificate(filepath.Join(dir, caCert))
	if err != nil {
		return nil, err
	}
	c := &Credentials{pair: pair, ca: x509.NewCertPool()}
	c.ca.AddCert(ca)
	if c.Self, err = IdentityOf(pair.Leaf); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, nodeCert), err)
	}
	if _, err := c.admit([]*x509.Certificate{pair.Leaf}, x509.ExtKeyUsageServerAuth); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, nodeCert), err)
	}
	return c, nil
}

// privateFile refuses a key that the group or others may touch.
func privateFile(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return fmt.Errorf("look at the key: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("%s may be read by others (mode %04o): chmod 600 it", name, mode)
	}
	return nil
}

// admit checks a peer's certificates: signed by our CA for the use at hand, of a
// node, of our cluster.
func (c *Credentials) admit(chain []*x509.Certificate, use x509.ExtKeyUsage) (Identity, error) {
	if len(chain) == 0 {
		return Identity{}, errors.New("the peer has no certificate")
	}
	between := x509.NewCertPool()
	for _, cert := range chain[1:] {
		between.AddCert(cert)
	}
	if _, err := chain[0].Verify(x509.VerifyOptions{Roots: c.ca, Intermediates: between, KeyUsages: []x509.ExtKeyUsage{use}}); err != nil {
		return Identity{}, fmt.Errorf("verify the peer's certificate: %w", err)
	}
	peer, err := IdentityOf(chain[0])
	switch {
	case err != nil:
		return Identity{}, err
	case peer.Role != RoleNode:
		return Identity{}, fmt.Errorf("the peer's certificate is that of a %s, not of a node", peer.Role)
	case peer.Cluster != c.Self.Cluster:
		return Identity{}, fmt.Errorf("the peer belongs to cluster %s, this node to %s", peer.Cluster, c.Self.Cluster)
	}
	return peer, nil
}

// server and client are TLS 1.3 with admit in place of the usual check, which
// asks for host names: nodes are known by their identity, wherever they listen.
func (c *Credentials) server() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{c.pair}, ClientAuth: tls.RequireAnyClientCert,
		SessionTicketsDisabled: true, // every connection shows a certificate
		VerifyConnection: func(s tls.ConnectionState) error {
			_, err := c.admit(s.PeerCertificates, x509.ExtKeyUsageClientAuth)
			return err
		},
	}
}

func (c *Credentials) client() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{c.pair}, InsecureSkipVerify: true, //nolint:gosec // VerifyConnection does more
		VerifyConnection: func(s tls.ConnectionState) error {
			_, err := c.admit(s.PeerCertificates, x509.ExtKeyUsageServerAuth)
			return err
		},
	}
}

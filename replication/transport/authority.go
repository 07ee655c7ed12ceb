package transport

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// How long certificates are good. They are valid from a while before they are
// made, for nodes whose clock is behind.
const (
	caYears   = 20
	nodeYears = 5
	backdate  = time.Hour
)

// ErrExists is a file that is there already: certificates and keys are never
// overwritten.
var ErrExists = errors.New("file exists already")

// CreateCA makes a cluster's CA for nodes in a directory, ca.crt and ca.key, and
// with it the cluster's id, unless one is given. The key signs nodes: it belongs
// on no node. Errors wrap ErrExists.
func CreateCA(dir, cluster string) (Identity, error) {
	if cluster == "" {
		var id [8]byte
		if _, err := rand.Read(id[:]); err != nil {
			return Identity{}, fmt.Errorf("draw the cluster's id: %w", err)
		}
		cluster = hex.EncodeToString(id[:])
	}
	if err := CheckName(cluster); err != nil {
		return Identity{}, err
	}
	if err := absent(dir, caCert, caKey); err != nil {
		return Identity{}, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Identity{}, fmt.Errorf("make a key: %w", err)
	}
	id := Identity{Cluster: cluster, Role: RoleCA, Name: "nodes"}
	tmpl, err := template(id, caYears)
	if err != nil {
		return Identity{}, err
	}
	asCA(tmpl)
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		return Identity{}, fmt.Errorf("sign the CA: %w", err)
	}
	return id, writePair(dir, caCert, caKey, der, key)
}

// CreateNode makes the certificate of a node, node.crt and node.key, in dir, and
// puts a copy of ca.crt beside: all that the node needs. hosts are the names and
// addresses under which SQL clients reach it, for whom the certificate serves too.
// The CA is read from caDir. Errors wrap ErrExists.
func CreateNode(dir, caDir, name string, hosts []string) (Identity, error) {
	if err := CheckName(name); err != nil {
		return Identity{}, err
	}
	if err := absent(dir, nodeCert, nodeKey); err != nil {
		return Identity{}, err
	}
	ca, signer, err := readCA(filepath.Join(caDir, caCert), filepath.Join(caDir, caKey))
	if err != nil {
		return Identity{}, err
	}
	who, err := IdentityOf(ca)
	if err != nil || who.Role != RoleCA {
		return Identity{}, fmt.Errorf("%s is not the CA of a cluster's nodes: %w", filepath.Join(caDir, caCert), errors.Join(err, ErrNoIdentity))
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Identity{}, fmt.Errorf("make a key: %w", err)
	}
	id := Identity{Cluster: who.Cluster, Role: RoleNode, Name: name}
	tmpl, err := template(id, nodeYears)
	if err != nil {
		return Identity{}, err
	}
	tmpl.KeyUsage = x509.KeyUsageDigitalSignature
	tmpl.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	if tmpl.NotAfter.After(ca.NotAfter) {
		tmpl.NotAfter = ca.NotAfter
	}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			tmpl.IPAddresses = append(tmpl.IPAddresses, ip)
		} else {
			tmpl.DNSNames = append(tmpl.DNSNames, h)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, ca, key.Public(), signer)
	if err != nil {
		return Identity{}, fmt.Errorf("sign the certificate of node %s: %w", name, err)
	}
	if err := writePair(dir, nodeCert, nodeKey, der, key); err != nil {
		return Identity{}, err
	}
	return id, copyCA(dir, ca)
}

func template(id Identity, years int) (*x509.Certificate, error) {
	tmpl, err := plainTemplate(pkix.Name{Organization: []string{"StemeDB " + id.Cluster}, CommonName: string(id.Role) + " " + id.Name}, years)
	if err == nil {
		tmpl.URIs = []*url.URL{id.uri()}
	}
	return tmpl, err
}

func plainTemplate(subject pkix.Name, years int) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("draw a serial number: %w", err)
	}
	now := time.Now()
	return &x509.Certificate{SerialNumber: serial, NotBefore: now.Add(-backdate), NotAfter: now.AddDate(years, 0, 0), Subject: subject}, nil
}

// asCA makes a certificate one that signs those of holders, and no other CAs.
func asCA(tmpl *x509.Certificate) {
	tmpl.IsCA, tmpl.BasicConstraintsValid, tmpl.MaxPathLenZero = true, true, true
	tmpl.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
}

// absent makes a directory and refuses one that has any of the files.
func absent(dir string, names ...string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the directory of certificates: %w", err)
	}
	for _, n := range names {
		if _, err := os.Lstat(filepath.Join(dir, n)); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: %s", ErrExists, filepath.Join(dir, n))
		}
	}
	return nil
}

// writePair writes a key, then its certificate.
func writePair(dir, cert, key string, der []byte, secret crypto.PrivateKey) error {
	raw, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		return fmt.Errorf("encode the key: %w", err)
	}
	if err := writeNew(filepath.Join(dir, key), 0o600, "PRIVATE KEY", raw); err != nil {
		return err
	}
	return writeNew(filepath.Join(dir, cert), 0o644, "CERTIFICATE", der)
}

// copyCA puts the CA's certificate beside a node's, unless it lies there.
func copyCA(dir string, ca *x509.Certificate) error {
	there, err := readCertificate(filepath.Join(dir, caCert))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return writeNew(filepath.Join(dir, caCert), 0o644, "CERTIFICATE", ca.Raw)
	case err != nil:
		return err
	case !there.Equal(ca):
		return fmt.Errorf("%w: %s is that of another CA", ErrExists, filepath.Join(dir, caCert))
	}
	return nil
}

func writeNew(name string, mode fs.FileMode, kind string, der []byte) (err error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return fmt.Errorf("write a certificate: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := pem.Encode(f, &pem.Block{Type: kind, Bytes: der}); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return f.Sync()
}

func readCA(cert, name string) (*x509.Certificate, crypto.Signer, error) {
	ca, err := readCertificate(cert)
	if err != nil {
		return nil, nil, err
	}
	if err := privateFile(name); err != nil {
		return nil, nil, err
	}
	der, err := readPEM(name, "PRIVATE KEY")
	if err != nil {
		return nil, nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, nil, fmt.Errorf("read the key %s: %w", name, err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, nil, fmt.Errorf("the key %s cannot sign", name)
	}
	return ca, signer, nil
}

func readCertificate(name string) (*x509.Certificate, error) {
	der, err := readPEM(name, "CERTIFICATE")
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read the certificate %s: %w", name, err)
	}
	return cert, nil
}

func readPEM(name, kind string) ([]byte, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read a certificate: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != kind {
		return nil, fmt.Errorf("%s holds no PEM block %s", name, kind)
	}
	return block.Bytes, nil
}

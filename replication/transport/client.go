package transport

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"path/filepath"
)

// Certificates of SQL clients have a CA of their own: whoever can make one for a
// role must not be able to make one for a node, which may do everything.

// Files of the CA of SQL clients. Their names differ from those of the nodes' CA,
// so that neither is taken for the other.
const (
	clientCACert = "client-ca.crt"
	clientCAKey  = "client-ca.key"
	clientYears  = 1
)

// ErrNodeCA is a CA for nodes where one for SQL clients is wanted.
var ErrNodeCA = errors.New("it is the CA of a cluster's nodes, which must not sign SQL clients")

// CreateClientCA makes a CA for SQL clients in a directory, client-ca.crt, which
// nodes get by --client-ca, and client-ca.key. Errors wrap ErrExists.
func CreateClientCA(dir string) error {
	if err := absent(dir, clientCACert, clientCAKey); err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("make a key: %w", err)
	}
	tmpl, err := plainTemplate(pkix.Name{Organization: []string{"StemeDB"}, CommonName: "CA of SQL clients"}, caYears)
	if err != nil {
		return err
	}
	asCA(tmpl)
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		return fmt.Errorf("sign the CA: %w", err)
	}
	return writePair(dir, clientCACert, clientCAKey, der, key)
}

// CreateClient makes the certificate by which a role logs in, client.<role>.crt
// and client.<role>.key, in dir. The CA for clients is read from caDir. Errors wrap
// ErrExists.
func CreateClient(dir, caDir, role string) (cert string, err error) {
	if err := CheckName(role); err != nil {
		return "", err
	}
	cert, key := "client."+role+".crt", "client."+role+".key"
	if err := absent(dir, cert, key); err != nil {
		return "", err
	}
	ca, signer, err := readCA(filepath.Join(caDir, clientCACert), filepath.Join(caDir, clientCAKey))
	if err != nil {
		return "", err
	}
	if err := notForNodes(ca); err != nil {
		return "", fmt.Errorf("%s: %w", filepath.Join(caDir, clientCACert), err)
	}
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", fmt.Errorf("make a key: %w", err)
	}
	tmpl, err := plainTemplate(pkix.Name{CommonName: role}, clientYears)
	if err != nil {
		return "", err
	}
	tmpl.KeyUsage, tmpl.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if tmpl.NotAfter.After(ca.NotAfter) {
		tmpl.NotAfter = ca.NotAfter
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, ca, secret.Public(), signer)
	if err != nil {
		return "", fmt.Errorf("sign the certificate of role %s: %w", role, err)
	}
	return filepath.Join(dir, cert), writePair(dir, cert, key, der, secret)
}

// LoadClientCA reads the certificate of a CA for SQL clients, of ours or of any
// other make. Errors wrap ErrNodeCA.
func LoadClientCA(file string) (*x509.CertPool, error) {
	ca, err := readCertificate(file)
	if err != nil {
		return nil, err
	}
	if err := notForNodes(ca); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if !ca.IsCA {
		return nil, fmt.Errorf("%s is a certificate that may sign no others: it takes that of a CA", file)
	}
	pool := x509.NewCertPool()
	pool.AddCert(ca)
	return pool, nil
}

func notForNodes(ca *x509.Certificate) error {
	if _, err := IdentityOf(ca); err == nil {
		return ErrNodeCA
	}
	return nil
}

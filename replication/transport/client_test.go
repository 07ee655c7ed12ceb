package transport

import (
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestClientCA: certificates of clients are for clients and one role only, are
// signed by no CA of nodes, and are never taken for those of nodes.
func TestClientCA(t *testing.T) {
	dir := t.TempDir()
	nodes, clients := filepath.Join(dir, "nodes"), filepath.Join(dir, "clients")
	if _, err := CreateCA(nodes, ""); err != nil {
		t.Fatal(err)
	}
	if err := CreateClientCA(clients); err != nil {
		t.Fatal(err)
	}
	if err := CreateClientCA(clients); !errors.Is(err, ErrExists) {
		t.Errorf("a second CA over the first: %v", err)
	}
	file, err := CreateClient(dir, clients, "alice")
	if err != nil {
		t.Fatal(err)
	}
	cert, err := readCertificate(file)
	if err != nil {
		t.Fatal(err)
	}
	pool, err := LoadClientCA(filepath.Join(clients, clientCACert))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cert.Verify(x509.VerifyOptions{Roots: pool, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil || cert.Subject.CommonName != "alice" {
		t.Errorf("%v, %s", err, cert.Subject)
	}
	if _, err := cert.Verify(x509.VerifyOptions{Roots: pool, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}); err == nil {
		t.Error("a client's certificate serves as a server's")
	}
	if _, err := IdentityOf(cert); !errors.Is(err, ErrNoIdentity) {
		t.Errorf("a client's certificate has an identity: %v", err)
	}
	if err := privateFile(filepath.Join(dir, "client.alice.key")); err != nil {
		t.Error(err)
	}
	if _, err := LoadClientCA(filepath.Join(nodes, caCert)); !errors.Is(err, ErrNodeCA) {
		t.Errorf("the nodes' CA for clients: %v", err)
	}
	if _, err := LoadClientCA(file); err == nil {
		t.Error("a client's certificate as a CA")
	}
	if _, err := CreateClient(dir, nodes, "bob"); err == nil {
		t.Error("a directory of the nodes' CA signs a client")
	}
	for from, to := range map[string]string{caCert: clientCACert, caKey: clientCAKey} { // as if it were renamed
		if err := os.Rename(filepath.Join(nodes, from), filepath.Join(nodes, to)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := CreateClient(dir, nodes, "bob"); !errors.Is(err, ErrNodeCA) {
		t.Errorf("the nodes' CA signs a client: %v", err)
	}
	if _, err := CreateClient(dir, clients, "a/b"); err == nil {
		t.Error("a role with a slash in its name")
	}
}

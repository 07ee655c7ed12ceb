//go:build psql

package clients

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	_ "embed"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/oracle"
	"github.com/stemedb/stemedb/conformance/testnode"
)

// password is that of the superuser on both servers.
const password = "open sesame"

//go:embed schema.sql
var schema string

// server is one that clients run against.
type server struct {
	name string
	port int
	ca   string // file of the CA of its certificate
}

// env is what tells libpq, and what goes by libpq's names, where the server is.
func (s server) env() []string {
	return []string{
		"PGHOST=localhost", fmt.Sprintf("PGPORT=%d", s.port), "PGUSER=stemedb", "PGPASSWORD=" + password,
		"PGDATABASE=stemedb", "PGSSLMODE=verify-full", "PGSSLROOTCERT=" + s.ca,
	}
}

func (s server) connect(t *testing.T) *pgconn.PgConn {
	t.Helper()
	return testnode.Session(t, fmt.Sprintf("host=localhost port=%d user=stemedb password='%s' dbname=stemedb sslmode=verify-full sslrootcert=%s",
		s.port, password, s.ca), "")
}

// startServers starts a node and a PostgreSQL with the same relations and rows.
func startServers(t *testing.T) (node, postgres server) {
	t.Helper()
	dir := t.TempDir()
	pki := newPKI(t)
	files := map[string][]byte{"ca.pem": pki.ca, "cert.pem": pki.cert, "key.pem": pki.key, "password": []byte(password + "\n")}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	ca := at("ca.pem")
	n := testnode.Start(t, t.TempDir(), "--tls-cert", at("cert.pem"), "--tls-key", at("key.pem"), "--require-tls", "--superuser-password-file", at("password"))
	pg := testnode.Postgres(t)
	ctx := context.Background()
	if err := pg.Lock(ctx, pki.cert, pki.key, password); err != nil {
		t.Fatal(err)
	}
	node, postgres = server{"stemedb", n.SQLPort, ca}, server{"postgres", pg.Port, ca}
	from, to := node.connect(t), postgres.connect(t)
	if err := oracle.LoadCountries(ctx, from); err != nil {
		t.Fatal(err)
	}
	mirror(t, from, to)
	return node, postgres
}

// mirror gives PostgreSQL the relations of a node, with its comments and rows.
func mirror(t *testing.T, node, postgres *pgconn.PgConn) {
	t.Helper()
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(postgres.Exec(ctx, schema).Close())
	for _, table := range []string{"source_classes", "sources", "assertions"} {
		columns := strings.Join(rows(t, node, fmt.Sprintf(`SELECT attname FROM pg_attribute
			WHERE attrelid = '%s'::regclass AND attnum > 0 AND attgenerated = '' ORDER BY attnum`, table)), ", ")
		var data bytes.Buffer
		_, err := node.CopyTo(ctx, &data, fmt.Sprintf("COPY %s (%s) TO STDOUT", table, columns))
		must(err)
		_, err = postgres.CopyFrom(ctx, &data, fmt.Sprintf("COPY %s (%s) FROM STDIN", table, columns))
		must(err)
	}
	comments := rows(t, node, `
		SELECT format('COMMENT ON TABLE %s IS %L', c.oid::regclass, obj_description(c.oid, 'pg_class'))
		FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
		UNION ALL
		SELECT format('COMMENT ON COLUMN %s.%I IS %L', c.oid::regclass, a.attname, col_description(c.oid, a.attnum))
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'`)
	must(postgres.Exec(ctx, strings.Join(comments, ";\n")).Close())
	for _, conn := range []*pgconn.PgConn{node, postgres} {
		must(conn.Exec(ctx, "ANALYZE").Close())
	}
}

// rows are the first columns of a query's rows.
func rows(t *testing.T, conn *pgconn.PgConn, query string) (out []string) {
	t.Helper()
	results, err := conn.Exec(context.Background(), query).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range results[0].Rows {
		out = append(out, string(row[0]))
	}
	return out
}

// pki is a CA and a certificate for localhost, in PEM.
type pki struct{ ca, cert, key []byte }

func newPKI(t *testing.T) pki {
	t.Helper()
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA of the test of clients"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "localhost"},
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter, KeyUsage: x509.KeyUsageDigitalSignature,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	caKey, key := newKey(t), newKey(t)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pki{
		ca:   sign(t, authority, authority, caKey, caKey),
		cert: sign(t, leaf, authority, key, caKey),
		key:  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}),
	}
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t *testing.T, cert, by *x509.Certificate, key, signer *ecdsa.PrivateKey) []byte {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, cert, by, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

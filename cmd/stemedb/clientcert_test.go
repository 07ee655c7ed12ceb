package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/replication/transport"
)

// certs runs stemedb cert.
func certs(t *testing.T, args ...string) error {
	t.Helper()
	root := rootCommand()
	root.SetOut(&bytes.Buffer{})
	root.SetArgs(append([]string{"cert"}, args...))
	return root.ExecuteContext(t.Context())
}

// TestClientCertificates: with --client-ca a role logs in by a certificate of its
// name, and a certificate of another name or CA lets nobody in.
func TestClientCertificates(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, args := range [][]string{
		{"create-ca", "--ca-dir", in("ca")}, {"create-node", "node1", "127.0.0.1", "--ca-dir", in("ca"), "--certs-dir", in("node1")},
		{"create-client-ca", "--ca-dir", in("clients")}, {"create-client", "stemedb", "--ca-dir", in("clients"), "--certs-dir", dir},
		{"create-client", "eve", "--ca-dir", in("clients"), "--certs-dir", dir},
		{"create-client-ca", "--ca-dir", in("others")}, {"create-client", "stemedb", "--ca-dir", in("others"), "--certs-dir", in("foreign")},
	} {
		if err := certs(t, args...); err != nil {
			t.Fatal(err)
		}
	}
	if err := certs(t, "create-client", "stemedb", "--ca-dir", in("clients"), "--certs-dir", dir); !errors.Is(err, transport.ErrExists) {
		t.Errorf("a second certificate over the first: %v", err)
	}
	cfg := nodeConfig{
		InMemory: true, NodeID: "node1", SQLAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", ClusterAddr: "127.0.0.1:0", Shards: 2, CacheMB: 16, LogLevel: "error",
		TLSCert: in("node1/node.crt"), TLSKey: in("node1/node.key"), ClientCA: in("ca/ca.crt"), Password: writeFile(t, "password", "secret\n"),
	}
	if n, err := openNode(t.Context(), &cfg); !errors.Is(err, transport.ErrNodeCA) {
		t.Errorf("with the nodes' CA for clients: %v", err)
		if n != nil {
			_ = n.close(t.Context())
		}
	}
	cfg.ClientCA = in("clients/client-ca.crt")
	n, err := openNode(t.Context(), &cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	for _, c := range []struct{ name, params, want string }{
		{"its own", "user=stemedb sslmode=verify-full sslcert=" + in("client.stemedb.crt") + " sslkey=" + in("client.stemedb.key"), ""},
		{"another role's", "user=stemedb password=secret sslmode=verify-full sslcert=" + in("client.eve.crt") + " sslkey=" + in("client.eve.key"), "28000"},
		{"of a role that is not there", "user=eve sslmode=verify-full sslcert=" + in("client.eve.crt") + " sslkey=" + in("client.eve.key"), "28000"},
		{"another CA's", "user=stemedb password=secret sslmode=verify-full sslcert=" + in("foreign/client.stemedb.crt") + " sslkey=" + in("foreign/client.stemedb.key"), "tls"},
		// The driver does not even show it: its CA is not one that the node asks for.
		{"a node's", "user=stemedb sslmode=verify-full sslcert=" + in("node1/node.crt") + " sslkey=" + in("node1/node.key"), "28P01"},
		{"none, and the password", "user=stemedb password=secret sslmode=verify-full", ""},
		{"none, and a wrong one", "user=stemedb password=no sslmode=verify-full", "28P01"},
	} {
		host, port := hostOf(n.sqlLn.Addr().String()), portOf(n.sqlLn.Addr().String())
		err := login(t.Context(), fmt.Sprintf("host=%s port=%s dbname=stemedb sslrootcert=%s %s", host, port, in("ca/ca.crt"), c.params))
		var pe *pgconn.PgError
		switch {
		case c.want == "" && err == nil:
		case errors.As(err, &pe) && pe.Code == c.want, c.want == "tls" && err != nil && pe == nil && strings.Contains(err.Error(), "tls: "):
		default:
			t.Errorf("certificate %s: %v, want %q", c.name, err, c.want)
		}
	}
}

func login(ctx context.Context, dsn string) error {
	ctx, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	var one int
	return errors.Join(conn.QueryRow(ctx, "SELECT 1").Scan(&one), conn.Close(ctx))
}

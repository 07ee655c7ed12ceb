package testnode

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/oracle"
)

// Postgres starts a private PostgreSQL 15 with a database and a superuser
// named as a node's, which stops with the test.
func Postgres(t testing.TB) *oracle.Postgres {
	t.Helper()
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "stemedb-oracle-") // not t.TempDir: PostgreSQL's user must get in
	if err != nil {
		t.Fatal(err)
	}
	server, err := oracle.Start(ctx, dir, "stemedb", "fsync=off")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(server.Stop(), os.RemoveAll(dir)); err != nil {
			t.Error(err)
		}
	})
	if err := Session(t, server.URL("postgres"), "").Exec(ctx, "CREATE DATABASE stemedb").Close(); err != nil {
		t.Fatal(err)
	}
	return server
}

// Session opens a connection to a node or a PostgreSQL, which ends with the
// test, and runs setup on it.
func Session(t testing.TB, url, setup string) *pgconn.PgConn {
	t.Helper()
	ctx := context.Background()
	conn, err := pgconn.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(ctx) }) //nolint:errcheck // the server may be gone
	if err := conn.Exec(ctx, setup).Close(); err != nil {
		t.Fatal(err)
	}
	return conn
}

package main

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// TestPasswords: on this machine a role without a password is trusted; the file's
// password counts until a statement sets one, and that one from then on, over restarts.
func TestPasswords(t *testing.T) {
	cfg := nodeConfig{
		DataDir: t.TempDir(), NodeID: "node1", SQLAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", ClusterAddr: "127.0.0.1:0", Shards: 2, CacheMB: 16, LogLevel: "error",
	}
	run := func(file string, use func(dsn string)) {
		t.Helper()
		cfg := cfg
		cfg.Password = file
		n, err := openNode(t.Context(), &cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := n.close(context.Background()); err != nil {
				t.Error(err)
			}
		}()
		host, port := hostOf(n.sqlLn.Addr().String()), portOf(n.sqlLn.Addr().String())
		use(fmt.Sprintf("host=%s port=%s dbname=stemedb user=stemedb sslmode=disable", host, port))
	}
	expect := func(dsn, params, want string) {
		t.Helper()
		err := login(t.Context(), dsn+" "+params)
		var pe *pgconn.PgError
		if want == "" && err != nil || want != "" && (!errors.As(err, &pe) || pe.Code != want) {
			t.Errorf("with %q: %v, want %q", params, err, want)
		}
	}
	exec := func(dsn, params, statement string) {
		t.Helper()
		conn, err := pgx.Connect(t.Context(), dsn+" "+params)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close(context.Background()) }()
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	run("", func(dsn string) {
		expect(dsn, "", "")
		exec(dsn, "", "CREATE USER ann; CREATE USER bob PASSWORD 'b'; CREATE ROLE team; CREATE USER old PASSWORD 'o' VALID UNTIL '2001-01-01'; CREATE USER one CONNECTION LIMIT 0")
		for _, c := range [][2]string{
			{"user=ann", ""}, {"user=bob password=no", "28P01"}, {"user=bob password=b", ""}, {"user=team", "28000"},
			{"user=old password=o", "28P01"}, {"user=one", "53300"}, {"user=nobody", "28000"},
		} {
			expect(dsn, c[0], c[1])
		}
	})
	file := writeFile(t, "password", "filed\n")
	run(file, func(dsn string) {
		expect(dsn, "password=no", "28P01")
		expect(dsn, "password=filed", "")
		exec(dsn, "password=filed", "ALTER ROLE stemedb PASSWORD 'geheim, sagt Ölaf'")
		expect(dsn, "password=filed", "28P01")
		expect(dsn, "password='geheim, sagt Ölaf'", "")
	})
	run("", func(dsn string) {
		expect(dsn, "password=no", "28P01")
		exec(dsn, "password='geheim, sagt Ölaf'", "ALTER ROLE stemedb VALID UNTIL '2001-01-01'; ALTER ROLE stemedb SET search_path = authority")
		expect(dsn, "password='geheim, sagt Ölaf'", "28P01")
		expect(dsn, "user=bob password=b", "")
		expect(dsn, "user=ann", "") // without a password it is trusted on this machine
	})
	run(file, func(dsn string) {
		expect(dsn, "password=filed", "28P01")
	})
}

package cluster

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// TestObjectsEverywhere: roles, privileges, functions, domains and views that one node
// makes hold on the others from the next statement on, in sessions that were there, and
// when a node is started again.
func TestObjectsEverywhere(t *testing.T) {
	members := newCluster(t)
	waitInStep(t, members, "start")
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	made := members[0].node.Load().Connect(t)
	there := members[1].node.Load().Connect(t)
	third := members[2].node.Load().Connect(t)
	do := func(conn *pgx.Conn, statements ...string) {
		t.Helper()
		for _, s := range statements {
			if _, err := conn.Exec(ctx, s); err != nil {
				t.Fatalf("%s: %v", s, err)
			}
		}
	}
	gives := func(conn *pgx.Conn, query, want string) {
		t.Helper()
		var got string
		if err := conn.QueryRow(ctx, query).Scan(&got); err != nil || got != want {
			t.Fatalf("%s: %q, %v; want %q", query, got, err, want)
		}
	}
	refuses := func(conn *pgx.Conn, statement, code string) {
		t.Helper()
		_, err := conn.Exec(ctx, statement)
		var e *pgconn.PgError
		if !errors.As(err, &e) || e.Code != code {
			t.Fatalf("%s: %v, want SQLSTATE %s", statement, err, code)
		}
	}
	do(made,
		"CREATE ROLE reader",
		"CREATE DOMAIN capital AS text CHECK (value <> '')",
		"CREATE VIEW starts AS SELECT concept_path, value FROM assertions WHERE starts_with(concept_path, 'start/')",
		"CREATE FUNCTION many() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN (SELECT count(*) FROM starts); END'")
	const many = "SELECT many()::text"
	var starts string
	if err := made.QueryRow(ctx, many).Scan(&starts); err != nil || starts == "0" {
		t.Fatal(starts, err)
	}
	for _, conn := range []*pgx.Conn{there, third} {
		gives(conn, many, starts)
		refuses(conn, "SELECT ''::capital", "23514")
		do(conn, "SET ROLE reader")
		gives(conn, many, starts) // with the rights of its owner
		refuses(conn, "SELECT * FROM starts", "42501")
		refuses(conn, "SELECT * FROM assertions", "42501")
	}
	do(made, "GRANT SELECT ON starts TO reader", "REVOKE EXECUTE ON FUNCTION many() FROM PUBLIC", "ALTER DOMAIN capital DROP CONSTRAINT capital_check")
	for _, conn := range []*pgx.Conn{there, third} {
		gives(conn, "SELECT count(*)::text FROM starts", starts)
		refuses(conn, many, "42501")
		gives(conn, "SELECT ''::capital::text", "")
	}
	members[2].node.Load().Stop(t)
	do(made, "REVOKE SELECT ON starts FROM reader")
	members[2].start(t)
	third = members[2].node.Load().Connect(t)
	do(third, "SET ROLE reader")
	refuses(third, "SELECT * FROM starts", "42501")
	refuses(third, "INSERT INTO assertions (concept_path, predicate, value, source) VALUES ('a', 'b', 'c', 'd')", "42501")
	do(third, "RESET ROLE", "DROP FUNCTION many()", "DROP VIEW starts", "DROP DOMAIN capital", "DROP ROLE reader")
	do(there, "RESET ROLE")
	refuses(there, many, "42883")
	refuses(there, "SET ROLE reader", "22023")
}

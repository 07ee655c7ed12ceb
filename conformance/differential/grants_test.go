//go:build psql

package differential

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/oracle"
	"github.com/stemedb/stemedb/conformance/testnode"
)

// grantSteps is how many statements TestGrants makes up.
const grantSteps = 150

// TestGrants runs GRANT and REVOKE, made up by several roles of a table, its columns, a
// sequence and of objects to come, on a node and on PostgreSQL 15, and compares after
// each what was said, the lists of privileges, and what the roles then have.
func TestGrants(t *testing.T) {
	ctx := t.Context()
	nodeURL, pgURL := start(t)
	conns := []*pgconn.PgConn{testnode.Session(t, pgURL, ""), testnode.Session(t, nodeURL, "")}
	ask := func(text string) {
		t.Helper()
		var said [2]string
		for i, c := range conns {
			said[i] = askBoth(ctx, t, c, text)
		}
		if said[0] != said[1] {
			t.Errorf("%s\n--- PostgreSQL\n%s\n--- here\n%s", text, said[0], said[1])
		}
	}
	roles := []string{"gx_a", "gx_b", "gx_c", "gx_d"}
	ask("CREATE ROLE gx_a; CREATE ROLE gx_b; CREATE ROLE gx_c IN ROLE gx_b; CREATE ROLE gx_d NOINHERIT IN ROLE gx_a")
	ask("CREATE TEMP TABLE gx_t (x int, y int); CREATE TEMP SEQUENCE gx_s; GRANT ALL ON gx_t TO gx_a WITH GRANT OPTION; GRANT ALL ON gx_s TO gx_b WITH GRANT OPTION")
	r := rand.New(rand.NewPCG(fixedSeed, 7))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	for range grantSteps {
		ask("SET ROLE " + pick(append(roles, "NONE")...))
		on := pick("SEQUENCE gx_s", "gx_t", "gx_t", "gx_t")
		privs := pick("SELECT", "ALL", "UPDATE, SELECT", "UPDATE")
		if on == "gx_t" {
			privs = pick(privs, "INSERT, DELETE", "SELECT (x)", "SELECT (y), UPDATE (x)", "ALL (x)", "TRUNCATE, SELECT (x, y)")
		}
		to := pick(append(roles, "PUBLIC")...)
		if r.IntN(2) == 0 {
			ask(fmt.Sprintf("GRANT %s ON %s TO %s%s", privs, on, to, pick("", " WITH GRANT OPTION")))
		} else {
			ask(fmt.Sprintf("REVOKE %s%s ON %s FROM %s%s", pick("", "GRANT OPTION FOR "), privs, on, to, pick("", " CASCADE")))
		}
		ask("RESET ROLE")
		ask("SELECT relname, replace(relacl::text, session_user, 'boss') FROM pg_class WHERE relname LIKE 'gx%' ORDER BY 1")
		ask("SELECT attname, replace(attacl::text, session_user, 'boss') FROM pg_attribute WHERE attrelid = 'gx_t'::regclass AND attnum > 0 ORDER BY 1")
		ask(`SELECT r, p, has_table_privilege(r, 'gx_t', p), has_column_privilege(r, 'gx_t', 'x', split_part(p, ',', 2)), has_any_column_privilege(r, 'gx_t', split_part(p, ',', 2)),
			has_sequence_privilege(r, 'gx_s', 'select'), has_sequence_privilege(r, 'gx_s', 'usage with grant option')
			FROM unnest(array['gx_a', 'gx_b', 'gx_c', 'gx_d', 'public']) r, unnest(array['select,select', 'delete,update', 'insert with grant option,insert with grant option']) p ORDER BY 1, 2`)
		if t.Failed() {
			return
		}
	}
	ask("DROP TABLE gx_t; DROP SEQUENCE gx_s; DROP ROLE gx_a, gx_b, gx_c, gx_d")
}

// askBoth is what a statement gives, as text: rows, or the error with its code.
func askBoth(ctx context.Context, t *testing.T, c *pgconn.PgConn, text string) string {
	t.Helper()
	var b strings.Builder
	for _, one := range strings.Split(text, "; ") {
		a, err := oracle.Ask(ctx, c, one)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, a.Brief())
	}
	return b.String()
}

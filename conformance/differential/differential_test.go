//go:build psql

package differential

import (
	"context"
	"os"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/oracle"
	"github.com/stemedb/stemedb/conformance/testnode"
)

// The short form, and what the environment may say of a longer one.
const (
	shortQueries = 250
	fixedSeed    = 15
	envQueries   = "STEMEDB_DIFFERENTIAL_QUERIES"
	envSeed      = "STEMEDB_DIFFERENTIAL_SEED"
	envFirst     = "STEMEDB_DIFFERENTIAL_FIRST"
)

func TestMain(m *testing.M) { testnode.Main(m) }

func envNumber(t *testing.T, name string, standard uint64) uint64 {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return standard
	}
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// TestDifferential runs generated queries on a node and on PostgreSQL 15.
func TestDifferential(t *testing.T) {
	ctx := t.Context()
	n, seed := envNumber(t, envQueries, shortQueries), envNumber(t, envSeed, fixedSeed)
	t.Logf("%d queries, seed %d", n, seed)
	node, pg := start(t)
	s := NewSource(seed)
	r := &Runner{PG: pg, Node: node, Out: os.Stdout, Report: NewReport(s.Labels())}
	if err := r.Run(ctx, s, int(envNumber(t, envFirst, 0)), int(n)); err != nil {
		t.Error(err)
	}
	r.Report.Write(os.Stdout, n > 10*shortQueries)
	if d := r.Report.Differences(); d > 0 {
		t.Errorf("%d queries differ", d)
	}
}

// start gives connections to a node and a PostgreSQL that hold the same rows.
func start(t *testing.T) (node, pg *pgconn.PgConn) {
	t.Helper()
	ctx := context.Background()
	pg = testnode.Session(t, testnode.Postgres(t).URL("stemedb"), Setup)
	node = testnode.Session(t, testnode.Start(t, t.TempDir()).URL(), Setup)
	if err := oracle.LoadCountries(ctx, node); err != nil {
		t.Fatal(err)
	}
	if err := oracle.Mirror(ctx, node, pg); err != nil {
		t.Fatal(err)
	}
	return node, pg
}

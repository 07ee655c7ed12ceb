//go:build psql

package sqlsmith

import (
	"context"
	"os"
	"sync"
	"testing"

	"github.com/stemedb/stemedb/conformance/oracle"
	"github.com/stemedb/stemedb/conformance/testnode"
)

// What the environment may say of a run, and what holds without.
const (
	envQueries   = "STEMEDB_SQLSMITH_QUERIES"
	envSeed      = "STEMEDB_SQLSMITH_SEED"
	shortQueries = 500
	fixedSeed    = 15
)

// falseShare is the share of queries that may fail here alone, and by which
// fewer may run without error than PostgreSQL runs of its own; memoryMiB is
// what the node may need at most: its block cache, the budget of the statements
// that run, and what Go keeps in hand.
const (
	falseShare = 0.05
	goMemory   = "512MiB"
	memoryMiB  = 64 + 512 + 256
)

func TestMain(m *testing.M) { testnode.Main(m) }

// TestSQLSmith lets sqlsmith work on a node and on PostgreSQL at once.
func TestSQLSmith(t *testing.T) {
	ctx := context.Background()
	queries, seed := int(testnode.EnvNumber(t, envQueries, shortQueries)), testnode.EnvNumber(t, envSeed, fixedSeed)
	t.Setenv("GOMEMLIMIT", goMemory)
	pg, node := testnode.Postgres(t), testnode.Start(t, t.TempDir())
	from, to := testnode.Session(t, node.URL(), ""), testnode.Session(t, pg.URL("stemedb"), "SET statement_timeout = '2s'")
	if err := oracle.LoadCountries(ctx, from); err != nil {
		t.Fatal(err)
	}
	if err := oracle.Mirror(ctx, from, to); err != nil {
		t.Fatal(err)
	}
	admin := testnode.Session(t, pg.URL("postgres"), "")
	for _, database := range []string{"smith", "node_log", "smith_log"} {
		if err := admin.Exec(ctx, "CREATE DATABASE "+database).Close(); err != nil {
			t.Fatal(err)
		}
	}
	// sqlsmith changes what it works on: Judge needs rows of its own.
	if err := oracle.Mirror(ctx, from, testnode.Session(t, pg.URL("smith"), "")); err != nil {
		t.Fatal(err)
	}
	var runs [2]*Run
	var errs [2]error
	var wg sync.WaitGroup
	wg.Go(func() {
		runs[1], errs[1] = Smith(ctx, "PostgreSQL", pg.URL("smith"), pg.URL("smith_log"), queries, seed)
	})
	runs[0], errs[0] = Smith(ctx, "node", node.URL(), pg.URL("node_log"), queries, seed)
	peak := node.PeakMemory(t) >> 20
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := runs[0].Judge(ctx, pg.URL("stemedb")); err != nil {
		t.Fatal(err)
	}
	for _, r := range runs {
		r.Write(os.Stdout)
	}
	runs[0].WriteFalse(os.Stdout)
	for _, f := range runs[0].Broken() {
		t.Errorf("SQLSTATE %q: %s\n%s", f.Code, f.Message, f.Query)
	}
	if n := runs[0].False(); float64(n) > falseShare*float64(queries) {
		t.Errorf("%d of %d queries fail here alone", n, queries)
	}
	if node, pg := runs[0].Share(), runs[1].Share(); node < pg-falseShare {
		t.Errorf("%.1f %% run without error, %.1f %% on PostgreSQL", 100*node, 100*pg)
	}
	if peak > memoryMiB {
		t.Errorf("the node took %d MiB of memory, more than %d", peak, memoryMiB)
	} else {
		t.Logf("the node took %d MiB of memory", peak)
	}
}

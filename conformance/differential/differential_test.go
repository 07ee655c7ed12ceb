//go:build psql

package differential

import (
	"context"
	"os"
	"sync"
	"testing"

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

// workers is how many connections a longer run works on at once.
const workers = 3

// TestDifferential runs generated queries on a node and on PostgreSQL 15.
func TestDifferential(t *testing.T) {
	ctx := t.Context()
	n, seed := int(testnode.EnvNumber(t, envQueries, shortQueries)), testnode.EnvNumber(t, envSeed, fixedSeed)
	first := int(testnode.EnvNumber(t, envFirst, 0))
	t.Logf("%d queries, seed %d", n, seed)
	node, pg := start(t)
	total := NewReport(NewSource(seed).Labels())
	var out lines
	var wg sync.WaitGroup
	var reports [workers]*Report
	for w := range workers {
		s := NewSource(seed)
		r := &Runner{PG: testnode.Session(t, pg, Setup), Node: testnode.Session(t, node, Setup), Out: &out, Report: NewReport(s.Labels())}
		reports[w] = r.Report
		wg.Go(func() {
			if err := r.Run(ctx, s, first+w, first+n, workers); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, r := range reports {
		total.Add(r)
	}
	total.Write(os.Stdout, n > 10*shortQueries)
	if d := total.Differences(); d > 0 {
		t.Errorf("%d queries differ", d)
	}
	if rare := total.Rare(FullDraws); n >= FullRun && len(rare) > 0 {
		t.Errorf("drawn less often than %d times: %q", FullDraws, rare)
	}
}

// lines writes what several goroutines print, a call at a time.
type lines struct{ mu sync.Mutex }

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return os.Stdout.Write(b)
}

// start gives the addresses of a node and a PostgreSQL that hold the same rows.
func start(t *testing.T) (node, pg string) {
	t.Helper()
	ctx := context.Background()
	pg, node = testnode.Postgres(t).URL("stemedb"), testnode.Start(t, t.TempDir()).URL()
	from, to := testnode.Session(t, node, Setup), testnode.Session(t, pg, Setup)
	if err := oracle.LoadCountries(ctx, from); err != nil {
		t.Fatal(err)
	}
	if err := oracle.Mirror(ctx, from, to); err != nil {
		t.Fatal(err)
	}
	return node, pg
}

package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// freshnessRate is how many claims a second are written while TestFreshness reads,
// freshnessMillis for how long when nobody says otherwise.
const (
	freshnessRate   = 1000
	freshnessMillis = 3000
	// freshnessRows is how many claims an INSERT has, freshnessWriters how many
	// connections the INSERTs come by.
	freshnessRows    = 25
	freshnessWriters = 8
)

// TestFreshness reads boundedly on nodes that follow while claims are written, and
// prints how old the answers were. STEMEDB_FRESHNESS_MILLIS is for how long. What it
// holds the nodes to: answers are no older than allowed, are of what they say they
// are of, and miss nothing that the session wrote.
func TestFreshness(t *testing.T) {
	millis := testnode.EnvNumber(t, "STEMEDB_FRESHNESS_MILLIS", freshnessMillis)
	members := newCluster(t)
	waitInStep(t, members, "start")
	ctx, stop := context.WithTimeout(t.Context(), time.Duration(millis)*time.Millisecond)
	defer stop()
	var wg sync.WaitGroup
	var written atomic.Int64
	wg.Go(func() { writeSteadily(ctx, t, members[0].node.Load(), &written) })
	var mu sync.Mutex
	var ages, lags []time.Duration
	for i, m := range members[1:] {
		conn := m.node.Load().Connect(t)
		wg.Go(func() {
			for _, set := range []string{"SET stemedb.read_consistency = bounded_staleness", "SET stemedb.max_staleness = '10s'"} {
				if _, err := conn.Exec(t.Context(), set); err != nil {
					t.Error(err)
					return
				}
			}
			for n := 0; ctx.Err() == nil; n++ {
				age, err := boundedRead(t.Context(), conn, fmt.Sprintf("own/%d", i), n)
				if err != nil {
					t.Error(err)
					return
				}
				lag := time.Duration(metric(t, m, "replication_lag_seconds") * float64(time.Second))
				mu.Lock()
				ages, lags = append(ages, age), append(lags, lag)
				mu.Unlock()
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	wg.Wait()
	if len(ages) == 0 {
		t.Fatal("nothing was read")
	}
	t.Logf("%d claims in %d ms, of %d that were to be; %d bounded reads of all shards on nodes that follow:",
		written.Load(), millis, freshnessRate*millis/1000, len(ages))
	t.Logf("%-26s %8s %8s %8s", "", "p50", "p99", "worst")
	for _, row := range []struct {
		what string
		took []time.Duration
	}{{"age of the answer", ages}, {"replication_lag_seconds", lags}} {
		slices.Sort(row.took)
		t.Logf("%-26s %8s %8s %8s", row.what, quantile(row.took, 0.5), quantile(row.took, 0.99), quantile(row.took, 1))
	}
	if worst := quantile(ages, 1); worst > 10*time.Second {
		t.Errorf("an answer was %s old, and 10 s are allowed", worst)
	}
}

// writeSteadily has clients insert claims at freshnessRate, as programs that load what
// comes in do: rows that have gathered go in one INSERT, on one of a few connections. A
// statement is due by the clock, so that those after a slow one make up for it.
func writeSteadily(ctx context.Context, t *testing.T, node *testnode.Node, written *atomic.Int64) {
	rows := make([]string, freshnessRows)
	for k := range rows {
		rows[k] = fmt.Sprintf("($%d, 'p', 'v', 's')", k+1)
	}
	insert := "INSERT INTO assertions (concept_path, predicate, value, source) VALUES " + strings.Join(rows, ", ")
	var next atomic.Int64
	var wg sync.WaitGroup
	defer wg.Wait()
	start := time.Now()
	for range freshnessWriters {
		conn := node.Connect(t)
		wg.Go(func() {
			for {
				n := next.Add(1)
				due := time.NewTimer(time.Until(start.Add(time.Duration(n) * freshnessRows * time.Second / freshnessRate)))
				select {
				case <-due.C:
				case <-ctx.Done():
					due.Stop()
					return
				}
				paths := make([]any, freshnessRows)
				for k := range paths {
					paths[k] = fmt.Sprintf("steady/%d/%d", n, k)
				}
				if _, err := conn.Exec(t.Context(), insert, paths...); err != nil {
					t.Error(err)
					return
				}
				written.Add(freshnessRows)
			}
		})
	}
}

// boundedRead reads all shards, and now and then what the session wrote just
// before, and returns how old the answer is.
func boundedRead(ctx context.Context, conn *pgx.Conn, own string, n int) (time.Duration, error) {
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	if n%50 == 49 {
		if err := insertOne(ctx, conn, own, n); err != nil {
			return 0, err
		}
		var found int
		if err := conn.QueryRow(ctx, "SELECT count(*) FROM assertions WHERE concept_path = $1", own).Scan(&found); err != nil {
			return 0, err
		}
		if found != n/50+1 {
			return 0, fmt.Errorf("a session finds %d claims of the %d that it wrote", found, n/50+1)
		}
	}
	var count int
	var newest time.Time
	if err := conn.QueryRow(ctx, "SELECT count(*), max(recorded_at) FROM assertions WHERE predicate = 'p'").Scan(&count, &newest); err != nil {
		return 0, err
	}
	var text string
	if err := conn.QueryRow(ctx, "SHOW stemedb.served_as_of").Scan(&text); err != nil {
		return 0, err
	}
	now := time.Now()
	asOf, err := time.Parse("2006-01-02 15:04:05.999999-07", text)
	switch {
	case err != nil:
		return 0, err
	case newest.After(asOf):
		return 0, fmt.Errorf("an answer as of %s has a claim of %s", asOf, newest)
	}
	return now.Sub(asOf), nil
}

package sql

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stemedb/stemedb/sql/types"
)

// countedRows says how many claims a test has written.
type countedRows struct{ atomic.Int64 }

func (c *countedRows) Rows(types.OID) int64  { return c.Load() }
func (c *countedRows) Bytes(types.OID) int64 { return 0 }

// TestAutoAnalyze: statistics follow the claims though nobody asks for them, and
// a plan that was kept from before is made anew.
func TestAutoAnalyze(t *testing.T) {
	var rows countedRows
	s := newTestEngine(t, func(o *Options) { o.Stats, o.AnalyzeEvery = &rows, time.Millisecond }).testSession(t)
	insert := func(from, to int) {
		t.Helper()
		s.want(fmt.Sprintf(`INSERT INTO assertions (concept_path, predicate, value, source)
			SELECT 'a/' || g %% 50, 'p' || g %% 4, g::text, 's' FROM generate_series(%d, %d) g`, from, to), fmt.Sprintf("INSERT 0 %d", to-from+1))
		rows.Store(int64(to))
	}
	await := func(query, want string) {
		t.Helper()
		var got []string
		for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			if got = s.run(query); slices.ContainsFunc(got, func(line string) bool { return strings.Contains(line, want) }) {
				return
			}
		}
		t.Fatalf("%s: %q, wanted %q", query, got, want)
	}
	const distinct = "SELECT n_distinct FROM pg_stats WHERE tablename = 'assertions' AND attname = 'predicate'"
	s.want("PREPARE q AS SELECT * FROM assertions WHERE predicate = 'p1'", "PREPARE")
	insert(1, 40)
	time.Sleep(10 * time.Millisecond) // too few: a look or two at them changes nothing
	s.want(distinct, "SELECT 0")
	insert(41, 400)
	await(distinct, "4")
	await("EXPLAIN EXECUTE q", "rows=100 ")
	insert(401, 420) // not a tenth more
	insert(421, 1000)
	await("EXPLAIN EXECUTE q", "rows=250 ")
}

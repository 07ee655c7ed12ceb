package sql

import (
	"fmt"
	"strings"
	"testing"
)

// TestNotIn holds NOT IN as a join, in memory and on disk, against what its
// NULLs mean.
func TestNotIn(t *testing.T) {
	e := newTestEngine(t, func(o *Options) { o.TempDir = t.TempDir() })
	s := e.testSession(t)
	s.run("CREATE TEMP TABLE l (x int)")
	s.run("INSERT INTO l SELECT nullif(g, 5) FROM generate_series(1, 70000) g")
	for _, memory := range []string{"256MB", "1MB"} {
		s.run("SET stemedb.query_memory = '" + memory + "'")
		for _, c := range []struct{ in, want string }{
			{"SELECT g FROM generate_series(1, 40000) g", "30000|1650015000"}, // a NULL of l is not known to be out
			{"SELECT g::bigint FROM generate_series(1, 40000) g", "30000|1650015000"},
			{"SELECT nullif(g, 7) FROM generate_series(1, 40000) g", "0|∅"},
			{"SELECT nullif(g, 39999) FROM generate_series(1, 40000) g", "0|∅"},
			{"SELECT g FROM generate_series(1, 40000) g WHERE g % 100000 < 0", "70000|2450034995"}, // empty: all rows, NULL too
			{"SELECT NULL::int FROM generate_series(1, 40000) g", "0|∅"},
			{"SELECT 9 FROM generate_series(1, 40000) g", "69998|2450034986"},
		} {
			q := "SELECT count(*), sum(x) FROM l WHERE x NOT IN (" + c.in + ")"
			s.want(q, c.want, "SELECT 1")
			if plan := strings.Join(s.run("EXPLAIN "+q), "\n"); !strings.Contains(plan, "Anti Join") && !strings.Contains(c.in, "% 100000") {
				t.Errorf("%s\nis no join:\n%s", q, plan)
			}
		}
	}
	// Conditions on the left side say nothing of which right rows there are.
	s.want("SELECT count(*) FROM l WHERE x = 3 AND x NOT IN (SELECT nullif(g, 40000) + 10 FROM generate_series(1, 40000) g)", "0", "SELECT 1")
	s.want("SELECT count(*) FROM l WHERE x = 3 AND x NOT IN (SELECT g + 10 FROM generate_series(1, 40000) g)", "1", "SELECT 1")
	s.want(fmt.Sprintf("SELECT count(*) FROM l WHERE x IS NULL AND x NOT IN (SELECT g FROM generate_series(1, 40000) g WHERE g > %d)", 50000), "1", "SELECT 1")
}

package sql

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestJoinOrder: whatever order a query names its relations in, with and
// without statistics, its rows are the same.
func TestJoinOrder(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	const tables = 10
	for i := range tables {
		s.run(fmt.Sprintf("CREATE TEMP TABLE t%d (a int, b int, c text)", i))
		s.run(fmt.Sprintf("INSERT INTO t%d SELECT nullif(g %% %d, 1), g %% %d, 'x' || g %% 5 FROM generate_series(1, %d) g", i, 2+rng.IntN(20), 2+rng.IntN(9), rng.IntN(30)))
	}
	cols := []string{"a", "b"}
	for round := range 60 {
		n := 2 + rng.IntN(4)
		if round%15 == 0 {
			n = tables // more than are joined in the best of all orders
		}
		rels := rng.Perm(tables)[:n]
		var conds, outs []string
		for i, r := range rels {
			outs = append(outs, fmt.Sprintf("t%d.a", r), fmt.Sprintf("t%d.c", r))
			if i == 0 {
				continue
			}
			o := rels[rng.IntN(i)]
			conds = append(conds, fmt.Sprintf("t%d.%s = t%d.%s", r, cols[rng.IntN(2)], o, cols[rng.IntN(2)]))
			if rng.IntN(3) == 0 {
				conds = append(conds, fmt.Sprintf("t%d.b <= t%d.a + %d", r, o, rng.IntN(5)))
			}
		}
		for _, r := range rels {
			if n == tables || rng.IntN(3) == 0 {
				conds = append(conds, fmt.Sprintf("t%d.b = %d", r, rng.IntN(2)))
			}
		}
		var want []string
		for try := range 4 {
			var from []string
			for _, k := range rng.Perm(n) {
				from = append(from, fmt.Sprintf("t%d", rels[k]))
			}
			q := "SELECT " + strings.Join(outs, ", ") + " FROM " + strings.Join(from, ", ")
			if try == 3 { // an outer join above them
				q = "SELECT " + strings.Join(outs, ", ") + " FROM (SELECT 1 one) z LEFT JOIN (" + strings.Join(from, " CROSS JOIN ") + ") ON true"
			}
			q += " WHERE " + strings.Join(conds, " AND ")
			got := s.run(q)
			slices.Sort(got)
			if try == 0 {
				want = got
			} else if !slices.Equal(got, want) {
				t.Fatalf("%s\n%d rows, %d in another order: %.300q, %.300q", q, len(got), len(want), got, want)
			}
			if round == 30 && try == 1 {
				s.want("ANALYZE", "ANALYZE")
			}
		}
	}
}

// TestOuterJoinSides: an outer join that is turned over gives the same rows.
func TestOuterJoinSides(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.run("CREATE TEMP TABLE few (a int, b text)")
	s.run("CREATE TEMP TABLE many (a int, b text)")
	s.run("INSERT INTO few VALUES (1, 'x'), (2, 'y'), (NULL, 'z'), (2, 'w'), (99, 'v')")
	s.run("INSERT INTO many SELECT g % 7, g::text FROM generate_series(1, 40) g")
	for _, q := range []string{"SELECT f.*, m.* FROM few f LEFT JOIN many m ON f.a = m.a AND m.b > f.b ORDER BY 1, 2, 3, 4",
		"SELECT m.*, f.* FROM many m RIGHT JOIN few f ON f.a = m.a AND m.b > f.b ORDER BY 3, 4, 1, 2"} {
		plan := strings.Join(s.run("EXPLAIN (COSTS OFF) "+q), "\n")
		if !strings.Contains(plan, "Seq Scan on many") && !strings.Contains(plan, "Seq Scan on m\n") || strings.Index(plan, " on m\n") > strings.Index(plan, " on f\n") {
			t.Errorf("the table is not built over few:\n%s", plan)
		}
	}
	left := s.run("SELECT f.a, f.b, m.a, m.b FROM few f LEFT JOIN many m ON f.a = m.a AND m.b > f.b ORDER BY 1, 2, 3, 4")
	right := s.run("SELECT f.a, f.b, m.a, m.b FROM many m RIGHT JOIN few f ON f.a = m.a AND m.b > f.b ORDER BY 1, 2, 3, 4")
	loops := s.run(`SELECT f.a, f.b, m.a, m.b FROM few f, many m WHERE f.a + 0 = m.a AND m.b > f.b
		UNION ALL SELECT f.a, f.b, NULL, NULL FROM few f WHERE (SELECT count(*) FROM many m WHERE m.a = f.a AND m.b > f.b) = 0 ORDER BY 1, 2, 3, 4`)
	if !slices.Equal(left, right) || !slices.Equal(left, loops) {
		t.Errorf("%q\n%q\n%q", left, right, loops)
	}
}

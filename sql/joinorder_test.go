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

// joinTree writes a random tree of joins over tables, every column under a name of
// its own. apart keeps each join by itself, in the order written.
type joinTree struct {
	rng   *rand.Rand
	kinds []string
	joins int
}

func (g *joinTree) cond(l, r []string) string {
	col := func(list []string) string { return list[g.rng.IntN(len(list))] }
	c := col(l) + " = " + col(r)
	switch g.rng.IntN(8) {
	case 0:
		c += " AND " + col(l) + " <= " + col(r) + " + 3"
	case 1:
		c = "coalesce(" + col(l) + ", 1) = " + col(r)
	case 2:
		c = col(l) + " IS NOT DISTINCT FROM " + col(r)
	case 3:
		c += " AND " + col(r) + " < 6"
	case 4:
		c += " AND " + col(l) + " > 1"
	case 5:
		c += " AND (" + col(l) + " IS NULL OR " + col(r) + " > 2)"
	}
	return c
}

// tree returns a FROM item in both forms and its columns.
func (g *joinTree) tree(rels []int) (free, apart string, cols []string) {
	if len(rels) == 1 {
		t := rels[0]
		where := ""
		if g.rng.IntN(3) == 0 {
			where = fmt.Sprintf(" WHERE b < %d", g.rng.IntN(12))
		}
		item := fmt.Sprintf("(SELECT a AS a%d, b AS b%d FROM t%d%s) x%d", t, t, t, where, t)
		return item, item, []string{fmt.Sprintf("a%d", t), fmt.Sprintf("b%d", t)}
	}
	at := 1 + g.rng.IntN(len(rels)-1)
	lf, la, lc := g.tree(rels[:at])
	rf, ra, rc := g.tree(rels[at:])
	g.joins++
	cond := g.cond(lc, rc)
	name := fmt.Sprintf("j%d", g.joins)
	switch kind := g.kinds[g.rng.IntN(len(g.kinds))]; kind {
	case "EXISTS", "NOT EXISTS":
		exists := " WHERE " + kind + " (SELECT FROM %s WHERE " + cond + ")"
		return "(SELECT * FROM " + lf + fmt.Sprintf(exists, rf) + ") " + name, "(SELECT * FROM " + la + fmt.Sprintf(exists, ra) + " OFFSET 0) " + name, lc
	default:
		on := " " + kind + " %s ON " + cond
		return "(" + lf + fmt.Sprintf(on, rf) + ")", "(SELECT * FROM " + la + fmt.Sprintf(on, ra) + " OFFSET 0) " + name, append(lc, rc...)
	}
}

// TestOuterJoinOrder: outer, semi and anti joins that are put into another order
// give the rows that they give in the order written.
func TestOuterJoinOrder(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	const tables = 9
	for i := range tables {
		s.run(fmt.Sprintf("CREATE TEMP TABLE t%d (a int, b int)", i))
		s.run(fmt.Sprintf("INSERT INTO t%d SELECT nullif(g %% %d, 1), nullif(g / 2 %% %d, 2) FROM generate_series(1, %d) g", i, 2+rng.IntN(20), 3+rng.IntN(40), []int{1, 4, 15, 60, 200}[(i+rng.IntN(2))%5]))
	}
	s.want("ANALYZE", "ANALYZE")
	moved := 0
	for round := range 160 {
		n := 3 + rng.IntN(3)
		if round%25 == 0 {
			n = tables // joined greedily
		}
		kinds := []string{"JOIN", "LEFT JOIN", "RIGHT JOIN", "EXISTS", "NOT EXISTS", "LEFT JOIN"}
		g := &joinTree{rng: rng, kinds: kinds[:2+rng.IntN(5)]}
		if rng.IntN(4) == 0 {
			g.kinds = []string{"LEFT JOIN"}
		}
		free, apart, cols := g.tree(rng.Perm(tables)[:n])
		where := ""
		if rng.IntN(2) == 0 {
			c := cols[rng.IntN(len(cols))]
			where = " WHERE " + []string{c + " IS NULL", c + " < 4", "coalesce(" + c + ", 2) = 2", "(" + c + " IS NOT NULL) = false"}[rng.IntN(4)]
		}
		list := "SELECT count(*), " + "sum(hashtext(concat_ws(',', coalesce(" + strings.Join(cols, "::text, '-'), coalesce(") + "::text, '-')))::numeric) FROM "
		got, want := s.run(list+free+where), s.run(list+apart+where)
		if !slices.Equal(got, want) {
			t.Fatalf("%s\n%q, %q in the order written\n%s", list+free+where, got, want, strings.Join(s.run("EXPLAIN "+list+free+where), "\n"))
		}
		if scans(s.run("EXPLAIN "+list+free+where)) != scans(s.run("EXPLAIN "+list+apart+where)) {
			moved++
		}
	}
	if moved < 40 {
		t.Errorf("only %d of 160 queries are in another order", moved)
	}
}

// scans are the relations that a plan reads, in its order.
func scans(plan []string) string {
	var out []string
	for _, line := range plan {
		if _, rel, ok := strings.Cut(line, "Scan on "); ok {
			name, _, _ := strings.Cut(rel, " ")
			out = append(out, name)
		}
	}
	return strings.Join(out, " ")
}

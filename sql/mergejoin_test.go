package sql

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// hashed is a join's condition with keys by which nothing is in order.
var hashed = strings.NewReplacer("a.concept_path", "(a.concept_path || '')", "a.predicate =", "(a.predicate || '') =", "a.k", "(a.k || '')", "a.n =", "(a.n + 0) =")

// TestMergeJoin holds merge joins of claims against hash joins.
func TestMergeJoin(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.run("SET enable_nestloop = off")
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	s.run(fmt.Sprintf(`INSERT INTO assertions (concept_path, predicate, value, source, confidence)
		SELECT 'c/' || g %% %d, 'p' || g %% 3, (g %% 11)::text, 's' || g %% 5, nullif(g %% 100, 7) / 100.0 FROM generate_series(1, 3000) g`, 200+rng.IntN(300)))
	s.run("INSERT INTO assertions (concept_path, predicate, value, source) SELECT 'd/' || g % 20, 'q', g::text, 's1' FROM generate_series(1, 400) g")
	sides := []string{"assertions", "(SELECT * FROM assertions WHERE predicate = 'p1')", "(SELECT * FROM assertions WHERE concept_path LIKE 'c/1%')",
		"(SELECT * FROM assertions USING LENS authority)", "(SELECT * FROM assertions USING LENS recency WHERE predicate = 'p2')",
		"(SELECT * FROM assertions WHERE source = 's2' AND confidence > 0.3)", "(SELECT * FROM assertions WHERE concept_path IN ('c/1', 'c/5', 'd/3', 'no'))",
		"(SELECT * FROM assertions WHERE value_number > 1e9)"}
	conds := []string{"a.concept_path = b.concept_path", "a.concept_path = b.concept_path AND a.predicate = b.predicate",
		"a.concept_path = b.concept_path AND a.value < b.value", "a.concept_path = b.concept_path AND a.predicate = b.predicate AND a.confidence <= b.confidence"}
	kinds := []string{"JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"}
	pick := func(list []string) string { return list[rng.IntN(len(list))] }
	const queries, least = 200, 120 // three in four merge
	merged := 0
	for range queries {
		l, r, cond := pick(sides), pick(sides), pick(conds)
		q := "SELECT a.id, b.id, a.value, b.predicate FROM " + l + " a " + pick(kinds) + " " + r + " b ON " + cond
		switch rng.IntN(5) {
		case 0:
			q = "SELECT a.id, a.predicate FROM " + l + " a WHERE " + pick([]string{"", "NOT "}) + "EXISTS (SELECT FROM " + r + " b WHERE " + cond + ")"
		case 1:
			q = "SELECT a.predicate, count(*), count(b.id), sum(b.confidence::numeric), count(DISTINCT a.id) FROM " + l + " a " + pick(kinds) + " " + r + " b ON " + cond + " GROUP BY 1"
		case 2: // three in one walk, or an outer one above
			q = "SELECT a.id, b.id, c.id FROM " + l + " a " + pick(kinds[:2]) + " " + r + " b ON " + cond + " " + pick(kinds) + " " + pick(sides[1:]) + " c ON c.concept_path = a.concept_path AND c.source = 's1'"
		}
		q = strings.Replace(q, "FULL JOIN "+r+" b ON "+conds[2], "JOIN "+r+" b ON "+conds[2], 1)
		plan := strings.Join(s.run("EXPLAIN (COSTS OFF) "+q), "\n")
		if strings.Contains(plan, "Merge") {
			merged++
		}
		by := hashed.Replace(q)
		if plan := strings.Join(s.run("EXPLAIN "+by), "\n"); strings.Contains(plan, "Merge") && !strings.Contains(q, " c ON") {
			t.Fatalf("%s\nis no hash join:\n%s", by, plan)
		}
		got, want := s.run(q), s.run(by)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("%s\n%d rows, %d by hash\n%s", q, len(got), len(want), plan)
		}
	}
	if merged < least {
		t.Errorf("only %d of %d queries merge", merged, queries)
	}
	s.run("BEGIN")
	s.run("INSERT INTO assertions (concept_path, predicate, value, source) VALUES ('c/1', 'own', 'x', 's')")
	q := "SELECT count(*), count(b.id) FROM assertions a JOIN assertions b ON a.concept_path = b.concept_path WHERE a.predicate = 'own'"
	if got, want := s.run(q), s.run(hashed.Replace(q)); !slices.Equal(got, want) {
		t.Errorf("in a transaction: %q, %q by hash", got, want)
	}
	s.run("ROLLBACK")
}

// TestMergeSorted holds merge joins of sorted inputs against hash joins: keys
// with NULLs, in both directions, groups that span batches.
func TestMergeSorted(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.run("CREATE TEMP TABLE l (k text, n int, v int)")
	s.run("CREATE TEMP TABLE r (k text, n int, v int)")
	s.run("INSERT INTO l SELECT nullif('k' || g % 40, 'k3'), nullif(g % 9, 4), g FROM generate_series(1, 500) g UNION ALL SELECT 'many', 1, g FROM generate_series(1, 3) g")
	s.run("INSERT INTO r SELECT nullif('k' || g % 60 + 20, 'k30'), nullif(g % 7, 2), g FROM generate_series(1, 500) g UNION ALL SELECT 'many', 1, g FROM generate_series(1, 5000) g")
	for _, order := range []string{"k", "k DESC", "k DESC NULLS LAST, n", "n DESC, k", "n NULLS FIRST"} {
		for _, kind := range []string{"JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "EXISTS", "NOT EXISTS"} {
			for _, cond := range []string{"a.k = b.k", "a.k = b.k AND a.n = b.n", "a.n = b.n AND a.v = b.v", "a.k = b.k AND a.v % 3 <= b.v % 4"} {
				l, r := "(SELECT * FROM l ORDER BY "+order+") a", "(SELECT * FROM r ORDER BY "+order+") b"
				q := "SELECT a.v, b.v, b.k FROM " + l + " " + kind + " " + r + " ON " + cond
				if strings.HasSuffix(kind, "EXISTS") {
					q = "SELECT a.v FROM " + l + " WHERE " + kind + " (SELECT FROM " + r + " WHERE " + cond + ")"
				}
				first, _, _ := strings.Cut(order, " ")
				plan := strings.Join(s.run("EXPLAIN (COSTS OFF) "+q), "\n")
				if first == "k" && !strings.Contains(cond, "a.n") && !strings.HasSuffix(kind, "EXISTS") && !strings.Contains(plan, "Merge ") {
					t.Errorf("%s\ndoes not merge:\n%s", q, plan)
				}
				got, want := s.run(q), s.run(hashed.Replace(q))
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					t.Fatalf("%s\n%d rows, %d by hash\n%s", q, len(got), len(want), plan)
				}
			}
		}
	}
}

// TestCommonPredicate: what many claims have is read in the order of their keys,
// once statistics tell; the rows are the same.
func TestCommonPredicate(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.run("INSERT INTO assertions (concept_path, predicate, value, source) SELECT 'c/' || g, CASE WHEN g % 50 = 0 THEN 'rare' ELSE 'p' || g % 2 END, g::text, 's' FROM generate_series(1, 1000) g")
	shape := func(cond string) (string, string) {
		plan := strings.Join(s.run("EXPLAIN (COSTS OFF) SELECT * FROM assertions WHERE "+cond), "\n")
		return plan, strings.Join(s.run("SELECT count(*), min(value), max(value) FROM assertions WHERE "+cond), "\n")
	}
	const common, rare = "predicate = 'p1'", "predicate = 'rare'"
	plan, rows := shape(common)
	if !strings.Contains(plan, "Index Scan using predicate") {
		t.Errorf("without statistics:\n%s", plan)
	}
	s.want("ANALYZE", "ANALYZE")
	after, same := shape(common)
	if !strings.Contains(after, "Seq Scan on assertions\n  Filter: (predicate = 'p1'::text)") || same != rows {
		t.Errorf("with statistics: %q, %q before\n%s", same, rows, after)
	}
	if plan, _ := shape(rare); !strings.Contains(plan, "Index Scan using predicate") {
		t.Errorf("few claims have it:\n%s", plan)
	}
	s.want("SELECT count(*) FROM assertions WHERE "+rare, "20", "SELECT 1")
}

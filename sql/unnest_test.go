package sql

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestUnnest: what is turned into joins gives the rows that it gives where it
// stays a subquery. OFFSET 0 keeps it one.
func TestUnnest(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	s.run("CREATE TEMP TABLE a (k int, s text, n int)")
	s.run("CREATE TEMP TABLE b (k int, s text, v int, w numeric)")
	s.run(fmt.Sprintf("INSERT INTO a SELECT nullif(g %% %d, 3), 's' || g %% 5, g FROM generate_series(1, 90) g", 5+rng.IntN(20)))
	s.run(fmt.Sprintf("INSERT INTO b SELECT nullif(g %% %d, 2), nullif('s' || g %% 6, 's1'), nullif(g %% 11, 4), g / 4.0 FROM generate_series(1, 200) g", 3+rng.IntN(15)))
	values := []string{"count(*)", "count(b.v)", "max(b.v)", "min(b.s)", "sum(b.v)", "avg(b.w)", "coalesce(sum(b.w), -1) + count(*)", "count(DISTINCT b.v)",
		"bool_or(b.v > 3)", "string_agg(b.s, ',' ORDER BY b.v, b.s)", "array_agg(b.v ORDER BY b.v)", "count(*) FILTER (WHERE b.v > 5)", "max(b.v) || 'x' || count(*)"}
	conds := []string{"b.k = a.k", "b.k = a.k AND b.s = a.s", "b.s = a.s AND b.v > 3", "a.k = b.k AND b.w IS NOT NULL", "b.v = a.k AND b.k < 4", "b.k = a.k AND (b.s LIKE 's%%' OR b.v IN (1, 2, NULL))"}
	pick := func(list []string) string { return list[rng.IntN(len(list))] }
	joins := 0
	for range 240 {
		v, c := pick(values), pick(conds)
		forms := []string{
			"SELECT a.n, (SELECT " + v + " FROM b WHERE " + c + "%s) FROM a ORDER BY 1",
			"SELECT a.n FROM a WHERE (SELECT count(*) FROM b WHERE " + c + "%s) > 3 AND (SELECT " + v + " FROM b WHERE " + c + ") IS NOT NULL ORDER BY 1",
			"SELECT a.n, x.v, x.z FROM a, LATERAL (SELECT b.v, b.w * 2 AS z FROM b WHERE " + c + "%s) x ORDER BY 1, 2, 3",
			"SELECT a.n, x.v, x.w FROM a LEFT JOIN LATERAL (SELECT b.v, b.w FROM b WHERE " + c + "%s) x ON x.v < 9 ORDER BY 1, 2, 3",
			"SELECT a.n, x.one FROM a LEFT JOIN LATERAL (SELECT 1 AS one FROM b WHERE " + c + "%s) x ON true ORDER BY 1, 2",
			"SELECT a.n, EXISTS (SELECT FROM b WHERE " + c + "%s), NOT EXISTS (SELECT b.v, b.w FROM b WHERE " + c + ") FROM a ORDER BY 1",
			"SELECT a.n FROM a WHERE EXISTS (SELECT FROM b WHERE " + c + "%s) OR a.n < 9 ORDER BY 1",
			"SELECT a.n FROM a WHERE a.n %% 7 NOT IN (SELECT b.v FROM b WHERE " + c + "%s) ORDER BY 1",
			"SELECT a.n FROM a WHERE (a.s, a.k) NOT IN (SELECT b.s, b.v FROM b WHERE " + c + "%s) ORDER BY 1",
			"SELECT a.n, x.* FROM a, LATERAL (SELECT " + v + " AS v, count(*) FROM b WHERE " + c + "%s) x ORDER BY 1",
			"SELECT a.n, x.v FROM a LEFT JOIN LATERAL (SELECT " + v + " AS v FROM b WHERE " + c + "%s) x ON true ORDER BY 1",
			"SELECT a.n, 7 + (SELECT " + v + " FROM b WHERE " + c + "%s)::text::float8::int IS NULL FROM a WHERE false ORDER BY 1",
		}
		form := pick(forms)
		q, kept := fmt.Sprintf(form, ""), fmt.Sprintf(form, " OFFSET 0")
		if got, want := s.run(q), s.run(kept); !slices.Equal(got, want) {
			t.Fatalf("%s\n%.400q\nas a subquery: %.400q", q, got, want)
		}
		if plan := strings.Join(s.run("EXPLAIN "+q), "\n"); strings.Contains(plan, "Hash Left Join") || strings.Contains(plan, "Hash Right Join") || strings.Contains(plan, "Hash Anti Join") || strings.Contains(plan, "Hash Join") {
			joins++
		}
	}
	if joins < 100 {
		t.Errorf("only %d of 240 queries are joins", joins)
	}
	// Rows that no row asks for must not fail.
	s.want("SELECT (SELECT sum(1 / (b.v - 5)) FROM b WHERE b.k = a.k) FROM a WHERE a.k = 1000", "SELECT 0")
	s.run("INSERT INTO b VALUES (500, 's', 0, 0)")
	s.want("SELECT x.z FROM a, LATERAL (SELECT 1 / b.v AS z FROM b WHERE b.k = a.k AND b.v = 0 AND b.k > 400) x", "SELECT 0")
}

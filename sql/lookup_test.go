package sql

import (
	"math/rand"
	"slices"
	"strings"
	"testing"
)

// lookupJoins writes joins of few rows with claims by a key, at random.
type lookupJoins struct{ *rand.Rand }

func (g lookupJoins) one(of ...string) string { return of[g.Intn(len(of))] }

// outer is an item of rows with columns k, p and s, some of which are no keys.
func (g lookupJoins) outer() string {
	return g.one(
		"few f",
		"(VALUES ('d/01', 'p1', 'fda://x'), ('d/07', 'p0', NULL), ('d/07', 'p3', 'wiki://z'), (NULL, 'p1', ''), ('', '', 'blog://y')) f(k, p, s)",
		"(SELECT concept_path k, predicate p, source s FROM assertions WHERE concept_path IN ('d/03', 'd/44') AND value > '4') f",
		"(SELECT concept_path k, predicate p, min(source) s FROM assertions WHERE source = 'blog://y' GROUP BY 1, 2) f",
		"(SELECT k, p, s FROM few ORDER BY k LIMIT 3) f",
		"(SELECT 'd/0' || n AS k, 'p' || n AS p, 'fda://x' AS s FROM generate_series(0, 1200) n) f",
		"cte f",
	)
}

// inner is an item of claims with columns concept_path, predicate, source, id and v.
func (g lookupJoins) inner() string {
	cols := "concept_path, predicate, source, id, value v"
	return "(SELECT " + g.one(
		cols+" FROM assertions"+g.one("", " WHERE confidence < 0.6", " WHERE predicate = 'p1'", " WHERE predicate IN ('p0', 'p3') AND concept_path > 'd/02'", " WHERE source = 'wiki://z'"),
		cols+" FROM assertions USING LENS "+g.one("authority", "skeptic", "recency FILTER (WHERE source <> 'fda://x')"),
		"concept_path, predicate, max(source) source, min(id) id, count(*)::text v FROM assertions GROUP BY concept_path, predicate",
		"DISTINCT concept_path, predicate, source, '' AS id, unit v FROM assertions",
		"concept_path, predicate, source, id, (row_number() OVER (PARTITION BY concept_path ORDER BY id))::text v FROM assertions",
		"concept_path, predicate, source, id, value v FROM assertions WHERE value = '3' UNION ALL SELECT concept_path, predicate, source, id, unit FROM assertions",
		"x.concept_path, x.predicate, y.source, y.id, y.value v FROM assertions x JOIN assertions y ON y.concept_path = x.concept_path AND y.predicate = 'p2'",
		"x.concept_path, x.predicate, x.source, y.id, y.value v FROM assertions x LEFT JOIN assertions y ON y.id = x.id AND y.value > '5'",
		"concept_path, predicate, source, id, value v FROM assertions ORDER BY id LIMIT 20",
	) + ") a"
}

func (g lookupJoins) on() string {
	on := g.one("a.concept_path = f.k", "a.concept_path = f.k AND a.predicate = f.p", "f.p = a.predicate AND f.k = a.concept_path AND a.source = f.s",
		"a.source = f.s AND a.predicate = f.p", "a.id = (SELECT min(id) FROM assertions) AND a.concept_path = f.k", "a.concept_path = f.k || ''", "a.id = f.k")
	return on + g.one("", " AND a.v > f.p", " AND a.v <> '3'", " AND f.k < 'd/3'")
}

func (g lookupJoins) query() string {
	outer, inner, on := g.outer(), g.inner(), g.on()
	with := "WITH cte AS MATERIALIZED (SELECT k, p, s FROM few WHERE k <> 'd/02') "
	switch g.Intn(6) {
	case 0:
		return with + "SELECT f.*, a.* FROM " + outer + " LEFT JOIN " + inner + " ON " + on
	case 1:
		return with + "SELECT f.*, a.* FROM " + inner + " RIGHT JOIN " + outer + " ON " + on
	case 2:
		return with + "SELECT * FROM " + outer + " WHERE " + g.one("", "NOT ") + "EXISTS (SELECT 1 FROM " + inner + " WHERE " + on + ")"
	case 3:
		return with + "SELECT * FROM " + inner + " WHERE " + g.one("concept_path", "source") + " IN (SELECT " + g.one("k", "s") + " FROM " + outer + ")"
	case 4:
		return with + "SELECT (SELECT count(*) FROM " + outer + " JOIN " + inner + " ON " + on + " AND a.concept_path >= g.k) FROM few g"
	}
	return with + "SELECT f.*, a.*, l.v FROM " + outer + " JOIN " + inner + " ON " + on +
		g.one("", " AND a.v < f.k") + " LEFT JOIN (SELECT id, value v FROM assertions) l ON l.id = a.id"
}

// few makes the table of few rows, in which keys repeat, fail, and are NULL.
const few = `CREATE TEMP TABLE few (k text, p text, s text); INSERT INTO few VALUES ('d/01', 'p1', 'fda://x'), ('d/01', 'p2', 'blog://y'),
	('d/02', 'p3', 'wiki://z'), ('d/59', 'p0', NULL), ('nowhere', 'p1', 'fda://x'), (NULL, 'p1', 'fda://x'), ('', 'p1', '')`

// TestLookupJoins holds joins by lookups to what joins by hash give, here and where
// other nodes hold the claims.
func TestLookupJoins(t *testing.T) {
	e := newTestEngine(t)
	fillFar(t, e.testSession(t), 5)
	far, cluster := farEngine(t, e, odd)
	var sessions [2][2]*testSession // of an engine, by lookups
	for i, e := range []*Engine{e, far} {
		for k, off := range []string{"enable_nestloop", "enable_hashjoin"} {
			s := e.testSession(t)
			s.run("SET " + off + " = off")
			s.run(few)
			sessions[i][k] = s
		}
	}
	looked, rows := 0, 0
	for seed := range 300 {
		q := lookupJoins{rand.New(rand.NewSource(int64(seed)))}.query()
		if !slices.Equal(sessions[0][1].run("EXPLAIN (COSTS off) "+q), sessions[0][0].run("EXPLAIN (COSTS off) "+q)) {
			looked++
		}
		answer := func(s *testSession) string {
			lines := s.run(q)
			slices.Sort(lines)
			return strings.Join(lines, "\n")
		}
		want := answer(sessions[0][0])
		if !strings.Contains(want, "SELECT ") {
			t.Fatalf("seed %d: %s\n%s", seed, q, want)
		}
		if !strings.HasPrefix(want, "SELECT 0") {
			rows++
		}
		for i, s := range []*testSession{sessions[0][1], sessions[1][1]} {
			if got := answer(s); got != want {
				t.Fatalf("engine %d, seed %d: %s\n%s\n got %s\nwant %s", i, seed, q, strings.Join(s.run("EXPLAIN "+q), "\n"), got, want)
			}
		}
	}
	if looked < 150 || rows < 200 || cluster.asked.Load() == 0 {
		t.Fatal("joins by lookups", looked, "with rows", rows, "asked", cluster.asked.Load())
	}
}

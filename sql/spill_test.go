package sql

import (
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// spillQueries need more than a megabyte, and give rows in a total order, or
// sums over them.
var spillQueries = []string{
	`SELECT g, md5(g::text) FROM generate_series(1, 40000) g ORDER BY 2`,
	// Stable, descending, NULLs, numerics, arrays, rows.
	`SELECT g % 7, g, repeat('x', 9) FROM generate_series(1, 40000) g ORDER BY 1 DESC`,
	`SELECT nullif(g % 5, 0)::numeric / 4, ARRAY[g::text, NULL], (g, g::text) FROM generate_series(1, 20000) g ORDER BY 1 NULLS FIRST, g DESC`,
	`SELECT count(*), sum(a.g), sum(b.g) FROM generate_series(1, 40000) a(g) JOIN generate_series(1, 180000, 3) b(g) ON a.g = b.g`,
	`SELECT count(*), sum(a.g), sum(b.g), count(b.g) FROM generate_series(1, 40000) a(g) LEFT JOIN generate_series(1, 120000, 2) b(g) ON a.g = b.g AND b.g % 3 <> 0`,
	`SELECT count(*), sum(a.g), sum(b.g), count(a.g) FROM generate_series(1, 40000) a(g) RIGHT JOIN generate_series(1, 60000, 2) b(g) ON a.g = b.g AND b.g % 3 <> 0`,
	`SELECT count(*), sum(a.g), sum(b.g), count(a.g), count(b.g) FROM generate_series(1, 40000, 3) a(g) FULL JOIN generate_series(1, 60000, 2) b(g) ON a.g = b.g`,
	`SELECT count(*), sum(a.g) FROM generate_series(1, 40000) a(g) WHERE EXISTS (SELECT FROM generate_series(1, 60000, 2) b(g) WHERE a.g = b.g)`,
	`SELECT count(*), sum(a.g) FROM generate_series(1, 40000) a(g) WHERE NOT EXISTS (SELECT FROM generate_series(1, 60000, 2) b(g) WHERE a.g = b.g)`,
	`SELECT a.k, count(*), sum(b.n) FROM (SELECT nullif(g % 40, 3)::text k FROM generate_series(1, 400000) g WHERE g % 1000 < 1) a JOIN (SELECT (g % 50)::text k, g n FROM generate_series(1, 50000) g) b USING (k) GROUP BY 1 ORDER BY 1`,
	`SELECT count(*), sum(n), sum(s), max(a), min(a) FROM (SELECT g % 30011 k, count(*) n, sum(g) s, avg(g)::text a FROM generate_series(1, 90000) g GROUP BY 1) x`,
	`SELECT md5((g % 20000)::text) k, count(*), max(g), count(*) FILTER (WHERE g % 2 = 0) FROM generate_series(1, 50000) g GROUP BY 1 HAVING count(*) > 2 ORDER BY k`,
	`SELECT nullif(g % 9000, 7)::numeric, nullif(g % 3, 0)::text, count(*), max(g::text) FROM generate_series(1, 40000) g GROUP BY 1, 2 ORDER BY 1, 2`,
	// DISTINCT and set operations keep the order of their input in files too.
	`SELECT DISTINCT md5((g % 30000)::text), nullif(g % 30000 % 4, 0) FROM generate_series(1, 60000) g`,
	`SELECT DISTINCT ON (k) k, g FROM (SELECT md5((g % 20000)::text) k, g FROM generate_series(1, 60000) g) x ORDER BY k DESC, g DESC`,
	`SELECT DISTINCT ON (k) k, g, repeat('x', 20) FROM (SELECT nullif(g % 25000, 7)::numeric k, g FROM generate_series(1, 60000) g) x`,
	`SELECT md5(g::text) FROM generate_series(1, 20000) g UNION SELECT md5((g * 2)::text) FROM generate_series(1, 20000) g`,
	`SELECT md5((g % 20000)::text) FROM generate_series(1, 30000) g INTERSECT SELECT md5((g * 2)::text) FROM generate_series(1, 20000) g`,
	`SELECT md5((g % 20000)::text) FROM generate_series(1, 30000) g EXCEPT SELECT md5((g * 2)::text) FROM generate_series(1, 20000) g`,
	`SELECT md5((g % 20000)::text) FROM generate_series(1, 30000) g EXCEPT SELECT md5((g * 20)::text) FROM generate_series(1, 20) g`,
	`SELECT md5((g % 9000)::text), NULL FROM generate_series(1, 30000) g INTERSECT ALL SELECT md5((g % 15000)::text), NULL FROM generate_series(1, 40000) g`,
	`SELECT md5((g % 9000)::text), NULL FROM generate_series(1, 30000) g EXCEPT ALL SELECT md5((g % 15000)::text), NULL FROM generate_series(1, 40000) g`,
	// Files that are cut again.
	`SELECT count(*), max(k), min(k) FROM (SELECT DISTINCT md5((g % 200000)::text) k FROM generate_series(1, 250000) g) x`,
	`SELECT count(*), max(k), min(k) FROM (SELECT md5(g::text) k FROM generate_series(1, 200000) g EXCEPT ALL SELECT md5((g * 2)::text) FROM generate_series(1, 200000) g) x`,
	// Grouping sets, some of whose groups are there without rows of their own.
	`SELECT a, b, GROUPING(a, b), count(*), sum(g), count(*) FILTER (WHERE g % 2 = 0) FROM (SELECT g, md5((g % 9000)::text) a, g % 7 b FROM generate_series(1, 30000) g) x
		GROUP BY CUBE (a, b) ORDER BY 1, 2, 3`,
	`SELECT a, b, GROUPING(a), GROUPING(b), count(*), count(DISTINCT g % 5) FROM (SELECT g, nullif(g % 6000, 3) a, nullif(md5((g % 5000)::text), '') b FROM generate_series(1, 20000) g) x
		GROUP BY GROUPING SETS (a, b, (), ()) ORDER BY 1, 2, 3, 4, 5`,
	// Arguments that are sorted or freed of repeats.
	`SELECT count(DISTINCT g % 30000), count(DISTINCT md5((g % 20000)::text)), sum(DISTINCT (g % 25000)::numeric) FILTER (WHERE g % 3 = 0) FROM generate_series(1, 60000) g`,
	`SELECT md5(string_agg((g * 7919 % 40009)::text, ',' ORDER BY g * 7919 % 40009 DESC)), count(*) FROM generate_series(1, 40000) g`,
	`SELECT md5(string_agg(DISTINCT (g % 20000)::text, '' ORDER BY (g % 20000)::text DESC)) FROM generate_series(1, 50000) g`,
	`SELECT g % 3, count(DISTINCT md5((g % 9000)::text)), md5(string_agg(DISTINCT (g % 4000)::text, '')), md5(string_agg(g::text, ' ' ORDER BY g % 11, g DESC)) FROM generate_series(1, 30000) g GROUP BY 1 ORDER BY 1`,
	`SELECT g % 12000, count(DISTINCT g % 3), string_agg(g::text, ',' ORDER BY g DESC), percentile_disc(0.5) WITHIN GROUP (ORDER BY g) FROM generate_series(1, 40000) g GROUP BY 1 ORDER BY 1`,
	// WITH queries: several readers, a recursion with a large working table, and
	// with rows that come again after they went to disk.
	`WITH c AS MATERIALIZED (SELECT g, md5(g::text) m FROM generate_series(1, 30000) g) SELECT count(*), min(a.m), max(b.m), sum(b.g) FROM c a, (SELECT * FROM c WHERE g % 9000 = 1) b WHERE a.g <= b.g`,
	`WITH RECURSIVE r(n, m) AS (SELECT g, md5(g::text) FROM generate_series(1, 4000) g UNION ALL SELECT n + 4000, md5(m) FROM r WHERE n < 40000) SELECT count(*), sum(n), min(m), max(m) FROM r`,
	`WITH RECURSIVE r(n, m) AS (SELECT g, md5(g::text) FROM generate_series(1, 4000) g UNION SELECT n, md5(n::text) FROM (SELECT (n * 3 + 1) % 30000 n FROM r) x) SELECT count(*), sum(n), min(m), max(m) FROM r`,
	// Nested loops, and hash joins of which all rows have one key.
	`SELECT count(*), sum(a.g), sum(b.g), count(a.g), count(b.m) FROM generate_series(1, 40, 3) a(g) JOIN (SELECT g, md5(g::text) m FROM generate_series(1, 20000) g) b ON a.g > b.g % 17 AND b.g % 100 < a.g / 3`,
	`SELECT count(*), sum(a.g), sum(b.g), count(a.g), count(b.m) FROM generate_series(1, 40, 3) a(g) LEFT JOIN (SELECT g, md5(g::text) m FROM generate_series(1, 20000) g) b ON a.g > b.g % 17 AND b.g % 100 < a.g / 3`,
	`SELECT count(*), sum(a.g), sum(b.g), count(a.g), count(b.m) FROM generate_series(1, 40, 3) a(g) RIGHT JOIN (SELECT g, md5(g::text) m FROM generate_series(1, 20000) g) b ON a.g > b.g % 17 AND b.g % 100 < a.g / 3`,
	`SELECT count(*), sum(a.g), sum(b.g), count(a.g), count(b.m) FROM (SELECT g / 10000 g, g / 1000000 + 1 k FROM generate_series(1, 140000) g WHERE g % 10000 < 1) a JOIN (SELECT g, nullif(g % 3, 0) / 2 * 0 + 1 k, md5(g::text) m FROM generate_series(1, 20000) g) b ON a.k = b.k AND b.g % 19 = a.g % 23`,
	`SELECT count(*), sum(a.g), sum(b.g), count(a.g), count(b.m) FROM (SELECT g / 10000 g, g / 1000000 + 1 k FROM generate_series(1, 140000) g WHERE g % 10000 < 1) a LEFT JOIN (SELECT g, nullif(g % 3, 0) / 2 * 0 + 1 k, md5(g::text) m FROM generate_series(1, 20000) g) b ON a.k = b.k AND b.g % 19 = a.g % 23`,
	`SELECT count(*), sum(a.g), sum(b.g), count(a.g), count(b.m) FROM (SELECT g / 10000 g, g / 1000000 + 1 k FROM generate_series(1, 140000) g WHERE g % 10000 < 1) a RIGHT JOIN (SELECT g, nullif(g % 3, 0) / 2 * 0 + 1 k, md5(g::text) m FROM generate_series(1, 20000) g) b ON a.k = b.k AND b.g % 19 = a.g % 23`,
	`SELECT count(*), sum(a.g), sum(b.g), count(a.g), count(b.m) FROM (SELECT g / 10000 g, g / 1000000 + 1 k FROM generate_series(1, 140000) g WHERE g % 10000 < 1) a FULL JOIN (SELECT g, nullif(g % 3, 0) / 2 * 0 + 1 k, md5(g::text) m FROM generate_series(1, 20000) g) b ON a.k = b.k AND b.g % 19 = a.g % 23`,
	`SELECT count(*), sum(a.g) FROM generate_series(1, 60, 3) a(g) WHERE EXISTS (SELECT FROM (SELECT g, md5(g::text) m FROM generate_series(1, 20000) g) b WHERE a.g > b.g % 17 + 20 AND m < a.g::text)`,
	`SELECT count(*), sum(a.g) FROM generate_series(1, 60, 3) a(g) WHERE NOT EXISTS (SELECT FROM (SELECT g, md5(g::text) m FROM generate_series(1, 20000) g) b WHERE a.g > b.g % 17 + 20 AND m < a.g::text)`,
	// Merge joins whose groups of equal keys are too large.
	`SELECT count(*), sum(a.v), sum(b.v), count(a.v), count(b.v), min(m) FROM (SELECT g / 900 k, g v FROM generate_series(1, 2000) g ORDER BY 1 OFFSET 0) a JOIN (SELECT g / 30000 * 2 k, g v, md5(g::text) m FROM generate_series(1, 90000) g ORDER BY 1 OFFSET 0) b ON a.k = b.k AND a.v % 40 = b.v % 50`,
	`SELECT count(*), sum(a.v), sum(b.v), count(a.v), count(b.v), min(m) FROM (SELECT g / 900 k, g v FROM generate_series(1, 2000) g ORDER BY 1 OFFSET 0) a LEFT JOIN (SELECT g / 30000 * 2 k, g v, md5(g::text) m FROM generate_series(1, 90000) g ORDER BY 1 OFFSET 0) b ON a.k = b.k AND a.v % 300 = b.v % 900`,
	`SELECT count(*), sum(a.v), sum(b.v), count(a.v), count(b.v), min(m) FROM (SELECT g / 900 k, g v FROM generate_series(1, 2000) g ORDER BY 1 OFFSET 0) a RIGHT JOIN (SELECT g / 30000 * 2 k, g v, md5(g::text) m FROM generate_series(1, 90000) g ORDER BY 1 OFFSET 0) b ON a.k = b.k AND a.v % 300 = b.v % 900`,
	`SELECT count(*), sum(a.v), sum(b.v), count(a.v), count(b.v), min(m) FROM (SELECT g / 900 k, g v FROM generate_series(1, 2000) g ORDER BY 1 OFFSET 0) a FULL JOIN (SELECT g / 30000 * 2 k, g v, md5(g::text) m FROM generate_series(1, 90000) g ORDER BY 1 OFFSET 0) b ON a.k = b.k AND a.v % 300 = b.v % 900`,
	`SELECT count(*), sum(a.v) FROM (SELECT g / 900 k, g v FROM generate_series(1, 2000) g ORDER BY 1 OFFSET 0) a WHERE EXISTS (SELECT FROM (SELECT g / 30000 * 2 k, g v, md5(g::text) m FROM generate_series(1, 90000) g ORDER BY 1 OFFSET 0) b WHERE a.k = b.k AND a.v = b.v % 500 AND m > '8')`,
	// Windows, over one partition and over many.
	`SELECT count(*), sum(r), sum(s), max(m), sum(('x' || left(m, 7))::bit(28)::int::bigint * g) FROM (SELECT g, m, rank() OVER (ORDER BY g % 100) r, sum(g) OVER (ORDER BY g % 100) s FROM (SELECT g, md5(g::text) || repeat('x', 60) m FROM generate_series(1, 14000) g OFFSET 0) y) x`,
	`SELECT count(*), sum(r), max(l), max(m), sum(('x' || left(m, 7))::bit(28)::int::bigint * g) FROM (SELECT g, m, row_number() OVER w r, lag(g) OVER w l FROM (SELECT g, nullif(md5(g::text) || repeat('x', 90), '') m FROM generate_series(1, 24000) g OFFSET 0) y WINDOW w AS (PARTITION BY g / 7000 ORDER BY g)) x`,
	// Lenses over what must be sorted, some of whose claims revise others.
	`SELECT concept_path, value, source, support, candidates, status FROM (SELECT * FROM assertions WHERE value <> '' ORDER BY id) a USING LENS authority ORDER BY 1`,
	`SELECT count(*), sum(candidates), sum(conflict_score), md5(string_agg(value, ',' ORDER BY concept_path)) FROM (SELECT a.* FROM assertions a LEFT JOIN (SELECT DISTINCT source FROM assertions) s USING (source) ORDER BY a.id DESC) x
		USING LENS consensus FILTER (WHERE confidence > 0.2)`,
	`SELECT concept_path, value, distinct_values, support FROM (SELECT * FROM assertions UNION ALL SELECT * FROM assertions WHERE false) a USING LENS skeptic ORDER BY 1, 2`,
	// A fragment over claims, in workers first.
	`SELECT id, count(*), max(value), avg(confidence) FROM assertions GROUP BY id ORDER BY 1`,
}

// TestSpill compares answers within a small budget with those in memory.
func TestSpill(t *testing.T) {
	e := newTestEngine(t, func(o *Options) { o.TempDir = t.TempDir() })
	s := e.testSession(t)
	s.want(`INSERT INTO assertions (concept_path, predicate, value, source, confidence) SELECT 'c/' || g, 'p', g::text, 's', g % 100 / 100.0
		FROM generate_series(1, 8000) g`, "INSERT 0 8000")
	s.want(`INSERT INTO assertions (concept_path, predicate, value, source) SELECT 'c/' || g % 1500, 'p', 'other ' || g, 's' || g % 4 FROM generate_series(1, 5000) g`, "INSERT 0 5000")
	s.want(`INSERT INTO assertions (concept_path, predicate, value, source, revises) SELECT CASE g % 2 WHEN 0 THEN 'moved/' ELSE 'c/' END || g, 'p', 'revised', 's', (SELECT id FROM assertions WHERE concept_path = 'c/' || g AND source = 's')
		FROM generate_series(1, 60) g`, "INSERT 0 60")
	for _, q := range spillQueries {
		s.run("SET stemedb.query_memory = '256MB'")
		before := e.spill.Written()
		want := s.run(q)
		if e.spill.Written() != before {
			t.Errorf("%s\nwent to disk with memory to spare", q)
		}
		s.run("SET stemedb.query_memory = '1MB'")
		got := s.run(q)
		if e.spill.Written() == before {
			t.Errorf("%s\ndid not go to disk", q)
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s\ndiffers on disk: %d rows, %d in memory, the last %s", q, len(got), len(want), got[len(got)-1])
		}
		if n := e.spill.Used(); n != 0 {
			t.Fatalf("%s\nleaves %d bytes", q, n)
		}
	}
}

// TestSpillBounds checks what is refused: beyond the budget without a
// directory, and beyond the limit of temporary files.
func TestSpillBounds(t *testing.T) {
	const q = `SELECT g, md5(g::text) FROM generate_series(1, 100000) g ORDER BY 2`
	for code, change := range map[string]func(*Options){
		sqlerr.OutOfMemory:                func(*Options) {},
		sqlerr.ConfigurationLimitExceeded: func(o *Options) { o.TempDir, o.TempLimit = t.TempDir(), 1<<20 },
	} {
		e := newTestEngine(t, change)
		s := e.testSession(t)
		s.run("SET stemedb.query_memory = '1MB'")
		got := s.run(q)
		if last := got[len(got)-1]; !strings.HasPrefix(last, code) {
			t.Errorf("%s, want %s", last, code)
		}
		if e.spill != nil && e.spill.Used() != 0 {
			t.Errorf("%d bytes are left", e.spill.Used())
		}
		s.want("SELECT 1", "1", "SELECT 1")
	}
}

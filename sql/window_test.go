package sql

import (
	"slices"
	"strings"
	"testing"
)

// TestWindowMemory: a partition is held in memory and charged to the statement.
func TestWindowMemory(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("SET stemedb.query_memory = '1MB'", "SET")
	s.want("SELECT max(n) FROM (SELECT row_number() OVER (PARTITION BY x / 10) AS n FROM generate_series(1, 2000) x) s", "10", "SELECT 1")
	s.want("SELECT max(n) FROM (SELECT count(*) OVER (ROWS UNBOUNDED PRECEDING) AS n FROM generate_series(1, 300000) x) s",
		"53200: out of memory")
	// What ranks rows holds none.
	s.want("SELECT max(n), max(r), max(d) FROM (SELECT row_number() OVER w n, rank() OVER w r, dense_rank() OVER w d FROM generate_series(1, 300000) x WINDOW w AS (ORDER BY x / 1000 ROWS CURRENT ROW)) s",
		"53200: out of memory") // the sort does, without a place on disk
	s.want("SELECT max(n), max(r), max(d) FROM (SELECT row_number() OVER () n, rank() OVER () r, dense_rank() OVER () d FROM generate_series(1, 300000) x) s", "300000|1|1", "SELECT 1")
	s.want("SELECT max(length(a::text)) FROM (SELECT array_agg(x) OVER (ORDER BY x ROWS BETWEEN 1000 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) AS a FROM generate_series(1, 3000) x) s",
		"53200: out of memory")
}

// TestWindowPartitions: partitions that end within, at and beyond the batches
// of the input.
func TestWindowPartitions(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	for _, size := range []string{"1", "2", "1000", "1023", "1024", "1025", "2048", "5000"} {
		s.want("SELECT count(*), sum(n), sum(c), sum(m), sum(f), count(l) FROM (SELECT row_number() OVER w = x % "+size+" + 1 AS ok, 1 AS n, "+
			"(count(*) OVER (PARTITION BY x / "+size+") = least("+size+", 6000 - x / "+size+" * "+size+"))::int AS c, "+
			"(sum(x) FILTER (WHERE x % 2 = 0) OVER (w ROWS 4 PRECEDING) IS NOT DISTINCT FROM (SELECT sum(y) FROM generate_series(greatest(x - 4, x / "+size+" * "+size+"), x) y WHERE y % 2 = 0))::int AS m, "+
			"(first_value(x) OVER w = x / "+size+" * "+size+")::int AS f, "+
			"nullif(lag(x, 1, x - 1) OVER w = x - 1, false) AS l FROM generate_series(0, 5999) x WINDOW w AS (PARTITION BY x / "+size+" ORDER BY x)) s WHERE ok",
			"6000|6000|6000|6000|6000|6000", "SELECT 1")
	}
}

// TestRanks: ranks that are counted row by row are those of a whole partition.
func TestRanks(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	for _, w := range []string{"", "ORDER BY k", "PARTITION BY p", "PARTITION BY p ORDER BY k DESC NULLS LAST", "PARTITION BY p, k % 2 ORDER BY k, x", "PARTITION BY 1 ORDER BY 2", "ORDER BY k NULLS FIRST, p"} {
		const from = " FROM (SELECT x, nullif(x * 7919 % 13, 5) k, nullif((x / 700)::text, '1') p FROM generate_series(1, 5000) x) y WINDOW w AS ("
		alone := s.run("SELECT x, row_number() OVER w, rank() OVER w, dense_rank() OVER w" + from + w + ") ORDER BY x")
		held := s.run("SELECT x, n, r, d FROM (SELECT x, row_number() OVER w n, rank() OVER w r, dense_rank() OVER w d, ntile(3) OVER w z" + from + w + ")) q WHERE z > 0 ORDER BY x")
		if len(alone) != 5001 || !slices.Equal(alone, held) {
			t.Errorf("WINDOW (%s): %d rows, %d", w, len(alone), len(held))
		}
	}
}

// TestPresorted: a window's sort makes use of the order in which claims come, where
// all windows above it partition by that.
func TestPresorted(t *testing.T) {
	s := newTestEngine(t).testSession(t)
	for _, c := range []struct{ query, keys string }{
		{"SELECT rank() OVER (PARTITION BY concept_path ORDER BY confidence) FROM assertions", "concept_path"},
		{"SELECT rank() OVER (PARTITION BY c ORDER BY confidence) FROM (SELECT concept_path AS c, confidence FROM assertions WHERE confidence > 0) x", "assertions.concept_path"},
		{"SELECT rank() OVER (PARTITION BY concept_path, predicate ORDER BY confidence) FROM assertions", "concept_path, predicate"},
		{"SELECT sum(confidence) OVER (PARTITION BY concept_path ORDER BY predicate), count(*) OVER (PARTITION BY concept_path, predicate) FROM assertions", "concept_path"},
		{"SELECT rank() OVER (PARTITION BY concept_path ORDER BY value) FROM assertions USING LENS authority", "concept_path"},
		{"SELECT rank() OVER (PARTITION BY concept_path ORDER BY id DESC) FROM assertions WHERE predicate = 'p'", "concept_path"},
		{"SELECT rank() OVER (PARTITION BY predicate ORDER BY confidence) FROM assertions", ""},
		{"SELECT rank() OVER (PARTITION BY lower(concept_path) ORDER BY confidence) FROM assertions", ""},
		{"SELECT rank() OVER (ORDER BY concept_path, confidence) FROM assertions", ""},
		{"SELECT rank() OVER (PARTITION BY concept_path ORDER BY confidence) FROM assertions WHERE source = 's'", ""},
		{"SELECT rank() OVER (PARTITION BY a.concept_path ORDER BY a.confidence) FROM assertions a JOIN assertions b USING (id)", ""},
	} {
		got := ""
		for _, line := range s.run("EXPLAIN (COSTS OFF) " + c.query) {
			if _, keys, ok := strings.Cut(line, "Presorted Key: "); ok {
				got = keys
			}
		}
		if got != c.keys {
			t.Errorf("%s\npresorted by %q, want %q", c.query, got, c.keys)
		}
	}
}

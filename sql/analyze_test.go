package sql

import "testing"

// TestAnalyze compares pg_stats with what PostgreSQL 15 has after the same
// statements.
func TestAnalyze(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("CREATE TEMP TABLE t (a int, b text, c float8, d bool); INSERT INTO t SELECT g, 'v' || g % 3, CASE WHEN g % 4 = 0 THEN g / 10 END, NULL FROM generate_series(1, 40) g",
		"CREATE TABLE", "INSERT 0 40")
	s.want("SELECT reltuples FROM pg_class WHERE relname = 't'", "-1", "SELECT 1")
	s.want("ANALYZE t", "ANALYZE")
	s.want("SELECT reltuples, relpages > 0 FROM pg_class WHERE relname = 't'", "40|t", "SELECT 1")
	s.want("SELECT attname, null_frac, avg_width, n_distinct, most_common_vals, most_common_freqs, correlation FROM pg_stats WHERE tablename = 't' ORDER BY attname",
		"a|0|4|-1|∅|∅|1", "b|0|3|3|{v1,v0,v2}|{0.35,0.325,0.325}|0.3",
		"c|0.75|8|-0.125|{2,0,1,3}|{0.075,0.05,0.05,0.05}|1", "d|1|1|0|∅|∅|∅", "SELECT 4")
	s.want("SELECT histogram_bounds FROM pg_stats WHERE tablename = 't' AND attname = 'a'", "{1,2,3,…", "SELECT 1")
	s.want("ANALYZE nosuch", "42P01: relation \"nosuch\" does not exist")
	s.want("ANALYZE t (a, z)", "42703: column \"z\" of relation \"t\" does not exist")
	s.want("ANALYZE t (a, a)", "42701: column \"a\" of relation \"t\" appears more than once")
	s.want("VACUUM t (a)", "0A000: ANALYZE option must be specified when a column list is provided")
	s.want("ANALYZE (foo) t", "42601: unrecognized ANALYZE option \"foo\"")
	s.want("INSERT INTO assertions (concept_path, predicate, value, source) SELECT 'a/' || g % 50, 'p', g::text, 's' FROM generate_series(1, 500) g", "INSERT 0 500")
	s.want("VACUUM ANALYZE assertions", "VACUUM")
	s.want("SELECT 1; VACUUM", "1", "SELECT 1", "25001: VACUUM cannot run inside a transaction block")
	s.want("SELECT n_distinct FROM pg_stats WHERE tablename = 'assertions' AND attname IN ('concept_path', 'predicate', 'value') ORDER BY attname", "50", "1", "-1", "SELECT 3")
}

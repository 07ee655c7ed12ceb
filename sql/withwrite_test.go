package sql

import "testing"

// TestWithInsert: claims that WITH inserts are not seen by their own statement,
// and all parts of it commit or none.
func TestWithInsert(t *testing.T) {
	e := newTestEngine(t)
	s, other := e.testSession(t), e.testSession(t)
	const insert = "INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) VALUES "
	const count = "SELECT count(*) FROM assertions"
	s.want("WITH n AS ("+insert+"('w/1', 'p', 'a', 's', '2026-01-01'), ('w/2', 'p', 'b', 's', '2026-01-01') RETURNING concept_path) SELECT (SELECT count(*) FROM assertions), count(*) FROM n",
		"0|2", "SELECT 1")
	other.want(count, "2", "SELECT 1")
	s.want("WITH n AS ("+insert+"('w/3', 'p', 'a', 's', '2026-01-01')) SELECT count(*) FROM assertions", "2", "SELECT 1")
	other.want(count, "3", "SELECT 1")
	s.want("WITH n AS ("+insert+"('w/4', 'p', 'a', 's', '2026-01-01')) SELECT 1/0", "22012: division by zero")
	other.want(count, "3", "SELECT 1")
	s.want("WITH n AS ("+insert+"('w/5', 'p', 'a', 's', '2026-01-01') RETURNING concept_path AS c) "+
		"INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) SELECT c || '/x', 'q', 'z', 's', '2026-01-01' FROM n", "INSERT 0 1")
	other.want("SELECT concept_path FROM assertions WHERE concept_path LIKE 'w/5%' ORDER BY 1", "w/5", "w/5/x", "SELECT 2")
	s.want("BEGIN; WITH n AS ("+insert+"('w/6', 'p', 'a', 's', '2026-01-01')) SELECT count(*) FROM assertions; SELECT count(*) FROM assertions; ROLLBACK; "+count,
		"BEGIN", "5", "SELECT 1", "6", "SELECT 1", "ROLLBACK", "5", "SELECT 1")
	s.want("BEGIN READ ONLY; WITH n AS ("+insert+"('w/7', 'p', 'a', 's', '2026-01-01')) SELECT 1", "BEGIN", "25006: cannot execute SELECT in a read-only transaction")
	s.want("ROLLBACK", "ROLLBACK")
	s.want("WITH n AS (INSERT INTO sources (source) VALUES ('one') RETURNING source), m AS (INSERT INTO sources (source) VALUES ('two')) SELECT source, (SELECT count(*) FROM sources) FROM n", "one|0", "SELECT 1")
	other.want("SELECT count(*) FROM sources", "2", "SELECT 1")
	s.want("WITH n AS (UPDATE sources SET trust = 0.5 WHERE source = 'one' RETURNING source, trust) SELECT * FROM n", "one|0.5", "SELECT 1")
	s.want("WITH n AS (DELETE FROM sources RETURNING source) SELECT count(*) FROM n", "2", "SELECT 1")
	s.want("CREATE TEMP TABLE t (a text); WITH n AS (INSERT INTO t VALUES ('w/8') RETURNING a) "+
		"INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) SELECT a, 'p', 'v', 's', '2026-01-01' FROM n; SELECT * FROM t", "CREATE TABLE", "INSERT 0 1", "w/8", "SELECT 1")
}

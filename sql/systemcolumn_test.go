package sql

import (
	"fmt"
	"strings"
	"testing"
)

// TestSystemColumnsOfClaims: ctid finds the claim again, whichever way it is
// scanned, and the columns are not seen where they cannot be.
func TestSystemColumnsOfClaims(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("INSERT INTO assertions (concept_path, predicate, value, source) SELECT 'a/' || g, 'p', g::text, 's' FROM generate_series(1, 500) g", "INSERT 0 500")
	s.want("SELECT count(*), count(DISTINCT ctid), bool_and(xmin::text::bigint > 3), min(cmin::text), max(xmax::text) FROM assertions", "500|500|t|0|0", "SELECT 1")
	s.want("SELECT count(*) FROM assertions a JOIN assertions b ON a.ctid = b.ctid AND a.xmin = b.xmin AND a.id = b.id", "500", "SELECT 1")
	s.want("SELECT value FROM assertions WHERE ctid = (SELECT ctid FROM assertions WHERE concept_path = 'a/7')", "7", "SELECT 1")
	s.want("SELECT count(*) FROM (SELECT ctid, xmin FROM assertions ORDER BY ctid LIMIT 10) x", "10", "SELECT 1")
	s.want("SELECT bool_and(('x' || substr(id, 1, 8))::bit(32)::bigint = split_part(trim('(' FROM ctid::text), ',', 1)::bigint) FROM assertions", "t", "SELECT 1")
	s.want("INSERT INTO assertions (concept_path, predicate, value, source) VALUES ('b', 'p', 'x', 's') RETURNING ctid IS NOT NULL, xmin::text::bigint > 3, xmax, tableoid = 'assertions'::regclass",
		"t|t|0|t", "INSERT 0 1")
	s.want("SELECT a.ctid FROM recency.assertions a", `42703: column a.ctid does not exist`)
	s.want("SELECT xmin FROM recency.assertions", `42703: column "xmin" does not exist`)
	s.want("SELECT xmin FROM assertions USING LENS recency", `42703: column "xmin" does not exist`)
	s.want("SELECT tableoid FROM (SELECT * FROM assertions) a", `42703: column "tableoid" does not exist`)
}

// TestSystemColumnsOfState: a row is changed by the ctid and the xmin that were
// read, and not by those of before another change.
func TestSystemColumnsOfState(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("INSERT INTO sources (source, title) VALUES ('a', 'A'), ('b', 'B'), ('c', 'C')", "INSERT 0 3")
	read := func(text string) string {
		t.Helper()
		return s.run(text)[0]
	}
	at, by := read("SELECT ctid FROM sources WHERE source = 'b'"), read("SELECT xmin FROM sources WHERE source = 'b'")
	where := fmt.Sprintf("WHERE ctid = '%s' AND xmin = '%s'", at, by)
	s.want("SELECT source FROM sources "+where, "b", "SELECT 1")
	s.want("BEGIN", "BEGIN")
	s.want("UPDATE sources SET title = 'B2' "+where+" RETURNING source, ctid, title", "b|"+at+"|B2", "UPDATE 1")
	s.want("UPDATE sources SET title = 'B3' "+where, "UPDATE 0")
	within := read("UPDATE sources SET title = 'B4' WHERE ctid = '" + at + "' RETURNING xmin")
	s.want("COMMIT", "COMMIT")
	s.want("SELECT xmin, title FROM sources WHERE ctid = '"+at+"'", within+"|B4", "SELECT 1")
	s.want("DELETE FROM sources "+where, "DELETE 0")
	s.want(fmt.Sprintf("DELETE FROM sources WHERE ctid = '%s' AND xmin = '%s' RETURNING source, xmin", at, within), "b|"+within, "DELETE 1")
	s.want("SELECT count(DISTINCT ctid) FROM sources", "2", "SELECT 1")
	s.want("SELECT s.xmin = s.xmin, source FROM sources s GROUP BY source ORDER BY 2", "t|a", "t|c", "SELECT 2")
	s.want("DELETE FROM sources s USING source_classes c WHERE s.source = 'a' AND c.name = 'community' RETURNING s.source, c.ctid IS NOT NULL, s.ctid IS NOT NULL", "a|t|t", "DELETE 1")
	s.want("INSERT INTO sources (source, title) VALUES ('c', 'C') ON CONFLICT (source) DO UPDATE SET title = 'CC' RETURNING xmin IS NOT NULL, title", "t|CC", "INSERT 0 1")
	s.want("UPDATE sources SET xmin = '1'", `0A000: cannot assign to system column "xmin"`)
}

// TestSystemColumnsStay: a row of a temporary table keeps its ctid when the room
// of those that ended is taken back.
func TestSystemColumnsStay(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("CREATE TEMP TABLE t (a int)", "CREATE TABLE")
	s.want("INSERT INTO t SELECT generate_series(1, 300)", "INSERT 0 300")
	last := s.run("SELECT ctid, xmin FROM t WHERE a = 300")[0]
	if !strings.HasPrefix(last, "(1,74)|") {
		t.Errorf("row 300 is at %s", last)
	}
	s.want("DELETE FROM t WHERE a < 250", "DELETE 249")
	s.want("SELECT ctid, xmin FROM t WHERE a = 300", last, "SELECT 1")
	s.want("INSERT INTO t VALUES (301) RETURNING ctid", "(1,75)", "INSERT 0 1")
	s.want("DELETE FROM t WHERE a < 300; SELECT count(DISTINCT ctid) FROM t", "DELETE 50", "2", "SELECT 1")
	s.want("UPDATE t SET a = 0 WHERE ctid = '(1,74)' RETURNING ctid", "(1,76)", "UPDATE 1")
	s.want("SELECT ctid, a FROM t ORDER BY ctid", "(1,75)|301", "(1,76)|0", "SELECT 2")
	s.want("BEGIN; INSERT INTO t VALUES (5) RETURNING xmin = pg_current_xact_id()::xid; ROLLBACK", "BEGIN", "t", "INSERT 0 1", "ROLLBACK")
	s.want("EXPLAIN SELECT a FROM t WHERE ctid = '(1,75)'", "Seq Scan on t…", "  Filter: (ctid = '(1,75)'::tid)", "EXPLAIN")
}

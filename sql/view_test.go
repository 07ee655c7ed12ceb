package sql

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

const viewClaims = "INSERT INTO assertions (concept_path, predicate, value, source, source_class, asserted_at) VALUES " +
	"('v/1', 'size', '10', 's1', 'regulatory', '2026-01-01'), ('v/1', 'size', '12', 's2', 'community', '2026-02-01'), ('v/2', 'size', '7', 's1', 'regulatory', '2026-01-01')"

func TestViews(t *testing.T) {
	e := newTestEngine(t)
	s, other := e.testSession(t), e.testSession(t)
	s.want(viewClaims, "INSERT 0 3")
	s.want("CREATE VIEW sizes AS SELECT concept_path AS path, value FROM assertions USING LENS recency WHERE predicate = 'size'", "CREATE VIEW")
	other.want("SELECT * FROM sizes ORDER BY path", "v/1|12", "v/2|7", "SELECT 2")
	other.want("SELECT s.value, a.value FROM sizes s JOIN assertions a ON a.concept_path = s.path AND a.value <> s.value", "12|10", "SELECT 1")
	other.want("CREATE VIEW big(p, n) AS SELECT path, value::int FROM sizes WHERE value::int > 10", "CREATE VIEW")
	s.want("SELECT (SELECT n FROM big), (SELECT count(*) FROM sizes)", "12|2", "SELECT 1")
	s.want("CREATE VIEW raw AS SELECT * FROM assertions", "CREATE VIEW")
	s.want("SELECT value FROM raw USING LENS authority WHERE concept_path = 'v/1'", "10", "SELECT 1")
	s.want("CREATE VIEW sizes AS SELECT 1", `42P07: relation "sizes" already exists`)
	s.want("CREATE VIEW assertions AS SELECT 1", `42P07: relation "assertions" already exists`)
	s.want("CREATE OR REPLACE VIEW assertions AS SELECT 1", `42809: "assertions" is not a view`)
	s.want("CREATE OR REPLACE VIEW sizes AS SELECT 'a'::text AS path", "42P16: cannot drop columns from view")
	s.want("CREATE OR REPLACE VIEW sizes AS SELECT 'a'::text AS path, 'b'::text AS x", `42P16: cannot change name of view column "value" to "x"`)
	s.want("CREATE OR REPLACE VIEW sizes AS SELECT 'a'::text AS path, 1 AS value", `42P16: cannot change data type of view column "value" from text to integer`)
	s.want("DROP VIEW assertions", `42809: "assertions" is not a view`)
	s.want("DROP VIEW nothing", `42P01: view "nothing" does not exist`)
	s.want("DROP VIEW sizes", "2BP01: cannot drop view sizes because other objects depend on it")
	s.want("DROP TABLE sizes", `42809: "sizes" is not a table`)
	s.want("INSERT INTO sizes VALUES ('a', 'b')", `55000: cannot insert into view "sizes"`)
	s.want("CREATE VIEW w AS SELECT 1 AS a WITH CHECK OPTION", "0A000: WITH CHECK OPTION is supported only on automatically updatable views")
	s.want("CREATE VIEW w AS SELECT $1::int AS a", "42P02: there is no parameter $1")
	s.want("CREATE VIEW w AS SELECT 1 AS a, 2 AS a", `42701: column "a" specified more than once`)
	s.want("CREATE VIEW w(a, b) AS SELECT 1", "42601: CREATE VIEW specifies more column names than columns")
	s.want("CREATE VIEW nowhere.w AS SELECT 1", `3F000: schema "nowhere" does not exist`)
	s.want("CREATE VIEW pg_catalog.w AS SELECT 1", `42501: permission denied to create "pg_catalog.w"`)
	s.want("CREATE RECURSIVE VIEW public.counting (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counting WHERE n < 4", "CREATE VIEW")
	s.want("SELECT sum(n) FROM counting", "10", "SELECT 1")
	s.client.notices = nil
	s.want("DROP VIEW sizes CASCADE", "DROP VIEW")
	if got := s.client.notices; !slices.Equal(got, []string{"NOTICE 00000: drop cascades to view big"}) {
		t.Errorf("notices %q", got)
	}
	other.want("SELECT * FROM big", `42P01: relation "big" does not exist`)
	s.want("DROP VIEW IF EXISTS big, counting, raw", "DROP VIEW")
	s.want("SELECT count(*) FROM pg_class WHERE oid >= 100000", "0", "SELECT 1")
	s.want("CREATE VIEW parts AS SELECT 'a'\n 'b' AS x; SELECT x, pg_get_viewdef('parts') FROM parts; DROP VIEW parts",
		"CREATE VIEW", "ab| SELECT 'ab'::text AS x;", "SELECT 1", "DROP VIEW")
}

// TestViewReplaced: plans that use a view follow it, views over it keep seeing
// the columns that it had when they were made, and go by its OID.
func TestViewReplaced(t *testing.T) {
	e := newTestEngine(t)
	s, other := e.testSession(t), e.testSession(t)
	s.want("CREATE VIEW v AS SELECT 1 AS a; CREATE VIEW w AS SELECT *, v.a + 1 AS b FROM v", "CREATE VIEW", "CREATE VIEW")
	other.want("PREPARE p AS SELECT * FROM w; EXECUTE p", "PREPARE", "1|2", "SELECT 1")
	s.want("CREATE OR REPLACE VIEW v AS SELECT 5 AS a, 'new' AS c", "CREATE VIEW")
	other.want("EXECUTE p", "5|6", "SELECT 1")
	other.want("SELECT * FROM v", "5|new", "SELECT 1")
	s.want("ALTER VIEW v RENAME TO x; SELECT * FROM w", "ALTER VIEW", "5|6", "SELECT 1")
	other.want("SELECT * FROM v", `42P01: relation "v" does not exist`)
	other.want("EXECUTE p", "5|6", "SELECT 1")
	s.want("ALTER VIEW x RENAME COLUMN a TO z; SELECT z FROM x; SELECT a FROM w", "ALTER VIEW", "5", "SELECT 1", "5", "SELECT 1")
	s.want("CREATE OR REPLACE VIEW x AS SELECT 1 AS z, 'c' AS c, a FROM w; SELECT * FROM w", "CREATE VIEW", `42P17: infinite recursion detected in rules for relation "w"`)
	s.want("DROP VIEW x, w", "DROP VIEW")
}

func TestViewTransactions(t *testing.T) {
	e := newTestEngine(t)
	s, other := e.testSession(t), e.testSession(t)
	s.want("BEGIN; CREATE VIEW v AS SELECT 1 AS a; SELECT * FROM v", "BEGIN", "CREATE VIEW", "1", "SELECT 1")
	other.want("SELECT * FROM v", `42P01: relation "v" does not exist`)
	s.want("ROLLBACK; SELECT * FROM v", "ROLLBACK", `42P01: relation "v" does not exist`)
	s.want("BEGIN; CREATE VIEW v AS SELECT 1 AS a; SAVEPOINT a; CREATE OR REPLACE VIEW v AS SELECT 2 AS a; CREATE VIEW w AS TABLE v; SELECT * FROM w",
		"BEGIN", "CREATE VIEW", "SAVEPOINT", "CREATE VIEW", "CREATE VIEW", "2", "SELECT 1")
	s.want("ROLLBACK TO a; SELECT * FROM v; COMMIT", "ROLLBACK", "1", "SELECT 1", "COMMIT")
	other.want("SELECT * FROM v; SELECT * FROM w", "1", "SELECT 1", `42P01: relation "w" does not exist`)
	s.want("BEGIN; DROP VIEW v; SELECT * FROM v", "BEGIN", "DROP VIEW", `42P01: relation "v" does not exist`)
	s.want("ROLLBACK; SELECT * FROM v", "ROLLBACK", "1", "SELECT 1")
	s.want("BEGIN READ ONLY; DROP VIEW v", "BEGIN", "25006: cannot execute DROP VIEW in a read-only transaction")
	s.want("ROLLBACK", "ROLLBACK")
	// A view cannot go while another comes to depend on it.
	s.want("BEGIN; CREATE VIEW over AS SELECT * FROM v", "BEGIN", "CREATE VIEW")
	other.want("DROP VIEW v", "DROP VIEW")
	s.want("COMMIT", "40001: could not serialize access due to concurrent update")
	s.want("SELECT * FROM over", `42P01: relation "over" does not exist`)
}

// TestViewOIDs: OIDs begin at 100000, are never given twice, and many sessions
// may make views at once.
func TestViewOIDs(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("CREATE VIEW v AS SELECT 1 AS a; DROP VIEW v; CREATE VIEW w AS SELECT 1 AS a; SELECT 'w'::regclass::oid", "CREATE VIEW", "DROP VIEW", "CREATE VIEW", "100002", "SELECT 1")
	s.want("CREATE OR REPLACE VIEW w AS SELECT 2 AS a; SELECT 'w'::regclass::oid", "CREATE VIEW", "100002", "SELECT 1")
	var wait sync.WaitGroup
	for n := range 4 {
		other := e.testSession(t)
		wait.Go(func() {
			for i := range 5 {
				other.want(fmt.Sprintf("CREATE VIEW m%d_%d AS SELECT %d AS a", n, i, i), "CREATE VIEW")
			}
		})
	}
	wait.Wait()
	s.want("SELECT count(DISTINCT oid), count(*) FROM pg_class WHERE relname LIKE 'm_\\__'", "20|20", "SELECT 1")
}

func TestTempViews(t *testing.T) {
	e := newTestEngine(t)
	s, other := e.testSession(t), e.testSession(t)
	s.want("CREATE TEMP TABLE t AS SELECT 1 AS a, 'x' AS b; CREATE TEMP VIEW v AS SELECT * FROM t", "SELECT 1", "CREATE VIEW")
	s.client.notices = nil
	s.want("CREATE VIEW w AS SELECT a FROM v; CREATE VIEW pg_temp.u AS SELECT a FROM t; CREATE VIEW pg_temp.k AS SELECT 1 AS a", "CREATE VIEW", "CREATE VIEW", "CREATE VIEW")
	if !slices.Equal(s.client.notices, []string{`NOTICE 00000: view "w" will be a temporary view`, `NOTICE 00000: view "u" will be a temporary view`}) {
		t.Errorf("notices %q", s.client.notices)
	}
	s.want("SELECT * FROM v, w", "1|x|1", "SELECT 1")
	other.want("SELECT * FROM w", `42P01: relation "w" does not exist`)
	s.want("DROP TABLE t", "2BP01: cannot drop table t because other objects depend on it")
	s.want("BEGIN; CREATE OR REPLACE TEMP VIEW v AS SELECT 3 AS a, 'z' AS b; SELECT * FROM w; ROLLBACK; SELECT * FROM w",
		"BEGIN", "CREATE VIEW", "3", "SELECT 1", "ROLLBACK", "1", "SELECT 1")
	s.want("SELECT relname, relkind, relpersistence FROM pg_class WHERE relname IN ('v', 'w') ORDER BY 1", "v|v|t", "w|v|t", "SELECT 2")
	s.want("DROP TABLE t CASCADE; SELECT * FROM w", "DROP TABLE", `42P01: relation "w" does not exist`)
}

// TestViewTimes: the query of a view is today's; the rows are those of the time
// asked for.
func TestViewTimes(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) VALUES ('t/1', 'p', 'old', 's', '2026-01-01')", "INSERT 0 1")
	at := s.run("SELECT clock_timestamp()")[0]
	s.want("INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) VALUES ('t/1', 'p', 'new', 's', '2026-02-01')", "INSERT 0 1")
	s.want("CREATE VIEW v AS SELECT a.* FROM assertions AS a USING LENS recency", "CREATE VIEW")
	s.want("SELECT value FROM v", "new", "SELECT 1")
	s.want("SELECT value FROM v AS OF SYSTEM TIME '"+at+"'", "old", "SELECT 1")
	s.want("SELECT v.value, w.value FROM v FOR SYSTEM_TIME AS OF '"+at+"', v AS w", "old|new", "SELECT 1")
	s.want("CREATE VIEW past AS SELECT value FROM v FOR SYSTEM_TIME AS OF '"+at+"'", "CREATE VIEW")
	s.want("SELECT value FROM past", "old", "SELECT 1")
	s.want("BEGIN AS OF SYSTEM TIME '"+at+"'; SELECT value FROM v; COMMIT", "BEGIN", "old", "SELECT 1", "COMMIT")
	s.want("CREATE VIEW w AS SELECT 1 AS a AS OF SYSTEM TIME '"+at+"'", "0A000…")
	// Literals are those of when the view was made.
	s.want("SET datestyle = 'iso, dmy'; CREATE VIEW d AS SELECT '01/02/2026'::date AS d", "SET", "CREATE VIEW")
	s.want("SET datestyle = 'iso, mdy'; SELECT d FROM d", "SET", "2026-02-01", "SELECT 1")
	s.want("SET search_path = pg_catalog; SELECT count(*) FROM public.v", "SET", "1", "SELECT 1")
}

// TestViewDepth: views within views end in an error, not in the stack.
func TestViewDepth(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("CREATE VIEW v0 AS SELECT 1 AS a", "CREATE VIEW")
	last := ""
	for i := 1; i < 80 && last == ""; i++ {
		if got := s.run(fmt.Sprintf("CREATE VIEW v%d AS SELECT * FROM v%d", i, i-1)); got[0] != "CREATE VIEW" {
			last = got[0]
		}
	}
	if !strings.HasPrefix(last, sqlerr.StatementTooComplex) {
		t.Error(last)
	}
	s.want("CREATE VIEW d0 AS SELECT 1 AS a", "CREATE VIEW")
	for i := 1; i < 20; i++ {
		got := s.run(fmt.Sprintf("CREATE VIEW d%d AS SELECT x.a FROM d%d x, d%d y", i, i-1, i-1))
		if strings.HasPrefix(got[0], sqlerr.StatementTooComplex) {
			return
		}
	}
	t.Error("views without bound")
}

// TestViewCatalogs: views show up in the catalogs from one declaration, and an
// engine that comes later sees what is stored.
func TestViewCatalogs(t *testing.T) {
	e := newTestEngine(t)
	e.testSession(t).want("CREATE VIEW v AS SELECT s.source, 1.5::numeric(4,2) AS n FROM sources s; CREATE TEMP TABLE gone (a int)", "CREATE VIEW", "CREATE TABLE")
	later, err := NewEngine(Options{Cluster: e.opt.Cluster, NodeID: "later"})
	if err != nil {
		t.Fatal(err)
	}
	s := later.testSession(t)
	s.want("SELECT oid, relname, relkind, relnatts, relhasrules, relpersistence, relnamespace::regnamespace FROM pg_class WHERE relname = 'v'", "100000|v|v|2|t|p|public", "SELECT 1")
	s.want("SELECT attnum, attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'v'::regclass ORDER BY 1", "1|source|text", "2|n|numeric(4,2)", "SELECT 2")
	s.want("SELECT schemaname, viewname, definition IS NOT NULL FROM pg_views WHERE viewname = 'v'", "public|v|t", "SELECT 1")
	s.want("SELECT table_name, view_definition IS NOT NULL FROM information_schema.views WHERE table_schema = 'public'", "v|t", "SELECT 1")
	s.want("SELECT table_type FROM information_schema.tables WHERE table_name = 'v'", "VIEW", "SELECT 1")
	s.want("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'v' ORDER BY ordinal_position", "source|text", "n|numeric", "SELECT 2")
	s.want("SELECT table_name, column_name FROM information_schema.view_column_usage WHERE view_name = 'v'", "sources|source", "SELECT 1")
	s.want("SELECT rulename, ev_class::regclass FROM pg_rewrite WHERE ev_class = 'v'::regclass", "_RETURN|v", "SELECT 1")
	s.want("SELECT refobjid::regclass, refobjsubid FROM pg_depend WHERE objid = (SELECT oid FROM pg_rewrite WHERE ev_class = 'v'::regclass) AND deptype = 'n' ORDER BY 2", "v|0", "sources|1", "SELECT 2")
	s.want("SELECT count(*) FROM pg_namespace WHERE nspname = 'public'", "1", "SELECT 1")
}

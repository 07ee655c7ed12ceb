package sql

import (
	"context"
	"testing"
)

// TestDomains: what one session declares others use, and plans follow changes.
func TestDomains(t *testing.T) {
	e := newTestEngine(t)
	s, other := e.testSession(t), e.testSession(t)
	s.want("CREATE DOMAIN posint AS int DEFAULT 7 CHECK (VALUE > 0)", "CREATE DOMAIN")
	other.want("SELECT 5::posint, pg_typeof(5::posint)", "5|posint", "SELECT 1")
	other.want("PREPARE p AS SELECT $1::posint; EXECUTE p(3); EXECUTE p(0)", "PREPARE", "3", "SELECT 1",
		`23514: value for domain posint violates check constraint "posint_check"`)
	other.want("CREATE TEMP TABLE t (a posint, b int); INSERT INTO t (b) VALUES (1); SELECT * FROM t", "CREATE TABLE", "INSERT 0 1", "7|1", "SELECT 1")
	s.want("ALTER DOMAIN posint DROP CONSTRAINT posint_check", "ALTER DOMAIN")
	other.want("EXECUTE p(0)", "0", "SELECT 1")
	s.want("ALTER DOMAIN posint SET NOT NULL", "ALTER DOMAIN")
	other.want("INSERT INTO t (a) VALUES (NULL)", "23502: domain posint does not allow null values")
	s.want("ALTER DOMAIN posint RENAME TO number", "ALTER DOMAIN")
	other.want("SELECT 1::posint", `42704: type "posint" does not exist`)
	other.want("SELECT attname, atttypid::regtype FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum = 1", "a|number", "SELECT 1")
	// Another session's tables are not known: their columns go on as what is below.
	s.want("DROP DOMAIN number", "DROP DOMAIN")
	other.want("INSERT INTO t (a) VALUES (NULL); SELECT a FROM t ORDER BY b", "INSERT 0 1", "7", "∅", "SELECT 2")
}

// TestDomainTransactions: domains, and comments on them, come and go with transactions
// and savepoints, in both places that have them.
func TestDomainTransactions(t *testing.T) {
	e := newTestEngine(t)
	s, other := e.testSession(t), e.testSession(t)
	for _, schema := range []string{"public", "pg_temp"} {
		name := schema + ".d"
		s.want("BEGIN; CREATE DOMAIN "+name+" AS int; SAVEPOINT a; ALTER DOMAIN "+name+" SET NOT NULL; SELECT NULL::"+name,
			"BEGIN", "CREATE DOMAIN", "SAVEPOINT", "ALTER DOMAIN", "23502: domain d does not allow null values")
		s.want("ROLLBACK TO a; SELECT NULL::"+name, "ROLLBACK", "∅", "SELECT 1")
		if got := other.run("SELECT 1::" + name); got[0][:5] != "42704" && got[0][:5] != "3F000" {
			t.Errorf("%s is seen by others: %s", name, got)
		}
		s.want("ROLLBACK; SELECT 1::"+name, "ROLLBACK", `42704: type "`+name+`" does not exist`)
		s.want("CREATE DOMAIN "+name+" AS int CONSTRAINT c CHECK (VALUE > 0); COMMENT ON DOMAIN "+name+" IS 'a'; COMMENT ON CONSTRAINT c ON DOMAIN "+name+" IS 'b'",
			"CREATE DOMAIN", "COMMENT", "COMMENT")
		s.want("SELECT description FROM pg_description WHERE objoid >= 100000 ORDER BY 1", "a", "b", "SELECT 2")
		s.want("ALTER DOMAIN "+name+" DROP CONSTRAINT c; SELECT obj_description('"+name+"'::regtype)", "ALTER DOMAIN", "a", "SELECT 1")
		s.want("DROP DOMAIN "+name+"; SELECT count(*) FROM pg_description WHERE objoid >= 100000", "DROP DOMAIN", "0", "SELECT 1")
	}
	s.want("CREATE DOMAIN a AS int[]; SELECT '{1}'::a; SELECT '{}'::a[]", "CREATE DOMAIN", "{1}", "SELECT 1", `0A000: arrays of domain "a", which is over arrays, are not supported`)
	s.want("BEGIN READ ONLY; CREATE DOMAIN d AS int", "BEGIN", "25006: cannot execute CREATE DOMAIN in a read-only transaction")
	s.want("ROLLBACK", "ROLLBACK")
}

// TestDomainViews: a view keeps to the domains that it was made over.
func TestDomainViews(t *testing.T) {
	e := newTestEngine(t)
	s, other := e.testSession(t), e.testSession(t)
	s.want("CREATE DOMAIN d AS text CHECK (VALUE <> ''); CREATE VIEW v AS SELECT 'x'::d AS a", "CREATE DOMAIN", "CREATE VIEW")
	s.want("ALTER DOMAIN d RENAME TO e; CREATE DOMAIN d AS int", "ALTER DOMAIN", "CREATE DOMAIN")
	other.want("SELECT a, pg_typeof(a), pg_get_viewdef('v') FROM v", "x|e| SELECT ('x'::text)::e AS a;", "SELECT 1")
	s.want("DROP DOMAIN e", "2BP01: cannot drop type e because other objects depend on it")
	s.want("DROP DOMAIN d", "DROP DOMAIN")
	s.want("DROP DOMAIN e CASCADE", "DROP DOMAIN")
	other.want("SELECT * FROM v", `42P01: relation "v" does not exist`)
	s.want("CREATE DOMAIN pg_temp.m AS int; CREATE VIEW w AS SELECT 1::m AS a; SELECT pg_typeof(a) FROM w", "CREATE DOMAIN", "CREATE VIEW", "m", "SELECT 1")
	other.want("SELECT * FROM w", `42P01: relation "w" does not exist`)
}

// TestReindex: REINDEX of what has claims builds the store's indexes, that of others does
// not.
func TestReindex(t *testing.T) {
	e := newTestEngine(t)
	built := 0
	e.opt.Reindex = func(context.Context) error { built++; return nil }
	s := e.testSession(t)
	s.want("CREATE TEMP TABLE t (a int PRIMARY KEY)", "CREATE TABLE")
	for _, c := range []struct {
		what  string
		built int
	}{
		{"TABLE t", 0}, {"INDEX t_pkey", 0}, {"TABLE sources", 0}, {"SYSTEM stemedb", 0}, {"SCHEMA pg_catalog", 0},
		{"TABLE assertions", 1}, {"INDEX assertions_pkey", 1}, {"SCHEMA public", 1}, {"DATABASE stemedb", 1},
	} {
		built = 0
		if s.want("REINDEX "+c.what, "REINDEX"); built != c.built {
			t.Errorf("REINDEX %s built the indexes of claims %d times", c.what, built)
		}
	}
	s.want("BEGIN; REINDEX DATABASE stemedb", "BEGIN", "25001: REINDEX DATABASE cannot run inside a transaction block")
	s.want("ROLLBACK; REINDEX DATABASE other", "ROLLBACK", "0A000: can only reindex the currently open database")
}

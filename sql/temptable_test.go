package sql

import (
	"strings"
	"testing"
)

func TestTempTables(t *testing.T) {
	e := newTestEngine(t)
	s, other := e.testSession(t), e.testSession(t)
	s.want("CREATE TABLE t (a int)", "0A000: CREATE TABLE is supported for temporary tables only")
	s.want("CREATE TEMP TABLE t (id int PRIMARY KEY, v text DEFAULT 'x', n int CHECK (n > 0))", "CREATE TABLE")
	s.want("INSERT INTO t (id, n) VALUES (1, 1), (2, NULL)", "INSERT 0 2")
	s.want("INSERT INTO t SELECT id + 2, v || 'y' FROM t", "INSERT 0 2")
	s.want("SELECT * FROM t ORDER BY id", "1|x|1", "2|x|∅", "3|xy|∅", "4|xy|∅", "SELECT 4")
	s.want("SELECT v FROM t WHERE id = 3", "xy", "SELECT 1")
	s.want("INSERT INTO t VALUES (1)", `23505: duplicate key value violates unique constraint "t_pkey"`)
	s.want("INSERT INTO t VALUES (9, 'x', 0)", `23514: new row for relation "t" violates check constraint "t_n_check"`)
	s.want("INSERT INTO t VALUES (NULL)", `23502: null value in column "id" of relation "t" violates not-null constraint`)
	s.want("UPDATE t SET v = v || '!', n = id WHERE id > 2 RETURNING id, v, n", "3|xy!|3", "4|xy!|4", "UPDATE 2")
	s.want("DELETE FROM t WHERE id = 3 RETURNING *", "3|xy!|3", "DELETE 1")
	s.want("SELECT count(*) FROM t", "3", "SELECT 1")
	other.want("SELECT count(*) FROM t", `42P01: relation "t" does not exist`)
	other.want("CREATE TEMP TABLE t (b text); SELECT count(*) FROM t", "CREATE TABLE", "0", "SELECT 1")
	s.want("SELECT count(*) FROM t", "3", "SELECT 1")
	s.want("BEGIN; DELETE FROM t; INSERT INTO t VALUES (1); SELECT count(*) FROM t; ROLLBACK", "BEGIN", "DELETE 3", "INSERT 0 1", "1", "SELECT 1", "ROLLBACK")
	s.want("SELECT id FROM t ORDER BY id", "1", "2", "4", "SELECT 3")
	s.want("SELECT id FROM t WHERE id = 4", "4", "SELECT 1")
	s.want("BEGIN; DROP TABLE t; CREATE TEMP TABLE t (z int); INSERT INTO t VALUES (7); SELECT * FROM t; ROLLBACK", "BEGIN", "DROP TABLE", "CREATE TABLE", "INSERT 0 1", "7", "SELECT 1", "ROLLBACK")
	s.want("SELECT count(*) FROM t", "3", "SELECT 1")
	s.want("BEGIN; SAVEPOINT a; DELETE FROM t WHERE id = 1; SAVEPOINT b; INSERT INTO t VALUES (8); CREATE TEMP TABLE v (a int); SELECT 1/0",
		"BEGIN", "SAVEPOINT", "DELETE 1", "SAVEPOINT", "INSERT 0 1", "CREATE TABLE", "22012: division by zero")
	s.want("ROLLBACK TO b; SELECT id FROM t ORDER BY id; ROLLBACK TO a; COMMIT", "ROLLBACK", "2", "4", "SELECT 2", "ROLLBACK", "COMMIT")
	s.want("SELECT id FROM t ORDER BY id", "1", "2", "4", "SELECT 3")
	s.want("SELECT * FROM v", `42P01: relation "v" does not exist`)
	s.want("TRUNCATE t; SELECT count(*) FROM t", "TRUNCATE TABLE", "0", "SELECT 1")
	s.want("CREATE TEMP TABLE u AS SELECT g AS a, g * g AS b FROM generate_series(1, 3) g", "SELECT 3")
	s.want("SELECT * FROM pg_temp.u", "1|1", "2|4", "3|9", "SELECT 3")
	s.want("SELECT 1 AS q INTO TEMP w; SELECT q FROM w", "SELECT 1", "1", "SELECT 1")
	s.want("DROP TABLE u, w", "DROP TABLE")
	s.want("SELECT * FROM u", `42P01: relation "u" does not exist`)
	s.want("SELECT relname, relpersistence, relkind FROM pg_class WHERE relname LIKE 't%' AND relpersistence = 't' ORDER BY 1", "t|t|r", "t_pkey|t|i", "SELECT 2")
	s.want("SELECT 't'::regclass, a.attname FROM pg_attribute a WHERE attrelid = 't'::regclass ORDER BY attnum", "t|tableoid", "t|cmax", "t|xmax", "t|cmin", "t|xmin", "t|ctid", "t|id", "t|v", "t|n", "SELECT 9")
}

// TestTempTableHides: a temporary table is found before the relation whose name
// it has, and plans made before and after know that.
func TestTempTableHides(t *testing.T) {
	e := newTestEngine(t)
	s, other := e.testSession(t), e.testSession(t)
	const q = "SELECT count(*) FROM sources"
	s.want(q, "0", "SELECT 1")
	s.want("PREPARE p AS "+q, "PREPARE")
	s.want("CREATE TEMP TABLE sources AS SELECT 1 AS a", "SELECT 1")
	s.want(q, "1", "SELECT 1")
	s.want("EXECUTE p", "1", "SELECT 1")
	other.want(q, "0", "SELECT 1")
	s.want("SELECT count(*) FROM public.sources", "0", "SELECT 1")
	s.want("DROP TABLE sources; "+q, "DROP TABLE", "0", "SELECT 1")
	s.want("EXECUTE p", "0", "SELECT 1")
}

func TestTempTableMemory(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("SET stemedb.temp_memory = '1MB'; CREATE TEMP TABLE t (a int PRIMARY KEY, b text)", "SET", "CREATE TABLE")
	s.want("INSERT INTO t SELECT g, repeat('x', 100) FROM generate_series(1, 100000) g", "53200: out of memory")
	s.want("SELECT count(*) FROM t", "0", "SELECT 1")
	s.want("INSERT INTO t SELECT g, 'x' FROM generate_series(1, 1000) g", "INSERT 0 1000")
	for range 300 { // ended versions are dropped: their memory does not add up
		if got := strings.Join(s.run("UPDATE t SET b = b"), "|"); got != "UPDATE 1000" {
			t.Fatal(got)
		}
	}
}

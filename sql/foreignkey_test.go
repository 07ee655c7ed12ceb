package sql

import (
	"strings"
	"testing"
)

// TestForeignKeyActions: actions reach over batches, and savepoints take back what
// they did.
func TestForeignKeyActions(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("CREATE TEMP TABLE p (id int PRIMARY KEY); CREATE TEMP TABLE c (id int, p int REFERENCES p ON DELETE CASCADE ON UPDATE CASCADE)", "CREATE TABLE", "CREATE TABLE")
	s.want("INSERT INTO p VALUES (1), (2); INSERT INTO c SELECT g, 1 + g % 2 FROM generate_series(1, 5000) g", "INSERT 0 2", "INSERT 0 5000")
	s.want("BEGIN; UPDATE p SET id = 7 WHERE id = 1; SAVEPOINT a; DELETE FROM p WHERE id = 7; SELECT count(*) FROM c", "BEGIN", "UPDATE 1", "SAVEPOINT", "DELETE 1", "2500", "SELECT 1")
	s.want("ROLLBACK TO a; SELECT p, count(*) FROM c GROUP BY p ORDER BY p", "ROLLBACK", "2|2500", "7|2500", "SELECT 2")
	s.want("ROLLBACK; SELECT p, count(*) FROM c GROUP BY p ORDER BY p", "ROLLBACK", "1|2500", "2|2500", "SELECT 2")
	s.want("UPDATE p SET id = 3 - id", `23505: duplicate key value violates unique constraint "p_pkey"`)
	s.want("DELETE FROM p WHERE id = 2; SELECT count(*) FROM c", "DELETE 1", "2500", "SELECT 1")
	s.want("INSERT INTO c SELECT g, 1 FROM generate_series(1, 2000) g UNION ALL SELECT 0, 3", `23503: insert or update on table "c" violates foreign key constraint "c_p_fkey"`)
	s.want("SELECT count(*) FROM c", "2500", "SELECT 1")
	s.want("DISCARD TEMP; SELECT count(*) FROM pg_constraint WHERE conname = 'c_p_fkey'", "DISCARD TEMP", "0", "SELECT 1")
}

// TestForeignKeyMemory: what waits to be checked counts against the budget, and does
// not add up.
func TestForeignKeyMemory(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("SET stemedb.temp_memory = '1MB'; CREATE TEMP TABLE p (id int PRIMARY KEY); CREATE TEMP TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED)", "SET", "CREATE TABLE", "CREATE TABLE")
	s.want("BEGIN; INSERT INTO c SELECT g FROM generate_series(1, 20000) g", "BEGIN", "53200: out of memory")
	s.want("ROLLBACK; SELECT count(*) FROM c", "ROLLBACK", "0", "SELECT 1")
	s.want("INSERT INTO p SELECT generate_series(1, 500); INSERT INTO c SELECT id FROM p", "INSERT 0 500", "INSERT 0 500")
	for range 100 {
		if got := strings.Join(s.run("UPDATE c SET p = 501 - p"), "|"); got != "UPDATE 500" {
			t.Fatal(got)
		}
	}
	s.want("DELETE FROM p WHERE id = 1", "DELETE 1", `23503: update or delete on table "p" violates foreign key constraint "c_p_fkey" on table "c"`)
	s.want("SELECT count(*) FROM p", "500", "SELECT 1")
}

// TestExpressionIndexKeeps: keys of expressions survive that ended rows are dropped,
// that other indexes come, and that columns are computed.
func TestExpressionIndexKeeps(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("CREATE TEMP TABLE t (id int, a text, g text GENERATED ALWAYS AS (a || '!') STORED); CREATE UNIQUE INDEX u ON t (lower(g)) WHERE id > 0", "CREATE TABLE", "CREATE INDEX")
	s.want("INSERT INTO t SELECT g, 'K' || g FROM generate_series(1, 3000) g", "INSERT 0 3000")
	for range 4 {
		s.want("UPDATE t SET a = a", "UPDATE 3000")
	}
	s.want("CREATE INDEX ON t (a); DELETE FROM t WHERE id % 2 = 0; CREATE UNIQUE INDEX ON t ((id * 2))", "CREATE INDEX", "DELETE 1500", "CREATE INDEX")
	s.want("INSERT INTO t VALUES (9000, 'k2'), (9001, 'k2999')", `23505: duplicate key value violates unique constraint "u"`)
	s.want("INSERT INTO t VALUES (9000, 'k2'), (9001, 'k2999') ON CONFLICT (lower(g)) WHERE id > 0 DO UPDATE SET a = 'met' RETURNING id, g", "9000|k2!", "2999|met!", "INSERT 0 2")
	s.want("INSERT INTO t VALUES (-3, 'k3') ON CONFLICT DO NOTHING", "INSERT 0 1")
	s.want("UPDATE t SET id = 3 WHERE id = -3", `23505: duplicate key value violates unique constraint "u"`)
}

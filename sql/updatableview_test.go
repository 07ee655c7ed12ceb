package sql

import (
	"context"
	"strings"
	"testing"
)

// TestViewWritesSeen: what ALTER VIEW says of a view holds for statements that other
// sessions have planned before.
func TestViewWritesSeen(t *testing.T) {
	e := newTestEngine(t)
	a, b := e.testSession(t), e.testSession(t)
	a.want("CREATE VIEW reg AS SELECT source, class, note FROM sources WHERE class = 'regulatory'", "CREATE VIEW")
	const insert = "INSERT INTO reg (source, note) VALUES ($1, 'n') RETURNING class"
	b.want("PREPARE ins(text) AS "+insert, "PREPARE")
	b.want("EXECUTE ins('w-1')", "∅", "INSERT 0 1")
	a.want("ALTER VIEW reg ALTER COLUMN class SET DEFAULT 'regulatory'", "ALTER VIEW")
	b.want("EXECUTE ins('w-2')", "regulatory", "INSERT 0 1")
	a.want("ALTER VIEW reg ALTER COLUMN class SET DEFAULT 'community'", "ALTER VIEW")
	b.want("EXECUTE ins('w-3')", "community", "INSERT 0 1")
	a.want("ALTER VIEW reg SET (check_option = cascaded)", "ALTER VIEW")
	b.want("EXECUTE ins('w-4')", `44000: new row violates check option for view "reg"`)
	b.want("BEGIN; ALTER VIEW reg RESET (check_option); INSERT INTO reg (source) VALUES ('w-5'); ROLLBACK", "BEGIN", "ALTER VIEW", "INSERT 0 1", "ROLLBACK")
	b.want("EXECUTE ins('w-4')", `44000: new row violates check option for view "reg"`)
	a.want("SELECT source FROM sources WHERE source LIKE 'w-%' ORDER BY 1", "w-1", "w-2", "w-3", "SELECT 3")
	a.want("CREATE OR REPLACE VIEW reg AS SELECT DISTINCT source, class, note FROM sources", "CREATE VIEW")
	b.want("EXECUTE ins('w-4')", `55000: cannot insert into view "reg"`)
	a.want("SELECT attname, pg_get_expr(adbin, adrelid) FROM pg_attribute a JOIN pg_attrdef d ON attrelid = adrelid AND attnum = adnum WHERE adrelid = 'reg'::regclass",
		"class|'community'::text", "SELECT 1")
}

// TestViewRowLocks: a lock on the rows of a view is one on the rows that it shows.
func TestViewRowLocks(t *testing.T) {
	e := newTestEngine(t)
	a, b := e.testSession(t), e.testSession(t)
	a.want("INSERT INTO sources (source, class, note) VALUES ('vl-1', 'regulatory', 'one'), ('vl-2', 'regulatory', 'two')", "INSERT 0 2")
	a.want("CREATE VIEW shown AS SELECT upper(source) AS name, c.tier FROM sources s JOIN source_classes c ON c.name = s.class WHERE source LIKE 'vl-%' ORDER BY 1", "CREATE VIEW")
	a.want("CREATE VIEW outermost AS SELECT name FROM shown", "CREATE VIEW")
	a.run("BEGIN")
	a.want("SELECT name FROM outermost WHERE name = 'VL-1' FOR UPDATE", "VL-1", "SELECT 1")
	b.want("SELECT note FROM sources WHERE source = 'vl-1' FOR UPDATE NOWAIT", `55P03: could not obtain lock on row in relation "sources"`)
	b.want("SELECT name FROM source_classes WHERE name = 'regulatory' FOR SHARE NOWAIT", `55P03: could not obtain lock on row in relation "source_classes"`)
	b.want("SELECT note FROM sources WHERE source = 'vl-2' FOR UPDATE NOWAIT", "two", "SELECT 1")
	b.want("SELECT * FROM (SELECT note FROM sources WHERE source LIKE 'vl-%' ORDER BY 1) q FOR UPDATE OF q SKIP LOCKED", "two", "SELECT 1")
	a.run("ROLLBACK")
	b.want("SELECT name FROM outermost WHERE name = 'VL-1' FOR UPDATE NOWAIT", "VL-1", "SELECT 1")
}

// TestLockTable: LOCK TABLE keeps others out by PostgreSQL's table of modes, until the
// transaction or the savepoint ends.
func TestLockTable(t *testing.T) {
	e := newTestEngine(t)
	a, b := e.testSession(t), e.testSession(t)
	a.want("LOCK TABLE sources", "25P01: LOCK TABLE can only be used in transaction blocks")
	a.want("CREATE VIEW over AS SELECT source FROM sources", "CREATE VIEW")
	// What goes together with what, in the order of the modes.
	modes := []string{"ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"}
	together := []string{"yyyyyyyn", "yyyyyynn", "yyyynnnn", "yyynnnnn", "yynnynnn", "yynnnnnn", "ynnnnnnn", "nnnnnnnn"}
	for i, held := range modes {
		a.run("BEGIN")
		a.want("LOCK TABLE over IN "+held+" MODE", "LOCK TABLE")
		for k, wanted := range modes {
			b.run("BEGIN")
			want := "LOCK TABLE"
			if together[i][k] == 'n' {
				want = `55P03: could not obtain lock on relation "sources"`
			}
			b.want("LOCK TABLE ONLY sources IN "+wanted+" MODE NOWAIT", want)
			b.run("ROLLBACK")
		}
		a.run("ROLLBACK")
	}
	a.run("BEGIN; SAVEPOINT s")
	a.want("LOCK sources IN SHARE MODE", "LOCK TABLE")
	a.want("LOCK sources IN EXCLUSIVE MODE", "LOCK TABLE")
	a.want("SELECT locktype, relation::regclass, mode, granted FROM pg_locks WHERE relation IS NOT NULL ORDER BY mode",
		"relation|sources|ExclusiveLock|t", "relation|sources|ShareLock|t", "SELECT 2")
	b.run("BEGIN; SET LOCAL lock_timeout = '10ms'")
	b.want("LOCK sources", "55P03: canceling statement due to lock timeout")
	b.run("ROLLBACK")
	b.want("UPDATE sources SET note = 'x' WHERE source = 'none'", "UPDATE 0")
	done := make(chan []string)
	go func() { done <- b.run("BEGIN; LOCK sources IN ROW EXCLUSIVE MODE; ROLLBACK") }()
	e.waiting(1)
	a.want("SELECT relation::regclass, mode, granted FROM pg_locks WHERE NOT granted", "sources|RowExclusiveLock|f", "SELECT 1")
	a.run("ROLLBACK TO s")
	if got := strings.Join(<-done, ";"); got != "BEGIN;LOCK TABLE;ROLLBACK" {
		t.Errorf("who waited for the table got %s", got)
	}
	a.want("SELECT count(*) FROM pg_locks WHERE relation IS NOT NULL", "0", "SELECT 1")
	a.run("ROLLBACK; CREATE TEMP TABLE own (a int); CREATE TEMP SEQUENCE numbers; BEGIN")
	a.want("LOCK own; LOCK TABLE pg_class IN ACCESS SHARE MODE", "LOCK TABLE", "LOCK TABLE")
	a.want("LOCK numbers", `42809: cannot lock relation "numbers"`)
}

// TestViewReturningColumns: clients are told of RETURNING's columns as of those of the
// view, computed ones too.
func TestViewReturningColumns(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("CREATE VIEW named AS SELECT upper(source) AS name, source FROM sources", "CREATE VIEW")
	view, ok := s.names.Named("public", "named")
	if !ok {
		t.Fatal("there is no view")
	}
	ctx := context.Background()
	stmts, err := s.Parse("INSERT INTO named (source) VALUES ('a') RETURNING source, name, source || 'x'")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Prepare(ctx, stmts[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, att := range []int16{2, 1, 0} {
		c := p.Columns[i]
		if c.Att != att || att > 0 && c.Rel != view.OID {
			t.Errorf("column %d is %d of %d, not %d of %d", i, c.Att, c.Rel, att, view.OID)
		}
	}
}

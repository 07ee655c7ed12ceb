package sql

import (
	"fmt"
	"testing"
	"time"
)

// TestBlockEnds: a block ends when its time is up, when it is cancelled, and when its
// variables take too much; it does not take the session with it.
func TestBlockEnds(t *testing.T) {
	s := newTestEngine(t).testSession(t)
	const late = "57014: canceling statement due to statement timeout"
	s.want("SET statement_timeout = 50", "SET")
	s.want("DO $$ BEGIN LOOP NULL; END LOOP; END $$", late)
	s.want("DO $$ BEGIN LOOP BEGIN PERFORM 1; EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; END $$", late)
	s.want("DO $$ DECLARE r record; BEGIN FOR r IN SELECT generate_series(1, 100000000000) LOOP NULL; END LOOP; END $$", late)
	s.want("DO $$ BEGIN COMMIT; LOOP NULL; END LOOP; END $$", late)
	s.want("SET statement_timeout = 0; SELECT 1", "SET", "1", "SELECT 1")
	time.AfterFunc(50*time.Millisecond, func() { s.Cancel() })
	s.want("DO $$ DECLARE i int := 0; BEGIN WHILE true LOOP i := 1 - i; END LOOP; END $$", "57014: canceling statement due to user request")
	s.want("SET stemedb.query_memory = '1MB'", "SET")
	s.want("DO $$ DECLARE t text := 'x'; BEGIN LOOP t := t || t; END LOOP; END $$", "53200: out of memory")
	s.want("RESET stemedb.query_memory; SELECT 1", "RESET", "1", "SELECT 1")
}

// TestBlockWritesClaims: what a subtransaction wrote is gone when it fails, and what
// COMMIT stored is there whatever comes then.
func TestBlockWritesClaims(t *testing.T) {
	s := newTestEngine(t).testSession(t)
	const insert = "INSERT INTO assertions (concept_path, predicate, value, source) VALUES ('%s', 'p', 'v', 's'); "
	put := func(path string) string { return fmt.Sprintf(insert, path) }
	s.want("DO $$ BEGIN "+put("a")+"BEGIN "+put("b")+"PERFORM 1/0; EXCEPTION WHEN division_by_zero THEN "+put("c")+"END; END $$", "DO")
	s.want("SELECT concept_path FROM assertions ORDER BY 1", "a", "c", "SELECT 2")
	s.want("DO $$ BEGIN "+put("d")+"COMMIT; "+put("e")+"ROLLBACK; "+put("f")+"PERFORM 1/0; END $$", "22012: division by zero")
	s.want("SELECT concept_path FROM assertions ORDER BY 1", "a", "c", "d", "SELECT 3")
	s.want("DO $$ DECLARE r record; n int := 0; BEGIN FOR r IN SELECT g FROM generate_series(1, 3000) g LOOP n := n + r.g; "+
		"IF r.g % 1000 = 0 THEN COMMIT; END IF; END LOOP; ASSERT n = 4501500; END $$", "DO")
	s.want("BEGIN; DO $$ BEGIN COMMIT; END $$", "BEGIN", "2D000: invalid transaction termination")
	s.want("ROLLBACK", "ROLLBACK")
}

// TestBlockNests: blocks within blocks have an end.
func TestBlockNests(t *testing.T) {
	s := newTestEngine(t).testSession(t)
	s.want("CREATE FUNCTION pg_temp.deep(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN pg_temp.deep(n + 1); END $$", "CREATE FUNCTION")
	s.want("SELECT pg_temp.deep(0)", "54001: stack depth limit exceeded")
	s.want("SELECT 1", "1", "SELECT 1")
}

// benchmarkBlock measures runs of a block.
func benchmarkBlock(b *testing.B, before, block string) {
	s := newTestEngine(b).testSession(b)
	if before != "" {
		s.run(before)
	}
	for b.Loop() {
		s.run(block)
	}
}

func BenchmarkBlockAssigns(b *testing.B) {
	benchmarkBlock(b, "", "DO $$ DECLARE i int := 0; BEGIN WHILE i < 1000000 LOOP i := i + 1; END LOOP; END $$")
}

func BenchmarkBlockSelects(b *testing.B) {
	benchmarkBlock(b, "CREATE TEMP TABLE t (k int PRIMARY KEY, v int); INSERT INTO t SELECT g, g FROM generate_series(1, 1000) g",
		"DO $$ DECLARE x int; BEGIN FOR i IN 1..100000 LOOP SELECT v INTO x FROM t WHERE k = i % 1000 + 1; END LOOP; END $$")
}

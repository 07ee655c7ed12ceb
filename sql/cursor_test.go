package sql

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/types"
)

// TestCursorSnapshot: a cursor reads what was there when it was declared, also
// what its transaction has written and later rolled back to before.
func TestCursorSnapshot(t *testing.T) {
	e := newTestEngine(t)
	s, other := e.testSession(t), e.testSession(t)
	insert := func(path string) string {
		return "INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) VALUES ('" + path + "', 'p', 'v', 's', '2026-01-01')"
	}
	s.want("BEGIN; "+insert("a/1")+"; DECLARE c CURSOR FOR SELECT concept_path FROM assertions ORDER BY 1", "BEGIN", "INSERT 0 1", "DECLARE CURSOR")
	s.want("SAVEPOINT x; "+insert("a/0")+"; SELECT count(*) FROM assertions", "SAVEPOINT", "INSERT 0 1", "2", "SELECT 1")
	other.want(insert("a/2"), "INSERT 0 1")
	s.want("DECLARE d CURSOR FOR SELECT concept_path FROM assertions ORDER BY 1; FETCH ALL d", "DECLARE CURSOR", "a/0", "a/1", "a/2", "FETCH 3")
	s.want("ROLLBACK TO x; FETCH ALL c; MOVE BACKWARD ALL c", "ROLLBACK", "a/1", "FETCH 1", "MOVE 1")
	s.want("FETCH d", `34000: cursor "d" does not exist`)
	s.want("ROLLBACK", "ROLLBACK")
}

// TestCursorMemory: one that was told to scroll keeps its rows within the
// budget; one that merely could goes on forward.
func TestCursorMemory(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	query := "FOR SELECT g, repeat('x', 5000) FROM generate_series(1, 2000) g"
	s.want("SET stemedb.query_memory = '4MB'", "SET")
	s.want("BEGIN; DECLARE c CURSOR "+query+"; DECLARE d SCROLL CURSOR "+query, "BEGIN", "DECLARE CURSOR", "DECLARE CURSOR")
	s.want("MOVE 10 c; MOVE -2 c; MOVE ALL c; MOVE PRIOR c", "MOVE 10", "MOVE 2", "MOVE 1992", "55000: cursor can only scan forward")
	s.want("ROLLBACK; BEGIN; DECLARE d SCROLL CURSOR "+query+"; MOVE ALL d", "ROLLBACK", "BEGIN", "DECLARE CURSOR", "53200: out of memory")
	s.want("ROLLBACK; BEGIN; DECLARE h NO SCROLL CURSOR WITH HOLD "+query+"; COMMIT", "ROLLBACK", "BEGIN", "DECLARE CURSOR", "53200: out of memory")
	s.want("FETCH h", `34000: cursor "h" does not exist`)
}

// TestCursorSpill: the rows of cursors beyond the budget lie in files, and come
// from there in every direction.
func TestCursorSpill(t *testing.T) {
	e := newTestEngine(t, func(o *Options) { o.TempDir = t.TempDir() })
	s := e.testSession(t)
	query := "FOR SELECT g, repeat('x', 500) || g FROM generate_series(1, 20000) g"
	s.want("SET stemedb.query_memory = '1MB'; BEGIN; DECLARE d SCROLL CURSOR "+query+"; DECLARE h NO SCROLL CURSOR WITH HOLD "+query+"; FETCH 2 h",
		"SET", "BEGIN", "DECLARE CURSOR", "DECLARE CURSOR", "1|"+strings.Repeat("x", 500)+"1", "2|"+strings.Repeat("x", 500)+"2", "FETCH 2")
	row := func(n int) string { return fmt.Sprintf("%d|%s%d", n, strings.Repeat("x", 500), n) }
	s.want("MOVE ALL d; FETCH PRIOR d; FETCH ABSOLUTE 7 d; FETCH RELATIVE 15000 d; FETCH ABSOLUTE -3 d; MOVE BACKWARD 9000 d; FETCH BACKWARD 2 d; FETCH FIRST d; MOVE FORWARD ALL d; MOVE BACKWARD ALL d",
		"MOVE 20000", row(20000), "FETCH 1", row(7), "FETCH 1", row(15007), "FETCH 1", row(19998), "FETCH 1", "MOVE 9000", row(10997), row(10996), "FETCH 2", row(1), "FETCH 1", "MOVE 19999", "MOVE 20000")
	if n := e.spill.Used(); n < 8<<20 {
		t.Errorf("only %d bytes are in files", n)
	}
	for _, k := range s.cursors {
		if k.rows != nil && k.rows.Held() > 1<<20 {
			t.Errorf("cursor %s holds %d bytes", k.name, k.rows.Held())
		}
	}
	s.want("COMMIT; FETCH h; MOVE 9999 h; FETCH h; MOVE ALL h; FETCH h", "COMMIT", row(3), "FETCH 1", "MOVE 9999", row(10003), "FETCH 1", "MOVE 9997", "FETCH 0")
	s.want("CLOSE h", "CLOSE CURSOR")
	if n := e.spill.Used(); n != 0 {
		t.Errorf("%d bytes are left", n)
	}
	s.want("BEGIN; DECLARE h CURSOR WITH HOLD "+query+"; COMMIT", "BEGIN", "DECLARE CURSOR", "COMMIT")
	s.Close()
	if n := e.spill.Used(); n != 0 {
		t.Errorf("%d bytes are left of a session", n)
	}
}

// TestFetchInParts: a row limit leaves rows of a FETCH for the next Execute,
// and the cursor can be executed by its name.
func TestFetchInParts(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	ctx := context.Background()
	s.want("BEGIN; DECLARE c CURSOR FOR SELECT generate_series(1, 10)", "BEGIN", "DECLARE CURSOR")
	stmts, err := s.Parse("FETCH 5 c")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Prepare(ctx, stmts[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	portal, err := s.Bind(ctx, p, []types.Datum{})
	if err != nil {
		t.Fatal(err)
	}
	sink := &textSink{s: s.Session}
	for i, want := range []int{3, 5} {
		res, err := portal.Execute(ctx, 3, sink)
		if err != nil || res.Suspended != (i == 0) || len(sink.rows) != want {
			t.Fatalf("step %d: %+v, %v, %q", i, res, err, sink.rows)
		}
	}
	if res, err := s.ExecuteCursor(ctx, "c", 2, sink); err != nil || !res.Suspended || sink.rows[6] != "7" {
		t.Errorf("%+v, %v, %q", res, err, sink.rows)
	}
	if res, err := s.ExecuteCursor(ctx, "c", 0, sink); err != nil || res.Tag != "SELECT 3" {
		t.Errorf("%+v, %v", res, err)
	}
	if cols, binary, ok := s.CursorColumns("c"); len(cols) != 1 || binary || !ok {
		t.Errorf("columns %v, %v, %v", cols, binary, ok)
	}
	s.CloseCursor("c")
	s.want("FETCH c", `34000: cursor "c" does not exist`)
}

// TestFetchCancelled: what is cancelled is the FETCH.
func TestFetchCancelled(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("BEGIN; DECLARE c NO SCROLL CURSOR FOR SELECT g, pg_sleep(0) FROM generate_series(1, 1000000000) g; SET statement_timeout = 50; MOVE ALL c",
		"BEGIN", "DECLARE CURSOR", "SET", "57014: canceling statement due to statement timeout")
	s.want("ROLLBACK", "ROLLBACK")
}

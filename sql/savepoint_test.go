package sql

import (
	"strings"
	"testing"
)

// TestSavepointClaims: claims of a part that was rolled back are neither seen
// by their own transaction nor stored, streamed or not.
func TestSavepointClaims(t *testing.T) {
	e := newTestEngine(t)
	s, other := e.testSession(t), e.testSession(t)
	insert := func(path string) string {
		return "INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) VALUES ('" + path + "', 'p', 'v', 's', '2026-01-01')"
	}
	list := "SELECT string_agg(concept_path, ' ' ORDER BY concept_path) FROM assertions"
	s.want("BEGIN; "+insert("a/1")+"; SAVEPOINT x; "+insert("a/2")+"; "+list, "BEGIN", "INSERT 0 1", "SAVEPOINT", "INSERT 0 1", "a/1 a/2", "SELECT 1")
	s.want("ROLLBACK TO x; "+list, "ROLLBACK", "a/1", "SELECT 1")
	s.want(insert("a/3")+"; SAVEPOINT y; "+insert("a/4")+"; RELEASE y; SELECT 1/0", "INSERT 0 1", "SAVEPOINT", "INSERT 0 1", "RELEASE", "22012: division by zero")
	s.want("ROLLBACK TO x; "+insert("a/5"), "ROLLBACK", "INSERT 0 1")
	s.want("SAVEPOINT z; "+insert("a/6")+"; ROLLBACK TO z; RELEASE z; "+insert("a/2")+"; "+list,
		"SAVEPOINT", "INSERT 0 1", "ROLLBACK", "RELEASE", "INSERT 0 1", "a/1 a/2 a/5", "SELECT 1")
	other.want(list, "∅", "SELECT 1")
	s.want("COMMIT; "+list, "COMMIT", "a/1 a/2 a/5", "SELECT 1")
	other.want(list, "a/1 a/2 a/5", "SELECT 1")
}

// TestBeginLate: what went before BEGIN in its query string is part of the block, and
// savepoints know of it.
func TestBeginLate(t *testing.T) {
	s := newTestEngine(t).testSession(t)
	list := "SELECT string_agg(source, ' ' ORDER BY source) FROM sources WHERE source LIKE 'late%'"
	s.want("INSERT INTO sources (source) VALUES ('late1'); BEGIN; SAVEPOINT x; INSERT INTO sources (source) VALUES ('late2'); ROLLBACK TO x; "+list,
		"INSERT 0 1", "BEGIN", "SAVEPOINT", "INSERT 0 1", "ROLLBACK", "late1", "SELECT 1")
	s.want("ROLLBACK; "+list, "ROLLBACK", "∅", "SELECT 1")
	s.want("INSERT INTO sources (source) VALUES ('late3'); BEGIN; INSERT INTO sources (source) VALUES ('late4')", "INSERT 0 1", "BEGIN", "INSERT 0 1")
	s.want("COMMIT; "+list, "COMMIT", "late3 late4", "SELECT 1")
}

// TestSavepointLarge: what is beyond the bound is refused, not done wrongly.
func TestSavepointLarge(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	load := func(path, rows string) string {
		return "INSERT INTO assertions (concept_path, predicate, value, source) SELECT '" + path + "/' || g, 'p', repeat('v', 20000), 's' FROM generate_series(1, " + rows + ") g"
	}
	count := "SELECT count(*) FROM assertions"
	s.want("BEGIN; SAVEPOINT x; "+load("a", "500")+"; "+count, "BEGIN", "SAVEPOINT", "INSERT 0 500", "500", "SELECT 1")
	s.want(load("b", "2000"), "54000: too much was written in a transaction with an open savepoint")
	s.want("ROLLBACK TO x; "+count, "ROLLBACK", "0", "SELECT 1")
	s.want("RELEASE x; "+load("c", "2000")+"; "+count, "RELEASE", "INSERT 0 2000", "2000", "SELECT 1")
	s.want("SAVEPOINT y", "54000: too much was written in this transaction for a savepoint")
	s.want("ROLLBACK; BEGIN; "+load("d", "500")+"; SAVEPOINT x; "+load("e", "500")+"; ROLLBACK TO x; COMMIT; "+count,
		"ROLLBACK", "BEGIN", "INSERT 0 500", "SAVEPOINT", "INSERT 0 500", "ROLLBACK", "COMMIT", "500", "SELECT 1")
}

// counter is a participant whose state is a number.
type counter struct{ n int }

func (c *counter) mark() int           { return c.n }
func (c *counter) rollbackTo(mark int) { c.n = mark }

// TestSavepointParts: read-only, settings' reports and other participants
// follow, and cursors of the part are closed.
func TestSavepointParts(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	c := &counter{n: 3}
	s.takePart(c)
	s.want("BEGIN; SAVEPOINT x; SET application_name = 'inner'", "BEGIN", "SAVEPOINT", "SET")
	c.n = 7
	s.want("ROLLBACK TO x", "ROLLBACK")
	if c.n != 3 || s.client.status["application_name"] != "" {
		t.Errorf("%d, application_name %q", c.n, s.client.status["application_name"])
	}
	s.want("SET TRANSACTION READ ONLY; ROLLBACK TO x; INSERT INTO sources (source, class) VALUES ('q', 'community')", "SET", "ROLLBACK", "INSERT 0 1")
	s.want(strings.Repeat("SAVEPOINT x; ", 3)+"ROLLBACK TO x; RELEASE x; RELEASE x; RELEASE x; ROLLBACK TO x; RELEASE x; RELEASE x",
		"SAVEPOINT", "SAVEPOINT", "SAVEPOINT", "ROLLBACK", "RELEASE", "RELEASE", "RELEASE", "ROLLBACK", "RELEASE", `3B001: savepoint "x" does not exist`)
}

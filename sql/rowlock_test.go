package sql

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// TestRowLocks: who locks a row of a state table keeps it from others until its
// transaction ends, as they want it: they are refused, pass it over, or wait and read
// what it has left.
func TestRowLocks(t *testing.T) {
	e := newTestEngine(t)
	a, b := e.testSession(t), e.testSession(t)
	a.want("INSERT INTO sources (source, note) VALUES ('rl-1', 'old'), ('rl-2', 'two')", "INSERT 0 2")
	const one = "SELECT note FROM sources WHERE source = 'rl-1' "
	a.run("BEGIN")
	a.want(one+"FOR UPDATE", "old", "SELECT 1")
	b.want(one+"FOR UPDATE NOWAIT", `55P03: could not obtain lock on row in relation "sources"`)
	b.want(one+"FOR KEY SHARE NOWAIT", `55P03: could not obtain lock on row in relation "sources"`)
	b.want(one+"FOR UPDATE SKIP LOCKED", "SELECT 0")
	b.want("SELECT source FROM sources s WHERE source LIKE 'rl-%' ORDER BY source LIMIT 1 FOR NO KEY UPDATE OF s SKIP LOCKED", "rl-2", "SELECT 1")
	b.want(one, "old", "SELECT 1")
	b.run("SET lock_timeout = '10ms'")
	b.want("UPDATE sources SET note = 'b' WHERE source = 'rl-1'", "55P03: canceling statement due to lock timeout")
	b.want("DELETE FROM sources WHERE source = 'rl-1'", "55P03: canceling statement due to lock timeout")
	b.run("RESET lock_timeout")
	b.run("SET stemedb.read_consistency = bounded_staleness") // a row that is locked is not read as it was
	done := make(chan []string)
	go func() { done <- b.run(one + "FOR SHARE") }()
	e.waiting(1)
	a.want("SELECT locktype, relation::regclass, mode, granted FROM pg_locks WHERE NOT granted", "tuple|sources|ShareLock|f", "SELECT 1")
	a.want("UPDATE sources SET note = 'new' WHERE source = 'rl-1'", "UPDATE 1")
	a.run("COMMIT")
	if got := strings.Join(<-done, ";"); got != "new;SELECT 1" {
		t.Errorf("who waited reads %s", got)
	}
	// Shared locks go together.
	a.run("BEGIN")
	a.want(one+"FOR SHARE", "new", "SELECT 1")
	b.want(one+"FOR KEY SHARE NOWAIT", "new", "SELECT 1")
	b.want(one+"FOR UPDATE NOWAIT", `55P03: could not obtain lock on row in relation "sources"`)
	// An UPDATE waits, and is rolled back with its savepoint, or finds the row gone.
	a.run("SAVEPOINT s; DELETE FROM sources WHERE source = 'rl-2'; ROLLBACK TO s")
	b.want("SELECT note FROM sources WHERE source = 'rl-2' FOR UPDATE NOWAIT", "two", "SELECT 1")
	a.run("DELETE FROM sources WHERE source = 'rl-2'")
	go func() { done <- b.run("UPDATE sources SET note = 'late' WHERE source = 'rl-2'") }()
	e.waiting(1)
	a.run("COMMIT")
	if got := strings.Join(<-done, ";"); got != "UPDATE 0" {
		t.Errorf("the row is gone: %s", got)
	}
	// Of two who add the same key the second waits for what becomes of the first.
	for _, end := range []struct{ how, want string }{
		{"ROLLBACK", "INSERT 0 1"},
		{"COMMIT", `23505: duplicate key value violates unique constraint "sources_pkey"`},
	} {
		name := "rl-" + end.how
		a.run("BEGIN; INSERT INTO sources (source) VALUES ('" + name + "')")
		go func() { done <- b.run("INSERT INTO sources (source) VALUES ('" + name + "')") }()
		e.waiting(1)
		a.run(end.how)
		if got := strings.Join(<-done, ";"); got != end.want {
			t.Errorf("after %s: %s", end.how, got)
		}
	}
	a.want("SELECT 1 FROM sources x FOR UPDATE OF y", `42P01: relation "y" in FOR UPDATE clause not found in FROM clause`)
	a.want("SELECT count(*) FROM sources FOR SHARE", "0A000: FOR SHARE is not allowed with aggregate functions")
	a.want("BEGIN READ ONLY; SELECT * FROM sources FOR UPDATE", "BEGIN", "25006: cannot execute SELECT FOR UPDATE in a read-only transaction")
	a.run("ROLLBACK")
	e.advisory.mu.Lock()
	defer e.advisory.mu.Unlock()
	if n := len(e.advisory.locks); n != 0 {
		t.Errorf("%d locks are left", n)
	}
}

// TestRowLockRepeatable: a transaction that reads at one time cannot read anew.
func TestRowLockRepeatable(t *testing.T) {
	e := newTestEngine(t)
	a, b := e.testSession(t), e.testSession(t)
	a.run("INSERT INTO sources (source, note) VALUES ('rl', '1')")
	b.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
	a.run("UPDATE sources SET note = '2' WHERE source = 'rl'")
	b.want("SELECT note FROM sources WHERE source = 'rl'", "1", "SELECT 1")
	b.want("SELECT note FROM sources WHERE source = 'rl' FOR UPDATE", "40001: could not serialize access due to concurrent update")
	b.run("ROLLBACK")
}

// TestRowLockCounter: of sessions that add to one row at once no addition is lost, and
// none is told to try again.
func TestRowLockCounter(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.run("INSERT INTO sources (source, note) VALUES ('count', '0')")
	const clients, each = 6, 20
	var wg sync.WaitGroup
	for c := range clients {
		b := e.testSession(t)
		wg.Go(func() {
			for range each {
				if c%2 == 0 {
					b.want("UPDATE sources SET note = (note::int + 1)::text WHERE source = 'count'", "UPDATE 1")
					continue
				}
				b.run("BEGIN")
				got := b.run("SELECT note::int + 1 FROM sources WHERE source = 'count' FOR UPDATE")
				b.want("UPDATE sources SET note = '"+got[0]+"' WHERE source = 'count'", "UPDATE 1")
				b.want("COMMIT", "COMMIT")
			}
		})
	}
	wg.Wait()
	s.want("SELECT note FROM sources WHERE source = 'count'", fmt.Sprint(clients*each), "SELECT 1")
}

// TestRowLockDeadlock: of two who wait for each other one is told so.
func TestRowLockDeadlock(t *testing.T) {
	e := newTestEngine(t)
	a, b := e.testSession(t), e.testSession(t)
	a.run("INSERT INTO sources (source) VALUES ('d1'), ('d2')")
	a.run("BEGIN; UPDATE sources SET note = 'a' WHERE source = 'd1'")
	b.run("BEGIN; UPDATE sources SET note = 'b' WHERE source = 'd2'")
	done := make(chan []string)
	go func() { done <- a.run("UPDATE sources SET note = 'a' WHERE source = 'd2'") }()
	e.waiting(1)
	b.want("UPDATE sources SET note = 'b' WHERE source = 'd1'", "40P01: deadlock detected")
	b.run("ROLLBACK")
	if got := strings.Join(<-done, ";"); got != "UPDATE 1" {
		t.Error(got)
	}
	a.want("COMMIT", "COMMIT")
}

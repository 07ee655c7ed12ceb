package sql

import (
	"testing"

	"github.com/stemedb/stemedb/sql/catalog"
)

// waiting waits until so many sessions wait for locks.
func (e *Engine) waiting(n int) {
	for {
		k := 0
		for _, l := range e.advisory.rows() {
			if !l.Granted {
				k++
			}
		}
		if k == n {
			return
		}
	}
}

func TestAdvisoryLocks(t *testing.T) {
	e := newTestEngine(t)
	a, b := e.testSession(t), e.testSession(t)
	a.want("SELECT pg_advisory_lock(1)", "", "SELECT 1")
	b.want("SELECT pg_try_advisory_lock(1), pg_try_advisory_lock(0, 1), pg_try_advisory_lock_shared(1)", "f|t|f", "SELECT 1")
	a.want("SELECT classid, objid, objsubid, mode, granted FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'", "0|1|1|ExclusiveLock|t", "SELECT 1")
	a.want("SELECT pg_try_advisory_lock(1), pg_advisory_unlock(1), pg_advisory_unlock(1), pg_advisory_unlock(1)", "t|t|t|f", "SELECT 1")
	b.want("SELECT pg_try_advisory_lock_shared(1)", "t", "SELECT 1")
	a.want("SELECT pg_try_advisory_lock_shared(1), pg_try_advisory_lock(1)", "t|f", "SELECT 1")
	a.want("SELECT pg_advisory_unlock_all()", "", "SELECT 1")
	b.want("DISCARD ALL", "DISCARD ALL")
	if rows := e.advisory.rows(); len(rows) != 0 {
		t.Errorf("left: %v", rows)
	}
}

func TestAdvisoryTransactionLocks(t *testing.T) {
	e := newTestEngine(t)
	a, b := e.testSession(t), e.testSession(t)
	a.run("BEGIN")
	a.run("SELECT pg_advisory_xact_lock(1)")
	a.run("SAVEPOINT s")
	a.run("SELECT pg_advisory_xact_lock(2), pg_advisory_lock(3)")
	a.run("ROLLBACK TO s")
	b.want("SELECT pg_try_advisory_xact_lock(1), pg_try_advisory_xact_lock(2), pg_try_advisory_xact_lock(3)", "f|t|f", "SELECT 1")
	a.want("SELECT pg_advisory_unlock(1), pg_advisory_unlock(3)", "f|t", "SELECT 1")
	a.run("COMMIT")
	b.want("SELECT pg_try_advisory_xact_lock(1)", "t", "SELECT 1")
	if rows := e.advisory.rows(); len(rows) != 0 {
		t.Errorf("left: %v", rows)
	}
}

func TestAdvisoryWaiting(t *testing.T) {
	e := newTestEngine(t)
	a, b := e.testSession(t), e.testSession(t)
	a.run("SELECT pg_advisory_lock(1)")
	done := make(chan []string)
	go func() { done <- b.run("SELECT pg_advisory_lock(1)") }()
	e.waiting(1)
	a.run("SELECT pg_advisory_unlock(1)")
	<-done
	a.want("SELECT pg_try_advisory_lock(1)", "f", "SELECT 1")
	a.run("SET lock_timeout = '10ms'")
	a.want("SELECT pg_advisory_lock(1)", "55P03: canceling statement due to lock timeout")
	a.run("SET lock_timeout = 0")
	a.run("SET statement_timeout = '10ms'")
	a.want("SELECT pg_advisory_lock_shared(1)", "57014: canceling statement due to statement timeout")
	a.run("SET statement_timeout = 0")
	go func() { done <- a.run("SELECT pg_advisory_lock(1)") }()
	e.waiting(1)
	b.Close()
	<-done
	if rows := e.advisory.rows(); len(rows) != 1 || rows[0] != (catalog.Lock{PID: a.opt.PID, Key: rows[0].Key, Granted: true}) {
		t.Errorf("locks: %v", rows)
	}
}

func TestAdvisoryDeadlock(t *testing.T) {
	e := newTestEngine(t)
	a, b := e.testSession(t), e.testSession(t)
	a.run("SELECT pg_advisory_lock(1)")
	b.run("SELECT pg_advisory_lock(2)")
	done := make(chan []string)
	go func() { done <- a.run("SELECT pg_advisory_lock(2)") }()
	e.waiting(1)
	b.want("SELECT pg_advisory_lock(1)", "40P01: deadlock detected")
	b.run("SELECT pg_advisory_unlock_all()")
	<-done
}

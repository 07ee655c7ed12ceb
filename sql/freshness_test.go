package sql

import (
	"strings"
	"testing"
	"time"
)

// TestBoundedStaleness is the settings of bounded reads, and what a client is told
// of them.
func TestBoundedStaleness(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("SHOW stemedb.read_consistency; SHOW stemedb.max_staleness; SHOW stemedb.served_as_of", "linearizable", "SHOW", "5s", "SHOW", "", "SHOW")
	s.want("SET stemedb.read_consistency = 'eventual'", `22023: invalid value for parameter "stemedb.read_consistency": "eventual"`)
	s.want("SET stemedb.max_staleness = '-1s'", `22023: -1000 ms is outside the valid range for parameter "stemedb.max_staleness" (0 .. 2147483647)`)
	s.want("SET stemedb.served_as_of = '2026-01-01'", `55P02: parameter "stemedb.served_as_of" cannot be changed`)

	count := "SELECT count(*) FROM assertions"
	s.want(count, "0", "SELECT 1")
	s.want("SET stemedb.read_consistency = bounded_staleness; SET stemedb.max_staleness = '2 s'; SHOW stemedb.max_staleness", "SET", "SET", "2s", "SHOW")
	s.want("SHOW stemedb.served_as_of", "", "SHOW")
	if len(s.client.notices) != 0 {
		t.Errorf("notices %q", s.client.notices)
	}
	s.want("INSERT INTO assertions (concept_path, predicate, value, source) VALUES ('t/1', 'p', 'v', 's')", "INSERT 0 1")
	s.want(count, "1", "SELECT 1") // what the session wrote itself
	s.want("BEGIN; INSERT INTO assertions (concept_path, predicate, value, source) VALUES ('t/2', 'p', 'v', 's'); "+count+"; COMMIT", "BEGIN", "INSERT 0 1", "2", "SELECT 1", "COMMIT")
	s.want(count, "2", "SELECT 1")
	if len(s.client.notices) != 1 || !strings.HasPrefix(s.client.notices[0], "NOTICE 00000: answers are as of 20") {
		t.Errorf("notices %q", s.client.notices)
	}
	s.want("SELECT now() - current_setting('stemedb.served_as_of')::timestamptz < '2 s'", "t", "SELECT 1")

	// Within REPEATABLE READ the time stays.
	asOf := func() string {
		rows := s.run("SHOW stemedb.served_as_of")
		return rows[0]
	}
	s.want("BEGIN ISOLATION LEVEL REPEATABLE READ; "+count, "BEGIN", "2", "SELECT 1")
	first := asOf()
	time.Sleep(2 * time.Millisecond)
	s.want(count, "2", "SELECT 1")
	if again := asOf(); again != first {
		t.Errorf("as of %s and then %s", first, again)
	}
	s.want("COMMIT; "+count, "COMMIT", "2", "SELECT 1")
	if later := asOf(); later <= first {
		t.Errorf("as of %s after %s", later, first)
	}
}

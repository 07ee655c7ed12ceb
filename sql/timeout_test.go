package sql

import (
	"fmt"
	"strings"
	"testing"
)

// TestTimeoutOfPlanning: the time of a statement is over while it is planned, as
// it stands or within another.
func TestTimeoutOfPlanning(t *testing.T) {
	s := newTestEngine(t).testSession(t)
	var items, conds strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&items, ", assertions t%d", i)
		fmt.Fprintf(&conds, " AND t%d.id = t.id", i)
	}
	query := "SELECT count(*) FROM assertions t" + items.String() + " WHERE true" + conds.String()
	const late = "57014: canceling statement due to statement timeout"
	for _, within := range []string{"", "EXPLAIN ", "CREATE TEMP TABLE x AS ", "CREATE VIEW x AS ", "PREPARE x AS "} {
		s.want("SET statement_timeout = 5", "SET")
		s.want(within+query, late)
		s.want("SET statement_timeout = 0; SELECT 1", "SET", "1", "SELECT 1")
	}
	s.want("BEGIN; SET LOCAL statement_timeout = 5; DECLARE c CURSOR FOR "+query, "BEGIN", "SET", late)
	s.want("ROLLBACK; SELECT 1", "ROLLBACK", "1", "SELECT 1")
}

// TestTimeoutWithin: what runs within a utility statement ends in time too.
func TestTimeoutWithin(t *testing.T) {
	s := newTestEngine(t).testSession(t)
	const late = "57014: canceling statement due to statement timeout"
	s.want("SET statement_timeout = 20", "SET")
	s.want("EXPLAIN ANALYZE SELECT count(*) FROM generate_series(1, 100000000000)", late)
	s.want("CREATE TEMP TABLE x AS SELECT count(*) FROM generate_series(1, 100000000000)", late)
	s.want("SET statement_timeout = 0", "SET")
	s.want("SELECT count(*) FROM x", `42P01: relation "x" does not exist`)
}

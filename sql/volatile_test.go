package sql

import "testing"

// TestVolatileTargets: what is volatile in a select list is computed in the order
// of the result, once a row that is given or skipped, as PostgreSQL 15 does; the
// numbers are its.
func TestVolatileTargets(t *testing.T) {
	s := newTestEngine(t).testSession(t)
	s.want("CREATE TEMP SEQUENCE s", "CREATE SEQUENCE")
	s.want("SELECT nextval('s'), g FROM generate_series(1, 3) g ORDER BY g DESC", "1|3", "2|2", "3|1", "SELECT 3")
	s.want("SELECT nextval('s') FROM generate_series(1, 5) LIMIT 1", "4", "SELECT 1")
	s.want("SELECT nextval('s') FROM generate_series(1, 5) OFFSET 1 LIMIT 1", "6", "SELECT 1")
	s.want("SELECT g, nextval('s') FROM generate_series(1, 5) g ORDER BY g DESC OFFSET 1 LIMIT 1", "4|8", "SELECT 1")
	s.want("SELECT currval('s')", "8", "SELECT 1")
	s.want("SELECT nextval('s') v, g FROM generate_series(1, 3) g ORDER BY v DESC", "11|3", "10|2", "9|1", "SELECT 3")
	s.want("SELECT DISTINCT ON (g % 2) g, nextval('s') FROM generate_series(1, 4) g ORDER BY g % 2, g DESC", "4|12", "3|13", "SELECT 2")
	s.want("SELECT currval('s')", "13", "SELECT 1")
	s.want("SELECT g, nextval('s') FROM generate_series(1, 5) g ORDER BY g FETCH FIRST 2 ROWS WITH TIES", "1|14", "2|15", "SELECT 2")
	s.want("SELECT currval('s')", "15", "SELECT 1") // PostgreSQL has computed the row, too, that is no tie any more
	s.want("SELECT count(*) OVER (), nextval('s'), g FROM generate_series(1, 3) g ORDER BY g DESC LIMIT 1", "3|16|3", "SELECT 1")
	s.want("SELECT currval('s')", "16", "SELECT 1")
}

package sql

import "testing"

func TestComments(t *testing.T) {
	e := newTestEngine(t)
	s, other := e.testSession(t), e.testSession(t)
	const table = "SELECT obj_description('sources'::regclass, 'pg_class')"
	declared := s.run(table)[0]
	s.want("COMMENT ON TABLE sources IS 'who speaks'", "COMMENT")
	other.want(table, "who speaks", "SELECT 1")
	s.want("COMMENT ON TABLE sources IS NULL", "COMMENT")
	other.want(table, "∅", "SELECT 1")
	other.want("SELECT count(*) FROM pg_description WHERE objoid = 'sources'::regclass AND objsubid = 0", "0", "SELECT 1")
	s.want("BEGIN; COMMENT ON TABLE sources IS '"+declared+"'; ROLLBACK", "BEGIN", "COMMENT", "ROLLBACK")
	s.want(table, "∅", "SELECT 1")
	s.want("CREATE VIEW v AS SELECT 1 AS a, 2 AS b; COMMENT ON VIEW v IS 'a view'; COMMENT ON COLUMN v.b IS 'two'", "CREATE VIEW", "COMMENT", "COMMENT")
	other.want("SELECT obj_description('v'::regclass), col_description('v'::regclass, 1), col_description('v'::regclass, 2)", "a view|∅|two", "SELECT 1")
	other.want("SELECT objsubid, description FROM pg_description WHERE objoid = 'v'::regclass ORDER BY 1", "0|a view", "2|two", "SELECT 2")
	s.want("COMMENT ON SCHEMA public IS 'all'; SELECT obj_description('public'::regnamespace, 'pg_namespace')", "COMMENT", "all", "SELECT 1")
	s.want("COMMENT ON FUNCTION lower(text) IS 'small'; SELECT obj_description('lower(text)'::regprocedure, 'pg_proc')", "COMMENT", "small", "SELECT 1")
	s.want("COMMENT ON TYPE int4 IS 'four'; SELECT obj_description('int4'::regtype, 'pg_type')", "COMMENT", "four", "SELECT 1")
	s.want("COMMENT ON INDEX sources_pkey IS 'key'; SELECT obj_description('sources_pkey'::regclass)", "COMMENT", "key", "SELECT 1")
	s.want("CREATE TEMP TABLE t (a int); COMMENT ON TABLE t IS 'mine'; COMMENT ON COLUMN t.a IS 'its a'", "CREATE TABLE", "COMMENT", "COMMENT")
	s.want("SELECT obj_description('t'::regclass), col_description('t'::regclass, 1)", "mine|its a", "SELECT 1")
	s.want("SELECT description FROM pg_description WHERE objoid = 't'::regclass ORDER BY objsubid", "mine", "its a", "SELECT 2")
	s.want("COMMENT ON VIEW t IS 'x'", `42809: "t" is not a view`)
	s.want("COMMENT ON TABLE v IS 'x'", `42809: "v" is not a table`)
	s.want("COMMENT ON TABLE nothing IS 'x'", `42P01: relation "nothing" does not exist`)
	s.want("COMMENT ON COLUMN t.z IS 'x'", `42703: column "z" of relation "t" does not exist`)
	s.want("COMMENT ON SCHEMA nothing IS 'x'", `3F000: schema "nothing" does not exist`)
	s.want("COMMENT ON FUNCTION lower(int) IS 'x'", "42883: function lower(integer) does not exist")
	s.want("COMMENT ON FUNCTION lower IS 'x'", `42725: function name "lower" is not unique`)
	s.want("COMMENT ON FUNCTION nothing IS 'x'", `42883: could not find a function named "nothing"`)
	s.want("BEGIN READ ONLY; COMMENT ON TABLE t IS 'x'", "BEGIN", "25006: cannot execute COMMENT in a read-only transaction")
	s.want("ROLLBACK; DROP VIEW v; SELECT count(*) FROM pg_description WHERE objoid >= 100000 AND objoid < 1073741824", "ROLLBACK", "DROP VIEW", "0", "SELECT 1")
}

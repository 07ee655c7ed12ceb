package sql

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

const routineClaims = "INSERT INTO assertions (concept_path, predicate, value, source, source_class, asserted_at) VALUES " +
	"('r/1', 'size', '10', 's1', 'regulatory', '2026-01-01'), ('r/2', 'size', '7', 's1', 'regulatory', '2026-01-01')"

// TestRoutinesShared: functions are seen by all sessions, and plans that call them follow
// them.
func TestRoutinesShared(t *testing.T) {
	e := newTestEngine(t)
	s, other := e.testSession(t), e.testSession(t)
	s.want("CREATE FUNCTION twice(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT x * 2'", "CREATE FUNCTION")
	other.want("SELECT twice(4)", "8", "SELECT 1")
	s.want("CREATE OR REPLACE FUNCTION twice(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT x * 20'", "CREATE FUNCTION")
	other.want("SELECT twice(4)", "80", "SELECT 1")
	s.want("CREATE FUNCTION pg_temp.own() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE FUNCTION")
	s.want("SELECT pg_temp.own()", "1", "SELECT 1")
	other.want("SELECT pg_temp.own()", `3F000: schema "pg_temp" does not exist`)
	other.want("DROP FUNCTION twice(int)", "DROP FUNCTION")
	s.want("SELECT twice(4)", "42883: function twice(integer) does not exist")
	s.want("SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace", "0", "SELECT 1")
	s.want("DISCARD ALL", "DISCARD ALL")
	s.want("SELECT pg_temp.own()", "42883: function pg_temp.own() does not exist")
}

// TestRoutineWrites: functions write claims, state tables and objects in the transaction
// of their caller.
func TestRoutineWrites(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want(routineClaims, "INSERT 0 2")
	s.want("CREATE FUNCTION say(path text, v text) RETURNS bigint LANGUAGE sql AS $$ INSERT INTO assertions (concept_path, predicate, value, source, source_class, asserted_at)"+
		" VALUES (path, 'said', v, 's1', 'community', '2026-01-01'); SELECT count(*) FROM assertions WHERE predicate = 'said' $$", "CREATE FUNCTION")
	s.want("SELECT say('r/1', 'a')", "1", "SELECT 1")
	s.want("BEGIN; SELECT say('r/1', 'b'); ROLLBACK", "BEGIN", "2", "SELECT 1", "ROLLBACK")
	s.want("SELECT say(concept_path, 'c') FROM assertions WHERE predicate = 'size' ORDER BY concept_path", "2", "3", "SELECT 2")
	s.want("SELECT count(*) FROM assertions WHERE predicate = 'said'", "3", "SELECT 1")
	s.want("INSERT INTO assertions (concept_path, predicate, value, source, source_class, asserted_at) SELECT 'r/3', 'n', say('r/3', 'd')::text, 's1', 'community', '2026-01-01' RETURNING value",
		"4", "INSERT 0 1")
	s.want("SELECT say('r/4', 'e'), 1 / (SELECT 0)", "22012: division by zero")
	s.want("SELECT count(*) FROM assertions WHERE predicate = 'said'", "4", "SELECT 1")
	s.want("SET default_transaction_read_only = on", "SET")
	s.want("SELECT say('r/5', 'f')", "25006: cannot execute INSERT in a read-only transaction")
	s.want("SET default_transaction_read_only = off", "SET")
	s.want("CREATE FUNCTION makes() RETURNS int LANGUAGE sql AS 'CREATE VIEW made AS SELECT 5 AS x; SELECT 1'", "CREATE FUNCTION")
	s.want("SELECT makes()", "1", "SELECT 1")
	s.want("SELECT x FROM made", "5", "SELECT 1")
}

// TestRoutineConditions: calls stand in conditions on claims that are read by the
// shard, and where workers would compute others.
func TestRoutineConditions(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want(routineClaims, "INSERT 0 2")
	s.want("CREATE FUNCTION size_of(path text) RETURNS int LANGUAGE sql STABLE AS $$ SELECT value::int FROM assertions WHERE concept_path = path AND predicate = 'size' LIMIT 1 $$", "CREATE FUNCTION")
	s.want("SELECT concept_path FROM assertions WHERE predicate = 'size' AND size_of(concept_path) > 8", "r/1", "SELECT 1")
	s.want("SELECT sum(size_of(concept_path)), count(*) FROM assertions", "17|2", "SELECT 1")
	s.want("SELECT size_of(concept_path), count(*) FROM assertions USING LENS recency GROUP BY 1 ORDER BY 1", "7|1", "10|1", "SELECT 2")
	s.want("SELECT * FROM (SELECT size_of(concept_path) AS n FROM assertions) x ORDER BY n", "7", "10", "SELECT 2")
	s.want("SELECT count(*) FROM assertions a JOIN assertions b ON size_of(a.concept_path) = size_of(b.concept_path)", "2", "SELECT 1")
	s.want("CREATE FUNCTION path(n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'r/' || n $$", "CREATE FUNCTION")
	s.want("SELECT value FROM assertions WHERE concept_path = path(1)", "10", "SELECT 1")
}

// TestRoutineBounds: recursion, time and cancelling.
func TestRoutineBounds(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("CREATE FUNCTION down(n int) RETURNS int LANGUAGE sql AS 'SELECT CASE WHEN n = 0 THEN 0 ELSE 1 + down(n - 1) END'", "CREATE FUNCTION")
	s.want("SELECT down(900)", "900", "SELECT 1")
	s.want("SELECT down(5000)", "54001: stack depth limit exceeded")
	s.want("CREATE FUNCTION rows_down(n int) RETURNS SETOF int LANGUAGE sql AS 'SELECT rows_down(n - 1)'", "CREATE FUNCTION")
	s.want("SELECT rows_down(1)", "54001: stack depth limit exceeded")
	s.want("CREATE FUNCTION slow() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM generate_series(1, 1000000000)'", "CREATE FUNCTION")
	s.want("SET statement_timeout = 50; SELECT slow()", "SET", "57014: canceling statement due to statement timeout")
	s.want("RESET statement_timeout", "RESET")
	go func() {
		for !s.Cancel() {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(20 * time.Millisecond)
		s.Cancel()
	}()
	s.want("SELECT slow()", "57014: canceling statement due to user request")
}

// TestRoutineContext: errors say in which statement of which function they arose.
func TestRoutineContext(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("CREATE FUNCTION inner_(n int) RETURNS int LANGUAGE sql AS 'SELECT 1; SELECT 1 / n'", "CREATE FUNCTION")
	s.want("CREATE FUNCTION outer_(n int) RETURNS int LANGUAGE sql AS 'SELECT inner_(n) FROM generate_series(1, 1)'", "CREATE FUNCTION")
	stmts, err := s.Parse("SELECT outer_(0)")
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.one(context.Background(), stmts[0], true)
	var got *sqlerr.Error
	if want := "SQL function \"inner_\" statement 2\nSQL function \"outer_\" statement 1"; !errors.As(err, &got) || got.Where != want || got.Position != 0 {
		t.Errorf("got %+v, want the context %q", err, want)
	}
}

// TestRoutineFastpath calls a function by its OID.
func TestRoutineFastpath(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("CREATE FUNCTION plus(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT a + b'", "CREATE FUNCTION")
	f := s.names.Routines("plus")
	if len(f) != 1 {
		t.Fatalf("%d functions", len(f))
	}
	if got := s.call(f[0].OID, types.Int(3), types.Int(4)); got != "7" {
		t.Errorf("got %s", got)
	}
}

// TestRoutineRefusals: what is not there is refused by name.
func TestRoutineRefusals(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	for _, c := range [][2]string{
		{"CREATE AGGREGATE ag(int) (SFUNC = int4pl, STYPE = int)", "0A000: CREATE AGGREGATE is not supported"},
		{"CREATE OPERATOR ## (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl)", "0A000: CREATE OPERATOR is not supported"},
		{"CREATE FUNCTION pg_catalog.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "42501: permission denied for schema pg_catalog"},
		{"CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'x', 'y'", `0A000: functions in language "c" are not supported`},
		{"CREATE FUNCTION f(VARIADIC \"any\") RETURNS int LANGUAGE sql AS 'SELECT 1'", `0A000: VARIADIC "any" of functions that statements make is not supported`},
		{"CREATE FUNCTION f() RETURNS int LANGUAGE sql SUPPORT int4pl AS 'SELECT 1'", "0A000: SUPPORT of functions is not supported"},
		{"CREATE TEMP TABLE tt (i int); CREATE FUNCTION f() RETURNS SETOF tt LANGUAGE sql AS 'SELECT 1'", "0A000: a function that is not temporary cannot have the row type of a temporary relation"},
	} {
		got := s.run(c[0])
		if len(got) == 0 || got[len(got)-1] != c[1] {
			t.Errorf("%s: got %q, want %q", c[0], got, c[1])
		}
	}
}

// TestRoutineMoment: what is not volatile sees what its caller sees.
func TestRoutineMoment(t *testing.T) {
	e := newTestEngine(t)
	s, other := e.testSession(t), e.testSession(t)
	s.want(routineClaims, "INSERT 0 2")
	s.want("CREATE FUNCTION counted() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM assertions'", "CREATE FUNCTION")
	s.want("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT counted()", "BEGIN", "2", "SELECT 1")
	other.want("INSERT INTO assertions (concept_path, predicate, value, source, source_class, asserted_at) VALUES ('r/9', 'size', '1', 's1', 'regulatory', '2026-01-01')", "INSERT 0 1")
	s.want("SELECT counted(); COMMIT; SELECT counted()", "2", "SELECT 1", "COMMIT", "3", "SELECT 1")
}

// TestBodiesBounded: a session keeps so many planned bodies and no more.
func TestBodiesBounded(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	for i := range maxBodies + 10 {
		name := "f" + strconv.Itoa(i)
		s.want("CREATE FUNCTION pg_temp."+name+"() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM generate_series(1, 2)'; SELECT pg_temp."+name+"()",
			"CREATE FUNCTION", "2", "SELECT 1")
	}
	if n := len(s.bodies); n > maxBodies {
		t.Errorf("%d bodies are kept", n)
	}
}

// TestInputs: what calls give values, in the order of the declaration.
func TestInputs(t *testing.T) {
	r := &functions.Routine{Params: []functions.Param{{Name: "a", Mode: functions.ParamIn}, {Name: "b", Mode: functions.ParamOut}, {Name: "c", Mode: functions.ParamInOut}}}
	var names []string
	for _, p := range r.Inputs() {
		names = append(names, p.Name)
	}
	if !slices.Equal(names, []string{"a", "c"}) {
		t.Errorf("got %q", names)
	}
}

// TestRoutinesFar: calls of functions stay on the session's node, whatever shards it
// holds; what is below them is scanned where it lies.
func TestRoutinesFar(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	fillFar(t, s, 1)
	s.want("CREATE FUNCTION far(path text) RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT count(*) FROM assertions WHERE concept_path = path $$", "CREATE FUNCTION")
	s.want("CREATE FUNCTION near(path text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT upper(path) $$", "CREATE FUNCTION")
	for _, q := range []string{
		"SELECT sum(far(concept_path)), count(*) FROM assertions",
		"SELECT count(*) FROM assertions WHERE far(concept_path) > 1 AND predicate > ''",
		"SELECT concept_path, far(concept_path) FROM assertions USING LENS recency ORDER BY 1, 2 LIMIT 5",
		"SELECT far(concept_path) AS n, count(*) FROM assertions GROUP BY 1 ORDER BY 1",
		"SELECT near(concept_path) FROM assertions ORDER BY 1 LIMIT 3",
	} {
		want := s.run(q)
		for _, here := range []func(storage.ShardID) bool{none, odd, some} {
			far, _ := farEngine(t, e, here)
			if got := far.testSession(t).run(q); !slices.Equal(got, want) {
				t.Errorf("%s\n got: %q\nwant: %q", q, got, want)
			}
		}
	}
}

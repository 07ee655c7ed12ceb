package sql

import (
	"context"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func TestSettings(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t, [2]string{"application_name", "test"}, [2]string{"DateStyle", "german"})
	if s.client.status["application_name"] != "test" || s.client.status["DateStyle"] != "German, DMY" || s.client.status["server_version"] != "15.18" {
		t.Errorf("reported %v", s.client.status)
	}
	s.want("SHOW DateStyle", "German, DMY", "SHOW")
	s.want("SELECT DATE '2026-02-01'", "01.02.2026", "SELECT 1")
	s.want("SET datestyle = iso; SELECT DATE '2026-02-01'", "SET", "2026-02-01", "SELECT 1")
	s.want("RESET datestyle; SHOW datestyle", "RESET", "German, DMY", "SHOW")
	s.want("SET TIME ZONE 'Europe/Berlin'; SELECT TIMESTAMPTZ '2026-07-01 12:00Z'", "SET", "01.07.2026 14:00:00 CEST", "SELECT 1")
	s.want("SET nothing = 1", `42704: unrecognized configuration parameter "nothing"`)
	s.want("SET server_version = '9'", `55P02: parameter "server_version" cannot be changed`)
	s.want("SET statement_timeout = '1 parsec'", `22023: invalid value for parameter "statement_timeout": "1 parsec"`)
	s.want("SET statement_timeout = '2 min'; SHOW statement_timeout", "SET", "2min", "SHOW")
	s.want("SET my.own = 'x'; SHOW my.own", "SET", "x", "SHOW")
	s.want("BEGIN; SET bytea_output = escape; ROLLBACK; SHOW bytea_output", "BEGIN", "SET", "ROLLBACK", "hex", "SHOW")
	s.want("BEGIN; SET LOCAL bytea_output = escape; SHOW bytea_output; COMMIT; SHOW bytea_output", "BEGIN", "SET", "escape", "SHOW", "COMMIT", "hex", "SHOW")
	s.want("SET search_path = authority, public; SHOW search_path; SELECT current_schema()", "SET", "authority, public", "SHOW", "authority", "SELECT 1")
	s.want("SELECT set_config('search_path', 'public', false), current_setting('search_path')", "public|public", "SELECT 1")
}

func TestTransactions(t *testing.T) {
	e := newTestEngine(t)
	s, other := e.testSession(t), e.testSession(t)
	insert := func(v string) string {
		return "INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) VALUES ('t/1', 'p', '" + v + "', 's', '2026-01-01')"
	}
	count := "SELECT count(*) FROM assertions"
	s.want("BEGIN; "+insert("a"), "BEGIN", "INSERT 0 1")
	s.want(count, "1", "SELECT 1")
	other.want(count, "0", "SELECT 1")
	s.want("ROLLBACK; "+count, "ROLLBACK", "0", "SELECT 1")
	s.want("BEGIN; "+insert("a")+"; SELECT 1/0; SELECT 2", "BEGIN", "INSERT 0 1", "22012: division by zero")
	if s.TxStatus() != 'E' {
		t.Errorf("status %c", s.TxStatus())
	}
	s.want("SELECT 1", "25P02: current transaction is aborted, commands ignored until end of transaction block")
	s.want("COMMIT", "ROLLBACK")
	s.want(insert("a")+"; SELECT 1/0", "INSERT 0 1", "22012: division by zero")
	s.want(count, "0", "SELECT 1") // one implicit transaction
	s.want(insert("a"), "INSERT 0 1")
	s.client.notices = nil
	s.want(insert("a"), "INSERT 0 1")
	if len(s.client.notices) != 1 || !strings.Contains(s.client.notices[0], "1 claim") {
		t.Errorf("notices %q", s.client.notices)
	}
	s.want("BEGIN ISOLATION LEVEL REPEATABLE READ; "+count, "BEGIN", "1", "SELECT 1")
	other.want(insert("b"), "INSERT 0 1")
	s.want(count, "1", "SELECT 1")
	s.want("COMMIT; "+count, "COMMIT", "2", "SELECT 1")
	s.want("BEGIN READ ONLY; "+insert("c"), "BEGIN", "25006: cannot execute INSERT in a read-only transaction")
	s.want("ROLLBACK", "ROLLBACK")
	s.want("BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY; COMMIT", "BEGIN", "COMMIT")
	s.want("BEGIN ISOLATION LEVEL SERIALIZABLE; SHOW transaction_isolation; INSERT INTO sources (source) VALUES ('x')",
		"BEGIN", "serializable", "SHOW", "0A000: cannot execute INSERT in a SERIALIZABLE transaction")
	s.want("ROLLBACK; SET default_transaction_isolation = serializable; CREATE TEMP TABLE ser (a int); INSERT INTO ser VALUES (1); DROP TABLE ser",
		"ROLLBACK", "SET", "CREATE TABLE", "INSERT 0 1", "DROP TABLE")
	s.want("COMMENT ON TABLE sources IS 'x'", "0A000: cannot execute DDL in a SERIALIZABLE transaction")
	s.want("RESET default_transaction_isolation", "RESET")
	s.run("ROLLBACK")
	s.client.notices = nil
	s.want("COMMIT", "COMMIT")
	if len(s.client.notices) != 1 || !strings.HasPrefix(s.client.notices[0], "WARNING 25P01") {
		t.Errorf("notices %q", s.client.notices)
	}
}

func TestSuspendedPortal(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	ctx := context.Background()
	stmts, err := s.Parse("SELECT generate_series(1, 2500)")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Prepare(ctx, stmts[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	portal, err := s.Bind(ctx, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	sink := &textSink{s: s.Session}
	steps := 0
	for {
		res, err := portal.Execute(ctx, 700, sink)
		if err != nil {
			t.Fatal(err)
		}
		steps++
		if !res.Suspended {
			if res.Tag != "SELECT 400" {
				t.Errorf("tag %q", res.Tag)
			}
			break
		}
	}
	if steps != 4 || len(sink.rows) != 2500 || sink.rows[2499] != "2500" {
		t.Errorf("%d steps, %d rows", steps, len(sink.rows))
	}
	if err := s.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := portal.Execute(ctx, 0, sink); err == nil {
		_, err = portal.Execute(ctx, 0, sink)
		if len(sink.rows) != 2500 {
			t.Errorf("a portal outlived its transaction: %v", err)
		}
	}
}

// TestPlanFollowsSettings: a prepared statement means what its names mean now.
func TestPlanFollowsSettings(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	ctx := context.Background()
	s.want("INSERT INTO assertions (concept_path, predicate, value, source) VALUES ('a', 'p', '1', 'x'), ('a', 'p', '2', 'y')", "INSERT 0 2")
	stmts, err := s.Parse("SELECT count(*) FROM assertions WHERE concept_path = $1")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Prepare(ctx, stmts[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, want string }{{"public", "2"}, {"skeptic", "2"}, {"authority", "1"}, {"public", "2"}} {
		s.want("SET search_path = "+c.path, "SET")
		portal, err := s.Bind(ctx, p, []types.Datum{types.Text("a")})
		if err != nil {
			t.Fatal(err)
		}
		sink := &textSink{s: s.Session}
		if _, err := portal.Execute(ctx, 0, sink); err != nil || sink.rows[0] != c.want {
			t.Errorf("under %s: %v, %v", c.path, sink.rows, err)
		}
		portal.Close()
		if err := s.Sync(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLogin(t *testing.T) {
	e := newTestEngine(t)
	for _, c := range []struct {
		opt  SessionOptions
		code string
	}{
		{SessionOptions{User: "nobody"}, sqlerr.InvalidAuthorization},
		{SessionOptions{User: Superuser, Database: "other"}, sqlerr.InvalidCatalogName},
		{SessionOptions{User: Superuser, Database: Database, Settings: [][2]string{{"client_encoding", "LATIN11"}}}, sqlerr.InvalidParameterValue},
		{SessionOptions{User: Superuser, Database: Database, Settings: [][2]string{{"nonsense", "1"}}}, sqlerr.UndefinedObject},
	} {
		_, err := e.NewSession(context.Background(), c.opt)
		if e := sqlerr.From(err); e == nil || e.Code != c.code || e.Severity != "FATAL" {
			t.Errorf("%+v: %v", c.opt, err)
		}
	}
	if n := e.Sessions(); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}

func TestTerminate(t *testing.T) {
	e := newTestEngine(t)
	s, other := e.testSession(t), e.testSession(t)
	pid := s.run("SELECT pg_backend_pid()")[0]
	other.want("SELECT pg_terminate_backend("+pid+")", "t", "SELECT 1")
	s.want("SELECT 1", "57P01: terminating connection due to administrator command")
}

func BenchmarkPointLens(b *testing.B) {
	e := newTestEngine(b)
	s := e.testSession(b)
	ctx := context.Background()
	for _, v := range []string{"1", "2", "3", "4"} {
		s.run("INSERT INTO assertions (concept_path, predicate, value, source) SELECT 'c/' || g, 'p' || h, '" + v + "', 's" + v + "' FROM generate_series(1, 1000) g, generate_series(1, 4) h")
	}
	stmts, err := s.Parse("SELECT concept_path, predicate, value, source, tier, effective_confidence FROM assertions USING LENS authority WHERE concept_path = $1")
	if err != nil {
		b.Fatal(err)
	}
	p, err := s.Prepare(ctx, stmts[0], nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	sink := &countingSink{}
	params := []types.Datum{types.Text("c/77")}
	for b.Loop() {
		portal, err := s.Bind(ctx, p, params)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := portal.Execute(ctx, 0, sink); err != nil {
			b.Fatal(err)
		}
		portal.Close()
		if err := s.Sync(ctx); err != nil {
			b.Fatal(err)
		}
	}
	if sink.rows != int64(b.N)*4 {
		b.Fatalf("%d rows in %d runs", sink.rows, b.N)
	}
}

type countingSink struct{ rows int64 }

func (c *countingSink) Rows(b *types.Batch) error {
	c.rows += int64(b.N)
	return nil
}

package sql

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// withVerifiers has an engine that keeps of a password that it was one.
func withVerifiers(o *Options) {
	o.Verifier = func(password string) (string, error) {
		if password == "no" {
			return "", errors.New("no")
		}
		return "made of " + password, nil
	}
}

func TestAlterRole(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	e := newTestEngine(t, withVerifiers, func(o *Options) { o.Clock = func() time.Time { return now } })
	s, other := e.testSession(t), e.testSession(t)
	check := func(when string, want Login) {
		t.Helper()
		want.Superuser, want.CanLogin = true, true
		if l, ok, err := e.Login(context.Background(), Superuser); l != want || !ok || err != nil {
			t.Errorf("%s: %+v, %v, %v; want %+v", when, l, ok, err, want)
		}
	}
	const shown = "SELECT rolname, rolpassword IS NOT NULL, rolvaliduntil, rolconnlimit, rolcreatedb FROM pg_authid WHERE oid = 10"
	check("at first", Login{})
	s.want(shown, "stemedb|f|∅|-1|t", "SELECT 1")
	s.want("ALTER ROLE stemedb PASSWORD 'geheim' VALID UNTIL '2026-12-01' CONNECTION LIMIT 7 NOCREATEDB", "ALTER ROLE")
	check("with a password", Login{Verifier: "made of geheim"})
	other.want(shown, "stemedb|t|2026-12-01 00:00:00+00|7|f", "SELECT 1")
	other.want("SELECT passwd FROM pg_shadow; SELECT rolpassword FROM pg_roles WHERE oid = 10", "********", "SELECT 1", "********", "SELECT 1")
	now = now.AddDate(0, 0, 1)
	check("a day later", Login{Verifier: "made of geheim", Expired: true})
	s.want("ALTER USER CURRENT_USER VALID UNTIL 'infinity'", "ALTER ROLE")
	check("for ever", Login{Verifier: "made of geheim"})
	s.want("ALTER USER CURRENT_USER VALID UNTIL '-infinity'; SELECT rolvaliduntil FROM pg_authid WHERE oid = 10", "ALTER ROLE", "-infinity", "SELECT 1")
	check("never", Login{Verifier: "made of geheim", Expired: true})
	s.want("ALTER USER CURRENT_USER VALID UNTIL 'infinity'; SELECT valuntil FROM pg_user", "ALTER ROLE", "infinity", "SELECT 1")
	s.want("BEGIN; ALTER ROLE SESSION_USER PASSWORD NULL; SELECT rolpassword FROM pg_authid WHERE oid = 10", "BEGIN", "ALTER ROLE", "∅", "SELECT 1")
	check("within a transaction", Login{Verifier: "made of geheim"})
	s.want("ROLLBACK; ALTER ROLE CURRENT_ROLE PASSWORD ''", "ROLLBACK", "ALTER ROLE")
	if n := s.client.notices; len(n) != 1 || n[0] != "NOTICE 00000: empty string is not a valid password, clearing password" {
		t.Errorf("notices: %q", n)
	}
	check("without a password", Login{})

	for _, bad := range [][2]string{
		{"ALTER ROLE nobody PASSWORD 'x'", `42704: role "nobody" does not exist`},
		{"ALTER ROLE public PASSWORD 'x'", `42704: role "public" does not exist`},
		{"ALTER ROLE stemedb NOSUPERUSER", `0A000: role "stemedb" must stay a superuser that can log in`},
		{"ALTER ROLE stemedb NOLOGIN", `0A000: role "stemedb" must stay a superuser that can log in`},
		{"ALTER ROLE stemedb PASSWORD 'x' PASSWORD 'y'", "42601: conflicting or redundant options"},
		{"ALTER ROLE stemedb CONNECTION LIMIT -2", "22023: invalid connection limit: -2"},
		{"ALTER ROLE stemedb VALID UNTIL 'soon'", `22007: invalid input syntax for type timestamp with time zone: "soon"`},
		{"ALTER ROLE stemedb PASSWORD 'md5" + strings.Repeat("0", 32) + "'", "0A000: MD5 passwords are not supported"},
		{"BEGIN READ ONLY; ALTER ROLE stemedb PASSWORD 'x'", "BEGIN"},
	} {
		if strings.HasPrefix(bad[0], "BEGIN") {
			s.want(bad[0], bad[1], "25006: cannot execute ALTER ROLE in a read-only transaction")
			s.want("ROLLBACK", "ROLLBACK")
			continue
		}
		s.want(bad[0], bad[1])
	}
	check("after errors", Login{})
	if _, ok, err := e.Login(context.Background(), "nobody"); ok || err != nil {
		t.Errorf("a role that is not there: %v, %v", ok, err)
	}
}

func TestRoleSettings(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("ALTER ROLE stemedb SET search_path = authority, public; ALTER ROLE ALL SET statement_timeout = '7s'", "ALTER ROLE", "ALTER ROLE")
	s.want("ALTER DATABASE stemedb SET statement_timeout TO 8000; ALTER ROLE stemedb IN DATABASE stemedb SET app.name = 'x=y'", "ALTER DATABASE", "ALTER ROLE")
	s.want("SHOW search_path", `"$user", public`, "SHOW")
	s.want("SELECT setdatabase, setrole, setconfig FROM pg_db_role_setting ORDER BY 1, 2",
		"0|0|{statement_timeout=7s}", `0|10|{"search_path=authority, public"}`, "16384|0|{statement_timeout=8000}", "16384|10|{app.name=x=y}", "SELECT 4")
	s.want("SELECT rolconfig FROM pg_roles WHERE oid = 10", `{"search_path=authority, public"}`, "SELECT 1")
	next := e.testSession(t, [2]string{"application_name", "next"})
	next.want("SHOW search_path; SHOW statement_timeout; SHOW app.name", "authority, public", "SHOW", "8s", "SHOW", "x=y", "SHOW")
	next.want("SET statement_timeout = 0; RESET statement_timeout; SHOW statement_timeout", "SET", "RESET", "8s", "SHOW")
	// What the client asks for is stronger.
	e.testSession(t, [2]string{"statement_timeout", "9s"}).want("SHOW statement_timeout", "9s", "SHOW")

	s.want("ALTER ROLE stemedb SET search_path = public; ALTER ROLE stemedb SET DateStyle TO 'German'", "ALTER ROLE", "ALTER ROLE")
	s.want("SELECT rolconfig FROM pg_roles WHERE oid = 10", "{search_path=public,DateStyle=German}", "SELECT 1")
	s.want("ALTER ROLE stemedb RESET search_path; ALTER ROLE stemedb SET work_mem TO DEFAULT", "ALTER ROLE", "ALTER ROLE")
	s.want("SELECT rolconfig FROM pg_roles WHERE oid = 10", "{DateStyle=German}", "SELECT 1")
	s.want("ALTER ROLE stemedb RESET ALL; ALTER ROLE ALL RESET statement_timeout", "ALTER ROLE", "ALTER ROLE")
	s.want("SELECT count(*), (SELECT rolconfig FROM pg_roles WHERE oid = 10) FROM pg_db_role_setting", "2|∅", "SELECT 1")
	for _, bad := range [][2]string{
		{"ALTER ROLE stemedb SET statement_timeout = 'soon'", `22023: invalid value for parameter "statement_timeout": "soon"`},
		{"ALTER ROLE stemedb SET nothing = 1", `42704: unrecognized configuration parameter "nothing"`},
		{"ALTER ROLE stemedb SET server_version = '16'", `55P02: parameter "server_version" cannot be changed`},
		{"ALTER ROLE stemedb IN DATABASE other SET work_mem = 1", `3D000: database "other" does not exist`},
		{"ALTER DATABASE other SET work_mem = 1", `3D000: database "other" does not exist`},
		{"ALTER ROLE nobody SET work_mem = '64MB'", `42704: role "nobody" does not exist`},
	} {
		s.want(bad[0], bad[1])
	}
}

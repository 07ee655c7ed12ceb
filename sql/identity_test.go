package sql

import (
	"context"
	"slices"
	"testing"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// TestIdentityFollows: what statements of others make of roles is so for sessions that
// are there already, and the client is told.
func TestIdentityFollows(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("CREATE USER ann; CREATE ROLE team; GRANT team TO ann", "CREATE ROLE", "CREATE ROLE", "GRANT ROLE")
	ann := e.sessionAs(t, "ann")
	const who = "SELECT current_user, session_user, current_setting('is_superuser')"
	ann.want(who, "ann|ann|off", "SELECT 1")
	s.want("ALTER ROLE ann SUPERUSER", "ALTER ROLE")
	ann.want(who, "ann|ann|on", "SELECT 1")
	if got := ann.client.status["is_superuser"]; got != "on" {
		t.Errorf("the client was told is_superuser %q", got)
	}
	ann.want("SET ROLE team; "+who, "SET", "team|ann|off", "SELECT 1")
	s.want("ALTER ROLE ann NOSUPERUSER; ALTER ROLE team RENAME TO crew", "ALTER ROLE", "ALTER ROLE")
	ann.want(who, "crew|ann|off", "SELECT 1")
	s.want("DROP ROLE crew; CREATE ROLE crew SUPERUSER", "DROP ROLE", "CREATE ROLE")
	// Another role of that name is not what the session is.
	ann.want("SELECT current_setting('is_superuser'), pg_has_role('crew', 'member')", "off|f", "SELECT 1")
	ann.want("SET ROLE crew", `42501: permission denied to set role "crew"`)
	ann.want("BEGIN; RESET ROLE; SET SESSION AUTHORIZATION DEFAULT; ROLLBACK; RESET ROLE; "+who, "BEGIN", "RESET", "SET", "ROLLBACK", "RESET", "ann|ann|off", "SELECT 1")
	s.want("DROP ROLE ann", "DROP ROLE")
	ann.want("SELECT session_user, current_setting('is_superuser')", "ann|off", "SELECT 1")
	ann.want("CREATE ROLE x", "42501: permission denied to create role")
	if _, err := e.NewSession(context.Background(), SessionOptions{User: "ann", Database: Database}); sqlerr.From(err).Code != sqlerr.InvalidAuthorization {
		t.Errorf("a role that is gone logs in: %v", err)
	}
}

// TestRoleOfClaims: a claim's agent is who logged in, whatever SET ROLE says.
func TestRoleOfClaims(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("CREATE ROLE team; CREATE USER ann SUPERUSER; GRANT team TO ann", "CREATE ROLE", "CREATE ROLE", "GRANT ROLE")
	ann := e.sessionAs(t, "ann")
	const insert = "INSERT INTO assertions (concept_path, predicate, value, source) VALUES ('a', 'b', '%', 's') RETURNING agent"
	ann.want(replace(insert, "1"), "ann", "INSERT 0 1")
	ann.want("SET ROLE stemedb; "+replace(insert, "2"), "SET", "ann", "INSERT 0 1")
	s.want("SET SESSION AUTHORIZATION ann; RESET SESSION AUTHORIZATION; "+replace(insert, "3"), "SET", "RESET", "stemedb", "INSERT 0 1")
	s.want("SELECT value, agent FROM assertions ORDER BY 1", "1|ann", "2|ann", "3|stemedb", "SELECT 3")
}

func replace(query, value string) string {
	i := slices.Index([]byte(query), '%')
	return query[:i] + value + query[i+1:]
}

// TestPlansOfRoles: sessions share plans, and still each is who it is.
func TestPlansOfRoles(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("CREATE USER ann; CREATE USER authority; GRANT SELECT ON authority.assertions TO authority", "CREATE ROLE", "CREATE ROLE", "GRANT")
	s.want("INSERT INTO assertions (concept_path, predicate, value, source, source_class) VALUES ('a', 'b', '1', 's', 'clinical'), ('a', 'b', '2', 's', 'anecdotal')", "INSERT 0 2")
	const who = "SELECT current_user, user, current_role::text"
	const claims = `SELECT count(*) FROM assertions`
	for range 2 {
		s.want(who, "stemedb|stemedb|stemedb", "SELECT 1")
		e.sessionAs(t, "ann").want(who, "ann|ann|ann", "SELECT 1")
		s.want("SET ROLE ann; "+who+"; RESET ROLE", "SET", "ann|ann|ann", "SELECT 1", "RESET")
		s.want(claims, "2", "SELECT 1")
		// "$user" of the search path is the lens's schema for the role of its name.
		s.want("SET ROLE authority; SELECT current_schema; "+claims+"; RESET ROLE", "SET", "authority", "SELECT 1", "1", "SELECT 1", "RESET")
		s.want("BEGIN; SET LOCAL ROLE authority; ROLLBACK; "+claims, "BEGIN", "SET", "ROLLBACK", "2", "SELECT 1")
	}
}

// TestRolesOfCluster: another node knows of roles as well.
func TestRolesOfCluster(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	far, _ := farEngine(t, e, none)
	other := far.testSession(t)
	s.want("CREATE USER ann CONNECTION LIMIT 1; CREATE ROLE team; GRANT team TO ann; CREATE VIEW v AS SELECT 1 AS a; ALTER VIEW v OWNER TO team",
		"CREATE ROLE", "CREATE ROLE", "GRANT ROLE", "CREATE VIEW", "ALTER VIEW")
	other.want("SELECT pg_has_role('ann', 'team', 'usage'), viewowner FROM pg_views WHERE viewname = 'v'", "t|team", "SELECT 1")
	ann := far.sessionAs(t, "ann")
	ann.want("COMMENT ON VIEW v IS 'mine'; ALTER VIEW v OWNER TO ann", "COMMENT", "42501: permission denied for schema public")
	if l, ok, err := far.Login(context.Background(), "ann"); err != nil || !ok || !l.CanLogin || l.Superuser {
		t.Errorf("login of ann: %+v, %v, %v", l, ok, err)
	}
	_, err := far.NewSession(context.Background(), SessionOptions{User: "ann", Database: Database})
	if got := sqlerr.From(err); got == nil || got.Code != sqlerr.TooManyConnections || got.Message != `too many connections for role "ann"` {
		t.Errorf("a second session of ann: %v", err)
	}
	other.want("DROP ROLE team", `2BP01: role "team" cannot be dropped because some objects depend on it`)
	other.want("REASSIGN OWNED BY team TO CURRENT_USER; DROP ROLE team, ann", "REASSIGN OWNED", "DROP ROLE")
	s.want("SELECT count(*), (SELECT viewowner FROM pg_views WHERE viewname = 'v') FROM pg_roles WHERE oid > 16000", "0|stemedb", "SELECT 1")
}

// TestRolesAtOnce: of two transactions that change roles at once one fails, so no loop
// of memberships comes to be.
func TestRolesAtOnce(t *testing.T) {
	e := newTestEngine(t)
	a, b := e.testSession(t), e.testSession(t)
	a.want("CREATE ROLE x; CREATE ROLE y", "CREATE ROLE", "CREATE ROLE")
	a.want("BEGIN; GRANT x TO y", "BEGIN", "GRANT ROLE")
	b.want("BEGIN; GRANT y TO x", "BEGIN", "GRANT ROLE")
	a.want("COMMIT", "COMMIT")
	b.want("COMMIT", "40001: could not serialize access due to concurrent update")
	b.want("GRANT y TO x", `0LP01: role "y" is a member of role "x"`)
	a.want("BEGIN; SAVEPOINT s; CREATE ROLE z; SET ROLE z; SELECT current_user; ROLLBACK TO s; SELECT current_user; COMMIT",
		"BEGIN", "SAVEPOINT", "CREATE ROLE", "SET", "z", "SELECT 1", "ROLLBACK", "stemedb", "SELECT 1", "COMMIT")
	a.want("SELECT count(*) FROM pg_roles WHERE rolname = 'z'", "0", "SELECT 1")
}

// TestSettingsOfRoles: what a superuser says of a role's sessions holds for them, though
// they could not say it.
func TestSettingsOfRoles(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("CREATE USER ann; CREATE ROLE team; GRANT team TO ann; ALTER ROLE ann SET log_statement = 'all'; ALTER ROLE ann SET role = team",
		"CREATE ROLE", "CREATE ROLE", "GRANT ROLE", "ALTER ROLE", "ALTER ROLE")
	ann := e.sessionAs(t, "ann")
	ann.want("SHOW log_statement; SELECT current_user; SET log_statement = 'none'", "all", "SHOW", "team", "SELECT 1",
		`42501: permission denied to set parameter "log_statement"`)
	s.want("REVOKE team FROM ann", "REVOKE ROLE")
	again := e.sessionAs(t, "ann")
	again.want("SELECT current_user", "ann", "SELECT 1")
	if n := again.client.notices; len(n) != 1 || n[0] != `WARNING 42501: permission denied to set role "team"` {
		t.Errorf("notices: %q", n)
	}
}

// TestActivityOfRoles: what others do is for those who may know, or end it.
func TestActivityOfRoles(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("CREATE USER ann; CREATE USER bob; CREATE USER ops; GRANT pg_monitor, pg_signal_backend TO ops",
		"CREATE ROLE", "CREATE ROLE", "CREATE ROLE", "GRANT ROLE")
	ann, bob, ops := e.sessionAs(t, "ann"), e.sessionAs(t, "bob"), e.sessionAs(t, "ops")
	bob.run("SELECT 'secret'")
	const shown = "SELECT query FROM pg_stat_activity WHERE usename = 'bob'"
	ann.want(shown, "<insufficient privilege>", "SELECT 1")
	ops.want(shown, "SELECT 'secret'", "SELECT 1")
	const others = "SELECT count(*) FROM pg_stat_ssl WHERE pid <> pg_backend_pid()"
	ann.want(others, "0", "SELECT 1")
	ops.want(others, "3", "SELECT 1")
	const end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = "
	ann.want(end+"'bob'", "42501: must be a member of the role whose process is being terminated or member of pg_signal_backend")
	ops.want(end+"'stemedb'", "42501: must be a superuser to terminate superuser process")
	ops.want("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'stemedb'", "42501: must be a superuser to cancel superuser query")
	ops.want(end+"'bob'", "t", "SELECT 1")
	if !bob.Terminated() || s.Terminated() {
		t.Error("not the session that was meant has ended")
	}
	ann.want("CHECKPOINT", "42501: must be superuser or have privileges of pg_checkpoint to do CHECKPOINT")
}

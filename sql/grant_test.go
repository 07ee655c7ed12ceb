package sql

import (
	"context"
	"testing"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// TestPrivilegesOfPlans: a plan that one role may run is refused to another, also when it
// was prepared or cached while it was allowed.
func TestPrivilegesOfPlans(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("CREATE USER ann; CREATE USER bob; GRANT SELECT ON assertions TO ann", "CREATE ROLE", "CREATE ROLE", "GRANT")
	const claims, denied = "SELECT count(*) FROM assertions", "42501: permission denied for table assertions"
	ann, bob := e.sessionAs(t, "ann"), e.sessionAs(t, "bob")
	ann.want("PREPARE p AS "+claims, "PREPARE")
	for range 3 {
		s.want(claims, "0", "SELECT 1")
		ann.want(claims, "0", "SELECT 1")
		ann.want("EXECUTE p", "0", "SELECT 1")
		bob.want(claims, denied)
	}
	s.want("BEGIN; REVOKE SELECT ON assertions FROM ann; SET LOCAL ROLE ann; "+claims, "BEGIN", "REVOKE", "SET", denied)
	s.want("ROLLBACK", "ROLLBACK")
	ann.want("EXECUTE p", "0", "SELECT 1")
	s.want("REVOKE SELECT ON assertions FROM ann; GRANT ann TO bob", "REVOKE", "GRANT ROLE")
	ann.want("EXECUTE p", denied)
	ann.want("EXPLAIN "+claims, denied)
	s.want("GRANT SELECT (id) ON assertions TO PUBLIC", "GRANT")
	bob.want(claims+"; SELECT min(id) FROM assertions; SELECT min(value) FROM assertions", "0", "SELECT 1", "∅", "SELECT 1", denied)
}

// TestPrivilegesOfCluster: what a node grants and revokes holds on another from the next
// statement on.
func TestPrivilegesOfCluster(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	far, _ := farEngine(t, e, none)
	s.want("CREATE USER ann; CREATE VIEW v AS SELECT count(*) FROM assertions", "CREATE ROLE", "CREATE VIEW")
	ann := far.sessionAs(t, "ann")
	ann.want("TABLE v", "42501: permission denied for view v")
	s.want("GRANT SELECT ON v TO ann", "GRANT")
	ann.want("TABLE v", "0", "SELECT 1")
	s.want("REVOKE SELECT ON v FROM ann; GRANT SELECT ON assertions TO ann", "REVOKE", "GRANT")
	ann.want("TABLE v; ", "42501: permission denied for view v")
	ann.want("SELECT count(*) FROM assertions", "0", "SELECT 1")
	// A view's owner reads what it shows; one that may not any more shows nothing.
	s.want("GRANT SELECT ON v TO PUBLIC; ALTER VIEW v OWNER TO ann", "GRANT", "ALTER VIEW")
	s.want("TABLE v", "0", "SELECT 1")
	s.want("REVOKE SELECT ON assertions FROM ann", "REVOKE")
	s.want("TABLE v", "42501: permission denied for table assertions")
	s.want("DROP VIEW v; CREATE VIEW v AS SELECT 1 AS a", "DROP VIEW", "CREATE VIEW")
	ann.want("TABLE v", "42501: permission denied for view v") // the list went with the view
}

// TestLoginPrivilege: who may not connect to the database is not let in.
func TestLoginPrivilege(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("CREATE USER ann; REVOKE CONNECT ON DATABASE stemedb FROM PUBLIC", "CREATE ROLE", "REVOKE")
	_, err := e.NewSession(context.Background(), SessionOptions{User: "ann", Database: Database})
	got := sqlerr.From(err)
	if got == nil || got.Severity != "FATAL" || got.Code != sqlerr.InsufficientPrivilege || got.Detail != "User does not have CONNECT privilege." {
		t.Errorf("login without CONNECT: %v", err)
	}
	s.want("GRANT CONNECT ON DATABASE stemedb TO ann", "GRANT")
	e.sessionAs(t, "ann").want("SELECT current_user", "ann", "SELECT 1")
}

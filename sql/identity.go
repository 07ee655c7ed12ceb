package sql

import (
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// identity is who a session is. It follows from the settings session_authorization
// and role, so whatever brings settings back (a roll back, RESET, DISCARD ALL) brings it
// back too. Roles are held by OID: one that gets another name stays who it is, and one
// that is gone has no rights even if another comes to have its name.
type identity struct {
	session types.OID // session_user: it may be changed by SET SESSION AUTHORIZATION
	current types.OID // current_user: that of SET ROLE, or the session's
	super   bool      // the current role is a superuser
	// definer owns the SECURITY DEFINER function that runs, and is the current role; 0: none runs.
	definer types.OID
	schema  string // the schema that has the current role's name; empty: there is none

	closed string // the names of the schemas that the current role may not use, each between zero bytes
	// The names of the two; of a role that is gone, the one that it had.
	sessionName, currentName string

	sessionText, roleText string // the settings that session and current were found by
}

// superuser reports whether the current role is a superuser.
func (s *Session) superuser() bool { return s.who.super }

// roles are all roles as the session sees them.
func (s *Session) roles() *catalog.Roles { return s.names.Roles() }

// currentUser and sessionUser are the names that the session's roles have now.
func (s *Session) currentUser() string { return s.who.currentName }
func (s *Session) sessionUser() string { return s.who.sessionName }

// identify finds out who the session is after settings or roles have changed, and
// tells the client whether that is a superuser.
func (s *Session) identify() {
	w, roles := &s.who, s.roles()
	if text := s.settings.value("session_authorization"); text != w.sessionText {
		r, _ := roles.Named(text)
		w.session, w.sessionText = r.OID, text
		w.roleText = "" // who it is without SET ROLE has changed
	}
	if text := s.settings.value("role"); text == "none" {
		w.current, w.roleText = w.session, text
	} else if text != w.roleText {
		r, _ := roles.Named(text)
		w.current, w.roleText = r.OID, text
	}
	if w.definer != 0 {
		w.current, w.roleText = w.definer, ""
	}
	if r, ok := roles.ByOID(w.session); ok {
		w.sessionName = r.Name
	}
	if r, ok := roles.ByOID(w.current); ok {
		w.currentName = r.Name
	}
	w.super = roles.Superuser(w.current)
	w.schema = ""
	if schema, ok := s.names.SchemaNamed(s.currentUser()); ok {
		w.schema = schema.Name
	}
	w.closed = s.closedSchemas()
	const name = "is_superuser" // which functions do not change
	if now := onOff(w.super); now != s.settings.value(name) && w.definer == 0 {
		s.settings.base(name, now)
		s.opt.Client.ParameterStatus(name, now)
	}
}

// asDefiner has the session be who owns a SECURITY DEFINER routine while it runs; the
// returned function ends that.
func (s *Session) asDefiner(r *functions.Routine) (restore func()) {
	if !r.Definer {
		return func() {}
	}
	before := s.who.definer
	become := func(role types.OID) {
		s.who.definer, s.who.roleText = role, ""
		s.identify()
	}
	owner := r.Owner
	if owner == 0 {
		owner = catalog.OIDSuperuser
	}
	become(owner)
	return func() { become(before) }
}

// become has the role that a setting names be looked up when it has been set, even if
// its name is still the same.
func (s *Session) become(d *setting) {
	if d.name == "role" {
		s.who.roleText = ""
	} else {
		s.who.sessionText = ""
	}
}

// role finds the role that a statement names.
func (s *Session) role(spec plan.RoleSpec) (r catalog.Role, err error) {
	switch {
	case spec.Current:
		return s.roleByOID(s.who.current)
	case spec.Session:
		return s.roleByOID(s.who.session)
	}
	return s.roleNamed(spec.Name)
}

func (s *Session) roleNamed(name string) (catalog.Role, error) {
	r, ok := s.roles().Named(name)
	if !ok {
		return r, sqlerr.New(sqlerr.UndefinedObject, `role "%s" does not exist`, name)
	}
	return r, nil
}

func (s *Session) roleByOID(oid types.OID) (catalog.Role, error) {
	r, ok := s.roles().ByOID(oid)
	if !ok {
		return r, sqlerr.New(sqlerr.UndefinedObject, "role with OID %d does not exist", oid)
	}
	return r, nil
}

// mayBecome checks that the session may take a role on: SET ROLE, or SET SESSION
// AUTHORIZATION. Superuser or not is asked of the role that logged in and of the
// session's as they are now.
func (s *Session) mayBecome(setting, name string) error {
	if setting == "role" && name == "none" {
		return nil
	}
	roles := s.roles()
	r, ok := roles.Named(name)
	switch {
	case s.who.definer != 0:
		return sqlerr.New(sqlerr.InsufficientPrivilege, `cannot set parameter "%s" within security-definer function`, setting)
	case !ok:
		return sqlerr.New(sqlerr.InvalidParameterValue, `role "%s" does not exist`, name)
	case setting == "role" && !roles.IsMember(s.who.session, r.OID):
		return sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied to set role "%s"`, name)
	case setting == "session_authorization" && r.OID != s.login && !roles.Superuser(s.login):
		return sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied to set session authorization "%s"`, name)
	}
	return nil
}

// maySignal refuses to act on another session, unless the current role has the
// privileges of the role that logged in there, or those of pg_signal_backend; what
// superusers do is for superusers. what and whose are words of the messages.
func (s *Session) maySignal(other *Session, what, whose string) error {
	me, roles := s.who.current, s.roles()
	switch {
	case roles.Superuser(other.login) && !s.superuser():
		return sqlerr.New(sqlerr.InsufficientPrivilege, "must be a superuser to %s", what)
	case !roles.HasPrivilegesOf(me, other.login) && !roles.HasPrivilegesOf(me, catalog.OIDSignalBackendRole):
		return sqlerr.New(sqlerr.InsufficientPrivilege, "must be a member of the role whose %s or member of pg_signal_backend", whose)
	}
	return nil
}

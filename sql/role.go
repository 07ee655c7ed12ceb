package sql

import (
	"context"
	"math"
	"regexp"
	"time"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Login is what a front end needs to know of a role that wants to log in.
type Login struct {
	Superuser bool
	CanLogin  bool
	// Verifier is what is kept of its password; empty: it has none.
	Verifier string
	Expired  bool // the password is valid no more
}

// loginWait is for how long a login waits to hear what was said of roles on other
// nodes. People must be let in to a cluster without a quorum, too.
const loginWait = 2 * time.Second

// Login finds a role as statements on any node have left it; ok is false when there
// is none.
func (e *Engine) Login(ctx context.Context, role string) (l Login, ok bool, err error) {
	waiting, stop := context.WithTimeout(ctx, loginWait)
	defer stop()
	seen, err := e.objects.refresh(waiting, e, false)
	if err != nil && ctx.Err() == nil {
		seen, err = e.objects.refresh(ctx, e, true)
	}
	if err != nil {
		return l, false, err
	}
	r, ok := seen.layer.Roles().Named(role)
	l = Login{Superuser: r.Super, CanLogin: r.CanLogin, Verifier: r.Verifier}
	l.Expired = !r.ValidUntil.IsZero() && e.opt.Clock().After(r.ValidUntil)
	return l, ok, nil
}

// createRole is CREATE ROLE.
func (s *Session) createRole(ctx context.Context, u *plan.CreateRole) error {
	if u.Sysid {
		s.tell("SYSID can no longer be specified", "")
	}
	if err := s.mayCreateRole(u); err != nil {
		return err
	}
	if err := unreserved(u.Name, `Role names starting with "pg_" are reserved.`); err != nil {
		return err
	}
	if _, ok := s.roles().Named(u.Name); ok {
		return roleExists(u.Name)
	}
	set, err := s.roleOptions(&u.RoleOptions)
	if err != nil {
		return err
	}
	return s.editRoles(ctx, func(e *rolesEdit) error {
		if err := s.mayCreateRole(u); err != nil {
			return err
		}
		if _, ok := e.roles.Named(u.Name); ok {
			return roleExists(u.Name)
		}
		r := catalog.Role{OID: e.objects.NewOID(), Name: u.Name, Inherit: true, ConnLimit: -1}
		set(&r)
		e.put(r)
		for _, of := range u.In {
			r, err := e.find(of)
			if err != nil {
				return err
			}
			if err := e.addMembers(r, []plan.RoleSpec{{Name: u.Name}}, s.who.current, false); err != nil {
				return err
			}
		}
		if err := e.addMembers(r, u.Admins, s.who.current, true); err != nil {
			return err
		}
		return e.addMembers(r, u.Members, s.who.current, false)
	})
}

func (s *Session) mayCreateRole(u *plan.CreateRole) error {
	super := func(what string) error {
		if s.superuser() {
			return nil
		}
		return sqlerr.New(sqlerr.InsufficientPrivilege, "must be superuser to create %s", what)
	}
	switch {
	case u.Flags[plan.RoleSuper]:
		return super("superusers")
	case u.Flags[plan.RoleReplication]:
		return super("replication users")
	case u.Flags[plan.RoleBypassRLS]:
		return super("bypassrls users")
	case !s.roles().MayCreateRole(s.who.current):
		return sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied to create role")
	}
	return nil
}

func roleExists(name string) error {
	return sqlerr.New(sqlerr.DuplicateObject, `role "%s" already exists`, name)
}

// unreserved refuses the names of predefined roles.
func unreserved(name, detail string) error {
	if catalog.ReservedRoleName(name) {
		return sqlerr.New(sqlerr.ReservedName, `role name "%s" is reserved`, name).WithDetail("%s", detail)
	}
	return nil
}

// roleOptions reads what a statement says of a role, and gives what it makes of one.
func (s *Session) roleOptions(u *plan.RoleOptions) (set func(r *catalog.Role), err error) {
	verifier, err := s.verifier(u)
	if err != nil {
		return nil, err
	}
	until, err := s.validUntil(u.ValidUntil)
	if err != nil {
		return nil, err
	}
	return func(r *catalog.Role) {
		flags := map[plan.RoleFlag]*bool{
			plan.RoleSuper: &r.Super, plan.RoleInherit: &r.Inherit, plan.RoleCreateRole: &r.CreateRole, plan.RoleCreateDB: &r.CreateDB,
			plan.RoleLogin: &r.CanLogin, plan.RoleReplication: &r.Replication, plan.RoleBypassRLS: &r.BypassRLS,
		}
		for name, on := range u.Flags {
			*flags[name] = on
		}
		if u.ConnLimit != nil {
			r.ConnLimit = *u.ConnLimit
		}
		if until != nil {
			r.ValidUntil = *until
		}
		if u.Password != nil || u.NoPassword {
			r.Verifier = verifier
		}
	}, nil
}

// alterRole is ALTER ROLE, and ALTER GROUP ADD and DROP USER.
func (s *Session) alterRole(ctx context.Context, u *plan.AlterRole) error {
	if err := unreserved(u.Role.Name, "Cannot alter reserved roles."); err != nil {
		return err
	}
	r, err := s.role(u.Role)
	if err != nil {
		return err
	}
	if err := s.mayAlterRole(&r, u); err != nil {
		return err
	}
	set, err := s.roleOptions(&u.RoleOptions)
	if err != nil {
		return err
	}
	return s.editRoles(ctx, func(e *rolesEdit) error {
		r, err := e.find(u.Role)
		if err != nil {
			return err
		}
		if err := s.mayAlterRole(&r, u); err != nil {
			return err
		}
		set(&r)
		if r.OID == catalog.OIDSuperuser && !(r.Super && r.CanLogin) {
			return sqlerr.New(sqlerr.FeatureNotSupported, `role "%s" must stay a superuser that can log in`, r.Name).
				WithDetail("It is the one that a new cluster has.")
		}
		e.put(r)
		if u.Drop {
			return e.dropMembers(r, u.Members, s.who.current, false)
		}
		return e.addMembers(r, u.Members, s.who.current, false)
	})
}

// mayAlterRole refuses who may not alter a role: what has to do with superusers and
// replication is for superusers, the rest for who may create roles, and one's own
// password for everybody.
func (s *Session) mayAlterRole(r *catalog.Role, u *plan.AlterRole) error {
	if s.superuser() {
		return nil
	}
	said := func(f plan.RoleFlag) bool { _, ok := u.Flags[f]; return ok }
	switch {
	case r.Super || said(plan.RoleSuper):
		return sqlerr.New(sqlerr.InsufficientPrivilege, "must be superuser to alter superuser roles or change superuser attribute")
	case r.Replication || said(plan.RoleReplication):
		return sqlerr.New(sqlerr.InsufficientPrivilege, "must be superuser to alter replication roles or change replication attribute")
	case said(plan.RoleBypassRLS):
		return sqlerr.New(sqlerr.InsufficientPrivilege, "must be superuser to change bypassrls attribute")
	case s.roles().MayCreateRole(s.who.current):
		return nil
	}
	password := u.Password != nil || u.NoPassword
	if !password || r.OID != s.who.current || len(u.Flags) > 0 || u.ConnLimit != nil || u.ValidUntil != nil || u.Members != nil {
		return sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied")
	}
	return nil
}

// renameRole is ALTER ROLE … RENAME TO.
func (s *Session) renameRole(ctx context.Context, u *plan.RenameRole) error {
	const reserved = `Role names starting with "pg_" are reserved.`
	return s.editRoles(ctx, func(e *rolesEdit) error {
		r, err := e.find(plan.RoleSpec{Name: u.From})
		if err != nil {
			return err
		}
		switch r.OID {
		case s.who.session:
			return sqlerr.New(sqlerr.FeatureNotSupported, "session user cannot be renamed")
		case s.who.current:
			return sqlerr.New(sqlerr.FeatureNotSupported, "current user cannot be renamed")
		case catalog.OIDSuperuser:
			return sqlerr.New(sqlerr.FeatureNotSupported, `role "%s" cannot be renamed`, r.Name).WithDetail("It is the one that a new cluster has.")
		}
		if err := unreserved(r.Name, reserved); err != nil {
			return err
		}
		if err := unreserved(u.To, reserved); err != nil {
			return err
		}
		switch _, taken := e.roles.Named(u.To); {
		case taken:
			return roleExists(u.To)
		case r.Super && !s.superuser():
			return sqlerr.New(sqlerr.InsufficientPrivilege, "must be superuser to rename superusers")
		case !e.roles.MayCreateRole(s.who.current):
			return sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied to rename role")
		}
		r.Name = u.To
		e.put(r)
		return nil
	})
}

var md5Verifier = regexp.MustCompile(`^md5[0-9a-f]{32}$`)

// verifier is what is kept of the password that a statement sets; empty: none.
func (s *Session) verifier(u *plan.RoleOptions) (string, error) {
	switch {
	case u.Password == nil:
		return "", nil
	case *u.Password == "":
		n := sqlerr.New(sqlerr.SuccessfulCompletion, "empty string is not a valid password, clearing password")
		n.Severity = "NOTICE"
		s.notice(n)
		return "", nil
	case md5Verifier.MatchString(*u.Password):
		return "", sqlerr.New(sqlerr.FeatureNotSupported, "MD5 passwords are not supported").
			WithHint("Set the password itself, or a SCRAM-SHA-256 verifier made of it (psql's \\password makes one).")
	case s.eng.opt.Verifier == nil:
		return "", sqlerr.New(sqlerr.FeatureNotSupported, "passwords are not supported here")
	}
	return s.eng.opt.Verifier(*u.Password)
}

// validUntil reads VALID UNTIL; nil: it was not said.
func (s *Session) validUntil(text *string) (*time.Time, error) {
	if text == nil {
		return nil, nil
	}
	d, err := types.ParseText(types.OIDTimestamptz, -1, *text, &s.fn.Format)
	if err != nil {
		return nil, err
	}
	switch d.I {
	case math.MaxInt64:
		return &catalog.ValidForever, nil
	case math.MinInt64:
		return &catalog.ValidNever, nil
	}
	at := types.TimeOf(d.I)
	return &at, nil
}

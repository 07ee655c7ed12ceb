package sql

import (
	"context"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
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
	r, ok := seen.layer.Role(role)
	l = Login{Superuser: r.Super, CanLogin: r.CanLogin, Verifier: r.Verifier}
	l.Expired = !r.ValidUntil.IsZero() && e.opt.Clock().After(r.ValidUntil)
	return l, ok, nil
}

// begin gives a session what ALTER ROLE … SET and ALTER DATABASE … SET say of it.
// Settings that are not accepted any more are told and passed over.
func (s *Session) begin(l *catalog.Layer) {
	r, _ := l.Role(s.opt.User)
	for _, said := range l.SessionSettings(r.OID) {
		name, value, _ := strings.Cut(said, "=")
		if err := s.applyStartup(name, value); err != nil {
			n := *sqlerr.From(err)
			n.Severity = "WARNING"
			s.notice(&n)
		}
	}
}

// role finds the role that a statement names.
func (s *Session) role(spec plan.RoleSpec) (catalog.Role, error) {
	name := spec.Name
	if spec.Current || spec.Session {
		name = s.opt.User
	}
	r, ok := s.names.Role(name)
	if !ok {
		return r, sqlerr.New(sqlerr.UndefinedObject, `role "%s" does not exist`, name)
	}
	return r, nil
}

// alterRole is ALTER ROLE.
func (s *Session) alterRole(ctx context.Context, u *plan.AlterRole) error {
	if !s.superuser() {
		return sqlerr.New(sqlerr.InsufficientPrivilege, "must be superuser to alter superuser roles or change superuser attribute")
	}
	verifier, err := s.verifier(u)
	if err != nil {
		return err
	}
	until, err := s.validUntil(u.ValidUntil)
	if err != nil {
		return err
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		r, err := s.role(u.Role)
		if err != nil {
			return err
		}
		flags := map[plan.RoleFlag]*bool{
			plan.RoleSuper: &r.Super, plan.RoleInherit: &r.Inherit, plan.RoleCreateRole: &r.CreateRole, plan.RoleCreateDB: &r.CreateDB,
			plan.RoleLogin: &r.CanLogin, plan.RoleReplication: &r.Replication, plan.RoleBypassRLS: &r.BypassRLS,
		}
		for name, on := range u.Flags {
			*flags[name] = on
		}
		if r.OID == catalog.OIDSuperuser && !(r.Super && r.CanLogin) {
			return sqlerr.New(sqlerr.FeatureNotSupported, `role "%s" must stay a superuser that can log in`, r.Name).
				WithDetail("It is the one that a new cluster has.")
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
		return e.PutRole(&r)
	})
}

var md5Verifier = regexp.MustCompile(`^md5[0-9a-f]{32}$`)

// verifier is what is kept of the password that ALTER ROLE sets; empty: none.
func (s *Session) verifier(u *plan.AlterRole) (string, error) {
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

// validUntil reads VALID UNTIL; nil: it was not said, the zero time: for ever.
func (s *Session) validUntil(text *string) (*time.Time, error) {
	if text == nil {
		return nil, nil
	}
	d, err := types.ParseText(types.OIDTimestamptz, -1, *text, &s.fn.Format)
	if err != nil {
		return nil, err
	}
	switch d.I {
	case math.MaxInt64: // infinity
		return &time.Time{}, nil
	case math.MinInt64:
		return nil, sqlerr.New(sqlerr.InvalidParameterValue, "a password cannot be valid until -infinity").WithHint("PASSWORD NULL takes it away.")
	}
	at := types.TimeOf(d.I)
	return &at, nil
}

// roleSettings is ALTER ROLE … SET or RESET, and ALTER DATABASE … SET or RESET.
func (s *Session) roleSettings(ctx context.Context, u *plan.RoleSettings) error {
	if !s.superuser() {
		return sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied")
	}
	var scope catalog.RoleScope
	switch {
	case u.Database == Database:
		scope.Database = catalog.OIDDatabase
	case u.Database != "":
		return sqlerr.New(sqlerr.InvalidCatalogName, `database "%s" does not exist`, u.Database)
	}
	value, err := s.roleSetting(u.Set)
	if err != nil {
		return err
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		if u.Role != nil {
			r, err := s.role(*u.Role)
			if err != nil {
				return err
			}
			scope.Role = r.OID
		}
		config := slices.Clone(e.Objects.RoleSettings[scope])
		i := slices.IndexFunc(config, func(said string) bool {
			name, _, _ := strings.Cut(said, "=")
			return lower(name) == lower(u.Set.Name)
		})
		switch {
		case u.Set.Default && u.Set.Name == "":
			config = nil
		case u.Set.Default && i >= 0:
			config = slices.Delete(config, i, i+1)
		case u.Set.Default:
			return nil
		case i >= 0:
			config[i] = value
		default:
			config = append(config, value)
		}
		return e.PutRoleSettings(scope, config)
	})
}

// roleSetting checks what sessions to come are to begin with, and gives name=value.
func (s *Session) roleSetting(u *plan.Set) (string, error) {
	if u.Multi != nil {
		return "", sqlerr.New(sqlerr.FeatureNotSupported, "SET TRANSACTION for sessions to come is not supported").
			WithHint("Set default_transaction_isolation, default_transaction_read_only or default_transaction_deferrable.")
	}
	if u.Name == "" { // RESET ALL
		return "", nil
	}
	d := settingIndex[lower(u.Name)]
	if d == nil {
		if err := checkCustomName(u.Name); err != nil {
			return "", err
		}
	} else if err := d.permit(s.superuser(), true); err != nil {
		return "", err
	}
	if u.Default {
		return "", nil
	}
	value, err := s.setValue(u)
	if err != nil || d == nil {
		return u.Name + "=" + value, err
	}
	if _, err := d.normalize(value, s.settings.at(d)); err != nil {
		return "", err
	}
	return d.name + "=" + value, nil
}

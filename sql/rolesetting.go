package sql

import (
	"context"
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// begin gives a session what ALTER ROLE … SET and ALTER DATABASE … SET say of it.
// Who said it was asked then whether it may. Settings that are not accepted any more are told and passed over.
func (s *Session) begin(l *catalog.Layer) {
	for _, said := range l.SessionSettings(s.login) {
		name, value, _ := strings.Cut(said, "=")
		if err := s.applyStartup(name, value, true); err != nil {
			n := *sqlerr.From(err)
			n.Severity = "WARNING"
			s.notice(&n)
		}
	}
}

// roleSettings is ALTER ROLE … SET or RESET, and ALTER DATABASE … SET or RESET.
func (s *Session) roleSettings(ctx context.Context, u *plan.RoleSettings) error {
	if u.Role != nil {
		if err := unreserved(u.Role.Name, "Cannot alter reserved roles."); err != nil {
			return err
		}
	}
	var scope catalog.RoleScope
	switch {
	case u.Database == Database:
		scope.Database = catalog.OIDDatabase
	case u.Database != "":
		return sqlerr.New(sqlerr.InvalidCatalogName, `database "%s" does not exist`, u.Database)
	}
	if err := s.mayAlterSettings(u); err != nil {
		return err
	}
	value, err := s.roleSetting(u.Set)
	if err != nil {
		return err
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		if err := s.mayAlterSettings(u); err != nil {
			return err
		}
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

// mayAlterSettings refuses who may not say what sessions begin with: of a role, that is
// for who may alter it and for itself; of the database, for its owner.
func (s *Session) mayAlterSettings(u *plan.RoleSettings) error {
	if u.Role == nil {
		switch {
		case s.superuser():
			return nil
		case u.Database != "":
			return sqlerr.New(sqlerr.InsufficientPrivilege, "must be owner of database %s", u.Database)
		}
		return sqlerr.New(sqlerr.InsufficientPrivilege, "must be superuser to alter settings globally")
	}
	r, err := s.role(*u.Role)
	switch {
	case err != nil || s.superuser():
		return err
	case r.Super:
		return sqlerr.New(sqlerr.InsufficientPrivilege, "must be superuser to alter superusers")
	case !s.roles().MayCreateRole(s.who.current) && r.OID != s.who.current:
		return sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied")
	}
	return nil
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
	if _, known := s.roles().Named(value); d.identifies() && !known && value != "none" { // it may come to be
		n := sqlerr.New(sqlerr.UndefinedObject, `role "%s" does not exist`, value)
		n.Severity = "NOTICE"
		s.notice(n)
	}
	return d.name + "=" + value, nil
}

package sql

import (
	"context"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// dropRole is DROP ROLE.
func (s *Session) dropRole(ctx context.Context, u *plan.DropRole) error {
	return s.editRoles(ctx, func(e *rolesEdit) error {
		if !s.roles().MayCreateRole(s.who.current) {
			return sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied to drop role")
		}
		for _, name := range u.Names {
			r, err := e.find(plan.RoleSpec{Name: name})
			if err != nil {
				if !u.IfExists {
					return err
				}
				s.skipping(err)
				continue
			}
			if err := s.mayDropRole(&r); err != nil {
				return err
			}
			if err := s.undroppable(ctx, &r); err != nil {
				return err
			}
			e.drop(r.OID)
		}
		return nil
	})
}

func (s *Session) mayDropRole(r *catalog.Role) error {
	switch {
	case r.OID == s.who.current:
		return sqlerr.New(sqlerr.ObjectInUse, "current user cannot be dropped")
	case r.OID == s.who.session:
		return sqlerr.New(sqlerr.ObjectInUse, "session user cannot be dropped")
	case r.Super && !s.superuser():
		return sqlerr.New(sqlerr.InsufficientPrivilege, "must be superuser to drop superusers")
	case r.Builtin():
		return sqlerr.New(sqlerr.DependentObjectsStillExist, "cannot drop role %s because it is required by the database system", r.Name)
	}
	return nil
}

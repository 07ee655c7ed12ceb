package sql

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// rolesEdit changes roles within one statement: what it has changed already is what
// it checks the next change against.
type rolesEdit struct {
	s       *Session
	objects *exec.ObjectsEdit
	roles   *catalog.Roles
	changed map[types.OID]bool
}

func (s *Session) editRoles(ctx context.Context, change func(e *rolesEdit) error) error {
	return s.editObjects(ctx, func(objects *exec.ObjectsEdit) error {
		e := &rolesEdit{s, objects, s.roles(), map[types.OID]bool{}}
		if err := change(e); err != nil {
			return err
		}
		return e.write()
	})
}

// put changes a role, or makes one.
func (e *rolesEdit) put(r catalog.Role) {
	e.roles = e.roles.With(r)
	e.changed[r.OID] = true
}

// drop takes a role away, and the memberships in it.
func (e *rolesEdit) drop(oid types.OID) {
	for _, r := range e.roles.All() {
		if _, is := r.Membership(oid); is {
			e.changed[r.OID] = true
		}
	}
	e.roles = e.roles.Without(oid)
	e.changed[oid] = true
}

// write writes each role that was changed, once.
func (e *rolesEdit) write() error {
	for _, oid := range slices.Sorted(maps.Keys(e.changed)) {
		r, ok := e.roles.ByOID(oid)
		var err error
		if ok {
			err = e.objects.PutRole(&r)
		} else {
			err = e.objects.DropRole(oid)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// find is the role that a statement names, as the statement has left it.
func (e *rolesEdit) find(spec plan.RoleSpec) (catalog.Role, error) {
	name := spec.Name
	if spec.Current || spec.Session {
		r, err := e.s.role(spec)
		if err != nil {
			return r, err
		}
		name = r.Name
	}
	r, ok := e.roles.Named(name)
	if !ok {
		return r, sqlerr.New(sqlerr.UndefinedObject, `role "%s" does not exist`, name)
	}
	return r, nil
}

func (e *rolesEdit) findAll(specs []plan.RoleSpec) ([]catalog.Role, error) {
	var out []catalog.Role
	for _, spec := range specs {
		r, err := e.find(spec)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// mayChangeMembers refuses who may not say who is a member of a role.
func (e *rolesEdit) mayChangeMembers(of catalog.Role, grantor types.OID) error {
	me := e.s.who.current
	switch {
	case of.Super && !e.s.superuser():
		return sqlerr.New(sqlerr.InsufficientPrivilege, "must be superuser to alter superusers")
	case !of.Super && !e.roles.MayCreateRole(me) && !e.roles.IsAdmin(grantor, of.OID):
		return sqlerr.New(sqlerr.InsufficientPrivilege, `must have admin option on role "%s"`, of.Name)
	}
	return nil
}

// addMembers makes roles members of another.
func (e *rolesEdit) addMembers(of catalog.Role, members []plan.RoleSpec, grantor types.OID, admin bool) error {
	found, err := e.findAll(members)
	if err != nil || len(found) == 0 {
		return err
	}
	if err := e.mayChangeMembers(of, grantor); err != nil {
		return err
	}
	// It has one member, the database's owner, whoever that is.
	if of.OID == catalog.OIDDatabaseOwnerRole {
		return sqlerr.New(sqlerr.InternalError, `role "%s" cannot have explicit members`, of.Name)
	}
	if grantor != e.s.who.current && !e.s.superuser() {
		return sqlerr.New(sqlerr.InsufficientPrivilege, "must be superuser to set grantor")
	}
	for _, m := range found {
		m, _ = e.roles.ByOID(m.OID) // as the statement has left it
		was, is := m.Membership(of.OID)
		switch {
		case m.OID == catalog.OIDDatabaseOwnerRole:
			return sqlerr.New(sqlerr.InternalError, `role "%s" cannot be a member of any role`, m.Name)
		case e.roles.IsMemberByGrant(of.OID, m.OID):
			return sqlerr.New(sqlerr.InvalidGrantOperation, `role "%s" is a member of role "%s"`, of.Name, m.Name)
		case is && (!admin || was.Admin):
			e.s.tell(fmt.Sprintf(`role "%s" is already a member of role "%s"`, m.Name, of.Name), "")
			continue
		}
		e.put(m.WithMembership(catalog.Membership{Role: of.OID, Grantor: grantor, Admin: admin}))
	}
	return nil
}

// dropMembers ends memberships, or with admin their admin option alone.
func (e *rolesEdit) dropMembers(of catalog.Role, members []plan.RoleSpec, grantor types.OID, admin bool) error {
	found, err := e.findAll(members)
	if err != nil || len(found) == 0 {
		return err
	}
	if err := e.mayChangeMembers(of, grantor); err != nil {
		return err
	}
	if grantor != e.s.who.current && !e.s.superuser() {
		return sqlerr.New(sqlerr.InsufficientPrivilege, "must be superuser to set grantor")
	}
	for _, m := range found {
		m, _ = e.roles.ByOID(m.OID)
		was, is := m.Membership(of.OID)
		switch {
		case !is:
			e.s.warn(sqlerr.Warning, fmt.Sprintf(`role "%s" is not a member of role "%s"`, m.Name, of.Name))
			continue
		case admin:
			was.Admin = false
			m = m.WithMembership(was)
		default:
			m = m.WithoutMembership(of.OID)
		}
		e.put(m)
	}
	return nil
}

// grantRole is GRANT and REVOKE of membership.
func (s *Session) grantRole(ctx context.Context, u *plan.GrantRole) error {
	return s.editRoles(ctx, func(e *rolesEdit) error {
		grantor := s.who.current
		if u.Grantor != nil {
			r, err := e.find(*u.Grantor)
			if err != nil {
				return err
			}
			grantor = r.OID
		}
		if _, err := e.findAll(u.Members); err != nil {
			return err
		}
		for _, name := range u.Roles {
			r, err := e.find(plan.RoleSpec{Name: name})
			if err != nil {
				return err
			}
			change := e.addMembers
			if u.Revoke {
				change = e.dropMembers
			}
			if err := change(r, u.Members, grantor, u.Admin); err != nil {
				return err
			}
		}
		return nil
	})
}

package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/stemedb/stemedb/sql/types"
)

// Membership says that a role is a member of another.
type Membership struct {
	Role    types.OID // the one that it is a member of
	Grantor types.OID // who said so
	Admin   bool      // WITH ADMIN OPTION
}

// Roles are all roles of a layer, with what their memberships come to. They never
// change, so they serve all sessions; who is a member of what is found out once for
// each role that is asked about.
type Roles struct {
	list   []Role // by OID
	byOID  map[types.OID]int
	byName map[string]int
	// By the role's place in the list: what it is a member of, and what of that it inherits
	// from; nil: nobody has asked.
	members, inherited []atomic.Pointer[roleSet]
}

// roleSet is a role with all that it is a member of, at any remove.
type roleSet map[types.OID]bool

// declaredRoles are the roles while statements have made none.
var declaredRoles = sync.OnceValue(func() *Roles { return newRoles(nil, nil) })

// newRoles joins the roles that are always there and what statements said of roles.
func newRoles(made []Role, settings map[RoleScope][]string) *Roles {
	list := builtinRoles()
	for _, m := range made {
		i := slices.IndexFunc(list, func(b Role) bool { return b.OID == m.OID })
		if i >= 0 {
			list[i] = m
			continue
		}
		list = append(list, m)
	}
	for i := range list {
		list[i].Config = settings[RoleScope{Role: list[i].OID}]
	}
	return rolesOf(list)
}

func rolesOf(list []Role) *Roles {
	r := &Roles{
		list: list, byOID: map[types.OID]int{}, byName: map[string]int{},
		members: make([]atomic.Pointer[roleSet], len(list)), inherited: make([]atomic.Pointer[roleSet], len(list)),
	}
	slices.SortFunc(r.list, func(a, b Role) int { return cmp.Compare(a.OID, b.OID) })
	for i := range r.list {
		r.byOID[r.list[i].OID], r.byName[r.list[i].Name] = i, i
	}
	return r
}

// With are the roles with one that is new or has changed.
func (r *Roles) With(role Role) *Roles {
	list := slices.Clone(r.list)
	if i, ok := r.byOID[role.OID]; ok {
		list[i] = role
	} else {
		list = append(list, role)
	}
	return rolesOf(list)
}

// Without are the roles without one, of which none is a member any more.
func (r *Roles) Without(role types.OID) *Roles {
	var list []Role
	for i := range r.list {
		if m := r.list[i]; m.OID != role {
			if _, is := m.Membership(role); is {
				m = m.WithoutMembership(role)
			}
			list = append(list, m)
		}
	}
	return rolesOf(list)
}

// All lists the roles by OID. It must not be changed.
func (r *Roles) All() []Role { return r.list }

// ByOID finds a role.
func (r *Roles) ByOID(oid types.OID) (Role, bool) {
	i, ok := r.byOID[oid]
	if !ok {
		return Role{}, false
	}
	return r.list[i], true
}

// Named finds a role by its name.
func (r *Roles) Named(name string) (Role, bool) {
	i, ok := r.byName[name]
	if !ok {
		return Role{}, false
	}
	return r.list[i], true
}

// Name is a role's name; of one that is gone, its number.
func (r *Roles) Name(oid types.OID) string {
	if i, ok := r.byOID[oid]; ok {
		return r.list[i].Name
	}
	return fmt.Sprintf("unknown (OID=%d)", oid)
}

// Superuser reports whether a role is a superuser.
func (r *Roles) Superuser(oid types.OID) bool {
	i, ok := r.byOID[oid]
	return ok && r.list[i].Super
}

// MayCreateRole reports whether a role may create roles and change them.
func (r *Roles) MayCreateRole(oid types.OID) bool {
	i, ok := r.byOID[oid]
	return ok && (r.list[i].Super || r.list[i].CreateRole)
}

// HasPrivilegesOf reports whether a role has the privileges of another without SET
// ROLE: it is that role, or a member of it as far as roles on the way inherit. A
// superuser has those of all.
func (r *Roles) HasPrivilegesOf(role, of types.OID) bool {
	return role == of || r.Superuser(role) || r.set(role, true)[of]
}

// IsMember reports whether a role is another or a member of it, INHERIT or not, and
// so may SET ROLE to it. A superuser is a member of all.
func (r *Roles) IsMember(role, of types.OID) bool {
	return role == of || r.Superuser(role) || r.set(role, false)[of]
}

// IsMemberByGrant is IsMember without what superusers are besides.
func (r *Roles) IsMemberByGrant(role, of types.OID) bool {
	return role == of || r.set(role, false)[of]
}

// IsAdmin reports whether a role may make others members of another: it, or a role
// that it is a member of, has the admin option. A superuser may.
func (r *Roles) IsAdmin(role, of types.OID) bool {
	if r.Superuser(role) {
		return true
	}
	for member := range r.set(role, false) {
		i := r.byOID[member]
		if m, ok := r.list[i].Membership(of); ok && m.Admin {
			return true
		}
	}
	return false
}

// Enabled lists the roles whose privileges a role has, itself included.
func (r *Roles) Enabled(role types.OID) []Role {
	if r.Superuser(role) {
		return r.list
	}
	set := r.set(role, true)
	var out []Role
	for i := range r.list {
		if set[r.list[i].OID] {
			out = append(out, r.list[i])
		}
	}
	return out
}

// set is a role with all that it is a member of; with inherit, no further than roles
// inherit. The owner of the database is a member of pg_database_owner without having
// been made one.
func (r *Roles) set(role types.OID, inherit bool) roleSet {
	i, ok := r.byOID[role]
	if !ok {
		return nil
	}
	known := &r.members[i]
	if inherit {
		known = &r.inherited[i]
	}
	if in := known.Load(); in != nil {
		return *in
	}
	in := roleSet{}
	var visit func(oid types.OID)
	visit = func(oid types.OID) {
		i, ok := r.byOID[oid]
		if !ok || in[oid] {
			return
		}
		in[oid] = true
		if inherit && !r.list[i].Inherit {
			return
		}
		for _, m := range r.list[i].MemberOf {
			visit(m.Role)
		}
		if oid == OIDSuperuser {
			visit(OIDDatabaseOwnerRole)
		}
	}
	visit(role)
	known.Store(&in)
	return in
}

// Membership finds a direct membership.
func (r *Role) Membership(of types.OID) (Membership, bool) {
	i := slices.IndexFunc(r.MemberOf, func(m Membership) bool { return m.Role == of })
	if i < 0 {
		return Membership{}, false
	}
	return r.MemberOf[i], true
}

// WithMembership is the role with a membership in place of the one in the same role
// that it may have had.
func (r Role) WithMembership(m Membership) Role {
	r = r.WithoutMembership(m.Role)
	r.MemberOf = append(r.MemberOf, m)
	return r
}

// WithoutMembership is the role without its membership in another.
func (r Role) WithoutMembership(of types.OID) Role {
	r.MemberOf = slices.DeleteFunc(slices.Clone(r.MemberOf), func(m Membership) bool { return m.Role == of })
	return r
}

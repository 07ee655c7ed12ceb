package sql

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// roleUse is an object that hangs on a role, as messages tell of it.
type roleUse struct {
	oid  types.OID // of the object: uses are told in that order
	text string
}

func (u roleUse) compare(o roleUse) int {
	return cmp.Or(cmp.Compare(u.oid, o.oid), cmp.Compare(u.text, o.text))
}

// grantUses lists where lists of privileges name a role.
func (s *Session) grantUses(role types.OID) (out []roleUse, err error) {
	for k, acl := range s.names.Grants() {
		if !named(acl, role, s.names.OwnerOf(k.Class, k.OID)) {
			continue
		}
		what, err := functions.DescribeObject(&s.fn, k.Class, k.OID, k.Sub)
		if err != nil {
			return nil, err
		}
		out = append(out, roleUse{k.OID, "privileges for " + what})
	}
	for k, d := range s.names.DefaultGrants() {
		switch what := s.describeDefault(k); {
		case k.Role == role:
			out = append(out, roleUse{d.OID, "owner of " + what})
		case named(d.ACL, role, k.Role):
			out = append(out, roleUse{d.OID, "privileges for " + what})
		}
	}
	return out, nil
}

// named reports whether a list names a role other than as the owner.
func named(acl types.ACL, role, owner types.OID) bool {
	return role != owner && slices.ContainsFunc(acl, func(it types.ACLItem) bool { return it.Grantee == role || it.Grantor == role })
}

// describeDefault names a list for objects to come as messages do.
func (s *Session) describeDefault(k catalog.DefaultScope) string {
	kind := map[catalog.DefaultKind]string{
		catalog.DefaultRelations: "relations", catalog.DefaultSequences: "sequences", catalog.DefaultFunctions: "functions", catalog.DefaultDataTypes: "types",
		catalog.DefaultSchemas: "schemas",
	}[k.Kind]
	text := fmt.Sprintf("default privileges on new %s belonging to role %s", kind, s.roles().Name(k.Role))
	if schema, ok := s.names.SchemaName(k.Schema); ok {
		text += " in schema " + schema
	}
	return text
}

// dropGrants takes roles out of all lists of privileges, and their own lists for objects
// to come away.
func (s *Session) dropGrants(ctx context.Context, roles []types.OID) error {
	if !slices.ContainsFunc(roles, s.granted) {
		return nil
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		for k, acl := range s.names.Grants() {
			without := acl
			for _, role := range roles {
				owner := s.names.OwnerOf(k.Class, k.OID)
				if !named(without, role, owner) {
					continue
				}
				var err error
				if without, err = without.Without(role, owner, s.roles().HasPrivilegesOf); err != nil {
					return err
				}
			}
			if without.Equal(acl) {
				continue
			}
			if err := s.putGrant(e, k, without); err != nil {
				return err
			}
		}
		return s.dropDefaults(e, roles)
	})
}

// granted reports whether a list names a role.
func (s *Session) granted(role types.OID) bool {
	for k, acl := range s.names.Grants() {
		if named(acl, role, s.names.OwnerOf(k.Class, k.OID)) {
			return true
		}
	}
	for k, d := range s.names.DefaultGrants() {
		if k.Role == role || named(d.ACL, role, k.Role) {
			return true
		}
	}
	return false
}

func (s *Session) dropDefaults(e *exec.ObjectsEdit, roles []types.OID) error {
	for k, d := range s.names.DefaultGrants() {
		had := d.ACL
		for _, role := range roles {
			if named(d.ACL, role, k.Role) {
				var err error
				if d.ACL, err = d.ACL.Without(role, k.Role, s.roles().HasPrivilegesOf); err != nil {
					return err
				}
			}
		}
		own := slices.Contains(roles, k.Role)
		if own || !d.ACL.Equal(had) {
			if err := e.PutDefaultGrant(k, d, own || d.ACL.Sorted().Equal(k.Usual().Sorted())); err != nil {
				return err
			}
		}
	}
	return nil
}

// putGrant writes the list of an object, or gives it to one of the session's own
// relations. A column without privileges of its own has no list.
func (s *Session) putGrant(e *exec.ObjectsEdit, k catalog.CommentKey, acl types.ACL) error {
	if !ownObject(k) {
		return e.PutGrant(k, acl, k.Sub != 0 && len(acl) == 0)
	}
	rel, ok := s.names.Relation(k.OID)
	if !ok {
		return fmt.Errorf("relation with OID %d is gone", k.OID)
	}
	return s.temp.tables.Redeclare(rel.WithGrants(k.Sub, acl))
}

// putOwner writes a relation or a domain in the place of an old one, to whose owner, if
// that is another, what the old one was granted and has granted goes.
func (s *Session) putOwner(e *exec.ObjectsEdit, old, rel *catalog.Relation) error {
	if err := e.Put(rel); err != nil || old.OwnerOID() == rel.OwnerOID() {
		return err
	}
	class := catalog.RelationClass
	if rel.Domain != nil {
		class = catalog.TypeClass
	}
	for k, acl := range e.Objects.Grants {
		if k.Class == class && k.OID == rel.OID {
			if err := s.putGrant(e, k, acl.Give(old.OwnerOID(), rel.OwnerOID())); err != nil {
				return err
			}
		}
	}
	return nil
}

// giveLarge gives a large object to another role, and with it what the old owner was
// granted and has granted on it.
func (s *Session) giveLarge(ctx context.Context, oid, to types.OID) error {
	from, err := s.large.ownerNow(ctx, oid)
	if err != nil {
		return err
	}
	unlock := s.large.lock()
	err = s.large.give(ctx, oid, to)
	unlock()
	k := catalog.CommentKey{Class: catalog.LargeObjectClass, OID: oid}
	if _, said := s.names.ACL(k); err != nil || !said {
		return err
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		acl, _ := s.names.ACL(k)
		return s.putGrant(e, k, acl.Give(from, to))
	})
}

package sql

import (
	"context"
	"fmt"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// owns reports whether the current role may do what an object's owner may.
func (s *Session) owns(owner types.OID) bool {
	return s.roles().HasPrivilegesOf(s.who.current, owner)
}

func notOwner(what, name string) error {
	return sqlerr.New(sqlerr.InsufficientPrivilege, "must be owner of %s %s", what, name)
}

// mustOwn refuses what only a relation's owner may do.
func (s *Session) mustOwn(rel *catalog.Relation) error {
	if s.owns(rel.OwnerOID()) {
		return nil
	}
	return notOwner(rel.KindWord(), rel.Name)
}

// mustOwnDomain is mustOwn of a domain.
func (s *Session) mustOwnDomain(d *catalog.Domain) error {
	if s.owns(d.OwnerOID()) {
		return nil
	}
	name, _ := s.names.RowTypeName(d.OID)
	return notOwner("type", name)
}

// mustOwnObject is mustOwn of any object that COMMENT can be on. Roles have no owner:
// they are for who may change them.
func (s *Session) mustOwnObject(ctx context.Context, k catalog.CommentKey) error {
	switch k.Class {
	case catalog.LargeObjectClass:
		return s.mustOwnLarge(ctx, k.OID)
	case catalog.RoleClass:
		switch {
		case s.roles().Superuser(k.OID) && !s.superuser():
			return sqlerr.New(sqlerr.InsufficientPrivilege, "must be superuser")
		case !s.roles().MayCreateRole(s.who.current):
			return sqlerr.New(sqlerr.InsufficientPrivilege, "must have CREATEROLE privilege")
		}
		return nil
	}
	if s.owns(s.names.OwnerOf(k.Class, k.OID)) {
		return nil
	}
	switch k.Class {
	case catalog.RelationClass:
		_, name, _ := s.names.RelationName(k.OID)
		rel, ok := s.names.Relation(k.OID)
		switch {
		case !ok:
			return notOwner("index", name)
		case k.Sub != 0:
			return notOwner("relation", name)
		}
		return s.mustOwn(rel)
	case catalog.SchemaClass:
		name, _ := s.names.SchemaName(k.OID)
		return notOwner("schema", name)
	case catalog.FunctionClass:
		name := fmt.Sprint(k.OID)
		if f, ok := s.names.Function(k.OID); ok {
			if f.Made != nil {
				return s.mustOwnRoutine(f.Made, "function")
			}
			name = f.Name
		}
		return notOwner("function", name)
	case catalog.ConstraintClass:
		if r := s.names.Constrained(k.OID); r != nil && r.Domain != nil {
			return s.mustOwnDomain(r.Domain)
		} else if r != nil {
			return notOwner("relation", r.Name)
		}
	case catalog.TypeClass:
		if name, ok := s.names.RowTypeName(k.OID); ok {
			return notOwner("type", name)
		}
		return notOwner("type", types.FormatTypeBare(k.OID))
	}
	return notOwner("database", Database)
}

// mustOwnLarge refuses a large object that is not there, or is another's.
func (s *Session) mustOwnLarge(ctx context.Context, oid types.OID) error {
	s.large.begin()
	defer s.large.lock()()
	return s.large.owned(ctx, oid)
}

// alterOwner is ALTER … OWNER TO.
func (s *Session) alterOwner(ctx context.Context, p *Prepared, u *plan.AlterOwner) error {
	if !u.OnRelation() {
		return s.alterObjectOwner(ctx, p, u)
	}
	rel, err := plan.FindOwned(s.bindContext(), p.stmt.tree, u)
	if err != nil {
		if u.IfExists && sqlerr.From(err).Code == sqlerr.UndefinedTable {
			s.skipping(err)
			return nil
		}
		return err
	}
	if q := rel.Sequence; q != nil && q.Owner != 0 {
		table, _ := s.names.Relation(q.Owner)
		return sqlerr.New(sqlerr.FeatureNotSupported, "cannot change owner of sequence \"%s\"", rel.Name).
			WithDetail("Sequence \"%s\" is linked to table \"%s\".", rel.Name, table.Name)
	}
	if rel.OID >= catalog.OIDTempSchema {
		to, err := s.role(u.To)
		if err != nil {
			return err
		}
		if err := s.mayGive(rel, to); err != nil {
			return err
		}
		return s.giveOwn(rel, to.OID)
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		rel, err := plan.FindOwned(s.bindContext(), p.stmt.tree, u)
		if err != nil {
			return err
		}
		to, err := s.role(u.To)
		if err != nil {
			return err
		}
		if err := s.mayGive(rel, to); err != nil || rel.OwnerOID() == to.OID {
			return err
		}
		if rel.View == nil {
			return sqlerr.New(sqlerr.FeatureNotSupported, "the owner of %s %s cannot be changed", rel.KindWord(), rel.Name)
		}
		return s.putOwner(e, rel, rel.OwnedBy(to.OID))
	})
}

// mayGive refuses to make a role the owner of a relation: that takes the present
// owner's privileges, membership in the new owner, and that it could have made the
// relation where it is.
func (s *Session) mayGive(rel *catalog.Relation, to catalog.Role) error {
	if rel.OwnerOID() == to.OID || s.superuser() {
		return nil
	}
	if rel.Domain != nil {
		if err := s.mustOwnDomain(rel.Domain); err != nil {
			return err
		}
	} else if err := s.mustOwn(rel); err != nil {
		return err
	}
	return s.mayBeGiven(rel.Schema, rel.OID, to)
}

// mayBeGiven refuses a new owner for what the current role owns.
func (s *Session) mayBeGiven(in string, oid types.OID, to catalog.Role) error {
	if s.superuser() {
		return nil
	}
	if !s.roles().IsMember(s.who.current, to.OID) {
		return mustBeMember(to)
	}
	schema, _ := s.names.SchemaNamed(in)
	may, _ := s.names.Held(to.OID, catalog.CommentKey{Class: catalog.SchemaClass, OID: schema.OID}, types.PrivCreate, 0)
	if oid < catalog.OIDTempSchema && may == 0 {
		return sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied for schema %s", in)
	}
	return nil
}

func mustBeMember(of catalog.Role) error {
	return sqlerr.New(sqlerr.InsufficientPrivilege, `must be member of role "%s"`, of.Name)
}

// giveOwn makes a role the owner of one of the session's relations, and of the
// sequences that go with it.
func (s *Session) giveOwn(rel *catalog.Relation, to types.OID) error {
	for _, r := range s.temp.tables.Relations() {
		if r.OID == rel.OID || r.Sequence != nil && r.Sequence.Owner == rel.OID {
			if err := s.temp.tables.Redeclare(r.OwnedBy(to)); err != nil {
				return err
			}
		}
	}
	return nil
}

// alterObjectOwner is ALTER … OWNER TO of what is not a relation. Of what is declared
// the owner stays.
func (s *Session) alterObjectOwner(ctx context.Context, p *Prepared, u *plan.AlterOwner) error {
	k, err := plan.OwnerTarget(s.bindContext(), p.stmt.tree, u)
	if err != nil {
		return err
	}
	to, err := s.role(u.To)
	if err != nil {
		return err
	}
	if err := s.mustOwnObject(ctx, k); err != nil {
		return err
	}
	switch {
	case k.Class == catalog.LargeObjectClass:
		if !s.roles().IsMember(s.who.current, to.OID) {
			return mustBeMember(to)
		}
		return s.giveLarge(ctx, k.OID, to.OID)
	case s.names.OwnerOf(k.Class, k.OID) == to.OID:
		return nil
	}
	return sqlerr.New(sqlerr.FeatureNotSupported, "%s OWNER TO is not supported", p.Kind).
		WithHint("Views, temporary tables and sequences, and large objects can be given to other roles.")
}

package sql

import (
	"context"
	"fmt"
	"slices"
	"strings"

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
		return s.putOwner(e, rel, to.OID)
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
	if !s.roles().IsMember(s.who.current, to.OID) {
		return mustBeMember(to)
	}
	schema, _ := s.names.SchemaNamed(rel.Schema)
	may, _ := s.names.Held(to.OID, catalog.CommentKey{Class: catalog.SchemaClass, OID: schema.OID}, types.PrivCreate, 0)
	if rel.OID < catalog.OIDTempSchema && may == 0 {
		return sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied for schema %s", rel.Schema)
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

// owned are what roles own, by OID: views and domains that all sessions see, the
// relations and domains of this one, and large objects. Other sessions' temporary relations go with their sessions.
type owned struct {
	rels  []*catalog.Relation
	large []types.OID
}

func (s *Session) ownedBy(ctx context.Context, roles ...types.OID) (o owned, err error) {
	for _, r := range slices.Concat(s.names.Views(), s.sharedDomains(), s.temp.tables.Relations()) {
		if slices.Contains(roles, r.OwnerOID()) && !slices.Contains(o.rels, r) {
			o.rels = append(o.rels, r)
		}
	}
	s.large.begin()
	defer s.large.lock()()
	v, err := s.large.view(ctx, newestLarge)
	if err != nil {
		return o, err
	}
	return o, v.objects(func(oid, owner types.OID) error {
		if slices.Contains(roles, owner) {
			o.large = append(o.large, oid)
		}
		return nil
	})
}

// sharedDomains are the domains that all sessions see, as relations.
func (s *Session) sharedDomains() (out []*catalog.Relation) {
	for _, d := range s.names.Domains() {
		if d.OID >= catalog.OIDFirstMade && d.OID < catalog.OIDTempSchema {
			out = append(out, d.Relation())
		}
	}
	return out
}

// maxDependents is how many dependents a refusal lists.
const maxDependents = 100

// undroppable refuses to drop a role that something depends on: what it owns. What is
// granted to it, once there are grants on objects, belongs among the lines.
func (s *Session) undroppable(ctx context.Context, r *catalog.Role) error {
	o, err := s.ownedBy(ctx, r.OID)
	if err != nil {
		return err
	}
	lines, err := s.grantUses(r.OID)
	if err != nil {
		return err
	}
	for _, rel := range o.rels {
		lines = append(lines, roleUse{rel.OID, "owner of " + s.describe(rel.OID)})
	}
	for _, oid := range o.large {
		lines = append(lines, roleUse{oid, fmt.Sprintf("owner of large object %d", oid)})
	}
	if len(lines) == 0 {
		return nil
	}
	slices.SortFunc(lines, roleUse.compare)
	var texts []string
	for i, l := range lines {
		if i == maxDependents {
			texts = append(texts, fmt.Sprintf("and %d other objects", len(lines)-i))
			break
		}
		texts = append(texts, l.text)
	}
	return sqlerr.New(sqlerr.DependentObjectsStillExist, `role "%s" cannot be dropped because some objects depend on it`, r.Name).
		WithDetail("%s", strings.Join(texts, "\n"))
}

// ownedStatement is DROP OWNED and REASSIGN OWNED.
func (s *Session) ownedStatement(ctx context.Context, u *plan.OwnedBy) error {
	verb, of := "drop", "drop objects"
	if u.To != nil {
		verb, of = "reassign", "reassign ownership of objects"
	}
	denied := sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied to %s objects", verb)
	var roles []types.OID
	for _, spec := range u.Roles {
		r, err := s.role(spec)
		switch {
		case err != nil:
			return err
		case !s.owns(r.OID):
			return denied
		}
		roles = append(roles, r.OID)
	}
	var to catalog.Role
	if u.To != nil {
		var err error
		if to, err = s.role(*u.To); err != nil {
			return err
		}
		if !s.owns(to.OID) {
			return denied
		}
	}
	for _, oid := range roles {
		if r, _ := s.roles().ByOID(oid); r.Builtin() {
			return sqlerr.New(sqlerr.DependentObjectsStillExist, "cannot %s owned by role %s because they are required by the database system", of, r.Name)
		}
	}
	o, err := s.ownedBy(ctx, roles...)
	if err != nil {
		return err
	}
	if u.To != nil {
		return s.reassign(ctx, o, roles, to)
	}
	if err := s.dropOwned(ctx, o, u.Cascade); err != nil {
		return err
	}
	return s.dropGrants(ctx, roles)
}

func (s *Session) reassign(ctx context.Context, o owned, from []types.OID, to catalog.Role) error {
	shared := false
	for _, r := range o.rels {
		if r.OID < catalog.OIDTempSchema {
			shared = true
		} else if err := s.temp.tables.Redeclare(r.OwnedBy(to.OID)); err != nil {
			return err
		}
	}
	for _, oid := range o.large {
		if err := s.giveLarge(ctx, oid, to.OID); err != nil {
			return err
		}
	}
	if !shared {
		return nil
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		if _, err := s.roleByOID(to.OID); err != nil {
			return err
		}
		for _, r := range slices.Concat(s.names.Views(), s.sharedDomains()) {
			if r.OID < catalog.OIDTempSchema && slices.Contains(from, r.OwnerOID()) {
				if err := s.putOwner(e, r, to.OID); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// dropOwned drops what roles own in this session's sight. What is granted to them, once
// there are grants on objects, has to go here too.
func (s *Session) dropOwned(ctx context.Context, o owned, cascade bool) error {
	var rels []*catalog.Relation
	var domains []types.OID
	for _, r := range o.rels {
		if r.Domain != nil {
			domains = append(domains, r.OID)
		} else {
			rels = append(rels, r)
		}
	}
	if len(rels) > 0 {
		if err := s.dropRelations(ctx, rels, cascade); err != nil {
			return err
		}
	}
	if len(domains) > 0 {
		if err := s.dropTypes(ctx, domains, cascade); err != nil {
			return err
		}
	}
	return s.eachLarge(o, func(oid types.OID) error { return s.large.unlink(ctx, oid) })
}

func (s *Session) eachLarge(o owned, do func(types.OID) error) error {
	if len(o.large) == 0 {
		return nil
	}
	defer s.large.lock()()
	for _, oid := range o.large {
		if err := do(oid); err != nil {
			return err
		}
	}
	return nil
}

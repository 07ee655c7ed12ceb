package sql

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// owned are what roles own, by OID: views, domains and routines that all sessions see,
// those and the relations of this one, and large objects. Other sessions' temporary relations go with their sessions.
type owned struct {
	rels     []*catalog.Relation
	routines []*functions.Routine
	large    []types.OID
}

func (s *Session) ownedBy(ctx context.Context, roles ...types.OID) (o owned, err error) {
	for _, r := range slices.Concat(s.names.Views(), s.sharedDomains(), s.temp.tables.Relations()) {
		if slices.Contains(roles, r.OwnerOID()) && !slices.Contains(o.rels, r) {
			o.rels = append(o.rels, r)
		}
	}
	for _, r := range s.names.MadeRoutines() {
		if slices.Contains(roles, s.names.OwnerOf(catalog.FunctionClass, r.OID)) {
			o.routines = append(o.routines, r)
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

// undroppable refuses to drop a role that something depends on: what it owns, and where
// lists of privileges name it.
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
	for _, r := range o.routines {
		lines = append(lines, roleUse{r.OID, "owner of " + s.describeRoutine(r.Func)})
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
	for _, r := range o.routines {
		if r.OID < catalog.OIDTempSchema {
			shared = true
			continue
		}
		d := catalog.Stored(r)
		d.Owner = to.OID
		s.temp.routines.put(d.Routine())
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
				if err := s.putOwner(e, r, r.OwnedBy(to.OID)); err != nil {
					return err
				}
			}
		}
		for _, r := range s.names.MadeRoutines() {
			if r.OID >= catalog.OIDTempSchema || !slices.Contains(from, r.Owner) {
				continue
			}
			d := catalog.Stored(r)
			d.Owner = to.OID
			if err := s.putRoutineOwner(e, d, r.Owner); err != nil {
				return err
			}
		}
		return nil
	})
}

// dropOwned drops what roles own in this session's sight.
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
	var made []*functions.Func
	for _, r := range o.routines {
		if f, ok := s.names.Function(r.OID); ok { // it may have gone with what it used
			made = append(made, f)
		}
	}
	if err := s.dropMade(ctx, made, cascade); err != nil {
		return err
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

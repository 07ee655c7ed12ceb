package sql

import (
	"context"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// defaultPrivileges is ALTER DEFAULT PRIVILEGES.
func (s *Session) defaultPrivileges(ctx context.Context, u *plan.DefaultPrivileges) error {
	g := &granting{s: s, ctx: ctx, u: u.Grant}
	if err := s.grantedBy(u.Grant); err != nil {
		return err
	}
	if err := g.read(); err != nil {
		return err
	}
	kind, ok := map[types.ACLKind]catalog.DefaultKind{
		types.ACLRelation: catalog.DefaultRelations, types.ACLSequence: catalog.DefaultSequences, types.ACLFunction: catalog.DefaultFunctions,
		types.ACLType: catalog.DefaultDataTypes, types.ACLSchema: catalog.DefaultSchemas,
	}[g.kind.Kind]
	switch {
	case !ok:
		return sqlerr.New(sqlerr.FeatureNotSupported, "default privileges on a %s are not supported", g.kind.Words)
	case g.columns != nil:
		return sqlerr.New(sqlerr.InvalidGrantOperation, "default privileges cannot be set for columns")
	case kind == catalog.DefaultSchemas && u.Schemas != nil:
		return sqlerr.New(sqlerr.InvalidGrantOperation, "cannot use IN SCHEMA clause when using GRANT/REVOKE ON SCHEMAS")
	}
	if kind == catalog.DefaultRelations && g.all {
		g.whole = types.RelationPrivileges
	} else if odd := g.whole &^ types.RelationPrivileges; kind == catalog.DefaultRelations && odd != 0 {
		return sqlerr.New(sqlerr.InvalidGrantOperation, "invalid privilege type %s for relation", odd.First())
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		scopes, err := s.defaultScopes(u, kind)
		if err != nil {
			return err
		}
		for _, k := range scopes {
			if err := g.defaults(e, k); err != nil {
				return err
			}
		}
		return nil
	})
}

// defaultScopes lists what ALTER DEFAULT PRIVILEGES speaks of.
func (s *Session) defaultScopes(u *plan.DefaultPrivileges, kind catalog.DefaultKind) (out []catalog.DefaultScope, err error) {
	owners := u.Roles
	if owners == nil {
		owners = []plan.RoleSpec{{Current: true}}
	}
	for _, spec := range owners {
		r, err := s.role(spec)
		if err != nil {
			return nil, err
		}
		if !s.roles().IsMember(s.who.current, r.OID) {
			return nil, sqlerr.New(sqlerr.InsufficientPrivilege, `must be member of role "%s"`, r.Name)
		}
		if u.Schemas == nil {
			out = append(out, catalog.DefaultScope{Role: r.OID, Kind: kind})
		}
		for _, name := range u.Schemas {
			sch, ok := s.names.SchemaNamed(name)
			if !ok {
				return nil, sqlerr.New(sqlerr.InvalidSchemaName, `schema "%s" does not exist`, name)
			}
			out = append(out, catalog.DefaultScope{Role: r.OID, Schema: sch.OID, Kind: kind})
		}
	}
	return out, nil
}

// defaults changes one list that objects to come begin with. One that says what holds
// in any case goes.
func (g *granting) defaults(e *exec.ObjectsEdit, k catalog.DefaultScope) error {
	usual := k.Usual()
	had, said := e.Objects.DefaultGrants[k]
	old := had.ACL
	if !said {
		old = usual
	}
	acl, err := old.Apply(types.ACLChange{
		Revoke: g.u.Revoke, Option: g.u.Option, Cascade: g.u.Cascade, Privs: g.whole, Grantees: g.grantees, Grantor: k.Role, Owner: k.Role,
	}, g.s.roles().HasPrivilegesOf)
	if err != nil {
		return err
	}
	acl = acl.Sorted()
	gone := acl.Equal(usual.Sorted())
	if gone && !said {
		return nil
	}
	if had.OID == 0 {
		had.OID = e.NewOID()
	}
	return e.PutDefaultGrant(k, catalog.DefaultACL{OID: had.OID, ACL: acl}, gone)
}

// defaultACL is the list that a relation which the current role makes begins with; said
// is false where that is the usual one.
func (s *Session) defaultACL(r *catalog.Relation) (acl types.ACL, said bool) {
	kind := catalog.DefaultRelations
	switch r.Kind {
	case 'S':
		kind = catalog.DefaultSequences
	case 'd':
		kind = catalog.DefaultDataTypes
	}
	schema, _ := s.names.SchemaNamed(r.Schema)
	return s.names.Default(s.who.current, schema.OID, kind)
}

package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// AlterDomain is ALTER DOMAIN, or ALTER TYPE of a domain; DefineAlterDomain says what
// it makes of it.
type AlterDomain struct {
	Name *pg.TypeName
	// Use is ToAlterDomain or ToAlter.
	Use TypeUse
	// Owner is set where it is given another owner.
	Owner  *RoleSpec
	change func(a *domainAlterer)
	err    error // of the statement itself
}

func (*AlterDomain) utility() {}

// Tag is the statement's command tag.
func (u *AlterDomain) Tag() string {
	if u.Use == ToAlterDomain {
		return "ALTER DOMAIN"
	}
	return "ALTER TYPE"
}

// DomainChange is what ALTER DOMAIN makes of a domain.
type DomainChange struct {
	Domain *catalog.Domain // as it will be
	// Check is the condition that values which are there are held against, and NotNull
	// that none may be NULL.
	Check   *catalog.Check
	NotNull bool
	// Dropped is the constraint that goes.
	Dropped types.OID
	Notice  string
}

// domainAlterer carries out one ALTER DOMAIN.
type domainAlterer struct {
	*domainDefiner
	out DomainChange
}

// alterDomain returns statements that change a domain, or a type; nil: it is none.
func alterDomain(node *pg.Node) Utility {
	var u *AlterDomain
	kind := pg.ObjectType_OBJECT_DOMAIN
	switch n := node.GetNode().(type) {
	case *pg.Node_AlterDomainStmt:
		x := n.AlterDomainStmt
		u = &AlterDomain{Name: &pg.TypeName{Names: x.TypeName}, change: func(a *domainAlterer) { a.command(x) }}
	case *pg.Node_RenameStmt:
		x := n.RenameStmt
		kind = x.RenameType
		u = &AlterDomain{change: func(a *domainAlterer) { a.rename(x) }}
		if kind == pg.ObjectType_OBJECT_DOMCONSTRAINT {
			u.change, kind = func(a *domainAlterer) { a.renameConstraint(x) }, pg.ObjectType_OBJECT_DOMAIN
		}
		u.Name = &pg.TypeName{Names: x.Object.GetList().GetItems()}
	case *pg.Node_AlterObjectSchemaStmt:
		x := n.AlterObjectSchemaStmt
		kind = x.ObjectType
		u = &AlterDomain{Name: &pg.TypeName{Names: x.Object.GetList().GetItems()}, change: func(a *domainAlterer) { a.setSchema(x.Newschema) }}
	case *pg.Node_AlterOwnerStmt:
		x := n.AlterOwnerStmt
		kind = x.ObjectType
		u = &AlterDomain{Name: &pg.TypeName{Names: x.Object.GetList().GetItems()}, change: func(*domainAlterer) {}}
		owner, err := roleSpec(x.Newowner)
		u.Owner, u.err = &owner, err
	}
	if u == nil || kind != pg.ObjectType_OBJECT_DOMAIN && kind != pg.ObjectType_OBJECT_TYPE {
		return nil
	}
	if u.Use = ToAlter; kind == pg.ObjectType_OBJECT_DOMAIN {
		u.Use = ToAlterDomain
	}
	return u
}

// DefineAlterDomain says what an ALTER DOMAIN makes of a domain.
func DefineAlterDomain(ctx BindContext, stmt *parser.Statement, u *AlterDomain, newOID func() types.OID) (out *DomainChange, err error) {
	if u.err != nil {
		return nil, u.err
	}
	was, err := FindDomain(ctx, u.Name, u.Use)
	if err != nil {
		return nil, err
	}
	d := *was
	a := &domainAlterer{domainDefiner: newDomainDefiner(ctx, stmt, &d, newOID)}
	defer unplaced(&err)
	defer a.b.recover(&err)
	if d.OID < catalog.OIDFirstMade {
		fail(sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied: "%s" is a domain of the system`, d.Name))
	}
	a.out.Domain = a.d
	u.change(a)
	return &a.out, nil
}

func (a *domainAlterer) command(n *pg.AlterDomainStmt) {
	switch n.Subtype {
	case "T":
		a.setDefault(n.Def)
	case "N":
		a.d.NotNull = false
	case "O":
		a.out.NotNull, a.d.NotNull = !a.d.NotNull, true
	case "C":
		k := n.Def.GetConstraint()
		a.possible(k)
		if k.Contype != pg.ConstrType_CONSTR_CHECK {
			a.b.unsupported(k.Location, "this kind of constraint of a domain is")
		}
		if added := a.add(k); !added.NotValid {
			a.out.Check = added
		}
	case "X":
		i := a.find(n.Name, n.MissingOk)
		if i >= 0 {
			a.out.Dropped = a.d.Checks[i].OID
			a.d.Checks = slices.Delete(slices.Clone(a.d.Checks), i, i+1)
		}
	case "V":
		if i := a.find(n.Name, false); a.d.Checks[i].NotValid {
			a.d.Checks = slices.Clone(a.d.Checks)
			a.d.Checks[i].NotValid = false
			a.out.Check = &a.d.Checks[i]
		}
	default:
		a.b.unsupported(-1, "this form of ALTER DOMAIN is")
	}
}

// find returns the number of a condition; -1: there is none, and there need not be.
func (a *domainAlterer) find(name string, missing bool) int {
	i := slices.IndexFunc(a.d.Checks, func(k catalog.Check) bool { return k.Name == name })
	if i < 0 {
		e := sqlerr.New(sqlerr.UndefinedObject, `constraint "%s" of domain "%s" does not exist`, name, a.d.Name)
		if !missing {
			fail(e)
		}
		a.out.Notice = e.Message
	}
	return i
}

func (a *domainAlterer) rename(n *pg.RenameStmt) {
	typeNameFree(a.b.ctx.Catalog, a.d.Schema, n.Newname)
	a.d.Name = n.Newname
}

func (a *domainAlterer) renameConstraint(n *pg.RenameStmt) {
	i := slices.IndexFunc(a.d.Checks, func(k catalog.Check) bool { return k.Name == n.Subname })
	if i < 0 {
		fail(sqlerr.New(sqlerr.UndefinedObject, `constraint "%s" for domain %s does not exist`, n.Subname, a.b.writtenDomain(a.d, false)))
	}
	if a.names[n.Newname] {
		fail(sqlerr.New(sqlerr.DuplicateObject, `constraint "%s" for domain %s already exists`, n.Newname, a.b.writtenDomain(a.d, false)))
	}
	a.d.Checks = slices.Clone(a.d.Checks)
	a.d.Checks[i].Name = n.Newname
	slices.SortFunc(a.d.Checks, func(x, y catalog.Check) int {
		if x.Name < y.Name {
			return -1
		}
		return 1
	})
}

func (a *domainAlterer) setSchema(name string) {
	schema, ok := a.b.ctx.Catalog.SchemaNamed(name)
	switch {
	case !ok:
		fail(sqlerr.New(sqlerr.InvalidSchemaName, `schema "%s" does not exist`, name))
	case schema.Name == a.d.Schema:
		return
	case schema.OID == catalog.OIDTempSchema || a.d.OID >= catalog.OIDTempSchema:
		fail(sqlerr.New(sqlerr.FeatureNotSupported, "cannot move objects into or out of temporary schemas"))
	}
	mayCreate(schema.Name, a.d.Name)
	typeNameFree(a.b.ctx.Catalog, schema.Name, a.d.Name)
	a.d.Schema = schema.Name
}

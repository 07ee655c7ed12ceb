package plan

import (
	"cmp"
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/proto"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// TypeName is a type's name as the parser writes it.
type TypeName = pg.TypeName

// CreateDomain is CREATE DOMAIN; DefineDomain says what it declares.
type CreateDomain struct{ stmt *pg.CreateDomainStmt }

// DropType is DROP DOMAIN, or DROP TYPE of domains.
type DropType struct {
	Names    []*pg.TypeName
	Use      TypeUse // ToDrop or AsDomain
	IfExists bool
	Cascade  bool
}

func (*CreateDomain) utility() {}
func (*DropType) utility()     {}

// typeUtility returns the statements about types as Utilities; nil when a statement
// is none of them.
func typeUtility(stmt *parser.Statement) Utility {
	switch n := stmt.Tree.GetNode().(type) {
	case *pg.Node_CreateDomainStmt:
		return &CreateDomain{n.CreateDomainStmt}
	case *pg.Node_DropStmt:
		x := n.DropStmt
		uses := map[pg.ObjectType]TypeUse{pg.ObjectType_OBJECT_DOMAIN: AsDomain, pg.ObjectType_OBJECT_TYPE: ToDrop}
		use, ok := uses[x.RemoveType]
		if !ok {
			return nil
		}
		d := &DropType{Use: use, IfExists: x.MissingOk, Cascade: x.Behavior == pg.DropBehavior_DROP_CASCADE}
		for _, o := range x.Objects {
			d.Names = append(d.Names, o.GetTypeName())
		}
		return d
	}
	if u := alterDomain(stmt.Tree); u != nil {
		return u
	}
	return nil
}

// refuseType refuses the statements that make and change types other than domains.
func refuseType(stmt *parser.Statement) error {
	what, hint := "", ""
	switch n := stmt.Tree.GetNode().(type) {
	case *pg.Node_CreateEnumStmt:
		what, hint = "CREATE TYPE AS ENUM", "A domain over text with a CHECK admits a list of values: CREATE DOMAIN name AS text CHECK (VALUE IN (...))."
	case *pg.Node_AlterEnumStmt:
		what = "ALTER TYPE of an enum"
	case *pg.Node_CompositeTypeStmt:
		what, hint = "CREATE TYPE of rows", "The name of a table or a view is that of a type of rows."
	case *pg.Node_CreateRangeStmt:
		what, hint = "CREATE TYPE AS RANGE", "There are the range types of PostgreSQL."
	case *pg.Node_DefineStmt:
		if n.DefineStmt.Kind != pg.ObjectType_OBJECT_TYPE {
			return nil
		}
		what = "CREATE TYPE of a base type"
	default:
		return nil
	}
	e := sqlerr.New(sqlerr.FeatureNotSupported, "%s is not supported", what)
	if hint != "" {
		e = e.WithHint("%s", hint)
	}
	return e
}

// domainDefiner builds a domain's declaration.
type domainDefiner struct {
	*definer
	d *catalog.Domain
}

// domainDefiner begins the declaration of a domain, or a change of it. Its default
// stands for a column of its own name.
func newDomainDefiner(ctx BindContext, stmt *parser.Statement, d *catalog.Domain, newOID func() types.OID) *domainDefiner {
	out := &domainDefiner{newDefiner(ctx, stmt, newOID), d}
	out.rel, out.value = &catalog.Relation{Name: d.Name}, d
	for i := range d.Checks {
		out.names[d.Checks[i].Name] = true
	}
	return out
}

// DefineDomain says what a CREATE DOMAIN declares; temp that it is the session's own.
// newOID numbers objects.
func DefineDomain(ctx BindContext, stmt *parser.Statement, u *CreateDomain, newOID func() types.OID) (rl *catalog.Relation, temp bool, err error) {
	n := u.stmt
	d := newDomainDefiner(ctx, stmt, &catalog.Domain{}, newOID)
	defer unplaced(&err)
	defer d.b.recover(&err)
	temp = d.name(n.Domainname)
	d.over(n, temp)
	null, notNull, given := false, false, false
	for _, x := range n.Constraints {
		k := x.GetConstraint()
		d.possible(k)
		switch k.Contype {
		case pg.ConstrType_CONSTR_DEFAULT:
			if given {
				fail(sqlerr.New(sqlerr.SyntaxError, "multiple default expressions"))
			}
			given = true
			d.setDefault(k.RawExpr)
		case pg.ConstrType_CONSTR_NOTNULL, pg.ConstrType_CONSTR_NULL:
			is := k.Contype == pg.ConstrType_CONSTR_NOTNULL
			if is && null || !is && notNull {
				fail(sqlerr.New(sqlerr.SyntaxError, "conflicting NULL/NOT NULL constraints"))
			}
			null, notNull = null || !is, notNull || is
		}
	}
	d.d.NotNull = notNull
	d.d.OID, d.d.Array = newOID(), newOID()
	for _, x := range n.Constraints {
		if k := x.GetConstraint(); k.Contype == pg.ConstrType_CONSTR_CHECK {
			d.add(k)
		}
	}
	return d.d.Relation(), temp, nil
}

// unplaced takes the position of an error away: PostgreSQL tells none of what stands
// in declarations of domains.
func unplaced(err *error) {
	if *err != nil {
		e := *sqlerr.From(*err)
		e.Position = 0
		*err = &e
	}
}

// name settles the schema and the name, which must be free.
func (d *domainDefiner) name(names []*pg.Node) (temp bool) {
	n := rangeVarOf(names)
	d.d.Name, d.rel.Name = n.Relname, n.Relname
	switch {
	case n.Schemaname == catalog.TempSchema || strings.HasPrefix(n.Schemaname, catalog.TempSchema+"_"):
		temp = true
		schema, _ := d.b.ctx.Catalog.SchemaNamed(catalog.TempSchema)
		d.d.Schema = schema.Name
	case n.Schemaname == "":
		d.d.Schema = d.b.creationSchema()
		mayCreate(d.d.Schema, n.Relname)
	default:
		if _, ok := d.b.ctx.Catalog.SchemaNamed(n.Schemaname); !ok {
			fail(sqlerr.New(sqlerr.InvalidSchemaName, `schema "%s" does not exist`, n.Schemaname))
		}
		d.d.Schema = n.Schemaname
		mayCreate(d.d.Schema, n.Relname)
	}
	typeNameFree(d.b.ctx.Catalog, d.d.Schema, n.Relname)
	return temp
}

// typeNameFree refuses a type's name that another type has, or the rows of a relation.
func typeNameFree(c Catalog, schema, name string) {
	_, domain := c.DomainNamed(schema, name)
	rl, rows := c.Named(schema, name)
	if domain || rows && catalog.RowType(rl) != 0 {
		fail(sqlerr.New(sqlerr.DuplicateObject, `type "%s" already exists`, name))
	}
}

// over settles the type that the domain is over, with its collation.
func (d *domainDefiner) over(n *pg.CreateDomainStmt, temp bool) {
	var c catalog.Column
	if rl := d.b.rowType(n.TypeName); rl != nil {
		d.b.unsupported(n.TypeName.Location, "a domain over rows of a relation is")
	}
	d.b.columnType(&c, n.TypeName)
	if t, _ := types.Lookup(c.Type); t.Kind == 'p' {
		fail(sqlerr.New(sqlerr.DatatypeMismatch, `"%s" is not a valid base type for a domain`, types.FormatTypeBare(c.Type)))
	}
	d.d.Type, d.d.Typmod, d.d.Over, d.d.Collation = c.Type, c.Typmod, c.Domain, typeCollation(c.Type)
	if c.Domain >= catalog.OIDTempSchema && !temp {
		d.b.unsupported(n.TypeName.Location, "a domain over one of pg_temp that is not in pg_temp itself is")
	}
	if c.Domain != 0 {
		under, array, _ := d.b.ctx.Catalog.Domain(c.Domain)
		d.d.Collation = under.Collation
		if !array {
			d.d.Default, d.d.Shown = under.Default, under.Shown
		}
	}
	if n.CollClause == nil {
		return
	}
	value := &scope{b: d.b, clause: "COLLATE"}
	value.items = []*item{valueItem(&Col{OID: d.d.Type, Typmod: d.d.Typmod})}
	e := value.collate(&pg.CollateClause{Arg: valueRef, Collname: n.CollClause.Collname, Location: n.CollClause.Location})
	d.d.Collation = d.b.columnCollation(d.d.Type, e)
	if d.d.Collation == 0 {
		d.d.Collation = typeCollation(d.d.Type)
	}
}

// valueRef is VALUE as the parser reads it.
var valueRef = &pg.Node{Node: &pg.Node_ColumnRef{ColumnRef: &pg.ColumnRef{
	Fields: []*pg.Node{{Node: &pg.Node_String_{String_: &pg.String{Sval: "value"}}}}, Location: -1}}}

// valueItem is what conditions of domains see: VALUE.
func valueItem(value Expr) *item {
	return &item{open: true, cols: []itemCol{{name: "value", expr: value}}}
}

// valueScope sees the value of a domain.
func (b *binder) valueScope(d *catalog.Domain, clause string) *scope {
	value := &Col{Index: 0, OID: d.Type, Typmod: d.Typmod, Name: "VALUE"}
	b.note(value, form{word: "VALUE"})
	shown := Expr(value)
	if _, array, ok := b.ctx.Catalog.Domain(d.Over); ok && !array && b.showing() { // VALUE is of that domain
		shown = &Convert{Arg: value, OID: d.Type, Typmod: -1}
	}
	return &scope{b: b, clause: clause, items: []*item{valueItem(shown)}}
}

// possible refuses what a domain cannot have.
func (d *domainDefiner) possible(k *pg.Constraint) {
	kinds := map[pg.ConstrType]string{
		pg.ConstrType_CONSTR_UNIQUE: "unique", pg.ConstrType_CONSTR_PRIMARY: "primary key",
		pg.ConstrType_CONSTR_EXCLUSION: "exclusion", pg.ConstrType_CONSTR_FOREIGN: "foreign key",
	}
	switch k.Contype {
	case pg.ConstrType_CONSTR_DEFAULT, pg.ConstrType_CONSTR_NOTNULL, pg.ConstrType_CONSTR_NULL:
	case pg.ConstrType_CONSTR_CHECK:
		if k.IsNoInherit {
			fail(sqlerr.New(sqlerr.InvalidObjectDefinition, "check constraints for domains cannot be marked NO INHERIT"))
		}
	case pg.ConstrType_CONSTR_ATTR_DEFERRABLE, pg.ConstrType_CONSTR_ATTR_NOT_DEFERRABLE, pg.ConstrType_CONSTR_ATTR_DEFERRED, pg.ConstrType_CONSTR_ATTR_IMMEDIATE:
		fail(sqlerr.New(sqlerr.FeatureNotSupported, "specifying constraint deferrability not supported for domains"))
	default:
		if kind := kinds[k.Contype]; kind != "" {
			fail(sqlerr.New(sqlerr.SyntaxError, "%s constraints not possible for domains", kind))
		}
		d.b.unsupported(k.Location, "this kind of constraint of a domain is")
	}
}

// setDefault declares a default; nil takes it away.
func (d *domainDefiner) setDefault(n *pg.Node) {
	d.d.Default, d.d.Shown = "", catalog.Shown{}
	if n == nil {
		return
	}
	c := &catalog.Column{Name: d.d.Name, Type: d.d.Type, Typmod: d.d.Typmod, Domain: d.d.Over}
	s := &scope{b: d.b, clause: "DEFAULT expressions"}
	refuseColumns(d.b, n, "cannot use column reference in DEFAULT expression")
	d.b.refuseSubqueries(n, "DEFAULT expression")
	e := d.mustAssign(s.expr(n), c, "")
	if k, ok := e.(*Const); ok && k.Value.Null && k.Typmod < 0 { // which is what no default means
		return
	}
	d.d.Default = d.text(d.b.qualifyTypes(n))
	d.d.Shown = d.shown(&d.d.Default, func(e Expr, in *definer) Expr {
		e = in.mustAssign(e, c, "")
		if c.Typmod < 0 {
			return in.b.loosen(e, false)
		}
		return e
	})
}

// add declares a condition.
func (d *domainDefiner) add(n *pg.Constraint) *catalog.Check {
	d.b.refuseSubqueries(n.RawExpr, "check constraint")
	d.scope("check constraints").condition(n.RawExpr, "CHECK")
	k := catalog.Check{Name: n.Conname, NotValid: n.SkipValidation}
	switch {
	case k.Name == "":
		k.Name = d.free(d.d.Name + "_check")
	case d.names[k.Name]:
		fail(sqlerr.New(sqlerr.DuplicateObject, `constraint "%s" for domain "%s" already exists`, k.Name, d.d.Name))
	}
	d.names[k.Name] = true
	k.OID, k.Expr = d.newOID(), d.text(d.b.qualifyTypes(n.RawExpr))
	k.Shown = d.shown(&k.Expr, func(e Expr, in *definer) Expr { return in.b.mustCoerce(e, types.OIDBool, -1, "CHECK") })
	d.d.Checks = append(slices.Clone(d.d.Checks), k)
	slices.SortFunc(d.d.Checks, func(a, b catalog.Check) int { return cmp.Compare(a.Name, b.Name) })
	i := slices.IndexFunc(d.d.Checks, func(c catalog.Check) bool { return c.Name == k.Name })
	return &d.d.Checks[i]
}

// qualifyTypes writes the schemas of domains that an expression names, so that it
// means the same under any search path.
func (b *binder) qualifyTypes(n *pg.Node) *pg.Node {
	n = proto.Clone(n).(*pg.Node)
	visitTree(n.ProtoReflect(), func(m proto.Message) bool {
		if t, ok := m.(*pg.TypeName); ok && len(t.Names) == 1 {
			if d, _ := b.domainType(t); d != nil {
				t.Names = append([]*pg.Node{{Node: &pg.Node_String_{String_: &pg.String{Sval: d.Schema}}}}, t.Names...)
			}
		}
		return true
	})
	return n
}

// NamesDomain reports whether a stored expression names a domain, or arrays of it.
func NamesDomain(ctx BindContext, text string, oid types.OID) bool {
	n, err := parser.ParseExpr(text)
	if err != nil {
		return false
	}
	b, found := &binder{ctx: ctx}, false
	defer b.recover(&err) // a domain that cannot be meant there
	visitTree(n.ProtoReflect(), func(m proto.Message) bool {
		if t, ok := m.(*pg.TypeName); ok && !found {
			d, _ := b.domainType(t)
			found = d != nil && d.OID == oid
		}
		return true
	})
	return found
}

// FindDomain finds the domain that a statement names.
func FindDomain(ctx BindContext, n *pg.TypeName, use TypeUse) (d *catalog.Domain, err error) {
	b := &binder{ctx: ctx}
	defer b.recover(&err)
	found, array := b.domainType(n)
	switch {
	case found != nil && !array:
		return found, nil
	case found != nil:
		fail(sqlerr.New(sqlerr.WrongObjectType, `"%s[]" is not a domain`, found.Name))
	}
	names, _ := fieldNames(n.Names)
	rl, t := b.rowType(n), types.OID(0)
	if rl == nil {
		t, _ = b.typeName(n, func(_ int32, e *sqlerr.Error) *sqlerr.Error { return e })
	}
	what := map[bool]string{false: "table", true: "view"}[rl != nil && rl.Kind == 'v']
	switch {
	case use == AsDomain:
		fail(sqlerr.New(sqlerr.WrongObjectType, `"%s" is not a domain`, strings.Join(names, ".")))
	case use == ToAlterDomain && rl == nil:
		fail(sqlerr.New(sqlerr.WrongObjectType, "%s is not a domain", types.FormatTypeBare(t)))
	case use == ToAlterDomain:
		fail(sqlerr.New(sqlerr.WrongObjectType, "%s is not a domain", rl.Name))
	case use == ToDrop && rl != nil:
		fail(sqlerr.New("2BP01", "cannot drop type %s because %s %s requires it", rl.Name, what, rl.Name).WithHint("You can drop %s %s instead.", what, rl.Name))
	case use == ToDrop:
		fail(sqlerr.New("2BP01", "cannot drop type %s because it is required by the database system", types.FormatTypeBare(t)))
	case rl != nil:
		fail(sqlerr.New(sqlerr.WrongObjectType, "%s is a table's row type", rl.Name).WithHint("Use ALTER TABLE instead."))
	}
	fail(sqlerr.New(sqlerr.FeatureNotSupported, "ALTER TYPE of types that are no domains is not supported"))
	return nil, nil
}

// TypeUse is what a statement names a type for, which words what is said of one that is
// no domain.
type TypeUse uint8

// The uses of a type's name.
const (
	AsDomain      TypeUse = iota // DROP DOMAIN, COMMENT
	ToAlterDomain                // ALTER DOMAIN
	ToDrop                       // DROP TYPE
	ToAlter                      // ALTER TYPE
)

package plan

import (
	"slices"
	"strings"
	"time"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// CreateView is CREATE VIEW; DefineView says what it declares.
type CreateView struct{ stmt *pg.ViewStmt }

func (*CreateView) utility() {}

// ViewDefinition is what CREATE VIEW declares. Its OIDs are those of the view
// that it replaces, or 0.
type ViewDefinition struct {
	Rel *catalog.Relation
	// Temp says that the view is the session's own; Told that the statement
	// did not say so: it follows from what the view uses.
	Temp, Told bool
	Replaces   *catalog.Relation
}

// DefineView says what a CREATE VIEW declares. zone is the session's time zone.
func DefineView(ctx BindContext, stmt *parser.Statement, u *CreateView, zone string) (def *ViewDefinition, err error) {
	b := newBinder(ctx, stmt)
	defer b.recover(&err)
	n := u.stmt
	if n.View.Relpersistence == "u" {
		return nil, sqlerr.New(sqlerr.SyntaxError, "views cannot be unlogged because they do not have storage")
	}
	sel := n.Query.GetSelectStmt()
	refuseInView(sel)
	if stmt.AsOf != nil {
		b.failAt(int32(stmt.AsOf.Location), sqlerr.FeatureNotSupported, "AS OF SYSTEM TIME of a view's query is not supported")
	}
	b.noParams, b.made = true, &viewUses{named: map[types.OID]map[int]bool{}}
	q := (&scope{b: b}).selectStmt(sel, true)
	d := &ViewDefinition{}
	rl := &catalog.Relation{Name: n.View.Relname, Kind: 'v', Store: catalog.ViewStore}
	rl.Columns = b.viewColumns(q, n.Aliases)
	view := &catalog.View{Query: stmt.ViewQuery(), Uses: b.made.list(), Types: b.made.types, Calls: b.made.calls, Zone: zone, Options: declaredOptions(n)}
	if f := ctx.Format; f != nil {
		view.Made, view.Order = f.Now.UTC().Truncate(time.Microsecond), f.DateOrder
	}
	b.made = nil
	rl.View = view
	d.Rel = rl
	d.Temp = n.View.Relpersistence == "t"
	for _, use := range slices.Concat(view.Uses, view.Types) {
		if use.OID >= catalog.OIDTempSchema && !d.Temp {
			d.Temp, d.Told = true, true
		}
	}
	for _, use := range view.Calls { // PostgreSQL drops such a view with the session
		if use.OID >= catalog.OIDTempSchema && !d.Temp {
			d.Temp, d.Told = true, true
		}
	}
	b.viewSchema(d, n.View)
	if old, taken := ctx.Catalog.Named(rl.Schema, rl.Name); taken {
		b.replaceView(d, old, n.Replace)
	}
	// What is stored must mean what was written.
	own := *rl
	own.OID = 0 // a view that leads to itself is found when it is read
	again := b.viewQuery(&own, nil)
	for i := range rl.Columns {
		if c := &b.cols[again.cols[i].id]; c.Type != rl.Columns[i].Type || len(again.cols) != len(rl.Columns) {
			return nil, sqlerr.New(sqlerr.FeatureNotSupported, "the query of view %q cannot be kept", rl.Name)
		}
	}
	b.checkable(&own)
	return d, nil
}

// refuseInView refuses what no view's query may hold.
func refuseInView(sel *pg.SelectStmt) {
	first := sel
	for first.Larg != nil {
		first = first.Larg
	}
	if first.IntoClause != nil {
		fail(sqlerr.New(sqlerr.FeatureNotSupported, "views must not contain SELECT INTO"))
	}
	if sel.WithClause == nil {
		return
	}
	for _, c := range sel.WithClause.Ctes {
		if c.GetCommonTableExpr().Ctequery.GetSelectStmt() == nil {
			fail(sqlerr.New(sqlerr.FeatureNotSupported, "views must not contain data-modifying statements in WITH"))
		}
	}
}

// viewColumns are the columns of a query under the names that CREATE VIEW
// gives them.
func (b *binder) viewColumns(q query, names []*pg.Node) (out []catalog.Column) {
	if len(names) > len(q.cols) {
		fail(sqlerr.New(sqlerr.SyntaxError, "CREATE VIEW specifies more column names than columns"))
	}
	seen := map[string]bool{}
	for i, c := range q.cols {
		name := c.name
		if i < len(names) {
			name = names[i].GetString_().GetSval()
		}
		meta := b.cols[c.id]
		switch t, _ := types.Lookup(meta.Type); {
		case seen[name]:
			fail(sqlerr.New(sqlerr.DuplicateColumn, `column "%s" specified more than once`, name))
		case t.Kind == 'p':
			fail(sqlerr.New(sqlerr.InvalidTableDefinition, `column "%s" has pseudo-type %s`, name, types.FormatTypeBare(meta.Type)))
		}
		seen[name] = true
		out = append(out, catalog.Column{Name: name, Type: meta.Type, Typmod: meta.Typmod, Domain: meta.Domain})
	}
	if len(out) == 0 {
		b.unsupported(-1, "a view without columns is")
	}
	return out
}

// viewSchema finds the schema that the view goes into.
func (b *binder) viewSchema(d *ViewDefinition, n *pg.RangeVar) {
	inTemp := n.Schemaname == catalog.TempSchema || strings.HasPrefix(n.Schemaname, catalog.TempSchema+"_")
	switch {
	case n.Schemaname == "" && d.Temp:
		d.Rel.Schema = catalog.TempSchema
	case n.Schemaname == "":
		d.Rel.Schema = b.creationSchema()
	default:
		schema, ok := b.ctx.Catalog.SchemaNamed(n.Schemaname)
		if !ok && n.Schemaname != catalog.TempSchema {
			fail(sqlerr.New(sqlerr.InvalidSchemaName, `schema "%s" does not exist`, n.Schemaname))
		}
		d.Rel.Schema = schema.Name
	}
	d.Temp = d.Temp || inTemp
	if d.Temp {
		if n.Schemaname != "" && !inTemp {
			fail(sqlerr.New(sqlerr.InvalidTableDefinition, "cannot create temporary relation in non-temporary schema"))
		}
		schema, _ := b.ctx.Catalog.SchemaNamed(catalog.TempSchema)
		d.Rel.Schema = schema.Name
		return
	}
	mayCreate(d.Rel.Schema, d.Rel.Name)
}

// creationSchema is the schema that objects go into that name none.
func (b *binder) creationSchema() string {
	for _, name := range b.ctx.SearchPath {
		if name != "pg_catalog" && !strings.HasPrefix(name, catalog.TempSchema) {
			return name
		}
	}
	fail(sqlerr.New(sqlerr.InvalidSchemaName, "no schema has been selected to create in"))
	return ""
}

// mayCreate refuses to put objects among those that are declared.
func mayCreate(schema, name string) {
	switch schema {
	case "public":
	case "pg_catalog":
		fail(sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied to create "%s.%s"`, schema, name).
			WithDetail("System catalog modifications are currently disallowed."))
	default:
		fail(sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied for schema %s", schema).
			WithHint("Objects are made in schema public."))
	}
}

// replaceView checks that a definition may take an existing relation's place.
func (b *binder) replaceView(d *ViewDefinition, old *catalog.Relation, replace bool) {
	switch {
	case !replace:
		fail(sqlerr.New(sqlerr.DuplicateTable, `relation "%s" already exists`, old.Name))
	case old.Kind != 'v':
		fail(sqlerr.New(sqlerr.WrongObjectType, `"%s" is not a view`, old.Name))
	case old.View == nil:
		mayCreate(old.Schema, old.Name)
	case len(d.Rel.Columns) < len(old.Columns):
		fail(sqlerr.New(sqlerr.InvalidTableDefinition, "cannot drop columns from view"))
	}
	for i := range old.Columns {
		was, is := &old.Columns[i], &d.Rel.Columns[i]
		if was.Name != is.Name {
			fail(sqlerr.New(sqlerr.InvalidTableDefinition, `cannot change name of view column "%s" to "%s"`, was.Name, is.Name).
				WithHint("Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead."))
		}
		if was.Type != is.Type || was.Typmod != is.Typmod || was.Domain != is.Domain {
			fail(sqlerr.New(sqlerr.InvalidTableDefinition, `cannot change data type of view column "%s" from %s to %s`, was.Name,
				b.declaredText(was.Domain, was.Type, was.Typmod), b.declaredText(is.Domain, is.Type, is.Typmod)))
		}
	}
	d.Replaces = old
	d.Rel.OID, d.Rel.Comment, d.Rel.View.Rule = old.OID, old.Comment, old.View.Rule
	for i := range old.Columns {
		was, is := &old.Columns[i], &d.Rel.Columns[i]
		is.Comment, is.Default, is.Shown, is.DefaultOID = was.Comment, was.Default, was.Shown, was.DefaultOID
	}
}

// Dependents lists, of views, those that hang on a relation, directly or
// through others, each with what it hangs on, in the order in which PostgreSQL
// tells of them. column >= 0 asks for those that hang on that column.
func Dependents(views []*catalog.Relation, on types.OID, column int) []Dependent {
	views = slices.Clone(views)
	slices.SortFunc(views, func(a, b *catalog.Relation) int { return int(int64(b.OID) - int64(a.OID)) })
	seen := map[types.OID]bool{on: true}
	var out []Dependent
	var visit func(on types.OID, column int)
	visit = func(on types.OID, column int) {
		for _, v := range views {
			if seen[v.OID] || !v.View.DependsOn(on, column) {
				continue
			}
			seen[v.OID] = true
			visit(v.OID, -1)
			out = append(out, Dependent{v, on})
		}
	}
	visit(on, column)
	slices.Reverse(out)
	return out
}

// Dependent is a view that hangs on another relation.
type Dependent struct {
	View *catalog.Relation
	On   types.OID
}

package plan

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Definition is what CREATE TABLE declares. Exists says that the name is taken
// and IF NOT EXISTS was written: nothing is to be done.
type Definition struct {
	Rel    *catalog.Relation
	Made   []*catalog.Relation // sequences of its columns
	Exists bool
}

// tempHint is the way out for who wants a table.
const tempHint = "Claims are the tables of StemeDB; for scratch space there is CREATE TEMP TABLE."

// scratchHints are the ways out by what was to be made.
var scratchHints = map[string]string{"TABLE": tempHint, "SEQUENCE": "For numbers of the session there is CREATE TEMP SEQUENCE."}

// DefineTable says what a CREATE TABLE declares. newOID numbers objects.
func DefineTable(ctx BindContext, stmt *parser.Statement, u *CreateTable, newOID func() types.OID) (def *Definition, err error) {
	d := newDefiner(ctx, stmt, newOID)
	defer d.b.recover(&err)
	n := u.stmt
	switch {
	case n.Partspec != nil || n.Partbound != nil:
		d.b.unsupported(-1, "partitioned tables are")
	case len(n.InhRelations) > 0:
		d.b.unsupported(-1, "INHERITS is")
	case n.OfTypename != nil:
		d.b.unsupported(-1, "CREATE TABLE OF is")
	}
	if d.begin(n.Relation, n.IfNotExists) {
		return &Definition{Exists: true}, nil
	}
	d.onCommit(n.Oncommit)
	for _, e := range n.TableElts {
		switch x := e.GetNode().(type) {
		case *pg.Node_ColumnDef:
			d.column(x.ColumnDef)
		case *pg.Node_TableLikeClause:
			d.like(x.TableLikeClause)
		case *pg.Node_Constraint:
			d.later = append(d.later, pending{c: x.Constraint})
		}
	}
	if len(d.rel.Columns) > maxColumns {
		fail(sqlerr.New(sqlerr.TooManyColumns, "tables can have at most %d columns", maxColumns))
	}
	d.finish()
	d.show()
	return &Definition{Rel: d.rel, Made: d.made}, nil
}

// definer builds a table's declaration.
type definer struct {
	b      *binder
	rel    *catalog.Relation
	newOID func() types.OID
	made   []*catalog.Relation // sequences
	later  []pending           // constraints, to be looked at when all columns are known
	exprs  []func()            // defaults and generated columns, as well
	names  map[string]bool
	value  *catalog.Domain // that is declared; nil: a table is
}

// pending is a constraint, of a column when it was written there.
type pending struct {
	c      *pg.Constraint
	column string
	// What attributes behind a column's constraint say of it.
	deferrable, deferred, timed, enforced bool
}

func newDefiner(ctx BindContext, stmt *parser.Statement, newOID func() types.OID) *definer {
	return &definer{b: newBinder(ctx, stmt), newOID: newOID, names: map[string]bool{}}
}

// begin checks the table's name; true means that it exists and may.
func (d *definer) begin(n *pg.RangeVar, ifNotExists bool) bool {
	return d.beginAs("TABLE", n, ifNotExists)
}

// beginAs is begin of what is a TABLE or a SEQUENCE.
func (d *definer) beginAs(what string, n *pg.RangeVar, ifNotExists bool) bool {
	temp := n.Relpersistence == "t" || n.Schemaname == catalog.TempSchema || strings.HasPrefix(n.Schemaname, catalog.TempSchema+"_")
	if !temp {
		fail(sqlerr.New(sqlerr.FeatureNotSupported, "CREATE %s is supported for temporary %ss only", what, strings.ToLower(what)).WithHint("%s", scratchHints[what]))
	}
	schema, ok := d.b.ctx.Catalog.SchemaNamed(catalog.TempSchema)
	if n.Schemaname != "" && n.Schemaname != catalog.TempSchema && n.Schemaname != schema.Name {
		d.b.failAt(n.Location, sqlerr.InvalidTableDefinition, "cannot create temporary relation in non-temporary schema")
	}
	if ok {
		if _, taken := d.b.ctx.Catalog.Named(schema.Name, n.Relname); taken {
			if ifNotExists {
				return true
			}
			fail(sqlerr.New(sqlerr.DuplicateTable, `relation "%s" already exists`, n.Relname))
		}
	}
	d.rel = &catalog.Relation{OID: d.newOID(), Schema: schema.Name, Name: n.Relname, Kind: 'r', Store: catalog.SessionStore}
	return false
}

func (d *definer) onCommit(a pg.OnCommitAction) {
	switch a {
	case pg.OnCommitAction_ONCOMMIT_DELETE_ROWS:
		d.rel.OnCommit = catalog.DeleteRows
	case pg.OnCommitAction_ONCOMMIT_DROP:
		d.rel.OnCommit = catalog.DropTable
	}
}

// serials are the types that stand for an integer with a sequence.
var serials = map[string]types.OID{
	"smallserial": types.OIDInt2, "serial2": types.OIDInt2, "serial": types.OIDInt4, "serial4": types.OIDInt4,
	"bigserial": types.OIDInt8, "serial8": types.OIDInt8,
}

// column declares one column with what is written at it.
func (d *definer) column(n *pg.ColumnDef) {
	refuseSystemName(n.Colname)
	if d.rel.ColumnIndex(n.Colname) >= 0 {
		fail(sqlerr.New(sqlerr.DuplicateColumn, `column "%s" specified more than once`, n.Colname))
	}
	c := catalog.Column{Name: n.Colname, Typmod: -1}
	names, _ := fieldNames(n.TypeName.Names)
	if t, ok := serials[names[len(names)-1]]; ok && len(names) == 1 && len(n.TypeName.ArrayBounds) == 0 {
		seq := d.ownSequence(n.Colname, t)
		c.Type, c.NotNull, c.Sequence = t, true, seq.OID
		c.DefaultOID, c.Default = d.newOID(), "nextval('"+strings.ReplaceAll(functions.QuoteIdent(seq.Name), "'", "''")+"'::regclass)"
	} else {
		d.b.columnType(&c, n.TypeName)
	}
	if t, _ := types.Lookup(c.Type); t.Kind == 'p' {
		fail(sqlerr.New(sqlerr.InvalidTableDefinition, `column "%s" has pseudo-type %s`, n.Colname, types.FormatTypeBare(c.Type)))
	}
	null := false
	var last *pending // that an attribute is about
	for _, x := range n.Constraints {
		k := x.GetConstraint()
		if d.attribute(k, last) {
			continue
		}
		last = nil
		switch k.Contype {
		case pg.ConstrType_CONSTR_NULL:
			if c.NotNull {
				d.clash(k, n.Colname, "NULL/NOT NULL declarations")
			}
			null = true
		case pg.ConstrType_CONSTR_NOTNULL:
			if null {
				d.clash(k, n.Colname, "NULL/NOT NULL declarations")
			}
			c.NotNull = true
		case pg.ConstrType_CONSTR_DEFAULT:
			if c.DefaultOID != 0 {
				fail(d.b.at(k.Location, sqlerr.New(sqlerr.SyntaxError, `multiple default values specified for column "%s" of table "%s"`, n.Colname, d.rel.Name)))
			}
			c.DefaultOID = d.newOID()
			d.deferDefault(len(d.rel.Columns), k.RawExpr)
		case pg.ConstrType_CONSTR_GENERATED:
			c.DefaultOID, c.Generated = d.newOID(), true
			d.deferGenerated(len(d.rel.Columns), k)
		case pg.ConstrType_CONSTR_IDENTITY:
			d.identity(&c, k)
		default:
			d.later = append(d.later, pending{c: k, column: n.Colname})
			last = &d.later[len(d.later)-1]
		}
	}
	d.rel.Columns = append(d.rel.Columns, c)
}

// attribute takes what follows a column's constraint and says when it is checked;
// false: it is no such thing.
func (d *definer) attribute(k *pg.Constraint, of *pending) bool {
	words := map[pg.ConstrType]string{
		pg.ConstrType_CONSTR_ATTR_DEFERRABLE: "DEFERRABLE", pg.ConstrType_CONSTR_ATTR_NOT_DEFERRABLE: "NOT DEFERRABLE",
		pg.ConstrType_CONSTR_ATTR_DEFERRED: "INITIALLY DEFERRED", pg.ConstrType_CONSTR_ATTR_IMMEDIATE: "INITIALLY IMMEDIATE",
	}
	word := words[k.Contype]
	if word == "" {
		return false
	}
	if of == nil || of.c.Contype == pg.ConstrType_CONSTR_CHECK {
		d.b.failAt(k.Location, sqlerr.SyntaxError, "misplaced %s clause", word)
	}
	twice, kind := &of.enforced, "DEFERRABLE/NOT DEFERRABLE"
	if k.Contype == pg.ConstrType_CONSTR_ATTR_DEFERRED || k.Contype == pg.ConstrType_CONSTR_ATTR_IMMEDIATE {
		twice, kind = &of.timed, "INITIALLY IMMEDIATE/DEFERRED"
	}
	if *twice {
		d.b.failAt(k.Location, sqlerr.SyntaxError, "multiple %s clauses not allowed", kind)
	}
	*twice = true
	switch k.Contype {
	case pg.ConstrType_CONSTR_ATTR_DEFERRABLE:
		of.deferrable = true
	case pg.ConstrType_CONSTR_ATTR_DEFERRED:
		of.deferred = true
	}
	if of.deferred && of.enforced && !of.deferrable {
		d.b.failAt(k.Location, sqlerr.SyntaxError, "constraint declared INITIALLY DEFERRED must be DEFERRABLE")
	}
	return true
}

func (d *definer) clash(k *pg.Constraint, column, what string) {
	d.b.failAt(k.Location, sqlerr.SyntaxError, `conflicting %s for column "%s" of table "%s"`, what, column, d.rel.Name)
}

// identity makes a column an identity column.
func (d *definer) identity(c *catalog.Column, k *pg.Constraint) {
	switch c.Type {
	case types.OIDInt2, types.OIDInt4, types.OIDInt8:
	default:
		fail(sqlerr.New(sqlerr.InvalidParameterValue, "identity column type must be smallint, integer, or bigint"))
	}
	seq := d.ownSequence(c.Name, c.Type)
	d.b.sequenceOptions(seq, k.Options, true)
	c.Identity, c.NotNull, c.Sequence = k.GeneratedWhen[0], true, seq.OID
}

// deferDefault binds a default once all columns are known.
func (d *definer) deferDefault(col int, n *pg.Node) {
	d.exprs = append(d.exprs, func() {
		c := &d.rel.Columns[col]
		s := &scope{b: d.b, clause: "DEFAULT expressions"}
		refuseColumns(d.b, n, "cannot use column reference in DEFAULT expression")
		d.b.refuseSubqueries(n, "DEFAULT expression")
		e := d.mustAssign(s.expr(n), c, "default")
		if k, ok := e.(*Const); ok && k.Value.Null && k.Typmod < 0 { // which is what no default means
			c.Default, c.DefaultOID = "", 0
			return
		}
		c.Default = d.text(n)
	})
}

// deferGenerated binds a generated column's expression.
func (d *definer) deferGenerated(col int, k *pg.Constraint) {
	d.exprs = append(d.exprs, func() {
		c := &d.rel.Columns[col]
		s := d.scope("column generation expressions")
		d.b.refuseSubqueries(k.RawExpr, "column generation expression")
		for _, name := range columnNames(k.RawExpr) {
			if i := d.rel.ColumnIndex(name); i >= 0 && d.rel.Columns[i].Generated {
				fail(d.b.at(locate(k.RawExpr), sqlerr.New(sqlerr.InvalidObjectDefinition, `cannot use generated column "%s" in column generation expression`, name).
					WithDetail("A generated column cannot reference another generated column.")))
			}
		}
		e := d.mustAssign(s.expr(k.RawExpr), c, "generation")
		if volatility(d.b.withBodies(e)) != 'i' {
			fail(sqlerr.New(sqlerr.InvalidObjectDefinition, "generation expression is not immutable"))
		}
		c.Expr = d.text(k.RawExpr)
	})
}

// mustAssign converts an expression to its column's type.
func (d *definer) mustAssign(e Expr, c *catalog.Column, _ string) Expr {
	t := typeOf(e)
	if t == types.OIDUnknown || canCoerce([]types.OID{t}, []types.OID{c.Type}, assignment) {
		if out := d.b.coerce(e, c.Type, c.Typmod, assignment); out != nil {
			return d.b.toColumn(out, c)
		}
	}
	fail(sqlerr.New(sqlerr.DatatypeMismatch, `column "%s" is of type %s but default expression is of type %s`,
		c.Name, types.FormatTypeBare(c.Type), types.FormatTypeBare(t)).WithHint("You will need to rewrite or cast the expression."))
	return nil
}

// scope sees the table's columns, or a domain's value.
func (d *definer) scope(clause string) *scope {
	if d.value != nil {
		return d.b.valueScope(d.value, clause)
	}
	it := &item{alias: d.rel.Name, rel: d.rel, named: true, open: true}
	for i := range d.rel.Columns {
		c := &d.rel.Columns[i]
		id := d.b.newCol(Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod})
		it.cols = append(it.cols, itemCol{name: c.Name, expr: d.b.ref(id)})
	}
	return &scope{b: d.b, clause: clause, items: []*item{it}}
}

// text is an expression as SQL, for the declaration to keep.
func (d *definer) text(n *pg.Node) string {
	sel := &pg.SelectStmt{TargetList: []*pg.Node{{Node: &pg.Node_ResTarget{ResTarget: &pg.ResTarget{Val: n}}}}, LimitOption: pg.LimitOption_LIMIT_OPTION_DEFAULT, Op: pg.SetOperation_SETOP_NONE}
	out, err := pg.Deparse(&pg.ParseResult{Stmts: []*pg.RawStmt{{Stmt: &pg.Node{Node: &pg.Node_SelectStmt{SelectStmt: sel}}}}})
	if err != nil {
		fail(sqlerr.New(sqlerr.FeatureNotSupported, "this expression is not supported in a table's declaration"))
	}
	out = strings.TrimPrefix(out, "SELECT ")
	if again, err := parser.ParseExpr(out); err != nil || !sameTree(n, again) {
		return d.boundText(n) // the parser's printer lost parentheses, as those of (a AND b)::text
	}
	return out
}

package plan

import (
	"slices"
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// IndexDefinition is what a CREATE INDEX declares: the temporary table's
// declaration with the index, its last one, and a query for what rows that are
// there have in the index beyond their columns: their numbers, the values of the
// index's expressions, and whether its predicate holds. Keys is nil when that is
// nothing; Rel is nil when the index is there and IF NOT EXISTS was written.
type IndexDefinition struct {
	Rel  *catalog.Relation
	Keys *Bound
}

// DefineIndex says what a CREATE INDEX declares.
func DefineIndex(ctx BindContext, stmt *parser.Statement, u *CreateIndex, newOID func() types.OID) (out *IndexDefinition, err error) {
	n := u.stmt
	from, err := FindTable(ctx, stmt, n.Relation, "CREATE INDEX")
	if err != nil {
		return nil, err
	}
	d := newDefiner(ctx, stmt, newOID)
	defer d.b.recover(&err)
	d.alter(from)
	d.indexMethod(n)
	ix := catalog.Index{Unique: n.Unique, Hash: n.AccessMethod == "hash"}
	used := &colSet{}
	s := d.scope("index predicates")
	if n.WhereClause != nil {
		d.b.refuseSubqueries(n.WhereClause, "index predicate")
		e := s.condition(n.WhereClause, "WHERE")
		if !indexable(d.b.withBodies(e)) {
			fail(sqlerr.New(sqlerr.InvalidObjectDefinition, "functions in index predicate must be marked IMMUTABLE"))
		}
		used.addSet(colsOf(e))
		ix.Where = d.text(n.WhereClause)
	}
	s.clause = "index expressions"
	names := d.indexKey(&ix, s, n, used)
	ix.Used = s.columnsUsed(used)
	name := n.Idxname
	if name == "" {
		name = d.free(d.rel.Name + "_" + strings.Join(names, "_") + "_idx")
	} else if _, taken := ctx.Catalog.Named(d.rel.Schema, name); taken || d.names[name] {
		if n.IfNotExists {
			return &IndexDefinition{}, nil
		}
		fail(sqlerr.New(sqlerr.DuplicateTable, `relation "%s" already exists`, name))
	}
	d.addIndex(name, n.Idxname != "", ix)
	d.show()
	return &IndexDefinition{Rel: d.rel, Keys: d.keysOf(from, &d.rel.Indexes[len(d.rel.Indexes)-1])}, nil
}

// indexMethod refuses what the method of an index cannot do.
func (d *definer) indexMethod(n *pg.IndexStmt) {
	if n.NullsNotDistinct {
		d.b.unsupported(-1, "NULLS NOT DISTINCT is")
	}
	switch n.AccessMethod {
	case "btree":
		return
	case "hash":
	case "gist", "gin", "brin", "spgist":
		d.b.unsupported(-1, "index access method "+n.AccessMethod+" is")
	default:
		fail(sqlerr.New(sqlerr.UndefinedObject, `access method "%s" does not exist`, n.AccessMethod))
	}
	cannot := func(what string) {
		fail(sqlerr.New(sqlerr.FeatureNotSupported, `access method "%s" does not support %s`, n.AccessMethod, what))
	}
	switch {
	case n.Unique:
		cannot("unique indexes")
	case len(n.IndexIncludingParams) > 0:
		cannot("included columns")
	case len(n.IndexParams) > 1:
		cannot("multicolumn indexes")
	}
	for _, p := range n.IndexParams {
		e := p.GetIndexElem()
		if e.Ordering != pg.SortByDir_SORTBY_DEFAULT {
			cannot("ASC/DESC options")
		}
		if e.NullsOrdering != pg.SortByNulls_SORTBY_NULLS_DEFAULT {
			cannot("NULLS FIRST/LAST options")
		}
	}
}

// indexKey declares the columns of an index. It returns their names, of which the
// index's own is made; used takes the columns that expressions name.
func (d *definer) indexKey(ix *catalog.Index, s *scope, n *pg.IndexStmt, used *colSet) (names []string) {
	name := func(n string) { // a column of the index
		try := n
		for k := 1; slices.Contains(names, try); k++ {
			try = n + strconv.Itoa(k)
		}
		names = append(names, try)
	}
	for _, p := range n.IndexParams {
		e := p.GetIndexElem()
		t, own := types.OID(0), types.OID(0)
		if col := e.Expr.GetColumnRef(); col != nil && e.Name == "" { // (a) is a
			s.expr(e.Expr)
			fields, _ := fieldNames(col.Fields)
			e = &pg.IndexElem{Name: fields[len(fields)-1], Collation: e.Collation, Opclass: e.Opclass, Ordering: e.Ordering, NullsOrdering: e.NullsOrdering}
		}
		if e.Name != "" {
			at := d.indexColumn(e)
			t = d.rel.Columns[at].Type
			own = typeCollation(t)
			name(e.Name)
			ix.Columns = append(ix.Columns, at)
		} else {
			x := d.indexExpr(e, s, used)
			if short, good := figure(e.Expr); good > 0 {
				name(short)
			} else {
				name("expr")
			}
			t, own = x.Type, x.Collation
			ix.Columns, ix.Exprs = append(ix.Columns, catalog.ExprColumn), append(ix.Exprs, x)
		}
		ix.Order = append(ix.Order, indexOrder(e))
		ix.Classes = append(ix.Classes, d.indexClass(e, ix.Hash, t))
		ix.Collations = append(ix.Collations, d.indexCollation(e, t, own))
	}
	for _, p := range n.IndexIncludingParams {
		e := p.GetIndexElem()
		switch {
		case e.Name == "":
			fail(sqlerr.New(sqlerr.FeatureNotSupported, "expressions are not supported in included columns"))
		case len(e.Collation) > 0:
			fail(sqlerr.New(sqlerr.InvalidObjectDefinition, "including column does not support a collation"))
		case len(e.Opclass) > 0:
			fail(sqlerr.New(sqlerr.InvalidObjectDefinition, "including column does not support an operator class"))
		case e.Ordering != pg.SortByDir_SORTBY_DEFAULT:
			fail(sqlerr.New(sqlerr.InvalidObjectDefinition, "including column does not support ASC/DESC options"))
		case e.NullsOrdering != pg.SortByNulls_SORTBY_NULLS_DEFAULT:
			fail(sqlerr.New(sqlerr.InvalidObjectDefinition, "including column does not support NULLS FIRST/LAST options"))
		}
		ix.Included = append(ix.Included, d.indexColumn(e))
		name(e.Name)
	}
	for k, col := range ix.All() {
		if col == catalog.ExprColumn || names[k] != d.rel.Columns[col].Name {
			ix.Names = names
		}
	}
	return names
}

func (d *definer) indexColumn(e *pg.IndexElem) int {
	i := d.rel.ColumnIndex(e.Name)
	switch {
	case i < 0 && systemColumnNamed(e.Name) != nil:
		fail(sqlerr.New(sqlerr.FeatureNotSupported, "index creation on system columns is not supported"))
	case i < 0:
		fail(sqlerr.New(sqlerr.UndefinedColumn, `column "%s" does not exist`, e.Name))
	}
	return i
}

// indexExpr binds an expression of an index's key.
func (d *definer) indexExpr(n *pg.IndexElem, s *scope, used *colSet) catalog.IndexExpr {
	d.b.refuseSubqueries(n.Expr, "index expression")
	e := d.b.settle(s.expr(n.Expr))
	if !indexable(d.b.withBodies(e)) {
		fail(sqlerr.New(sqlerr.InvalidObjectDefinition, "functions in index expression must be marked IMMUTABLE"))
	}
	used.addSet(colsOf(e))
	out := catalog.IndexExpr{Expr: d.text(n.Expr), Collation: d.b.collation(e), Call: looksLikeCall(n.Expr)}
	out.Type, out.Typmod = e.Type()
	if t, _ := types.Lookup(out.Type); t.Kind == 'p' && out.Type != types.OIDRecord {
		fail(sqlerr.New(sqlerr.InvalidTableDefinition, `column "%s" has pseudo-type %s`, "expr", types.FormatTypeBare(out.Type)))
	}
	return out
}

// indexable reports whether an expression depends on nothing but its columns, as
// PostgreSQL sees it when it has put the bodies of SQL functions into their places:
// || of a text and another value is then one of two texts.
func indexable(e Expr) bool {
	return volatility(rewrite(e, func(x Expr) Expr {
		call, ok := x.(*Call)
		if !ok {
			return x
		}
		f, ok := call.Function()
		if !ok || f.Name != "textanycat" && f.Name != "anytextcat" {
			return x
		}
		for _, a := range call.Args {
			if !textImmutable(typeOf(a)) {
				return x
			}
		}
		return &RowExpr{Elems: call.Args}
	})) == 'i'
}

// settle makes a literal of no type a text, as a column of a result has it.
func (b *binder) settle(e Expr) Expr {
	if typeOf(e) == types.OIDUnknown {
		return b.mustCoerce(e, types.OIDText, -1, "")
	}
	return e
}

// looksLikeCall reports whether an expression is shown as a call of a function,
// and so without parentheses around it.
func looksLikeCall(n *pg.Node) bool {
	switch x := n.GetNode().(type) {
	case *pg.Node_FuncCall, *pg.Node_CoalesceExpr, *pg.Node_MinMaxExpr, *pg.Node_SqlvalueFunction, *pg.Node_XmlExpr:
		return true
	case *pg.Node_AExpr:
		return x.AExpr.Kind == pg.A_Expr_Kind_AEXPR_NULLIF
	}
	return false
}

// indexClass is the operator class that an index has for a column of its key; 0: the
// default one of the type.
func (d *definer) indexClass(e *pg.IndexElem, hash bool, t types.OID) types.OID {
	method := "btree"
	if hash {
		method = "hash"
	}
	if len(e.Opclass) == 0 {
		if !catalog.HasDefaultClass(hash, t) {
			fail(noDefaultClass(method, t))
		}
		return 0
	}
	names, _ := fieldNames(e.Opclass)
	class, in, ok := catalog.OperatorClass(hash, names[len(names)-1])
	if !ok || len(names) > 1 && names[0] != "pg_catalog" {
		fail(sqlerr.New(sqlerr.UndefinedObject, `operator class "%s" does not exist for access method "%s"`, strings.Join(names, "."), method))
	}
	if !functions.BinaryCoercible(t, in) {
		fail(sqlerr.New(sqlerr.DatatypeMismatch, `operator class "%s" does not accept data type %s`, strings.Join(names, "."), types.FormatTypeBare(t)))
	}
	return class
}

func noDefaultClass(method string, t types.OID) *sqlerr.Error {
	return sqlerr.New(sqlerr.UndefinedObject, `data type %s has no default operator class for access method "%s"`, types.FormatTypeBare(t), method).
		WithHint("You must specify an operator class for the index or define a default operator class for the data type.")
}

// indexCollation is the collation that an index gives to a column of its key; 0:
// that which it has.
func (d *definer) indexCollation(e *pg.IndexElem, t, own types.OID) types.OID {
	if len(e.Collation) == 0 {
		return 0
	}
	names, _ := fieldNames(e.Collation)
	c, ok := catalog.CollationNamed(names[len(names)-1])
	if !ok || len(names) > 1 && names[0] != "pg_catalog" {
		fail(sqlerr.New(sqlerr.UndefinedObject, `collation "%s" for encoding "UTF8" does not exist`, strings.Join(names, ".")))
	}
	if own == 0 {
		fail(sqlerr.New(sqlerr.DatatypeMismatch, "collations are not supported by type %s", types.FormatTypeBare(t)))
	}
	return c
}

// columnsUsed lists the columns of the scope's relation that are in a set.
func (s *scope) columnsUsed(used *colSet) (out []int) {
	for i, c := range s.items[0].cols {
		if used.has(c.expr.(*Col).Index) {
			out = append(out, i)
		}
	}
	return out
}

// keysOf plans the query for what the rows of a table have in an index; nil:
// nothing beyond their columns.
func (d *definer) keysOf(from *catalog.Relation, ix *catalog.Index) *Bound {
	if ix.Plain() {
		return nil
	}
	b := newBinder(d.b.ctx, &parser.Statement{})
	sc, it := b.scan(from, nil)
	sc.number = b.newCol(Column{Name: "ctid", Type: types.OIDInt8, Typmod: -1})
	s := &scope{b: b, items: []*item{it}}
	p := &rProject{input: sc, exprs: []Expr{b.ref(sc.number)}, ids: []int{sc.number}}
	for _, e := range s.indexKeys(ix) {
		t, typmod := e.Type()
		p.exprs, p.ids = append(p.exprs, e), append(p.ids, b.newCol(Column{Name: "key", Type: t, Typmod: typmod}))
	}
	return &Bound{Node: b.lower(b.optimize(p)), Kind: "SELECT", ReadOnly: true}
}

// indexKeys binds what an index has beyond columns: its expressions, then its
// predicate. Where that does not hold, the expressions are not computed.
func (s *scope) indexKeys(ix *catalog.Index) (out []Expr) {
	condition := func() Expr { return s.b.mustCoerce(s.stored(ix.Where), types.OIDBool, -1, "WHERE") }
	for i := range ix.Exprs {
		e := s.b.settle(s.stored(ix.Exprs[i].Expr))
		if ix.Where != "" {
			e = &Case{Whens: []When{{Cond: condition(), Result: e}}, OID: typeOf(e)}
		}
		out = append(out, e)
	}
	if ix.Where != "" {
		out = append(out, condition())
	}
	return out
}

// alter begins with a copy of a table's declaration.
func (d *definer) alter(from *catalog.Relation) {
	c := *from
	c.Columns, c.Indexes, c.Checks, c.Foreign = slices.Clone(from.Columns), slices.Clone(from.Indexes), slices.Clone(from.Checks), slices.Clone(from.Foreign)
	for i := range c.Indexes {
		c.Indexes[i].Exprs = slices.Clone(c.Indexes[i].Exprs)
	}
	d.rel = &c
	for _, ix := range c.Indexes {
		d.names[ix.Name] = true
	}
	for _, k := range c.Checks {
		d.names[k.Name] = true
	}
	for _, k := range c.Foreign {
		d.names[k.Name] = true
	}
}

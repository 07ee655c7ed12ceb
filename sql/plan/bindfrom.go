package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// fromClause binds FROM and makes its items visible; no FROM is one empty row.
func (s *scope) fromClause(list []*pg.Node) rel {
	if len(list) == 0 {
		return &rValues{rows: [][]Expr{{}}}
	}
	var out rel
	for _, n := range list {
		r, items := s.fromItem(n, s.items)
		s.showFrom(n)
		s.checkNames(s.items, items)
		s.items = append(s.items, items...)
		if out == nil {
			out = r
			continue
		}
		out = &rJoin{kind: InnerJoin, left: out, right: r}
	}
	return out
}

// fromItem binds one item. left are the items that a lateral one may name.
func (s *scope) fromItem(n *pg.Node, left []*item) (rel, []*item) {
	r, items := s.itemOf(n, left)
	if s.b.shown != nil && n.GetJoinExpr() == nil {
		s.b.shown.items[n] = items[0].shown
	}
	return r, items
}

func (s *scope) itemOf(n *pg.Node, left []*item) (rel, []*item) {
	s.b.step()
	switch x := n.GetNode().(type) {
	case *pg.Node_RangeVar:
		r, it := s.rangeVar(x.RangeVar)
		return r, []*item{it}
	case *pg.Node_RangeSubselect:
		r, it := s.rangeSubselect(x.RangeSubselect, left)
		return r, []*item{it}
	case *pg.Node_RangeFunction:
		r, it := s.rangeFunction(x.RangeFunction, left)
		return r, []*item{it}
	case *pg.Node_JoinExpr:
		return s.joinExpr(n, left)
	case *pg.Node_RangeTableSample:
		return s.tableSample(x.RangeTableSample, left)
	}
	s.b.unsupported(-1, "this kind of FROM item is")
	return nil, nil
}

// clauses returns the lens and time clauses of a FROM item.
func (b *binder) clauses(node any) parser.Clauses {
	if c := b.stmt.Clauses[node]; c != nil {
		return *c
	}
	return parser.Clauses{}
}

// rangeVar binds a relation or CTE by name.
func (s *scope) rangeVar(n *pg.RangeVar) (rel, *item) {
	cl := s.b.clauses(n)
	if n.Schemaname == "" {
		if c := s.cte(n.Relname); c != nil {
			if cl.System != nil || cl.Valid != nil {
				s.b.unsupported(int32(firstClause(cl)), "a time clause on a CTE is")
			}
			r, it := s.cteItem(c, n)
			if s.b.shown != nil {
				it.shown = &shownItem{kind: itemCTE, cte: c.name}
			}
			return s.finishItem(r, it, n.Alias, cl)
		}
	}
	rl := s.b.relation(n)
	s.b.use(rl.OID)
	asOf := s.systemTime(cl.System, rl)
	var r rel
	var it *item
	switch {
	case s.b.opaque(rl):
		r, it = s.b.scan(rl, asOf)
	case rl.Store == catalog.LensStore:
		r, it = s.lensRelation(rl, asOf, n.Location)
	case rl.Store == catalog.ViewStore:
		r, it = s.b.view(rl, asOf, n.Location)
	default:
		r, it = s.b.scan(rl, asOf)
	}
	it.alias, it.schema = n.Relname, rl.Schema
	it.shown = s.b.showRelation(rl)
	if sc, ok := r.(*rScan); ok {
		sc.alias = n.Relname
		if n.Alias != nil {
			sc.alias = n.Alias.Aliasname
		}
	}
	return s.finishItem(r, it, n.Alias, cl)
}

func firstClause(cl parser.Clauses) int {
	if cl.System != nil {
		return cl.System.Location
	}
	return cl.Valid.Location
}

// relation resolves a relation's name.
func (b *binder) relation(n *pg.RangeVar) *catalog.Relation {
	if b.within != nil {
		return b.used(n)
	}
	rl := b.resolve(n)
	b.noteUse(n, rl)
	return rl
}

func (b *binder) resolve(n *pg.RangeVar) *catalog.Relation {
	if n.Schemaname != "" {
		b.useSchema(n.Schemaname, n.Location)
		if r, ok := b.ctx.Catalog.Named(n.Schemaname, n.Relname); ok {
			return r
		}
		b.failAt(n.Location, sqlerr.UndefinedTable, `relation "%s.%s" does not exist`, n.Schemaname, n.Relname)
	}
	for _, schema := range b.ctx.SearchPath {
		if r, ok := b.ctx.Catalog.Named(schema, n.Relname); ok {
			return r
		}
	}
	e := sqlerr.New(sqlerr.UndefinedTable, `relation "%s" does not exist`, n.Relname)
	if slices.Contains(b.future, n.Relname) {
		e = e.WithDetail(`There is a WITH item named "%s", but it cannot be referenced from this part of the query.`, n.Relname).
			WithHint("Use WITH RECURSIVE, or re-order the WITH items to remove forward references.")
	}
	fail(b.at(n.Location, e))
	return nil
}

// finishItem puts the lens on an item and gives it its alias.
func (s *scope) finishItem(r rel, it *item, alias *pg.Alias, cl parser.Clauses) (rel, *item) {
	s.showTimes(it, cl)
	if cl.Valid != nil && cl.Lens == nil {
		r = s.validTime(r, it, cl.Valid)
	}
	if cl.Lens != nil {
		r = s.lens(r, it, cl)
		it.body = nil
	}
	r = s.show(r, it)
	s.showAlias(it, alias)
	if alias != nil {
		it.alias, it.schema = alias.Aliasname, ""
		s.renameCols(it, alias)
	}
	if l, ok := r.(*rLens); ok {
		l.alias = it.alias
	}
	s.b.qualify(it)
	return r, it
}

// qualify notes the item that columns belong to, the first time each is named.
func (b *binder) qualify(it *item) {
	b.quals[it.alias] = true
	for i := range it.cols {
		if c, ok := it.cols[i].expr.(*Col); ok && b.alias[c.Index] == "" {
			b.alias[c.Index] = it.alias
		}
	}
}

// renameCols applies an alias's column list.
func (s *scope) renameCols(it *item, alias *pg.Alias) {
	if len(alias.Colnames) > len(it.cols) {
		fail(sqlerr.New(sqlerr.InvalidColumnReference, `table "%s" has %d columns available but %d columns specified`,
			alias.Aliasname, len(it.cols), len(alias.Colnames)))
	}
	for i, c := range alias.Colnames {
		it.cols[i].name = c.GetString_().GetSval()
	}
}

// lateralScope is what an item may name: with left set also the items to its
// left; else naming them is an error with a hint.
func (s *scope) lateralScope(left []*item, lateral bool) *scope {
	mid := &scope{b: s.b, parent: s.parent, ctes: s.ctes, lateral: true}
	if lateral {
		mid.items = left
	} else {
		mid.hidden = left
	}
	return mid
}

func (s *scope) rangeSubselect(n *pg.RangeSubselect, left []*item) (rel, *item) {
	cl := s.b.clauses(n)
	if cl.System != nil || cl.Valid != nil {
		s.b.unsupported(int32(firstClause(cl)), "a time clause on a subquery is")
	}
	in := s.lateralScope(left, n.Lateral).child()
	q := in.selectStmt(n.Subquery.GetSelectStmt(), true)
	it := &item{named: true, open: true}
	for _, c := range q.cols {
		it.cols = append(it.cols, itemCol{name: c.name, expr: s.b.ref(c.id)})
	}
	if q.shown != nil {
		it.shown = &shownItem{kind: itemSubquery, query: q.shown, lateral: n.Lateral}
	}
	it.body = s.b.narrow(q.rel, q.ids())
	return s.finishItem(it.body, it, n.Alias, cl)
}

// rangeFunction binds a function in FROM.
func (s *scope) rangeFunction(n *pg.RangeFunction, left []*item) (rel, *item) {
	b := s.b
	in := s.lateralScope(left, true).child()
	in.clause = "functions in FROM"
	r := &rFunc{ordinality: n.Ordinality}
	it := &item{named: true, open: true}
	var shown []shownCall
	outNamed := false // an OUT parameter names the column, not the alias
	add := func(name string, t types.OID) int {
		id := b.newCol(Column{Name: name, Type: t, Typmod: -1})
		r.ids = append(r.ids, id)
		it.cols = append(it.cols, itemCol{name: name, expr: b.ref(id)})
		return id
	}
	if n.Ordinality && len(n.Coldeflist) > 0 {
		at := n.Coldeflist[0].GetColumnDef().Location
		fail(b.at(at, sqlerr.New(sqlerr.SyntaxError, "WITH ORDINALITY cannot be used with a column definition list").
			WithHint("Put the column definition list inside ROWS FROM().")))
	}
	for k, f := range spreadUnnest(n.Functions) {
		parts := f.GetList().GetItems()
		var srfs []*SetCall
		call := *in
		call.srf = &srfs
		e := b.resolveUnknown(call.expr(parts[0]))
		if holdsSetBelow(e) {
			b.failAt(locate(parts[0]), sqlerr.FeatureNotSupported, "set-returning functions must appear at top level of FROM")
		}
		defs := n.Coldeflist
		if len(parts) > 1 && parts[1].GetList() != nil {
			defs = parts[1].GetList().GetItems()
		}
		name := figureName(parts[0])
		if k == 0 {
			it.alias = name
		}
		if sh := b.callShape(e); sh != nil && len(sh.names) == 1 && typeOf(e) != types.OIDRecord {
			name, outNamed = sh.names[0], true
		}
		before := len(r.ids)
		s.functionCols(e, name, defs, locate(parts[0]), add)
		r.widths = append(r.widths, len(r.ids)-before)
		if t := typeOf(e); t != types.OIDRecord && len(r.ids) > 0 {
			b.cols[r.ids[len(r.ids)-1]].Collation = b.columnCollation(t, e)
		}
		if b.shown != nil {
			shown = append(shown, s.written(e, parts[0], defs))
		}
		r.calls = append(r.calls, s.shaped(e, defs))
		it.scalar = len(r.calls) == 1 && k == 0 && len(it.cols) == 1 && typeOf(e) != types.OIDRecord
	}
	if n.Ordinality {
		add("ordinality", types.OIDInt8)
		it.scalar = false
	}
	// A function with one scalar result lends its alias to its column.
	if it.scalar || n.Ordinality && len(it.cols) == 2 && len(r.calls) == 1 && typeOf(r.calls[0]) != types.OIDRecord {
		if n.Alias != nil && !outNamed {
			it.cols[0].name = n.Alias.Aliasname
		}
	}
	s.showFunctions(n, it, shown, left)
	out, it := s.finishItem(r, it, n.Alias, b.clauses(n))
	for _, c := range it.cols { // plans name the columns as the query does
		if x, ok := c.expr.(*Col); ok {
			x.Name, b.cols[x.Index].Name = c.name, c.name
		}
	}
	return out, it
}

// callShape returns the OUT parameters of a call's function.
func (b *binder) callShape(e Expr) *rowShape {
	if sh := b.shapes[e]; sh != nil {
		return sh
	}
	switch x := e.(type) {
	case *SetCall:
		return funcShape(x.Function())
	case *Call:
		return funcShape(x.Function())
	}
	return nil
}

// spreadUnnest makes unnest(a, b) in FROM several calls side by side, which is
// what it means there.
func spreadUnnest(list []*pg.Node) []*pg.Node {
	var out []*pg.Node
	for _, f := range list {
		items := f.GetList().GetItems()
		call := items[0].GetFuncCall()
		if call == nil || len(call.Args) < 2 {
			out = append(out, f)
			continue
		}
		if names, _ := fieldNames(call.Funcname); names[len(names)-1] != "unnest" {
			out = append(out, f)
			continue
		}
		for _, a := range call.Args {
			one := &pg.FuncCall{Funcname: call.Funcname, Args: []*pg.Node{a}, Location: call.Location}
			n := &pg.Node{Node: &pg.Node_FuncCall{FuncCall: one}}
			out = append(out, &pg.Node{Node: &pg.Node_List{List: &pg.List{Items: []*pg.Node{n}}}})
		}
	}
	return out
}

func holdsSetBelow(e Expr) bool {
	if c, ok := e.(*SetCall); ok {
		return holdsSet(c.Args)
	}
	return holdsSet([]Expr{e})
}

// functionCols adds the columns of one function's result.
func (s *scope) functionCols(e Expr, name string, defs []*pg.Node, location int32, add func(string, types.OID) int) {
	t := typeOf(e)
	if t != types.OIDRecord {
		if len(defs) > 0 {
			s.failAt(location, sqlerr.SyntaxError, "a column definition list is only allowed for functions returning \"record\"")
		}
		add(name, t)
		return
	}
	sh := s.b.shapeOf(e)
	if sh == nil || len(defs) > 0 {
		if len(defs) == 0 {
			s.failAt(location, sqlerr.SyntaxError, "a column definition list is required for functions returning \"record\"")
		}
		for _, d := range defs {
			cd := d.GetColumnDef()
			t, _ := s.b.typ(cd.TypeName)
			add(cd.Colname, t)
		}
		return
	}
	for i := range sh.names {
		id := add(sh.names[i], sh.types[i])
		if sh.typmods != nil {
			s.b.cols[id].Typmod = sh.typmods[i]
		}
		if in := sh.rows[i]; in != nil {
			s.b.fields[id] = in
		}
	}
}

// shaped hands a column definition list on to a function that makes its rows
// by it: see functions.Func.Shaped.
func (s *scope) shaped(e Expr, defs []*pg.Node) Expr {
	var f *functions.Func
	ok := false
	switch x := e.(type) {
	case *Call:
		f, ok = x.Function()
	case *SetCall:
		f, ok = x.Function()
	}
	if !ok || !f.Shaped || len(defs) == 0 {
		return e
	}
	row := &types.Record{}
	var modifiers []types.Datum
	for _, d := range defs {
		cd := d.GetColumnDef()
		t, typmod := s.b.typ(cd.TypeName)
		row.Names, row.Types, row.Vals = append(row.Names, cd.Colname), append(row.Types, t), append(row.Vals, types.NullDatum)
		modifiers = append(modifiers, types.Int(int64(typmod)))
	}
	more := []Expr{
		&Const{Value: types.Any(row), OID: types.OIDRecord, Typmod: -1},
		&Const{Value: types.Any(types.NewArray(types.OIDInt4, modifiers)), OID: types.OIDInt4Array, Typmod: -1},
	}
	switch x := e.(type) {
	case *Call:
		c := *x
		c.Args = append(append([]Expr(nil), x.Args...), more...)
		return &c
	case *SetCall:
		c := *x
		c.Args = append(append([]Expr(nil), x.Args...), more...)
		return &c
	}
	return e
}

package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"
)

// query is a bound query: its rel, whose first columns are the result's, by
// name.
type query struct {
	rel   rel
	cols  []outCol
	shown *shownQuery // in a bind that is to be printed
}

// outCol is one result column.
type outCol struct {
	name string
	id   int
	// expr is what the column computes, until it is sealed in a projection.
	expr Expr
	node *pg.Node
}

// target is a select list while it is being bound: result columns, then junk
// that ORDER BY and DISTINCT ON ask for.
type target struct {
	cols []outCol
	junk []outCol
}

// topSelect binds a statement's SELECT; what has no type yet becomes text.
func (s *scope) topSelect(n *pg.SelectStmt) rel {
	if to := s.b.ctx.Assigned; to != nil {
		return s.assignedSelect(n, to)
	}
	q := s.selectStmt(n, true)
	return s.b.named(q)
}

// named makes a query's result exactly its columns under its names.
func (b *binder) named(q query) rel {
	ids := q.ids()
	for i, c := range q.cols {
		if b.cols[ids[i]].Name != c.name {
			p := &rProject{input: q.rel}
			for _, c := range q.cols {
				col := b.cols[c.id]
				col.Name = c.name
				p.exprs = append(p.exprs, b.ref(c.id))
				p.ids = append(p.ids, b.newCol(col))
			}
			return p
		}
	}
	return b.narrow(q.rel, ids)
}

func (q query) ids() []int {
	out := make([]int, len(q.cols))
	for i := range q.cols {
		out[i] = q.cols[i].id
	}
	return out
}

// narrow makes a rel's columns exactly ids.
func (b *binder) narrow(r rel, ids []int) rel {
	if sameInts(r.outs(), ids) {
		return r
	}
	p := &rProject{input: r, ids: ids}
	for _, id := range ids {
		p.exprs = append(p.exprs, b.ref(id))
	}
	return p
}

func sameInts(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// selectStmt binds a query of any shape. resolve makes text of columns without
// a type; set operations and INSERT want them left.
func (s *scope) selectStmt(n *pg.SelectStmt, resolve bool) query {
	if n.IntoClause != nil && n.IntoClause != s.b.into {
		s.b.unsupported(-1, "SELECT INTO is")
	}
	if len(n.LockingClause) > 0 {
		refuseLocking(n)
	}
	in := *s
	in.with = nil
	in.showQuery()
	var w *rWith
	if n.WithClause != nil {
		w = in.withClause(n.WithClause)
		in.with = w
		in.shown.showWith(n.WithClause, w)
	}
	var q query
	switch {
	case n.Op != pg.SetOperation_SETOP_NONE:
		q = in.setOp(n, resolve)
	case len(n.ValuesLists) > 0:
		q = in.valuesStmt(n, resolve)
	default:
		q = in.plainSelect(n, resolve)
	}
	if w != nil {
		q.rel = in.closeWith(w, q.rel)
	}
	q.shown = in.shown
	return q
}

// plainSelect binds SELECT … FROM … WHERE ….
func (s *scope) plainSelect(n *pg.SelectStmt, resolve bool) query {
	b := s.b
	q := &scope{b: b, parent: s.parent, ctes: s.ctes, with: s.with, aggs: &aggState{}, wins: &winState{}, shown: s.shown}
	r := q.fromClause(n.FromClause)
	var srfs []*SetCall
	q.windowClause(n.WindowClause)
	t := q.targetList(n.TargetList, &srfs)
	var where Expr
	if n.WhereClause != nil { // of two mistakes the one in the select list is reported, though it stands above
		w := q.noAggs("WHERE")
		where = w.condition(n.WhereClause, "WHERE")
		r = filter(r, where)
	}
	if resolve {
		t.resolve(b)
	}
	by := q.groupClause(n, t)
	sorts := q.orderClause(n.SortClause, t, &srfs, len(n.DistinctClause) > 0 && n.DistinctClause[0].GetNode() == nil)
	having := q.having(n.HavingClause)
	distinctOn := q.distinctClause(n.DistinctClause, t, sorts)
	if q.shown != nil {
		return q.showSelect(n, r, t, where, having, sorts, distinctOn)
	}
	locks := q.lockingClauses(n, t)
	r = q.aggregateStep(n, r, by, having, t)
	r = q.windowStep(n, r, by.keys, t, sorts, distinctOn)
	r = q.project(r, t)
	return q.finish(n, r, t, sorts, distinctOn, locks)
}

// noAggs is the scope of a clause that allows neither aggregates nor sets.
func (s *scope) noAggs(clause string) *scope {
	in := *s
	in.aggs, in.wins, in.srf, in.clause = nil, nil, nil, clause
	return &in
}

func filter(r rel, cond Expr) rel {
	if cond == nil {
		return r
	}
	return &rFilter{r, cond}
}

// targetList binds the select list. Literals and parameters whose type is open
// stay so.
func (s *scope) targetList(list []*pg.Node, srfs *[]*SetCall) *target {
	in := *s
	in.srf = srfs
	t := &target{}
	for _, n := range list {
		rt := n.GetResTarget()
		if cols, ok := in.starTarget(rt.Val); ok {
			for _, c := range cols {
				t.cols = append(t.cols, outCol{name: c.name, expr: c.expr, node: rt.Val})
			}
			continue
		}
		e := in.expr(rt.Val)
		name := rt.Name
		if name == "" {
			name = figureName(rt.Val)
		}
		t.cols = append(t.cols, outCol{name: name, expr: e, node: rt.Val})
	}
	return t
}

// resolve makes text of columns without a type.
func (t *target) resolve(b *binder) {
	for i := range t.cols {
		t.cols[i].expr = b.resolveUnknown(t.cols[i].expr)
	}
}

// starTarget expands *, t.* and (x).*.
func (s *scope) starTarget(n *pg.Node) ([]itemCol, bool) {
	if ref := n.GetColumnRef(); ref != nil {
		if _, star := fieldNames(ref.Fields); star {
			return s.star(ref), true
		}
	}
	if ind := n.GetAIndirection(); ind != nil && len(ind.Indirection) > 0 {
		last := len(ind.Indirection) - 1
		if ind.Indirection[last].GetAStar() != nil {
			e := s.expr(ind.Arg)
			for _, step := range ind.Indirection[:last] {
				e = s.b.field(e, step.GetString_().GetSval(), locate(ind.Arg))
			}
			return s.b.expand(e, locate(ind.Arg)), true
		}
	}
	return nil, false
}

// project computes the select list and the junk behind it, set-returning calls
// first, the innermost before those that use them.
func (s *scope) project(r rel, t *target) rel {
	all := append(append([]outCol(nil), t.cols...), t.junk...)
	exprs := make([]Expr, len(all))
	for i := range all {
		exprs[i] = all[i].expr
	}
	r = s.b.expandSets(r, exprs)
	p := &rProject{input: r}
	own := outSet(r)
	for i := range all {
		id := s.b.project1(exprs[i], all[i].name, own)
		p.exprs = append(p.exprs, exprs[i])
		p.ids = append(p.ids, id)
		if i < len(t.cols) {
			t.cols[i].id, t.cols[i].expr = id, exprs[i]
		} else {
			t.junk[i-len(t.cols)].id = id
		}
	}
	return p
}

// project1 numbers a projected expression: a column of the input alone keeps
// its number, the first time. own are the input's columns not yet given.
func (b *binder) project1(e Expr, name string, own *colSet) int {
	if c, ok := e.(*Col); ok && own.has(c.Index) {
		own.remove(c.Index)
		return c.Index
	}
	t, m := e.Type()
	col := Column{Name: name, Type: t, Typmod: m, Domain: b.domainOf(e), Collation: b.columnCollation(t, e)}
	if c, ok := e.(*Col); ok {
		col.Rel, col.Att = b.cols[c.Index].Rel, b.cols[c.Index].Att
	}
	id := b.newCol(col)
	b.noteShape(id, e)
	return id
}

// expandSets moves set-returning calls into ProjectSets below and leaves their
// columns in exprs.
func (b *binder) expandSets(r rel, exprs []Expr) rel {
	for {
		ps := &rProjectSet{}
		var calls []*SetCall
		for i, e := range exprs {
			exprs[i] = rewrite(e, func(x Expr) Expr {
				c, ok := x.(*SetCall)
				if !ok || holdsSet(c.Args) || !colsOf(c.Args...).disjoint(setOf(ps.ids)) {
					return x // one within it comes first
				}
				id := b.newCol(Column{Name: "set", Type: c.OID, Typmod: -1, Collation: b.columnCollation(c.OID, c)})
				b.noteShape(id, c)
				calls = append(calls, c)
				ps.exprs = append(ps.exprs, c)
				ps.ids = append(ps.ids, id)
				return b.ref(id)
			})
		}
		if len(calls) == 0 {
			return r
		}
		for _, id := range r.outs() {
			ps.exprs = append(ps.exprs, b.ref(id))
			ps.ids = append(ps.ids, id)
		}
		ps.input = r
		r = ps
	}
}

func holdsSet(es []Expr) bool {
	found := false
	for _, e := range es {
		walk(e, func(x Expr) bool {
			if _, ok := x.(*SetCall); ok {
				found = true
			}
			return !found
		})
	}
	return found
}

// finish adds DISTINCT, ORDER BY, row locks and LIMIT, and drops the junk.
func (s *scope) finish(n *pg.SelectStmt, r rel, t *target, sorts []sortItem, on []int, locks []rowLock) query {
	all := func(i int) outCol {
		if i < len(t.cols) {
			return t.cols[i]
		}
		return t.junk[i-len(t.cols)]
	}
	checkTargets(len(t.cols) + len(t.junk))
	plainDistinct := len(n.DistinctClause) > 0 && on == nil
	if plainDistinct {
		for _, c := range t.cols {
			s.b.mustEqual(typeOf(c.expr), locateBound(c.node))
		}
		r = &rDistinct{input: r}
	}
	if len(sorts) > 0 {
		sort := &rSort{input: r}
		for _, it := range sorts {
			key := it.key
			key.Expr = s.b.ref(all(it.index).id)
			sort.keys = append(sort.keys, key)
		}
		r = sort
	}
	if on != nil {
		d := &rDistinct{input: r, on: []int{}}
		for _, i := range on {
			d.on = append(d.on, all(i).id)
		}
		r = d
	}
	r = s.limitClause(n, s.lockRows(n, r, locks, all))
	q := query{cols: t.cols}
	q.rel = s.b.narrow(r, q.ids())
	return q
}

// made is the set of columns of this level's FROM items.
func (s *scope) made() *colSet {
	out := &colSet{}
	for _, it := range s.items {
		for i := range it.cols {
			addCols(out, it.cols[i].expr)
		}
		if it.system != nil {
			out.add(it.system.asked()...)
		}
	}
	return out
}

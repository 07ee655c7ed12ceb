package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// cteInfo is one WITH query.
type cteInfo struct {
	id        int
	name      string
	cols      []outCol // of plan
	plan      rel
	recursive bool
	unionAll  bool
	step      rel
	refs      int
	// keep is MATERIALIZED: never folded into its one user; fold is NOT
	// MATERIALIZED.
	keep, fold bool
	inside     bool // while the recursive term is bound
	// modifies says that the query writes, mute that it gives no rows: it has
	// no RETURNING.
	modifies, mute bool
	// extra counts the last columns that SEARCH and CYCLE added: only the level
	// that has the WITH finds them in *.
	extra int
	shown shownWith
}

// withClause binds WITH and makes its queries visible in s.
func (s *scope) withClause(n *pg.WithClause) *rWith {
	w := &rWith{}
	list, future := s.orderCTEs(n), s.b.future
	if n.Recursive {
		s.checkRecursions(list)
	}
	for i, x := range list {
		if !n.Recursive {
			s.b.future = slices.Clone(future)
			for _, later := range list[i:] {
				s.b.future = append(s.b.future, later.Ctename)
			}
		}
		sel := x.Ctequery.GetSelectStmt()
		s.b.ctes++
		info := &cteInfo{id: s.b.ctes, name: x.Ctename, shown: shownWith{tree: x}}
		switch x.Ctematerialized {
		case pg.CTEMaterialize_CTEMaterializeAlways:
			info.keep = true
		case pg.CTEMaterialize_CTEMaterializeNever:
			info.fold = true
		}
		s.b.inCTE++
		switch {
		case sel == nil:
			s.modifyingCTE(info, x)
		case n.Recursive && namesItself(x):
			w.ctes = append(w.ctes, s.recursiveCTE(info, x, sel)...)
		default:
			q := s.cteScope().selectStmt(sel, true)
			info.plan, info.cols, info.shown.query = s.b.narrow(q.rel, q.ids()), q.cols, q.shown
			s.aliasCTE(info, x)
		}
		s.b.inCTE--
		if (x.SearchClause != nil || x.CycleClause != nil) && !info.recursive {
			s.failAt(x.Location, sqlerr.SyntaxError, "WITH query is not recursive")
		}
		w.ctes, w.shown = append(w.ctes, info), append(w.shown, info.shown)
		s.ctes = append(append([]*cteInfo(nil), s.ctes...), info)
	}
	s.b.future = future
	return w
}

func (s *scope) cteScope() *scope { return &scope{b: s.b, parent: s.parent, ctes: s.ctes} }

// aliasCTE applies the column list of WITH name(…).
func (s *scope) aliasCTE(info *cteInfo, x *pg.CommonTableExpr) {
	if len(x.Aliascolnames) > len(info.cols) {
		s.failAt(x.Location, sqlerr.InvalidColumnReference, `WITH query "%s" has %d columns available but %d columns specified`,
			info.name, len(info.cols), len(x.Aliascolnames))
	}
	info.cols = append([]outCol(nil), info.cols...)
	for i, a := range x.Aliascolnames {
		info.cols[i].name = a.GetString_().GetSval()
	}
}

// recursiveCTE binds the two terms of a recursive query. It returns the queries of
// its own WITH, which both terms may read.
func (s *scope) recursiveCTE(info *cteInfo, x *pg.CommonTableExpr, sel *pg.SelectStmt) (own []*cteInfo) {
	var w *rWith
	if sel.WithClause != nil {
		in := s.cteScope()
		w = in.withClause(sel.WithClause)
		own, s = w.ctes, in
	}
	s.unionTerms(info, x, sel)
	if w != nil {
		info.shown.query.showWith(sel.WithClause, w)
	}
	return own
}

func (s *scope) unionTerms(info *cteInfo, x *pg.CommonTableExpr, sel *pg.SelectStmt) {
	l := s.cteScope().selectStmt(sel.Larg, true)
	info.recursive, info.unionAll = true, sel.All
	info.plan, info.cols = s.b.narrow(l.rel, l.ids()), l.cols
	s.aliasCTE(info, x)
	own, term := len(info.cols), sel.Rarg
	sc := s.newSearchCycle(info, x, sel)
	if c := x.CycleClause; c != nil && s.b.shown != nil {
		info.shown.to, info.shown.otherwise, _ = s.markValues(c)
	}
	if sc != nil {
		sc.start(s, info)
		term = sc.term(info, sel.Rarg)
	}
	inner := s.cteScope()
	info.inside = true
	inner.ctes = append(append([]*cteInfo(nil), s.ctes...), info)
	r := inner.selectStmt(term, false)
	info.inside = false
	s.showRecursion(info, sel, l, r)
	inner.checkRecursiveTerm(sel.Rarg, r.rel, info.name)
	if len(r.cols) != len(info.cols) {
		s.failAt(x.Location, sqlerr.SyntaxError, "each UNION query must have the same number of columns")
	}
	var es []Expr
	for i := range r.cols {
		if i >= own { // what SEARCH and CYCLE read of the row before
			es = append(es, s.b.ref(r.cols[i].id))
			continue
		}
		want := s.b.cols[info.cols[i].id]
		e := r.expr(s.b, i)
		pair := []Expr{s.b.ref(info.cols[i].id), e}
		overall := s.b.commonOf(pair, "UNION", func(k int) int32 { return locate([]*pg.Node{info.cols[i].node, r.cols[i].node}[k]) })
		out := s.b.coerce(e, want.Type, want.Typmod, implicit)
		_, typmod := e.Type()
		if out == nil || overall != want.Type || want.Typmod >= 0 && (typeOf(e) != want.Type || typmod != want.Typmod) {
			fail(s.b.at(locate(info.cols[i].node), sqlerr.New(sqlerr.DatatypeMismatch,
				`recursive query "%s" column %d has type %s in non-recursive term but type %s overall`, info.name, i+1,
				types.FormatType(want.Type, want.Typmod), types.FormatTypeBare(overall)).
				WithHint("Cast the output of the non-recursive term to the correct type.")))
		}
		s.sameCollation(info, sel.Larg, i, e)
		es = append(es, out)
	}
	info.step = s.b.projectTo(r.rel, es)
	if sc != nil {
		var cols []outCol
		for i, id := range info.step.outs() {
			s.b.noteShape(id, es[i])
			cols = append(cols, outCol{id: id})
		}
		info.step = sc.step(inner, info.step, cols)
	}
}

// plainUnion refuses clauses behind the terms of a recursive query.
func (s *scope) plainUnion(sel *pg.SelectStmt) {
	refuse := func(clause string, location int32) {
		s.failAt(location, sqlerr.FeatureNotSupported, "%s in a recursive query is not implemented", clause)
	}
	switch {
	case len(sel.SortClause) > 0:
		refuse("ORDER BY", locate(sel.SortClause[0].GetSortBy().Node))
	case sel.LimitOffset != nil:
		refuse("OFFSET", locate(sel.LimitOffset))
	case sel.LimitCount != nil:
		refuse("LIMIT", locate(sel.LimitCount))
	case len(sel.LockingClause) > 0:
		refuse("FOR UPDATE/SHARE", -1)
	}
}

// modifyingCTE binds INSERT, UPDATE or DELETE in WITH. It runs once and wholly,
// read or not, and what reads it gets its RETURNING.
func (s *scope) modifyingCTE(info *cteInfo, x *pg.CommonTableExpr) {
	if s.parent != nil || s.b.inCTE > 1 || s.b.within != nil {
		s.failAt(x.Location, sqlerr.FeatureNotSupported, "WITH clause containing a data-modifying statement must be at the top level")
	}
	in := s.cteScope()
	var returns int
	switch t := x.Ctequery.GetNode().(type) {
	case *pg.Node_InsertStmt:
		info.plan, returns = in.insert(t.InsertStmt), len(t.InsertStmt.ReturningList)
	case *pg.Node_UpdateStmt:
		info.plan, returns = in.update(t.UpdateStmt), len(t.UpdateStmt.ReturningList)
	case *pg.Node_DeleteStmt:
		info.plan, returns = in.delete(t.DeleteStmt), len(t.DeleteStmt.ReturningList)
	default:
		s.b.unsupported(x.Location, "this statement in WITH is")
	}
	info.modifies, info.keep, info.mute = true, true, returns == 0
	s.b.modifies = true
	if m, ok := modifyOf(info.plan); ok && m.temp == nil {
		s.b.writes = true
	}
	for _, id := range info.plan.outs() {
		info.cols = append(info.cols, outCol{name: s.b.cols[id].Name, id: id})
	}
	s.aliasCTE(info, x)
}

// cte finds a WITH query by name.
func (s *scope) cte(name string) *cteInfo {
	for level := s; level != nil; level = level.parent {
		for i := len(level.ctes) - 1; i >= 0; i-- {
			if level.ctes[i].name == name {
				return level.ctes[i]
			}
		}
	}
	return nil
}

// hasWith reports whether s is the level whose WITH has the query.
func (s *scope) hasWith(c *cteInfo) bool { return s.with != nil && slices.Contains(s.with.ctes, c) }

// cteItem makes an item that reads a WITH query.
func (s *scope) cteItem(c *cteInfo, n *pg.RangeVar) (rel, *item) {
	if c.mute {
		s.failAt(n.Location, sqlerr.FeatureNotSupported, `WITH query "%s" does not have a RETURNING clause`, c.name)
	}
	r := &rCTERef{cte: c, working: c.inside}
	it := &item{alias: n.Relname, named: true, open: true}
	level := s
	for level.lateral && level.parent != nil {
		level = level.parent
	}
	for i, oc := range c.cols {
		col := s.b.cols[oc.id]
		col.Name = oc.name
		id := s.b.newCol(col)
		if sh := s.b.fields[oc.id]; sh != nil {
			s.b.fields[id] = sh
		}
		r.ids = append(r.ids, id)
		it.cols = append(it.cols, itemCol{name: oc.name, expr: s.b.ref(id), unlisted: i >= len(c.cols)-c.extra && !level.hasWith(c)})
	}
	c.refs++
	return r, it
}

// closeWith puts the queries around the body.
func (s *scope) closeWith(w *rWith, body rel) rel {
	w.body = body
	return w
}

package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/types"
)

// A view is shown as PostgreSQL understood its query. For that the query is bound
// once more by a binder with forms that also keeps what it bound, clause by clause:
// a shownQuery for each level, which deparser prints. The rels that come of such a
// bind serve the binder's checks alone and are never run.

// shownState is what a binder keeps of queries that are bound to be printed.
type shownState struct {
	cols  map[int]shownCol        // what columns are, by number
	items map[*pg.Node]*shownItem // of nodes of FROM
}

// shownCol is a column of an item; system is the name of a system column.
type shownCol struct {
	item   *shownItem
	att    int
	system string
}

// shownQuery is a query level. One of set, values (of an item) and targets is
// what the query is; order, limit and offset hold of all.
type shownQuery struct {
	with      []shownWith
	recursive bool
	set       *shownSet
	targets   []shownTarget
	distinct  bool
	on        []Expr
	from      []*shownItem
	items     []*shownItem // of FROM and of the joins in it, in the order of binding
	where     Expr
	group     []shownGroup
	grouped   bool // GROUP BY DISTINCT
	having    Expr
	windows   []*windowDef
	order     []shownOrder
	limit     Expr
	all, ties bool // LIMIT ALL; WITH TIES
	offset    Expr
	locks     []shownLock

	using []string // names of USING's columns that are taken, while columns are named
}

// shownWith is a query of WITH.
type shownWith struct {
	tree  *pg.CommonTableExpr
	query *shownQuery
	// to and otherwise are the values of CYCLE's mark.
	to, otherwise Expr
}

// shownSet is a set operation; a side is one itself or a query.
type shownSet struct {
	op          pg.SetOperation
	all         bool
	left, right shownSide
}

type shownSide struct {
	set   *shownSet
	query *shownQuery
}

// shownTarget is a column of a select list.
type shownTarget struct {
	expr Expr
	name string
}

// shownOrder is a key of ORDER BY. place is the column that it is, from 1, which is
// printed for set operations.
type shownOrder struct {
	key   SortKey
	place int
}

// shownGroup is an item of GROUP BY: keys, or sets of them by kind.
type shownGroup struct {
	kind  pg.GroupingSetKind
	keys  []Expr
	parts []shownGroup
}

// shownLock is FOR UPDATE OF an item.
type shownLock struct {
	item     *shownItem
	strength pg.LockClauseStrength
	wait     pg.LockWaitPolicy
}

// showQuery begins a level that is to be printed.
func (s *scope) showQuery() {
	s.shown = nil
	if s.b.shown != nil {
		s.shown = &shownQuery{}
	}
}

// showWith notes the queries of WITH.
func (q *shownQuery) showWith(n *pg.WithClause, w *rWith) {
	if q != nil {
		q.with, q.recursive = w.shown, n.Recursive
	}
}

// showSelect notes the clauses of a SELECT but for FROM, GROUP BY and LIMIT, which
// note themselves, and makes its columns.
func (s *scope) showSelect(n *pg.SelectStmt, r rel, t *target, where, having Expr, sorts []sortItem, on []int) query {
	q := s.shown
	for _, c := range t.cols {
		q.targets = append(q.targets, shownTarget{c.expr, c.name})
	}
	q.distinct = len(n.DistinctClause) > 0
	// DISTINCT ON's keys stand in the order of ORDER BY, as far as that names them.
	place := func(i int) int {
		k := slices.IndexFunc(sorts, func(it sortItem) bool { return it.index == i })
		if k < 0 {
			return len(sorts)
		}
		return k
	}
	on = slices.Clone(on)
	slices.SortStableFunc(on, func(a, b int) int { return place(a) - place(b) })
	for _, i := range slices.Compact(on) {
		q.on = append(q.on, t.exprAt(i))
	}
	q.where, q.having = where, having
	for _, d := range s.wins.defs {
		if d.name != "" {
			q.windows = append(q.windows, d)
		}
	}
	for _, it := range sorts {
		k := it.key
		k.Expr = t.exprAt(it.index)
		q.order = append(q.order, shownOrder{key: k})
	}
	s.showLocks(n)
	s.showLimit(n)
	p := s.project(r, t)
	out := query{cols: t.cols}
	out.rel = s.b.narrow(p, out.ids())
	return out
}

// showLimit binds LIMIT and OFFSET, to be printed.
func (s *scope) showLimit(n *pg.SelectStmt) {
	q := s.shown
	in := s.noAggs("LIMIT")
	if n.LimitCount != nil {
		q.ties = n.LimitOption == pg.LimitOption_LIMIT_OPTION_WITH_TIES
		q.all = n.LimitCount.GetAConst().GetIsnull()
		q.limit = s.b.mustCoerce(in.expr(n.LimitCount), types.OIDInt8, locate(n.LimitCount), "LIMIT")
	}
	if n.LimitOffset != nil {
		q.offset = s.b.mustCoerce(in.expr(n.LimitOffset), types.OIDInt8, locate(n.LimitOffset), "OFFSET")
	}
}

// showGroup notes an item of GROUP BY. A list in parentheses is several items, unless
// it is one of a set.
func (g *groupBinder) showGroup(n *pg.Node) {
	q := g.shown
	if q == nil {
		return
	}
	if n.GetGroupingSet() != nil {
		q.group = append(q.group, g.shownSets(n)...)
		return
	}
	for _, k := range g.simple(n) {
		if !slices.ContainsFunc(q.group, func(o shownGroup) bool { return len(o.keys) == 1 && o.keys[0] == g.keys[k] }) {
			q.group = append(q.group, shownGroup{kind: pg.GroupingSetKind_GROUPING_SET_SIMPLE, keys: []Expr{g.keys[k]}})
		}
	}
}

// shownGroups completes GROUP BY: one set alone is a plain list of keys, and ()
// beside others says nothing.
func (g *groupBinder) shownGroups(n *pg.SelectStmt, sets [][]int) {
	q := g.shown
	if q == nil {
		return
	}
	q.grouped = n.GroupDistinct
	if len(sets) == 1 && len(g.keys) > 0 {
		q.group = nil
		for _, k := range g.keys {
			q.group = append(q.group, shownGroup{kind: pg.GroupingSetKind_GROUPING_SET_SIMPLE, keys: []Expr{k}})
		}
	}
	empty := func(o shownGroup) bool { return o.kind == pg.GroupingSetKind_GROUPING_SET_EMPTY }
	if rest := slices.DeleteFunc(slices.Clone(q.group), empty); len(rest) > 0 {
		q.group = rest
	} else {
		q.group = q.group[:min(1, len(q.group))]
	}
}

// shownSets are the sets of an item: GROUPING SETS within GROUPING SETS are its
// own.
func (g *groupBinder) shownSets(n *pg.Node) []shownGroup {
	set := n.GetGroupingSet()
	if set == nil {
		one := shownGroup{kind: pg.GroupingSetKind_GROUPING_SET_SIMPLE}
		for _, k := range g.simple(n) {
			one.keys = append(one.keys, g.keys[k])
		}
		return []shownGroup{one}
	}
	out := shownGroup{kind: set.Kind}
	for _, c := range set.Content {
		parts := g.shownSets(c)
		if len(parts) == 1 && set.Kind == parts[0].kind && set.Kind == pg.GroupingSetKind_GROUPING_SET_SETS {
			parts = parts[0].parts
		}
		out.parts = append(out.parts, parts...)
	}
	return []shownGroup{out}
}

// showLocks notes the locking clauses, by item.
func (s *scope) showLocks(n *pg.SelectStmt) {
	for _, x := range n.LockingClause {
		l := x.GetLockingClause()
		for _, it := range s.shown.items {
			named := slices.ContainsFunc(l.LockedRels, func(of *pg.Node) bool { return of.GetRangeVar().Relname == it.written })
			if it.kind != itemRelation && it.kind != itemSubquery || len(l.LockedRels) > 0 && !named {
				continue
			}
			i := slices.IndexFunc(s.shown.locks, func(k shownLock) bool { return k.item == it })
			if i < 0 {
				s.shown.locks = append(s.shown.locks, shownLock{it, l.Strength, l.WaitPolicy})
				continue
			}
			k := &s.shown.locks[i]
			k.strength, k.wait = max(k.strength, l.Strength), max(k.wait, l.WaitPolicy)
		}
	}
}

// showSet notes a set operation: its sides, whose literals have got their types.
func (s *scope) showSet(n *pg.SelectStmt, l, r query) {
	if s.shown != nil {
		s.shown.set = &shownSet{op: n.Op, all: n.All, left: sideOf(n.Larg, l), right: sideOf(n.Rarg, r)}
	}
}

// sideOf is a query as a side: a set operation without clauses of its own is part of
// the one around.
func sideOf(n *pg.SelectStmt, q query) shownSide {
	plain := n.WithClause == nil && len(n.SortClause) == 0 && n.LimitCount == nil && n.LimitOffset == nil && len(n.LockingClause) == 0
	if q.shown.set != nil && plain {
		return shownSide{set: q.shown.set}
	}
	return shownSide{query: q.shown}
}

// showTyped gives a literal of a set operation's side the common type.
func (s *scope) showTyped(q *query, i int, t types.OID) {
	if q.shown == nil || i >= len(q.shown.targets) {
		return
	}
	e := &q.shown.targets[i].expr
	if c, ok := (*e).(*Const); ok && c.OID == types.OIDUnknown {
		*e = s.b.coerce(c, t, -1, implicit)
	}
}

// showValues notes VALUES: a select list over the lists, as the query is understood.
func (s *scope) showValues(q *query, rows [][]Expr) {
	if s.shown == nil {
		return
	}
	it := &shownItem{kind: itemValues, name: valuesName, rows: rows}
	for i := range q.cols {
		it.names = append(it.names, q.cols[i].name)
		s.shown.targets = append(s.shown.targets, shownTarget{s.b.showCol(it, i, s.b.ref(q.cols[i].id)), q.cols[i].name})
	}
	s.shown.from, s.shown.items = []*shownItem{it}, []*shownItem{it}
}

// showOrder notes ORDER BY of a set operation or of VALUES.
func (s *scope) showOrder(key SortKey, place int) {
	if s.shown == nil {
		return
	}
	if s.shown.set == nil {
		key.Expr = s.shown.targets[place].expr
	}
	s.shown.order = append(s.shown.order, shownOrder{key, place + 1})
}

// showCol makes a column of an item, which stands for e.
func (b *binder) showCol(it *shownItem, att int, e Expr) *Col {
	t, m := e.Type()
	meta := Column{Type: t, Typmod: m, Collation: b.columnCollation(t, e)}
	if c, ok := e.(*Col); ok {
		meta = b.cols[c.Index]
	}
	id := b.newCol(meta)
	b.noteShape(id, e)
	b.shown.cols[id] = shownCol{item: it, att: att}
	return b.ref(id)
}

// shownSystem makes a system column of an item.
func (b *binder) shownSystem(it *item, c *catalog.Column) *Col {
	id := b.newCol(Column{Name: c.Name, Type: c.Type, Typmod: -1})
	b.shown.cols[id] = shownCol{item: it.shown, system: c.Name}
	return b.ref(id)
}

// showRecursion notes the terms of a recursive query, without what SEARCH and CYCLE
// add to them.
func (s *scope) showRecursion(info *cteInfo, sel *pg.SelectStmt, l, r query) {
	if s.b.shown == nil {
		return
	}
	own := len(info.cols) - info.extra
	for i := range min(own, len(r.cols)) {
		s.showTyped(&r, i, s.b.cols[info.cols[i].id].Type)
	}
	if r.shown.targets != nil {
		r.shown.targets = r.shown.targets[:min(own, len(r.shown.targets))]
	}
	info.shown.query = &shownQuery{set: &shownSet{op: sel.Op, all: sel.All, left: sideOf(sel.Larg, l), right: sideOf(sel.Rarg, r)}}
}

package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// groupKey binds one key. A bare name is a column of FROM first, then one of
// the select list (SQL99 before SQL92, as PostgreSQL has it for GROUP BY).
func (s *scope) groupKey(n *pg.Node, t *target) Expr {
	in := s.noAggs("GROUP BY")
	in.srf = &[]*SetCall{}
	if ref := n.GetColumnRef(); ref != nil {
		if names, star := fieldNames(ref.Fields); !star && len(names) == 1 {
			if e := s.local(names[0], ref.Location); e != nil {
				return e
			}
			if i := s.targetNamed(names[0], t, ref.Location, "GROUP BY"); i >= 0 {
				return s.groupTarget(t, i)
			}
		}
	}
	if i, ok := s.ordinal(n, len(t.cols), "GROUP BY"); ok {
		return s.groupTarget(t, i)
	}
	return s.b.resolveUnknown(in.expr(n))
}

func (s *scope) groupTarget(t *target, i int) Expr {
	e := s.b.resolveUnknown(t.cols[i].expr)
	t.cols[i].expr = e
	walk(e, func(x Expr) bool {
		if c, ok := x.(*Col); ok && s.aggs.makes(c.Index) {
			s.failAt(s.b.locOf(x), sqlerr.GroupingError, "aggregate functions are not allowed in GROUP BY")
		}
		return true
	})
	s.noWindows(e, "GROUP BY")
	return e
}

// local resolves a name among this level's items alone.
func (s *scope) local(name string, location int32) Expr {
	in := *s
	in.parent = nil
	return in.column(name, location)
}

// ordinal reads an integer constant as the number of a select list's column.
func (s *scope) ordinal(n *pg.Node, width int, clause string) (int, bool) {
	c := n.GetAConst()
	if c == nil {
		return 0, false
	}
	v, ok := c.Val.(*pg.A_Const_Ival)
	if !ok || c.Isnull {
		s.failAt(c.Location, sqlerr.SyntaxError, "non-integer constant in %s", clause)
	}
	if i := int(v.Ival.Ival); i >= 1 && i <= width {
		return i - 1, true
	}
	s.failAt(c.Location, sqlerr.InvalidColumnReference, "%s position %d is not in select list", clause, v.Ival.Ival)
	return 0, false
}

// targetNamed finds a select list's column by name; two of a name must be the
// same expression.
func (s *scope) targetNamed(name string, t *target, location int32, clause string) int {
	found := -1
	for i := range t.cols {
		if t.cols[i].name != name {
			continue
		}
		if found >= 0 && !sameExpr(t.cols[found].expr, t.cols[i].expr) {
			s.failAt(location, sqlerr.AmbiguousColumn, `%s "%s" is ambiguous`, clause, name)
		}
		if found < 0 {
			found = i
		}
	}
	return found
}

func (s *scope) having(n *pg.Node) Expr {
	if n == nil {
		return nil
	}
	in := *s
	in.wins, in.clause = nil, "HAVING"
	e := in.expr(n)
	return s.b.mustCoerce(e, types.OIDBool, locate(n), "HAVING")
}

// aggregateStep adds the grouping when there is any: what stands above it may
// only see keys and aggregates.
func (s *scope) aggregateStep(n *pg.SelectStmt, r rel, by groupList, having Expr, t *target) rel {
	if len(s.aggs.calls) == 0 && len(s.aggs.groupings) == 0 && len(n.GroupClause) == 0 && having == nil {
		return r
	}
	agg := &rAgg{input: r, aggs: s.aggs.calls, aggIDs: s.aggs.ids, grouped: len(n.GroupClause) > 0, dependent: &colSet{}}
	r, by.keys = s.setsBelow(r, by.keys, t)
	agg.input = r
	s.checkKeys(by.keys, t)
	s.groupKeys(agg, by)
	s.resolveGroupings(agg, by.keys)
	s.dependent(agg, by)
	above := func(e Expr) Expr {
		e = s.aboveGroups(e, agg)
		s.checkGrouped(e, agg, "")
		return e
	}
	for i := range agg.aggs {
		for k, e := range agg.aggs[i].Direct {
			e = s.aboveGroups(e, agg)
			s.checkGrouped(e, agg, "Direct arguments of an ordered-set aggregate must use only grouped columns.")
			agg.aggs[i].Direct[k] = e
		}
	}
	for i := range t.cols {
		t.cols[i].expr = above(t.cols[i].expr)
	}
	for i := range t.junk {
		t.junk[i].expr = above(t.junk[i].expr)
	}
	s.wins.mapExprs(above)
	if having != nil {
		return &rFilter{agg, above(having)}
	}
	return agg
}

// checkKeys refuses too many keys: those that are no column of the query are
// columns of their own, as those of ORDER BY are.
func (s *scope) checkKeys(keys []Expr, t *target) {
	n := len(t.cols) + len(t.junk)
	if n+len(keys) <= maxTargets {
		return
	}
	for _, k := range keys {
		same := func(c outCol) bool { return sameExpr(c.expr, k) }
		if !slices.ContainsFunc(t.cols, same) && !slices.ContainsFunc(t.junk, same) {
			n++
		}
		checkTargets(n)
	}
}

// groupKeys numbers the keys. A plain column keeps its number, unless there are
// sets, which make it another column: one with NULLs.
func (s *scope) groupKeys(agg *rAgg, by groupList) {
	own := union(s.made(), outSet(agg.input))
	left := union(own, nil)
	agg.sets = by.sets
	for _, k := range by.keys {
		c, plain := k.(*Col)
		if plain && by.sets != nil {
			agg.keys = append(agg.keys, k)
			agg.keyIDs = append(agg.keyIDs, s.b.newCol(s.b.cols[c.Index]))
			s.b.noteShape(agg.keyIDs[len(agg.keyIDs)-1], k)
			continue
		}
		if plain && !own.has(c.Index) {
			continue // of an enclosing query: the same in every group
		}
		agg.keys = append(agg.keys, k)
		agg.keyIDs = append(agg.keyIDs, s.b.project1(k, "", left))
	}
}

// aboveGroups puts the keys' columns into an expression above the grouping. A
// constant stands for the key only where it is the whole expression: elsewhere
// it is no more than an equal constant.
func (s *scope) aboveGroups(e Expr, agg *rAgg) Expr {
	by := map[int]Expr{}
	for i, k := range agg.keys {
		if sameExpr(k, e) {
			return s.b.located(s.b.ref(agg.keyIDs[i]), s.b.locOf(e))
		}
		if c, ok := k.(*Col); ok && c.Index != agg.keyIDs[i] {
			by[c.Index] = s.b.ref(agg.keyIDs[i])
		}
	}
	e = s.replaceKeys(e, agg)
	if len(by) > 0 {
		e = replaceCols(e, by)
	}
	return e
}

// replaceKeys puts the group key's column for each expression that is a key.
func (s *scope) replaceKeys(e Expr, agg *rAgg) Expr {
	if e == nil {
		return nil
	}
	switch e.(type) {
	case *Col, *Const:
		return e
	}
	for i, k := range agg.keys {
		if sameExpr(k, e) {
			return s.b.ref(agg.keyIDs[i])
		}
	}
	return mapExpr(e, func(x Expr) Expr { return s.replaceKeys(x, agg) })
}

// dependent adds the other columns of a relation whose primary key is among
// the keys (of every set): they have one value in each group.
func (s *scope) dependent(agg *rAgg, by groupList) {
	grouped := &colSet{}
	for i, k := range by.keys {
		if c, ok := k.(*Col); ok && by.everywhere(i) {
			grouped.add(c.Index)
		}
	}
	if grouped.empty() {
		return
	}
	for _, it := range s.items {
		if it.rel == nil || len(it.rel.Key) == 0 || len(it.cols) < len(it.rel.Columns) || it.hasPlan {
			continue
		}
		all := true
		for _, k := range it.rel.Key {
			c, ok := it.cols[k].expr.(*Col)
			all = all && ok && grouped.has(c.Index)
		}
		if !all {
			continue
		}
		for i := range it.cols {
			if c, ok := it.cols[i].expr.(*Col); ok && !grouped.has(c.Index) {
				grouped.add(c.Index)
				agg.keys = append(agg.keys, c)
				agg.keyIDs = append(agg.keyIDs, c.Index)
				agg.dependent.add(c.Index)
			}
		}
		if it.system == nil {
			continue
		}
		for _, id := range it.system.asked() {
			if !grouped.has(id) {
				grouped.add(id)
				agg.keys, agg.keyIDs = append(agg.keys, s.b.ref(id)), append(agg.keyIDs, id)
				agg.dependent.add(id)
			}
		}
	}
}

// checkGrouped complains of columns of FROM that stand above the grouping.
func (s *scope) checkGrouped(e Expr, agg *rAgg, detail string) {
	below, out := s.made(), outSet(agg)
	walk(e, func(x Expr) bool {
		switch x := x.(type) {
		case *Col:
			if below.has(x.Index) && !out.has(x.Index) {
				fail(s.b.at(s.b.locOf(x), sqlerr.New(sqlerr.GroupingError,
					`column "%s" must appear in the GROUP BY clause or be used in an aggregate function`, s.itemName(x.Index)).WithDetail("%s", detail)))
			}
		case *subquery:
			for id := range freeCols(x.rel).all() {
				if below.has(id) && !out.has(id) {
					s.failAt(s.b.locIn(x.rel, id), sqlerr.GroupingError, `subquery uses ungrouped column "%s" from outer query`, s.itemName(id))
				}
			}
		}
		return true
	})
}

// itemName is a column's name with its item's alias.
func (s *scope) itemName(id int) string {
	for _, it := range s.items {
		for i := range it.cols {
			if c, ok := it.cols[i].expr.(*Col); ok && c.Index == id && it.alias != "" {
				return it.alias + "." + it.cols[i].name
			}
		}
		if it.system != nil && slices.Contains(it.system.asked(), id) {
			return it.alias + "." + s.b.cols[id].Name
		}
	}
	return s.b.cols[id].Name
}

// locOf returns where an expression was noted to stand, or -1.
func (b *binder) locOf(e Expr) int32 {
	if l, ok := b.loc[e]; ok {
		return l
	}
	return -1
}

// locIn finds where a column is named within a rel.
func (b *binder) locIn(r rel, id int) int32 {
	at := int32(-1)
	var visit func(r rel) rel
	visit = func(r rel) rel {
		exprsOf(r, func(e Expr) Expr {
			walk(e, func(x Expr) bool {
				switch x := x.(type) {
				case *Col:
					if x.Index == id {
						at = leftmost(at, b.locOf(x))
					}
				case *subquery:
					visit(x.rel)
				}
				return true
			})
			return e
		})
		kids(r, visit)
		return r
	}
	visit(r)
	return at
}

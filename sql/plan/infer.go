package plan

import "github.com/stemedb/stemedb/sql/types"

// infer carries conditions over the equalities of a join: where a.x = b.x holds,
// what is said of a.x holds of b.x. Only types whose equal values are the same
// bytes qualify. both says that it may go from right to left too.
func (b *binder) infer(on, conds []Expr, left, right *colSet, both bool) []Expr {
	var out []Expr
	var of map[int][]Expr
	for _, e := range on {
		l, r := equalCols(e)
		if l == nil {
			continue
		}
		if right.has(l.Index) && left.has(r.Index) {
			l, r = r, l
		}
		if !left.has(l.Index) || !right.has(r.Index) {
			continue
		}
		if of == nil {
			of = ofOneColumn(conds, union(left, right))
		}
		out = carried(out, of, l, r, conds)
		if both {
			out = carried(out, of, r, l, conds)
		}
	}
	return out
}

// ofOneColumn finds the conditions on one column of all alone, and what is the same
// for all rows, by that column; those which give the same whenever they are
// evaluated.
func ofOneColumn(conds []Expr, all *colSet) map[int][]Expr {
	of := map[int][]Expr{}
	for _, c := range conds {
		cols := intersection(colsOf(c), all)
		if cols.len() != 1 || volatility(c) == 'v' || holdsSubquery(c) {
			continue
		}
		for id := range cols.all() {
			of[id] = append(of[id], c)
		}
	}
	return of
}

// equalCols recognises column = column of one type.
func equalCols(e Expr) (l, r *Col) {
	c, ok := e.(*Call)
	if !ok || c.Op != "=" || len(c.Args) != 2 {
		return nil, nil
	}
	l, lok := c.Args[0].(*Col)
	r, rok := c.Args[1].(*Col)
	if !lok || !rok || l.OID != r.OID {
		return nil, nil
	}
	switch l.OID {
	case types.OIDText, types.OIDInt2, types.OIDInt4, types.OIDInt8, types.OIDUUID, types.OIDBool, types.OIDOID:
		return l, r
	}
	return nil, nil
}

// carried appends the conditions on one column, rewritten to another, to out, but
// those known.
func carried(out []Expr, of map[int][]Expr, from, to *Col, known []Expr) []Expr {
	for _, c := range of[from.Index] {
		x := replaceCols(c, map[int]Expr{from.Index: to})
		if !containsExpr(known, x) && !containsExpr(out, x) {
			out = append(out, x)
		}
	}
	return out
}

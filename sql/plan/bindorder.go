package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// sortItem is one ORDER BY key: a column of the target, by index into the
// select list and then the junk.
type sortItem struct {
	index int
	key   SortKey
	node  *pg.Node
}

// sortKey makes a key of ORDER BY's direction.
func (s *scope) sortKey(n *pg.SortBy, e Expr) SortKey {
	s.b.mustOrder(typeOf(e), locate(n.Node))
	k := SortKey{Expr: e}
	switch n.SortbyDir {
	case pg.SortByDir_SORTBY_DESC:
		k.Desc = true
	case pg.SortByDir_SORTBY_USING:
		names, _ := fieldNames(n.UseOp)
		switch names[len(names)-1] {
		case "<":
		case ">":
			k.Desc = true
		default:
			fail(s.b.at(n.Location, sqlerr.New(sqlerr.WrongObjectType, "operator %s is not a valid ordering operator", names[len(names)-1]).
				WithHint(`Ordering operators must be "<" or ">" members of btree operator families.`)))
		}
	}
	switch n.SortbyNulls {
	case pg.SortByNulls_SORTBY_NULLS_FIRST:
		k.NullsFirst = true
	case pg.SortByNulls_SORTBY_NULLS_LAST:
	default:
		k.NullsFirst = k.Desc
	}
	return k
}

// orderClause binds ORDER BY: a bare name or an integer is the select list's,
// anything else an expression over FROM.
func (s *scope) orderClause(list []*pg.Node, t *target, srfs *[]*SetCall, distinct bool) []sortItem {
	var out []sortItem
	for _, n := range list {
		sb := n.GetSortBy()
		i := s.orderTarget(sb.Node, t, srfs, distinct)
		e := t.exprAt(i)
		if i < len(t.cols) {
			e = s.b.resolveUnknown(e)
			t.cols[i].expr = e
		}
		out = append(out, sortItem{index: i, key: s.sortKey(sb, e), node: sb.Node})
	}
	return out
}

func (t *target) exprAt(i int) Expr {
	if i < len(t.cols) {
		return t.cols[i].expr
	}
	return t.junk[i-len(t.cols)].expr
}

// orderTarget finds or adds the target column of a key.
func (s *scope) orderTarget(n *pg.Node, t *target, srfs *[]*SetCall, distinct bool) int {
	if ref := n.GetColumnRef(); ref != nil {
		if names, star := fieldNames(ref.Fields); !star && len(names) == 1 {
			if i := s.targetNamed(names[0], t, ref.Location, "ORDER BY"); i >= 0 {
				return i
			}
		}
	}
	if i, ok := s.ordinal(n, len(t.cols), "ORDER BY"); ok {
		return i
	}
	in := *s
	in.srf, in.clause = srfs, ""
	e := s.b.resolveUnknown(in.expr(n))
	for i := range t.cols {
		if sameExpr(t.cols[i].expr, e) {
			return i
		}
	}
	if distinct {
		s.failAt(locate(n), sqlerr.InvalidColumnReference, "for SELECT DISTINCT, ORDER BY expressions must appear in select list")
	}
	return s.addJunk(t, e, n)
}

func (s *scope) addJunk(t *target, e Expr, n *pg.Node) int {
	for i := range t.junk {
		if sameExpr(t.junk[i].expr, e) && volatility(e) != 'v' {
			return len(t.cols) + i
		}
	}
	t.junk = append(t.junk, outCol{name: "sort", expr: e, node: n})
	return len(t.cols) + len(t.junk) - 1
}

// distinctClause binds DISTINCT ON; nil for none and for plain DISTINCT. The
// keys must be the first of ORDER BY, in any order.
func (s *scope) distinctClause(list []*pg.Node, t *target, sorts []sortItem) []int {
	if len(list) == 0 || list[0].GetNode() == nil {
		return nil
	}
	on := []int{}
	for _, n := range list {
		i := s.orderTarget(n, t, nil, false)
		s.b.mustEqual(typeOf(t.exprAt(i)), locate(n))
		on = append(on, i)
	}
	s.matchDistinct(list, on, sorts)
	return on
}

// matchDistinct complains when an ORDER BY key that is no DISTINCT ON key
// stands before one that is.
func (s *scope) matchDistinct(list []*pg.Node, on []int, sorts []sortItem) {
	place := map[int]int{}
	for k, i := range on {
		place[i] = k
	}
	refuse := func(k int) {
		s.failAt(locate(list[k]), sqlerr.InvalidColumnReference, "SELECT DISTINCT ON expressions must match initial ORDER BY expressions")
	}
	skipped := false
	seen := map[int]bool{}
	for _, it := range sorts {
		k, ok := place[it.index]
		switch {
		case !ok:
			skipped = true
		case skipped:
			refuse(k)
		}
		seen[it.index] = true
	}
	for k, i := range on {
		if !seen[i] && skipped {
			refuse(k)
		}
	}
}

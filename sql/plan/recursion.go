package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// checkRecursiveTerm refuses the recursive terms that have no meaning as a
// growing set: those that count what is there already, or that look at what
// is not. n is the term, r what it was bound to.
func (s *scope) checkRecursiveTerm(n *pg.SelectStmt, r rel, name string) {
	direct := false
	for _, f := range n.FromClause {
		s.checkRecursiveItem(f, name)
		direct = direct || namesItem(f, name)
	}
	if !direct {
		return
	}
	// Above the joins of FROM there are only operators with one input.
	for r != nil {
		if _, ok := r.(*rAgg); ok && len(n.GroupClause) == 0 {
			at := int32(-1)
			if len(n.TargetList) > 0 {
				at = locate(n.TargetList[0].GetResTarget().GetVal())
			}
			s.failAt(at, sqlerr.InvalidRecursion, "aggregate functions are not allowed in a recursive query's recursive term")
		}
		var only rel
		count := 0
		kids(r, func(k rel) rel {
			only, count = k, count+1
			return k
		})
		if count != 1 {
			return
		}
		r = only
	}
}

// namesItem reports whether a FROM item is the relation, or a join with it.
func namesItem(n *pg.Node, name string) bool {
	if v := n.GetRangeVar(); v != nil {
		return v.Schemaname == "" && v.Relname == name
	}
	j := n.GetJoinExpr()
	return j != nil && (namesItem(j.Larg, name) || namesItem(j.Rarg, name))
}

// checkRecursiveItem refuses a reference on the side of an outer join that may
// have no row.
func (s *scope) checkRecursiveItem(n *pg.Node, name string) {
	j := n.GetJoinExpr()
	if j == nil {
		return
	}
	left := j.Jointype == pg.JoinType_JOIN_RIGHT || j.Jointype == pg.JoinType_JOIN_FULL
	right := j.Jointype == pg.JoinType_JOIN_LEFT || j.Jointype == pg.JoinType_JOIN_FULL
	for i, side := range []*pg.Node{j.Larg, j.Rarg} {
		if []bool{left, right}[i] && messageNames(side.ProtoReflect(), name) {
			s.failAt(locateRelation(side, name), sqlerr.InvalidRecursion, `recursive reference to query "%s" must not appear within an outer join`, name)
		}
		s.checkRecursiveItem(side, name)
	}
}

// locateRelation is where a FROM item names a relation; -1: deeper down.
func locateRelation(n *pg.Node, name string) int32 {
	if v := n.GetRangeVar(); v != nil && v.Relname == name {
		return v.Location
	}
	if j := n.GetJoinExpr(); j != nil {
		return max(locateRelation(j.Larg, name), locateRelation(j.Rarg, name))
	}
	return -1
}

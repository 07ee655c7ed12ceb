package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// checkRecursiveTerm refuses a recursive term that counts what is there already. n
// is the term, r what it was bound to.
func (s *scope) checkRecursiveTerm(n *pg.SelectStmt, r rel, name string) {
	direct := false
	for _, f := range n.FromClause {
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

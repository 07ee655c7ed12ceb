package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// limitClause adds LIMIT and OFFSET.
func (s *scope) limitClause(n *pg.SelectStmt, r rel) rel {
	if n.LimitCount == nil && n.LimitOffset == nil {
		return r
	}
	ties := n.LimitOption == pg.LimitOption_LIMIT_OPTION_WITH_TIES
	if ties && n.LimitCount.GetAConst().GetIsnull() {
		fail(sqlerr.New(sqlerr.InvalidRowCountInLimit, "row count cannot be null in FETCH FIRST ... WITH TIES clause"))
	}
	bind := func(node *pg.Node, clause string) Expr {
		if node == nil || node.GetAConst().GetIsnull() {
			return nil
		}
		in := s.noAggs(clause)
		e := s.b.mustCoerce(in.expr(node), types.OIDInt8, locate(node), clause)
		if cols := colsOf(e); !cols.disjoint(s.made()) {
			s.failAt(locate(node), sqlerr.InvalidColumnReference, "argument of %s must not contain variables", clause)
		}
		return e
	}
	out := &rLimit{input: r, count: bind(n.LimitCount, "LIMIT"), offset: bind(n.LimitOffset, "OFFSET")}
	if out.count == nil && out.offset == nil {
		return r
	}
	if ties {
		out.ties = orderOf(r)
	}
	return out
}

// orderOf returns the keys by which a query's rows have just been sorted.
func orderOf(r rel) []SortKey {
	switch r := r.(type) {
	case *rSort:
		return slices.Clone(r.keys)
	case *rDistinct:
		return orderOf(r.input)
	}
	return nil
}

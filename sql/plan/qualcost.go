package plan

import (
	"cmp"
	"slices"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// hashedFrom is from how many constants of an array on PostgreSQL looks values up
// in a table of them, and unknownArray how many elements it takes an array to
// have that it does not know.
const (
	hashedFrom   = 9
	unknownArray = 10
)

// inOrder puts the conditions that are asked of one row into PostgreSQL's order,
// as written among those that cost as much: the first that is not true ends it,
// so that the order decides which of several errors shows, or whether one does.
// Of a relation or a join, it comes to equalities last, which it takes out to see
// what follows from them.
func (e *estimator) inOrder(conds []Expr, related bool) []Expr {
	if len(conds) < 2 {
		return conds
	}
	type costed struct {
		cond  Expr
		cost  float64
		equal bool
	}
	list := make([]costed, len(conds))
	for i, c := range conds {
		list[i] = costed{c, e.perRow(c), related && takenOut(c)}
	}
	slices.SortStableFunc(list, func(a, b costed) int {
		switch {
		case a.cost != b.cost:
			return cmp.Compare(a.cost, b.cost)
		case a.equal == b.equal:
			return 0
		case a.equal:
			return 1
		}
		return -1
	})
	out := make([]Expr, len(conds))
	for i, c := range list {
		out[i] = c.cond
	}
	return out
}

// takenOut reports an equality that PostgreSQL could merge by.
func takenOut(c Expr) bool {
	if !isEquality(c) || volatility(c) == 'v' {
		return false
	}
	switch typeOf(c.(*Call).Args[0]) {
	case types.OIDXID, types.OIDACLItem: // without an order
		return false
	}
	return true
}

// perRow is what PostgreSQL expects of an expression to cost for each row, over
// the columns of its input.
func (e *estimator) perRow(x Expr) float64 {
	total := 0.0
	walk(x, func(x Expr) bool {
		if q, ok := x.(*subquery); ok {
			total += e.subqueryPerRow(q)
			return false
		}
		total += operatorCost * e.operations(x)
		return true
	})
	return total
}

// operations is how many functions of cost 1 an expression is worth without its parts.
func (e *estimator) operations(x Expr) float64 {
	switch x := x.(type) {
	case *Call:
		if x.Made != nil {
			return x.Made.Cost
		}
		return funcCost(x.Func)
	case *Convert:
		n := 0.0
		if x.IO { // the output and the input function
			n = 2
		}
		if x.Typmod != -1 {
			n++
		}
		return n
	case *ArrayConvert:
		return e.perRow(x.Elem) / operatorCost * arrayLength(x.Arg)
	case *DomainCheck:
		n := 0.0
		for _, c := range x.Conds {
			n += e.perRow(c) / operatorCost
		}
		return n
	case *DistinctTest:
		return funcCost(x.Eq)
	case *NullIf:
		return funcCost(x.Eq)
	case *Coalesce:
		if x.Kind != CoalesceFirst {
			return 1
		}
	case *NextValue:
		return 1
	case *AnyAll:
		c, constant := x.Array.(*Const)
		return e.scanned(x.Op, arrayLength(x.Array), constant && !c.Value.Null && (x.Sym == "=" || x.Sym == "<>" && x.All))
	case *InList:
		return e.inList(x)
	case *RowCompare:
		return funcCosts(x.Less)
	}
	return 0
}

// inList is an array of what asks for no column, and a comparison with each
// other element; of one alone there is no array.
func (e *estimator) inList(x *InList) float64 {
	fixed, rest := splitExprs(x.List, func(k Expr) bool { return colsOf(k).empty() })
	n := 0.0
	if len(fixed) > 1 {
		_, constant := constants(fixed)
		n = e.scanned(x.Eq, float64(len(fixed)), constant)
	} else {
		rest = x.List
	}
	arms := len(rest)
	if len(fixed) > 1 {
		arms++
	}
	return n + float64(len(rest))*funcCost(x.Eq) + float64(max(arms-1, 0))*e.perRow(x.Left)/operatorCost
}

// scanned is the cost of comparing with the elements of an array: with half of
// them, or by a table of them.
func (e *estimator) scanned(op types.OID, n float64, hashed bool) float64 {
	if hashed && n >= hashedFrom {
		return 1 + funcCost(op)
	}
	return funcCost(op) * n / 2
}

// arrayLength guesses how many elements an array has.
func arrayLength(x Expr) float64 {
	switch x := x.(type) {
	case *Const:
		if x.Value.Null {
			return 0
		}
		if a, ok := x.Value.A.(*types.Array); ok {
			return float64(len(a.Elems))
		}
	case *ArrayExpr:
		if !x.Multi {
			return float64(len(x.Elems))
		}
	}
	return unknownArray
}

func funcCost(oid types.OID) float64 {
	if f, ok := functions.ByOID(oid); ok {
		return f.Cost
	}
	return 1
}

func funcCosts(oids []types.OID) float64 {
	n := 0.0
	for _, oid := range oids {
		n += funcCost(oid)
	}
	return n
}

// subqueryPerRow is the cost of a subquery in an expression. What depends on
// nothing of the row is computed once, before there are rows.
func (e *estimator) subqueryPerRow(q *subquery) float64 {
	fixed := freeCols(q.rel).empty()
	if fixed && q.Kind != QuantifiedSub {
		return 0
	}
	s := e.of(q.rel)
	run := s.Total - s.Startup
	switch q.Kind {
	case ExistsSub:
		return run/max(1, s.Rows) + s.Startup
	case QuantifiedSub:
		n := operatorCost * funcCosts(q.Op)
		for _, l := range q.Left {
			n += e.perRow(l)
		}
		if fixed && q.Hashable {
			return n
		}
		return n + run/2 + s.Rows*operatorCost/2 + s.Startup
	}
	return run + s.Startup
}

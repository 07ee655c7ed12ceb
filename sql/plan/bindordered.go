package plan

import (
	"fmt"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// orderedSet binds a call with WITHIN GROUP. The function is found by its
// direct arguments and the ordering columns together.
func (s *scope) orderedSet(n *pg.FuncCall) Expr {
	b := s.b
	name := b.funcName(n)
	written := name.written
	args := s.aggScope(n)
	a := args.callArgs(n)
	direct := len(a.exprs)
	nodes := make([]*pg.Node, direct, direct+len(n.AggOrder))
	copy(nodes, n.Args)
	for _, o := range n.AggOrder {
		nodes = append(nodes, o.GetSortBy().Node)
		a.exprs = append(a.exprs, args.expr(o.GetSortBy().Node))
		a.names = append(a.names, "")
	}
	filter := args.aggFilter(n, true)
	m, declared, ambiguous := b.findFunc(name, a)
	if m == nil {
		b.noFunc(written, a, n.Location, ambiguous)
	}
	b.checkOrderedSet(n, m.fn, written, a, direct)
	conv, result := a.exprs, m.fn.Ret
	if m.fn.Aggregate.Hypothetical {
		b.unifyHypothetical(conv, direct, nodes)
	} else {
		want, ret, err := unify(typesOf(a.exprs), declared, m.fn.Ret)
		if err != nil {
			fail(err)
		}
		result = ret
		for i, e := range conv {
			if conv[i] = b.coerce(e, want[i], -1, implicit); conv[i] == nil {
				b.noFunc(written, a, n.Location, false)
			}
		}
	}
	call := AggCall{Func: m.fn.OID, Direct: conv[:direct], Filter: filter, WithinGroup: true, OID: result}
	for i, o := range n.AggOrder {
		call.OrderBy = append(call.OrderBy, args.sortKey(o.GetSortBy(), conv[direct+i]))
	}
	level := s.aggLevel(n, call)
	s.checkDirect(call.Direct, level)
	return s.addAggregate(level, call, m.fn.Name, n.Location)
}

// needPlainAggregate refuses an ordered-set aggregate that was written without
// WITHIN GROUP.
func (b *binder) needPlainAggregate(n *pg.FuncCall, fn *functions.Func) {
	if fn.Aggregate != nil && fn.Aggregate.Ordered != nil {
		written := b.funcName(n).written
		b.failAt(n.Location, sqlerr.WrongObjectType, "WITHIN GROUP is required for ordered-set aggregate %s", written)
	}
}

// checkOrderedSet refuses what WITHIN GROUP does not go with.
func (b *binder) checkOrderedSet(n *pg.FuncCall, fn *functions.Func, written string, a callArgs, direct int) {
	refuse := func(format string) {
		b.failAt(n.Location, sqlerr.WrongObjectType, format, written)
	}
	switch {
	case fn.Kind == functions.WindowFn:
		refuse("window function %s cannot have WITHIN GROUP")
	case fn.Kind != functions.Agg:
		refuse("WITHIN GROUP specified, but %s is not an aggregate function")
	case fn.Aggregate == nil || fn.Aggregate.Ordered == nil:
		refuse("%s is not an ordered-set aggregate, so it cannot have WITHIN GROUP")
	case n.Over != nil:
		b.failAt(n.Location, sqlerr.FeatureNotSupported, "OVER is not supported for ordered-set aggregate %s", written)
	}
	var hint string
	want, columns := fn.Aggregate.Direct, len(a.exprs)-direct
	switch {
	case fn.Aggregate.Hypothetical && direct != columns:
		hint = fmt.Sprintf("To use the hypothetical-set aggregate %s, the number of hypothetical direct arguments (here %d) must match the number of ordering columns (here %d).",
			written, direct, columns)
	case !fn.Aggregate.Hypothetical && direct != want:
		plural := "s"
		if want == 1 {
			plural = ""
		}
		hint = fmt.Sprintf("There is an ordered-set aggregate %s, but it requires %d direct argument%s, not %d.", written, want, plural, direct)
	default:
		return
	}
	fail(b.at(n.Location, sqlerr.New(sqlerr.UndefinedFunction, "function %s does not exist", signature(written, a)).WithHint("%s", hint)))
}

// unifyHypothetical gives each direct argument and its ordering column one
// type.
func (b *binder) unifyHypothetical(es []Expr, direct int, nodes []*pg.Node) {
	for i := range direct {
		k := direct + i
		pair := []Expr{es[k], es[i]}
		at := []int32{locate(nodes[k]), locate(nodes[i])}
		t := b.commonOf(pair, "WITHIN GROUP", func(i int) int32 { return at[i] })
		es[k] = b.mustCoerceTo(es[k], t)
		es[i] = b.mustCoerceTo(es[i], t)
	}
}

// mustCoerceTo is an implicit coercion to the common type of several, of which
// PostgreSQL does not ask beforehand whether there is one.
func (b *binder) mustCoerceTo(e Expr, t types.OID) Expr {
	out := b.coerce(e, t, -1, implicit)
	if out == nil {
		fail(sqlerr.New(sqlerr.InternalError, "failed to find conversion function from %s to %s", types.FormatTypeBare(typeOf(e)), types.FormatTypeBare(t)))
	}
	return out
}

// checkDirect refuses direct arguments over columns of a query within the one
// that the aggregate belongs to.
func (s *scope) checkDirect(direct []Expr, level *scope) {
	for l := s.query(); l != nil && l != level; l = l.parentQuery() {
		for _, e := range direct {
			walk(e, func(x Expr) bool {
				if c, ok := x.(*Col); ok && l.owns(setOf([]int{c.Index})) {
					s.failAt(s.b.locOf(x), sqlerr.GroupingError, "outer-level aggregate cannot contain a lower-level variable in its direct arguments")
				}
				return true
			})
		}
	}
}

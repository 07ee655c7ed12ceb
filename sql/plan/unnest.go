package plan

import (
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// unnest makes joins of what would run once for each row: LATERAL items that
// depend on the rows to their left through conditions alone, and scalar
// subqueries that aggregate the rows for which columns are equal. It comes
// before conditions are pushed down.
func (b *binder) unnest(r rel) rel {
	b.step()
	kids(r, b.unnest)
	switch x := r.(type) {
	case *rJoin:
		return b.flatten(x)
	case *rProject:
		for i := range x.exprs {
			x.exprs[i], x.input = b.aggregated(x.exprs[i], x.input)
		}
	case *rFilter:
		x.cond, x.input = b.aggregated(x.cond, x.input)
	}
	return r
}

// flatten turns a lateral join into a plain one where the right side asks for
// the left's columns in conditions only. Expressions that the right side
// computes stay behind those conditions.
func (b *binder) flatten(j *rJoin) rel {
	if j.kind != InnerJoin && j.kind != LeftJoin || !lateral(j) || relVolatile(j.right) {
		return j
	}
	right, conds, ok := b.pull(cloneRel(j.right), false)
	left := outSet(j.left)
	if !ok || len(conds) == 0 || !freeCols(right).disjoint(left) {
		return j
	}
	for _, c := range conds {
		if volatility(c) == 'v' || holdsSubquery(c) {
			return j
		}
	}
	ids := j.outs()
	p, computes := right.(*rProject)
	computes = computes && !plainColumns(p.exprs)
	if !computes {
		return b.inOrder(&rJoin{kind: j.kind, left: j.left, right: right, on: conjunction(append(conjuncts(j.on), conds...))}, ids)
	}
	if j.kind != InnerJoin {
		return j
	}
	by := map[int]Expr{}
	for i, id := range p.ids {
		by[id] = p.exprs[i]
	}
	on := substitute(append(conjuncts(j.on), conds...), by)
	out := &rProject{input: &rJoin{kind: InnerJoin, left: j.left, right: p.input, on: conjunction(on)}, ids: ids}
	for _, id := range ids {
		if e, ok := by[id]; ok {
			out.exprs = append(out.exprs, e)
		} else {
			out.exprs = append(out.exprs, b.ref(id))
		}
	}
	return out
}

func plainColumns(es []Expr) bool {
	for _, e := range es {
		if _, ok := e.(*Col); !ok {
			return false
		}
	}
	return true
}

// aggregated replaces the scalar subqueries of an expression over input that
// can be joined to it.
func (b *binder) aggregated(e Expr, input rel) (Expr, rel) {
	if !holdsSubquery(e) {
		return e, input
	}
	e = rewrite(e, func(x Expr) Expr {
		q, ok := x.(*subquery)
		if !ok || q.Kind != ScalarSub {
			return x
		}
		value, joined := b.groupJoin(q, input)
		if joined == nil {
			return x
		}
		input = joined
		return value
	})
	return e, input
}

// groupJoin joins the groups that a scalar subquery is about to input and gives
// what stands for the subquery; nil where that cannot be, or does not pay.
//
// The groups of all keys are computed, also of those that no row of input
// has: nothing in the subquery may fail, then.
func (b *binder) groupJoin(q *subquery, input rel) (Expr, rel) {
	tree := cloneRel(q.rel)
	var value Expr
	if p, ok := tree.(*rProject); ok && len(p.exprs) > 0 && !holdsSubquery(p.exprs[0]) && volatility(p.exprs[0]) != 'v' {
		value, tree = p.exprs[0], p.input
	}
	agg, ok := tree.(*rAgg)
	if !ok || agg.keys != nil || agg.grouped || agg.sets != nil || len(agg.groupings) > 0 {
		return nil, nil
	}
	if value == nil {
		value = b.ref(agg.aggIDs[0])
	}
	outer := outSet(input)
	in, conds, ok := b.pull(agg.input, false)
	if !ok || len(conds) == 0 || !harmless(in) || !freeCols(in).disjoint(outer) || !b.paysToGroup(in, conds, input) {
		return nil, nil
	}
	inner := outSet(in)
	empty := map[int]Expr{}
	for i := range agg.aggs {
		if !harmlessAgg(&agg.aggs[i]) || !colsOf(agg.aggs[i].Args...).within(inner) {
			return nil, nil
		}
		if f, _ := functions.ByOID(agg.aggs[i].Func); f.Name == "count" {
			zero := &Const{Value: types.Int(0), OID: types.OIDInt8, Typmod: -1}
			empty[agg.aggIDs[i]] = &Coalesce{Kind: CoalesceFirst, Args: []Expr{b.ref(agg.aggIDs[i]), zero}, OID: types.OIDInt8}
		}
	}
	if !colsOf(value).disjoint(outer) {
		return nil, nil
	}
	out := &rAgg{input: in, aggs: agg.aggs, aggIDs: agg.aggIDs, grouped: true}
	var on []Expr
	for _, c := range conds {
		mine, others := sides(c, inner, outer)
		if mine == nil || typeOf(mine) != typeOf(others) || !hasOp("=", typeOf(mine)) {
			return nil, nil
		}
		if _, plain := mine.(*Col); !plain {
			return nil, nil
		}
		t, typmod := mine.Type()
		id := b.newCol(Column{Name: mine.(*Col).Name, Type: t, Typmod: typmod})
		b.alias[id] = b.alias[mine.(*Col).Index]
		out.keys, out.keyIDs = append(out.keys, mine), append(out.keyIDs, id)
		call := *c.(*Call)
		call.Args = []Expr{b.ref(id), others}
		on = append(on, &call)
	}
	return replaceCols(value, empty), &rJoin{kind: LeftJoin, left: input, right: out, on: conjunction(on)}
}

// paysToGroup reports whether computing all groups once is less work than one
// for each row of input: not for few rows, nor where an index finds each
// group's rows.
func (b *binder) paysToGroup(in rel, conds []Expr, input rel) bool {
	e := b.estimator()
	rows := e.of(input).Rows
	if rows < 50 {
		return false
	}
	for _, c := range conds {
		for id := range colsOf(c).all() {
			s, i := originOf(in, id)
			if s == nil {
				continue
			}
			indexed := s.rel.Store == catalog.ClaimStore && indexOf([]string{"concept_path", "predicate", "source", "id"}, s.rel.Columns[i].Name) >= 0
			for _, x := range s.rel.Indexes {
				indexed = indexed || len(x.Columns) > 0 && x.Columns[0] == i
			}
			if indexed && rows*10 < e.of(in).Rows {
				return false
			}
		}
	}
	return true
}

// harmless reports whether no row can make a tree fail.
func harmless(r rel) bool {
	switch x := r.(type) {
	case *rScan:
		return x.asOf == nil && harmlessCond(x.filter)
	case *rFilter:
		return harmlessCond(x.cond) && harmless(x.input)
	case *rProject:
		return plainColumns(x.exprs) && harmless(x.input)
	}
	return false
}

func harmlessCond(e Expr) bool {
	for _, c := range conjuncts(e) {
		switch x := c.(type) {
		case *Call:
			switch x.Op {
			case "=", "<>", "<", "<=", ">", ">=":
			default:
				return false
			}
			for _, a := range x.Args {
				if !harmlessValue(a) {
					return false
				}
			}
		case *NullTest:
			if !harmlessValue(x.Arg) {
				return false
			}
		case *Col:
		default:
			return false
		}
	}
	return true
}

func harmlessValue(e Expr) bool {
	switch e.(type) {
	case *Col, *Const, *Param:
		return true
	}
	return false
}

// harmlessAgg reports whether an aggregate cannot fail, is NULL over no rows or
// counts them, and stays small.
func harmlessAgg(a *AggCall) bool {
	f, ok := functions.ByOID(a.Func)
	if !ok || a.WithinGroup || len(a.OrderBy) > 0 || a.Filter != nil && !harmlessCond(a.Filter) || !plainColumns(a.Args) {
		return false
	}
	switch f.Name {
	case "count", "min", "max", "bool_and", "bool_or", "every":
		return true
	case "sum", "avg":
		switch typeOf(a.Args[0]) {
		case types.OIDInt2, types.OIDInt4, types.OIDInt8, types.OIDNumeric:
			return true
		}
	}
	return false
}

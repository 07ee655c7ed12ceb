package plan

import (
	"strings"

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
	if r := b.lateralAgg(j); r != nil {
		return r
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
		if !ok || q.Kind != ScalarSub && q.Kind != ExistsSub {
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

// groupJoin joins the groups that a subquery is about to input and gives what
// stands for the subquery; nil where that cannot be, or does not pay.
func (b *binder) groupJoin(q *subquery, input rel) (Expr, rel) {
	tree := cloneRel(q.rel)
	if q.Kind == ExistsSub {
		in, conds, ok := b.pull(tree, true)
		if !ok {
			return nil, nil
		}
		ids, joined := b.joinGroups(input, &rAgg{input: in, grouped: true}, conds, LeftJoin)
		if joined == nil {
			return nil, nil
		}
		return &NullTest{Arg: b.ref(ids[0]), Not: true}, joined
	}
	var value Expr
	if p, ok := tree.(*rProject); ok && len(p.exprs) > 0 && !holdsSubquery(p.exprs[0]) && volatility(p.exprs[0]) != 'v' {
		value, tree = p.exprs[0], p.input
	}
	agg, in, conds := b.wholeAgg(tree)
	if agg == nil {
		return nil, nil
	}
	if value == nil {
		value = b.ref(agg.aggIDs[0])
	}
	if !colsOf(value).disjoint(outSet(input)) {
		return nil, nil
	}
	_, joined := b.joinGroups(input, &rAgg{input: in, aggs: agg.aggs, aggIDs: agg.aggIDs, grouped: true}, conds, LeftJoin)
	if joined == nil {
		return nil, nil
	}
	return replaceCols(value, b.overNone(agg)), joined
}

// wholeAgg recognises an aggregate over all rows of its input, and takes the
// conditions that depend on an enclosing row out of that; nil: it is none.
func (b *binder) wholeAgg(r rel) (agg *rAgg, in rel, conds []Expr) {
	agg, ok := r.(*rAgg)
	if !ok || agg.keys != nil || agg.grouped || agg.sets != nil || len(agg.groupings) > 0 {
		return nil, nil, nil
	}
	if in, conds, ok = b.pull(agg.input, false); !ok {
		return nil, nil, nil
	}
	return agg, in, conds
}

// overNone is what stands for aggregates over groups that there may not be: of no
// rows a count is zero.
func (b *binder) overNone(agg *rAgg) map[int]Expr {
	empty := map[int]Expr{}
	for i := range agg.aggs {
		if f, _ := functions.ByOID(agg.aggs[i].Func); f.Name == "count" {
			zero := &Const{Value: types.Int(0), OID: types.OIDInt8, Typmod: -1}
			empty[agg.aggIDs[i]] = &Coalesce{Kind: CoalesceFirst, Args: []Expr{b.ref(agg.aggIDs[i]), zero}, OID: types.OIDInt8}
		}
	}
	return empty
}

// joinGroups groups an aggregate's input by what conditions say to be equal to
// columns of left, and joins the groups to it. It returns the groups' keys, and nil
// where the conditions say something else, or it does not pay.
//
// The groups of all keys are computed, also of those that no row of left has:
// nothing in them may fail, then.
func (b *binder) joinGroups(left rel, agg *rAgg, conds []Expr, kind JoinKind) ([]int, rel) {
	outer, inner := outSet(left), outSet(agg.input)
	if len(conds) == 0 || !harmless(agg.input) || !freeCols(agg.input).disjoint(outer) || !b.paysToGroup(agg.input, conds, left) {
		return nil, nil
	}
	for i := range agg.aggs {
		if !harmlessAgg(agg.input, &agg.aggs[i]) || !colsOf(agg.aggs[i].Args...).within(inner) {
			return nil, nil
		}
	}
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
		agg.keys, agg.keyIDs = append(agg.keys, mine), append(agg.keyIDs, id)
		call := *c.(*Call)
		call.Args = []Expr{b.ref(id), others}
		on = append(on, &call)
	}
	return agg.keyIDs, &rJoin{kind: kind, left: left, right: agg, on: conjunction(on)}
}

// lateralAgg joins the groups that a lateral aggregate over all rows of its input is
// about: it gives one row to each of the left side.
func (b *binder) lateralAgg(j *rJoin) rel {
	tree := cloneRel(j.right)
	var p *rProject
	if x, ok := tree.(*rProject); ok {
		p, tree = x, x.input
	}
	agg, in, conds := b.wholeAgg(tree)
	left := outSet(j.left)
	if agg == nil || j.on != nil && !always(j.on) {
		return nil
	}
	if p == nil {
		p = &rProject{ids: agg.outs()}
		for _, id := range p.ids {
			p.exprs = append(p.exprs, b.ref(id))
		}
	}
	for _, e := range p.exprs {
		if holdsSubquery(e) || volatility(e) == 'v' {
			return nil
		}
	}
	aggIDs := make([]int, len(agg.aggIDs))
	by := map[int]Expr{}
	for i, id := range agg.aggIDs {
		aggIDs[i] = b.newCol(b.cols[id])
		by[id] = b.ref(aggIDs[i])
	}
	fresh := &rAgg{input: in, aggs: agg.aggs, aggIDs: aggIDs, grouped: true}
	_, joined := b.joinGroups(j.left, fresh, conds, LeftJoin)
	if joined == nil || !freeCols(in).disjoint(left) {
		return nil
	}
	out := &rProject{input: joined, ids: j.outs()}
	values := map[int]Expr{}
	for i, id := range p.ids {
		values[id] = replaceCols(replaceCols(p.exprs[i], by), b.overNone(fresh))
	}
	for _, id := range out.ids {
		if e, ok := values[id]; ok {
			out.exprs = append(out.exprs, e)
		} else {
			out.exprs = append(out.exprs, b.ref(id))
		}
	}
	return out
}

// always reports whether a condition is the constant true.
func always(e Expr) bool {
	c, ok := e.(*Const)
	return ok && !c.Value.Null && c.Value.I != 0
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
			if !harmlessCall(x) {
				return false
			}
		case *BoolOp:
			for _, a := range x.Args {
				if !harmlessCond(a) {
					return false
				}
			}
		case *InList:
			if !harmlessValue(x.Left) || !harmlessValues(x.List) {
				return false
			}
		case *NullTest:
			if !harmlessValue(x.Arg) {
				return false
			}
		case *Col, *Const:
		default:
			return false
		}
	}
	return true
}

// harmlessCall reports whether a comparison cannot fail: LIKE may, where its pattern
// ends in the midst of an escape.
func harmlessCall(x *Call) bool {
	switch x.Op {
	case "=", "<>", "<", "<=", ">", ">=":
	case "~~", "!~~", "~~*", "!~~*":
		if c, ok := x.Args[len(x.Args)-1].(*Const); !ok || strings.Contains(c.Value.S, `\`) {
			return false
		}
	default:
		return false
	}
	return harmlessValues(x.Args)
}

func harmlessValues(es []Expr) bool {
	for _, e := range es {
		if !harmlessValue(e) {
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

// harmlessAgg reports whether an aggregate cannot fail, and is NULL over no rows or
// counts them.
func harmlessAgg(in rel, a *AggCall) bool {
	f, ok := functions.ByOID(a.Func)
	if !ok || a.WithinGroup || a.Filter != nil && !harmlessCond(a.Filter) || !harmlessValues(a.Args) {
		return false
	}
	for _, k := range a.OrderBy {
		if !harmlessValue(k.Expr) {
			return false
		}
	}
	switch f.Name {
	case "count", "min", "max", "bool_and", "bool_or", "every", "string_agg":
		return true
	case "array_agg":
		return typeOf(a.Args[0]) != types.OIDRecord && types.ElemOf(typeOf(a.Args[0])) == 0 // whose dimensions may differ
	case "sum", "avg":
		switch typeOf(a.Args[0]) {
		case types.OIDInt2, types.OIDInt4, types.OIDInt8, types.OIDNumeric:
			return true
		case types.OIDFloat8: // others may overflow
			return isConfidence(in, a.Args[0])
		}
	}
	return false
}

// isConfidence reports whether an expression is the confidence of claims, which is
// from 0 to 1.
func isConfidence(in rel, e Expr) bool {
	c, ok := e.(*Col)
	if !ok {
		return false
	}
	s, i := originOf(in, c.Index)
	return s != nil && isClaims(s.rel) && s.rel.Columns[i].Name == "confidence"
}

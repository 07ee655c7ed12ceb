package plan

import "github.com/stemedb/stemedb/sql/types"

// subqueriesToJoins turns EXISTS, NOT EXISTS and IN among the conditions of a
// Filter into semi- and antijoins, where the subquery depends on the row only
// through conditions that can become the join's.
func (b *binder) subqueriesToJoins(r rel) rel {
	b.step()
	kids(r, b.subqueriesToJoins)
	f, ok := r.(*rFilter)
	if !ok {
		return r
	}
	out := f.input
	var rest []Expr
	for _, c := range conjuncts(f.cond) {
		if j := b.asJoin(out, c); j != nil {
			out = j
			continue
		}
		rest = append(rest, c)
	}
	return wrap(out, rest)
}

// asJoin returns the join that answers a condition over input, or nil.
func (b *binder) asJoin(input rel, c Expr) rel {
	kind := SemiJoin
	if n, ok := c.(*BoolOp); ok && n.Op == Not {
		kind, c = AntiJoin, n.Args[0]
	}
	q, ok := c.(*subquery)
	if !ok || relVolatile(q.rel) {
		return nil
	}
	folded := *q
	q = &folded
	q.rel = cloneRel(q.rel)
	need := &colSet{}
	if q.Kind != ExistsSub {
		need = outSet(q.rel)
	}
	b.foldTree(q.rel, need)
	if q.rel = b.barren(b.noRows(q.rel)); kind == SemiJoin && !q.All && q.Kind != ScalarSub && noRel(q.rel) {
		return &rValues{ids: input.outs()}
	}
	var on []Expr
	switch {
	case q.Kind == ExistsSub:
	case q.Kind == QuantifiedSub && kind == SemiJoin && !q.All && b.joinable(q):
		for i, id := range q.rel.outs() {
			if holdsSubquery(q.Left[i]) || volatility(q.Left[i]) == 'v' {
				return nil
			}
			on = append(on, &Call{Func: q.Op[i], Args: []Expr{q.Left[i], b.ref(id)}, OID: types.OIDBool, Typmod: -1, Op: "="})
		}
	case q.Kind == QuantifiedSub && kind == AntiJoin && !q.All && freeCols(q.rel).disjoint(outSet(input)):
		if len(q.Left) == 1 && b.joinable(q) {
			return b.notIn(input, q)
		}
		return nil
	case q.Kind == QuantifiedSub && kind == AntiJoin && !q.All && q.Sym == "=":
		return b.notInGroup(input, q)
	default:
		return nil
	}
	right, pulled, ok := b.pull(cloneRel(q.rel), q.Kind == ExistsSub)
	if !ok {
		return nil
	}
	if !freeCols(right).disjoint(outSet(input)) {
		return nil
	}
	right = b.subqueriesToJoins(right)
	return &rJoin{kind: kind, left: input, right: right, on: conjunction(append(on, pulled...))}
}

// joinable reports whether IN compares by what a hash join can.
func (b *binder) joinable(q *subquery) bool {
	if q.Hashable {
		return true
	}
	for i, id := range q.rel.outs() {
		if i >= len(q.Left) || q.Sym != "=" || keyType(typeOf(q.Left[i]), b.cols[id].Type) == 0 {
			return false
		}
	}
	return true
}

// manyRows is from how many rows of a subquery on NOT IN becomes a join, whose
// table may go to disk. Fewer are looked up while the rows are read.
const manyRows = 20000

// notIn returns the antijoin that answers NOT IN of a subquery that does not
// depend on the row; nil where a hash table cannot.
func (b *binder) notIn(input rel, q *subquery) rel {
	left, right := outSet(input), outSet(q.rel)
	if !freeCols(q.rel).disjoint(left) || b.estimator().of(q.rel).Rows < manyRows {
		return nil
	}
	on := &Call{Func: q.Op[0], Args: []Expr{q.Left[0], b.ref(q.rel.outs()[0])}, OID: types.OIDBool, Typmod: -1, Op: "="}
	l, _ := b.equality(on, left, right)
	if l == nil || keyType(typeOf(on.Args[0]), typeOf(on.Args[1])) == types.OIDTimestamp && typeOf(on.Args[0]) != typeOf(on.Args[1]) {
		return nil // a date that became NULL is not perhaps equal
	}
	return &rJoin{kind: AntiJoin, notIn: true, left: input, right: b.subqueriesToJoins(cloneRel(q.rel)), on: on}
}

// notInGroup returns the antijoin that answers NOT IN of a subquery that depends on
// the row through equalities: no row of it may be equal to the left side, or perhaps
// equal.
func (b *binder) notInGroup(input rel, q *subquery) rel {
	right, on, ok := b.pull(cloneRel(q.rel), false)
	left := outSet(input)
	if !ok || !freeCols(right).disjoint(left) {
		return nil
	}
	keyed := false
	for _, c := range on {
		l, _ := b.equality(c, left, outSet(right))
		keyed = keyed || l != nil
	}
	if !keyed {
		return nil
	}
	equal := &BoolOp{Op: And}
	for i, id := range q.rel.outs()[:len(q.Left)] {
		if holdsSubquery(q.Left[i]) || volatility(q.Left[i]) == 'v' {
			return nil
		}
		equal.Args = append(equal.Args, &Call{Func: q.Op[i], Args: []Expr{q.Left[i], b.ref(id)}, OID: types.OIDBool, Typmod: -1, Op: "="})
	}
	yes := &Const{Value: types.Bool(true), OID: types.OIDBool, Typmod: -1}
	on = append(on, &Coalesce{Kind: CoalesceFirst, Args: []Expr{conjunction(equal.Args), yes}, OID: types.OIDBool})
	return &rJoin{kind: AntiJoin, left: input, right: b.subqueriesToJoins(right), on: conjunction(on)}
}

// pull takes the conditions that depend on the enclosing row out of a
// subquery. Only Filters under plain projections are looked at: anything that
// counts, limits or groups rows must see them after its condition. loose says
// that the subquery's columns, order and repeats do not matter.
func (b *binder) pull(r rel, loose bool) (out rel, pulled []Expr, ok bool) {
	switch x := r.(type) {
	case *rProject:
		in, conds, ok := b.pull(x.input, loose)
		if !ok {
			return nil, nil, false
		}
		if loose {
			return in, conds, true
		}
		// The pulled conditions' columns must come through.
		p := &rProject{input: in, exprs: append([]Expr(nil), x.exprs...), ids: append([]int(nil), x.ids...)}
		have := setOf(p.ids)
		made := outSet(in)
		for id := range colsOf(conds...).all() {
			if made.has(id) && !have.has(id) {
				p.exprs, p.ids = append(p.exprs, b.ref(id)), append(p.ids, id)
			}
		}
		return p, conds, true
	case *rFilter:
		// What is below must keep the columns that this condition names.
		in, conds, ok := b.pull(x.input, false)
		if !ok {
			return nil, nil, false
		}
		made := outSet(in)
		var stay []Expr
		for _, c := range conjuncts(x.cond) {
			if outer := colsOf(c); outer.within(made) || holdsSubquery(c) {
				stay = append(stay, c)
			} else {
				conds = append(conds, c)
			}
		}
		return wrap(in, stay), conds, true
	case *rSort:
		if loose && x.limit == nil {
			return b.pull(x.input, loose)
		}
	case *rDistinct:
		if loose {
			return b.pull(x.input, loose)
		}
	case *rLimit:
		if c, ok := x.count.(*Const); loose && ok && x.offset == nil && !c.Value.Null && c.Value.I > 0 {
			return b.pull(x.input, loose)
		}
	}
	return r, nil, true
}

package plan

import (
	"math"
	"math/bits"
	"slices"
)

// exhaustive is how many relations at most are joined in the best of all
// orders; more are joined greedily.
const exhaustive = 8

// together is how many relations at most are put into an order with one another,
// as PostgreSQL's join_collapse_limit says: of more, those that were joined first
// count as one. It is less than the bits of a joinCond's mask.
const together = 60

// worth is by how much another order must be better than the one written.
const worth = 0.9

// joinOrder puts the joins of a tree into the order that is expected to cost
// least, the smaller side of each on the right, where its table is built.
func (b *binder) joinOrder(r rel) rel { return b.orderJoins(r, b.estimator()) }

// orderJoins is joinOrder with one estimator for all of the tree: what it has
// seen lies below, where nothing changes any more.
func (b *binder) orderJoins(r rel, e *estimator) rel {
	b.step()
	below := func(r rel) rel { return b.orderJoins(r, e) }
	j, ok := r.(*rJoin)
	if !ok {
		kids(r, below)
		return r
	}
	if !b.orderable(j) {
		kids(r, below)
		return j
	}
	o := &ordering{b: b, e: e}
	o.collect(j)
	for i, l := range o.leaves {
		o.leaves[i] = below(l)
		b.estimateKeyed(e, o.leaves[i])
	}
	if len(o.leaves) > 2 || j.kind == InnerJoin {
		o.conditions(j)
		written := o.e.of(o.rebuild(j)).Total
		if best := o.best(); best != nil && o.e.of(best).Total <= written*worth {
			return b.inOrder(best, j.outs())
		}
	}
	return o.rebuildBy(j, func(j *rJoin) rel { return b.outerSides(j, e) })
}

// inOrder gives a rel's columns in the order of ids.
func (b *binder) inOrder(r rel, ids []int) rel {
	p := &rProject{input: r, ids: ids}
	for _, id := range ids {
		p.exprs = append(p.exprs, b.ref(id))
	}
	return p
}

// orderable reports whether a join's conditions may be evaluated in another
// order, and its sides apart.
func (b *binder) orderable(j *rJoin) bool {
	if j.kind == FullJoin || j.notIn || lateral(j) {
		return false
	}
	for _, c := range conjuncts(j.on) {
		if volatility(c) == 'v' {
			return false
		}
	}
	return true
}

// outerSides turns a left or right join over so that the table is built over
// the side that is much smaller.
func (b *binder) outerSides(j *rJoin, e *estimator) rel {
	if j.kind != LeftJoin && j.kind != RightJoin {
		return j
	}
	left, right := outSet(j.left), outSet(j.right)
	keyed := false
	for _, c := range conjuncts(j.on) {
		l, _ := sides(c, left, right)
		keyed = keyed || l != nil
	}
	if !keyed || e.of(j.right).Rows < 4*e.of(j.left).Rows {
		return j
	}
	ids := j.outs()
	kind := LeftJoin
	if j.kind == LeftJoin {
		kind = RightJoin
	}
	return b.inOrder(&rJoin{kind: kind, left: j.right, right: j.left, on: j.on}, ids)
}

// ordering is a tree of joins taken apart.
type ordering struct {
	b      *binder
	e      *estimator
	leaves []rel
	outs   []*colSet // of the leaves
	conds  []joinCond
	outer  []*outerJoin // those below another before it
	split  map[*rJoin]bool
	// lookups are the leaves' that were estimated.
	lookups map[leafKey]leafLookup
}

// joinCond is a condition of an inner join with the leaves that it asks for, and
// the part of their combinations for which it holds.
type joinCond struct {
	cond Expr
	mask uint64
	sel  float64
}

// collect takes the tree apart, from the top.
func (o *ordering) collect(j *rJoin) {
	o.split = map[*rJoin]bool{j: true}
	for queue := []*rJoin{j}; len(queue) > 0; queue = queue[1:] {
		for _, side := range []rel{queue[0].left, queue[0].right} {
			k, ok := side.(*rJoin)
			if ok && len(o.split)+1 < together && o.b.orderable(k) {
				o.split[k] = true
				queue = append(queue, k)
			}
		}
	}
	var visit func(r rel)
	visit = func(r rel) {
		if k, ok := r.(*rJoin); ok && o.split[k] {
			visit(k.left)
			visit(k.right)
			return
		}
		o.leaves = append(o.leaves, r)
	}
	visit(j)
}

// rebuild is the tree as written, over the leaves as they are now.
func (o *ordering) rebuild(r rel) rel {
	return o.rebuildBy(r, func(j *rJoin) rel { return j })
}

// rebuildBy is rebuild with what a function makes of each join.
func (o *ordering) rebuildBy(r rel, by func(*rJoin) rel) rel {
	at := 0
	var visit func(r rel) rel
	visit = func(r rel) rel {
		j, ok := r.(*rJoin)
		if !ok || !o.split[j] {
			at++
			return o.leaves[at-1]
		}
		j.left = visit(j.left)
		j.right = visit(j.right)
		return by(j)
	}
	return visit(r)
}

// set is a plan for some of the leaves.
type joinSet struct {
	rel  rel
	rows float64
	est  Estimate
	// above is a condition on the rows that an outer join gives; nil: none.
	above Expr
}

// best is the cheapest tree that is found; nil: none.
func (o *ordering) best() rel {
	n := len(o.leaves)
	if n < 2 {
		return nil
	}
	if n <= exhaustive {
		return o.enumerate(n)
	}
	return o.greedy()
}

// enumerate finds the cheapest tree of all.
func (o *ordering) enumerate(n int) rel {
	sets := make([]*joinSet, 1<<n)
	for i, l := range o.leaves {
		s := o.e.of(l)
		sets[1<<i] = &joinSet{rel: l, rows: s.Rows, est: s}
	}
	for mask := uint64(1); mask < 1<<n; mask++ {
		if bits.OnesCount64(mask) < 2 {
			continue
		}
		for left := (mask - 1) & mask; left > 0; left = (left - 1) & mask {
			right := mask &^ left
			s := o.joined(sets[left], sets[right], left, right)
			if s != nil && (sets[mask] == nil || s.est.Total < sets[mask].est.Total) {
				sets[mask] = s
			}
		}
		// Only what is kept is made: the trees of the others were never built.
		if sets[mask] != nil {
			o.build(sets[mask])
		}
	}
	if all := sets[len(sets)-1]; all != nil {
		return all.rel
	}
	return nil
}

// greedy joins the two that give the cheapest join, again and again.
func (o *ordering) greedy() rel {
	n := len(o.leaves)
	parts, masks := make([]*joinSet, n), make([]uint64, n)
	pairs := make([][]*joinSet, n) // by parts, as far as they are known and may be
	left := make([]int, n)         // the parts that are not in another
	for i, l := range o.leaves {
		s := o.e.of(l)
		parts[i], masks[i] = &joinSet{rel: l, rows: s.Rows, est: s}, 1<<i
		pairs[i], left[i] = make([]*joinSet, n), i
	}
	for len(left) > 1 {
		o.b.step()
		var best *joinSet
		bi, bk := 0, 0
		for _, i := range left {
			for at, k := range left {
				if i == k {
					continue
				}
				if pairs[i][k] == nil {
					pairs[i][k] = o.joined(parts[i], parts[k], masks[i], masks[k])
				}
				s := pairs[i][k]
				if s != nil && (best == nil || s.rows < best.rows || s.rows == best.rows && s.est.Total < best.est.Total) {
					best, bi, bk = s, i, at
				}
			}
		}
		if best == nil {
			return nil // what was joined first stands in the way of the rest
		}
		o.build(best)
		parts[bi], masks[bi] = best, masks[bi]|masks[left[bk]]
		left = slices.Delete(left, bk, bk+1)
		for _, i := range left {
			pairs[i][bi], pairs[bi][i] = nil, nil
		}
	}
	return parts[left[0]].rel
}

func isEquality(c Expr) bool {
	x, ok := c.(*Call)
	return ok && x.Op == "=" && len(x.Args) == 2
}

// joinCost estimates a join of so many rows, by hash when there are keys, else
// by loops; rest is how many conditions are looked at for each pair.
func joinCost(l, r Estimate, rows float64, keys, rest int) Estimate {
	out := Estimate{Rows: rows}
	if keys > 0 {
		k := float64(keys) * operatorCost
		out.Startup = r.Total + l.Startup + (k+tupleCost)*r.Rows
		out.Total = out.Startup + l.Total - l.Startup + k*l.Rows + tupleCost*rows + float64(rest)*operatorCost*rows
		return out
	}
	out.Startup = l.Startup + r.Startup
	pairs := l.Rows * r.Rows
	out.Total = l.Total + r.Total + max(0, l.Rows-1)*r.Rows*operatorCost + pairs*(tupleCost/2+float64(rest)*operatorCost) + rows*tupleCost/2
	return out
}

// outSets are the columns that each of some rels produces.
func outSets(rels []rel) []*colSet {
	sets := make([]*colSet, len(rels))
	for i, r := range rels {
		sets[i] = outSet(r)
	}
	return sets
}

// joinSelectivity is the part of the combinations of rows of leaves, which
// produce outs, for which a condition holds.
func (e *estimator) joinSelectivity(leaves []rel, outs []*colSet, c Expr) float64 {
	x, ok := c.(*Call)
	if !ok || len(x.Args) != 2 || x.Op != "=" {
		cols := colsOf(c)
		for i, l := range leaves {
			if cols.within(outs[i]) {
				return e.one(l, c)
			}
		}
		if ok && (x.Op == "<>" || x.Op == "!=") {
			return 1 - equalSel
		}
		return rangeSel
	}
	most := 1.0
	for _, a := range x.Args {
		cols := colsOf(a)
		for i, l := range leaves {
			if !cols.empty() && cols.within(outs[i]) {
				most = max(most, e.values(l, a))
			}
		}
	}
	return 1 / most
}

// join estimates a join that stands in a tree.
func (e *estimator) join(r *rJoin) Estimate {
	l, k := e.of(r.left), e.of(r.right)
	left, right := outSet(r.left), outSet(r.right)
	sel := e.joinConds(r, left, right)
	if lateral(r) {
		rows := l.Rows * k.Rows * sel
		return Estimate{Startup: l.Startup + k.Startup, Total: l.Total + l.Rows*k.Total + rows*tupleCost, Rows: max(rows, l.Rows)}
	}
	if r.batch != nil {
		return lookupJoin(l, k, r.batch.keys, r.batch.rows)
	}
	keys := len(r.leftKeys)
	conds := conjuncts(r.on)
	for _, c := range conds {
		if x, _ := sides(c, left, right); x != nil {
			keys++
		}
	}
	rest := len(conds) + len(r.leftKeys) - keys
	if r.merge != nil {
		keys, rest = len(r.leftKeys), len(conds)
	}
	rows := joinRows(r.kind, l.Rows, k.Rows, sel)
	if r.merge != nil {
		pairs := l.Rows * k.Rows
		for i := range r.leftKeys {
			pairs /= max(1, e.values(r.left, r.leftKeys[i]), e.values(r.right, r.rightKeys[i]))
		}
		return mergeCost(l, k, rowEstimate(rows), pairs, keys, rest)
	}
	return joinCost(l, k, rowEstimate(rows), keys, rest)
}

// joinRows is how many rows a join gives of so many on its sides, of whose pairs
// the conditions leave a part.
func joinRows(kind JoinKind, l, r, sel float64) float64 {
	rows := l * r * sel
	switch kind {
	case LeftJoin:
		rows = max(rows, l)
	case RightJoin:
		rows = max(rows, r)
	case FullJoin:
		rows = max(rows, l+r-rows)
	case SemiJoin:
		rows = l * min(1, max(sel*r, 1/max(l, 1)))
	case AntiJoin:
		rows = l * max(0, 1-min(1, sel*r))
	}
	return rows
}

// joinConds is the selectivity of all of a join's conditions.
func (e *estimator) joinConds(r *rJoin, left, right *colSet) float64 {
	sel := 1.0
	both, outs := []rel{r.left, r.right}, []*colSet{left, right}
	for _, c := range conjuncts(r.on) {
		sel *= e.joinSelectivity(both, outs, c)
	}
	for i := range r.leftKeys {
		sel /= math.Max(1, max(e.values(r.left, r.leftKeys[i]), e.values(r.right, r.rightKeys[i])))
	}
	return sel
}

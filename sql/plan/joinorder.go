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

// joinOrder puts the inner joins of a tree into the order that is expected to
// cost least, the smaller side of each on the right, where its table is built.
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
	if j.kind != InnerJoin || !b.orderable(j) {
		kids(r, below)
		return b.outerSides(j, e)
	}
	o := &ordering{b: b, e: e}
	o.collect(j)
	for i, l := range o.leaves {
		o.leaves[i] = below(l)
	}
	written := o.cost(o.rebuild(j))
	best := o.best()
	if best == nil || o.e.of(best).Total > written*worth {
		return o.rebuild(j)
	}
	return b.inOrder(best, j.outs())
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
	if lateral(j) {
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
	if j.kind != LeftJoin && j.kind != RightJoin || lateral(j) {
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

// ordering is a tree of inner joins taken apart.
type ordering struct {
	b      *binder
	e      *estimator
	leaves []rel
	conds  []joinCond
	split  map[*rJoin]bool
}

// joinCond is a condition with the leaves that it asks for, and the part of
// their combinations for which it holds.
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
			if ok && len(o.split)+1 < together && k.kind == InnerJoin && o.b.orderable(k) {
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
		return j
	}
	return visit(r)
}

func (o *ordering) cost(r rel) float64 {
	var all func(r rel)
	all = func(r rel) {
		if j, ok := r.(*rJoin); ok && o.split[j] {
			all(j.left)
			all(j.right)
			for _, c := range conjuncts(j.on) {
				o.conds = append(o.conds, joinCond{cond: c})
			}
		}
	}
	all(r)
	outs := outSets(o.leaves)
	for i := range o.conds {
		c := &o.conds[i]
		cols := colsOf(c.cond)
		for k := range outs {
			if !cols.disjoint(outs[k]) {
				c.mask |= 1 << k
			}
		}
		c.sel = o.e.joinSelectivity(o.leaves, outs, c.cond)
	}
	return o.e.of(r).Total
}

// set is a plan for some of the leaves.
type joinSet struct {
	rel  rel
	rows float64
	est  Estimate
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
			if s := o.joined(sets[left], sets[right], left, right); sets[mask] == nil || s.est.Total < sets[mask].est.Total {
				sets[mask] = s
			}
		}
		// Only what is kept is made: the trees of the others were never built.
		o.build(sets[mask])
	}
	return sets[len(sets)-1].rel
}

// greedy joins the two that give the cheapest join, again and again.
func (o *ordering) greedy() rel {
	n := len(o.leaves)
	parts, masks := make([]*joinSet, n), make([]uint64, n)
	pairs := make([][]*joinSet, n) // by parts, as far as they are known
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
				if best == nil || s.rows < best.rows || s.rows == best.rows && s.est.Total < best.est.Total {
					best, bi, bk = s, i, at
				}
			}
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

// joined estimates the join of two sets. Its rel has the sides and conditions;
// build makes it known to the estimator.
func (o *ordering) joined(l, r *joinSet, left, right uint64) *joinSet {
	var on []Expr
	sel, keys := 1.0, 0
	for i := range o.conds {
		c := &o.conds[i]
		if c.mask&^(left|right) != 0 || c.mask != 0 && (c.mask&left == 0 || c.mask&right == 0) {
			continue
		}
		if c.mask == 0 && left|right != 1<<len(o.leaves)-1 {
			continue // constants, and columns of enclosing rows: at the top
		}
		on = append(on, c.cond)
		sel *= c.sel
		if isEquality(c.cond) {
			keys++
		}
	}
	rows := rowEstimate(l.rows * r.rows * sel)
	est := joinCost(l.est, r.est, rows, keys, len(on)-keys)
	return &joinSet{rel: &rJoin{kind: InnerJoin, left: l.rel, right: r.rel, on: conjunction(on)}, rows: rows, est: est}
}

func (o *ordering) build(s *joinSet) {
	est := s.est
	est.Rows, est.Width = s.rows, o.e.width(s.rel)
	o.e.seen[s.rel] = est
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
	rows := l.Rows * k.Rows * sel
	switch r.kind {
	case LeftJoin:
		rows = max(rows, l.Rows)
	case RightJoin:
		rows = max(rows, k.Rows)
	case FullJoin:
		rows = max(rows, l.Rows+k.Rows-rows)
	case SemiJoin:
		rows = l.Rows * min(1, max(sel*k.Rows, 1/max(l.Rows, 1)))
	case AntiJoin:
		rows = l.Rows * max(0, 1-min(1, sel*k.Rows))
	}
	if r.merge != nil {
		pairs := l.Rows * k.Rows
		for i := range r.leftKeys {
			pairs /= max(1, e.values(r.left, r.leftKeys[i]), e.values(r.right, r.rightKeys[i]))
		}
		return mergeCost(l, k, rowEstimate(rows), pairs, keys, rest)
	}
	return joinCost(l, k, rowEstimate(rows), keys, rest)
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

package plan

// prune drops the columns that nobody asks for, down to the scans. need is
// what the rel's user asks for; a rel may still produce more. Users that go by
// position ask for everything.
func (b *binder) prune(r rel, need *colSet) rel {
	b.step()
	switch r := r.(type) {
	case *rScan:
		used := union(need, colsOf(r.filter))
		for i, id := range r.ids {
			if !used.has(id) {
				r.ids[i] = 0
			}
		}
		for k, id := range r.system {
			if !used.has(id) {
				r.system[k] = 0
			}
		}
		if !used.has(r.number) {
			r.number = 0
		}
	case *rLens:
		b.pruneLens(r, need)
	case *rValues:
		pruneValues(r, need)
	case *rProject:
		r.exprs, r.ids = keepNeeded(r.exprs, r.ids, need)
		r.input = b.prune(r.input, colsOf(r.exprs...))
	case *rProjectSet:
		b.pruneSet(r, need)
	case *rFilter:
		r.input = b.prune(r.input, union(need, colsOf(r.cond)))
	case *rJoin:
		used := union(need, colsOf(append(append([]Expr{r.on}, r.leftKeys...), r.rightKeys...)...))
		for id := range freeCols(r.right).all() {
			used.add(id)
		}
		r.left, r.right = b.prune(r.left, used), b.prune(r.right, used)
	case *rAgg:
		b.pruneAgg(r, need)
	case *rWindow:
		return b.pruneWindow(r, need)
	case *rSort:
		used := union(need, nil)
		for _, k := range r.keys {
			addCols(used, k.Expr)
		}
		r.input = b.prune(r.input, used)
	case *rLimit:
		used := union(need, nil)
		for _, k := range r.ties {
			addCols(used, k.Expr)
		}
		r.input = b.prune(r.input, used)
	case *rLockRows:
		used := union(need, nil)
		for _, k := range r.locks {
			used.add(k.key...)
		}
		r.input = b.prune(r.input, used)
	case *rSample:
		r.input = b.prune(r.input, union(need, setOf(r.key)))
	case *rDistinct:
		if r.on == nil {
			need = outSet(r.input)
		}
		r.input = b.prune(r.input, union(need, setOf(r.on)))
	case *rSetOp:
		b.pruneSetOp(r, need)
	case *rWith:
		for _, c := range r.ctes {
			c.plan = b.prune(c.plan, outSet(c.plan))
			if c.step != nil {
				c.step = b.prune(c.step, outSet(c.step))
			}
		}
		r.body = b.prune(r.body, need)
	case *rModify:
		r.input = b.prune(r.input, outSet(r.input))
	}
	return r
}

func keepNeeded(exprs []Expr, ids []int, need *colSet) ([]Expr, []int) {
	var es []Expr
	out := []int{}
	for i, id := range ids {
		if need.has(id) {
			es, out = append(es, exprs[i]), append(out, id)
		}
	}
	return es, out
}

func (b *binder) pruneLens(r *rLens, need *colSet) {
	var out []lensOut
	used := colsOf(r.filter)
	for _, o := range r.out {
		if need.has(o.id) {
			out = append(out, o)
			used.add(o.from)
		}
	}
	r.out = out
	for _, in := range lensInputs() {
		used.add(*in.field(&r.in))
	}
	used.remove(0)
	for _, e := range r.pushed {
		addCols(used, e)
	}
	r.input = b.prune(r.input, used)
}

func pruneValues(r *rValues, need *colSet) {
	var keep []int
	ids := []int{}
	for i, id := range r.ids {
		if need.has(id) {
			keep, ids = append(keep, i), append(ids, id)
		}
	}
	if len(ids) == len(r.ids) {
		return
	}
	rows := make([][]Expr, len(r.rows))
	for i, row := range r.rows {
		rows[i] = []Expr{}
		for _, k := range keep {
			rows[i] = append(rows[i], row[k])
		}
	}
	r.rows, r.ids = rows, ids
}

// pruneSet keeps set-returning calls, which make rows.
func (b *binder) pruneSet(r *rProjectSet, need *colSet) {
	keep := union(need, nil)
	for i, e := range r.exprs {
		if _, ok := e.(*SetCall); ok {
			keep.add(r.ids[i])
		}
	}
	r.exprs, r.ids = keepNeeded(r.exprs, r.ids, keep)
	r.input = b.prune(r.input, colsOf(r.exprs...))
}

func (b *binder) pruneAgg(r *rAgg, need *colSet) {
	need = union(need, nil)
	for i, id := range r.aggIDs {
		if need.has(id) {
			addCols(need, conjunction(r.aggs[i].Direct))
		}
	}
	var aggs []AggCall
	ids := []int{}
	var keys []Expr
	var keyIDs []int
	for i, id := range r.keyIDs {
		if need.has(id) || !r.dependent.has(id) {
			keys, keyIDs = append(keys, r.keys[i]), append(keyIDs, id)
		}
	}
	r.keys, r.keyIDs = keys, keyIDs
	used := colsOf(r.keys...)
	for i, id := range r.aggIDs {
		if !need.has(id) {
			continue
		}
		a := r.aggs[i]
		aggs, ids = append(aggs, a), append(ids, id)
		addCols(used, conjunction(a.Args))
		for _, k := range a.OrderBy {
			addCols(used, k.Expr)
		}
		addCols(used, a.Filter)
	}
	r.aggs, r.aggIDs = aggs, ids
	var groupings [][]int
	groupingIDs := []int{}
	for i, id := range r.groupingIDs {
		if need.has(id) {
			groupings, groupingIDs = append(groupings, r.groupings[i]), append(groupingIDs, id)
		}
	}
	r.groupings, r.groupingIDs = groupings, groupingIDs
	r.input = b.prune(r.input, used)
}

// pruneSetOp narrows both sides of UNION ALL alike; the others compare whole
// rows.
func (b *binder) pruneSetOp(r *rSetOp, need *colSet) {
	l, k := r.left.outs(), r.right.outs()
	if r.op == Union && r.all {
		var ids, li, ri []int
		for i, id := range r.ids {
			if need.has(id) {
				ids, li, ri = append(ids, id), append(li, l[i]), append(ri, k[i])
			}
		}
		if len(ids) > 0 && len(ids) < len(r.ids) {
			r.ids = ids
			r.left, r.right = b.narrow(r.left, li), b.narrow(r.right, ri)
			l, k = li, ri
		}
	}
	r.left, r.right = b.prune(r.left, setOf(l)), b.prune(r.right, setOf(k))
}

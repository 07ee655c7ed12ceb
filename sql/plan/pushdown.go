package plan

// push moves conditions, and those of Filters on the way, as far down as SQL's
// meaning allows, and returns the tree with what could not go further above it.
func (b *binder) push(r rel, conds []Expr) rel {
	b.step()
	switch r.(type) {
	case *rJoin, *rScan, *rLens: // what no column enters is decided once, above
		once, each := split(conds, func(c *colSet) bool { return c.empty() })
		if len(once) > 0 {
			return wrap(b.push(r, each), once)
		}
	}
	switch r := r.(type) {
	case *rFilter:
		own := conjuncts(r.cond)
		for _, c := range own {
			if volatility(c) == 'v' {
				return wrap(&rFilter{b.push(r.input, nil), r.cond}, conds)
			}
		}
		return b.push(r.input, append(own, conds...))
	case *rProject:
		return b.pushProject(r, conds)
	case *rJoin:
		return b.pushJoin(r, conds)
	case *rAgg:
		down, stay := split(conds, func(c *colSet) bool { return ofKeys(r, setOf(r.keyIDs), c) })
		by := map[int]Expr{}
		for i, id := range r.keyIDs {
			by[id] = r.keys[i]
		}
		if !r.grouped || r.sets != nil { // a set's groups are there without rows, or with other keys
			down, stay = nil, conds
		}
		r.input = b.push(r.input, substitute(down, by))
		return wrap(r, stay)
	case *rWindow:
		return b.pushWindow(r, conds)
	case *rLens:
		return b.pushLens(r, conds)
	case *rSetOp:
		return b.pushSetOp(r, conds)
	case *rSort:
		r.input = b.push(r.input, conds)
		return r
	case *rDistinct:
		if r.on == nil {
			r.input = b.push(r.input, conds)
			return r
		}
		down, stay := split(conds, func(c *colSet) bool { return c.empty() || ofKeys(r, setOf(r.on), c) })
		r.input = b.push(r.input, down)
		return wrap(r, stay)
	case *rWith:
		for _, c := range r.ctes {
			c.plan = b.push(c.plan, nil)
			if c.step != nil {
				c.step = b.push(c.step, nil)
			}
		}
		r.body = b.push(r.body, conds)
		return r
	case *rScan:
		down, stay := splitExprs(conds, func(e Expr) bool { return !holdsSubquery(e) })
		r.filter = conjunction(append(conjuncts(r.filter), down...))
		return wrap(r, stay)
	}
	kids(r, func(k rel) rel { return b.push(k, nil) })
	return wrap(r, conds)
}

// pushSetOp lets conditions down both sides. PostgreSQL does not for EXCEPT: what
// would not ask for any column there any more, or could fail, is left to ask rows that stay.
func (b *binder) pushSetOp(r *rSetOp, conds []Expr) rel {
	left := substitute(conds, b.byPosition(r.ids, r.left.outs()))
	right := substitute(conds, b.byPosition(r.ids, r.right.outs()))
	var stay []Expr
	if r.op == Except {
		var l, k []Expr
		for i, c := range conds {
			if sameForAll(r.left, left[i]) || !harmlessCond(c) {
				stay = append(stay, c)
				continue
			}
			l, k = append(l, left[i]), append(k, right[i])
		}
		left, right = l, k
	}
	r.left, r.right = b.push(r.left, left), b.push(r.right, right)
	return wrap(r, stay)
}

// sameForAll reports whether a condition asks only for columns of r that are
// constants there.
func sameForAll(r rel, e Expr) bool {
	for id := range colsOf(e).all() {
		if !constantCol(r, id) {
			return false
		}
	}
	return true
}

func constantCol(r rel, id int) bool {
	from := func(input rel, ids []int, exprs []Expr) bool {
		for i, e := range exprs {
			if ids[i] == id {
				return sameForAll(input, e)
			}
		}
		return false
	}
	switch r := r.(type) {
	case *rProject:
		return from(r.input, r.ids, r.exprs)
	case *rAgg:
		return from(r.input, r.keyIDs, r.keys)
	case *rFilter:
		return constantCol(r.input, id)
	case *rSort:
		return constantCol(r.input, id)
	case *rDistinct:
		return constantCol(r.input, id)
	}
	return false
}

// wrap puts conditions above a rel.
func wrap(r rel, conds []Expr) rel { return filter(r, conjunction(conds)) }

// split parts conditions by the columns that they ask for.
func split(conds []Expr, down func(*colSet) bool) (yes, no []Expr) {
	return splitExprs(conds, func(e Expr) bool { return down(colsOf(e)) })
}

func splitExprs(conds []Expr, down func(Expr) bool) (yes, no []Expr) {
	for _, c := range conds {
		if down(c) {
			yes = append(yes, c)
		} else {
			no = append(no, c)
		}
	}
	return yes, no
}

func substitute(conds []Expr, by map[int]Expr) []Expr {
	out := make([]Expr, len(conds))
	for i, c := range conds {
		out[i] = replaceCols(c, by)
	}
	return out
}

func (b *binder) byPosition(ids, to []int) map[int]Expr {
	by := map[int]Expr{}
	for i, id := range ids {
		by[id] = b.ref(to[i])
	}
	return by
}

func holdsSubquery(e Expr) bool {
	found := false
	walk(e, func(x Expr) bool {
		_, q := x.(*subquery)
		found = found || q
		return !found
	})
	return found
}

// pushProject replaces projected columns by what computes them; a condition on
// something volatile, or on a subquery's result, stays above.
func (b *binder) pushProject(r *rProject, conds []Expr) rel {
	by := map[int]Expr{}
	fixed := &colSet{}
	for i, id := range r.ids {
		by[id] = r.exprs[i]
		if volatility(r.exprs[i]) == 'v' || holdsSubquery(r.exprs[i]) {
			fixed.add(id)
		}
	}
	down, stay := splitExprs(conds, func(e Expr) bool {
		return colsOf(e).disjoint(fixed) && !(r.barrier && b.leaky(e))
	})
	r.input = b.push(r.input, substitute(down, by))
	return wrap(r, stay)
}

// pushLens lets conditions on concept_path and predicate alone below the lens:
// they choose pairs, not candidates.
func (b *binder) pushLens(r *rLens, conds []Expr) rel {
	by := map[int]Expr{}
	pair := &colSet{}
	for _, o := range r.out {
		if o.from != 0 && (o.from == r.in.ConceptPath || o.from == r.in.Predicate) {
			by[o.id] = b.ref(o.from)
			pair.add(o.id)
		}
	}
	down, stay := splitExprs(conds, func(e Expr) bool {
		c := colsOf(e)
		return ofKeys(r, pair, c) && !holdsSubquery(e)
	})
	down = substitute(down, by)
	r.pushed = append(r.pushed, down...)
	r.input = b.push(r.input, down)
	return wrap(r, stay)
}

// ofKeys reports whether columns are some of a rel's keys, and beside them of
// enclosing rows.
func ofKeys(r rel, keys, c *colSet) bool {
	return !c.disjoint(keys) && c.within(union(keys, outerCols(r, c)))
}

// outerCols are those of c that the rel does not produce: columns of enclosing
// rows, the same for every row here.
func outerCols(r rel, c *colSet) *colSet {
	out := &colSet{}
	out.addAbsent(c, outSet(r))
	return out
}

// pushJoin sends conditions to the sides, as far as the kind of join allows.
func (b *binder) pushJoin(r *rJoin, conds []Expr) rel {
	left, right := outSet(r.left), outSet(r.right)
	r.kind = strengthen(r.kind, conds, left, right)
	var toLeft, toRight, stay []Expr
	on := conjuncts(r.on)
	if r.kind == InnerJoin {
		on, conds = append(on, conds...), nil
	}
	onlyLeft := func(c *colSet) bool { return c.disjoint(right) }
	onlyRight := func(c *colSet) bool { return !c.empty() && c.disjoint(left) && !c.disjoint(right) }
	equal := on
	for i := range r.leftKeys { // of a join whose keys were taken out of its conditions
		equal = append(equal[:len(equal):len(equal)], &Call{Op: "=", Args: []Expr{r.leftKeys[i], r.rightKeys[i]}})
	}
	if r.kind == InnerJoin {
		on = append(on, b.infer(equal, on, left, right, true)...)
	}
	switch r.kind {
	case InnerJoin:
		toLeft, on = split(on, onlyLeft)
		toRight, on = split(on, onlyRight)
	case LeftJoin, SemiJoin, AntiJoin:
		toLeft, stay = split(conds, onlyLeft)
		if !r.notIn { // all of its right rows count
			on = append(on, b.infer(equal, toLeft, left, right, false)...)
		}
		toRight, on = split(on, onlyRight)
		if r.kind == SemiJoin {
			var more []Expr
			more, on = split(on, onlyLeft)
			toLeft = append(toLeft, more...)
		}
	case RightJoin:
		toRight, stay = split(conds, onlyRight)
		toLeft, on = split(on, func(c *colSet) bool { return !c.empty() && onlyLeft(c) && !c.disjoint(left) })
	default:
		stay = conds
	}
	r.left, r.right = b.push(r.left, toLeft), b.push(r.right, toRight)
	r.on = conjunction(on)
	return wrap(r, stay)
}

package plan

// outerJoin is a join of a tree that does not commute with all others: a left, semi
// or anti join. What must be on its sides before it can be done follows from what
// its condition asks for, as in PostgreSQL's planner: the least sets of leaves,
// and those that were written.
type outerJoin struct {
	kind                  JoinKind
	on                    []Expr
	sel                   float64
	left, right           uint64 // at least
	allLeft, allRight     uint64 // as written
	strict                bool   // no left row that is NULL throughout has a match
	equalities, remaining int    // of on
}

// conditions finds the tree's outer joins and the conditions of its inner ones.
func (o *ordering) conditions(j *rJoin) {
	o.outs = outSets(o.leaves)
	at := 0
	// visit returns the leaves below a join, and those of its inner joins.
	var visit func(r rel) (all, inner uint64)
	visit = func(r rel) (all, inner uint64) {
		j, ok := r.(*rJoin)
		if !ok || !o.split[j] {
			at++
			return 1 << (at - 1), 0
		}
		below := len(o.outer)
		left, li := visit(j.left)
		right, ri := visit(j.right)
		if j.kind == InnerJoin {
			for _, c := range conjuncts(j.on) {
				o.inner(c, left|right, o.outer[below:])
			}
			return left | right, left | right
		}
		if j.kind == RightJoin {
			left, right = right, left
		}
		o.addOuter(j, left, right, (li|ri)&right, o.outer[below:])
		return left | right, li | ri
	}
	visit(j)
}

// maskOf is the leaves that a condition asks for.
func (o *ordering) maskOf(c Expr) (mask uint64) {
	cols := colsOf(c)
	for k := range o.outs {
		if !cols.disjoint(o.outs[k]) {
			mask |= 1 << k
		}
	}
	return mask
}

// inner notes a condition of an inner join over the leaves all. It is not to be
// looked at before the outer joins below whose NULLs it may see.
func (o *ordering) inner(c Expr, all uint64, below []*outerJoin) {
	mask := o.maskOf(c)
	if mask&(mask-1) == 0 {
		mask = all // constants, and columns of enclosing rows: where it stands
	}
	for more := true; more; {
		more = false
		for _, x := range below {
			if mask&x.right != 0 && (x.left|x.right)&^mask != 0 {
				mask |= x.left | x.right
				more = true
			}
		}
	}
	o.conds = append(o.conds, joinCond{cond: c, mask: mask, sel: o.e.joinSelectivity(o.leaves, o.outs, c)})
}

// addOuter notes an outer join of two sets of leaves. joined are the leaves of inner
// joins on its right side.
func (o *ordering) addOuter(j *rJoin, left, right, joined uint64, below []*outerJoin) {
	x := &outerJoin{kind: j.kind, on: conjuncts(j.on), sel: 1, allLeft: left, allRight: right}
	if j.kind == RightJoin {
		x.kind = LeftJoin
	}
	var asked, strict uint64
	for _, c := range x.on {
		asked |= o.maskOf(c)
		for k := range o.outs {
			if rejectsNulls(c, o.outs[k]) {
				strict |= 1 << k
			}
		}
		x.sel *= o.e.joinSelectivity(o.leaves, o.outs, c)
		if isEquality(c) {
			x.equalities++
		} else {
			x.remaining++
		}
	}
	x.strict = strict&left != 0
	x.left, x.right = asked&left, (asked|joined)&right
	oneRow := x.kind != LeftJoin // of a left row at most, whatever it matches
	if oneRow {
		x.right = right
	}
	for _, y := range below {
		all := y.allLeft | y.allRight
		if left&y.allRight != 0 && asked&y.allRight != 0 && (oneRow || strict&y.right == 0) {
			x.left |= all
		}
		if right&y.allRight != 0 && (oneRow || asked&y.allRight != 0 || asked&y.left == 0 || y.kind != LeftJoin || !y.strict) {
			x.right |= all
		}
	}
	if x.left &= left; x.left == 0 {
		x.left = left
	}
	if x.right &= right; x.right == 0 {
		x.right = right
	}
	o.outer = append(o.outer, x)
}

// joinOf says by which outer join two sets are joined, nil by an inner one; turned
// says that the first is its right side. ok is false where they may not be joined.
func (o *ordering) joinOf(l, r uint64) (by *outerJoin, turned, ok bool) {
	both := l | r
	padded := false // a right side is joined before it meets its left one
	for _, x := range o.outer {
		needs := x.left | x.right
		if both&x.right == 0 || both&^x.right == 0 || needs&^l == 0 || needs&^r == 0 {
			continue // not yet, within its right side, or done
		}
		fits, fitsTurned := x.left&^l == 0 && x.right&^r == 0, x.left&^r == 0 && x.right&^l == 0
		switch {
		case fits || fitsTurned:
			if by != nil {
				return nil, false, false
			}
			by, turned = x, fitsTurned
		case l&x.right != 0 && r&x.right != 0:
		case x.kind != LeftJoin || both&x.left != 0:
			return nil, false, false
		default:
			padded = true
		}
	}
	if padded && (by == nil || by.kind != LeftJoin || !by.strict) {
		return nil, false, false
	}
	if turned && by.kind != LeftJoin {
		return nil, false, false
	}
	return by, turned, true
}

// joined estimates the join of two sets; nil: they may not be joined. Its rel has
// the sides and conditions; build makes it known to the estimator.
func (o *ordering) joined(l, r *joinSet, left, right uint64) *joinSet {
	if l == nil || r == nil {
		return nil
	}
	by, turned, ok := o.joinOf(left, right)
	if !ok {
		return nil
	}
	j := &rJoin{kind: InnerJoin, left: l.rel, right: r.rel}
	var on []Expr
	sel, keys := 1.0, 0
	for i := range o.conds {
		c := &o.conds[i]
		if c.mask&^(left|right) != 0 || c.mask&^left == 0 || c.mask&^right == 0 {
			continue
		}
		on = append(on, c.cond)
		sel *= c.sel
		if isEquality(c.cond) {
			keys++
		}
	}
	if by == nil {
		j.on = conjunction(on)
		rows := rowEstimate(l.rows * r.rows * sel)
		est := o.withLookup(joinCost(l.est, r.est, rows, keys, len(on)-keys), l, left, right, on, rows)
		return &joinSet{rel: j, rows: rows, est: est}
	}
	if j.kind = by.kind; turned {
		j.kind = RightJoin
	}
	j.on = conjunction(by.on)
	rows := rowEstimate(joinRows(j.kind, l.rows, r.rows, by.sel))
	s := &joinSet{rel: j, rows: rows, est: joinCost(l.est, r.est, rows, by.equalities, by.remaining)}
	if !turned {
		s.est = o.withLookup(s.est, l, left, right, by.on, rows)
	}
	if len(on) > 0 { // conditions that see its NULLs
		s.above, s.rows = conjunction(on), rowEstimate(rows*sel)
		s.est.Total += operatorCost * rows * float64(len(on))
	}
	return s
}

// build makes a set's rel known to the estimator.
func (o *ordering) build(s *joinSet) {
	est := s.est
	est.Rows, est.Width = s.rows, o.e.width(s.rel)
	o.e.seen[s.rel] = est
	if s.above != nil {
		s.rel = &rFilter{s.rel, s.above}
		o.e.seen[s.rel] = est
	}
}

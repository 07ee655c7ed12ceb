package plan

// barren puts no rows in the place of what gives none for sure: nothing of it is
// computed, and nothing can fail there, as in PostgreSQL. It comes when all
// conditions stand where they stay.
func (b *binder) barren(r rel) rel {
	b.step()
	kids(r, b.barren)
	if j, ok := r.(*rJoin); ok && neverTrue(j.on) { // of the side that NULLs fill nothing is used
		switch j.kind {
		case LeftJoin, AntiJoin:
			j.right = &rValues{ids: j.right.outs()}
		case RightJoin:
			j.left = &rValues{ids: j.left.outs()}
		}
	}
	if givesNone(r) {
		return &rValues{ids: r.outs()}
	}
	return r
}

// givesNone reports whether a rel over inputs of which that is settled has no
// rows.
func givesNone(r rel) bool {
	switch r := r.(type) {
	case *rScan:
		return neverTrue(r.filter)
	case *rFilter:
		return noRel(r.input) || neverTrue(r.cond)
	case *rProject:
		return noRel(r.input)
	case *rProjectSet:
		return noRel(r.input)
	case *rWindow:
		return noRel(r.input)
	case *rSort:
		return noRel(r.input)
	case *rLockRows:
		return noRel(r.input)
	case *rDistinct:
		return noRel(r.input)
	case *rAgg: // without keys there is one group, of nothing too
		return r.grouped && r.sets == nil && noRel(r.input)
	case *rSetOp:
		left, right := noRel(r.left), noRel(r.right)
		return left && (right || r.op != Union) || right && r.op == Intersect
	case *rJoin:
		left, right := noRel(r.left), noRel(r.right)
		switch r.kind {
		case InnerJoin, SemiJoin:
			return left || right || neverTrue(r.on)
		case LeftJoin, AntiJoin:
			return left
		case RightJoin:
			return right
		case FullJoin:
			return left && right
		}
	}
	return false
}

func noRel(r rel) bool {
	v, ok := r.(*rValues)
	return ok && len(v.rows) == 0
}

// neverTrue reports whether a condition is false or NULL for all rows.
func neverTrue(e Expr) bool {
	for _, c := range conjuncts(e) {
		if k, ok := c.(*Const); ok && (k.Value.Null || k.Value.I == 0) {
			return true
		}
	}
	return false
}

// strongJoins makes inner joins of the outer ones whose rows filled with NULLs a
// condition above rejects: conds are those that hold for the rows of r in the
// end.
func (b *binder) strongJoins(r rel, conds []Expr) {
	b.step()
	switch r := r.(type) {
	case *rFilter:
		b.strongJoins(r.input, append(conjuncts(r.cond), conds...))
		return
	case *rProject:
		by := map[int]Expr{}
		for i, id := range r.ids {
			if c, ok := r.exprs[i].(*Col); ok {
				by[id] = c
			}
		}
		b.strongJoins(r.input, substitute(conds, by))
		return
	case *rSort:
		b.strongJoins(r.input, conds)
		return
	case *rJoin:
		r.kind = strengthen(r.kind, conds, outSet(r.left), outSet(r.right))
		on := append(conjuncts(r.on), conds...)
		switch r.kind {
		case InnerJoin, SemiJoin:
			b.strongJoins(r.left, on)
			b.strongJoins(r.right, on)
		case LeftJoin, AntiJoin:
			b.strongJoins(r.left, conds)
			b.strongJoins(r.right, b.inside(r))
		case RightJoin:
			b.strongJoins(r.left, conjuncts(r.on))
			b.strongJoins(r.right, conds)
		default:
			b.strongJoins(r.left, nil)
			b.strongJoins(r.right, nil)
		}
		return
	}
	kids(r, func(k rel) rel {
		b.strongJoins(k, nil)
		return k
	})
}

// inside are the conditions that the right rows of a left join must meet to be
// of any use. All of NOT IN's count.
func (b *binder) inside(r *rJoin) []Expr {
	if r.notIn {
		return nil
	}
	return conjuncts(r.on)
}

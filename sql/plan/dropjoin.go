package plan

// dropJoins drops the left joins that change nothing: those that find at most one
// row for each of the left, of which nobody asks for anything. users are the
// columns that the tree is asked for.
func (b *binder) dropJoins(r rel, users *colSet) rel {
	if !hasJoin(r, LeftJoin) {
		return r
	}
	asked := map[int]int{}
	countUses(r, asked)
	for id := range users.all() {
		asked[id]++
	}
	var visit func(r rel) rel
	visit = func(r rel) rel {
		b.step()
		for j, ok := r.(*rJoin); ok && b.useless(j, asked); j, ok = r.(*rJoin) {
			discount(j, asked)
			r = j.left
		}
		kids(r, visit)
		return r
	}
	return visit(r)
}

func hasJoin(r rel, kind JoinKind) bool {
	j, ok := r.(*rJoin)
	found := ok && j.kind == kind
	kids(r, func(k rel) rel {
		found = found || hasJoin(k, kind)
		return k
	})
	return found
}

// countUses counts the expressions of a tree that ask for each column, and the
// rels that take it by its position.
func countUses(r rel, uses map[int]int) {
	exprsOf(r, func(e Expr) Expr {
		for id := range colsOf(e).all() {
			uses[id]++
		}
		return e
	})
	kids(r, func(k rel) rel {
		if byPosition(r) {
			for _, id := range k.outs() {
				uses[id]++
			}
		}
		countUses(k, uses)
		return k
	})
}

// discount takes away what a join that is dropped asked for.
func discount(j *rJoin, asked map[int]int) {
	for id, n := range ownUses(j) {
		asked[id] -= n
	}
}

// ownUses are the uses that go with a join and its right side.
func ownUses(j *rJoin) map[int]int {
	own := map[int]int{}
	countUses(j.right, own)
	exprsOf(j, func(e Expr) Expr {
		for id := range colsOf(e).all() {
			own[id]++
		}
		return e
	})
	return own
}

// useless reports whether a join can be dropped.
func (b *binder) useless(j *rJoin, asked map[int]int) bool {
	if j.kind != LeftJoin || lateral(j) || relVolatile(j.right) {
		return false
	}
	left, right := outSet(j.left), outSet(j.right)
	own := ownUses(j)
	for id := range right.all() {
		if asked[id] > own[id] {
			return false
		}
	}
	equal := &colSet{}
	for _, c := range conjuncts(j.on) {
		if volatility(c) == 'v' {
			return false
		}
		if _, r := sides(c, left, right); r != nil {
			if col, ok := r.(*Col); ok {
				equal.add(col.Index)
			}
		}
	}
	return oneRow(j.right, equal)
}

// oneRow reports whether a rel has at most one row for each value of some
// columns.
func oneRow(r rel, by *colSet) bool {
	switch r := r.(type) {
	case *rValues:
		return len(r.rows) <= 1
	case *rFilter:
		return oneRow(r.input, by)
	case *rSort:
		return oneRow(r.input, by)
	case *rProject:
		in := &colSet{}
		for i, id := range r.ids {
			if c, ok := r.exprs[i].(*Col); ok && by.has(id) {
				in.add(c.Index)
			}
		}
		return oneRow(r.input, in)
	case *rDistinct:
		return r.on == nil && outSet(r.input).within(by)
	case *rAgg:
		if r.sets != nil {
			return false
		}
		for _, id := range r.keyIDs {
			if !by.has(id) && !r.dependent.has(id) {
				return false
			}
		}
		return true
	case *rScan:
		has := func(cols []int) bool {
			for _, c := range cols {
				if r.ids[c] == 0 || !by.has(r.ids[c]) {
					return false
				}
			}
			return len(cols) > 0
		}
		for _, ix := range r.rel.Indexes {
			if ix.Unique && ix.Plain() && has(ix.Columns) {
				return true
			}
		}
		return has(r.rel.Key)
	}
	return false
}

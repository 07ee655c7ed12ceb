package plan

// colSet is a set of column numbers.
type colSet map[int]struct{}

func (s colSet) add(ids ...int) {
	for _, id := range ids {
		s[id] = struct{}{}
	}
}

func (s colSet) has(id int) bool {
	_, ok := s[id]
	return ok
}

// within reports whether all of s are in t.
func (s colSet) within(t colSet) bool {
	for id := range s {
		if !t.has(id) {
			return false
		}
	}
	return true
}

// disjoint reports whether s and t have nothing in common.
func (s colSet) disjoint(t colSet) bool {
	for id := range s {
		if t.has(id) {
			return false
		}
	}
	return true
}

func setOf(ids []int) colSet {
	s := make(colSet, len(ids))
	s.add(ids...)
	return s
}

// colsOf returns the columns that an expression asks for, those of enclosing
// rows in its subqueries included.
func colsOf(es ...Expr) colSet {
	s := colSet{}
	for _, e := range es {
		addCols(s, e)
	}
	return s
}

func addCols(s colSet, e Expr) {
	walk(e, func(x Expr) bool {
		switch x := x.(type) {
		case *Col:
			s.add(x.Index)
		case *subquery:
			for id := range freeCols(x.rel) {
				s.add(id)
			}
		}
		return true
	})
}

// freeCols returns the columns that a tree asks for and does not produce
// below where it asks: those of enclosing rows.
func freeCols(r rel) colSet {
	free, made := colSet{}, colSet{}
	kids(r, func(k rel) rel {
		for id := range freeCols(k) {
			// The right side of a join may ask for the left's columns.
			if !made.has(id) {
				free.add(id)
			}
		}
		if _, set := r.(*rSetOp); !set {
			made.add(k.outs()...)
		}
		return k
	})
	switch r := r.(type) {
	case *rScan:
		made.add(r.outs()...)
	case *rModify:
		made.add(r.row...)
		r.temp.made(made)
	case *rAgg: // direct arguments are over the keys
		made.add(r.keyIDs...)
	}
	exprsOf(r, func(e Expr) Expr {
		for id := range colsOf(e) {
			if !made.has(id) {
				free.add(id)
			}
		}
		return e
	})
	return free
}

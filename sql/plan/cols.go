package plan

// colsOf returns the columns that an expression asks for, those of enclosing
// rows in its subqueries included.
func colsOf(es ...Expr) *colSet {
	s := &colSet{}
	for _, e := range es {
		addCols(s, e)
	}
	return s
}

func addCols(s *colSet, e Expr) {
	walk(e, func(x Expr) bool {
		switch x := x.(type) {
		case *Col:
			s.add(x.Index)
		case *subquery:
			s.addSet(freeCols(x.rel))
		}
		return true
	})
}

// freeCols returns the columns that a tree asks for and does not produce
// below where it asks: those of enclosing rows.
func freeCols(r rel) *colSet {
	free, made := &colSet{}, &colSet{}
	if j, ok := r.(*rJoin); ok && j.batch != nil {
		made.add(j.batch.arrays...)
	}
	kids(r, func(k rel) rel {
		free.addAbsent(freeCols(k), made) // the right side of a join may ask for the left's columns
		if _, set := r.(*rSetOp); !set {
			made.addOuts(k)
		}
		return k
	})
	switch r := r.(type) {
	case *rScan:
		made.addOuts(r)
	case *rModify:
		made.add(r.row...)
		made.add(r.system[:]...)
		made.add(r.extras...)
		r.conflict.made(made)
	case *rAgg: // direct arguments are over the keys
		made.add(r.keyIDs...)
	}
	exprsOf(r, func(e Expr) Expr {
		free.addAbsent(colsOf(e), made)
		return e
	})
	return free
}

package plan

// neededCols returns the columns that a tree's users and its own operators ask
// for. A column that is computed and that nobody asks for is not among them:
// PostgreSQL drops it before it folds constants.
func neededCols(r rel, users *colSet) *colSet {
	need := union(users, nil)
	var visit func(r rel) rel
	visit = func(r rel) rel {
		exprsOf(r, func(e Expr) Expr {
			addCols(need, e)
			return e
		})
		kids(r, func(k rel) rel {
			if byPosition(r) {
				need.add(k.outs()...)
			}
			return visit(k)
		})
		return r
	}
	visit(r)
	return need
}

// byPosition reports whether a rel asks for columns by their position or by
// their number outside of expressions, so that all of its input's count.
func byPosition(r rel) bool {
	switch r.(type) {
	case *rProject, *rProjectSet, *rFilter, *rJoin, *rAgg, *rSort, *rLimit, *rWindow:
		return false
	}
	return true
}

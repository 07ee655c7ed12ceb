package plan

// strengthen makes an outer join an inner one where a condition above rejects
// the rows that it would fill with NULLs.
func strengthen(kind JoinKind, conds []Expr, left, right *colSet) JoinKind {
	nullRight, nullLeft := false, false // a condition rejects NULLs of that side
	for _, c := range conds {
		nullRight = nullRight || rejectsNulls(c, right)
		nullLeft = nullLeft || rejectsNulls(c, left)
	}
	switch {
	case kind == LeftJoin && nullRight, kind == RightJoin && nullLeft, kind == FullJoin && nullLeft && nullRight:
		return InnerJoin
	case kind == FullJoin && nullLeft:
		return LeftJoin
	case kind == FullJoin && nullRight:
		return RightJoin
	}
	return kind
}

// rejectsNulls reports whether a condition cannot be true when the columns of a
// set are all NULL.
func rejectsNulls(e Expr, side *colSet) bool {
	switch x := e.(type) {
	case *AnyAll: // of an empty array it is false
		return !x.All && nullWith(x.Left, side)
	case *NullTest:
		return x.Not && nullWith(x.Arg, side)
	}
	return nullWith(e, side)
}

// nullWith reports whether an expression is NULL when the columns of a set are all
// NULL: a strict call over one of them.
func nullWith(e Expr, side *colSet) bool {
	switch x := e.(type) {
	case *Col:
		return side.has(x.Index)
	case *Call:
		f, ok := x.Function()
		if !ok || f.NotStrict {
			return false
		}
		for _, a := range x.Args {
			if nullWith(a, side) {
				return true
			}
		}
	case *Convert:
		return nullWith(x.Arg, side)
	case *InList:
		return nullWith(x.Left, side)
	}
	return false
}

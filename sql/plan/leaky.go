package plan

// leaky reports whether asking a condition could tell of the values that it is asked
// of, other than by its result: by an error, say.
func (b *binder) leaky(cond Expr) bool {
	leaks := false
	walk(cond, func(e Expr) bool {
		switch x := e.(type) {
		case *Col, *Const, *Param, *OuterRef, *BoolOp, *NullTest, *BoolTest:
		case *Call:
			leaks = leaks || !b.ctx.Catalog.LeakProof(x.Func)
		default:
			leaks = true
		}
		return !leaks
	})
	return leaks
}

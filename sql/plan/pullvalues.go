package plan

// pullValues puts the constants of VALUES of one row in the place of its
// columns, so that what is made of them folds, as in PostgreSQL.
func (b *binder) pullValues(r rel) rel {
	b.step()
	kids(r, b.pullValues)
	switch r := r.(type) {
	case *rProject:
		b.pullRow(r, r.input)
	case *rProjectSet:
		b.pullRow(r, r.input)
	case *rAgg:
		b.pullRow(r, r.input)
	}
	return r
}

// noRows puts no rows in the place of what a condition lets nothing through: it
// is not computed, and cannot fail.
func (b *binder) noRows(r rel) rel {
	kids(r, b.noRows)
	f, ok := r.(*rFilter)
	if !ok {
		return r
	}
	for _, e := range conjuncts(f.cond) {
		if c, ok := e.(*Const); ok && (c.Value.Null || c.Value.I == 0) {
			return &rValues{ids: f.outs()}
		}
	}
	return r
}

// pullRow replaces the columns of the one row that in gives, behind Filters,
// in top and in them.
func (b *binder) pullRow(top, in rel) {
	over := []rel{top}
	for {
		f, ok := in.(*rFilter)
		if !ok {
			break
		}
		over, in = append(over, f), f.input
	}
	v, ok := in.(*rValues)
	if !ok || len(v.rows) != 1 || len(v.ids) == 0 {
		return
	}
	by := map[int]Expr{}
	for i, id := range v.ids {
		e := b.foldQuietly(v.rows[0][i])
		if _, ok := e.(*Const); ok || immutableTree(e) { // which fails: where it is used, not here
			by[id] = e
		}
	}
	for _, r := range over {
		exprsOf(r, func(e Expr) Expr { return replaceCols(e, by) })
	}
}

// immutableTree reports whether an expression is made of constants and
// immutable functions alone.
func immutableTree(e Expr) bool {
	constant := true
	walk(e, func(e Expr) bool {
		switch e.(type) {
		case *Col, *OuterRef, *Param, *SetCall, *NextValue, *subquery, *RowExpr:
			constant = false
		}
		return constant
	})
	return constant && volatility(e) == 'i'
}

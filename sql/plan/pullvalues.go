package plan

// pullValues puts the constants of VALUES of one row, and of subqueries that
// only select, in the place of their columns, so that what is made of them
// folds, as in PostgreSQL.
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
	if neverTrue(f.cond) {
		return &rValues{ids: f.outs()}
	}
	return r
}

// pullRow replaces the columns that are constants below Filters and joins, in top
// and in them.
func (b *binder) pullRow(top, in rel) {
	p := &pulling{b: b, over: []rel{top}, by: map[int]Expr{}}
	p.visit(in)
	if len(p.by) == 0 {
		return
	}
	for _, r := range p.over {
		exprsOf(r, func(e Expr) Expr { return replaceCols(e, p.by) })
	}
}

// pulling gathers the columns that are constants, and the rels above them.
type pulling struct {
	b    *binder
	over []rel
	by   map[int]Expr
}

func (p *pulling) visit(in rel) {
	p.b.step()
	switch r := in.(type) {
	case *rFilter:
		p.over = append(p.over, r)
		p.visit(r.input)
	case *rJoin: // not of the side that NULLs may fill
		p.over = append(p.over, r)
		if r.kind != RightJoin && r.kind != FullJoin {
			p.visit(r.left)
		}
		if r.kind == InnerJoin || r.kind == RightJoin {
			p.visit(r.right)
		}
	case *rValues:
		if len(r.rows) == 1 {
			p.columns(r.ids, r.rows[0])
		}
	case *rProject:
		if onlySelects(r.input) {
			p.columns(r.ids, r.exprs)
		}
	}
}

// columns notes those of the columns that are constants.
func (p *pulling) columns(ids []int, exprs []Expr) {
	for i, id := range ids {
		e := p.b.foldQuietly(exprs[i])
		if _, ok := e.(*Const); ok || immutableTree(e) { // which fails: where it is used, not here
			p.by[id] = e
		}
	}
}

// onlySelects reports whether a subquery over r is one that PostgreSQL makes a
// part of the query around it.
func onlySelects(r rel) bool {
	switch r := r.(type) {
	case *rScan, *rLens, *rValues, *rFunc, *rCTERef:
		return true
	case *rFilter:
		return onlySelects(r.input)
	case *rProject:
		return onlySelects(r.input)
	case *rJoin:
		return onlySelects(r.left) && onlySelects(r.right)
	}
	return false
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

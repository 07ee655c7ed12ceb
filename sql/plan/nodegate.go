package plan

// Gate passes its input when Cond, which no column of the input enters, is true.
// It is evaluated once, before the input is: of a join that it closes nothing is
// computed, and nothing can fail there.
type Gate struct {
	Input Node
	Cond  Expr
}

// Columns gives the input's columns.
func (n *Gate) Columns() []Column { return n.Input.Columns() }

// Children gives the input.
func (n *Gate) Children() []Node { return []Node{n.Input} }

// gates parts the conditions of a filter that no column of its input enters
// from the others.
func gates(f *rFilter) (once, each []Expr) {
	outs := outSet(f.input)
	return splitExprs(conjuncts(f.cond), func(e Expr) bool {
		_, constant := e.(*Const)
		return !constant && colsOf(e).disjoint(outs) && volatility(e) != 'v'
	})
}

// filtered lowers a filter, of which what is decided once comes first: but of one
// row, where all is, and costs what it costs.
func (l lowering) filtered(f *rFilter) Node {
	in, related := f.input, true
	switch x := in.(type) {
	case *rValues:
		related = len(x.rows) > 1
	case *rAgg:
		related = false
	}
	once, each := gates(f)
	if one, ok := in.(*rValues); len(once) > 0 && !(ok && len(one.rows) == 1) {
		if len(each) > 0 {
			in = &rFilter{in, conjunction(each)}
		}
		return &Gate{Input: l.node(in), Cond: l.expr(conjunction(once), nil)}
	}
	conds := l.b.final.inOrder(conjuncts(f.cond), related)
	if scan, ok := in.(*rScan); ok {
		in, conds = l.b.final.lifted(scan, conds)
	}
	return &Filter{Input: l.node(in), Cond: l.expr(conjunction(conds), layoutOf(in.outs()))}
}

// lifted takes those conditions out of a scan that could fail where one of conds,
// which stay above it, comes before them.
func (e *estimator) lifted(scan *rScan, conds []Expr) (rel, []Expr) {
	stays := map[Expr]bool{}
	for _, c := range conds {
		stays[c] = true
	}
	var below, above []Expr
	for _, c := range e.inOrder(append(conjuncts(scan.filter), conds...), true) {
		if stays[c] || len(above) > 0 && !harmlessCond(c) {
			above = append(above, c)
		} else {
			below = append(below, c)
		}
	}
	if len(above) == len(conds) {
		return scan, conds
	}
	c := *scan
	c.filter = conjunction(below)
	return &c, above
}

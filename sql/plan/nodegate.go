package plan

import "slices"

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

// filtered lowers a filter, of which what is decided once comes first.
func (l lowering) filtered(f *rFilter) Node {
	_, row := f.input.(*rValues)
	once, each := gates(f)
	if row || len(once) == 0 {
		return &Filter{Input: l.node(f.input), Cond: l.expr(f.cond, layoutOf(f.input.outs()))}
	}
	in := f.input
	if len(each) > 0 {
		in = &rFilter{f.input, conjunction(each)}
	}
	return &Gate{Input: l.node(in), Cond: l.expr(conjunction(slices.Clone(once)), nil)}
}

package plan

import (
	"fmt"
)

// expected notes what the planner expects of a node.
func (d *describer) expected(x *described, n Node) {
	if d.opt.Details != nil {
		x.details = append(x.details, d.opt.Details(n)...)
	}
	e, ok := d.opt.Estimates[n]
	if !ok {
		return
	}
	switch n.(type) {
	case *Insert, *Update, *Delete, *TempWrite:
		if len(n.Columns()) == 0 {
			e.Rows, e.Width = 0, 0
		}
	}
	x.est = &e
}

// measured notes what was measured of a node.
func (d *describer) measured(x *described, m Measured) {
	x.measured = &m
	x.details = append(x.details, removedRows("Rows Removed by Filter", m.Removed[0]), removedRows("Rows Removed by Join Filter", m.Removed[1]))
	x.details = append(x.details, m.Details...)
}

// removedRows is nothing where none was removed.
func removedRows(name string, n float64) Detail {
	if n == 0 {
		return Detail{}
	}
	return counted(name, n)
}

// countedRows is removedRows that a structured format always has.
func countedRows(name string, n float64) Detail {
	out := counted(name, n)
	if n == 0 {
		out.Text = ""
	}
	return out
}

func counted(name string, n float64) Detail {
	text := fmt.Sprintf("%.0f", n)
	return Detail{Name: name, Text: text, Fields: []ExplainField{{name, Number(text)}}}
}

// hash puts the node Hash between a hash join and its second input, as
// PostgreSQL has it, with what is to be told of it.
func (d *describer) hash(x *described) {
	in := x.kids[1].node
	h := &described{title: "Hash", kids: []describedKid{{node: in}}}
	if in.est != nil {
		e := *in.est
		e.Startup = e.Total
		h.est = &e
	}
	if in.measured != nil {
		m := *in.measured
		m.Startup, m.Removed, m.Details = m.Total, [2]float64{}, nil
		h.measured = &m
	}
	var stay []Detail
	for _, p := range x.details {
		if p.Below == h.title {
			h.details = append(h.details, p)
		} else {
			stay = append(stay, p)
		}
	}
	x.details = stay
	x.kids[1].node = h
}

// filter describes a condition at the node whose rows it is on, where
// PostgreSQL's nodes have one.
func (d *describer) filter(n *Filter) *described {
	in := n.Input
	for !d.opt.Verbose {
		p, ok := in.(*Project)
		if !ok {
			break
		}
		in = p.Input
	}
	outer := d.bare
	switch in := in.(type) {
	case *Scan:
		d.bare = in.Name
	case *FunctionScan:
		d.bare = in.Alias
	case *CTERef:
		d.bare = in.Name
	}
	cond := d.cond(n.Cond)
	d.bare = outer
	if _, ok := n.Cond.(*Const); ok {
		cond = d.expr(n.Cond)
	}
	subs := d.pending
	d.pending = nil
	x := d.node(n.Input)
	name := "Filter"
	switch in := in.(type) {
	case *Scan, *FunctionScan, *CTERef, *Aggregate, *Join, *Lens, *Filter:
	case *Values:
		if x.title == "Result" && len(in.Rows) == 1 && colsOf(n.Cond).empty() {
			name = "One-Time Filter"
		}
	default:
		x = &described{title: "Subquery Scan", kids: []describedKid{{node: x}}}
	}
	x.filter(name, cond)
	x.kids = append(x.kids, subs...)
	d.expected(x, n)
	if d.opt.Analyze != nil {
		if m, ok := d.opt.Analyze(n); ok {
			x.measured = &m
			x.removed(m.Removed[0])
		}
	}
	return x
}

// filter adds a condition to the one that there is.
func (x *described) filter(name, cond string) {
	for i := range x.props {
		if p := &x.props[i]; p.name == name {
			p.text = "(" + p.text + " AND " + cond + ")"
			return
		}
	}
	x.add(name, cond)
}

// removed adds to the rows that the filter dropped.
func (x *described) removed(n float64) {
	const name = "Rows Removed by Filter"
	for i := range x.details {
		if p := &x.details[i]; p.Name == name {
			var had float64
			if _, err := fmt.Sscan(p.Text, &had); err == nil {
				*p = removedRows(name, had+n)
			}
			return
		}
	}
	x.details = append([]Detail{removedRows(name, n)}, x.details...)
}

// functionScan names the function and the item.
func (d *describer) functionScan(x *described, n *FunctionScan) {
	x.title = "Function Scan"
	calls := d.exprs(n.Calls)
	name := ""
	if len(n.Calls) == 1 {
		switch c := n.Calls[0].(type) {
		case *SetCall:
			name = calledName(c.Function())
		case *Call:
			if _, ok := c.Function(); ok && c.Op == "" {
				name = calledName(c.Function())
			}
		}
	}
	if name != "" {
		x.on, x.named = " on "+name, []ExplainField{{"Function Name", name}}
	}
	switch {
	case n.Alias == "":
	case name == "":
		x.on = " on " + n.Alias
		x.named = append(x.named, ExplainField{"Alias", n.Alias})
	default:
		if n.Alias != name {
			x.on += " " + n.Alias
		}
		x.named = append(x.named, ExplainField{"Alias", n.Alias})
	}
	if d.opt.Verbose {
		x.addList("Function Call", calls)
	}
}

// distinct is a grouping by all columns, or keeps the first of sorted rows.
func (d *describer) distinct(x *described, n *Distinct) {
	if n.On != nil {
		x.title = "Unique"
		return
	}
	var cols []string
	for _, c := range n.Input.Columns() {
		cols = append(cols, c.Name)
	}
	x.title = "HashAggregate"
	x.kind = []ExplainField{{"Strategy", "Hashed"}, {"Partial Mode", "Simple"}}
	x.addList("Group Key", cols)
}

// setOp describes a set operation. UNION is a grouping over an Append.
func (d *describer) setOp(n *SetOp) *described {
	x := &described{title: "Append", members: true}
	if n.Op == Union {
		if n.All {
			return d.finish(x, n, n.Left, n.Right)
		}
		in := &described{title: "Append", members: true, kids: []describedKid{{node: d.node(n.Left)}, {node: d.node(n.Right)}}}
		if e, ok := d.opt.Estimates[n]; ok {
			l, r := d.opt.Estimates[n.Left], d.opt.Estimates[n.Right]
			in.est = &Estimate{Startup: l.Startup, Total: l.Total + r.Total + (l.Rows+r.Rows)*tupleCost/2, Rows: l.Rows + r.Rows, Width: e.Width}
		}
		var cols []string
		for _, c := range n.Out {
			cols = append(cols, c.Name)
		}
		x = &described{title: "HashAggregate", kind: []ExplainField{{"Strategy", "Hashed"}, {"Partial Mode", "Simple"}}}
		x.addList("Group Key", cols)
		x = d.finish(x, n)
		x.kids = append([]describedKid{{node: in}}, x.kids...)
		return x
	}
	x.title = "HashSetOp Intersect"
	if n.Op == Except {
		x.title = "HashSetOp Except"
	}
	if n.All {
		x.title += " All"
	}
	x = d.finish(x, n, n.Left, n.Right)
	x.details = nil
	return x
}

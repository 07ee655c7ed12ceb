package plan

import (
	"fmt"
	"strings"
)

// ExplainOptions say how a plan is to be described.
type ExplainOptions struct {
	// Verbose shows projections and each node's output.
	Verbose bool
	// Analyze, when set, returns what was measured of a node; false: it has no
	// operator of its own.
	Analyze func(Node) (Measured, bool)
	// Relation names a relation; nil: plans name it as the query does.
	Relation func(oid uint32) string
}

// ExplainText returns the lines of EXPLAIN: PostgreSQL's layout without costs,
// then the hints.
func ExplainText(n Node, o ExplainOptions) []string {
	d := describer{opt: o}
	var out []string
	renderText(d.node(n), "", "", &out)
	return append(out, Hints(n)...)
}

// described is a node as EXPLAIN shows it.
type described struct {
	title    string // "Hash Join"
	on       string // " on assertions a"
	measured *Measured
	props    []prop
	kids     []describedKid
}

// prop is one line below a title.
type prop struct {
	name string
	text string
	list []string // set instead of text for lists
}

// describedKid is an input; label marks CTEs and subplans.
type describedKid struct {
	label string
	node  *described
}

func (d *described) add(name, text string) {
	if text != "" {
		d.props = append(d.props, prop{name: name, text: text})
	}
}

func (d *described) addList(name string, list []string) {
	if len(list) > 0 {
		d.props = append(d.props, prop{name: name, list: list})
	}
}

// renderText writes a node and its inputs. lead stands before the title,
// indent before what is below it.
func renderText(n *described, lead, indent string, out *[]string) {
	note := ""
	if n.measured != nil {
		note = " " + n.measured.String()
	}
	*out = append(*out, lead+n.title+n.on+note)
	for _, p := range n.props {
		text := p.text
		if p.list != nil {
			text = strings.Join(p.list, ", ")
		}
		*out = append(*out, indent+"  "+p.name+": "+text)
	}
	for _, k := range n.kids {
		if k.label != "" {
			*out = append(*out, indent+"  "+k.label)
			renderText(k.node, indent+"    ->  ", indent+"        ", out)
			continue
		}
		renderText(k.node, indent+"  ->  ", indent+"      ", out)
	}
}

// describer walks a plan.
type describer struct {
	opt ExplainOptions
	// outer names what OuterRefs stand for, innermost last.
	outer [][]string
	subs  int
	// pending are the subplans met in the expressions of the present node.
	pending []describedKid
}

// inputs describes a node's inputs and the subplans of its expressions.
func (d *describer) finish(x *described, n Node, kids ...Node) *described {
	subs := d.pending
	d.pending = nil
	for _, k := range kids {
		x.kids = append(x.kids, describedKid{node: d.node(k)})
	}
	x.kids = append(x.kids, subs...)
	if d.opt.Analyze != nil {
		if m, ok := d.opt.Analyze(n); ok {
			x.measured = &m
		}
	}
	if d.opt.Verbose {
		var cols []string
		for _, c := range n.Columns() {
			cols = append(cols, c.Name)
		}
		x.props = append([]prop{{name: "Output", list: cols}}, x.props...)
		if len(cols) == 0 {
			x.props = x.props[1:]
		}
	}
	return x
}

// node describes one node.
func (d *describer) node(n Node) *described {
	switch n := n.(type) {
	case *Scan:
		return d.scan(n)
	case *Lens:
		return d.lens(n)
	case *Join:
		return d.join(n)
	case *Aggregate:
		return d.aggregate(n)
	case *Window:
		return d.window(n)
	case *Project:
		return d.project(n)
	case *With:
		return d.with(n)
	}
	x := &described{}
	switch n := n.(type) {
	case *Values:
		x.title = "Values Scan"
		if len(n.Rows) == 1 {
			x.title = "Result"
		}
		for _, r := range n.Rows {
			d.exprs(r)
		}
		return d.finish(x, n)
	case *ProjectSet:
		x.title = "ProjectSet"
		d.exprs(n.Exprs)
		return d.finish(x, n, n.Input)
	case *Filter:
		x.title = "Filter"
		x.add("Filter", d.cond(n.Cond))
		return d.finish(x, n, n.Input)
	case *Sort:
		x.title = "Sort"
		switch {
		case n.Limit != nil:
			x.title = "Top-N Sort"
		case n.Presorted > 0:
			x.title = "Incremental Sort"
		}
		x.addList("Sort Key", d.sortKeys(n.Keys))
		x.addList("Presorted Key", d.sortKeys(n.Keys[:n.Presorted]))
		return d.finish(x, n, n.Input)
	case *Limit:
		x.title = "Limit"
		if n.Ties != nil {
			x.title = "Limit With Ties"
		}
		if n.Count != nil {
			x.add("Count", d.expr(n.Count))
		}
		if n.Offset != nil {
			x.add("Offset", d.expr(n.Offset))
		}
		return d.finish(x, n, n.Input)
	case *Distinct:
		x.title = "Unique"
		cols := n.Input.Columns()
		var on []string
		for _, i := range n.On {
			on = append(on, cols[i].Name)
		}
		x.addList("On", on)
		return d.finish(x, n, n.Input)
	}
	return d.other(n)
}

// other describes set operations, references, functions and writes.
func (d *describer) other(n Node) *described {
	x := &described{}
	switch n := n.(type) {
	case *SetOp:
		x.title = setOpTitle(n)
		return d.finish(x, n, n.Left, n.Right)
	case *CTERef:
		x.title, x.on = "CTE Scan", " on "+n.Name
		if n.Working {
			x.title = "WorkTable Scan"
		}
		return d.finish(x, n)
	case *FunctionScan:
		x.title = "Function Scan"
		x.addList("Function Call", d.exprs(n.Calls))
		return d.finish(x, n)
	case *Insert:
		x.title, x.on = "Insert", " on "+d.relation(uint32(n.Rel))
		if n.DoNothing {
			x.add("Conflict Resolution", "NOTHING")
		}
		return d.finish(x, n, n.Input)
	case *Update:
		x.title, x.on = "Update", " on "+d.relation(uint32(n.Rel))
		return d.finish(x, n, n.Input)
	case *Delete:
		x.title, x.on = "Delete", " on "+d.relation(uint32(n.Rel))
		return d.finish(x, n, n.Input)
	}
	x.title = fmt.Sprintf("%T", n)
	return d.finish(x, n, n.Children()...)
}

func setOpTitle(n *SetOp) string {
	switch {
	case n.Op == Union && n.All:
		return "Append"
	case n.Op == Union:
		return "HashSetOp Union"
	}
	word := "HashSetOp Intersect"
	if n.Op == Except {
		word = "HashSetOp Except"
	}
	if n.All {
		word += " All"
	}
	return word
}

func (d *describer) relation(oid uint32) string {
	if d.opt.Relation != nil {
		return d.opt.Relation(oid)
	}
	return fmt.Sprint(oid)
}

// project is passed over unless all is to be shown, as PostgreSQL has no such
// node; its subplans are shown with its input.
func (d *describer) project(n *Project) *described {
	list := d.exprs(n.Exprs)
	if d.opt.Verbose {
		x := &described{title: "Project"}
		x.addList("Compute", list)
		return d.finish(x, n, n.Input)
	}
	subs := d.pending
	d.pending = nil
	x := d.node(n.Input)
	x.kids = append(x.kids, subs...)
	return x
}

func (d *describer) with(n *With) *described {
	var ctes []describedKid
	for i := range n.CTEs {
		c := &n.CTEs[i]
		if !c.Recursive {
			ctes = append(ctes, describedKid{"CTE " + c.Name, d.node(c.Plan)})
			continue
		}
		u := &described{title: "Recursive Union"}
		u.kids = []describedKid{{node: d.node(c.Plan)}, {node: d.node(c.Step)}}
		ctes = append(ctes, describedKid{"CTE " + c.Name, u})
	}
	x := d.node(n.Body)
	x.kids = append(ctes, x.kids...)
	return x
}

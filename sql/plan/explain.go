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
	// Details, when set, tells of a node what will come of it.
	Details func(Node) []Detail
	// Estimates, when set, are shown with the nodes that they are of.
	Estimates map[Node]Estimate
	// Buffers and WAL show what a node read and wrote of PostgreSQL's buffers and
	// log: there is nothing of them here.
	Buffers, WAL bool
	// Relation names a relation; nil: plans name it as the query does.
	Relation func(oid uint32) string
}

// ExplainText returns the lines of EXPLAIN in PostgreSQL's layout, then the
// hints.
func ExplainText(n Node, o ExplainOptions) []string {
	d := describer{opt: o}
	var out []string
	renderText(d.node(n), "", "", &out)
	return append(out, Hints(n)...)
}

// described is a node as EXPLAIN shows it.
type described struct {
	title    string         // "Hash Join"
	on       string         // " on assertions a"
	kind     []ExplainField // what follows the node's type in structured formats
	named    []ExplainField // what it reads, there
	est      *Estimate
	measured *Measured
	props    []prop
	details  []Detail // how it went, below the props
	kids     []describedKid
	joins    bool // the second input is the inner one
	members  bool // the inputs are alike
}

// prop is one line below a title.
type prop struct {
	name string
	text string
	list []string // set instead of text for lists
}

// Detail is something that was measured of a node, as a line and as fields of
// structured formats. Below names the node between this and its second input
// that it is shown at.
type Detail struct {
	Below      string
	Name, Text string
	Fields     []ExplainField
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
	if n.est != nil {
		note = fmt.Sprintf("  (cost=%.2f..%.2f rows=%.0f width=%d)", n.est.Startup, n.est.Total, n.est.Rows, n.est.Width)
	}
	if n.measured != nil {
		note += " " + n.measured.String()
	}
	*out = append(*out, lead+n.title+n.on+note)
	for _, p := range n.props {
		text := p.text
		if p.list != nil {
			text = strings.Join(p.list, ", ")
		}
		*out = append(*out, indent+"  "+p.name+": "+text)
	}
	for _, x := range n.details {
		if x.Text != "" {
			*out = append(*out, indent+"  "+x.Name+": "+x.Text)
		}
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
	outer []outerArgs
	subs  int
	// bare is the item whose columns need not be told apart: a scan's own.
	bare string
	// pending are the subplans met in the expressions of the present node.
	pending []describedKid
}

// outerArgs are the values handed over a boundary, and those of them that go over
// as arrays of a batch's.
type outerArgs struct {
	args  []string
	batch []bool
}

// inputs describes a node's inputs and the subplans of its expressions.
func (d *describer) finish(x *described, n Node, kids ...Node) *described {
	subs := d.pending
	d.pending = nil
	for _, k := range kids {
		x.kids = append(x.kids, describedKid{node: d.node(k)})
	}
	x.kids = append(x.kids, subs...)
	d.expected(x, n)
	if d.opt.Analyze != nil {
		if m, ok := d.opt.Analyze(n); ok {
			d.measured(x, m)
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
	case *Filter:
		return d.filter(n)
	case *SetOp:
		return d.setOp(n)
	}
	x := &described{}
	switch n := n.(type) {
	case *Values:
		x.title, x.on = "Values Scan", ` on "*VALUES*"`
		x.named = []ExplainField{{"Alias", "*VALUES*"}}
		if len(n.Rows) <= 1 {
			x.title, x.on, x.named = "Result", "", nil
		}
		if len(n.Rows) == 0 { // what a condition that is never true became
			x.filter("One-Time Filter", "false")
		}
		for _, r := range n.Rows {
			d.exprs(r)
		}
		return d.finish(x, n)
	case *Gate:
		x.title = "Result"
		x.filter("One-Time Filter", d.cond(n.Cond))
		return d.finish(x, n, n.Input)
	case *ProjectSet:
		x.title = "ProjectSet"
		d.exprs(n.Exprs)
		return d.finish(x, n, n.Input)
	case *Sort:
		x.title = "Sort"
		if n.Presorted > 0 {
			x.title = "Incremental Sort"
		}
		x.addList("Sort Key", d.sortKeys(n.Keys))
		x.addList("Presorted Key", d.sortKeys(n.Keys[:n.Presorted]))
		return d.finish(x, n, n.Input)
	case *Limit:
		x.title = "Limit"
		d.expr(n.Count)
		d.expr(n.Offset)
		return d.finish(x, n, n.Input)
	case *LockRows:
		x.title = "LockRows"
		return d.finish(x, n, n.Input)
	case *Sample:
		x.title = "Sample Scan"
		x.addList("Sampling", d.sampling(n))
		return d.finish(x, n, n.Input)
	case *Distinct:
		d.distinct(x, n)
		if x = d.finish(x, n, n.Input); n.On != nil {
			x.details = nil
		}
		return x
	}
	return d.other(n)
}

// other describes set operations, references, functions and writes.
func (d *describer) other(n Node) *described {
	x := &described{}
	switch n := n.(type) {
	case *CTERef:
		x.title, x.on = "CTE Scan", " on "+n.Name
		if n.Working {
			x.title = "WorkTable Scan"
		}
		x.named = []ExplainField{{"CTE Name", n.Name}, {"Alias", n.Name}}
		return d.finish(x, n)
	case *FunctionScan:
		d.functionScan(x, n)
		return d.finish(x, n)
	case *TempWrite:
		x.title, x.on = [...]string{"Insert", "Update", "Delete", "Merge"}[n.Kind], " on "+n.Name
		x.kind = []ExplainField{{"Operation", x.title}}
		x.named = []ExplainField{{"Relation Name", n.Name}, {"Alias", n.Name}}
		d.conflict(x, false, nil, n.Conflict)
		return d.finish(x, n, n.Input)
	case *Insert:
		x.title, x.on = "Insert", " on "+d.relation(uint32(n.Rel))
		x.kind = []ExplainField{{"Operation", "Insert"}}
		d.conflict(x, n.DoNothing, n.Arbiters, n.Conflict)
		return d.finish(x, n, n.Input)
	case *Update:
		x.title, x.on = "Update", " on "+d.relation(uint32(n.Rel))
		x.kind = []ExplainField{{"Operation", "Update"}}
		return d.finish(x, n, n.Input)
	case *Delete:
		x.title, x.on = "Delete", " on "+d.relation(uint32(n.Rel))
		x.kind = []ExplainField{{"Operation", "Delete"}}
		return d.finish(x, n, n.Input)
	}
	x.title = fmt.Sprintf("%T", n)
	return d.finish(x, n, n.Children()...)
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
	d.expected(x, n)
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
		u.joins = true
		ctes = append(ctes, describedKid{"CTE " + c.Name, u})
	}
	x := d.node(n.Body)
	x.kids = append(ctes, x.kids...)
	return x
}

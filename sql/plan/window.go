package plan

import "github.com/stemedb/stemedb/sql/types"

// Window computes calls over the rows around each row. Its input comes ordered
// by Partition and then Order. Output: the input's columns, then the calls'
// results; the order of the rows stays.
type Window struct {
	Input     Node
	Partition []Expr
	Order     []SortKey
	Frame     Frame
	Calls     []WindowCall
	Out       []Column
}

// WindowCall is a window function, or an aggregate over a window's frame.
type WindowCall struct {
	Func   types.OID
	Args   []Expr
	Filter Expr // of aggregates; nil: all rows
	OID    types.OID
}

// Frame says which rows of the partition a call looks at.
type Frame struct {
	Mode       FrameMode
	Start, End FrameBound
	// Offsets of the bounds that have one, without columns: of type int8, or by
	// RANGE of what InRange takes.
	StartOffset, EndOffset Expr
	// StartInRange and EndInRange are the in_range functions of a RANGE with
	// offsets.
	StartInRange, EndInRange types.OID
	Exclude                  FrameExclude
}

// FrameMode is the unit in which a frame's bounds are counted.
type FrameMode uint8

// The modes of frames.
const (
	RangeFrame FrameMode = iota
	RowsFrame
	GroupsFrame
)

// FrameBound is one end of a frame.
type FrameBound uint8

// The bounds, from the partition's first row to its last.
const (
	UnboundedPreceding FrameBound = iota
	OffsetPreceding
	CurrentRow
	OffsetFollowing
	UnboundedFollowing
)

// FrameExclude says which rows around the current one a frame leaves out.
type FrameExclude uint8

// The exclusions.
const (
	ExcludeNone FrameExclude = iota
	ExcludeCurrentRow
	ExcludeGroup
	ExcludeTies
)

// Columns are the input's and the calls'.
func (n *Window) Columns() []Column { return n.Out }

// Children is the input.
func (n *Window) Children() []Node { return []Node{n.Input} }

// rWindow is Window by numbers: ids are the calls' columns.
type rWindow struct {
	input     rel
	partition []Expr
	order     []SortKey
	frame     Frame
	calls     []WindowCall
	ids       []int
}

func (r *rWindow) outs() []int {
	in := r.input.outs()
	return append(append(make([]int, 0, len(in)+len(r.ids)), in...), r.ids...)
}

// clone copies what rules may change in place.
func (r *rWindow) clone() *rWindow {
	x := *r
	x.partition = append([]Expr(nil), r.partition...)
	x.order = append([]SortKey(nil), r.order...)
	x.calls = nil
	for _, c := range r.calls {
		c.Args = append([]Expr(nil), c.Args...)
		x.calls = append(x.calls, c)
	}
	return &x
}

func (r *rWindow) exprs(one func(*Expr), list func([]Expr)) {
	list(r.partition)
	for i := range r.order {
		one(&r.order[i].Expr)
	}
	one(&r.frame.StartOffset)
	one(&r.frame.EndOffset)
	for i := range r.calls {
		list(r.calls[i].Args)
		one(&r.calls[i].Filter)
	}
}

// pruneWindow drops the calls that nobody asks for, and the node with the last
// of them.
func (b *binder) pruneWindow(r *rWindow, need *colSet) rel {
	var calls []WindowCall
	ids := []int{}
	for i, id := range r.ids {
		if need.has(id) {
			calls, ids = append(calls, r.calls[i]), append(ids, id)
		}
	}
	if len(calls) == 0 {
		return b.prune(r.input, need)
	}
	r.calls, r.ids = calls, ids
	used := union(need, nil)
	r.exprs(func(e *Expr) { addCols(used, *e) }, func(es []Expr) {
		for _, e := range es {
			addCols(used, e)
		}
	})
	r.input = b.prune(r.input, used)
	return r
}

// pushWindow lets conditions on the partition's keys alone below: they choose
// whole partitions.
func (b *binder) pushWindow(r *rWindow, conds []Expr) rel {
	keys := setOf(columnsOf(r.partition))
	down, stay := splitExprs(conds, func(e Expr) bool {
		return ofKeys(r, keys, colsOf(e)) && !holdsSubquery(e)
	})
	r.input = b.push(r.input, down)
	return wrap(r, stay)
}

// window lowers an rWindow.
func (l lowering) window(r *rWindow) Node {
	in := l.node(r.input)
	at := layoutOf(r.input.outs())
	n := &Window{Input: in, Partition: l.exprs(r.partition, at), Order: l.keys(r.order, at), Frame: r.frame, Out: l.b.columns(r.outs())}
	n.Frame.StartOffset = l.expr(r.frame.StartOffset, nil)
	n.Frame.EndOffset = l.expr(r.frame.EndOffset, nil)
	for _, c := range r.calls {
		c.Args = l.exprs(c.Args, at)
		c.Filter = l.expr(c.Filter, at)
		n.Calls = append(n.Calls, c)
	}
	return n
}

// window describes a Window; its Sort stands below it, as PostgreSQL shows it.
func (d *describer) window(n *Window) *described {
	x := &described{title: "WindowAgg"}
	for i := range n.Calls {
		d.exprs(n.Calls[i].Args)
		d.expr(n.Calls[i].Filter)
	}
	d.expr(n.Frame.StartOffset)
	d.expr(n.Frame.EndOffset)
	return d.finish(x, n, n.Input)
}

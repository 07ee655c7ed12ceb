package exec

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// windowCall is one call over a window: its arguments and its results, row by
// row as in the operator's store.
type windowCall struct {
	fn   *functions.Func
	ts   []types.OID
	args []evaluator
	wide []column
	vecs []*types.Vec
	// An aggregate with a filter stores the arguments of the rows kept alone;
	// before[i] counts those before row i.
	filter *conjunction
	kept   *rowBatch
	before []int32
	store  *rowStore
	out    types.Vec
	agg    windowAgg
}

func (bd *builder) windowCall(x *plan.WindowCall, in plan.Node) (*windowCall, error) {
	f, err := function(x.Func)
	if err != nil {
		return nil, err
	}
	if f.Aggregate == nil && f.Window == nil {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "window function %s is not supported", f.Name)
	}
	c := &windowCall{fn: f, ts: argTypes(x.Args), out: types.NewVec(x.OID)}
	if c.args, err = bd.exprs(x.Args); err != nil {
		return nil, err
	}
	for _, t := range c.ts {
		c.wide = append(c.wide, newColumn(t))
	}
	c.vecs, c.store = make([]*types.Vec, len(c.args)), newRowStore(c.ts)
	if c.filter, err = bd.conjunction(x.Filter); err != nil {
		return nil, err
	}
	if c.filter != nil {
		c.kept = newRowBatch(columnTypes(in))
	}
	c.agg.views, c.agg.ptrs = make([]types.Vec, len(c.args)), make([]*types.Vec, len(c.args))
	for k := range c.agg.views {
		c.agg.ptrs[k] = &c.agg.views[k]
	}
	return c, nil
}

func (c *windowCall) reset() {
	c.store.reset()
	c.before = c.before[:0]
	clear(c.out.S)
	clear(c.out.A)
	c.out.Reset()
	c.agg.state = nil
}

// take stores the arguments over a batch.
func (c *windowCall) take(t *task, b *types.Batch) error {
	if c.filter != nil {
		sel, err := c.filter.keep(t, b)
		if err != nil {
			return err
		}
		c.note(sel, b.N)
		switch len(sel) {
		case 0:
			return nil
		case b.N:
		default:
			b = c.kept.gather(b, sel)
		}
	}
	for i, e := range c.args {
		v, err := c.wide[i].full(e, t, b)
		if err != nil {
			return err
		}
		c.vecs[i] = v
	}
	c.store.appendCols(c.vecs, b.N)
	return nil
}

// note counts on for n rows of which sel are kept.
func (c *windowCall) note(sel []int32, n int) {
	if len(c.before) == 0 {
		c.before = append(c.before, 0)
	}
	kept := c.before[len(c.before)-1]
	for i := range n {
		if len(sel) > 0 && sel[0] == int32(i) {
			sel = sel[1:]
			kept++
		}
		c.before = append(c.before, kept)
	}
}

// drop forgets the first n rows.
func (c *windowCall) drop(n int) {
	if n == 0 {
		return
	}
	dropRows(&c.out, n)
	if c.filter == nil {
		c.store.dropFirst(n)
		return
	}
	gone := c.before[n]
	c.before = append(c.before[:0], c.before[n:]...)
	for i := range c.before {
		c.before[i] -= gone
	}
	c.store.dropFirst(int(gone))
}

// compute appends the results of the operator's partition, whose first row is
// from.
func (c *windowCall) compute(o *windowOp, from int) error {
	if c.fn.Window == nil {
		return c.aggregate(o, from)
	}
	p := &o.view
	p.Args = p.Args[:0]
	for k := range c.store.cols {
		p.Args = append(p.Args, c.store.cols[k].Slice(from, from+p.Rows))
	}
	return c.fn.Window(o.t.fn, p, &c.out)
}

func (c *windowCall) size() int64 {
	n := c.store.bytes + int64(cap(c.before))*4 + vecBytes(&c.out, 0, c.out.Len())
	if c.agg.state != nil {
		n += c.agg.state.Size()
	}
	return n
}

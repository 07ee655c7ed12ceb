package exec

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// windowOp computes window calls over an ordered input. It holds the partition
// that is being read; the calls' results of those that are complete wait with
// their rows to be given.
type windowOp struct {
	in    operator
	width int       // input columns; the store has computed keys behind them
	keys  keySource // of the partition, then of the order
	vecs  []*types.Vec
	part  ordering
	order ordering
	calls []*windowCall
	frame windowFrame
	view  functions.Partition

	store *rowStore
	shed  windowShed
	whole int // rows of complete partitions
	given int
	done  bool
	sel   []int32
	out   *rowBatch
	t     *task
	hold  holding
}

func (bd *builder) window(n *plan.Window, in operator) (operator, error) {
	if ranks(n) {
		return bd.rankOver(n, in)
	}
	ts := columnTypes(n.Input)
	o := &windowOp{in: in, width: len(ts), out: newRowBatch(columnTypes(n))}
	o.part, o.order = ascending(argTypes(n.Partition)), newOrdering(n.Order)
	var err error
	for i, x := range n.Partition {
		if o.part.keys[i].at, err = o.keys.add(bd, x, o.width); err != nil {
			return nil, err
		}
	}
	for i, k := range n.Order {
		if o.order.keys[i].at, err = o.keys.add(bd, k.Expr, o.width); err != nil {
			return nil, err
		}
	}
	ts = append(ts, o.keys.types...)
	o.store, o.vecs = newRowStore(ts), make([]*types.Vec, len(ts))
	if err := o.frame.build(bd, n); err != nil {
		return nil, err
	}
	o.view.Frame = &o.frame
	for i := range n.Calls {
		c, err := bd.windowCall(&n.Calls[i], n.Input)
		if err != nil {
			return nil, err
		}
		o.calls = append(o.calls, c)
	}
	return o, nil
}

func (o *windowOp) open(t *task) error {
	o.t, o.whole, o.given, o.done = t, 0, 0, false
	o.hold.spills(t)
	o.reset()
	if err := o.frame.open(t); err != nil {
		return err
	}
	return o.in.open(t)
}

func (o *windowOp) reset() {
	o.store.reset()
	o.shed.close()
	for _, c := range o.calls {
		c.reset()
	}
}

func (o *windowOp) next() (*types.Batch, error) {
	for {
		if n := min(o.whole-o.given, types.BatchSize); n > 0 {
			return o.emit(n)
		}
		if o.done {
			return nil, nil
		}
		o.drop()
		if err := o.fill(); err != nil {
			return nil, err
		}
	}
}

// emit gives the next n rows.
func (o *windowOp) emit(n int) (*types.Batch, error) {
	o.sel = identity(o.sel, n)
	for i := range o.sel {
		o.sel[i] += int32(o.given)
	}
	o.given += n
	if err := o.input(o.sel); err != nil {
		return nil, err
	}
	for k, c := range o.calls {
		o.out.cols[o.width+k].gather(&c.out, o.sel)
	}
	return o.out.publish(n), nil
}

// drop forgets the rows that were given: all complete partitions.
func (o *windowOp) drop() {
	for _, c := range o.calls {
		c.drop(o.whole)
	}
	o.dropFirst(o.whole)
	o.whole, o.given = 0, 0
}

// fill reads until a partition is complete, and computes the calls over all
// that are.
func (o *windowOp) fill() error {
	for o.whole == 0 {
		b, err := o.in.next()
		if err != nil {
			return err
		}
		if b == nil {
			o.done = true
			if o.store.n == 0 {
				return nil
			}
			if err := o.complete(o.store.n); err != nil {
				return err
			}
			return o.charge()
		}
		if b.N == 0 {
			continue
		}
		had := o.store.n
		if err := o.take(b); err != nil {
			return err
		}
		cols := o.store.cols
		for i := max(had, 1); i < o.store.n && len(o.part.keys) > 0; i++ {
			if i > o.whole && o.part.compare(cols, i-1, cols, i) != 0 {
				if err := o.complete(i); err != nil {
					return err
				}
			}
		}
		if err := o.charge(); err != nil {
			return err
		}
	}
	return nil
}

// take adds a batch to the stores.
func (o *windowOp) take(b *types.Batch) error {
	if err := o.keys.load(o.t, b, o.vecs); err != nil {
		return err
	}
	o.store.appendCols(o.vecs, b.N)
	for _, c := range o.calls {
		if err := c.take(o.t, b); err != nil {
			return err
		}
	}
	return nil
}

// complete computes the calls over the partition that ends before row end.
func (o *windowOp) complete(end int) error {
	from := o.whole
	p := &o.view
	p.Rows = end - from
	p.Group, p.Starts = p.Group[:0], append(p.Starts[:0], 0)
	cols := o.store.cols
	for i := from; i < end; i++ {
		if i > from && o.order.compare(cols, i-1, cols, i) != 0 {
			p.Starts = append(p.Starts, int32(i-from))
		}
		p.Group = append(p.Group, int32(len(p.Starts)-1))
	}
	p.Starts = append(p.Starts, int32(p.Rows))
	var key *types.Vec
	if len(o.order.keys) > 0 {
		key = &cols[o.order.keys[0].at]
	}
	o.frame.begin(p, key, from)
	if o.frame.measured() {
		if err := o.frame.bounds(o.t); err != nil {
			return err
		}
	}
	for _, c := range o.calls {
		if err := c.compute(o, from); err != nil {
			return err
		}
	}
	o.whole = end
	return nil
}

// charge accounts for what is held.
func (o *windowOp) charge() error {
	if err := o.t.ctx.Err(); err != nil {
		return err
	}
	return o.charged(o.hold.set(o.held()))
}

// held estimates the memory in use.
func (o *windowOp) held() int64 {
	n := o.store.bytes + int64(cap(o.view.Group)+cap(o.frame.starts)+cap(o.frame.ends))*4
	for _, c := range o.calls {
		n += c.size()
	}
	return n
}

func (o *windowOp) close() {
	o.in.close()
	o.reset()
	o.hold.release()
}

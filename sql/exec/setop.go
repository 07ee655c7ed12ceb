package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

func (bd *builder) setOp(n *plan.SetOp) (operator, error) {
	ins, err := bd.nodes(n.Left, n.Right)
	if err != nil {
		return nil, err
	}
	ts := columnTypes(n)
	if n.Op == plan.Union {
		u := &unionOp{left: ins[0], right: ins[1]}
		if n.All {
			return u, nil
		}
		return newDistinct(u, all(len(ts)), ts, ts), nil
	}
	c := &countOp{left: ins[0], right: ins[1], except: n.Op == plan.Except, all: n.All, ts: ts,
		rights: newGroupTable(ts), cols: make([]*types.Vec, len(ts)), out: newRowBatch(ts)}
	if n.All {
		return c, nil
	}
	return newDistinct(c, all(len(ts)), ts, ts), nil
}

// all numbers columns.
func all(n int) []int {
	on := make([]int, n)
	for i := range on {
		on[i] = i
	}
	return on
}

// unionOp gives the rows of both inputs, one after the other.
type unionOp struct {
	left, right operator
	second      bool
	t           *task
}

func (o *unionOp) open(t *task) error {
	o.t, o.second = t, false
	return o.left.open(t)
}

func (o *unionOp) next() (*types.Batch, error) {
	if !o.second {
		b, err := o.left.next()
		if err != nil || b != nil {
			return b, err
		}
		o.left.close()
		o.second = true
		if err := o.right.open(o.t); err != nil {
			return nil, err
		}
	}
	return o.right.next()
}

func (o *unionOp) close() {
	o.left.close()
	o.right.close()
}

// countOp is INTERSECT ALL and EXCEPT ALL, and what the others are before their
// repeats are dropped: it counts the right rows, then decides each left row as
// it comes. Right rows beyond the budget go to files, and the left rows with
// them (setop_spill.go).
type countOp struct {
	left, right operator
	except, all bool
	ts          []types.OID
	rights      *groupTable
	counts      []int64 // of right rows, ALL uses them up
	cols        []*types.Vec
	groups      []int32
	sel         []int32
	out         *rowBatch
	loaded      bool
	spill       *countSpill // nil: all is in memory
	refused     error
	t           *task
	hold        holding
}

func (o *countOp) open(t *task) error {
	o.t, o.loaded, o.refused = t, false, nil
	o.reset()
	o.hold.spills(t)
	return o.left.open(t)
}

func (o *countOp) reset() {
	o.rights.reset()
	if o.counts = o.counts[:0]; cap(o.counts) > 16*types.BatchSize {
		o.counts = nil
	}
}

func (o *countOp) refs(b *types.Batch) {
	for i := range o.cols {
		o.cols[i] = &b.Cols[i]
	}
}

// held estimates the bytes of the right rows.
func (o *countOp) held() int64 { return o.rights.size() + int64(cap(o.counts))*8 }

// load counts the right rows; a file's have their counts behind them.
func (o *countOp) load(in operator, fromFile bool) error {
	for {
		b, err := in.next()
		if err != nil || b == nil {
			return err
		}
		o.refs(b)
		for i := range b.N {
			g, fresh := o.rights.one(o.cols, i)
			if fresh {
				o.counts = append(o.counts, 0)
			}
			n := int64(1)
			if fromFile {
				n = b.Cols[len(o.ts)].I[i]
			}
			o.counts[g] += n
		}
		if err := o.hold.set(o.held()); err != nil {
			o.refused = err
			return err
		}
	}
}

func (o *countOp) next() (*types.Batch, error) {
	if !o.loaded {
		if err := o.right.open(o.t); err != nil {
			return nil, err
		}
		if err := o.load(o.right, false); err != nil {
			if err := o.divide(err); err != nil {
				return nil, err
			}
		}
		o.right.close()
		o.loaded = true
	}
	if o.spill != nil {
		return o.spill.next()
	}
	for {
		b, err := o.left.next()
		if err != nil || b == nil {
			return nil, err
		}
		o.choose(b)
		if len(o.sel) > 0 {
			return o.out.gather(b, o.sel), nil
		}
	}
}

// choose selects the rows of a left batch.
func (o *countOp) choose(b *types.Batch) {
	o.refs(b)
	o.groups = identity(o.groups, b.N)
	o.rights.find(o.cols, b.N, o.groups)
	o.sel = o.sel[:0]
	for i, g := range o.groups {
		in := g >= 0
		if in && o.all {
			if in = o.counts[g] > 0; in {
				o.counts[g]--
			}
		}
		if in != o.except {
			o.sel = append(o.sel, int32(i))
		}
	}
}

func (o *countOp) close() {
	o.left.close()
	o.right.close()
	o.spill.close()
	o.spill = nil
	o.reset()
	o.hold.release()
}

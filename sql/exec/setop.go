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
		on := make([]int, len(ts))
		for i := range on {
			on[i] = i
		}
		return newDistinct(u, on, ts, ts), nil
	}
	return &countOp{left: ins[0], right: ins[1], except: n.Op == plan.Except, all: n.All,
		rights: newGroupTable(ts), given: newGroupTable(ts), cols: make([]*types.Vec, len(ts)), out: newRowBatch(ts)}, nil
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

// countOp is INTERSECT and EXCEPT: it counts the right rows, then decides each
// left row as it comes.
type countOp struct {
	left, right operator
	except, all bool
	rights      *groupTable
	counts      []int64 // of right rows, ALL uses them up
	given       *groupTable
	cols        []*types.Vec
	groups      []int32
	sel         []int32
	out         *rowBatch
	loaded      bool
	t           *task
	hold        holding
}

func (o *countOp) open(t *task) error {
	o.t, o.loaded = t, false
	o.rights.reset()
	o.given.reset()
	o.counts = o.counts[:0]
	o.hold.open(&t.stmt.mem)
	return o.left.open(t)
}

func (o *countOp) refs(b *types.Batch) {
	for i := range o.cols {
		o.cols[i] = &b.Cols[i]
	}
}

func (o *countOp) load() error {
	if err := o.right.open(o.t); err != nil {
		return err
	}
	for {
		b, err := o.right.next()
		if err != nil {
			return err
		}
		if b == nil {
			o.right.close()
			return nil
		}
		o.refs(b)
		for i := range b.N {
			g, fresh := o.rights.one(o.cols, i)
			if fresh {
				o.counts = append(o.counts, 0)
			}
			o.counts[g]++
		}
		if err := o.hold.set(o.rights.size()); err != nil {
			return err
		}
	}
}

func (o *countOp) next() (*types.Batch, error) {
	if !o.loaded {
		if err := o.load(); err != nil {
			return nil, err
		}
		o.loaded = true
	}
	for {
		b, err := o.left.next()
		if err != nil || b == nil {
			return nil, err
		}
		if b.N == 0 {
			continue
		}
		o.refs(b)
		o.groups = identity(o.groups, b.N)
		o.rights.find(o.cols, b.N, o.groups)
		o.sel = o.sel[:0]
		for i, g := range o.groups {
			if o.takes(i, g) {
				o.sel = append(o.sel, int32(i))
			}
		}
		if err := o.hold.set(o.rights.size() + o.given.size()); err != nil {
			return nil, err
		}
		if len(o.sel) > 0 {
			return o.out.gather(b, o.sel), nil
		}
	}
}

// takes decides left row i, whose equals on the right are group g.
func (o *countOp) takes(i int, g int32) bool {
	if o.all {
		in := g >= 0 && o.counts[g] > 0
		if in {
			o.counts[g]--
		}
		return in != o.except
	}
	if (g >= 0) == o.except {
		return false
	}
	_, fresh := o.given.one(o.cols, i)
	return fresh
}

func (o *countOp) close() {
	o.left.close()
	o.right.close()
	o.rights.reset()
	o.given.reset()
	o.hold.release()
}

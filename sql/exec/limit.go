package exec

import (
	"math"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// limitOp skips rows and passes a number of them, and with ties those that
// are equal to the last of them.
type limitOp struct {
	in            operator
	count, offset evaluator
	out           *rowBatch
	sel           []int32
	skip, left    int64
	opened        bool
	ties          *ties // nil: none
}

func (bd *builder) limit(n *plan.Limit) (operator, error) {
	if n.Offset == nil && n.Ties == nil {
		bd.ships(n.Input, n)
	}
	in, err := bd.node(n.Input)
	if err != nil {
		return nil, err
	}
	return bd.limitOver(n, in)
}

func (bd *builder) limitOver(n *plan.Limit, in operator) (*limitOp, error) {
	o := &limitOp{in: in, out: newRowBatch(columnTypes(n))}
	var err error
	if o.count, err = bd.optional(n.Count); err != nil {
		return nil, err
	}
	if o.ties, err = bd.ties(n.Ties); err != nil {
		return nil, err
	}
	o.offset, err = bd.optional(n.Offset)
	return o, err
}

// rowCount evaluates LIMIT or OFFSET; NULL and nil give none.
func rowCount(e evaluator, t *task, none int64, code, word string) (int64, error) {
	if e == nil {
		return none, nil
	}
	d, err := evalScalar(e, t)
	if err != nil || d.Null {
		return none, err
	}
	if d.I < 0 {
		return 0, sqlerr.New(code, "%s must not be negative", word)
	}
	return d.I, nil
}

func (o *limitOp) open(t *task) error {
	var err error
	if o.skip, err = rowCount(o.offset, t, 0, sqlerr.InvalidRowCountInOffset, "OFFSET"); err != nil {
		return err
	}
	if o.left, err = rowCount(o.count, t, math.MaxInt64, sqlerr.InvalidRowCountInLimit, "LIMIT"); err != nil {
		return err
	}
	if o.left == 0 {
		return nil
	}
	o.opened = true
	if o.ties != nil {
		o.ties.open(t)
	}
	return o.in.open(t)
}

func (o *limitOp) next() (*types.Batch, error) {
	for o.left > 0 {
		b, err := o.in.next()
		if err != nil || b == nil {
			return nil, err
		}
		n := int64(b.N)
		if o.skip >= n {
			o.skip -= n
			continue
		}
		from := o.skip
		take := min(n-from, o.left)
		o.skip = 0
		o.left -= take
		if o.ties != nil && o.left == 0 {
			more, err := o.ties.first(b, int(from+take-1))
			if err != nil {
				return nil, err
			}
			take += int64(more)
		}
		if take == n {
			return b, nil
		}
		o.sel = o.sel[:0]
		for i := from; i < from+take; i++ {
			o.sel = append(o.sel, int32(i))
		}
		return o.out.gather(b, o.sel), nil
	}
	if o.ties == nil || !o.ties.going {
		return nil, nil
	}
	b, err := o.in.next()
	if err != nil || b == nil {
		return nil, err
	}
	n, err := o.ties.rest(b)
	if err != nil || n == b.N {
		return b, err
	}
	o.sel = identity(o.sel, n)
	return o.out.gather(b, o.sel), nil
}

func (o *limitOp) close() {
	if o.opened {
		o.in.close()
		o.opened = false
	}
}

// distinctOp drops repeats: by all columns, or by some (the first row of each
// stays). What is more than the budget goes on in files (distinct_spill.go).
type distinctOp struct {
	in    operator
	on    []int
	ts    []types.OID
	seen  *groupTable
	cols  []*types.Vec
	out   *rowBatch
	sel   []int32
	spill *distinctSpill // nil: all is in memory
	t     *task
	hold  holding
}

func (bd *builder) distinct(n *plan.Distinct) (operator, error) {
	in, err := bd.node(n.Input)
	if err != nil {
		return nil, err
	}
	ts := columnTypes(n)
	on := n.On
	if on == nil {
		for i := range ts {
			on = append(on, i)
		}
	}
	keys := make([]types.OID, len(on))
	for i, c := range on {
		keys[i] = ts[c]
	}
	return newDistinct(in, on, keys, ts), nil
}

func newDistinct(in operator, on []int, keys, ts []types.OID) *distinctOp {
	return &distinctOp{in: in, on: on, ts: ts, seen: newGroupTable(keys), cols: make([]*types.Vec, len(on)), out: newRowBatch(ts)}
}

func (o *distinctOp) open(t *task) error {
	o.t = t
	o.seen.reset()
	o.hold.spills(t)
	return o.in.open(t)
}

// refs points cols at a batch's key columns.
func (o *distinctOp) refs(b *types.Batch) {
	for k, c := range o.on {
		o.cols[k] = &b.Cols[c]
	}
}

func (o *distinctOp) next() (*types.Batch, error) {
	for o.spill == nil {
		b, err := o.in.next()
		if err != nil || b == nil {
			return nil, err
		}
		o.refs(b)
		o.sel = o.sel[:0]
		for i := range b.N {
			if _, fresh := o.seen.one(o.cols, i); fresh {
				o.sel = append(o.sel, int32(i))
			}
		}
		refused := o.hold.set(o.seen.size())
		full, err := o.full(refused, 0)
		if err != nil {
			return nil, err
		}
		if full {
			o.spill = o.newSpill(refused)
		}
		switch len(o.sel) {
		case 0:
			continue
		case b.N:
			return b, nil
		}
		return o.out.gather(b, o.sel), nil
	}
	return o.spill.next()
}

func (o *distinctOp) close() {
	o.in.close()
	o.spill.close()
	o.spill = nil
	o.hold.release()
	o.seen.reset()
}

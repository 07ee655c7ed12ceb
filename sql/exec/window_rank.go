package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// rankOp computes row_number, rank and dense_rank over an ordered input. They
// follow from the rows before a row alone, so that nothing is held.
type rankOp struct {
	in          operator
	keys        []evaluator // of the partition, then of the order
	wide        []column
	part, order ordering
	kinds       []string

	vecs                []types.Vec // of the batch at hand
	last                *rowStore   // those of the row before it
	some                bool        // there was one
	number, rank, dense int64
	out                 types.Batch
	vals                []types.Vec
	t                   *task
}

// ranks reports whether a window's calls are such functions. A frame means
// nothing to them, but its offsets may be wrong.
func ranks(n *plan.Window) bool {
	for i := range n.Calls {
		f, err := function(n.Calls[i].Func)
		if err != nil || f.Window == nil || len(n.Calls[i].Args) > 0 {
			return false
		}
		switch f.Name {
		case "row_number", "rank", "dense_rank":
		default:
			return false
		}
	}
	return n.Frame.StartOffset == nil && n.Frame.EndOffset == nil
}

// rankOver builds the operator of a window whose calls are ranks.
func (bd *builder) rankOver(n *plan.Window, in operator) (operator, error) {
	o := &rankOp{in: in, order: newOrdering(n.Order), vals: make([]types.Vec, len(n.Calls))}
	ts := argTypes(n.Partition)
	o.part = ascending(ts)
	var err error
	if o.keys, err = bd.exprs(n.Partition); err != nil {
		return nil, err
	}
	for _, k := range n.Order {
		e, err := bd.expr(k.Expr)
		if err != nil {
			return nil, err
		}
		t, _ := k.Expr.Type()
		o.keys, ts = append(o.keys, e), append(ts, t)
	}
	for _, t := range ts {
		o.wide = append(o.wide, newColumn(t))
	}
	o.last, o.vecs = newRowStore(ts), make([]types.Vec, len(ts))
	for i := range n.Calls {
		f, err := function(n.Calls[i].Func)
		if err != nil {
			return nil, err
		}
		o.kinds, o.vals[i] = append(o.kinds, f.Name), types.NewVec(types.OIDInt8)
	}
	return o, nil
}

func (o *rankOp) open(t *task) error {
	o.t, o.some = t, false
	o.last.reset()
	return o.in.open(t)
}

func (o *rankOp) next() (*types.Batch, error) {
	b, err := o.in.next()
	if err != nil || b == nil {
		return nil, err
	}
	if b.N == 0 {
		return o.given(b), nil
	}
	for k, e := range o.keys {
		v, err := o.wide[k].full(e, o.t, b)
		if err != nil {
			return nil, err
		}
		o.vecs[k] = *v
	}
	for k := range o.vals {
		o.vals[k].Resize(b.N)
	}
	for i := range b.N {
		o.count(i)
		for k, kind := range o.kinds {
			switch kind {
			case "rank":
				o.vals[k].I[i] = o.rank
			case "dense_rank":
				o.vals[k].I[i] = o.dense
			default:
				o.vals[k].I[i] = o.number
			}
		}
	}
	o.remember(b.N - 1)
	return o.given(b), nil
}

// given is a batch with the ranks behind its columns.
func (o *rankOp) given(b *types.Batch) *types.Batch {
	for k := range o.vals {
		o.vals[k].Resize(b.N)
	}
	o.out.N, o.out.Cols = b.N, append(append(o.out.Cols[:0], b.Cols...), o.vals...)
	return &o.out
}

// count goes on to row i.
func (o *rankOp) count(i int) {
	had, at := o.vecs, i-1
	if i == 0 {
		had, at = o.last.cols, 0
	}
	parts := len(o.part.keys)
	switch {
	case !o.some || o.part.compare(had[:parts], at, o.vecs[:parts], i) != 0:
		o.number, o.rank, o.dense, o.some = 1, 1, 1, true
	case o.order.compare(had[parts:], at, o.vecs[parts:], i) != 0:
		o.number++
		o.rank, o.dense = o.number, o.dense+1
	default:
		o.number++
	}
}

// remember keeps the keys of a row.
func (o *rankOp) remember(i int) {
	o.last.reset()
	ptrs := make([]*types.Vec, len(o.vecs))
	for k := range o.vecs {
		ptrs[k] = &o.vecs[k]
	}
	o.last.appendRow(ptrs, i)
}

func (o *rankOp) close() {
	o.in.close()
	o.last.reset()
}

package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// ties finds the rows that are equal, in the order of the input, to the last
// row that a limit passes.
type ties struct {
	keys  []evaluator
	order ordering
	wide  []column
	vecs  []types.Vec
	last  *rowStore
	t     *task
	going bool // the batch after the one at hand may hold more
}

func (bd *builder) ties(keys []plan.SortKey) (*ties, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	x := &ties{order: newOrdering(keys), vecs: make([]types.Vec, len(keys))}
	var ts []types.OID
	for _, k := range keys {
		e, err := bd.expr(k.Expr)
		if err != nil {
			return nil, err
		}
		t, _ := k.Expr.Type()
		x.keys, x.wide, ts = append(x.keys, e), append(x.wide, newColumn(t)), append(ts, t)
	}
	x.last = newRowStore(ts)
	return x, nil
}

func (x *ties) open(t *task) {
	x.t, x.going = t, false
	x.last.reset()
}

func (x *ties) eval(b *types.Batch) error {
	for i, e := range x.keys {
		v, err := x.wide[i].full(e, x.t, b)
		if err != nil {
			return err
		}
		x.vecs[i] = *v
	}
	return nil
}

// first takes row at as the last one and returns how many equal ones follow it
// in its batch.
func (x *ties) first(b *types.Batch, at int) (int, error) {
	if err := x.eval(b); err != nil {
		return 0, err
	}
	cols := make([]*types.Vec, len(x.vecs))
	for i := range x.vecs {
		cols[i] = &x.vecs[i]
	}
	x.last.appendRow(cols, at)
	return x.run(at+1, b.N), nil
}

// rest returns how many rows at the start of a batch are equal to the last.
func (x *ties) rest(b *types.Batch) (int, error) {
	if err := x.eval(b); err != nil {
		return 0, err
	}
	return x.run(0, b.N), nil
}

func (x *ties) run(from, n int) int {
	i := from
	for i < n && x.order.compare(x.vecs, i, x.last.cols, 0) == 0 {
		i++
	}
	x.going = i == n
	return i - from
}

package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// projectSet computes expressions of which some are set-returning calls, which
// run in step for each input row.
type projectSet struct {
	in    operator
	calls []*setCall // nil entries: plain expressions
	exprs []evaluator
	vecs  []*types.Vec
	vals  []types.Datum // of the row at hand
	recs  []bool
	out   *rowBatch
	b     *types.Batch
	row   int
	live  bool
	t     *task
	later deferred
}

func (bd *builder) projectSet(n *plan.ProjectSet) (operator, error) {
	in, err := bd.node(n.Input)
	if err != nil {
		return nil, err
	}
	o := &projectSet{in: bd.inTurn(in, n.Exprs...), out: newRowBatch(columnTypes(n)), vecs: make([]*types.Vec, len(n.Exprs)), vals: make([]types.Datum, len(n.Exprs))}
	for _, x := range n.Exprs {
		var c *setCall
		var e evaluator
		if s, ok := x.(*plan.SetCall); ok {
			c, err = bd.setCall(x, false)
			f, _ := s.Function()
			o.recs = append(o.recs, f != nil && len(f.OutTypes) > 1)
		} else {
			e, err = bd.expr(x)
			o.recs = append(o.recs, false)
		}
		if err != nil {
			return nil, err
		}
		o.calls, o.exprs = append(o.calls, c), append(o.exprs, e)
	}
	return o, nil
}

func (o *projectSet) open(t *task) error {
	o.t, o.b, o.live = t, nil, false
	o.later.err = nil
	return o.in.open(t)
}

func (o *projectSet) next() (*types.Batch, error) {
	if err := o.later.take(); err != nil {
		return nil, err
	}
	for i := range o.out.cols {
		o.out.cols[i].startRows()
	}
	n := 0
	for n < types.BatchSize {
		if !o.live {
			if n > 0 && (o.b == nil || o.row >= o.b.N) {
				break // the next input batch would overwrite what vecs point at
			}
			ok, err := o.advance()
			if err != nil {
				return nil, err
			}
			if !ok {
				break
			}
		}
		ok, err := o.emit(n)
		if err != nil && n > 0 && ofDatum(err) {
			o.later.err = err // the rows before it come first
			break
		}
		if err != nil {
			return nil, err
		}
		if ok {
			n++
		} else {
			o.live = false
			o.row++
		}
	}
	if n == 0 {
		return nil, nil
	}
	for i := range o.out.cols {
		o.out.cols[i].endRows(n)
	}
	return o.out.publish(n), nil
}

// advance starts the calls on the next input row.
func (o *projectSet) advance() (bool, error) {
	for o.b == nil || o.row >= o.b.N {
		b, err := o.in.next()
		if err != nil || b == nil {
			o.b = nil
			return false, err
		}
		if b.N == 0 {
			continue
		}
		o.b, o.row = b, 0
		for k, e := range o.exprs {
			if e == nil {
				continue
			}
			if o.vecs[k], err = e.eval(o.t, b); err != nil {
				return false, err
			}
		}
	}
	for _, c := range o.calls {
		if c != nil {
			if err := c.begin(o.t, o.b, o.row); err != nil {
				return false, err
			}
		}
	}
	o.live = true
	return true, nil
}

// emit appends the next row of the input row at work; false at its end.
func (o *projectSet) emit(n int) (bool, error) {
	live := false
	vals := o.vals
	for k, c := range o.calls {
		if c == nil {
			continue
		}
		vals[k] = types.NullDatum
		row, ok, err := c.next()
		if err != nil {
			return false, err
		}
		if !ok {
			continue
		}
		live = true
		if o.recs[k] {
			vals[k] = types.Any(&types.Record{Types: c.fn.OutTypes, Names: c.fn.OutNames, Vals: append([]types.Datum{}, row...)})
		} else if len(row) > 0 {
			vals[k] = row[0]
		}
	}
	if !live {
		return false, nil
	}
	for k := range o.calls {
		d := vals[k]
		if o.calls[k] == nil {
			d = o.vecs[k].Datum(at(o.vecs[k], o.row))
		}
		o.out.cols[k].appendDatum(n, d)
	}
	return true, nil
}

func (o *projectSet) close() {
	o.in.close()
	o.b = nil
	for _, c := range o.calls {
		if c != nil {
			c.end()
		}
	}
}

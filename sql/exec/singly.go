package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// singly gives its input row by row. It stands below expressions that call volatile
// routines: what those do is done in the order of the rows, once for each.
type singly struct {
	in  operator
	b   *types.Batch
	row int
	out types.Batch
}

// inTurn puts a singly over the input of expressions that need one.
func (bd *builder) inTurn(in operator, es ...plan.Expr) operator {
	needed := false
	for _, e := range es {
		if e == nil {
			continue
		}
		walkExpr(e, func(x plan.Expr) {
			switch x := x.(type) {
			case *plan.Call:
				needed = needed || x.Made != nil && x.Made.Volatility == 'v'
			case *plan.SetCall:
				needed = needed || x.Made != nil && x.Made.Volatility == 'v'
			}
		})
	}
	if !needed {
		return in
	}
	return &singly{in: in}
}

func (o *singly) open(t *task) error {
	o.b, o.row = nil, 0
	return o.in.open(t)
}

func (o *singly) next() (*types.Batch, error) {
	for o.b == nil || o.row >= o.b.N {
		b, err := o.in.next()
		if err != nil || b == nil {
			return nil, err
		}
		o.b, o.row = b, 0
	}
	if o.b.N == 1 {
		o.row++
		return o.b, nil
	}
	o.out.N, o.out.Cols = 1, o.out.Cols[:0]
	for i := range o.b.Cols {
		v := &o.b.Cols[i]
		at := at(v, o.row)
		o.out.Cols = append(o.out.Cols, v.Slice(at, at+1))
	}
	o.row++
	return &o.out, nil
}

func (o *singly) close() {
	o.in.close()
	o.b = nil
}

package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// gateOp opens its input when it is asked for the first row, if its condition is
// true then.
type gateOp struct {
	in     operator
	parts  []evaluator
	t      *task
	asked  bool
	opened bool
}

func (bd *builder) gate(n *plan.Gate) (operator, error) {
	in, err := bd.node(n.Input)
	if err != nil {
		return nil, err
	}
	parts, err := bd.exprs(splitAnd(n.Cond, nil))
	if err != nil {
		return nil, err
	}
	return &gateOp{in: in, parts: parts}, nil
}

func (o *gateOp) open(t *task) error {
	o.t, o.asked = t, false
	return nil
}

func (o *gateOp) next() (*types.Batch, error) {
	if !o.asked {
		o.asked = true
		for _, e := range o.parts {
			d, err := evalScalar(e, o.t)
			if err != nil {
				return nil, err
			}
			if d.Null || d.I == 0 {
				return nil, nil
			}
		}
		o.opened = true
		if err := o.in.open(o.t); err != nil {
			return nil, err
		}
	}
	if !o.opened {
		return nil, nil
	}
	return o.in.next()
}

func (o *gateOp) close() {
	if o.opened {
		o.opened = false
		o.in.close()
	}
}

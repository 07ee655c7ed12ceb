package exec

import (
	"errors"
	"fmt"
	"slices"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/plan/codec"
	"github.com/stemedb/stemedb/sql/types"
)

// shipment is a plan as it goes to other nodes: the same for every execution, with
// what differs between them, and what only this node can compute, as parameters.
type shipment struct {
	plan  []byte
	slots []shipSlot
	types []types.OID // of the rows that come back
}

// shipSlot is a parameter of a shipment.
type shipSlot struct {
	value evaluator
	oid   types.OID
}

// shipment encodes a plan. Its errors wrap codec.ErrStays.
func (bd *builder) shipment(n plan.Node) (*shipment, error) {
	s := &shipment{types: columnTypes(n)}
	slot := func(x plan.Expr) (plan.Expr, error) {
		e, err := bd.expr(x)
		if err != nil {
			return nil, err
		}
		t, _ := x.Type()
		s.slots = append(s.slots, shipSlot{e, t})
		return &plan.Param{Index: len(s.slots) - 1, OID: t}, nil
	}
	var err error
	s.plan, err = codec.Encode(n, func(x plan.Expr) (plan.Expr, error) {
		if t, _ := x.Type(); types.IsReg(t) || types.IsReg(types.ElemOf(t)) {
			return nil, fmt.Errorf("%w: names of objects", codec.ErrStays)
		}
		switch x := x.(type) {
		case *plan.Param, *plan.OuterRef:
			return slot(x)
		case *plan.Subplan:
			if len(x.Args) == 0 && x.Kind != plan.QuantifiedSub {
				return slot(x)
			}
		case *plan.Call:
			f, ok := x.Function()
			if !ok {
				return nil, noFunction(x.Func)
			}
			if f.Travels() {
				return x, nil
			}
			if f.Volatility != 'v' && constantOf(x) {
				return slot(x)
			}
			return nil, fmt.Errorf("%w: function %s", codec.ErrStays, f.Name)
		}
		return x, nil
	})
	return s, err
}

// constantOf reports whether an expression has one value for a whole execution.
func constantOf(x plan.Expr) bool {
	constant := len(columnsRead(x)) == 0
	walkExpr(x, func(e plan.Expr) {
		switch e := e.(type) {
		case *plan.CaseTest:
			constant = false
		case *plan.Call:
			f, ok := e.Function()
			constant = constant && ok && f.Volatility != 'v'
		}
	})
	return constant
}

// values computes the parameters.
func (s *shipment) values(t *task) ([]types.Datum, error) {
	out := make([]types.Datum, len(s.slots))
	for i := range s.slots {
		d, err := evalScalar(s.slots[i].value, t)
		if err != nil {
			return nil, err
		}
		out[i] = d
	}
	return out, nil
}

// portable reports whether groups of an aggregate may come from other nodes.
func portable(calls []aggCall) bool {
	return !slices.ContainsFunc(calls, func(c aggCall) bool {
		if c.sorted() || c.fn.Aggregate.Ordered != nil {
			return true
		}
		_, ok := c.newState().(functions.Portable)
		return !ok
	})
}

// kept is a fragment below what cannot travel with it.
type kept struct{ plan.Node }

// split cuts a fragment of which a part cannot travel: what can, from below, stays a
// fragment, and what is above it runs here, over the rows of all units. Rows of units
// come in any order then, so that what relied on their order sorts.
func (bd *builder) split(n plan.Node) (plan.Node, error) {
	_, err := bd.shipment(n)
	if err == nil {
		return &kept{n}, nil
	}
	if !errors.Is(err, codec.ErrStays) {
		return nil, err
	}
	if s, ok := n.(*plan.Scan); ok {
		return bd.splitScan(s)
	}
	in, err := bd.split(n.Children()[0])
	if err != nil {
		return nil, err
	}
	if j, ok := n.(*plan.Join); ok {
		c := *j
		c.Left, c.Merge, c.ByShard = in, nil, false
		c.Right, err = bd.split(j.Right)
		return &c, err
	}
	switch n := n.(type) {
	case *plan.Filter:
		c := *n
		c.Input = in
		return &c, nil
	case *plan.Project:
		c := *n
		c.Input = in
		return &c, nil
	case *plan.Sort:
		c := *n
		c.Input, c.Presorted = in, 0
		return &c, nil
	case *plan.Window:
		c := *n
		c.Input = in
		return &c, nil
	case *plan.Lens:
		c := *n
		c.Input, c.Ordered = in, false
		return &c, nil
	}
	return nil, fmt.Errorf("%w: %T", codec.ErrStays, n)
}

// splitScan leaves the conditions of a scan here that cannot travel.
func (bd *builder) splitScan(n *plan.Scan) (plan.Node, error) {
	var goes, stay plan.Expr
	bare := *n
	for _, x := range splitAnd(n.Filter, nil) {
		bare.Filter = x
		to := &goes
		if _, err := bd.shipment(&bare); errors.Is(err, codec.ErrStays) {
			to = &stay
		} else if err != nil {
			return nil, err
		}
		if *to != nil {
			x = &plan.BoolOp{Op: plan.And, Args: []plan.Expr{*to, x}}
		}
		*to = x
	}
	bare.Filter = goes
	if stay == nil { // its key: nothing of it can travel
		return nil, fmt.Errorf("%w: the key of a scan", codec.ErrStays)
	}
	return &plan.Filter{Input: &kept{&bare}, Cond: stay}, nil
}

package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func columnTypes(n plan.Node) []types.OID {
	return typesOf(n.Columns(), func(c *plan.Column) types.OID { return c.Type })
}

// node builds the operator of a plan node.
func (bd *builder) node(n plan.Node) (operator, error) { return bd.measured(n, bd.operator) }

func (bd *builder) operator(n plan.Node) (operator, error) {
	if isFragment(n) {
		return bd.gather(n)
	}
	switch n := n.(type) {
	case *kept:
		return bd.gather(n.Node)
	case *plan.Scan: // of a temporary table: others are fragments
		return bd.tempScan(n)
	case *plan.TempWrite:
		return bd.tempWrite(n)
	case *plan.Values:
		return bd.values(n)
	case *plan.Filter, *plan.Project, *plan.Window:
		in, err := bd.node(n.Children()[0])
		if err != nil {
			return nil, err
		}
		return bd.upon(n, in)
	case *plan.Gate:
		return bd.gate(n)
	case *plan.ProjectSet:
		return bd.projectSet(n)
	case *plan.Join:
		return bd.join(n)
	case *plan.Aggregate:
		return bd.aggregate(n)
	case *plan.Sort:
		return bd.sort(n)
	case *plan.Limit:
		return bd.limit(n)
	case *plan.LockRows:
		return bd.lockRows(n)
	case *plan.Sample:
		return bd.sample(n)
	case *plan.Distinct:
		return bd.distinct(n)
	case *plan.SetOp:
		return bd.setOp(n)
	case *plan.With:
		return bd.with(n)
	case *plan.CTERef:
		return &cteRef{id: n.ID, working: n.Working}, nil
	case *plan.FunctionScan:
		return bd.functionScan(n)
	case *plan.Lens:
		return bd.lensSort(n)
	case *plan.Input:
		return &inputOp{}, nil
	case *plan.Insert:
		return bd.insert(n)
	case *plan.Update:
		return bd.update(n)
	case *plan.Delete:
		return bd.deleteRows(n)
	}
	return nil, sqlerr.New(sqlerr.FeatureNotSupported, "plan node %T is not supported", n)
}

// upon builds the operator of a node that stands in fragments and above them, over
// its input's.
func (bd *builder) upon(n plan.Node, in operator) (operator, error) {
	switch n := n.(type) {
	case *plan.Filter:
		return bd.filter(n, in)
	case *plan.Project:
		return bd.project(n, in)
	case *plan.Sort:
		return bd.sortOver(n, in)
	case *plan.Window:
		return bd.window(n, in)
	case *plan.Limit:
		return bd.limitOver(n, in)
	}
	return nil, sqlerr.New(sqlerr.InternalError, "plan node %T has no place above an operator", n)
}

// nodes builds several.
func (bd *builder) nodes(ns ...plan.Node) ([]operator, error) {
	out := make([]operator, len(ns))
	for i, n := range ns {
		op, err := bd.node(n)
		if err != nil {
			return nil, err
		}
		out[i] = op
	}
	return out, nil
}

// inputOp gives the one batch that Env.Input has.
type inputOp struct {
	t    *task
	done bool
}

func (o *inputOp) open(t *task) error {
	o.t, o.done = t, false
	return nil
}

func (o *inputOp) next() (*types.Batch, error) {
	if o.done {
		return nil, nil
	}
	o.done = true
	return o.t.env.Input, nil
}

func (o *inputOp) close() { o.t = nil }

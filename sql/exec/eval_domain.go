package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// domainEval holds values against the conditions of a domain.
type domainEval struct {
	arg   evaluator
	conds []evaluator
	node  *plan.DomainCheck
	in    types.Batch // the values alone
}

func (bd *builder) domainCheck(x *plan.DomainCheck) (evaluator, error) {
	arg, err := bd.expr(x.Arg)
	if err != nil || len(x.Conds) == 0 && !x.NotNull {
		return arg, err
	}
	conds, err := bd.exprs(x.Conds)
	return &domainEval{arg: arg, conds: conds, node: x, in: types.Batch{Cols: make([]types.Vec, 1)}}, err
}

func (e *domainEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	v, err := e.arg.eval(t, b)
	if err != nil {
		return nil, err
	}
	n := v.Len()
	if e.node.NotNull {
		for i := range n {
			if v.IsNull(i) {
				return nil, e.fail(sqlerr.New(sqlerr.NotNullViolation, "domain %s does not allow null values", e.node.Written))
			}
		}
	}
	e.in.Cols[0], e.in.N = *v, n
	for k, cond := range e.conds {
		w, err := cond.eval(t, &e.in)
		if err != nil {
			return nil, err
		}
		for i := range n {
			if j := at(w, i); w.IsNull(j) || w.I[j] != 0 {
				continue
			}
			err := sqlerr.New(sqlerr.CheckViolation, "value for domain %s violates check constraint \"%s\"", e.node.Written, e.node.Names[k])
			err.Constraint = e.node.Names[k]
			return nil, e.fail(err)
		}
	}
	return v, nil
}

// fail names the domain in an error's fields.
func (e *domainEval) fail(err *sqlerr.Error) error {
	err.Schema, err.DataType = e.node.Schema, e.node.Name
	return err
}

package exec

import (
	"context"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// Scalar is an expression over parameters alone that is computed without an operator
// tree, again and again. It serves one goroutine, and not itself within itself: the
// expression holds no subquery and no call of a routine (plan.Bound.Expression).
type Scalar struct {
	eval    evaluator
	stmt    statement
	task    task
	guarded []*functions.Func
	allowed bool
}

// CompileScalar prepares an expression.
func CompileScalar(x plan.Expr) (*Scalar, error) {
	bd := &builder{}
	e, err := bd.expr(x)
	if err != nil {
		return nil, err
	}
	s := &Scalar{eval: e, guarded: bd.guarded}
	s.task.stmt = &s.stmt
	return s, nil
}

// Eval computes the expression; the values of its parameters are env.Params.
func (s *Scalar) Eval(ctx context.Context, env *Env) (types.Datum, error) {
	s.task.ctx, s.task.fn, s.task.env, s.stmt.env = ctx, env.Funcs, env, env
	env.Funcs.Context = ctx
	if !s.allowed {
		for _, f := range s.guarded {
			if err := f.Permit(env.Funcs); err != nil {
				return types.NullDatum, Translate(err)
			}
		}
		s.allowed = true
	}
	d, err := evalScalar(s.eval, &s.task)
	if err != nil {
		return types.NullDatum, Translate(err)
	}
	return d, nil
}

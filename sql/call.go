package sql

import (
	"context"

	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// runCall runs CALL. ctx outlives the transaction, and with it the portal: the procedure may
// end it, if the statement is all that there is of it.
func (p *Portal) runCall(ctx context.Context, sink RowSink) (Result, error) {
	if p.done {
		return Result{Tag: p.p.Kind}, nil
	}
	s := p.s
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer s.cancelWith(stop)()
	s.running = ctx
	s.ensure()
	s.txn.queried = true
	s.large.begin()
	var env exec.Env
	var fn functions.Ctx
	s.environment(&env, &fn)
	env.Params, fn.MayEnd = p.params, s.txn.status == 'I' && !p.p.stmt.among
	row, err := s.callProcedure(ctx, p.p.plan, &env)
	if err != nil {
		return Result{}, err
	}
	if row != nil {
		if err := sink.Rows(row); err != nil {
			return Result{}, err
		}
	}
	p.done = true
	p.end()
	return Result{Tag: p.p.Kind}, nil
}

// callProcedure computes the arguments of CALL and calls the procedure, after all that
// the plan holds was let go; nil: it has no OUT parameters.
func (s *Session) callProcedure(ctx context.Context, p *planned, env *exec.Env) (*types.Batch, error) {
	if err := s.permit(p); err != nil {
		return nil, err
	}
	args, err := s.oneRow(ctx, p, env)
	if err != nil {
		return nil, err
	}
	env.Funcs.Context = ctx
	call := &functions.RoutineCall{Routine: p.bound.Call.Routine, Args: p.bound.Call.Args, Result: p.bound.Call.Routine.Ret}
	d, err := (functionSession{s}).CallRoutine(env.Funcs, call, args)
	if err != nil || p.bound.Columns == nil {
		return nil, err
	}
	ts := make([]types.OID, len(p.bound.Columns))
	for i := range ts {
		ts[i] = p.bound.Columns[i].Type
	}
	out := types.NewBatch(ts)
	out.N = 1
	rec, _ := d.A.(*types.Record)
	for i := range ts {
		v := types.NullDatum
		if rec != nil && i < len(rec.Vals) {
			v = rec.Vals[i]
		}
		out.Cols[i].Append(v)
	}
	return out, nil
}

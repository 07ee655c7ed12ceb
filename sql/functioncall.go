package sql

import (
	"context"

	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// fastpathState is what pg_stat_activity shows of a session during a call.
const fastpathState = "fastpath function call"

// PrepareCall prepares a call of a function by its OID alone, for the protocol's
// function calls: its parameters are the declared arguments, and its one column is
// the result. Aggregates, window functions, procedures and functions that return sets
// cannot be called so.
func (s *Session) PrepareCall(ctx context.Context, function types.OID) (*Prepared, error) {
	p, err := s.prepareCall(ctx, function)
	if err != nil {
		s.Fail()
		return nil, exec.Translate(err)
	}
	return p, nil
}

func (s *Session) prepareCall(ctx context.Context, function types.OID) (*Prepared, error) {
	if err := s.usable(Statement{}); err != nil {
		return nil, err
	}
	f, err := s.callable(function)
	if err != nil {
		return nil, err
	}
	p := &Prepared{Kind: "SELECT", call: f}
	return p, s.replan(ctx, p)
}

// callable finds a function that can be called by its OID.
func (s *Session) callable(oid types.OID) (*functions.Func, error) {
	f, ok := s.names.Function(oid)
	if !ok {
		return nil, sqlerr.New(sqlerr.UndefinedFunction, "function with OID %d does not exist", oid)
	}
	if f.Kind != functions.Scalar || f.RetSet || !f.HasCode() {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "cannot call function \"%s\" via fastpath interface", f.Name)
	}
	return f, f.Permit(&s.fn)
}

// planCall plans a call, whose arguments are parameters.
func (s *Session) planCall(p *Prepared) error {
	bound, err := plan.BindCall(p.call)
	if err != nil {
		return err
	}
	program, err := exec.Compile(bound.Node)
	if err != nil {
		return err
	}
	p.use(&planned{bound: bound, program: program})
	return nil
}

// checkCall refuses NULL for arguments of types whose input functions refuse it.
func checkCall(f *functions.Func, args []types.Datum) error {
	for i, a := range args {
		if t, ok := types.Lookup(f.Args[i]); a.Null && ok && functions.RefusesNull(t) {
			return sqlerr.New(sqlerr.FeatureNotSupported, "cannot accept a value of type %s", t.Name)
		}
	}
	return nil
}

package sql

import (
	"context"

	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// bind plans and compiles a statement in the session's present settings. params are
// the types that its parameters are declared with; with noParams it may name none.
func (s *Session) bind(ctx context.Context, stmt *parser.Statement, params []types.OID, noParams bool) (*planned, error) {
	done := s.watchPlanning(ctx)
	made, err := s.bindSeeing(s.running, func() (*planned, error) { return s.bindNow(stmt, params, noParams) })
	return made, done(err)
}

func (s *Session) bindNow(stmt *parser.Statement, params []types.OID, noParams bool) (*planned, error) {
	bc := s.bindContext()
	bc.NoParams = noParams
	return s.bindIn(bc, stmt, params)
}

// bindIn plans and compiles a statement whose names mean what the context says.
func (s *Session) bindIn(bc plan.BindContext, stmt *parser.Statement, params []types.OID) (*planned, error) {
	bound, err := plan.Bind(bc, stmt, params)
	if err != nil {
		return nil, err
	}
	if bound.Failure != nil {
		return &planned{bound: bound, program: exec.Failing(bound.Columns, bound.Failure)}, nil //nolint:nilerr // the failure is the run's, not the plan's
	}
	program, err := exec.Compile(bound.Node)
	if err != nil {
		return nil, err
	}
	return &planned{bound: bound, program: program}, nil
}

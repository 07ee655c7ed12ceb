package sql

import (
	"context"

	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// bind plans and compiles a statement in the session's present settings.
func (s *Session) bind(ctx context.Context, stmt *parser.Statement, params []types.OID) (*planned, error) {
	done := s.watchPlanning(ctx)
	made, err := s.bindSeeing(s.running, func() (*planned, error) { return s.bindNow(stmt, params) })
	return made, done(err)
}

func (s *Session) bindNow(stmt *parser.Statement, params []types.OID) (*planned, error) {
	bound, err := plan.Bind(s.bindContext(), stmt, params)
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

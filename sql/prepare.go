package sql

import (
	"context"

	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Prepare binds and plans a statement. params are the parameter types that the
// client declared, 0 where it leaves them to be inferred; there may be fewer
// than the statement has.
func (s *Session) Prepare(ctx context.Context, stmt Statement, params []types.OID) (*Prepared, error) {
	p, err := s.prepare(ctx, stmt, params)
	if err != nil {
		s.Fail()
		return nil, exec.Translate(err)
	}
	return p, nil
}

func (s *Session) prepare(ctx context.Context, stmt Statement, params []types.OID) (*Prepared, error) {
	if err := s.usable(stmt); err != nil {
		return nil, err
	}
	p := &Prepared{Text: stmt.Text, Kind: stmt.Kind, stmt: stmt, declared: params}
	return p, s.replan(ctx, p)
}

// usable refuses what may not run now: anything but the end of a failed
// block, anything in a session that was told to end.
func (s *Session) usable(stmt Statement) error {
	if s.terminated.Load() {
		return &sqlerr.Error{Severity: "FATAL", Code: sqlerr.AdminShutdown, Message: "terminating connection due to administrator command"}
	}
	if s.txn.status != 'E' {
		return nil
	}
	if stmt.tree == nil {
		return errAborted()
	}
	if u, err := plan.AsUtility(stmt.tree); err == nil {
		if t, ok := u.(*plan.Transaction); ok && (t.Kind == plan.Commit || t.Kind == plan.Rollback || t.Kind == plan.RollbackTo) {
			return nil
		}
	}
	return errAborted()
}

func errAborted() error {
	return sqlerr.New(sqlerr.InFailedSQLTransaction, "current transaction is aborted, commands ignored until end of transaction block")
}

// replan fills what depends on the present settings.
func (s *Session) replan(ctx context.Context, p *Prepared) error {
	s.ensure()
	if err := s.seeInTime(ctx, false); err != nil {
		return err
	}
	p.env = s.planEnv()
	if p.call != nil {
		return s.planCall(p)
	}
	if p.inner {
		return s.planInner(ctx, p)
	}
	key := s.key(p.Text, p.declared)
	if known := s.plans().plan(key); known != nil && (!p.stmt.Simple || len(known.bound.ParamTypes) == 0) {
		p.use(known)
		return nil
	}
	u, err := plan.AsUtility(p.stmt.tree)
	if err != nil {
		return err
	}
	if c, ok := u.(*plan.Copy); ok {
		return s.prepareCopy(ctx, p, c)
	}
	if x, ok := u.(*plan.Execute); ok {
		return s.resolveExecute(ctx, p, p.stmt.tree, x)
	}
	if u != nil {
		p.utility = u
		switch u := u.(type) {
		case *plan.Explain:
			err = s.planExplained(ctx, p, u)
		case *plan.DeclareCursor:
			err = s.planQuery(ctx, p, u.Query)
		case *plan.CreateTableAs:
			if u.Execute != nil {
				break
			}
			bc := s.bindContext()
			bc.NoParams = p.stmt.Simple
			p.Params, err = u.Params(bc, p.declared)
		}
		if err != nil {
			return err
		}
		if f, ok := u.(*plan.Fetch); ok {
			k, err := s.findCursor(f.Name)
			p.Binary = err == nil && k.binary
		}
		p.Columns, err = s.utilityColumns(u)
		return err
	}
	made, err := s.bind(ctx, p.stmt.tree, p.declared, p.stmt.Simple)
	if err != nil {
		return err
	}
	// Binding may have brought objects to light that were not known before.
	p.env = s.planEnv()
	s.plans().putPlan(s.key(p.Text, p.declared), made)
	p.use(made)
	return nil
}

// planExplained plans the statement that EXPLAIN is about.
func (s *Session) planExplained(ctx context.Context, p *Prepared, e *plan.Explain) error {
	u, err := plan.AsUtility(e.Stmt)
	if err != nil {
		return err
	}
	if x, ok := u.(*plan.Execute); ok {
		return s.resolveExecute(ctx, p, e.Stmt, x)
	}
	if c, ok := u.(*plan.DeclareCursor); ok {
		return s.planQuery(ctx, p, c.Query)
	}
	return s.planQuery(ctx, p, e.Stmt)
}

// planQuery plans the query within a utility statement.
func (s *Session) planQuery(ctx context.Context, p *Prepared, stmt *parser.Statement) error {
	start := s.eng.opt.Clock()
	inner, err := s.bind(ctx, stmt, p.declared, p.stmt.Simple)
	if err != nil {
		return err
	}
	if inner.bound.Failure != nil {
		return inner.bound.Failure // EXPLAIN and DECLARE plan as soon as they are run
	}
	p.planning = s.eng.opt.Clock().Sub(start)
	p.plan, p.Params = inner, inner.bound.ParamTypes
	return nil
}

func (p *Prepared) use(made *planned) {
	p.plan = made
	p.Params = made.bound.ParamTypes
	p.Columns = made.bound.Columns
	p.Kind = made.bound.Kind
}

// Bind makes a portal: a prepared statement with parameter values, whose types
// are p.Params.
func (s *Session) Bind(ctx context.Context, p *Prepared, params []types.Datum) (*Portal, error) {
	portal, err := s.bindPortal(ctx, p, params)
	if err != nil {
		s.Fail()
		return nil, exec.Translate(err)
	}
	return portal, nil
}

func (s *Session) bindPortal(ctx context.Context, p *Prepared, params []types.Datum) (*Portal, error) {
	if err := s.usable(p.stmt); err != nil {
		return nil, err
	}
	if len(params) != len(p.Params) {
		return nil, sqlerr.New(sqlerr.ProtocolViolation, "bind message supplies %d parameters, but prepared statement requires %d", len(params), len(p.Params))
	}
	if p.call != nil {
		if err := checkCall(p.call, params); err != nil {
			return nil, err
		}
	}
	if err := s.seeInTime(ctx, p.plan != nil && (usesMade(p.plan.bound.Uses) || s.asksPrivileges(p.plan)) || p.copy != nil && !s.who.super); err != nil {
		return nil, err
	}
	if p.env != s.planEnv() || s.stale(p) {
		if err := s.revalidate(ctx, p); err != nil {
			return nil, err
		}
	}
	s.ensure()
	s.portalSeq++
	portal := &Portal{s: s, p: p, params: params, seq: s.portalSeq}
	s.portals[portal] = struct{}{}
	return portal, nil
}

// revalidate plans again under changed settings; the result's shape must stay,
// since the client has been told of it.
func (s *Session) revalidate(ctx context.Context, p *Prepared) error {
	old := p.Columns
	if err := s.replan(ctx, p); err != nil {
		return err
	}
	same := len(old) == len(p.Columns)
	for i := 0; same && i < len(old); i++ {
		same = old[i].Type == p.Columns[i].Type && old[i].Name == p.Columns[i].Name
	}
	if !same {
		p.env = planEnv{}
		return sqlerr.PlanChanged()
	}
	return nil
}

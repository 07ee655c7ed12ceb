package sql

import (
	"context"
	"time"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// statementNames is what a Client that keeps prepared statements of its own
// offers, so that DEALLOCATE and DISCARD reach those as well: in PostgreSQL
// the protocol's names and SQL's are the same.
type statementNames interface {
	Deallocate(name string) bool
	DeallocateAll()
	EachStatement(func(name string, p *Prepared, at time.Time))
	Statement(name string) *Prepared // nil: there is none
}

// prepareNamed is PREPARE. Names outlive transactions, as in PostgreSQL.
func (s *Session) prepareNamed(ctx context.Context, p *Prepared, u *plan.Prepare) error {
	if _, taken := s.named[u.Name]; taken {
		return sqlerr.New(sqlerr.DuplicatePreparedStatement, "prepared statement %q already exists", u.Name)
	}
	bindCtx := s.bindContext()
	declared := make([]types.OID, len(u.Types))
	for i, n := range u.Types {
		t, _, err := plan.TypeOfName(bindCtx, p.stmt.tree.Position, n)
		if err != nil {
			return err
		}
		declared[i] = t
	}
	stmt := p.stmt
	stmt.tree, stmt.Simple = u.Stmt, false
	named := &Prepared{Text: p.Text, Kind: p.Kind, stmt: stmt, declared: declared, inner: true, preparedAt: s.eng.opt.Clock()}
	if err := s.replan(ctx, named); err != nil {
		return err
	}
	s.named[u.Name] = named
	return nil
}

// planInner plans what stands in PREPARE. The cache does not know it: its text
// is the PREPARE's.
func (s *Session) planInner(ctx context.Context, p *Prepared) error {
	made, err := s.bind(ctx, p.stmt.tree, p.declared, p.stmt.Simple)
	if err != nil {
		return err
	}
	p.env = s.planEnv()
	p.use(made)
	return nil
}

// resolveExecute makes p, an EXECUTE, stand for the statement that it names.
func (s *Session) resolveExecute(ctx context.Context, p *Prepared, stmt *parser.Statement, u *plan.Execute) error {
	target := s.statementNamed(u.Name)
	if target == nil {
		return sqlerr.New(sqlerr.InvalidSQLStatementName, "prepared statement %q does not exist", u.Name)
	}
	if target.env != s.planEnv() {
		if err := s.revalidate(ctx, target); err != nil {
			return err
		}
	}
	args, err := s.planArguments(stmt, u, target)
	if err != nil {
		return err
	}
	p.use(target.plan)
	p.Params, p.execute, p.target, p.args = nil, u, target, args
	return nil
}

// planArguments plans what EXECUTE gives for the parameters of a statement; nil: it has
// none.
func (s *Session) planArguments(stmt *parser.Statement, u *plan.Execute, target *Prepared) (*planned, error) {
	if len(u.Args) != len(target.Params) {
		return nil, sqlerr.New(sqlerr.SyntaxError, "wrong number of parameters for prepared statement %q", u.Name).
			WithDetail("Expected %d parameters but got %d.", len(target.Params), len(u.Args))
	}
	if len(u.Args) == 0 {
		return nil, nil
	}
	bound, err := plan.BindArguments(s.bindContext(), stmt, u.Args, target.Params)
	if err != nil {
		return nil, err
	}
	program, err := exec.Compile(bound.Node)
	if err != nil {
		return nil, err
	}
	return &planned{bound: bound, program: program}, nil
}

// executedTableAs makes of CREATE TABLE AS EXECUTE the statement with the query itself,
// with its parameters' types and values.
func (s *Session) executedTableAs(ctx context.Context, p *Prepared, u *plan.CreateTableAs) (as *plan.CreateTableAs, declared []types.OID, params []types.Datum, err error) {
	target := s.statementNamed(u.Execute.Name)
	switch {
	case target == nil:
		return nil, nil, nil, sqlerr.New(sqlerr.InvalidSQLStatementName, "prepared statement %q does not exist", u.Execute.Name)
	case target.stmt.tree == nil || target.stmt.tree.Tree.GetSelectStmt() == nil || target.utility != nil:
		return nil, nil, nil, sqlerr.New(sqlerr.WrongObjectType, "prepared statement is not a SELECT")
	}
	if target.env != s.planEnv() {
		if err := s.revalidate(ctx, target); err != nil {
			return nil, nil, nil, err
		}
	}
	args, err := s.planArguments(p.stmt.tree, u.Execute, target)
	if err == nil && args != nil {
		params, err = s.row(ctx, args)
	}
	out := *u
	out.Query = target.stmt.tree
	return &out, target.Params, params, err
}

// statementNamed finds a prepared statement, by whichever way it was made; nil: there
// is none.
func (s *Session) statementNamed(name string) *Prepared {
	if p := s.named[name]; p != nil {
		return p
	}
	if names, ok := s.opt.Client.(statementNames); ok {
		return names.Statement(name)
	}
	return nil
}

// Named returns a statement of PREPARE, for the protocol, which shares the names; nil:
// there is none.
func (s *Session) Named(name string) *Prepared { return s.named[name] }

// bindContext is what names mean in the session now.
func (s *Session) bindContext() plan.BindContext {
	f := s.fn.Format
	f.Now = s.txn.start
	var mayUse func(string) bool
	if s.who.closed != "" {
		mayUse = s.mayUse
	}
	return plan.BindContext{Catalog: s.names, MayUse: mayUse, Variables: s.vars, SearchPath: s.searchPath(true), Format: &f, Stats: sessionStatistics{s}, Running: s.running,
		NoNestLoop: s.settings.value("enable_nestloop") == "off", NoHashJoin: s.settings.value("enable_hashjoin") == "off"}
}

// stale reports whether an EXECUTE was resolved to a statement that its name
// no longer means.
func (s *Session) stale(p *Prepared) bool {
	return p.execute != nil && s.statementNamed(p.execute.Name) != p.target
}

// row computes a plan that gives one row: the arguments of an EXECUTE.
func (s *Session) row(ctx context.Context, p *planned) ([]types.Datum, error) {
	var env exec.Env
	var fn functions.Ctx
	s.ensure()
	s.environment(&env, &fn)
	env.Snapshot = false // the statement that these are for takes it
	return s.oneRow(ctx, p, &env)
}

// oneRow is the row that a plan gives.
func (s *Session) oneRow(ctx context.Context, p *planned, env *exec.Env) ([]types.Datum, error) {
	cursor, err := p.program.Run(ctx, env)
	if err != nil {
		return nil, err
	}
	defer cursor.Close()
	b, err := cursor.Next()
	if err != nil {
		return nil, err
	}
	out := make([]types.Datum, len(b.Cols))
	for i := range b.Cols {
		out[i] = b.Cols[i].Datum(0)
	}
	return out, nil
}

// deallocate is DEALLOCATE; an empty name is ALL.
func (s *Session) deallocate(name string) (tag string, err error) {
	names, shared := s.opt.Client.(statementNames)
	if name == "" {
		clear(s.named)
		if shared {
			names.DeallocateAll()
		}
		return "DEALLOCATE ALL", nil
	}
	if _, ok := s.named[name]; ok {
		delete(s.named, name)
		return "DEALLOCATE", nil
	}
	if shared && names.Deallocate(name) {
		return "DEALLOCATE", nil
	}
	return "", sqlerr.New(sqlerr.InvalidSQLStatementName, "prepared statement %q does not exist", name)
}

// PreparedStatements lists the statements of PREPARE and of the protocol for
// pg_prepared_statements.
func (f functionSession) PreparedStatements() []catalog.PreparedStatement {
	var out []catalog.PreparedStatement
	for name, p := range f.s.named {
		out = append(out, catalog.PreparedStatement{Name: name, Statement: p.Text + ";", PreparedAt: p.preparedAt, Params: p.Params, FromSQL: true})
	}
	if names, ok := f.s.opt.Client.(statementNames); ok {
		names.EachStatement(func(name string, p *Prepared, at time.Time) {
			out = append(out, catalog.PreparedStatement{Name: name, Statement: p.Text, PreparedAt: at, Params: p.Params})
		})
	}
	return out
}

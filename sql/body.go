package sql

import (
	"context"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/plpgsql"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// body is the session as a block or function of PL/pgSQL sees it during one call
// (plpgsql.Host).
type body struct {
	s      *Session
	c      *functions.Ctx // of the statement that calls
	ctx    context.Context
	same   bool // it sees what that statement sees
	atomic bool // it may not end the transaction
	outer  func() string

	// What expressions are computed in, and what that was made for.
	env    exec.Env
	fn     functions.Ctx
	made   bool
	epoch  uint64
	micros knowledge.Micros
}

// newBody begins a call.
func (s *Session) newBody(c *functions.Ctx, same, atomic bool) *body {
	return &body{s: s, c: c, ctx: c.Context, same: same, atomic: atomic, outer: s.within}
}

var _ plpgsql.Host = (*body)(nil)

// Enter implements plpgsql.Host.
func (b *body) Enter(context func() string) (leave func()) {
	before := b.s.within
	b.s.within = context
	return func() { b.s.within = before }
}

// Context implements plpgsql.Host.
func (b *body) Context() string {
	if b.outer == nil {
		return ""
	}
	return b.outer()
}

// Type implements plpgsql.Host.
func (b *body) Type(text string) (plan.DeclaredType, error) {
	n, err := parser.ParseTypeName(text)
	if err != nil {
		return plan.DeclaredType{}, err
	}
	return plan.DeclareType(b.s.bindContext(), n)
}

// Row implements plpgsql.Host.
func (b *body) Row(names []string) (plan.DeclaredType, bool, error) {
	return plan.DeclareRow(b.s.bindContext(), names)
}

// Column implements plpgsql.Host.
func (b *body) Column(names []string) (plan.DeclaredType, bool, error) {
	return plan.DeclareColumn(b.s.bindContext(), names)
}

// Parse implements plpgsql.Host.
func (b *body) Parse(text string) ([]*parser.Statement, error) {
	stmts, err := b.s.eng.parse(text)
	if err != nil {
		return nil, err
	}
	out := make([]*parser.Statement, len(stmts))
	for i := range stmts {
		out[i] = stmts[i].tree
	}
	return out, nil
}

// bodyPlan is a statement of a body (plpgsql.Plan).
type bodyPlan struct {
	s      *Session
	p      *Prepared
	scalar *exec.Scalar // nil: it is more than an expression, or runs routines
	// expression says that it is no more than one.
	expression bool
}

// Columns implements plpgsql.Plan.
func (p *bodyPlan) Columns() []plan.Column { return p.p.Columns }

// Kind implements plpgsql.Plan.
func (p *bodyPlan) Kind() string { return p.p.Kind }

// Simple implements plpgsql.Plan.
func (p *bodyPlan) Simple() bool { return p.scalar != nil }

// Expression implements plpgsql.Plan.
func (p *bodyPlan) Expression() bool { return p.expression }

// Valid implements plpgsql.Plan.
func (p *bodyPlan) Valid() bool {
	return p.p.env == p.s.planEnv() && p.p.utility == nil && !p.s.stale(p.p)
}

// Writes implements plpgsql.Plan.
func (p *bodyPlan) Writes() bool {
	switch p.p.Kind {
	case "INSERT", "UPDATE", "DELETE", "MERGE":
		return true
	}
	return p.p.plan != nil && !p.p.plan.bound.ReadOnly
}

// Prepare implements plpgsql.Host.
func (b *body) Prepare(stmt *parser.Statement, vars plan.Variables, to *plan.DeclaredType) (plpgsql.Plan, error) {
	s := b.s
	s.ensure()
	if err := s.seeInTime(b.ctx, false); err != nil {
		return nil, err
	}
	st := Statement{Text: stmt.Text, Kind: stmt.Kind, tree: stmt, whole: stmt.Text}
	in := &bodyContext{vars: vars, assigned: to}
	u, err := plan.AsUtility(stmt)
	if err != nil {
		return nil, err
	}
	switch u := u.(type) {
	case *plan.Transaction:
		return nil, plpgsql.Refused(sqlerr.New(sqlerr.FeatureNotSupported, "unsupported transaction command in PL/pgSQL"))
	case *plan.Copy:
		return nil, plpgsql.Refused(sqlerr.New(sqlerr.FeatureNotSupported, "cannot COPY to/from client in PL/pgSQL"))
	case *plan.Execute:
		p := &Prepared{Text: stmt.Text, Kind: stmt.Kind, stmt: st, env: s.planEnv(), body: in}
		if err := s.resolveExecute(b.ctx, p, stmt, u); err != nil {
			return nil, err
		}
		return b.planned(p)
	}
	p, err := s.prepareInner(st, in)
	if err != nil {
		return nil, err
	}
	return b.planned(p)
}

func (b *body) planned(p *Prepared) (*bodyPlan, error) {
	out := &bodyPlan{s: b.s, p: p}
	if p.plan == nil || p.utility != nil || p.execute != nil {
		return out, nil
	}
	e, runs := p.plan.bound.Expression()
	if out.expression = e != nil; out.expression && !runs {
		var err error
		out.scalar, err = exec.CompileScalar(e)
		return out, err
	}
	return out, nil
}

// Cast implements plpgsql.Host.
func (b *body) Cast(from types.OID, to plan.DeclaredType) (plpgsql.Plan, error) {
	bound, err := plan.BindCast(b.s.bindContext(), from, to)
	if err != nil {
		return nil, err
	}
	program, err := exec.Compile(bound.Node)
	if err != nil {
		return nil, err
	}
	p := &Prepared{Kind: "SELECT", env: b.s.planEnv()}
	p.use(&planned{bound: bound, program: program})
	return b.planned(p)
}

// Scalar implements plpgsql.Host. The surroundings are made anew when what they hold
// of the session has changed.
func (b *body) Scalar(p plpgsql.Plan, params []types.Datum) (types.Datum, error) {
	s := b.s
	if !b.made || b.epoch != s.settings.epoch || b.micros != s.txn.micros {
		s.ensure()
		s.environment(&b.env, &b.fn)
		b.fn.StmtStart = b.c.StmtStart
		b.made, b.epoch, b.micros = true, s.settings.epoch, s.txn.micros
	}
	b.env.Params = params
	bp := p.(*bodyPlan)
	if err := s.permit(bp.p.plan); err != nil {
		return types.NullDatum, err
	}
	d, err := bp.scalar.Eval(b.ctx, &b.env)
	if err != nil {
		return d, exec.Translate(err)
	}
	return d, nil
}

// Run implements plpgsql.Host.
func (b *body) Run(p plpgsql.Plan, params []types.Datum, most int64, sink func(*types.Batch) error) (int64, error) {
	bp := p.(*bodyPlan)
	if bp.p.utility != nil {
		return b.runUtility(bp.p, params, sink)
	}
	r, err := b.openRun(bp.p, params)
	if err != nil {
		r.close()
		return 0, exec.Translate(err)
	}
	defer r.close()
	given := int64(0)
	for most == 0 || given < most {
		rows, err := r.next()
		if err != nil {
			b.s.giveHeld()
			return given, exec.Translate(err)
		}
		if rows == nil {
			break
		}
		if most > 0 && int64(rows.N) > most-given {
			rows = firstRows(rows, int(most-given))
		}
		given += int64(rows.N)
		if bp.p.Columns != nil {
			if err := sink(rows); err != nil {
				return given, err
			}
		}
	}
	b.s.giveHeld()
	if bp.Writes() && r.cursor != nil {
		return r.cursor.Affected(), nil
	}
	return given, nil
}

// openRun starts a plan; the arguments of an EXECUTE are computed first.
func (b *body) openRun(p *Prepared, params []types.Datum) (*innerRun, error) {
	if p.args != nil {
		var err error
		if params, err = b.s.row(b.ctx, p.args); err != nil {
			return nil, err
		}
	}
	if b.same && !readsOnly(p) {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "%s is not allowed in a non-volatile function", p.Kind)
	}
	c := *b.c
	c.Context, c.MayEnd = b.ctx, b.mayEnd()
	return b.s.openInner(&c, p, params, b.same)
}

// mayEnd reports whether what is called may end the transaction.
func (b *body) mayEnd() bool { return !b.atomic && len(b.s.txn.savepoints) == 0 }

func firstRows(b *types.Batch, n int) *types.Batch {
	out := &types.Batch{N: n}
	for i := range b.Cols {
		out.Cols = append(out.Cols, b.Cols[i].Slice(0, n))
	}
	return out
}

// Notice implements plpgsql.Host.
func (b *body) Notice(n *sqlerr.Error) {
	b.s.giveHeld()
	b.s.notice(n)
}

// Interrupted implements plpgsql.Host.
func (b *body) Interrupted() error {
	if err := b.ctx.Err(); err != nil {
		return exec.Translate(err)
	}
	return nil
}

// Format implements plpgsql.Host.
func (b *body) Format() *types.Format { return &b.s.fn.Format }

// Memory implements plpgsql.Host.
func (b *body) Memory() int64 { return b.s.settings.memory }

// Setting implements plpgsql.Host.
func (b *body) Setting(name string) string {
	v, _ := b.s.show(name)
	return v
}

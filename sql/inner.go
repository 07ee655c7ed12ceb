package sql

import (
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// Statements in the bodies of routines run in the transaction of the statement that
// calls, in the session's goroutine, while that statement waits.

// prepareInner plans a statement that stands in a body, whose names in gives.
func (s *Session) prepareInner(stmt Statement, in *bodyContext) (*Prepared, error) {
	p := &Prepared{Text: stmt.Text, Kind: stmt.Kind, stmt: stmt, body: in}
	return p, s.planBody(p)
}

// bodyContext is what a statement in a body means beyond the session's settings.
type bodyContext struct {
	vars   plan.Variables
	result *plan.Result // what it must give; nil: what it does
	// assigned is the type of the variable that its value is assigned to; nil: it is not.
	assigned *plan.DeclaredType
	path     []string // the search path; nil: the session's
	// defines is the routine that is being made with the body; nil: it is there.
	defines *functions.Routine
}

// planBody plans a statement of a body under the present settings.
func (s *Session) planBody(p *Prepared) error {
	u, err := plan.AsUtility(p.stmt.tree)
	if err != nil {
		return err
	}
	if p.env = s.planEnv(); u != nil {
		return s.planBodyUtility(p, u)
	}
	made, err := s.bindSeeing(s.running, func() (*planned, error) {
		bc := s.bindContext()
		bc.Variables, bc.Result = p.body.vars, p.body.result
		bc.Assigned = p.body.assigned
		if r := p.body.defines; r != nil {
			bc.Catalog = catalogWith{s.names, r}
		}
		if p.body.path != nil {
			bc.SearchPath = p.body.path
		}
		return s.bindIn(bc, p.stmt.tree, p.declared)
	})
	if err != nil {
		return err
	}
	p.env = s.planEnv() // binding may have brought objects to light
	p.use(made)
	return nil
}

// innerRun is the running plan of a statement in a body.
type innerRun struct {
	s      *Session
	env    exec.Env
	fn     functions.Ctx
	cursor *exec.Cursor
	moment functions.Moment // of the statement that calls
	same   bool             // it sees what that one sees
	given  *types.Batch     // of CALL, which has run: its row, if any
}

// openInner starts a statement of a body that is a plan. With same it sees what the
// statement that calls sees; else what there is now.
func (s *Session) openInner(c *functions.Ctx, p *Prepared, params []types.Datum, same bool) (*innerRun, error) {
	if p.env != s.planEnv() {
		if err := s.planBody(p); err != nil {
			return nil, err
		}
	}
	if err := s.permit(p.plan); err != nil {
		return nil, err
	}
	r := &innerRun{s: s, moment: c.Moment, same: same || s.txn.repeatable}
	s.ensure()
	bound := p.plan.bound
	if !bound.ReadOnly {
		if err := s.mayWrite(bound.Kind); err != nil {
			return nil, err
		}
	}
	s.txn.queried = true
	s.large.begin()
	s.environment(&r.env, &r.fn)
	r.fn.StmtStart, r.env.Params = c.StmtStart, params
	if !bound.ReadOnly {
		r.env.Fresh = storage.ReadOptions{}
		r.env.Txn, r.env.Pending = s.writer(), s.txn.pending
	}
	if r.same && r.moment.ReadAt != nil && bound.ReadOnly {
		r.env.TempAt = r.moment.TempAt
		r.fn.Moment.TempAt = r.moment.TempAt
		if at := *r.moment.ReadAt; at != 0 {
			r.env.ReadAt = at
		}
	}
	var err error
	if call := bound.Call; call != nil {
		r.fn.MayEnd = c.MayEnd
		r.given, err = s.callProcedure(c.Context, p.plan, &r.env)
		return r, err
	}
	r.cursor, err = p.plan.program.Run(c.Context, &r.env)
	return r, err
}

// next gives the next batch; nil: there is none.
func (r *innerRun) next() (*types.Batch, error) {
	if r.cursor == nil {
		b := r.given
		r.given = nil
		return b, nil
	}
	b, err := r.cursor.Next()
	if err != nil {
		return nil, err
	}
	r.s.noteTimes(&r.env)
	if at := r.moment.ReadAt; r.same && at != nil && *at == 0 {
		*at = r.env.ReadAt
	}
	return b, nil
}

func (r *innerRun) close() {
	if r != nil && r.cursor != nil {
		r.cursor.Close()
	}
}

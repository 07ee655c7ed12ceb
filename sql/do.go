package sql

import (
	"context"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/plpgsql"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// doBlock runs DO, which mayEnd the transaction. ctx outlives that; a cancel or
// a timeout of the statement ends the block all the same.
func (s *Session) doBlock(ctx context.Context, p *Prepared, d *plan.Do, mayEnd bool) error {
	switch d.Language {
	case "plpgsql":
	case "sql", "internal", "c":
		return sqlerr.New(sqlerr.FeatureNotSupported, "language \"%s\" does not support inline code execution", d.Language)
	default:
		return sqlerr.New(sqlerr.UndefinedObject, "language \"%s\" does not exist", d.Language).WithHint("Blocks of code are written in plpgsql.")
	}
	if err := s.deeper(); err != nil {
		return err
	}
	defer func() { s.depth-- }()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer s.cancelWith(stop)()
	c := &functions.Ctx{Context: ctx, StmtStart: s.eng.opt.Clock()}
	c.MayEnd = mayEnd
	h := s.newBody(c, false, !c.MayEnd)
	fn, err := plpgsql.Compile(h, plpgsql.Declaration{Signature: "inline_code_block", Body: d.Body, Void: true})
	if err != nil {
		return placed(err, p, d)
	}
	_, err = fn.Call(h, nil, nil)
	return err
}

// placed moves an error's position from a body to the statement that the body stands
// in; where that cannot be, the position stays one of the body.
func placed(err error, p *Prepared, d *plan.Do) error {
	e := sqlerr.From(err)
	if e.Position == 0 {
		return e
	}
	out := *e
	if at, ok := p.stmt.tree.Within(d.Location, e.Position); ok {
		out.Position = at
		return &out
	}
	out.Position, out.InternalPosition, out.InternalQuery = 0, e.Position, d.Body
	return &out
}

// cancelWith makes a cancel of the running statement stop something else too, until
// the returned function is called.
func (s *Session) cancelWith(stop context.CancelFunc) (undo func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.cancel
	s.cancel = func() {
		stop()
		if before != nil {
			before()
		}
	}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.cancel != nil {
			s.cancel = before
		}
	}
}

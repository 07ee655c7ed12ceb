package sql

import (
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// planBodyUtility plans a statement of a body that is no plan of its own.
func (s *Session) planBodyUtility(p *Prepared, u plan.Utility) error {
	p.utility = u
	defer s.knowing(p.body.vars)()
	ctx := s.running
	var err error
	switch u := u.(type) {
	case *plan.Explain:
		err = s.planExplained(ctx, p, u)
	case *plan.DeclareCursor:
		err = s.planQuery(ctx, p, u.Query)
	case *plan.CreateTableAs:
		p.Params, err = u.Params(s.bindContext(), p.declared)
	}
	if err != nil {
		return err
	}
	p.Columns, err = s.utilityColumns(u)
	return err
}

// knowing makes the names of a body known to what is bound, until the returned function
// is called.
func (s *Session) knowing(vars plan.Variables) (undo func()) {
	before := s.vars
	s.vars = vars
	return func() { s.vars = before }
}

// runUtility runs a utility statement of a body.
func (b *body) runUtility(p *Prepared, params []types.Datum, sink func(*types.Batch) error) (int64, error) {
	s := b.s
	if b.same && p.utility != nil {
		switch p.utility.(type) {
		case *plan.Show, *plan.Fetch, *plan.Explain:
		default:
			return 0, sqlerr.New(sqlerr.FeatureNotSupported, "%s is not allowed in a non-volatile function", p.Kind)
		}
	}
	defer s.knowing(p.body.vars)()
	if f, ok := p.utility.(*plan.Fetch); ok {
		k, err := s.findCursor(f.Name)
		if err != nil {
			return 0, err
		}
		n, err := k.fetch(b.ctx, f, sinkFunc(sink))
		return n, exec.Translate(err)
	}
	if d, ok := p.utility.(*plan.Do); ok {
		return 0, s.doBlock(b.ctx, p, d, b.mayEnd())
	}
	rows, tag, err := s.runUtility(b.ctx, p, p.utility, params)
	s.giveHeld()
	if err != nil {
		return 0, exec.Translate(err)
	}
	if _, ok := p.utility.(*plan.CreateTableAs); ok {
		n, _ := strconv.ParseInt(tag[strings.LastIndexByte(tag, ' ')+1:], 10, 64) // WITH NO DATA has no number
		return n, nil
	}
	if len(rows) > 0 {
		if err := sink(textBatch(p.Columns, rows)); err != nil {
			return 0, err
		}
	}
	return int64(len(rows)), nil
}

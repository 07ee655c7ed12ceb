package sql

import (
	"context"
	"fmt"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// portalNames is what a Client that keeps portals of its own offers: SQL's
// cursors and the protocol's portals share their names.
type portalNames interface {
	// Portal returns a named portal, or nil.
	Portal(name string) *Portal
	ClosePortal(name string) bool
	ClosePortals()
}

func (s *Session) foreignPortal(name string) *Portal {
	if names, ok := s.opt.Client.(portalNames); ok {
		return names.Portal(name)
	}
	return nil
}

// CursorTaken reports whether a cursor has the name, which a portal then cannot
// have.
func (s *Session) CursorTaken(name string) bool {
	_, taken := s.cursors[name]
	return taken
}

// CursorColumns describes the rows of a cursor, for Describe of a portal of that
// name.
func (s *Session) CursorColumns(name string) (cols []plan.Column, binary, ok bool) {
	k, ok := s.cursors[name]
	if !ok {
		return nil, false, false
	}
	return k.cols, k.binary, true
}

// CloseCursor is Close of a portal of that name.
func (s *Session) CloseCursor(name string) {
	if s.CursorTaken(name) {
		s.cursors[name].close()
		delete(s.cursors, name)
	}
}

// ExecuteCursor is Execute of a portal that is a cursor's: rows forward.
func (s *Session) ExecuteCursor(ctx context.Context, name string, maxRows int, sink RowSink) (Result, error) {
	count := int64(plan.FetchAll)
	if maxRows > 0 {
		count = int64(maxRows)
	}
	res, err := s.executeCursor(ctx, name, count, sink)
	if err != nil {
		s.Fail()
	}
	return res, err
}

func (s *Session) executeCursor(ctx context.Context, name string, count int64, sink RowSink) (Result, error) {
	k, err := s.findCursor(name)
	if err != nil {
		return Result{}, err
	}
	if s.txn.status == 'E' {
		return Result{}, errAborted()
	}
	s.ensure()
	front := &Portal{s: s}
	front.begin(ctx)
	done := s.watch(front.ctx, front.stop)
	defer front.end()
	n, err := k.fetch(front.ctx, &plan.Fetch{Count: count}, sink)
	if err = done(err); err != nil {
		return Result{}, err
	}
	if n == count {
		return Result{Suspended: true}, nil
	}
	return Result{Tag: fmt.Sprintf("SELECT %d", n)}, nil
}

// Cursors lists the session's cursors for pg_cursors; a portal of the protocol
// is none.
func (f functionSession) Cursors() []catalog.Cursor {
	var out []catalog.Cursor
	for name, k := range f.s.cursors {
		out = append(out, catalog.Cursor{Name: name, Statement: k.text, Holdable: k.hold, Binary: k.binary, Scrollable: k.scroll, CreatedAt: k.created})
	}
	return out
}

// runFetch serves FETCH and MOVE. What a row limit leaves for later is kept.
func (p *Portal) runFetch(f *plan.Fetch, maxRows int, sink RowSink) (Result, error) {
	if p.begun {
		return p.restOfFetch(maxRows, sink)
	}
	k, err := p.s.findCursor(f.Name)
	if err != nil {
		return Result{}, err
	}
	if !f.Move && !sameShape(k.cols, p.p.Columns) {
		return Result{}, sqlerr.PlanChanged()
	}
	p.begun = true
	if f.Move || maxRows == 0 {
		p.rows, err = k.fetch(p.ctx, f, sink)
		p.done = true
		return Result{Tag: fmt.Sprintf("%s %d", p.p.Kind, p.rows)}, err
	}
	p.kept = k.store()
	if p.rows, err = k.fetch(p.ctx, f, rowsSink{p.kept}); err != nil {
		return Result{}, err
	}
	return p.restOfFetch(maxRows, sink)
}

func (p *Portal) restOfFetch(maxRows int, sink RowSink) (Result, error) {
	if p.kept != nil {
		n := p.kept.Len() - int64(p.from)
		if maxRows > 0 {
			n = min(n, int64(maxRows))
		}
		for left := n; left > 0; {
			b, err := p.kept.Slice(int64(p.from), int(min(left, types.BatchSize)))
			if err == nil {
				err = sink.Rows(b)
			}
			if err != nil {
				return Result{}, err
			}
			p.from += b.N
			left -= int64(b.N)
		}
		if maxRows > 0 && n == int64(maxRows) {
			return Result{Suspended: true}, nil
		}
	}
	p.kept.Close()
	p.kept, p.done = nil, true
	return Result{Tag: fmt.Sprintf("%s %d", p.p.Kind, p.rows)}, nil
}

func sameShape(a, b []plan.Column) bool {
	same := len(a) == len(b)
	for i := 0; same && i < len(a); i++ {
		same = a[i].Type == b[i].Type && a[i].Name == b[i].Name
	}
	return same
}

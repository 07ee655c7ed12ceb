package sql

import (
	"context"
	"slices"
	"time"

	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// cursor is a query that FETCH and MOVE walk. Its rows come from a portal; one
// that scrolls keeps those that were given. A WITH HOLD cursor whose transaction
// has committed has them all and no portal.
type cursor struct {
	s       *Session
	name    string
	text    string
	cols    []plan.Column
	binary  bool
	hold    bool
	scroll  bool // may go backward
	asked   bool // because of SCROLL, which then must not fail for want of room
	created time.Time
	portal  *Portal
	rows    *exec.Rows // those from base+1 on; nil: not kept
	base    int64
	pos     int64 // number of the row it stands on; 0: before the first
	end     bool  // it stands behind the last, which is pos
	failed  bool
}

// declare is DECLARE CURSOR.
func (s *Session) declare(ctx context.Context, p *Prepared, d *plan.DeclareCursor, params []types.Datum) error {
	if !d.Hold && s.txn.status == 'I' {
		return sqlerr.New(sqlerr.NoActiveSQLTransaction, "DECLARE CURSOR can only be used in transaction blocks")
	}
	if s.CursorTaken(d.Name) || s.foreignPortal(d.Name) != nil {
		return sqlerr.New(sqlerr.DuplicateCursor, "cursor %q already exists", d.Name)
	}
	return s.openCursor(ctx, p, d, params)
}

// openCursor makes a cursor of what a statement has planned. ctx lives as long as the
// transaction.
func (s *Session) openCursor(ctx context.Context, p *Prepared, d *plan.DeclareCursor, params []types.Datum) error {
	if len(s.cursors) >= maxCursors {
		return sqlerr.New(sqlerr.ConfigurationLimitExceeded, "too many cursors in this session").
			WithDetail("The limit is %d.", maxCursors).WithHint("Close some.")
	}
	inner := &Prepared{Text: p.Text, Kind: "SELECT", stmt: p.stmt, plan: p.plan, Columns: p.plan.bound.Columns}
	s.portalSeq++
	portal := &Portal{s: s, p: inner, params: slices.Clone(params), seq: s.portalSeq} // the portal of DECLARE ends before it
	portal.ctx, portal.stop = context.WithCancel(ctx)
	err := portal.open(false)
	if err == nil {
		err = portal.cursor.Snapshot(ctx)
	}
	if err != nil {
		portal.end()
		return err
	}
	s.noteTimes(&portal.around.env)
	s.portals[portal] = struct{}{}
	k := &cursor{s: s, name: d.Name, text: p.Text + ";", cols: inner.Columns, binary: d.Binary, hold: d.Hold,
		scroll: !d.NoScroll && (d.Scroll || plan.ScansBackward(p.plan.bound.Node)), asked: d.Scroll, created: s.eng.opt.Clock(), portal: portal}
	if k.scroll {
		k.rows = k.store()
	}
	s.cursors[d.Name] = k
	return nil
}

// maxCursors bounds those of a session.
const maxCursors = 10000

func (k *cursor) store() *exec.Rows {
	ts := make([]types.OID, len(k.cols))
	for i := range ts {
		ts[i] = k.cols[i].Type
	}
	return exec.NewRows(ts, k.s.settings.memory, k.s.eng.spill)
}

// close ends the cursor; the caller takes it from the list.
func (k *cursor) close() {
	if k.portal != nil {
		k.portal.Close()
	}
	k.rows.Close()
	k.portal, k.rows = nil, nil
}

// findCursor finds a cursor, or a portal of the protocol, by name.
func (s *Session) findCursor(name string) (*cursor, error) {
	if k, ok := s.cursors[name]; ok {
		return k, nil
	}
	if p := s.foreignPortal(name); p != nil && p.p.plan != nil {
		if p.walk == nil {
			p.walk = &cursor{s: s, name: name, text: p.p.Text, cols: p.p.Columns, portal: p, pos: p.rows}
		}
		return p.walk, nil
	}
	return nil, sqlerr.New(sqlerr.InvalidCursorName, "cursor %q does not exist", name)
}

// closeCursor is CLOSE; an empty name is ALL.
func (s *Session) closeCursor(name string) (tag string, err error) {
	names, shared := s.opt.Client.(portalNames)
	if name == "" {
		s.closeCursors(func(*cursor) bool { return true })
		if shared {
			names.ClosePortals()
		}
		return "CLOSE CURSOR ALL", nil
	}
	if k, ok := s.cursors[name]; ok {
		k.close()
		delete(s.cursors, name)
	} else if !shared || !names.ClosePortal(name) {
		return "", sqlerr.New(sqlerr.InvalidCursorName, "cursor %q does not exist", name)
	}
	return "CLOSE CURSOR", nil
}

// closeCursors closes those that a condition holds for.
func (s *Session) closeCursors(drop func(*cursor) bool) {
	for name, k := range s.cursors {
		if drop(k) {
			k.close()
			delete(s.cursors, name)
		}
	}
}

// keepCursors keeps the rows of WITH HOLD cursors: their
// transaction is about to commit.
func (s *Session) keepCursors() error {
	for _, k := range s.cursors {
		if !k.hold || k.portal == nil {
			continue
		}
		if k.failed {
			continue // it goes with the transaction
		}
		if k.rows == nil {
			k.rows, k.base = k.store(), k.pos
		}
		if !k.portal.done {
			if _, err := k.portal.pull(0, rowsSink{k.rows}); err != nil {
				return exec.Translate(err)
			}
		}
		k.portal.Close()
		k.portal = nil
	}
	return nil
}

// rowsSink collects.
type rowsSink struct{ rows *exec.Rows }

func (r rowsSink) Rows(b *types.Batch) error { return r.rows.Append(b) }

func (k *cursor) unusable() error {
	return sqlerr.New(sqlerr.ObjectNotInPrerequisite, "portal %q cannot be run", k.name)
}

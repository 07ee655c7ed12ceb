package sql

import (
	"context"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// savepoint is a point of a block that ROLLBACK TO comes back to. One that a
// later one of the same name hides comes to light when that is released.
type savepoint struct {
	name     string
	held     heldMark // zero: nothing was written before it
	pending  int
	settings settingsMark
	readOnly bool
	portals  uint64 // those with greater numbers came after it
	parts    []int  // the participants' marks
}

// participant is a part of a session whose changes savepoints take back, beside
// claims, state tables and settings.
type participant interface {
	// mark names the present state.
	mark() int
	// rollbackTo brings back the state that mark named. Marks stay valid, and
	// those of later states are never used again.
	rollbackTo(mark int)
}

// takePart lets p take part in the savepoints of this session's transactions. It
// is called before the session's first statement.
func (s *Session) takePart(p participant) { s.participants = append(s.participants, p) }

// savepointStatement carries out SAVEPOINT, RELEASE and ROLLBACK TO.
func (s *Session) savepointStatement(ctx context.Context, t *plan.Transaction) (string, error) {
	what, tag := "SAVEPOINT", "SAVEPOINT"
	switch t.Kind {
	case plan.Release:
		what, tag = "RELEASE SAVEPOINT", "RELEASE"
	case plan.RollbackTo:
		what, tag = "ROLLBACK TO SAVEPOINT", "ROLLBACK"
	}
	if s.txn.status == 'I' {
		return "", sqlerr.New(sqlerr.NoActiveSQLTransaction, "%s can only be used in transaction blocks", what)
	}
	if t.Kind == plan.Savepoint {
		return tag, s.defineSavepoint(t.Savepoint)
	}
	i := len(s.txn.savepoints) - 1
	for i >= 0 && s.txn.savepoints[i].name != t.Savepoint {
		i--
	}
	if i < 0 {
		return "", sqlerr.New(sqlerr.InvalidSavepoint, "savepoint %q does not exist", t.Savepoint)
	}
	if t.Kind == plan.RollbackTo {
		return tag, s.rollbackTo(ctx, i)
	}
	s.txn.savepoints = s.txn.savepoints[:i]
	s.holdWrites()
	return tag, nil
}

// maxSavepoints bounds those that are open at once.
const maxSavepoints = 10000

func (s *Session) defineSavepoint(name string) error {
	if len(s.txn.savepoints) >= maxSavepoints {
		return sqlerr.New(sqlerr.ProgramLimitExceeded, "too many savepoints are open").
			WithDetail("The limit is %d.", maxSavepoints).WithHint("Release those that are not needed any more.")
	}
	p := savepoint{name: name, settings: s.settings.mark(), readOnly: s.txn.readOnly, portals: s.portalSeq}
	if w := s.txn.held; w != nil {
		var err error
		if p.held, err = w.mark(); err != nil {
			return err
		}
		p.pending = s.txn.pending.Len()
	}
	for _, x := range s.participants {
		p.parts = append(p.parts, x.mark())
	}
	s.txn.savepoints = append(s.txn.savepoints, p)
	return nil
}

// rollbackTo brings the i-th savepoint's state back. It stays open, and a
// failed block goes on.
func (s *Session) rollbackTo(ctx context.Context, i int) error {
	p := &s.txn.savepoints[i]
	s.txn.savepoints = s.txn.savepoints[:i+1]
	s.closeCursors(func(k *cursor) bool { return k.portal != nil && k.portal.seq > p.portals })
	for portal := range s.portals {
		if portal.seq > p.portals {
			portal.Close()
		}
	}
	if w := s.txn.held; w != nil {
		if err := w.rollbackTo(ctx, p.held); err != nil {
			return err
		}
		s.txn.pending.Truncate(p.pending)
	}
	for k, x := range s.participants {
		x.rollbackTo(p.parts[k])
	}
	s.settingsChanged(s.settings.rollbackTo(p.settings)...)
	s.txn.readOnly = p.readOnly
	s.txn.status, s.txn.broken = 'T', false
	return nil
}

// holdWrites tells the write side whether a savepoint is open.
func (s *Session) holdWrites() {
	if s.txn.held != nil {
		s.txn.held.holding = len(s.txn.savepoints) > 0
	}
}

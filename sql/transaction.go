package sql

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// transaction is a session's current transaction. Outside of a block there is
// an implicit one from the first statement to Sync.
type transaction struct {
	status     byte // 'I', 'T', 'E' as ReadyForQuery has it
	active     bool // a statement has run in it
	broken     bool // implicit: an error happened, Sync rolls back
	id         int64
	start      time.Time
	micros     knowledge.Micros // start
	write      exec.Txn         // nil until something is written
	queried    bool             // a query has run in it
	repeatable bool
	isolation  string // as it was asked for; empty: the session's default
	readOnly   bool
	deferrable bool             // as it was asked for: no transaction waits for another to end
	readAt     knowledge.Micros // REPEATABLE READ: the time of its first read
	asOf       knowledge.Micros // BEGIN AS OF SYSTEM TIME
	pending    *exec.Pending    // the block's own writes of state tables
	held       *heldTxn         // write, when it is a block's
	savepoints []savepoint      // open ones, oldest first
}

// ensure begins the implicit transaction when none runs, and fixes the times.
func (s *Session) ensure() {
	t := &s.txn
	if t.active {
		return
	}
	t.active = true
	t.start = s.eng.opt.Clock()
	t.micros = knowledge.Micros(types.MicrosOf(t.start))
	t.id = 0
	t.readAt, t.asOf = 0, 0
	t.isolation = ""
	t.repeatable, t.readOnly, t.deferrable = s.settings.repeatable, s.settings.readOnly, s.settings.deferrable
}

// txnID numbers transactions for pg functions, on first use.
func (s *Session) txnID() int64 {
	if s.txn.id == 0 {
		s.txn.id = s.eng.txns.begin()
	}
	return s.txn.id
}

// writer returns the transaction's write side.
func (s *Session) writer() exec.Txn {
	if s.txn.write == nil {
		s.txnID() // what writes has a number
		s.txn.pending = &exec.Pending{}
		if s.txn.status == 'I' && s.final {
			s.txn.write = s.eng.opt.Cluster.Begin()
			return s.txn.write
		}
		s.txn.held = newHeldTxn(s.eng.opt.Cluster.Begin)
		s.txn.write = s.txn.held
		s.holdWrites()
	}
	return s.txn.write
}

func (s *Session) endImplicit(ctx context.Context) error {
	if !s.txn.active {
		s.txn.broken = false
		return nil
	}
	if s.txn.broken {
		return s.rollback(ctx)
	}
	return s.commit(ctx)
}

// commit ends the transaction. On an error nothing of it is stored, but for
// an unknown outcome, which the error says.
func (s *Session) commit(ctx context.Context) error {
	if err := s.keepCursors(); err != nil {
		return errors.Join(err, s.rollback(ctx))
	}
	err := s.checkDeferred(ctx)
	if err == nil {
		err = s.large.flush()
	}
	if err != nil {
		return errors.Join(err, s.rollback(ctx))
	}
	w := s.txn.write
	s.txn.write = nil
	s.closePortals()
	if w != nil && w.Dirty() {
		res, err := w.Commit(ctx)
		if err != nil {
			s.finish(false)
			return exec.Translate(err)
		}
		s.fresh.committed = max(s.fresh.committed, res.RecordedAt)
		s.noticeKnown(res.Known)
	}
	s.finish(true)
	return nil
}

// noticeKnown says that claims were stored already: the same content twice is
// one claim, and no error.
func (s *Session) noticeKnown(n int64) {
	if n == 0 {
		return
	}
	what := "claims were"
	if n == 1 {
		what = "claim was"
	}
	s.notice(&sqlerr.Error{Severity: "NOTICE", Message: fmt.Sprintf("%d %s already known", n, what)})
}

func (s *Session) rollback(ctx context.Context) error {
	w := s.txn.write
	s.txn.write = nil
	s.closePortals()
	s.finish(false)
	if w == nil {
		return nil
	}
	return exec.Translate(w.Rollback(ctx))
}

// finish resets the transaction's state and what was set in it.
func (s *Session) finish(commit bool) {
	s.tempEnd(commit)
	s.advisory.rollbackTo(0)
	s.notifyEnd(commit)
	s.large.end()
	if s.txn.id != 0 {
		s.eng.txns.end(s.txn.id, commit)
	}
	s.txn = transaction{status: 'I'}
	if len(s.settings.undo) > 0 {
		s.settingsChanged(s.settings.end(commit)...)
	}
}

func (s *Session) closePortals() {
	for p := range s.portals {
		p.Close()
	}
	s.closeCursors(func(k *cursor) bool { return k.portal != nil })
}

// transactionStatement carries out BEGIN and its kin and returns the tag.
func (s *Session) transactionStatement(ctx context.Context, t *plan.Transaction, stmt *parser.Statement) (string, error) {
	switch t.Kind {
	case plan.Begin, plan.StartTransaction:
		tag := "BEGIN"
		if t.Kind == plan.StartTransaction {
			tag = "START TRANSACTION"
		}
		if s.txn.status != 'I' {
			s.warn(sqlerr.ActiveSQLTransaction, "there is already a transaction in progress")
			return tag, nil
		}
		s.ensure() // what went before it in its implicit transaction becomes part of the block
		s.txn.status = 'T'
		if err := s.transactionModes(t); err != nil || stmt.AsOf == nil {
			return tag, err
		}
		return tag, s.beginAsOf(ctx, stmt)
	case plan.Commit:
		return s.commitStatement(ctx, t)
	case plan.Rollback:
		if s.txn.status == 'I' {
			s.warn(sqlerr.NoActiveSQLTransaction, "there is no transaction in progress")
		}
		again := s.txn
		err := s.rollback(ctx)
		s.chain(t, again)
		return "ROLLBACK", err
	default:
		return s.savepointStatement(ctx, t)
	}
}

// beginAsOf fixes the system time of a transaction that BEGIN AS OF SYSTEM TIME
// began. It can only read.
func (s *Session) beginAsOf(ctx context.Context, stmt *parser.Statement) error {
	bound, err := plan.BindSystemTime(s.bindContext(), stmt)
	if err != nil {
		return err
	}
	program, err := exec.Compile(bound.Node)
	if err != nil {
		return err
	}
	at, err := s.row(ctx, &planned{bound: bound, program: program})
	switch {
	case err != nil:
		return err
	case at[0].Null:
		return sqlerr.New(sqlerr.NullValueNotAllowed, "the time of AS OF SYSTEM TIME must not be null")
	case at[0].I > types.MicrosOf(s.eng.opt.Clock()):
		// The clock of the node that recorded it may be ahead of this one's.
		v, err := s.eng.opt.Cluster.Read(ctx, storage.ReadOptions{Shards: []storage.ShardID{}, At: knowledge.Micros(at[0].I)})
		if err != nil {
			return err
		}
		v.Close()
	case at[0].I <= 0: // before all recorded times, and 0 means none
		at[0].I = 1
	}
	s.txn.asOf, s.txn.readOnly = knowledge.Micros(at[0].I), true
	return nil
}

func (s *Session) commitStatement(ctx context.Context, t *plan.Transaction) (string, error) {
	again := s.txn
	switch s.txn.status {
	case 'I':
		s.warn(sqlerr.NoActiveSQLTransaction, "there is no transaction in progress")
		return "COMMIT", s.endImplicit(ctx)
	case 'E':
		err := s.rollback(ctx)
		s.chain(t, again)
		return "ROLLBACK", err
	}
	if err := s.commit(ctx); err != nil {
		return "", err
	}
	s.chain(t, again)
	return "COMMIT", nil
}

// chain begins the next transaction with the modes of the last (AND CHAIN).
func (s *Session) chain(t *plan.Transaction, last transaction) {
	if !t.Chain || last.status == 'I' {
		return
	}
	s.ensure()
	s.txn.status, s.txn.repeatable, s.txn.readOnly = 'T', last.repeatable, last.readOnly
	s.txn.isolation, s.txn.deferrable = last.isolation, last.deferrable
}

// transactionModes applies isolation and access mode to the current
// transaction.
func (s *Session) transactionModes(t *plan.Transaction) error {
	if t.Isolation != "" {
		if err := s.setIsolation(t.Isolation); err != nil {
			return err
		}
	}
	if t.ReadOnly != nil {
		if !*t.ReadOnly && s.txn.readOnly && s.txn.readAt != 0 {
			return sqlerr.New(sqlerr.ActiveSQLTransaction, "transaction read-write mode must be set before any query")
		}
		s.txn.readOnly = *t.ReadOnly
	}
	if t.Deferrable != nil {
		s.txn.deferrable = *t.Deferrable
	}
	return nil
}

func (s *Session) setIsolation(level string) error {
	switch level {
	case "read committed", "read uncommitted":
		s.txn.repeatable = false
	case "repeatable read":
		s.txn.repeatable = true
	case "serializable":
		// A transaction that only reads, at one recorded time, is serializable; one
		// that writes is not, and is refused when it does.
		s.txn.repeatable = true
	default:
		return sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for parameter %q: %q", "transaction_isolation", level)
	}
	s.txn.isolation = level
	return nil
}

// mayWrite refuses what writes claims or state tables in a transaction that must not.
func (s *Session) mayWrite(what string) error {
	switch {
	case s.txn.readOnly:
		return sqlerr.New(sqlerr.ReadOnlySQLTransaction, "cannot execute %s in a read-only transaction", what)
	case s.txn.isolation == "serializable" || s.txn.isolation == "" && s.settings.serializable:
		return sqlerr.New(sqlerr.FeatureNotSupported, "cannot execute %s in a SERIALIZABLE transaction", what).
			WithDetail("Transactions that write are not serializable here, and do not pretend to be.").
			WithHint("Use REPEATABLE READ.")
	}
	return nil
}

// isolation is the current transaction's, as it was asked for.
func (s *Session) isolation() string {
	if s.txn.active && s.txn.isolation != "" {
		return s.txn.isolation
	}
	return s.settings.value("default_transaction_isolation")
}

func (s *Session) warn(code, message string) {
	s.notice(&sqlerr.Error{Severity: "WARNING", Code: code, Message: message})
}

// noticeRank orders the levels of client_min_messages and of notices. INFO is what the
// client asked for and always comes.
var noticeRank = map[string]int{
	"debug5": 0, "debug4": 1, "debug3": 2, "debug2": 3, "debug1": 4, "debug": 4, "log": 5, "notice": 6, "warning": 7, "error": 8, "info": 9,
}

// notice delivers a notice when client_min_messages lets it through.
func (s *Session) notice(n *sqlerr.Error) {
	if n.Code == "" {
		n.Code = sqlerr.SuccessfulCompletion
	}
	if noticeRank[lower(n.Severity)] < noticeRank[s.settings.value("client_min_messages")] {
		return
	}
	s.opt.Client.Notice(n)
}

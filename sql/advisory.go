package sql

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// maxAdvisoryLocks bounds the advisory locks and row locks of a node.
const maxAdvisoryLocks = 1 << 16

// advisoryLocks are the advisory locks and row locks of all sessions of this node.
// Waiting goes in turn. Safe for concurrent use.
type advisoryLocks struct {
	mu    sync.Mutex
	locks map[lockKey]*advisoryLock
}

// lockKey is an advisory lock's, the hash of the key of a relation's row, or a relation's.
type lockKey struct {
	functions.AdvisoryKey
	row   types.OID // the relation; 0: an advisory lock
	table bool      // the lock is on the relation itself
}

// The two modes of a lock that is on no relation, as indexes of counts.
const (
	advisoryExclusive = iota
	advisoryShared
)

// advisoryCounts says how often a lock is held in each mode.
type advisoryCounts [advisoryModes]int

type advisoryLock struct {
	key     lockKey
	holders map[*advisoryOwner]*advisoryCounts
	queue   []*advisoryWait
}

// advisoryWait is a session that waits for a lock; ready is closed when it has
// it.
type advisoryWait struct {
	owner *advisoryOwner
	lock  *advisoryLock
	mode  int
	since time.Time
	ready chan struct{}
}

// advisoryRef is a lock held once.
type advisoryRef struct {
	key  lockKey
	mode int
}

// advisoryOwner is a session's part. The table's mutex guards it.
type advisoryOwner struct {
	table   *advisoryLocks
	pid     int32
	session map[advisoryRef]int
	txn     []advisoryRef // of the transaction, in the order taken
	wait    *advisoryWait
}

// mark implements participant.
func (o *advisoryOwner) mark() int {
	o.table.mu.Lock()
	defer o.table.mu.Unlock()
	return len(o.txn)
}

// rollbackTo implements participant: the transaction's locks taken since go.
func (o *advisoryOwner) rollbackTo(mark int) {
	if len(o.txn) <= mark {
		return // only the session itself adds to it, waiting for a lock or not
	}
	o.table.mu.Lock()
	defer o.table.mu.Unlock()
	for len(o.txn) > mark {
		last := len(o.txn) - 1
		o.table.release(o, o.txn[last])
		o.txn = o.txn[:last]
	}
}

// endSession gives all locks of the session back that no transaction has.
func (o *advisoryOwner) endSession() {
	o.table.mu.Lock()
	defer o.table.mu.Unlock()
	for ref, n := range o.session {
		for range n {
			o.table.release(o, ref)
		}
	}
	clear(o.session)
}

func (o *advisoryOwner) note(ref advisoryRef, txn bool) {
	if txn {
		o.txn = append(o.txn, ref)
	} else {
		o.session[ref]++
	}
}

// conflict reports whether locks of two modes exclude each other.
func conflict(a, b int) bool { return tableConflicts[a]&(1<<b) != 0 }

// excludes reports whether a mode that is held excludes one.
func (n *advisoryCounts) excludes(mode int) bool {
	for held, count := range n {
		if count > 0 && conflict(held, mode) {
			return true
		}
	}
	return false
}

// blockers lists the sessions that keep owner from a lock: those that hold it,
// and those that wait longer unless owner has it already.
func (l *advisoryLock) blockers(owner *advisoryOwner, mode int) []*advisoryOwner {
	var out []*advisoryOwner
	for h, n := range l.holders {
		if h != owner && n.excludes(mode) {
			out = append(out, h)
		}
	}
	if l.holders[owner] != nil {
		return out
	}
	for _, w := range l.queue {
		if w.owner == owner {
			break
		}
		if conflict(w.mode, mode) {
			out = append(out, w.owner)
		}
	}
	return out
}

func (l *advisoryLock) grant(owner *advisoryOwner, mode int) {
	n := l.holders[owner]
	if n == nil {
		n = &advisoryCounts{}
		l.holders[owner] = n
	}
	n[mode]++
}

// release gives a lock back once and hands it on.
func (t *advisoryLocks) release(owner *advisoryOwner, ref advisoryRef) {
	l := t.locks[ref.key]
	n := l.holders[owner]
	if n[ref.mode]--; *n == (advisoryCounts{}) {
		delete(l.holders, owner)
	}
	t.handOn(l)
}

// handOn gives a lock to those in the queue who can have it now.
func (t *advisoryLocks) handOn(l *advisoryLock) {
	for i := 0; i < len(l.queue); {
		w := l.queue[i]
		if len(l.blockers(w.owner, w.mode)) > 0 {
			i++
			continue
		}
		l.queue = slices.Delete(l.queue, i, i+1)
		l.grant(w.owner, w.mode)
		w.owner.wait = nil
		close(w.ready)
	}
	if len(l.holders) == 0 && len(l.queue) == 0 {
		delete(t.locks, l.key)
	}
}

// acquire takes a lock, and waits for it unless try.
func (t *advisoryLocks) acquire(ctx context.Context, o *advisoryOwner, ref advisoryRef, txn, try bool, now time.Time) (bool, error) {
	t.mu.Lock()
	l := t.locks[ref.key]
	if l == nil {
		if len(t.locks) >= maxAdvisoryLocks {
			t.mu.Unlock()
			return false, sqlerr.New(sqlerr.OutOfMemory, "out of shared memory").WithHint("A node keeps %d advisory locks and row locks.", maxAdvisoryLocks)
		}
		l = &advisoryLock{key: ref.key, holders: map[*advisoryOwner]*advisoryCounts{}}
		t.locks[ref.key] = l
	}
	if len(l.blockers(o, ref.mode)) == 0 {
		defer t.mu.Unlock()
		l.grant(o, ref.mode)
		o.note(ref, txn)
		return true, nil
	}
	if try {
		t.mu.Unlock()
		return false, nil
	}
	w := &advisoryWait{owner: o, lock: l, mode: ref.mode, since: now, ready: make(chan struct{})}
	l.queue = append(l.queue, w)
	o.wait = w
	if err := t.deadlock(o); err != nil {
		t.leave(w)
		t.mu.Unlock()
		return false, err
	}
	t.mu.Unlock()
	select {
	case <-w.ready:
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if o.wait == w { // it has not been granted
		t.leave(w)
		return false, context.Cause(ctx)
	}
	o.note(ref, txn)
	return true, nil
}

// leave takes a session out of a queue.
func (t *advisoryLocks) leave(w *advisoryWait) {
	w.owner.wait = nil
	w.lock.queue = slices.DeleteFunc(w.lock.queue, func(o *advisoryWait) bool { return o == w })
	t.handOn(w.lock)
}

// deadlock looks for a circle of sessions that wait for each other, from one
// that has just begun to.
func (t *advisoryLocks) deadlock(start *advisoryOwner) error {
	seen := map[*advisoryOwner]bool{}
	var detail []string
	var circle func(o *advisoryOwner) bool
	circle = func(o *advisoryOwner) bool {
		if o.wait == nil || seen[o] {
			return false
		}
		seen[o] = true
		for _, b := range o.wait.lock.blockers(o, o.wait.mode) {
			if b == start || circle(b) {
				detail = append(detail, o.wait.describe(b.pid))
				return true
			}
		}
		return false
	}
	if !circle(start) {
		return nil
	}
	slices.Reverse(detail)
	text := ""
	for i, d := range detail {
		if i > 0 {
			text += "\n"
		}
		text += d
	}
	return sqlerr.New("40P01", "deadlock detected").WithDetail("%s", text).WithHint("See server log for query details.")
}

func (w *advisoryWait) describe(by int32) string {
	mode, sub := modeName(w.mode), 1
	if w.lock.key.Pair {
		sub = 2
	}
	if w.lock.key.table {
		return fmt.Sprintf("Process %d waits for %s on relation %d of database %d; blocked by process %d.", w.owner.pid, mode, w.lock.key.row, catalog.OIDDatabase, by)
	}
	if rel := w.lock.key.row; rel != 0 {
		return fmt.Sprintf("Process %d waits for %s on a row of relation %d of database %d; blocked by process %d.", w.owner.pid, mode, rel, catalog.OIDDatabase, by)
	}
	return fmt.Sprintf("Process %d waits for %s on advisory lock [%d,%d,%d,%d]; blocked by process %d.",
		w.owner.pid, mode, catalog.OIDDatabase, w.lock.key.High, w.lock.key.Low, sub, by)
}

// rows lists the locks for pg_locks.
func (t *advisoryLocks) rows() []catalog.Lock {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []catalog.Lock
	for key, l := range t.locks {
		for o, n := range l.holders {
			for mode, count := range n {
				if count > 0 && key.table {
					l := tableLockRow(o, key.row, mode)
					l.Granted = true
					out = append(out, l)
				} else if count > 0 && key.row == 0 { // rows that are held are not told by PostgreSQL either
					out = append(out, catalog.Lock{PID: o.pid, Key: key.AdvisoryKey, Shared: mode == advisoryShared, Granted: true})
				}
			}
		}
		for _, w := range l.queue {
			if key.table {
				l := tableLockRow(w.owner, key.row, w.mode)
				l.Waiting = w.since
				out = append(out, l)
				continue
			}
			out = append(out, catalog.Lock{PID: w.owner.pid, Key: key.AdvisoryKey, Row: key.row, Shared: w.mode == advisoryShared, Waiting: w.since})
		}
	}
	return out
}

func advisoryMode(shared bool) int {
	if shared {
		return advisoryShared
	}
	return advisoryExclusive
}

// AdvisoryLock implements functions.AdvisoryLocker.
func (f functionSession) AdvisoryLock(ctx context.Context, key functions.AdvisoryKey, shared, txn, try bool) (bool, error) {
	return f.s.acquire(ctx, advisoryRef{lockKey{AdvisoryKey: key}, advisoryMode(shared)}, txn, try)
}

// acquire takes a lock, for which the session waits no longer than it wants to.
func (s *Session) acquire(ctx context.Context, ref advisoryRef, txn, try bool) (bool, error) {
	if ms := s.settings.integer("lock_timeout"); ms > 0 && !try {
		var stop context.CancelFunc
		late := sqlerr.New(sqlerr.LockNotAvailable, "canceling statement due to lock timeout")
		ctx, stop = context.WithTimeoutCause(ctx, time.Duration(ms)*time.Millisecond, late)
		defer stop()
	}
	return s.eng.advisory.acquire(ctx, s.advisory, ref, txn, try, s.eng.opt.Clock())
}

// rowLocks are the session's.
type rowLocks struct{ s *Session }

// LockRow implements exec.RowLocker.
func (l rowLocks) LockRow(ctx context.Context, rel types.OID, key []byte, shared, try bool) (held, waited bool, err error) {
	h := xxhash.Sum64(key)
	ref := advisoryRef{lockKey{AdvisoryKey: functions.AdvisoryKey{High: uint32(h >> 32), Low: uint32(h)}, row: rel}, advisoryMode(shared)}
	if held, err = l.s.acquire(ctx, ref, true, true); held || try || err != nil {
		return held, false, err
	}
	held, err = l.s.acquire(ctx, ref, true, false)
	return held, true, err
}

// AdvisoryUnlock implements functions.AdvisoryLocker.
func (f functionSession) AdvisoryUnlock(key functions.AdvisoryKey, shared bool) bool {
	o, ref := f.s.advisory, advisoryRef{lockKey{AdvisoryKey: key}, advisoryMode(shared)}
	o.table.mu.Lock()
	defer o.table.mu.Unlock()
	if o.session[ref] == 0 {
		return false
	}
	if o.session[ref]--; o.session[ref] == 0 {
		delete(o.session, ref)
	}
	o.table.release(o, ref)
	return true
}

// AdvisoryUnlockAll implements functions.AdvisoryLocker.
func (f functionSession) AdvisoryUnlockAll() { f.s.advisory.endSession() }

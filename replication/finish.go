package replication

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

const (
	// finishPause collects decisions into one entry: readers do not wait for
	// them, so they need not hurry.
	finishPause = 20 * time.Millisecond
	// forgetAfter is how long a commit record outlives its last use, for
	// readers that looked at a shard before it was resolved.
	forgetAfter = 10 * time.Second
	// finishBatch is the most decisions of one entry.
	finishBatch = 1024
)

// finishing is a committed transaction on its way to being forgotten: resolved
// in every shard, then its commit record dropped. A failure leaves it to the
// sweeper.
type finishing struct {
	node        *Node
	id          storage.TxnID
	at          knowledge.Micros
	coordinator *Group       // nil: another node sees to the rest
	left        atomic.Int32 // shards that have not resolved it
	failed      atomic.Bool
}

// finishingHere is a transaction of which only one group is this node's to resolve:
// the node that began it sees to the rest.
func finishingHere(n *Node, id storage.TxnID, at knowledge.Micros) *finishing {
	f := &finishing{node: n, id: id, at: at}
	f.left.Store(1)
	return f
}

// resolved is told that a group's entry is done with.
func (f *finishing) resolved(err error) {
	if err != nil {
		f.failed.Store(true)
	}
	if f.left.Add(-1) > 0 {
		return
	}
	if f.coordinator != nil {
		f.node.active.remove(f.id)
	}
	switch {
	case f.failed.Load():
		f.node.kickSweep()
		return
	case f.coordinator == nil:
		return // another node's, which forgets it
	}
	f.coordinator.finisher.forget(f.id, time.Now().Add(forgetAfter))
}

// finisher resolves and forgets transactions in one group, many an entry. It
// waits a little for company, but never behind a writer: what is queued goes
// into the log before any entry that is enqueued later, so that a claim that
// was committed is known as such to whatever follows.
type finisher struct {
	group *Group
	life  context.Context // the node's

	pending atomic.Int32 // queued and not yet in the log
	flushMu sync.Mutex   // held from taking the queue until it is in the log

	mu      sync.Mutex
	resolve []*finishing
	late    []lateFinish // by due time
	drop    []forgetting // by due time
	closed  bool
	wake    chan struct{}
}

// lateFinish is a transaction of this node's in a group that another one leads.
// Its leader was told, and resolves it at once; that it has is made sure of.
type lateFinish struct {
	t   *finishing
	due time.Time
}

// lateAfter is when that is made sure of.
const lateAfter = time.Second

type forgetting struct {
	id  storage.TxnID
	due time.Time
}

func newFinisher(g *Group, life context.Context) *finisher {
	return &finisher{group: g, life: life, wake: make(chan struct{}, 1)}
}

// add queues a resolve.
func (f *finisher) add(t *finishing) {
	f.mu.Lock()
	closed := f.closed
	if !closed {
		f.resolve = append(f.resolve, t)
		f.pending.Add(1)
	}
	f.mu.Unlock()
	if closed {
		t.resolved(ErrClosed)
		return
	}
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// later queues a resolve that another node was asked for.
func (f *finisher) later(t *finishing) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.late = append(f.late, lateFinish{t, time.Now().Add(lateAfter)})
}

// takeLate queues what is due.
func (f *finisher) takeLate(now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for n < len(f.late) && !f.late[n].due.After(now) {
		f.resolve = append(f.resolve, f.late[n].t)
		n++
	}
	f.late = append(f.late[:0], f.late[n:]...)
	f.pending.Add(int32(n))
}

func (f *finisher) forget(id storage.TxnID, due time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.drop = append(f.drop, forgetting{id, due})
}

// run proposes what gathers until the node ends.
func (f *finisher) run() {
	slow := time.NewTicker(time.Second)
	defer slow.Stop()
	for {
		select {
		case <-f.wake:
			pause := time.NewTimer(finishPause)
			select {
			case <-pause.C:
			case <-f.life.Done():
				pause.Stop()
			}
		case <-slow.C:
		case <-f.life.Done():
			return
		}
		f.takeLate(time.Now())
		f.flush()
		f.forgetSome(f.life, time.Now())
	}
}

// flush puts everything queued into the log. When it returns, what was queued
// before the call is there, or failed and is the sweeper's.
func (f *finisher) flush() {
	if f.pending.Load() == 0 {
		return
	}
	f.flushMu.Lock()
	defer f.flushMu.Unlock()
	f.mu.Lock()
	jobs := f.resolve
	f.resolve = nil
	f.mu.Unlock()
	defer f.pending.Add(int32(-len(jobs)))
	if len(jobs) > 0 && !f.group.isReady() && f.group.leaderAddress() == "" {
		resolved(jobs, ErrUnavailable) // the next leader's sweeper does it
		return
	}
	for len(jobs) > 0 {
		batch := jobs[:min(len(jobs), finishBatch)]
		jobs = jobs[len(batch):]
		var b command.Builder
		b.Start(storage.TxnID{}, f.group.id)
		for _, t := range batch {
			b.AddDecision(t.id, t.at)
		}
		_, err := f.group.enqueueNow(f.life, b.Finish(command.Resolve, nil), func(p *proposal) {
			resolved(batch, errors.Join(p.err, p.res.err))
		})
		if err != nil {
			resolved(batch, err)
		}
	}
}

func resolved(batch []*finishing, err error) {
	for _, t := range batch {
		t.resolved(err)
	}
}

// forgetSome proposes to drop the commit records that are due. One that is
// lost to a crash stays: a few bytes, and harmless.
// It reports whether it proposed any.
func (f *finisher) forgetSome(ctx context.Context, now time.Time) bool {
	f.mu.Lock()
	n := 0
	for n < len(f.drop) && n < finishBatch && !f.drop[n].due.After(now) {
		n++
	}
	if n == 0 || !f.group.isReady() && f.group.leaderAddress() == "" {
		f.mu.Unlock()
		return false
	}
	var b command.Builder
	b.Start(storage.TxnID{}, f.group.id)
	for _, d := range f.drop[:n] {
		b.AddForget(d.id)
	}
	f.drop = append(f.drop[:0], f.drop[n:]...)
	f.mu.Unlock()
	if _, err := f.group.enqueueNow(ctx, b.Finish(command.Forget, nil), nil); err != nil {
		f.group.logger.Debug("commit records stay", "group", f.group.name, "error", err)
		return false
	}
	return true
}

// close lets no more in; what comes is the next start's.
func (f *finisher) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
}

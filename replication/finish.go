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
// in every shard but the coordinator's, then there, then its record dropped. A
// failure leaves it to the sweeper.
type finishing struct {
	node        *Node
	id          storage.TxnID
	at          knowledge.Micros
	coordinator *Group
	left        atomic.Int32 // shards to be resolved before the coordinator's
	failed      atomic.Bool
}

// resolved is told that a group's entry is done with.
func (f *finishing) resolved(g *Group, err error) {
	if err != nil {
		f.failed.Store(true)
	}
	if g != f.coordinator {
		if f.left.Add(-1) > 0 {
			return
		}
		if !f.failed.Load() && f.coordinator.finisher.add(f) {
			return
		}
	}
	f.node.active.remove(f.id)
	if f.failed.Load() {
		f.node.kickSweep()
		return
	}
	f.coordinator.finisher.forget(f.id, time.Now().Add(forgetAfter))
}

// finisher resolves and forgets transactions in one group, many an entry.
type finisher struct {
	group *Group

	mu      sync.Mutex
	resolve []*finishing
	drop    []forgetting // by due time
	closed  bool
	wake    chan struct{}
	done    chan struct{}
}

type forgetting struct {
	id  storage.TxnID
	due time.Time
}

func newFinisher(g *Group) *finisher {
	return &finisher{group: g, wake: make(chan struct{}, 1), done: make(chan struct{})}
}

// add queues a resolve; false when the group is closing.
func (f *finisher) add(t *finishing) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false
	}
	f.resolve = append(f.resolve, t)
	select {
	case f.wake <- struct{}{}:
	default:
	}
	return true
}

func (f *finisher) forget(id storage.TxnID, due time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.drop = append(f.drop, forgetting{id, due})
}

// run proposes what gathers until it is closed.
func (f *finisher) run(ctx context.Context) {
	defer close(f.done)
	slow := time.NewTicker(time.Second)
	defer slow.Stop()
	for {
		select {
		case <-f.wake:
			pause := time.NewTimer(finishPause)
			select {
			case <-pause.C:
			case <-ctx.Done():
				pause.Stop()
			}
		case <-slow.C:
		case <-ctx.Done():
			return
		}
		f.resolveSome(ctx)
		f.forgetSome(ctx, time.Now())
	}
}

// resolveSome proposes entries for everything queued.
func (f *finisher) resolveSome(ctx context.Context) {
	f.mu.Lock()
	jobs := f.resolve
	f.resolve = nil
	f.mu.Unlock()
	if len(jobs) > 0 && !f.group.isReady() {
		f.resolved(jobs, ErrUnavailable) // the next leader's sweeper does it
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
		_, err := f.group.enqueue(ctx, b.Finish(command.Resolve, nil), func(p *proposal) {
			f.resolved(batch, errors.Join(p.err, p.res.err))
		})
		if err != nil {
			f.resolved(batch, err)
		}
	}
}

func (f *finisher) resolved(batch []*finishing, err error) {
	for _, t := range batch {
		t.resolved(f.group, err)
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
	if n == 0 || !f.group.isReady() {
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
	if _, err := f.group.enqueue(ctx, b.Finish(command.Forget, nil), nil); err != nil {
		f.group.logger.Debug("commit records stay", "group", f.group.name, "error", err)
		return false
	}
	return true
}

// idle reports that nothing waits to be resolved.
func (f *finisher) idle() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.resolve) == 0
}

// close lets no more in; what is queued is the next start's.
func (f *finisher) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
}

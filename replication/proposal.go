package replication

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
	"unsafe"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

// maxInflight bounds a group's entries on their way. It is below the buffer of
// raft's apply channel (maxAppend), so that enqueueing under the group's lock
// never blocks. Raft makes room for maxAppend entries at every commit, however
// small, so it is no larger than groups of writers are.
const (
	maxInflight = 192
	maxAppend   = 256
)

// retryPause is the wait before an entry is proposed again after its leadership
// was lost.
const retryPause = 10 * time.Millisecond

// result is what applying an entry gave.
type result struct {
	at      knowledge.Micros // the entry's time
	stored  int              // Prepare: the transaction's claims that are new in the shard
	outcome storage.Outcome  // Commit and Insert: the transaction's (first) outcome
	err     error            // a refusal, the same on every replica, or errHalted
}

// proposal is an entry on its way through the log.
type proposal struct {
	entry  []byte
	floor  knowledge.Micros // its time is to be above
	future raft.ApplyFuture // of an entry of this node's own log
	start  time.Time
	done   chan struct{}
	notify func(*proposal) // called after done is closed; may be nil

	// Valid once done is closed.
	res result
	err error // raft's
}

// flying holds the proposals that nobody has answered yet, by their entry's
// memory: raft hands the leader's own bytes to its state machine, which
// answers there and then. That spares the writer who waits two changes of
// goroutine, a good part of what a lone insert takes beside its sync.
type flying struct {
	mu sync.Mutex
	m  map[*byte]*proposal
}

func (f *flying) add(p *proposal) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.m == nil {
		f.m = make(map[*byte]*proposal)
	}
	f.m[unsafe.SliceData(p.entry)] = p
}

// answer tells whoever waits for an entry what applying it gave. The state
// machine calls it.
func (f *flying) answer(entry []byte, r *result) {
	f.mu.Lock()
	p := f.m[unsafe.SliceData(entry)]
	delete(f.m, unsafe.SliceData(entry))
	f.mu.Unlock()
	if p != nil {
		p.res = *r
		close(p.done)
	}
}

// remove takes a proposal out; false: it was answered. Its memory may belong
// to another entry by then.
func (f *flying) remove(p *proposal) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.m[unsafe.SliceData(p.entry)] != p {
		return false
	}
	delete(f.m, unsafe.SliceData(p.entry))
	return true
}

// enqueueHere gives the entry its time, above floor, and hands it to raft, which
// this node leads: when it does no longer, or has to find out about transactions of
// earlier leaders first (waitInherited), neither a proposal nor an error is
// returned.
func (g *Group) enqueueHere(ctx context.Context, entry []byte, floor knowledge.Micros, notify func(*proposal)) (*proposal, error) {
	if err := g.checkRoom(entry); err != nil {
		return nil, err
	}
	select {
	case g.permits <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for room in the log of %v: %w", g.name, ctx.Err())
	case <-g.stop:
		return nil, ErrClosed
	}
	g.clock.observe(floor)
	return g.push(entry, floor, notify)
}

// push is the critical section of enqueueing.
func (g *Group) push(entry []byte, floor knowledge.Micros, notify func(*proposal)) (*proposal, error) {
	p := &proposal{entry: entry, floor: floor, start: time.Now(), done: make(chan struct{}), notify: notify}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed || !g.isReady() || g.inherited.Load() != 0 && command.Writes(entry) {
		<-g.permits
		if g.closed {
			return nil, ErrClosed
		}
		return nil, nil
	}
	g.metrics.inflight.Inc()
	command.SetTime(entry, g.clock.assign())
	g.closing.wrote(entry, p.start)
	g.flying.add(p)
	p.future = g.raft.Apply(entry, 0)
	g.completions <- p // has maxInflight places: never blocks
	return p, nil
}

// complete sees proposals out, in log order, until completions is closed: it
// answers those that failed and makes room for the next ones.
func (g *Group) complete() {
	defer close(g.drained)
	for p := range g.completions {
		err := p.future.Error()
		if err == nil {
			g.metrics.proposeSeconds.Observe(time.Since(p.start).Seconds())
		} else {
			// The entry's time was promised to waiting readers; a barrier will
			// tell whether it can still come.
			g.kickLead()
		}
		g.metrics.inflight.Dec()
		<-g.permits
		if g.flying.remove(p) {
			if p.err = err; err == nil {
				p.res = *p.future.Response().(*result)
			}
			close(p.done)
		}
		if p.notify != nil {
			p.notify(p)
		}
	}
}

// await waits for a proposal. answered tells whether its fields may be read:
// err is then raft's error or the state's refusal, else ctx's or ErrClosed.
func (g *Group) await(ctx context.Context, p *proposal) (answered bool, err error) {
	select {
	case <-p.done:
	default:
		select {
		case <-p.done:
		case <-ctx.Done():
			return false, ctx.Err()
		case <-g.stop:
			// Closing drains first, so an answer is lost only by a stuck disk.
			return false, ErrClosed
		}
	}
	if p.err != nil {
		return true, p.err
	}
	return true, p.res.err
}

// propose proposes an entry and waits for its result, again and again while
// leadership changes: an entry applied twice counts once, by its transaction
// id. Errors: a refusal by the state; ErrUnavailable, ErrClosed or ctx's when
// nothing was proposed; else ErrUnknownOutcome.
func (g *Group) propose(ctx context.Context, entry []byte, floor knowledge.Micros) (result, error) {
	p, err := g.submit(ctx, entry, floor, nil, g.finisher.flush, g.forwardNow)
	if err != nil {
		return result{}, err
	}
	return g.settleProposal(ctx, p)
}

// settleProposal waits for a proposal made by enqueue, proposing it again when
// leadership was lost.
func (g *Group) settleProposal(ctx context.Context, p *proposal) (result, error) {
	open := false // an earlier attempt may still come through
	for {
		answered, err := g.await(ctx, p)
		switch {
		case answered && err == nil:
			return p.res, nil
		case errors.Is(err, errStale), errors.Is(err, raft.ErrNotLeader), errors.Is(err, raft.ErrLeadershipTransferInProgress):
		case errors.Is(err, raft.ErrLeadershipLost):
			open = true
		case answered && p.err == nil && !errors.Is(err, errHalted):
			return p.res, err
		default:
			return result{}, unknown(err)
		}
		again, err := g.again(ctx, p)
		if err != nil {
			if open {
				return result{}, unknown(err)
			}
			return result{}, err
		}
		p = again
	}
}

// again proposes a copy of an entry whose bytes an earlier attempt may hold.
func (g *Group) again(ctx context.Context, p *proposal) (*proposal, error) {
	pause := time.NewTimer(retryPause)
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-g.stop:
		return nil, ErrClosed
	}
	return g.enqueue(ctx, slices.Clone(p.entry), p.floor, nil)
}

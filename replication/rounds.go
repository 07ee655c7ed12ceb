package replication

import (
	"context"
	"sync"
	"time"

	"github.com/stemedb/stemedb/knowledge"
)

// rounds shares answers that are good for whoever asked before the question was
// put: those who come while a round is on its way wait for the next one, together.
//
// The next one begins when the one before has ended, but for two reasons to wait for
// more company, since what a round costs is shared by all who wait for it:
//
//   - Many wait. Then it begins roundPace after the one before began: who asks is one
//     of many, each of whom takes far longer than that.
//   - Many are at work who will ask again. Then it begins when those who wait are one
//     for each roundShare of them, or roundLimit after the one before began. So who
//     asks waits for a part of what a statement takes anyway, however long that is.
type rounds struct {
	// busy tells how many are at work; nil: nobody knows.
	busy func() int

	mu        sync.Mutex
	next      *round
	running   bool          // a goroutine sees to the next round
	gathering chan struct{} // it waits for company, and for this; nil: it does not
	began     time.Time     // the last round
}

const (
	// roundCrowd is how many are many, roundPace how far apart their rounds begin.
	roundCrowd = 8
	roundPace  = 2 * time.Millisecond
	roundShare = 3
	roundLimit = 8 * time.Millisecond
)

type round struct {
	wait int // how many wait for it
	done chan struct{}
	at   knowledge.Micros
	err  error
}

// join blocks until a round of ask that began after the call has ended, and gives
// what it gave. Errors: ask's, or ctx's.
func (r *rounds) join(ctx context.Context, ask func() (knowledge.Micros, error)) (knowledge.Micros, error) {
	r.mu.Lock()
	if r.next == nil {
		r.next = &round{done: make(chan struct{})}
	}
	mine := r.next
	mine.wait++
	switch {
	case !r.running:
		r.running = true
		go r.run(ask)
	case r.gathering != nil && r.isEnough():
		close(r.gathering)
		r.gathering = nil
	}
	r.mu.Unlock()
	select {
	case <-mine.done:
		return mine.at, mine.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// run does rounds until nobody waits.
func (r *rounds) run(ask func() (knowledge.Micros, error)) {
	for now := r.gather(); now != nil; now = r.gather() {
		now.at, now.err = ask()
		close(now.done)
	}
}

// gather waits for company, and takes the next round; nil: nobody waits, and the
// goroutine is to end.
func (r *rounds) gather() *round {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		if r.next == nil {
			r.running = false
			return nil
		}
		left := r.pace() - time.Since(r.began)
		if left <= 0 {
			break
		}
		more := make(chan struct{})
		r.gathering = more
		r.mu.Unlock()
		timer := time.NewTimer(left)
		select {
		case <-more:
		case <-timer.C:
		}
		timer.Stop()
		r.mu.Lock()
		r.gathering = nil
	}
	now := r.next
	r.next, r.began = nil, time.Now()
	return now
}

// pace is how long after the last round the next one begins, with mu held.
func (r *rounds) pace() time.Duration {
	switch {
	case !r.isEnough():
		return roundLimit
	case r.next.wait >= roundCrowd:
		return roundPace
	}
	return 0
}

// isEnough reports whether those who wait are no few of those at work, with mu held.
func (r *rounds) isEnough() bool {
	return r.busy == nil || r.next.wait*roundShare >= r.busy()
}

// verify asks the group's voters whether this node still leads, by a question put
// after the call: one from before a read began proves nothing for it. Errors:
// ErrUnavailable when leadership is gone, or ctx's.
func (g *Group) verify(ctx context.Context) error {
	_, err := g.proofs.join(ctx, func() (knowledge.Micros, error) {
		_, err := g.proveLead(g.node.life)
		return 0, err
	})
	return err
}

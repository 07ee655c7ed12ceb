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
// When many wait for the next one, it begins no sooner than roundPace after the one
// before began: who asks is one of many then, each of whom takes far longer than
// that, and what a round costs is shared by more of them.
type rounds struct {
	mu      sync.Mutex
	current *round // on its way
	next    *round // waits for current
}

const (
	// roundCrowd is how many are many, roundPace how far apart their rounds begin.
	roundCrowd = 8
	roundPace  = 2 * time.Millisecond
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
	var mine *round
	if r.current == nil {
		mine = &round{done: make(chan struct{})}
		r.current = mine
		go r.run(mine, ask)
	} else {
		if r.next == nil {
			r.next = &round{done: make(chan struct{})}
		}
		mine = r.next
		mine.wait++
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
func (r *rounds) run(now *round, ask func() (knowledge.Micros, error)) {
	for now != nil {
		began := time.Now()
		now.at, now.err = ask()
		close(now.done)
		if r.isCrowded() {
			time.Sleep(roundPace - time.Since(began))
		}
		r.mu.Lock()
		now, r.next = r.next, nil
		r.current = now
		r.mu.Unlock()
	}
}

func (r *rounds) isCrowded() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.next != nil && r.next.wait >= roundCrowd
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

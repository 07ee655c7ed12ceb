package replication

import (
	"context"
	"sync"
)

// verifier asks a group's followers whether this node still leads. Readers that
// arrive while a round is on its way share the next one: a round that began
// before a read did proves nothing for it.
type verifier struct {
	mu      sync.Mutex
	current *verifyRound // on its way
	next    *verifyRound // waits for current
}

type verifyRound struct {
	done chan struct{}
	err  error
}

// verify blocks until a round that began after the call has succeeded. Errors:
// ErrUnavailable when leadership is gone, or ctx's.
func (v *verifier) verify(ctx context.Context, g *Group) error {
	v.mu.Lock()
	var mine *verifyRound
	if v.current == nil {
		mine = &verifyRound{done: make(chan struct{})}
		v.current = mine
		go v.run(g, mine)
	} else {
		if v.next == nil {
			v.next = &verifyRound{done: make(chan struct{})}
		}
		mine = v.next
	}
	v.mu.Unlock()
	select {
	case <-mine.done:
		return mine.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run does rounds until nobody waits.
func (v *verifier) run(g *Group, round *verifyRound) {
	for round != nil {
		_, round.err = g.proveLead(g.node.life)
		close(round.done)
		v.mu.Lock()
		round, v.next = v.next, nil
		v.current = round
		v.mu.Unlock()
	}
}

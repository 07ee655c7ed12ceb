package replication

import (
	"context"
	"fmt"
	"sync"

	"github.com/hashicorp/raft"
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
func (v *verifier) verify(ctx context.Context, r *raft.Raft) error {
	v.mu.Lock()
	var mine *verifyRound
	if v.current == nil {
		mine = &verifyRound{done: make(chan struct{})}
		v.current = mine
		go v.run(r, mine)
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
func (v *verifier) run(r *raft.Raft, round *verifyRound) {
	for round != nil {
		if err := r.VerifyLeader().Error(); err != nil {
			round.err = fmt.Errorf("%w: verify leadership: %w", ErrUnavailable, err)
		}
		close(round.done)
		v.mu.Lock()
		round, v.next = v.next, nil
		v.current = round
		v.mu.Unlock()
	}
}

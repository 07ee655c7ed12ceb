package parser

import (
	"context"
	"sync"
	"time"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

const (
	// budgetBytes is what all parses together may take.
	budgetBytes = 256 << 20
	// bytesPerByte estimates what a parse takes for each byte of its text,
	// trees of C and Go together.
	bytesPerByte = 200
	// bytesPerConstant is the same of a long constant's bytes: the copies of it.
	bytesPerConstant = 6
	// budgetWait is how long a parse waits for room.
	budgetWait = 10 * time.Second
)

// memory is the budget of the process; see the package comment.
var memory = newBudget(budgetBytes)

// budget is a counting semaphore served in order of arrival, so that a long
// text is not starved by short ones.
type budget struct {
	mu    sync.Mutex
	total int64
	free  int64
	queue []*waiter
}

type waiter struct {
	need  int64
	ready chan struct{}
}

func newBudget(total int64) *budget { return &budget{total: total, free: total} }

// acquire waits for n bytes and returns what release is to be given.
func (b *budget) acquire(ctx context.Context, n int64) (int64, error) {
	n = min(n, b.total)
	b.mu.Lock()
	if len(b.queue) == 0 && b.free >= n {
		b.free -= n
		b.mu.Unlock()
		return n, nil
	}
	w := &waiter{need: n, ready: make(chan struct{})}
	b.queue = append(b.queue, w)
	b.mu.Unlock()
	timer := time.NewTimer(budgetWait)
	defer timer.Stop()
	var cause error
	select {
	case <-w.ready:
		return n, nil
	case <-ctx.Done():
		cause = sqlerr.New(sqlerr.QueryCanceled, "canceling statement due to user request").Wrap(ctx.Err())
	case <-timer.C:
		cause = sqlerr.New(sqlerr.OutOfMemory, "out of memory for parsing").
			WithDetail("Statements being parsed fill the budget of %d MB.", b.total>>20)
	}
	return 0, b.leave(w, cause)
}

// leave takes a waiter out of the queue; one that was served meanwhile gives
// its share back.
func (b *budget) leave(w *waiter, cause error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, q := range b.queue {
		if q == w {
			b.queue = append(b.queue[:i], b.queue[i+1:]...)
			b.serve()
			return cause
		}
	}
	b.free += w.need
	b.serve()
	return cause
}

// release gives n bytes back.
func (b *budget) release(n int64) {
	b.mu.Lock()
	b.free += n
	b.serve()
	b.mu.Unlock()
}

// serve admits waiters in order while there is room; the lock is held.
func (b *budget) serve() {
	for len(b.queue) > 0 && b.queue[0].need <= b.free {
		w := b.queue[0]
		b.queue = b.queue[1:]
		b.free -= w.need
		close(w.ready)
	}
}

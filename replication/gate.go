package replication

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
)

// gate lets work in until it is shut, and knows when the last has left.
type gate struct {
	mu     sync.Mutex
	inside int
	closed atomic.Bool   // set under mu
	empty  chan struct{} // made by wait
}

// enter lets one in; ErrClosed once the gate is shut.
func (g *gate) enter() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed.Load() {
		return ErrClosed
	}
	g.inside++
	return nil
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	if g.inside == 0 && g.empty != nil {
		close(g.empty)
		g.empty = nil
	}
}

// shut lets nobody in any more; false when it was shut before.
func (g *gate) shut() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.closed.Swap(true)
}

func (g *gate) isShut() bool { return g.closed.Load() }

// wait blocks until a shut gate is empty.
func (g *gate) wait(ctx context.Context) error {
	g.mu.Lock()
	if g.inside == 0 {
		g.mu.Unlock()
		return nil
	}
	empty := make(chan struct{})
	g.empty = empty
	g.mu.Unlock()
	select {
	case <-empty:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("drain transactions: %w", ctx.Err())
	}
}

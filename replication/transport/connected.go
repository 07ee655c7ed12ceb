package transport

import (
	"context"
	"sync/atomic"
	"time"
)

// kept is a connection to another node that all who want it share.
type kept[T any] struct {
	conn    atomic.Pointer[T]
	dialing *dialing[T] // under the Mux's lock; nil: nobody does
}

// dialing is a connection that is being made.
type dialing[T any] struct {
	done chan struct{}
	conn *T
	err  error
}

// connected returns a connection that is kept, or else has it dialled, within limit.
// Goroutines that want the same one wait for the same dialling, and share its failure.
func connected[T any, P interface {
	*T
	ended() bool
}](ctx context.Context, m *Mux, k *kept[T], limit time.Duration, dial func(context.Context) (*T, error)) (*T, error) {
	for {
		if c := k.conn.Load(); c != nil && !P(c).ended() {
			return c, nil
		}
		m.mu.Lock()
		if m.closed {
			m.mu.Unlock()
			return nil, ErrClosed
		}
		d := k.dialing
		if c := k.conn.Load(); d == nil && (c == nil || P(c).ended()) {
			d = &dialing[T]{done: make(chan struct{})}
			k.dialing = d
			m.work.Go(func() { connect(m, k, d, limit, dial) })
		}
		m.mu.Unlock()
		if d == nil {
			continue // somebody has just connected
		}
		select {
		case <-d.done:
			if d.err != nil {
				return nil, d.err
			}
			if !P(d.conn).ended() {
				return d.conn, nil
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// connect makes a connection for all who wait for it.
func connect[T any](m *Mux, k *kept[T], d *dialing[T], limit time.Duration, dial func(context.Context) (*T, error)) {
	ctx, cancel := context.WithTimeout(m.ctx, limit)
	defer cancel()
	d.conn, d.err = dial(ctx)
	m.mu.Lock()
	if d.err == nil {
		k.conn.Store(d.conn)
	}
	k.dialing = nil
	m.mu.Unlock()
	close(d.done)
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

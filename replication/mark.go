package replication

import (
	"context"
	"sync"
	"sync/atomic"
)

// mark is a number that only grows, and that goroutines wait for. Raising it
// takes no lock while nobody waits.
type mark struct {
	value   atomic.Int64
	waiting atomic.Int32

	mu      sync.Mutex
	waiters []*waiter
}

// waiter waits until a mark has come to a value.
type waiter struct {
	until int64
	done  chan struct{}
	err   error
}

// raise lifts the mark to v unless it is there already.
func (m *mark) raise(v int64) {
	raise(&m.value, v)
	if m.waiting.Load() > 0 {
		m.wake()
	}
}

// wait blocks until the mark has come to a value. Errors: ctx's, or the error
// that release gave.
func (m *mark) wait(ctx context.Context, until int64) error {
	w := &waiter{until: until, done: make(chan struct{})}
	m.mu.Lock()
	m.waiters = append(m.waiters, w)
	m.waiting.Add(1)
	m.mu.Unlock()
	if m.value.Load() >= until {
		m.wake()
	}
	select {
	case <-w.done:
		return w.err
	case <-ctx.Done():
		m.forget(w)
		return ctx.Err()
	}
}

func (m *mark) wake() {
	m.mu.Lock()
	defer m.mu.Unlock()
	v := m.value.Load()
	kept := m.waiters[:0]
	for _, w := range m.waiters {
		if w.until <= v {
			close(w.done)
			m.waiting.Add(-1)
			continue
		}
		kept = append(kept, w)
	}
	clear(m.waiters[len(kept):])
	m.waiters = kept
}

// release wakes all waiters with an error.
func (m *mark) release(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, w := range m.waiters {
		w.err = err
		close(w.done)
		m.waiting.Add(-1)
	}
	clear(m.waiters)
	m.waiters = m.waiters[:0]
}

func (m *mark) forget(w *waiter) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, other := range m.waiters {
		if other == w {
			last := len(m.waiters) - 1
			m.waiters[i] = m.waiters[last]
			m.waiters[last] = nil
			m.waiters = m.waiters[:last]
			m.waiting.Add(-1)
			return
		}
	}
}

// raise lifts a number to t unless it is there already.
func raise(v *atomic.Int64, t int64) {
	for {
		old := v.Load()
		if old >= t || v.CompareAndSwap(old, t) {
			return
		}
	}
}

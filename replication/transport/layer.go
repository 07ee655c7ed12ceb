package transport

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/hashicorp/raft"
)

// Layer is the streams of one group. It is what raft's network transport speaks
// over (raft.StreamLayer).
type Layer struct {
	mux      *Mux
	group    uint16
	incoming chan net.Conn
	done     chan struct{}
	once     sync.Once
}

// Layer begins to take the streams of a group. There is one at a time.
func (m *Mux) Layer(group uint16) (*Layer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.closed:
		return nil, ErrClosed
	case m.layers[group] != nil:
		return nil, fmt.Errorf("group %d has its streams already", group)
	}
	l := &Layer{mux: m, group: group, incoming: make(chan net.Conn), done: make(chan struct{})}
	m.layers[group] = l
	return l, nil
}

// deliver gives a stream to whoever accepts the group's.
func (l *Layer) deliver(ctx context.Context, c net.Conn) error {
	select {
	case l.incoming <- c:
		return nil
	case <-l.done:
		return ErrClosed
	case <-ctx.Done():
		return fmt.Errorf("nobody takes the streams of group %d: %w", l.group, ctx.Err())
	}
}

// Accept implements net.Listener.
func (l *Layer) Accept() (net.Conn, error) {
	select {
	case c := <-l.incoming:
		return c, nil
	case <-l.done:
		return nil, ErrClosed
	}
}

// Addr implements net.Listener: where the other nodes find this one.
func (l *Layer) Addr() net.Addr { return l.mux.addr }

// Dial implements raft.StreamLayer.
func (l *Layer) Dial(addr raft.ServerAddress, timeout time.Duration) (net.Conn, error) {
	ctx := context.Background()
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	return l.mux.Dial(ctx, string(addr), l.group)
}

// Close implements net.Listener: no stream is accepted any more. Those that were
// are their owners'.
func (l *Layer) Close() error {
	l.mux.mu.Lock()
	defer l.mux.mu.Unlock()
	if l.mux.layers[l.group] == l {
		delete(l.mux.layers, l.group)
	}
	l.stop()
	return nil
}

func (l *Layer) stop() { l.once.Do(func() { close(l.done) }) }

package transport

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Errors of Call. Errors of the method itself are a *CallError.
var (
	// ErrNotSent: the request has not left this node, so that nothing came of it.
	ErrNotSent = errors.New("request was not sent")
	// ErrLost: the connection ended before the answer; the method may have run.
	ErrLost = errors.New("connection was lost before the answer")
)

// CallError is a method's failure on the other node.
type CallError struct{ Text string }

func (e *CallError) Error() string { return e.Text }

// Handler carries out a request. The payload is the handler's to keep. ctx ends
// when the caller gives up or its time is over. It runs on a goroutine of its own.
type Handler func(ctx context.Context, method byte, payload []byte) ([]byte, error)

// graceMillis is for how long a handler goes on after its caller's time is over:
// it is the caller's clock that ends a call.
const graceMillis = 100

// maxCalls is how many requests of one connection are carried out at once; more
// wait in the sender's socket.
const maxCalls = 1024

// caller is a connection to another node for calls.
type caller struct {
	nc   net.Conn
	w    *frameWriter
	dead chan struct{} // closed when no answer will come any more

	mu      sync.Mutex
	next    uint64
	waiting map[uint64]chan answered // nil: the connection has ended
}

// answered is an answer, or none.
type answered struct {
	payload []byte
	err     error
}

// Call has another node carry out a method, within ctx. It connects when there
// is no connection yet. The payload is not kept. Errors: a *CallError; ErrNotSent,
// ErrLost; ctx's, after which the method may still have run.
func (m *Mux) Call(ctx context.Context, addr string, method byte, payload []byte) ([]byte, error) {
	if len(payload) > MaxCall {
		return nil, fmt.Errorf("%w: %d bytes are more than %d", ErrNotSent, len(payload), MaxCall)
	}
	c, err := m.caller(ctx, addr)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	return c.call(ctx, method, payload)
}

// callDialTimeout bounds the dialling for calls: a node that hangs takes connections
// and does not greet, and whoever calls it may have another one to ask by then.
const callDialTimeout = 1500 * time.Millisecond

// caller returns the connection for calls to an address.
func (m *Mux) caller(ctx context.Context, addr string) (*caller, error) {
	p, err := m.peer(addr)
	if err != nil {
		return nil, err
	}
	return connected(ctx, m, &p.calls, callDialTimeout, func(ctx context.Context) (*caller, error) { return m.dialCaller(ctx, addr) })
}

// peer is what is known of the node at an address.
func (m *Mux) peer(addr string) (*peer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil, ErrClosed
	}
	p := m.peers[addr]
	if p == nil {
		p = &peer{}
		m.peers[addr] = p
	}
	return p, nil
}

func (m *Mux) dialCaller(ctx context.Context, addr string) (*caller, error) {
	nc, err := m.dial(ctx, addr, header{kind: kindCalls})
	if err != nil {
		return nil, err
	}
	c := &caller{nc: nc, w: newFrameWriter(nc, m.opts.WriteTimeout), dead: make(chan struct{}), waiting: map[uint64]chan answered{}}
	if !m.behind(func() { c.read(); m.lost(addr) }) {
		return nil, errors.Join(ErrClosed, ignoreClosed(nc.Close()))
	}
	return c, nil
}

func (c *caller) ended() bool { return isClosed(c.dead) }

func (c *caller) call(ctx context.Context, method byte, payload []byte) ([]byte, error) {
	answer := make(chan answered, 1)
	c.mu.Lock()
	if c.waiting == nil {
		c.mu.Unlock()
		return nil, ErrNotSent
	}
	c.next++
	id := c.next
	c.waiting[id] = answer
	c.mu.Unlock()
	if err := c.w.send(requestFrame(id, method, millisLeft(ctx)), payload); err != nil {
		c.forget(id)
		return nil, fmt.Errorf("%w: %w", ErrLost, err) // a part of it may have arrived
	}
	select {
	case a := <-answer:
		return a.payload, a.err
	case <-ctx.Done():
		if c.forget(id) {
			_ = c.w.send(requestFrame(id, methodCancel, 0), nil) // the connection's end says it too
		}
		return nil, ctx.Err()
	}
}

func requestFrame(id uint64, method byte, left uint32) []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, requestHead), id)
	return binary.BigEndian.AppendUint32(append(b, method), left)
}

// forget takes back a request; false: it was answered.
func (c *caller) forget(id uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.waiting[id]
	delete(c.waiting, id)
	return ok
}

// read hands out answers until the connection ends.
func (c *caller) read() {
	r := bufio.NewReaderSize(c.nc, 64<<10)
	var end error
	for {
		f, err := readFrame(r, answerHead)
		if err != nil {
			end = err
			break
		}
		a := answered{payload: f[answerHead:]}
		if f[8] != 0 {
			a = answered{err: &CallError{Text: string(f[answerHead:])}}
		}
		id := binary.BigEndian.Uint64(f)
		c.mu.Lock()
		ch := c.waiting[id]
		delete(c.waiting, id)
		c.mu.Unlock()
		if ch != nil {
			ch <- a
		}
	}
	c.mu.Lock()
	lost := c.waiting
	c.waiting = nil
	c.mu.Unlock()
	close(c.dead)
	end = fmt.Errorf("%w: %w", ErrLost, end)
	for _, ch := range lost {
		ch <- answered{err: end}
	}
	c.w.fail(end)
	_ = c.nc.Close() // its error is of no more use than the one that ended it
}

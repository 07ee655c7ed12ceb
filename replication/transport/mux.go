package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// greetTimeout bounds TLS and header of a connection that comes in, and
	// dialTimeout a connection that goes out, if its caller names no other bound.
	greetTimeout = 5 * time.Second
	dialTimeout  = 10 * time.Second
	// maxGreeting is how many peers may be proving who they are at once; others
	// wait in the listener's queue.
	maxGreeting = 128
	// acceptPause is the wait after a failed accept: mostly, too many open files.
	acceptPause = 50 * time.Millisecond
)

// Options configure a Mux.
type Options struct {
	// Listener takes the peers' connections. The Mux closes it.
	Listener net.Listener
	// Advertise is the address (host:port) that other nodes dial; default the
	// listener's.
	Advertise string
	// Credentials are the node's; nil: connections are neither encrypted nor is
	// anybody asked who they are.
	Credentials *Credentials
	Logger      *slog.Logger // default slog.Default()
	// GreetTimeout is by when a peer must have proved who it is; default 5 s.
	GreetTimeout time.Duration
	// WriteTimeout is when a peer that takes no more bytes of calls is given up;
	// default 10 s.
	WriteTimeout time.Duration
}

// Mux is a node's end of all its connections to the other nodes.
type Mux struct {
	opts   Options
	addr   address
	server *tls.Config // nil: plain
	client *tls.Config
	ctx    context.Context
	stop   context.CancelFunc
	places chan struct{}
	work   sync.WaitGroup

	handler atomic.Pointer[Handler]
	quick   atomic.Pointer[QuickHandler]
	onLost  atomic.Pointer[func(string)]
	streams atomic.Pointer[StreamHandler]
	self    atomic.Pointer[Instance]
	guard   atomic.Pointer[func(Instance) bool]
	onGone  atomic.Pointer[func()]

	mu     sync.Mutex
	closed bool
	peers  map[string]*peer // by address
	layers map[uint16]*Layer
	conns  map[*conn]struct{}
}

// peer is another node as far as calls and streams go.
type peer struct {
	calls   kept[caller]
	streams kept[streamLink]
}

// ErrClosed is a Mux or a Layer that has been closed.
var ErrClosed = errors.New("transport is closed")

var (
	// errNotYet is a call to a node that is starting: its caller tries again.
	errNotYet = errors.New("no calls are taken yet")
	// errGone is a node that is refused for its data.
	errGone = errors.New("the cluster has gone on without the node's data")
)

// address is where nodes find one another.
type address string

func (address) Network() string  { return "tcp" }
func (a address) String() string { return string(a) }

// New begins to take connections.
func New(o Options) *Mux {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.GreetTimeout == 0 {
		o.GreetTimeout = greetTimeout
	}
	if o.WriteTimeout == 0 {
		o.WriteTimeout = writeTimeout
	}
	m := &Mux{opts: o, addr: address(o.Advertise), places: make(chan struct{}, maxGreeting), layers: map[uint16]*Layer{}, conns: map[*conn]struct{}{}, peers: map[string]*peer{}}
	if m.addr == "" {
		m.addr = address(o.Listener.Addr().String())
	}
	if o.Credentials != nil {
		m.server, m.client = o.Credentials.server(), o.Credentials.client()
	}
	m.ctx, m.stop = context.WithCancel(context.Background())
	m.work.Go(m.accept)
	return m
}

// Address is where the other nodes find this one.
func (m *Mux) Address() string { return m.addr.String() }

// Close ends every connection and waits for what the Mux does. The error is the
// listener's: that a peer which is gone cannot be told of the end is none.
func (m *Mux) Close() error {
	m.mu.Lock()
	if m.closed {
		m.mu.Unlock()
		return nil
	}
	m.closed = true
	err := m.opts.Listener.Close()
	m.stop()
	for c := range m.conns {
		_ = c.Conn.Close()
	}
	for _, l := range m.layers {
		l.stop()
	}
	m.mu.Unlock()
	m.work.Wait()
	return ignoreClosed(err)
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// behind runs work that Close waits for; false: the Mux is closed.
func (m *Mux) behind(work func()) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.closed {
		m.work.Go(work)
	}
	return !m.closed
}

// accept takes connections until the listener is closed.
func (m *Mux) accept() {
	for {
		select {
		case m.places <- struct{}{}:
		case <-m.ctx.Done():
			return
		}
		nc, err := m.opts.Listener.Accept()
		if err != nil {
			<-m.places
			if m.ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return
			}
			m.opts.Logger.Warn("accept a node's connection", "error", err)
			select {
			case <-time.After(acceptPause):
			case <-m.ctx.Done():
			}
			continue
		}
		if !m.behind(func() { m.greet(nc) }) {
			<-m.places
			_ = nc.Close() // nobody is to be told
		}
	}
}

// greet finds out who dials and what for, and hands the connection on.
func (m *Mux) greet(nc net.Conn) {
	ctx, cancel := context.WithTimeout(m.ctx, m.opts.GreetTimeout)
	defer cancel()
	c, err := m.adopt(nc)
	if err == nil {
		err = m.welcome(ctx, c)
	}
	<-m.places
	if err != nil {
		_ = c.Close() // nobody is to be told
		switch {
		case m.ctx.Err() != nil:
		case errors.Is(err, errNotYet), errors.Is(err, errGone): // it tries again and again
			m.opts.Logger.Debug("refused a node's connection", "remote", nc.RemoteAddr().String(), "error", err)
		default:
			m.opts.Logger.Warn("refused a node's connection", "remote", nc.RemoteAddr().String(), "error", err)
		}
	}
}

// welcome reads who dials and what for, and gives the connection to its layer.
func (m *Mux) welcome(ctx context.Context, c *conn) error {
	if deadline, ok := ctx.Deadline(); ok {
		if err := c.SetDeadline(deadline); err != nil {
			return err
		}
	}
	if m.server != nil {
		t := tls.Server(c.Conn, m.server)
		c.Conn = t
		if err := t.HandshakeContext(ctx); err != nil {
			return fmt.Errorf("handshake: %w", err)
		}
	}
	h, err := readHeader(c)
	if err != nil {
		return err
	}
	l, calls, streams := m.layer(h.group), m.handler.Load(), m.streams.Load()
	guard := m.guard.Load()
	switch {
	case guard != nil && (*guard)(h.instance):
		return errors.Join(errGone, answer(c, goneInstance))
	case h.kind == kindRaft && l == nil:
		return errors.Join(fmt.Errorf("there is no group %d here", h.group), answer(c, noGroup))
	case h.kind == kindCalls && calls == nil:
		return errors.Join(errNotYet, answer(c, noGroup))
	case h.kind == kindStreams && streams == nil:
		return errors.Join(errNotYet, answer(c, noGroup))
	}
	if err := answer(c, granted); err != nil {
		return err
	}
	if err := c.SetDeadline(time.Time{}); err != nil {
		return err
	}
	switch h.kind {
	case kindCalls:
		if !m.behind(func() { m.serve(c, *calls) }) {
			return ErrClosed
		}
		return nil
	case kindStreams:
		if !m.behind(func() { m.serveStreams(c, *streams) }) {
			return ErrClosed
		}
		return nil
	}
	return l.deliver(ctx, c)
}

// Introduce has connections say, from now on, whose data this node has.
func (m *Mux) Introduce(self Instance) { m.self.Store(&self) }

// Guard has nodes refused, from now on, whose data gone says the cluster has gone on
// without. It is called once, before the first Layer and before Serve.
func (m *Mux) Guard(gone func(Instance) bool) { m.guard.Store(&gone) }

// OnGone has f called whenever another node has refused this one for its data, from now
// on. It is called once, and f must not wait.
func (m *Mux) OnGone(f func()) { m.onGone.Store(&f) }

func (m *Mux) layer(group uint16) *Layer {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.layers[group]
}

// Dial connects to a group of the node at an address, within ctx and 10 s. An
// answer other than the group's stream is an error that says why.
func (m *Mux) Dial(ctx context.Context, addr string, group uint16) (net.Conn, error) {
	return m.dial(ctx, addr, header{kind: kindRaft, group: group})
}

func (m *Mux) dial(ctx context.Context, addr string, h header) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	ended := context.AfterFunc(m.ctx, cancel)
	defer ended()
	d := net.Dialer{LocalAddr: m.localAddr(addr)}
	nc, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("dial node: %w", err)
	}
	c, err := m.adopt(nc)
	if err == nil {
		if self := m.self.Load(); self != nil {
			h.instance = *self
		}
		err = m.introduce(ctx, c, h)
	}
	if f := m.onGone.Load(); errors.Is(err, ErrGone) && f != nil {
		(*f)()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("connect to %s: %w", addr, err), ignoreClosed(c.Close()))
	}
	return c, nil
}

// introduce is the dialer's side of welcome.
func (m *Mux) introduce(ctx context.Context, c *conn, h header) error {
	if deadline, ok := ctx.Deadline(); ok {
		if err := c.SetDeadline(deadline); err != nil {
			return err
		}
	}
	if m.client != nil {
		t := tls.Client(c.Conn, m.client)
		c.Conn = t
		if err := t.HandshakeContext(ctx); err != nil {
			return fmt.Errorf("handshake: %w", err)
		}
	}
	if err := h.write(c); err != nil {
		return err
	}
	if err := readAnswer(c); err != nil {
		return err
	}
	return c.SetDeadline(time.Time{})
}

// conn is a connection that Close of the Mux ends too.
type conn struct {
	net.Conn
	mux *Mux
}

// adopt notes a connection, which is returned even with an error: ErrClosed.
func (m *Mux) adopt(nc net.Conn) (*conn, error) {
	c := &conn{Conn: nc, mux: m}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return c, ErrClosed
	}
	m.conns[c] = struct{}{}
	return c, nil
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.mux.mu.Lock()
	delete(c.mux.conns, c)
	c.mux.mu.Unlock()
	return c.Conn.Close()
}

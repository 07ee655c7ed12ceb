package pgwire

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Options configure a Server. Engine and Auth are required.
type Options struct {
	Engine Engine
	Auth   Auth
	// TLS answers SSLRequest; nil refuses it with 'N'. A certificate that can
	// change is given by GetCertificate. A client's certificate that it verifies
	// (ClientCAs, ClientAuth) decides who may log in: see conn.authenticate.
	TLS *tls.Config
	// RequireTLS refuses unencrypted logins that do not come from loopback, LocalTLS
	// those from there, too.
	RequireTLS, LocalTLS bool
	// TrustRemote lets roles without a password log in from anywhere, not only
	// from loopback (--insecure).
	TrustRemote bool

	MaxConnections int           // logged in; default 1,200
	Reserved       int           // of these, kept for superusers; default 3, negative: none
	MaxPending     int           // not yet logged in; the oldest goes; default 2,048
	LoginTimeout   time.Duration // from accept to ReadyForQuery; default 10 s
	WriteTimeout   time.Duration // of one write, to a client that does not read; default 2 min
	// CheckInterval is how often the watcher looks for clients that left
	// while their statement runs; default 1 s.
	CheckInterval time.Duration
	// MaxStatements and MaxStatementBytes bound the prepared statements (and
	// portals) of a session; defaults 10,000 and 64 MiB.
	MaxStatements     int
	MaxStatementBytes int
	// MaxMessageBytes bounds the messages that do not fit the connections' read
	// buffers, of all of them together; default 512 MiB.
	MaxMessageBytes int

	Logger     *slog.Logger          // nil: discard
	Registerer prometheus.Registerer // nil: no metrics
}

func (o Options) withDefaults() Options {
	def := func(p *int, v int) {
		if *p == 0 {
			*p = v
		}
	}
	defDur := func(p *time.Duration, v time.Duration) {
		if *p == 0 {
			*p = v
		}
	}
	def(&o.MaxConnections, 1200)
	def(&o.Reserved, 3)
	def(&o.MaxPending, 2048)
	def(&o.MaxStatements, 10_000)
	def(&o.MaxMessageBytes, 512<<20)
	def(&o.MaxStatementBytes, 64<<20)
	defDur(&o.LoginTimeout, 10*time.Second)
	defDur(&o.WriteTimeout, 2*time.Minute)
	defDur(&o.CheckInterval, time.Second)
	o.Reserved = max(o.Reserved, 0)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// ErrServerClosed is what Serve returns after Shutdown; it is a net.ErrClosed.
var ErrServerClosed = fmt.Errorf("pgwire: server closed: %w", net.ErrClosed)

// Server serves the protocol on any number of listeners.
type Server struct {
	opts    Options
	tls     *tls.Config
	metrics *metrics
	pool    bufferPool
	spin    spinState
	frames  framePool
	conns   registry
	mockKey [32]byte // seeds the salts shown for unknown roles

	mu        sync.Mutex
	listeners map[net.Listener]struct{}
	draining  bool
	stopWatch chan struct{}
	look      chan struct{}  // a session was asked to end
	wg        sync.WaitGroup // connections and the watcher
}

// NewServer returns a server that does not listen yet. It fails when an option
// is missing or its metrics cannot be registered.
func NewServer(o Options) (*Server, error) {
	o = o.withDefaults()
	if o.Engine == nil || o.Auth == nil {
		return nil, errors.New("pgwire: an engine and an auth are required")
	}
	s := &Server{opts: o, listeners: map[net.Listener]struct{}{}, stopWatch: make(chan struct{}), look: make(chan struct{}, 1)}
	s.frames.limit = int64(o.MaxMessageBytes)
	s.conns.init(o.MaxConnections, o.Reserved, o.MaxPending)
	if _, err := rand.Read(s.mockKey[:]); err != nil {
		return nil, fmt.Errorf("pgwire: seed: %w", err)
	}
	if o.TLS != nil {
		s.tls = serverTLS(o.TLS)
	}
	var err error
	if s.metrics, err = newMetrics(o.Registerer, &s.conns); err != nil {
		return nil, fmt.Errorf("pgwire: register metrics: %w", err)
	}
	s.wg.Go(s.watch)
	return s, nil
}

// Listen opens a TCP listener whose connections are kept alive, so that peers
// that vanished are noticed within two minutes.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	lc := net.ListenConfig{KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 60 * time.Second, Interval: 10 * time.Second, Count: 6,
	}}
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen for SQL on %s: %w", addr, err)
	}
	return l, nil
}

// Serve accepts connections until Shutdown, which makes it return
// ErrServerClosed, or until ctx is done or the listener fails. It closes the
// listener; connections live on until Shutdown.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	defer func() { _ = l.Close() }()
	if !s.addListener(l) {
		return ErrServerClosed
	}
	defer s.removeListener(l)
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	var pause time.Duration
	for {
		nc, err := l.Accept()
		if err == nil {
			pause = 0
			s.start(ctx, nc)
			continue
		}
		if s.isDraining() {
			return ErrServerClosed
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, net.ErrClosed) {
			return fmt.Errorf("accept: %w", err)
		}
		// Out of descriptors and the like: make room and try again.
		pause = min(max(2*pause, 5*time.Millisecond), time.Second)
		s.opts.Logger.Warn("accept failed", "error", err, "retry_in", pause)
		s.conns.evictOldest()
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

// start runs a connection in its goroutine.
func (s *Server) start(ctx context.Context, nc net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		_ = nc.Close()
		return
	}
	// A connection outlives the listener's context: Shutdown ends it in order.
	c := newConn(s, nc)
	s.conns.add(c)
	s.wg.Go(func() { c.serve(context.WithoutCancel(ctx)) })
}

func (s *Server) addListener(l net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return false
	}
	s.listeners[l] = struct{}{}
	return true
}

func (s *Server) removeListener(l net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.listeners, l)
}

func (s *Server) isDraining() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.draining
}

// cutTimeout is how long Shutdown waits for cancelled statements before it
// closes sockets under them.
const cutTimeout = 5 * time.Second

// Shutdown stops listening, ends idle sessions with 57P01, and gives busy ones
// (a statement or a transaction under way) until ctx is done; then their
// statements are cancelled. It returns when every goroutine has ended, or with
// an error when some do not even after their sockets were closed.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	if !s.draining {
		s.draining = true
		close(s.stopWatch)
	}
	for l := range s.listeners {
		_ = l.Close()
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() { s.wg.Wait(); close(done) }()

	s.conns.each(func(c *conn) { c.end(endWhenIdle) })
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	s.conns.each(func(c *conn) { c.end(endNow) })
	select {
	case <-done:
		return nil
	case <-time.After(cutTimeout):
	}
	n := 0
	s.conns.each(func(c *conn) { _ = c.raw.Close(); n++ })
	select {
	case <-done:
		return nil
	case <-time.After(cutTimeout):
		return fmt.Errorf("shut down: %d connections are still busy: %w", n, context.Cause(ctx))
	}
}

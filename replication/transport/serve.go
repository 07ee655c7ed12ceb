package transport

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// Serve has a handler carry out the requests of other nodes, from now on. It is
// called once, before other nodes are to find this one.
func (m *Mux) Serve(h Handler) { m.handler.Store(&h) }

// QuickHandler carries out a request without a wait, where requests are read. It has
// answer called, once, by whoever has the answer, with a payload that may be used
// again after that; answer does not wait. false: the request is one for the Handler,
// and answer is not called. The payload is the handler's to keep. Who asks may have
// given up meanwhile: nobody hears of that.
type QuickHandler func(method byte, payload []byte, answer func([]byte)) bool

// ServeQuick has requests shown to a quick handler first, from now on. It is called
// once, before Serve.
func (m *Mux) ServeQuick(h QuickHandler) { m.quick.Store(&h) }

// OnLost has f told of every address to which a connection for calls has ended, from
// now on. It is called once, and f must not wait.
func (m *Mux) OnLost(f func(addr string)) { m.onLost.Store(&f) }

// Drop ends the connection for calls to an address, if there is one: calls on their
// way fail with ErrLost, and the next one dials anew.
func (m *Mux) Drop(addr string) {
	m.mu.Lock()
	p := m.peers[addr]
	m.mu.Unlock()
	if p == nil {
		return
	}
	if c := p.calls.conn.Load(); c != nil {
		_ = c.nc.Close() // its reader says what came of it
	}
}

func (m *Mux) lost(addr string) {
	if f := m.onLost.Load(); f != nil && m.ctx.Err() == nil {
		(*f)(addr)
	}
}

// service is a connection on which another node calls.
type service struct {
	mux    *Mux
	handle Handler
	quick  QuickHandler
	w      *frameWriter
	places chan struct{}

	mu      sync.Mutex
	running map[uint64]context.CancelFunc
}

// serve reads requests until the connection ends, and waits for their handlers.
func (m *Mux) serve(nc net.Conn, h Handler) {
	s := &service{mux: m, handle: h, w: newFrameWriter(nc, m.opts.WriteTimeout), places: make(chan struct{}, maxCalls), running: map[uint64]context.CancelFunc{}}
	s.quick = func(byte, []byte, func([]byte)) bool { return false }
	if q := m.quick.Load(); q != nil {
		s.quick = *q
	}
	m.answerAll(nc, s.w, "calls", s.read)
}

// answerAll reads requests until the connection ends, and waits for their handlers.
func (m *Mux) answerAll(nc net.Conn, w *frameWriter, what string, read func(context.Context, *bufio.Reader, *sync.WaitGroup) error) {
	ctx, cancel := context.WithCancel(m.ctx)
	var work sync.WaitGroup
	err := read(ctx, bufio.NewReaderSize(nc, 64<<10), &work)
	cancel()
	w.fail(errors.Join(err, ErrClosed))
	if !errors.Is(err, io.EOF) && m.ctx.Err() == nil && !errors.Is(err, net.ErrClosed) {
		m.opts.Logger.Warn("a node's "+what+" ended", "remote", nc.RemoteAddr().String(), "error", err)
	}
	_ = nc.Close() // it has ended, or what came is none of this protocol
	work.Wait()
}

// requestContext ends with a request's time; 0: it has no bound.
func requestContext(ctx context.Context, left uint32) (context.Context, context.CancelFunc) {
	if left == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Duration(left)*time.Millisecond)
}

func (s *service) read(ctx context.Context, r *bufio.Reader, work *sync.WaitGroup) error {
	for {
		f, err := readFrame(r, requestHead)
		if err != nil {
			return err
		}
		id, method, left := binary.BigEndian.Uint64(f), f[8], binary.BigEndian.Uint32(f[9:])
		if method == methodCancel {
			s.cancel(id)
			continue
		}
		if err := s.w.awaitRoom(); err != nil {
			return err
		}
		if s.quick(method, f[requestHead:], func(out []byte) { s.later(id, out) }) {
			continue
		}
		s.places <- struct{}{} // freed by handlers, which end with ctx
		ctx, cancel := s.begin(ctx, id, left)
		work.Go(func() {
			defer func() { <-s.places }()
			defer cancel()
			s.run(ctx, id, method, f[requestHead:])
		})
	}
}

// begin makes the context of a request.
func (s *service) begin(ctx context.Context, id uint64, left uint32) (context.Context, context.CancelFunc) {
	ctx, cancel := requestContext(ctx, left)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[id] = cancel
	return ctx, cancel
}

func (s *service) cancel(id uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cancel := s.running[id]; cancel != nil {
		cancel()
	}
}

// later queues an answer, and has it written behind whoever gave it.
func (s *service) later(id uint64, out []byte) {
	if s.w.later(answerFrame(id, 0), out) {
		s.mux.behind(s.w.write) // false: the connection ends
	}
}

func (s *service) run(ctx context.Context, id uint64, method byte, payload []byte) {
	out, err := s.handle(ctx, method, payload)
	s.mu.Lock()
	delete(s.running, id)
	s.mu.Unlock()
	head := answerFrame(id, 0)
	switch {
	case err != nil:
		head[8], out = 1, []byte(err.Error())
	case len(out) > MaxCall:
		head[8], out = 1, []byte("the answer is larger than a call may carry")
	}
	_ = s.w.send(head, out) // the reader finds out why it cannot be sent
}

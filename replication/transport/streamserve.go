package transport

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"sync"
)

// StreamHandler answers a request by frames. send copies a frame and waits until the
// caller has room for it; its error ends the stream. The request is the handler's to
// keep. ctx ends when the caller gives up or its time is over. It runs on a
// goroutine of its own.
type StreamHandler func(ctx context.Context, request []byte, send func(frame []byte) error) error

// ServeStreams has a handler answer other nodes' streams, from now on. It is called
// once.
func (m *Mux) ServeStreams(h StreamHandler) { m.streams.Store(&h) }

// maxStreams is how many streams of one connection are answered at once; more are
// refused, since what waits would stop those that run.
const maxStreams = 512

// streamService is a connection on which another node opens streams.
type streamService struct {
	handle StreamHandler
	w      *frameWriter

	mu      sync.Mutex
	running map[uint64]*answering
}

// answering is a stream that is being answered.
type answering struct {
	cancel context.CancelFunc

	mu     sync.Mutex
	credit int
	more   chan struct{} // holds one when there is credit anew
}

// serveStreams reads what the caller wants until the connection ends, and waits for
// the handlers.
func (m *Mux) serveStreams(nc net.Conn, h StreamHandler) {
	s := &streamService{handle: h, w: newFrameWriter(nc, m.opts.WriteTimeout), running: map[uint64]*answering{}}
	m.answerAll(nc, s.w, "streams", s.read)
}

func (s *streamService) read(ctx context.Context, r *bufio.Reader, work *sync.WaitGroup) error {
	for {
		f, err := readFrame(r, requestHead)
		if err != nil {
			return err
		}
		id, op, arg := binary.BigEndian.Uint64(f), f[8], binary.BigEndian.Uint32(f[9:])
		switch op {
		case methodCancel:
			if a := s.find(id); a != nil {
				a.cancel()
			}
		case streamCredit:
			if a := s.find(id); a != nil {
				a.give(int(arg))
			}
		case streamOpen:
			s.begin(ctx, id, arg, f[requestHead:], work)
		default:
			return fmt.Errorf("a stream's request of kind %d", op)
		}
	}
}

func (s *streamService) find(id uint64) *answering {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running[id]
}

// begin starts the handler of a stream.
func (s *streamService) begin(ctx context.Context, id uint64, left uint32, request []byte, work *sync.WaitGroup) {
	a := &answering{credit: Window, more: make(chan struct{}, 1)}
	ctx, a.cancel = requestContext(ctx, left)
	s.mu.Lock()
	full := len(s.running) >= maxStreams
	if !full {
		s.running[id] = a
	}
	s.mu.Unlock()
	work.Go(func() {
		defer a.cancel()
		err := errBusy
		if !full {
			err = s.handle(ctx, request, func(frame []byte) error { return s.send(ctx, a, id, frame) })
			s.mu.Lock()
			delete(s.running, id)
			s.mu.Unlock()
		}
		if err != nil {
			_ = s.w.send(answerFrame(id, streamFailed), []byte(err.Error())) // the reader finds out why it cannot be sent
			return
		}
		_ = s.w.send(answerFrame(id, streamEnd), nil) // likewise
	})
}

var errBusy = errors.New("too many streams are open")

func answerFrame(id uint64, kind byte) []byte {
	return append(binary.BigEndian.AppendUint64(make([]byte, 0, answerHead), id), kind)
}

// send waits for credit and sends a frame.
func (s *streamService) send(ctx context.Context, a *answering, id uint64, frame []byte) error {
	if len(frame) > MaxCall {
		return fmt.Errorf("a frame of %d bytes is larger than a stream may carry", len(frame))
	}
	for !a.take(len(frame) + frameCost) {
		select {
		case <-a.more:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.w.send(answerFrame(id, streamData), frame)
}

// take uses credit up; a frame may overdraw it.
func (a *answering) take(n int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.credit <= 0 {
		return false
	}
	a.credit -= n
	return true
}

func (a *answering) give(n int) {
	a.mu.Lock()
	a.credit = min(a.credit+n, Window)
	a.mu.Unlock()
	select {
	case a.more <- struct{}{}:
	default:
	}
}

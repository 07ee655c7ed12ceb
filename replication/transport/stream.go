package transport

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Window is how many bytes of answers a stream's other end may send before they are
// taken here; one frame may go beyond it.
const Window = 1 << 20

// frameCost is what a frame counts besides its payload: empty ones are no gift.
const frameCost = 64

// Stream is one request with many answers. It is used by one goroutine, except that
// Close may be called by any. It must be closed.
type Stream struct {
	link *streamLink
	id   uint64

	mu     sync.Mutex
	frames [][]byte
	held   int // bytes in frames
	taken  int // bytes that the other end has not been given back
	end    error
	closed bool
	ready  chan struct{} // holds one when there is news
}

// streamLink is a connection to another node for streams.
type streamLink struct {
	nc   net.Conn
	w    *frameWriter
	dead chan struct{}

	mu      sync.Mutex
	next    uint64
	streams map[uint64]*Stream // nil: the connection has ended
}

// OpenStream has another node answer a request by a stream of frames, until the
// stream is closed or ctx's deadline has passed. It connects when there is no
// connection yet, within ctx. The request is not kept. Errors: ErrNotSent, ErrLost.
func (m *Mux) OpenStream(ctx context.Context, addr string, request []byte) (*Stream, error) {
	if len(request) > MaxCall {
		return nil, fmt.Errorf("%w: %d bytes are more than %d", ErrNotSent, len(request), MaxCall)
	}
	l, err := m.streamLink(ctx, addr)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	return l.open(ctx, request)
}

func (m *Mux) streamLink(ctx context.Context, addr string) (*streamLink, error) {
	p, err := m.peer(addr)
	if err != nil {
		return nil, err
	}
	return connected(ctx, m, &p.streams, dialTimeout, func(ctx context.Context) (*streamLink, error) {
		nc, err := m.dial(ctx, addr, header{kind: kindStreams})
		if err != nil {
			return nil, err
		}
		l := &streamLink{nc: nc, w: newFrameWriter(nc, m.opts.WriteTimeout), dead: make(chan struct{}), streams: map[uint64]*Stream{}}
		if !m.behind(l.read) {
			return nil, errors.Join(ErrClosed, ignoreClosed(nc.Close()))
		}
		return l, nil
	})
}

func (l *streamLink) ended() bool { return isClosed(l.dead) }

func (l *streamLink) open(ctx context.Context, request []byte) (*Stream, error) {
	s := &Stream{link: l, ready: make(chan struct{}, 1)}
	l.mu.Lock()
	if l.streams == nil {
		l.mu.Unlock()
		return nil, ErrNotSent
	}
	l.next++
	s.id = l.next
	l.streams[s.id] = s
	l.mu.Unlock()
	if err := l.w.send(requestFrame(s.id, streamOpen, millisLeft(ctx)), request); err != nil {
		l.forget(s.id)
		return nil, fmt.Errorf("%w: %w", ErrLost, err)
	}
	return s, nil
}

// millisLeft is what a request says of its caller's deadline; 0: there is none.
func millisLeft(ctx context.Context) uint32 {
	deadline, ok := ctx.Deadline()
	if !ok {
		return 0
	}
	return uint32(max(0, min(time.Until(deadline).Milliseconds(), 1<<31))) + graceMillis
}

// forget takes a stream off the connection; false: it was not on it.
func (l *streamLink) forget(id uint64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, ok := l.streams[id]
	delete(l.streams, id)
	return ok
}

// read hands out frames until the connection ends.
func (l *streamLink) read() {
	r := bufio.NewReaderSize(l.nc, 64<<10)
	var end error
	for end == nil {
		f, err := readFrame(r, answerHead)
		if err != nil {
			end = err
			break
		}
		id := binary.BigEndian.Uint64(f)
		l.mu.Lock()
		s := l.streams[id]
		if f[8] != streamData {
			delete(l.streams, id)
		}
		l.mu.Unlock()
		if s != nil {
			end = s.give(f[8], f[answerHead:])
		}
	}
	l.mu.Lock()
	lost := l.streams
	l.streams = nil
	l.mu.Unlock()
	close(l.dead)
	end = fmt.Errorf("%w: %w", ErrLost, end)
	for _, s := range lost {
		s.finish(end)
	}
	l.w.fail(end)
	_ = l.nc.Close() // its error is of no more use than the one that ended it
}

// give puts a frame into the stream. An error is a peer that sends what it may not.
func (s *Stream) give(kind byte, payload []byte) error {
	switch kind {
	case streamData:
	case streamEnd:
		s.finish(io.EOF)
		return nil
	case streamFailed:
		s.finish(&CallError{Text: string(payload)})
		return nil
	default:
		return fmt.Errorf("a stream's frame of kind %d", kind)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	if s.held > Window {
		return fmt.Errorf("a stream of more than %d bytes ahead", Window)
	}
	s.held += len(payload) + frameCost
	s.frames = append(s.frames, payload)
	s.news()
	return nil
}

func (s *Stream) finish(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.end == nil {
		s.end = err
	}
	s.news()
}

// news wakes the reader.
func (s *Stream) news() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// Next returns the next frame, which is the caller's to keep, within ctx. Errors:
// io.EOF after the last one, a *CallError of the other node's handler, ErrLost,
// ErrClosed, ctx's.
func (s *Stream) Next(ctx context.Context) ([]byte, error) {
	for {
		s.mu.Lock()
		if len(s.frames) > 0 {
			f := s.frames[0]
			s.frames[0], s.frames = nil, s.frames[1:]
			n := len(f) + frameCost
			s.held -= n
			s.taken += n
			back := 0
			if s.taken >= Window/4 && s.end == nil {
				back, s.taken = s.taken, 0
			}
			s.mu.Unlock()
			if back > 0 {
				// That it cannot be sent is what the reader finds out.
				_ = s.link.w.send(requestFrame(s.id, streamCredit, uint32(back)), nil)
			}
			return f, nil
		}
		end := s.end
		s.mu.Unlock()
		if end != nil {
			return nil, end
		}
		select {
		case <-s.ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Close ends the stream; the other node's handler hears of it. It may be called
// twice.
func (s *Stream) Close() {
	s.mu.Lock()
	s.frames, s.held, s.closed = nil, 0, true
	s.mu.Unlock()
	s.finish(ErrClosed)
	if s.link.forget(s.id) {
		_ = s.link.w.send(requestFrame(s.id, methodCancel, 0), nil) // the connection's end says it too
	}
}

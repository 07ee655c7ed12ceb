package replication

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/stemedb/stemedb/storage"
)

// A node that leads a group gives its state to a replica that is rebuilt, piece by
// piece: who receives asks for the next one when it has room.
const (
	piece        = 1 << 20
	maxStreams   = 4 // at once, of a node
	streamIdle   = 30 * time.Second
	pieceTimeout = 20 * time.Second
)

// stateStreams are the streams that a node gives.
type stateStreams struct {
	mu     sync.Mutex
	closed bool
	open   map[[8]byte]*stateStream
}

// stateStream is a shard's state on its way to another node.
type stateStream struct {
	mu     sync.Mutex
	snap   *storage.Snapshot
	offset uint64 // of the next piece
	last   []byte // the piece before, in case its answer was lost
	ended  bool
	idle   *time.Timer
}

// take returns the stream of a number; first says that it begins.
func (s *stateStreams) take(g *Group, number [8]byte, first bool) (*stateStream, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.open[number]
	switch {
	case s.closed:
		return nil, ErrClosed
	case st != nil:
		st.idle.Reset(streamIdle)
		return st, nil
	case !first:
		return nil, fmt.Errorf("%w: the stream is not known here any more", ErrUnavailable)
	case len(s.open) >= maxStreams:
		return nil, fmt.Errorf("%w: this node gives %d streams already", ErrUnavailable, len(s.open))
	}
	snap, err := g.node.store.Checkpoint(g.id)
	if err != nil {
		return nil, err
	}
	st = &stateStream{snap: snap}
	st.idle = time.AfterFunc(streamIdle, func() { s.end(number) })
	if s.open == nil {
		s.open = map[[8]byte]*stateStream{}
	}
	s.open[number] = st
	return st, nil
}

func (s *stateStreams) end(number [8]byte) {
	s.mu.Lock()
	st := s.open[number]
	delete(s.open, number)
	s.mu.Unlock()
	if st != nil {
		st.close()
	}
}

func (st *stateStream) close() {
	st.idle.Stop()
	st.mu.Lock()
	defer st.mu.Unlock()
	if !st.ended {
		st.ended = true
		_ = st.snap.Close() // only lets go
	}
}

// close ends all streams; the store may be closed afterwards.
func (s *stateStreams) close() {
	s.mu.Lock()
	s.closed = true
	open := s.open
	s.open = nil
	s.mu.Unlock()
	for _, st := range open {
		st.close()
	}
}

// read returns the piece at an offset: the next one, or the last once more.
func (st *stateStream) read(offset uint64) ([]byte, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	switch {
	case st.ended:
		return nil, ErrClosed
	case offset+uint64(len(st.last)) == st.offset && len(st.last) > 0:
		return st.last, nil
	case offset != st.offset:
		return nil, fmt.Errorf("%w: the stream is at %d, not at %d", ErrUnavailable, st.offset, offset)
	}
	buf := make([]byte, piece)
	n, err := io.ReadFull(st.snap, buf)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	st.last, st.offset = buf[:n], st.offset+uint64(n)
	return st.last, nil
}

// serveState gives a piece of a group's state, as of a log index or later. An
// empty piece is the end.
func (n *Node) serveState(ctx context.Context, payload []byte) ([]byte, error) {
	r := messageReader{b: payload}
	g := n.Group(r.shard())
	var number [8]byte
	copy(number[:], r.take(len(number)))
	offset, from := r.uint(), r.uint()
	if r.err != nil {
		return nil, r.err
	}
	b, err := n.statePiece(ctx, g, number, offset, from)
	if err != nil {
		return appendStatus(nil, err, statusFailed), nil
	}
	return append(appendStatus(nil, nil, statusOK), b...), nil
}

func (n *Node) statePiece(ctx context.Context, g *Group, number [8]byte, offset, from uint64) ([]byte, error) {
	if g == nil {
		return nil, errNoGroup
	}
	if offset == 0 {
		if !g.isReady() {
			return nil, fmt.Errorf("%w: this node does not lead group %s", ErrUnavailable, g.name)
		}
		if err := g.fsm.applied.wait(ctx, int64(from)); err != nil {
			return nil, fmt.Errorf("%w: group %s is not applied up to %d: %w", ErrUnavailable, g.name, from, err)
		}
	}
	st, err := n.streams.take(g, number, offset == 0)
	if err != nil {
		return nil, err
	}
	b, err := st.read(offset)
	if err != nil || len(b) == 0 {
		n.streams.end(number)
	}
	return b, err
}

// stateReader reads another node's state of a group.
type stateReader struct {
	ctx    context.Context // of the one read that it is made for
	n      *Node
	addr   string
	head   []byte // of each request
	from   uint64
	offset uint64
	rest   []byte
	ended  bool
}

func newStateReader(ctx context.Context, n *Node, addr string, id storage.ShardID, from uint64) *stateReader {
	var number [8]byte
	_, _ = rand.Read(number[:]) // never fails
	return &stateReader{ctx: ctx, n: n, addr: addr, head: append(appendShard(nil, id), number[:]...), from: from}
}

// Read implements io.Reader.
func (s *stateReader) Read(p []byte) (int, error) {
	if len(s.rest) == 0 && !s.ended {
		if err := s.next(); err != nil {
			return 0, err
		}
	}
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// next asks for a piece, twice when the first answer is lost.
func (s *stateReader) next() error {
	q := binary.AppendUvarint(s.head[:len(s.head):len(s.head)], s.offset)
	q = binary.AppendUvarint(q, s.from)
	var r *messageReader
	var err error
	for range 2 {
		ctx, cancel := context.WithTimeout(s.ctx, pieceTimeout)
		r, err = s.n.call(ctx, s.addr, methodState, q)
		cancel()
		if err == nil {
			break
		}
	}
	if err != nil {
		return err
	}
	s.rest = r.b
	s.offset += uint64(len(s.rest))
	s.ended = len(s.rest) == 0
	return nil
}

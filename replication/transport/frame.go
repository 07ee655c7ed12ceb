package transport

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"runtime"
	"sync"
	"time"
)

// Frames of a connection for calls, integers big-endian:
//
//	request  length (4) │ id (8) │ method (1) │ milliseconds left (4) │ payload
//	answer   length (4) │ id (8) │ 0 or 1: the method failed (1) │ payload or text
//
// length counts what follows it. A request of method 0 takes back the one with
// its id: nobody waits for the answer any more.
//
// Frames of a connection for streams:
//
//	request  length (4) │ id (8) │ 1: open (1) │ milliseconds left (4) │ request
//	         length (4) │ id (8) │ 2: credit (1) │ bytes (4)
//	answer   length (4) │ id (8) │ 0: data, 1: failed, 2: end (1) │ payload or text
//
// and a request of method 0 as before. Who answers has Window bytes of credit, and
// what the caller gives it back.
const (
	requestHead = 13
	answerHead  = 9
	// MaxCall bounds the payload of a request and of an answer.
	MaxCall = 32 << 20
	// maxQueued is how many bytes wait for the socket before callers wait too.
	maxQueued = 4 << 20

	methodCancel = 0

	streamOpen   = 1
	streamCredit = 2

	streamData   = 0
	streamFailed = 1
	streamEnd    = 2

	// writeTimeout is the default of Options.WriteTimeout.
	writeTimeout = 10 * time.Second
)

// frameWriter sends frames. What several goroutines send while a write is on its
// way goes out with the next one, and so does what those that can run at once have
// to send, so that a busy connection costs few system calls and few records of TLS.
type frameWriter struct {
	nc    net.Conn
	limit time.Duration // of a write

	mu      sync.Mutex
	less    sync.Cond // less than maxQueued is queued, or err is set
	queued  []byte
	spare   []byte
	writing bool
	err     error // the first failure of a write
}

func newFrameWriter(nc net.Conn, limit time.Duration) *frameWriter {
	w := &frameWriter{nc: nc, limit: limit}
	w.less.L = &w.mu
	return w
}

// send queues a frame of a head and a payload, which it copies, and writes unless
// another goroutine does. The error is that of an earlier write.
func (w *frameWriter) send(head, payload []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.room(); err != nil {
		return err
	}
	if !w.queue(head, payload) {
		return nil
	}
	return w.flush()
}

// later queues a frame, which it copies, without a wait. mine: the caller is to see
// to it that write is called.
func (w *frameWriter) later(head, payload []byte) (mine bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err == nil && w.queue(head, payload)
}

// write writes what is queued. The reader of the connection finds out why it cannot.
func (w *frameWriter) write() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.flush()
}

// awaitRoom waits until little is queued, or the connection has ended.
func (w *frameWriter) awaitRoom() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.room()
}

// room is awaitRoom with mu held. It ends when the peer reads on, or by the
// connection's end.
func (w *frameWriter) room() error {
	for w.err == nil && len(w.queued) > maxQueued {
		w.less.Wait()
	}
	return w.err
}

// queue adds a frame, with mu held, and reports whether the caller is to flush.
func (w *frameWriter) queue(head, payload []byte) bool {
	w.queued = binary.BigEndian.AppendUint32(w.queued, uint32(len(head)+len(payload)))
	w.queued = append(append(w.queued, head...), payload...)
	mine := !w.writing
	w.writing = true
	return mine
}

// flush writes until nothing is queued, with mu held, but not while it writes.
func (w *frameWriter) flush() error {
	for len(w.queued) > 0 && w.err == nil {
		w.mu.Unlock()
		runtime.Gosched() // nothing where nobody else is about to run
		w.mu.Lock()
		out := w.queued
		w.queued, w.spare = w.spare[:0], nil // out may be too large to become the spare one
		w.mu.Unlock()
		err := w.nc.SetWriteDeadline(time.Now().Add(w.limit))
		if err == nil {
			_, err = w.nc.Write(out)
		}
		w.mu.Lock()
		if cap(out) <= maxQueued {
			w.spare = out
		}
		w.err = err
		w.less.Broadcast()
	}
	w.writing = false
	if w.err != nil {
		// Part of a frame may be out, after which nothing more can be said on the
		// connection: its reader, and the peer's, are to find out.
		_ = w.nc.Close() // the write's error says more
	}
	return w.err
}

// fail ends what waits for room.
func (w *frameWriter) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
	w.less.Broadcast()
}

// readFrame reads a frame into memory of its own: a head and a payload.
func readFrame(r *bufio.Reader, head int) (frame []byte, err error) {
	var b [4]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(b[:])
	if n < uint32(head) || n > uint32(head)+MaxCall {
		return nil, fmt.Errorf("a frame of %d bytes", n)
	}
	frame = make([]byte, n)
	if _, err := io.ReadFull(r, frame); err != nil {
		return nil, err
	}
	return frame, nil
}

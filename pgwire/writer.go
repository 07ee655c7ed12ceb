package pgwire

import (
	"encoding/binary"
	"net"
	"sync"
	"time"
)

const (
	writeBufferSize = 4 << 10
	flushSize       = 64 << 10
	// keepSize is the largest lent buffer that goes back to the pool.
	keepSize = 256 << 10
)

// bufferPool lends large write buffers to connections that are sending.
type bufferPool struct{ p sync.Pool }

func (b *bufferPool) get() []byte {
	if v, ok := b.p.Get().(*[]byte); ok {
		return (*v)[:0]
	}
	return make([]byte, 0, flushSize+flushSize/4)
}

func (b *bufferPool) put(s []byte) {
	if cap(s) <= keepSize {
		s = s[:0]
		b.p.Put(&s)
	}
}

// writer gathers messages and writes them in large pieces. The first failed
// write is kept: all later ones fail with it.
type writer struct {
	dst   net.Conn
	pool  *bufferPool
	small []byte
	buf   []byte
	mark  int // length at which spill has something to do
	at    int // where the open message's length field stands
	err   error

	timeout  time.Duration // of one write; 0: the deadline is set elsewhere
	deadline time.Time
}

func newWriter(dst net.Conn, pool *bufferPool) writer {
	b := make([]byte, 0, writeBufferSize)
	return writer{dst: dst, pool: pool, small: b, buf: b, mark: writeBufferSize * 3 / 4}
}

// begin opens a message of a type.
func (w *writer) begin(typ byte) {
	w.buf = append(w.buf, typ, 0, 0, 0, 0)
	w.at = len(w.buf) - 4
}

// end closes the open message.
func (w *writer) end() {
	binary.BigEndian.PutUint32(w.buf[w.at:], uint32(len(w.buf)-w.at))
}

func (w *writer) byte(v byte)    { w.buf = append(w.buf, v) }
func (w *writer) bytes(v []byte) { w.buf = append(w.buf, v...) }
func (w *writer) int16(v int16)  { w.buf = binary.BigEndian.AppendUint16(w.buf, uint16(v)) }
func (w *writer) int32(v int32)  { w.buf = binary.BigEndian.AppendUint32(w.buf, uint32(v)) }

// cstring appends a NUL-terminated string, cut at a NUL of its own.
func (w *writer) cstring(s string) {
	for i := range len(s) {
		if s[i] == 0 {
			s = s[:i]
			break
		}
	}
	w.buf = append(append(w.buf, s...), 0)
}

// empty writes a message without a body.
func (w *writer) empty(typ byte) { w.buf = append(w.buf, typ, 0, 0, 0, 4) }

// spill is called between messages: it moves to a lent buffer when the small
// one is nearly full, and writes when that one is.
func (w *writer) spill() error {
	if len(w.buf) < w.mark {
		return w.err
	}
	if w.mark < flushSize {
		w.buf = append(w.pool.get(), w.buf...)
		w.mark = flushSize
		if len(w.buf) < flushSize {
			return w.err
		}
	}
	return w.flush()
}

// flush writes what has gathered.
func (w *writer) flush() error {
	if w.err != nil || len(w.buf) == 0 {
		w.buf = w.buf[:0]
		return w.err
	}
	if w.timeout > 0 {
		// Moving the deadline costs a timer; a deadline between half and the
		// whole timeout away serves as well.
		if now := time.Now(); w.deadline.Sub(now) < w.timeout/2 {
			w.deadline = now.Add(w.timeout)
			_ = w.dst.SetWriteDeadline(w.deadline)
		}
	}
	_, w.err = w.dst.Write(w.buf)
	w.buf = w.buf[:0]
	return w.err
}

// settle flushes and gives a lent buffer back: the connection is going idle.
func (w *writer) settle() error {
	err := w.flush()
	if w.mark == flushSize {
		w.pool.put(w.buf)
		w.buf, w.mark = w.small[:0], writeBufferSize*3/4
	} else if cap(w.buf) > writeBufferSize*2 {
		w.buf = w.small[:0]
	}
	return err
}

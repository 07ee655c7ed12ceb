package pgwire

import (
	"net"
	"sync"
	"time"

	"github.com/stemedb/stemedb/sql/charset"
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
	err   error
	msg   backend
	// coder is of the client's encoding; nil: texts go as they are. recoded is a value
	// in it.
	coder   *charset.Coder
	recoded []byte

	timeout  time.Duration // of one write; 0: the deadline is set elsewhere
	deadline time.Time
}

func newWriter(dst net.Conn, pool *bufferPool) writer {
	b := make([]byte, 0, writeBufferSize)
	return writer{dst: dst, pool: pool, small: b, buf: b, mark: writeBufferSize * 3 / 4}
}

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

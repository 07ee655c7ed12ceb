package pgwire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// The largest messages accepted, in bytes of body.
const (
	maxLoginFrame = 64 << 10
	maxFrame      = 128 << 20 // some values of 8 MB, each of which is 16 as a bytea's hex
)

const (
	readBufferSize = 8 << 10
	copyBufferSize = 64 << 10
	// bigStep is how much is allocated at first for a frame that does not fit
	// the read buffer, whatever its header claims.
	bigStep = 64 << 10
)

// errBadLength is a frame whose length cannot be: the boundary is lost.
var errBadLength = errors.New("invalid message length")

// frameReader cuts a stream into frames. It reads ahead into a small buffer,
// so that a pipelined batch costs one system call, and never allocates by what
// a header claims.
type frameReader struct {
	src   io.Reader
	buf   []byte
	r, w  int // unread bytes are buf[r:w]
	big   []byte
	limit int // largest body
	// pool is what all connections' large frames may take; nil: no bound. held of it
	// is this one's.
	pool *framePool
	held int
}

// framePool bounds the memory of frames that do not fit their read buffers, of all
// connections together, in bytes.
type framePool struct {
	used  atomic.Int64
	limit int64
}

// take takes n bytes, or returns an error that leaves the connection as it is.
func (p *framePool) take(n int) error {
	if p == nil {
		return nil
	}
	if now := p.used.Add(int64(n)); now > p.limit {
		p.used.Add(int64(-n))
		return sqlerr.New(sqlerr.OutOfMemory, "out of memory for messages of clients").
			WithDetail("Those that are being received or carried out take %d bytes, of at most %d.", now-int64(n), p.limit).
			WithHint("Send it again later, or in parts.")
	}
	return nil
}

func (p *framePool) give(n int) {
	if p != nil {
		p.used.Add(int64(-n))
	}
}

func newFrameReader(src io.Reader) frameReader {
	return frameReader{src: src, buf: make([]byte, readBufferSize), limit: maxLoginFrame}
}

// buffered returns how many bytes are read and not yet consumed.
func (f *frameReader) buffered() int { return f.w - f.r }

// fill reads once, adding at least one byte to the buffer, in which there is
// room after compaction for need bytes in all.
func (f *frameReader) fill(need int) error {
	if f.r == f.w {
		f.r, f.w = 0, 0
	} else if len(f.buf)-f.r < need || f.w == len(f.buf) {
		f.w = copy(f.buf, f.buf[f.r:f.w])
		f.r = 0
	}
	n, err := readSome(f.src, f.buf[f.w:])
	f.w += n
	return err
}

// readSome reads at least one byte or fails.
func readSome(src io.Reader, p []byte) (int, error) {
	for range 100 {
		n, err := src.Read(p)
		if n > 0 {
			return n, nil
		}
		if err != nil {
			return 0, err
		}
	}
	return 0, io.ErrNoProgress
}

// ensure makes n bytes available in the buffer; n is at most its size.
func (f *frameReader) ensure(n int) error {
	for f.w-f.r < n {
		if err := f.fill(n); err != nil {
			return err
		}
	}
	return nil
}

// header reads a frame's type and the length of its body.
func (f *frameReader) header() (typ byte, n int, err error) {
	if err := f.ensure(5); err != nil {
		return 0, 0, err
	}
	typ = f.buf[f.r]
	length := binary.BigEndian.Uint32(f.buf[f.r+1:])
	f.r += 5
	n, err = f.checkLength(length)
	return typ, n, err
}

// startHeader reads the length of a start-up packet's body, which has no type.
func (f *frameReader) startHeader() (int, error) {
	if err := f.ensure(4); err != nil {
		return 0, err
	}
	length := binary.BigEndian.Uint32(f.buf[f.r:])
	f.r += 4
	return f.checkLength(length)
}

// checkLength turns a length field into a body's length. PostgreSQL reads the
// field as signed, so a set top bit is an invalid length, not a large one.
func (f *frameReader) checkLength(length uint32) (int, error) {
	if length < 4 || length > 1<<31-1 {
		return 0, errBadLength
	}
	n := int(length) - 4
	if n > f.limit {
		return 0, tooLarge(n, f.limit)
	}
	return n, nil
}

func tooLarge(n, limit int) error {
	return &sqlerr.Error{Severity: "FATAL", Code: sqlerr.ProgramLimitExceeded,
		Message: fmt.Sprintf("message of %d bytes is larger than the limit of %d bytes", n, limit)}
}

// body reads a frame's body, valid until the next call on the reader.
func (f *frameReader) body(n int) ([]byte, error) {
	if n > len(f.buf) {
		return f.bigBody(n)
	}
	if err := f.ensure(n); err != nil {
		return nil, err
	}
	b := f.buf[f.r : f.r+n : f.r+n]
	f.r += n
	return b, nil
}

// bigBody reads a body that does not fit the buffer into memory of its own,
// which doubles as bytes arrive. A body for which there is none is passed over.
func (f *frameReader) bigBody(n int) ([]byte, error) {
	b := f.big[:0]
	for read := 0; read < n; {
		if len(b) == cap(b) {
			size := min(n, max(bigStep, 2*cap(b)))
			if err := f.pool.take(size - cap(b)); err != nil {
				f.release()
				if lost := f.discard(n - read); lost != nil {
					return nil, lost
				}
				return nil, err
			}
			f.held += size - cap(b)
			grown := make([]byte, len(b), size)
			copy(grown, b)
			b = grown
		}
		to := b[len(b):min(cap(b), n)]
		m := copy(to, f.buf[f.r:f.w])
		f.r += m
		if m == 0 {
			var err error
			if m, err = readSome(f.src, to); err != nil {
				f.big = b[:0]
				return nil, err
			}
		}
		b = b[:len(b)+m]
		read += m
	}
	f.big = b
	return b, nil
}

// release drops memory held for a large frame.
func (f *frameReader) release() {
	f.pool.give(f.held)
	f.big, f.held = nil, 0
}

// piece returns the next bytes of a body of which n are left: at least one, at
// most what one read gives. Valid until the next call.
func (f *frameReader) piece(n int) ([]byte, error) {
	if f.r == f.w {
		if err := f.fill(1); err != nil {
			return nil, err
		}
	}
	n = min(n, f.w-f.r)
	b := f.buf[f.r : f.r+n]
	f.r += n
	return b, nil
}

// discard skips n bytes of a body.
func (f *frameReader) discard(n int) error {
	for n > 0 {
		b, err := f.piece(n)
		if err != nil {
			return err
		}
		n -= len(b)
	}
	return nil
}

// resize changes the buffer's size, keeping what is unread. It does nothing
// when the unread bytes would not fit.
func (f *frameReader) resize(size int) {
	if len(f.buf) == size || f.w-f.r > size {
		return
	}
	b := make([]byte, size)
	f.w = copy(b, f.buf[f.r:f.w])
	f.r, f.buf = 0, b
}

// syncNext reports whether the next frame has been read already and is a Sync.
func (f *frameReader) syncNext() bool {
	return bytes.HasPrefix(f.buf[f.r:f.w], []byte{'S', 0, 0, 0, 4})
}

package pgwire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// The largest messages accepted, in bytes of body.
const (
	maxLoginFrame = 64 << 10
	maxFrame      = 32 << 20 // a value of 8 MB as the hex of a bytea constant is 16
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
// which doubles as bytes arrive.
func (f *frameReader) bigBody(n int) ([]byte, error) {
	b := f.big[:0]
	if cap(b) == 0 {
		b = make([]byte, 0, min(n, bigStep))
	}
	b = append(b, f.buf[f.r:f.w]...)
	f.r, f.w = 0, 0
	for len(b) < n {
		if len(b) == cap(b) {
			grown := make([]byte, len(b), min(n, 2*cap(b)))
			copy(grown, b)
			b = grown
		}
		m, err := readSome(f.src, b[len(b):min(cap(b), n)])
		if err != nil {
			f.big = b[:0]
			return nil, err
		}
		b = b[:len(b)+m]
	}
	f.big = b
	return b, nil
}

// release drops memory held for a large frame.
func (f *frameReader) release() { f.big = nil }

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

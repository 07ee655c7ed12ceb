package pgwire

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// cursor walks a message's body. Its methods never run over the end: they set
// err, PostgreSQL's words for the fault, and give zero values from then on.
type cursor struct {
	b   []byte
	err error
}

// Faults of a message's body, shared because they carry nothing.
var (
	errShort  = sqlerr.New(sqlerr.ProtocolViolation, "insufficient data left in message")
	errString = sqlerr.New(sqlerr.ProtocolViolation, "invalid string in message")
	errFormat = sqlerr.New(sqlerr.ProtocolViolation, "invalid message format")
)

func (c *cursor) fail(err error) {
	if c.err == nil {
		c.err = err
	}
	c.b = nil
}

func (c *cursor) byte() byte {
	if len(c.b) < 1 {
		c.fail(errShort)
		return 0
	}
	v := c.b[0]
	c.b = c.b[1:]
	return v
}

func (c *cursor) int16() int16 {
	if len(c.b) < 2 {
		c.fail(errShort)
		return 0
	}
	v := binary.BigEndian.Uint16(c.b)
	c.b = c.b[2:]
	return int16(v)
}

func (c *cursor) int32() int32 {
	if len(c.b) < 4 {
		c.fail(errShort)
		return 0
	}
	v := binary.BigEndian.Uint32(c.b)
	c.b = c.b[4:]
	return int32(v)
}

// cstring returns a NUL-terminated string without its NUL, as part of the body.
func (c *cursor) cstring() []byte {
	i := bytes.IndexByte(c.b, 0)
	if i < 0 {
		c.fail(errString)
		return nil
	}
	s := c.b[:i]
	c.b = c.b[i+1:]
	return s
}

// bytes returns the next n bytes as part of the body.
func (c *cursor) bytes(n int) []byte {
	if n < 0 || n > len(c.b) {
		c.fail(errShort)
		return nil
	}
	s := c.b[:n:n]
	c.b = c.b[n:]
	return s
}

// end checks that nothing is left and returns the first fault.
func (c *cursor) end() error {
	if c.err == nil && len(c.b) != 0 {
		c.err = errFormat
	}
	return c.err
}

// counted returns the raw bytes of an int16-counted list of elements of size
// bytes each, and the count.
func (c *cursor) counted(size int) (raw []byte, n int) {
	n = int(uint16(c.int16()))
	return c.bytes(n * size), n
}

// bindMessage is a decoded Bind; everything aliases the body.
type bindMessage struct {
	portal, statement []byte
	paramFormats      []byte // big-endian int16s
	params            int
	values            []byte // for each parameter: int32 length or -1, bytes
	resultFormats     []byte // big-endian int16s
}

func decodeBind(body []byte, m *bindMessage) error {
	c := cursor{b: body}
	m.portal = c.cstring()
	m.statement = c.cstring()
	m.paramFormats, _ = c.counted(2)
	m.params = int(uint16(c.int16()))
	start := c.b
	for range m.params {
		if n := c.int32(); n != -1 {
			c.bytes(int(n))
		}
		if c.err != nil {
			return c.err
		}
	}
	m.values = start[:len(start)-len(c.b)]
	m.resultFormats, _ = c.counted(2)
	return c.end()
}

// format returns element i of a list of format codes.
func format(list []byte, i int) int16 {
	return int16(binary.BigEndian.Uint16(list[2*i:]))
}

// checkText fails with PostgreSQL's 22021 unless b is UTF-8 without NUL.
func checkText(b []byte) error {
	if utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 {
		return nil
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if b[i] == 0 || r == utf8.RuneError && n == 1 {
			return encodingError(b[i:])
		}
		i += n
	}
	return nil
}

// encodingError names the bytes of the sequence that b starts with, as many as
// its first byte announces.
func encodingError(b []byte) error {
	n := 1
	switch {
	case b[0]&0xe0 == 0xc0:
		n = 2
	case b[0]&0xf0 == 0xe0:
		n = 3
	case b[0]&0xf8 == 0xf0:
		n = 4
	}
	var seq []byte
	for i, x := range b[:min(n, len(b))] {
		if i > 0 {
			seq = append(seq, ' ')
		}
		seq = fmt.Appendf(seq, "0x%02x", x)
	}
	return sqlerr.New(sqlerr.CharacterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\": %s", seq)
}

package pgwire

import (
	"bytes"
	"encoding/binary"
	"unsafe"
)

// bindMessage is a decoded Bind; everything aliases the body. It stands in for
// pgproto3.Bind, which allocates for the names, the list of values and both
// lists of formats of every Bind (doc.go has the numbers).
type bindMessage struct {
	portal, statement string // valid as long as the body: looked up, never kept
	paramFormats      []byte // big-endian int16s
	params            int
	values            []byte // for each parameter: int32 length or -1, bytes
	resultFormats     []byte // big-endian int16s
}

func decodeBind(body []byte, m *bindMessage) error {
	c := cursor{b: body}
	m.portal = alias(c.cstring())
	m.statement = alias(c.cstring())
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

// alias returns bytes of the read buffer as a string, for uses that end before
// the next read.
func alias(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// cursor walks a Bind's body. Its methods never run over the end: they set
// err, PostgreSQL's words for the fault, and give zero values from then on.
type cursor struct {
	b   []byte
	err error
}

func (c *cursor) fail(err error) {
	if c.err == nil {
		c.err = err
	}
	c.b = nil
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

package sql

import (
	"cmp"

	"github.com/stemedb/stemedb/sql/charset"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// copyCoder is the coder of a COPY's data, nil for UTF8: the option's encoding, or the
// client's. In binary format texts are always in the client's.
func (s *Session) copyCoder(c *plan.Copy) *charset.Coder {
	name := s.settings.value("client_encoding")
	if c.Format != "binary" {
		name = cmp.Or(c.Encoding, name)
	}
	coder, _ := charset.NewCoder(name) // both were checked
	return coder
}

// decode gives the next data in UTF8, as far as its characters are whole and right. It is
// valid until the next call.
func (c *CopyIn) decode(p []byte) ([]byte, error) {
	c.raw = append(c.raw, p...)
	n := c.coder.Whole(c.raw)
	var err error
	c.decoded, err = c.coder.Decode(c.decoded[:0], c.raw[:n])
	c.raw = append(c.raw[:0], c.raw[n:]...)
	return c.decoded, err
}

// decodeField gives a field of a binary tuple with its texts in UTF8.
func (c *CopyIn) decodeField(t types.OID, b []byte) ([]byte, error) {
	if c.coder == nil {
		return b, nil
	}
	return types.RecodeBinary(nil, t, b, c.coder.Decode)
}

// encode gives a line in the encoding of the data. It is valid until the next call.
func (w *copyWriter) encode(line []byte) ([]byte, error) {
	if w.coder == nil || w.binary {
		return line, nil
	}
	var err error
	w.encoded, err = w.coder.Encode(w.encoded[:0], line)
	return w.encoded, err
}

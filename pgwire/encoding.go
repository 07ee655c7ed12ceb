package pgwire

import (
	"github.com/stemedb/stemedb/sql/charset"
	"github.com/stemedb/stemedb/sql/types"
)

// encode makes an encoding the client's, for all that comes and goes from now on.
func (c *conn) encode(name string) (err error) {
	c.out.coder, err = charset.NewCoder(name)
	return err
}

// text is what the client says, in UTF8; what is not in its encoding, or has a NUL,
// is 22021.
func (c *conn) text(s string) (string, error) {
	if c.out.coder != nil {
		var err error
		if s, err = c.out.coder.DecodeString(s); err != nil {
			return "", err
		}
	}
	return s, checkText(s)
}

// name is the name of a statement or portal to look up, which may live in the read
// buffer; one that is not in the client's encoding is none that there is.
func (c *conn) name(s string) string {
	if c.out.coder == nil {
		return s
	}
	t, err := c.out.coder.DecodeString(s)
	if err != nil {
		return s
	}
	return t
}

// decodeValue gives a parameter's bytes as the server has them; text: in text format.
func (c *conn) decodeValue(t types.OID, b []byte, text bool) ([]byte, error) {
	if text {
		return c.out.coder.Decode(nil, b)
	}
	return types.RecodeBinary(nil, t, b, c.out.coder.Decode)
}

// encodeValue puts what buf has from at on, a value that by has encoded, into the
// client's encoding.
func (w *writer) encodeValue(buf []byte, at int, t types.OID, by colCodec) ([]byte, error) {
	value := buf[at:]
	if types.IsASCII(alias(value)) {
		return buf, nil
	}
	var err error
	switch by {
	case encText, encString:
		w.recoded, err = w.coder.Encode(w.recoded[:0], value)
	case encBinary:
		w.recoded, err = types.RecodeBinary(w.recoded[:0], t, value, w.coder.Encode)
	default: // the bytes of a number
		return buf, nil
	}
	buf = append(buf[:at], w.recoded...)
	if cap(w.recoded) > keepSize {
		w.recoded = nil
	}
	return buf, err
}

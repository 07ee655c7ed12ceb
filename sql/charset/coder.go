package charset

import (
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// cached bounds how many characters a Coder remembers in one direction: more than
// any encoding but GB18030 has.
const cached = 1 << 15

// Coder translates between UTF8 and the encoding of a client. It remembers the
// characters that it meets. It is for one goroutine.
type Coder struct {
	codec codec
	runes map[uint32]rune // by the bytes, the first one highest
	chars map[rune]string
}

// NewCoder makes the coder of an encoding, by any of its names. It is nil for those
// whose texts are taken as they are: UTF8, and SQL_ASCII, by which a client says that it
// has none. An unknown name is 22023, one that has no tables 0A000.
func NewCoder(name string) (*Coder, error) {
	own := Name(name)
	switch {
	case own == "":
		return nil, sqlerr.New(sqlerr.InvalidParameterValue, "invalid encoding name \"%s\"", name)
	case own == "UTF8" || own == "SQL_ASCII":
		return nil, nil
	case codecOf(own) == nil:
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "conversion between %s and UTF8 is not supported", own)
	}
	return &Coder{codec: newCodec(own), runes: map[uint32]rune{}, chars: map[rune]string{}}, nil
}

// Name is the encoding's own name.
func (c *Coder) Name() string { return c.codec.name }

// Whole is how many bytes at the front of a text are whole characters: the rest is
// the beginning of one more. It does not check them.
func (c *Coder) Whole(s []byte) int {
	at := 0
	for at < len(s) {
		n := 1
		if s[at] >= 0x80 {
			n = encodedLen(c.codec.name, string(s[at:min(at+2, len(s))]))
		}
		if at+n > len(s) {
			break
		}
		at += n
	}
	return at
}

// Decode appends in UTF8 what s says in the encoding. Bytes that are none of its
// characters are 22021, a character that Unicode lacks is 22P05; dst is then as far
// as the text was translated.
func (c *Coder) Decode(dst, s []byte) ([]byte, error) {
	for len(s) > 0 {
		n := ascii(s)
		dst, s = append(dst, s[:n]...), s[n:]
		if len(s) == 0 {
			break
		}
		n = encodedLen(c.codec.name, string(s[:min(2, len(s))]))
		if n > len(s) {
			return dst, invalid(c.codec.name, string(s))
		}
		var key uint32
		for _, b := range s[:n] {
			key = key<<8 | uint32(b)
		}
		r, ok := c.runes[key]
		if !ok {
			ch := string(s[:n])
			if !validChar(c.codec.name, ch) {
				return dst, invalid(c.codec.name, ch)
			}
			if r, ok = c.codec.decode(ch); !ok {
				return dst, untranslatable(ch, c.codec.name, "UTF8")
			}
			if len(c.runes) >= cached {
				clear(c.runes)
			}
			c.runes[key] = r
		}
		dst, s = utf8.AppendRune(dst, r), s[n:]
	}
	return dst, nil
}

// DecodeString is Decode of a text that is ASCII more often than not.
func (c *Coder) DecodeString(s string) (string, error) {
	if isASCII(s) {
		return s, nil
	}
	b, err := c.Decode(make([]byte, 0, 2*len(s)), []byte(s))
	return string(b), err
}

// Encode appends in the encoding what s says in UTF8. A character that the encoding
// lacks is 22P05; dst is then as far as the text was translated.
func (c *Coder) Encode(dst, s []byte) ([]byte, error) {
	for len(s) > 0 {
		n := ascii(s)
		dst, s = append(dst, s[:n]...), s[n:]
		if len(s) == 0 {
			break
		}
		r, n := utf8.DecodeRune(s)
		ch, ok := c.chars[r]
		if !ok {
			if r == utf8.RuneError && n == 1 {
				return dst, invalid("UTF8", string(s[:1]))
			}
			if ch, ok = c.codec.encode(r); !ok {
				return dst, untranslatable(string(s[:n]), "UTF8", c.codec.name)
			}
			if len(c.chars) >= cached {
				clear(c.chars)
			}
			c.chars[r] = ch
		}
		dst, s = append(dst, ch...), s[n:]
	}
	return dst, nil
}

// Tell is s in the encoding, with question marks for what it lacks: for messages,
// which must come whatever the encoding is.
func (c *Coder) Tell(s string) string {
	if isASCII(s) {
		return s
	}
	var dst []byte
	for rest := []byte(s); len(rest) > 0; {
		_, n := utf8.DecodeRune(rest)
		b, err := c.Encode(dst, rest[:n])
		if err != nil {
			b = append(dst, '?')
		}
		dst, rest = b, rest[n:]
	}
	return string(dst)
}

// ascii is how many bytes at the front are ASCII.
func ascii(s []byte) int {
	for i, b := range s {
		if b >= utf8.RuneSelf {
			return i
		}
	}
	return len(s)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

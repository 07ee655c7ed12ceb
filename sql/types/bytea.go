package types

import (
	"encoding/hex"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// appendBytea prints bytea as \x and hexadecimal, or in the old escape form.
func appendBytea(dst []byte, s string, out ByteaOutput) []byte {
	if out == ByteaHex {
		const digits = "0123456789abcdef"
		dst = append(dst, '\\', 'x')
		for i := 0; i < len(s); i++ {
			dst = append(dst, digits[s[i]>>4], digits[s[i]&15])
		}
		return dst
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			dst = append(dst, '\\', '\\')
		case c < 0x20 || c > 0x7e:
			dst = append(dst, '\\', '0'+c>>6, '0'+c>>3&7, '0'+c&7)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// parseBytea reads both forms.
func parseBytea(s string) (string, error) {
	if len(s) >= 2 && s[0] == '\\' && s[1] == 'x' {
		return parseHex(s[2:])
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			out = append(out, s[i])
			continue
		}
		switch {
		case i+3 < len(s) && s[i+1] >= '0' && s[i+1] <= '3' && isOctal(s[i+2]) && isOctal(s[i+3]):
			out = append(out, (s[i+1]-'0')<<6|(s[i+2]-'0')<<3|(s[i+3]-'0'))
			i += 3
		case i+1 < len(s) && s[i+1] == '\\':
			out = append(out, '\\')
			i++
		default:
			return "", sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type bytea")
		}
	}
	return string(out), nil
}

func isOctal(c byte) bool { return c >= '0' && c <= '7' }

// parseHex reads pairs of hexadecimal digits with white space between pairs.
func parseHex(s string) (string, error) {
	out := make([]byte, 0, len(s)/2)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == ' ' || c == '\n' || c == '\t' || c == '\r' {
			continue
		}
		hi := hexVal(c)
		if hi > 15 {
			return "", badHex(s[i:])
		}
		if i++; i == len(s) {
			return "", sqlerr.New(sqlerr.InvalidParameterValue, "invalid hexadecimal data: odd number of digits")
		}
		lo := hexVal(s[i])
		if lo > 15 {
			return "", badHex(s[i:])
		}
		out = append(out, hi<<4|lo)
	}
	return string(out), nil
}

func badHex(s string) error {
	r := []rune(s)
	return sqlerr.New(sqlerr.InvalidParameterValue, "invalid hexadecimal digit: \"%s\"", string(r[:1]))
}

// appendUUID prints 16 bytes as 8-4-4-4-12 hexadecimal digits.
func appendUUID(dst []byte, s string) []byte {
	var buf [36]byte
	var src [16]byte
	copy(src[:], s)
	hex.Encode(buf[0:], src[0:4])
	hex.Encode(buf[9:], src[4:6])
	hex.Encode(buf[14:], src[6:8])
	hex.Encode(buf[19:], src[8:10])
	hex.Encode(buf[24:], src[10:16])
	buf[8], buf[13], buf[18], buf[23] = '-', '-', '-', '-'
	return append(dst, buf[:]...)
}

// parseUUID reads 32 hexadecimal digits, with a hyphen allowed after each
// group of four and braces around.
func parseUUID(s string) (string, error) {
	w := s
	if len(w) > 0 && w[0] == '{' {
		if w[len(w)-1] != '}' {
			return "", badSyntax("uuid", s)
		}
		w = w[1 : len(w)-1]
	}
	var out [16]byte
	pos := 0
	for i := range out {
		if pos+2 > len(w) {
			return "", badSyntax("uuid", s)
		}
		hi, lo := hexVal(w[pos]), hexVal(w[pos+1])
		if hi > 15 || lo > 15 {
			return "", badSyntax("uuid", s)
		}
		out[i] = hi<<4 | lo
		pos += 2
		if i%2 == 1 && i < 15 && pos < len(w) && w[pos] == '-' {
			pos++
		}
	}
	if pos != len(w) {
		return "", badSyntax("uuid", s)
	}
	return string(out[:]), nil
}

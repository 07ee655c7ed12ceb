package types

import (
	"math"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// appendMAC prints the n bytes of an address in pairs of digits.
func appendMAC(dst []byte, v uint64, n int) []byte {
	const digits = "0123456789abcdef"
	for i := n - 1; i >= 0; i-- {
		b := byte(v >> (8 * i))
		dst = append(dst, digits[b>>4], digits[b&15])
		if i > 0 {
			dst = append(dst, ':')
		}
	}
	return dst
}

// macForms are the ways to write a macaddr: what is between its six bytes.
// Bytes that are told apart may have any number of digits.
var macForms = []struct {
	between [5]string
	width   int
}{
	{[5]string{":", ":", ":", ":", ":"}, -1},
	{[5]string{"-", "-", "-", "-", "-"}, -1},
	{[5]string{"", "", ":", "", ""}, 2},
	{[5]string{"", "", "-", "", ""}, 2},
	{[5]string{"", ".", "", ".", ""}, 2},
	{[5]string{"", "-", "", "-", ""}, 2},
	{[5]string{}, 2},
}

func parseMacaddr(s string) (int64, error) {
	for _, f := range macForms {
		v, big, ok := int64(0), false, true
		rest := s
		for i := 0; i < 6 && ok; i++ {
			if i > 0 {
				if rest, ok = strings.CutPrefix(rest, f.between[i-1]); !ok {
					break
				}
			}
			var b uint32
			if b, rest, ok = scanHex(rest, f.width); b > 255 {
				big = true
			}
			v = v<<8 | int64(b&255)
		}
		if !ok || moneySpace(rest) != "" {
			continue
		}
		if big {
			return 0, sqlerr.New(sqlerr.NumericValueOutOfRange, "invalid octet value in \"macaddr\" value: \"%s\"", s)
		}
		return v, nil
	}
	return 0, badSyntax("macaddr", s)
}

// scanHex reads a number as C's scanf reads %x, by which PostgreSQL reads the
// bytes: behind blanks, with a sign and 0x if they are there, of so many
// characters at most (-1: any); what is beyond 32 bits is cut off.
func scanHex(s string, width int) (v uint32, rest string, ok bool) {
	s = moneySpace(s)
	at := func(i int) byte {
		if i < len(s) && i != width {
			return s[i]
		}
		return 0
	}
	n, negative := 0, false
	if c := at(0); c == '-' || c == '+' {
		n, negative = 1, c == '-'
	}
	if at(n) == '0' && at(n+1)|0x20 == 'x' {
		n, ok = n+2, true // its 0 is a digit
	}
	number, over := uint64(0), false
	for ; hexVal(at(n)) < 16; n++ {
		over = over || number>>60 != 0
		number, ok = number<<4|uint64(hexVal(at(n))), true
	}
	switch {
	case over:
		number = math.MaxUint64 // as strtoul has it
	case negative:
		number = -number
	}
	return uint32(number), s[n:], ok
}

// parseMacaddr8 reads eight bytes of two digits each, or six, between which
// ff:fe goes. All that is between them must be the same.
func parseMacaddr8(s string) (int64, error) {
	var bytes []byte
	spacer := byte(0)
	rest := moneySpace(s)
	for len(rest) > 1 {
		hi, lo := hexVal(rest[0]), hexVal(rest[1])
		if hi > 15 || lo > 15 || len(bytes) == 8 {
			return 0, badSyntax("macaddr8", s)
		}
		bytes, rest = append(bytes, hi<<4|lo), rest[2:]
		if rest != "" && (rest[0] == ':' || rest[0] == '-' || rest[0] == '.') {
			if spacer != 0 && spacer != rest[0] {
				return 0, badSyntax("macaddr8", s)
			}
			spacer, rest = rest[0], rest[1:]
		}
		if n := len(bytes); (n == 6 || n == 8) && rest != "" && moneySpace(rest) != rest {
			if rest = moneySpace(rest); rest != "" {
				return 0, badSyntax("macaddr8", s)
			}
		}
	}
	if len(bytes) == 6 {
		bytes = append(bytes[:3:3], 0xff, 0xfe, bytes[3], bytes[4], bytes[5])
	}
	if len(bytes) != 8 {
		return 0, badSyntax("macaddr8", s)
	}
	v := uint64(0)
	for _, b := range bytes {
		v = v<<8 | uint64(b)
	}
	return int64(v), nil
}

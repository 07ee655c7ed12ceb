package types

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// badSyntax is 22P02 as every type's input function words it.
func badSyntax(typ, s string) error {
	return sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type %s: \"%s\"", typ, s)
}

func outOfRange(typ, s string) error {
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "value \"%s\" is out of range for type %s", s, typ)
}

// isSpace is C's isspace in the C locale.
func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func isDigit(c byte) bool { return c-'0' <= 9 }

func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func trimSpace(s string) string {
	for len(s) > 0 && isSpace(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// parseInt reads a decimal integer between lo and hi. As in PostgreSQL a
// number that runs out of range is reported so even when rubbish follows.
func parseInt(s, typ string, lo, hi int64) (int64, error) {
	i := 0
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	neg := false
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		neg = s[i] == '-'
		i++
	}
	limit := uint64(hi)
	if neg {
		limit = uint64(-(lo + 1)) + 1
	}
	start := i
	var n uint64
	for ; i < len(s) && isDigit(s[i]); i++ {
		d := uint64(s[i] - '0')
		if i-start >= 18 && n > (limit-d)/10 { // 18 digits always fit
			return 0, outOfRange(typ, s)
		}
		n = n*10 + d
	}
	if n > limit {
		return 0, outOfRange(typ, s)
	}
	if i == start {
		return 0, badSyntax(typ, s)
	}
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	if i != len(s) {
		return 0, badSyntax(typ, s)
	}
	if neg {
		return -int64(n), nil
	}
	return int64(n), nil
}

// signedDigits is how much of the front of s is digits with a sign or without one;
// 0: there are no digits.
func signedDigits(s string) int {
	i := 0
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	start := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == start {
		return 0
	}
	return i
}

// parseOID reads an oid. A negative number wraps around, as strtoul of 64 bits
// has it, and so one of 64 bits is an oid that a negative integer wraps to.
func parseOID(s, typ string) (int64, error) {
	n, err := parseInt(s, typ, math.MinInt32, math.MaxUint32)
	if err == nil {
		return int64(uint32(n)), nil
	}
	digits := strings.TrimLeft(strings.Trim(s, " \t\n\v\f\r"), "0")
	digits = strings.TrimLeft(strings.TrimPrefix(digits, "+"), "0")
	if wide, fails := strconv.ParseUint(digits, 10, 64); fails == nil && int64(wide) < 0 && int64(wide) >= math.MinInt32 {
		return int64(uint32(wide)), nil
	}
	return 0, err
}

// parseLaxUint reads xid, xid8 and cid, whose input takes what strtoul with
// base 0 takes and never fails.
func parseLaxUint(s string, bits int) int64 {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	neg := strings.HasPrefix(s, "-")
	if neg || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	base := uint64(10)
	switch {
	case len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x':
		base, s = 16, s[2:]
	case len(s) > 1 && s[0] == '0':
		base, s = 8, s[1:]
	}
	var n uint64
	for i := 0; i < len(s); i++ {
		d := uint64(hexVal(s[i]))
		if d >= base {
			break
		}
		if n > (math.MaxUint64-d)/base {
			n, neg = math.MaxUint64, false
			break
		}
		n = n*base + d
	}
	if neg {
		n = -n
	}
	if bits == 32 {
		n = uint64(uint32(n))
	}
	return int64(n)
}

// hexVal returns a hexadecimal digit's value, 255 for other characters.
func hexVal(c byte) byte {
	switch {
	case isDigit(c):
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 255
}

// parseBool reads a boolean: any unambiguous prefix of true, false, yes, no,
// on, off, and 1 and 0.
func parseBool(s string) (bool, error) {
	w := trimSpace(s)
	if len(w) == 1 && (w[0] == '1' || w[0] == '0') {
		return w[0] == '1', nil
	}
	if n := len(w); n > 0 && n <= 5 {
		is := func(word string, least int) bool {
			return n >= least && n <= len(word) && strings.EqualFold(w, word[:n])
		}
		switch {
		case is("true", 1), is("yes", 1), is("on", 2):
			return true, nil
		case is("false", 1), is("no", 1), is("off", 2):
			return false, nil
		}
	}
	return false, badSyntax("boolean", s)
}

// parseTID reads "(block,offset)" into block<<16 | offset.
func parseTID(s string) (int64, error) {
	w := trimSpace(s)
	if len(w) > 2 && w[0] == '(' && w[len(w)-1] == ')' {
		if b, o, ok := strings.Cut(w[1:len(w)-1], ","); ok {
			block, err1 := strconv.ParseUint(b, 10, 32)
			off, err2 := strconv.ParseUint(o, 10, 16)
			if err1 == nil && err2 == nil {
				return int64(block<<16 | off), nil
			}
		}
	}
	return 0, badSyntax("tid", s)
}

// parseLSN reads "hi/lo" in hexadecimal.
func parseLSN(s string) (int64, error) {
	if hi, lo, ok := strings.Cut(s, "/"); ok && len(hi) <= 8 && len(lo) <= 8 {
		h, err1 := strconv.ParseUint(hi, 16, 32)
		l, err2 := strconv.ParseUint(lo, 16, 32)
		if err1 == nil && err2 == nil {
			return int64(h<<32 | l), nil
		}
	}
	return 0, badSyntax("pg_lsn", s)
}

// checkText refuses what no UTF8 database can hold: bad UTF-8, and NUL.
func checkText(s string) error {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return nil
	}
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n <= 1 || r == 0 {
			return badBytes(s[i:])
		}
		i += n
	}
	return nil
}

// badBytes words 22021: PostgreSQL shows as many bytes as the first one
// announces.
func badBytes(s string) error {
	n := 1
	switch c := s[0]; {
	case c&0xe0 == 0xc0:
		n = 2
	case c&0xf0 == 0xe0:
		n = 3
	case c&0xf8 == 0xf0:
		n = 4
	}
	var b strings.Builder
	for i := 0; i < n && i < len(s); i++ {
		if i > 0 {
			b.WriteByte(' ')
		}
		const digits = "0123456789abcdef"
		b.WriteString("0x" + string(digits[s[i]>>4]) + string(digits[s[i]&15]))
	}
	return sqlerr.New(sqlerr.CharacterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\": %s", b.String())
}

// ClipName cuts an identifier to the 63 bytes that type name holds, at a
// character boundary.
func ClipName(s string) string {
	if len(s) <= 63 {
		return s
	}
	n := 63
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

package types

import (
	"math/bits"
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Money is an int64 of cents; the locale is C's, with a dollar sign.

func moneySpace(s string) string { return strings.TrimLeft(s, " \t\n\v\f\r") }

// parseMoney reads an amount: a sign or a parenthesis, dollar signs, digits
// with commas anywhere, cents, and the like once more behind them.
func parseMoney(s string) (int64, error) {
	out := sqlerr.New(sqlerr.NumericValueOutOfRange, "value \"%s\" is out of range for type %s", s, "money")
	rest := moneySpace(strings.TrimPrefix(moneySpace(s), "$"))
	negative := false
	switch {
	case strings.HasPrefix(rest, "-") || strings.HasPrefix(rest, "("):
		negative, rest = true, rest[1:]
	case strings.HasPrefix(rest, "+"):
		rest = rest[1:]
	}
	rest = moneySpace(strings.TrimPrefix(moneySpace(rest), "$"))
	v, ok, cents, point := uint64(0), true, 0, false
	push := func(digit byte) {
		hi, lo := bits.Mul64(v, 10)
		var carry uint64
		v, carry = bits.Add64(lo, uint64(digit), 0)
		ok = ok && hi == 0 && carry == 0 && v <= 1<<63
	}
scan:
	for ; rest != ""; rest = rest[1:] {
		switch c := rest[0]; {
		case isDigit(c) && cents < 2:
			if push(c - '0'); point {
				cents++
			}
		case c == '.' && !point:
			point = true
		case c != ',':
			break scan
		}
	}
	if rest != "" && isDigit(rest[0]) && rest[0] >= '5' {
		v++
		ok = ok && v <= 1<<63
	}
	for ; cents < 2; cents++ {
		push(0)
	}
	if !ok {
		return 0, out
	}
	for rest = strings.TrimLeft(rest, "0123456789"); rest != ""; rest = rest[1:] {
		switch rest[0] {
		case ' ', '\t', '\n', '\v', '\f', '\r', ')', '+', '$':
		case '-':
			negative = true
		default:
			return 0, sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type %s: \"%s\"", "money", s)
		}
	}
	if !negative && v == 1<<63 {
		return 0, out
	}
	if negative {
		v = -v
	}
	return int64(v), nil
}

func appendMoney(dst []byte, v int64) []byte {
	u := uint64(v)
	if v < 0 {
		dst, u = append(dst, '-'), -u
	}
	var buf [24]byte
	digits := strconv.AppendUint(buf[:0], u/100, 10)
	dst = append(dst, '$')
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, c)
	}
	return append(dst, '.', '0'+byte(u%100/10), '0'+byte(u%10))
}

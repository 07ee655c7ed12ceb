package types

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// AppendFloat appends a float as float8out (bits 64) or float4out (bits 32)
// prints it. Above 0, extraDigits asks for the shortest text that reads back
// equal; else 15 (6) significant digits and so many more.
func AppendFloat(dst []byte, v float64, bitSize, extraDigits int) []byte {
	switch {
	case v != v:
		return append(dst, "NaN"...)
	case math.IsInf(v, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(v, -1):
		return append(dst, "-Infinity"...)
	}
	digits, fixedFrom, fixedBelow := 15, 1e-4, 1e15
	if bitSize == 32 {
		digits, fixedFrom, fixedBelow = 6, float64(float32(1e-4)), 1e6
	}
	if extraDigits <= 0 {
		return strconv.AppendFloat(dst, v, 'g', max(1, digits+extraDigits), bitSize)
	}
	a := math.Abs(v)
	if a == 0 || a >= fixedFrom && a < fixedBelow {
		return strconv.AppendFloat(dst, v, 'f', -1, bitSize)
	}
	if onBoundary(a, bitSize) {
		return appendUnambiguous(dst, v, bitSize)
	}
	return strconv.AppendFloat(dst, v, 'e', -1, bitSize)
}

// onBoundary reports whether the shortest text of a lies exactly half way to
// the next number, as 1e23 does: strconv takes such a text because it reads
// back by the rule of ties to even, PostgreSQL does not. Only numbers of a
// narrow range can be so.
func onBoundary(a float64, bitSize int) bool {
	if a < 1<<22 || a > 1e41 {
		return false
	}
	if bitSize == 64 && (a < 1<<51 || math.Float64bits(a)&1 != 0) || bitSize == 32 && math.Float32bits(float32(a))&1 != 0 {
		return false
	}
	var buf [32]byte
	text := strconv.AppendFloat(buf[:0], a, 'e', -1, bitSize)
	mant, exp := splitExp(text)
	mantissaBits := 53
	if bitSize == 32 {
		mantissaBits = 24
	}
	// The text's value is mant·10^exp; the boundaries are odd multiples of half
	// a unit in the last place.
	val := new(big.Int).SetUint64(mant)
	ulpExp := math.Ilogb(a) - mantissaBits + 1
	scale := 0 // compare val·2^scale
	if exp < 0 || ulpExp < 1 {
		scale = 64
		val.Lsh(val, 64)
	}
	if exp >= 0 {
		val.Mul(val, pow10(exp))
	} else if rem := new(big.Int); true {
		val.QuoRem(val, pow10(-exp), rem)
		if rem.Sign() != 0 {
			return false
		}
	}
	half := ulpExp - 1 + scale
	return half >= 0 && val.TrailingZeroBits() == uint(half)
}

func pow10(n int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// splitExp takes d.ddde±xx apart into an integer and a power of ten.
func splitExp(text []byte) (mant uint64, exp int) {
	frac, inFrac := 0, false
	for i, c := range text {
		switch c {
		case '.':
			inFrac = true
		case 'e':
			exp, _ = strconv.Atoi(string(text[i+1:]))
			return mant, exp - frac
		default:
			hi, lo := bits.Mul64(mant, 10)
			if hi != 0 {
				return mant, exp
			}
			mant = lo + uint64(c-'0')
			if inFrac {
				frac++
			}
		}
	}
	return mant, exp - frac
}

// appendUnambiguous prints v with the fewest digits that read back equal and
// are not the shortest text's, which stands half way to another number.
func appendUnambiguous(dst []byte, v float64, bitSize int) []byte {
	start := len(dst)
	short, shortExp := normalExp(strconv.AppendFloat(dst, v, 'e', -1, bitSize)[start:])
	for p := 0; p < 17; p++ {
		dst = strconv.AppendFloat(dst[:start], v, 'e', p, bitSize)
		if mant, exp := normalExp(dst[start:]); mant == short && exp == shortExp {
			continue
		}
		if back, err := strconv.ParseFloat(string(dst[start:]), bitSize); err == nil && back == v {
			return dst
		}
	}
	return dst
}

// normalExp is splitExp of the text without its sign, with an integer that
// does not end in 0.
func normalExp(text []byte) (mant uint64, exp int) {
	if text[0] == '-' {
		text = text[1:]
	}
	mant, exp = splitExp(text)
	for mant != 0 && mant%10 == 0 {
		mant /= 10
		exp++
	}
	return mant, exp
}

// ParseFloat reads a float8 (bitSize 64) or float4 (32). What is too large,
// or too small to be told from zero, is 22003.
func ParseFloat(s string, bitSize int) (float64, error) {
	typ := "double precision"
	if bitSize == 32 {
		typ = "real"
	}
	w := trimSpace(s)
	hex, zero, ok := scanFloat(w)
	if !ok {
		if v, special := specialFloat(w); special {
			return v, nil
		}
		return 0, badSyntax(typ, s)
	}
	if hex && !strings.ContainsAny(w, "pP") {
		w += "p0"
	}
	v, err := strconv.ParseFloat(w, bitSize)
	if err != nil || v == 0 && !zero {
		return 0, sqlerr.New(sqlerr.NumericValueOutOfRange, "\"%s\" is out of range for type %s", strings.TrimSuffix(w, "p0"), typ)
	}
	return v, nil
}

func specialFloat(w string) (float64, bool) {
	sign := 1
	u := w
	if len(u) > 0 && (u[0] == '-' || u[0] == '+') {
		if u[0] == '-' {
			sign = -1
		}
		u = u[1:]
	}
	switch strings.ToLower(u) {
	case "inf", "infinity":
		return math.Inf(sign), true
	case "nan":
		return math.Copysign(math.Float64frombits(0x7FF8<<48), float64(sign)), true
	}
	return 0, false
}

// scanFloat checks strtod's grammar and tells whether all digits are zeros.
func scanFloat(w string) (hex, zero, ok bool) {
	i := 0
	if i < len(w) && (w[i] == '-' || w[i] == '+') {
		i++
	}
	if i+1 < len(w) && w[i] == '0' && w[i+1]|0x20 == 'x' {
		hex = true
		i += 2
	}
	zero = true
	digits := 0
	for dot := false; i < len(w); i++ {
		c := w[i]
		if c == '.' && !dot {
			dot = true
			continue
		}
		if !isDigit(c) && !(hex && hexVal(c) < 16) {
			break
		}
		digits++
		zero = zero && c == '0'
	}
	if digits == 0 {
		return hex, zero, false
	}
	if i == len(w) {
		return hex, zero, true
	}
	if mark := w[i] | 0x20; !hex && mark != 'e' || hex && mark != 'p' {
		return hex, zero, false
	}
	i++
	if i < len(w) && (w[i] == '-' || w[i] == '+') {
		i++
	}
	start := i
	for i < len(w) && isDigit(w[i]) {
		i++
	}
	return hex, zero, i == len(w) && i > start
}

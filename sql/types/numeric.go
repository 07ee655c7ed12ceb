package types

import (
	"math"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// The bounds of numeric: digits before and after the decimal point.
const (
	MaxNumericDigits = 131072
	MaxNumericScale  = 16383
)

// A numeric is an *apd.Decimal whose Exponent is minus its display scale. What
// comes from arithmetic may have an exponent above 0, which counts as scale 0.

// NumericScale returns the display scale: the digits shown after the point.
func NumericScale(d *apd.Decimal) int32 { return max(0, -d.Exponent) }

// AppendNumeric appends a numeric as numeric_out prints it.
func AppendNumeric(dst []byte, d *apd.Decimal) []byte {
	switch d.Form {
	case apd.NaN, apd.NaNSignaling:
		return append(dst, "NaN"...)
	case apd.Infinite:
		if d.Negative {
			dst = append(dst, '-')
		}
		return append(dst, "Infinity"...)
	}
	if d.Negative && d.Coeff.Sign() != 0 {
		dst = append(dst, '-')
	}
	start := len(dst)
	dst = d.Coeff.Append(dst, 10)
	if d.Exponent >= 0 {
		if d.Coeff.Sign() != 0 {
			dst = appendZeros(dst, int(d.Exponent))
		}
		return dst
	}
	scale := int(-d.Exponent)
	n := len(dst) - start
	if n > scale {
		dst = append(dst, 0)
		copy(dst[len(dst)-scale:], dst[len(dst)-scale-1:len(dst)-1])
		dst[len(dst)-scale-1] = '.'
		return dst
	}
	pad := scale - n + 2 // "0." and leading zeros
	dst = appendZeros(dst, pad)
	copy(dst[start+pad:], dst[start:start+n])
	for i := start; i < start+pad; i++ {
		dst[i] = '0'
	}
	dst[start+1] = '.'
	return dst
}

func appendZeros(dst []byte, n int) []byte {
	for ; n > 0; n-- {
		dst = append(dst, '0')
	}
	return dst
}

func numericOverflow() error {
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "value overflows numeric format")
}

// ParseNumeric reads a numeric; the digits given after the point are its
// display scale.
func ParseNumeric(s string) (*apd.Decimal, error) {
	w := trimSpace(s)
	neg, signed := false, false
	if len(w) > 0 && (w[0] == '-' || w[0] == '+') {
		neg, signed = w[0] == '-', true
		w = w[1:]
	}
	if len(w) > 0 && !isDigit(w[0]) && w[0] != '.' {
		if d := specialNumeric(w, neg, signed); d != nil {
			return d, nil
		}
		return nil, badSyntax("numeric", s)
	}
	i, digits, frac, dot := 0, 0, 0, -1
	for ; i < len(w); i++ {
		if w[i] == '.' && dot < 0 {
			dot = i
		} else if !isDigit(w[i]) {
			break
		} else {
			digits++
			if dot >= 0 {
				frac++
			}
		}
	}
	if digits == 0 {
		return nil, badSyntax("numeric", s)
	}
	exp, ok := numericExponent(w[i:])
	if !ok {
		return nil, badSyntax("numeric", s)
	}
	if exp == hugeExponent {
		return nil, numericOverflow()
	}
	return makeNumeric(w[:i], neg, frac, exp)
}

func specialNumeric(w string, neg, signed bool) *apd.Decimal {
	switch {
	case equalFoldASCII(w, "nan") && !signed:
		return &apd.Decimal{Form: apd.NaN}
	case equalFoldASCII(w, "inf"), equalFoldASCII(w, "infinity"):
		return &apd.Decimal{Form: apd.Infinite, Negative: neg}
	}
	return nil
}

// equalFoldASCII compares with a lower-case word.
func equalFoldASCII(s, lower string) bool {
	if len(s) != len(lower) {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// hugeExponent stands for exponents that overflow even zero.
const hugeExponent = math.MaxInt32 / 2

// numericExponent reads the rest of a number: nothing or an exponent.
func numericExponent(w string) (exp int, ok bool) {
	if w == "" {
		return 0, true
	}
	if w[0] != 'e' && w[0] != 'E' {
		return 0, false
	}
	w = w[1:]
	neg := false
	if len(w) > 0 && (w[0] == '-' || w[0] == '+') {
		neg = w[0] == '-'
		w = w[1:]
	}
	if w == "" {
		return 0, false
	}
	for i := 0; i < len(w); i++ {
		if !isDigit(w[i]) {
			return 0, false
		}
		exp = min(exp*10+int(w[i]-'0'), hugeExponent)
	}
	if neg && exp != hugeExponent {
		exp = -exp
	}
	return exp, true
}

// makeNumeric builds digits (with a point in them) × 10^exp. Sizes are checked
// before anything is built.
func makeNumeric(w string, neg bool, frac, exp int) (*apd.Decimal, error) {
	scale := max(0, frac-exp)
	first, intDigits := -1, len(w)
	for i := 0; i < len(w); i++ {
		switch c := w[i]; {
		case c == '.':
			intDigits = i
		case c != '0' && first < 0:
			first = i
		}
	}
	if scale > MaxNumericScale {
		return nil, numericOverflow()
	}
	d := new(apd.Decimal)
	d.Exponent = int32(-scale)
	if first < 0 {
		return d, nil
	}
	lead := intDigits - first // digits before the point, from the first that counts
	if lead > 0 && lead+exp > MaxNumericDigits || lead <= 0 && exp+lead+1 > MaxNumericDigits {
		return nil, numericOverflow()
	}
	d.Negative = neg
	var buf [64]byte
	text := buf[:0]
	for i := first; i < len(w); i++ {
		if w[i] != '.' {
			text = append(text, w[i])
		}
	}
	text = appendZeros(text, exp-frac)
	setDigits(&d.Coeff, text)
	return d, nil
}

// setDigits sets a big integer from decimal digits.
func setDigits(z *apd.BigInt, text []byte) {
	if len(text) > 19 {
		z.SetString(string(text), 10)
		return
	}
	var n uint64
	for _, c := range text {
		n = n*10 + uint64(c-'0')
	}
	z.SetUint64(n)
}

// applyNumericTypmod rounds to the declared scale, half away from zero, and
// checks the precision.
func applyNumericTypmod(typmod int32, d *apd.Decimal) (*apd.Decimal, error) {
	precision, scale, ok := NumericTypmod(typmod)
	if !ok || d.Form == apd.NaN || d.Form == apd.NaNSignaling {
		return d, nil
	}
	overflow := sqlerr.New(sqlerr.NumericValueOutOfRange, "numeric field overflow")
	if d.Form == apd.Infinite {
		return nil, overflow.WithDetail("A field with precision %d, scale %d cannot hold an infinite value.", precision, scale)
	}
	out := RoundNumeric(d, int32(scale))
	if out.Coeff.Sign() != 0 && int(out.NumDigits())+int(out.Exponent) > precision-scale {
		limit, digits := "10^", precision-scale
		if digits == 0 {
			limit, digits = "", 1
		}
		return nil, overflow.WithDetail("A field with precision %d, scale %d must round to an absolute value less than %s%d.",
			precision, scale, limit, digits)
	}
	return out, nil
}

// RoundNumeric rounds a finite numeric half away from zero to a scale, which
// may be negative; the result's display scale is max(0, scale). The argument
// is not changed.
func RoundNumeric(d *apd.Decimal, scale int32) *apd.Decimal {
	if d.Form != apd.Finite || -d.Exponent == scale && scale >= 0 {
		return d
	}
	out := new(apd.Decimal)
	if drop := -int64(d.Exponent) - int64(scale); drop > 0 {
		if drop > d.NumDigits()+1 {
			out.Exponent = -max(0, scale)
			return out
		}
		pow := tenTo(drop)
		var half, rem apd.BigInt
		out.Coeff.QuoRem(&d.Coeff, pow, &rem)
		half.Lsh(&rem, 1)
		if half.Cmp(pow) >= 0 {
			out.Coeff.Add(&out.Coeff, apd.NewBigInt(1))
		}
		out.Exponent = -scale
	} else {
		out.Set(d)
	}
	out.Negative = d.Negative && out.Coeff.Sign() != 0
	if want := -max(0, scale); out.Exponent > want {
		out.Coeff.Mul(&out.Coeff, tenTo(int64(out.Exponent)-int64(want)))
		out.Exponent = want
	}
	return out
}

func tenTo(n int64) *apd.BigInt {
	return new(apd.BigInt).Exp(apd.NewBigInt(10), apd.NewBigInt(n), nil)
}

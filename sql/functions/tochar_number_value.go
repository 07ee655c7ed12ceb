package functions

import (
	"math"
	"math/bits"
	"strconv"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// romanWidth is the longest Roman numeral's length: MMMDCCCLXXXVIII.
const romanWidth = 15

func errNotNumber(s string) error {
	return sqlerr.New(sqlerr.InvalidTextRepresentation, "\"%s\" is not a number", s)
}

// rowToCharNumber is to_char of the numbers of a type.
func rowToCharNumber(t types.OID) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if a[1].S == "" {
			return types.Text(""), nil
		}
		f, err := parseNumberTemplate(a[1].S)
		if err != nil {
			return null, err
		}
		var s string
		switch t {
		case tNumeric:
			s, err = f.numeric(num(a[0]))
		case tFloat4:
			s, err = f.float(a[0].F, 6)
		case tFloat8:
			s, err = f.float(a[0].F, 15)
		default:
			s, err = f.integer(t, a[0].I)
		}
		return types.Text(s), err
	}
}

func (f *numberFormat) numeric(d *apd.Decimal) (string, error) {
	switch {
	case f.roman:
		v, err := numericInt(d, &width4)
		if err != nil {
			return "", err
		}
		return f.write(romanNumeral(v), 0, 0)
	case f.scientific:
		return f.scientificText(d), nil
	}
	if f.hasV {
		if isFinite(d) {
			p := numericFromInt(1)
			setPow10(&p.Coeff, int32(f.shift))
			var err error
			if d, err = numMul(d, p); err != nil {
				return "", err
			}
		}
		f.pre += f.shift
	}
	return f.signed(string(types.AppendNumeric(nil, roundNumeric(d, int32(f.post)))))
}

func (f *numberFormat) integer(t types.OID, v int64) (string, error) {
	switch {
	case f.roman:
		if v != int64(int32(v)) {
			return "", errRange("integer")
		}
		return f.write(romanNumeral(v), 0, 0)
	case f.scientific && t == tInt4:
		return scientificFloat(float64(v), f.post), nil
	case f.scientific:
		return f.scientificText(numericFromInt(v)), nil
	}
	if f.hasV {
		var err error
		if v, err = f.shifted(t, v); err != nil {
			return "", err
		}
		f.pre += f.shift
	}
	s := strconv.FormatInt(v, 10)
	if f.post > 0 {
		s += "." + strings.Repeat("0", f.post)
	}
	return f.signed(s)
}

// float prints a float from its exact value, as C's printf does: halves of
// decimals are seldom halves of the value. digits is how many the type has: no
// more are shown.
func (f *numberFormat) float(v float64, digits int) (string, error) {
	switch {
	case f.roman:
		n := int64(0)
		if r := math.RoundToEven(v); r >= 1 && r <= 3999 { // NaN is neither
			n = int64(r)
		}
		return f.write(romanNumeral(n), 0, 0)
	case f.scientific && (math.IsNaN(v) || math.IsInf(v, 0)):
		return f.unscientific(), nil
	case f.scientific:
		return scientificFloat(v, f.post), nil
	}
	if f.hasV {
		if v *= math.Pow(10, float64(f.shift)); digits == 6 {
			v = float64(float32(v))
		}
		f.pre += f.shift
	}
	f.post = max(0, min(f.post, digits-len(floatText(math.Abs(v), 0))))
	return f.signed(floatText(v, f.post))
}

// floatText prints a float with so many decimals.
func floatText(v float64, decimals int) string {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "Infinity"
	case math.IsInf(v, -1):
		return "-Infinity"
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// signed prints the text of a number; what has more digits than there are places
// shows as #.
func (f *numberFormat) signed(s string) (string, error) {
	sign := byte('+')
	if s[0] == '-' {
		sign, s = '-', s[1:]
	}
	whole, _, _ := strings.Cut(s, ".")
	if len(whole) > f.pre {
		return f.write(strings.Repeat("#", f.pre)+"."+strings.Repeat("#", f.post), 0, sign)
	}
	return f.write(s, f.pre-len(whole), sign)
}

func romanNumeral(v int64) string {
	if v < 1 || v > 3999 {
		return strings.Repeat("#", romanWidth)
	}
	var b strings.Builder
	for _, r := range []struct {
		n int64
		s string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; v >= r.n; v -= r.n {
			b.WriteString(r.s)
		}
	}
	return b.String()
}

// unscientific is what EEEE shows of what is no finite number.
func (f *numberFormat) unscientific() string {
	s := []byte(" " + strings.Repeat("#", f.pre+f.post+5))
	s[f.pre+1] = '.'
	return string(s)
}

func scientificFloat(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'e', decimals, 64)
	if s[0] != '-' {
		s = " " + s
	}
	return s
}

func (f *numberFormat) scientificText(d *apd.Decimal) string {
	if !isFinite(d) {
		return f.unscientific()
	}
	var s string
	var exp int64
	if isZero(d) {
		s = string(types.AppendNumeric(nil, numericZero(int32(f.post))))
	} else {
		abs, _ := numAbs(d)
		exp = topDigit(abs)
		m := &apd.Decimal{Exponent: int32(-(abs.NumDigits() - 1))}
		m.Coeff.Set(&abs.Coeff)
		m = roundNumeric(m, int32(f.post))
		s = string(types.AppendNumeric(nil, m))
	}
	sign := " "
	if numSign(d) < 0 {
		sign = "-"
	}
	e := "+"
	if exp < 0 {
		e, exp = "-", -exp
	}
	return sign + s + "e" + e + zeroPad(int(exp), 2, false)
}

// shifted multiplies an integer as V wants: int4 wraps around, int8 does not.
func (f *numberFormat) shifted(t types.OID, v int64) (int64, error) {
	by := math.Pow(10, float64(f.shift))
	if t == tInt4 {
		p := int32(math.MinInt32) // what a power beyond int4 becomes
		if by <= math.MaxInt32 {
			p = int32(by)
		}
		return int64(int32(v) * p), nil
	}
	if by == 1 {
		return v, nil
	}
	hi, lo := bits.Mul64(uint64(max(v, -v)), uint64(by))
	if by >= 1<<63 || v == math.MinInt64 || hi != 0 || lo > math.MaxInt64 {
		return 0, sqlerr.New(sqlerr.NumericValueOutOfRange, "bigint out of range")
	}
	return v * int64(by), nil
}

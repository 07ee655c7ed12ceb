package functions

import (
	"math"
	"math/bits"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// toChar prints a number.
func (f *numberFormat) toChar(d *apd.Decimal) (string, error) {
	switch {
	case f.roman:
		return f.romanText(d)
	case f.scientific:
		return f.scientificText(d), nil
	}
	if f.hasV && isFinite(d) {
		p := numericFromInt(1)
		setPow10(&p.Coeff, int32(f.shift))
		var err error
		if d, err = numMul(d, p); err != nil {
			return "", err
		}
	}
	if name := specialName(d); name != "" && f.pre >= len(name) {
		return f.specialText(name, numSign(d) < 0)
	}
	whole, frac, overflow := f.split(d)
	if f.post == 0 && !overflow { // without decimals the number has no point
		f.point = false
	}
	neg := numSign(d) < 0 && !(isFinite(d) && isZero(roundNumeric(d, int32(f.post)))) // what is printed has the sign
	return f.layout(whole, frac, neg), nil
}

// specialName is how a number that is not finite is printed; else empty.
func specialName(d *apd.Decimal) string {
	switch {
	case isNaN(d):
		return "NaN"
	case !isFinite(d):
		return "Infinity"
	}
	return ""
}

// specialText prints NaN or Infinity in the places of digits before the point.
func (f *numberFormat) specialText(name string, neg bool) (string, error) {
	g := *f
	g.nodes, g.post, g.point = nil, 0, false
	behind := false
	for _, n := range f.nodes {
		switch {
		case n == "th" || n == "TH":
			return "", sqlerr.New(sqlerr.InvalidTextRepresentation, "\"%s\" is not a number", name)
		case n == ".":
			behind = true
		case behind && (n == "9" || n == "0"):
		default:
			g.nodes = append(g.nodes, n)
		}
	}
	return g.layout(name, "", neg), nil
}

// split gives the digits before and behind the point; too many show as #.
func (f *numberFormat) split(d *apd.Decimal) (whole, frac string, overflow bool) {
	if isFinite(d) {
		abs, _ := numAbs(d)
		text := string(types.AppendNumeric(nil, roundNumeric(abs, int32(f.post))))
		whole, frac, _ = strings.Cut(text, ".")
		if len(whole) <= f.pre { // a zero takes a place too
			if whole == "0" {
				whole = ""
			}
			return whole, frac, false
		}
	}
	return strings.Repeat("#", f.pre), strings.Repeat("#", f.post), true
}

func (f *numberFormat) layout(whole, frac string, neg bool) string {
	digits := make([]byte, f.pre)
	lead := f.pre - len(whole)
	started := f.pre
	for i := range digits {
		switch {
		case i >= lead:
			digits[i] = whole[i-lead]
		case f.zeroAt >= 0 && i >= f.zeroAt:
			digits[i] = '0'
		case i == f.pre-1 && f.post == 0 && lead == f.pre && !f.point:
			digits[i] = '0'
		default:
			digits[i] = ' '
			continue
		}
		started = min(started, i)
	}
	if f.fm { // trailing zeros of 9s go
		last := len(frac)
		places := f.fractionPlaces()
		for last > 0 && frac[last-1] == '0' && last-1 < len(places) && places[last-1] == '9' && !strings.Contains(places[last-1:], "0") {
			last--
		}
		frac = frac[:last]
	}
	if f.fm && started == f.pre && f.point && frac == "" && f.pre > 0 && strings.Trim(whole, "0") == "" {
		digits[f.pre-1] = '0'
		started = f.pre - 1
	}
	return f.assemble(digits, frac, started, neg)
}

// fractionPlaces are the template's 9s and 0s behind the point.
func (f *numberFormat) fractionPlaces() string {
	var b strings.Builder
	seen := false
	for _, n := range f.nodes {
		if n == "." {
			seen = true
		} else if seen && (n == "9" || n == "0") {
			b.WriteString(n)
		}
	}
	return b.String()
}

func (f *numberFormat) assemble(digits []byte, frac string, started int, neg bool) string {
	var b strings.Builder
	mark := ""
	switch {
	case f.sign == "PR" && neg:
		mark = "<"
	case f.sign == "S" && f.signFirst && !neg:
		mark = "+"
	case (f.sign == "" || f.sign == "PL" || f.sign == "S" && f.signFirst) && neg:
		mark = "-"
	case f.sign == "" || f.sign == "PR" || f.sign == "PL":
		mark = " "
		if f.fm {
			mark = ""
		}
	}
	signDone := false
	putSign := func() {
		if !signDone {
			b.WriteString(mark)
			signDone = true
		}
	}
	i, k := 0, 0
	for _, n := range f.nodes {
		switch n {
		case "9", "0":
			if i < len(digits) {
				if i >= started {
					putSign()
					b.WriteByte(digits[i])
				} else if !f.fm {
					b.WriteByte(' ')
				}
				i++
				continue
			}
			putSign()
			if k < len(frac) {
				b.WriteByte(frac[k])
			}
			k++
		case ",":
			if i > started {
				b.WriteByte(',')
			} else if !f.fm {
				b.WriteByte(' ')
			}
		case ".":
			putSign()
			if f.point {
				b.WriteByte('.')
			}
		default:
			f.mark(&b, n, neg, digits)
		}
	}
	if f.pre+f.post > 0 { // a sign belongs to digits
		putSign()
	}
	if f.sign == "PR" && f.pre+f.post > 0 {
		if neg {
			b.WriteByte('>')
		} else if !f.fm {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// mark writes signs that stand where they are put, texts and endings.
func (f *numberFormat) mark(b *strings.Builder, n string, neg bool, digits []byte) {
	sign := func(pos, negative string) {
		s := pos
		if neg {
			s = negative
		}
		if s != " " || !f.fm {
			b.WriteString(s)
		}
	}
	switch {
	case n[0] == '\'':
		b.WriteString(n[1:])
	case n == "S" && !f.signFirst:
		sign("+", "-")
	case n == "MI":
		sign(" ", "-")
	case n == "PL":
		sign("+", " ")
	case n == "SG":
		sign("+", "-")
	case n == "L":
		b.WriteByte(' ')
	case n == "th" || n == "TH":
		if !neg && f.post == 0 && !strings.Contains(string(digits), "#") {
			b.WriteString(ordinal(strings.TrimSpace(string(digits)), n == "TH"))
		}
	}
}

func (f *numberFormat) romanText(d *apd.Decimal) (string, error) {
	if !isFinite(d) {
		_, err := numericInt(d, &width4)
		return "", err
	}
	v, err := numericInt(d, &width4)
	s := strings.Repeat("#", 15)
	if err == nil && v > 0 && v < 4000 {
		s = ""
		for _, r := range []struct {
			n int64
			s string
		}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
			for v >= r.n {
				s += r.s
				v -= r.n
			}
		}
	}
	if f.lowerRoman {
		s = strings.ToLower(s)
	}
	if n := 15 - len(s); n > 0 && !f.fm {
		s = strings.Repeat(" ", n) + s
	}
	return s, nil
}

func (f *numberFormat) scientificText(d *apd.Decimal) string {
	if !isFinite(d) {
		s := " " + strings.Repeat("#", 1)
		if f.point {
			s += "."
		}
		return s + strings.Repeat("#", f.post+4)
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

func rowToCharNumber(t types.OID) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if a[1].S == "" {
			return types.Text(""), nil
		}
		f, err := parseNumberTemplate(a[1].S)
		if err != nil {
			return null, err
		}
		var d *apd.Decimal
		switch t {
		case tNumeric:
			d = num(a[0])
			if _, err := numericInt(d, &width4); f.roman && err != nil {
				return null, err
			}
		case tFloat4:
			s, err := f.floatToChar(a[0].F, 6)
			return types.Text(s), err
		case tFloat8:
			s, err := f.floatToChar(a[0].F, 15)
			return types.Text(s), err
		default:
			v, err := f.shifted(t, a[0].I)
			if err != nil {
				return null, err
			}
			d = numericFromInt(v)
		}
		s, err := f.toChar(d)
		return types.Text(s), err
	}
}

// shifted multiplies an integer as V wants: int4 wraps around, int8 does not.
func (f *numberFormat) shifted(t types.OID, v int64) (int64, error) {
	if f.roman && v != int64(int32(v)) {
		return 0, errRange("integer")
	}
	if !f.hasV || f.roman || f.scientific {
		return v, nil
	}
	f.hasV = false
	by := math.Pow(10, float64(f.shift))
	if t == tInt4 {
		p := int32(math.MinInt32) // what a power beyond int4 becomes
		if by <= math.MaxInt32 {
			p = int32(by)
		}
		return int64(int32(v) * p), nil
	}
	hi, lo := bits.Mul64(uint64(max(v, -v)), uint64(by))
	if by >= 1<<63 || v == math.MinInt64 && by > 1 || hi != 0 || lo > math.MaxInt64 {
		return 0, sqlerr.New(sqlerr.NumericValueOutOfRange, "bigint out of range")
	}
	return v * int64(by), nil
}

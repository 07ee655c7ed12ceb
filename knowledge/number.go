package knowledge

import (
	"errors"
	"strconv"
	"strings"
)

// The range of PostgreSQL's numeric.
const (
	MaxNumberIntegerDigits = 131072 // before the point
	MaxNumberScale         = 16383  // after the point
)

// Errors of reading a number.
var (
	// ErrNotNumber: the text is not a JSON number.
	ErrNotNumber = errors.New("not a number")
	// ErrNumberRange: a JSON number, but outside numeric's range.
	ErrNumberRange = errors.New("number out of range: at most 131072 digits before and 16383 after the decimal point")
)

// numberParts is a JSON number taken apart: int and frac are digits.
type numberParts struct {
	neg       bool
	int, frac string
	exp       int // bounded to ±maxExponent
}

// maxExponent is PostgreSQL's bound on a written exponent.
const maxExponent = 1<<30 - 1

// scanNumber takes a JSON number apart.
func scanNumber(s string) (p numberParts, err error) {
	i := 0
	if i < len(s) && s[i] == '-' {
		p.neg = true
		i++
	}
	start := i
	i = skipDigits(s, i)
	p.int = s[start:i]
	if p.int == "" || len(p.int) > 1 && p.int[0] == '0' {
		return p, ErrNotNumber
	}
	if i < len(s) && s[i] == '.' {
		start = i + 1
		i = skipDigits(s, start)
		if p.frac = s[start:i]; p.frac == "" {
			return p, ErrNotNumber
		}
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		negExp := false
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			negExp = s[i] == '-'
			i++
		}
		start = i
		for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
			if p.exp <= maxExponent {
				p.exp = p.exp*10 + int(s[i]-'0')
			}
		}
		if i == start {
			return p, ErrNotNumber
		}
		if negExp {
			p.exp = -p.exp
		}
	}
	if i != len(s) {
		return p, ErrNotNumber
	}
	if p.exp >= maxExponent || p.exp <= -maxExponent {
		return p, ErrNumberRange
	}
	return p, nil
}

func skipDigits(s string, i int) int {
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}

// AppendNumber appends the canonical text of a JSON number (package comment).
// It refuses what PostgreSQL's numeric cannot hold, without building it:
// ErrNumberRange; text that is no JSON number: ErrNotNumber.
func AppendNumber(dst []byte, text string) ([]byte, error) {
	p, err := scanNumber(text)
	if err != nil {
		return dst, err
	}
	if len(p.frac)-p.exp > MaxNumberScale {
		return dst, ErrNumberRange
	}
	start := len(dst)
	if p.neg {
		dst = append(dst, '-')
	}
	first := len(dst)
	dst = append(dst, strings.TrimLeft(p.int, "0")...)
	if len(dst) == first {
		dst = append(dst, strings.TrimLeft(p.frac, "0")...)
	} else {
		dst = append(dst, p.frac...)
	}
	exp, end := p.exp-len(p.frac), len(dst)
	for end > first && dst[end-1] == '0' {
		end--
		exp++
	}
	if end == first {
		return append(dst[:start], '0'), nil
	}
	if end-first+exp > MaxNumberIntegerDigits {
		return dst[:start], ErrNumberRange
	}
	dst = append(dst[:end], 'e')
	return strconv.AppendInt(dst, int64(exp), 10), nil
}

// CanonicalNumber returns the canonical text of a JSON number; see
// AppendNumber.
func CanonicalNumber(text string) (string, error) {
	var buf [64]byte
	b, err := AppendNumber(buf[:0], text)
	if err != nil {
		return "", err
	}
	return string(b), nil
}

// SplitNumber takes a canonical number apart: its value is digits × 10^exp,
// negated when neg. Zero has the digits "0".
func SplitNumber(canonical string) (neg bool, digits string, exp int) {
	if canonical != "" && canonical[0] == '-' {
		neg, canonical = true, canonical[1:]
	}
	e := strings.LastIndexByte(canonical, 'e')
	if e < 0 {
		return neg, canonical, 0
	}
	i, negExp := e+1, false
	if i < len(canonical) && canonical[i] == '-' {
		negExp = true
		i++
	}
	for ; i < len(canonical); i++ {
		exp = exp*10 + int(canonical[i]-'0')
	}
	if negExp {
		exp = -exp
	}
	return neg, canonical[:e], exp
}

// CompareNumbers compares two canonical numbers by value: -1, 0 or 1.
func CompareNumbers(a, b string) int {
	if a == b {
		return 0
	}
	negA, digA, expA := SplitNumber(a)
	negB, digB, expB := SplitNumber(b)
	sign := 1
	switch {
	case digA == "0":
		if negB {
			return 1
		}
		return -1
	case digB == "0":
		if negA {
			return -1
		}
		return 1
	case negA != negB:
		if negA {
			return -1
		}
		return 1
	case negA:
		sign = -1
	}
	if ma, mb := len(digA)+expA, len(digB)+expB; ma != mb {
		if ma < mb {
			return -sign
		}
		return sign
	}
	// Of one magnitude the digits decide as text: neither ends in zeros.
	return sign * strings.Compare(digA, digB)
}

// AppendDecimal appends a canonical number as plain decimal text: 125e-1 is
// 12.5, 1e3 is 1000. At most about 150,000 bytes.
func AppendDecimal(dst []byte, canonical string) []byte {
	neg, digits, exp := SplitNumber(canonical)
	if neg {
		dst = append(dst, '-')
	}
	switch point := len(digits) + exp; {
	case exp >= 0:
		return appendZeros(append(dst, digits...), exp)
	case point > 0:
		dst = append(append(dst, digits[:point]...), '.')
		return append(dst, digits[point:]...)
	default:
		return append(appendZeros(append(dst, "0."...), -point), digits...)
	}
}

// NumberFloat returns the float64 nearest to a canonical number; ±Inf when it
// is beyond float64.
func NumberFloat(canonical string) float64 {
	f, _ := strconv.ParseFloat(canonical, 64) // the error is the range only: ±Inf
	return f
}

// AppendNumeric appends a JSON number as PostgreSQL prints it as numeric,
// keeping its scale: 1.50e1 is 15.0, 1e2 is 100, -0.0 is 0.0. Errors as
// AppendNumber; also ErrNumberRange when it would take more than limit bytes.
func AppendNumeric(dst []byte, text string, limit int) ([]byte, error) {
	p, err := scanNumber(text)
	if err != nil {
		return dst, err
	}
	first, point, scale, err := p.layout()
	if err != nil {
		return dst, err
	}
	digits, whole := len(p.int)+len(p.frac), max(0, point-first)
	if whole+scale+3 > limit {
		return dst, ErrNumberRange
	}
	at := func(i int) byte {
		switch {
		case i < 0 || i >= digits:
			return '0'
		case i < len(p.int):
			return p.int[i]
		}
		return p.frac[i-len(p.int)]
	}
	if p.neg && first < digits {
		dst = append(dst, '-')
	}
	if whole == 0 {
		dst = append(dst, '0')
	}
	for i := point - whole; i < point; i++ {
		dst = append(dst, at(i))
	}
	if scale == 0 {
		return dst, nil
	}
	dst = append(dst, '.')
	for i := point; i < point+scale; i++ {
		dst = append(dst, at(i))
	}
	return dst, nil
}

// layout places a number in PostgreSQL's numeric: the first of its digits that
// is not zero, how many of them stand before the point, and its scale.
func (p *numberParts) layout() (first, point, scale int, err error) {
	digits, scale := len(p.int)+len(p.frac), max(0, len(p.frac)-p.exp)
	point = len(p.int) + p.exp
	zeros := func(s string) int { return len(s) - len(strings.TrimLeft(s, "0")) }
	if first = zeros(p.int); first == len(p.int) {
		first += zeros(p.frac)
	}
	if first == digits {
		point = 0 // zero has no magnitude
	}
	if scale > MaxNumberScale || point-first > MaxNumberIntegerDigits {
		return 0, 0, 0, ErrNumberRange
	}
	return first, point, scale, nil
}

// NumberScale is how many decimal places PostgreSQL's numeric keeps of a JSON number: 2 of
// 1.50, 1 of 1.50e1, none of 1e3. It is 0 for what is no number in numeric's range.
func NumberScale(text string) int {
	if !strings.ContainsAny(text, ".eE") {
		return 0
	}
	p, err := scanNumber(text)
	if err != nil || len(p.frac)-p.exp > MaxNumberScale {
		return 0
	}
	return max(0, len(p.frac)-p.exp)
}

func appendZeros(dst []byte, n int) []byte {
	for ; n > 0; n-- {
		dst = append(dst, '0')
	}
	return dst
}

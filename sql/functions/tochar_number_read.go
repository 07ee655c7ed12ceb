package functions

import (
	"strings"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// numberReader reads a number by a template, pattern after pattern; what it
// does with each is what PostgreSQL does.
type numberReader struct {
	f         *numberFormat
	s         string
	sign      byte // ' ' until one is read
	digits    []byte
	pre, post int
	point     bool
}

// rowToNumber is to_number.
func rowToNumber(_ *Ctx, a []datum) (datum, error) {
	if a[1].S == "" {
		return null, nil
	}
	f, err := parseNumberTemplate(a[1].S)
	if err != nil {
		return null, err
	}
	if f.roman {
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "\"RN\" not supported for input")
	}
	if f.scientific {
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "\"EEEE\" not supported for input")
	}
	r := &numberReader{f: f, s: a[0].S, sign: ' '}
	for _, n := range f.nodes {
		if r.s == "" {
			break
		}
		r.pattern(n)
	}
	text := strings.TrimSuffix(string(r.digits), ".")
	if text == "" {
		return null, sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type numeric: \"%c\"", r.sign)
	}
	d, err := types.ParseNumeric(text)
	if err != nil {
		return null, err
	}
	// The template says how many digits there may be.
	fit, err := types.ApplyTypmod(tNumeric, int32(f.pre+r.post)<<16|int32(r.post)+4, types.Any(d), false)
	if err != nil {
		return null, err
	}
	d = num(fit)
	if f.hasV {
		p := numericFromInt(1)
		setPow10(&p.Coeff, int32(f.shift))
		if d, err = numDiv(d, p); err != nil {
			return null, err
		}
	}
	if r.sign == '-' {
		d, _ = numNeg(d)
	}
	return types.Any(d), nil
}

// pattern reads what one pattern stands for.
func (r *numberReader) pattern(n string) {
	switch {
	case n == "9" || n == "0" || n == ".":
		r.digit(n)
		r.skip(1)
	case n == ",":
		if len(r.digits) == 0 && r.f.fm {
			return
		}
		if r.s[0] == ',' {
			r.skip(1)
		}
	case n == "L":
		r.eat(1)
	case n == "th" || n == "TH":
		if r.sign != '-' && !r.f.point {
			r.eat(2)
		}
	case n == "MI":
		r.mark('-', 0)
	case n == "PL":
		r.mark(0, '+')
	case n == "SG":
		r.mark('-', '+')
	case n[0] == '\'': // text, whatever it is
		for range utf8.RuneCountInString(n[1:]) {
			_, size := utf8.DecodeRuneInString(r.s)
			r.skip(size)
		}
	}
}

func (r *numberReader) skip(n int) { r.s = r.s[min(n, len(r.s)):] }

// eat passes over characters that are no part of a number.
func (r *numberReader) eat(n int) {
	for ; n > 0 && r.s != "" && !strings.ContainsRune("0123456789.,+-", rune(r.s[0])); n-- {
		_, size := utf8.DecodeRuneInString(r.s)
		r.skip(size)
	}
}

// mark reads a sign that stands where the template has it.
func (r *numberReader) mark(minus, plus byte) {
	switch c := r.s[0]; {
	case minus != 0 && c == minus, plus != 0 && c == plus:
		r.sign = c
		r.skip(1)
	default:
		r.eat(1)
	}
}

// digit looks for a sign, a digit or the point, and for a sign behind the last
// digit. The character that the pattern stands for is still to be passed.
func (r *numberReader) digit(n string) {
	if r.s[0] == ' ' {
		r.skip(1)
	}
	if r.s == "" {
		return
	}
	anchored := r.f.sign == "S"
	if r.sign == ' ' && n != "." && r.pre+r.post == 0 {
		r.leadingSign(anchored)
	}
	if r.s == "" {
		return
	}
	read := false
	switch c := r.s[0]; {
	case c >= '0' && c <= '9':
		if r.point && r.post == r.f.post {
			return
		}
		r.digits = append(r.digits, c)
		if r.point {
			r.post++
		} else {
			r.pre++
		}
		read = true
	case c == '.' && r.f.point && !r.point:
		r.digits = append(r.digits, c)
		r.point, read = true, true
	}
	if r.sign != ' ' || r.pre+r.post == 0 {
		return
	}
	if anchored {
		if read && len(r.s) > 1 && (r.s[1] == '-' || r.s[1] == '+') {
			r.skip(1)
			r.sign = r.s[0]
		}
		return
	}
	if !read && (r.f.sign == "PL" || r.f.sign == "MI" || r.f.sign == "SG") && (r.s[0] == '-' || r.s[0] == '+') {
		r.sign = r.s[0]
	}
}

func (r *numberReader) leadingSign(anchored bool) {
	c := r.s[0]
	switch {
	case anchored && !r.f.signFirst:
	case c == '-', c == '<' && r.f.sign == "PR":
		r.sign = '-'
		r.skip(1)
	case c == '+':
		r.sign = '+'
		r.skip(1)
	}
}

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
	s         string // what is left
	sign      byte   // ' ' until one is read
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
	switch {
	case err != nil:
		return null, err
	case f.scientific:
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "\"EEEE\" not supported for input")
	case f.roman:
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "\"RN\" not supported for input")
	}
	r := &numberReader{f: f, s: a[0].S, sign: ' '}
	for i := 0; i < len(f.nodes) && r.s != ""; i++ {
		r.node(&f.nodes[i])
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
	fit, err := types.ApplyTypmod(tNumeric, int32(f.pre+f.shift+r.post)<<16|int32(r.post)+4, types.Any(d), false)
	if err != nil {
		return null, err
	}
	d = num(fit)
	if f.hasV {
		p, err := numPower(numericFromInt(10), numericFromInt(-int64(f.shift)))
		if err != nil {
			return null, err
		}
		if d, err = numMul(d, p); err != nil {
			return null, err
		}
	}
	if r.sign == '-' {
		d, _ = numNeg(d)
	}
	return types.Any(d), nil
}

// node reads what one pattern, or a character of text, stands for.
func (r *numberReader) node(n *numberNode) {
	switch n.key {
	case "": // whatever it is
		for range utf8.RuneCountInString(n.text) {
			r.skip(r.width())
		}
	case "9", "0", ".":
		r.place(n.key)
		r.skip(1)
	case ",":
		if !r.f.fm && r.s[0] == ',' { // with FM PostgreSQL takes no digit for read
			r.skip(1)
		}
	case "L":
		r.eat(1)
	case "th", "TH":
		if r.sign != '-' && !r.f.point {
			r.eat(2)
		}
	case "MI":
		r.mark("-")
	case "PL":
		r.mark("+")
	case "SG":
		r.mark("-+")
	}
}

func (r *numberReader) skip(n int) { r.s = r.s[min(n, len(r.s)):] }

// width is the next character's.
func (r *numberReader) width() int {
	_, n := utf8.DecodeRuneInString(r.s)
	return n
}

// eat passes over characters that are no part of a number.
func (r *numberReader) eat(n int) {
	for ; n > 0 && r.s != "" && strings.IndexByte("0123456789.,+-", r.s[0]) < 0; n-- {
		r.skip(r.width())
	}
}

// mark reads a sign that stands where the template has it.
func (r *numberReader) mark(signs string) {
	if strings.IndexByte(signs, r.s[0]) < 0 {
		r.eat(1)
		return
	}
	r.sign = r.s[0]
	r.skip(1)
}

// place looks for a sign, a digit or the point, and for a sign behind the last
// digit. The character that the pattern stands for is still to be passed.
func (r *numberReader) place(key string) {
	if r.s[0] == ' ' {
		r.skip(1)
	}
	if r.s == "" {
		return
	}
	if r.sign == ' ' && key != "." && r.pre+r.post == 0 {
		r.signBefore()
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
	if r.sign == ' ' && r.pre+r.post > 0 {
		r.signBehind(read)
	}
}

func (r *numberReader) signBefore() {
	c := r.s[0]
	switch {
	case c == '-', c == '<' && r.f.bracket:
		r.sign = '-'
		r.skip(1)
	case c == '+':
		r.sign = '+'
		r.skip(1)
	}
}

func (r *numberReader) signBehind(read bool) {
	if r.f.signPlace != signNowhere { // S: at once behind the last digit
		if read && len(r.s) > 1 && (r.s[1] == '-' || r.s[1] == '+') {
			r.skip(1)
			r.sign = r.s[0]
		}
		return
	}
	if !read && (r.f.plus || r.f.minus) && (r.s[0] == '-' || r.s[0] == '+') {
		r.sign = r.s[0]
	}
}

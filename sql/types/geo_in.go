package types

import (
	"math"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// geoReader reads the text of a geometric value. All forms of points in one
// another go through it: parentheses are mostly optional.
type geoReader struct {
	s   string
	pos int
	t   OID
}

func parseGeo(t OID, s string) (any, error) {
	r := &geoReader{s: s, t: t}
	switch t {
	case OIDPoint:
		p, err := r.pair()
		return p, r.end(err)
	case OIDLseg, OIDBox:
		_, p, err := r.points(2, t == OIDLseg)
		if err = r.end(err); err != nil {
			return nil, err
		}
		if t == OIDBox {
			return NewBox(p[0], p[1]), nil
		}
		return Lseg(p), nil
	case OIDPath:
		return r.path()
	case OIDPolygon:
		n, err := r.count()
		if err != nil {
			return nil, err
		}
		_, p, err := r.points(n, false)
		if err = r.end(err); err != nil {
			return nil, err
		}
		return NewPolygon(p), nil
	case OIDLine:
		return r.line()
	}
	return r.circle()
}

func (r *geoReader) bad() error { return badSyntax(FormatTypeBare(r.t), r.s) }

// end refuses what is left when nothing else was wrong.
func (r *geoReader) end(err error) error {
	if err == nil && r.pos < len(r.s) {
		return r.bad()
	}
	return err
}

// peek returns the next character, 0 at the end.
func (r *geoReader) peek() byte {
	if r.pos == len(r.s) {
		return 0
	}
	return r.s[r.pos]
}

func (r *geoReader) skipSpace() {
	for isSpace(r.peek()) {
		r.pos++
	}
}

// take steps over a character, if it is the next.
func (r *geoReader) take(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.pos++
	return true
}

// number reads a float with the white space around it.
func (r *geoReader) number() (float64, error) {
	r.skipSpace()
	rest := r.s[r.pos:]
	n := floatPrefix(rest)
	if n == 0 {
		return 0, r.bad()
	}
	r.pos += n
	r.skipSpace()
	text, _, _ := strings.Cut(rest[:n], "(") // what a NaN carries is of no account
	return ParseFloat(text, 64)
}

// pair reads x,y or (x,y).
func (r *geoReader) pair() (p Point, err error) {
	r.skipSpace()
	paren := r.take('(')
	if p.X, err = r.number(); err != nil {
		return p, err
	}
	if !r.take(',') {
		return p, r.bad()
	}
	if p.Y, err = r.number(); err != nil {
		return p, err
	}
	if paren {
		if !r.take(')') {
			return p, r.bad()
		}
		r.skipSpace()
	}
	return p, nil
}

// lastParen reports whether no parenthesis opens behind the one that is next.
func (r *geoReader) lastParen() bool { return strings.LastIndexByte(r.s, '(') == r.pos }

// points reads n points between brackets, which mark an open path where there may
// be one, parentheses, or nothing.
func (r *geoReader) points(n int, brackets bool) (open bool, points []Point, err error) {
	r.skipSpace()
	around := byte(0)
	if open = r.take('['); open {
		if !brackets {
			return open, nil, r.bad()
		}
		around = ']'
	} else if r.peek() == '(' {
		// One parenthesis may belong to the first point; it does where another
		// follows later on.
		if single := r.lastParen(); single || r.secondParen() >= 0 {
			around = ')'
			r.pos++
			r.skipSpace()
		}
	}
	for range n {
		p, err := r.pair()
		if err != nil {
			return open, nil, err
		}
		r.take(',')
		points = append(points, p)
	}
	if around == 0 {
		return open, points, nil
	}
	if !r.take(')') && !(around == ']' && r.take(']')) {
		return open, nil, r.bad()
	}
	r.skipSpace()
	return open, points, nil
}

// secondParen returns where the parenthesis lies that opens right behind the one
// that is next; -1: none does.
func (r *geoReader) secondParen() int {
	i := r.pos + 1
	for i < len(r.s) && isSpace(r.s[i]) {
		i++
	}
	if i < len(r.s) && r.s[i] == '(' {
		return i
	}
	return -1
}

// count tells the number of points by the commas.
func (r *geoReader) count() (int, error) {
	n := strings.Count(r.s, ",")
	if n%2 == 0 {
		return 0, r.bad()
	}
	if n = (n + 1) / 2; n >= maxPoints {
		return 0, TooManyPoints()
	}
	return n, nil
}

// TooManyPoints refuses a path or polygon that would be too large.
func TooManyPoints() error {
	return sqlerr.New(sqlerr.ProgramLimitExceeded, "too many points requested")
}

func (r *geoReader) path() (any, error) {
	n, err := r.count()
	if err != nil {
		return nil, err
	}
	r.skipSpace()
	paren := r.peek() == '(' && r.lastParen()
	if paren {
		r.pos++
	}
	open, points, err := r.points(n, true)
	if err != nil {
		return nil, err
	}
	if paren {
		if !r.take(')') {
			return nil, r.bad()
		}
		r.skipSpace()
	}
	return &Path{Closed: !open, Points: points}, r.end(nil)
}

// line reads {A,B,C}, or two points as a segment is written.
func (r *geoReader) line() (any, error) {
	r.skipSpace()
	if !r.take('{') {
		_, p, err := r.points(2, true)
		if err = r.end(err); err != nil {
			return nil, err
		}
		return lineOf(p[0], p[1], sqlerr.InvalidTextRepresentation)
	}
	var v [3]float64
	for i := range v {
		if i > 0 && !r.take(',') {
			return nil, r.bad()
		}
		var err error
		if v[i], err = r.number(); err != nil {
			return nil, err
		}
	}
	if !r.take('}') {
		return nil, r.bad()
	}
	r.skipSpace()
	if r.pos < len(r.s) {
		return nil, r.bad()
	}
	if GeoZero(v[0]) && GeoZero(v[1]) {
		return nil, sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid line specification: A and B cannot both be zero")
	}
	return Line{v[0], v[1], v[2]}, nil
}

// NewLine returns the line through two points, which must not be the same.
func NewLine(p, q Point) (Line, error) { return lineOf(p, q, sqlerr.InvalidParameterValue) }

func lineOf(p, q Point, code string) (Line, error) {
	if SamePoint(p, q) {
		return Line{}, sqlerr.New(code, "invalid line specification: must be two distinct points")
	}
	m, err := Slope(p, q)
	if err != nil {
		return Line{}, err
	}
	return LineAt(p, m)
}

// Slope returns how steep the way from one point to another is: infinite when they
// stand above each other.
func Slope(p, q Point) (float64, error) {
	switch {
	case GeoEqual(p.X, q.X):
		return math.Inf(1), nil
	case GeoEqual(p.Y, q.Y):
		return 0, nil
	}
	dx, dy := p.X-q.X, p.Y-q.Y
	m := dy / dx
	switch {
	case overflown(dx, p.X, q.X), overflown(dy, p.Y, q.Y), math.IsInf(m, 0) && !math.IsInf(dy, 0):
		return 0, geoOutOfRange("overflow")
	case m == 0 && dy != 0 && !math.IsInf(dx, 0):
		return 0, geoOutOfRange("underflow")
	}
	return m, nil
}

// LineAt returns the line through a point with a slope.
func LineAt(p Point, m float64) (Line, error) {
	switch {
	case math.IsInf(m, 0):
		return Line{A: -1, C: p.X}, nil
	case m == 0:
		return Line{B: -1, C: p.Y}, nil
	}
	rise := float64(m * p.X)
	c := p.Y - rise
	switch {
	case overflown(rise, m, p.X), overflown(c, p.Y, rise):
		return Line{}, geoOutOfRange("overflow")
	case rise == 0 && p.X != 0:
		return Line{}, geoOutOfRange("underflow")
	}
	if c == 0 {
		c = 0 // not -0
	}
	return Line{A: m, B: -1, C: c}, nil
}

// overflown reports whether v became infinite by a calculation with a and b.
func overflown(v, a, b float64) bool {
	return math.IsInf(v, 0) && !math.IsInf(a, 0) && !math.IsInf(b, 0)
}

func geoOutOfRange(what string) error {
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "value out of range: %s", what)
}

// circle reads <(x,y),r>, where parentheses may stand for the angles, and any of
// them be left out.
func (r *geoReader) circle() (any, error) {
	r.skipSpace()
	around := byte(0)
	if r.take('<') {
		around = '>'
	} else if r.peek() == '(' {
		if i := r.secondParen(); i >= 0 {
			around, r.pos = ')', i
		}
	}
	var c Circle
	var err error
	if c.Center, err = r.pair(); err != nil {
		return nil, err
	}
	r.take(',')
	if c.Radius, err = r.number(); err != nil {
		return nil, err
	}
	if c.Radius < 0 {
		return nil, r.bad()
	}
	if around != 0 {
		if !r.take(')') && !r.take('>') {
			return nil, r.bad()
		}
		r.skipSpace()
	}
	return c, r.end(nil)
}

// floatPrefix returns the length of the float that begins s, as C's strtod takes
// it; 0: none does.
func floatPrefix(s string) int {
	i := 0
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	for _, w := range []string{"infinity", "inf", "nan"} {
		if len(s)-i >= len(w) && equalFoldASCII(s[i:i+len(w)], w) {
			i += len(w)
			if w == "nan" {
				i += nanPayload(s[i:])
			}
			return i
		}
	}
	hex := false
	if i+1 < len(s) && s[i] == '0' && s[i+1]|0x20 == 'x' {
		if n, _ := mantissa(s[i+2:], true); n > 0 {
			hex = true
			i += 2
		}
	}
	n, digits := mantissa(s[i:], hex)
	if digits == 0 {
		return 0
	}
	i += n
	mark := byte('e')
	if hex {
		mark = 'p'
	}
	if i == len(s) || s[i]|0x20 != mark {
		return i
	}
	j := i + 1
	if j < len(s) && (s[j] == '-' || s[j] == '+') {
		j++
	}
	if j == len(s) || !isDigit(s[j]) {
		return i
	}
	for j < len(s) && isDigit(s[j]) {
		j++
	}
	return j
}

// mantissa returns how long the digits with a dot among them are that begin s, and
// how many digits there are.
func mantissa(s string, hex bool) (n, digits int) {
	dot := false
	for ; n < len(s); n++ {
		switch c := s[n]; {
		case c == '.' && !dot:
			dot = true
		case isDigit(c) || hex && hexVal(c) < 16:
			digits++
		default:
			if digits == 0 {
				return 0, 0
			}
			return n, digits
		}
	}
	if digits == 0 {
		return 0, 0
	}
	return n, digits
}

// nanPayload returns the length of (characters) behind a nan.
func nanPayload(s string) int {
	if s == "" || s[0] != '(' {
		return 0
	}
	for i := 1; i < len(s); i++ {
		if s[i] == ')' {
			return i + 1
		}
		if !isDigit(s[i]) && !isAlpha(s[i]) && s[i] != '_' {
			return 0
		}
	}
	return 0
}

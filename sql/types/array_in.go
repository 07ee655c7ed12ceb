package types

import (
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// arrayReader reads an array's text form in one pass. Each level of braces is
// one dimension; the first array met at a level fixes its length. PostgreSQL looks
// at the form of the whole before it reads an element: what is wrong with one is
// told only where nothing is wrong with the form.
type arrayReader struct {
	s      string
	pos    int
	elem   OID
	typmod int32
	f      *Format
	delim  byte

	dims  [maxDims]int32 // -1: not yet known
	depth int            // deepest level that has been opened
	leaf  int            // level at which elements stand; 0: not yet known
	out   []Datum
	bad   error // of the first element that could not be read
}

func (r *arrayReader) malformed(detail string, args ...any) error {
	return sqlerr.New(sqlerr.InvalidTextRepresentation, "malformed array literal: \"%s\"", r.s).WithDetail(detail, args...)
}

// parseArray reads an array of elem. Its elements are read by the element
// type's input function.
func parseArray(t, elem OID, typmod int32, s string, f *Format) (*Array, error) {
	if d := nestingOf(s); d > maxDims {
		return nil, tooManyDims(maxDims + 1)
	}
	r := &arrayReader{s: s, elem: elem, typmod: typmod, f: f, delim: delimOf(elem)}
	for i := range r.dims {
		r.dims[i] = -1
	}
	lower, upper, err := r.bounds()
	if err != nil {
		return nil, err
	}
	if r.peek() != '{' {
		if len(lower) > 0 {
			return nil, r.malformed("Array contents must start with \"{\".")
		}
		return nil, r.malformed("Array value must start with \"{\" or dimension information.")
	}
	if err := r.array(1); err != nil {
		return nil, err
	}
	r.skipSpace()
	if r.pos < len(s) {
		return nil, r.malformed("Junk after closing right brace.")
	}
	return r.finish(lower, upper)
}

// nestingOf counts the braces that open before anything else does: that many
// dimensions the array has at least.
func nestingOf(s string) int {
	n := 0
	for i := 0; i < len(s) && n <= maxDims; i++ {
		if s[i] == '{' {
			n++
		} else if !isSpace(s[i]) && (n > 0 || s[i] == '}') {
			break
		}
	}
	return n
}

func (r *arrayReader) finish(lower, upper []int32) (*Array, error) {
	a := &Array{Elem: r.elem}
	if r.leaf > 0 {
		a.Dims = append(a.Dims, r.dims[:r.depth]...)
	}
	if len(lower) == 0 {
		for range a.Dims {
			a.Lbound = append(a.Lbound, 1)
		}
	} else {
		if len(lower) != len(a.Dims) {
			return nil, r.malformed("Specified array dimensions do not match array contents.")
		}
		for i, n := range a.Dims {
			if upper[i]-lower[i]+1 != n {
				return nil, r.malformed("Specified array dimensions do not match array contents.")
			}
		}
		for i, n := range a.Dims {
			if err := checkDim(n, lower[i]); err != nil {
				return nil, err
			}
		}
		a.Lbound = lower
	}
	if r.bad != nil {
		return nil, r.bad
	}
	a.Elems = r.out
	return a, nil
}

func (r *arrayReader) skipSpace() {
	for r.pos < len(r.s) && isSpace(r.s[r.pos]) {
		r.pos++
	}
}

// peek returns the next character that is no white space, 0 at the end.
func (r *arrayReader) peek() byte {
	r.skipSpace()
	if r.pos == len(r.s) {
		return 0
	}
	return r.s[r.pos]
}

// bounds reads [lower:upper]…= in front of the braces.
func (r *arrayReader) bounds() (lower, upper []int32, err error) {
	for r.peek() == '[' {
		r.pos++
		if len(lower) == maxDims {
			return nil, nil, tooManyDims(maxDims + 1)
		}
		lo := int32(1)
		hi, err := r.bound()
		if err != nil {
			return nil, nil, err
		}
		if r.pos < len(r.s) && r.s[r.pos] == ':' {
			r.pos++
			lo = hi
			if hi, err = r.bound(); err != nil {
				return nil, nil, err
			}
		}
		if r.pos == len(r.s) || r.s[r.pos] != ']' {
			return nil, nil, r.malformed("Missing \"%s\" after array dimensions.", "]")
		}
		r.pos++
		if hi < lo {
			return nil, nil, sqlerr.New(sqlerr.ArraySubscriptError, "upper bound cannot be less than lower bound")
		}
		lower, upper = append(lower, lo), append(upper, hi)
	}
	if len(lower) == 0 {
		return nil, nil, nil
	}
	if r.pos == len(r.s) || r.s[r.pos] != '=' {
		return nil, nil, r.malformed("Missing \"%s\" after array dimensions.", "=")
	}
	r.pos++
	return lower, upper, nil
}

// bound reads digits and signs, in any order, as C's atoi makes a number of them:
// up to what does not belong to one, and the lowest 32 bits of it.
func (r *arrayReader) bound() (int32, error) {
	start := r.pos
	for r.pos < len(r.s) && (isDigit(r.s[r.pos]) || r.s[r.pos] == '-' || r.s[r.pos] == '+') {
		r.pos++
	}
	if r.pos == start {
		if r.s[r.pos-1] == '[' {
			return 0, r.malformed("\"[\" must introduce explicitly-specified array dimensions.")
		}
		return 0, r.malformed("Missing array dimension value.")
	}
	digits := start
	if !isDigit(r.s[start]) {
		digits++
	}
	end := digits
	for end < r.pos && isDigit(r.s[end]) {
		end++
	}
	v, _ := strconv.ParseInt(r.s[start:end], 10, 64) // 0 without digits, and the nearest of those out of range
	return int32(v), nil
}

// array reads one {…} at a level, counted from 1.
func (r *arrayReader) array(level int) error {
	if level > maxDims {
		return tooManyDims(level)
	}
	if r.leaf != 0 && level > r.leaf {
		return r.malformed("Unexpected \"%c\" character.", '{')
	}
	r.depth = max(r.depth, level)
	r.pos++ // the brace
	n := int32(0)
	if r.peek() == '}' {
		r.pos++
		if level > 1 {
			return r.malformed("Unexpected \"%c\" character.", '}') // {} may not stand inside
		}
		return nil
	}
	for {
		if err := r.item(level); err != nil {
			return err
		}
		n++
		switch c := r.peek(); c {
		case '}':
			r.pos++
			return r.close(level, n)
		case r.delim:
			r.pos++
			if r.peek() == '}' {
				return r.malformed("Unexpected \"%c\" character.", '}')
			}
		case 0:
			return r.malformed("Unexpected end of input.")
		case '{':
			return r.malformed("Unexpected \"%c\" character.", c)
		default:
			return r.malformed("Unexpected array element.")
		}
	}
}

func (r *arrayReader) close(level int, n int32) error {
	if r.dims[level-1] >= 0 && r.dims[level-1] != n {
		return r.malformed("Multidimensional arrays must have sub-arrays with matching dimensions.")
	}
	r.dims[level-1] = n
	return nil
}

// item reads a sub-array or an element.
func (r *arrayReader) item(level int) error {
	switch c := r.peek(); c {
	case '{':
		return r.array(level + 1)
	case 0:
		return r.malformed("Unexpected end of input.")
	case r.delim:
		return r.malformed("Unexpected \"%c\" character.", c)
	}
	if r.depth > level {
		return r.malformed("Unexpected array element.")
	}
	r.leaf = level
	text, quoted, err := r.token()
	if err != nil {
		return err
	}
	if !quoted && equalFoldASCII(text, "null") {
		r.out = append(r.out, NullDatum)
		return nil
	}
	if r.bad == nil && len(r.out) >= maxArraySize {
		return arrayTooLarge()
	}
	r.add(text)
	return nil
}

// add adds an element, unless one before it is none of the type; then it is of no
// interest.
func (r *arrayReader) add(text string) {
	if r.bad != nil {
		return
	}
	d, err := ParseText(r.elem, r.typmod, text, r.f)
	if err != nil {
		r.bad = err
		return
	}
	r.out = append(r.out, d)
}

// token reads an element's text: quoted, or up to the delimiter or brace
// without the blanks around. Backslashes quote the next character in both.
func (r *arrayReader) token() (text string, quoted bool, err error) {
	start := r.pos
	if r.s[r.pos] == '"' {
		return r.quotedToken()
	}
	end := r.pos // behind the last character that is no white space
	escaped := false
	for r.pos < len(r.s) {
		c := r.s[r.pos]
		if c == '\\' {
			if r.pos++; r.pos == len(r.s) {
				break
			}
			escaped = true
			end = r.pos + 1
		} else if c == '"' {
			return "", false, r.malformed("Unexpected array element.")
		} else if c == '{' {
			return "", false, r.malformed("Unexpected \"%c\" character.", c)
		} else if c == '}' || c == r.delim {
			raw := r.s[start:end]
			if escaped {
				return unescape(raw), true, nil
			}
			return raw, false, nil
		} else if !isSpace(c) {
			end = r.pos + 1
		}
		r.pos++
	}
	return "", false, r.malformed("Unexpected end of input.")
}

func (r *arrayReader) quotedToken() (string, bool, error) {
	r.pos++
	start := r.pos
	escaped := false
	for r.pos < len(r.s) {
		switch r.s[r.pos] {
		case '\\':
			escaped = true
			r.pos++
		case '"':
			raw := r.s[start:r.pos]
			r.pos++
			if c := r.peek(); c == '"' || c != '}' && c != r.delim && c != 0 && c != '{' {
				return "", true, r.malformed("Unexpected array element.")
			}
			if escaped {
				raw = unescape(raw)
			}
			return raw, true, nil
		}
		r.pos++
	}
	return "", true, r.malformed("Unexpected end of input.")
}

// unescape takes the backslashes out.
func unescape(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

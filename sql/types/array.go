package types

import (
	"math"
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// PostgreSQL's limits of arrays.
const (
	maxDims      = 6
	maxArraySize = 134217727
)

// maxQuoted bounds the text of arrays and rows with quotes, which double with
// each level of nesting. PostgreSQL goes on to 1 GiB; that is beyond what a
// statement may take here.
const maxQuoted = 128 << 20

// CheckDims refuses an array of more dimensions than there may be.
func CheckDims(n int) error {
	if n > maxDims {
		return tooManyDims(n)
	}
	return nil
}

func tooManyDims(n int) error {
	return sqlerr.New(sqlerr.ProgramLimitExceeded, "number of array dimensions (%d) exceeds the maximum allowed (%d)", n, maxDims)
}

func arrayTooLarge() error {
	return sqlerr.New(sqlerr.ProgramLimitExceeded, "array size exceeds the maximum allowed (%d)", maxArraySize)
}

// checkDim refuses a dimension whose upper bound is no int4.
func checkDim(n, lower int32) error {
	if n < 0 || int64(n) > maxArraySize {
		return arrayTooLarge()
	}
	if int64(lower)+int64(n) > math.MaxInt32 {
		return sqlerr.New(sqlerr.ProgramLimitExceeded, "array lower bound is too large: %d", lower)
	}
	return nil
}

// CheckShape refuses dimensions and lower bounds that no array may have, and
// counts the elements of one of them.
func CheckShape(dims, lower []int32) (n int, err error) {
	n = min(1, len(dims))
	for _, d := range dims {
		if d < 0 || int64(n)*int64(d) > maxArraySize {
			return 0, arrayTooLarge()
		}
		n *= int(d)
	}
	for i, d := range dims {
		if err := checkDim(d, lower[i]); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// NewArray returns a one-dimensional array with lower bound 1.
func NewArray(elem OID, elems []Datum) *Array {
	a := &Array{Elem: elem, Elems: elems}
	if len(elems) > 0 {
		a.Dims, a.Lbound = []int32{int32(len(elems))}, []int32{1}
	}
	return a
}

// TextArray returns a text[] of strings.
func TextArray(ss ...string) *Array {
	elems := make([]Datum, len(ss))
	for i, s := range ss {
		elems[i].S = s
	}
	return NewArray(OIDText, elems)
}

func delimOf(elem OID) byte {
	if ty, ok := Lookup(elem); ok {
		return ty.Delim
	}
	return ','
}

// appendArray prints {a,"b c",NULL}, with [lower:upper]= in front when a lower
// bound is not 1; int2vector and oidvector print their elements with blanks
// between.
func appendArray(dst []byte, t OID, a *Array, f *Format) ([]byte, error) {
	if t == OIDInt2Vector || t == OIDOIDVector {
		for i, e := range a.Elems {
			if i > 0 {
				dst = append(dst, ' ')
			}
			dst = strconv.AppendInt(dst, e.I, 10)
		}
		return dst, nil
	}
	if len(a.Elems) == 0 {
		return append(dst, "{}"...), nil
	}
	for _, lb := range a.Lbound {
		if lb != 1 {
			dst = appendBounds(dst, a)
			break
		}
	}
	w := arrayWriter{a: a, f: f, delim: delimOf(a.Elem)}
	return w.level(dst, 0)
}

func appendBounds(dst []byte, a *Array) []byte {
	for i, lb := range a.Lbound {
		dst = strconv.AppendInt(append(dst, '['), int64(lb), 10)
		dst = strconv.AppendInt(append(dst, ':'), int64(lb)+int64(a.Dims[i])-1, 10)
		dst = append(dst, ']')
	}
	return append(dst, '=')
}

type arrayWriter struct {
	a     *Array
	f     *Format
	delim byte
	next  int
}

func (w *arrayWriter) level(dst []byte, dim int) ([]byte, error) {
	var err error
	dst = append(dst, '{')
	for i := int32(0); i < w.a.Dims[dim]; i++ {
		if i > 0 {
			dst = append(dst, w.delim)
		}
		if dim+1 < len(w.a.Dims) {
			dst, err = w.level(dst, dim+1)
		} else {
			dst, err = w.element(dst)
		}
		if err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

func (w *arrayWriter) element(dst []byte) ([]byte, error) {
	e := w.a.Elems[w.next]
	w.next++
	if e.Null {
		return append(dst, "NULL"...), nil
	}
	start := len(dst)
	dst, err := AppendTextDatum(dst, w.a.Elem, e, w.f)
	if err != nil || !w.needsQuotes(dst[start:]) {
		return dst, err
	}
	return quoteInPlace(dst, start, true)
}

func (w *arrayWriter) needsQuotes(s []byte) bool {
	if len(s) == 0 || len(s) == 4 && equalFoldASCII(string(s), "null") {
		return true
	}
	for _, c := range s {
		if c == '"' || c == '\\' || c == '{' || c == '}' || c == w.delim || isSpace(c) {
			return true
		}
	}
	return false
}

// quoteInPlace puts double quotes around dst[start:]; what needs an escape gets
// a backslash, or is doubled.
func quoteInPlace(dst []byte, start int, backslash bool) ([]byte, error) {
	extra := 2
	for _, c := range dst[start:] {
		if c == '"' || c == '\\' {
			extra++
		}
	}
	if len(dst)+extra > maxQuoted {
		return dst, sqlerr.New(sqlerr.ProgramLimitExceeded, "out of memory").
			WithDetail("Cannot enlarge string buffer containing %d bytes by %d more bytes.", len(dst), extra)
	}
	from := len(dst) - 1
	for range extra {
		dst = append(dst, 0)
	}
	to := len(dst) - 1
	dst[to] = '"'
	to--
	for ; from >= start; from-- {
		c := dst[from]
		dst[to] = c
		to--
		if c == '"' || c == '\\' {
			if backslash {
				c = '\\'
			}
			dst[to] = c
			to--
		}
	}
	dst[to] = '"'
	return dst, nil
}

// parseVector reads int2vector and oidvector: numbers with blanks between.
// Messages quote all that is left from the number on.
func parseVector(t OID, s string) (*Array, error) {
	next, blanks, elem := nextInt2, " ", OIDInt2
	if t == OIDOIDVector { // whose numbers may follow each other closely
		next, blanks, elem = nextOID, " \t\n\v\f\r", OIDOID
	}
	a := &Array{Elem: elem}
	for s = strings.TrimLeft(s, blanks); s != ""; s = strings.TrimLeft(s, blanks) {
		v, n, err := next(s)
		if err != nil {
			return nil, err
		}
		a.Elems, s = append(a.Elems, Int(v)), s[n:]
	}
	a.Dims, a.Lbound = []int32{int32(len(a.Elems))}, []int32{0}
	return a, nil
}

// numberEnd returns where the number ends that begins s, and what is before
// that with white space and sign; 0: there is none.
func numberEnd(s string) int {
	i := 0
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	n := signedDigits(s[i:])
	if n == 0 {
		return 0
	}
	return i + n
}

// nextOID reads the oid that begins s and returns how long it is.
func nextOID(s string) (v int64, n int, err error) {
	if n = numberEnd(s); n == 0 {
		return 0, 0, badSyntax("oid", s)
	}
	if v, err = parseOID(s[:n], "oid"); err != nil {
		return 0, 0, outOfRange("oid", s)
	}
	return v, n, nil
}

// nextInt2 is nextOID for a smallint, behind which a blank must follow.
func nextInt2(s string) (v int64, n int, err error) {
	if n = numberEnd(s); n == 0 {
		return 0, 0, badSyntax("smallint", s)
	}
	if v, err = parseInt(s[:n], "smallint", math.MinInt16, math.MaxInt16); err != nil {
		return 0, 0, outOfRange("smallint", s)
	}
	if n < len(s) && s[n] != ' ' {
		return 0, 0, badSyntax("smallint", s)
	}
	return v, n, nil
}

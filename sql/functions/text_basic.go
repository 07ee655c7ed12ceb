package functions

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// maxText is the greatest size of a text result, PostgreSQL's limit of an
// allocation less the header.
const maxText = 1<<30 - 5

func errTextLen() error {
	return sqlerr.New(sqlerr.ProgramLimitExceeded, "requested length too large")
}

func concat(a, b string) string { return a + b }

func charLen(s string) int64 { return int64(utf8.RuneCountInString(s)) }

func byteLen(s string) int64 { return int64(len(s)) }

// substr cuts characters from (1-based, may lie before the text) to from+n.
func substr(s string, from, n int64) string {
	end := from + n
	if end < from { // overflow: to the end
		end = math.MaxInt64
	}
	from = max(from, 1)
	if end <= from {
		return ""
	}
	lo := byteOffset(s, from)
	if end-from >= int64(len(s)) {
		return s[lo:]
	}
	return s[lo : lo+byteOffset(s[lo:], end-from+1)]
}

func rowSubstr(_ *Ctx, a []datum) (datum, error) {
	if len(a) == 2 {
		return types.Text(substr(a[0].S, a[1].I, math.MaxInt32+max(0, -a[1].I))), nil
	}
	if a[2].I < 0 {
		return null, sqlerr.New(sqlerr.SubstringError, "negative substring length not allowed")
	}
	return types.Text(substr(a[0].S, a[1].I, a[2].I)), nil
}

func rowByteaSubstr(_ *Ctx, a []datum) (datum, error) {
	n := int64(math.MaxInt64 >> 1)
	if len(a) == 3 {
		if n = a[2].I; n < 0 {
			return null, sqlerr.New(sqlerr.SubstringError, "negative substring length not allowed")
		}
	}
	lo := max(a[1].I, 1) - 1
	hi := min(a[1].I+n-1, int64(len(a[0].S)))
	if lo >= hi {
		return types.Text(""), nil
	}
	return types.Text(a[0].S[lo:hi]), nil
}

func strpos(s, sub string) int64 {
	i := strings.Index(s, sub)
	if i < 0 {
		return 0
	}
	return charPos(s, i)
}

func rowStrpos(_ *Ctx, a []datum) (datum, error) { return types.Int(strpos(a[0].S, a[1].S)), nil }

func rowBytePos(_ *Ctx, a []datum) (datum, error) {
	return types.Int(int64(strings.Index(a[0].S, a[1].S)) + 1), nil
}

// rowTrim takes characters of a set, blanks if none is given, off the ends.
func rowTrim(left, right bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		s, set := a[0].S, " "
		if len(a) > 1 {
			set = a[1].S
		}
		if left {
			s = strings.TrimLeft(s, set)
		}
		if right {
			s = strings.TrimRight(s, set)
		}
		return types.Text(s), nil
	}
}

func rowByteTrim(left, right bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		s, set := a[0].S, a[1].S
		for left && s != "" && strings.IndexByte(set, s[0]) >= 0 {
			s = s[1:]
		}
		for right && s != "" && strings.IndexByte(set, s[len(s)-1]) >= 0 {
			s = s[:len(s)-1]
		}
		return types.Text(s), nil
	}
}

func rowReplace(_ *Ctx, a []datum) (datum, error) {
	if a[1].S == "" {
		return a[0], nil
	}
	if n := len(a[2].S) - len(a[1].S); n > 0 {
		if int64(strings.Count(a[0].S, a[1].S))*int64(n)+int64(len(a[0].S)) > maxText {
			return null, errTextLen()
		}
	}
	return types.Text(strings.ReplaceAll(a[0].S, a[1].S, a[2].S)), nil
}

func rowTranslate(_ *Ctx, a []datum) (datum, error) {
	from, to := []rune(a[1].S), []rune(a[2].S)
	return types.Text(strings.Map(func(r rune) rune {
		i := slices.Index(from, r)
		switch {
		case i < 0:
			return r
		case i < len(to):
			return to[i]
		}
		return -1
	}, a[0].S)), nil
}

// leftChars takes n characters, or all but the last -n.
func leftChars(s string, n int64) string {
	if n < 0 {
		n += charLen(s)
	}
	if n <= 0 {
		return ""
	}
	return s[:byteOffset(s, n+1)]
}

func rightChars(s string, n int64) string {
	if n == math.MinInt32 { // its negation overflows in PostgreSQL, which then cuts nothing
		return s
	}
	if n < 0 {
		n = -n
	} else {
		n = charLen(s) - n
	}
	if n <= 0 {
		return s
	}
	return s[byteOffset(s, n+1):]
}

func rowTextInt2(f func(string, int64) string) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) { return types.Text(f(a[0].S, a[1].I)), nil }
}

func rowPad(left bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		s, n, fill := a[0].S, max(a[1].I, 0), " "
		if len(a) > 2 {
			fill = a[2].S
		}
		have := charLen(s)
		if n <= have || fill == "" {
			return types.Text(leftChars(s, min(n, have))), nil
		}
		if n*utf8.UTFMax > maxText {
			return null, errTextLen()
		}
		unit := charLen(fill)
		pad := strings.Repeat(fill, int((n-have)/unit)) + leftChars(fill, (n-have)%unit)
		if left {
			return types.Text(pad + s), nil
		}
		return types.Text(s + pad), nil
	}
}

func rowRepeat(_ *Ctx, a []datum) (datum, error) {
	n := max(a[1].I, 0)
	if n > 0 && int64(len(a[0].S)) > maxText/n {
		return null, errTextLen()
	}
	return types.Text(strings.Repeat(a[0].S, int(n))), nil
}

func reverse(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

func rowSplitPart(_ *Ctx, a []datum) (datum, error) {
	s, sep, n := a[0].S, a[1].S, a[2].I
	if n == 0 {
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "field position must not be zero")
	}
	if sep == "" {
		if n == 1 || n == -1 {
			return a[0], nil
		}
		return types.Text(""), nil
	}
	if n < 0 {
		n += int64(strings.Count(s, sep)) + 2
		if n <= 0 {
			return types.Text(""), nil
		}
	}
	for ; n > 1; n-- {
		i := strings.Index(s, sep)
		if i < 0 {
			return types.Text(""), nil
		}
		s = s[i+len(sep):]
	}
	head, _, _ := strings.Cut(s, sep)
	return types.Text(head), nil
}

func initcap(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	start := true
	for _, r := range s {
		if start {
			r = unicode.ToUpper(r)
		} else {
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
		start = !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}
	return b.String()
}

func ascii(s string) int64 {
	if s == "" {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(s)
	return int64(r)
}

func rowChr(_ *Ctx, a []datum) (datum, error) {
	v := a[0].I
	switch {
	case v < 0:
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "character number must be positive")
	case v == 0:
		return null, sqlerr.New(sqlerr.ProgramLimitExceeded, "null character not permitted")
	case v > unicode.MaxRune:
		return null, sqlerr.New(sqlerr.ProgramLimitExceeded, "requested character too large for encoding: %d", v)
	case !utf8.ValidRune(rune(v)):
		return null, sqlerr.New(sqlerr.ProgramLimitExceeded, "requested character not valid for encoding: %d", v)
	}
	return types.Text(string(rune(v))), nil
}

func overlay(s, put string, from, n int64) string {
	return substr(s, 1, max(from-1, 0)) + put + substr(s, max(from+n, 1), math.MaxInt32)
}

func rowOverlay(bytes bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		s, put, from := a[0].S, a[1].S, a[2].I
		if from <= 0 {
			return null, sqlerr.New(sqlerr.SubstringError, "negative substring length not allowed")
		}
		n := charLen(put)
		if bytes {
			n = int64(len(put))
		}
		if len(a) > 3 {
			n = a[3].I
		}
		if from+n > math.MaxInt32 {
			return null, errRange("integer")
		}
		if bytes {
			lo := min(from-1, int64(len(s)))
			hi := min(max(from-1+n, 0), int64(len(s)))
			return types.Text(s[:lo] + put + s[hi:]), nil
		}
		return types.Text(overlay(s, put, from, n)), nil
	}
}

func vecTextInt(f func(string) int64) vecFunc {
	return func(_ *Ctx, a []*vec, n int, out *vec) error {
		for i := range out.I[:n] {
			if !out.IsNull(i) {
				out.I[i] = f(at(a[0].S, i))
			}
		}
		return nil
	}
}

func vecPrefix(_ *Ctx, a []*vec, n int, out *vec) error {
	for i := range out.I[:n] {
		out.I[i] = b2i(strings.HasPrefix(at(a[0].S, i), at(a[1].S, i)))
	}
	return nil
}

// vecConcat builds all results in one arena, which they then share.
func vecConcat(_ *Ctx, a []*vec, n int, out *vec) error {
	size := 0
	for i := range n {
		if !out.IsNull(i) {
			size += len(at(a[0].S, i)) + len(at(a[1].S, i))
		}
	}
	var arena strings.Builder
	arena.Grow(size)
	for i := range n {
		if !out.IsNull(i) {
			arena.WriteString(at(a[0].S, i))
			arena.WriteString(at(a[1].S, i))
		}
	}
	all, pos := arena.String(), 0
	for i := range n {
		if out.IsNull(i) {
			out.S[i] = ""
			continue
		}
		end := pos + len(at(a[0].S, i)) + len(at(a[1].S, i))
		out.S[i] = all[pos:end]
		pos = end
	}
	return nil
}

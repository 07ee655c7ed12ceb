package functions

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// unistr replaces \XXXX, \uXXXX, \+XXXXXX and \UXXXXXXXX by the characters that
// they name; \\ is a backslash, and two surrogates are one character.
func unistr(s string) (string, error) {
	var b strings.Builder
	var high rune // a first surrogate that waits for its second
	for i := 0; i < len(s); {
		if s[i] != '\\' || strings.HasPrefix(s[i:], `\\`) {
			if high != 0 {
				return "", surrogate()
			}
			b.WriteByte(s[i])
			if s[i] == '\\' {
				i++
			}
			i++
			continue
		}
		r, n := escapeAt(s[i:])
		if n == 0 {
			return "", sqlerr.New(sqlerr.SyntaxError, "invalid Unicode escape").
				WithHint(`Unicode escapes must be \XXXX, \+XXXXXX, \uXXXX, or \UXXXXXXXX.`)
		}
		i += n
		switch {
		case high != 0:
			if r = utf16.DecodeRune(high, r); r == utf8.RuneError {
				return "", surrogate()
			}
			high = 0
		case r >= 0xDC00 && r < 0xE000:
			return "", surrogate()
		case r >= 0xD800 && r < 0xDC00:
			high = r
			continue
		case r == 0 || r > utf8.MaxRune:
			return "", sqlerr.New(sqlerr.InvalidParameterValue, "invalid Unicode code point: %04X", r)
		}
		b.WriteRune(r)
	}
	if high != 0 {
		return "", surrogate()
	}
	return b.String(), nil
}

func surrogate() *sqlerr.Error {
	return sqlerr.New(sqlerr.SyntaxError, "invalid Unicode surrogate pair")
}

// escapeAt reads the escape that s begins with; n is its length, 0: it is none.
func escapeAt(s string) (r rune, n int) {
	from, digits := 1, 4
	if len(s) > 1 {
		switch s[1] {
		case '+':
			from, digits = 2, 6
		case 'u':
			from = 2
		case 'U':
			from, digits = 2, 8
		}
	}
	if len(s) < from+digits {
		return 0, 0
	}
	v, err := strconv.ParseUint(s[from:from+digits], 16, 32)
	if err != nil || v > 0x7FFFFFFF {
		return 0, 0
	}
	return rune(v), from + digits
}

// rowCountNulls is num_nulls and num_nonnulls over arguments of any types.
func rowCountNulls(want bool) func(*Ctx, []datum) (datum, error) {
	return func(_ *Ctx, a []datum) (datum, error) {
		var n int64
		for i := range a {
			if a[i].Null == want {
				n++
			}
		}
		return datum{I: n}, nil
	}
}

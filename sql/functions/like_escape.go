package functions

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// likeEscape rewrites a pattern with another escape character into one with
// the backslash.
func likeEscape(pattern, esc string) (string, error) {
	if utf8.RuneCountInString(esc) > 1 {
		return "", sqlerr.New(sqlerr.InvalidEscapeSequence, "invalid escape string").WithHint("Escape string must be empty or one character.")
	}
	if esc == `\` {
		return pattern, nil
	}
	var b strings.Builder
	for i := 0; i < len(pattern); {
		switch {
		case esc != "" && strings.HasPrefix(pattern[i:], esc):
			i += len(esc)
			b.WriteByte('\\')
			// the escaped character is taken as it is, a backslash too
			if i < len(pattern) {
				_, n := utf8.DecodeRuneInString(pattern[i:])
				b.WriteString(pattern[i : i+n])
				i += n
			}
		case pattern[i] == '\\':
			b.WriteString(`\\`)
			i++
		default:
			b.WriteByte(pattern[i])
			i++
		}
	}
	return b.String(), nil
}

func rowLikeEscape(_ *Ctx, a []datum) (datum, error) {
	s, err := likeEscape(a[0].S, a[1].S)
	return types.Text(s), err
}

// LikePrefix returns the literal that every match of a pattern starts with,
// and whether the pattern is exactly "starts with that literal". ok is false
// for a malformed pattern.
func LikePrefix(pattern string) (prefix string, exact, ok bool) {
	p, err := compileLike(pattern, false, false)
	if err != nil {
		return "", false, false
	}
	if p.kind == likePrefix {
		return p.lit, true, true
	}
	if n := len(p.parts); n > 0 && p.parts[n-1].op == 'e' {
		return "", false, false
	}
	if len(p.parts) > 0 && p.parts[0].op == 'l' {
		return p.parts[0].lit, false, true
	}
	return "", false, true
}

// lower and upper map letters one by one, as the C.UTF-8 collation does.
func lower(s string) string { return mapCase(s, unicode.ToLower) }
func upper(s string) string { return mapCase(s, unicode.ToUpper) }

func mapCase(s string, f func(rune) rune) string { return strings.Map(f, s) }

package functions

import (
	"strings"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// similarEscape turns SQL's regular expression (SIMILAR TO) into an advanced
// one. The escape followed by a double quote marks the part that substring()
// returns: what precedes it matches as little as it can.
func similarEscape(p, esc string) (string, error) {
	if utf8.RuneCountInString(esc) > 1 {
		return "", sqlerr.New(sqlerr.InvalidEscapeSequence, "invalid escape string").WithHint("Escape string must be empty or one character.")
	}
	var b strings.Builder
	b.WriteString("^(?:")
	quotes, inBracket := 0, false
	for i := 0; i < len(p); {
		if esc != "" && strings.HasPrefix(p[i:], esc) {
			i += len(esc)
			if i >= len(p) {
				break // PostgreSQL lets an escape before nothing pass
			}
			if p[i] == '"' && !inBracket {
				switch quotes++; quotes {
				case 1:
					b.WriteString("){1,1}?(")
				case 2:
					b.WriteString("){1,1}(?:")
				default:
					return "", sqlerr.New("2200C", "SQL regular expression may not contain more than two escape-double-quote separators")
				}
				i++
				continue
			}
			r, n := utf8.DecodeRuneInString(p[i:])
			if r < utf8.RuneSelf {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
			i += n
			continue
		}
		ch := p[i]
		i++
		if inBracket {
			if ch == '\\' {
				b.WriteByte('\\')
			}
			b.WriteByte(ch)
			inBracket = ch != ']'
			continue
		}
		switch ch {
		case '[':
			inBracket = true
			b.WriteByte(ch)
		case '%':
			b.WriteString(".*")
		case '_':
			b.WriteByte('.')
		case '(':
			b.WriteString("(?:")
		case '\\', '.', '^', '$':
			b.WriteByte('\\')
			b.WriteByte(ch)
		default:
			b.WriteByte(ch)
		}
	}
	b.WriteString(")$")
	return b.String(), nil
}

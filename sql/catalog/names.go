package catalog

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// maxName is how many bytes of an identifier count.
const maxName = 63

func invalidName() error { return sqlerr.New(sqlerr.InvalidName, "invalid name syntax") }

// splitNames takes a dotted name apart as PostgreSQL does in values of the
// reg* types: plain identifiers are folded to lower case, quoted ones kept,
// blanks around them dropped.
func splitNames(s string) ([]string, error) {
	var out []string
	for {
		s = strings.TrimLeft(s, blanks)
		var name string
		var ok bool
		if strings.HasPrefix(s, `"`) {
			name, s, ok = cutQuoted(s)
		} else {
			end := strings.IndexAny(s, "."+blanks)
			if end < 0 {
				end = len(s)
			}
			name, s = lowerASCII(s[:end]), s[end:]
			ok = name != ""
		}
		if !ok {
			return nil, invalidName()
		}
		if len(name) > maxName {
			name = strings.ToValidUTF8(name[:maxName], "")
		}
		out = append(out, name)
		s = strings.TrimLeft(s, blanks)
		if s == "" {
			return out, nil
		}
		if s[0] != '.' {
			return nil, invalidName()
		}
		s = s[1:]
	}
}

// lowerASCII folds the letters that fold in an identifier.
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

const blanks = " \t\n\r\f\v"

// cutQuoted takes a quoted identifier off the front.
func cutQuoted(s string) (name, rest string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] != '"' {
			b.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		return b.String(), s[i+1:], true
	}
	return "", "", false
}

// indexUnquoted finds a byte outside of double quotes, or gives -1.
func indexUnquoted(s string, c byte) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == c && !quoted:
			return i
		}
	}
	return -1
}

// splitArguments splits at commas outside of quotes, parentheses and brackets.
func splitArguments(s string) []string {
	var out []string
	depth, quoted, start := 0, false, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case c == ',' && depth == 0:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

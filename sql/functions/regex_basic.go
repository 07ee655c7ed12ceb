package functions

import (
	"strings"
	"unicode/utf8"
)

// advancedRegex writes a basic regular expression (flag b) in the advanced syntax.
// Basic ones group by \( and \) and bound by \{ and \}; other signs of the advanced
// syntax stand for themselves, as an asterisk does that has nothing to repeat, and
// anchors that are not at an end.
func advancedRegex(basic string) string {
	var b strings.Builder
	first := true // nothing before that could be repeated
	for s := basic; s != ""; {
		_, n := utf8.DecodeRuneInString(s)
		began := false
		switch c := s[0]; {
		case c == '\\' && len(s) > 1:
			_, n = utf8.DecodeRuneInString(s[1:])
			n++
			began = s[1] == '('
			b.WriteString(advancedEscape(s[:n]))
		case c == '[':
			n = bracketLen(s)
			b.WriteString(strings.ReplaceAll(s[:n], `\`, `\\`)) // no escape there
		case c == '^' && first && !strings.HasSuffix(b.String(), "^"):
			began = true
			b.WriteByte(c)
		case c == '$' && (len(s) == 1 || strings.HasPrefix(s[1:], `\)`)):
			b.WriteByte(c)
		case c == '*' && first, strings.IndexByte("(){}+?|^$", c) >= 0:
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteString(s[:n])
		}
		first, s = began, s[n:]
	}
	return b.String()
}

// advancedEscape turns a backslash and the character that follows it.
func advancedEscape(s string) string {
	switch c := s[1]; {
	case strings.IndexByte("(){}", c) >= 0:
		return s[1:]
	case c == '<':
		return "[[:<:]]"
	case c == '>':
		return "[[:>:]]"
	case c >= '1' && c <= '9' || c < utf8.RuneSelf && !isWordByte(c):
		return s
	}
	return s[1:]
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// bracketLen is the length of the bracket expression that begins s, or of all that
// is left when it does not end.
func bracketLen(s string) int {
	i := 1
	if strings.HasPrefix(s[i:], "^") {
		i++
	}
	if strings.HasPrefix(s[i:], "]") {
		i++
	}
	for i < len(s) {
		if s[i] == ']' {
			return i + 1
		}
		if s[i] == '[' && i+1 < len(s) && strings.IndexByte(":.=", s[i+1]) >= 0 {
			if end := strings.Index(s[i+2:], string(s[i+1])+"]"); end >= 0 {
				i += end + 4
				continue
			}
		}
		i++
	}
	return len(s)
}

package functions

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// classes are POSIX's character classes as the inside of a bracket of Go's,
// over all of Unicode as the C.UTF-8 collation has them.
func classBody(name string) (string, bool) {
	switch name {
	case "alpha":
		return `\p{L}`, true
	case "digit":
		return `0-9`, true
	case "alnum":
		return `\p{L}0-9`, true
	case "upper":
		return `\p{Lu}`, true
	case "lower":
		return `\p{Ll}`, true
	case "space":
		return ` \t\n\r\f\v\x{85}\x{2028}\x{2029}`, true
	case "blank":
		return ` \t`, true
	case "punct":
		return `[:punct:]`, true
	case "cntrl":
		return `\x00-\x1f\x7f-\x9f`, true
	case "graph":
		return `\p{L}\p{M}\p{N}\p{P}\p{S}`, true
	case "print":
		return ` \p{L}\p{M}\p{N}\p{P}\p{S}`, true
	case "xdigit":
		return `0-9A-Fa-f`, true
	case "word":
		return `\p{L}0-9_`, true
	}
	return "", false
}

// bracket translates a bracket expression.
func (t *translator) bracket() error {
	rest := t.src[t.pos:]
	if strings.HasPrefix(rest, "[[:<:]]") || strings.HasPrefix(rest, "[[:>:]]") {
		t.out.WriteString(`\b`)
		t.pos += 7
		t.atom = false
		return nil
	}
	i := t.pos + 1
	var b strings.Builder
	b.WriteByte('[')
	if i < len(t.src) && t.src[i] == '^' {
		b.WriteByte('^')
		i++
		if t.f.dotStops {
			b.WriteString(`\n`)
		}
	}
	for first := true; ; first = false {
		if i >= len(t.src) {
			return errRegex("brackets [] not balanced")
		}
		if t.src[i] == ']' && !first {
			break
		}
		var err error
		if i, err = t.bracketItem(&b, i); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	t.out.WriteString(b.String())
	t.pos = i + 1
	t.atom = true
	return nil
}

// bracketItem writes one element or range that begins at i and returns where
// the next one begins.
func (t *translator) bracketItem(b *strings.Builder, i int) (int, error) {
	if strings.HasPrefix(t.src[i:], "[:") {
		end := strings.Index(t.src[i:], ":]")
		if end < 0 {
			return 0, errRegex("brackets [] not balanced")
		}
		body, ok := classBody(t.src[i+2 : i+end])
		if !ok {
			return 0, errRegex("invalid character class")
		}
		b.WriteString(body)
		return i + end + 2, nil
	}
	if t.src[i] == '\\' && i+1 < len(t.src) {
		if body, ok := shorthandBody(t.src[i+1]); ok {
			b.WriteString(body)
			return i + 2, nil
		}
	}
	lo, i, err := t.bracketChar(i)
	if err != nil {
		return 0, err
	}
	if i+1 < len(t.src) && t.src[i] == '-' && t.src[i+1] != ']' {
		hi, j, err := t.bracketChar(i + 1)
		if err != nil {
			return 0, err
		}
		if hi < lo {
			return 0, errRegex("invalid character range")
		}
		fmt.Fprintf(b, `\x{%x}-\x{%x}`, lo, hi)
		return j, nil
	}
	fmt.Fprintf(b, `\x{%x}`, lo)
	return i, nil
}

// bracketChar reads one character of a bracket: plain, escaped, or [.x.].
func (t *translator) bracketChar(i int) (rune, int, error) {
	s := t.src[i:]
	if strings.HasPrefix(s, "[.") || strings.HasPrefix(s, "[=") {
		end := strings.Index(s[2:], s[1:2]+"]")
		if end < 0 {
			return 0, 0, errRegex("brackets [] not balanced")
		}
		r, n := utf8.DecodeRuneInString(s[2:])
		if n != end {
			return 0, 0, errRegex("invalid collating element")
		}
		return r, i + 4 + n, nil
	}
	if s[0] == '\\' {
		if len(s) == 1 {
			return 0, 0, errRegex("invalid escape \\ sequence")
		}
		r, n, ok := charEscape(s[1:])
		if !ok {
			return 0, 0, errRegex("invalid escape \\ sequence")
		}
		return r, i + 1 + n, nil
	}
	r, n := utf8.DecodeRuneInString(s)
	return r, i + n, nil
}

func shorthandBody(ch byte) (string, bool) {
	switch ch {
	case 'd':
		return classBody("digit")
	case 's':
		return classBody("space")
	case 'w':
		return classBody("word")
	}
	return "", false
}

// maxRegexChar is the greatest number that an escape may give as a character's.
const maxRegexChar = 0x7ffffffe

// charEscape reads an escape that stands for one character, after its
// backslash, and returns its length.
func charEscape(s string) (rune, int, bool) {
	simple := map[byte]rune{'a': 7, 'b': 8, 'B': '\\', 'e': 27, 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}
	if r, ok := simple[s[0]]; ok {
		return r, 1, true
	}
	hex := func(from, n int) (rune, int, bool) {
		if len(s) < from+n {
			return 0, 0, false
		}
		v, err := strconv.ParseUint(s[from:from+n], 16, 32)
		return rune(v), from + n, err == nil && v <= maxRegexChar
	}
	switch s[0] {
	case 'u':
		return hex(1, 4)
	case 'U':
		return hex(1, 8)
	case 'x': // as many digits as there are, of which 32 bits count
		n, v := 1, uint32(0)
		for n < len(s) && strings.IndexByte("0123456789abcdefABCDEF", s[n]) >= 0 {
			d, _ := strconv.ParseUint(s[n:n+1], 16, 8)
			v = v<<4 | uint32(d)
			n++
		}
		return rune(v), n, n > 1 && v <= maxRegexChar
	case 'c':
		if len(s) < 2 {
			return 0, 0, false
		}
		return rune(s[1] & 31), 2, true
	case '0':
		n := 1
		for n < len(s) && n < 3 && s[n] >= '0' && s[n] <= '7' {
			n++
		}
		v, _ := strconv.ParseUint(s[:n], 8, 32)
		return rune(v), n, true
	}
	if s[0] >= '0' && s[0] <= '9' || s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z' {
		return 0, 0, false
	}
	r, n := utf8.DecodeRuneInString(s)
	return r, n, true
}

// escape translates a backslash outside of brackets.
func (t *translator) escape() error {
	if t.pos+1 >= len(t.src) {
		return errRegex("invalid escape \\ sequence")
	}
	ch := t.src[t.pos+1]
	constraint := func(s string) error {
		t.out.WriteString(s)
		t.pos += 2
		t.atom = false
		return nil
	}
	class := func(neg string, name string) error {
		body, _ := classBody(name)
		t.out.WriteString("[" + neg + body + "]")
		t.pos += 2
		t.atom = true
		return nil
	}
	switch ch {
	case 'd':
		return class("", "digit")
	case 's':
		return class("", "space")
	case 'w':
		return class("", "word")
	case 'D':
		return class("^", "digit")
	case 'S':
		return class("^", "space")
	case 'W':
		return class("^", "word")
	case 'A':
		return constraint(`\A`)
	case 'Z':
		return constraint(`\z`)
	case 'm', 'M', 'y':
		return constraint(`\b`)
	case 'Y':
		return constraint(`\B`)
	}
	if ch >= '1' && ch <= '9' {
		return t.reference()
	}
	r, n, ok := charEscape(t.src[t.pos+1:])
	if !ok {
		return errRegex("invalid escape \\ sequence")
	}
	t.lit(r)
	t.pos += 1 + n
	return nil
}

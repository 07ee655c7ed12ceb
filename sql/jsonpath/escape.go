package jsonpath

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

// escape reads the backslash at the cursor and what belongs to it.
func (l *lexer) escape(b *strings.Builder) error {
	rest := l.s[l.pos:]
	if len(rest) == 1 {
		l.near = rest
		return l.fail("unexpected end after backslash")
	}
	switch rest[1] {
	case 'u':
		return l.unicode(b)
	case 'x':
		digits := l.span(l.pos+2, isHex)
		if len(digits) < 2 {
			l.near = rest[:2+len(digits)]
			return l.fail("invalid hex character sequence")
		}
		v, _ := strconv.ParseUint(digits[:2], 16, 8)
		l.pos += 4
		return writeRune(b, rune(v))
	case 'b':
		b.WriteByte('\b')
	case 'f':
		b.WriteByte('\f')
	case 'n':
		b.WriteByte('\n')
	case 'r':
		b.WriteByte('\r')
	case 't':
		b.WriteByte('\t')
	case 'v':
		b.WriteByte('\v')
	default:
		_, n := utf8.DecodeRuneInString(rest[1:])
		b.WriteString(rest[1 : 1+n])
		l.pos += 1 + n
		return nil
	}
	l.pos += 2
	return nil
}

// unicode reads a run of \uXXXX and \u{X…}, in which surrogates pair up.
func (l *lexer) unicode(b *strings.Builder) error {
	start := l.pos
	var units []rune
	for strings.HasPrefix(l.s[l.pos:], `\u`) {
		i := l.pos + 2
		braces := i < len(l.s) && l.s[i] == '{'
		want := 4
		if braces {
			i, want = i+1, 6
		}
		digits := l.span(i, isHex)
		digits = digits[:min(len(digits), want)]
		i += len(digits)
		if braces && (digits == "" || i == len(l.s) || l.s[i] != '}') || !braces && len(digits) < 4 {
			l.near = l.s[start:i]
			return l.fail("invalid unicode sequence")
		}
		if braces {
			i++
		}
		v, _ := strconv.ParseUint(digits, 16, 32)
		units = append(units, rune(v))
		l.pos = i
	}
	high := rune(-1)
	for _, u := range units {
		switch isHigh, isLow := u >= 0xD800 && u < 0xDC00, u >= 0xDC00 && u < 0xE000; {
		case isHigh && high >= 0:
			return errEscape("Unicode high surrogate must not follow a high surrogate.")
		case isHigh:
			high = u
			continue
		case isLow != (high >= 0):
			return errEscape("Unicode low surrogate must follow a high surrogate.")
		case isLow:
			u = utf16.DecodeRune(high, u)
			high = -1
		}
		if err := writeRune(b, u); err != nil {
			return err
		}
	}
	if high >= 0 {
		return errEscape("Unicode low surrogate must follow a high surrogate.")
	}
	return nil
}

func errEscape(detail string) error {
	e := sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type jsonpath")
	e.Detail = detail
	return e
}

func writeRune(b *strings.Builder, r rune) error {
	if r == 0 {
		e := sqlerr.New(sqlerr.UntranslatableCharacter, "unsupported Unicode escape sequence")
		e.Detail = `\u0000 cannot be converted to text.`
		return e
	}
	if r > utf8.MaxRune {
		return sqlerr.New(sqlerr.SyntaxError, "invalid Unicode code point")
	}
	b.WriteRune(r)
	return nil
}

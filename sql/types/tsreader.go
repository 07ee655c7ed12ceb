package types

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// tsReader reads the words of a tsvector's or a tsquery's text form.
type tsReader struct {
	in    string // what is left
	all   string // for messages
	query bool   // of a tsquery: operators end a word, and there are no positions
	web   bool   // of websearch_to_tsquery: nothing is quoted
}

func (r *tsReader) syntax() error {
	kind := "tsvector"
	if r.query {
		kind = "tsquery"
	}
	return sqlerr.New(sqlerr.SyntaxError, "syntax error in %s: \"%s\"", kind, r.all)
}

// isTSOperator reports whether a byte is an operator or parenthesis of tsquery.
func isTSOperator(c byte) bool { return strings.IndexByte("!&|()<", c) >= 0 }

// tsSpace is iswspace of the C locale with UTF-8: no-break blanks are none.
func tsSpace(r rune) bool {
	return r != 0x85 && r != 0xA0 && r != 0x2007 && r != 0x202F && unicode.IsSpace(r)
}

func spaceLen(s string) int {
	if r, n := utf8.DecodeRuneInString(s); tsSpace(r) {
		return n
	}
	return 0
}

// next reads a word and its positions; ok is false at the end.
func (r *tsReader) next() (l Lexeme, ok bool, err error) {
	for n := spaceLen(r.in); n > 0; n = spaceLen(r.in) {
		r.in = r.in[n:]
	}
	switch {
	case r.in == "":
		return l, false, nil
	case !r.web && r.in[0] == '\'':
		r.in = r.in[1:]
		if l.Word, err = r.quoted(); err != nil {
			return l, false, err
		}
	case r.query && isTSOperator(r.in[0]) || r.web && r.in[0] == '"':
		return l, false, r.syntax()
	default:
		if l.Word, err = r.bare(); err != nil {
			return l, false, err
		}
	}
	if !r.query && strings.HasPrefix(r.in, ":") {
		l.Pos, err = r.positions()
	}
	return l, err == nil, err
}

// quoted reads up to the closing quote; quotes are doubled inside, and a
// backslash takes the next character as it is.
func (r *tsReader) quoted() (string, error) {
	var b strings.Builder
	for {
		switch {
		case r.in == "":
			return "", r.syntax()
		case r.in[0] == '\'' && strings.HasPrefix(r.in[1:], "'"):
			b.WriteByte('\'')
			r.in = r.in[2:]
		case r.in[0] == '\'':
			if r.in = r.in[1:]; b.Len() == 0 {
				return "", r.syntax()
			}
			return b.String(), nil
		default:
			if err := r.char(&b); err != nil {
				return "", err
			}
		}
	}
}

// char takes one character, which a backslash may lead.
func (r *tsReader) char(b *strings.Builder) error {
	if !r.web && r.in[0] == '\\' {
		if r.in = r.in[1:]; r.in == "" {
			return sqlerr.New(sqlerr.SyntaxError, "there is no escaped character: \"%s\"", r.all)
		}
	}
	_, n := utf8.DecodeRuneInString(r.in)
	b.WriteString(r.in[:n])
	r.in = r.in[n:]
	return nil
}

// bare reads a word without quotes; its first character may be any but a
// blank or an operator.
func (r *tsReader) bare() (string, error) {
	var b strings.Builder
	for first := true; ; first = false {
		if !first && (r.in == "" || spaceLen(r.in) > 0 || r.in[0] == ':' ||
			r.query && isTSOperator(r.in[0]) || r.web && r.in[0] == '"') {
			return b.String(), nil
		}
		if err := r.char(&b); err != nil {
			return "", err
		}
	}
}

// positions reads ":1A,2" and so on.
func (r *tsReader) positions() ([]TSPos, error) {
	var out []TSPos
	for r.in != "" && (r.in[0] == ':' || r.in[0] == ',') {
		r.in = r.in[1:]
		n, digits := 0, 0
		for digits < len(r.in) && isDigit(r.in[digits]) {
			n = min(n*10+int(r.in[digits]-'0'), MaxTSPos)
			digits++
		}
		if digits == 0 {
			return nil, r.syntax()
		}
		if n == 0 {
			return nil, sqlerr.New(sqlerr.SyntaxError, "wrong position info in tsvector: \"%s\"", r.all)
		}
		weight := byte(0)
		for r.in = r.in[digits:]; r.in != "" && r.in[0] != ',' && spaceLen(r.in) == 0; r.in = r.in[1:] {
			w, ok := tsWeight(r.in[0])
			if r.in[0] == '*' {
				w, ok = 3, true
			}
			if ok && weight != 0 || !ok && !isDigit(r.in[0]) {
				return nil, r.syntax()
			}
			if ok {
				weight = w
			}
		}
		out = append(out, MakeTSPos(n, weight))
	}
	return out, nil
}

// tsWeight reads the letter of a weight.
func tsWeight(c byte) (byte, bool) {
	if c |= 0x20; c >= 'a' && c <= 'd' {
		return 'd' - c, true
	}
	return 0, false
}

// wireReader takes a binary form apart; the first shortage sticks.
type wireReader struct {
	b   []byte
	err error
}

func (r *wireReader) take(n int) []byte {
	if r.err == nil && len(r.b) < n {
		r.err = errShort()
	}
	if r.err != nil {
		return make([]byte, n)
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *wireReader) uint8() byte    { return r.take(1)[0] }
func (r *wireReader) uint16() uint16 { return binary.BigEndian.Uint16(r.take(2)) }
func (r *wireReader) uint32() uint32 { return binary.BigEndian.Uint32(r.take(4)) }

// cstring reads text up to a zero byte.
func (r *wireReader) cstring() string {
	if r.err != nil {
		return ""
	}
	n := bytes.IndexByte(r.b, 0)
	if n < 0 {
		r.err = sqlerr.New(sqlerr.ProtocolViolation, "invalid string in message")
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n+1:]
	r.err = checkText(s)
	return s
}

// end reports what went wrong, or that something is left.
func (r *wireReader) end() error {
	if r.err == nil {
		r.err = trailing(r.b)
	}
	return r.err
}

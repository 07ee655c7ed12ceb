package jsonpath

import (
	"strings"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// token is a kind of token: characters stand for themselves.
type token uint8

const (
	tEnd    token = 0
	tString token = iota + 128
	tVariable
	tNumber
	tInteger
	tIdent
	tKeyword // the lexer's word says which
	tAnd
	tOr
	tAnyPath
	tLessEqual
	tEqual
	tNotEqual
	tGreaterEqual
)

// special are the characters that stand for themselves and end a name.
const special = `?%$.[]{}()|&!=<>@#,*:-+/`

const blanks = " \t\n\r\f"

// isOther says that a byte can be part of a name without a backslash.
func isOther(c byte) bool {
	return strings.IndexByte(special, c) < 0 && strings.IndexByte(blanks, c) < 0 && c != '\\' && c != '"'
}

// lexer cuts a text into tokens. near is what an error names: the text that
// was looked at last when the token was recognised, which for names is what
// ended them.
type lexer struct {
	s    string
	pos  int
	tok  token
	val  string // of strings, variables, names and numbers
	word string // of keywords, in lower case
	near string
}

func (l *lexer) fail(message string) error {
	if l.near == "" {
		return sqlerr.New(sqlerr.SyntaxError, "%s at end of jsonpath input", message)
	}
	return sqlerr.New(sqlerr.SyntaxError, "%s at or near \"%s\" of jsonpath input", message, l.near)
}

// span returns the stretch from i on whose bytes satisfy f.
func (l *lexer) span(i int, f func(byte) bool) string {
	end := i
	for end < len(l.s) && f(l.s[end]) {
		end++
	}
	return l.s[i:end]
}

// next reads a token.
func (l *lexer) next() error {
	for {
		l.pos += len(l.span(l.pos, func(c byte) bool { return strings.IndexByte(blanks, c) >= 0 }))
		if !strings.HasPrefix(l.s[l.pos:], "/*") {
			break
		}
		if err := l.comment(); err != nil {
			return err
		}
	}
	l.val, l.word = "", ""
	if l.pos == len(l.s) {
		l.tok, l.near = tEnd, ""
		return nil
	}
	c := l.s[l.pos]
	switch {
	case c == '"':
		l.pos++
		l.tok = tString
		return l.quoted()
	case c == '$':
		return l.dollar()
	case isDigit(c) || c == '.' && l.pos+1 < len(l.s) && isDigit(l.s[l.pos+1]):
		return l.number()
	case c == '\\' || isOther(c):
		return l.name()
	}
	l.symbol(c)
	return nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (l *lexer) comment() error {
	end := strings.Index(l.s[l.pos+2:], "*/")
	if end < 0 {
		l.pos, l.near = len(l.s), ""
		return l.fail("unexpected end of comment")
	}
	l.pos += end + 4
	return nil
}

func (l *lexer) symbol(c byte) {
	l.tok, l.near = token(c), l.s[l.pos:l.pos+1]
	if l.pos+1 < len(l.s) {
		two := l.s[l.pos : l.pos+2]
		kinds := map[string]token{
			"&&": tAnd, "||": tOr, "**": tAnyPath, "<=": tLessEqual, "==": tEqual, "<>": tNotEqual, "!=": tNotEqual, ">=": tGreaterEqual,
		}
		if t, ok := kinds[two]; ok {
			l.tok, l.near = t, two
		}
	}
	l.pos += len(l.near)
}

// dollar reads $, $name or $"name".
func (l *lexer) dollar() error {
	l.pos++
	name := l.span(l.pos, isOther)
	switch {
	case name != "":
		l.tok, l.val, l.near = tVariable, name, "$"+name
		l.pos += len(name)
	case l.pos < len(l.s) && l.s[l.pos] == '"':
		l.pos++
		l.tok = tVariable
		return l.quoted()
	default:
		l.tok, l.near = '$', "$"
	}
	return nil
}

// number reads an integer or a decimal; a letter that follows at once is none
// of its business and refused.
func (l *lexer) number() error {
	i, kind := l.pos, tNumber
	if l.s[i] == '0' {
		i++
	} else {
		i += len(l.span(i, isDigit))
	}
	if i < len(l.s) && l.s[i] == '.' {
		i++
		i += len(l.span(i, isDigit))
	} else {
		kind = tInteger
	}
	if i < len(l.s) && l.s[i]|0x20 == 'e' {
		k := i + 1
		if k < len(l.s) && (l.s[k] == '+' || l.s[k] == '-') {
			k++
		}
		if digits := l.span(k, isDigit); digits != "" {
			i, kind = k+len(digits), tNumber
		} else if k > i+1 {
			l.near = l.s[l.pos:k]
			return l.fail("invalid numeric literal")
		}
	}
	if i < len(l.s) && isOther(l.s[i]) {
		_, n := utf8.DecodeRuneInString(l.s[i:])
		l.near = l.s[l.pos : i+n]
		return l.fail("trailing junk after numeric literal")
	}
	l.tok, l.val = kind, l.s[l.pos:i]
	l.near, l.pos = l.val, i
	return nil
}

// quoted reads up to the closing quote.
func (l *lexer) quoted() error {
	var b strings.Builder
	for l.pos < len(l.s) {
		switch l.s[l.pos] {
		case '"':
			l.pos++
			l.val, l.near = b.String(), `"`
			return nil
		case '\\':
			if err := l.escape(&b); err != nil {
				return err
			}
		default:
			part := l.span(l.pos, func(c byte) bool { return c != '"' && c != '\\' })
			b.WriteString(part)
			l.pos += len(part)
		}
	}
	l.near = ""
	return l.fail("unexpected end of quoted string")
}

// name reads a name or a keyword. A comment right behind it swallows it, as
// PostgreSQL's lexer has it.
func (l *lexer) name() error {
	var b strings.Builder
	for l.pos < len(l.s) {
		c := l.s[l.pos]
		if c == '\\' {
			if err := l.escape(&b); err != nil {
				return err
			}
			continue
		}
		part := l.span(l.pos, isOther)
		if part == "" {
			break
		}
		b.WriteString(part)
		l.pos += len(part)
	}
	if strings.HasPrefix(l.s[l.pos:], "/*") {
		if err := l.comment(); err != nil {
			return err
		}
		return l.next()
	}
	l.near = l.span(l.pos, func(c byte) bool { return strings.IndexByte(blanks, c) >= 0 })
	l.pos += len(l.near)
	l.tok, l.val = tIdent, b.String()
	switch word := strings.ToLower(l.val); word {
	case "null", "true", "false":
		if l.val == word {
			l.tok, l.word = tKeyword, word
		}
	case "is", "to", "abs", "lax", "flag", "last", "size", "type", "with", "floor", "double", "exists", "starts", "strict",
		"ceiling", "unknown", "datetime", "keyvalue", "like_regex":
		l.tok, l.word = tKeyword, word
	}
	return nil
}

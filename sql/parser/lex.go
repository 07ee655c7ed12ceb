package parser

import "strings"

// tokenKind classifies a token.
type tokenKind uint8

const (
	tokEOF    tokenKind = iota
	tokIdent            // unquoted identifier or keyword
	tokQuoted           // "identifier", U&"identifier"
	tokString           // any kind of string or bit constant, dollar quotes too
	tokNumber           // numeric constant
	tokParam            // $1
	tokOp               // operator, also :: := => ..
	tokSelf             // one of ( ) [ ] , ; . :
)

// token is a lexical unit: bytes [pos, end) of the text.
type token struct {
	kind tokenKind
	pos  int
	end  int
}

// lexer splits SQL text as PostgreSQL's scanner does, for text that is well
// formed; an unterminated token extends to the end of the text and is left for
// the real parser to complain about.
type lexer struct {
	text string
	pos  int
	// junkAt is where the first numeric constant or parameter stands that runs
	// into an identifier, which PostgreSQL 15 refuses (-1: none); junk its end.
	junk, junkAt int
	junkParam    bool
	// work estimates the C scanner's steps beyond one pass: at the start of an
	// operator or a comment it reads the whole run of operator characters
	// ahead, and then gives back all but the first. runEnd is where the last
	// run that was measured ends.
	work, runEnd int
	// escapes: backslashes escape in plain constants too (standard_conforming_strings
	// off).
	escapes bool
}

func newLexer(text string) lexer { return lexer{text: text, junkAt: -1} }

func isIdentStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

func isDigit(c byte) bool     { return c >= '0' && c <= '9' }
func isIdentPart(c byte) bool { return isIdentStart(c) || isDigit(c) || c == '$' }

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'
}

// maxOperator is beyond PostgreSQL's longest operator, 63 bytes.
const maxOperator = 128

const opChars = "~!@#^&|`?+-*/%<>="

func isOpChar(c byte) bool { return strings.IndexByte(opChars, c) >= 0 }

// at returns the byte at i, or 0 past the end.
func (l *lexer) at(i int) byte {
	if i < len(l.text) {
		return l.text[i]
	}
	return 0
}

// skipBlank passes white space and comments, nested ones too.
func (l *lexer) skipBlank() {
	for l.pos < len(l.text) {
		c := l.text[l.pos]
		switch {
		case isSpace(c):
			l.pos++
		case c == '-' && l.at(l.pos+1) == '-':
			if i := strings.IndexAny(l.text[l.pos:], "\n\r"); i >= 0 {
				l.pos += i
			} else {
				l.pos = len(l.text)
			}
		case c == '/' && l.at(l.pos+1) == '*':
			l.skipComment()
		default:
			return
		}
	}
}

// measureRun adds the run of operator characters that begins here to work.
func (l *lexer) measureRun() {
	if l.runEnd <= l.pos {
		l.runEnd = l.pos
		for l.runEnd < len(l.text) && isOpChar(l.text[l.runEnd]) {
			l.runEnd++
		}
	}
	l.work += l.runEnd - l.pos
}

func (l *lexer) skipComment() {
	depth := 0
	for l.pos < len(l.text) {
		switch {
		case l.text[l.pos] == '/' && l.at(l.pos+1) == '*':
			depth++
			l.measureRun()
			l.pos += 2
		case l.text[l.pos] == '*' && l.at(l.pos+1) == '/':
			depth--
			l.pos += 2
			if depth == 0 {
				return
			}
		default:
			l.pos++
		}
	}
}

// next returns the next token; its kind is tokEOF at the end.
func (l *lexer) next() token {
	l.skipBlank()
	start := l.pos
	if start >= len(l.text) {
		return token{tokEOF, len(l.text), len(l.text)}
	}
	kind := l.scan(l.text[start])
	return token{kind, start, l.pos}
}

// scan passes one token that begins with c.
func (l *lexer) scan(c byte) tokenKind {
	switch {
	case isIdentStart(c):
		return l.scanWord(c)
	case isDigit(c), c == '.' && isDigit(l.at(l.pos+1)):
		return l.scanNumber()
	case c == '\'':
		l.pos++
		l.skipQuoted('\'', l.escapes)
		return tokString
	case c == '"':
		l.pos++
		l.skipQuoted('"', false)
		return tokQuoted
	case c == '$':
		return l.scanDollar()
	case c == ':' && (l.at(l.pos+1) == ':' || l.at(l.pos+1) == '='),
		c == '.' && l.at(l.pos+1) == '.':
		l.pos += 2
		return tokOp
	case isOpChar(c):
		l.scanOperator()
		return tokOp
	default:
		l.pos++
		return tokSelf
	}
}

// scanWord passes an identifier, or a string with a letter before its quote.
func (l *lexer) scanWord(c byte) tokenKind {
	q := l.at(l.pos + 1)
	switch {
	case (c == 'e' || c == 'E') && q == '\'':
		l.pos += 2
		l.skipQuoted('\'', true)
		return tokString
	case strings.IndexByte("bBxXnN", c) >= 0 && q == '\'':
		l.pos += 2
		l.skipQuoted('\'', l.escapes && (c == 'n' || c == 'N'))
		return tokString
	case (c == 'u' || c == 'U') && q == '&' && (l.at(l.pos+2) == '\'' || l.at(l.pos+2) == '"'):
		quote := l.at(l.pos + 2)
		l.pos += 3
		l.skipQuoted(quote, false)
		if quote == '"' {
			return tokQuoted
		}
		return tokString
	}
	for l.pos < len(l.text) && isIdentPart(l.text[l.pos]) {
		l.pos++
	}
	return tokIdent
}

// skipQuoted passes the rest of a quoted token behind its opening quote. A
// doubled quote stands for one; with escapes a backslash takes the next byte.
func (l *lexer) skipQuoted(quote byte, escapes bool) {
	for l.pos < len(l.text) {
		c := l.text[l.pos]
		switch {
		case escapes && c == '\\':
			l.pos += 2
		case c == quote && l.at(l.pos+1) == quote:
			l.pos += 2
		case c == quote:
			l.pos++
			return
		default:
			l.pos++
		}
	}
	l.pos = len(l.text)
}

// scanNumber passes a numeric constant and notes junk that follows it.
func (l *lexer) scanNumber() tokenKind {
	start := l.pos
	l.digits()
	if l.at(l.pos) == '.' && l.at(l.pos+1) != '.' {
		l.pos++
		l.digits()
	}
	if c := l.at(l.pos); c == 'e' || c == 'E' {
		i := l.pos + 1
		if s := l.at(i); s == '+' || s == '-' {
			i++
		}
		if isDigit(l.at(i)) {
			l.pos = i
			l.digits()
		}
	}
	l.noteJunk(start, false)
	return tokNumber
}

func (l *lexer) digits() {
	for isDigit(l.at(l.pos)) {
		l.pos++
	}
}

// noteJunk remembers the first constant that runs into an identifier and
// passes the identifier.
func (l *lexer) noteJunk(start int, param bool) {
	if !isIdentStart(l.at(l.pos)) {
		return
	}
	for l.pos < len(l.text) && isIdentPart(l.text[l.pos]) {
		l.pos++
	}
	if l.junkAt < 0 {
		l.junkAt, l.junk, l.junkParam = start, l.pos, param
	}
}

// scanDollar passes a parameter or a dollar-quoted string.
func (l *lexer) scanDollar() tokenKind {
	start := l.pos
	l.pos++
	if isDigit(l.at(l.pos)) {
		l.digits()
		l.noteJunk(start, true)
		return tokParam
	}
	i := l.pos
	if isIdentStart(l.at(i)) {
		for i < len(l.text) && isIdentPart(l.text[i]) && l.text[i] != '$' {
			i++
		}
	}
	if l.at(i) != '$' {
		return tokSelf
	}
	tag := l.text[start : i+1]
	if j := strings.Index(l.text[i+1:], tag); j >= 0 {
		l.pos = i + 1 + j + len(tag)
	} else {
		l.pos = len(l.text)
	}
	return tokString
}

// scanOperator passes one operator: the longest run of operator characters
// that does not start a comment (cut at a length that no operator has, so that
// the scan stays linear), without trailing + and - unless the run holds
// a character that no standard operator has.
func (l *lexer) scanOperator() {
	l.measureRun()
	start := l.pos
	end := start
	for end < len(l.text) && end-start < maxOperator && isOpChar(l.text[end]) {
		if end > start {
			two := l.text[end:min(end+2, len(l.text))]
			if two == "--" || two == "/*" {
				break
			}
		}
		end++
	}
	if !strings.ContainsAny(l.text[start:end], "~!@#^&|`?%") {
		for end-start > 1 && (l.text[end-1] == '+' || l.text[end-1] == '-') {
			end--
		}
	}
	l.pos = end
}

// tokens returns all tokens of a text, without the end.
func tokens(text string) []token {
	l := newLexer(text)
	out := make([]token, 0, len(text)/4+4)
	for {
		t := l.next()
		if t.kind == tokEOF {
			return out
		}
		out = append(out, t)
	}
}

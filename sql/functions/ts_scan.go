package functions

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// The kinds of token of the default text search parser.
const (
	tokAsciiWord = iota + 1
	tokWord
	tokNumWord
	tokEmail
	tokURL
	tokHost
	tokScientific
	tokVersion
	tokNumPart
	tokPart
	tokAsciiPart
	tokSpace
	tokTag
	tokProtocol
	tokNumHyphen
	tokAsciiHyphen
	tokHyphen
	tokURLPath
	tokFile
	tokDecimal
	tokInt
	tokUint
	tokEntity
)

// tsMode is where the next token starts from.
type tsMode uint8

const (
	tsAnywhere tsMode = iota
	tsParts           // inside a hyphenated word that has been given whole
	tsURLPath         // behind the host of a URL that has been given whole
	tsNumber          // at digits that are a number's whatever is before them
)

// tsScanner cuts a text into tokens as PostgreSQL's default parser does: at
// each place it tries what the characters could be the beginning of, in a
// fixed order, and takes the first that fits. A hyphenated word and a URL are
// given whole first and then again in parts.
type tsScanner struct {
	s        string
	at       int
	mode     tsMode
	ignore   bool // inside of <script> or <style>
	wantHost bool // a host is due: what follows it is a path
	depth    int  // of scanners inside each other

	kind  int
	token string
	err   error
}

// maxTSScan bounds scanners inside each other, which tell hosts of addresses.
const maxTSScan = 2000

// next finds the next token; false at the end, or on an error.
func (p *tsScanner) next() bool {
	if p.at >= len(p.s) || p.err != nil {
		return false
	}
	if p.depth > maxTSScan {
		p.err = sqlerr.New(sqlerr.StatementTooComplex, "stack depth limit exceeded")
		return false
	}
	start, mode := p.at, p.mode
	p.mode = tsAnywhere
	switch mode {
	case tsParts:
		if p.wordPart(start) {
			return true
		}
	case tsURLPath:
		_, n := p.char(start)
		return p.emit(tokURLPath, p.urlChars(start+n))
	case tsNumber:
		return p.number(start)
	}
	return p.anything(start)
}

// emit makes the text from here to end the token.
func (p *tsScanner) emit(kind, end int) bool {
	p.kind, p.token, p.at = kind, p.s[p.at:end], end
	return true
}

// char decodes the character at i; its length is 0 at the end.
func (p *tsScanner) char(i int) (rune, int) {
	if i >= len(p.s) {
		return -1, 0
	}
	if c := p.s[i]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	return utf8.DecodeRuneInString(p.s[i:])
}

func asciiLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
func asciiDigit(r rune) bool  { return r >= '0' && r <= '9' }

// tsAlpha is iswalpha of the C.UTF-8 locale: digits of other scripts too.
func tsAlpha(r rune) bool {
	if r < utf8.RuneSelf {
		return asciiLetter(r)
	}
	return unicode.In(r, unicode.L, unicode.Nl, unicode.Other_Alphabetic, unicode.Nd)
}

func tsAlnum(r rune) bool { return tsAlpha(r) || asciiDigit(r) }

// tsSpecial reports marks that do not break a word, though it cannot begin
// with one.
func tsSpecial(r rune) bool { return r >= utf8.RuneSelf && unicode.Is(unicode.M, r) }

func tsSpaceRune(r rune) bool {
	return r != 0x85 && r != 0xA0 && r != 0x2007 && r != 0x202F && unicode.IsSpace(r)
}

// urlChars returns where the characters end that a URL may hold.
func (p *tsScanner) urlChars(i int) int {
	for i < len(p.s) && p.s[i] > ' ' && p.s[i] < 0x7F && strings.IndexByte("\"<>\\^`{|}", p.s[i]) < 0 {
		i++
	}
	return i
}

func (p *tsScanner) anything(start int) bool {
	r, n := p.char(start)
	if r == '<' && p.tag(start) {
		return p.kind != 0
	}
	switch {
	case p.ignore:
	case asciiLetter(r):
		return p.asciiWord(start + 1)
	case tsAlpha(r):
		return p.word(start + n)
	case asciiDigit(r):
		return p.number(start + 1)
	case (r == '-' || r == '+') && p.signed(start+1),
		r == '&' && p.entity(start+1),
		r == '~' && p.file(start+1, fileHome),
		r == '/' && p.file(start+1, fileFirst),
		r == '.' && p.file(start+1, fileDot):
		return true
	}
	return p.space(start + n)
}

func (p *tsScanner) space(i int) bool {
	for {
		r, n := p.char(i)
		if n == 0 || r == '<' {
			break
		}
		if !p.ignore && (r == '-' || r == '+' || r == '&' || r == '/' || tsAlnum(r)) {
			break
		}
		i += n
	}
	return p.emit(tokSpace, i)
}

func (p *tsScanner) asciiWord(i int) bool {
	for {
		r, n := p.char(i)
		switch {
		case asciiLetter(r):
			i++
			continue
		case r == '.' && (p.host(i+1, hostDomainFirst) || p.fileNext(i+1)),
			r == '-' && (p.host(i+1, hostNext) || p.hyphen(i+1, hyphenAsciiFirst)),
			r == '_' && p.host(i+1, hostNext),
			r == '@' && p.email(i+1),
			r == '/' && p.file(i+1, fileFirst),
			asciiDigit(r) && p.host(i+1, hostAny):
			return true
		case strings.HasPrefix(p.s[i:], "://"):
			return p.emit(tokProtocol, i+3)
		case asciiDigit(r):
			return p.numWord(i + 1)
		case tsAlpha(r) || tsSpecial(r):
			return p.word(i + n)
		}
		return p.emit(tokAsciiWord, i)
	}
}

func (p *tsScanner) word(i int) bool {
	for {
		r, n := p.char(i)
		switch {
		case tsAlpha(r) || tsSpecial(r):
			i += n
			continue
		case asciiDigit(r):
			return p.numWord(i + 1)
		case r == '-' && p.hyphen(i+1, hyphenWordFirst):
			return true
		}
		return p.emit(tokWord, i)
	}
}

func (p *tsScanner) numWord(i int) bool {
	for {
		r, n := p.char(i)
		switch {
		case tsAlnum(r) || tsSpecial(r):
			i += n
			continue
		case r == '@' && p.email(i+1),
			r == '/' && p.file(i+1, fileFirst),
			r == '.' && p.fileNext(i+1),
			r == '-' && p.hyphen(i+1, hyphenNumFirst):
			return true
		}
		return p.emit(tokNumWord, i)
	}
}

func (p *tsScanner) digits(i int) int {
	for i < len(p.s) && isDigitByte(p.s[i]) {
		i++
	}
	return i
}

func isDigitByte(c byte) bool { return c >= '0' && c <= '9' }

// digitAt reports whether a digit is at i.
func (p *tsScanner) digitAt(i int) bool { return i < len(p.s) && isDigitByte(p.s[i]) }

func (p *tsScanner) number(i int) bool {
	i = p.digits(i)
	r, n := p.char(i)
	switch {
	case r == '.' && p.host(i+1, hostDomainFirst):
		return true
	case r == '.' && p.digitAt(i+1):
		return p.decimal(i+1, true)
	case (r == 'e' || r == 'E') && p.exponent(i+1),
		(r == '-' || r == '_') && p.host(i+1, hostNext),
		r == '@' && p.email(i+1),
		asciiLetter(r) && p.host(i+1, hostAny):
		return true
	case tsAlpha(r) || tsSpecial(r):
		return p.numWord(i + n)
	case r == '/' && p.file(i+1, fileFirst):
		return true
	}
	return p.emit(tokUint, i)
}

// signed reads what is behind a sign; without digits it is none.
func (p *tsScanner) signed(i int) bool {
	if !p.digitAt(i) {
		return false
	}
	i = p.digits(i)
	r, _ := p.char(i)
	switch {
	case r == '.' && p.digitAt(i+1):
		return p.decimal(i+1, false)
	case (r == 'e' || r == 'E') && p.exponent(i+1):
		return true
	}
	return p.emit(tokInt, i)
}

// decimal reads the digits behind a decimal point. More points make a version
// number of it, which has no sign: a sign before it becomes a token itself.
func (p *tsScanner) decimal(i int, version bool) bool {
	i = p.digits(i)
	r, _ := p.char(i)
	switch {
	case r == '.' && p.digitAt(i+1) && version:
		for r == '.' && p.digitAt(i+1) {
			i = p.digits(i + 1)
			r, _ = p.char(i)
		}
		return p.emit(tokVersion, i)
	case r == '.' && p.digitAt(i+1):
		p.mode = tsNumber
		return p.emit(tokSpace, p.at+1)
	case (r == 'e' || r == 'E') && p.exponent(i+1):
		return true
	}
	return p.emit(tokDecimal, i)
}

func (p *tsScanner) exponent(i int) bool {
	if i < len(p.s) && (p.s[i] == '+' || p.s[i] == '-') {
		i++
	}
	return p.digitAt(i) && p.emit(tokScientific, p.digits(i))
}

// entity reads an XML entity behind its ampersand.
func (p *tsScanner) entity(i int) bool {
	r, _ := p.char(i)
	first := i
	in := func(r rune) bool { return tsAlnum(r) || r < utf8.RuneSelf && r > 0 && strings.ContainsRune(":_.-", r) }
	switch {
	case r == '#':
		in = asciiDigit
		if first++; first < len(p.s) && p.s[first]|0x20 == 'x' {
			first++
			in = func(r rune) bool { return asciiDigit(r) || r >= 'a' && r <= 'f' || r >= 'A' && r <= 'F' }
		}
		if r, _ := p.char(first); !in(r) {
			return false
		}
	case !asciiLetter(r) && r != ':' && r != '_':
		return false
	}
	for i = first; ; {
		r, n := p.char(i)
		if r == ';' {
			return p.emit(tokEntity, i+1)
		}
		if n == 0 || !in(r) {
			return false
		}
		i += n
	}
}

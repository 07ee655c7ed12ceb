package functions

import "strings"

// hyphenState is how far a hyphenated word has been read.
type hyphenState uint8

const (
	hyphenAsciiFirst hyphenState = iota
	hyphenWordFirst
	hyphenNumFirst
	hyphenDigits // digits that a letter has to follow
	hyphenAscii
	hyphenWord
	hyphenNum
)

// hyphen reads on behind a hyphen at i, and again behind each that follows,
// and gives the word whole; its parts come after it.
func (p *tsScanner) hyphen(i int, st hyphenState) bool {
	end, kind := -1, 0
	for {
		r, n := p.char(i)
		alpha, digit, special := tsAlpha(r), asciiDigit(r), tsSpecial(r)
		next, ok := st, true
		switch st {
		case hyphenAsciiFirst, hyphenWordFirst, hyphenNumFirst:
			switch {
			case st == hyphenAsciiFirst && asciiLetter(r):
				next = hyphenAscii
			case st == hyphenNumFirst && alpha:
				next = hyphenNum
			case alpha:
				next = hyphenWord
			case digit:
				next = hyphenDigits
			default:
				ok = false
			}
		case hyphenDigits:
			if alpha || special {
				next = hyphenNum
			} else {
				ok = digit
			}
		default:
			switch {
			case st == hyphenAscii && asciiLetter(r):
			case st != hyphenNum && (alpha || special):
				next = hyphenWord
			case alpha || special || digit:
				next = hyphenNum
			case r == '-':
				end, kind = i, hyphenKind(st)
				next = st - hyphenAscii + hyphenAsciiFirst
			default:
				return p.wholeWord(hyphenKind(st), i)
			}
		}
		if !ok {
			return end >= 0 && p.wholeWord(kind, end)
		}
		i, st = i+n, next
	}
}

func hyphenKind(st hyphenState) int {
	switch st {
	case hyphenAscii:
		return tokAsciiHyphen
	case hyphenWord:
		return tokHyphen
	}
	return tokNumHyphen
}

// wholeWord gives a hyphenated word and stays before it.
func (p *tsScanner) wholeWord(kind, end int) bool {
	start := p.at
	p.emit(kind, end)
	p.at, p.mode = start, tsParts
	return true
}

// wordPart gives the next part of a hyphenated word, or the hyphen.
func (p *tsScanner) wordPart(i int) bool {
	r, n := p.char(i)
	var kind int
	switch {
	case asciiLetter(r):
		kind = tokAsciiPart
	case tsAlpha(r):
		kind = tokPart
	case asciiDigit(r):
		i = p.digits(i)
		if r, n = p.char(i); !tsAlpha(r) && !tsSpecial(r) {
			return false
		}
		kind = tokNumPart
	case r == '-':
		if r, _ := p.char(i + 1); !tsAlnum(r) && !tsSpecial(r) {
			return false
		}
		p.mode = tsParts
		return p.emit(tokSpace, i+1)
	default:
		return false
	}
	for i += n; ; i += n {
		r, n = p.char(i)
		switch {
		case kind == tokAsciiPart && asciiLetter(r):
		case kind != tokNumPart && (tsAlpha(r) || tsSpecial(r)):
			kind = tokPart
		case tsAlnum(r) || tsSpecial(r):
			kind = tokNumPart
		default:
			if n > 0 {
				p.mode = tsParts
			}
			return p.emit(kind, i)
		}
	}
}

// tag reads a tag, a comment or a declaration of XML. It reports true without
// a token where the text ends in a way that ends the scan.
func (p *tsScanner) tag(start int) bool {
	i := start + 1
	r, _ := p.char(i)
	switch {
	case asciiLetter(r) || r == ':' || r == '_':
		return p.tagName(i + 1)
	case r == '/':
		r, _ = p.char(i + 1)
		return asciiLetter(r) && p.tagName(i+2)
	case r == '?':
		r, _ = p.char(i + 1)
		return r == 'x' && p.tagRest(i+2)
	case r != '!':
		return false
	}
	switch rest := p.s[i+1:]; {
	case strings.HasPrefix(rest, "--"):
		n := strings.Index(rest[2:], "-->")
		return n >= 0 && p.emit(tokTag, i+1+2+n+3)
	case rest != "" && rest[0]|0x20 == 'd':
		return p.tagRest(i + 2)
	}
	return false
}

func (p *tsScanner) tagName(i int) bool {
	for {
		r, n := p.char(i)
		switch {
		case r == '/':
			return strings.HasPrefix(p.s[i+1:], ">") && p.emit(tokTag, i+2)
		case r == '>':
			p.noteTag(i)
			return p.emit(tokTag, i+1)
		case tsSpaceRune(r):
			p.noteTag(i)
			return p.tagRest(i + n)
		case n == 0 || !tsAlnum(r) && !strings.ContainsRune(":_.-", r):
			return false
		}
		i += n
	}
}

// tagRest reads attributes.
func (p *tsScanner) tagRest(i int) bool {
	for {
		r, n := p.char(i)
		switch {
		case r == '>':
			p.noteTag(i)
			return p.emit(tokTag, i+1)
		case r == '\'' || r == '"':
			var cut bool
			if i, cut = p.tagQuoted(i+1, r); cut {
				p.kind, p.at = 0, len(p.s)
				return true
			}
			if i < 0 {
				return false
			}
			continue
		case tsSpaceRune(r):
			p.noteTag(i)
		case n == 0 || !asciiLetter(r) && !asciiDigit(r) && !strings.ContainsRune("=-_#/:.&?%~", r):
			return false
		}
		i += n
	}
}

// tagQuoted returns where a quoted value ends, -1 when it does not. A
// backslash takes the next character as it is, and the one after that is no
// backslash; a text that ends just there ends the scan.
func (p *tsScanner) tagQuoted(i int, quote rune) (end int, cut bool) {
	for {
		r, n := p.char(i)
		switch {
		case n == 0:
			return -1, false
		case r == quote:
			return i + 1, false
		case r != '\\':
			i += n
			continue
		}
		if _, n = p.char(i + 1); n == 0 {
			return -1, false
		}
		i += 1 + n
		r, n = p.char(i)
		if n == 0 {
			return -1, true
		}
		if i += n; r == quote {
			return i, false
		}
	}
}

// noteTag knows the tags whose content is no text, by what has been read.
func (p *tsScanner) noteTag(end int) {
	switch strings.ToLower(p.s[p.at:end]) {
	case "<script", "<style":
		p.ignore = true
	case "</script", "</style":
		p.ignore = false
	}
}

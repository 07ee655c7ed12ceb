package types

import "strings"

// The kinds of field that a date, time or interval text falls into.
const (
	fieldNumber  = 'n'
	fieldDate    = 'd'
	fieldTime    = 't'
	fieldZone    = 'z' // a sign and digits
	fieldString  = 's'
	fieldSpecial = 'p' // a sign and letters: -infinity
)

// dtField is one field, in lower case.
type dtField struct {
	kind byte
	s    string
}

const (
	maxDateFields = 25
	maxDateText   = 128 + 25 // what PostgreSQL's work buffer holds
	tokenLen      = 10       // only so many characters of a word count
)

// lexer splits the text; the fields are slices of the lower-cased text.
type lexer struct {
	s      string
	pos    int
	fields [maxDateFields]dtField
	n      int
}

// dtFault says in what way a text is wrong.
type dtFault uint8

const (
	dtOK dtFault = iota
	dtBadFormat
	dtOverflow
	dtMonthDayOverflow // with a hint at DateStyle
	dtIntervalOverflow
	dtZoneOverflow
	dtUnknownZone
)

func isPunct(c byte) bool {
	return c > ' ' && c < 0x7f && !isDigit(c) && !isAlpha(c)
}

func isAlnum(c byte) bool { return isDigit(c) || isAlpha(c) }

// run splits s into fields.
func (l *lexer) run(s string) dtFault {
	l.s, l.pos, l.n = lowerASCII(s), 0, 0
	size := 0
	for {
		for l.pos < len(l.s) && isSpace(l.s[l.pos]) {
			l.pos++
		}
		if l.pos == len(l.s) {
			return dtOK
		}
		var f dtField
		start := l.pos
		switch c := l.s[l.pos]; {
		case isDigit(c):
			f.kind = l.digits()
		case c == '.':
			f.kind = fieldNumber
			l.pos++
			l.skip(isDigit)
		case isAlpha(c):
			f.kind = l.word()
		case c == '+' || c == '-':
			if f = l.signed(); f.kind == 0 {
				return dtBadFormat
			}
		case isPunct(c):
			l.pos++
			continue
		default:
			return dtBadFormat
		}
		if f.s == "" {
			f.s = l.s[start:l.pos]
		}
		if size += len(f.s) + 1; size > maxDateText || l.n == maxDateFields {
			return dtBadFormat
		}
		l.fields[l.n] = f
		l.n++
	}
}

func lowerASCII(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 'A' && c <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				b[i] = lowerByte(b[i])
			}
			return string(b)
		}
	}
	return s
}

func (l *lexer) skip(while func(byte) bool) {
	for l.pos < len(l.s) && while(l.s[l.pos]) {
		l.pos++
	}
}

func (l *lexer) at() byte {
	if l.pos < len(l.s) {
		return l.s[l.pos]
	}
	return 0
}

// digits reads what starts with a digit: a time when a colon follows, a date
// when a date's separator does, else a number.
func (l *lexer) digits() byte {
	l.skip(isDigit)
	switch sep := l.at(); sep {
	case ':':
		l.pos++
		l.skip(func(c byte) bool { return isDigit(c) || c == ':' || c == '.' })
		return fieldTime
	case '-', '/', '.':
		l.pos++
		if !isDigit(l.at()) {
			l.skip(func(c byte) bool { return isAlnum(c) || c == sep })
			return fieldDate
		}
		kind := byte(fieldDate)
		if sep == '.' {
			kind = fieldNumber
		}
		l.skip(isDigit)
		if l.at() == sep {
			kind = fieldDate
			l.skip(func(c byte) bool { return isDigit(c) || c == sep })
		}
		return kind
	}
	return fieldNumber
}

// word reads what starts with a letter: a word, or a date or zone's name with
// separators in it.
func (l *lexer) word() byte {
	start := l.pos
	l.skip(isAlpha)
	isDate := false
	switch c := l.at(); {
	case c == '-' || c == '/' || c == '.':
		isDate = true
	case c == '+' || isDigit(c):
		// EST5EDT is a zone, but t040506 and j2451187 are labelled numbers.
		kind, _ := dateToken(l.s[start:l.pos])
		isDate = kind == tokUnknown
	}
	if !isDate {
		return fieldString
	}
	l.skip(func(c byte) bool { return isAlnum(c) || strings.IndexByte("+-/_.:", c) >= 0 })
	return fieldDate
}

// signed reads a sign with what it belongs to; blanks between are dropped.
func (l *lexer) signed() dtField {
	sign := l.s[l.pos]
	l.pos++
	start := l.pos
	l.skip(isSpace)
	gap := l.pos > start
	start = l.pos
	var f dtField
	switch c := l.at(); {
	case isDigit(c):
		f.kind = fieldZone
		l.skip(func(c byte) bool { return isDigit(c) || c == ':' || c == '.' || c == '-' })
	case isAlpha(c):
		f.kind = fieldSpecial
		l.skip(isAlpha)
	default:
		return dtField{}
	}
	if gap {
		f.s = string(sign) + l.s[start:l.pos]
	} else {
		f.s = l.s[start-1 : l.pos]
	}
	return f
}

package types

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// rangeLexer reads a range's text form.
type rangeLexer struct {
	all, s string // the whole input, what is left of it
	detail string // of the failure
}

func (l *rangeLexer) err() error {
	return sqlerr.New(sqlerr.InvalidTextRepresentation, "malformed range literal: \"%s\"", l.all).WithDetail("%s", l.detail)
}

func (l *rangeLexer) fail(detail string) bool {
	l.detail = detail
	return false
}

func (l *rangeLexer) skipSpace() {
	for l.s != "" && isSpace(l.s[0]) {
		l.s = l.s[1:]
	}
}

// take drops the next character if it is c.
func (l *rangeLexer) take(c byte) bool {
	if l.s == "" || l.s[0] != c {
		return false
	}
	l.s = l.s[1:]
	return true
}

// hasEmptyPrefix reports whether s begins with the key word of empty ranges.
func hasEmptyPrefix(s string) bool { return len(s) >= 5 && equalFoldASCII(s[:5], "empty") }

// rangeText is a range's text taken apart.
type rangeText struct {
	empty              bool
	lower, upper       string
	lowerInf, upperInf bool
	lowerInc, upperInc bool
}

// parse takes a range's text apart; what the bounds hold is not looked at.
func (l *rangeLexer) parse(t *rangeText) bool {
	l.skipSpace()
	if hasEmptyPrefix(l.s) {
		l.s, t.empty = l.s[5:], true
		if l.skipSpace(); l.s != "" {
			return l.fail("Junk after \"empty\" key word.")
		}
		return true
	}
	if t.lowerInc = l.take('['); !t.lowerInc && !l.take('(') {
		return l.fail("Missing left parenthesis or bracket.")
	}
	if t.lowerInf = strings.HasPrefix(l.s, ","); !t.lowerInf {
		var ok bool
		if t.lower, ok = l.bound(); !ok {
			return false
		}
	}
	if !l.take(',') {
		return l.fail("Missing comma after lower bound.")
	}
	if t.upperInf = l.s != "" && (l.s[0] == ')' || l.s[0] == ']'); !t.upperInf {
		var ok bool
		if t.upper, ok = l.bound(); !ok {
			return false
		}
	}
	if t.upperInc = l.take(']'); !t.upperInc && !l.take(')') {
		return l.fail("Too many commas.")
	}
	if l.skipSpace(); l.s != "" {
		return l.fail("Junk after right parenthesis or bracket.")
	}
	return true
}

// bound reads one bound's text, up to a comma or the end of the range; it may
// have quoted stretches in it.
func (l *rangeLexer) bound() (string, bool) {
	plain := strings.IndexAny(l.s, "\\\",)]")
	if plain >= 0 && l.s[plain] != '"' && l.s[plain] != '\\' {
		text := l.s[:plain]
		l.s = l.s[plain:]
		return text, true
	}
	var b strings.Builder
	quoted := false
	for i := 0; i < len(l.s); i++ {
		switch c := l.s[i]; {
		case c == '\\':
			if i++; i < len(l.s) {
				b.WriteByte(l.s[i])
			}
		case c == '"' && quoted && i+1 < len(l.s) && l.s[i+1] == '"':
			i++
			b.WriteByte('"')
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ',' || c == ')' || c == ']'):
			l.s = l.s[i:]
			return b.String(), true
		default:
			b.WriteByte(c)
		}
	}
	return "", l.fail("Unexpected end of input.")
}

func parseRange(elem OID, typmod int32, s string, f *Format) (*Range, error) {
	l := rangeLexer{all: s, s: s}
	var t rangeText
	if !l.parse(&t) {
		return nil, l.err()
	}
	if t.empty {
		return EmptyRange(elem), nil
	}
	lower := Bound{Inf: t.lowerInf, Inc: t.lowerInc}
	upper := Bound{Inf: t.upperInf, Inc: t.upperInc}
	var err error
	if !lower.Inf {
		if lower.Val, err = ParseText(elem, typmod, t.lower, f); err != nil {
			return nil, err
		}
	}
	if !upper.Inf {
		if upper.Val, err = ParseText(elem, typmod, t.upper, f); err != nil {
			return nil, err
		}
	}
	return NewRange(elem, lower, upper)
}

// multirangeLexer cuts a multirange's text into those of its ranges.
type multirangeLexer struct {
	s    string
	pos  int
	seen int // ranges
}

func (l *multirangeLexer) skipSpace() {
	for l.pos < len(l.s) && isSpace(l.s[l.pos]) {
		l.pos++
	}
}

func (l *multirangeLexer) err(detail string) error {
	return sqlerr.New(sqlerr.InvalidTextRepresentation, "malformed multirange literal: \"%s\"", l.s).WithDetail("%s", detail)
}

// rangeEnd returns the position behind the range that begins at pos.
func (l *multirangeLexer) rangeEnd() (int, bool) {
	quoted := false
	for i := l.pos; i < len(l.s); i++ {
		switch c := l.s[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted // a doubled quote opens and closes
		case !quoted && (c == ']' || c == ')'):
			return i + 1, true
		}
	}
	return 0, false
}

// next returns the text of the next range, or end at the closing brace.
func (l *multirangeLexer) next() (text string, end bool, err error) {
	l.skipSpace()
	if l.pos == len(l.s) {
		return "", false, l.err("Unexpected end of input.")
	}
	switch c := l.s[l.pos]; {
	case c == '}' && l.seen == 0:
		l.pos++
		return "", true, nil
	case c == '[' || c == '(':
		to, ok := l.rangeEnd()
		if !ok {
			return "", false, l.err("Unexpected end of input.")
		}
		text, l.pos = l.s[l.pos:to], to
	case hasEmptyPrefix(l.s[l.pos:]):
		text, l.pos = l.s[l.pos:l.pos+5], l.pos+5
	default:
		return "", false, l.err("Expected range start.")
	}
	l.seen++
	return text, false, nil
}

// more reads what follows a range: a comma, or the closing brace.
func (l *multirangeLexer) more() (bool, error) {
	l.skipSpace()
	if l.pos == len(l.s) {
		return false, l.err("Unexpected end of input.")
	}
	c := l.s[l.pos]
	l.pos++
	if c != ',' && c != '}' {
		return false, l.err("Expected comma or end of multirange.")
	}
	return c == ',', nil
}

func parseMultirange(elem OID, typmod int32, s string, f *Format) (*Multirange, error) {
	l := multirangeLexer{s: s}
	if l.skipSpace(); l.pos == len(s) || s[l.pos] != '{' {
		return nil, l.err("Missing left brace.")
	}
	l.pos++
	var ranges []*Range
	for more := true; more; {
		text, end, err := l.next()
		if err != nil {
			return nil, err
		}
		if end {
			break
		}
		r, err := parseRange(elem, typmod, text, f)
		if err != nil {
			return nil, err
		}
		ranges = append(ranges, r)
		if more, err = l.more(); err != nil {
			return nil, err
		}
	}
	if l.skipSpace(); l.pos != len(s) {
		return nil, l.err("Junk after closing right brace.")
	}
	return NewMultirange(elem, ranges), nil
}

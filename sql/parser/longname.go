package parser

import (
	"strings"
	"unicode/utf8"
)

// MaxName is how many bytes of an identifier PostgreSQL keeps.
const MaxName = 63

// noteLong remembers an identifier of which bytes will be cut.
func (s *scanned) noteLong(text string, t token) {
	if t.end-t.pos <= MaxName {
		return
	}
	name := text[t.pos:t.end]
	switch {
	case t.kind == tokIdent:
		name = foldASCII(name)
	case t.kind == tokQuoted && name[0] == '"' && len(name) > MaxName+2:
		if name = strings.ReplaceAll(name[1:len(name)-1], `""`, `"`); len(name) <= MaxName {
			return
		}
	default:
		return
	}
	s.long = append(s.long, name)
}

// CutName is what PostgreSQL keeps of an identifier: MaxName bytes, and no part of a
// character.
func CutName(name string) string {
	if len(name) <= MaxName {
		return name
	}
	end := MaxName
	for end > 0 && !utf8.RuneStart(name[end]) {
		end--
	}
	return name[:end]
}

// foldASCII makes the letters of ASCII small.
func foldASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

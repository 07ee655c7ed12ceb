package parser

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Escape is the first backslash in a string constant that standard_conforming_strings
// off takes for an escape.
type Escape struct {
	Next     byte // what the backslash stands before
	Position int  // of the constant, in characters from 1
}

// Conforming rewrites a query string of a session with standard_conforming_strings off as
// one with standard constants. Each byte of the rest stays where it is. The errors are
// *sqlerr.Error: 22025 and its kin for wrong escapes, 0A000 for constants with Unicode
// escapes, which are not to be had then, 54000 for what is too long.
func Conforming(text string) (string, []Escape, error) {
	if len(text) > MaxQuery {
		return "", nil, tooLong(MaxQuery, len(text), "")
	}
	l := newLexer(text)
	l.escapes = true
	var out []byte
	var found []Escape
	var before token // the last one
	for {
		t := l.next()
		if t.kind == tokEOF {
			break
		}
		if t.kind == tokString {
			goesOn := before.kind == tokString && strings.ContainsAny(text[before.end:t.pos], "\n\r")
			literal, err := conform(text, t, goesOn && isEscapeString(text[before.pos:]))
			if err != nil {
				return "", nil, err
			}
			if literal != "" {
				if out == nil {
					out = []byte(text)
				}
				found = append(found, Escape{Next: text[t.pos+strings.IndexByte(text[t.pos:], '\\')+1], Position: charPosition(text, t.pos)})
				for i := copy(out[t.pos:t.end], literal); i < t.end-t.pos; i++ {
					out[t.pos+i] = ' '
				}
			}
		}
		before = t
	}
	if out == nil {
		return text, nil, nil
	}
	return string(out), found, nil
}

func isEscapeString(s string) bool { return s[0] == 'e' || s[0] == 'E' }

// conform gives a constant in standard form, which is not longer; empty: it is in it
// already. inEscapes: it goes on with a constant whose escapes the parser reads itself.
func conform(text string, t token, inEscapes bool) (string, error) {
	literal := text[t.pos:t.end]
	head := strings.IndexByte(literal, '\'')
	switch {
	case head > 0 && (literal[0] == 'u' || literal[0] == 'U'):
		return "", sqlerr.New(sqlerr.FeatureNotSupported, "unsafe use of string constant with Unicode escapes").
			WithDetail("String constants with Unicode escapes cannot be used when standard_conforming_strings is off.").
			At(charPosition(text, t.pos))
	case inEscapes, head < 0, head > 0 && literal[0] != 'n' && literal[0] != 'N', !strings.Contains(literal, `\`):
		return "", nil
	}
	const prefix = "SELECT E"
	tree, err := rawParse(prefix + literal[head:])
	if err != nil {
		e := *err
		e.Message = strings.Replace(e.Message, ` near "E'`, ` near "'`, 1)
		e.Position = charPosition(text, t.pos) + max(e.Position-len(prefix)-1, 0)
		return "", &e
	}
	var value string
	for _, target := range tree.Stmts[0].GetStmt().GetSelectStmt().GetTargetList() {
		value = target.GetResTarget().GetVal().GetAConst().GetSval().GetSval()
	}
	return literal[:head] + "'" + strings.ReplaceAll(value, "'", "''") + "'", nil
}

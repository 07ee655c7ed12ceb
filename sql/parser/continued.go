package parser

import "strings"

// A string constant goes on where another one stands on a later line, and PostgreSQL 15
// lets comments to the end of a line stand between. The grammar here does not: they
// are blanked, byte for byte, when it stumbles over a text that has some.

// joinConstants blanks the comments between the parts of string constants; ok is false
// when there are none.
func joinConstants(text string) (joined string, ok bool) {
	var out []byte
	toks := tokens(text)
	for i := 1; i < len(toks); i++ {
		a, b := toks[i-1], toks[i]
		if a.kind != tokString || b.kind != tokString || text[b.pos] != '\'' {
			continue
		}
		gap := text[a.end:b.pos]
		if !strings.ContainsAny(gap, "\n\r") || !strings.Contains(gap, "--") || !lineComments(gap) {
			continue
		}
		if out == nil {
			out = []byte(text)
		}
		for k := a.end; k < b.pos; k++ {
			if out[k] != '\n' && out[k] != '\r' {
				out[k] = ' '
			}
		}
	}
	return string(out), out != nil
}

// lineComments reports whether what stands between two tokens has comments to the end
// of a line alone.
func lineComments(gap string) bool {
	for i := 0; i < len(gap); i++ {
		switch {
		case isSpace(gap[i]):
		case strings.HasPrefix(gap[i:], "--"):
			end := strings.IndexAny(gap[i:], "\n\r")
			if end < 0 {
				return false
			}
			i += end
		default:
			return false
		}
	}
	return true
}

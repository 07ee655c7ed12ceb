package parser

import "strings"

// maxName is how many bytes of an identifier PostgreSQL keeps.
const maxName = 63

// noteLong remembers an identifier of which bytes will be cut.
func (s *scanned) noteLong(text string, t token) {
	if t.end-t.pos <= maxName {
		return
	}
	name := text[t.pos:t.end]
	switch {
	case t.kind == tokIdent:
		name = foldIdent(name)
	case t.kind == tokQuoted && name[0] == '"' && len(name) > maxName+2:
		if name = strings.ReplaceAll(name[1:len(name)-1], `""`, `"`); len(name) <= maxName {
			return
		}
	default:
		return
	}
	s.long = append(s.long, name)
}

package regress

import (
	"regexp"
	"strings"
)

// Split cuts a script into statements as psql does: at semicolons outside of
// quotes, comments and parentheses. Lines of backslash commands are left out,
// and so is a statement that one of them ends, or that takes psql's variables.
func Split(script string) []string {
	s := splitter{text: script}
	for s.pos < len(s.text) {
		s.step()
	}
	return s.out
}

type splitter struct {
	text  string
	pos   int
	start int
	depth int
	out   []string
}

var dollarTag = regexp.MustCompile(`^\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$`)

func (s *splitter) step() {
	rest := s.text[s.pos:]
	switch c := rest[0]; {
	case strings.HasPrefix(rest, "--"):
		s.skipTo("\n", 0)
	case strings.HasPrefix(rest, "/*"):
		s.comment()
	case c == '\'':
		s.quoted('\'', s.pos > 0 && (s.text[s.pos-1] == 'E' || s.text[s.pos-1] == 'e'))
	case c == '"':
		s.quoted('"', false)
	case c == '$':
		if tag := dollarTag.FindString(rest); tag != "" {
			s.skipTo(tag, len(tag))
		} else {
			s.pos++
		}
	case c == '(':
		s.depth++
		s.pos++
	case c == ')':
		s.depth = max(s.depth-1, 0)
		s.pos++
	case c == ';' && s.depth == 0:
		s.emit()
	case c == '\\':
		s.skipTo("\n", 0)
		s.start, s.depth = s.pos, 0
	default:
		s.pos++
	}
}

func (s *splitter) skipTo(end string, from int) {
	i := strings.Index(s.text[min(s.pos+max(from, 1), len(s.text)):], end)
	if i < 0 {
		s.pos = len(s.text)
		return
	}
	s.pos += max(from, 1) + i + len(end)
}

// comment skips a comment, which may hold others.
func (s *splitter) comment() {
	level := 0
	for s.pos < len(s.text) {
		switch rest := s.text[s.pos:]; {
		case strings.HasPrefix(rest, "/*"):
			level++
			s.pos += 2
		case strings.HasPrefix(rest, "*/"):
			level--
			s.pos += 2
			if level == 0 {
				return
			}
		default:
			s.pos++
		}
	}
}

func (s *splitter) quoted(q byte, escapes bool) {
	for s.pos++; s.pos < len(s.text); s.pos++ {
		switch c := s.text[s.pos]; {
		case escapes && c == '\\':
			s.pos++
		case c == q:
			s.pos++
			return // a doubled quote opens the next part
		}
	}
}

var comments = regexp.MustCompile(`^(?:\s+|--[^\n]*\n)+`)

func (s *splitter) emit() {
	text := comments.ReplaceAllString(s.text[s.start:s.pos], "")
	if text != "" {
		s.out = append(s.out, text)
	}
	s.pos++
	s.start = s.pos
}

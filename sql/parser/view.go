package parser

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"
)

// ViewQuery returns the query of a CREATE VIEW as text: without comments and WITH CHECK
// OPTION, with single blanks. CREATE RECURSIVE VIEW's is the WITH RECURSIVE that it stands
// for.
func (s *Statement) ViewQuery() string {
	toks := tokens(s.Text)
	if s.Tree.GetViewStmt().GetWithCheckOption() > pg.ViewCheckOption_NO_CHECK_OPTION {
		last := len(toks) - 1
		for !isWord(s.Text, toks[last], "with") { // [LOCAL | CASCADED] CHECK OPTION stands behind
			last--
		}
		toks = toks[:last]
	}
	depth, name := 0, 0
	for i, t := range toks {
		switch {
		case isSelf(s.Text, t, '('):
			depth++
		case isSelf(s.Text, t, ')'):
			depth--
		case depth == 0 && name == 0 && isWord(s.Text, t, "view"):
			name = i + 1
		case depth == 0 && isWord(s.Text, t, "as"):
			query := joined(s.Text, toks[i+1:])
			if name < 2 || !isWord(s.Text, toks[name-2], "recursive") {
				return query
			}
			// name(columns), where the name may be qualified
			open := name
			for !isSelf(s.Text, toks[open], '(') {
				open++
			}
			columns := joined(s.Text, toks[open:i])
			own := s.Text[toks[open-1].pos:toks[open-1].end]
			return "WITH RECURSIVE " + own + columns + " AS (" + query + ") SELECT " + columns[1:len(columns)-1] + " FROM " + own
		}
	}
	return s.Text
}

// joined puts tokens together with one blank where there was white space or a
// comment.
func joined(text string, toks []token) string {
	var b strings.Builder
	for i, t := range toks {
		if t.kind == tokEOF {
			break
		}
		if i > 0 && t.pos > toks[i-1].end {
			gap := byte(' ')
			if t.kind == tokString && toks[i-1].kind == tokString { // parts of one string stand on lines of their own
				gap = '\n'
			}
			b.WriteByte(gap)
		}
		b.WriteString(text[t.pos:t.end])
	}
	return b.String()
}

package parser

import "strings"

// breaks are the words that begin a line of a query that is laid out, with what
// stands before them.
var breaks = map[string]string{
	"from": "\n   ", "where": "\n  ", "group": "\n  ", "having": "\n  ", "window": "\n  ", "order": "\n  ", "limit": "\n ", "offset": "\n ",
	"union": "\n", "intersect": "\n", "except": "\n",
}

// Layout breaks a query's text into lines as PostgreSQL prints views: a line
// for each column and each clause. Only blanks are added.
func Layout(query string) string {
	toks := tokens(query)
	var b strings.Builder
	b.WriteByte(' ')
	depth, list := 0, false
	word := func(i int, words ...string) bool {
		for _, w := range words {
			if i >= 0 && isWord(query, toks[i], w) {
				return true
			}
		}
		return false
	}
	for i, t := range toks {
		if t.kind == tokEOF {
			break
		}
		text := query[t.pos:t.end]
		gap := ""
		if i > 0 && t.pos > toks[i-1].end {
			gap = " "
		}
		switch {
		case isSelf(query, t, '('), isSelf(query, t, '['):
			depth++
		case isSelf(query, t, ')'), isSelf(query, t, ']'):
			depth--
		case depth > 0:
		case list && i > 0 && isSelf(query, toks[i-1], ','):
			gap = "\n    "
		case t.kind == tokIdent && i > 0:
			lower := strings.ToLower(text)
			inner := lower == "from" && (word(i-1, "distinct") && word(i-2, "is", "not") || word(i-1, "system_time", "valid_time", "business_time")) ||
				lower == "group" && word(i-1, "within") || isSelf(query, toks[i-1], '.') || word(i-1, "as")
			if start, ok := breaks[lower]; ok && !inner {
				gap, list = start, false
			}
		}
		if depth == 0 && word(i, "select") {
			list = true
		}
		b.WriteString(gap)
		b.WriteString(text)
	}
	return b.String() + ";"
}

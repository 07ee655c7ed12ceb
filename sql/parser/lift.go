package parser

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// maxClauses bounds the clauses of ours in one query string: each costs a
// parse.
const maxClauses = 64

// lifter parses one text, cutting our clauses out of it as the parser
// stumbles over them.
type lifter struct {
	original string  // as written
	text     string  // clauses blanked byte for byte
	toks     []token // of text; nil: to be made
	lifted   []lifted
}

// lifted is a clause cut out of the text.
type lifted struct {
	start, end int // bytes of the text
	lens       *LensClause
	system     *TimeClause
	valid      *TimeClause
	asOf       *TimeClause      // AS OF SYSTEM TIME, of the statement
	target     any              // the FROM item, once attached
	inner      map[any]*Clauses // clauses within the clause's own expressions
}

// give hands a clause to its statement.
func (c *lifted) give(s *Statement) {
	if c.asOf != nil {
		s.AsOf = c.asOf
		return
	}
	if s.Clauses == nil {
		s.Clauses = map[any]*Clauses{}
	}
	for k, v := range c.inner {
		s.Clauses[k] = v
	}
	item := s.Clauses[c.target]
	if item == nil {
		item = &Clauses{}
		s.Clauses[c.target] = item
	}
	if c.lens != nil {
		item.Lens = c.lens
	}
	if c.system != nil {
		item.System = c.system
	}
	if c.valid != nil {
		item.Valid = c.valid
	}
}

// parse parses the text, lifting clauses until PostgreSQL's parser accepts
// what is left or its complaint has nothing to do with them.
func (l *lifter) parse() (*pg.ParseResult, error) {
	for {
		tree, perr := rawParse(l.text)
		if perr == nil {
			return tree, nil
		}
		if perr.Code != sqlerr.SyntaxError || perr.Position == 0 {
			return nil, perr
		}
		done, err := l.liftAt(byteOffset(l.text, perr.Position))
		if err != nil {
			return nil, err
		}
		if !done {
			if joined, ok := joinConstants(l.text); ok {
				l.text, l.toks = joined, nil
				continue
			}
			return nil, perr
		}
		if len(l.lifted) > maxClauses {
			return nil, sqlerr.New(sqlerr.ProgramLimitExceeded, "too many lens and time clauses").
				WithDetail("A query string has at most %d of them.", maxClauses)
		}
	}
}

// byteOffset converts a position in characters, from 1, into bytes.
func byteOffset(text string, position int) int {
	n := 1
	for i := range text {
		if n == position {
			return i
		}
		n++
	}
	return len(text)
}

// liftAt looks for a clause of ours at the token that the parser refused, and
// cuts it out.
func (l *lifter) liftAt(offset int) (bool, error) {
	if l.toks == nil {
		l.toks = tokens(l.text)
	}
	i := 0
	for i < len(l.toks) && l.toks[i].end <= offset {
		i++
	}
	start, parse := l.clauseAt(i)
	if parse == nil {
		return false, nil
	}
	end, c, err := parse(start)
	if err != nil {
		return false, err
	}
	c.start = l.toks[start].pos
	c.end = l.toks[end-1].end
	l.text = l.text[:c.start] + strings.Repeat(" ", c.end-c.start) + l.text[c.end:]
	l.toks = append(l.toks[:start:start], l.toks[end:]...)
	l.lifted = append(l.lifted, c)
	return true, nil
}

// clauseParser parses the clause whose first token is given and returns the
// token behind it.
type clauseParser func(start int) (end int, c lifted, err error)

// clauseAt recognises the start of a clause at or just before the token i that
// the parser refused.
func (l *lifter) clauseAt(i int) (int, clauseParser) {
	switch {
	case l.words(i, "using", "lens"):
		return i, l.lensClause
	case l.words(i-1, "using", "lens"):
		return i - 1, l.lensClause
	case l.isTimeFor(i):
		return i, l.timeClause
	case l.isTimeFor(i - 1):
		return i - 1, l.timeClause
	}
	// AS OF SYSTEM TIME: "of" may have been taken for an alias, and "system"
	// been refused, or "time".
	for back := 0; back <= 3; back++ {
		if l.words(i-back, "as", "of", "system", "time") {
			return i - back, l.asOfClause
		}
	}
	return 0, nil
}

// words reports whether the tokens from i on are these words.
func (l *lifter) words(i int, words ...string) bool {
	if i < 0 || i+len(words) > len(l.toks) {
		return false
	}
	for k, w := range words {
		if !isWord(l.text, l.toks[i+k], w) {
			return false
		}
	}
	return true
}

func (l *lifter) isTimeFor(i int) bool {
	return l.words(i, "for", "system_time") || l.words(i, "for", "valid_time") || l.words(i, "for", "business_time")
}

// self reports whether token i is a punctuation mark.
func (l *lifter) self(i int, c byte) bool {
	return i >= 0 && i < len(l.toks) && isSelf(l.text, l.toks[i], c)
}

// op reports whether token i is an operator.
func (l *lifter) op(i int, op string) bool {
	return i < len(l.toks) && l.toks[i].kind == tokOp && l.text[l.toks[i].pos:l.toks[i].end] == op
}

// group returns the token behind the parenthesis that closes the one at i, or
// -1 when none does.
func (l *lifter) group(i int) int {
	depth := 0
	for ; i < len(l.toks); i++ {
		switch {
		case l.self(i, '('), l.self(i, '['):
			depth++
		case l.self(i, ')'), l.self(i, ']'):
			depth--
			if depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// near complains at token i.
func (l *lifter) near(i int) *sqlerr.Error {
	if i >= len(l.toks) {
		return syntaxNear(l.text, token{kind: tokEOF})
	}
	return syntaxNear(l.text, l.toks[i])
}

// name reads an identifier as PostgreSQL folds it; ok is false where there is
// none.
func (l *lifter) name(i int) (string, bool) {
	if i >= len(l.toks) {
		return "", false
	}
	t := l.toks[i]
	raw := l.text[t.pos:t.end]
	switch {
	case t.kind == tokIdent:
		return foldIdent(raw), true
	case t.kind == tokQuoted && raw[0] == '"' && len(raw) > 2:
		return strings.ReplaceAll(raw[1:len(raw)-1], `""`, `"`), true
	}
	return "", false
}

// foldIdent lowers ASCII letters, as PostgreSQL does in UTF-8 databases.
func foldIdent(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

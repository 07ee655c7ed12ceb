package parser

import (
	"context"
	"strings"
	"unicode/utf8"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Statement is one statement of a query string.
type Statement struct {
	// Text is the statement's own text as written, our clauses included,
	// without the semicolon and surrounding blanks.
	Text string
	// Offset is where Text begins in the query string, in characters.
	Offset int
	// Kind is the command tag's word: SELECT, INSERT, BEGIN, CREATE VIEW, …
	Kind string
	// Tree is the statement's parse tree. Its locations are bytes of the whole
	// query string; Position converts them.
	Tree *pg.Node
	// Clauses holds our clauses by the FROM item that they follow: a
	// *pg.RangeVar, *pg.RangeSubselect or *pg.RangeFunction of Tree. It is nil
	// for plain SQL.
	Clauses map[any]*Clauses
	// AsOf is AS OF SYSTEM TIME of the statement (a SELECT, or BEGIN); nil:
	// none.
	AsOf *TimeClause
	// Long are the identifiers of the query string that are longer than PostgreSQL keeps, of which
	// the tree has the first bytes. The first statement has them.
	Long []string

	whole string // the query string
	base  int    // the byte of whole where Text begins
}

// Clauses are the clauses of ours that follow one FROM item.
type Clauses struct {
	Lens   *LensClause
	System *TimeClause // FOR SYSTEM_TIME
	Valid  *TimeClause // FOR VALID_TIME, FOR BUSINESS_TIME
}

// LensClause is USING LENS name[(param => value, …)] [FILTER (WHERE cond)].
type LensClause struct {
	Name     string // folded to lower case unless quoted
	Params   []LensParam
	Filter   *pg.Node // nil: none
	Location int      // of USING, in bytes of the query string
	NameAt   int      // of the name
}

// LensParam is one name => value.
type LensParam struct {
	Name     string
	Value    *pg.Node
	Location int // of the name
}

// TimeKind says which times a time clause names.
type TimeKind uint8

// The forms of a time clause.
const (
	TimeAsOf    TimeKind = iota // AS OF From
	TimeFromTo                  // FROM From TO To: half-open
	TimeBetween                 // BETWEEN From AND To: closed
	TimeAll                     // ALL
)

// TimeClause is a FOR SYSTEM_TIME, FOR VALID_TIME or AS OF SYSTEM TIME.
type TimeClause struct {
	Kind     TimeKind
	From, To *pg.Node // nil where the form has none
	Location int      // of its first word, in bytes of the query string
}

// Position converts a location of the tree (bytes; negative: unknown) into a
// position in Text: characters, from 1; 0 is unknown.
func (s *Statement) Position(location int32) int {
	loc := int(location)
	if loc < s.base || loc > len(s.whole) || s.whole == "" {
		return 0
	}
	return utf8.RuneCountInString(s.whole[s.base:loc]) + 1
}

// Parse splits a query string into statements, none for a blank text. The
// errors are *sqlerr.Error: 42601 and its kin with a position, 54000 and 54001
// from the fence, 22021 for text that is not UTF-8, 53200 when other parses
// hold the memory for too long.
func Parse(text string) ([]Statement, error) { return ParseContext(context.Background(), text) }

// ParseContext is Parse, but gives up waiting for memory when ctx ends.
func ParseContext(ctx context.Context, text string) ([]Statement, error) {
	seen, err := fence(text)
	if err != nil {
		return nil, err
	}
	held, err := memory.acquire(ctx, seen.weight(text))
	if err != nil {
		return nil, err
	}
	defer memory.release(held)
	l := lifter{original: text, text: text}
	tree, err := l.parse()
	if err = seen.junkFirst(text, err); err != nil {
		return nil, err
	}
	if err := refuseSixteen(l.text, tree, seen); err != nil {
		return nil, err
	}
	if err := l.attach(tree); err != nil {
		return nil, err
	}
	stmts := l.statements(tree)
	if len(stmts) > 0 {
		stmts[0].Long = seen.long
	}
	return stmts, nil
}

// ParseExpr parses one expression, as it stands in a select list. Locations
// are bytes of the text; clauses of ours in its subqueries are lost.
func ParseExpr(text string) (*pg.Node, error) {
	if _, err := fence(text); err != nil {
		return nil, err
	}
	l := lifter{original: text, text: text}
	return l.subExpr(0, len(text), &lifted{inner: map[any]*Clauses{}})
}

// statements cuts the query string along the trees.
func (l *lifter) statements(tree *pg.ParseResult) []Statement {
	out := make([]Statement, 0, len(tree.Stmts))
	chars, counted := 0, 0
	for _, raw := range tree.Stmts {
		start := int(raw.StmtLocation)
		end := len(l.original)
		if raw.StmtLen > 0 {
			end = min(end, start+int(raw.StmtLen))
		}
		start = skipTo(l.original, start, end)
		own := strings.TrimRight(l.original[start:end], " \t\n\r\f\v;")
		chars += utf8.RuneCountInString(l.original[counted:start])
		counted = start
		s := Statement{
			Text: own, Offset: chars, Kind: kindOf(raw.Stmt), Tree: raw.Stmt,
			whole: l.original, base: start,
		}
		for i := range l.lifted {
			if c := &l.lifted[i]; c.start >= start && c.start < end {
				c.give(&s)
			}
		}
		out = append(out, s)
	}
	return out
}

// skipTo passes blanks (not comments: they belong to the statement).
func skipTo(text string, start, end int) int {
	for start < end && isSpace(text[start]) {
		start++
	}
	return start
}

// charPosition converts a byte offset into a position: characters, from 1.
func charPosition(text string, offset int) int {
	return utf8.RuneCountInString(text[:min(max(offset, 0), len(text))]) + 1
}

// syntaxNear is PostgreSQL's complaint at a token.
func syntaxNear(text string, t token) *sqlerr.Error {
	if t.kind == tokEOF || t.pos >= len(text) {
		return sqlerr.New(sqlerr.SyntaxError, "syntax error at end of input").At(charPosition(text, len(text)))
	}
	return sqlerr.New(sqlerr.SyntaxError, `syntax error at or near "%s"`, text[t.pos:t.end]).
		At(charPosition(text, t.pos))
}

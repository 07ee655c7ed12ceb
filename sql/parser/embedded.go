package parser

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// TokenKind classifies a Token.
type TokenKind uint8

// The kinds of tokens.
const (
	TokenEnd      TokenKind = TokenKind(tokEOF)
	TokenWord     TokenKind = TokenKind(tokIdent)  // an identifier or keyword without quotes
	TokenQuoted   TokenKind = TokenKind(tokQuoted) // "identifier"
	TokenString   TokenKind = TokenKind(tokString)
	TokenNumber   TokenKind = TokenKind(tokNumber)
	TokenParam    TokenKind = TokenKind(tokParam) // $1
	TokenOperator TokenKind = TokenKind(tokOp)
	TokenSelf     TokenKind = TokenKind(tokSelf) // one of ( ) [ ] , ; . :
)

// Token is a lexical unit of SQL: bytes [Pos, End) of its text.
type Token struct {
	Kind     TokenKind
	Pos, End int
}

// Tokens splits text that holds SQL and is not SQL as a whole, the body of a
// function, and ends with a TokenEnd. What of it is SQL passes the fence when it
// is parsed.
func Tokens(text string) ([]Token, error) {
	if len(text) > MaxText {
		return nil, tooLong(MaxText, len(text), "")
	}
	if err := checkEncoding(text); err != nil {
		return nil, err
	}
	l := newLexer(text)
	var out []Token
	for {
		t := l.next()
		if l.work > maxWork {
			return nil, sqlerr.New(sqlerr.StatementTooComplex, "statement is too complex").
				WithDetail("Comments begin too often within one run of operator characters.")
		}
		out = append(out, Token{TokenKind(t.kind), t.pos, t.end})
		if t.kind == tokEOF {
			return out, nil
		}
	}
}

// selectWord makes an expression a statement.
const selectWord = "SELECT "

// ParseExpression parses what may follow SELECT, as the expressions of PL/pgSQL are
// written, into a statement whose text is that of the expression alone.
func ParseExpression(text string) (*Statement, error) {
	return parseBehind(selectWord, text)
}

// ParseEmbedded parses the text of one statement that stands in another language.
func ParseEmbedded(text string) (*Statement, error) { return parseBehind("", text) }

func parseBehind(word, text string) (*Statement, error) {
	stmts, err := Parse(word + text)
	if err != nil {
		e := *sqlerr.From(err)
		if e.Position > 0 {
			e.Position = max(1, e.Position-len(word))
		}
		return nil, &e
	}
	if len(stmts) != 1 {
		return nil, sqlerr.New(sqlerr.SyntaxError, "syntax error at end of input").At(charPosition(text, len(text)))
	}
	s := stmts[0]
	s.base += len(word)
	s.Text = strings.TrimRight(text, " \t\n\r\f\v")
	return &s, nil
}

// ParseTypeName parses the name of a type. Positions in errors are those of the text.
func ParseTypeName(text string) (*pg.TypeName, error) {
	const before, after = "SELECT CAST(NULL AS ", ")"
	stmts, err := Parse(before + text + after)
	if err == nil && len(stmts) == 1 {
		for _, t := range stmts[0].Tree.GetSelectStmt().GetTargetList() {
			if n := t.GetResTarget().GetVal().GetTypeCast().GetTypeName(); n != nil {
				return n, nil
			}
		}
	}
	e := *sqlerr.New(sqlerr.SyntaxError, "syntax error at end of input")
	if err != nil {
		e = *sqlerr.From(err)
	}
	e.Position = max(1, e.Position-len(before))
	e.Where = `invalid type name "` + text + `"`
	return nil, &e
}

// Constant is the value of a string constant, as it is written.
func Constant(text string) (string, error) {
	stmt, err := ParseExpression(text)
	if err != nil {
		return "", err
	}
	for _, t := range stmt.Tree.GetSelectStmt().GetTargetList() {
		if c := t.GetResTarget().GetVal().GetAConst(); c != nil {
			return c.GetSval().GetSval(), nil
		}
	}
	return "", sqlerr.New(sqlerr.SyntaxError, "syntax error at or near \"%s\"", text)
}

// Identifier is the name that a word or a quoted identifier is.
func Identifier(text string) string {
	if len(text) >= 2 && text[0] == '"' {
		return strings.ReplaceAll(text[1:len(text)-1], `""`, `"`)
	}
	return foldIdent(text)
}

// CallArguments are the arguments of a CALL, those that are a name alone with its
// parts, the others as nil.
func CallArguments(stmt *Statement) [][]string {
	var out [][]string
	for _, a := range stmt.Tree.GetCallStmt().GetFunccall().GetArgs() {
		if named := a.GetNamedArgExpr(); named != nil {
			a = named.Arg
		}
		var names []string
		for _, f := range a.GetColumnRef().GetFields() {
			names = append(names, f.GetString_().GetSval())
		}
		out = append(out, names)
	}
	return out
}

// Within converts a position in the value of a string constant, characters from 1, to
// one in Text, where the constant stands at a location of the tree. Escapes make that
// impossible, but doubled quotes do not.
func (s *Statement) Within(location int32, position int) (int, bool) {
	start := s.Position(location)
	if start == 0 {
		return 0, false
	}
	text := []rune(s.whole[location:])
	if len(text) == 0 {
		return 0, false
	}
	switch text[0] {
	case '$':
		for i := 1; i < len(text); i++ {
			if text[i] == '$' {
				return start + i + position, true
			}
		}
	case '\'':
		at := 1
		for n := 1; n < position && at < len(text); n++ {
			if text[at] == '\'' {
				at++
			}
			at++
		}
		return start + at, true
	}
	return 0, false
}

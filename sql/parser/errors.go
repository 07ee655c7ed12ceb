package parser

import (
	"errors"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"
	cparser "github.com/pganalyze/pg_query_go/v5/parser"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// rawParse calls the C parser. The text has passed the fence.
func rawParse(text string) (*pg.ParseResult, *sqlerr.Error) {
	tree, err := pg.Parse(text)
	if err == nil {
		return tree, nil
	}
	var ce *cparser.Error
	if errors.As(err, &ce) {
		return nil, translate(text, ce)
	}
	// The tree did not decode: it nests deeper than protocol buffers may.
	return nil, sqlerr.New(sqlerr.StatementTooComplex, "statement is too complex").
		WithDetail("The parse tree nests too deeply.").Wrap(err)
}

// translate gives an error of the C parser its SQLSTATE. Its cursor counts
// characters from 1.
func translate(text string, ce *cparser.Error) *sqlerr.Error {
	code := sqlerr.SyntaxError
	m := ce.Message
	switch {
	case strings.HasPrefix(m, "invalid byte sequence"):
		code = sqlerr.CharacterNotInRepertoire
	case m == "invalid Unicode escape":
		code = sqlerr.InvalidEscapeSequence
	case strings.HasPrefix(m, "role name ") && strings.HasSuffix(m, " is reserved"), strings.HasSuffix(m, " cannot be used as a role name here"):
		code = sqlerr.ReservedName
	case strings.HasPrefix(m, "frame start"), strings.HasPrefix(m, "frame end"):
		code = sqlerr.WindowingError
	case strings.Contains(m, "not yet implemented"), strings.HasPrefix(m, "UNENCRYPTED PASSWORD "), strings.Contains(m, "not implemented"),
		strings.HasPrefix(m, "unsafe use of string constant"):
		code = sqlerr.FeatureNotSupported
	case strings.Contains(m, "memory exhausted"), strings.Contains(m, "stack depth"):
		code = sqlerr.StatementTooComplex
	case strings.HasPrefix(m, "out of memory"):
		code = sqlerr.OutOfMemory
	}
	e := sqlerr.New(code, "%s", m)
	if strings.HasPrefix(m, "UNENCRYPTED PASSWORD ") {
		e = e.WithHint("Remove UNENCRYPTED to store the password in encrypted form instead.")
	}
	if ce.Cursorpos > 0 {
		e = e.At(ce.Cursorpos)
	}
	return e
}

// junkFirst prefers PostgreSQL 15's complaint about a constant that runs into
// an identifier (0x1F, 1_000, $1a) when it stands before the parser's own.
func (s scanned) junkFirst(text string, err error) error {
	if s.junkAt < 0 {
		return err
	}
	at := charPosition(text, s.junkAt)
	if err != nil {
		if e := sqlerr.From(err); e.Position != 0 && e.Position < at {
			return err
		}
	}
	what := "numeric literal"
	if s.junkParam {
		what = "parameter"
	}
	return sqlerr.New(sqlerr.SyntaxError, `trailing junk after %s at or near "%s"`,
		what, text[s.junkAt:s.junk]).At(at)
}

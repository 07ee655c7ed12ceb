package plpgsql

import (
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// raiseLevels are the levels of RAISE as errors have them.
var raiseLevels = map[string]string{
	"exception": "ERROR", "warning": "WARNING", "notice": "NOTICE", "info": "INFO", "log": "LOG", "debug": "DEBUG",
}

// raiseOptions are the options of RAISE … USING.
var raiseOptions = map[string]string{
	"errcode": "ERRCODE", "message": "MESSAGE", "detail": "DETAIL", "hint": "HINT", "column": "COLUMN",
	"constraint": "CONSTRAINT", "datatype": "DATATYPE", "table": "TABLE", "schema": "SCHEMA",
}

// raise reads RAISE [level] [format, … | condition | SQLSTATE …] [USING …].
func (c *compiler) raise(p place) stmt {
	c.i++
	s := &raiseStmt{place: p, level: "ERROR"}
	if c.acceptSign(";") {
		s.again = true
		return s
	}
	if l, ok := raiseLevels[c.word()]; ok {
		s.level = l
		c.i++
	}
	switch {
	case c.tok().Kind == parser.TokenEnd, c.sign() == ";":
		c.syntax()
	case c.tok().Kind == parser.TokenString:
		text, err := parser.Constant(c.raw(c.next()))
		if err != nil {
			fail(sqlerr.From(err))
		}
		s.format, s.message = text, true
		for c.acceptSign(",") {
			s.params = append(s.params, c.expression(asExpression, ",", ";", "using"))
		}
		if c.sign() != ";" && c.word() != "using" {
			c.syntax()
		}
	case c.word() == "using":
	case c.word() == "sqlstate":
		c.i++
		s.code = c.sqlstate()
		s.name = s.code
		c.raiseEnds()
	default:
		if !c.isName() {
			c.syntax()
		}
		s.name = ident(c.raw(c.next()))
		codes := conditionsByName[s.name]
		if codes == nil {
			if c.sign() != ";" && c.word() != "using" {
				c.i--
				c.syntax()
			}
			fail(sqlerr.New(sqlerr.UndefinedObject, `unrecognized exception condition "%s"`, s.name))
		}
		s.code = codes[0]
		c.raiseEnds()
	}
	c.raiseUsing(s)
	c.wantSign(";")
	c.checkFormat(s)
	return s
}

func (c *compiler) raiseEnds() {
	if c.sign() != ";" && c.word() != "using" {
		c.syntax()
	}
}

// raiseUsing reads USING option = expression, …
func (c *compiler) raiseUsing(s *raiseStmt) {
	if !c.accept("using") {
		return
	}
	for {
		o, ok := raiseOptions[c.word()]
		if !ok {
			c.near("unrecognized RAISE statement option")
		}
		c.i++
		if !c.acceptSign("=") && !c.acceptSign(":=") {
			c.near("syntax error, expected \"=\"")
		}
		s.options = append(s.options, raiseOption{o, c.expression(asExpression, ",", ";")})
		if !c.acceptSign(",") {
			return
		}
	}
}

// checkFormat holds the number of the parameters against the format.
func (c *compiler) checkFormat(s *raiseStmt) {
	want := 0
	for i := 0; i < len(s.format); i++ {
		if s.format[i] != '%' {
			continue
		}
		if i+1 < len(s.format) && s.format[i+1] == '%' {
			i++
			continue
		}
		want++
	}
	switch {
	case want < len(s.params):
		fail(sqlerr.New(sqlerr.SyntaxError, "too many parameters specified for RAISE"))
	case want > len(s.params):
		fail(sqlerr.New(sqlerr.SyntaxError, "too few parameters specified for RAISE"))
	}
}

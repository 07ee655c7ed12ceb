package plpgsql

import (
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// exceptions reads WHEN … THEN …, up to END.
func (c *compiler) exceptions(s *blockStmt) {
	s.handled = true
	outer := c.top
	text := plan.DeclaredType{OID: types.OIDText, Typmod: -1}
	s.sqlstate = c.declare(variable{name: "sqlstate", typ: text, constant: true})
	s.sqlerrm = c.declare(variable{name: "sqlerrm", typ: text, constant: true})
	for c.accept("when") {
		h := handler{codes: c.condition()}
		for c.accept("or") {
			h.codes = append(h.codes, c.condition()...)
		}
		c.want("then")
		h.body = c.statements()
		s.handlers = append(s.handlers, h)
	}
	if len(s.handlers) == 0 {
		c.syntax()
	}
	c.top = outer
}

// condition reads the name of a condition, or SQLSTATE and a code.
func (c *compiler) condition() []string {
	n := c.anyName()
	if n == "sqlstate" {
		return []string{c.sqlstate()}
	}
	codes := conditionCodes(n)
	if codes == nil {
		fail(sqlerr.New(sqlerr.UndefinedObject, `unrecognized exception condition "%s"`, n))
	}
	return codes
}

// sqlstate reads the constant behind SQLSTATE.
func (c *compiler) sqlstate() string {
	if c.tok().Kind != parser.TokenString {
		c.syntax()
	}
	code, err := parser.Constant(c.raw(c.tok()))
	if err != nil || !isSQLState(code) {
		c.near("invalid SQLSTATE code")
	}
	c.i++
	return code
}

package plpgsql

import (
	"strings"

	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// sqlUntil takes tokens up to one of stops, a word or a sign, outside of parentheses,
// which it leaves, and returns their text and where that begins. what is read, an
// expression or a statement, is named in complaints.
func (c *compiler) sqlUntil(what string, stops ...string) (text string, start int) {
	start = c.tok().Pos
	first, depth := c.i, 0
	for ; ; c.i++ {
		t := c.tok()
		mark := c.sign()
		if mark == "" {
			mark = c.word()
		}
		if mark != "" && depth == 0 && isStop(mark, stops) {
			break
		}
		switch mark {
		case "(", "[":
			depth++
		case ")", "]":
			if depth--; depth < 0 {
				c.near("mismatched parentheses")
			}
		}
		if mark == ";" || t.Kind == parser.TokenEnd {
			if depth > 0 {
				c.near("mismatched parentheses")
			}
			if mark == "" {
				c.syntax()
			}
			c.failAt(t.Pos, sqlerr.SyntaxError, `missing "%s" at end of SQL %s`, expected(stops), what)
		}
	}
	if c.i == first {
		c.near("missing " + map[string]string{"expression": "expression", "statement": "SQL statement"}[what])
	}
	return c.text[start:c.tokAt(c.i-1).End], start
}

// expected names what ends an expression, for complaints.
func expected(stops []string) string {
	switch text := strings.Join(stops, " "); text {
	case "from in":
		return "FROM or IN"
	case "into using ;":
		return "INTO or USING"
	case "using loop":
		return "LOOP or USING"
	}
	return strings.ToUpper(stops[0])
}

func isStop(mark string, stops []string) bool {
	for _, s := range stops {
		if s == mark {
			return true
		}
	}
	return false
}

// expression takes an expression up to one of stops, which it leaves.
func (c *compiler) expression(mode exprMode, stops ...string) *expr {
	text, at := c.sqlUntil("expression", stops...)
	return c.parsed(mode, text, at)
}

// parsed makes an expr of text that stands at a byte of the body.
func (c *compiler) parsed(mode exprMode, text string, at int) *expr {
	return c.rewritten(mode, text, text, at)
}

// rewritten makes an expr whose text was changed, in as many bytes, for errors to show.
func (c *compiler) rewritten(mode exprMode, text, sql string, at int) *expr {
	parse := parser.ParseExpression
	if mode == asStatement {
		parse = parser.ParseEmbedded
	}
	st, err := parse(sql)
	if err != nil {
		e := *sqlerr.From(err)
		if e.Position > 0 {
			e.Position += c.position(at) - 1
		}
		fail(&e)
	}
	return &expr{text: text, mode: mode, stmt: st, top: c.top}
}

// statements reads statements up to a word that ends their list.
func (c *compiler) statements() []stmt {
	var out []stmt
	for {
		switch c.word() {
		case "end", "else", "elsif", "elseif", "when", "exception":
			if !c.assigns() {
				return out
			}
		}
		if c.tok().Kind == parser.TokenEnd {
			c.syntax()
		}
		if s := c.statement(); s != nil {
			out = append(out, s)
		}
	}
}

// assigns reports whether the word is a variable that is assigned: words that are not
// reserved may be.
func (c *compiler) assigns() bool {
	if c.tok().Kind != parser.TokenQuoted && (c.word() == "" || reserved[c.word()]) {
		return false
	}
	names, end := c.dotted(c.i)
	_, ok := c.top.lookup(names, c.fn.vars)
	if !ok {
		return false
	}
	switch c.signAt(end) {
	case ":=", "=", "[":
		return true
	}
	return len(names) > 1
}

// statement reads one; nil for NULL.
func (c *compiler) statement() stmt {
	if c.tok().Kind == parser.TokenParam || c.assigns() {
		return c.assignment()
	}
	if c.sign() == "<<" {
		return c.labelled()
	}
	p := c.here()
	switch w := c.word(); w {
	case "declare", "begin":
		b := c.block()
		c.wantSign(";")
		return b
	case "null":
		c.i++
		c.wantSign(";")
		return nil
	case "if":
		return c.ifStatement(p)
	case "case":
		return c.caseStatement(p)
	case "loop", "while", "for", "foreach":
		return c.loop("")
	case "exit", "continue":
		return c.exit(p)
	case "return":
		return c.returns(p)
	case "raise":
		return c.raise(p)
	case "assert":
		return c.assert(p)
	case "perform":
		return c.perform(p)
	case "execute":
		return c.execute(p)
	case "get":
		return c.diagnostics(p)
	case "open":
		return c.open(p)
	case "fetch", "move":
		return c.fetch(p)
	case "close":
		c.i++
		s := &closeStmt{p, c.cursorVariable()}
		c.wantSign(";")
		return s
	case "commit", "rollback":
		return c.ends(p)
	case "call", "do":
		return c.sql(p, strings.ToUpper(w))
	}
	return c.sqlOrUnknown(p)
}

// labelled reads a block or loop with its label.
func (c *compiler) labelled() stmt {
	i := c.i
	label := c.label()
	switch c.word() {
	case "loop", "while", "for", "foreach":
		return c.loop(label)
	case "declare", "begin":
	default:
		c.syntax()
	}
	c.i = i
	b := c.block()
	c.wantSign(";")
	return b
}

// sqlOrUnknown reads a statement of SQL. A word that is followed by what only
// assignments have is a variable that there is not.
func (c *compiler) sqlOrUnknown(p place) stmt {
	if t := c.tok(); t.Kind != parser.TokenWord && t.Kind != parser.TokenQuoted || reserved[c.word()] {
		c.syntax()
	}
	names, end := c.dotted(c.i)
	switch s := c.signAt(end); {
	case s == "=", s == ":=", s == "[", s == "." && len(names) == 1:
		c.notVariable()
	}
	return c.sql(p, "")
}

// assignment reads variable[.field…][subscript…] := expression.
func (c *compiler) assignment() stmt {
	s := &assignStmt{place: c.here()}
	at := c.tok().Pos
	var ok bool
	if s.to, ok = c.datum(); !ok {
		c.notVariable()
	}
	c.assignable(s.to, at)
	for {
		if c.acceptSign("[") {
			s.steps = append(s.steps, c.subscript())
			continue
		}
		if !c.acceptSign(".") {
			break
		}
		s.steps = append(s.steps, step{field: c.anyName()})
	}
	if c.sign() != ":=" && c.sign() != "=" {
		c.syntax()
	}
	c.i++
	if c.sign() == ";" { // what is computed then has no columns
		s.value = &expr{text: c.text[at:c.tokAt(c.i-1).End], mode: asAssignment}
		c.i++
		return s
	}
	value, from := c.sqlUntil("expression", ";")
	c.i++
	s.value = c.parsed(asAssignment, value, from)
	s.value.text = c.text[at : from+len(value)]
	if v := &c.fn.vars[s.to.datum]; s.to.field == "" && !v.rec {
		s.value.to = assignedType(v.typ, s.steps)
	}
	return s
}

// assignedType is the type of the part of a variable that steps lead to; nil: it is not
// known before.
func assignedType(t plan.DeclaredType, steps []step) *plan.DeclaredType {
	if len(steps) == 0 {
		return &t
	}
	out := plan.DeclaredType{OID: types.ElemOf(t.OID), Typmod: t.Typmod}
	for _, st := range steps {
		if st.field != "" || out.OID == 0 {
			return nil
		}
		if st.slice {
			out.OID = t.OID
		}
	}
	return &out
}

// subscript reads i] or lower:upper].
func (c *compiler) subscript() step {
	st := step{}
	if c.sign() != ":" {
		st.upper = c.expression(asExpression, "]", ":")
	}
	if c.acceptSign(":") {
		st.slice, st.lower, st.upper = true, st.upper, nil
		if c.sign() != "]" {
			st.upper = c.expression(asExpression, "]")
		}
	}
	c.wantSign("]")
	return st
}

// ifStatement reads IF … THEN … ELSIF … ELSE … END IF.
func (c *compiler) ifStatement(p place) stmt {
	c.enter()
	s := &ifStmt{place: p}
	c.i++
	for {
		a := arm{cond: c.expression(asExpression, "then")}
		c.i++
		a.body = c.statements()
		s.arms = append(s.arms, a)
		if !c.accept("elsif") && !c.accept("elseif") {
			break
		}
	}
	if c.accept("else") {
		s.other = c.statements()
	}
	c.endOf("if")
	return s
}

// endOf reads END and what it ends.
func (c *compiler) endOf(what string) {
	c.want("end")
	c.want(what)
	c.wantSign(";")
	c.depth--
}

// exit reads EXIT or CONTINUE.
func (c *compiler) exit(p place) stmt {
	s := &exitStmt{place: p, next: c.word() == "continue"}
	c.i++
	at := c.tok().Pos
	if c.sign() != ";" && c.word() != "when" {
		s.label = c.anyName()
	}
	if c.accept("when") {
		s.cond = c.expression(asExpression, ";")
	}
	c.wantSign(";")
	switch kind := c.top.labelled(s.label); {
	case s.label == "" && c.top.inLoop():
	case s.label == "" && s.next:
		c.failAt(c.tokAt(c.i-2).Pos, sqlerr.SyntaxError, "CONTINUE cannot be used outside a loop")
	case s.label == "":
		c.failAt(c.tokAt(c.i-2).Pos, sqlerr.SyntaxError, "EXIT cannot be used outside a loop, unless it has a label")
	case kind == noLabel:
		c.failAt(at, sqlerr.SyntaxError, `there is no label "%s" attached to any block or loop enclosing this statement`, s.label)
	case kind == blockLabel && s.next:
		c.failAt(at, sqlerr.SyntaxError, `block label "%s" cannot be used in CONTINUE`, s.label)
	}
	return s
}

// ends reads COMMIT or ROLLBACK.
func (c *compiler) ends(p place) stmt {
	s := &endStmt{place: p, rollback: c.word() == "rollback"}
	c.i++
	if c.accept("and") {
		no := c.accept("no")
		c.want("chain")
		s.chain = !no
	}
	c.wantSign(";")
	return s
}

// assert reads ASSERT condition [, message].
func (c *compiler) assert(p place) stmt {
	c.i++
	s := &assertStmt{place: p, cond: c.expression(asExpression, ",", ";")}
	if c.acceptSign(",") {
		s.message = c.expression(asExpression, ";")
	}
	c.wantSign(";")
	return s
}

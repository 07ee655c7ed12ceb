package plpgsql

import (
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

var intType = plan.DeclaredType{OID: types.OIDInt4, Typmod: -1}

// loop reads LOOP, WHILE, FOR or FOREACH, behind the label.
func (c *compiler) loop(label string) stmt {
	c.enter()
	outer := c.top
	c.push(label, loopLabel, 0)
	p := c.here()
	var s stmt
	switch c.word() {
	case "loop":
		l := &loopStmt{place: p, label: label}
		l.body = c.loopBody(label)
		s = l
	case "while":
		c.i++
		l := &loopStmt{place: p, label: label, cond: c.expression(asExpression, "loop")}
		l.body = c.loopBody(label)
		s = l
	case "foreach":
		s = c.foreach(p, label)
	default:
		s = c.forLoop(p, label)
	}
	c.top = outer
	c.depth--
	return s
}

// loopBody reads LOOP … END LOOP [label] ;
func (c *compiler) loopBody(label string) []stmt {
	c.want("loop")
	body := c.statements()
	c.want("end")
	c.want("loop")
	c.endLabel(label)
	c.wantSign(";")
	return body
}

// forLoop reads FOR: over numbers, the rows of a query or those of a cursor.
func (c *compiler) forLoop(p place, label string) stmt {
	c.i++
	at := c.tok()
	names, to := c.loopVariable()
	c.want("in")
	switch {
	case c.word() == "execute":
		c.i++
		l := &queryLoop{place: p, label: label, to: c.rowTarget(to, at), dyn: c.dynamic("loop")}
		l.body = c.loopBody(label)
		return l
	case c.isCursor():
		return c.cursorLoop(p, label, names, at)
	}
	reverse := c.accept("reverse")
	start := c.i
	if !c.hasRange() {
		if reverse {
			c.failAt(c.tokAt(start-1).Pos, sqlerr.SyntaxError, "cannot specify REVERSE in query FOR loop")
		}
		text, from := c.sqlUntil("expression", "loop")
		l := &queryLoop{place: p, label: label, query: c.parsed(asStatement, text, from)}
		l.to = c.rowTarget(to, at)
		l.body = c.loopBody(label)
		return l
	}
	if len(to) > 1 || len(names) != 1 {
		c.failAt(at.Pos, sqlerr.SyntaxError, "integer FOR loop must have only one target variable")
	}
	l := &intLoop{place: p, label: label, reverse: reverse}
	l.lower = c.expression(asExpression, "..")
	c.i++
	l.upper = c.expression(asExpression, "loop", "by")
	if c.accept("by") {
		l.by = c.expression(asExpression, "loop")
	}
	l.datum = c.declare(variable{name: names[0], typ: intType, line: p.line})
	l.body = c.loopBody(label)
	return l
}

// loopVariable reads what is behind FOR: one name that need not be declared, or
// variables.
func (c *compiler) loopVariable() (names []string, to []ref) {
	if !c.isName() && c.tok().Kind != parser.TokenParam {
		c.syntax()
	}
	i := c.i
	names, end := c.dotted(c.i)
	if _, ok := c.datum(); ok {
		c.i = i
		return names, c.targets()
	}
	c.i = end
	if c.sign() == "," {
		c.i = i
		c.notVariable()
	}
	return names, nil
}

// rowTarget refuses a loop variable that is not declared where rows go.
func (c *compiler) rowTarget(to []ref, at parser.Token) []ref {
	if to == nil {
		c.failAt(at.Pos, sqlerr.SyntaxError, "loop variable of loop over rows must be a record variable or list of scalar variables")
	}
	return to
}

// hasRange looks ahead for the two dots of a loop over numbers.
func (c *compiler) hasRange() bool {
	depth := 0
	for i := c.i; ; i++ {
		if c.tokAt(i).Kind == parser.TokenEnd {
			return false
		}
		switch s := c.signAt(i); {
		case s == "(" || s == "[":
			depth++
		case s == ")" || s == "]":
			depth--
		case s == ";" && depth <= 0:
			return false
		case s == ".." && depth == 0:
			return true
		case depth == 0 && c.wordAt(i) == "loop":
			return false
		}
	}
}

// isCursor reports whether the token is a cursor variable.
func (c *compiler) isCursor() bool {
	names, end := c.dotted(c.i)
	if len(names) == 0 || c.tok().Kind == parser.TokenWord && reserved[c.word()] {
		return false
	}
	f, ok := c.top.lookup(names, c.fn.vars)
	return ok && f.field == "" && c.fn.vars[f.datum].typ.OID == types.OIDRefCursor && (c.wordAt(end) == "loop" || c.signAt(end) == "(")
}

// cursorLoop reads FOR name IN cursor[(arguments)] LOOP, which declares the name.
func (c *compiler) cursorLoop(p place, label string, names []string, at parser.Token) stmt {
	if len(names) != 1 {
		c.failAt(at.Pos, sqlerr.SyntaxError, "cursor FOR loop must have only one target variable")
	}
	cursorAt := c.tok().Pos
	n := c.cursorVariable()
	if c.fn.vars[n].cursor == nil {
		c.failAt(cursorAt, sqlerr.SyntaxError, "cursor FOR loop must use a bound cursor variable")
	}
	l := &queryLoop{place: p, label: label, cursor: &cursorUse{datum: n, args: c.cursorArgs(n)}}
	d := c.declare(variable{name: names[0], typ: plan.DeclaredType{OID: types.OIDRecord, Typmod: -1}, rec: true, line: p.line})
	l.to = []ref{{datum: d}}
	l.body = c.loopBody(label)
	return l
}

// foreach reads FOREACH variable [SLICE n] IN ARRAY array LOOP.
func (c *compiler) foreach(p place, label string) stmt {
	c.i++
	l := &foreachLoop{place: p, label: label}
	at := c.tok().Pos
	_, to := c.loopVariable()
	if to == nil {
		c.failAt(at, sqlerr.SyntaxError, "loop variable of FOREACH must be a known variable or list of variables")
	}
	l.to = to
	if c.accept("slice") {
		if c.tok().Kind != parser.TokenNumber {
			c.syntax()
		}
		for _, d := range c.raw(c.tok()) {
			if d < '0' || d > '9' {
				c.syntax()
			}
			l.slice = min(l.slice*10+int(d-'0'), 1<<20)
		}
		c.i++
	}
	c.want("in")
	c.want("array")
	l.array = c.expression(asExpression, "loop")
	l.body = c.loopBody(label)
	return l
}

// caseStatement reads CASE [expression] WHEN … THEN … ELSE … END CASE. What is tested
// is kept in a variable, which the conditions compare.
func (c *compiler) caseStatement(p place) stmt {
	c.enter()
	c.i++
	s := &caseStmt{place: p}
	if c.word() != "when" {
		s.test = c.expression(asExpression, "when")
		s.datum = c.hidden(variable{name: "__Case__Variable__", typ: intType})
	}
	outer := c.top
	if s.test != nil {
		c.push(c.fn.vars[s.datum].name, noLabel, s.datum)
	}
	for c.accept("when") {
		s.arms = append(s.arms, c.caseArm(s))
	}
	if len(s.arms) == 0 {
		c.syntax()
	}
	c.top = outer
	if c.accept("else") {
		s.hasElse = true
		s.other = c.statements()
	}
	c.endOf("case")
	return s
}

func (c *compiler) caseArm(s *caseStmt) arm {
	if s.test == nil {
		a := arm{cond: c.expression(asExpression, "then")}
		c.i++
		a.body = c.statements()
		return a
	}
	text, at := c.sqlUntil("expression", "then")
	c.parsed(asExpression, text, at) // mistakes in it are told with their place
	whole := `"` + c.fn.vars[s.datum].name + `" IN (` + text + ")"
	st, err := parser.ParseExpression(whole)
	if err != nil {
		fail(sqlerr.From(err))
	}
	c.i++
	a := arm{cond: &expr{text: whole, mode: asExpression, stmt: st, top: c.top}}
	a.body = c.statements()
	return a
}

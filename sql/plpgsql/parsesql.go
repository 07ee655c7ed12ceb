package plpgsql

import (
	"strings"

	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// sql reads a statement of SQL up to its semicolon, with INTO if it has one: that is
// left out of what is run, and blanks stand in its place.
func (c *compiler) sql(p place, what string) stmt {
	s := &sqlStmt{place: p, what: what}
	at := c.tok().Pos
	start := c.i
	intoAt, intoEnd := -1, 0
	depth := 0
	for prev := ""; ; {
		t := c.tok()
		w, sign := c.word(), c.sign()
		if t.Kind == parser.TokenEnd {
			c.near("syntax error")
		}
		if sign == ";" && depth <= 0 {
			break
		}
		switch sign {
		case "(", "[":
			depth++
		case ")", "]":
			depth--
		}
		if w == "into" && prev != "insert" && prev != "merge" && c.wordAt(start) != "import" {
			if intoAt >= 0 {
				c.near("INTO specified more than once")
			}
			intoAt = t.Pos
			c.i++
			s.into, s.strict = c.into(true)
			intoEnd = c.tokAt(c.i - 1).End
			prev = ""
			continue
		}
		prev = w
		c.i++
	}
	text := c.text[at:c.tokAt(c.i-1).End]
	if intoAt >= 0 {
		text = strings.TrimRight(c.text[at:intoAt]+strings.Repeat(" ", intoEnd-intoAt)+text[intoEnd-at:], " \t\n\r\f\v")
	}
	c.i++
	s.query = c.parsed(asStatement, text, at)
	return s
}

// into reads what is behind INTO: [STRICT] and a record, or variables.
func (c *compiler) into(mayStrict bool) (to []ref, strict bool) {
	if mayStrict {
		strict = c.accept("strict")
	}
	return c.targets(), strict
}

// targets reads a record, or a list of variables.
func (c *compiler) targets() []ref {
	first := c.target()
	to := []ref{first}
	for c.sign() == "," {
		if c.whole(first) {
			c.failAt(c.tok().Pos, sqlerr.SyntaxError, "record variable cannot be part of multiple-item INTO list")
		}
		c.i++
		at := c.tok().Pos
		r := c.target()
		if c.whole(r) {
			c.failAt(at, sqlerr.SyntaxError, `"%s" is not a scalar variable`, c.describe(r))
		}
		if to = append(to, r); len(to) > 1024 {
			c.failAt(at, sqlerr.ProgramLimitExceeded, "too many INTO variables specified")
		}
	}
	return to
}

// whole reports whether what is assigned is a record.
func (c *compiler) whole(r ref) bool { return r.field == "" && c.fn.vars[r.datum].rec }

func (c *compiler) target() ref {
	at := c.tok().Pos
	r, ok := c.datum()
	if !ok {
		c.notVariable()
	}
	c.assignable(r, at)
	return r
}

// perform reads PERFORM, which stands for SELECT.
func (c *compiler) perform(p place) stmt {
	c.i++
	text, at := "", c.tok().Pos
	if c.sign() != ";" { // there may be no columns
		text, at = c.sqlUntil("statement", ";")
	}
	c.i++
	word := "SELECT "
	sql := word + text
	st, err := parser.ParseEmbedded(sql)
	if err != nil {
		e := *sqlerr.From(err)
		if e.Position > 0 {
			e.Position = max(1, e.Position-len(word)) + c.position(at) - 1
		}
		fail(&e)
	}
	return &sqlStmt{place: p, what: "PERFORM", query: &expr{text: sql, mode: asStatement, stmt: st, top: c.top}}
}

// execute reads EXECUTE … [INTO …] [USING …], the two in either order.
func (c *compiler) execute(p place) stmt {
	c.i++
	s := &executeStmt{place: p}
	s.dyn.text = c.expression(asExpression, "into", "using", ";")
	for {
		switch {
		case c.word() == "into":
			if s.into != nil {
				c.syntax()
			}
			c.i++
			s.into, s.strict = c.into(true)
		case c.word() == "using":
			if s.dyn.using != nil {
				c.syntax()
			}
			s.dyn.using = c.using("into", ";")
		default:
			c.wantSign(";")
			return s
		}
	}
}

// using reads USING and the expressions behind it, up to one of stops.
func (c *compiler) using(stops ...string) (out []*expr) {
	if !c.accept("using") {
		return nil
	}
	for {
		out = append(out, c.expression(asExpression, append([]string{","}, stops...)...))
		if !c.acceptSign(",") {
			return out
		}
	}
}

// queryOrDynamic reads a query, or EXECUTE and what makes one, up to the semicolon.
func (c *compiler) queryOrDynamic() (*expr, *dynamic) {
	if c.accept("execute") {
		return nil, c.dynamic(";")
	}
	text, from := c.sqlUntil("statement", ";")
	return c.parsed(asStatement, text, from), nil
}

// dynamic reads the text and parameters of EXECUTE, up to stop, which it leaves.
func (c *compiler) dynamic(stop string) *dynamic {
	d := &dynamic{text: c.expression(asExpression, "using", stop)}
	d.using = c.using(stop)
	return d
}

// diagnostics reads GET [CURRENT | STACKED] DIAGNOSTICS.
func (c *compiler) diagnostics(p place) stmt {
	begins := c.next().Pos
	s := &diagStmt{place: p}
	if c.accept("stacked") {
		s.stacked = true
	} else {
		c.accept("current")
	}
	c.want("diagnostics")
	for {
		at := c.tok().Pos
		r, ok := c.datum()
		if !ok {
			c.notVariable()
		}
		c.assignable(r, at)
		if c.whole(r) {
			c.failAt(at, sqlerr.SyntaxError, `"%s" is not a scalar variable`, c.describe(r))
		}
		if !c.acceptSign("=") && !c.acceptSign(":=") {
			c.syntax()
		}
		w := c.word()
		stacked, known := diagnosticItems[w]
		if !known {
			c.near("unrecognized GET DIAGNOSTICS item")
		}
		c.i++
		if w != "pg_context" && stacked != s.stacked {
			in := "GET CURRENT DIAGNOSTICS"
			if s.stacked {
				in = "GET STACKED DIAGNOSTICS"
			}
			c.failAt(begins, sqlerr.SyntaxError, "diagnostics item %s is not allowed in %s", strings.ToUpper(w), in)
		}
		s.items = append(s.items, diagItem{r, w})
		if !c.acceptSign(",") {
			break
		}
	}
	c.wantSign(";")
	return s
}

// diagnosticItems are the items of GET DIAGNOSTICS, and whether they are those of
// GET STACKED DIAGNOSTICS.
var diagnosticItems = map[string]bool{
	"row_count": false, "pg_context": false, "returned_sqlstate": true, "column_name": true, "constraint_name": true,
	"pg_datatype_name": true, "message_text": true, "table_name": true, "schema_name": true, "pg_exception_detail": true,
	"pg_exception_hint": true, "pg_exception_context": true,
}

// returns reads RETURN, RETURN NEXT or RETURN QUERY.
func (c *compiler) returns(p place) stmt {
	at := c.next().Pos
	d := &c.fn.decl
	switch {
	case c.word() == "next":
		next := c.tok().Pos
		c.i++
		if !d.Set {
			c.failAt(at, sqlerr.DatatypeMismatch, "cannot use RETURN NEXT in a non-SETOF function")
		}
		s := &returnNext{place: p}
		if len(c.fn.outs) > 0 {
			if c.sign() != ";" {
				c.failAt(next+len("next "), sqlerr.DatatypeMismatch, "RETURN NEXT cannot have a parameter in function with OUT parameters")
			}
		} else {
			s.value = c.expression(asExpression, ";")
		}
		c.wantSign(";")
		return s
	case c.word() == "query":
		c.i++
		if !d.Set {
			c.failAt(at, sqlerr.DatatypeMismatch, "cannot use RETURN QUERY in a non-SETOF function")
		}
		s := &returnQuery{place: p}
		s.query, s.dyn = c.queryOrDynamic()
		c.wantSign(";")
		return s
	}
	s := &returnStmt{place: p}
	none := func(what string) {
		code := sqlerr.DatatypeMismatch
		if d.Procedure {
			code = sqlerr.SyntaxError
		}
		if c.sign() != ";" {
			c.failAt(c.tok().Pos, code, "RETURN cannot have a parameter in %s", what)
		}
	}
	switch {
	case d.Set:
		if c.sign() != ";" {
			fail(sqlerr.New(sqlerr.DatatypeMismatch, "RETURN cannot have a parameter in function returning set").
				WithHint("Use RETURN NEXT or RETURN QUERY.").At(c.position(c.tok().Pos)))
		}
	case d.Procedure:
		none("a procedure")
	case len(c.fn.outs) > 0:
		none("function with OUT parameters")
	case d.Void:
		none("function returning void")
	default:
		s.value = c.expression(asExpression, ";")
	}
	c.wantSign(";")
	return s
}

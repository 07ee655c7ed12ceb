package plpgsql

import (
	"strconv"

	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// cursorDeclaration reads [[NO] SCROLL] CURSOR [(arguments)] {FOR | IS} query;
func (c *compiler) cursorDeclaration(n string, at int) int {
	b := &boundCursor{scroll: c.scroll()}
	c.want("cursor")
	outer := c.top
	if c.acceptSign("(") {
		c.push("", blockLabel, 0)
		for {
			argName := c.name()
			typ := c.datatype()
			d := c.declare(variable{name: argName, typ: typ, rec: typ.OID == types.OIDRecord, line: c.line(at)})
			b.args = append(b.args, cursorArg{argName, d})
			if !c.acceptSign(",") {
				break
			}
		}
		c.wantSign(")")
	}
	if !c.accept("is") {
		c.want("for")
	}
	text, from := c.sqlUntil("statement", ";")
	b.query = c.parsed(asStatement, text, from)
	c.i++
	c.top = outer
	return c.declare(variable{name: n, line: c.line(at), typ: plan.DeclaredType{OID: types.OIDRefCursor, Typmod: -1}, cursor: b})
}

// scroll reads [NO] SCROLL.
func (c *compiler) scroll() scrollOption {
	if c.accept("scroll") {
		return scrollYes
	}
	if c.word() == "no" && c.wordAt(c.i+1) == "scroll" {
		c.i += 2
		return scrollNo
	}
	return scrollUnsaid
}

// cursorVariable takes the name of a cursor variable.
func (c *compiler) cursorVariable() int {
	at := c.tok().Pos
	r, ok := c.datum()
	switch {
	case !ok:
		c.notVariable()
	case r.field != "" || c.fn.vars[r.datum].rec:
		c.failAt(at, sqlerr.DatatypeMismatch, "cursor variable must be a simple variable")
	case c.fn.vars[r.datum].typ.OID != types.OIDRefCursor:
		c.failAt(at, sqlerr.DatatypeMismatch, `variable "%s" must be of type cursor or refcursor`, c.fn.vars[r.datum].name)
	}
	return r.datum
}

// cursorArgs reads the arguments that a bound cursor is opened with, in the order of
// its own.
func (c *compiler) cursorArgs(cursor int) []*expr {
	v := &c.fn.vars[cursor]
	args := v.cursor.args
	if c.sign() != "(" {
		if len(args) > 0 {
			c.failAt(c.tok().Pos, sqlerr.SyntaxError, `cursor "%s" has arguments`, v.name)
		}
		return nil
	}
	if len(args) == 0 {
		c.failAt(c.tok().Pos, sqlerr.SyntaxError, `cursor "%s" has no arguments`, v.name)
	}
	open := c.i
	c.i++
	out := make([]*expr, len(args))
	for i := 0; ; i++ {
		k := i
		if s := c.signAt(c.i + 1); c.isName() && (s == ":=" || s == "=>") {
			named := c.name()
			for k = range args {
				if args[k].name == named {
					break
				}
			}
			if args[k].name != named {
				c.failAt(c.tokAt(c.i-1).Pos, sqlerr.SyntaxError, `cursor "%s" has no argument named "%s"`, v.name, named)
			}
			c.i++
		}
		if k >= len(args) {
			c.failAt(c.tokAt(open).Pos, sqlerr.SyntaxError, `too many arguments for cursor "%s"`, v.name)
		}
		if out[k] != nil {
			c.failAt(c.tok().Pos, sqlerr.SyntaxError, `value for parameter "%s" of cursor "%s" is specified more than once`, args[k].name, v.name)
		}
		out[k] = c.expression(asExpression, ",", ")")
		if !c.acceptSign(",") {
			break
		}
	}
	for _, a := range out {
		if a == nil {
			c.failAt(c.tok().Pos, sqlerr.SyntaxError, `not enough arguments for cursor "%s"`, v.name)
		}
	}
	c.wantSign(")")
	return out
}

// open reads OPEN.
func (c *compiler) open(p place) stmt {
	c.i++
	s := &openStmt{place: p}
	s.cursor = c.cursorVariable()
	if c.fn.vars[s.cursor].cursor != nil {
		s.args = &cursorUse{datum: s.cursor, args: c.cursorArgs(s.cursor)}
		c.wantSign(";")
		return s
	}
	s.scroll = c.scroll()
	if !c.accept("for") {
		c.near("syntax error, expected \"FOR\"")
	}
	s.query, s.dyn = c.queryOrDynamic()
	c.wantSign(";")
	return s
}

// fetch reads FETCH and MOVE.
func (c *compiler) fetch(p place) stmt {
	s := &fetchStmt{place: p, move: c.word() == "move"}
	c.i++
	s.dir = plan.Fetch{Direction: plan.FetchForward, Count: 1}
	several := c.direction(s)
	s.cursor = c.cursorVariable()
	if s.move {
		c.wantSign(";")
		return s
	}
	if several {
		c.failAt(c.tok().Pos, sqlerr.FeatureNotSupported, "FETCH statement cannot return multiple rows")
	}
	c.want("into")
	s.into, _ = c.into(false)
	c.wantSign(";")
	return s
}

// direction reads the direction of a FETCH and FROM or IN, and says whether several
// rows may come.
func (c *compiler) direction(s *fetchStmt) (several bool) {
	if c.isCursorHere() {
		return false
	}
	d := &s.dir
	w := c.word()
	switch w {
	case "next", "first", "last", "prior", "absolute", "relative", "all", "forward", "backward":
		c.i++
	}
	count := func() { s.count = c.expression(asExpression, "from", "in") }
	switch w {
	case "next":
	case "prior":
		d.Direction = plan.FetchBackward
	case "first":
		d.Direction = plan.FetchAbsolute
	case "last":
		d.Direction, d.Count = plan.FetchAbsolute, -1
	case "absolute":
		d.Direction = plan.FetchAbsolute
		count()
	case "relative":
		d.Direction = plan.FetchRelative
		count()
	case "all":
		d.Count, several = plan.FetchAll, true
	case "forward", "backward":
		if w == "backward" {
			d.Direction = plan.FetchBackward
		}
		switch {
		case c.word() == "from" || c.word() == "in" || c.isCursorHere():
		case c.accept("all"):
			d.Count, several = plan.FetchAll, true
		default:
			count()
			several = true
		}
	default:
		if c.word() != "from" && c.word() != "in" {
			count()
			several = true
		}
	}
	if n, err := strconv.Atoi(countText(s.count)); err == nil && d.Direction != plan.FetchAbsolute && d.Direction != plan.FetchRelative {
		several = n != 1
	}
	if !c.accept("from") && !c.accept("in") && w == "" {
		c.syntax()
	}
	return several
}

func countText(e *expr) string {
	if e == nil {
		return ""
	}
	return e.text
}

// isCursorHere reports whether the token is a cursor variable before the end of the
// statement or INTO.
func (c *compiler) isCursorHere() bool {
	names, end := c.dotted(c.i)
	if len(names) == 0 || c.tok().Kind == parser.TokenWord && reserved[c.word()] {
		return false
	}
	f, ok := c.top.lookup(names, c.fn.vars)
	return ok && f.field == "" && (c.signAt(end) == ";" || c.wordAt(end) == "into")
}

package plpgsql

import (
	"cmp"
	"fmt"

	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Declaration says what a body is the body of.
type Declaration struct {
	// Signature names the function in contexts: f(integer), inline_code_block.
	Signature string
	// Name is the label of the function's arguments; empty: DO has none.
	Name string
	Body string
	Args []Argument
	// Result is the type that is returned; it is not looked at where there are OUT
	// arguments, or of a procedure.
	Result    plan.DeclaredType
	Void      bool // RETURNS void, and DO
	Set       bool
	Procedure bool
}

// Argument is an argument, or an OUT argument.
type Argument struct {
	Name    string // empty: $n alone
	Type    plan.DeclaredType
	In, Out bool
}

// Function is a compiled body. It belongs to a session, whose plans it keeps.
type Function struct {
	decl     Declaration
	text     string
	vars     []variable
	args     []int // the variables of the arguments
	outs     []int // those that are OUT
	found    int
	body     *blockStmt
	conflict plan.VariableConflict
	casts    map[castKey]*cast
	strict   bool // #print_strict_params
}

// Compile reads a body. Errors have positions of the body.
func Compile(host Host, decl Declaration) (fn *Function, err error) {
	toks, err := parser.Tokens(decl.Body)
	if err != nil {
		return nil, err
	}
	fn = &Function{decl: decl, text: decl.Body, conflict: plan.RefuseBoth, casts: map[castKey]*cast{}}
	c := &compiler{host: host, fn: fn, text: decl.Body, toks: toks}
	switch host.Setting("plpgsql.variable_conflict") {
	case "use_variable":
		fn.conflict = plan.UseVariable
	case "use_column":
		fn.conflict = plan.UseColumn
	}
	defer func() {
		if r := recover(); r != nil {
			bail, ok := r.(bailout)
			if !ok {
				panic(r)
			}
			if fn, err = nil, bail.err; bail.err.Position == 0 {
				err = withContext(bail.err, fmt.Sprintf(`compilation of PL/pgSQL function "%s" near line %d`,
					cmp.Or(decl.Name, decl.Signature), c.line(c.tokAt(c.i).Pos)))
			}
		}
	}()
	c.function()
	return fn, nil
}

// function reads the whole body. The outermost level holds the arguments.
func (c *compiler) function() {
	c.push(c.fn.decl.Name, blockLabel, 0)
	for i, a := range c.fn.decl.Args {
		v := variable{name: a.Name, typ: a.Type, rec: a.Type.OID == types.OIDRecord}
		if v.name == "" {
			v.name = dollar(i + 1)
		}
		n := c.hidden(v)
		c.push(dollar(i+1), noLabel, n)
		if a.Name != "" {
			if c.top.prev.declared(a.Name) {
				fail(sqlerr.New(sqlerr.InvalidFunctionDefinition, `parameter name "%s" used more than once`, a.Name))
			}
			c.push(a.Name, noLabel, n)
		}
		c.fn.args = append(c.fn.args, n)
		if a.Out {
			c.fn.outs = append(c.fn.outs, n)
		}
	}
	c.fn.found = c.declare(variable{name: "found", typ: plan.DeclaredType{OID: types.OIDBool, Typmod: -1}})
	c.options()
	c.fn.body = c.block()
	c.acceptSign(";")
	if c.tok().Kind != parser.TokenEnd {
		c.syntax()
	}
}

// options reads #variable_conflict and its kin.
func (c *compiler) options() {
	for c.sign() == "#" {
		c.i++
		switch c.word() {
		case "variable_conflict":
			c.i++
			switch c.word() {
			case "error":
				c.fn.conflict = plan.RefuseBoth
			case "use_variable":
				c.fn.conflict = plan.UseVariable
			case "use_column":
				c.fn.conflict = plan.UseColumn
			default:
				c.syntax()
			}
			c.i++
		case "print_strict_params":
			c.i++
			switch c.word() {
			case "on":
				c.fn.strict = true
			case "off":
				c.fn.strict = false
			default:
				fail(sqlerr.New(sqlerr.InternalError, "unrecognized print_strict_params option %s", c.word()))
			}
			c.i++
		case "option":
			c.i++
			c.want("dump") // PostgreSQL writes its tree into its log then
		default:
			c.syntax()
		}
	}
}

// maxNesting bounds blocks and loops within one another.
const maxNesting = 500

func (c *compiler) enter() {
	if c.depth++; c.depth > maxNesting {
		fail(sqlerr.New(sqlerr.StatementTooComplex, "statement is too complex").
			WithDetail("Blocks and loops may be nested %d deep.", maxNesting).At(c.position(c.tok().Pos)))
	}
}

// block reads [<<label>>] [DECLARE …] BEGIN … [EXCEPTION …] END [label].
func (c *compiler) block() *blockStmt {
	c.enter()
	s := &blockStmt{label: c.label()}
	s.place = c.here()
	outer := c.top
	c.push(s.label, blockLabel, 0)
	if c.accept("declare") {
		s.vars = c.declarations()
	}
	s.place = c.here()
	c.want("begin")
	s.body = c.statements()
	if c.accept("exception") {
		c.exceptions(s)
	}
	c.want("end")
	c.endLabel(s.label)
	c.top = outer
	c.depth--
	return s
}

// label reads <<label>>, if it is there.
func (c *compiler) label() string {
	if !c.acceptSign("<<") {
		return ""
	}
	l := c.anyName()
	c.wantSign(">>")
	return l
}

// endLabel reads the label behind END.
func (c *compiler) endLabel(label string) {
	if c.sign() == ";" || c.tok().Kind == parser.TokenEnd {
		return
	}
	at := c.tok().Pos
	end := c.anyName()
	switch {
	case label == "":
		c.failAt(at, sqlerr.SyntaxError, `end label "%s" specified for unlabeled block`, end)
	case end != label:
		c.failAt(at, sqlerr.SyntaxError, `end label "%s" differs from block's label "%s"`, end, label)
	}
}

// declarations reads the variables behind DECLARE, up to BEGIN.
func (c *compiler) declarations() (vars []int) {
	for c.word() != "begin" {
		if c.accept("declare") { // it may be said again
			continue
		}
		if c.sign() == "<<" {
			c.failAt(c.tok().Pos, sqlerr.SyntaxError, "block label must be placed before DECLARE, not after")
		}
		at := c.tok().Pos
		n := c.name()
		if c.top.declared(n) {
			c.i--
			c.near("duplicate declaration")
		}
		switch {
		case c.word() == "alias" && c.wordAt(c.i+1) == "for":
			c.i += 2
			c.alias(n)
		case c.word() == "cursor", c.word() == "scroll" && c.wordAt(c.i+1) == "cursor", c.word() == "no" && c.wordAt(c.i+1) == "scroll":
			vars = append(vars, c.cursorDeclaration(n, at))
		default:
			vars = append(vars, c.variable(n, at))
		}
	}
	return vars
}

func (c *compiler) alias(n string) {
	at := c.tok().Pos
	r, ok := c.datum()
	if !ok || r.field != "" {
		c.failAt(at, sqlerr.UndefinedObject, `variable "%s" does not exist`, c.raw(c.tokAt(c.i)))
	}
	c.wantSign(";")
	c.push(n, noLabel, r.datum)
}

// variable reads [CONSTANT] type [COLLATE …] [NOT NULL] [DEFAULT …].
func (c *compiler) variable(n string, at int) int {
	v := variable{name: n, line: c.line(at)}
	v.constant = c.accept("constant")
	v.typ = c.datatype()
	v.rec = v.typ.OID == types.OIDRecord
	if t, ok := types.Lookup(v.typ.OID); ok && t.Kind == 'p' && !v.rec {
		fail(sqlerr.New(sqlerr.FeatureNotSupported, `variable "%s" has pseudo-type %s`, n, types.FormatTypeBare(v.typ.OID)))
	}
	collateAt := c.tok().Pos
	if c.accept("collate") { // all order by code point
		if t, ok := types.Lookup(v.typ.OID); ok && t.Collation == 0 {
			c.failAt(collateAt, sqlerr.DatatypeMismatch, "collations are not supported by type %s", types.FormatTypeBare(v.typ.OID))
		}
		c.anyName()
		for c.acceptSign(".") {
			c.anyName()
		}
	}
	nullAt := c.tok().Pos
	if c.accept("not") {
		c.want("null")
		v.notNull = true
	}
	switch {
	case c.acceptSign(";"):
		if v.notNull {
			c.failAt(nullAt, sqlerr.NullValueNotAllowed, `variable "%s" must have a default value, since it's declared NOT NULL`, n)
		}
	case c.acceptSign(":="), c.acceptSign("="), c.accept("default"):
		v.def = c.expression(asExpression, ";")
		c.i++
	default:
		c.syntax()
	}
	return c.declare(v)
}

// datatype reads a type, up to what may follow it in a declaration or a list of
// arguments.
func (c *compiler) datatype() plan.DeclaredType {
	start := c.tok()
	if names, end := c.dotted(c.i); len(names) > 0 && c.signAt(end) == "%" && !reserved[c.word()] {
		switch c.wordAt(end + 1) {
		case "type":
			if t, ok := c.typeOf(names); ok {
				c.i = end + 2
				return t
			}
		case "rowtype":
			c.i = end + 2
			return c.rowOf(names)
		}
	}
	depth, first := 0, c.i
	for ; ; c.i++ {
		t := c.tok()
		if t.Kind == parser.TokenEnd {
			c.near("incomplete data type declaration")
		}
		s, w := c.sign(), c.word()
		if s == ";" || w == "collate" || w == "not" || w == "default" || s == "=" || s == ":=" ||
			depth == 0 && (s == "," || s == ")") {
			break
		}
		switch s {
		case "(":
			depth++
		case ")":
			depth--
		}
	}
	if c.i == first {
		c.near("missing data type declaration")
	}
	t, err := c.host.Type(c.text[start.Pos:c.tokAt(c.i-1).End])
	if err != nil {
		e := *sqlerr.From(err)
		e.Position = c.position(start.Pos) + max(0, e.Position-1)
		fail(&e)
	}
	return t
}

// typeOf is name%TYPE: that of a variable, or of a column; ok is false when there is
// none, and then the name is no type either.
func (c *compiler) typeOf(names []string) (t plan.DeclaredType, ok bool) {
	if f, ok := c.top.lookup(names, c.fn.vars); ok && f.field == "" && f.parts == len(names) {
		return c.fn.vars[f.datum].typ, true
	}
	if len(names) < 2 {
		return t, false
	}
	t, ok, err := c.host.Column(names)
	if err != nil {
		fail(sqlerr.From(err))
	}
	return t, ok
}

// rowOf is name%ROWTYPE.
func (c *compiler) rowOf(names []string) plan.DeclaredType {
	t, found, err := c.host.Row(names)
	if err != nil {
		fail(sqlerr.From(err))
	}
	if !found {
		fail(undefinedRelation(names))
	}
	return t
}

func undefinedRelation(names []string) *sqlerr.Error {
	n := names[0]
	for _, part := range names[1:] {
		n += "." + part
	}
	return sqlerr.New(sqlerr.UndefinedTable, `relation "%s" does not exist`, n)
}

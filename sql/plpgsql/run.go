package plpgsql

import (
	"errors"
	"fmt"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// call is one run of a Function.
type call struct {
	host Host
	fn   *Function
	vals []types.Datum
	// owned says of variables that their value is an array which nobody else has, so that
	// an element can be assigned in place.
	owned []bool
	emit  func([]types.Datum) error // takes the rows of a set; nil: there is none

	running stmt  // what is executed
	within  *expr // what runs outside of this function for it; nil: nothing does

	result     types.Datum // of RETURN
	resultType types.OID
	returned   bool

	handling []*sqlerr.Error // the errors of the handlers around
	label    string          // that EXIT or CONTINUE is about; empty: the innermost loop
	rowCount int64
	steps    int
	bytes    int64 // of the variables
}

// outcome says how a statement ended.
type outcome uint8

const (
	went outcome = iota
	exited
	continued
	returned
)

// traced is an error that has this call's line in its context.
type traced struct{ err *sqlerr.Error }

func (t *traced) Error() string { return t.err.Error() }
func (t *traced) Unwrap() error { return t.err }

// Call runs a Function. emit is given the rows of a set: one datum each, or one for
// each OUT argument or column of a row that is returned. The result is NULL where
// there is none; of several OUT arguments, and of a procedure's, it is a record.
func (fn *Function) Call(host Host, args []types.Datum, emit func([]types.Datum) error) (types.Datum, error) {
	c := &call{host: host, fn: fn, vals: make([]types.Datum, len(fn.vars)), owned: make([]bool, len(fn.vars)), emit: emit}
	defer host.Enter(c.context)()
	d, err := c.function(args)
	var t *traced
	if errors.As(err, &t) {
		err = t.err
	}
	return d, err
}

func (c *call) function(args []types.Datum) (types.Datum, error) {
	for i := range c.vals {
		c.vals[i].Null = true
	}
	c.vals[c.fn.found] = types.Bool(false)
	k := 0
	for i, a := range c.fn.decl.Args {
		if !a.In {
			continue
		}
		if err := c.store(c.fn.args[i], args[k]); err != nil {
			return types.NullDatum, c.during(err, "while storing call arguments into local variables")
		}
		k++
	}
	out, err := c.exec(c.fn.body)
	if err != nil {
		return types.NullDatum, err
	}
	d := &c.fn.decl
	if out != returned && !d.Set && !d.Void && !d.Procedure && len(c.fn.outs) == 0 {
		return types.NullDatum, c.during(sqlerr.New(noReturn, "control reached end of function without RETURN"), "")
	}
	res, err := c.value()
	if err != nil {
		return types.NullDatum, c.during(err, "while casting return value to function's return type")
	}
	return res, nil
}

// value is what the function returns.
func (c *call) value() (types.Datum, error) {
	d := &c.fn.decl
	switch {
	case d.Set:
		return types.NullDatum, nil
	case d.Void && !d.Procedure:
		return types.Text(""), nil // void is not NULL
	case len(c.fn.outs) == 1 && !d.Procedure:
		return c.vals[c.fn.outs[0]], nil
	case len(c.fn.outs) > 0:
		return types.Any(c.outRecord()), nil
	case d.Procedure || !c.returned:
		return types.NullDatum, nil
	}
	if d.Result.OID == types.OIDRecord {
		return c.rowResult()
	}
	return c.cast(c.result, c.resultType, d.Result)
}

// rowResult is a record that is returned, with the columns that are declared.
func (c *call) rowResult() (types.Datum, error) {
	if c.resultType != types.OIDRecord {
		return types.NullDatum, sqlerr.New(sqlerr.DatatypeMismatch, "cannot return non-composite value from function returning composite type")
	}
	if c.result.Null || c.fn.decl.Result.Row == nil {
		return c.result, nil
	}
	rec, _ := c.result.A.(*types.Record)
	row := c.fn.decl.Result.Row
	if rec == nil {
		return types.NullDatum, nil
	}
	if err := matchRow(rec, row); err != nil {
		return types.NullDatum, err
	}
	return c.toRow(rec, row)
}

// matchRow refuses a record that has not the columns of a row type.
func matchRow(rec *types.Record, row *plan.RowType) error {
	e := sqlerr.New(sqlerr.DatatypeMismatch, "returned record type does not match expected record type")
	if len(rec.Types) != len(row.Columns) {
		return e.WithDetail("Number of returned columns (%d) does not match expected column count (%d).", len(rec.Types), len(row.Columns))
	}
	for i, t := range rec.Types {
		if want := row.Columns[i].Type.OID; t != want && t != types.OIDUnknown {
			return e.WithDetail("Returned type %s does not match expected type %s in column %d.",
				types.FormatTypeBare(t), types.FormatTypeBare(want), i+1)
		}
	}
	return nil
}

// outRecord is the row of the OUT arguments.
func (c *call) outRecord() *types.Record {
	r := &types.Record{}
	for _, n := range c.fn.outs {
		v := &c.fn.vars[n]
		r.Names, r.Types, r.Vals = append(r.Names, v.name), append(r.Types, v.typ.OID), append(r.Vals, c.vals[n])
	}
	return r
}

// where is the call's line in contexts.
func (c *call) where() string {
	if c.running == nil {
		return "PL/pgSQL function " + c.fn.decl.Signature
	}
	line, what := c.running.at()
	return fmt.Sprintf("PL/pgSQL function %s line %d at %s", c.fn.decl.Signature, line, what)
}

// context are the lines of a call that is running, for what it calls.
func (c *call) context() string {
	text := c.where()
	if c.within != nil {
		text = c.within.shown() + "\n" + text
	}
	if outer := c.host.Context(); outer != "" {
		text += "\n" + outer
	}
	return text
}

// during traces an error that happens beside statements.
func (c *call) during(err error, what string) error {
	var t *traced
	if errors.As(err, &t) {
		return err
	}
	line := "PL/pgSQL function " + c.fn.decl.Signature
	if what != "" {
		line += " " + what
	}
	return &traced{withContext(sqlerr.From(err), line)}
}

// withContext returns a copy of an error with a line more in its context.
func withContext(e *sqlerr.Error, line string) *sqlerr.Error {
	out := *e
	if out.Where != "" {
		out.Where += "\n"
	}
	out.Where += line
	return &out
}

// list runs statements one after the other.
func (c *call) list(body []stmt) (outcome, error) {
	for _, s := range body {
		if out, err := c.exec(s); out != went || err != nil {
			return out, err
		}
	}
	return went, nil
}

// exec runs a statement, and traces its errors.
func (c *call) exec(s stmt) (outcome, error) {
	before := c.running
	c.running = s
	out, err := c.dispatch(s)
	if err != nil {
		if t := (*traced)(nil); !errors.As(err, &t) {
			err = &traced{withContext(sqlerr.From(err), c.where())}
		}
	}
	c.running = before
	return out, err
}

func (c *call) dispatch(s stmt) (outcome, error) {
	switch s := s.(type) {
	case *assignStmt:
		return went, c.assignment(s)
	case *ifStmt:
		return c.ifs(s)
	case *blockStmt:
		return c.block(s)
	case *caseStmt:
		return c.cases(s)
	case *loopStmt:
		return c.loop(s)
	case *intLoop:
		return c.intLoop(s)
	case *queryLoop:
		return c.queryLoop(s)
	case *foreachLoop:
		return c.foreach(s)
	case *exitStmt:
		return c.exit(s)
	case *returnStmt:
		return c.returns(s)
	}
	return went, c.plain(s)
}

// plain runs statements after which the next one follows.
func (c *call) plain(s stmt) error {
	switch s := s.(type) {
	case *returnNext:
		return c.returnNext(s)
	case *returnQuery:
		return c.returnQuery(s)
	case *raiseStmt:
		return c.raise(s)
	case *assertStmt:
		return c.assert(s)
	case *sqlStmt:
		return c.sql(s)
	case *executeStmt:
		return c.execute(s)
	case *diagStmt:
		return c.diagnostics(s)
	case *openStmt:
		return c.open(s)
	case *fetchStmt:
		return c.fetch(s)
	case *closeStmt:
		return c.closeCursor(s)
	case *endStmt:
		return c.end(s)
	}
	return sqlerr.New(sqlerr.InternalError, "unknown statement %T", s)
}

// looked is how many rounds of loops go by between two looks at whether the call may
// go on.
const looked = 64

// round begins a round of a loop.
func (c *call) round() error {
	if c.steps++; c.steps%looked != 0 {
		return nil
	}
	return c.host.Interrupted()
}

// body runs the body of a loop once and says what the loop does then: go on, or end as
// ends says.
func (c *call) body(list []stmt, label string) (goOn bool, ends outcome, err error) {
	out, err := c.list(list)
	switch {
	case err != nil:
		return false, went, err
	case out == returned:
		return false, returned, nil
	case out == went:
		return true, went, nil
	case c.label != "" && c.label != label:
		return false, out, nil
	}
	c.label = ""
	return out == continued, went, nil
}

// block runs a block: its variables, its body, its handlers.
func (c *call) block(s *blockStmt) (outcome, error) {
	for _, n := range s.vars {
		if err := c.initialize(n); err != nil {
			var t *traced
			if errors.As(err, &t) {
				return went, err
			}
			return went, &traced{withContext(sqlerr.From(err), fmt.Sprintf("PL/pgSQL function %s line %d during statement block local variable initialization",
				c.fn.decl.Signature, c.fn.vars[n].line))}
		}
	}
	var out outcome
	var err error
	if s.handled {
		out, err = c.guarded(s)
	} else {
		out, err = c.list(s.body)
	}
	if err == nil && out == exited && s.label != "" && c.label == s.label {
		c.label = ""
		return went, nil
	}
	return out, err
}

// initialize gives a variable its first value.
func (c *call) initialize(n int) error {
	v := &c.fn.vars[n]
	if v.cursor != nil { // a bound cursor is called as its variable is
		return c.store(n, types.Text(v.name))
	}
	if v.def == nil {
		return c.assignTo(n, types.NullDatum, v.typ.OID)
	}
	d, t, err := c.eval(v.def)
	if err != nil {
		return err
	}
	return c.assignTo(n, d, t)
}

// guarded runs a body with handlers, in a subtransaction.
func (c *call) guarded(s *blockStmt) (outcome, error) {
	if err := c.host.Begin(); err != nil {
		return went, err
	}
	out, err := c.list(s.body)
	if err == nil {
		c.host.Release()
		return out, nil
	}
	if back := c.host.Rollback(); back != nil {
		return went, back
	}
	e := sqlerr.From(err)
	h := s.handler(e.Code)
	if h == nil || e.Severity != "" && e.Severity != "ERROR" {
		return went, err
	}
	c.running, c.within = s, nil
	c.vals[s.sqlstate], c.vals[s.sqlerrm] = types.Text(e.Code), types.Text(e.Message)
	c.handling = append(c.handling, e)
	out, err = c.list(h.body)
	c.handling = c.handling[:len(c.handling)-1]
	return out, err
}

// handler finds the first handler that takes an error; nil: none does.
func (s *blockStmt) handler(code string) *handler {
	for i := range s.handlers {
		for _, h := range s.handlers[i].codes {
			if catches(h, code) {
				return &s.handlers[i]
			}
		}
	}
	return nil
}

// end is COMMIT and ROLLBACK.
func (c *call) end(s *endStmt) error { return c.host.End(s.rollback, s.chain) }

package plpgsql

import (
	"strings"

	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// sql runs a statement of SQL, PERFORM and CALL.
func (c *call) sql(s *sqlStmt) error {
	p, err := c.plan(s.query)
	if err != nil {
		return err
	}
	perform := s.what == "PERFORM"
	kind := p.plan.Kind()
	cols := p.plan.Columns()
	if s.what == "CALL" && s.into == nil && cols != nil {
		return c.callOut(s, p, cols)
	}
	if s.into == nil {
		n, err := c.runPlan(s.query, p, 0, func(*types.Batch) error {
			if perform {
				return nil
			}
			return &refused{noDestination(kind)}
		})
		if err == nil && cols != nil && !perform { // also when there were no rows
			err = noDestination(kind)
		}
		if err != nil {
			return err
		}
		c.processed(kind, n)
		return nil
	}
	n, err := c.runInto(s.into, s.strict, s.query, p, nil)
	if err != nil {
		return err
	}
	c.processed(kind, n)
	return nil
}

// noDestination refuses rows that nothing takes.
func noDestination(kind string) error {
	e := sqlerr.New(sqlerr.SyntaxError, "query has no destination for result data")
	if kind == "SELECT" {
		e = e.WithHint("If you want to discard the results of a SELECT, use PERFORM instead.")
	}
	return e
}

// processed notes how many rows a statement gave or changed.
func (c *call) processed(kind string, n int64) {
	c.rowCount = n
	switch kind {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE":
		c.vals[c.fn.found] = types.Bool(n != 0)
	}
}

// runInto runs a statement whose first row goes to targets. args are the values of its
// parameters where it is dynamic.
func (c *call) runInto(to []ref, strict bool, e *expr, p *planned, args []types.Datum) (int64, error) {
	cols := p.plan.Columns()
	if cols == nil {
		return 0, sqlerr.New(sqlerr.SyntaxError, "INTO used with a command that cannot return data")
	}
	most := int64(1)
	if strict {
		most = 2
	}
	writes := p.plan.Writes()
	if writes { // all of it is to be done
		most = 0
	}
	n := int64(0)
	sink := func(b *types.Batch) error {
		if n == 0 && b.N > 0 {
			if err := c.assignColumns(to, cols, b, 0); err != nil {
				return &refused{err}
			}
		}
		n += int64(b.N)
		return nil
	}
	var err error
	if args == nil {
		_, err = c.runPlan(e, p, most, sink)
	} else {
		_, err = c.runDynamic(e, p.plan, args, most, sink)
	}
	switch {
	case err != nil:
		return 0, err
	case n == 0 && strict:
		return 0, c.strictParams(sqlerr.New(noDataFound, "query returned no rows"), p)
	case n == 0:
		return 0, c.assignColumns(to, cols, nil, 0)
	case n > 1 && (strict || writes):
		return 0, c.strictParams(sqlerr.New(tooManyRows, "query returned more than one row").
			WithHint("Make sure the query returns a single row, or use LIMIT 1."), p)
	}
	return 1, nil
}

// refused is an error of the language beside a query, not of the query: its text is no
// part of the context.
type refused struct{ err error }

func (r *refused) Error() string { return r.err.Error() }
func (r *refused) Unwrap() error { return r.err }

// Refused marks an error of a Host as one that has nothing to do with the text of the
// statement.
func Refused(err error) error { return &refused{err} }

// strictParams tells the values of the parameters, when that is asked for.
func (c *call) strictParams(e *sqlerr.Error, p *planned) error {
	if !c.fn.strict || len(p.params) == 0 {
		return e
	}
	var list []string
	for i, r := range p.params {
		v := "NULL"
		if d := c.vals[r.datum]; !d.Null && r.field == "" {
			text, err := c.text(d, p.types[i])
			if err != nil {
				return err
			}
			v = "'" + strings.ReplaceAll(text, "'", "''") + "'"
		}
		list = append(list, c.fn.vars[r.datum].name+" = "+v)
	}
	return e.WithDetail("parameters: %s", strings.Join(list, ", "))
}

// callOut runs CALL of a procedure that gives values, which go to the variables that
// are written as its arguments.
func (c *call) callOut(s *sqlStmt, p *planned, cols []plan.Column) error {
	to, err := c.outTargets(s, len(cols))
	if err != nil {
		return err
	}
	_, err = c.runPlan(s.query, p, 0, func(b *types.Batch) error {
		for i := range to {
			if err := c.assign(to[i], b.Cols[i].Datum(0), cols[i].Type); err != nil {
				return &refused{err}
			}
		}
		return nil
	})
	return err
}

// outTargets finds the variables behind the last arguments of CALL, one for each
// column: what an argument of a name alone is.
func (c *call) outTargets(s *sqlStmt, n int) ([]ref, error) {
	var to []ref
	for _, names := range parser.CallArguments(s.query.stmt) {
		if len(names) == 0 {
			continue
		}
		if f, ok := s.query.top.lookup(names, c.fn.vars); ok && f.parts == len(names) {
			to = append(to, ref{f.datum, f.field})
		}
	}
	if len(to) < n {
		return nil, sqlerr.New(sqlerr.SyntaxError, "procedure parameter is an output parameter but corresponding argument is not writable")
	}
	return to[len(to)-n:], nil
}

// dynamicExpr is a text of EXECUTE as an expr, for errors.
func dynamicExpr(text string, stmt *parser.Statement) *expr {
	return &expr{text: text, mode: asStatement, stmt: stmt}
}

// parameters are the values of USING as the names $1, $2 … of a dynamic statement.
type parameters struct{ types []types.OID }

// Variable implements plan.Variables: there are no other names.
func (parameters) Variable([]string) (plan.Variable, bool) { return plan.Variable{}, false }

// Conflict implements plan.Variables.
func (parameters) Conflict() plan.VariableConflict { return plan.UseColumn }

// Numbered implements plan.NumberedVariables. All parameters are there in a plan, also
// those that the statement does not name.
func (p parameters) Numbered(n int) (plan.Variable, bool) {
	if n < 1 || n > len(p.types) {
		return plan.Variable{}, false
	}
	return plan.Variable{Param: n - 1, OID: p.types[n-1], Parts: 1}, true
}

// dynamic evaluates the text of EXECUTE and its parameters.
func (c *call) dynamic(d *dynamic) (text string, args []types.Datum, params parameters, err error) {
	text, null, err := c.textOf(d.text)
	if err != nil {
		return "", nil, params, err
	}
	if null {
		return "", nil, params, sqlerr.New(sqlerr.NullValueNotAllowed, "query string argument of EXECUTE is null")
	}
	args = []types.Datum{}
	for _, e := range d.using {
		v, t, err := c.eval(e)
		if err != nil {
			return "", nil, params, err
		}
		args, params.types = append(args, v), append(params.types, t)
	}
	return text, args, params, nil
}

// prepareDynamic plans a statement of EXECUTE.
func (c *call) prepareDynamic(e *expr, params parameters) (Plan, error) {
	p, err := c.host.Prepare(e.stmt, params, nil)
	if err != nil {
		return nil, e.wrap(err)
	}
	return p, nil
}

func (c *call) runDynamic(e *expr, p Plan, args []types.Datum, most int64, sink func(*types.Batch) error) (int64, error) {
	before := c.within
	c.within = e
	n, err := c.host.Run(p, args, most, sink)
	c.within = before
	if err != nil {
		return n, e.wrap(err)
	}
	return n, nil
}

// one plans the single statement of a text that gives rows, for a loop or a cursor.
func (c *call) one(d *dynamic) (*expr, Plan, []types.Datum, error) {
	text, args, params, err := c.dynamic(d)
	if err != nil {
		return nil, nil, nil, err
	}
	stmts, err := c.host.Parse(text)
	if err != nil {
		return nil, nil, nil, dynamicExpr(text, nil).wrap(err)
	}
	if len(stmts) != 1 {
		return nil, nil, nil, sqlerr.New(sqlerr.InvalidCursorDefinition, "cannot open multi-query plan as cursor")
	}
	e := dynamicExpr(text, stmts[0])
	p, err := c.prepareDynamic(e, params)
	if err == nil && p.Columns() == nil {
		err = sqlerr.New(sqlerr.InvalidCursorDefinition, "cannot open %s query as cursor", p.Kind())
	}
	return e, p, args, err
}

// execute runs EXECUTE.
func (c *call) execute(s *executeStmt) error {
	text, args, params, err := c.dynamic(&s.dyn)
	if err != nil {
		return err
	}
	stmts, err := c.host.Parse(text)
	if err != nil {
		return dynamicExpr(text, nil).wrap(err)
	}
	if s.into != nil && len(stmts) == 0 {
		return sqlerr.New(sqlerr.SyntaxError, "INTO used with a command that cannot return data")
	}
	c.rowCount = 0
	for i, st := range stmts {
		e := dynamicExpr(text, st)
		switch st.Kind {
		case "SELECT INTO":
			return sqlerr.New(sqlerr.FeatureNotSupported, "EXECUTE of SELECT ... INTO is not implemented").
				WithHint("You might want to use EXECUTE ... INTO or EXECUTE CREATE TABLE ... AS instead.")
		case "BEGIN", "START TRANSACTION", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "RELEASE SAVEPOINT", "ROLLBACK TO", "ROLLBACK TO SAVEPOINT", "PREPARE TRANSACTION":
			return sqlerr.New(sqlerr.FeatureNotSupported, "EXECUTE of transaction commands is not implemented")
		}
		p, err := c.prepareDynamic(e, params)
		if err != nil {
			return err
		}
		if s.into != nil && i == len(stmts)-1 {
			n, err := c.runInto(s.into, s.strict, e, &planned{plan: p}, args)
			if err != nil {
				return err
			}
			c.rowCount = n
			continue
		}
		n, err := c.runDynamic(e, p, args, 0, func(*types.Batch) error { return nil })
		if err != nil {
			return err
		}
		c.rowCount = n
	}
	return nil
}

// queryLoop runs a loop over the rows of a query, a text or a cursor.
func (c *call) queryLoop(s *queryLoop) (outcome, error) {
	if s.cursor != nil {
		return c.cursorLoop(s)
	}
	var e *expr
	var p Plan
	var args []types.Datum
	if s.dyn != nil {
		var err error
		if e, p, args, err = c.one(s.dyn); err != nil {
			return went, err
		}
	} else {
		e = s.query
		made, err := c.plan(e)
		if err != nil {
			return went, err
		}
		if p = made.plan; p.Columns() == nil {
			return went, sqlerr.New(sqlerr.InvalidCursorDefinition, "cannot open %s query as cursor", p.Kind())
		}
		args = make([]types.Datum, len(made.params))
		if err := c.arguments(made, args); err != nil {
			return went, err
		}
	}
	rows, err := c.host.Open(p, args)
	if err != nil {
		return went, e.wrap(err)
	}
	defer rows.Close()
	return c.overRows(s, p.Columns(), func() (*types.Batch, error) {
		before := c.within
		c.within = e
		b, err := rows.Next()
		c.within = before
		if err != nil {
			return nil, e.wrap(err)
		}
		return b, nil
	})
}

// overRows runs the body of a loop for each row.
func (c *call) overRows(s *queryLoop, cols []plan.Column, next func() (*types.Batch, error)) (outcome, error) {
	found, ends := false, went
loop:
	for {
		b, err := next()
		if err != nil {
			return went, err
		}
		if b == nil {
			break
		}
		for i := range b.N {
			if err := c.round(); err != nil {
				return went, err
			}
			found = true
			if err := c.assignColumns(s.to, cols, b, i); err != nil {
				return went, err
			}
			var goOn bool
			if goOn, ends, err = c.body(s.body, s.label); err != nil {
				return went, err
			} else if !goOn {
				break loop
			}
		}
	}
	if !found {
		if err := c.assignColumns(s.to, cols, nil, 0); err != nil {
			return went, err
		}
	}
	c.vals[c.fn.found] = types.Bool(found)
	return ends, nil
}

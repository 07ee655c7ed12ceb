package plpgsql

import (
	"errors"
	"slices"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// planned is an expr's plan, and the variables that are its parameters.
type planned struct {
	plan   Plan
	params []ref
	types  []types.OID     // that the parameters were planned with
	rows   []*types.Record // the columns of those that are records; nil: none is known
	simple bool
	result types.OID     // of a simple one
	args   []types.Datum // of a simple one, filled anew for each evaluation
}

// resolver tells the binder what the names of an expr mean.
type resolver struct {
	c       *call
	top     *name
	params  []ref
	types   []types.OID
	rows    []*types.Record
	missing error // what is wrong with a name that is a record's
}

// Conflict implements plan.Variables.
func (r *resolver) Conflict() plan.VariableConflict { return r.c.fn.conflict }

// Numbered implements plan.NumberedVariables: $n are arguments.
func (r *resolver) Numbered(n int) (plan.Variable, bool) { return r.Variable([]string{dollar(n)}) }

// Variable implements plan.Variables.
func (r *resolver) Variable(names []string) (plan.Variable, bool) {
	f, ok := r.top.lookup(names, r.c.fn.vars)
	if !ok {
		return plan.Variable{}, false
	}
	to := ref{f.datum, f.field}
	v := &r.c.fn.vars[f.datum]
	out := plan.Variable{OID: v.typ.OID, Domain: v.typ.Domain, Parts: f.parts}
	switch {
	case f.field != "":
		t, _, err := r.c.field(to)
		if err != nil {
			r.missing = err
			return plan.Variable{}, false
		}
		out.OID, out.Domain = t, 0
	case v.rec:
		out.Row, _ = r.c.record(f.datum) // of one that was never assigned nothing is known
	}
	for i, p := range r.params {
		if p == to {
			out.Param = i
			return out, true
		}
	}
	out.Param = len(r.params)
	r.params, r.types, r.rows = append(r.params, to), append(r.types, out.OID), append(r.rows, out.Row)
	return out, true
}

// record is a record variable's value, with the columns of its type when it is NULL.
func (c *call) record(n int) (*types.Record, error) {
	if rec, ok := c.vals[n].A.(*types.Record); ok {
		return rec, nil
	}
	v := &c.fn.vars[n]
	if v.typ.Row == nil {
		return nil, sqlerr.New(sqlerr.ObjectNotInPrerequisite, `record "%s" is not assigned yet`, v.name).
			WithDetail("The tuple structure of a not-yet-assigned record is indeterminate.")
	}
	return nullRow(v.typ.Row), nil
}

// nullRow is a row of NULLs.
func nullRow(row *plan.RowType) *types.Record {
	rec := &types.Record{}
	for _, col := range row.Columns {
		rec.Names, rec.Types, rec.Vals = append(rec.Names, col.Name), append(rec.Types, col.Type.OID), append(rec.Vals, types.NullDatum)
	}
	return rec
}

// field finds a record's field, and its type.
func (c *call) field(r ref) (types.OID, types.Datum, error) {
	rec, err := c.record(r.datum)
	if err != nil {
		return 0, types.NullDatum, err
	}
	for i, n := range rec.Names {
		if n == r.field {
			return rec.Types[i], rec.Vals[i], nil
		}
	}
	return 0, types.NullDatum, sqlerr.New(sqlerr.UndefinedColumn, `record "%s" has no field "%s"`, c.fn.vars[r.datum].name, r.field)
}

// plan plans an expr, unless its plan still holds.
func (c *call) plan(e *expr) (*planned, error) {
	if e.plan != nil && e.plan.plan.Valid() && c.sameRows(e.plan) {
		return e.plan, nil
	}
	r := &resolver{c: c, top: e.top}
	p, err := c.host.Prepare(e.stmt, r, e.to)
	if err != nil {
		if r.missing != nil {
			err = r.missing
		}
		return nil, e.wrap(err)
	}
	e.plan = &planned{plan: p, params: r.params, types: r.types, rows: r.rows, simple: p.Simple() && e.mode != asStatement}
	if !slices.ContainsFunc(r.params, func(p ref) bool { return p.field == "" && c.fn.vars[p.datum].rec }) {
		e.plan.rows = nil // there is nothing to compare
	}
	if e.plan.simple {
		e.plan.result = p.Columns()[0].Type
		e.plan.args = make([]types.Datum, len(r.params))
	}
	return e.plan, nil
}

// sameRows reports whether records have the columns that a plan was made with.
func (c *call) sameRows(p *planned) bool {
	for i, row := range p.rows {
		if row == nil && !c.fn.vars[p.params[i].datum].rec || p.params[i].field != "" {
			continue
		}
		now, _ := c.record(p.params[i].datum)
		if now == row {
			continue
		}
		if now == nil || row == nil || !slices.Equal(now.Types, row.Types) || !slices.Equal(now.Names, row.Names) {
			return false
		}
	}
	return true
}

// arguments fills in the values of a plan's parameters.
func (c *call) arguments(p *planned, args []types.Datum) error {
	if !p.simple {
		c.disown(p)
	}
	for i, r := range p.params {
		if r.field == "" {
			args[i] = c.vals[r.datum]
			if c.fn.vars[r.datum].rec && args[i].A == nil {
				args[i].Null = true
			}
			continue
		}
		t, d, err := c.field(r)
		if err != nil {
			return err
		}
		if t != p.types[i] {
			return sqlerr.New(sqlerr.DatatypeMismatch, "type of parameter %d (%s) does not match that when preparing the plan (%s)",
				i+1, types.FormatTypeBare(t), types.FormatTypeBare(p.types[i]))
		}
		args[i] = d
	}
	return nil
}

// disown notes that what a plan was given may be kept elsewhere.
func (c *call) disown(p *planned) {
	for _, r := range p.params {
		c.owned[r.datum] = false
	}
}

// eval computes an expression: its value and type.
func (c *call) eval(e *expr) (types.Datum, types.OID, error) {
	if e.stmt == nil {
		return types.NullDatum, 0, e.wrap(sqlerr.New(sqlerr.SyntaxError, "assignment source returned 0 columns"))
	}
	p, err := c.plan(e)
	if err != nil {
		return types.NullDatum, 0, err
	}
	if p.simple {
		if err := c.arguments(p, p.args); err != nil {
			return types.NullDatum, 0, err
		}
		d, err := c.host.Scalar(p.plan, p.args)
		if d.A != nil {
			c.disown(p) // it may be one of the arguments, or have it within
		}
		return d, p.result, err
	}
	cols := p.plan.Columns()
	if len(cols) != 1 {
		return types.NullDatum, 0, e.columns(len(cols))
	}
	out, n := types.NullDatum, 0
	_, err = c.runPlan(e, p, 2, func(b *types.Batch) error {
		if n == 0 && b.N > 0 {
			out = b.Cols[0].Datum(0)
		}
		n += b.N
		return nil
	})
	if err != nil {
		return types.NullDatum, 0, err
	}
	if n > 1 {
		return types.NullDatum, 0, withContext(sqlerr.New(sqlerr.CardinalityViolation, "query returned more than one row"), "query: "+e.text)
	}
	return out, cols[0].Type, nil
}

// columns complains of an expression that is not one.
func (e *expr) columns(n int) error {
	if e.mode == asAssignment {
		return e.wrap(sqlerr.New(sqlerr.SyntaxError, "assignment source returned %d columns", n))
	}
	return withContext(sqlerr.New(sqlerr.SyntaxError, "query returned %d columns", n), "query: "+e.text)
}

// runPlan runs a plan that is more than an expression.
func (c *call) runPlan(e *expr, p *planned, most int64, sink func(*types.Batch) error) (int64, error) {
	args := make([]types.Datum, len(p.params))
	if err := c.arguments(p, args); err != nil {
		return 0, err
	}
	if e.mode != asStatement && p.plan.Expression() { // what happens in it is told as the statement's
		return c.host.Run(p.plan, args, most, sink)
	}
	return c.runDynamic(e, p.plan, args, most, sink)
}

// shown is the expr as contexts have it.
func (e *expr) shown() string {
	switch e.mode {
	case asExpression:
		return `SQL expression "` + e.text + `"`
	case asAssignment:
		return `PL/pgSQL assignment "` + e.text + `"`
	}
	return `SQL statement "` + e.text + `"`
}

// wrap says in an error that it is the expr's: a position in it becomes an internal one.
func (e *expr) wrap(err error) error {
	var beside *refused
	if errors.As(err, &beside) {
		return beside.err
	}
	se := sqlerr.From(err)
	if se.Position == 0 {
		return withContext(se, e.shown())
	}
	out := *se
	out.InternalPosition, out.InternalQuery, out.Position = se.Position, e.text, 0
	if e.mode == asAssignment && e.stmt != nil {
		out.InternalPosition += utf8.RuneCountInString(e.text) - utf8.RuneCountInString(e.stmt.Text)
	}
	return &out
}

// castKey names a cast.
type castKey struct {
	from, to, domain types.OID
	typmod           int32
}

// cast is the plan of one.
type cast struct {
	plan Plan
	args [1]types.Datum
}

// cast converts a value as an assignment does.
func (c *call) cast(d types.Datum, from types.OID, to plan.DeclaredType) (types.Datum, error) {
	if to.Domain == 0 && (d.Null || from == to.OID && to.Typmod < 0) {
		return d, nil
	}
	k := castKey{from, to.OID, to.Domain, to.Typmod}
	p := c.fn.casts[k]
	if p == nil || !p.plan.Valid() {
		made, err := c.host.Cast(from, to)
		if err != nil {
			return types.NullDatum, err
		}
		p = &cast{plan: made}
		c.fn.casts[k] = p
	}
	p.args[0] = d
	if p.plan.Simple() {
		return c.host.Scalar(p.plan, p.args[:])
	}
	out := types.NullDatum
	_, err := c.host.Run(p.plan, p.args[:], 1, func(b *types.Batch) error {
		out = b.Cols[0].Datum(0)
		return nil
	})
	return out, err
}

// text is a value as text, for messages.
func (c *call) text(d types.Datum, t types.OID) (string, error) {
	if d.Null {
		return "", nil
	}
	b, err := types.AppendTextDatum(nil, t, d, c.host.Format())
	return string(b), err
}

// textOf computes an expression as text.
func (c *call) textOf(e *expr) (s string, null bool, err error) {
	d, t, err := c.eval(e)
	if err != nil || d.Null {
		return "", true, err
	}
	s, err = c.text(d, t)
	return s, false, err
}

// elementSize is about what a datum takes.
const elementSize = 64

// size estimates the bytes of a value beyond its own place.
func size(d *types.Datum) int64 {
	switch v := d.A.(type) {
	case *types.Array:
		return int64(len(v.Elems)) * elementSize
	case *types.Record:
		return int64(len(v.Vals)) * elementSize
	}
	return int64(len(d.S))
}

// account counts the bytes of a value that takes the place of another.
func (c *call) account(was, is *types.Datum) error {
	if grown := size(is) - size(was); grown != 0 {
		return c.grow(grown)
	}
	return nil
}

// grow counts bytes that variables take more, or less, than before.
func (c *call) grow(grown int64) error {
	c.bytes += grown
	if limit := c.host.Memory(); grown > 0 && limit > 0 && c.bytes > limit {
		return sqlerr.New(sqlerr.OutOfMemory, "out of memory").
			WithDetail("The variables of %s take more than %d bytes.", c.fn.decl.Signature, limit).
			WithHint("Raise stemedb.query_memory, or keep less in variables.")
	}
	return nil
}

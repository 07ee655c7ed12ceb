package plan

import (
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// funcRef is the name of a function in a call.
type funcRef struct {
	name    string
	schema  string // as the catalog has it; empty: the search path says
	written string
	builtin bool // functions that are built in may be meant
	called  bool // in CALL: arguments are given for OUT parameters too
}

// builtinFunc refers to a function that is built in.
func builtinFunc(name string) funcRef {
	return funcRef{name: name, written: name, schema: "pg_catalog", builtin: true}
}

// unqualified refers to a function by its name alone.
func (b *binder) unqualified(name string) funcRef {
	r := funcRef{name: name, written: name, builtin: true}
	if fs := functions.ByName(name); len(fs) > 0 && fs[0].Schema != "" {
		r.builtin = slices.Contains(b.ctx.SearchPath, fs[0].Schema)
	}
	return r
}

// funcName reads a call's name.
func (b *binder) funcName(n *pg.FuncCall) funcRef {
	list, _ := fieldNames(n.Funcname)
	return b.funcNamed(list, n.Location)
}

func (b *binder) funcNamed(list []string, location int32) funcRef {
	name := list[len(list)-1]
	if len(list) == 1 {
		return b.unqualified(name)
	}
	r := funcRef{name: name, written: strings.Join(list, "."), schema: list[len(list)-2]}
	schema, known := b.ctx.Catalog.SchemaNamed(r.schema)
	if !known {
		b.failAt(location, sqlerr.InvalidSchemaName, `schema "%s" does not exist`, r.schema)
	}
	at := "pg_catalog"
	if fs := functions.ByName(name); len(fs) > 0 && fs[0].Schema != "" {
		at = fs[0].Schema
	}
	r.schema, r.builtin = schema.Name, schema.Name == at
	return r
}

// functionsNamed lists the functions that a name may mean, those that the search path
// finds first before others. Those without code are among them: a call means the same
// whatever of it can be computed.
func (b *binder) functionsNamed(r funcRef) []*functions.Func {
	var out []*functions.Func
	if r.builtin {
		out = functions.ByName(r.name)
		if others := b.ctx.Catalog.Codeless(r.name); len(others) > 0 {
			out = slices.Concat(out, others)
		}
	}
	made := b.madeNamed(r)
	if len(made) == 0 {
		return out
	}
	if b.within != nil {
		return slices.Concat(made, out) // what the name meant, if a built-in one takes the same
	}
	out = slices.Concat(out, made)
	if r.schema == "" {
		slices.SortStableFunc(out, func(x, y *functions.Func) int { return b.searchedAt(x) - b.searchedAt(y) })
	}
	return out
}

// searchedAt is where the search path has a function's schema.
func (b *binder) searchedAt(f *functions.Func) int {
	schema := f.Schema
	if schema == "" {
		schema = "pg_catalog"
	}
	return slices.Index(b.ctx.SearchPath, schema)
}

// madeNamed lists the functions and procedures of a name that statements made. Those of
// the session's own schema are found by that alone.
func (b *binder) madeNamed(r funcRef) []*functions.Func {
	if b.within != nil { // a view's query means what it meant when it was made
		return b.within.Calls.Named(b.ctx.Catalog.Function, r.written)
	}
	var out []*functions.Func
	for _, f := range b.ctx.Catalog.Routines(r.name) {
		found := f.Schema == r.schema
		if r.schema == "" {
			found = slices.Contains(b.ctx.SearchPath, f.Schema) && !strings.HasPrefix(f.Schema, catalog.TempSchema)
		}
		switch {
		case !found:
		case r.called && f.Kind == functions.Procedure:
			out = append(out, f.Made.Called)
		default:
			out = append(out, f)
		}
	}
	return out
}

// noteCall notes that what is being bound calls a function that a statement made.
func (b *binder) noteCall(r funcRef, f *functions.Func) {
	if f.Made == nil {
		return
	}
	b.use(f.OID)
	if b.made != nil {
		b.made.calls = b.made.calls.With(r.written, f.OID)
	}
	if f.Stores {
		b.modifies = true
	}
}

// routineArguments holds converted arguments to what is declared of a routine's
// parameters beyond their types: domains, and the rows of a relation.
func (b *binder) routineArguments(m *funcMatch, name funcRef, a callArgs, conv []Expr, location int32) {
	params := m.params()
	for p := range params {
		param := &params[p]
		if param.Domain == 0 && param.Row == 0 {
			continue
		}
		i := p
		if !m.variadic {
			i = m.order[p]
		}
		if i < 0 || i >= len(conv) || m.variadic && p == len(params)-1 {
			continue
		}
		if d, array, ok := b.ctx.Catalog.Domain(param.Domain); ok && param.Domain != 0 {
			if !b.showing() && b.domainOf(conv[i]) != param.Domain {
				conv[i] = b.toDomain(conv[i], d, array)
			}
			continue
		}
		rl, ok := b.ctx.Catalog.Relation(param.Row)
		sh := b.shapeOf(conv[i])
		if !ok || sh == nil || !shapeOfRelation(rl).equal(sh) {
			b.noFunc(name.written, a, location, false)
		}
	}
}

// rowArgument makes a literal or ROW(…) the row of a relation that a parameter is.
func (b *binder) rowArgument(m *funcMatch, i int, e Expr, location int32) Expr {
	p := i
	if !m.variadic {
		p = slices.Index(m.order, i)
	}
	params := m.params()
	if p >= len(params) || params[p].Row == 0 {
		return e
	}
	rl, ok := b.ctx.Catalog.Relation(params[p].Row)
	_, row := e.(*RowExpr)
	if !ok || !row && typeOf(e) != types.OIDUnknown {
		return e
	}
	return (&scope{b: b}).toRow(e, rl, shapeOfRelation(rl), location)
}

// params are the parameters that a match gives arguments.
func (m *funcMatch) params() []functions.Param {
	if m.fn == m.fn.Made.Called && m.fn.Kind == functions.Procedure {
		return m.fn.Made.Params
	}
	return m.fn.Made.Inputs()
}

// routineDefault is the expression that stands for the p-th argument of a routine where
// a call leaves it out.
func (b *binder) routineDefault(f *functions.Func, p int) Expr {
	r := f.Made
	param := (&funcMatch{fn: f}).params()[p]
	ctx, within := b.ctx, b.within
	b.ctx.SearchPath, b.ctx.Variables, b.within = r.Path, nil, nil
	e := b.mustCoerce((&scope{b: b, clause: "DEFAULT expressions"}).stored(param.Default), param.Type, -1, "DEFAULT")
	b.ctx, b.within = ctx, within
	return e
}

// madeName prints the name of a function that a statement made, with its schema where
// the name alone does not find it.
func (d *deparser) madeName(f *functions.Func) {
	r := d.b.unqualified(f.Name)
	for _, g := range d.b.functionsNamed(r) {
		if slices.Equal(g.Args, f.Args) {
			if g == f {
				d.put(functions.QuoteIdent(f.Name))
				return
			}
			break
		}
	}
	schema := f.Schema
	if f.OID >= catalog.OIDTempSchema {
		schema = catalog.TempSchema
	}
	d.put(functions.QuoteIdent(schema), ".", functions.QuoteIdent(f.Name))
}

// callClause is what the arguments of CALL stand in.
const callClause = "CALL arguments"

// Procedure is what CALL calls.
type Procedure struct {
	Routine *functions.Routine
	Args    []types.OID // the types of the arguments, which the plan gives as one row
}

// call binds CALL of a procedure: the plan is its arguments, and its OUT parameters are
// the columns.
func (s *scope) call(n *pg.FuncCall, out *Bound) rel {
	b := s.b
	s.clause = callClause
	name := b.funcName(n)
	name.called = true
	a := s.callArgs(n)
	m, _, ambiguous := b.findFunc(name, a)
	if m == nil || m.fn.Kind != functions.Procedure {
		s.noProcedure(n, name, a, m, ambiguous)
	}
	fn, conv, _, _ := b.resolveCall(name, a, n.Location)
	r := fn.Made
	b.noteCall(name, r.Func)
	args := &rValues{rows: [][]Expr{{}}}
	for i := range r.Params {
		if !r.Params[i].Input() {
			continue
		}
		args.rows[0] = append(args.rows[0], conv[i])
		args.ids = append(args.ids, b.newCol(Column{Name: r.Params[i].Name, Type: typeOf(conv[i]), Typmod: -1}))
	}
	out.Call = &Procedure{Routine: r, Args: typesOf(args.rows[0])}
	call := &Call{Func: r.OID, Args: args.rows[0], OID: r.Ret, Typmod: -1, Made: r.Func}
	b.shapedResult(call, r.Func, call.Args)
	if sh := b.shapeOf(call); sh != nil {
		for i, t := range sh.types {
			out.Columns = append(out.Columns, Column{Name: sh.names[i], Type: t, Typmod: -1})
		}
	}
	return args
}

// noProcedure complains of a CALL that means no procedure.
func (s *scope) noProcedure(n *pg.FuncCall, name funcRef, a callArgs, m *funcMatch, ambiguous bool) {
	sig := signature(name.written, a)
	e := sqlerr.New(sqlerr.UndefinedFunction, "procedure %s does not exist", sig).
		WithHint("No procedure matches the given name and argument types. You might need to add explicit type casts.")
	switch {
	case m != nil:
		e = sqlerr.New(sqlerr.WrongObjectType, "%s is not a procedure", sig).WithHint("To call a function, use SELECT.")
	case ambiguous:
		e = sqlerr.New(sqlerr.AmbiguousFunction, "procedure %s is not unique", sig).
			WithHint("Could not choose a best candidate procedure. You might need to add explicit type casts.")
	}
	fail(s.b.at(n.Location, e))
}

// made is a function if a statement made it.
func made(f *functions.Func) *functions.Func {
	if f.Made == nil {
		return nil
	}
	return f
}

// shapedResult notes the columns of a routine's rows where they depend on the types of
// its arguments, or are of a relation's type.
func (b *binder) shapedResult(call Expr, f *functions.Func, args []Expr) Expr {
	if f.Made == nil || typeOf(call) != types.OIDRecord {
		return call
	}
	if rl, ok := b.ctx.Catalog.Relation(f.Made.RetRelation); ok && f.Made.RetRelation != 0 {
		b.shape(call, shapeOfRelation(rl))
		return call
	}
	rows := b.outRows(f.Made)
	if rows == nil && !slices.ContainsFunc(f.OutTypes, types.IsPolymorphic) {
		return call
	}
	sh := &rowShape{names: f.OutNames, rows: rows}
	for _, t := range f.OutTypes {
		_, t, err := unify(typesOf(args), f.Args, t)
		if err != nil {
			fail(err)
		}
		sh.types = append(sh.types, t)
	}
	b.shape(call, sh)
	return call
}

// outRows are the fields of the OUT parameters of a routine that are rows of relations.
func (b *binder) outRows(r *functions.Routine) map[int]*rowShape {
	var out map[int]*rowShape
	at := 0
	for i := range r.Params {
		if !r.Params[i].Output() {
			continue
		}
		if rl, ok := b.ctx.Catalog.Relation(r.Params[i].Row); ok && r.Params[i].Row != 0 {
			if out == nil {
				out = map[int]*rowShape{}
			}
			out[at] = shapeOfRelation(rl)
		}
		at++
	}
	return out
}

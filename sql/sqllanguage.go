package sql

import (
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// sqlLanguage runs bodies that are statements of SQL: all are run in order, and the rows
// of the last one are the result.
type sqlLanguage struct{}

// sqlBody is a body planned for arguments of certain types.
type sqlBody struct {
	env    planEnv // that it was planned in
	stmts  []*Prepared
	result *plan.Result // nil: void
}

// bodyKey names a planned body. A routine that is declared anew is another one.
type bodyKey struct {
	routine *functions.Routine
	args    string
	result  types.OID
}

// maxBodies bounds the planned bodies that a session keeps.
const maxBodies = 256

// bodyKeyOf names the body that a call runs.
func bodyKeyOf(call *functions.RoutineCall) bodyKey {
	var args strings.Builder
	for _, t := range call.Args {
		args.WriteString(strconv.Itoa(int(t)))
		args.WriteByte(' ')
	}
	if call.Shape != nil {
		for _, t := range call.Shape.Types {
			args.WriteByte('/')
			args.WriteString(strconv.Itoa(int(t)))
		}
	}
	return bodyKey{call.Routine, args.String(), call.Result}
}

// sqlBody plans the body of a routine, or finds it planned.
func (s *Session) sqlBody(call *functions.RoutineCall) (*sqlBody, error) {
	key := bodyKeyOf(call)
	if b := s.bodies[key]; b != nil && b.env == s.planEnv() {
		return b, nil
	}
	var stmts []parser.Statement
	var err error
	if call.Atomic {
		stmts, err = parser.AtomicBody(call.Body)
	} else {
		stmts, err = parser.Parse(call.Body)
	}
	if err != nil {
		return nil, err
	}
	b, err := s.planSQL(call, stmts, nil)
	if err != nil {
		return nil, err
	}
	if len(s.bodies) >= maxBodies {
		clear(s.bodies)
	}
	if s.bodies == nil {
		s.bodies = map[bodyKey]*sqlBody{}
	}
	s.bodies[key] = b
	return b, nil
}

// planSQL plans the statements of a body. defines is the routine that is being made, if
// it is: the body may call it.
func (s *Session) planSQL(call *functions.RoutineCall, stmts []parser.Statement, defines *functions.Routine) (*sqlBody, error) {
	b := &sqlBody{env: s.planEnv(), result: s.resultOf(call)}
	in := &bodyContext{vars: plan.ArgumentsOf(call.Routine, call.Args, s.names), defines: defines}
	if call.Atomic {
		in.path = call.Path
	}
	for i := range stmts {
		p := &Prepared{Text: stmts[i].Text, Kind: stmts[i].Kind, stmt: statementOf(&stmts[i]), declared: call.Args, body: in}
		if i == len(stmts)-1 && b.result != nil {
			last := *in
			last.result, p.body = b.result, &last
		}
		u, err := plan.AsUtility(&stmts[i])
		if err != nil {
			return nil, err
		}
		switch u.(type) {
		case *plan.Transaction, *plan.Copy: // refused when it is run
			p.utility = u
		default:
			if err := s.planBody(p); err != nil {
				return nil, err
			}
		}
		b.stmts = append(b.stmts, p)
	}
	if b.result != nil && (len(stmts) == 0 || b.stmts[len(stmts)-1].utility != nil) {
		return nil, b.result.Mismatch()
	}
	return b, nil
}

// statementOf is a parsed statement that is part of a body.
func statementOf(p *parser.Statement) Statement {
	return Statement{Text: p.Text, Offset: p.Offset, Kind: p.Kind, tree: p, whole: p.Text, among: true}
}

// resultOf is what the last statement of a body must give; nil: nothing.
func (s *Session) resultOf(call *functions.RoutineCall) *plan.Result {
	r := &plan.Result{Declared: types.FormatTypeBare(call.Ret), Type: call.Result, Domain: call.RetDomain}
	switch {
	case call.Ret == types.OIDVoid:
		return nil
	case call.Result != types.OIDRecord && call.Kind != functions.Procedure:
		return r
	}
	r.Row = true
	if call.Shape != nil {
		for i, t := range call.Shape.Types {
			r.Columns = append(r.Columns, plan.Column{Name: call.Shape.Names[i], Type: t, Typmod: -1})
		}
		return r
	}
	if rel, ok := s.names.Relation(call.RetRelation); ok && call.RetRelation != 0 {
		r.Declared = rel.Name
		for i := range rel.Columns {
			c := &rel.Columns[i]
			r.Columns = append(r.Columns, plan.Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod, Domain: c.Domain})
		}
		return r
	}
	for i := range call.Params {
		if p := &call.Params[i]; p.Output() {
			r.Columns = append(r.Columns, plan.Column{Name: p.Name, Type: p.Type, Typmod: -1, Domain: p.Domain})
		}
	}
	for i := range r.Columns {
		if c := &r.Columns[i]; types.IsPolymorphic(c.Type) {
			c.Type = plan.ResolvePolymorphic(call.Args, call.Func.Args, c.Type)
		}
	}
	return r
}

// check implements language. What the statements of a polymorphic function mean depends
// on its calls.
func (sqlLanguage) check(s *Session, r *functions.Routine) error {
	stmts, err := parser.Parse(r.Body)
	if err != nil {
		return err
	}
	for _, t := range append([]types.OID{r.Ret}, r.Func.Args...) {
		if types.IsPolymorphic(t) {
			return nil
		}
	}
	_, err = s.planSQL(&functions.RoutineCall{Routine: r, Args: r.Func.Args, Result: r.Ret}, stmts, r)
	return err
}

// inBody adds a line of CONTEXT to an error, whose position is in no text that the
// client has sent.
func inBody(err error, line string) error {
	e := *sqlerr.From(err)
	if e.Position = 0; e.Where != "" {
		e.Where += "\n"
	}
	e.Where += line
	return &e
}

func (sqlLanguage) call(s *Session, c *functions.Ctx, call *functions.RoutineCall, args []types.Datum) (types.Datum, error) {
	run, err := s.runSQL(c, call, args)
	if err != nil {
		return types.NullDatum, err
	}
	if run.body.result == nil {
		return types.NullDatum, nil
	}
	defer run.close()
	row, ok, err := run.Next()
	if err != nil || !ok {
		return types.NullDatum, err
	}
	if !run.wide() {
		return row[0], nil
	}
	return run.record(row), nil
}

func (sqlLanguage) rows(s *Session, c *functions.Ctx, call *functions.RoutineCall, args []types.Datum) (functions.SetIter, error) {
	run, err := s.runSQL(c, call, args)
	if err != nil {
		return nil, err
	}
	if run.body.result == nil {
		return &datumRows{}, nil
	}
	return run, nil
}

// runSQL runs a body up to its last statement, which is open then, unless it gives
// nothing.
func (s *Session) runSQL(c *functions.Ctx, call *functions.RoutineCall, args []types.Datum) (*sqlRun, error) {
	name := `SQL function "` + call.Name + `"`
	body, err := s.sqlBody(call)
	if err != nil {
		return nil, inBody(err, name+" during startup")
	}
	run := &sqlRun{s: s, call: call, body: body}
	for _, p := range body.stmts {
		if err := run.allowed(p); err != nil {
			return nil, inBody(err, name+" during startup")
		}
	}
	params := append([]types.Datum(nil), args...)
	for i, p := range body.stmts {
		run.context = name + " statement " + strconv.Itoa(i+1)
		last := i == len(body.stmts)-1 && body.result != nil
		if err := run.statement(c, p, params, last); err != nil {
			return nil, inBody(err, run.context)
		}
	}
	return run, nil
}

// datumRows are rows that are there.
type datumRows struct{ rows [][]types.Datum }

// Next implements functions.SetIter.
func (r *datumRows) Next() ([]types.Datum, bool, error) {
	if len(r.rows) == 0 {
		return nil, false, nil
	}
	row := r.rows[0]
	r.rows = r.rows[1:]
	return row, true, nil
}

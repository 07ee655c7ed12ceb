package sql

import (
	"io"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// language runs the bodies of the routines that are written in it, in a session.
type language interface {
	// check refuses a body that cannot be right, when the routine is made. Positions in
	// its errors are of the body.
	check(s *Session, r *functions.Routine) error
	// call and rows are those of functions.Runner.
	call(s *Session, c *functions.Ctx, call *functions.RoutineCall, args []types.Datum) (types.Datum, error)
	rows(s *Session, c *functions.Ctx, call *functions.RoutineCall, args []types.Datum) (functions.SetIter, error)
}

// languageNames are the languages that routines can be written in.
var languageNames = []string{"sql", "plpgsql"}

// languageNamed is what runs bodies in a language; nil: there is none of the name.
func languageNamed(name string) language {
	switch name {
	case "sql":
		return sqlLanguage{}
	case "plpgsql":
		return blockLanguage{}
	}
	return nil
}

// maxRoutineDepth bounds calls of routines within calls: each has the stack of a whole
// statement.
const maxRoutineDepth = 1000

// CallRoutine implements functions.Runner.
func (f functionSession) CallRoutine(c *functions.Ctx, call *functions.RoutineCall, args []types.Datum) (types.Datum, error) {
	l, leave, err := f.s.enterRoutine(call)
	if err != nil {
		return types.NullDatum, err
	}
	defer leave()
	d, err := l.call(f.s, c, call, args)
	if call.Result == types.OIDVoid && call.Language != "sql" {
		d = types.Datum{} // it is a value all the same
	}
	if rec, ok := d.A.(*types.Record); ok && call.Shape != nil && err == nil {
		err = functions.RowsAlike(rec.Types, call.Shape.Types)
	}
	return d, err
}

// RoutineRows implements functions.Runner. While rows are read one by one, others run: a
// routine with settings or a role of its own gives them all at once.
func (f functionSession) RoutineRows(c *functions.Ctx, call *functions.RoutineCall, args []types.Datum) (functions.SetIter, error) {
	l, leave, err := f.s.enterRoutine(call)
	if err != nil {
		return nil, err
	}
	defer leave()
	rows, err := l.rows(f.s, c, call, args)
	switch {
	case err != nil:
		return nil, err
	case len(call.Config) == 0 && !call.Definer:
		return &routineRows{f.s, rows}, nil
	}
	all := &datumRows{}
	for {
		row, ok, err := rows.Next()
		if err != nil || !ok {
			return all, err
		}
		all.rows = append(all.rows, append([]types.Datum(nil), row...))
	}
}

// routineRows are rows of a routine that runs as they are read, as deep as it was called.
type routineRows struct {
	s    *Session
	rows functions.SetIter
}

// Next implements functions.SetIter.
func (r *routineRows) Next() ([]types.Datum, bool, error) {
	if err := r.s.deeper(); err != nil {
		return nil, false, err
	}
	defer func() { r.s.depth-- }()
	return r.rows.Next()
}

// Close ends the routine; it may be called twice.
func (r *routineRows) Close() error {
	if c, ok := r.rows.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// deeper counts a call within calls.
func (s *Session) deeper() error {
	if s.depth >= maxRoutineDepth {
		return sqlerr.New(sqlerr.StatementTooComplex, "stack depth limit exceeded").
			WithHint("Calls of functions may be nested %d deep.", maxRoutineDepth)
	}
	s.depth++
	return nil
}

// enterRoutine finds what runs a routine, and counts how deep calls are nested.
func (s *Session) enterRoutine(call *functions.RoutineCall) (l language, leave func(), err error) {
	if l = languageNamed(call.Language); l == nil {
		return nil, nil, sqlerr.New(sqlerr.UndefinedObject, "language %q does not exist", call.Language)
	}
	restore, who := func() {}, s.asDefiner(call.Routine)
	if len(call.Config) > 0 {
		restore, err = s.configured(call.Config)
	}
	if err == nil {
		if err = s.deeper(); err != nil {
			restore()
		}
	}
	if err != nil {
		who()
		return nil, nil, err
	}
	alone := s.alone
	s.alone = false // the statement that calls is not done with its transaction
	return l, func() {
		s.depth--
		s.alone = alone
		restore()
		who()
	}, nil
}

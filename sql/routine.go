package sql

import (
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

// languages are those that routines can be written in.
var languages = map[string]language{}

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
	return l.call(f.s, c, call, args)
}

// RoutineRows implements functions.Runner.
func (f functionSession) RoutineRows(c *functions.Ctx, call *functions.RoutineCall, args []types.Datum) (functions.SetIter, error) {
	l, leave, err := f.s.enterRoutine(call)
	if err != nil {
		return nil, err
	}
	defer leave()
	return l.rows(f.s, c, call, args)
}

// enterRoutine finds what runs a routine, and counts how deep calls are nested.
func (s *Session) enterRoutine(call *functions.RoutineCall) (l language, leave func(), err error) {
	if s.depth >= maxRoutineDepth {
		return nil, nil, stackDepth()
	}
	l, ok := languages[call.Language]
	if !ok {
		return nil, nil, sqlerr.New(sqlerr.UndefinedObject, "language %q does not exist", call.Language)
	}
	s.depth++
	return l, func() { s.depth-- }, nil
}

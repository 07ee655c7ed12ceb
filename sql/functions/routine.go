package functions

import (
	"slices"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/types"
)

// Routine is a function or procedure that a statement made, as CREATE FUNCTION
// declared it. Its Func is what the binder and the executor see of it: the input
// arguments, the result, and code that asks the session's Runner. It is immutable.
type Routine struct {
	*Func
	// Params are all parameters in the order in which they were declared.
	Params   []Param
	Language string // sql, plpgsql
	// Body is the text between the quotes; of a SQL-standard body, the text from
	// BEGIN or RETURN on, and Atomic is set.
	Body   string
	Atomic bool
	// RetDomain is the domain that the result is of; 0: none.
	RetDomain types.OID
	// RetRelation is the relation whose rows it gives; 0: none.
	RetRelation types.OID
	// Config are the settings in force while it runs, name=value.
	Config    []string
	Definer   bool // SECURITY DEFINER
	Leakproof bool
	Owner     types.OID
	// Called is the Func as CALL sees it: with arguments for OUT parameters too.
	Called *Func
	// Path is the search path in which defaults, and the names of an Atomic body, are read.
	Path []string
	// Uses are the objects that an Atomic body names, by class and OID.
	Uses   []ObjectRef
	Rows   float64 // that a set has, as it was estimated
	Safety byte    // PARALLEL: 'u', 'r', 's'
}

// ObjectRef names an object by the catalog that has it, and its OID there.
type ObjectRef struct{ Class, OID types.OID }

// Inputs are the parameters that calls give values.
func (r *Routine) Inputs() []Param {
	return slices.DeleteFunc(slices.Clone(r.Params), func(p Param) bool { return !p.Input() })
}

// DependsOn reports whether an object must not go while the routine is there: it is in
// the declaration, or named by an Atomic body.
func (r *Routine) DependsOn(oid types.OID) bool {
	return oid != 0 && (r.RetRelation == oid || r.RetDomain == oid || slices.ContainsFunc(r.Params, func(p Param) bool { return p.Row == oid || p.Domain == oid }) ||
		slices.ContainsFunc(r.Uses, func(u ObjectRef) bool { return u.OID == oid }))
}

// The modes of parameters, as pg_proc.proargmodes has them.
const (
	ParamIn       = 'i'
	ParamOut      = 'o'
	ParamInOut    = 'b'
	ParamVariadic = 'v'
	ParamTable    = 't'
)

// Param is a parameter of a Routine.
type Param struct {
	Name   string // empty: it has none
	Mode   byte
	Type   types.OID // of values; that under the domain, if it is one
	Domain types.OID // 0: none
	// Row is the type of a relation's rows, if it is one; Type then is record.
	Row types.OID
	// Default is the expression that stands for an argument that was left out, as SQL;
	// empty: there is none.
	Default string
}

// Input reports whether a call gives the parameter a value.
func (p *Param) Input() bool { return p.Mode != ParamOut && p.Mode != ParamTable }

// Output reports whether the parameter is part of the result.
func (p *Param) Output() bool { return p.Mode != ParamIn && p.Mode != ParamVariadic }

// RoutineCall is a place in a statement where a routine is called.
type RoutineCall struct {
	*Routine
	// Args are the types of the arguments, one for each input parameter, and Result is
	// that of the result, or of its rows: no type of them is polymorphic.
	Args   []types.OID
	Result types.OID
	// Shape is the row that a column definition list asks for; nil: there is none.
	Shape *types.Record
}

// Runner runs routines in the session that a statement belongs to. The arguments are
// as many as the input parameters; they are the caller's, and not kept. Whoever calls
// has seen to NULLs in the arguments of a strict routine. Errors from a body carry, in
// Where, the lines of PostgreSQL's CONTEXT, the innermost first.
type Runner interface {
	// CallRoutine runs a routine that gives one value; of a procedure, and of a
	// function with several OUT parameters, it is a *types.Record of those.
	CallRoutine(c *Ctx, call *RoutineCall, args []types.Datum) (types.Datum, error)
	// RoutineRows runs a routine that returns a set. Its rows are one datum wide, a
	// *types.Record where the result is one; but with several OUT parameters, or a Shape,
	// they have a datum for each column. Whoever does not read to the end closes the
	// iterator, if it is an io.Closer.
	RoutineRows(c *Ctx, call *RoutineCall, args []types.Datum) (SetIter, error)
}

// Moment is what a running statement sees. Routines that are not volatile see the same.
type Moment struct {
	// ReadAt is where the statement keeps the recorded time that it reads at; 0: it has
	// not read yet, and the first who does sets it.
	ReadAt *knowledge.Micros
	// TempAt is its snapshot of the session's temporary tables.
	TempAt uint64
}

// NewRoutine completes the Func of a routine from its declaration.
func NewRoutine(r *Routine) *Routine {
	f := r.Func
	f.Made = r
	f.atHome, f.Asks = true, true
	f.Stores = f.Volatility == 'v'
	r.Called = f.called()
	if f.RetSet {
		f.BindSet = func(args []types.OID, ret types.OID) SetFunc {
			return func(c *Ctx, vals []types.Datum) (SetIter, error) {
				call, vals := r.at(args, ret, vals)
				return c.Runner.RoutineRows(c, call, vals)
			}
		}
		return r
	}
	f.Bind = func(args []types.OID, ret types.OID) RowFunc {
		return func(c *Ctx, vals []types.Datum) (types.Datum, error) {
			call, vals := r.at(args, ret, vals)
			return c.Runner.CallRoutine(c, call, vals)
		}
	}
	return r
}

// called is a procedure's Func with arguments for all its parameters.
func (f *Func) called() *Func {
	if f.Kind != Procedure {
		return f
	}
	c := *f
	c.Args, c.ArgNames = nil, nil
	for i := range f.Made.Params {
		c.Args, c.ArgNames = append(c.Args, f.Made.Params[i].Type), append(c.ArgNames, f.Made.Params[i].Name)
	}
	return &c
}

// at describes a call. Behind the arguments may stand what a column definition list
// asks for: see Func.Shaped.
func (r *Routine) at(args []types.OID, ret types.OID, vals []types.Datum) (*RoutineCall, []types.Datum) {
	call := &RoutineCall{Routine: r, Args: args, Result: ret}
	if n := len(r.Func.Args); len(vals) > n {
		call.Shape, _ = vals[n].A.(*types.Record)
		call.Args, vals = args[:n], vals[:n]
	}
	return call, vals
}

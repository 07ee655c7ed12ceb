package exec

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// builder turns plan nodes and expressions into operators and evaluators. It
// lives for one build.
type builder struct {
	root   plan.Node // of the program; nil: this is part of one
	reads  int       // operators that read the cluster
	bounds map[*plan.Scan]*sortBound
	// instead is what travels to other nodes in the place of a fragment.
	instead map[plan.Node]plan.Node
	probe   *Probe     // EXPLAIN ANALYZE's; nil: none
	over    *nodeStats // of the node that is being built
	guarded []*functions.Func
	// routines says that functions are called which run in the session's goroutine.
	routines bool
}

// guard notes a function that not everybody may execute: it is refused before
// the first row, and where there is none.
func (bd *builder) guard(f *functions.Func) {
	bd.routines = bd.routines || f.Made != nil
	if f.Restricted {
		bd.guarded = append(bd.guarded, f)
	}
}

// alone reports whether a node is the whole of its program.
func (bd *builder) alone(n plan.Node) bool { return bd.root == n }

// exprs builds a list.
func (bd *builder) exprs(xs []plan.Expr) ([]evaluator, error) {
	out := make([]evaluator, len(xs))
	for i, x := range xs {
		e, err := bd.expr(x)
		if err != nil {
			return nil, err
		}
		out[i] = e
	}
	return out, nil
}

// optional builds an expression that may be nil.
func (bd *builder) optional(x plan.Expr) (evaluator, error) {
	if x == nil {
		return nil, nil
	}
	return bd.expr(x)
}

func (bd *builder) expr(x plan.Expr) (evaluator, error) {
	switch x := x.(type) {
	case *plan.Const:
		return newConst(x.Value, x.OID), nil
	case *plan.Param:
		return &paramEval{i: x.Index, out: newColumn(x.OID)}, nil
	case *plan.Col:
		return colEval{x.Index}, nil
	case *plan.OuterRef:
		return &outerEval{i: x.Index, out: newColumn(x.OID)}, nil
	case *plan.CaseTest:
		return caseTestEval{}, nil
	case *plan.Call:
		return bd.call(x)
	case *plan.Convert:
		return bd.convert(x)
	case *plan.ArrayConvert:
		return bd.arrayConvert(x)
	case *plan.DomainCheck:
		return bd.domainCheck(x)
	case *plan.BoolOp:
		return bd.boolOp(x)
	case *plan.NullTest:
		return bd.nullTest(x)
	case *plan.BoolTest:
		arg, err := bd.expr(x.Arg)
		return &boolTestEval{arg: arg, want: x.Want, not: x.Not, out: newColumn(types.OIDBool)}, err
	case *plan.DistinctTest:
		return bd.distinctTest(x)
	case *plan.Case:
		return bd.caseExpr(x)
	case *plan.Coalesce:
		return bd.coalesce(x)
	case *plan.NullIf:
		return bd.nullIf(x)
	default:
		return bd.expr2(x)
	}
}

// expr2 is the rest of expr: arrays, rows and subqueries.
func (bd *builder) expr2(x plan.Expr) (evaluator, error) {
	switch x := x.(type) {
	case *plan.ArrayExpr:
		return bd.arrayExpr(x)
	case *plan.RowExpr:
		return bd.rowExpr(x)
	case *plan.Field:
		arg, err := bd.expr(x.Arg)
		return &fieldEval{arg: arg, index: x.Index, out: newColumn(x.OID)}, err
	case *plan.Subscript:
		return bd.subscript(x)
	case *plan.AnyAll:
		return bd.anyAll(x)
	case *plan.InList:
		return bd.inList(x)
	case *plan.RowCompare:
		return bd.rowCompare(x)
	case *plan.Subplan:
		return bd.subplan(x)
	case *plan.NextValue:
		return &nextValueEval{node: x, out: newColumn(types.OIDInt8)}, nil
	case *plan.SetCall:
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "set-valued function called in context that cannot accept a set")
	}
	return nil, sqlerr.New(sqlerr.InternalError, "unknown expression %T", x)
}

// function finds a function that can be called on a row.
func function(oid types.OID) (*functions.Func, error) {
	f, ok := functions.ByOID(oid)
	if !ok {
		return nil, noFunction(oid)
	}
	return f, nil
}

func noFunction(oid types.OID) error {
	return sqlerr.New(sqlerr.UndefinedFunction, "function with OID %d does not exist", oid)
}

func argTypes(xs []plan.Expr) []types.OID {
	ts := make([]types.OID, len(xs))
	for i, x := range xs {
		ts[i], _ = x.Type()
	}
	return ts
}

func (bd *builder) call(x *plan.Call) (evaluator, error) {
	args, err := bd.exprs(x.Args)
	if err != nil {
		return nil, err
	}
	f, ok := x.Function()
	if !ok {
		return nil, noFunction(x.Func)
	}
	e, err := newCall(f, args, argTypes(x.Args), x.OID)
	if err == nil {
		bd.guard(e.fn)
	}
	if err == nil && x.Spread {
		e.row = e.fn.RowForArray(argTypes(x.Args), x.OID)
	}
	return e, err
}

func newCall(f *functions.Func, args []evaluator, ts []types.OID, ret types.OID) (*callEval, error) {
	e := &callEval{
		fn: f, row: f.RowFor(ts, ret), args: args, vecs: make([]*types.Vec, len(args)),
		vals: make([]types.Datum, len(args)), out: newColumn(ret),
	}
	if e.row == nil && f.Vec == nil {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "function %s is not supported here", f.Name)
	}
	return e, nil
}

// function2 prepares a comparison of two values of types l and r.
func function2(oid, l, r types.OID) (*comparison, error) {
	f, err := function(oid)
	if err != nil {
		return nil, err
	}
	c := &comparison{fn: f, row: f.RowFor([]types.OID{l, r}, types.OIDBool)}
	if c.row == nil {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "function %s is not supported here", f.Name)
	}
	return c, nil
}

// comparison is a boolean function of two values, applied to datums.
type comparison struct {
	fn   *functions.Func
	row  functions.RowFunc
	args [2]types.Datum
}

// apply returns the result with SQL's NULL for NULL arguments.
func (c *comparison) apply(t *task, l, r types.Datum) (types.Datum, error) {
	if (l.Null || r.Null) && !c.fn.NotStrict {
		return types.NullDatum, nil
	}
	c.args = [2]types.Datum{l, r}
	return c.row(t.fn, c.args[:])
}

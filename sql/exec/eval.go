package exec

import (
	"slices"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// evaluator computes one expression over batches. It owns scratch memory, so
// it serves one goroutine at a time.
type evaluator interface {
	// eval returns the expression's column over b, which has at least one row:
	// b.N rows, or one when it is constant over the batch. It is valid until
	// the evaluator's (or b's owner's) next call and must not be changed.
	eval(t *task, b *types.Batch) (*types.Vec, error)
}

// at is the index of row i in a column that may be a constant.
func at(v *types.Vec, i int) int {
	if v.Len() == 1 {
		return 0
	}
	return i
}

// oneRow is the input of expressions without columns.
var oneRow = &types.Batch{N: 1}

// evalScalar computes an expression without columns.
func evalScalar(e evaluator, t *task) (types.Datum, error) {
	v, err := e.eval(t, oneRow)
	if err != nil {
		return types.Datum{}, err
	}
	return v.Datum(0), nil
}

// constEval is a literal.
type constEval struct{ vec types.Vec }

func newConst(d types.Datum, t types.OID) *constEval {
	e := &constEval{vec: types.NewVec(t)}
	e.vec.Append(d)
	return e
}

func (e *constEval) eval(*task, *types.Batch) (*types.Vec, error) { return &e.vec, nil }

// colEval is a column of the input.
type colEval struct{ i int }

func (e colEval) eval(_ *task, b *types.Batch) (*types.Vec, error) { return &b.Cols[e.i], nil }

// paramEval is a statement parameter.
type paramEval struct {
	i   int
	out column
}

func (e *paramEval) eval(t *task, _ *types.Batch) (*types.Vec, error) {
	if e.i >= len(t.env.Params) {
		return nil, sqlerr.New(sqlerr.UndefinedParameter, "there is no parameter $%d", e.i+1)
	}
	e.out.reset(1)
	e.out.set(0, 1, t.env.Params[e.i])
	return &e.out.Vec, nil
}

// outerEval is a value of the enclosing row.
type outerEval struct {
	i   int
	out column
}

func (e *outerEval) eval(t *task, _ *types.Batch) (*types.Vec, error) {
	if e.i >= len(t.outer) {
		return nil, sqlerr.New(sqlerr.InternalError, "outer reference %d of %d", e.i, len(t.outer))
	}
	e.out.reset(1)
	e.out.set(0, 1, t.outer[e.i])
	return &e.out.Vec, nil
}

// subset evaluates on some rows of a batch: it compacts the columns that its
// expression reads and scatters the result.
type subset struct {
	eval evaluator
	cols []int // input columns read
	last bool  // reads the last column too: a CaseTest
	tmp  *rowBatch
	buf  []int
}

func newSubset(e evaluator, xs ...plan.Expr) *subset {
	s := &subset{eval: e, cols: columnsRead(xs...)}
	for _, x := range xs {
		s.last = s.last || readsCaseTest(x)
	}
	return s
}

// readsCaseTest reports whether the value of an enclosing CASE's test is read:
// that of a CASE within the expression is its own affair.
func readsCaseTest(x plan.Expr) bool {
	switch e := x.(type) {
	case nil:
		return false
	case *plan.CaseTest:
		return true
	case *plan.Case:
		if e.Test != nil {
			return readsCaseTest(e.Test)
		}
	}
	return slices.ContainsFunc(exprChildren(x), readsCaseTest)
}

// on evaluates over the rows sel of b. The result has len(sel) rows or one.
func (s *subset) on(t *task, b *types.Batch, sel []int32) (*types.Vec, error) {
	if len(sel) == b.N {
		return s.eval.eval(t, b)
	}
	if s.tmp == nil || len(s.tmp.cols) != len(b.Cols) {
		s.tmp = newRowBatch(typesOf(b.Cols, func(v *types.Vec) types.OID { return v.Type }))
	}
	cols := s.cols
	if last := len(b.Cols) - 1; s.last && last >= 0 {
		s.buf = append(append(s.buf[:0], cols...), last)
		cols = s.buf
	}
	return s.eval.eval(t, s.tmp.gatherCols(b, sel, cols))
}

// scatter stores v (len(sel) rows, or a constant) at rows sel of out, which is
// n rows long.
func (c *column) scatter(v *types.Vec, sel []int32, n int) {
	one := v.Len() == 1
	for k, i := range sel {
		if one {
			k = 0
		}
		if v.IsNull(k) {
			c.setNull(int(i), n)
			continue
		}
		if c.Null != nil {
			c.Null[i] = false
		}
		switch c.Rep {
		case types.RepInt:
			c.I[i] = v.I[k]
		case types.RepFloat:
			c.F[i] = v.F[k]
		case types.RepText:
			c.S[i] = v.S[k]
		default:
			c.A[i] = v.A[k]
		}
	}
}

// columnsRead lists the input columns that expressions read, ascending.
func columnsRead(xs ...plan.Expr) []int {
	seen := map[int]bool{}
	top := -1
	for _, x := range xs {
		walkExpr(x, func(e plan.Expr) {
			if c, ok := e.(*plan.Col); ok {
				seen[c.Index] = true
				top = max(top, c.Index)
			}
		})
	}
	var out []int
	for i := 0; i <= top; i++ {
		if seen[i] {
			out = append(out, i)
		}
	}
	return out
}

// walkExpr calls f on e and all expressions below it that see the same input.
// Plans of subqueries are not entered; their arguments are.
func walkExpr(e plan.Expr, f func(plan.Expr)) {
	if e == nil {
		return
	}
	f(e)
	for _, k := range exprChildren(e) {
		walkExpr(k, f)
	}
}

func exprChildren(e plan.Expr) []plan.Expr {
	switch e := e.(type) {
	case *plan.Call:
		return e.Args
	case *plan.SetCall:
		return e.Args
	case *plan.Convert:
		return []plan.Expr{e.Arg}
	case *plan.ArrayConvert:
		return []plan.Expr{e.Arg} // Elem is over the element
	case *plan.DomainCheck:
		return []plan.Expr{e.Arg} // Conds are over the value
	case *plan.BoolOp:
		return e.Args
	case *plan.NullTest:
		return []plan.Expr{e.Arg}
	case *plan.BoolTest:
		return []plan.Expr{e.Arg}
	case *plan.DistinctTest:
		return []plan.Expr{e.Left, e.Right}
	case *plan.Case:
		out := []plan.Expr{}
		if e.Test != nil {
			out = append(out, e.Test)
		}
		for _, w := range e.Whens {
			out = append(out, w.Cond, w.Result)
		}
		if e.Else != nil {
			out = append(out, e.Else)
		}
		return out
	case *plan.Coalesce:
		return e.Args
	case *plan.NullIf:
		return []plan.Expr{e.Left, e.Right}
	case *plan.ArrayExpr:
		return e.Elems
	case *plan.RowExpr:
		return e.Elems
	case *plan.Field:
		return []plan.Expr{e.Arg}
	case *plan.Subscript:
		return append(append([]plan.Expr{e.Arg}, nonNil(e.Index)...), nonNil(e.Lower)...)
	case *plan.AnyAll:
		return []plan.Expr{e.Left, e.Array}
	case *plan.InList:
		return append([]plan.Expr{e.Left}, e.List...)
	case *plan.RowCompare:
		return append(append([]plan.Expr{}, e.Left...), e.Right...)
	case *plan.Subplan:
		return append(append([]plan.Expr{}, e.Args...), e.Left...)
	}
	return nil
}

func nonNil(xs []plan.Expr) []plan.Expr {
	var out []plan.Expr
	for _, x := range xs {
		if x != nil {
			out = append(out, x)
		}
	}
	return out
}

package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func (bd *builder) boolOp(x *plan.BoolOp) (evaluator, error) {
	args, err := bd.exprs(x.Args)
	if err != nil {
		return nil, err
	}
	if x.Op == plan.Not {
		if len(args) != 1 {
			return nil, sqlerr.New(sqlerr.InternalError, "NOT of %d arguments", len(args))
		}
		return &notEval{arg: args[0], out: newColumn(types.OIDBool)}, nil
	}
	e := &connective{or: x.Op == plan.Or, out: newColumn(types.OIDBool)}
	for i, a := range args {
		e.args = append(e.args, newSubset(a, x.Args[i]))
		e.safe = append(e.safe, infallible(x.Args[i]))
	}
	return e, nil
}

// infallible reports whether an expression is cheap and cannot fail, so that
// evaluating it where SQL need not does no harm.
func infallible(x plan.Expr) bool {
	switch x := x.(type) {
	case *plan.Const, *plan.Col, *plan.OuterRef, *plan.Param, *plan.CaseTest:
		return true
	case *plan.NullTest, *plan.BoolTest, *plan.BoolOp:
	case *plan.Call:
		f, ok := x.Function()
		// Boolean kernels are the comparisons.
		if !ok || f.Vec == nil || f.NotStrict || f.Ret != types.OIDBool || (f.Volatility != 0 && f.Volatility != 'i') {
			return false
		}
	default:
		return false
	}
	for _, k := range exprChildren(x) {
		if !infallible(k) {
			return false
		}
	}
	return true
}

// connective is AND or OR over any number of arguments. An argument is
// evaluated on the rows that those before it left open.
type connective struct {
	or   bool
	args []*subset
	safe []bool
	out  column
	sel  []int32
}

func (e *connective) eval(t *task, b *types.Batch) (*types.Vec, error) {
	n := b.N
	e.out.reset(n)
	var decided int64 // the value that settles a row
	if e.or {
		decided = 1
	}
	fill(e.out.I, 1-decided)
	sel := identity(e.sel, n)
	e.sel = sel
	for k, a := range e.args {
		if len(sel) == 0 {
			break
		}
		var v *types.Vec
		var err error
		whole := e.safe[k] && len(sel) > n/4
		if whole {
			v, err = a.eval.eval(t, b)
		} else {
			v, err = a.on(t, b, sel)
		}
		if err != nil {
			return nil, err
		}
		sel = e.merge(v, sel, whole, n, decided)
	}
	return &e.out.Vec, nil
}

// merge folds one argument's values in and returns the rows still open. whole
// says that v is over the whole batch rather than over sel.
func (e *connective) merge(v *types.Vec, sel []int32, whole bool, n int, decided int64) []int32 {
	one := v.Len() == 1
	keep := sel[:0]
	for k, i := range sel {
		j := k
		if one {
			j = 0
		} else if whole {
			j = int(i)
		}
		switch {
		case v.IsNull(j):
			e.out.setNull(int(i), n)
			keep = append(keep, i)
		case v.I[j] == decided:
			e.out.I[i] = decided
			if e.out.Null != nil {
				e.out.Null[i] = false
			}
		default:
			keep = append(keep, i)
		}
	}
	return keep
}

type notEval struct {
	arg evaluator
	out column
}

func (e *notEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	v, err := e.arg.eval(t, b)
	if err != nil {
		return nil, err
	}
	e.out.copyFrom(v)
	for i := range e.out.I {
		e.out.I[i] ^= 1
	}
	return &e.out.Vec, nil
}

func (bd *builder) nullTest(x *plan.NullTest) (evaluator, error) {
	arg, err := bd.expr(x.Arg)
	if err != nil {
		return nil, err
	}
	oid, _ := x.Arg.Type()
	return &nullTestEval{arg: arg, not: x.Not, row: oid == types.OIDRecord, out: newColumn(types.OIDBool)}, nil
}

// nullTestEval is IS [NOT] NULL. A row value is null when all its fields are,
// and not null when none is.
type nullTestEval struct {
	arg      evaluator
	not, row bool
	out      column
}

func (e *nullTestEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	v, err := e.arg.eval(t, b)
	if err != nil {
		return nil, err
	}
	n := v.Len()
	e.out.reset(n)
	for i := range n {
		is := v.IsNull(i) != e.not
		if e.row && !v.IsNull(i) {
			if r, ok := v.A[i].(*types.Record); ok {
				is = allNull(r.Vals, !e.not)
			}
		}
		e.out.I[i] = types.Bool(is).I
	}
	return &e.out.Vec, nil
}

// allNull reports whether every field's nullness is want.
func allNull(ds []types.Datum, want bool) bool {
	for i := range ds {
		if ds[i].Null != want {
			return false
		}
	}
	return true
}

// boolTestEval is IS [NOT] TRUE, FALSE, UNKNOWN.
type boolTestEval struct {
	arg  evaluator
	want types.Datum
	not  bool
	out  column
}

func (e *boolTestEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	v, err := e.arg.eval(t, b)
	if err != nil {
		return nil, err
	}
	n := v.Len()
	e.out.reset(n)
	for i := range n {
		is := v.IsNull(i) == e.want.Null && (e.want.Null || v.I[i] == e.want.I)
		e.out.I[i] = types.Bool(is != e.not).I
	}
	return &e.out.Vec, nil
}

func (bd *builder) distinctTest(x *plan.DistinctTest) (evaluator, error) {
	args, err := bd.exprs([]plan.Expr{x.Left, x.Right})
	if err != nil {
		return nil, err
	}
	ts := argTypes([]plan.Expr{x.Left, x.Right})
	eq, err := function2(x.Eq, ts[0], ts[1])
	if err != nil {
		return nil, err
	}
	return &distinctEval{left: args[0], right: args[1], eq: eq, not: x.Not, out: newColumn(types.OIDBool)}, nil
}

// distinctEval is IS [NOT] DISTINCT FROM.
type distinctEval struct {
	left, right evaluator
	eq          *comparison
	not         bool
	out         column
}

func (e *distinctEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	l, err := e.left.eval(t, b)
	if err != nil {
		return nil, err
	}
	r, err := e.right.eval(t, b)
	if err != nil {
		return nil, err
	}
	n := max(l.Len(), r.Len())
	e.out.reset(n)
	for i := range n {
		same, err := e.same(t, l, at(l, i), r, at(r, i))
		if err != nil {
			return nil, err
		}
		e.out.I[i] = types.Bool(same == e.not).I
	}
	return &e.out.Vec, nil
}

func (e *distinctEval) same(t *task, l *types.Vec, i int, r *types.Vec, j int) (bool, error) {
	if l.IsNull(i) || r.IsNull(j) {
		return l.IsNull(i) && r.IsNull(j), nil
	}
	d, err := e.eq.apply(t, l.Datum(i), r.Datum(j))
	return d.Bool(), err
}

package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// caseTestEval is the value of the nearest enclosing CASE's test, which stands
// in the last column of the batch that its arms see.
type caseTestEval struct{}

func (caseTestEval) eval(_ *task, b *types.Batch) (*types.Vec, error) {
	return &b.Cols[len(b.Cols)-1], nil
}

// caseEval is CASE: each condition sees the rows that no arm before it took,
// each result its own rows.
type caseEval struct {
	test    evaluator // nil: a searched CASE
	conds   []*subset
	results []*subset
	other   *subset // nil: NULL
	ext     types.Batch
	wide    column
	out     column
	rest    []int32
	hit     []int32
}

func (bd *builder) caseExpr(x *plan.Case) (evaluator, error) {
	e := &caseEval{out: newColumn(x.OID)}
	var err error
	if x.Test != nil {
		if e.test, err = bd.expr(x.Test); err != nil {
			return nil, err
		}
		t, _ := x.Test.Type()
		e.wide = newColumn(t)
	}
	for _, w := range x.Whens {
		arm, err := bd.exprs([]plan.Expr{w.Cond, w.Result})
		if err != nil {
			return nil, err
		}
		e.conds = append(e.conds, newSubset(arm[0], w.Cond))
		e.results = append(e.results, newSubset(arm[1], w.Result))
	}
	if x.Else != nil {
		o, err := bd.expr(x.Else)
		if err != nil {
			return nil, err
		}
		e.other = newSubset(o, x.Else)
	}
	return e, nil
}

func (e *caseEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	n := b.N
	in := b
	if e.test != nil {
		v, err := e.wide.full(e.test, t, b)
		if err != nil {
			return nil, err
		}
		e.ext.Cols = append(append(e.ext.Cols[:0], b.Cols...), *v)
		e.ext.N = n
		in = &e.ext
	}
	e.out.reset(n)
	rest := identity(e.rest, n)
	e.rest = rest
	for k, c := range e.conds {
		if len(rest) == 0 {
			return &e.out.Vec, nil
		}
		v, err := c.on(t, in, rest)
		if err != nil {
			return nil, err
		}
		hit, keep := e.hit[:0], rest[:0]
		one := v.Len() == 1
		for j, i := range rest {
			if one {
				j = 0
			}
			if !v.IsNull(j) && v.I[j] != 0 {
				hit = append(hit, i)
			} else {
				keep = append(keep, i)
			}
		}
		e.hit, rest = hit, keep
		if err := e.take(t, in, e.results[k], hit, n); err != nil {
			return nil, err
		}
	}
	return &e.out.Vec, e.take(t, in, e.other, rest, n)
}

// take stores an arm's result at the rows sel.
func (e *caseEval) take(t *task, in *types.Batch, arm *subset, sel []int32, n int) error {
	if len(sel) == 0 {
		return nil
	}
	if arm == nil {
		for _, i := range sel {
			e.out.setNull(int(i), n)
		}
		return nil
	}
	v, err := arm.on(t, in, sel)
	if err != nil {
		return err
	}
	e.out.scatter(v, sel, n)
	return nil
}

// coalesceEval is COALESCE: an argument is evaluated where all before it are
// NULL.
type coalesceEval struct {
	args []*subset
	out  column
	rest []int32
}

func (bd *builder) coalesce(x *plan.Coalesce) (evaluator, error) {
	args, err := bd.exprs(x.Args)
	if err != nil {
		return nil, err
	}
	if x.Kind != plan.CoalesceFirst {
		less, err := function2(x.Less, x.OID, x.OID)
		if err != nil {
			return nil, err
		}
		return &extremeEval{args: args, vecs: make([]*types.Vec, len(args)), less: less,
			greatest: x.Kind == plan.Greatest, out: newColumn(x.OID)}, nil
	}
	e := &coalesceEval{out: newColumn(x.OID)}
	for i, a := range args {
		e.args = append(e.args, newSubset(a, x.Args[i]))
	}
	return e, nil
}

func (e *coalesceEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	n := b.N
	e.out.reset(n)
	rest := identity(e.rest, n)
	e.rest = rest
	for _, a := range e.args {
		if len(rest) == 0 {
			break
		}
		v, err := a.on(t, b, rest)
		if err != nil {
			return nil, err
		}
		if v.Null == nil && len(rest) == n && v.Len() == n {
			e.out.copyFrom(v)
			return &e.out.Vec, nil
		}
		e.out.scatter(v, rest, n)
		keep := rest[:0]
		for _, i := range rest {
			if e.out.IsNull(int(i)) {
				keep = append(keep, i)
			}
		}
		rest = keep
	}
	return &e.out.Vec, nil
}

// extremeEval is GREATEST or LEAST; NULLs are passed over.
type extremeEval struct {
	args     []evaluator
	vecs     []*types.Vec
	less     *comparison
	greatest bool
	out      column
}

func (e *extremeEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	n := 1
	for k, a := range e.args {
		v, err := a.eval(t, b)
		if err != nil {
			return nil, err
		}
		e.vecs[k] = v
		n = max(n, v.Len())
	}
	e.out.reset(n)
	for i := range n {
		best := types.NullDatum
		for _, v := range e.vecs {
			d := v.Datum(at(v, i))
			if d.Null {
				continue
			}
			if best.Null {
				best = d
				continue
			}
			l, r := d, best
			if e.greatest {
				l, r = best, d
			}
			less, err := e.less.apply(t, l, r)
			if err != nil {
				return nil, err
			}
			if less.Bool() {
				best = d
			}
		}
		e.out.set(i, n, best)
	}
	return &e.out.Vec, nil
}

// nullIfEval is NULLIF.
type nullIfEval struct {
	left, right evaluator
	eq          *comparison
	out         column
}

func (bd *builder) nullIf(x *plan.NullIf) (evaluator, error) {
	args, err := bd.exprs([]plan.Expr{x.Left, x.Right})
	if err != nil {
		return nil, err
	}
	ts := argTypes([]plan.Expr{x.Left, x.Right})
	eq, err := function2(x.Eq, ts[0], ts[1])
	if err != nil {
		return nil, err
	}
	return &nullIfEval{left: args[0], right: args[1], eq: eq, out: newColumn(ts[0])}, nil
}

func (e *nullIfEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
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
		d := l.Datum(at(l, i))
		same, err := e.eq.apply(t, d, r.Datum(at(r, i)))
		if err != nil {
			return nil, err
		}
		if same.Bool() {
			d = types.NullDatum
		}
		e.out.set(i, n, d)
	}
	return &e.out.Vec, nil
}

package exec

import (
	"sync/atomic"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// conjunction is a condition split at its ANDs: each part is evaluated on the
// rows that those before it kept.
type conjunction struct {
	parts []*subset
	buf   []int32
	// removed counts the rows that did not stay; nil: nobody asks.
	removed *atomic.Int64
}

// conjunction builds a condition; nil gives nil.
func (bd *builder) conjunction(x plan.Expr) (*conjunction, error) {
	if x == nil {
		return nil, nil
	}
	c := &conjunction{removed: bd.probe.counter(x)}
	for _, p := range splitAnd(x, nil) {
		e, err := bd.expr(p)
		if err != nil {
			return nil, err
		}
		c.parts = append(c.parts, newSubset(e, p))
	}
	return c, nil
}

func splitAnd(x plan.Expr, out []plan.Expr) []plan.Expr {
	if b, ok := x.(*plan.BoolOp); ok && b.Op == plan.And {
		for _, a := range b.Args {
			out = splitAnd(a, out)
		}
		return out
	}
	return append(out, x)
}

// keep returns the numbers of the rows for which the condition is true.
func (c *conjunction) keep(t *task, b *types.Batch) ([]int32, error) {
	// Every loop that may run long without giving a row passes here.
	if err := t.ctx.Err(); err != nil {
		return nil, err
	}
	sel := identity(c.buf, b.N)
	c.buf = sel
	for _, p := range c.parts {
		if len(sel) == 0 {
			break
		}
		v, err := p.on(t, b, sel)
		if err != nil {
			return nil, err
		}
		if v.Len() == 1 && len(sel) > 1 {
			if v.IsNull(0) || v.I[0] == 0 {
				sel = sel[:0]
			}
			continue
		}
		out := sel[:0]
		if v.Null == nil {
			for k, i := range sel {
				if v.I[k] != 0 {
					out = append(out, i)
				}
			}
		} else {
			for k, i := range sel {
				if v.I[k] != 0 && !v.Null[k] {
					out = append(out, i)
				}
			}
		}
		sel = out
	}
	if c.removed != nil {
		c.removed.Add(int64(b.N - len(sel)))
	}
	return sel, nil
}

// filterOp keeps the rows for which a condition is true.
type filterOp struct {
	in    operator
	cond  *conjunction
	out   *rowBatch
	t     *task
	later deferred
}

func (bd *builder) filter(n *plan.Filter, in operator) (operator, error) {
	cond, err := bd.conjunction(n.Cond)
	if err != nil {
		return nil, err
	}
	return &filterOp{in: bd.inTurn(in, n.Cond), cond: cond, out: newRowBatch(columnTypes(n.Input))}, nil
}

func (o *filterOp) open(t *task) error {
	o.t = t
	o.later.err = nil
	return o.in.open(t)
}

func (o *filterOp) next() (*types.Batch, error) {
	for {
		if err := o.later.take(); err != nil {
			return nil, err
		}
		b, err := o.in.next()
		if err != nil || b == nil {
			return nil, err
		}
		if b.N == 0 {
			continue
		}
		sel, err := o.cond.keep(o.t, b)
		if err != nil {
			b, err = o.later.before(b, err, func(b *types.Batch) error {
				_, err := o.cond.keep(o.t, b)
				return err
			})
			if err != nil {
				return nil, err
			}
			if sel, err = o.cond.keep(o.t, b); err != nil {
				return nil, err
			}
		}
		switch len(sel) {
		case 0:
			continue
		case b.N:
			return b, nil
		}
		return o.out.gather(b, sel), nil
	}
}

func (o *filterOp) close() { o.in.close() }

// projectOp computes expressions.
type projectOp struct {
	in    operator
	exprs []evaluator
	wide  []column
	out   types.Batch
	t     *task
	later deferred
}

func (bd *builder) project(n *plan.Project, in operator) (operator, error) {
	exprs, err := bd.exprs(n.Exprs)
	if err != nil {
		return nil, err
	}
	return newProject(bd.inTurn(in, n.Exprs...), exprs, argTypes(n.Exprs)), nil
}

func newProject(in operator, exprs []evaluator, ts []types.OID) *projectOp {
	o := &projectOp{in: in, exprs: exprs, wide: make([]column, len(exprs))}
	o.out.Cols = make([]types.Vec, len(exprs))
	for i, t := range ts {
		o.wide[i] = newColumn(t)
	}
	return o
}

func (o *projectOp) open(t *task) error {
	o.t = t
	o.later.err = nil
	return o.in.open(t)
}

func (o *projectOp) next() (*types.Batch, error) {
	if err := o.later.take(); err != nil {
		return nil, err
	}
	b, err := o.in.next()
	if err != nil || b == nil {
		return nil, err
	}
	out, err := o.compute(b)
	if err == nil {
		return out, nil
	}
	b, err = o.later.before(b, err, func(b *types.Batch) error {
		_, err := o.compute(b)
		return err
	})
	if err != nil {
		return nil, err
	}
	return o.compute(b)
}

// compute evaluates the expressions over b.
func (o *projectOp) compute(b *types.Batch) (*types.Batch, error) {
	o.out.N = b.N
	if b.N == 0 {
		for i := range o.out.Cols {
			o.out.Cols[i] = *o.wide[i].reset(0)
		}
		return &o.out, nil
	}
	for i, e := range o.exprs {
		v, err := o.wide[i].full(e, o.t, b)
		if err != nil {
			return nil, err
		}
		o.out.Cols[i] = *v
	}
	return &o.out, nil
}

func (o *projectOp) close() { o.in.close() }

// valuesOp gives literal rows.
type valuesOp struct {
	rows [][]evaluator
	out  *rowBatch
	t    *task
	pos  int
}

func (bd *builder) values(n *plan.Values) (operator, error) {
	o := &valuesOp{out: newRowBatch(columnTypes(n))}
	for _, r := range n.Rows {
		es, err := bd.exprs(r)
		if err != nil {
			return nil, err
		}
		o.rows = append(o.rows, es)
	}
	return o, nil
}

func (o *valuesOp) open(t *task) error {
	o.t, o.pos = t, 0
	return nil
}

func (o *valuesOp) next() (*types.Batch, error) {
	n := min(len(o.rows)-o.pos, types.BatchSize)
	if n <= 0 {
		return nil, nil
	}
	for c := range o.out.cols {
		o.out.cols[c].reset(n)
	}
	for i := range n {
		for c, e := range o.rows[o.pos+i] {
			d, err := evalScalar(e, o.t)
			if err != nil {
				return nil, err
			}
			o.out.cols[c].set(i, n, d)
		}
	}
	o.pos += n
	return o.out.publish(n), nil
}

func (o *valuesOp) close() {}

package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func (bd *builder) convert(x *plan.Convert) (evaluator, error) {
	arg, err := bd.expr(x.Arg)
	if err != nil {
		return nil, err
	}
	from, _ := x.Arg.Type()
	io := x.IO || types.RepOf(from) != types.RepOf(x.OID)
	return &convertEval{arg: arg, from: from, to: x.OID, typmod: x.Typmod, io: io, explicit: x.Explicit, out: newColumn(x.OID)}, nil
}

func (bd *builder) arrayConvert(x *plan.ArrayConvert) (evaluator, error) {
	args, err := bd.exprs([]plan.Expr{x.Arg, x.Elem})
	if err != nil {
		return nil, err
	}
	from, _ := x.Arg.Type()
	to, _ := x.Elem.Type()
	return &arrayConvertEval{arg: args[0], elem: args[1], elemIn: types.ElemOf(from), elemOut: to, out: newColumn(x.OID)}, nil
}

// arrayEval is ARRAY[…].
type arrayEval struct {
	elems []evaluator
	vecs  []*types.Vec
	elem  types.OID
	multi bool
	out   column
}

func (bd *builder) arrayExpr(x *plan.ArrayExpr) (evaluator, error) {
	elems, err := bd.exprs(x.Elems)
	if err != nil {
		return nil, err
	}
	return &arrayEval{elems: elems, vecs: make([]*types.Vec, len(elems)), elem: types.ElemOf(x.OID), multi: x.Multi, out: newColumn(x.OID)}, nil
}

// evalAll evaluates expressions over b and returns how many rows the result
// has: b.N, or 1 when all are constant.
func evalAll(t *task, es []evaluator, b *types.Batch, vecs []*types.Vec) (int, error) {
	n := 1
	for i, e := range es {
		v, err := e.eval(t, b)
		if err != nil {
			return 0, err
		}
		vecs[i] = v
		n = max(n, v.Len())
	}
	return n, nil
}

func (e *arrayEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	n, err := evalAll(t, e.elems, b, e.vecs)
	if err != nil {
		return nil, err
	}
	e.out.reset(n)
	for i := range n {
		elems := make([]types.Datum, len(e.vecs))
		for k, v := range e.vecs {
			elems[k] = v.Datum(at(v, i))
		}
		a, err := e.make(elems)
		if err != nil {
			return nil, err
		}
		e.out.A[i] = a
	}
	return &e.out.Vec, nil
}

func (e *arrayEval) make(elems []types.Datum) (*types.Array, error) {
	if !e.multi {
		return newArray(e.elem, elems), nil
	}
	out := &types.Array{Elem: e.elem}
	filled := 0
	for _, d := range elems {
		sub, _ := d.A.(*types.Array)
		if d.Null || sub == nil || len(sub.Dims) == 0 {
			continue
		}
		switch {
		case filled == 0:
			if err := types.CheckDims(len(sub.Dims) + 1); err != nil {
				return nil, err
			}
			out.Dims = append([]int32{int32(len(elems))}, sub.Dims...)
			out.Lbound = append([]int32{1}, sub.Lbound...)
		case !equalDims(out.Dims[1:], sub.Dims):
			return nil, errRagged()
		}
		filled++
		out.Nulls = out.Nulls || sub.Nulls
		out.Elems = append(out.Elems, sub.Elems...)
	}
	if filled != 0 && filled != len(elems) {
		return nil, errRagged()
	}
	return out, nil
}

func errRagged() error {
	return sqlerr.New(sqlerr.ArraySubscriptError, "multidimensional arrays must have array expressions with matching dimensions")
}

func equalDims(a, b []int32) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// newArray makes a one-dimensional array that owns elems.
func newArray(elem types.OID, elems []types.Datum) *types.Array {
	if len(elems) == 0 {
		return &types.Array{Elem: elem}
	}
	return &types.Array{Elem: elem, Dims: []int32{int32(len(elems))}, Lbound: []int32{1}, Elems: elems}
}

// rowEval is ROW(…).
type rowEval struct {
	elems []evaluator
	vecs  []*types.Vec
	ts    []types.OID
	names []string
	colls []types.OID
	out   column
}

func (bd *builder) rowExpr(x *plan.RowExpr) (evaluator, error) {
	elems, err := bd.exprs(x.Elems)
	if err != nil {
		return nil, err
	}
	return &rowEval{elems: elems, vecs: make([]*types.Vec, len(elems)), ts: argTypes(x.Elems), names: x.Names, colls: x.Collations, out: newColumn(types.OIDRecord)}, nil
}

func (e *rowEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	n, err := evalAll(t, e.elems, b, e.vecs)
	if err != nil {
		return nil, err
	}
	e.out.reset(n)
	for i := range n {
		vals := make([]types.Datum, len(e.vecs))
		for k, v := range e.vecs {
			vals[k] = v.Datum(at(v, i))
		}
		e.out.A[i] = &types.Record{Types: e.ts, Names: e.names, Vals: vals, Collations: e.colls}
	}
	return &e.out.Vec, nil
}

// fieldEval is (row).field.
type fieldEval struct {
	arg   evaluator
	index int
	out   column
}

func (e *fieldEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	v, err := e.arg.eval(t, b)
	if err != nil {
		return nil, err
	}
	n := v.Len()
	e.out.reset(n)
	for i := range n {
		d := types.NullDatum
		if !v.IsNull(i) {
			if r, ok := v.A[i].(*types.Record); ok && e.index < len(r.Vals) {
				d = r.Vals[e.index]
			}
		}
		e.out.set(i, n, d)
	}
	return &e.out.Vec, nil
}

// subscriptEval is a[i] or a[lo:hi].
type subscriptEval struct {
	arg          evaluator
	index, lower []evaluator // nil entries: open bounds
	slice        bool
	vecs         []*types.Vec
	out          column
}

func (bd *builder) subscript(x *plan.Subscript) (evaluator, error) {
	e := &subscriptEval{slice: x.Slice, out: newColumn(x.OID)}
	var err error
	if e.arg, err = bd.expr(x.Arg); err != nil {
		return nil, err
	}
	for i := range x.Index {
		ix, err := bd.optional(x.Index[i])
		if err != nil {
			return nil, err
		}
		e.index = append(e.index, ix)
		var lo evaluator
		if x.Slice && i < len(x.Lower) {
			if lo, err = bd.optional(x.Lower[i]); err != nil {
				return nil, err
			}
		}
		e.lower = append(e.lower, lo)
	}
	e.vecs = make([]*types.Vec, 2*len(e.index))
	return e, nil
}

func (e *subscriptEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	v, err := e.arg.eval(t, b)
	if err != nil {
		return nil, err
	}
	n := v.Len()
	for k, s := range append(append([]evaluator{}, e.lower...), e.index...) {
		e.vecs[k] = nil
		if s != nil {
			if e.vecs[k], err = s.eval(t, b); err != nil {
				return nil, err
			}
			n = max(n, e.vecs[k].Len())
		}
	}
	e.out.reset(n)
	lo, hi := make([]*int64, len(e.index)), make([]*int64, len(e.index))
	for i := range n {
		d := v.Datum(at(v, i))
		null := d.Null
		for k := range e.index {
			lo[k], hi[k] = bound(e.vecs[k], i, &null), bound(e.vecs[len(e.index)+k], i, &null)
		}
		a, ok := types.Subscripted(v.Type, d)
		if null || !ok {
			e.out.setNull(i, n)
			continue
		}
		if e.slice {
			e.out.A[i] = a.Slice(lo, hi)
		} else {
			e.out.set(i, n, a.At(hi))
		}
	}
	return &e.out.Vec, nil
}

// bound reads a subscript; nil stands for an open one.
func bound(v *types.Vec, i int, null *bool) *int64 {
	if v == nil {
		return nil
	}
	d := v.Datum(at(v, i))
	*null = *null || d.Null
	return &d.I
}

package exec

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// callEval is a function call: a kernel over columns when the function has
// one, else a loop over rows.
type callEval struct {
	fn   *functions.Func
	row  functions.RowFunc
	args []evaluator
	vecs []*types.Vec
	vals []types.Datum
	out  column
}

func (e *callEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	n := b.N
	constant := e.fn.Volatility != 'v'
	for i, a := range e.args {
		v, err := a.eval(t, b)
		if err != nil {
			return nil, err
		}
		e.vecs[i] = v
		if v.Len() != 1 {
			constant = false
		}
	}
	if constant {
		n = 1
	}
	e.out.reset(n)
	if !e.fn.NotStrict && e.mergeNulls(n) {
		return &e.out.Vec, nil
	}
	if e.fn.Vec != nil {
		return &e.out.Vec, e.fn.Vec(t.fn, e.vecs, n, &e.out.Vec)
	}
	return &e.out.Vec, e.rows(t, n)
}

// mergeNulls makes the result NULL where an argument is; it reports that a
// constant NULL made all of it so.
func (e *callEval) mergeNulls(n int) bool {
	for _, v := range e.vecs {
		if v.Null == nil {
			continue
		}
		if v.Len() == 1 && n >= 1 {
			if v.Null[0] {
				b := e.out.bitmap(n)
				fill(b, true)
				e.zero()
				return true
			}
			continue
		}
		b := e.out.Null
		if b == nil {
			b = e.out.bitmap(n)
		}
		for i, null := range v.Null[:n] {
			b[i] = b[i] || null
		}
	}
	return false
}

// zero makes an all-NULL result safe to read.
func (e *callEval) zero() {
	clear(e.out.I)
	clear(e.out.F)
	clear(e.out.S)
	clear(e.out.A)
}

func (e *callEval) rows(t *task, n int) error {
	strict := !e.fn.NotStrict
	for i := range n {
		if strict && e.out.IsNull(i) {
			continue
		}
		for k, v := range e.vecs {
			e.vals[k] = v.Datum(at(v, i))
		}
		d, err := e.row(t.fn, e.vals)
		if err != nil {
			return err
		}
		e.out.set(i, n, d)
		if !d.Null && e.out.Null != nil {
			e.out.Null[i] = false
		}
	}
	return nil
}

// convertEval casts through text (io) or relabels, then applies the typmod.
type convertEval struct {
	arg      evaluator
	from, to types.OID
	typmod   int32
	io       bool
	explicit bool
	out      column
	buf      []byte
}

func (e *convertEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	v, err := e.arg.eval(t, b)
	if err != nil {
		return nil, err
	}
	n := v.Len()
	if !e.io {
		e.out.copyFrom(v)
		if types.ChangesSign(e.from, e.to) {
			for i, x := range e.out.I {
				e.out.I[i] = types.Relabel(e.to, x)
			}
		}
	} else {
		e.out.reset(n)
		if v.Null != nil {
			copy(e.out.bitmap(n), v.Null)
		}
		if err := e.throughText(t, v, n); err != nil {
			return nil, err
		}
	}
	if e.typmod == -1 {
		return &e.out.Vec, nil
	}
	for i := range n {
		if e.out.IsNull(i) {
			continue
		}
		d, err := types.ApplyTypmod(e.to, e.typmod, e.out.Datum(i), e.explicit)
		if err != nil {
			return nil, err
		}
		e.out.set(i, n, d)
	}
	return &e.out.Vec, nil
}

func (e *convertEval) throughText(t *task, v *types.Vec, n int) error {
	textTarget := isStringType(e.to)
	textSource := isStringType(e.from)
	for i := range n {
		if v.IsNull(i) {
			continue
		}
		var s string
		if textSource {
			s = v.S[i]
		} else {
			var err error
			if e.buf, err = types.AppendText(e.buf[:0], e.from, v, i, &t.fn.Format); err != nil {
				return err
			}
			s = string(e.buf)
		}
		if textTarget {
			e.out.S[i] = s
			continue
		}
		d, err := types.ParseText(e.to, -1, s, &t.fn.Format)
		if err != nil {
			return err
		}
		e.out.set(i, n, d)
	}
	return nil
}

// isStringType reports whether a type's text form is its content.
func isStringType(t types.OID) bool {
	switch t {
	case types.OIDText, types.OIDVarchar, types.OIDUnknown, types.OIDCString, types.OIDBpchar:
		return true
	}
	return false
}

// arrayConvertEval casts the elements of arrays.
type arrayConvertEval struct {
	arg     evaluator
	elem    evaluator
	elemIn  types.OID
	elemOut types.OID
	in      types.Batch
	out     column
}

func (e *arrayConvertEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	v, err := e.arg.eval(t, b)
	if err != nil {
		return nil, err
	}
	n := v.Len()
	e.out.reset(n)
	for i := range n {
		if v.IsNull(i) {
			e.out.setNull(i, n)
			continue
		}
		src, ok := v.A[i].(*types.Array)
		if !ok {
			return nil, sqlerr.New(sqlerr.InternalError, "array expected, found %T", v.A[i])
		}
		dst, err := e.convert(t, src)
		if err != nil {
			return nil, err
		}
		e.out.A[i] = dst
	}
	return &e.out.Vec, nil
}

func (e *arrayConvertEval) convert(t *task, src *types.Array) (*types.Array, error) {
	dst := &types.Array{Elem: e.elemOut, Dims: src.Dims, Lbound: src.Lbound, Elems: make([]types.Datum, len(src.Elems))}
	if len(src.Elems) == 0 {
		return dst, nil
	}
	if e.in.Cols == nil {
		e.in.Cols = []types.Vec{types.NewVec(e.elemIn)}
	}
	e.in.Reset()
	for _, d := range src.Elems {
		e.in.Cols[0].Append(d)
	}
	e.in.N = len(src.Elems)
	v, err := e.elem.eval(t, &e.in)
	if err != nil {
		return nil, err
	}
	for i := range dst.Elems {
		dst.Elems[i] = v.Datum(at(v, i))
	}
	return dst, nil
}

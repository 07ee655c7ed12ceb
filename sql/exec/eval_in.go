package exec

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// plainEquality reports whether f is "=" between two values of one type whose
// equality is that of their representation, so that a hash set may answer.
func plainEquality(f *functions.Func) bool {
	if len(f.Args) != 2 || f.Args[0] != f.Args[1] {
		return false
	}
	switch f.Name {
	case "booleq", "int2eq", "int4eq", "int8eq", "texteq", "nameeq", "oideq", "chareq", "date_eq", "time_eq",
		"timestamp_eq", "timestamptz_eq", "uuid_eq", "byteaeq", "jsonb_eq":
		return types.RepOf(f.Args[0]) == types.RepInt || types.RepOf(f.Args[0]) == types.RepText
	}
	return false
}

// valueSet is a set of datums with plain equality.
type valueSet struct {
	ints    map[int64]struct{}
	texts   map[string]struct{}
	hasNull bool
	n       int
}

func (s *valueSet) reset() {
	clear(s.ints)
	clear(s.texts)
	s.hasNull, s.n = false, 0
}

func (s *valueSet) add(rep types.Rep, d types.Datum) {
	s.n++
	switch {
	case d.Null:
		s.hasNull = true
	case rep == types.RepInt:
		if s.ints == nil {
			s.ints = map[int64]struct{}{}
		}
		s.ints[d.I] = struct{}{}
	default:
		if s.texts == nil {
			s.texts = map[string]struct{}{}
		}
		s.texts[d.S] = struct{}{}
	}
}

// has reports membership; unknown is true when it is neither in nor out.
func (s *valueSet) has(v *types.Vec, i int) (in, unknown bool) {
	if v.IsNull(i) {
		return false, s.n > 0
	}
	if v.Rep == types.RepInt {
		_, in = s.ints[v.I[i]]
	} else {
		_, in = s.texts[v.S[i]]
	}
	return in, !in && s.hasNull
}

// inEval is left [NOT] IN (list).
type inEval struct {
	left     evaluator
	list     []evaluator
	vecs     []*types.Vec
	eq       *comparison
	not      bool
	constant bool // the list has no columns, and a set may answer
	set      valueSet
	gen      uint64
	out      column
}

func (bd *builder) inList(x *plan.InList) (evaluator, error) {
	list, err := bd.exprs(x.List)
	if err != nil {
		return nil, err
	}
	left, err := bd.expr(x.Left)
	if err != nil {
		return nil, err
	}
	lt, _ := x.Left.Type()
	rt := lt
	if len(x.List) > 0 {
		rt, _ = x.List[0].Type()
	}
	eq, err := function2(x.Eq, lt, rt)
	if err != nil {
		return nil, err
	}
	e := &inEval{left: left, list: list, vecs: make([]*types.Vec, len(list)), eq: eq, not: x.Not, out: newColumn(types.OIDBool)}
	e.constant = plainEquality(eq.fn)
	for _, l := range x.List {
		switch l.(type) {
		case *plan.Const, *plan.Param:
		default:
			e.constant = false
		}
	}
	return e, nil
}

func (e *inEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	v, err := e.left.eval(t, b)
	if err != nil {
		return nil, err
	}
	if e.constant {
		return e.probe(t, v)
	}
	n, err := evalAll(t, e.list, b, e.vecs)
	if err != nil {
		return nil, err
	}
	n = max(n, v.Len())
	e.out.reset(n)
	for i := range n {
		d := v.Datum(at(v, i))
		in, unknown := false, false
		for _, lv := range e.vecs {
			r, err := e.eq.apply(t, d, lv.Datum(at(lv, i)))
			if err != nil {
				return nil, err
			}
			unknown = unknown || r.Null
			if r.Bool() {
				in = true
				break
			}
		}
		e.put(i, n, in, unknown && !in)
	}
	return &e.out.Vec, nil
}

// probe answers from the set, which is made once a statement.
func (e *inEval) probe(t *task, v *types.Vec) (*types.Vec, error) {
	if e.gen != t.stmt.gen {
		e.set.reset()
		for _, l := range e.list {
			d, err := evalScalar(l, t)
			if err != nil {
				return nil, err
			}
			e.set.add(v.Rep, d)
		}
		e.gen = t.stmt.gen
	}
	n := v.Len()
	e.out.reset(n)
	for i := range n {
		in, unknown := e.set.has(v, i)
		e.put(i, n, in, unknown)
	}
	return &e.out.Vec, nil
}

func (e *inEval) put(i, n int, in, unknown bool) {
	if unknown {
		e.out.setNull(i, n)
		return
	}
	e.out.I[i] = types.Bool(in != e.not).I
}

// anyAllEval is left op ANY/ALL (array).
type anyAllEval struct {
	left, array evaluator
	op          *comparison
	all         bool
	hashed      bool
	set         valueSet
	last        *types.Array // what set holds
	out         column
}

func (bd *builder) anyAll(x *plan.AnyAll) (evaluator, error) {
	args, err := bd.exprs([]plan.Expr{x.Left, x.Array})
	if err != nil {
		return nil, err
	}
	lt, _ := x.Left.Type()
	at, _ := x.Array.Type()
	op, err := function2(x.Op, lt, types.ElemOf(at))
	if err != nil {
		return nil, err
	}
	return &anyAllEval{left: args[0], array: args[1], op: op, all: x.All, hashed: !x.All && plainEquality(op.fn), out: newColumn(types.OIDBool)}, nil
}

func (e *anyAllEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	l, err := e.left.eval(t, b)
	if err != nil {
		return nil, err
	}
	a, err := e.array.eval(t, b)
	if err != nil {
		return nil, err
	}
	n := max(l.Len(), a.Len())
	e.out.reset(n)
	for i := range n {
		ai := at(a, i)
		if a.IsNull(ai) {
			e.out.setNull(i, n)
			continue
		}
		arr, ok := a.A[ai].(*types.Array)
		if !ok {
			return nil, sqlerr.New(sqlerr.DatatypeMismatch, "op ANY/ALL (array) requires array on right side")
		}
		if e.hashed && len(arr.Elems) >= 8 {
			if e.last != arr {
				e.set.reset()
				for _, d := range arr.Elems {
					e.set.add(l.Rep, d)
				}
				e.last = arr
			}
			in, unknown := e.set.has(l, at(l, i))
			e.put(i, n, in, unknown)
			continue
		}
		res, err := e.loop(t, l.Datum(at(l, i)), arr.Elems)
		if err != nil {
			return nil, err
		}
		e.put(i, n, res.Bool(), res.Null)
	}
	e.last = nil // the next batch may reuse the array's address
	return &e.out.Vec, nil
}

func (e *anyAllEval) put(i, n int, is, unknown bool) {
	if unknown {
		e.out.setNull(i, n)
		return
	}
	e.out.I[i] = types.Bool(is).I
}

func (e *anyAllEval) loop(t *task, d types.Datum, elems []types.Datum) (types.Datum, error) {
	unknown := false
	for _, x := range elems {
		r, err := e.op.apply(t, d, x)
		if err != nil {
			return r, err
		}
		switch {
		case r.Null:
			unknown = true
		case r.Bool() != e.all:
			return types.Bool(!e.all), nil
		}
	}
	if unknown {
		return types.NullDatum, nil
	}
	return types.Bool(e.all), nil
}

// rowCompareEval is a row comparison for <, <=, >, >=. Columns are evaluated
// one pair after the other, for the rows that those before have not decided.
type rowCompareEval struct {
	left, right []*subset
	less, eqs   []*comparison
	orEqual     bool
	sel         []int32
	out         column
}

func (bd *builder) rowCompare(x *plan.RowCompare) (evaluator, error) {
	e := &rowCompareEval{orEqual: x.Op == "<=" || x.Op == ">=", out: newColumn(types.OIDBool)}
	left, err := bd.exprs(x.Left)
	if err != nil {
		return nil, err
	}
	right, err := bd.exprs(x.Right)
	if err != nil {
		return nil, err
	}
	lt, rt := argTypes(x.Left), argTypes(x.Right)
	for i := range x.Left {
		e.left, e.right = append(e.left, newSubset(left[i], x.Left[i])), append(e.right, newSubset(right[i], x.Right[i]))
		less, err := function2(x.Less[i], lt[i], rt[i])
		if err != nil {
			return nil, err
		}
		eq, err := function2(x.Eqs[i], lt[i], rt[i])
		if err != nil {
			return nil, err
		}
		e.less, e.eqs = append(e.less, less), append(e.eqs, eq)
	}
	return e, nil
}

func (e *rowCompareEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	e.out.reset(b.N)
	e.sel = identity(e.sel, b.N)
	for k := range e.less {
		if len(e.sel) == 0 {
			break
		}
		l, err := e.left[k].on(t, b, e.sel)
		if err != nil {
			return nil, err
		}
		r, err := e.right[k].on(t, b, e.sel)
		if err != nil {
			return nil, err
		}
		if err := e.decide(t, k, l, r, b.N); err != nil {
			return nil, err
		}
	}
	for _, i := range e.sel {
		e.out.I[i] = types.Bool(e.orEqual).I
	}
	return &e.out.Vec, nil
}

// decide compares a column: rows that are equal in it stay in sel, NULL makes
// a row's answer unknown.
func (e *rowCompareEval) decide(t *task, k int, l, r *types.Vec, n int) error {
	kept := e.sel[:0]
	for at, i := range e.sel {
		x, y := l.Datum(min(at, l.Len()-1)), r.Datum(min(at, r.Len()-1))
		d, err := e.eqs[k].apply(t, x, y)
		if err == nil && !d.Null {
			if d.Bool() {
				kept = append(kept, i)
				continue
			}
			d, err = e.less[k].apply(t, x, y)
		}
		if err != nil {
			return err
		}
		e.out.set(int(i), n, d)
	}
	e.sel = kept
	return nil
}

package exec

import (
	"sync"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// memoSize bounds how many results of a correlated subplan are remembered.
const memoSize = 1024

// subplanEval is a subquery in an expression. Without arguments it runs once
// a statement, whichever worker asks first; with arguments it runs once for
// each distinct row of arguments that the memo still knows.
type subplanEval struct {
	node  *plan.Subplan
	root  operator
	args  []evaluator
	vecs  []*types.Vec
	left  []evaluator
	lvecs []*types.Vec
	ops   []*comparison
	set   bool // an IN that a set of one column may answer
	elem  types.OID
	stack bool // the values of ARRAY(…) are arrays themselves
	out   column

	memo *groupTable
	res  []subplanResult
	gen  uint64
	hold holding
}

// subplanResult is what one run of a subplan came to.
type subplanResult struct {
	value types.Datum // scalar, exists, array
	rows  *rowStore   // quantified
	set   *valueSet   // quantified, hashed
	size  int64
}

// sharedSubplan is the one result of an uncorrelated subplan.
type sharedSubplan struct {
	once sync.Once
	res  subplanResult
	err  error
}

func (bd *builder) subplan(x *plan.Subplan) (evaluator, error) {
	e := &subplanEval{node: x, elem: types.ElemOf(x.OID), out: newColumn(x.OID)}
	e.stack = x.Kind == plan.ArraySub && x.Plan.Columns()[0].Type == x.OID
	var err error
	if e.root, err = bd.node(x.Plan); err != nil {
		return nil, err
	}
	if e.args, err = bd.exprs(x.Args); err != nil {
		return nil, err
	}
	e.vecs = make([]*types.Vec, len(e.args))
	if len(e.args) > 0 {
		e.memo = newGroupTable(argTypes(x.Args))
	}
	if x.Kind != plan.QuantifiedSub {
		return e, nil
	}
	if e.left, err = bd.exprs(x.Left); err != nil {
		return nil, err
	}
	e.lvecs = make([]*types.Vec, len(e.left))
	lt, cols := argTypes(x.Left), x.Plan.Columns()
	for i, op := range x.Op {
		c, err := function2(op, lt[i], cols[i].Type)
		if err != nil {
			return nil, err
		}
		e.ops = append(e.ops, c)
	}
	e.set = x.Hashable && !x.All && len(x.Op) == 1 && lt[0] == cols[0].Type && plainEquality(e.ops[0].fn)
	return e, nil
}

func (e *subplanEval) eval(t *task, b *types.Batch) (*types.Vec, error) {
	n := 1
	if len(e.args) > 0 {
		n = b.N
		if _, err := evalAll(t, e.args, b, e.vecs); err != nil {
			return nil, err
		}
	}
	if len(e.left) > 0 {
		m, err := evalAll(t, e.left, b, e.lvecs)
		if err != nil {
			return nil, err
		}
		n = max(n, m)
	}
	e.out.reset(n)
	for i := range n {
		res, err := e.result(t, i)
		if err != nil {
			return nil, err
		}
		d := res.value
		if e.node.Kind == plan.QuantifiedSub {
			if d, err = e.quantify(t, res, i); err != nil {
				return nil, err
			}
		}
		e.out.set(i, n, d)
	}
	return &e.out.Vec, nil
}

// result returns the subplan's result for the arguments of row i.
func (e *subplanEval) result(t *task, i int) (*subplanResult, error) {
	if len(e.args) == 0 {
		s := t.stmt.subplan(e.node)
		s.once.Do(func() { s.res, s.err = e.run(t, nil) })
		return &s.res, s.err
	}
	if e.gen != t.stmt.gen || len(e.res) >= memoSize {
		e.memo.reset()
		clear(e.res)
		e.res = e.res[:0]
		e.gen = t.stmt.gen
		e.hold.open(&t.stmt.mem)
	}
	g, fresh := e.memo.one(e.vecs, i)
	if !fresh {
		return &e.res[g], nil
	}
	outer := make([]types.Datum, len(e.vecs))
	for k, v := range e.vecs {
		outer[k] = v.Datum(at(v, i))
	}
	res, err := e.run(t, outer)
	if err != nil {
		e.gen = 0 // the memo has a group without a result
		return nil, err
	}
	e.res = append(e.res, res)
	return &e.res[g], e.hold.add(res.size)
}

// subplan returns the shared slot of an uncorrelated subplan.
func (s *statement) subplan(x *plan.Subplan) *sharedSubplan {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.subplans == nil {
		s.subplans = map[*plan.Subplan]*sharedSubplan{}
	}
	r := s.subplans[x]
	if r == nil {
		r = &sharedSubplan{}
		s.subplans[x] = r
	}
	return r
}

// run executes the subplan.
func (e *subplanEval) run(t *task, outer []types.Datum) (res subplanResult, err error) {
	in := *t
	if outer != nil {
		in.outer = outer
	}
	in.units = nil
	defer e.root.close()
	if err = e.root.open(&in); err != nil {
		return res, err
	}
	switch e.node.Kind {
	case plan.ExistsSub:
		res.value, err = e.exists()
	case plan.ScalarSub:
		res.value, err = e.scalar()
	case plan.ArraySub:
		res.value, err = e.array(t)
	default:
		err = e.collect(t, &res)
	}
	return res, err
}

func (e *subplanEval) exists() (types.Datum, error) {
	for {
		b, err := e.root.next()
		if err != nil || b == nil {
			return types.Bool(false), err
		}
		if b.N > 0 {
			return types.Bool(true), nil
		}
	}
}

func (e *subplanEval) scalar() (types.Datum, error) {
	d, seen := types.NullDatum, 0
	for {
		b, err := e.root.next()
		if err != nil || b == nil {
			return d, err
		}
		if seen += b.N; seen > 1 {
			return d, sqlerr.New(sqlerr.CardinalityViolation, "more than one row returned by a subquery used as an expression")
		}
		if b.N == 1 {
			d = b.Cols[0].Datum(0)
		}
	}
}

func (e *subplanEval) array(t *task) (types.Datum, error) {
	var elems []types.Datum
	for {
		b, err := e.root.next()
		if err != nil {
			return types.NullDatum, err
		}
		if b == nil {
			if !e.stack {
				return types.Any(newArray(e.elem, elems)), nil
			}
			a, err := types.Stack(e.elem, elems)
			return types.Any(a), err
		}
		for i := range b.N {
			elems = append(elems, b.Cols[0].Datum(i))
		}
		if l := t.stmt.mem.limit; l > 0 && int64(len(elems))*64 > l {
			return types.NullDatum, t.stmt.mem.charge(l)
		}
	}
}

// collect keeps the rows of a quantified subplan.
func (e *subplanEval) collect(t *task, res *subplanResult) error {
	ts := typesOf(e.node.Plan.Columns(), func(c *plan.Column) types.OID { return c.Type })
	if e.set {
		res.set = &valueSet{}
	} else {
		res.rows = newRowStore(ts)
	}
	var hold holding
	hold.mem = &t.stmt.mem
	for {
		b, err := e.root.next()
		if err != nil || b == nil {
			return err
		}
		if e.set {
			for i := range b.N {
				res.set.add(b.Cols[0].Rep, b.Cols[0].Datum(i))
			}
			res.size += vecBytes(&b.Cols[0], 0, b.N) * 2
		} else {
			res.rows.appendBatch(b)
			res.size = res.rows.bytes
		}
		if err := hold.set(res.size); err != nil {
			return err
		}
	}
}

// quantify compares the left values of row i with the subplan's rows.
func (e *subplanEval) quantify(t *task, res *subplanResult, i int) (types.Datum, error) {
	if res.set != nil {
		v := e.lvecs[0]
		in, unknown := res.set.has(v, at(v, i))
		return types.Datum{I: types.Bool(in).I, Null: unknown}, nil
	}
	unknown := false
	for r := range res.rows.n {
		d, err := e.compareRow(t, res.rows, r, i)
		if err != nil {
			return d, err
		}
		switch {
		case d.Null:
			unknown = true
		case d.Bool() != e.node.All:
			return types.Bool(!e.node.All), nil
		}
	}
	if unknown {
		return types.NullDatum, nil
	}
	return types.Bool(e.node.All), nil
}

// compareRow compares rows column by column: all must hold, for <> any.
func (e *subplanEval) compareRow(t *task, rows *rowStore, r, i int) (types.Datum, error) {
	some := e.node.Sym == "<>" && len(e.ops) > 1
	unknown := false
	for k, op := range e.ops {
		v := e.lvecs[k]
		d, err := op.apply(t, v.Datum(at(v, i)), rows.cols[k].Datum(r))
		if err != nil {
			return d, err
		}
		switch {
		case d.Null:
			unknown = true
		case d.Bool() == some:
			return types.Bool(some), nil
		}
	}
	if unknown {
		return types.NullDatum, nil
	}
	return types.Bool(!some), nil
}

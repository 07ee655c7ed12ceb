package exec

import (
	"io"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func errNoCTE(id int) error {
	return sqlerr.New(sqlerr.InternalError, "common table expression %d is out of scope", id)
}

// setCall is a set-returning function at work, or a scalar expression that
// gives one row.
type setCall struct {
	fn     *functions.Func
	start  functions.SetFunc
	args   []evaluator
	vals   []types.Datum
	scalar evaluator     // not a set-returning call
	width  int           // result columns
	spread bool          // a scalar call's row is taken apart
	asked  []types.OID   // the columns into which a record is taken apart; nil: it is none of them
	row    *types.Record // a row becomes a record like this one; nil: it does not
	iter   functions.SetIter
	once   bool
	one    []types.Datum
}

// setCall builds a call; wide says that a record result is taken apart into
// its columns.
func (bd *builder) setCall(x plan.Expr, wide bool) (*setCall, error) {
	s, ok := x.(*plan.SetCall)
	if !ok {
		e, err := bd.expr(x)
		if err != nil {
			return nil, err
		}
		c := &setCall{scalar: e, width: 1, one: make([]types.Datum, 1)}
		if call, ok := x.(*plan.Call); ok && wide {
			if f, ok := call.Function(); ok {
				c.spread = len(f.OutTypes) > 1 || callShape(f, call.Args) != nil
			}
		}
		return c, nil
	}
	f, ok := s.Function()
	if !ok {
		return nil, noFunction(s.Func)
	}
	bd.guard(f)
	var err error
	c := &setCall{fn: f, width: 1, vals: make([]types.Datum, len(s.Args))}
	if c.start = f.SetFor(argTypes(s.Args), s.OID); c.start == nil {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "set-returning function %s is not supported", f.Name)
	}
	if !wide {
		c.row = callShape(f, s.Args)
	}
	c.args, err = bd.exprs(s.Args)
	return c, err
}

// callShape is the row that a Shaped function is asked for.
func callShape(f *functions.Func, args []plan.Expr) *types.Record {
	if f.Shaped && len(args) > len(f.Args) {
		if c, ok := args[len(f.Args)].(*plan.Const); ok {
			return c.Value.A.(*types.Record)
		}
	}
	return nil
}

// begin starts the call on row i of b.
func (c *setCall) begin(t *task, b *types.Batch, i int) error {
	c.end()
	c.once = false
	if c.scalar != nil {
		v, err := c.scalar.eval(t, b)
		if err != nil {
			return err
		}
		c.one[0], c.once = v.Datum(at(v, i)), true
		return nil
	}
	for k, a := range c.args {
		v, err := a.eval(t, b)
		if err != nil {
			return err
		}
		c.vals[k] = v.Datum(at(v, i))
		if c.vals[k].Null && !c.fn.NotStrict {
			return nil // no rows
		}
	}
	var err error
	c.iter, err = c.start(t.fn, c.vals)
	return err
}

// end ends the call, whose rows may not all have been read.
func (c *setCall) end() {
	if k, ok := c.iter.(io.Closer); ok {
		_ = k.Close() // what runs in it ends with the statement, which tells of its errors
	}
	c.iter = nil
}

// next gives the next row, width columns wide.
func (c *setCall) next() ([]types.Datum, bool, error) {
	switch {
	case c.once:
		c.once = false
		if !c.spread && c.asked == nil {
			return c.one, true, nil
		}
		row, err := c.apart(c.one[0])
		return row, true, err
	case c.iter == nil:
		return nil, false, nil
	}
	row, ok, err := c.iter.Next()
	if err != nil || !ok {
		c.iter = nil
		return nil, false, err
	}
	switch {
	case c.asked != nil:
		row, err = c.apart(row[0])
	case c.row != nil:
		row = []types.Datum{types.Any(&types.Record{Types: c.row.Types, Names: c.row.Names, Vals: append([]types.Datum(nil), row...)})}
	}
	return row, true, err
}

// apart gives a record's columns, which must be those that were asked for; none of
// a NULL.
func (c *setCall) apart(d types.Datum) ([]types.Datum, error) {
	r, _ := d.A.(*types.Record)
	if d.Null || r == nil {
		return nil, nil
	}
	if c.asked == nil {
		return r.Vals, nil
	}
	return r.Vals, functions.RowsAlike(r.Types, c.asked)
}

// functionScan is functions in FROM, in step; the shorter ones are filled up
// with NULLs.
type functionScan struct {
	calls      []*setCall
	ordinality bool
	out        *rowBatch
	count      int64
	begun      bool
	done       bool
	t          *task
}

func (bd *builder) functionScan(n *plan.FunctionScan) (operator, error) {
	ts, at := columnTypes(n), 0
	o := &functionScan{ordinality: n.Ordinality, out: newRowBatch(ts)}
	for i, x := range n.Calls {
		c, err := bd.setCall(x, true)
		if err != nil {
			return nil, err
		}
		c.width = n.Widths[i]
		if c.record(x) {
			c.asked = ts[at : at+c.width]
		}
		at += c.width
		o.calls = append(o.calls, c)
	}
	return o, nil
}

// record reports whether the rows of a call in FROM come as records, which have to
// be taken apart: neither by OUT parameters nor by a row that the function was told.
func (c *setCall) record(x plan.Expr) bool {
	if t, _ := x.Type(); t != types.OIDRecord || c.spread {
		return false
	}
	s, ok := x.(*plan.SetCall)
	return !ok || len(c.fn.OutTypes) == 0 && callShape(c.fn, s.Args) == nil
}

func (o *functionScan) open(t *task) error {
	o.t, o.count, o.begun, o.done = t, 0, false, false
	return nil
}

func (o *functionScan) next() (*types.Batch, error) {
	if o.done {
		return nil, nil
	}
	if err := o.t.ctx.Err(); err != nil {
		return nil, err
	}
	if !o.begun {
		for _, c := range o.calls {
			if err := c.begin(o.t, oneRow, 0); err != nil {
				return nil, err
			}
		}
		o.begun = true
	}
	for i := range o.out.cols {
		o.out.cols[i].startRows()
	}
	n := 0
	for n < types.BatchSize {
		ok, err := o.row(n)
		if err != nil {
			return nil, err
		}
		if !ok {
			o.done = true
			break
		}
		n++
	}
	if n == 0 {
		return nil, nil
	}
	for i := range o.out.cols {
		o.out.cols[i].endRows(n)
	}
	return o.out.publish(n), nil
}

// row appends one row; false when all calls are at their end.
func (o *functionScan) row(n int) (bool, error) {
	live, col := false, 0
	for _, c := range o.calls {
		row, ok, err := c.next()
		if err != nil {
			return false, err
		}
		if ok && !live {
			// Columns of calls before this one, which had ended, are NULL.
			for k := range col {
				o.out.cols[k].appendDatum(n, types.NullDatum)
			}
			live = true
		}
		if live {
			for k := range c.width {
				d := types.NullDatum
				if ok && k < len(row) {
					d = row[k]
				}
				o.out.cols[col+k].appendDatum(n, d)
			}
		}
		col += c.width
	}
	if live && o.ordinality {
		o.count++
		o.out.cols[len(o.out.cols)-1].appendDatum(n, types.Int(o.count))
	}
	return live, nil
}

func (o *functionScan) close() {
	for _, c := range o.calls {
		c.end()
	}
}

package exec

import (
	"strings"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// viewChecks are the check options of the views that a write goes through, the
// innermost view's first. They are asked of a row when it has met all else; nil: there
// are none.
type viewChecks struct {
	views []string
	conds []evaluator
	reads []int // columns of the row
}

func (bd *builder) viewChecks(list []plan.ViewCheck) (*viewChecks, error) {
	if list == nil {
		return nil, nil
	}
	c := &viewChecks{}
	var xs []plan.Expr
	for _, k := range list {
		c.views, xs = append(c.views, k.View), append(xs, k.Cond)
	}
	c.reads = columnsRead(xs...)
	var err error
	c.conds, err = bd.exprs(xs)
	return c, err
}

// fails tells of each row of a batch which check it does not meet, from 1; 0: it meets
// all. What is NULL is not met.
func (c *viewChecks) fails(t *task, b *types.Batch) ([]int, error) {
	if c == nil {
		return nil, nil
	}
	out := make([]int, b.N)
	for k, e := range c.conds {
		v, err := e.eval(t, b)
		if err != nil {
			return nil, err
		}
		for i := range out {
			if j := at(v, i); out[i] == 0 && (v.IsNull(j) || v.I[j] == 0) {
				out[i] = k + 1
			}
		}
	}
	return out, nil
}

// violated is the error of a row that does not meet check k.
func (c *viewChecks) violated(k int, row []string) *sqlerr.Error {
	return sqlerr.New(sqlerr.WithCheckOptionViolation, `new row violates check option for view "%s"`, c.views[k-1]).
		WithDetail("Failing row contains (%s).", strings.Join(row, ", "))
}

// checkStored is the checks of a row of a state table.
func (c *viewChecks) checkStored(w *stateWrite, row []types.Datum) error {
	if c == nil {
		return nil
	}
	b := newRowBatch(w.ts)
	for k := range w.ts {
		b.cols[k].startRows()
		b.cols[k].appendDatum(0, row[k])
		b.cols[k].endRows(1)
	}
	fails, err := c.fails(w.t, b.publish(1))
	if err != nil || fails[0] == 0 {
		return err
	}
	return c.violated(fails[0], w.texts(row))
}

// texts are a row's values as an error shows them.
func (w *stateWrite) texts(row []types.Datum) []string {
	out := make([]string, len(row))
	for c := range row {
		out[c] = shown(w.ts[c], row[c], &w.t.fn.Format)
	}
	return out
}

// checkClaims is the checks of the claims in a block, before they are committed.
func (o *insertOp) checkClaims() error {
	if o.views == nil {
		return nil
	}
	policy, err := o.t.stmt.statePolicy(o.t.ctx)
	if err != nil {
		return err
	}
	dec := decoder{policy: policy}
	rows := newRowBatch(claimColumnTypes[:])
	walk := anyWalks(o.views.reads)
	for first := 0; first < len(o.block.rows); first += types.BatchSize {
		n := min(types.BatchSize, len(o.block.rows)-first)
		for _, c := range o.views.reads {
			rows.cols[c].startRows()
		}
		for i := range n {
			if err := dec.appendRow(&o.block, &o.block.rows[first+i], o.views.reads, walk, rows.cols, o.views.reads, i); err != nil {
				return err
			}
		}
		for _, c := range o.views.reads {
			rows.cols[c].endRows(n)
			rows.Cols[c] = rows.cols[c].Vec
		}
		rows.N = n
		fails, err := o.views.fails(o.t, &rows.Batch)
		if err != nil {
			return err
		}
		for i, k := range fails {
			if k > 0 {
				return atRow(o.views.violated(k, o.claimTexts(&dec, first+i)), first+i)
			}
		}
	}
	return nil
}

// claimTexts are the values of a claim as an error shows them, but for the time of the
// commit, which it has not got.
func (o *insertOp) claimTexts(dec *decoder, row int) []string {
	all := allColumns(claimColumns)
	one := newRowBatch(claimColumnTypes[:])
	for _, c := range all {
		one.cols[c].startRows()
	}
	out := make([]string, claimColumns)
	if err := dec.appendRow(&o.block, &o.block.rows[row], all, anyWalks(all), one.cols, all, 0); err != nil {
		return out
	}
	for _, c := range all {
		one.cols[c].endRows(1)
		if c == colRecordedAt {
			out[c] = "null"
			continue
		}
		out[c] = shown(claimColumnTypes[c], one.cols[c].Datum(0), &o.t.fn.Format)
	}
	return out
}

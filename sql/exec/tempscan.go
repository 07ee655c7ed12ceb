package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// tempScanOp reads a temporary table. Rows that all are seen come as slices of
// the table's own columns, without a copy.
type tempScanOp struct {
	node   *plan.Scan
	filter *conjunction
	keys   []evaluator // of a look-up by a unique index

	cols    []types.Vec // memory of view
	view    tempView
	pos     int
	keyed   bool
	hits    []int32
	sel     []int32
	slice   types.Batch
	numbers []int64
	raw     *rowBatch
	out     *rowBatch
	key     []types.Datum
	t       *task
}

func (bd *builder) tempScan(n *plan.Scan) (operator, error) {
	ts := columnTypes(n)
	o := &tempScanOp{node: n, raw: newRowBatch(ts), out: newRowBatch(ts)}
	o.slice.Cols = make([]types.Vec, len(ts))
	var err error
	if o.filter, err = bd.conjunction(n.Filter); err != nil {
		return nil, err
	}
	if n.Key.Values != nil {
		o.keys, err = bd.exprs(n.Key.Values)
	}
	return o, err
}

func (o *tempScanOp) open(t *task) error {
	table, err := t.env.temp().table(o.node.Rel)
	if err != nil {
		return err
	}
	o.t, o.pos, o.keyed = t, 0, o.keys != nil
	rows := table.rows
	if table.sequence != nil {
		rows = table.sequence.row()
	}
	o.view = rows.view(t.env.TempAt, o.cols)
	o.cols = o.view.cols
	if !o.keyed {
		return nil
	}
	o.key, o.hits = o.key[:0], o.hits[:0]
	for _, e := range o.keys {
		d, err := evalScalar(e, t)
		if err != nil {
			return err
		}
		if d.Null {
			return nil
		}
		o.key = append(o.key, d)
	}
	o.hits = table.rows.find(&o.view, o.node.Key.Unique, o.key, o.hits)
	return nil
}

func (o *tempScanOp) next() (*types.Batch, error) {
	for {
		b := o.batch()
		if b == nil || b.N == 0 || o.filter == nil {
			return b, nil
		}
		keep, err := o.filter.keep(o.t, b)
		if err != nil {
			return nil, err
		}
		switch len(keep) {
		case 0:
			continue
		case b.N:
			return b, nil
		}
		return o.out.gather(b, keep), nil
	}
}

// batch gives the next rows that the snapshot sees; nil at the end.
func (o *tempScanOp) batch() *types.Batch {
	if o.keyed {
		if o.pos >= len(o.hits) {
			return nil
		}
		sel := o.hits[o.pos:min(o.pos+types.BatchSize, len(o.hits))]
		o.pos += len(sel)
		return o.gather(sel)
	}
	for o.pos < o.view.n {
		from := o.pos
		o.pos = min(from+types.BatchSize, o.view.n)
		sel := identity(o.sel, o.pos-from)
		o.sel = sel
		if o.view.ends == nil {
			return o.share(from, o.pos)
		}
		sel = sel[:0]
		for row := from; row < o.pos; row++ {
			if o.view.sees(row) {
				sel = append(sel, int32(row))
			}
		}
		switch len(sel) {
		case 0:
			continue
		case o.pos - from:
			return o.share(from, o.pos)
		}
		return o.gather(sel)
	}
	return nil
}

// share gives rows as they lie.
func (o *tempScanOp) share(from, to int) *types.Batch {
	for i, c := range o.node.Cols {
		if c == plan.RowNumber {
			o.slice.Cols[i] = o.rowNumbers(to-from, func(k int) int64 { return int64(from + k) })
			continue
		}
		if c < 0 {
			o.slice.Cols[i] = o.view.system(c, to-from, func(k int) int32 { return int32(from + k) })
			continue
		}
		o.slice.Cols[i] = o.view.cols[c].Slice(from, to)
	}
	o.slice.N = to - from
	return &o.slice
}

// gather gives the rows sel.
func (o *tempScanOp) gather(sel []int32) *types.Batch {
	for i, c := range o.node.Cols {
		if c == plan.RowNumber {
			o.raw.Cols[i] = o.rowNumbers(len(sel), func(k int) int64 { return int64(sel[k]) })
			continue
		}
		if c < 0 {
			o.raw.Cols[i] = o.view.system(c, len(sel), func(k int) int32 { return sel[k] })
			continue
		}
		o.raw.Cols[i] = *o.raw.cols[i].gather(&o.view.cols[c], sel)
	}
	o.raw.N = len(sel)
	return &o.raw.Batch
}

func (o *tempScanOp) rowNumbers(n int, at func(int) int64) types.Vec {
	v := types.NewVec(types.OIDInt8)
	o.numbers = o.numbers[:0]
	for k := range n {
		o.numbers = append(o.numbers, at(k))
	}
	v.I = o.numbers
	return v
}

func (o *tempScanOp) close() {
	clear(o.cols)
	o.view, o.t = tempView{}, nil
}

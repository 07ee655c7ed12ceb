package exec

import (
	"github.com/stemedb/stemedb/sql/types"
)

// column is an output column that keeps its memory, its null bitmap too,
// between batches.
type column struct {
	types.Vec
	nulls []bool
}

func newColumn(t types.OID) column { return column{Vec: types.NewVec(t)} }

// reset makes the column n rows long with unspecified values and no NULLs.
func (c *column) reset(n int) *types.Vec {
	c.Vec.Resize(n)
	return &c.Vec
}

// bitmap attaches an all-false null bitmap of n rows.
func (c *column) bitmap(n int) []bool {
	if cap(c.nulls) < n {
		c.nulls = make([]bool, n, max(n, min(2*cap(c.nulls), types.BatchSize)))
	} else {
		c.nulls = c.nulls[:n]
		clear(c.nulls)
	}
	c.Null = c.nulls
	return c.nulls
}

// setNull makes row i of n NULL.
func (c *column) setNull(i, n int) {
	if c.Null == nil {
		c.bitmap(n)
	}
	c.Null[i] = true
}

// set stores a datum at row i of n.
func (c *column) set(i, n int, d types.Datum) {
	if d.Null {
		c.setNull(i, n)
		return
	}
	switch c.Rep {
	case types.RepInt:
		c.I[i] = d.I
	case types.RepFloat:
		c.F[i] = d.F
	case types.RepText:
		c.S[i] = d.S
	default:
		c.A[i] = d.A
	}
}

// broadcast fills the column with n copies of src's row i.
func (c *column) broadcast(src *types.Vec, i, n int) *types.Vec {
	c.reset(n)
	if src.IsNull(i) {
		b := c.bitmap(n)
		for k := range b {
			b[k] = true
		}
		return &c.Vec
	}
	switch c.Rep {
	case types.RepInt:
		fill(c.I, src.I[i])
	case types.RepFloat:
		fill(c.F, src.F[i])
	case types.RepText:
		fill(c.S, src.S[i])
	default:
		fill(c.A, src.A[i])
	}
	return &c.Vec
}

func fill[T any](s []T, v T) {
	for i := range s {
		s[i] = v
	}
}

// full evaluates an expression over a batch to as many values as it has rows: a
// constant is spread over the column.
func (c *column) full(e evaluator, t *task, b *types.Batch) (*types.Vec, error) {
	v, err := e.eval(t, b)
	if err != nil || v.Len() == b.N {
		return v, err
	}
	return c.broadcast(v, 0, b.N), nil
}

// copyFrom makes the column equal to src.
func (c *column) copyFrom(src *types.Vec) *types.Vec {
	n := src.Len()
	c.reset(n)
	switch c.Rep {
	case types.RepInt:
		copy(c.I, src.I)
	case types.RepFloat:
		copy(c.F, src.F)
	case types.RepText:
		copy(c.S, src.S)
	default:
		copy(c.A, src.A)
	}
	if src.Null != nil {
		copy(c.bitmap(n), src.Null)
	}
	return &c.Vec
}

// gather makes the column src's rows sel; a negative number gives NULL.
func (c *column) gather(src *types.Vec, sel []int32) *types.Vec {
	c.reset(len(sel))
	switch c.Rep {
	case types.RepInt:
		gather(c.I, src.I, sel)
	case types.RepFloat:
		gather(c.F, src.F, sel)
	case types.RepText:
		gather(c.S, src.S, sel)
	default:
		gather(c.A, src.A, sel)
	}
	if src.Null != nil {
		b := c.bitmap(len(sel))
		for k, i := range sel {
			if i >= 0 {
				b[k] = src.Null[i]
			}
		}
	}
	return &c.Vec
}

func gather[T any](dst, src []T, sel []int32) {
	for k, i := range sel {
		if i >= 0 {
			dst[k] = src[i]
		}
	}
}

// rowBatch is a batch with columns that keep their memory.
type rowBatch struct {
	types.Batch
	cols []column
}

func newRowBatch(ts []types.OID) *rowBatch {
	r := &rowBatch{cols: make([]column, len(ts))}
	r.Cols = make([]types.Vec, len(ts))
	for i, t := range ts {
		r.cols[i] = newColumn(t)
	}
	return r
}

// publish makes the columns the batch, n rows long.
func (r *rowBatch) publish(n int) *types.Batch {
	for i := range r.cols {
		r.Cols[i] = r.cols[i].Vec
	}
	r.N = n
	return &r.Batch
}

// gather makes the batch the rows sel of b.
func (r *rowBatch) gather(b *types.Batch, sel []int32) *types.Batch {
	for i := range r.cols {
		r.cols[i].gather(&b.Cols[i], sel)
	}
	return r.publish(len(sel))
}

// gatherCols is gather for the columns cols alone; the others stay empty.
func (r *rowBatch) gatherCols(b *types.Batch, sel []int32, cols []int) *types.Batch {
	for _, i := range cols {
		r.Cols[i] = *r.cols[i].gather(&b.Cols[i], sel)
	}
	r.N = len(sel)
	return &r.Batch
}

// identity returns 0 … n-1 in buf's memory.
func identity(buf []int32, n int) []int32 {
	if cap(buf) < n {
		buf = make([]int32, n, max(n, min(2*n, types.BatchSize)))
	}
	buf = buf[:n]
	for i := range buf {
		buf[i] = int32(i)
	}
	return buf
}

// vecBytes estimates the memory of n rows of a column from row lo on.
func vecBytes(v *types.Vec, lo, n int) int64 {
	var size int64
	switch v.Rep {
	case types.RepInt, types.RepFloat:
		size = int64(n) * 8
	case types.RepText:
		size = int64(n) * 16
		for _, s := range v.S[lo : lo+n] {
			size += int64(len(s))
		}
	default:
		size = int64(n) * 80
		for _, a := range v.A[lo : lo+n] {
			size += anyBytes(a)
		}
	}
	return size
}

// anyBytes estimates what an interface value holds beyond a fixed part.
func anyBytes(a any) int64 {
	switch x := a.(type) {
	case *types.Array:
		return datumsBytes(x.Elems)
	case *types.Record:
		return datumsBytes(x.Vals)
	}
	return 0
}

func datumsBytes(ds []types.Datum) int64 {
	size := int64(len(ds)) * 64
	for i := range ds {
		size += int64(len(ds[i].S))
		if ds[i].A != nil {
			size += 48 + anyBytes(ds[i].A)
		}
	}
	return size
}

func typesOf[T any](cs []T, f func(*T) types.OID) []types.OID {
	ts := make([]types.OID, len(cs))
	for i := range cs {
		ts[i] = f(&cs[i])
	}
	return ts
}

// startRows begins row by row appending.
func (c *column) startRows() {
	c.Vec.Reset()
	c.nulls = c.nulls[:0]
}

// appendNull adds a NULL as row n.
func (c *column) appendNull(n int) {
	switch c.Rep {
	case types.RepInt:
		c.I = append(c.I, 0)
	case types.RepFloat:
		c.F = append(c.F, 0)
	case types.RepText:
		c.S = append(c.S, "")
	default:
		c.A = append(c.A, nil)
	}
	for len(c.nulls) < n {
		c.nulls = append(c.nulls, false)
	}
	c.nulls = append(c.nulls, true)
}

// appendDatum adds a datum as row n.
func (c *column) appendDatum(n int, d types.Datum) {
	if d.Null {
		c.appendNull(n)
		return
	}
	switch c.Rep {
	case types.RepInt:
		c.I = append(c.I, d.I)
	case types.RepFloat:
		c.F = append(c.F, d.F)
	case types.RepText:
		c.S = append(c.S, d.S)
	default:
		c.A = append(c.A, d.A)
	}
}

// endRows ends appending at n rows.
func (c *column) endRows(n int) {
	c.Null = nil
	if len(c.nulls) == 0 {
		return
	}
	for len(c.nulls) < n {
		c.nulls = append(c.nulls, false)
	}
	c.Null = c.nulls
}

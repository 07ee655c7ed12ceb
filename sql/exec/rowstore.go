package exec

import "github.com/stemedb/stemedb/sql/types"

// rowStore keeps rows column by column, all of them: the build side of joins,
// sorts, groups' keys.
type rowStore struct {
	cols  []types.Vec
	n     int
	bytes int64 // estimate
}

func newRowStore(ts []types.OID) *rowStore {
	s := &rowStore{cols: make([]types.Vec, len(ts))}
	for i, t := range ts {
		s.cols[i] = types.NewVec(t)
	}
	return s
}

// reset empties the store. Small memory is kept, large given back.
func (s *rowStore) reset() {
	keep := s.n <= 4*types.BatchSize
	for i := range s.cols {
		if keep {
			clear(s.cols[i].S)
			clear(s.cols[i].A)
			s.cols[i].Reset()
		} else {
			s.cols[i] = types.NewVec(s.cols[i].Type)
		}
	}
	s.n, s.bytes = 0, 0
}

// appendBatch adds all rows of b.
func (s *rowStore) appendBatch(b *types.Batch) { s.appendVecs(b.Cols, b.N) }

// appendVecs adds n rows of full-length columns.
func (s *rowStore) appendVecs(cols []types.Vec, n int) {
	for i := range s.cols {
		appendVec(&s.cols[i], &cols[i], s.n, n)
		s.bytes += vecBytes(&cols[i], 0, n)
	}
	s.n += n
}

// appendRange adds the rows from to end of a batch, of which part is a view.
func (s *rowStore) appendRange(b *types.Batch, from, end int, part *types.Batch) {
	if end > from {
		s.appendBatch(viewRows(part, b, from, end))
	}
}

// viewRows makes view the rows from to end of a batch.
func viewRows(view, b *types.Batch, from, end int) *types.Batch {
	cols := b.Cols // perhaps the view's own
	view.N, view.Cols = end-from, view.Cols[:0]
	for i := range cols {
		view.Cols = append(view.Cols, cols[i].Slice(from, end))
	}
	return view
}

// appendVec adds n rows of src to dst, which has had rows; a src of length 1
// is a constant.
func appendVec(dst, src *types.Vec, had, n int) {
	if src.Len() == 1 && n > 1 {
		for range n {
			dst.AppendFrom(src, 0)
		}
		return
	}
	switch dst.Rep {
	case types.RepInt:
		dst.I = append(dst.I, src.I[:n]...)
	case types.RepFloat:
		dst.F = append(dst.F, src.F[:n]...)
	case types.RepText:
		dst.S = append(dst.S, src.S[:n]...)
	default:
		dst.A = append(dst.A, src.A[:n]...)
	}
	switch {
	case src.Null != nil:
		if dst.Null == nil {
			dst.Null = make([]bool, had, had+n)
		}
		dst.Null = append(dst.Null, src.Null[:n]...)
	case dst.Null != nil:
		for range n {
			dst.Null = append(dst.Null, false)
		}
	}
}

// appendRow adds row i of the columns; columns of length 1 are constants when
// i is beyond them.
func (s *rowStore) appendRow(cols []*types.Vec, i int) {
	for k := range s.cols {
		j := i
		if cols[k].Len() == 1 {
			j = 0
		}
		s.cols[k].AppendFrom(cols[k], j)
		s.bytes += vecBytes(cols[k], j, 1)
	}
	s.n++
}

// truncate takes the rows from n on away.
func (s *rowStore) truncate(n int) {
	if n >= s.n {
		return
	}
	for i := range s.cols {
		v := &s.cols[i]
		s.bytes -= vecBytes(v, n, s.n-n)
		*v = v.Slice(0, n)
	}
	s.n = n
}

// setRow overwrites row r with row i of the columns.
func (s *rowStore) setRow(r int, cols []*types.Vec, i int) {
	for k := range s.cols {
		j := i
		if cols[k].Len() == 1 {
			j = 0
		}
		s.bytes += vecBytes(cols[k], j, 1) - vecBytes(&s.cols[k], r, 1)
		s.cols[k].Set(r, cols[k].Datum(j))
	}
}

// emit gathers the rows sel into out, whose first columns they are from
// column at on.
func (s *rowStore) emit(out *rowBatch, at int, sel []int32) {
	for i := range s.cols {
		out.cols[at+i].gather(&s.cols[i], sel)
	}
}

// cloneBatch returns a copy of b with memory of its own, and its size.
func cloneBatch(b *types.Batch) (*types.Batch, int64) {
	out := &types.Batch{N: b.N, Cols: make([]types.Vec, len(b.Cols))}
	size := int64(64)
	for i := range b.Cols {
		out.Cols[i] = types.NewVec(b.Cols[i].Type)
		appendVec(&out.Cols[i], &b.Cols[i], 0, b.N)
		size += vecBytes(&b.Cols[i], 0, b.N) + 96
	}
	return out, size
}

// appendCols adds n rows of columns. Columns may have lost rows.
func (s *rowStore) appendCols(cols []*types.Vec, n int) {
	for i := range s.cols {
		appendVec(&s.cols[i], cols[i], s.cols[i].Len(), n)
		s.bytes += vecBytes(cols[i], 0, n)
	}
	s.n += n
}

// dropFirst removes the first n rows.
func (s *rowStore) dropFirst(n int) {
	if n == s.n {
		s.reset()
		return
	}
	s.n -= n
	s.bytes = 0
	for i := range s.cols {
		dropRows(&s.cols[i], n)
		s.bytes += vecBytes(&s.cols[i], 0, s.n)
	}
}

// dropRows removes the first n rows of a column.
func dropRows(v *types.Vec, n int) {
	v.I, v.F = dropFirst(v.I, n), dropFirst(v.F, n)
	v.S, v.A = dropFirst(v.S, n), dropFirst(v.A, n)
	v.Null = dropFirst(v.Null, n)
}

func dropFirst[T any](s []T, n int) []T {
	if len(s) == 0 {
		return s
	}
	rest := copy(s, s[n:])
	clear(s[rest:])
	return s[:rest]
}

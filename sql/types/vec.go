package types

// BatchSize is how many rows operators put into one batch, about: a source may
// give fewer, none gives more.
const BatchSize = 1024

// Vec is one column of a batch: the slice that the type's Rep names has the
// batch's length, the others are nil. Null is nil when the column has no
// NULLs, else it has the batch's length too; what stands at a NULL's place in
// the value slice is unspecified.
//
// The slices belong to the operator that made the batch and are valid until
// its next Next; the contents of strings and of what A holds are immutable
// and may be kept.
type Vec struct {
	Type OID
	Rep  Rep
	I    []int64
	F    []float64
	S    []string
	A    []any
	Null []bool
}

// NewVec returns an empty column for a type.
func NewVec(t OID) Vec { return Vec{Type: t, Rep: RepOf(t)} }

// Reset empties the column, keeping its memory.
func (v *Vec) Reset() {
	v.I, v.F, v.S, v.A, v.Null = v.I[:0], v.F[:0], v.S[:0], v.A[:0], nil
}

// Len returns the number of rows.
func (v *Vec) Len() int {
	switch v.Rep {
	case RepInt:
		return len(v.I)
	case RepFloat:
		return len(v.F)
	case RepText:
		return len(v.S)
	default:
		return len(v.A)
	}
}

// Resize makes the column n rows long with unspecified values and no NULLs.
func (v *Vec) Resize(n int) {
	v.Null = nil
	switch v.Rep {
	case RepInt:
		v.I = resize(v.I, n)
	case RepFloat:
		v.F = resize(v.F, n)
	case RepText:
		v.S = resize(v.S, n)
	default:
		v.A = resize(v.A, n)
	}
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, max(n, min(2*cap(s), BatchSize)))
	}
	return s[:n]
}

// IsNull reports whether row i is NULL.
func (v *Vec) IsNull(i int) bool { return v.Null != nil && v.Null[i] }

// SetNull makes row i NULL.
func (v *Vec) SetNull(i int) {
	if v.Null == nil {
		v.Null = make([]bool, v.Len(), max(v.Len(), cap(v.I), cap(v.F), cap(v.S), cap(v.A)))
	}
	v.Null[i] = true
}

// Datum returns row i.
func (v *Vec) Datum(i int) Datum {
	if v.IsNull(i) {
		return NullDatum
	}
	switch v.Rep {
	case RepInt:
		return Datum{I: v.I[i]}
	case RepFloat:
		return Datum{F: v.F[i]}
	case RepText:
		return Datum{S: v.S[i]}
	default:
		return Datum{A: v.A[i]}
	}
}

// Set stores d at row i, which exists.
func (v *Vec) Set(i int, d Datum) {
	if d.Null {
		v.SetNull(i)
		return
	}
	if v.Null != nil {
		v.Null[i] = false
	}
	switch v.Rep {
	case RepInt:
		v.I[i] = d.I
	case RepFloat:
		v.F[i] = d.F
	case RepText:
		v.S[i] = d.S
	default:
		v.A[i] = d.A
	}
}

// Append adds d at the end.
func (v *Vec) Append(d Datum) {
	switch v.Rep {
	case RepInt:
		v.I = append(v.I, d.I)
	case RepFloat:
		v.F = append(v.F, d.F)
	case RepText:
		v.S = append(v.S, d.S)
	default:
		v.A = append(v.A, d.A)
	}
	if v.Null != nil {
		v.Null = append(v.Null, d.Null)
	} else if d.Null {
		v.SetNull(v.Len() - 1)
	}
}

// AppendFrom adds row i of src, a column of the same Rep.
func (v *Vec) AppendFrom(src *Vec, i int) {
	switch v.Rep {
	case RepInt:
		v.I = append(v.I, src.I[i])
	case RepFloat:
		v.F = append(v.F, src.F[i])
	case RepText:
		v.S = append(v.S, src.S[i])
	default:
		v.A = append(v.A, src.A[i])
	}
	null := src.Null != nil && src.Null[i]
	if v.Null != nil {
		v.Null = append(v.Null, null)
	} else if null {
		v.SetNull(v.Len() - 1)
	}
}

// Batch is a set of rows, column by column. N is the row count; it stands on
// its own because a batch may have no columns. There are no selection
// vectors: a filter compacts.
type Batch struct {
	N    int
	Cols []Vec
}

// Reset empties the batch, keeping its memory.
func (b *Batch) Reset() {
	b.N = 0
	for i := range b.Cols {
		b.Cols[i].Reset()
	}
}

// NewBatch returns an empty batch with a column for each type.
func NewBatch(ts []OID) *Batch {
	b := &Batch{Cols: make([]Vec, len(ts))}
	for i, t := range ts {
		b.Cols[i] = NewVec(t)
	}
	return b
}

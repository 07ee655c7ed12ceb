package types

// Slice returns rows [from, to) of the column, sharing its memory.
func (v *Vec) Slice(from, to int) Vec {
	out := Vec{Type: v.Type, Rep: v.Rep}
	switch v.Rep {
	case RepInt:
		out.I = v.I[from:to]
	case RepFloat:
		out.F = v.F[from:to]
	case RepText:
		out.S = v.S[from:to]
	default:
		out.A = v.A[from:to]
	}
	if v.Null != nil {
		out.Null = v.Null[from:to]
	}
	return out
}

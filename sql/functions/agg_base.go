package functions

import (
	"unsafe"

	"github.com/stemedb/stemedb/sql/types"
)

// Aggregates keep their groups in flat slices, indexed by the group's number.
// A NULL argument is skipped unless the aggregate says otherwise. An argument
// column of length 1 with more rows is a constant.

func agg(f func() State) *Aggregate {
	return &Aggregate{New: func([]types.OID) State { return f() }}
}

func aggOf(f func(args []types.OID) State) *Aggregate { return &Aggregate{New: f} }

// nullAt is IsNull for a column that may be a constant.
func nullAt(v *vec, i int) bool { return v.Null != nil && at(v.Null, i) }

// datumAt is Datum for a column that may be a constant.
func datumAt(v *vec, i int) datum {
	if v.Len() == 1 {
		i = 0
	}
	return v.Datum(i)
}

func growTo[T any](s []T, n int) []T {
	if n <= len(s) {
		return s
	}
	if n <= cap(s) {
		return s[:n]
	}
	out := make([]T, n, max(n, 2*cap(s)))
	copy(out, s)
	return out
}

func sizeOf[T any](s []T) int64 {
	var zero T
	return int64(cap(s)) * int64(unsafe.Sizeof(zero))
}

// countState is count(*) and count(x).
type countState struct{ n []int64 }

// Grow makes room for groups.
func (s *countState) Grow(n int) { s.n = growTo(s.n, n) }

// Add counts rows, or values that are not NULL.
func (s *countState) Add(_ *Ctx, groups []int32, args []*vec) error {
	if len(args) > 0 && args[0].Null != nil {
		for i, g := range groups {
			if !nullAt(args[0], i) {
				s.n[g]++
			}
		}
		return nil
	}
	for _, g := range groups {
		s.n[g]++
	}
	return nil
}

// Merge adds the other's counts.
func (s *countState) Merge(_ *Ctx, other State, groups []int32) error {
	for i, n := range other.(*countState).n[:len(groups)] {
		s.n[groups[i]] += n
	}
	return nil
}

// Result is never NULL.
func (s *countState) Result(_ *Ctx, g int32) (datum, error) { return types.Int(s.n[g]), nil }

// Size is the bytes held.
func (s *countState) Size() int64 { return sizeOf(s.n) }

// boolState is bool_and and bool_or: 0 no value yet, 1 false, 2 true.
type boolState struct {
	v  []uint8
	or bool
}

// Grow makes room for groups.
func (s *boolState) Grow(n int) { s.v = growTo(s.v, n) }

func (s *boolState) put(g int32, v uint8) {
	switch old := s.v[g]; {
	case old == 0:
		s.v[g] = v
	case s.or:
		s.v[g] = max(old, v)
	default:
		s.v[g] = min(old, v)
	}
}

// Add takes rows.
func (s *boolState) Add(_ *Ctx, groups []int32, args []*vec) error {
	for i, g := range groups {
		if !nullAt(args[0], i) {
			s.put(g, uint8(at(args[0].I, i))+1)
		}
	}
	return nil
}

// Merge adds other's groups.
func (s *boolState) Merge(_ *Ctx, other State, groups []int32) error {
	for i, v := range other.(*boolState).v[:len(groups)] {
		if v != 0 {
			s.put(groups[i], v)
		}
	}
	return nil
}

// Result is NULL without a value.
func (s *boolState) Result(_ *Ctx, g int32) (datum, error) {
	if s.v[g] == 0 {
		return null, nil
	}
	return types.Int(int64(s.v[g]) - 1), nil
}

// Size is the bytes held.
func (s *boolState) Size() int64 { return sizeOf(s.v) }

// bitState is bit_and, bit_or and bit_xor.
type bitState struct {
	v   []int64
	has []bool
	op  func(a, b int64) int64
}

// Grow makes room for groups.
func (s *bitState) Grow(n int) { s.v, s.has = growTo(s.v, n), growTo(s.has, n) }

func (s *bitState) put(g int32, v int64) {
	if s.has[g] {
		v = s.op(s.v[g], v)
	}
	s.v[g], s.has[g] = v, true
}

// Add takes rows.
func (s *bitState) Add(_ *Ctx, groups []int32, args []*vec) error {
	for i, g := range groups {
		if !nullAt(args[0], i) {
			s.put(g, at(args[0].I, i))
		}
	}
	return nil
}

// Merge adds other's groups.
func (s *bitState) Merge(_ *Ctx, other State, groups []int32) error {
	o := other.(*bitState)
	for i, g := range groups {
		if o.has[i] {
			s.put(g, o.v[i])
		}
	}
	return nil
}

// Result is NULL without a value.
func (s *bitState) Result(_ *Ctx, g int32) (datum, error) {
	if !s.has[g] {
		return null, nil
	}
	return types.Int(s.v[g]), nil
}

// Size is the bytes held.
func (s *bitState) Size() int64 { return sizeOf(s.v) + sizeOf(s.has) }

// aggFuncs are the aggregates that count and combine bits.
func aggFuncs() []Func {
	count := agg(func() State { return &countState{} })
	return []Func{
		{
			OID: 2147, Name: "count", Args: oids{tAny}, Ret: tInt8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "number of input rows for which the input expression is not null",
			Aggregate: count,
		},
		{
			OID: 2803, Name: "count", Ret: tInt8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "number of input rows",
			Aggregate: count,
		},
		{
			OID: 2517, Name: "bool_and", Args: oids{tBool}, Ret: tBool, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "boolean-and aggregate",
			Aggregate: agg(func() State { return &boolState{} }),
		},
		{
			OID: 2519, Name: "every", Args: oids{tBool}, Ret: tBool, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "boolean-and aggregate",
			Aggregate: agg(func() State { return &boolState{} }),
		},
		{
			OID: 2518, Name: "bool_or", Args: oids{tBool}, Ret: tBool, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "boolean-or aggregate",
			Aggregate: agg(func() State { return &boolState{or: true} }),
		},
		{
			OID: 2236, Name: "bit_and", Args: oids{tInt2}, Ret: tInt2, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "bitwise-and smallint aggregate",
			Aggregate: agg(func() State { return &bitState{op: intAnd} }),
		},
		{
			OID: 2238, Name: "bit_and", Args: oids{tInt4}, Ret: tInt4, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "bitwise-and integer aggregate",
			Aggregate: agg(func() State { return &bitState{op: intAnd} }),
		},
		{
			OID: 2240, Name: "bit_and", Args: oids{tInt8}, Ret: tInt8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "bitwise-and bigint aggregate",
			Aggregate: agg(func() State { return &bitState{op: intAnd} }),
		},
		{
			OID: 2237, Name: "bit_or", Args: oids{tInt2}, Ret: tInt2, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "bitwise-or smallint aggregate",
			Aggregate: agg(func() State { return &bitState{op: intOr} }),
		},
		{
			OID: 2239, Name: "bit_or", Args: oids{tInt4}, Ret: tInt4, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "bitwise-or integer aggregate",
			Aggregate: agg(func() State { return &bitState{op: intOr} }),
		},
		{
			OID: 2241, Name: "bit_or", Args: oids{tInt8}, Ret: tInt8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "bitwise-or bigint aggregate",
			Aggregate: agg(func() State { return &bitState{op: intOr} }),
		},
		{
			OID: 6164, Name: "bit_xor", Args: oids{tInt2}, Ret: tInt2, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "bitwise-xor smallint aggregate",
			Aggregate: agg(func() State { return &bitState{op: intXor} }),
		},
		{
			OID: 6165, Name: "bit_xor", Args: oids{tInt4}, Ret: tInt4, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "bitwise-xor integer aggregate",
			Aggregate: agg(func() State { return &bitState{op: intXor} }),
		},
		{
			OID: 6166, Name: "bit_xor", Args: oids{tInt8}, Ret: tInt8, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "bitwise-xor bigint aggregate",
			Aggregate: agg(func() State { return &bitState{op: intXor} }),
		},
	}
}

package functions

import (
	"slices"
	"unsafe"

	"github.com/stemedb/stemedb/sql/types"
)

// rangeAgg is range_agg: it keeps a group's ranges and joins them in the end.
type rangeAgg struct {
	elem  types.OID
	parts [][]*rng
	has   []bool // a value has come, be it empty
	held  int64
}

// Grow makes room for groups.
func (s *rangeAgg) Grow(n int) { s.parts, s.has = growTo(s.parts, n), growTo(s.has, n) }

// rangePartSize is what one range holds with its pointer.
const rangePartSize = int64(unsafe.Sizeof(rng{})) + 16

// Add takes rows.
func (s *rangeAgg) Add(_ *Ctx, groups []int32, args []*vec) error {
	var one [1]*rng
	for i, g := range groups {
		if nullAt(args[0], i) {
			continue
		}
		s.has[g] = true
		parts := rangeParts(datumAt(args[0], i), &one)
		s.parts[g] = append(s.parts[g], parts...)
		s.held += int64(len(parts)) * rangePartSize
	}
	return nil
}

// Merge appends other's groups.
func (s *rangeAgg) Merge(_ *Ctx, other State, groups []int32) error {
	o := other.(*rangeAgg)
	for i, g := range groups {
		s.parts[g] = append(s.parts[g], o.parts[i]...)
		s.has[g] = s.has[g] || o.has[i]
	}
	s.held += o.held
	return nil
}

// Result is NULL without a value.
func (s *rangeAgg) Result(_ *Ctx, g int32) (datum, error) {
	if !s.has[g] {
		return null, nil
	}
	return types.Any(types.NewMultirange(s.elem, slices.Clone(s.parts[g]))), nil
}

// Size is the bytes held.
func (s *rangeAgg) Size() int64 { return sizeOf(s.parts) + sizeOf(s.has) + s.held }

func rangeIntersectAny(a, b any) (any, error) { return rangeIntersect(a.(*rng), b.(*rng)) }

func multirangeIntersectAny(a, b any) (any, error) {
	return multirangeIntersect(a.(*multi), b.(*multi))
}

func aggRange() *Aggregate {
	return aggOf(func(args []types.OID) State { return &rangeAgg{elem: types.RangeSubtype(args[0])} })
}

func aggIntersect(f func(a, b any) (any, error)) *Aggregate {
	return aggFold(f, func(any) int64 { return rangePartSize })
}

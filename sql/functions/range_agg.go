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

// intersectAgg is range_intersect_agg.
type intersectAgg struct {
	vals []any // nil: no value yet
	f    func(a, b any) (any, error)
}

func rangeIntersectAny(a, b any) (any, error) { return rangeIntersect(a.(*rng), b.(*rng)) }

func multirangeIntersectAny(a, b any) (any, error) {
	return multirangeIntersect(a.(*multi), b.(*multi))
}

// Grow makes room for groups.
func (s *intersectAgg) Grow(n int) { s.vals = growTo(s.vals, n) }

func (s *intersectAgg) put(g int32, v any) error {
	if s.vals[g] == nil {
		s.vals[g] = v
		return nil
	}
	var err error
	s.vals[g], err = s.f(s.vals[g], v)
	return err
}

// Add takes rows.
func (s *intersectAgg) Add(_ *Ctx, groups []int32, args []*vec) error {
	for i, g := range groups {
		if nullAt(args[0], i) {
			continue
		}
		if err := s.put(g, at(args[0].A, i)); err != nil {
			return err
		}
	}
	return nil
}

// Merge adds other's groups.
func (s *intersectAgg) Merge(_ *Ctx, other State, groups []int32) error {
	o := other.(*intersectAgg)
	for i, g := range groups {
		if o.vals[i] == nil {
			continue
		}
		if err := s.put(g, o.vals[i]); err != nil {
			return err
		}
	}
	return nil
}

// Result is NULL without a value.
func (s *intersectAgg) Result(_ *Ctx, g int32) (datum, error) {
	if s.vals[g] == nil {
		return null, nil
	}
	return types.Any(s.vals[g]), nil
}

// Size is the bytes held.
func (s *intersectAgg) Size() int64 { return sizeOf(s.vals) + int64(len(s.vals))*rangePartSize }

func aggRange() *Aggregate {
	return aggOf(func(args []types.OID) State { return &rangeAgg{elem: types.RangeSubtype(args[0])} })
}

func aggIntersect(f func(a, b any) (any, error)) *Aggregate {
	return agg(func() State { return &intersectAgg{f: f} })
}

package functions

import "github.com/stemedb/stemedb/sql/types"

// foldAgg folds the values of a group, which are objects, one after the other:
// bit_and and kin of bit strings, range_intersect_agg.
type foldAgg struct {
	vals []any // nil: no value yet
	f    func(a, b any) (any, error)
	size func(v any) int64 // bytes of a value
	held int64
}

func aggFold(f func(a, b any) (any, error), size func(v any) int64) *Aggregate {
	return agg(func() State { return &foldAgg{f: f, size: size} })
}

// Grow makes room for groups.
func (s *foldAgg) Grow(n int) { s.vals = growTo(s.vals, n) }

func (s *foldAgg) put(g int32, v any) error {
	if s.vals[g] == nil {
		s.vals[g] = v
		s.held += s.size(v)
		return nil
	}
	var err error
	s.vals[g], err = s.f(s.vals[g], v)
	return err
}

// Add takes rows.
func (s *foldAgg) Add(_ *Ctx, groups []int32, args []*vec) error {
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
func (s *foldAgg) Merge(_ *Ctx, other State, groups []int32) error {
	o := other.(*foldAgg)
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
func (s *foldAgg) Result(_ *Ctx, g int32) (datum, error) {
	if s.vals[g] == nil {
		return null, nil
	}
	return types.Any(s.vals[g]), nil
}

// Size is the bytes held.
func (s *foldAgg) Size() int64 { return sizeOf(s.vals) + s.held }

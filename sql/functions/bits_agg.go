package functions

import "github.com/stemedb/stemedb/sql/types"

// bitsAgg is bit_and, bit_or and bit_xor of bit strings.
type bitsAgg struct {
	vals []*types.Bits // nil: no value yet
	word string
	f    func(a, b byte) byte
	held int64
}

// Grow makes room for groups.
func (s *bitsAgg) Grow(n int) { s.vals = growTo(s.vals, n) }

func (s *bitsAgg) put(g int32, v *types.Bits) error {
	if s.vals[g] == nil {
		s.vals[g] = v
		s.held += int64(len(v.Data)) + 40
		return nil
	}
	var err error
	s.vals[g], err = bitwise(s.vals[g], v, s.word, s.f)
	return err
}

// Add takes rows.
func (s *bitsAgg) Add(_ *Ctx, groups []int32, args []*vec) error {
	for i, g := range groups {
		if nullAt(args[0], i) {
			continue
		}
		if err := s.put(g, at(args[0].A, i).(*types.Bits)); err != nil {
			return err
		}
	}
	return nil
}

// Merge adds other's groups.
func (s *bitsAgg) Merge(_ *Ctx, other State, groups []int32) error {
	o := other.(*bitsAgg)
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
func (s *bitsAgg) Result(_ *Ctx, g int32) (datum, error) {
	if s.vals[g] == nil {
		return null, nil
	}
	return types.Any(s.vals[g]), nil
}

// Size is the bytes held.
func (s *bitsAgg) Size() int64 { return sizeOf(s.vals) + s.held }

func aggBits(word string, f func(a, b byte) byte) *Aggregate {
	return agg(func() State { return &bitsAgg{word: word, f: f} })
}

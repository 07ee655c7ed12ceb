package functions

import (
	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/types"
)

// Remove uncounts rows.
func (s *countState) Remove(_ *Ctx, groups []int32, args []*vec) (bool, error) {
	for i, g := range groups {
		if len(args) == 0 || !nullAt(args[0], i) {
			s.n[g]--
		}
	}
	return true, nil
}

// Remove takes rows out.
func (s *intSum) Remove(_ *Ctx, groups []int32, args []*vec) (bool, error) {
	v := args[0]
	for i, g := range groups {
		if !nullAt(v, i) {
			s.sum[g] -= at(v.I, i)
			s.n[g]--
		}
	}
	return true, nil
}

// negated is the wide -v.
func negated(v int64) int128 {
	out := int128{lo: -uint64(v), hi: -1}
	if v <= 0 {
		out.hi = 0
	}
	return out
}

// Remove takes rows out.
func (s *bigSum) Remove(_ *Ctx, groups []int32, args []*vec) (bool, error) {
	v := args[0]
	for i, g := range groups {
		if !nullAt(v, i) {
			s.sum[g].addWide(negated(at(v.I, i)))
			s.n[g]--
		}
	}
	return true, nil
}

// Remove takes rows out.
func (s *intervalSum) Remove(_ *Ctx, groups []int32, args []*vec) (bool, error) {
	v := args[0]
	for i, g := range groups {
		if nullAt(v, i) {
			continue
		}
		var err error
		if s.sum[g], err = intervalAdd(s.sum[g], at(v.A, i).(types.Interval), true); err != nil {
			return false, err
		}
		s.n[g]--
	}
	return true, nil
}

// remove takes a value out; false when it was the last of the greatest scale,
// which the sum shows.
func (s *exactSums) remove(d *apd.Decimal, squares bool) bool {
	s.n--
	switch {
	case isNaN(d):
		s.nan--
		return true
	case d.Form == apd.Infinite && d.Negative:
		s.ninf--
		return true
	case d.Form == apd.Infinite:
		s.pinf--
		return true
	}
	if dscale(d) == s.scale {
		if s.atScale--; s.atScale == 0 && s.scale > 0 {
			return false
		}
	}
	var v apd.BigInt
	signed(&v, d, s.scale)
	s.sum.Sub(&s.sum, &v)
	if squares {
		v.Mul(&v, &v)
		s.squares.Sub(&s.squares, &v)
	}
	return true
}

func (s *exactSums) removeInt(x int64, squares bool) {
	s.n--
	var v apd.BigInt
	v.SetInt64(x)
	s.sum.Sub(&s.sum, &v)
	if squares {
		v.Mul(&v, &v)
		s.squares.Sub(&s.squares, &v)
	}
}

// Remove takes rows out.
func (s *numericStat) Remove(_ *Ctx, groups []int32, args []*vec) (bool, error) {
	v := args[0]
	for i, g := range groups {
		switch {
		case nullAt(v, i):
		case s.ints:
			s.s[g].removeInt(at(v.I, i), s.squares)
		case !s.s[g].remove(at(v.A, i).(*apd.Decimal), s.squares):
			return false, nil
		}
	}
	return true, nil
}

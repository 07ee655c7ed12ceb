package types

import (
	"cmp"
	"slices"
)

// Multirange is a value of a multirange type: ranges in order, none of them
// empty, with a gap between each and the next. Make one with NewMultirange.
type Multirange struct {
	Elem   OID // the subtype of the ranges
	Ranges []*Range
}

// NewMultirange makes a multirange of ranges in any order: it drops empty ones
// and joins those that overlap or touch. It keeps the slice.
func NewMultirange(elem OID, ranges []*Range) *Multirange {
	slices.SortFunc(ranges, compareRange)
	out := ranges[:0]
	for _, r := range ranges {
		if r.Empty {
			continue
		}
		if n := len(out); n > 0 && !apart(out[n-1], r) {
			out[n-1] = hull(out[n-1], r)
		} else {
			out = append(out, r)
		}
	}
	return &Multirange{Elem: elem, Ranges: out}
}

// apart reports whether there is a gap between a and b, which begins no
// earlier.
func apart(a, b *Range) bool {
	return CompareBounds(a.Elem, &a.Upper, &b.Lower) < 0 && !BoundsTouch(a.Elem, &a.Upper, &b.Lower)
}

// BoundsTouch reports whether an upper bound and a lower one leave neither a
// gap nor an overlap between them.
func BoundsTouch(elem OID, upper, lower *Bound) bool {
	return CompareBoundValues(elem, upper, lower) == 0 && upper.Inc != lower.Inc
}

// hull is the smallest range with both in it; neither is empty.
func hull(a, b *Range) *Range {
	out := *a
	if CompareBounds(a.Elem, &b.Lower, &a.Lower) < 0 {
		out.Lower = b.Lower
	}
	if CompareBounds(a.Elem, &b.Upper, &a.Upper) > 0 {
		out.Upper = b.Upper
	}
	return &out
}

// Hull returns the smallest range that has both in it.
func Hull(a, b *Range) *Range {
	switch {
	case a.Empty:
		return b
	case b.Empty:
		return a
	}
	return hull(a, b)
}

func compareMultirange(a, b *Multirange) int {
	for i := range min(len(a.Ranges), len(b.Ranges)) {
		if c := compareRange(a.Ranges[i], b.Ranges[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a.Ranges), len(b.Ranges))
}

func hashMultirange(m *Multirange, h uint64) uint64 {
	for _, r := range m.Ranges {
		h = hashRange(r, h)
	}
	return hashInt(int64(len(m.Ranges)), h)
}

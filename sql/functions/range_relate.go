package functions

import "github.com/stemedb/stemedb/sql/types"

// The relations between ranges and multiranges. What a function asks of the
// outermost bounds alone is the same code for both.

// rowRangeEnds relates two values by their outermost bounds; nothing is
// related to an empty one.
func rowRangeEnds(f func(elem types.OID, lower1, upper1, lower2, upper2 *bound) bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		elem, l1, u1, ok1 := rangeEnds(a[0])
		_, l2, u2, ok2 := rangeEnds(a[1])
		return types.Bool(ok1 && ok2 && f(elem, l1, u1, l2, u2)), nil
	}
}

func rangeBefore(e types.OID, _, u1, l2, _ *bound) bool   { return types.CompareBounds(e, u1, l2) < 0 }
func rangeAfter(e types.OID, l1, _, _, u2 *bound) bool    { return types.CompareBounds(e, l1, u2) > 0 }
func rangeOverleft(e types.OID, _, u1, _, u2 *bound) bool { return types.CompareBounds(e, u1, u2) <= 0 }
func rangeOverright(e types.OID, l1, _, l2, _ *bound) bool {
	return types.CompareBounds(e, l1, l2) >= 0
}
func rangeAdjacent(e types.OID, l1, u1, l2, u2 *bound) bool {
	return types.BoundsTouch(e, u1, l2) || types.BoundsTouch(e, u2, l1)
}

// rangesOverlap is for two ranges that are not empty.
func rangesOverlap(a, b *rng) bool {
	return types.CompareBounds(a.Elem, &a.Lower, &b.Upper) <= 0 && types.CompareBounds(a.Elem, &b.Lower, &a.Upper) <= 0
}

// rowRangeOverlaps tells whether two values have something in common.
func rowRangeOverlaps(_ *Ctx, a []datum) (datum, error) {
	var one, two [1]*rng
	x, y := rangeParts(a[0], &one), rangeParts(a[1], &two)
	for len(x) > 0 && len(y) > 0 {
		if rangesOverlap(x[0], y[0]) {
			return types.Bool(true), nil
		}
		if types.CompareBounds(x[0].Elem, &x[0].Upper, &y[0].Upper) < 0 {
			x = x[1:]
		} else {
			y = y[1:]
		}
	}
	return types.Bool(false), nil
}

// rowRangeHas tells whether all of one value is in the other.
func rowRangeHas(flipped bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		outer, inner := a[0], a[1]
		if flipped {
			outer, inner = inner, outer
		}
		var one, two [1]*rng
		x := rangeParts(outer, &one)
		for _, r := range rangeParts(inner, &two) {
			for len(x) > 0 && types.CompareBounds(r.Elem, &x[0].Upper, &r.Upper) < 0 {
				x = x[1:]
			}
			if len(x) == 0 || types.CompareBounds(r.Elem, &x[0].Lower, &r.Lower) > 0 {
				return types.Bool(false), nil
			}
		}
		return types.Bool(true), nil
	}
}

// rangeHasValue is for a range that is not empty.
func rangeHasValue(r *rng, v datum) bool {
	if !r.Lower.Inf {
		if c := types.Compare(r.Elem, r.Lower.Val, v); c > 0 || c == 0 && !r.Lower.Inc {
			return false
		}
	}
	if !r.Upper.Inf {
		if c := types.Compare(r.Elem, r.Upper.Val, v); c < 0 || c == 0 && !r.Upper.Inc {
			return false
		}
	}
	return true
}

// rowRangeHasValue tells whether a value is in a range or multirange.
func rowRangeHasValue(flipped bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		set, v := a[0], a[1]
		if flipped {
			set, v = v, set
		}
		var one [1]*rng
		parts := rangeParts(set, &one)
		lo, hi := 0, len(parts)
		for lo < hi { // the first part that does not end below the value
			mid := int(uint(lo+hi) >> 1)
			if u := &parts[mid].Upper; !u.Inf && types.Compare(parts[mid].Elem, u.Val, v) < 0 {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		for _, r := range parts[lo:min(lo+2, len(parts))] { // that may end just there
			if rangeHasValue(r, v) {
				return types.Bool(true), nil
			}
		}
		return types.Bool(false), nil
	}
}

package functions

import (
	"slices"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// rangeUnion joins two ranges, which must leave no gap.
func rangeUnion(a, b *rng) (*rng, error) {
	if !a.Empty && !b.Empty && !rangesOverlap(a, b) && !rangeAdjacent(a.Elem, &a.Lower, &a.Upper, &b.Lower, &b.Upper) {
		return nil, sqlerr.New(sqlerr.DataException, "result of range union would not be contiguous")
	}
	return types.Hull(a, b), nil
}

func rangeIntersect(a, b *rng) (*rng, error) {
	if a.Empty || b.Empty || !rangesOverlap(a, b) {
		return types.EmptyRange(a.Elem), nil
	}
	out := *a
	if types.CompareBounds(a.Elem, &b.Lower, &a.Lower) > 0 {
		out.Lower = b.Lower
	}
	if types.CompareBounds(a.Elem, &b.Upper, &a.Upper) < 0 {
		out.Upper = b.Upper
	}
	return &out, nil
}

// rangeMinus takes b out of a; it must not be from the middle.
func rangeMinus(a, b *rng) (*rng, error) {
	if a.Empty || b.Empty || !rangesOverlap(a, b) {
		return a, nil
	}
	left := types.CompareBounds(a.Elem, &a.Lower, &b.Lower) < 0
	right := types.CompareBounds(a.Elem, &a.Upper, &b.Upper) > 0
	switch {
	case left && right:
		return nil, sqlerr.New(sqlerr.DataException, "result of range difference would not be contiguous")
	case left:
		return types.NewRange(a.Elem, a.Lower, flip(b.Lower))
	case right:
		return types.NewRange(a.Elem, flip(b.Upper), a.Upper)
	}
	return types.EmptyRange(a.Elem), nil
}

func rangeMerge(a, b *rng) (*rng, error) { return types.Hull(a, b), nil }

func rowRangeRange(f func(a, b *rng) (*rng, error)) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		r, err := f(rangeArg(a[0]), rangeArg(a[1]))
		return types.Any(r), err
	}
}

// rowMultirangeHull is the smallest range that a multirange lies in.
func rowMultirangeHull(_ *Ctx, a []datum) (datum, error) {
	m := multirangeArg(a[0])
	if len(m.Ranges) == 0 {
		return types.Any(types.EmptyRange(m.Elem)), nil
	}
	return types.Any(types.Hull(m.Ranges[0], m.Ranges[len(m.Ranges)-1])), nil
}

func multirangeUnion(a, b *multi) (*multi, error) {
	return types.NewMultirange(a.Elem, slices.Concat(a.Ranges, b.Ranges)), nil
}

func multirangeIntersect(a, b *multi) (*multi, error) {
	var out []*rng
	for x, y := a.Ranges, b.Ranges; len(x) > 0 && len(y) > 0; {
		r, err := rangeIntersect(x[0], y[0])
		if err != nil {
			return nil, err
		}
		out = append(out, r)
		if types.CompareBounds(a.Elem, &x[0].Upper, &y[0].Upper) < 0 {
			x = x[1:]
		} else {
			y = y[1:]
		}
	}
	return types.NewMultirange(a.Elem, out), nil
}

func multirangeMinus(a, b *multi) (*multi, error) {
	var out []*rng
	y := b.Ranges
	for _, r := range a.Ranges {
		for len(y) > 0 && types.CompareBounds(a.Elem, &y[0].Upper, &r.Lower) < 0 {
			y = y[1:]
		}
		rest := r
		for k := 0; k < len(y) && !rest.Empty && rangesOverlap(rest, y[k]); k++ {
			if types.CompareBounds(a.Elem, &rest.Lower, &y[k].Lower) < 0 {
				left, err := types.NewRange(a.Elem, rest.Lower, flip(y[k].Lower))
				if err != nil {
					return nil, err
				}
				out = append(out, left)
			}
			if types.CompareBounds(a.Elem, &rest.Upper, &y[k].Upper) <= 0 {
				rest = types.EmptyRange(a.Elem)
				break
			}
			var err error
			if rest, err = types.NewRange(a.Elem, flip(y[k].Upper), rest.Upper); err != nil {
				return nil, err
			}
		}
		out = append(out, rest)
	}
	return types.NewMultirange(a.Elem, out), nil
}

func rowMultirangeMultirange(f func(a, b *multi) (*multi, error)) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		m, err := f(multirangeArg(a[0]), multirangeArg(a[1]))
		return types.Any(m), err
	}
}

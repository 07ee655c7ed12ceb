package functions

import (
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Short names of what the functions of ranges work on.
type (
	rng   = types.Range
	bound = types.Bound
	multi = types.Multirange
)

func rangeArg(d datum) *rng        { return d.A.(*rng) }
func multirangeArg(d datum) *multi { return d.A.(*multi) }

// rangeEnds returns the outermost bounds of a range or multirange; ok is false
// when there is nothing in it.
func rangeEnds(d datum) (elem types.OID, lower, upper *bound, ok bool) {
	switch v := d.A.(type) {
	case *rng:
		return v.Elem, &v.Lower, &v.Upper, !v.Empty
	case *multi:
		if n := len(v.Ranges); n > 0 {
			return v.Elem, &v.Ranges[0].Lower, &v.Ranges[n-1].Upper, true
		}
	}
	return 0, nil, nil, false
}

// rangeParts returns what a range or multirange is made of, in order; an empty
// one has no parts. one is room for the part of a range.
func rangeParts(d datum, one *[1]*rng) []*rng {
	switch v := d.A.(type) {
	case *multi:
		return v.Ranges
	case *rng:
		if !v.Empty {
			one[0] = v
			return one[:]
		}
	}
	return nil
}

// flip makes the bound that begins where b ends, or ends where it begins.
func flip(b bound) bound {
	return bound{Val: b.Val, Inf: b.Inf, Inc: !b.Inc && !b.Inf, Lower: !b.Lower}
}

// rangeBound reads one argument of a constructor: NULL is infinite.
func rangeBound(d datum, inc bool) bound {
	if d.Null {
		return bound{Inf: true}
	}
	return bound{Val: d, Inc: inc}
}

// rowRange is the constructor of a range type.
func rowRange(elem types.OID) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		flags := "[)"
		if len(a) > 2 {
			if a[2].Null {
				return null, sqlerr.New(sqlerr.DataException, "range constructor flags argument must not be null")
			}
			switch flags = a[2].S; flags {
			case "[]", "[)", "(]", "()":
			default:
				return null, sqlerr.New(sqlerr.SyntaxError, "invalid range bound flags").
					WithHint(`Valid values are "[]", "[)", "(]", and "()".`)
			}
		}
		r, err := types.NewRange(elem, rangeBound(a[0], flags[0] == '['), rangeBound(a[1], flags[1] == ']'))
		return types.Any(r), err
	}
}

// rowMultirange is the constructor of a multirange type of one range, of an
// array of them, or of none.
func rowMultirange(elem types.OID) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if len(a) == 0 {
			return types.Any(types.NewMultirange(elem, nil)), nil
		}
		list := arr(a[0])
		if len(list.Dims) > 1 {
			return null, sqlerr.New(sqlerr.CardinalityViolation, "multiranges cannot be constructed from multidimensional arrays")
		}
		parts := make([]*rng, len(list.Elems))
		for i, e := range list.Elems {
			if e.Null {
				return null, sqlerr.New(sqlerr.NullValueNotAllowed, "multirange values cannot contain null members")
			}
			parts[i] = rangeArg(e)
		}
		return types.Any(types.NewMultirange(elem, parts)), nil
	}
}

func rowRangeToMultirange(_ *Ctx, a []datum) (datum, error) {
	r := rangeArg(a[0])
	return types.Any(types.NewMultirange(r.Elem, []*rng{r})), nil
}

// rowRangeEnd is lower and upper.
func rowRangeEnd(upper bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		_, b, hi, ok := rangeEnds(a[0])
		if upper {
			b = hi
		}
		if !ok || b.Inf {
			return null, nil
		}
		return b.Val, nil
	}
}

// rowRangeEndIs asks something of a bound; it is false of an empty range.
func rowRangeEndIs(upper bool, f func(*bound) bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		_, b, hi, ok := rangeEnds(a[0])
		if upper {
			b = hi
		}
		return types.Bool(ok && f(b)), nil
	}
}

func boundIsInc(b *bound) bool { return b.Inc }
func boundIsInf(b *bound) bool { return b.Inf }

func rowRangeIsEmpty(_ *Ctx, a []datum) (datum, error) {
	_, _, _, ok := rangeEnds(a[0])
	return types.Bool(!ok), nil
}

func setMultirangeUnnest(_ *Ctx, a []datum) (SetIter, error) {
	m := multirangeArg(a[0])
	rows := make([]datum, len(m.Ranges))
	for i, r := range m.Ranges {
		rows[i] = types.Any(r)
	}
	return newSliceIter(rows), nil
}

// rangeDiff is the distance of two values of a subtype, for indexes.
func rangeDiff(unit float64) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		return types.Float((float64(a[0].I) - float64(a[1].I)) / unit), nil
	}
}

func rowNumericRangeDiff(c *Ctx, a []datum) (datum, error) {
	d, err := numSub(num(a[0]), num(a[1]))
	if err != nil {
		return null, err
	}
	return rowNumericToFloat(tFloat8)(c, []datum{types.Any(d)})
}

func rowRangeIn(c *Ctx, a []datum) (datum, error) {
	return types.ParseText(oidArg(a[1]), int32(a[2].I), a[0].S, &c.Format)
}

package functions

import (
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// splitText is string_to_array: a NULL separator splits into characters.
func splitText(a []datum) []datum {
	s := a[0].S
	if s == "" {
		return nil
	}
	var parts []string
	switch {
	case a[1].Null:
		parts = strings.Split(s, "")
	case a[1].S == "":
		parts = []string{s}
	default:
		parts = strings.Split(s, a[1].S)
	}
	out := textDatums(parts)
	if len(a) > 2 && !a[2].Null {
		for i, p := range parts {
			if p == a[2].S {
				out[i] = null
			}
		}
	}
	return out
}

func rowStringToArray(_ *Ctx, a []datum) (datum, error) {
	if a[0].Null {
		return null, nil
	}
	return types.Any(newArray(tText, splitText(a))), nil
}

func setStringToTable(_ *Ctx, a []datum) (SetIter, error) {
	if a[0].Null {
		return newSliceIter(nil), nil
	}
	return newSliceIter(splitText(a)), nil
}

// arrayHas tells whether every (all) or any element of y is in x; NULLs are
// in nothing.
func arrayHas(x, y *types.Array, all bool) bool {
	for _, want := range y.Elems {
		ok := !want.Null && slices.ContainsFunc(x.Elems, func(e datum) bool {
			return !e.Null && types.Equal(x.Elem, e, want)
		})
		if ok != all {
			return !all
		}
	}
	return all
}

func rowArrayHas(all, flip bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		x, y := arr(a[0]), arr(a[1])
		if flip {
			x, y = y, x
		}
		if err := mustCompare(x.Elem, false); err != nil {
			return null, err
		}
		return types.Bool(arrayHas(x, y, all)), nil
	}
}

func bindArrayFill(args []types.OID, ret types.OID) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if a[1].Null || len(a) > 2 && a[2].Null {
			return null, sqlerr.New(sqlerr.NullValueNotAllowed, "dimension array or low bound array cannot be null")
		}
		for _, list := range a[1:] {
			if len(arr(list).Dims) > 1 {
				return null, sqlerr.New(sqlerr.ArraySubscriptError, "wrong number of array subscripts").WithDetail("Dimension array must be one dimensional.")
			}
			if slices.ContainsFunc(arr(list).Elems, func(d datum) bool { return d.Null }) {
				return null, sqlerr.New(sqlerr.NullValueNotAllowed, "dimension values cannot be null")
			}
		}
		dims := arr(a[1]).Elems
		if err := types.CheckDims(len(dims)); err != nil {
			return null, err
		}
		if len(a) > 2 && len(arr(a[2]).Elems) != len(dims) {
			return null, sqlerr.New(sqlerr.ArraySubscriptError, "wrong number of array subscripts").
				WithDetail("Low bound array has different size than dimensions array.")
		}
		out := &types.Array{Elem: types.ElemOf(ret)}
		for i, d := range dims {
			lo := int64(1)
			if len(a) > 2 {
				lo = arr(a[2]).Elems[i].I
			}
			out.Dims, out.Lbound = append(out.Dims, int32(d.I)), append(out.Lbound, int32(lo))
		}
		n, err := types.CheckShape(out.Dims, out.Lbound)
		if err != nil || n == 0 {
			return types.Any(&types.Array{Elem: out.Elem}), err
		}
		out.Elems = slices.Repeat([]datum{a[0]}, n)
		return types.Any(out), nil
	}
}

func bindArrayPick(larger bool) func([]types.OID, types.OID) RowFunc {
	op := opLt
	if larger {
		op = opGt
	}
	return func(args []types.OID, _ types.OID) RowFunc { return pick(args[0], op) }
}

// rowWidthBucketArray finds a value's place among sorted thresholds.
func bindWidthBucket(args []types.OID, _ types.OID) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		x := arr(a[1])
		if len(x.Dims) > 1 {
			return null, sqlerr.New(sqlerr.ArraySubscriptError, "thresholds must be one-dimensional array")
		}
		if slices.ContainsFunc(x.Elems, func(d datum) bool { return d.Null }) {
			return null, sqlerr.New(sqlerr.NullValueNotAllowed, "thresholds array must not contain NULLs")
		}
		lo, hi := 0, len(x.Elems)
		for lo < hi {
			mid := int(uint(lo+hi) >> 1)
			if types.Compare(args[0], a[0], x.Elems[mid]) < 0 {
				hi = mid
			} else {
				lo = mid + 1
			}
		}
		return types.Int(int64(lo)), nil
	}
}

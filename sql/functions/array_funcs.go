package functions

import (
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func rowArrayNdims(_ *Ctx, a []datum) (datum, error) {
	if n := len(arr(a[0]).Dims); n > 0 {
		return types.Int(int64(n)), nil
	}
	return null, nil
}

// arrayBound gives one dimension's lower bound and length; ok is false when
// there is no such dimension.
func arrayBound(a *types.Array, dim int64) (lo, n int64, ok bool) {
	if dim < 1 || dim > int64(len(a.Dims)) {
		return 0, 0, false
	}
	return int64(a.Lbound[dim-1]), int64(a.Dims[dim-1]), true
}

func rowArrayBound(f func(lo, n int64) int64) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		lo, n, ok := arrayBound(arr(a[0]), a[1].I)
		if !ok {
			return null, nil
		}
		return types.Int(f(lo, n)), nil
	}
}

func rowArrayDims(_ *Ctx, a []datum) (datum, error) {
	x := arr(a[0])
	if len(x.Dims) == 0 {
		return null, nil
	}
	var b strings.Builder
	for i, n := range x.Dims {
		b.WriteString("[" + itoa(int(x.Lbound[i])) + ":" + itoa(int(x.Lbound[i]+n-1)) + "]")
	}
	return types.Text(b.String()), nil
}

// elemOf is the element type of the first argument that is an array.
func elemOf(args []types.OID, ret types.OID) types.OID {
	for _, t := range args {
		if types.IsArray(t) {
			return types.ElemOf(t)
		}
	}
	return types.ElemOf(ret)
}

func errAppendDims() error {
	return sqlerr.New(sqlerr.DataException, "argument must be empty or one-dimensional array")
}

// bindArrayAdd is array_append and array_prepend.
func bindArrayAdd(front bool) func([]types.OID, types.OID) RowFunc {
	return func(args []types.OID, ret types.OID) RowFunc {
		elem := elemOf(args, ret)
		return func(_ *Ctx, a []datum) (datum, error) {
			list, item := a[0], a[1]
			if front {
				list, item = item, list
			}
			if list.Null {
				return types.Any(newArray(elem, []datum{item})), nil
			}
			x := arr(list)
			if len(x.Dims) > 1 {
				return null, errAppendDims()
			}
			if len(x.Dims) == 0 {
				return types.Any(newArray(elem, []datum{item})), nil
			}
			if len(x.Elems) >= maxArray {
				return null, errArraySize()
			}
			out := newArray(elem, make([]datum, len(x.Elems)+1))
			out.Lbound[0], out.Nulls = x.Lbound[0], x.Nulls
			if front {
				out.Elems[0] = item
				copy(out.Elems[1:], x.Elems)
			} else {
				copy(out.Elems, x.Elems)
				out.Elems[len(x.Elems)] = item
			}
			return types.Any(out), nil
		}
	}
}

func errArraySize() error {
	return sqlerr.New(sqlerr.ProgramLimitExceeded, "array size exceeds the maximum allowed (%d)", maxArray)
}

func rowArrayCat(_ *Ctx, a []datum) (datum, error) {
	if a[0].Null || a[1].Null {
		if a[0].Null {
			return a[1], nil
		}
		return a[0], nil
	}
	x, y := arr(a[0]), arr(a[1])
	if len(x.Dims) == 0 {
		return a[1], nil
	}
	if len(y.Dims) == 0 {
		return a[0], nil
	}
	bad := sqlerr.New(sqlerr.ArraySubscriptError, "cannot concatenate incompatible arrays")
	out := &types.Array{Elem: x.Elem, Nulls: x.Nulls || y.Nulls}
	switch len(x.Dims) - len(y.Dims) {
	case 0:
		if !slices.Equal(x.Dims[1:], y.Dims[1:]) || !slices.Equal(x.Lbound[1:], y.Lbound[1:]) {
			return null, bad.WithDetail("Arrays with differing element dimensions are not compatible for concatenation.")
		}
		out.Dims, out.Lbound = slices.Clone(x.Dims), slices.Clone(x.Lbound)
		out.Dims[0] += y.Dims[0]
	case -1: // x is one more element of y
		if !slices.Equal(x.Dims, y.Dims[1:]) || !slices.Equal(x.Lbound, y.Lbound[1:]) {
			return null, bad.WithDetail("Arrays with differing dimensions are not compatible for concatenation.")
		}
		out.Dims, out.Lbound = slices.Clone(y.Dims), slices.Clone(y.Lbound)
		out.Dims[0]++
	case 1:
		if !slices.Equal(x.Dims[1:], y.Dims) || !slices.Equal(x.Lbound[1:], y.Lbound) {
			return null, bad.WithDetail("Arrays with differing dimensions are not compatible for concatenation.")
		}
		out.Dims, out.Lbound = slices.Clone(x.Dims), slices.Clone(x.Lbound)
		out.Dims[0]++
	default:
		return null, bad.WithDetail("Arrays of %d and %d dimensions are not compatible for concatenation.", len(x.Dims), len(y.Dims))
	}
	if len(x.Elems)+len(y.Elems) > maxArray {
		return null, errArraySize()
	}
	out.Elems = slices.Concat(x.Elems, y.Elems)
	return types.Any(out), nil
}

// sameElem is IS NOT DISTINCT FROM.
func sameElem(t types.OID, a, b datum) bool {
	if a.Null || b.Null {
		return a.Null && b.Null
	}
	return types.Equal(t, a, b)
}

func rowArrayPosition(_ *Ctx, a []datum) (datum, error) {
	if a[0].Null {
		return null, nil
	}
	x := arr(a[0])
	if len(x.Dims) > 1 {
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "searching for elements in multidimensional arrays is not supported")
	}
	if len(x.Dims) == 0 {
		return null, nil
	}
	if a[1].Null && !slices.ContainsFunc(x.Elems, func(d datum) bool { return d.Null }) {
		return null, nil // before anything is said of the position
	}
	from := 0
	if len(a) > 2 {
		if a[2].Null {
			return null, sqlerr.New(sqlerr.NullValueNotAllowed, "initial position must not be null")
		}
		from = int(max(a[2].I-int64(x.Lbound[0]), 0))
	}
	for i := from; i < len(x.Elems); i++ {
		if sameElem(x.Elem, x.Elems[i], a[1]) {
			return types.Int(int64(i) + int64(x.Lbound[0])), nil
		}
	}
	return null, nil
}

func rowArrayPositions(_ *Ctx, a []datum) (datum, error) {
	if a[0].Null {
		return null, nil
	}
	x := arr(a[0])
	if len(x.Dims) > 1 {
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "searching for elements in multidimensional arrays is not supported")
	}
	var out []datum
	for i, e := range x.Elems {
		if sameElem(x.Elem, e, a[1]) {
			out = append(out, types.Int(int64(i)+int64(x.Lbound[0])))
		}
	}
	return types.Any(newArray(tInt4, out)), nil
}

func rowArrayRemove(_ *Ctx, a []datum) (datum, error) {
	if a[0].Null {
		return null, nil
	}
	x := arr(a[0])
	if len(x.Dims) > 1 {
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "removing elements from multidimensional arrays is not supported")
	}
	var keep []datum
	for _, e := range x.Elems {
		if !sameElem(x.Elem, e, a[1]) {
			keep = append(keep, e)
		}
	}
	if len(keep) == len(x.Elems) {
		return a[0], nil
	}
	out := newArray(x.Elem, keep)
	if len(keep) > 0 {
		out.Lbound[0] = x.Lbound[0]
	}
	return types.Any(out), nil
}

func rowArrayReplace(_ *Ctx, a []datum) (datum, error) {
	if a[0].Null {
		return null, nil
	}
	x := arr(a[0])
	found := func(e datum) bool { return sameElem(x.Elem, e, a[1]) }
	if !slices.ContainsFunc(x.Elems, found) {
		return a[0], nil
	}
	out := *x
	out.Elems, out.Nulls = slices.Clone(x.Elems), false
	for i, e := range out.Elems {
		if found(e) {
			out.Elems[i] = a[2]
		}
	}
	return types.Any(&out), nil
}

func rowTrimArray(_ *Ctx, a []datum) (datum, error) {
	x := arr(a[0])
	n := int64(0)
	if len(x.Dims) > 0 {
		n = int64(x.Dims[0])
	}
	if a[1].I < 0 || a[1].I > n {
		return null, sqlerr.New(sqlerr.ArraySubscriptError, "number of elements to trim must be between 0 and %d", n)
	}
	if a[1].I == n {
		return types.Any(newArray(x.Elem, nil)), nil
	}
	last := int64(x.Lbound[0]) + n - a[1].I - 1
	return types.Any(x.Slice([]*int64{nil}, []*int64{&last})), nil
}

func rowArrayToString(c *Ctx, a []datum) (datum, error) {
	if a[0].Null || a[1].Null {
		return null, nil
	}
	x := arr(a[0])
	var b strings.Builder
	first := true
	for _, e := range x.Elems {
		var s string
		if e.Null {
			if len(a) < 3 || a[2].Null {
				continue
			}
			s = a[2].S
		} else {
			var err error
			if s, err = textOf(c, x.Elem, e); err != nil {
				return null, err
			}
		}
		if !first {
			b.WriteString(a[1].S)
		}
		first = false
		b.WriteString(s)
	}
	return types.Text(b.String()), nil
}

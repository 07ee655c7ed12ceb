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
			out.Lbound[0] = x.Lbound[0]
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
	out := &types.Array{Elem: x.Elem}
	switch len(x.Dims) - len(y.Dims) {
	case 0:
		if !slices.Equal(x.Dims[1:], y.Dims[1:]) {
			return null, bad.WithDetail("Arrays with differing element dimensions are not compatible for concatenation.")
		}
		out.Dims, out.Lbound = slices.Clone(x.Dims), slices.Clone(x.Lbound)
		out.Dims[0] += y.Dims[0]
	case -1: // x is one more element of y
		if !slices.Equal(x.Dims, y.Dims[1:]) {
			return null, bad.WithDetail("Arrays with differing dimensions are not compatible for concatenation.")
		}
		out.Dims, out.Lbound = slices.Clone(y.Dims), slices.Clone(y.Lbound)
		out.Dims[0]++
	case 1:
		if !slices.Equal(x.Dims[1:], y.Dims) {
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
	out := *x
	out.Elems = slices.Clone(x.Elems)
	for i, e := range out.Elems {
		if sameElem(x.Elem, e, a[1]) {
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
	if a[1].I == 0 {
		return a[0], nil
	}
	out := &types.Array{Elem: x.Elem, Dims: slices.Clone(x.Dims), Lbound: slices.Clone(x.Lbound)}
	out.Dims[0] -= int32(a[1].I)
	out.Elems = x.Elems[: int64(len(x.Elems))/n*(n-a[1].I) : int64(len(x.Elems))/n*(n-a[1].I)]
	return types.Any(out), nil
}

func rowArrayToString(c *Ctx, a []datum) (datum, error) {
	if a[0].Null || a[1].Null {
		return null, nil
	}
	x := arr(a[0])
	var b strings.Builder
	first := true
	for _, e := range x.Elems {
		s := ""
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
		return types.Bool(arrayHas(x, y, all)), nil
	}
}

func bindArrayFill(args []types.OID, ret types.OID) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if a[1].Null || len(a) > 2 && a[2].Null {
			return null, sqlerr.New(sqlerr.NullValueNotAllowed, "dimension array or low bound array cannot be null")
		}
		for _, list := range a[1:] {
			if slices.ContainsFunc(arr(list).Elems, func(d datum) bool { return d.Null }) {
				return null, sqlerr.New(sqlerr.NullValueNotAllowed, "dimension values cannot be null")
			}
		}
		out := &types.Array{Elem: types.ElemOf(ret)}
		n := int64(1)
		for i, d := range arr(a[1]).Elems {
			if n *= max(d.I, 0); n > maxArray {
				return null, errArraySize()
			}
			lo := int64(1)
			if len(a) > 2 {
				if b := arr(a[2]).Elems; i < len(b) {
					lo = b[i].I
				}
			}
			out.Dims, out.Lbound = append(out.Dims, int32(d.I)), append(out.Lbound, int32(lo))
		}
		if len(a) > 2 && len(arr(a[2]).Elems) != len(out.Dims) {
			return null, sqlerr.New(sqlerr.ArraySubscriptError, "wrong number of array subscripts").
				WithDetail("Low bound array has different size than dimensions array.")
		}
		if n == 0 || len(out.Dims) == 0 {
			return types.Any(&types.Array{Elem: out.Elem}), nil
		}
		out.Elems = slices.Repeat([]datum{a[0]}, int(n))
		return types.Any(out), nil
	}
}

func bindArrayPick(larger bool) func([]types.OID, types.OID) RowFunc {
	return func(args []types.OID, _ types.OID) RowFunc { return rowPick(args[0], larger) }
}

// rowWidthBucketArray finds a value's place among sorted thresholds.
func bindWidthBucket(args []types.OID, _ types.OID) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		x := arr(a[1])
		if len(x.Dims) > 1 {
			return null, sqlerr.New(sqlerr.ArraySubscriptError, "thresholds must be one-dimensional array")
		}
		lo, hi := 0, len(x.Elems)
		for lo < hi {
			mid := int(uint(lo+hi) >> 1)
			if x.Elems[mid].Null {
				return null, sqlerr.New(sqlerr.NullValueNotAllowed, "thresholds array must not contain NULLs")
			}
			if types.Compare(args[0], a[0], x.Elems[mid]) < 0 {
				hi = mid
			} else {
				lo = mid + 1
			}
		}
		return types.Int(int64(lo)), nil
	}
}

// arrayFuncs are the functions of arrays.
func arrayFuncs() []Func {
	return []Func{
		{
			OID: 748, Name: "array_ndims", Args: oids{tAnyArray}, Ret: tInt4, Kind: Scalar, Doc: "number of array dimensions",
			Row: rowArrayNdims,
		},
		{OID: 747, Name: "array_dims", Args: oids{tAnyArray}, Ret: tText, Kind: Scalar, Doc: "array dimensions", Row: rowArrayDims},
		{
			OID: 2091, Name: "array_lower", Args: oids{tAnyArray, tInt4}, Ret: tInt4, Kind: Scalar, Doc: "array lower dimension",
			Row: rowArrayBound(func(lo, _ int64) int64 { return lo }),
		},
		{
			OID: 2092, Name: "array_upper", Args: oids{tAnyArray, tInt4}, Ret: tInt4, Kind: Scalar, Doc: "array upper dimension",
			Row: rowArrayBound(func(lo, n int64) int64 { return lo + n - 1 }),
		},
		{
			OID: 2176, Name: "array_length", Args: oids{tAnyArray, tInt4}, Ret: tInt4, Kind: Scalar, Doc: "array length",
			Row: rowArrayBound(func(_, n int64) int64 { return n }),
		},
		{
			OID: 3179, Name: "cardinality", Args: oids{tAnyArray}, Ret: tInt4, Kind: Scalar, Src: "array_cardinality", Doc: "array cardinality",
			Row: func(_ *Ctx, a []datum) (datum, error) { return types.Int(int64(len(arr(a[0]).Elems))), nil },
		},
		{
			OID: 378, Name: "array_append", Args: oids{tAnyCompatibleArray, tAnyCompatible}, Ret: tAnyCompatibleArray, Kind: Scalar, NotStrict: true, Doc: "append element onto end of array",
			Bind: bindArrayAdd(false),
		},
		{
			OID: 379, Name: "array_prepend", Args: oids{tAnyCompatible, tAnyCompatibleArray}, Ret: tAnyCompatibleArray, Kind: Scalar, NotStrict: true, Doc: "prepend element onto front of array",
			Bind: bindArrayAdd(true),
		},
		{
			OID: 383, Name: "array_cat", Args: oids{tAnyCompatibleArray, tAnyCompatibleArray}, Ret: tAnyCompatibleArray, Kind: Scalar, NotStrict: true,
			Row: rowArrayCat,
		},
		{
			OID: 3277, Name: "array_position", Args: oids{tAnyCompatibleArray, tAnyCompatible}, Ret: tInt4, Kind: Scalar, NotStrict: true, Doc: "returns an offset of value in array",
			Row: rowArrayPosition,
		},
		{
			OID: 3278, Name: "array_position", Args: oids{tAnyCompatibleArray, tAnyCompatible, tInt4}, Ret: tInt4, Kind: Scalar, NotStrict: true, Src: "array_position_start", Doc: "returns an offset of value in array with start index",
			Row: rowArrayPosition,
		},
		{
			OID: 3279, Name: "array_positions", Args: oids{tAnyCompatibleArray, tAnyCompatible}, Ret: tInt4Array, Kind: Scalar, NotStrict: true, Doc: "returns an array of offsets of some value in array",
			Row: rowArrayPositions,
		},
		{
			OID: 3167, Name: "array_remove", Args: oids{tAnyCompatibleArray, tAnyCompatible}, Ret: tAnyCompatibleArray, Kind: Scalar, NotStrict: true, Doc: "remove any occurrences of an element from an array",
			Row: rowArrayRemove,
		},
		{
			OID: 3168, Name: "array_replace", Args: oids{tAnyCompatibleArray, tAnyCompatible, tAnyCompatible}, Ret: tAnyCompatibleArray, Kind: Scalar, NotStrict: true, Doc: "replace any occurrences of an element in an array",
			Row: rowArrayReplace,
		},
		{
			OID: 6172, Name: "trim_array", Args: oids{tAnyArray, tInt4}, Ret: tAnyArray, Kind: Scalar, Doc: "remove last N elements of array",
			Row: rowTrimArray,
		},
		{
			OID: 395, Name: "array_to_string", Args: oids{tAnyArray, tText}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "array_to_text", Doc: "concatenate array elements, using delimiter, into text",
			Row: rowArrayToString,
		},
		{
			OID: 384, Name: "array_to_string", Args: oids{tAnyArray, tText, tText}, Ret: tText, Kind: Scalar, NotStrict: true, Volatility: 's', Src: "array_to_text_null", Doc: "concatenate array elements, using delimiter and null string, into text",
			Row: rowArrayToString,
		},
		{
			OID: 394, Name: "string_to_array", Args: oids{tText, tText}, Ret: tTextArray, Kind: Scalar, NotStrict: true, Src: "text_to_array", Doc: "split delimited text",
			Row: rowStringToArray,
		},
		{
			OID: 376, Name: "string_to_array", Args: oids{tText, tText, tText}, Ret: tTextArray, Kind: Scalar, NotStrict: true, Src: "text_to_array_null", Doc: "split delimited text, with null string",
			Row: rowStringToArray,
		},
		{
			OID: 6160, Name: "string_to_table", Args: oids{tText, tText}, Ret: tText, RetSet: true, Kind: Scalar, NotStrict: true, Src: "text_to_table", Doc: "split delimited text",
			Set: setStringToTable,
		},
		{
			OID: 6161, Name: "string_to_table", Args: oids{tText, tText, tText}, Ret: tText, RetSet: true, Kind: Scalar, NotStrict: true, Src: "text_to_table_null", Doc: "split delimited text, with null string",
			Set: setStringToTable,
		},
		{OID: 2748, Name: "arraycontains", Args: oids{tAnyArray, tAnyArray}, Ret: tBool, Kind: Scalar, Row: rowArrayHas(true, false)},
		{OID: 2749, Name: "arraycontained", Args: oids{tAnyArray, tAnyArray}, Ret: tBool, Kind: Scalar, Row: rowArrayHas(true, true)},
		{OID: 2747, Name: "arrayoverlap", Args: oids{tAnyArray, tAnyArray}, Ret: tBool, Kind: Scalar, Row: rowArrayHas(false, false)},
		{
			OID: 1193, Name: "array_fill", Args: oids{tAnyElement, tInt4Array}, Ret: tAnyArray, Kind: Scalar, NotStrict: true, Doc: "array constructor with value",
			Bind: bindArrayFill,
		},
		{
			OID: 1286, Name: "array_fill", Args: oids{tAnyElement, tInt4Array, tInt4Array}, Ret: tAnyArray, Kind: Scalar, NotStrict: true, Src: "array_fill_with_lower_bounds", Doc: "array constructor with value",
			Bind: bindArrayFill,
		},
		{
			OID: 515, Name: "array_larger", Args: oids{tAnyArray, tAnyArray}, Ret: tAnyArray, Kind: Scalar, Doc: "larger of two",
			Bind: bindArrayPick(true),
		},
		{
			OID: 516, Name: "array_smaller", Args: oids{tAnyArray, tAnyArray}, Ret: tAnyArray, Kind: Scalar, Doc: "smaller of two",
			Bind: bindArrayPick(false),
		},
		{
			OID: 3218, Name: "width_bucket", Args: oids{tAnyCompatible, tAnyCompatibleArray}, Ret: tInt4, Kind: Scalar, Src: "width_bucket_array", Doc: "bucket number of operand given a sorted array of bucket lower bounds",
			Bind: bindWidthBucket,
		},
	}
}

func arrayOperators() []Operator {
	return []Operator{
		{349, "||", tAnyCompatibleArray, tAnyCompatible, tAnyCompatibleArray, 378, 0, 0},
		{374, "||", tAnyCompatible, tAnyCompatibleArray, tAnyCompatibleArray, 379, 0, 0},
		{375, "||", tAnyCompatibleArray, tAnyCompatibleArray, tAnyCompatibleArray, 383, 0, 0},
		{2750, "&&", tAnyArray, tAnyArray, tBool, 2747, 2750, 0},
		{2751, "@>", tAnyArray, tAnyArray, tBool, 2748, 2752, 0},
		{2752, "<@", tAnyArray, tAnyArray, tBool, 2749, 2751, 0},
	}
}

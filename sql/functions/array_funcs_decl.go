package functions

import (
	"github.com/stemedb/stemedb/sql/types"
)

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
			Row: elementsFirst(false, rowArrayPosition),
		},
		{
			OID: 3278, Name: "array_position", Args: oids{tAnyCompatibleArray, tAnyCompatible, tInt4}, Ret: tInt4, Kind: Scalar, NotStrict: true, Src: "array_position_start", Doc: "returns an offset of value in array with start index",
			Row: elementsFirst(false, rowArrayPosition),
		},
		{
			OID: 3279, Name: "array_positions", Args: oids{tAnyCompatibleArray, tAnyCompatible}, Ret: tInt4Array, Kind: Scalar, NotStrict: true, Doc: "returns an array of offsets of some value in array",
			Row: elementsFirst(true, rowArrayPositions),
		},
		{
			OID: 3167, Name: "array_remove", Args: oids{tAnyCompatibleArray, tAnyCompatible}, Ret: tAnyCompatibleArray, Kind: Scalar, NotStrict: true, Doc: "remove any occurrences of an element from an array",
			Row: elementsFirst(false, rowArrayRemove),
		},
		{
			OID: 3168, Name: "array_replace", Args: oids{tAnyCompatibleArray, tAnyCompatible, tAnyCompatible}, Ret: tAnyCompatibleArray, Kind: Scalar, NotStrict: true, Doc: "replace any occurrences of an element in an array",
			Row: elementsFirst(false, rowArrayReplace),
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

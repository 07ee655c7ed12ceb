package functions

import "github.com/stemedb/stemedb/sql/types"

// rangeMakeFuncs are the constructors of ranges and multiranges, and what else goes with
// one type of them.
func rangeMakeFuncs() []Func {
	return []Func{
		{
			OID: 3840, Name: "int4range", Args: oids{tInt4, tInt4}, Ret: tInt4Range, Kind: Scalar, NotStrict: true, Src: "range_constructor2", Doc: "int4range constructor",
			Row: rowRange(tInt4),
		},
		{
			OID: 3841, Name: "int4range", Args: oids{tInt4, tInt4, tText}, Ret: tInt4Range, Kind: Scalar, NotStrict: true, Src: "range_constructor3", Doc: "int4range constructor",
			Row: rowRange(tInt4),
		},
		{
			OID: 3844, Name: "numrange", Args: oids{tNumeric, tNumeric}, Ret: tNumRange, Kind: Scalar, NotStrict: true, Src: "range_constructor2", Doc: "numrange constructor",
			Row: rowRange(tNumeric),
		},
		{
			OID: 3845, Name: "numrange", Args: oids{tNumeric, tNumeric, tText}, Ret: tNumRange, Kind: Scalar, NotStrict: true, Src: "range_constructor3", Doc: "numrange constructor",
			Row: rowRange(tNumeric),
		},
		{
			OID: 3914, Name: "int4range_canonical", Args: oids{tInt4Range}, Ret: tInt4Range, Kind: Scalar, Doc: "convert an int4 range to canonical form",
			Row: same,
		},
		{
			OID: 3915, Name: "daterange_canonical", Args: oids{tDateRange}, Ret: tDateRange, Kind: Scalar, Doc: "convert a date range to canonical form",
			Row: same,
		},
		{
			OID: 3922, Name: "int4range_subdiff", Args: oids{tInt4, tInt4}, Ret: tFloat8, Kind: Scalar, Doc: "float8 difference of two int4 values",
			Row: rangeDiff(1),
		},
		{
			OID: 3923, Name: "int8range_subdiff", Args: oids{tInt8, tInt8}, Ret: tFloat8, Kind: Scalar, Doc: "float8 difference of two int8 values",
			Row: rangeDiff(1),
		},
		{
			OID: 3924, Name: "numrange_subdiff", Args: oids{tNumeric, tNumeric}, Ret: tFloat8, Kind: Scalar, Doc: "float8 difference of two numeric values",
			Row: rowNumericRangeDiff,
		},
		{
			OID: 3925, Name: "daterange_subdiff", Args: oids{tDate, tDate}, Ret: tFloat8, Kind: Scalar, Doc: "float8 difference of two date values",
			Row: rangeDiff(1),
		},
		{
			OID: 3928, Name: "int8range_canonical", Args: oids{tInt8Range}, Ret: tInt8Range, Kind: Scalar, Doc: "convert an int8 range to canonical form",
			Row: same,
		},
		{
			OID: 3929, Name: "tsrange_subdiff", Args: oids{tTimestamp, tTimestamp}, Ret: tFloat8, Kind: Scalar, Doc: "float8 difference of two timestamp values",
			Row: rangeDiff(1e6),
		},
		{
			OID: 3930, Name: "tstzrange_subdiff", Args: oids{tTimestamptz, tTimestamptz}, Ret: tFloat8, Kind: Scalar, Doc: "float8 difference of two timestamp with time zone values",
			Row: rangeDiff(1e6),
		},
		{
			OID: 3933, Name: "tsrange", Args: oids{tTimestamp, tTimestamp}, Ret: tTSRange, Kind: Scalar, NotStrict: true, Src: "range_constructor2", Doc: "tsrange constructor",
			Row: rowRange(tTimestamp),
		},
		{
			OID: 3934, Name: "tsrange", Args: oids{tTimestamp, tTimestamp, tText}, Ret: tTSRange, Kind: Scalar, NotStrict: true, Src: "range_constructor3", Doc: "tsrange constructor",
			Row: rowRange(tTimestamp),
		},
		{
			OID: 3937, Name: "tstzrange", Args: oids{tTimestamptz, tTimestamptz}, Ret: tTSTZRange, Kind: Scalar, NotStrict: true, Src: "range_constructor2", Doc: "tstzrange constructor",
			Row: rowRange(tTimestamptz),
		},
		{
			OID: 3938, Name: "tstzrange", Args: oids{tTimestamptz, tTimestamptz, tText}, Ret: tTSTZRange, Kind: Scalar, NotStrict: true, Src: "range_constructor3", Doc: "tstzrange constructor",
			Row: rowRange(tTimestamptz),
		},
		{
			OID: 3941, Name: "daterange", Args: oids{tDate, tDate}, Ret: tDateRange, Kind: Scalar, NotStrict: true, Src: "range_constructor2", Doc: "daterange constructor",
			Row: rowRange(tDate),
		},
		{
			OID: 3942, Name: "daterange", Args: oids{tDate, tDate, tText}, Ret: tDateRange, Kind: Scalar, NotStrict: true, Src: "range_constructor3", Doc: "daterange constructor",
			Row: rowRange(tDate),
		},
		{
			OID: 3945, Name: "int8range", Args: oids{tInt8, tInt8}, Ret: tInt8Range, Kind: Scalar, NotStrict: true, Src: "range_constructor2", Doc: "int8range constructor",
			Row: rowRange(tInt8),
		},
		{
			OID: 3946, Name: "int8range", Args: oids{tInt8, tInt8, tText}, Ret: tInt8Range, Kind: Scalar, NotStrict: true, Src: "range_constructor3", Doc: "int8range constructor",
			Row: rowRange(tInt8),
		},
		{
			OID: 4280, Name: "int4multirange", Ret: tInt4Multirange, Kind: Scalar, Src: "multirange_constructor0", Doc: "int4multirange constructor",
			Row: rowMultirange(tInt4),
		},
		{
			OID: 4281, Name: "int4multirange", Args: oids{tInt4Range}, Ret: tInt4Multirange, Kind: Scalar, Src: "multirange_constructor1", Doc: "int4multirange constructor",
			Row: rowRangeToMultirange,
		},
		{
			OID: 4282, Name: "int4multirange", Args: oids{types.OIDInt4RangeArray}, Variadic: true, Ret: tInt4Multirange, Kind: Scalar, Src: "multirange_constructor2", Doc: "int4multirange constructor",
			Row: rowMultirange(tInt4),
		},
		{
			OID: 4283, Name: "nummultirange", Ret: tNumMultirange, Kind: Scalar, Src: "multirange_constructor0", Doc: "nummultirange constructor",
			Row: rowMultirange(tNumeric),
		},
		{
			OID: 4284, Name: "nummultirange", Args: oids{tNumRange}, Ret: tNumMultirange, Kind: Scalar, Src: "multirange_constructor1", Doc: "nummultirange constructor",
			Row: rowRangeToMultirange,
		},
		{
			OID: 4285, Name: "nummultirange", Args: oids{types.OIDNumRangeArray}, Variadic: true, Ret: tNumMultirange, Kind: Scalar, Src: "multirange_constructor2", Doc: "nummultirange constructor",
			Row: rowMultirange(tNumeric),
		},
		{
			OID: 4286, Name: "tsmultirange", Ret: tTSMultirange, Kind: Scalar, Src: "multirange_constructor0", Doc: "tsmultirange constructor",
			Row: rowMultirange(tTimestamp),
		},
		{
			OID: 4287, Name: "tsmultirange", Args: oids{tTSRange}, Ret: tTSMultirange, Kind: Scalar, Src: "multirange_constructor1", Doc: "tsmultirange constructor",
			Row: rowRangeToMultirange,
		},
		{
			OID: 4288, Name: "tsmultirange", Args: oids{types.OIDTSRangeArray}, Variadic: true, Ret: tTSMultirange, Kind: Scalar, Src: "multirange_constructor2", Doc: "tsmultirange constructor",
			Row: rowMultirange(tTimestamp),
		},
		{
			OID: 4289, Name: "tstzmultirange", Ret: tTSTZMultirange, Kind: Scalar, Src: "multirange_constructor0", Doc: "tstzmultirange constructor",
			Row: rowMultirange(tTimestamptz),
		},
		{
			OID: 4290, Name: "tstzmultirange", Args: oids{tTSTZRange}, Ret: tTSTZMultirange, Kind: Scalar, Src: "multirange_constructor1", Doc: "tstzmultirange constructor",
			Row: rowRangeToMultirange,
		},
		{
			OID: 4291, Name: "tstzmultirange", Args: oids{types.OIDTSTZRangeArray}, Variadic: true, Ret: tTSTZMultirange, Kind: Scalar, Src: "multirange_constructor2", Doc: "tstzmultirange constructor",
			Row: rowMultirange(tTimestamptz),
		},
		{
			OID: 4292, Name: "datemultirange", Ret: tDateMultirange, Kind: Scalar, Src: "multirange_constructor0", Doc: "datemultirange constructor",
			Row: rowMultirange(tDate),
		},
		{
			OID: 4293, Name: "datemultirange", Args: oids{tDateRange}, Ret: tDateMultirange, Kind: Scalar, Src: "multirange_constructor1", Doc: "datemultirange constructor",
			Row: rowRangeToMultirange,
		},
		{
			OID: 4294, Name: "datemultirange", Args: oids{types.OIDDateRangeArray}, Variadic: true, Ret: tDateMultirange, Kind: Scalar, Src: "multirange_constructor2", Doc: "datemultirange constructor",
			Row: rowMultirange(tDate),
		},
		{
			OID: 4295, Name: "int8multirange", Ret: tInt8Multirange, Kind: Scalar, Src: "multirange_constructor0", Doc: "int8multirange constructor",
			Row: rowMultirange(tInt8),
		},
		{
			OID: 4296, Name: "int8multirange", Args: oids{tInt8Range}, Ret: tInt8Multirange, Kind: Scalar, Src: "multirange_constructor1", Doc: "int8multirange constructor",
			Row: rowRangeToMultirange,
		},
		{
			OID: 4297, Name: "int8multirange", Args: oids{types.OIDInt8RangeArray}, Variadic: true, Ret: tInt8Multirange, Kind: Scalar, Src: "multirange_constructor2", Doc: "int8multirange constructor",
			Row: rowMultirange(tInt8),
		},
		{
			OID: 4298, Name: "multirange", Args: oids{tAnyRange}, Ret: tAnyMultirange, Kind: Scalar, Src: "multirange_constructor1", Doc: "anymultirange cast",
			Row: rowRangeToMultirange,
		},
	}
}

// rangeBaseFuncs are the input and output functions of ranges and what asks for
// their bounds.
func rangeBaseFuncs() []Func {
	return []Func{
		{OID: 3834, Name: "range_in", Args: oids{tCString, tOID, tInt4}, Ret: tAnyRange, Kind: Scalar, Volatility: 's', Row: rowRangeIn},
		{OID: 3835, Name: "range_out", Args: oids{tAnyRange}, Ret: tCString, Kind: Scalar, Volatility: 's', Bind: ioOut},
		{OID: 3837, Name: "range_send", Args: oids{tAnyRange}, Ret: tBytea, Kind: Scalar, Volatility: 's', Bind: ioSend},
		{
			OID: 4231, Name: "multirange_in", Args: oids{tCString, tOID, tInt4}, Ret: tAnyMultirange, Kind: Scalar, Volatility: 's',
			Row: rowRangeIn,
		},
		{OID: 4232, Name: "multirange_out", Args: oids{tAnyMultirange}, Ret: tCString, Kind: Scalar, Volatility: 's', Bind: ioOut},
		{OID: 4234, Name: "multirange_send", Args: oids{tAnyMultirange}, Ret: tBytea, Kind: Scalar, Volatility: 's', Bind: ioSend},
		{
			OID: 3848, Name: "lower", Args: oids{tAnyRange}, Ret: tAnyElement, Kind: Scalar, Src: "range_lower", Doc: "lower bound of range",
			Row: rowRangeEnd(false),
		},
		{
			OID: 3849, Name: "upper", Args: oids{tAnyRange}, Ret: tAnyElement, Kind: Scalar, Src: "range_upper", Doc: "upper bound of range",
			Row: rowRangeEnd(true),
		},
		{
			OID: 3850, Name: "isempty", Args: oids{tAnyRange}, Ret: tBool, Kind: Scalar, Src: "range_empty", Doc: "is the range empty?",
			Row: rowRangeIsEmpty,
		},
		{
			OID: 3851, Name: "lower_inc", Args: oids{tAnyRange}, Ret: tBool, Kind: Scalar, Src: "range_lower_inc", Doc: "is the range's lower bound inclusive?",
			Row: rowRangeEndIs(false, boundIsInc),
		},
		{
			OID: 3852, Name: "upper_inc", Args: oids{tAnyRange}, Ret: tBool, Kind: Scalar, Src: "range_upper_inc", Doc: "is the range's upper bound inclusive?",
			Row: rowRangeEndIs(true, boundIsInc),
		},
		{
			OID: 3853, Name: "lower_inf", Args: oids{tAnyRange}, Ret: tBool, Kind: Scalar, Src: "range_lower_inf", Doc: "is the range's lower bound infinite?",
			Row: rowRangeEndIs(false, boundIsInf),
		},
		{
			OID: 3854, Name: "upper_inf", Args: oids{tAnyRange}, Ret: tBool, Kind: Scalar, Src: "range_upper_inf", Doc: "is the range's upper bound infinite?",
			Row: rowRangeEndIs(true, boundIsInf),
		},
		{
			OID: 4235, Name: "lower", Args: oids{tAnyMultirange}, Ret: tAnyElement, Kind: Scalar, Src: "multirange_lower", Doc: "lower bound of multirange",
			Row: rowRangeEnd(false),
		},
		{
			OID: 4236, Name: "upper", Args: oids{tAnyMultirange}, Ret: tAnyElement, Kind: Scalar, Src: "multirange_upper", Doc: "upper bound of multirange",
			Row: rowRangeEnd(true),
		},
		{
			OID: 4237, Name: "isempty", Args: oids{tAnyMultirange}, Ret: tBool, Kind: Scalar, Src: "multirange_empty", Doc: "is the multirange empty?",
			Row: rowRangeIsEmpty,
		},
		{
			OID: 4238, Name: "lower_inc", Args: oids{tAnyMultirange}, Ret: tBool, Kind: Scalar, Src: "multirange_lower_inc", Doc: "is the multirange's lower bound inclusive?",
			Row: rowRangeEndIs(false, boundIsInc),
		},
		{
			OID: 4239, Name: "upper_inc", Args: oids{tAnyMultirange}, Ret: tBool, Kind: Scalar, Src: "multirange_upper_inc", Doc: "is the multirange's upper bound inclusive?",
			Row: rowRangeEndIs(true, boundIsInc),
		},
		{
			OID: 4240, Name: "lower_inf", Args: oids{tAnyMultirange}, Ret: tBool, Kind: Scalar, Src: "multirange_lower_inf", Doc: "is the multirange's lower bound infinite?",
			Row: rowRangeEndIs(false, boundIsInf),
		},
		{
			OID: 4241, Name: "upper_inf", Args: oids{tAnyMultirange}, Ret: tBool, Kind: Scalar, Src: "multirange_upper_inf", Doc: "is the multirange's upper bound infinite?",
			Row: rowRangeEndIs(true, boundIsInf),
		},
	}
}

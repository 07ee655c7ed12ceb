package types

// rangeTypes are pg_type's rows of range and multirange types.
var rangeTypes = [...]Type{
	{
		OID: OIDInt4Range, Name: "int4range", Len: -1, Kind: 'r', Category: 'R', Array: OIDInt4RangeArray,
		Input: Fn{3834, "range_in"}, Output: Fn{3835, "range_out"}, Receive: Fn{3836, "range_recv"}, Send: Fn{3837, "range_send"}, Analyze: Fn{3916, "range_typanalyze"},
		Align: 'i', Storage: 'x', Doc: "range of integers",
	},
	{
		OID: OIDNumRange, Name: "numrange", Len: -1, Kind: 'r', Category: 'R', Array: OIDNumRangeArray,
		Input: Fn{3834, "range_in"}, Output: Fn{3835, "range_out"}, Receive: Fn{3836, "range_recv"}, Send: Fn{3837, "range_send"}, Analyze: Fn{3916, "range_typanalyze"},
		Align: 'i', Storage: 'x', Doc: "range of numerics",
	},
	{
		OID: OIDTSRange, Name: "tsrange", Len: -1, Kind: 'r', Category: 'R', Array: OIDTSRangeArray,
		Input: Fn{3834, "range_in"}, Output: Fn{3835, "range_out"}, Receive: Fn{3836, "range_recv"}, Send: Fn{3837, "range_send"}, Analyze: Fn{3916, "range_typanalyze"},
		Align: 'd', Storage: 'x', Doc: "range of timestamps without time zone",
	},
	{
		OID: OIDTSTZRange, Name: "tstzrange", Len: -1, Kind: 'r', Category: 'R', Array: OIDTSTZRangeArray,
		Input: Fn{3834, "range_in"}, Output: Fn{3835, "range_out"}, Receive: Fn{3836, "range_recv"}, Send: Fn{3837, "range_send"}, Analyze: Fn{3916, "range_typanalyze"},
		Align: 'd', Storage: 'x', Doc: "range of timestamps with time zone",
	},
	{
		OID: OIDDateRange, Name: "daterange", Len: -1, Kind: 'r', Category: 'R', Array: OIDDateRangeArray,
		Input: Fn{3834, "range_in"}, Output: Fn{3835, "range_out"}, Receive: Fn{3836, "range_recv"}, Send: Fn{3837, "range_send"}, Analyze: Fn{3916, "range_typanalyze"},
		Align: 'i', Storage: 'x', Doc: "range of dates",
	},
	{
		OID: OIDInt8Range, Name: "int8range", Len: -1, Kind: 'r', Category: 'R', Array: OIDInt8RangeArray,
		Input: Fn{3834, "range_in"}, Output: Fn{3835, "range_out"}, Receive: Fn{3836, "range_recv"}, Send: Fn{3837, "range_send"}, Analyze: Fn{3916, "range_typanalyze"},
		Align: 'd', Storage: 'x', Doc: "range of bigints",
	},
	{
		OID: OIDInt4Multirange, Name: "int4multirange", Len: -1, Kind: 'm', Category: 'R', Array: OIDInt4MultirangeArray,
		Input: Fn{4231, "multirange_in"}, Output: Fn{4232, "multirange_out"}, Receive: Fn{4233, "multirange_recv"}, Send: Fn{4234, "multirange_send"}, Analyze: Fn{4242, "multirange_typanalyze"},
		Align: 'i', Storage: 'x', Doc: "multirange of integers",
	},
	{
		OID: OIDNumMultirange, Name: "nummultirange", Len: -1, Kind: 'm', Category: 'R', Array: OIDNumMultirangeArray,
		Input: Fn{4231, "multirange_in"}, Output: Fn{4232, "multirange_out"}, Receive: Fn{4233, "multirange_recv"}, Send: Fn{4234, "multirange_send"}, Analyze: Fn{4242, "multirange_typanalyze"},
		Align: 'i', Storage: 'x', Doc: "multirange of numerics",
	},
	{
		OID: OIDTSMultirange, Name: "tsmultirange", Len: -1, Kind: 'm', Category: 'R', Array: OIDTSMultirangeArray,
		Input: Fn{4231, "multirange_in"}, Output: Fn{4232, "multirange_out"}, Receive: Fn{4233, "multirange_recv"}, Send: Fn{4234, "multirange_send"}, Analyze: Fn{4242, "multirange_typanalyze"},
		Align: 'd', Storage: 'x', Doc: "multirange of timestamps without time zone",
	},
	{
		OID: OIDTSTZMultirange, Name: "tstzmultirange", Len: -1, Kind: 'm', Category: 'R', Array: OIDTSTZMultirangeArray,
		Input: Fn{4231, "multirange_in"}, Output: Fn{4232, "multirange_out"}, Receive: Fn{4233, "multirange_recv"}, Send: Fn{4234, "multirange_send"}, Analyze: Fn{4242, "multirange_typanalyze"},
		Align: 'd', Storage: 'x', Doc: "multirange of timestamps with time zone",
	},
	{
		OID: OIDDateMultirange, Name: "datemultirange", Len: -1, Kind: 'm', Category: 'R', Array: OIDDateMultirangeArray,
		Input: Fn{4231, "multirange_in"}, Output: Fn{4232, "multirange_out"}, Receive: Fn{4233, "multirange_recv"}, Send: Fn{4234, "multirange_send"}, Analyze: Fn{4242, "multirange_typanalyze"},
		Align: 'i', Storage: 'x', Doc: "multirange of dates",
	},
	{
		OID: OIDInt8Multirange, Name: "int8multirange", Len: -1, Kind: 'm', Category: 'R', Array: OIDInt8MultirangeArray,
		Input: Fn{4231, "multirange_in"}, Output: Fn{4232, "multirange_out"}, Receive: Fn{4233, "multirange_recv"}, Send: Fn{4234, "multirange_send"}, Analyze: Fn{4242, "multirange_typanalyze"},
		Align: 'd', Storage: 'x', Doc: "multirange of bigints",
	},
}

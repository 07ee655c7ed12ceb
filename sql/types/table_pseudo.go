package types

// pseudoTypes are pg_type's rows of pseudo-types and of the catalogs' row types.
var pseudoTypes = [...]Type{
	{
		OID: OIDPgDDLCommand, Name: "pg_ddl_command", Len: 8, ByVal: true, Kind: 'p', Category: 'P',
		Input: Fn{86, "pg_ddl_command_in"}, Output: Fn{87, "pg_ddl_command_out"}, Receive: Fn{88, "pg_ddl_command_recv"}, Send: Fn{90, "pg_ddl_command_send"},
		Align: 'd', Storage: 'p', Doc: "internal type for passing CollectedCommand",
	},
	{
		OID: OIDPgType, Name: "pg_type", Len: -1, Kind: 'c', Category: 'C', Rel: 1247, Array: OIDPgTypeArray,
		Input: Fn{2290, "record_in"}, Output: Fn{2291, "record_out"}, Receive: Fn{2402, "record_recv"}, Send: Fn{2403, "record_send"},
		Align: 'd', Storage: 'x',
	},
	{
		OID: OIDPgAttribute, Name: "pg_attribute", Len: -1, Kind: 'c', Category: 'C', Rel: 1249, Array: OIDPgAttributeArray,
		Input: Fn{2290, "record_in"}, Output: Fn{2291, "record_out"}, Receive: Fn{2402, "record_recv"}, Send: Fn{2403, "record_send"},
		Align: 'd', Storage: 'x',
	},
	{
		OID: OIDPgProc, Name: "pg_proc", Len: -1, Kind: 'c', Category: 'C', Rel: 1255, Array: OIDPgProcArray,
		Input: Fn{2290, "record_in"}, Output: Fn{2291, "record_out"}, Receive: Fn{2402, "record_recv"}, Send: Fn{2403, "record_send"},
		Align: 'd', Storage: 'x',
	},
	{
		OID: OIDPgClass, Name: "pg_class", Len: -1, Kind: 'c', Category: 'C', Rel: 1259, Array: OIDPgClassArray,
		Input: Fn{2290, "record_in"}, Output: Fn{2291, "record_out"}, Receive: Fn{2402, "record_recv"}, Send: Fn{2403, "record_send"},
		Align: 'd', Storage: 'x',
	},
	{
		OID: OIDTableAMHandler, Name: "table_am_handler", Len: 4, ByVal: true, Kind: 'p', Category: 'P',
		Input: Fn{267, "table_am_handler_in"}, Output: Fn{268, "table_am_handler_out"},
		Align: 'i', Storage: 'p',
	},
	{
		OID: OIDIndexAMHandler, Name: "index_am_handler", Len: 4, ByVal: true, Kind: 'p', Category: 'P',
		Input: Fn{326, "index_am_handler_in"}, Output: Fn{327, "index_am_handler_out"},
		Align: 'i', Storage: 'p', Doc: "pseudo-type for the result of an index AM handler function",
	},
	{
		OID: OIDUnknown, Name: "unknown", Len: -2, Kind: 'p', Category: 'X',
		Input: Fn{109, "unknownin"}, Output: Fn{110, "unknownout"}, Receive: Fn{2416, "unknownrecv"}, Send: Fn{2417, "unknownsend"},
		Align: 'c', Storage: 'p', Doc: "pseudo-type representing an undetermined type",
	},
	{
		OID: OIDPgDatabase, Name: "pg_database", Len: -1, Kind: 'c', Category: 'C', Rel: 1262, Array: 10052,
		Input: Fn{2290, "record_in"}, Output: Fn{2291, "record_out"}, Receive: Fn{2402, "record_recv"}, Send: Fn{2403, "record_send"},
		Align: 'd', Storage: 'x',
	},
	{
		OID: OIDRecord, Name: "record", Len: -1, Kind: 'p', Category: 'P', Array: OIDRecordArray,
		Input: Fn{2290, "record_in"}, Output: Fn{2291, "record_out"}, Receive: Fn{2402, "record_recv"}, Send: Fn{2403, "record_send"},
		Align: 'd', Storage: 'x', Doc: "pseudo-type representing any composite type",
	},
	{
		OID: OIDCString, Name: "cstring", Len: -2, Kind: 'p', Category: 'P', Array: OIDCStringArray,
		Input: Fn{2292, "cstring_in"}, Output: Fn{2293, "cstring_out"}, Receive: Fn{2500, "cstring_recv"}, Send: Fn{2501, "cstring_send"},
		Align: 'c', Storage: 'p', Doc: "C-style string",
	},
	{
		OID: OIDAny, Name: "any", Len: 4, ByVal: true, Kind: 'p', Category: 'P',
		Input: Fn{2294, "any_in"}, Output: Fn{2295, "any_out"},
		Align: 'i', Storage: 'p', Doc: "pseudo-type representing any type",
	},
	{
		OID: OIDAnyArray, Name: "anyarray", Len: -1, Kind: 'p', Category: 'P',
		Input: Fn{2296, "anyarray_in"}, Output: Fn{2297, "anyarray_out"}, Receive: Fn{2502, "anyarray_recv"}, Send: Fn{2503, "anyarray_send"},
		Align: 'd', Storage: 'x', Doc: "pseudo-type representing a polymorphic array type",
	},
	{
		OID: OIDVoid, Name: "void", Len: 4, ByVal: true, Kind: 'p', Category: 'P',
		Input: Fn{2298, "void_in"}, Output: Fn{2299, "void_out"}, Receive: Fn{3120, "void_recv"}, Send: Fn{3121, "void_send"},
		Align: 'i', Storage: 'p', Doc: "pseudo-type for the result of a function with no real result",
	},
	{
		OID: OIDTrigger, Name: "trigger", Len: 4, ByVal: true, Kind: 'p', Category: 'P',
		Input: Fn{2300, "trigger_in"}, Output: Fn{2301, "trigger_out"},
		Align: 'i', Storage: 'p', Doc: "pseudo-type for the result of a trigger function",
	},
	{
		OID: OIDLanguageHandler, Name: "language_handler", Len: 4, ByVal: true, Kind: 'p', Category: 'P',
		Input: Fn{2302, "language_handler_in"}, Output: Fn{2303, "language_handler_out"},
		Align: 'i', Storage: 'p', Doc: "pseudo-type for the result of a language handler function",
	},
	{
		OID: OIDInternal, Name: "internal", Len: 8, ByVal: true, Kind: 'p', Category: 'P',
		Input: Fn{2304, "internal_in"}, Output: Fn{2305, "internal_out"},
		Align: 'd', Storage: 'p', Doc: "pseudo-type representing an internal data structure",
	},
	{
		OID: OIDAnyElement, Name: "anyelement", Len: 4, ByVal: true, Kind: 'p', Category: 'P',
		Input: Fn{2312, "anyelement_in"}, Output: Fn{2313, "anyelement_out"},
		Align: 'i', Storage: 'p', Doc: "pseudo-type representing a polymorphic base type",
	},
	{
		OID: OIDAnyNonArray, Name: "anynonarray", Len: 4, ByVal: true, Kind: 'p', Category: 'P',
		Input: Fn{2777, "anynonarray_in"}, Output: Fn{2778, "anynonarray_out"},
		Align: 'i', Storage: 'p', Doc: "pseudo-type representing a polymorphic base type that is not an array",
	},
	{
		OID: OIDPgAuthid, Name: "pg_authid", Len: -1, Kind: 'c', Category: 'C', Rel: 1260, Array: 10057,
		Input: Fn{2290, "record_in"}, Output: Fn{2291, "record_out"}, Receive: Fn{2402, "record_recv"}, Send: Fn{2403, "record_send"},
		Align: 'd', Storage: 'x',
	},
	{
		OID: OIDPgAuthMembers, Name: "pg_auth_members", Len: -1, Kind: 'c', Category: 'C', Rel: 1261, Array: 10058,
		Input: Fn{2290, "record_in"}, Output: Fn{2291, "record_out"}, Receive: Fn{2402, "record_recv"}, Send: Fn{2403, "record_send"},
		Align: 'd', Storage: 'x',
	},
	{
		OID: OIDFDWHandler, Name: "fdw_handler", Len: 4, ByVal: true, Kind: 'p', Category: 'P',
		Input: Fn{3116, "fdw_handler_in"}, Output: Fn{3117, "fdw_handler_out"},
		Align: 'i', Storage: 'p', Doc: "pseudo-type for the result of an FDW handler function",
	},
	{
		OID: OIDTSMHandler, Name: "tsm_handler", Len: 4, ByVal: true, Kind: 'p', Category: 'P',
		Input: Fn{3311, "tsm_handler_in"}, Output: Fn{3312, "tsm_handler_out"},
		Align: 'i', Storage: 'p', Doc: "pseudo-type for the result of a tablesample method function",
	},
	{
		OID: OIDAnyEnum, Name: "anyenum", Len: 4, ByVal: true, Kind: 'p', Category: 'P',
		Input: Fn{3504, "anyenum_in"}, Output: Fn{3505, "anyenum_out"},
		Align: 'i', Storage: 'p', Doc: "pseudo-type representing a polymorphic base type that is an enum",
	},
	{
		OID: OIDAnyRange, Name: "anyrange", Len: -1, Kind: 'p', Category: 'P',
		Input: Fn{3832, "anyrange_in"}, Output: Fn{3833, "anyrange_out"},
		Align: 'd', Storage: 'x', Doc: "pseudo-type representing a range over a polymorphic base type",
	},
	{
		OID: OIDEventTrigger, Name: "event_trigger", Len: 4, ByVal: true, Kind: 'p', Category: 'P',
		Input: Fn{3594, "event_trigger_in"}, Output: Fn{3595, "event_trigger_out"},
		Align: 'i', Storage: 'p', Doc: "pseudo-type for the result of an event trigger function",
	},
	{
		OID: OIDPgShseclabel, Name: "pg_shseclabel", Len: -1, Kind: 'c', Category: 'C', Rel: 3592, Array: 10093,
		Input: Fn{2290, "record_in"}, Output: Fn{2291, "record_out"}, Receive: Fn{2402, "record_recv"}, Send: Fn{2403, "record_send"},
		Align: 'd', Storage: 'x',
	},
	{
		OID: OIDAnyMultirange, Name: "anymultirange", Len: -1, Kind: 'p', Category: 'P',
		Input: Fn{4229, "anymultirange_in"}, Output: Fn{4230, "anymultirange_out"},
		Align: 'd', Storage: 'x', Doc: "pseudo-type representing a polymorphic base type that is a multirange",
	},
	{
		OID: OIDAnyCompatibleMultirange, Name: "anycompatiblemultirange", Len: -1, Kind: 'p', Category: 'P',
		Input: Fn{4226, "anycompatiblemultirange_in"}, Output: Fn{4227, "anycompatiblemultirange_out"},
		Align: 'd', Storage: 'x', Doc: "pseudo-type representing a multirange over a polymorphic common type",
	},
	{
		OID: OIDAnyCompatible, Name: "anycompatible", Len: 4, ByVal: true, Kind: 'p', Category: 'P',
		Input: Fn{5086, "anycompatible_in"}, Output: Fn{5087, "anycompatible_out"},
		Align: 'i', Storage: 'p', Doc: "pseudo-type representing a polymorphic common type",
	},
	{
		OID: OIDAnyCompatibleArray, Name: "anycompatiblearray", Len: -1, Kind: 'p', Category: 'P',
		Input: Fn{5088, "anycompatiblearray_in"}, Output: Fn{5089, "anycompatiblearray_out"}, Receive: Fn{5090, "anycompatiblearray_recv"}, Send: Fn{5091, "anycompatiblearray_send"},
		Align: 'd', Storage: 'x', Doc: "pseudo-type representing an array of polymorphic common type elements",
	},
	{
		OID: OIDAnyCompatibleNonArray, Name: "anycompatiblenonarray", Len: 4, ByVal: true, Kind: 'p', Category: 'P',
		Input: Fn{5092, "anycompatiblenonarray_in"}, Output: Fn{5093, "anycompatiblenonarray_out"},
		Align: 'i', Storage: 'p', Doc: "pseudo-type representing a polymorphic common type that is not an array",
	},
	{
		OID: OIDAnyCompatibleRange, Name: "anycompatiblerange", Len: -1, Kind: 'p', Category: 'P',
		Input: Fn{5094, "anycompatiblerange_in"}, Output: Fn{5095, "anycompatiblerange_out"},
		Align: 'd', Storage: 'x', Doc: "pseudo-type representing a range over a polymorphic common type",
	},
	{
		OID: OIDPgSubscription, Name: "pg_subscription", Len: -1, Kind: 'c', Category: 'C', Rel: 6100, Array: 10112,
		Input: Fn{2290, "record_in"}, Output: Fn{2291, "record_out"}, Receive: Fn{2402, "record_recv"}, Send: Fn{2403, "record_send"},
		Align: 'd', Storage: 'x',
	},
}

package types

// baseTypes are pg_type's rows of the base types without the arrays, by OID.
var baseTypes = [...]Type{
	{
		OID: OIDBool, Name: "bool", Len: 1, ByVal: true, Kind: 'b', Category: 'B', Preferred: true, Array: OIDBoolArray,
		Input: Fn{1242, "boolin"}, Output: Fn{1243, "boolout"}, Receive: Fn{2436, "boolrecv"}, Send: Fn{2437, "boolsend"},
		Align: 'c', Storage: 'p', Doc: "boolean, 'true'/'false'",
	},
	{
		OID: OIDBytea, Name: "bytea", Len: -1, Kind: 'b', Category: 'U', Array: OIDByteaArray,
		Input: Fn{1244, "byteain"}, Output: Fn{31, "byteaout"}, Receive: Fn{2412, "bytearecv"}, Send: Fn{2413, "byteasend"},
		Align: 'i', Storage: 'x', Doc: "variable-length string, binary values escaped",
	},
	{
		OID: OIDChar, Name: "char", Len: 1, ByVal: true, Kind: 'b', Category: 'Z', Array: OIDCharArray,
		Input: Fn{1245, "charin"}, Output: Fn{33, "charout"}, Receive: Fn{2434, "charrecv"}, Send: Fn{2435, "charsend"},
		Align: 'c', Storage: 'p', Doc: "single character",
	},
	{
		OID: OIDName, Name: "name", Len: 64, Kind: 'b', Category: 'S', Elem: OIDChar, Array: OIDNameArray,
		Subscript: Fn{6180, "raw_array_subscript_handler"}, Input: Fn{34, "namein"}, Output: Fn{35, "nameout"}, Receive: Fn{2422, "namerecv"}, Send: Fn{2423, "namesend"},
		Align: 'c', Storage: 'p', Collation: 950, Doc: "63-byte type for storing system identifiers",
	},
	{
		OID: OIDInt8, Name: "int8", Len: 8, ByVal: true, Kind: 'b', Category: 'N', Array: OIDInt8Array,
		Input: Fn{460, "int8in"}, Output: Fn{461, "int8out"}, Receive: Fn{2408, "int8recv"}, Send: Fn{2409, "int8send"},
		Align: 'd', Storage: 'p', Doc: "~18 digit integer, 8-byte storage",
	},
	{
		OID: OIDInt2, Name: "int2", Len: 2, ByVal: true, Kind: 'b', Category: 'N', Array: OIDInt2Array,
		Input: Fn{38, "int2in"}, Output: Fn{39, "int2out"}, Receive: Fn{2404, "int2recv"}, Send: Fn{2405, "int2send"},
		Align: 's', Storage: 'p', Doc: "-32 thousand to 32 thousand, 2-byte storage",
	},
	{
		OID: OIDInt2Vector, Name: "int2vector", Len: -1, Kind: 'b', Category: 'A', Elem: OIDInt2, Array: OIDInt2VectorArray,
		Subscript: Fn{6179, "array_subscript_handler"}, Input: Fn{40, "int2vectorin"}, Output: Fn{41, "int2vectorout"}, Receive: Fn{2410, "int2vectorrecv"}, Send: Fn{2411, "int2vectorsend"},
		Align: 'i', Storage: 'p', Doc: "array of int2, used in system tables",
	},
	{
		OID: OIDInt4, Name: "int4", Len: 4, ByVal: true, Kind: 'b', Category: 'N', Array: OIDInt4Array,
		Input: Fn{42, "int4in"}, Output: Fn{43, "int4out"}, Receive: Fn{2406, "int4recv"}, Send: Fn{2407, "int4send"},
		Align: 'i', Storage: 'p', Doc: "-2 billion to 2 billion integer, 4-byte storage",
	},
	{
		OID: OIDRegproc, Name: "regproc", Len: 4, ByVal: true, Kind: 'b', Category: 'N', Array: OIDRegprocArray,
		Input: Fn{44, "regprocin"}, Output: Fn{45, "regprocout"}, Receive: Fn{2444, "regprocrecv"}, Send: Fn{2445, "regprocsend"},
		Align: 'i', Storage: 'p', Doc: "registered procedure",
	},
	{
		OID: OIDText, Name: "text", Len: -1, Kind: 'b', Category: 'S', Preferred: true, Array: OIDTextArray,
		Input: Fn{46, "textin"}, Output: Fn{47, "textout"}, Receive: Fn{2414, "textrecv"}, Send: Fn{2415, "textsend"},
		Align: 'i', Storage: 'x', Collation: 100, Doc: "variable-length string, no limit specified",
	},
	{
		OID: OIDOID, Name: "oid", Len: 4, ByVal: true, Kind: 'b', Category: 'N', Preferred: true, Array: OIDOIDArray,
		Input: Fn{1798, "oidin"}, Output: Fn{1799, "oidout"}, Receive: Fn{2418, "oidrecv"}, Send: Fn{2419, "oidsend"},
		Align: 'i', Storage: 'p', Doc: "object identifier(oid), maximum 4 billion",
	},
	{
		OID: OIDTID, Name: "tid", Len: 6, Kind: 'b', Category: 'U', Array: OIDTIDArray,
		Input: Fn{48, "tidin"}, Output: Fn{49, "tidout"}, Receive: Fn{2438, "tidrecv"}, Send: Fn{2439, "tidsend"},
		Align: 's', Storage: 'p', Doc: "(block, offset), physical location of tuple",
	},
	{
		OID: OIDXID, Name: "xid", Len: 4, ByVal: true, Kind: 'b', Category: 'U', Array: OIDXIDArray,
		Input: Fn{50, "xidin"}, Output: Fn{51, "xidout"}, Receive: Fn{2440, "xidrecv"}, Send: Fn{2441, "xidsend"},
		Align: 'i', Storage: 'p', Doc: "transaction id",
	},
	{
		OID: OIDCID, Name: "cid", Len: 4, ByVal: true, Kind: 'b', Category: 'U', Array: OIDCIDArray,
		Input: Fn{52, "cidin"}, Output: Fn{53, "cidout"}, Receive: Fn{2442, "cidrecv"}, Send: Fn{2443, "cidsend"},
		Align: 'i', Storage: 'p', Doc: "command identifier type, sequence in transaction id",
	},
	{
		OID: OIDOIDVector, Name: "oidvector", Len: -1, Kind: 'b', Category: 'A', Elem: OIDOID, Array: OIDOIDVectorArray,
		Subscript: Fn{6179, "array_subscript_handler"}, Input: Fn{54, "oidvectorin"}, Output: Fn{55, "oidvectorout"}, Receive: Fn{2420, "oidvectorrecv"}, Send: Fn{2421, "oidvectorsend"},
		Align: 'i', Storage: 'p', Doc: "array of oids, used in system tables",
	},
	{
		OID: OIDJSON, Name: "json", Len: -1, Kind: 'b', Category: 'U', Array: OIDJSONArray,
		Input: Fn{321, "json_in"}, Output: Fn{322, "json_out"}, Receive: Fn{323, "json_recv"}, Send: Fn{324, "json_send"},
		Align: 'i', Storage: 'x', Doc: "JSON stored as text",
	},
	{
		OID: OIDXML, Name: "xml", Len: -1, Kind: 'b', Category: 'U', Array: OIDXMLArray,
		Input: Fn{2893, "xml_in"}, Output: Fn{2894, "xml_out"}, Receive: Fn{2898, "xml_recv"}, Send: Fn{2899, "xml_send"},
		Align: 'i', Storage: 'x', Doc: "XML content",
	},
	{
		OID: OIDPgNodeTree, Name: "pg_node_tree", Len: -1, Kind: 'b', Category: 'Z',
		Input: Fn{195, "pg_node_tree_in"}, Output: Fn{196, "pg_node_tree_out"}, Receive: Fn{197, "pg_node_tree_recv"}, Send: Fn{198, "pg_node_tree_send"},
		Align: 'i', Storage: 'x', Collation: 100, Doc: "string representing an internal node tree",
	},
	{
		OID: OIDPoint, Name: "point", Len: 16, Kind: 'b', Category: 'G', Elem: OIDFloat8, Array: OIDPointArray,
		Subscript: Fn{6180, "raw_array_subscript_handler"}, Input: Fn{117, "point_in"}, Output: Fn{118, "point_out"}, Receive: Fn{2428, "point_recv"}, Send: Fn{2429, "point_send"},
		Align: 'd', Storage: 'p', Doc: "geometric point '(x, y)'",
	},
	{
		OID: OIDLseg, Name: "lseg", Len: 32, Kind: 'b', Category: 'G', Elem: OIDPoint, Array: OIDLsegArray,
		Subscript: Fn{6180, "raw_array_subscript_handler"}, Input: Fn{119, "lseg_in"}, Output: Fn{120, "lseg_out"}, Receive: Fn{2480, "lseg_recv"}, Send: Fn{2481, "lseg_send"},
		Align: 'd', Storage: 'p', Doc: "geometric line segment '(pt1,pt2)'",
	},
	{
		OID: OIDPath, Name: "path", Len: -1, Kind: 'b', Category: 'G', Array: OIDPathArray,
		Input: Fn{121, "path_in"}, Output: Fn{122, "path_out"}, Receive: Fn{2482, "path_recv"}, Send: Fn{2483, "path_send"},
		Align: 'd', Storage: 'x', Doc: "geometric path '(pt1,...)'",
	},
	{
		OID: OIDBox, Name: "box", Len: 32, Kind: 'b', Category: 'G', Delim: ';', Elem: OIDPoint, Array: OIDBoxArray,
		Subscript: Fn{6180, "raw_array_subscript_handler"}, Input: Fn{123, "box_in"}, Output: Fn{124, "box_out"}, Receive: Fn{2484, "box_recv"}, Send: Fn{2485, "box_send"},
		Align: 'd', Storage: 'p', Doc: "geometric box '(lower left,upper right)'",
	},
	{
		OID: OIDPolygon, Name: "polygon", Len: -1, Kind: 'b', Category: 'G', Array: OIDPolygonArray,
		Input: Fn{347, "poly_in"}, Output: Fn{348, "poly_out"}, Receive: Fn{2486, "poly_recv"}, Send: Fn{2487, "poly_send"},
		Align: 'd', Storage: 'x', Doc: "geometric polygon '(pt1,...)'",
	},
	{
		OID: OIDLine, Name: "line", Len: 24, Kind: 'b', Category: 'G', Elem: OIDFloat8, Array: OIDLineArray,
		Subscript: Fn{6180, "raw_array_subscript_handler"}, Input: Fn{1490, "line_in"}, Output: Fn{1491, "line_out"}, Receive: Fn{2488, "line_recv"}, Send: Fn{2489, "line_send"},
		Align: 'd', Storage: 'p', Doc: "geometric line",
	},
	{
		OID: OIDCIDR, Name: "cidr", Len: -1, Kind: 'b', Category: 'I', Array: OIDCIDRArray,
		Input: Fn{1267, "cidr_in"}, Output: Fn{1427, "cidr_out"}, Receive: Fn{2498, "cidr_recv"}, Send: Fn{2499, "cidr_send"},
		Align: 'i', Storage: 'm', Doc: "network IP address/netmask, network address",
	},
	{
		OID: OIDFloat4, Name: "float4", Len: 4, ByVal: true, Kind: 'b', Category: 'N', Array: OIDFloat4Array,
		Input: Fn{200, "float4in"}, Output: Fn{201, "float4out"}, Receive: Fn{2424, "float4recv"}, Send: Fn{2425, "float4send"},
		Align: 'i', Storage: 'p', Doc: "single-precision floating point number, 4-byte storage",
	},
	{
		OID: OIDFloat8, Name: "float8", Len: 8, ByVal: true, Kind: 'b', Category: 'N', Preferred: true, Array: OIDFloat8Array,
		Input: Fn{214, "float8in"}, Output: Fn{215, "float8out"}, Receive: Fn{2426, "float8recv"}, Send: Fn{2427, "float8send"},
		Align: 'd', Storage: 'p', Doc: "double-precision floating point number, 8-byte storage",
	},
	{
		OID: OIDCircle, Name: "circle", Len: 24, Kind: 'b', Category: 'G', Array: OIDCircleArray,
		Input: Fn{1450, "circle_in"}, Output: Fn{1451, "circle_out"}, Receive: Fn{2490, "circle_recv"}, Send: Fn{2491, "circle_send"},
		Align: 'd', Storage: 'p', Doc: "geometric circle '(center,radius)'",
	},
	{
		OID: OIDMacaddr8, Name: "macaddr8", Len: 8, Kind: 'b', Category: 'U', Array: OIDMacaddr8Array,
		Input: Fn{4110, "macaddr8_in"}, Output: Fn{4111, "macaddr8_out"}, Receive: Fn{3446, "macaddr8_recv"}, Send: Fn{3447, "macaddr8_send"},
		Align: 'i', Storage: 'p', Doc: "XX:XX:XX:XX:XX:XX:XX:XX, MAC address",
	},
	{
		OID: OIDMoney, Name: "money", Len: 8, ByVal: true, Kind: 'b', Category: 'N', Array: OIDMoneyArray,
		Input: Fn{886, "cash_in"}, Output: Fn{887, "cash_out"}, Receive: Fn{2492, "cash_recv"}, Send: Fn{2493, "cash_send"},
		Align: 'd', Storage: 'p', Doc: "monetary amounts, $d,ddd.cc",
	},
	{
		OID: OIDMacaddr, Name: "macaddr", Len: 6, Kind: 'b', Category: 'U', Array: OIDMacaddrArray,
		Input: Fn{436, "macaddr_in"}, Output: Fn{437, "macaddr_out"}, Receive: Fn{2494, "macaddr_recv"}, Send: Fn{2495, "macaddr_send"},
		Align: 'i', Storage: 'p', Doc: "XX:XX:XX:XX:XX:XX, MAC address",
	},
	{
		OID: OIDInet, Name: "inet", Len: -1, Kind: 'b', Category: 'I', Preferred: true, Array: OIDInetArray,
		Input: Fn{910, "inet_in"}, Output: Fn{911, "inet_out"}, Receive: Fn{2496, "inet_recv"}, Send: Fn{2497, "inet_send"},
		Align: 'i', Storage: 'm', Doc: "IP address/netmask, host address, netmask optional",
	},
	{
		OID: OIDACLItem, Name: "aclitem", Len: 12, Kind: 'b', Category: 'U', Array: OIDACLItemArray,
		Input: Fn{1031, "aclitemin"}, Output: Fn{1032, "aclitemout"},
		Align: 'i', Storage: 'p', Doc: "access control list",
	},
	{
		OID: OIDBpchar, Name: "bpchar", Len: -1, Kind: 'b', Category: 'S', Array: OIDBpcharArray,
		Input: Fn{1044, "bpcharin"}, Output: Fn{1045, "bpcharout"}, Receive: Fn{2430, "bpcharrecv"}, Send: Fn{2431, "bpcharsend"}, TypmodIn: Fn{2913, "bpchartypmodin"}, TypmodOut: Fn{2914, "bpchartypmodout"},
		Align: 'i', Storage: 'x', Collation: 100, Doc: "char(length), blank-padded string, fixed storage length",
	},
	{
		OID: OIDVarchar, Name: "varchar", Len: -1, Kind: 'b', Category: 'S', Array: OIDVarcharArray,
		Input: Fn{1046, "varcharin"}, Output: Fn{1047, "varcharout"}, Receive: Fn{2432, "varcharrecv"}, Send: Fn{2433, "varcharsend"}, TypmodIn: Fn{2915, "varchartypmodin"}, TypmodOut: Fn{2916, "varchartypmodout"},
		Align: 'i', Storage: 'x', Collation: 100, Doc: "varchar(length), non-blank-padded string, variable storage length",
	},
	{
		OID: OIDDate, Name: "date", Len: 4, ByVal: true, Kind: 'b', Category: 'D', Array: OIDDateArray,
		Input: Fn{1084, "date_in"}, Output: Fn{1085, "date_out"}, Receive: Fn{2468, "date_recv"}, Send: Fn{2469, "date_send"},
		Align: 'i', Storage: 'p', Doc: "date",
	},
	{
		OID: OIDTime, Name: "time", Len: 8, ByVal: true, Kind: 'b', Category: 'D', Array: OIDTimeArray,
		Input: Fn{1143, "time_in"}, Output: Fn{1144, "time_out"}, Receive: Fn{2470, "time_recv"}, Send: Fn{2471, "time_send"}, TypmodIn: Fn{2909, "timetypmodin"}, TypmodOut: Fn{2910, "timetypmodout"},
		Align: 'd', Storage: 'p', Doc: "time of day",
	},
	{
		OID: OIDTimestamp, Name: "timestamp", Len: 8, ByVal: true, Kind: 'b', Category: 'D', Array: OIDTimestampArray,
		Input: Fn{1312, "timestamp_in"}, Output: Fn{1313, "timestamp_out"}, Receive: Fn{2474, "timestamp_recv"}, Send: Fn{2475, "timestamp_send"}, TypmodIn: Fn{2905, "timestamptypmodin"}, TypmodOut: Fn{2906, "timestamptypmodout"},
		Align: 'd', Storage: 'p', Doc: "date and time",
	},
	{
		OID: OIDTimestamptz, Name: "timestamptz", Len: 8, ByVal: true, Kind: 'b', Category: 'D', Preferred: true, Array: OIDTimestamptzArray,
		Input: Fn{1150, "timestamptz_in"}, Output: Fn{1151, "timestamptz_out"}, Receive: Fn{2476, "timestamptz_recv"}, Send: Fn{2477, "timestamptz_send"}, TypmodIn: Fn{2907, "timestamptztypmodin"}, TypmodOut: Fn{2908, "timestamptztypmodout"},
		Align: 'd', Storage: 'p', Doc: "date and time with time zone",
	},
	{
		OID: OIDInterval, Name: "interval", Len: 16, Kind: 'b', Category: 'T', Preferred: true, Array: OIDIntervalArray,
		Input: Fn{1160, "interval_in"}, Output: Fn{1161, "interval_out"}, Receive: Fn{2478, "interval_recv"}, Send: Fn{2479, "interval_send"}, TypmodIn: Fn{2903, "intervaltypmodin"}, TypmodOut: Fn{2904, "intervaltypmodout"},
		Align: 'd', Storage: 'p', Doc: "@ <number> <units>, time interval",
	},
	{
		OID: OIDTimetz, Name: "timetz", Len: 12, Kind: 'b', Category: 'D', Array: OIDTimetzArray,
		Input: Fn{1350, "timetz_in"}, Output: Fn{1351, "timetz_out"}, Receive: Fn{2472, "timetz_recv"}, Send: Fn{2473, "timetz_send"}, TypmodIn: Fn{2911, "timetztypmodin"}, TypmodOut: Fn{2912, "timetztypmodout"},
		Align: 'd', Storage: 'p', Doc: "time of day with time zone",
	},
	{
		OID: OIDBit, Name: "bit", Len: -1, Kind: 'b', Category: 'V', Array: OIDBitArray,
		Input: Fn{1564, "bit_in"}, Output: Fn{1565, "bit_out"}, Receive: Fn{2456, "bit_recv"}, Send: Fn{2457, "bit_send"}, TypmodIn: Fn{2919, "bittypmodin"}, TypmodOut: Fn{2920, "bittypmodout"},
		Align: 'i', Storage: 'x', Doc: "fixed-length bit string",
	},
	{
		OID: OIDVarbit, Name: "varbit", Len: -1, Kind: 'b', Category: 'V', Preferred: true, Array: OIDVarbitArray,
		Input: Fn{1579, "varbit_in"}, Output: Fn{1580, "varbit_out"}, Receive: Fn{2458, "varbit_recv"}, Send: Fn{2459, "varbit_send"}, TypmodIn: Fn{2902, "varbittypmodin"}, TypmodOut: Fn{2921, "varbittypmodout"},
		Align: 'i', Storage: 'x', Doc: "variable-length bit string",
	},
	{
		OID: OIDNumeric, Name: "numeric", Len: -1, Kind: 'b', Category: 'N', Array: OIDNumericArray,
		Input: Fn{1701, "numeric_in"}, Output: Fn{1702, "numeric_out"}, Receive: Fn{2460, "numeric_recv"}, Send: Fn{2461, "numeric_send"}, TypmodIn: Fn{2917, "numerictypmodin"}, TypmodOut: Fn{2918, "numerictypmodout"},
		Align: 'i', Storage: 'm', Doc: "numeric(precision, decimal), arbitrary precision number",
	},
	{
		OID: OIDRefCursor, Name: "refcursor", Len: -1, Kind: 'b', Category: 'U', Array: OIDRefCursorArray,
		Input: Fn{46, "textin"}, Output: Fn{47, "textout"}, Receive: Fn{2414, "textrecv"}, Send: Fn{2415, "textsend"},
		Align: 'i', Storage: 'x', Doc: "reference to cursor (portal name)",
	},
	{
		OID: OIDRegprocedure, Name: "regprocedure", Len: 4, ByVal: true, Kind: 'b', Category: 'N', Array: OIDRegprocedureArray,
		Input: Fn{2212, "regprocedurein"}, Output: Fn{2213, "regprocedureout"}, Receive: Fn{2446, "regprocedurerecv"}, Send: Fn{2447, "regproceduresend"},
		Align: 'i', Storage: 'p', Doc: "registered procedure (with args)",
	},
	{
		OID: OIDRegoper, Name: "regoper", Len: 4, ByVal: true, Kind: 'b', Category: 'N', Array: OIDRegoperArray,
		Input: Fn{2214, "regoperin"}, Output: Fn{2215, "regoperout"}, Receive: Fn{2448, "regoperrecv"}, Send: Fn{2449, "regopersend"},
		Align: 'i', Storage: 'p', Doc: "registered operator",
	},
	{
		OID: OIDRegoperator, Name: "regoperator", Len: 4, ByVal: true, Kind: 'b', Category: 'N', Array: OIDRegoperatorArray,
		Input: Fn{2216, "regoperatorin"}, Output: Fn{2217, "regoperatorout"}, Receive: Fn{2450, "regoperatorrecv"}, Send: Fn{2451, "regoperatorsend"},
		Align: 'i', Storage: 'p', Doc: "registered operator (with args)",
	},
	{
		OID: OIDRegclass, Name: "regclass", Len: 4, ByVal: true, Kind: 'b', Category: 'N', Array: OIDRegclassArray,
		Input: Fn{2218, "regclassin"}, Output: Fn{2219, "regclassout"}, Receive: Fn{2452, "regclassrecv"}, Send: Fn{2453, "regclasssend"},
		Align: 'i', Storage: 'p', Doc: "registered class",
	},
	{
		OID: OIDRegtype, Name: "regtype", Len: 4, ByVal: true, Kind: 'b', Category: 'N', Array: OIDRegtypeArray,
		Input: Fn{2220, "regtypein"}, Output: Fn{2221, "regtypeout"}, Receive: Fn{2454, "regtyperecv"}, Send: Fn{2455, "regtypesend"},
		Align: 'i', Storage: 'p', Doc: "registered type",
	},
	{
		OID: OIDUUID, Name: "uuid", Len: 16, Kind: 'b', Category: 'U', Array: OIDUUIDArray,
		Input: Fn{2952, "uuid_in"}, Output: Fn{2953, "uuid_out"}, Receive: Fn{2961, "uuid_recv"}, Send: Fn{2962, "uuid_send"},
		Align: 'c', Storage: 'p', Doc: "UUID datatype",
	},
	{
		OID: OIDTxidSnapshot, Name: "txid_snapshot", Len: -1, Kind: 'b', Category: 'U', Array: OIDTxidSnapshotArray,
		Input: Fn{2939, "txid_snapshot_in"}, Output: Fn{2940, "txid_snapshot_out"}, Receive: Fn{2941, "txid_snapshot_recv"}, Send: Fn{2942, "txid_snapshot_send"},
		Align: 'd', Storage: 'x', Doc: "txid snapshot",
	},
	{
		OID: OIDPgLSN, Name: "pg_lsn", Len: 8, ByVal: true, Kind: 'b', Category: 'U', Array: OIDPgLSNArray,
		Input: Fn{3229, "pg_lsn_in"}, Output: Fn{3230, "pg_lsn_out"}, Receive: Fn{3238, "pg_lsn_recv"}, Send: Fn{3239, "pg_lsn_send"},
		Align: 'd', Storage: 'p', Doc: "PostgreSQL LSN datatype",
	},
	{
		OID: OIDPgNdistinct, Name: "pg_ndistinct", Len: -1, Kind: 'b', Category: 'Z',
		Input: Fn{3355, "pg_ndistinct_in"}, Output: Fn{3356, "pg_ndistinct_out"}, Receive: Fn{3357, "pg_ndistinct_recv"}, Send: Fn{3358, "pg_ndistinct_send"},
		Align: 'i', Storage: 'x', Collation: 100, Doc: "multivariate ndistinct coefficients",
	},
	{
		OID: OIDPgDependencies, Name: "pg_dependencies", Len: -1, Kind: 'b', Category: 'Z',
		Input: Fn{3404, "pg_dependencies_in"}, Output: Fn{3405, "pg_dependencies_out"}, Receive: Fn{3406, "pg_dependencies_recv"}, Send: Fn{3407, "pg_dependencies_send"},
		Align: 'i', Storage: 'x', Collation: 100, Doc: "multivariate dependencies",
	},
	{
		OID: OIDTSVector, Name: "tsvector", Len: -1, Kind: 'b', Category: 'U', Array: OIDTSVectorArray,
		Input: Fn{3610, "tsvectorin"}, Output: Fn{3611, "tsvectorout"}, Receive: Fn{3639, "tsvectorrecv"}, Send: Fn{3638, "tsvectorsend"}, Analyze: Fn{3688, "ts_typanalyze"},
		Align: 'i', Storage: 'x', Doc: "text representation for text search",
	},
	{
		OID: OIDTSQuery, Name: "tsquery", Len: -1, Kind: 'b', Category: 'U', Array: OIDTSQueryArray,
		Input: Fn{3612, "tsqueryin"}, Output: Fn{3613, "tsqueryout"}, Receive: Fn{3641, "tsqueryrecv"}, Send: Fn{3640, "tsquerysend"},
		Align: 'i', Storage: 'p', Doc: "query representation for text search",
	},
	{
		OID: OIDGTSVector, Name: "gtsvector", Len: -1, Kind: 'b', Category: 'U', Array: OIDGTSVectorArray,
		Input: Fn{3646, "gtsvectorin"}, Output: Fn{3647, "gtsvectorout"},
		Align: 'i', Storage: 'p', Doc: "GiST index internal text representation for text search",
	},
	{
		OID: OIDRegconfig, Name: "regconfig", Len: 4, ByVal: true, Kind: 'b', Category: 'N', Array: OIDRegconfigArray,
		Input: Fn{3736, "regconfigin"}, Output: Fn{3737, "regconfigout"}, Receive: Fn{3738, "regconfigrecv"}, Send: Fn{3739, "regconfigsend"},
		Align: 'i', Storage: 'p', Doc: "registered text search configuration",
	},
	{
		OID: OIDRegdictionary, Name: "regdictionary", Len: 4, ByVal: true, Kind: 'b', Category: 'N', Array: OIDRegdictionaryArray,
		Input: Fn{3771, "regdictionaryin"}, Output: Fn{3772, "regdictionaryout"}, Receive: Fn{3773, "regdictionaryrecv"}, Send: Fn{3774, "regdictionarysend"},
		Align: 'i', Storage: 'p', Doc: "registered text search dictionary",
	},
	{
		OID: OIDJSONB, Name: "jsonb", Len: -1, Kind: 'b', Category: 'U', Array: OIDJSONBArray,
		Subscript: Fn{6098, "jsonb_subscript_handler"}, Input: Fn{3806, "jsonb_in"}, Output: Fn{3804, "jsonb_out"}, Receive: Fn{3805, "jsonb_recv"}, Send: Fn{3803, "jsonb_send"},
		Align: 'i', Storage: 'x', Doc: "Binary JSON",
	},
	{
		OID: OIDJSONPath, Name: "jsonpath", Len: -1, Kind: 'b', Category: 'U', Array: OIDJSONPathArray,
		Input: Fn{4001, "jsonpath_in"}, Output: Fn{4003, "jsonpath_out"}, Receive: Fn{4002, "jsonpath_recv"}, Send: Fn{4004, "jsonpath_send"},
		Align: 'i', Storage: 'x', Doc: "JSON path",
	},
	{
		OID: OIDRegnamespace, Name: "regnamespace", Len: 4, ByVal: true, Kind: 'b', Category: 'N', Array: OIDRegnamespaceArray,
		Input: Fn{4084, "regnamespacein"}, Output: Fn{4085, "regnamespaceout"}, Receive: Fn{4087, "regnamespacerecv"}, Send: Fn{4088, "regnamespacesend"},
		Align: 'i', Storage: 'p', Doc: "registered namespace",
	},
	{
		OID: OIDRegrole, Name: "regrole", Len: 4, ByVal: true, Kind: 'b', Category: 'N', Array: OIDRegroleArray,
		Input: Fn{4098, "regrolein"}, Output: Fn{4092, "regroleout"}, Receive: Fn{4094, "regrolerecv"}, Send: Fn{4095, "regrolesend"},
		Align: 'i', Storage: 'p', Doc: "registered role",
	},
	{
		OID: OIDRegcollation, Name: "regcollation", Len: 4, ByVal: true, Kind: 'b', Category: 'N', Array: OIDRegcollationArray,
		Input: Fn{4193, "regcollationin"}, Output: Fn{4194, "regcollationout"}, Receive: Fn{4196, "regcollationrecv"}, Send: Fn{4197, "regcollationsend"},
		Align: 'i', Storage: 'p', Doc: "registered collation",
	},
	{
		OID: OIDPgBrinBloomSummary, Name: "pg_brin_bloom_summary", Len: -1, Kind: 'b', Category: 'Z',
		Input: Fn{4596, "brin_bloom_summary_in"}, Output: Fn{4597, "brin_bloom_summary_out"}, Receive: Fn{4598, "brin_bloom_summary_recv"}, Send: Fn{4599, "brin_bloom_summary_send"},
		Align: 'i', Storage: 'x', Collation: 100, Doc: "BRIN bloom summary",
	},
	{
		OID: OIDPgBrinMinmaxMultiSummary, Name: "pg_brin_minmax_multi_summary", Len: -1, Kind: 'b', Category: 'Z',
		Input: Fn{4638, "brin_minmax_multi_summary_in"}, Output: Fn{4639, "brin_minmax_multi_summary_out"}, Receive: Fn{4640, "brin_minmax_multi_summary_recv"}, Send: Fn{4641, "brin_minmax_multi_summary_send"},
		Align: 'i', Storage: 'x', Collation: 100, Doc: "BRIN minmax-multi summary",
	},
	{
		OID: OIDPgMCVList, Name: "pg_mcv_list", Len: -1, Kind: 'b', Category: 'Z',
		Input: Fn{5018, "pg_mcv_list_in"}, Output: Fn{5019, "pg_mcv_list_out"}, Receive: Fn{5020, "pg_mcv_list_recv"}, Send: Fn{5021, "pg_mcv_list_send"},
		Align: 'i', Storage: 'x', Collation: 100, Doc: "multivariate MCV list",
	},
	{
		OID: OIDPgSnapshot, Name: "pg_snapshot", Len: -1, Kind: 'b', Category: 'U', Array: OIDPgSnapshotArray,
		Input: Fn{5055, "pg_snapshot_in"}, Output: Fn{5056, "pg_snapshot_out"}, Receive: Fn{5057, "pg_snapshot_recv"}, Send: Fn{5058, "pg_snapshot_send"},
		Align: 'd', Storage: 'x', Doc: "snapshot",
	},
	{
		OID: OIDXID8, Name: "xid8", Len: 8, ByVal: true, Kind: 'b', Category: 'U', Array: OIDXID8Array,
		Input: Fn{5070, "xid8in"}, Output: Fn{5081, "xid8out"}, Receive: Fn{5082, "xid8recv"}, Send: Fn{5083, "xid8send"},
		Align: 'd', Storage: 'p', Doc: "full transaction id",
	},
}

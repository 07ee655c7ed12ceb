package functions

import "github.com/stemedb/stemedb/sql/types"

// The input and output functions of types: pg_type names them, and drivers
// look them up. They are called by name only.

func ioIn(t types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		typmod := int32(-1)
		if len(a) > 2 {
			typmod = int32(a[2].I)
		}
		return types.ParseText(t, typmod, a[0].S, &c.Format)
	}
}

func ioOut(args []types.OID, _ types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		s, err := textOf(c, args[0], a[0])
		return types.Text(s), err
	}
}

func ioSend(args []types.OID, _ types.OID) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		b, err := types.AppendBinaryDatum(nil, args[0], a[0])
		return types.Text(string(b)), err
	}
}

func bindArrayIn(_ []types.OID, _ types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		return types.ParseText(types.ArrayOf(oidArg(a[1])), int32(a[2].I), a[0].S, &c.Format)
	}
}

// typeIOFuncs are text input, text output and binary output of each type.
func typeIOFuncs() []Func {
	return []Func{
		{OID: 1242, Name: "boolin", Args: oids{tCString}, Ret: tBool, Kind: Scalar, Row: ioIn(tBool)},
		{OID: 1244, Name: "byteain", Args: oids{tCString}, Ret: tBytea, Kind: Scalar, Row: ioIn(tBytea)},
		{OID: 1245, Name: "charin", Args: oids{tCString}, Ret: tChar, Kind: Scalar, Row: ioIn(tChar)},
		{OID: 34, Name: "namein", Args: oids{tCString}, Ret: tName, Kind: Scalar, Row: ioIn(tName)},
		{OID: 460, Name: "int8in", Args: oids{tCString}, Ret: tInt8, Kind: Scalar, Row: ioIn(tInt8)},
		{OID: 38, Name: "int2in", Args: oids{tCString}, Ret: tInt2, Kind: Scalar, Row: ioIn(tInt2)},
		{OID: 42, Name: "int4in", Args: oids{tCString}, Ret: tInt4, Kind: Scalar, Row: ioIn(tInt4)},
		{OID: 46, Name: "textin", Args: oids{tCString}, Ret: tText, Kind: Scalar, Row: ioIn(tText)},
		{OID: 1798, Name: "oidin", Args: oids{tCString}, Ret: tOID, Kind: Scalar, Row: ioIn(tOID)},
		{OID: 321, Name: "json_in", Args: oids{tCString}, Ret: tJSON, Kind: Scalar, Row: ioIn(tJSON)},
		{OID: 200, Name: "float4in", Args: oids{tCString}, Ret: tFloat4, Kind: Scalar, Row: ioIn(tFloat4)},
		{OID: 214, Name: "float8in", Args: oids{tCString}, Ret: tFloat8, Kind: Scalar, Row: ioIn(tFloat8)},
		{OID: 109, Name: "unknownin", Args: oids{tCString}, Ret: tUnknown, Kind: Scalar, Row: ioIn(tUnknown)},
		{OID: 1044, Name: "bpcharin", Args: oids{tCString, tOID, tInt4}, Ret: tBpchar, Kind: Scalar, Row: ioIn(tBpchar)},
		{OID: 1046, Name: "varcharin", Args: oids{tCString, tOID, tInt4}, Ret: tVarchar, Kind: Scalar, Row: ioIn(tVarchar)},
		{OID: 1084, Name: "date_in", Args: oids{tCString}, Ret: tDate, Kind: Scalar, Volatility: 's', Row: ioIn(tDate)},
		{OID: 1143, Name: "time_in", Args: oids{tCString, tOID, tInt4}, Ret: tTime, Kind: Scalar, Volatility: 's', Row: ioIn(tTime)},
		{
			OID: 1312, Name: "timestamp_in", Args: oids{tCString, tOID, tInt4}, Ret: tTimestamp, Kind: Scalar, Volatility: 's',
			Row: ioIn(tTimestamp),
		},
		{
			OID: 1150, Name: "timestamptz_in", Args: oids{tCString, tOID, tInt4}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's',
			Row: ioIn(tTimestamptz),
		},
		{
			OID: 1160, Name: "interval_in", Args: oids{tCString, tOID, tInt4}, Ret: tInterval, Kind: Scalar, Volatility: 's',
			Row: ioIn(tInterval),
		},
		{
			OID: 1350, Name: "timetz_in", Args: oids{tCString, tOID, tInt4}, Ret: tTimetz, Kind: Scalar, Volatility: 's',
			Row: ioIn(tTimetz),
		},
		{OID: 1701, Name: "numeric_in", Args: oids{tCString, tOID, tInt4}, Ret: tNumeric, Kind: Scalar, Row: ioIn(tNumeric)},
		{OID: 2952, Name: "uuid_in", Args: oids{tCString}, Ret: tUUID, Kind: Scalar, Row: ioIn(tUUID)},
		{OID: 3806, Name: "jsonb_in", Args: oids{tCString}, Ret: tJSONB, Kind: Scalar, Row: ioIn(tJSONB)},
		{OID: 44, Name: "regprocin", Args: oids{tCString}, Ret: tRegproc, Kind: Scalar, Volatility: 's', Row: ioIn(tRegproc)},
		{
			OID: 2212, Name: "regprocedurein", Args: oids{tCString}, Ret: tRegprocedure, Kind: Scalar, Volatility: 's',
			Row: ioIn(tRegprocedure),
		},
		{OID: 2218, Name: "regclassin", Args: oids{tCString}, Ret: tRegclass, Kind: Scalar, Volatility: 's', Row: ioIn(tRegclass)},
		{OID: 2220, Name: "regtypein", Args: oids{tCString}, Ret: tRegtype, Kind: Scalar, Volatility: 's', Row: ioIn(tRegtype)},
		{OID: 4098, Name: "regrolein", Args: oids{tCString}, Ret: tRegrole, Kind: Scalar, Volatility: 's', Row: ioIn(tRegrole)},
		{
			OID: 4084, Name: "regnamespacein", Args: oids{tCString}, Ret: tRegnamespace, Kind: Scalar, Volatility: 's',
			Row: ioIn(tRegnamespace),
		},
		{OID: 50, Name: "xidin", Args: oids{tCString}, Ret: tXID, Kind: Scalar, Row: ioIn(tXID)},
		{OID: 910, Name: "inet_in", Args: oids{tCString}, Ret: tInet, Kind: Scalar, Row: ioIn(tInet)},
		{OID: 54, Name: "oidvectorin", Args: oids{tCString}, Ret: tOIDVector, Kind: Scalar, Row: ioIn(tOIDVector)},
		{OID: 40, Name: "int2vectorin", Args: oids{tCString}, Ret: tInt2Vector, Kind: Scalar, Row: ioIn(tInt2Vector)},
		{OID: 1243, Name: "boolout", Args: oids{tBool}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 31, Name: "byteaout", Args: oids{tBytea}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 33, Name: "charout", Args: oids{tChar}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 35, Name: "nameout", Args: oids{tName}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 461, Name: "int8out", Args: oids{tInt8}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 39, Name: "int2out", Args: oids{tInt2}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 43, Name: "int4out", Args: oids{tInt4}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 47, Name: "textout", Args: oids{tText}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 1799, Name: "oidout", Args: oids{tOID}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 322, Name: "json_out", Args: oids{tJSON}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 201, Name: "float4out", Args: oids{tFloat4}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 215, Name: "float8out", Args: oids{tFloat8}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 110, Name: "unknownout", Args: oids{tUnknown}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 1045, Name: "bpcharout", Args: oids{tBpchar}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 1047, Name: "varcharout", Args: oids{tVarchar}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 1085, Name: "date_out", Args: oids{tDate}, Ret: tCString, Kind: Scalar, Volatility: 's', Bind: ioOut},
		{OID: 1144, Name: "time_out", Args: oids{tTime}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 1313, Name: "timestamp_out", Args: oids{tTimestamp}, Ret: tCString, Kind: Scalar, Volatility: 's', Bind: ioOut},
		{OID: 1151, Name: "timestamptz_out", Args: oids{tTimestamptz}, Ret: tCString, Kind: Scalar, Volatility: 's', Bind: ioOut},
		{OID: 1161, Name: "interval_out", Args: oids{tInterval}, Ret: tCString, Kind: Scalar, Volatility: 's', Bind: ioOut},
		{OID: 1351, Name: "timetz_out", Args: oids{tTimetz}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 1702, Name: "numeric_out", Args: oids{tNumeric}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 2953, Name: "uuid_out", Args: oids{tUUID}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 3804, Name: "jsonb_out", Args: oids{tJSONB}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 45, Name: "regprocout", Args: oids{tRegproc}, Ret: tCString, Kind: Scalar, Volatility: 's', Bind: ioOut},
		{OID: 2213, Name: "regprocedureout", Args: oids{tRegprocedure}, Ret: tCString, Kind: Scalar, Volatility: 's', Bind: ioOut},
		{OID: 2219, Name: "regclassout", Args: oids{tRegclass}, Ret: tCString, Kind: Scalar, Volatility: 's', Bind: ioOut},
		{OID: 2221, Name: "regtypeout", Args: oids{tRegtype}, Ret: tCString, Kind: Scalar, Volatility: 's', Bind: ioOut},
		{OID: 4092, Name: "regroleout", Args: oids{tRegrole}, Ret: tCString, Kind: Scalar, Volatility: 's', Bind: ioOut},
		{OID: 4085, Name: "regnamespaceout", Args: oids{tRegnamespace}, Ret: tCString, Kind: Scalar, Volatility: 's', Bind: ioOut},
		{OID: 51, Name: "xidout", Args: oids{tXID}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 911, Name: "inet_out", Args: oids{tInet}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 55, Name: "oidvectorout", Args: oids{tOIDVector}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 41, Name: "int2vectorout", Args: oids{tInt2Vector}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 2437, Name: "boolsend", Args: oids{tBool}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2413, Name: "byteasend", Args: oids{tBytea}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2435, Name: "charsend", Args: oids{tChar}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2423, Name: "namesend", Args: oids{tName}, Ret: tBytea, Kind: Scalar, Volatility: 's', Bind: ioSend},
		{OID: 2409, Name: "int8send", Args: oids{tInt8}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2405, Name: "int2send", Args: oids{tInt2}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2407, Name: "int4send", Args: oids{tInt4}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2415, Name: "textsend", Args: oids{tText}, Ret: tBytea, Kind: Scalar, Volatility: 's', Bind: ioSend},
		{OID: 2419, Name: "oidsend", Args: oids{tOID}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 324, Name: "json_send", Args: oids{tJSON}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2425, Name: "float4send", Args: oids{tFloat4}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2427, Name: "float8send", Args: oids{tFloat8}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2417, Name: "unknownsend", Args: oids{tUnknown}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2431, Name: "bpcharsend", Args: oids{tBpchar}, Ret: tBytea, Kind: Scalar, Volatility: 's', Bind: ioSend},
		{OID: 2433, Name: "varcharsend", Args: oids{tVarchar}, Ret: tBytea, Kind: Scalar, Volatility: 's', Bind: ioSend},
		{OID: 2469, Name: "date_send", Args: oids{tDate}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2471, Name: "time_send", Args: oids{tTime}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2475, Name: "timestamp_send", Args: oids{tTimestamp}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2477, Name: "timestamptz_send", Args: oids{tTimestamptz}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2479, Name: "interval_send", Args: oids{tInterval}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2473, Name: "timetz_send", Args: oids{tTimetz}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2461, Name: "numeric_send", Args: oids{tNumeric}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2962, Name: "uuid_send", Args: oids{tUUID}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 3803, Name: "jsonb_send", Args: oids{tJSONB}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2445, Name: "regprocsend", Args: oids{tRegproc}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2447, Name: "regproceduresend", Args: oids{tRegprocedure}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2453, Name: "regclasssend", Args: oids{tRegclass}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2455, Name: "regtypesend", Args: oids{tRegtype}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 4095, Name: "regrolesend", Args: oids{tRegrole}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 4088, Name: "regnamespacesend", Args: oids{tRegnamespace}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2441, Name: "xidsend", Args: oids{tXID}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2497, Name: "inet_send", Args: oids{tInet}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2421, Name: "oidvectorsend", Args: oids{tOIDVector}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2411, Name: "int2vectorsend", Args: oids{tInt2Vector}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{
			OID: 750, Name: "array_in", Args: oids{tCString, tOID, tInt4}, Ret: tAnyArray, Kind: Scalar, Volatility: 's',
			Bind: bindArrayIn,
		},
		{OID: 751, Name: "array_out", Args: oids{tAnyArray}, Ret: tCString, Kind: Scalar, Volatility: 's', Bind: ioOut},
		{OID: 2291, Name: "record_out", Args: oids{tRecord}, Ret: tCString, Kind: Scalar, Volatility: 's', Bind: ioOut},
		{OID: 2401, Name: "array_send", Args: oids{tAnyArray}, Ret: tBytea, Kind: Scalar, Volatility: 's', Bind: ioSend},
		{OID: 2403, Name: "record_send", Args: oids{tRecord}, Ret: tBytea, Kind: Scalar, Volatility: 's', Bind: ioSend},
	}
}

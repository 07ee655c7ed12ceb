package functions

import (
	"cmp"

	"github.com/stemedb/stemedb/sql/types"
)

// compareTimeFuncs are comparisons of dates and times, across types too.
func compareTimeFuncs() []Func {
	return []Func{
		{
			OID: 1086, Name: "date_eq", Args: oids{tDate, tDate}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opEq), Vec: kernelInt(vecEq[int64]),
		},
		{
			OID: 1091, Name: "date_ne", Args: oids{tDate, tDate}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opNe), Vec: kernelInt(vecNe[int64]),
		},
		{
			OID: 1087, Name: "date_lt", Args: oids{tDate, tDate}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opLt), Vec: kernelInt(vecLt[int64]),
		},
		{
			OID: 1088, Name: "date_le", Args: oids{tDate, tDate}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opLe), Vec: kernelInt(vecLe[int64]),
		},
		{
			OID: 1089, Name: "date_gt", Args: oids{tDate, tDate}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opGt), Vec: kernelInt(swap(vecLt[int64])),
		},
		{
			OID: 1090, Name: "date_ge", Args: oids{tDate, tDate}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opGe), Vec: kernelInt(swap(vecLe[int64])),
		},
		{
			OID: 1145, Name: "time_eq", Args: oids{tTime, tTime}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opEq), Vec: kernelInt(vecEq[int64]),
		},
		{
			OID: 1106, Name: "time_ne", Args: oids{tTime, tTime}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opNe), Vec: kernelInt(vecNe[int64]),
		},
		{
			OID: 1102, Name: "time_lt", Args: oids{tTime, tTime}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opLt), Vec: kernelInt(vecLt[int64]),
		},
		{
			OID: 1103, Name: "time_le", Args: oids{tTime, tTime}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opLe), Vec: kernelInt(vecLe[int64]),
		},
		{
			OID: 1104, Name: "time_gt", Args: oids{tTime, tTime}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opGt), Vec: kernelInt(swap(vecLt[int64])),
		},
		{
			OID: 1105, Name: "time_ge", Args: oids{tTime, tTime}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opGe), Vec: kernelInt(swap(vecLe[int64])),
		},
		{
			OID: 1152, Name: "timestamptz_eq", Args: oids{tTimestamptz, tTimestamptz}, Ret: tBool, Kind: Scalar, Src: "timestamp_eq",
			Row: cmpInt(opEq), Vec: kernelInt(vecEq[int64]),
		},
		{
			OID: 1153, Name: "timestamptz_ne", Args: oids{tTimestamptz, tTimestamptz}, Ret: tBool, Kind: Scalar, Src: "timestamp_ne",
			Row: cmpInt(opNe), Vec: kernelInt(vecNe[int64]),
		},
		{
			OID: 1154, Name: "timestamptz_lt", Args: oids{tTimestamptz, tTimestamptz}, Ret: tBool, Kind: Scalar, Src: "timestamp_lt",
			Row: cmpInt(opLt), Vec: kernelInt(vecLt[int64]),
		},
		{
			OID: 1155, Name: "timestamptz_le", Args: oids{tTimestamptz, tTimestamptz}, Ret: tBool, Kind: Scalar, Src: "timestamp_le",
			Row: cmpInt(opLe), Vec: kernelInt(vecLe[int64]),
		},
		{
			OID: 1157, Name: "timestamptz_gt", Args: oids{tTimestamptz, tTimestamptz}, Ret: tBool, Kind: Scalar, Src: "timestamp_gt",
			Row: cmpInt(opGt), Vec: kernelInt(swap(vecLt[int64])),
		},
		{
			OID: 1156, Name: "timestamptz_ge", Args: oids{tTimestamptz, tTimestamptz}, Ret: tBool, Kind: Scalar, Src: "timestamp_ge",
			Row: cmpInt(opGe), Vec: kernelInt(swap(vecLe[int64])),
		},
		{
			OID: 2052, Name: "timestamp_eq", Args: oids{tTimestamp, tTimestamp}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opEq), Vec: kernelInt(vecEq[int64]),
		},
		{
			OID: 2053, Name: "timestamp_ne", Args: oids{tTimestamp, tTimestamp}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opNe), Vec: kernelInt(vecNe[int64]),
		},
		{
			OID: 2054, Name: "timestamp_lt", Args: oids{tTimestamp, tTimestamp}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opLt), Vec: kernelInt(vecLt[int64]),
		},
		{
			OID: 2055, Name: "timestamp_le", Args: oids{tTimestamp, tTimestamp}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opLe), Vec: kernelInt(vecLe[int64]),
		},
		{
			OID: 2057, Name: "timestamp_gt", Args: oids{tTimestamp, tTimestamp}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opGt), Vec: kernelInt(swap(vecLt[int64])),
		},
		{
			OID: 2056, Name: "timestamp_ge", Args: oids{tTimestamp, tTimestamp}, Ret: tBool, Kind: Scalar,
			Row: cmpInt(opGe), Vec: kernelInt(swap(vecLe[int64])),
		},
		{
			OID: 2338, Name: "date_lt_timestamp", Args: oids{tDate, tTimestamp}, Ret: tBool, Kind: Scalar,
			Row: cmpTimes(tDate, tTimestamp, opLt),
		},
		{
			OID: 2339, Name: "date_le_timestamp", Args: oids{tDate, tTimestamp}, Ret: tBool, Kind: Scalar,
			Row: cmpTimes(tDate, tTimestamp, opLe),
		},
		{
			OID: 2340, Name: "date_eq_timestamp", Args: oids{tDate, tTimestamp}, Ret: tBool, Kind: Scalar,
			Row: cmpTimes(tDate, tTimestamp, opEq),
		},
		{
			OID: 2342, Name: "date_ge_timestamp", Args: oids{tDate, tTimestamp}, Ret: tBool, Kind: Scalar,
			Row: cmpTimes(tDate, tTimestamp, opGe),
		},
		{
			OID: 2341, Name: "date_gt_timestamp", Args: oids{tDate, tTimestamp}, Ret: tBool, Kind: Scalar,
			Row: cmpTimes(tDate, tTimestamp, opGt),
		},
		{
			OID: 2343, Name: "date_ne_timestamp", Args: oids{tDate, tTimestamp}, Ret: tBool, Kind: Scalar,
			Row: cmpTimes(tDate, tTimestamp, opNe),
		},
		{
			OID: 2351, Name: "date_lt_timestamptz", Args: oids{tDate, tTimestamptz}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tDate, tTimestamptz, opLt),
		},
		{
			OID: 2352, Name: "date_le_timestamptz", Args: oids{tDate, tTimestamptz}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tDate, tTimestamptz, opLe),
		},
		{
			OID: 2353, Name: "date_eq_timestamptz", Args: oids{tDate, tTimestamptz}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tDate, tTimestamptz, opEq),
		},
		{
			OID: 2355, Name: "date_ge_timestamptz", Args: oids{tDate, tTimestamptz}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tDate, tTimestamptz, opGe),
		},
		{
			OID: 2354, Name: "date_gt_timestamptz", Args: oids{tDate, tTimestamptz}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tDate, tTimestamptz, opGt),
		},
		{
			OID: 2356, Name: "date_ne_timestamptz", Args: oids{tDate, tTimestamptz}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tDate, tTimestamptz, opNe),
		},
		{
			OID: 2364, Name: "timestamp_lt_date", Args: oids{tTimestamp, tDate}, Ret: tBool, Kind: Scalar,
			Row: cmpTimes(tTimestamp, tDate, opLt),
		},
		{
			OID: 2365, Name: "timestamp_le_date", Args: oids{tTimestamp, tDate}, Ret: tBool, Kind: Scalar,
			Row: cmpTimes(tTimestamp, tDate, opLe),
		},
		{
			OID: 2366, Name: "timestamp_eq_date", Args: oids{tTimestamp, tDate}, Ret: tBool, Kind: Scalar,
			Row: cmpTimes(tTimestamp, tDate, opEq),
		},
		{
			OID: 2368, Name: "timestamp_ge_date", Args: oids{tTimestamp, tDate}, Ret: tBool, Kind: Scalar,
			Row: cmpTimes(tTimestamp, tDate, opGe),
		},
		{
			OID: 2367, Name: "timestamp_gt_date", Args: oids{tTimestamp, tDate}, Ret: tBool, Kind: Scalar,
			Row: cmpTimes(tTimestamp, tDate, opGt),
		},
		{
			OID: 2369, Name: "timestamp_ne_date", Args: oids{tTimestamp, tDate}, Ret: tBool, Kind: Scalar,
			Row: cmpTimes(tTimestamp, tDate, opNe),
		},
		{
			OID: 2377, Name: "timestamptz_lt_date", Args: oids{tTimestamptz, tDate}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamptz, tDate, opLt),
		},
		{
			OID: 2378, Name: "timestamptz_le_date", Args: oids{tTimestamptz, tDate}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamptz, tDate, opLe),
		},
		{
			OID: 2379, Name: "timestamptz_eq_date", Args: oids{tTimestamptz, tDate}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamptz, tDate, opEq),
		},
		{
			OID: 2381, Name: "timestamptz_ge_date", Args: oids{tTimestamptz, tDate}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamptz, tDate, opGe),
		},
		{
			OID: 2380, Name: "timestamptz_gt_date", Args: oids{tTimestamptz, tDate}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamptz, tDate, opGt),
		},
		{
			OID: 2382, Name: "timestamptz_ne_date", Args: oids{tTimestamptz, tDate}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamptz, tDate, opNe),
		},
		{
			OID: 2520, Name: "timestamp_lt_timestamptz", Args: oids{tTimestamp, tTimestamptz}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamp, tTimestamptz, opLt),
		},
		{
			OID: 2521, Name: "timestamp_le_timestamptz", Args: oids{tTimestamp, tTimestamptz}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamp, tTimestamptz, opLe),
		},
		{
			OID: 2522, Name: "timestamp_eq_timestamptz", Args: oids{tTimestamp, tTimestamptz}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamp, tTimestamptz, opEq),
		},
		{
			OID: 2524, Name: "timestamp_ge_timestamptz", Args: oids{tTimestamp, tTimestamptz}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamp, tTimestamptz, opGe),
		},
		{
			OID: 2523, Name: "timestamp_gt_timestamptz", Args: oids{tTimestamp, tTimestamptz}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamp, tTimestamptz, opGt),
		},
		{
			OID: 2525, Name: "timestamp_ne_timestamptz", Args: oids{tTimestamp, tTimestamptz}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamp, tTimestamptz, opNe),
		},
		{
			OID: 2527, Name: "timestamptz_lt_timestamp", Args: oids{tTimestamptz, tTimestamp}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamptz, tTimestamp, opLt),
		},
		{
			OID: 2528, Name: "timestamptz_le_timestamp", Args: oids{tTimestamptz, tTimestamp}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamptz, tTimestamp, opLe),
		},
		{
			OID: 2529, Name: "timestamptz_eq_timestamp", Args: oids{tTimestamptz, tTimestamp}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamptz, tTimestamp, opEq),
		},
		{
			OID: 2531, Name: "timestamptz_ge_timestamp", Args: oids{tTimestamptz, tTimestamp}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamptz, tTimestamp, opGe),
		},
		{
			OID: 2530, Name: "timestamptz_gt_timestamp", Args: oids{tTimestamptz, tTimestamp}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamptz, tTimestamp, opGt),
		},
		{
			OID: 2532, Name: "timestamptz_ne_timestamp", Args: oids{tTimestamptz, tTimestamp}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: cmpTimes(tTimestamptz, tTimestamp, opNe),
		},
	}
}

func compareTimeOperators() []Operator {
	return []Operator{
		{1093, "=", tDate, tDate, tBool, 1086, 1093, 1094},
		{1094, "<>", tDate, tDate, tBool, 1091, 1094, 1093},
		{1095, "<", tDate, tDate, tBool, 1087, 1097, 1098},
		{1096, "<=", tDate, tDate, tBool, 1088, 1098, 1097},
		{1097, ">", tDate, tDate, tBool, 1089, 1095, 1096},
		{1098, ">=", tDate, tDate, tBool, 1090, 1096, 1095},
		{1108, "=", tTime, tTime, tBool, 1145, 1108, 1109},
		{1109, "<>", tTime, tTime, tBool, 1106, 1109, 1108},
		{1110, "<", tTime, tTime, tBool, 1102, 1112, 1113},
		{1111, "<=", tTime, tTime, tBool, 1103, 1113, 1112},
		{1112, ">", tTime, tTime, tBool, 1104, 1110, 1111},
		{1113, ">=", tTime, tTime, tBool, 1105, 1111, 1110},
		{1320, "=", tTimestamptz, tTimestamptz, tBool, 1152, 1320, 1321},
		{1321, "<>", tTimestamptz, tTimestamptz, tBool, 1153, 1321, 1320},
		{1322, "<", tTimestamptz, tTimestamptz, tBool, 1154, 1324, 1325},
		{1323, "<=", tTimestamptz, tTimestamptz, tBool, 1155, 1325, 1324},
		{1324, ">", tTimestamptz, tTimestamptz, tBool, 1157, 1322, 1323},
		{1325, ">=", tTimestamptz, tTimestamptz, tBool, 1156, 1323, 1322},
		{2060, "=", tTimestamp, tTimestamp, tBool, 2052, 2060, 2061},
		{2061, "<>", tTimestamp, tTimestamp, tBool, 2053, 2061, 2060},
		{2062, "<", tTimestamp, tTimestamp, tBool, 2054, 2064, 2065},
		{2063, "<=", tTimestamp, tTimestamp, tBool, 2055, 2065, 2064},
		{2064, ">", tTimestamp, tTimestamp, tBool, 2057, 2062, 2063},
		{2065, ">=", tTimestamp, tTimestamp, tBool, 2056, 2063, 2062},
		{2345, "<", tDate, tTimestamp, tBool, 2338, 2375, 2348},
		{2346, "<=", tDate, tTimestamp, tBool, 2339, 2374, 2349},
		{2347, "=", tDate, tTimestamp, tBool, 2340, 2373, 2350},
		{2348, ">=", tDate, tTimestamp, tBool, 2342, 2372, 2345},
		{2349, ">", tDate, tTimestamp, tBool, 2341, 2371, 2346},
		{2350, "<>", tDate, tTimestamp, tBool, 2343, 2376, 2347},
		{2358, "<", tDate, tTimestamptz, tBool, 2351, 2388, 2361},
		{2359, "<=", tDate, tTimestamptz, tBool, 2352, 2387, 2362},
		{2360, "=", tDate, tTimestamptz, tBool, 2353, 2386, 2363},
		{2361, ">=", tDate, tTimestamptz, tBool, 2355, 2385, 2358},
		{2362, ">", tDate, tTimestamptz, tBool, 2354, 2384, 2359},
		{2363, "<>", tDate, tTimestamptz, tBool, 2356, 2389, 2360},
		{2371, "<", tTimestamp, tDate, tBool, 2364, 2349, 2374},
		{2372, "<=", tTimestamp, tDate, tBool, 2365, 2348, 2375},
		{2373, "=", tTimestamp, tDate, tBool, 2366, 2347, 2376},
		{2374, ">=", tTimestamp, tDate, tBool, 2368, 2346, 2371},
		{2375, ">", tTimestamp, tDate, tBool, 2367, 2345, 2372},
		{2376, "<>", tTimestamp, tDate, tBool, 2369, 2350, 2373},
		{2384, "<", tTimestamptz, tDate, tBool, 2377, 2362, 2387},
		{2385, "<=", tTimestamptz, tDate, tBool, 2378, 2361, 2388},
		{2386, "=", tTimestamptz, tDate, tBool, 2379, 2360, 2389},
		{2387, ">=", tTimestamptz, tDate, tBool, 2381, 2359, 2384},
		{2388, ">", tTimestamptz, tDate, tBool, 2380, 2358, 2385},
		{2389, "<>", tTimestamptz, tDate, tBool, 2382, 2363, 2386},
		{2534, "<", tTimestamp, tTimestamptz, tBool, 2520, 2544, 2537},
		{2535, "<=", tTimestamp, tTimestamptz, tBool, 2521, 2543, 2538},
		{2536, "=", tTimestamp, tTimestamptz, tBool, 2522, 2542, 2539},
		{2537, ">=", tTimestamp, tTimestamptz, tBool, 2524, 2541, 2534},
		{2538, ">", tTimestamp, tTimestamptz, tBool, 2523, 2540, 2535},
		{2539, "<>", tTimestamp, tTimestamptz, tBool, 2525, 2545, 2536},
		{2540, "<", tTimestamptz, tTimestamp, tBool, 2527, 2538, 2543},
		{2541, "<=", tTimestamptz, tTimestamp, tBool, 2528, 2537, 2544},
		{2542, "=", tTimestamptz, tTimestamp, tBool, 2529, 2536, 2545},
		{2543, ">=", tTimestamptz, tTimestamp, tBool, 2531, 2535, 2540},
		{2544, ">", tTimestamptz, tTimestamp, tBool, 2530, 2534, 2541},
		{2545, "<>", tTimestamptz, tTimestamp, tBool, 2532, 2539, 2542},
	}
}

// cmpTimes compares values of two of date, timestamp and timestamptz as the
// wider of the two.
func cmpTimes(l, r types.OID, op compareOp) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		return types.Bool(op(cmp.Compare(comparableTime(c, l, r, a[0].I), comparableTime(c, r, l, a[1].I)))), nil
	}
}

// comparableTime turns a value of type t into a timestamp or, when the other
// side is timestamptz, a timestamptz.
func comparableTime(c *Ctx, t, other types.OID, v int64) int64 {
	if t == tDate {
		v = dateMicros(v)
	}
	// Beyond the range a date stays between all timestamps and infinity.
	if other == tTimestamptz && t != tTimestamptz && inTimestampRange(v) {
		return localToUTC(c.zone(), v)
	}
	return v
}

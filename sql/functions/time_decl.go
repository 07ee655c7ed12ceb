package functions

import "github.com/stemedb/stemedb/sql/types"

// timeArithFuncs are the arithmetic of dates, times and intervals.
func timeArithFuncs() []Func {
	return []Func{
		{
			OID: 2032, Name: "timestamp_pl_interval", Args: oids{tTimestamp, tInterval}, Ret: tTimestamp, Kind: Scalar,
			Row: rowTimePlus(plusTimestamp, false, false),
		},
		{
			OID: 2033, Name: "timestamp_mi_interval", Args: oids{tTimestamp, tInterval}, Ret: tTimestamp, Kind: Scalar,
			Row: rowTimePlus(plusTimestamp, true, false),
		},
		{
			OID: 2548, Name: "interval_pl_timestamp", Args: oids{tInterval, tTimestamp}, Ret: tTimestamp, Kind: Scalar, Src: "",
			Row: rowTimePlus(plusTimestamp, false, true),
		},
		{
			OID: 1189, Name: "timestamptz_pl_interval", Args: oids{tTimestamptz, tInterval}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's',
			Row: rowTimePlus(timestamptzPlus, false, false),
		},
		{
			OID: 1190, Name: "timestamptz_mi_interval", Args: oids{tTimestamptz, tInterval}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's',
			Row: rowTimePlus(timestamptzPlus, true, false),
		},
		{
			OID: 2549, Name: "interval_pl_timestamptz", Args: oids{tInterval, tTimestamptz}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Src: "",
			Row: rowTimePlus(timestamptzPlus, false, true),
		},
		{
			OID: 2071, Name: "date_pl_interval", Args: oids{tDate, tInterval}, Ret: tTimestamp, Kind: Scalar,
			Row: rowTimePlus(plusDate, false, false),
		},
		{
			OID: 2072, Name: "date_mi_interval", Args: oids{tDate, tInterval}, Ret: tTimestamp, Kind: Scalar,
			Row: rowTimePlus(plusDate, true, false),
		},
		{
			OID: 2546, Name: "interval_pl_date", Args: oids{tInterval, tDate}, Ret: tTimestamp, Kind: Scalar, Src: "",
			Row: rowTimePlus(plusDate, false, true),
		},
		{
			OID: 1747, Name: "time_pl_interval", Args: oids{tTime, tInterval}, Ret: tTime, Kind: Scalar,
			Row: rowTimePlus(plusTime, false, false),
		},
		{
			OID: 1748, Name: "time_mi_interval", Args: oids{tTime, tInterval}, Ret: tTime, Kind: Scalar,
			Row: rowTimePlus(plusTime, true, false),
		},
		{
			OID: 1848, Name: "interval_pl_time", Args: oids{tInterval, tTime}, Ret: tTime, Kind: Scalar, Src: "",
			Row: rowTimePlus(plusTime, false, true),
		},
		{
			OID: 1749, Name: "timetz_pl_interval", Args: oids{tTimetz, tInterval}, Ret: tTimetz, Kind: Scalar,
			Row: rowTimetzPlus(false, false),
		},
		{
			OID: 1750, Name: "timetz_mi_interval", Args: oids{tTimetz, tInterval}, Ret: tTimetz, Kind: Scalar,
			Row: rowTimetzPlus(true, false),
		},
		{
			OID: 2547, Name: "interval_pl_timetz", Args: oids{tInterval, tTimetz}, Ret: tTimetz, Kind: Scalar, Src: "",
			Row: rowTimetzPlus(false, true),
		},
		{OID: 2031, Name: "timestamp_mi", Args: oids{tTimestamp, tTimestamp}, Ret: tInterval, Kind: Scalar, Row: rowTimestampMinus},
		{
			OID: 1188, Name: "timestamptz_mi", Args: oids{tTimestamptz, tTimestamptz}, Ret: tInterval, Kind: Scalar, Src: "timestamp_mi",
			Row: rowTimestampMinus,
		},
		{
			OID: 1690, Name: "time_mi_time", Args: oids{tTime, tTime}, Ret: tInterval, Kind: Scalar,
			Row: func(_ *Ctx, a []datum) (datum, error) { return types.Any(types.Interval{Micros: a[0].I - a[1].I}), nil },
		},
		{OID: 1140, Name: "date_mi", Args: oids{tDate, tDate}, Ret: tInt4, Kind: Scalar, Row: rowDateMinus},
		{OID: 1141, Name: "date_pli", Args: oids{tDate, tInt4}, Ret: tDate, Kind: Scalar, Row: rowDatePlus(1, false)},
		{OID: 1142, Name: "date_mii", Args: oids{tDate, tInt4}, Ret: tDate, Kind: Scalar, Row: rowDatePlus(-1, false)},
		{OID: 2550, Name: "integer_pl_date", Args: oids{tInt4, tDate}, Ret: tDate, Kind: Scalar, Src: "", Row: rowDatePlus(1, true)},
		{
			OID: 1272, Name: "datetime_pl", Args: oids{tDate, tTime}, Ret: tTimestamp, Kind: Scalar, Src: "datetime_timestamp",
			Row: rowDateTime(false),
		},
		{
			OID: 2025, Name: "timestamp", Args: oids{tDate, tTime}, Ret: tTimestamp, Kind: Scalar, Src: "datetime_timestamp", Doc: "convert date and time to timestamp",
			Row: rowDateTime(false),
		},
		{OID: 1296, Name: "timedate_pl", Args: oids{tTime, tDate}, Ret: tTimestamp, Kind: Scalar, Src: "", Row: rowDateTime(true)},
		{
			OID: 1297, Name: "datetimetz_pl", Args: oids{tDate, tTimetz}, Ret: tTimestamptz, Kind: Scalar, Src: "datetimetz_timestamptz",
			Row: rowDateTimetz(false),
		},
		{
			OID: 1359, Name: "timestamptz", Args: oids{tDate, tTimetz}, Ret: tTimestamptz, Kind: Scalar, Src: "datetimetz_timestamptz", Doc: "convert date and time with time zone to timestamp with time zone",
			Row: rowDateTimetz(false),
		},
		{
			OID: 1298, Name: "timetzdate_pl", Args: oids{tTimetz, tDate}, Ret: tTimestamptz, Kind: Scalar, Src: "",
			Row: rowDateTimetz(true),
		},
		{
			OID: 1176, Name: "timestamptz", Args: oids{tDate, tTime}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Src: "", Doc: "convert date and time to timestamp with time zone",
			Row: rowDateTimeLocal,
		},
		{OID: 1169, Name: "interval_pl", Args: oids{tInterval, tInterval}, Ret: tInterval, Kind: Scalar, Row: rowIntervalAdd(false)},
		{OID: 1170, Name: "interval_mi", Args: oids{tInterval, tInterval}, Ret: tInterval, Kind: Scalar, Row: rowIntervalAdd(true)},
		{OID: 1168, Name: "interval_um", Args: oids{tInterval}, Ret: tInterval, Kind: Scalar, Row: rowIntervalNeg},
		{OID: 1618, Name: "interval_mul", Args: oids{tInterval, tFloat8}, Ret: tInterval, Kind: Scalar, Row: rowIntervalMul(false)},
		{OID: 1624, Name: "mul_d_interval", Args: oids{tFloat8, tInterval}, Ret: tInterval, Kind: Scalar, Row: rowIntervalMul(true)},
		{OID: 1326, Name: "interval_div", Args: oids{tInterval, tFloat8}, Ret: tInterval, Kind: Scalar, Row: rowIntervalDiv},
		{
			OID: 1175, Name: "justify_hours", Args: oids{tInterval}, Ret: tInterval, Kind: Scalar, Src: "interval_justify_hours", Doc: "promote groups of 24 hours to numbers of days",
			Row: rowInterval(justifyHours),
		},
		{
			OID: 1295, Name: "justify_days", Args: oids{tInterval}, Ret: tInterval, Kind: Scalar, Src: "interval_justify_days", Doc: "promote groups of 30 days to numbers of months",
			Row: rowInterval(justifyDays),
		},
		{
			OID: 2711, Name: "justify_interval", Args: oids{tInterval}, Ret: tInterval, Kind: Scalar, Src: "interval_justify_interval", Doc: "promote groups of 24 hours to numbers of days and promote groups of 30 days to numbers of months",
			Row: rowInterval(justifyInterval),
		},
		{
			OID: 1138, Name: "date_larger", Args: oids{tDate, tDate}, Ret: tDate, Kind: Scalar, Doc: "larger of two",
			Row: rowIntInt(intMax),
		},
		{
			OID: 1377, Name: "time_larger", Args: oids{tTime, tTime}, Ret: tTime, Kind: Scalar, Doc: "larger of two",
			Row: rowIntInt(intMax),
		},
		{
			OID: 2036, Name: "timestamp_larger", Args: oids{tTimestamp, tTimestamp}, Ret: tTimestamp, Kind: Scalar, Doc: "larger of two",
			Row: rowIntInt(intMax),
		},
		{
			OID: 1196, Name: "timestamptz_larger", Args: oids{tTimestamptz, tTimestamptz}, Ret: tTimestamptz, Kind: Scalar, Src: "timestamp_larger", Doc: "larger of two",
			Row: rowIntInt(intMax),
		},
		{
			OID: 1139, Name: "date_smaller", Args: oids{tDate, tDate}, Ret: tDate, Kind: Scalar, Doc: "smaller of two",
			Row: rowIntInt(intMin),
		},
		{
			OID: 1378, Name: "time_smaller", Args: oids{tTime, tTime}, Ret: tTime, Kind: Scalar, Doc: "smaller of two",
			Row: rowIntInt(intMin),
		},
		{
			OID: 2035, Name: "timestamp_smaller", Args: oids{tTimestamp, tTimestamp}, Ret: tTimestamp, Kind: Scalar, Doc: "smaller of two",
			Row: rowIntInt(intMin),
		},
		{
			OID: 1195, Name: "timestamptz_smaller", Args: oids{tTimestamptz, tTimestamptz}, Ret: tTimestamptz, Kind: Scalar, Src: "timestamp_smaller", Doc: "smaller of two",
			Row: rowIntInt(intMin),
		},
		{
			OID: 1379, Name: "timetz_larger", Args: oids{tTimetz, tTimetz}, Ret: tTimetz, Kind: Scalar, Doc: "larger of two",
			Row: pick(tTimetz, opGt),
		},
		{
			OID: 1380, Name: "timetz_smaller", Args: oids{tTimetz, tTimetz}, Ret: tTimetz, Kind: Scalar, Doc: "smaller of two",
			Row: pick(tTimetz, opLt),
		},
		{
			OID: 1198, Name: "interval_larger", Args: oids{tInterval, tInterval}, Ret: tInterval, Kind: Scalar, Doc: "larger of two",
			Row: pick(tInterval, opGt),
		},
		{
			OID: 1197, Name: "interval_smaller", Args: oids{tInterval, tInterval}, Ret: tInterval, Kind: Scalar, Doc: "smaller of two",
			Row: pick(tInterval, opLt),
		},
	}
}

func timeOperators() []Operator {
	return []Operator{
		{1076, "+", tDate, tInterval, tTimestamp, 2071, 2551, 0},
		{1077, "-", tDate, tInterval, tTimestamp, 2072, 0, 0},
		{1099, "-", tDate, tDate, tInt4, 1140, 0, 0},
		{1100, "+", tDate, tInt4, tDate, 1141, 2555, 0},
		{1101, "-", tDate, tInt4, tDate, 1142, 0, 0},
		{1327, "+", tTimestamptz, tInterval, tTimestamptz, 1189, 2554, 0},
		{1328, "-", tTimestamptz, tTimestamptz, tInterval, 1188, 0, 0},
		{1329, "-", tTimestamptz, tInterval, tTimestamptz, 1190, 0, 0},
		{1336, "-", 0, tInterval, tInterval, 1168, 0, 0},
		{1337, "+", tInterval, tInterval, tInterval, 1169, 1337, 0},
		{1338, "-", tInterval, tInterval, tInterval, 1170, 0, 0},
		{1360, "+", tDate, tTime, tTimestamp, 1272, 1363, 0},
		{1361, "+", tDate, tTimetz, tTimestamptz, 1297, 1366, 0},
		{1363, "+", tTime, tDate, tTimestamp, 1296, 1360, 0},
		{1366, "+", tTimetz, tDate, tTimestamptz, 1298, 1361, 0},
		{1399, "-", tTime, tTime, tInterval, 1690, 0, 0},
		{1583, "*", tInterval, tFloat8, tInterval, 1618, 1584, 0},
		{1584, "*", tFloat8, tInterval, tInterval, 1624, 1583, 0},
		{1585, "/", tInterval, tFloat8, tInterval, 1326, 0, 0},
		{1800, "+", tTime, tInterval, tTime, 1747, 1849, 0},
		{1801, "-", tTime, tInterval, tTime, 1748, 0, 0},
		{1802, "+", tTimetz, tInterval, tTimetz, 1749, 2552, 0},
		{1803, "-", tTimetz, tInterval, tTimetz, 1750, 0, 0},
		{1849, "+", tInterval, tTime, tTime, 1848, 1800, 0},
		{2066, "+", tTimestamp, tInterval, tTimestamp, 2032, 2553, 0},
		{2067, "-", tTimestamp, tTimestamp, tInterval, 2031, 0, 0},
		{2068, "-", tTimestamp, tInterval, tTimestamp, 2033, 0, 0},
		{2551, "+", tInterval, tDate, tTimestamp, 2546, 1076, 0},
		{2552, "+", tInterval, tTimetz, tTimetz, 2547, 1802, 0},
		{2553, "+", tInterval, tTimestamp, tTimestamp, 2548, 2066, 0},
		{2554, "+", tInterval, tTimestamptz, tTimestamptz, 2549, 1327, 0},
		{2555, "+", tInt4, tDate, tDate, 2550, 1100, 0},
	}
}

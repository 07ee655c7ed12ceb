package functions

import "github.com/stemedb/stemedb/sql/types"

// timeFuncs are the functions of dates and times that are no operators.
func timeFuncs() []Func {
	return []Func{
		{OID: 1299, Name: "now", Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Doc: "current transaction time", Row: rowNow},
		{
			OID: 2647, Name: "transaction_timestamp", Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Src: "now", Doc: "current transaction time",
			Row: rowNow,
		},
		{
			OID: 2648, Name: "statement_timestamp", Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Doc: "current statement time",
			Row: rowStmtNow,
		},
		{OID: 2649, Name: "clock_timestamp", Ret: tTimestamptz, Kind: Scalar, Volatility: 'v', Doc: "current clock time", Row: rowClock},
		{
			OID: 274, Name: "timeofday", Ret: tText, Kind: Scalar, Volatility: 'v', Doc: "current date and time - increments during transactions",
			Row: rowTimeOfDay,
		},
		{
			OID: 2058, Name: "age", Args: oids{tTimestamp, tTimestamp}, Ret: tInterval, Kind: Scalar, Src: "timestamp_age", Doc: "date difference preserving months and years",
			Row: rowAge(false),
		},
		{
			OID: 2059, Name: "age", Args: oids{tTimestamp}, Ret: tInterval, Kind: Scalar, Volatility: 's', Src: "", Doc: "date difference from today preserving months and years",
			Row: rowAge(false),
		},
		{
			OID: 1199, Name: "age", Args: oids{tTimestamptz, tTimestamptz}, Ret: tInterval, Kind: Scalar, Src: "timestamptz_age", Doc: "date difference preserving months and years",
			Row: rowAge(true),
		},
		{
			OID: 1386, Name: "age", Args: oids{tTimestamptz}, Ret: tInterval, Kind: Scalar, Volatility: 's', Src: "", Doc: "date difference from today preserving months and years",
			Row: rowAge(true),
		},
		{
			OID: 3846, Name: "make_date", Args: oids{tInt4, tInt4, tInt4}, ArgNames: names{"year", "month", "day"}, Ret: tDate, Kind: Scalar, Doc: "construct date",
			Row: rowMakeDate,
		},
		{
			OID: 3847, Name: "make_time", Args: oids{tInt4, tInt4, tFloat8}, ArgNames: names{"hour", "min", "sec"}, Ret: tTime, Kind: Scalar, Doc: "construct time",
			Row: rowMakeTime,
		},
		{
			OID: 3461, Name: "make_timestamp", Args: oids{tInt4, tInt4, tInt4, tInt4, tInt4, tFloat8}, ArgNames: names{"year", "month", "mday", "hour", "min", "sec"}, Ret: tTimestamp, Kind: Scalar, Doc: "construct timestamp",
			Row: rowMakeTimestamp,
		},
		{
			OID: 3462, Name: "make_timestamptz", Args: oids{tInt4, tInt4, tInt4, tInt4, tInt4, tFloat8}, ArgNames: names{"year", "month", "mday", "hour", "min", "sec"}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Doc: "construct timestamp with time zone",
			Row: rowMakeTimestamptz,
		},
		{
			OID: 3463, Name: "make_timestamptz", Args: oids{tInt4, tInt4, tInt4, tInt4, tInt4, tFloat8, tText}, ArgNames: names{"year", "month", "mday", "hour", "min", "sec", "timezone"}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Src: "make_timestamptz_at_timezone", Doc: "construct timestamp with time zone",
			Row: rowMakeTimestamptz,
		},
		{
			OID: 3464, Name: "make_interval", Args: oids{tInt4, tInt4, tInt4, tInt4, tInt4, tInt4, tFloat8}, ArgNames: names{"years", "months", "weeks", "days", "hours", "mins", "secs"}, Defaults: datums{types.Int(0), types.Int(0), types.Int(0), types.Int(0), types.Int(0), types.Int(0), types.Float(0.0)}, Ret: tInterval, Kind: Scalar, Doc: "construct interval",
			Row: rowMakeInterval,
		},
		{
			OID: 1158, Name: "to_timestamp", Args: oids{tFloat8}, Ret: tTimestamptz, Kind: Scalar, Src: "float8_timestamptz", Doc: "convert UNIX epoch to timestamptz",
			Row: rowToTimestampFloat,
		},
		{
			OID: 6177, Name: "date_bin", Args: oids{tInterval, tTimestamp, tTimestamp}, Ret: tTimestamp, Kind: Scalar, Src: "timestamp_bin", Doc: "bin timestamp into specified interval",
			Row: rowDateBin,
		},
		{
			OID: 6178, Name: "date_bin", Args: oids{tInterval, tTimestamptz, tTimestamptz}, Ret: tTimestamptz, Kind: Scalar, Src: "timestamptz_bin", Doc: "bin timestamp with time zone into specified interval",
			Row: rowDateBin,
		},
		{
			OID: 1373, Name: "isfinite", Args: oids{tDate}, Ret: tBool, Kind: Scalar, Src: "date_finite", Doc: "finite date?",
			Row: rowFinite(true),
		},
		{
			OID: 2048, Name: "isfinite", Args: oids{tTimestamp}, Ret: tBool, Kind: Scalar, Src: "timestamp_finite", Doc: "finite timestamp?",
			Row: rowFinite(false),
		},
		{
			OID: 1389, Name: "isfinite", Args: oids{tTimestamptz}, Ret: tBool, Kind: Scalar, Src: "timestamp_finite", Doc: "finite timestamp?",
			Row: rowFinite(false),
		},
		{
			OID: 1390, Name: "isfinite", Args: oids{tInterval}, Ret: tBool, Kind: Scalar, Src: "interval_finite", Doc: "finite interval?",
			Row: func(*Ctx, []datum) (datum, error) { return types.Bool(true), nil },
		},
		{
			OID: 1271, Name: "overlaps", Args: oids{tTimetz, tTimetz, tTimetz, tTimetz}, Ret: tBool, Kind: Scalar, NotStrict: true, Src: "overlaps_timetz", Doc: "intervals overlap?",
			Bind: bindOverlaps(tTimetz),
		},
		{
			OID: 1304, Name: "overlaps", Args: oids{tTimestamptz, tTimestamptz, tTimestamptz, tTimestamptz}, Ret: tBool, Kind: Scalar, NotStrict: true, Src: "overlaps_timestamp", Doc: "intervals overlap?",
			Bind: bindOverlaps(tTimestamptz),
		},
		{
			OID: 1306, Name: "overlaps", Args: oids{tTimestamptz, tTimestamptz, tTimestamptz, tInterval}, Ret: tBool, Kind: Scalar, NotStrict: true, Volatility: 's', Src: "", Doc: "intervals overlap?",
			Bind: bindOverlaps(tTimestamptz),
		},
		{
			OID: 1305, Name: "overlaps", Args: oids{tTimestamptz, tInterval, tTimestamptz, tInterval}, Ret: tBool, Kind: Scalar, NotStrict: true, Volatility: 's', Src: "", Doc: "intervals overlap?",
			Bind: bindOverlaps(tTimestamptz),
		},
		{
			OID: 1307, Name: "overlaps", Args: oids{tTimestamptz, tInterval, tTimestamptz, tTimestamptz}, Ret: tBool, Kind: Scalar, NotStrict: true, Volatility: 's', Src: "", Doc: "intervals overlap?",
			Bind: bindOverlaps(tTimestamptz),
		},
		{
			OID: 2041, Name: "overlaps", Args: oids{tTimestamp, tTimestamp, tTimestamp, tTimestamp}, Ret: tBool, Kind: Scalar, NotStrict: true, Src: "overlaps_timestamp", Doc: "intervals overlap?",
			Bind: bindOverlaps(tTimestamp),
		},
		{
			OID: 2043, Name: "overlaps", Args: oids{tTimestamp, tTimestamp, tTimestamp, tInterval}, Ret: tBool, Kind: Scalar, NotStrict: true, Src: "", Doc: "intervals overlap?",
			Bind: bindOverlaps(tTimestamp),
		},
		{
			OID: 2042, Name: "overlaps", Args: oids{tTimestamp, tInterval, tTimestamp, tInterval}, Ret: tBool, Kind: Scalar, NotStrict: true, Src: "", Doc: "intervals overlap?",
			Bind: bindOverlaps(tTimestamp),
		},
		{
			OID: 2044, Name: "overlaps", Args: oids{tTimestamp, tInterval, tTimestamp, tTimestamp}, Ret: tBool, Kind: Scalar, NotStrict: true, Src: "", Doc: "intervals overlap?",
			Bind: bindOverlaps(tTimestamp),
		},
		{
			OID: 1308, Name: "overlaps", Args: oids{tTime, tTime, tTime, tTime}, Ret: tBool, Kind: Scalar, NotStrict: true, Src: "overlaps_time", Doc: "intervals overlap?",
			Bind: bindOverlaps(tTime),
		},
		{
			OID: 1310, Name: "overlaps", Args: oids{tTime, tTime, tTime, tInterval}, Ret: tBool, Kind: Scalar, NotStrict: true, Src: "", Doc: "intervals overlap?",
			Bind: bindOverlaps(tTime),
		},
		{
			OID: 1309, Name: "overlaps", Args: oids{tTime, tInterval, tTime, tInterval}, Ret: tBool, Kind: Scalar, NotStrict: true, Src: "", Doc: "intervals overlap?",
			Bind: bindOverlaps(tTime),
		},
		{
			OID: 1311, Name: "overlaps", Args: oids{tTime, tInterval, tTime, tTime}, Ret: tBool, Kind: Scalar, NotStrict: true, Src: "", Doc: "intervals overlap?",
			Bind: bindOverlaps(tTime),
		},
		{
			OID: 1159, Name: "timezone", Args: oids{tText, tTimestamptz}, Ret: tTimestamp, Kind: Scalar, Src: "timestamptz_zone", Doc: "adjust timestamp to new time zone",
			Row: rowZone(true, false),
		},
		{
			OID: 1026, Name: "timezone", Args: oids{tInterval, tTimestamptz}, Ret: tTimestamp, Kind: Scalar, Src: "timestamptz_izone", Doc: "adjust timestamp to new time zone",
			Row: rowZone(true, true),
		},
		{
			OID: 2069, Name: "timezone", Args: oids{tText, tTimestamp}, Ret: tTimestamptz, Kind: Scalar, Src: "timestamp_zone", Doc: "adjust timestamp to new time zone",
			Row: rowZone(false, false),
		},
		{
			OID: 2070, Name: "timezone", Args: oids{tInterval, tTimestamp}, Ret: tTimestamptz, Kind: Scalar, Src: "timestamp_izone", Doc: "adjust timestamp to new time zone",
			Row: rowZone(false, true),
		},
		{
			OID: 2037, Name: "timezone", Args: oids{tText, tTimetz}, Ret: tTimetz, Kind: Scalar, Volatility: 's', Src: "timetz_zone", Doc: "adjust time with time zone to new zone",
			Row: rowZoneTimetz(false),
		},
		{
			OID: 2038, Name: "timezone", Args: oids{tInterval, tTimetz}, Ret: tTimetz, Kind: Scalar, Src: "timetz_izone", Doc: "adjust time with time zone to new zone",
			Row: rowZoneTimetz(true),
		},
	}
}

// timeCastFuncs are the functions behind casts of dates and times.
func timeCastFuncs() []Func {
	return []Func{
		{
			OID: 2024, Name: "timestamp", Args: oids{tDate}, Ret: tTimestamp, Kind: Scalar, Src: "date_timestamp", Doc: "convert date to timestamp",
			Row: rowDateToTimestamp,
		},
		{
			OID: 1174, Name: "timestamptz", Args: oids{tDate}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Src: "date_timestamptz", Doc: "convert date to timestamp with time zone",
			Row: rowDateToTimestamptz,
		},
		{
			OID: 2029, Name: "date", Args: oids{tTimestamp}, Ret: tDate, Kind: Scalar, Src: "timestamp_date", Doc: "convert timestamp to date",
			Row: rowTimestampToDate,
		},
		{
			OID: 1178, Name: "date", Args: oids{tTimestamptz}, Ret: tDate, Kind: Scalar, Volatility: 's', Src: "timestamptz_date", Doc: "convert timestamp with time zone to date",
			Row: rowTimestamptzToDate,
		},
		{
			OID: 2027, Name: "timestamp", Args: oids{tTimestamptz}, Ret: tTimestamp, Kind: Scalar, Volatility: 's', Src: "timestamptz_timestamp", Doc: "convert timestamp with time zone to timestamp",
			Row: rowTimestamptzToTimestamp,
		},
		{
			OID: 2028, Name: "timestamptz", Args: oids{tTimestamp}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Src: "timestamp_timestamptz", Doc: "convert timestamp to timestamp with time zone",
			Row: rowTimestampToTimestamptz,
		},
		{
			OID: 1316, Name: "time", Args: oids{tTimestamp}, Ret: tTime, Kind: Scalar, Src: "timestamp_time", Doc: "convert timestamp to time",
			Row: rowTimestampToTime,
		},
		{
			OID: 2019, Name: "time", Args: oids{tTimestamptz}, Ret: tTime, Kind: Scalar, Volatility: 's', Src: "timestamptz_time", Doc: "convert timestamp with time zone to time",
			Row: rowTimestamptzToTime,
		},
		{
			OID: 1388, Name: "timetz", Args: oids{tTimestamptz}, Ret: tTimetz, Kind: Scalar, Volatility: 's', Src: "timestamptz_timetz", Doc: "convert timestamp with time zone to time with time zone",
			Row: rowTimestamptzToTimetz,
		},
		{
			OID: 2047, Name: "timetz", Args: oids{tTime}, Ret: tTimetz, Kind: Scalar, Volatility: 's', Src: "time_timetz", Doc: "convert time to time with time zone",
			Row: rowTimeToTimetz,
		},
		{
			OID: 2046, Name: "time", Args: oids{tTimetz}, Ret: tTime, Kind: Scalar, Src: "timetz_time", Doc: "convert time with time zone to time",
			Row: rowTimetzToTime,
		},
		{
			OID: 1370, Name: "interval", Args: oids{tTime}, Ret: tInterval, Kind: Scalar, Src: "time_interval", Doc: "convert time to interval",
			Row: rowTimeToInterval,
		},
		{
			OID: 1419, Name: "time", Args: oids{tInterval}, Ret: tTime, Kind: Scalar, Src: "interval_time", Doc: "convert interval to time",
			Row: rowIntervalToTime,
		},
		{
			OID: 1961, Name: "timestamp", Args: oids{tTimestamp, tInt4}, Ret: tTimestamp, Kind: Scalar, Src: "timestamp_scale", Doc: "adjust timestamp precision",
			Row: rowTypmod(tTimestamp),
		},
		{
			OID: 1967, Name: "timestamptz", Args: oids{tTimestamptz, tInt4}, Ret: tTimestamptz, Kind: Scalar, Src: "timestamptz_scale", Doc: "adjust timestamptz precision",
			Row: rowTypmod(tTimestamptz),
		},
		{
			OID: 1968, Name: "time", Args: oids{tTime, tInt4}, Ret: tTime, Kind: Scalar, Src: "time_scale", Doc: "adjust time precision",
			Row: rowTypmod(tTime),
		},
		{
			OID: 1969, Name: "timetz", Args: oids{tTimetz, tInt4}, Ret: tTimetz, Kind: Scalar, Src: "timetz_scale", Doc: "adjust time with time zone precision",
			Row: rowTypmod(tTimetz),
		},
		{
			OID: 1200, Name: "interval", Args: oids{tInterval, tInt4}, Ret: tInterval, Kind: Scalar, Src: "interval_scale", Doc: "adjust interval precision",
			Row: rowTypmod(tInterval),
		},
	}
}

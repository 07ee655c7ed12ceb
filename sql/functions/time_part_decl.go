package functions

// timePartFuncs are extract, date_part and date_trunc.
func timePartFuncs() []Func {
	return []Func{
		{
			OID: 6199, Name: "extract", Args: oids{tText, tDate}, Ret: tNumeric, Kind: Scalar, Src: "extract_date", Doc: "extract field from date",
			Row: rowExtract(tDate),
		},
		{
			OID: 6200, Name: "extract", Args: oids{tText, tTime}, Ret: tNumeric, Kind: Scalar, Src: "extract_time", Doc: "extract field from time",
			Row: rowExtract(tTime),
		},
		{
			OID: 6201, Name: "extract", Args: oids{tText, tTimetz}, Ret: tNumeric, Kind: Scalar, Src: "extract_timetz", Doc: "extract field from time with time zone",
			Row: rowExtract(tTimetz),
		},
		{
			OID: 6202, Name: "extract", Args: oids{tText, tTimestamp}, Ret: tNumeric, Kind: Scalar, Src: "extract_timestamp", Doc: "extract field from timestamp",
			Row: rowExtract(tTimestamp),
		},
		{
			OID: 6203, Name: "extract", Args: oids{tText, tTimestamptz}, Ret: tNumeric, Kind: Scalar, Volatility: 's', Src: "extract_timestamptz", Doc: "extract field from timestamp with time zone",
			Row: rowExtract(tTimestamptz),
		},
		{
			OID: 6204, Name: "extract", Args: oids{tText, tInterval}, Ret: tNumeric, Kind: Scalar, Src: "extract_interval", Doc: "extract field from interval",
			Row: rowExtract(tInterval),
		},
		{
			OID: 1384, Name: "date_part", Args: oids{tText, tDate}, Ret: tFloat8, Kind: Scalar, Src: "", Doc: "extract field from date",
			Row: rowDatePart(tDate),
		},
		{
			OID: 1385, Name: "date_part", Args: oids{tText, tTime}, Ret: tFloat8, Kind: Scalar, Src: "time_part", Doc: "extract field from time",
			Row: rowDatePart(tTime),
		},
		{
			OID: 1273, Name: "date_part", Args: oids{tText, tTimetz}, Ret: tFloat8, Kind: Scalar, Src: "timetz_part", Doc: "extract field from time with time zone",
			Row: rowDatePart(tTimetz),
		},
		{
			OID: 2021, Name: "date_part", Args: oids{tText, tTimestamp}, Ret: tFloat8, Kind: Scalar, Src: "timestamp_part", Doc: "extract field from timestamp",
			Row: rowDatePart(tTimestamp),
		},
		{
			OID: 1171, Name: "date_part", Args: oids{tText, tTimestamptz}, Ret: tFloat8, Kind: Scalar, Volatility: 's', Src: "timestamptz_part", Doc: "extract field from timestamp with time zone",
			Row: rowDatePart(tTimestamptz),
		},
		{
			OID: 1172, Name: "date_part", Args: oids{tText, tInterval}, Ret: tFloat8, Kind: Scalar, Src: "interval_part", Doc: "extract field from interval",
			Row: rowDatePart(tInterval),
		},
		{
			OID: 2020, Name: "date_trunc", Args: oids{tText, tTimestamp}, Ret: tTimestamp, Kind: Scalar, Src: "timestamp_trunc", Doc: "truncate timestamp to specified units",
			Row: rowTrunc,
		},
		{
			OID: 1217, Name: "date_trunc", Args: oids{tText, tTimestamptz}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Src: "timestamptz_trunc", Doc: "truncate timestamp with time zone to specified units",
			Row: rowTruncZoned,
		},
		{
			OID: 1284, Name: "date_trunc", Args: oids{tText, tTimestamptz, tText}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Src: "timestamptz_trunc_zone", Doc: "truncate timestamp with time zone to specified units in specified time zone",
			Row: rowTruncZoned,
		},
		{
			OID: 1218, Name: "date_trunc", Args: oids{tText, tInterval}, Ret: tInterval, Kind: Scalar, Src: "interval_trunc", Doc: "truncate interval to specified units",
			Row: rowTruncInterval,
		},
	}
}

package functions

// toCharFuncs are to_char, to_date, to_timestamp and to_number.
func toCharFuncs() []Func {
	return []Func{
		{
			OID: 2049, Name: "to_char", Args: oids{tTimestamp, tText}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "timestamp_to_char", Doc: "format timestamp to text",
			Row: rowToChar(tTimestamp),
		},
		{
			OID: 1770, Name: "to_char", Args: oids{tTimestamptz, tText}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "timestamptz_to_char", Doc: "format timestamp with time zone to text",
			Row: rowToChar(tTimestamptz),
		},
		{
			OID: 1768, Name: "to_char", Args: oids{tInterval, tText}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "interval_to_char", Doc: "format interval to text",
			Row: rowToChar(tInterval),
		},
		{
			OID: 1772, Name: "to_char", Args: oids{tNumeric, tText}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "numeric_to_char", Doc: "format numeric to text",
			Row: rowToCharNumber(tNumeric),
		},
		{
			OID: 1773, Name: "to_char", Args: oids{tInt4, tText}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "int4_to_char", Doc: "format int4 to text",
			Row: rowToCharNumber(tInt4),
		},
		{
			OID: 1774, Name: "to_char", Args: oids{tInt8, tText}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "int8_to_char", Doc: "format int8 to text",
			Row: rowToCharNumber(tInt8),
		},
		{
			OID: 1775, Name: "to_char", Args: oids{tFloat4, tText}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "float4_to_char", Doc: "format float4 to text",
			Row: rowToCharNumber(tFloat4),
		},
		{
			OID: 1776, Name: "to_char", Args: oids{tFloat8, tText}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "float8_to_char", Doc: "format float8 to text",
			Row: rowToCharNumber(tFloat8),
		},
		{
			OID: 1777, Name: "to_number", Args: oids{tText, tText}, Ret: tNumeric, Kind: Scalar, Volatility: 's', Src: "numeric_to_number", Doc: "convert text to numeric",
			Row: rowToNumber,
		},
		{
			OID: 1780, Name: "to_date", Args: oids{tText, tText}, Ret: tDate, Kind: Scalar, Volatility: 's', Doc: "convert text to date",
			Row: rowToDate,
		},
		{
			OID: 1778, Name: "to_timestamp", Args: oids{tText, tText}, Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Doc: "convert text to timestamp with time zone",
			Row: rowToTimestamp,
		},
	}
}

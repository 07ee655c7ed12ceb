package functions

import "github.com/stemedb/stemedb/sql/types"

// compareLSNFuncs are pg_lsn's functions, and of other types the comparisons
// that only aggregates and btrees name.
func compareLSNFuncs() []Func {
	return []Func{
		{OID: 1062, Name: "aclitemeq", Args: oids{types.OIDACLItem, types.OIDACLItem}, Ret: tBool, Kind: Scalar, Src: "aclitem_eq", Row: cmpText(opEq)},
		{
			OID: 1063, Name: "bpchar_larger", Args: oids{tBpchar, tBpchar}, Ret: tBpchar, Kind: Scalar, Doc: "larger of two",
			Row: pick(tBpchar, opGe),
		},
		{
			OID: 2177, Name: "bpchar_pattern_ge", Args: oids{tBpchar, tBpchar}, Ret: tBool, Kind: Scalar, Doc: "implementation of ~>=~ operator",
			Row: cmpType(tBpchar, opGe),
		},
		{
			OID: 2178, Name: "bpchar_pattern_gt", Args: oids{tBpchar, tBpchar}, Ret: tBool, Kind: Scalar, Doc: "implementation of ~>~ operator",
			Row: cmpType(tBpchar, opGt),
		},
		{
			OID: 2175, Name: "bpchar_pattern_le", Args: oids{tBpchar, tBpchar}, Ret: tBool, Kind: Scalar, Doc: "implementation of ~<=~ operator",
			Row: cmpType(tBpchar, opLe),
		},
		{
			OID: 2174, Name: "bpchar_pattern_lt", Args: oids{tBpchar, tBpchar}, Ret: tBool, Kind: Scalar, Doc: "implementation of ~<~ operator",
			Row: cmpType(tBpchar, opLt),
		},
		{
			OID: 1064, Name: "bpchar_smaller", Args: oids{tBpchar, tBpchar}, Ret: tBpchar, Kind: Scalar, Doc: "smaller of two",
			Row: pick(tBpchar, opLe),
		},
		{
			OID: 2180, Name: "btbpchar_pattern_cmp", Args: oids{tBpchar, tBpchar}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Row: cmpSign(tBpchar),
		},
		{
			OID: 2194, Name: "btfloat48cmp", Args: oids{tFloat4, tFloat8}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Row: cmpSign(tFloat8),
		},
		{
			OID: 2195, Name: "btfloat84cmp", Args: oids{tFloat8, tFloat4}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Row: cmpSign(tFloat8),
		},
		{
			OID: 246, Name: "btnametextcmp", Args: oids{tName, tText}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Row: cmpSign(tText),
		},
		{
			OID: 404, Name: "btoidvectorcmp", Args: oids{tOIDVector, tOIDVector}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Row: cmpSign(tOIDVector),
		},
		{
			OID: 2987, Name: "btrecordcmp", Args: oids{tRecord, tRecord}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Bind: func(args []types.OID, _ types.OID) RowFunc { return cmpSign(args[0]) },
		},
		{
			OID: 2166, Name: "bttext_pattern_cmp", Args: oids{tText, tText}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Row: cmpSign(tText),
		},
		{
			OID: 253, Name: "bttextnamecmp", Args: oids{tText, tName}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Row: cmpSign(tText),
		},
		{OID: 2794, Name: "bttidcmp", Args: oids{tTID, tTID}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater", Row: cmpSign(tTID)},
		{
			OID: 2344, Name: "date_cmp_timestamp", Args: oids{tDate, tTimestamp}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Row: signTimes(tDate, tTimestamp),
		},
		{
			OID: 2357, Name: "date_cmp_timestamptz", Args: oids{tDate, tTimestamptz}, Ret: tInt4, Kind: Scalar, Volatility: 's', Doc: "less-equal-greater",
			Row: signTimes(tDate, tTimestamptz),
		},
		{
			OID: 5023, Name: "numeric_pl_pg_lsn", Args: oids{tNumeric, tPgLSN}, Ret: tPgLSN, Kind: Scalar, Src: "", Doc: "implementation of + operator",
			Row: rowNumericPlusLSN,
		},
		{OID: 1965, Name: "oidlarger", Args: oids{tOID, tOID}, Ret: tOID, Kind: Scalar, Doc: "larger of two", Row: pick(tOID, opGt)},
		{OID: 1966, Name: "oidsmaller", Args: oids{tOID, tOID}, Ret: tOID, Kind: Scalar, Doc: "smaller of two", Row: pick(tOID, opLt)},
		{
			OID: 6103, Name: "pg_lsn", Args: oids{tNumeric}, Ret: tPgLSN, Kind: Scalar, Src: "numeric_pg_lsn", Doc: "convert numeric to pg_lsn",
			Row: rowLSN,
		},
		{
			OID: 3251, Name: "pg_lsn_cmp", Args: oids{tPgLSN, tPgLSN}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Row: cmpSign(tPgLSN),
		},
		{
			OID: 3233, Name: "pg_lsn_eq", Args: oids{tPgLSN, tPgLSN}, Ret: tBool, Kind: Scalar, Doc: "implementation of = operator",
			Row: cmpType(tPgLSN, opEq),
		},
		{
			OID: 3234, Name: "pg_lsn_ge", Args: oids{tPgLSN, tPgLSN}, Ret: tBool, Kind: Scalar, Doc: "implementation of >= operator",
			Row: cmpType(tPgLSN, opGe),
		},
		{
			OID: 3235, Name: "pg_lsn_gt", Args: oids{tPgLSN, tPgLSN}, Ret: tBool, Kind: Scalar, Doc: "implementation of > operator",
			Row: cmpType(tPgLSN, opGt),
		},
		{
			OID: 4187, Name: "pg_lsn_larger", Args: oids{tPgLSN, tPgLSN}, Ret: tPgLSN, Kind: Scalar, Doc: "larger of two",
			Row: pick(tPgLSN, opGt),
		},
		{
			OID: 3232, Name: "pg_lsn_le", Args: oids{tPgLSN, tPgLSN}, Ret: tBool, Kind: Scalar, Doc: "implementation of <= operator",
			Row: cmpType(tPgLSN, opLe),
		},
		{
			OID: 3231, Name: "pg_lsn_lt", Args: oids{tPgLSN, tPgLSN}, Ret: tBool, Kind: Scalar, Doc: "implementation of < operator",
			Row: cmpType(tPgLSN, opLt),
		},
		{
			OID: 3237, Name: "pg_lsn_mi", Args: oids{tPgLSN, tPgLSN}, Ret: tNumeric, Kind: Scalar, Doc: "implementation of - operator",
			Row: rowLSNMinus,
		},
		{
			OID: 5024, Name: "pg_lsn_mii", Args: oids{tPgLSN, tNumeric}, Ret: tPgLSN, Kind: Scalar, Doc: "implementation of - operator",
			Row: rowLSNPlus(-1),
		},
		{
			OID: 3236, Name: "pg_lsn_ne", Args: oids{tPgLSN, tPgLSN}, Ret: tBool, Kind: Scalar, Doc: "implementation of <> operator",
			Row: cmpType(tPgLSN, opNe),
		},
		{
			OID: 5022, Name: "pg_lsn_pli", Args: oids{tPgLSN, tNumeric}, Ret: tPgLSN, Kind: Scalar, Doc: "implementation of + operator",
			Row: rowLSNPlus(1),
		},
		{
			OID: 4188, Name: "pg_lsn_smaller", Args: oids{tPgLSN, tPgLSN}, Ret: tPgLSN, Kind: Scalar, Doc: "smaller of two",
			Row: pick(tPgLSN, opLt),
		},
		{
			OID: 3165, Name: "pg_wal_lsn_diff", Args: oids{tPgLSN, tPgLSN}, Ret: tNumeric, Kind: Scalar, Doc: "difference in bytes, given two wal locations",
			Row: rowLSNMinus,
		},
		{OID: 2795, Name: "tidlarger", Args: oids{tTID, tTID}, Ret: tTID, Kind: Scalar, Doc: "larger of two", Row: pick(tTID, opGt)},
		{OID: 2796, Name: "tidsmaller", Args: oids{tTID, tTID}, Ret: tTID, Kind: Scalar, Doc: "smaller of two", Row: pick(tTID, opLt)},
		{
			OID: 2370, Name: "timestamp_cmp_date", Args: oids{tTimestamp, tDate}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Row: signTimes(tTimestamp, tDate),
		},
		{
			OID: 2526, Name: "timestamp_cmp_timestamptz", Args: oids{tTimestamp, tTimestamptz}, Ret: tInt4, Kind: Scalar, Volatility: 's', Doc: "less-equal-greater",
			Row: signTimes(tTimestamp, tTimestamptz),
		},
		{
			OID: 2383, Name: "timestamptz_cmp_date", Args: oids{tTimestamptz, tDate}, Ret: tInt4, Kind: Scalar, Volatility: 's', Doc: "less-equal-greater",
			Row: signTimes(tTimestamptz, tDate),
		},
		{
			OID: 2533, Name: "timestamptz_cmp_timestamp", Args: oids{tTimestamptz, tTimestamp}, Ret: tInt4, Kind: Scalar, Volatility: 's', Doc: "less-equal-greater",
			Row: signTimes(tTimestamptz, tTimestamp),
		},
		{
			OID: 5071, Name: "xid", Args: oids{tXID8}, Ret: tXID, Kind: Scalar, Src: "xid8toxid", Doc: "convert xid8 to xid",
			Row: rowInt(func(a int64) int64 { return int64(uint32(a)) }),
		},
		{
			OID: 5097, Name: "xid8_larger", Args: oids{tXID8, tXID8}, Ret: tXID8, Kind: Scalar, Doc: "larger of two",
			Row: pick(tXID8, opGt),
		},
		{
			OID: 5098, Name: "xid8_smaller", Args: oids{tXID8, tXID8}, Ret: tXID8, Kind: Scalar, Doc: "smaller of two",
			Row: pick(tXID8, opLt),
		},
		{
			OID: 5096, Name: "xid8cmp", Args: oids{tXID8, tXID8}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Row: cmpSign(tXID8),
		},
	}
}

func compareLSNOperators() []Operator {
	return []Operator{
		{974, "=", types.OIDACLItem, types.OIDACLItem, tBool, 1062, 974, 0},
		{2326, "~<~", tBpchar, tBpchar, tBool, 2174, 2330, 2329},
		{2327, "~<=~", tBpchar, tBpchar, tBool, 2175, 2329, 2330},
		{2329, "~>=~", tBpchar, tBpchar, tBool, 2177, 2327, 2326},
		{2330, "~>~", tBpchar, tBpchar, tBool, 2178, 2326, 2327},
		{3222, "=", tPgLSN, tPgLSN, tBool, 3233, 3222, 3223},
		{3223, "<>", tPgLSN, tPgLSN, tBool, 3236, 3223, 3222},
		{3224, "<", tPgLSN, tPgLSN, tBool, 3231, 3225, 3227},
		{3225, ">", tPgLSN, tPgLSN, tBool, 3235, 3224, 3226},
		{3226, "<=", tPgLSN, tPgLSN, tBool, 3232, 3227, 3225},
		{3227, ">=", tPgLSN, tPgLSN, tBool, 3234, 3226, 3224},
		{3228, "-", tPgLSN, tPgLSN, tNumeric, 3237, 0, 0},
		{5025, "+", tPgLSN, tNumeric, tPgLSN, 5022, 5026, 0},
		{5026, "+", tNumeric, tPgLSN, tPgLSN, 5023, 5025, 0},
		{5027, "-", tPgLSN, tNumeric, tPgLSN, 5024, 0, 0},
	}
}

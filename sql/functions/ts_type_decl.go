package functions

import "github.com/stemedb/stemedb/sql/types"

// tsTypeFuncs are the functions of tsvector and tsquery.
func tsTypeFuncs() []Func {
	return []Func{
		{OID: 3610, Name: "tsvectorin", Args: oids{tCString}, Ret: tTSVector, Kind: Scalar, Row: ioIn(tTSVector)},
		{OID: 3611, Name: "tsvectorout", Args: oids{tTSVector}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 3638, Name: "tsvectorsend", Args: oids{tTSVector}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 3612, Name: "tsqueryin", Args: oids{tCString}, Ret: tTSQuery, Kind: Scalar, Row: ioIn(tTSQuery)},
		{OID: 3613, Name: "tsqueryout", Args: oids{tTSQuery}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 3640, Name: "tsquerysend", Args: oids{tTSQuery}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 3616, Name: "tsvector_lt", Args: oids{tTSVector, tTSVector}, Ret: tBool, Kind: Scalar, Row: cmpType(tTSVector, opLt)},
		{OID: 3617, Name: "tsvector_le", Args: oids{tTSVector, tTSVector}, Ret: tBool, Kind: Scalar, Row: cmpType(tTSVector, opLe)},
		{OID: 3618, Name: "tsvector_eq", Args: oids{tTSVector, tTSVector}, Ret: tBool, Kind: Scalar, Row: cmpType(tTSVector, opEq)},
		{OID: 3619, Name: "tsvector_ne", Args: oids{tTSVector, tTSVector}, Ret: tBool, Kind: Scalar, Row: cmpType(tTSVector, opNe)},
		{OID: 3620, Name: "tsvector_ge", Args: oids{tTSVector, tTSVector}, Ret: tBool, Kind: Scalar, Row: cmpType(tTSVector, opGe)},
		{OID: 3621, Name: "tsvector_gt", Args: oids{tTSVector, tTSVector}, Ret: tBool, Kind: Scalar, Row: cmpType(tTSVector, opGt)},
		{
			OID: 3622, Name: "tsvector_cmp", Args: oids{tTSVector, tTSVector}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Row: cmpSign(tTSVector),
		},
		{OID: 3662, Name: "tsquery_lt", Args: oids{tTSQuery, tTSQuery}, Ret: tBool, Kind: Scalar, Row: cmpType(tTSQuery, opLt)},
		{OID: 3663, Name: "tsquery_le", Args: oids{tTSQuery, tTSQuery}, Ret: tBool, Kind: Scalar, Row: cmpType(tTSQuery, opLe)},
		{OID: 3664, Name: "tsquery_eq", Args: oids{tTSQuery, tTSQuery}, Ret: tBool, Kind: Scalar, Row: cmpType(tTSQuery, opEq)},
		{OID: 3665, Name: "tsquery_ne", Args: oids{tTSQuery, tTSQuery}, Ret: tBool, Kind: Scalar, Row: cmpType(tTSQuery, opNe)},
		{OID: 3666, Name: "tsquery_ge", Args: oids{tTSQuery, tTSQuery}, Ret: tBool, Kind: Scalar, Row: cmpType(tTSQuery, opGe)},
		{OID: 3667, Name: "tsquery_gt", Args: oids{tTSQuery, tTSQuery}, Ret: tBool, Kind: Scalar, Row: cmpType(tTSQuery, opGt)},
		{
			OID: 3668, Name: "tsquery_cmp", Args: oids{tTSQuery, tTSQuery}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Row: cmpSign(tTSQuery),
		},
		{
			OID: 3327, Name: "array_to_tsvector", Args: oids{tTextArray}, Ret: tTSVector, Kind: Scalar, Doc: "build tsvector from array of lexemes",
			Row: rowArrayToTS,
		},
		{
			OID: 3711, Name: "length", Args: oids{tTSVector}, Ret: tInt4, Kind: Scalar, Src: "tsvector_length", Doc: "number of lexemes",
			Row: rowTSLength,
		},
		{
			OID: 3672, Name: "numnode", Args: oids{tTSQuery}, Ret: tInt4, Kind: Scalar, Src: "tsquery_numnode", Doc: "number of nodes",
			Row: rowTSNumNode,
		},
		{
			OID: 3673, Name: "querytree", Args: oids{tTSQuery}, Ret: tText, Kind: Scalar, Src: "tsquerytree",
			Doc: "show real useful query for GiST index", Row: rowTSQueryTree,
		},
		{
			OID: 3320, Name: "setweight", Args: oids{tTSVector, tChar, tTextArray}, Ret: tTSVector, Kind: Scalar, Src: "tsvector_setweight_by_filter",
			Doc: "set given weight for given lexemes", Row: rowSetWeight,
		},
		{
			OID: 3624, Name: "setweight", Args: oids{tTSVector, tChar}, Ret: tTSVector, Kind: Scalar, Src: "tsvector_setweight",
			Doc: "set given weight for whole tsvector", Row: rowSetWeight,
		},
		{
			OID: 3623, Name: "strip", Args: oids{tTSVector}, Ret: tTSVector, Kind: Scalar, Src: "tsvector_strip", Doc: "strip position information",
			Row: rowStrip,
		},
		{
			OID: 3321, Name: "ts_delete", Args: oids{tTSVector, tText}, Ret: tTSVector, Kind: Scalar, Src: "tsvector_delete_str",
			Doc: "delete lexeme", Row: rowTSDelete(false),
		},
		{
			OID: 3323, Name: "ts_delete", Args: oids{tTSVector, tTextArray}, Ret: tTSVector, Kind: Scalar, Src: "tsvector_delete_arr",
			Doc: "delete given lexemes", Row: rowTSDelete(true),
		},
		{
			OID: 3319, Name: "ts_filter", Args: oids{tTSVector, tCharArray}, Ret: tTSVector, Kind: Scalar, Src: "tsvector_filter",
			Doc: "delete lexemes that do not have one of the given weights",
			Row: rowTSFilter,
		},
		{
			OID: 3326, Name: "tsvector_to_array", Args: oids{tTSVector}, Ret: tTextArray, Kind: Scalar, Doc: "convert tsvector to array of lexemes",
			Row: rowTSToArray,
		},
		{
			OID: 3322, Name: "unnest", Args: oids{tTSVector}, ArgNames: names{"tsvector"}, Ret: tRecord, RetSet: true,
			OutNames: names{"lexeme", "positions", "weights"}, OutTypes: oids{tText, tInt2Array, tTextArray}, Kind: Scalar, Src: "tsvector_unnest",
			Doc: "expand tsvector to set of rows", Set: setTSUnnest,
		},
		{OID: 3625, Name: "tsvector_concat", Args: oids{tTSVector, tTSVector}, Ret: tTSVector, Kind: Scalar, Row: rowTSConcat},
		{OID: 3634, Name: "ts_match_vq", Args: oids{tTSVector, tTSQuery}, Ret: tBool, Kind: Scalar, Row: rowTSMatch},
		{OID: 3635, Name: "ts_match_qv", Args: oids{tTSQuery, tTSVector}, Ret: tBool, Kind: Scalar, Row: rowTSMatchQV},
		{OID: 3760, Cost: 100, Name: "ts_match_tt", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Volatility: 's', Row: rowTSMatchText(true)},
		{
			OID: 3761, Cost: 100, Name: "ts_match_tq", Args: oids{tText, tTSQuery}, Ret: tBool, Kind: Scalar, Volatility: 's',
			Row: rowTSMatchText(false),
		},
		{OID: 3691, Name: "tsq_mcontains", Args: oids{tTSQuery, tTSQuery}, Ret: tBool, Kind: Scalar, Row: rowTSContains(false)},
		{OID: 3692, Name: "tsq_mcontained", Args: oids{tTSQuery, tTSQuery}, Ret: tBool, Kind: Scalar, Row: rowTSContains(true)},
		{OID: 3669, Name: "tsquery_and", Args: oids{tTSQuery, tTSQuery}, Ret: tTSQuery, Kind: Scalar, Row: rowTSJoin(types.TSAnd)},
		{OID: 3670, Name: "tsquery_or", Args: oids{tTSQuery, tTSQuery}, Ret: tTSQuery, Kind: Scalar, Row: rowTSJoin(types.TSOr)},
		{OID: 3671, Name: "tsquery_not", Args: oids{tTSQuery}, Ret: tTSQuery, Kind: Scalar, Row: rowTSNot},
		{OID: 5003, Name: "tsquery_phrase", Args: oids{tTSQuery, tTSQuery}, Ret: tTSQuery, Kind: Scalar, Row: rowTSPhrase},
		{
			OID: 5004, Name: "tsquery_phrase", Args: oids{tTSQuery, tTSQuery, tInt4}, Ret: tTSQuery, Kind: Scalar, Src: "tsquery_phrase_distance",
			Doc: "phrase-concatenate with distance", Row: rowTSPhrase,
		},
		{
			OID: 3684, Name: "ts_rewrite", Args: oids{tTSQuery, tTSQuery, tTSQuery}, Ret: tTSQuery, Kind: Scalar, Src: "tsquery_rewrite",
			Doc: "rewrite tsquery", Row: rowTSRewrite,
		},
	}
}

// tsOperators are the operators of text search.
func tsOperators() []Operator {
	return []Operator{
		{3627, "<", tTSVector, tTSVector, tBool, 3616, 3632, 3631},
		{3628, "<=", tTSVector, tTSVector, tBool, 3617, 3631, 3632},
		{3629, "=", tTSVector, tTSVector, tBool, 3618, 3629, 3630},
		{3630, "<>", tTSVector, tTSVector, tBool, 3619, 3630, 3629},
		{3631, ">=", tTSVector, tTSVector, tBool, 3620, 3628, 3627},
		{3632, ">", tTSVector, tTSVector, tBool, 3621, 3627, 3628},
		{3633, "||", tTSVector, tTSVector, tTSVector, 3625, 0, 0},
		{3636, "@@", tTSVector, tTSQuery, tBool, 3634, 3637, 0},
		{3637, "@@", tTSQuery, tTSVector, tBool, 3635, 3636, 0},
		{3660, "@@@", tTSVector, tTSQuery, tBool, 3634, 3661, 0},
		{3661, "@@@", tTSQuery, tTSVector, tBool, 3635, 3660, 0},
		{3674, "<", tTSQuery, tTSQuery, tBool, 3662, 3679, 3678},
		{3675, "<=", tTSQuery, tTSQuery, tBool, 3663, 3678, 3679},
		{3676, "=", tTSQuery, tTSQuery, tBool, 3664, 3676, 3677},
		{3677, "<>", tTSQuery, tTSQuery, tBool, 3665, 3677, 3676},
		{3678, ">=", tTSQuery, tTSQuery, tBool, 3666, 3675, 3674},
		{3679, ">", tTSQuery, tTSQuery, tBool, 3667, 3674, 3675},
		{3680, "&&", tTSQuery, tTSQuery, tTSQuery, 3669, 0, 0},
		{3681, "||", tTSQuery, tTSQuery, tTSQuery, 3670, 0, 0},
		{3682, "!!", 0, tTSQuery, tTSQuery, 3671, 0, 0},
		{3693, "@>", tTSQuery, tTSQuery, tBool, 3691, 3694, 0},
		{3694, "<@", tTSQuery, tTSQuery, tBool, 3692, 3693, 0},
		{3762, "@@", tText, tText, tBool, 3760, 0, 0},
		{3763, "@@", tText, tTSQuery, tBool, 3761, 0, 0},
		{5005, "<->", tTSQuery, tTSQuery, tTSQuery, 5003, 0, 0},
	}
}

package functions

// likeFuncs are LIKE and ILIKE.
func likeFuncs() []Func {
	return []Func{
		{
			OID: 850, Name: "textlike", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: likeRow(false, false, false), Vec: likeVec(false, false, false),
		},
		{
			OID: 1569, Name: "like", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Src: "textlike", Doc: "matches LIKE expression",
			Row: likeRow(false, false, false), Vec: likeVec(false, false, false),
		},
		{
			OID: 858, Name: "namelike", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar,
			Row: likeRow(false, false, false), Vec: likeVec(false, false, false),
		},
		{
			OID: 1571, Name: "like", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar, Src: "namelike", Doc: "matches LIKE expression",
			Row: likeRow(false, false, false), Vec: likeVec(false, false, false),
		},
		{
			OID: 1631, Name: "bpcharlike", Args: oids{tBpchar, tText}, Ret: tBool, Kind: Scalar, Src: "textlike",
			Row: likeRow(false, false, false), Vec: likeVec(false, false, false),
		},
		{
			OID: 851, Name: "textnlike", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: likeRow(false, false, true), Vec: likeVec(false, false, true),
		},
		{
			OID: 1570, Name: "notlike", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Src: "textnlike", Doc: "does not match LIKE expression",
			Row: likeRow(false, false, true), Vec: likeVec(false, false, true),
		},
		{
			OID: 859, Name: "namenlike", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar,
			Row: likeRow(false, false, true), Vec: likeVec(false, false, true),
		},
		{
			OID: 1572, Name: "notlike", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar, Src: "namenlike", Doc: "does not match LIKE expression",
			Row: likeRow(false, false, true), Vec: likeVec(false, false, true),
		},
		{
			OID: 1632, Name: "bpcharnlike", Args: oids{tBpchar, tText}, Ret: tBool, Kind: Scalar, Src: "textnlike",
			Row: likeRow(false, false, true), Vec: likeVec(false, false, true),
		},
		{
			OID: 1633, Name: "texticlike", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: likeRow(true, false, false), Vec: likeVec(true, false, false),
		},
		{
			OID: 1635, Name: "nameiclike", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar,
			Row: likeRow(true, false, false), Vec: likeVec(true, false, false),
		},
		{
			OID: 1660, Name: "bpchariclike", Args: oids{tBpchar, tText}, Ret: tBool, Kind: Scalar, Src: "texticlike",
			Row: likeRow(true, false, false), Vec: likeVec(true, false, false),
		},
		{
			OID: 1634, Name: "texticnlike", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: likeRow(true, false, true), Vec: likeVec(true, false, true),
		},
		{
			OID: 1636, Name: "nameicnlike", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar,
			Row: likeRow(true, false, true), Vec: likeVec(true, false, true),
		},
		{
			OID: 1661, Name: "bpcharicnlike", Args: oids{tBpchar, tText}, Ret: tBool, Kind: Scalar, Src: "texticnlike",
			Row: likeRow(true, false, true), Vec: likeVec(true, false, true),
		},
		{
			OID: 2005, Name: "bytealike", Args: oids{tBytea, tBytea}, Ret: tBool, Kind: Scalar,
			Row: likeRow(false, true, false), Vec: likeVec(false, true, false),
		},
		{
			OID: 2007, Name: "like", Args: oids{tBytea, tBytea}, Ret: tBool, Kind: Scalar, Src: "bytealike", Doc: "matches LIKE expression",
			Row: likeRow(false, true, false), Vec: likeVec(false, true, false),
		},
		{
			OID: 2006, Name: "byteanlike", Args: oids{tBytea, tBytea}, Ret: tBool, Kind: Scalar,
			Row: likeRow(false, true, true), Vec: likeVec(false, true, true),
		},
		{
			OID: 2008, Name: "notlike", Args: oids{tBytea, tBytea}, Ret: tBool, Kind: Scalar, Src: "byteanlike", Doc: "does not match LIKE expression",
			Row: likeRow(false, true, true), Vec: likeVec(false, true, true),
		},
		{
			OID: 1637, Name: "like_escape", Args: oids{tText, tText}, Ret: tText, Kind: Scalar, Doc: "convert LIKE pattern to use backslash escapes",
			Row: rowLikeEscape,
		},
		{
			OID: 2009, Name: "like_escape", Args: oids{tBytea, tBytea}, Ret: tBytea, Kind: Scalar, Src: "like_escape_bytea", Doc: "convert LIKE pattern to use backslash escapes",
			Row: rowLikeEscape,
		},
	}
}

func likeOperators() []Operator {
	return []Operator{
		{1207, "~~", tName, tText, tBool, 858, 0, 1208},
		{1208, "!~~", tName, tText, tBool, 859, 0, 1207},
		{1209, "~~", tText, tText, tBool, 850, 0, 1210},
		{1210, "!~~", tText, tText, tBool, 851, 0, 1209},
		{1211, "~~", tBpchar, tText, tBool, 1631, 0, 1212},
		{1212, "!~~", tBpchar, tText, tBool, 1632, 0, 1211},
		{1625, "~~*", tName, tText, tBool, 1635, 0, 1626},
		{1626, "!~~*", tName, tText, tBool, 1636, 0, 1625},
		{1627, "~~*", tText, tText, tBool, 1633, 0, 1628},
		{1628, "!~~*", tText, tText, tBool, 1634, 0, 1627},
		{1629, "~~*", tBpchar, tText, tBool, 1660, 0, 1630},
		{1630, "!~~*", tBpchar, tText, tBool, 1661, 0, 1629},
		{2016, "~~", tBytea, tBytea, tBool, 2005, 0, 2017},
		{2017, "!~~", tBytea, tBytea, tBool, 2006, 0, 2016},
	}
}

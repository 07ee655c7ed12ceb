package functions

// macFuncs are the functions of macaddr and macaddr8, and the hash of uuid that takes a seed.
func macFuncs() []Func {
	return []Func{
		{OID: 399, Name: "hashmacaddr", Args: oids{tMacaddr}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashMac, false)},
		{
			OID: 778, Name: "hashmacaddrextended", Args: oids{tMacaddr, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashMac, true),
		},
		{OID: 328, Name: "hashmacaddr8", Args: oids{tMacaddr8}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashMac8, false)},
		{
			OID: 781, Name: "hashmacaddr8extended", Args: oids{tMacaddr8, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashMac8, true),
		},
		{OID: 436, Name: "macaddr_in", Args: oids{tCString}, Ret: tMacaddr, Kind: Scalar, Row: ioIn(tMacaddr)},
		{OID: 437, Name: "macaddr_out", Args: oids{tMacaddr}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 2495, Name: "macaddr_send", Args: oids{tMacaddr}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 830, Name: "macaddr_eq", Args: oids{tMacaddr, tMacaddr}, Ret: tBool, Kind: Scalar, Row: cmpType(tMacaddr, opEq)},
		{OID: 831, Name: "macaddr_lt", Args: oids{tMacaddr, tMacaddr}, Ret: tBool, Kind: Scalar, Row: cmpType(tMacaddr, opLt)},
		{OID: 832, Name: "macaddr_le", Args: oids{tMacaddr, tMacaddr}, Ret: tBool, Kind: Scalar, Row: cmpType(tMacaddr, opLe)},
		{OID: 833, Name: "macaddr_gt", Args: oids{tMacaddr, tMacaddr}, Ret: tBool, Kind: Scalar, Row: cmpType(tMacaddr, opGt)},
		{OID: 834, Name: "macaddr_ge", Args: oids{tMacaddr, tMacaddr}, Ret: tBool, Kind: Scalar, Row: cmpType(tMacaddr, opGe)},
		{OID: 835, Name: "macaddr_ne", Args: oids{tMacaddr, tMacaddr}, Ret: tBool, Kind: Scalar, Row: cmpType(tMacaddr, opNe)},
		{
			OID: 836, Name: "macaddr_cmp", Args: oids{tMacaddr, tMacaddr}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Row: cmpSign(tMacaddr),
		},
		{OID: 3144, Name: "macaddr_not", Args: oids{tMacaddr}, Ret: tMacaddr, Kind: Scalar, Row: rowMacNot},
		{OID: 3145, Name: "macaddr_and", Args: oids{tMacaddr, tMacaddr}, Ret: tMacaddr, Kind: Scalar, Row: rowIntInt(macAnd)},
		{OID: 3146, Name: "macaddr_or", Args: oids{tMacaddr, tMacaddr}, Ret: tMacaddr, Kind: Scalar, Row: rowIntInt(macOr)},
		{
			OID: 753, Name: "trunc", Args: oids{tMacaddr}, Ret: tMacaddr, Kind: Scalar, Src: "macaddr_trunc", Doc: "MACADDR manufacturer fields",
			Row: rowInt(macTrunc),
		},
		{
			OID: 4123, Name: "macaddr8", Args: oids{tMacaddr}, Ret: tMacaddr8, Kind: Scalar, Src: "macaddrtomacaddr8",
			Doc: "convert macaddr to macaddr8", Row: rowMacToMac8,
		},
		{OID: 4110, Name: "macaddr8_in", Args: oids{tCString}, Ret: tMacaddr8, Kind: Scalar, Row: ioIn(tMacaddr8)},
		{OID: 4111, Name: "macaddr8_out", Args: oids{tMacaddr8}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 3447, Name: "macaddr8_send", Args: oids{tMacaddr8}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 4113, Name: "macaddr8_eq", Args: oids{tMacaddr8, tMacaddr8}, Ret: tBool, Kind: Scalar, Row: cmpType(tMacaddr8, opEq)},
		{OID: 4114, Name: "macaddr8_lt", Args: oids{tMacaddr8, tMacaddr8}, Ret: tBool, Kind: Scalar, Row: cmpType(tMacaddr8, opLt)},
		{OID: 4115, Name: "macaddr8_le", Args: oids{tMacaddr8, tMacaddr8}, Ret: tBool, Kind: Scalar, Row: cmpType(tMacaddr8, opLe)},
		{OID: 4116, Name: "macaddr8_gt", Args: oids{tMacaddr8, tMacaddr8}, Ret: tBool, Kind: Scalar, Row: cmpType(tMacaddr8, opGt)},
		{OID: 4117, Name: "macaddr8_ge", Args: oids{tMacaddr8, tMacaddr8}, Ret: tBool, Kind: Scalar, Row: cmpType(tMacaddr8, opGe)},
		{OID: 4118, Name: "macaddr8_ne", Args: oids{tMacaddr8, tMacaddr8}, Ret: tBool, Kind: Scalar, Row: cmpType(tMacaddr8, opNe)},
		{
			OID: 4119, Name: "macaddr8_cmp", Args: oids{tMacaddr8, tMacaddr8}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Row: cmpSign(tMacaddr8),
		},
		{OID: 4120, Name: "macaddr8_not", Args: oids{tMacaddr8}, Ret: tMacaddr8, Kind: Scalar, Row: rowMac8Not},
		{OID: 4121, Name: "macaddr8_and", Args: oids{tMacaddr8, tMacaddr8}, Ret: tMacaddr8, Kind: Scalar, Row: rowIntInt(macAnd)},
		{OID: 4122, Name: "macaddr8_or", Args: oids{tMacaddr8, tMacaddr8}, Ret: tMacaddr8, Kind: Scalar, Row: rowIntInt(macOr)},
		{
			OID: 4112, Name: "trunc", Args: oids{tMacaddr8}, Ret: tMacaddr8, Kind: Scalar, Src: "macaddr8_trunc", Doc: "MACADDR8 manufacturer fields",
			Row: rowInt(mac8Trunc),
		},
		{
			OID: 4124, Name: "macaddr", Args: oids{tMacaddr8}, Ret: tMacaddr, Kind: Scalar, Src: "macaddr8tomacaddr",
			Doc: "convert macaddr8 to macaddr", Row: rowMac8ToMac,
		},
		{
			OID: 4125, Name: "macaddr8_set7bit", Args: oids{tMacaddr8}, Ret: tMacaddr8, Kind: Scalar, Doc: "set 7th bit in macaddr8",
			Row: rowInt(mac8Local),
		},
		{
			OID: 3412, Name: "uuid_hash_extended", Args: oids{tUUID, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash",
			Row: rowHash(hashTextDatum, true),
		},
	}
}

// macOperators are the operators of macaddr and macaddr8.
func macOperators() []Operator {
	return []Operator{
		{1220, "=", tMacaddr, tMacaddr, tBool, 830, 1220, 1221},
		{1221, "<>", tMacaddr, tMacaddr, tBool, 835, 1221, 1220},
		{1222, "<", tMacaddr, tMacaddr, tBool, 831, 1224, 1225},
		{1223, "<=", tMacaddr, tMacaddr, tBool, 832, 1225, 1224},
		{1224, ">", tMacaddr, tMacaddr, tBool, 833, 1222, 1223},
		{1225, ">=", tMacaddr, tMacaddr, tBool, 834, 1223, 1222},
		{3147, "~", 0, tMacaddr, tMacaddr, 3144, 0, 0},
		{3148, "&", tMacaddr, tMacaddr, tMacaddr, 3145, 0, 0},
		{3149, "|", tMacaddr, tMacaddr, tMacaddr, 3146, 0, 0},
		{3362, "=", tMacaddr8, tMacaddr8, tBool, 4113, 3362, 3363},
		{3363, "<>", tMacaddr8, tMacaddr8, tBool, 4118, 3363, 3362},
		{3364, "<", tMacaddr8, tMacaddr8, tBool, 4114, 3366, 3367},
		{3365, "<=", tMacaddr8, tMacaddr8, tBool, 4115, 3367, 3366},
		{3366, ">", tMacaddr8, tMacaddr8, tBool, 4116, 3364, 3365},
		{3367, ">=", tMacaddr8, tMacaddr8, tBool, 4117, 3365, 3364},
		{3368, "~", 0, tMacaddr8, tMacaddr8, 4120, 0, 0},
		{3369, "&", tMacaddr8, tMacaddr8, tMacaddr8, 4121, 0, 0},
		{3370, "|", tMacaddr8, tMacaddr8, tMacaddr8, 4122, 0, 0},
	}
}

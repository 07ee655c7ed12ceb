package functions

// inetFuncs are the functions of inet and cidr.
func inetFuncs() []Func {
	return []Func{
		{OID: 2631, Name: "int8pl_inet", Args: oids{tInt8, tInet}, Ret: tInet, Kind: Scalar, Row: rowNetAddFlip},
		{
			OID: 3564, Name: "max", Args: oids{tInet}, Ret: tInet, Kind: Agg, NotStrict: true, Src: "aggregate_dummy",
			Doc: "maximum value of all inet input values", Aggregate: aggOf(newMinMax(true)),
		},
		{
			OID: 3565, Name: "min", Args: oids{tInet}, Ret: tInet, Kind: Agg, NotStrict: true, Src: "aggregate_dummy",
			Doc: "minimum value of all inet input values", Aggregate: aggOf(newMinMax(false)),
		},
		{
			OID: 599, Name: "abbrev", Args: oids{tCIDR}, Ret: tText, Kind: Scalar, Src: "cidr_abbrev", Doc: "abbreviated display of cidr value",
			Row: rowCidrAbbrev,
		},
		{OID: 1267, Name: "cidr_in", Args: oids{tCString}, Ret: tCIDR, Kind: Scalar, Row: ioIn(tCIDR)},
		{OID: 1427, Name: "cidr_out", Args: oids{tCIDR}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 2499, Name: "cidr_send", Args: oids{tCIDR}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{
			OID: 635, Name: "set_masklen", Args: oids{tCIDR, tInt4}, Ret: tCIDR, Kind: Scalar, Src: "cidr_set_masklen", Doc: "change netmask of cidr",
			Row: rowSetMasklen(true),
		},
		{OID: 422, Name: "hashinet", Args: oids{tInet}, Ret: tInt4, Kind: Scalar, Doc: "hash", Row: rowHash(hashNet, false)},
		{OID: 779, Name: "hashinetextended", Args: oids{tInet, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "hash", Row: rowHash(hashNet, true)},
		{
			OID: 598, Name: "abbrev", Args: oids{tInet}, Ret: tText, Kind: Scalar, Src: "inet_abbrev", Doc: "abbreviated display of inet value",
			Row: rowInetAbbrev,
		},
		{
			OID: 4063, Name: "inet_merge", Args: oids{tInet, tInet}, Ret: tCIDR, Kind: Scalar,
			Doc: "the smallest network which includes both of the given networks",
			Row: rowNetMerge,
		},
		{
			OID: 4071, Name: "inet_same_family", Args: oids{tInet, tInet}, Ret: tBool, Kind: Scalar, Doc: "are the addresses from the same family?",
			Row: rowNetSameFamily,
		},
		{
			OID: 605, Name: "set_masklen", Args: oids{tInet, tInt4}, Ret: tInet, Kind: Scalar, Src: "inet_set_masklen", Doc: "change netmask of inet",
			Row: rowSetMasklen(false),
		},
		{
			OID: 1715, Name: "cidr", Args: oids{tInet}, Ret: tCIDR, Kind: Scalar, Src: "inet_to_cidr", Doc: "convert inet to cidr",
			Row: rowNetNetwork,
		},
		{OID: 2628, Name: "inetand", Args: oids{tInet, tInet}, Ret: tInet, Kind: Scalar, Row: rowNetBitwise("AND", netAnd)},
		{OID: 2633, Name: "inetmi", Args: oids{tInet, tInet}, Ret: tInt8, Kind: Scalar, Row: rowNetDistance},
		{OID: 2632, Name: "inetmi_int8", Args: oids{tInet, tInt8}, Ret: tInet, Kind: Scalar, Row: rowNetSub},
		{OID: 2627, Name: "inetnot", Args: oids{tInet}, Ret: tInet, Kind: Scalar, Row: rowNetNot},
		{OID: 2629, Name: "inetor", Args: oids{tInet, tInet}, Ret: tInet, Kind: Scalar, Row: rowNetBitwise("OR", netOr)},
		{OID: 2630, Name: "inetpl", Args: oids{tInet, tInt8}, Ret: tInet, Kind: Scalar, Row: rowNetAdd},
		{
			OID: 698, Name: "broadcast", Args: oids{tInet}, Ret: tInet, Kind: Scalar, Src: "network_broadcast", Doc: "broadcast address of network",
			Row: rowNetBroadcast,
		},
		{OID: 926, Name: "network_cmp", Args: oids{tInet, tInet}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater", Row: cmpSign(tInet)},
		{OID: 920, Name: "network_eq", Args: oids{tInet, tInet}, Ret: tBool, Kind: Scalar, Row: cmpType(tInet, opEq)},
		{
			OID: 711, Name: "family", Args: oids{tInet}, Ret: tInt4, Kind: Scalar, Src: "network_family",
			Doc: "address family (4 for IPv4, 6 for IPv6)", Row: rowNetFamily,
		},
		{OID: 924, Name: "network_ge", Args: oids{tInet, tInet}, Ret: tBool, Kind: Scalar, Row: cmpType(tInet, opGe)},
		{OID: 923, Name: "network_gt", Args: oids{tInet, tInet}, Ret: tBool, Kind: Scalar, Row: cmpType(tInet, opGt)},
		{
			OID: 699, Name: "host", Args: oids{tInet}, Ret: tText, Kind: Scalar, Src: "network_host", Doc: "show address octets only",
			Row: rowNetHost,
		},
		{
			OID: 1362, Name: "hostmask", Args: oids{tInet}, Ret: tInet, Kind: Scalar, Src: "network_hostmask", Doc: "hostmask of address",
			Row: rowNetHostmask,
		},
		{
			OID: 3562, Name: "network_larger", Args: oids{tInet, tInet}, Ret: tInet, Kind: Scalar, Doc: "larger of two",
			Row: rowNetPick(true),
		},
		{OID: 922, Name: "network_le", Args: oids{tInet, tInet}, Ret: tBool, Kind: Scalar, Row: cmpType(tInet, opLe)},
		{OID: 921, Name: "network_lt", Args: oids{tInet, tInet}, Ret: tBool, Kind: Scalar, Row: cmpType(tInet, opLt)},
		{
			OID: 697, Name: "masklen", Args: oids{tInet}, Ret: tInt4, Kind: Scalar, Src: "network_masklen", Doc: "netmask length",
			Row: rowNetMasklen,
		},
		{OID: 925, Name: "network_ne", Args: oids{tInet, tInet}, Ret: tBool, Kind: Scalar, Row: cmpType(tInet, opNe)},
		{
			OID: 696, Name: "netmask", Args: oids{tInet}, Ret: tInet, Kind: Scalar, Src: "network_netmask", Doc: "netmask of address",
			Row: rowNetNetmask,
		},
		{
			OID: 683, Name: "network", Args: oids{tInet}, Ret: tCIDR, Kind: Scalar, Src: "network_network", Doc: "network part of address",
			Row: rowNetNetwork,
		},
		{
			OID: 3551, Name: "network_overlap", Args: oids{tInet, tInet}, Ret: tBool, Kind: Scalar,
			Row: rowNetWithin(func(_, _ int) bool { return true }),
		},
		{
			OID: 730, Name: "text", Args: oids{tInet}, Ret: tText, Kind: Scalar, Src: "network_show", Doc: "show all parts of inet/cidr value",
			Row: rowNetShow,
		},
		{
			OID: 3563, Name: "network_smaller", Args: oids{tInet, tInet}, Ret: tInet, Kind: Scalar, Doc: "smaller of two",
			Row: rowNetPick(false),
		},
		{
			OID: 927, Name: "network_sub", Args: oids{tInet, tInet}, Ret: tBool, Kind: Scalar,
			Row: rowNetWithin(func(x, y int) bool { return x > y }),
		},
		{
			OID: 928, Name: "network_subeq", Args: oids{tInet, tInet}, Ret: tBool, Kind: Scalar,
			Row: rowNetWithin(func(x, y int) bool { return x >= y }),
		},
		{
			OID: 929, Name: "network_sup", Args: oids{tInet, tInet}, Ret: tBool, Kind: Scalar,
			Row: rowNetWithin(func(x, y int) bool { return x < y }),
		},
		{
			OID: 930, Name: "network_supeq", Args: oids{tInet, tInet}, Ret: tBool, Kind: Scalar,
			Row: rowNetWithin(func(x, y int) bool { return x <= y }),
		},
	}
}

// inetOperators are the operators of inet and cidr, which the former declares for both.
func inetOperators() []Operator {
	return []Operator{
		{931, "<<", tInet, tInet, tBool, 927, 933, 0},
		{932, "<<=", tInet, tInet, tBool, 928, 934, 0},
		{933, ">>", tInet, tInet, tBool, 929, 931, 0},
		{934, ">>=", tInet, tInet, tBool, 930, 932, 0},
		{1201, "=", tInet, tInet, tBool, 920, 1201, 1202},
		{1202, "<>", tInet, tInet, tBool, 925, 1202, 1201},
		{1203, "<", tInet, tInet, tBool, 921, 1205, 1206},
		{1204, "<=", tInet, tInet, tBool, 922, 1206, 1205},
		{1205, ">", tInet, tInet, tBool, 923, 1203, 1204},
		{1206, ">=", tInet, tInet, tBool, 924, 1204, 1203},
		{2634, "~", 0, tInet, tInet, 2627, 0, 0},
		{2635, "&", tInet, tInet, tInet, 2628, 0, 0},
		{2636, "|", tInet, tInet, tInet, 2629, 0, 0},
		{2637, "+", tInet, tInt8, tInet, 2630, 2638, 0},
		{2638, "+", tInt8, tInet, tInet, 2631, 2637, 0},
		{2639, "-", tInet, tInt8, tInet, 2632, 0, 0},
		{2640, "-", tInet, tInet, tInt8, 2633, 0, 0},
		{3552, "&&", tInet, tInet, tBool, 3551, 3552, 0},
	}
}

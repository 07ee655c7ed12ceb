package functions

// bitsFuncs are the functions of bit and bit varying. Most are declared on bit
// alone, which takes the other as it is.
func bitsFuncs() []Func {
	return []Func{
		{OID: 1564, Name: "bit_in", Args: oids{tCString, tOID, tInt4}, Ret: tBit, Kind: Scalar, Row: ioIn(tBit)},
		{OID: 1565, Name: "bit_out", Args: oids{tBit}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 1579, Name: "varbit_in", Args: oids{tCString, tOID, tInt4}, Ret: tVarbit, Kind: Scalar, Row: ioIn(tVarbit)},
		{OID: 1580, Name: "varbit_out", Args: oids{tVarbit}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 1581, Name: "biteq", Args: oids{tBit, tBit}, Ret: tBool, Kind: Scalar, Row: cmpType(tBit, opEq)},
		{OID: 1582, Name: "bitne", Args: oids{tBit, tBit}, Ret: tBool, Kind: Scalar, Row: cmpType(tBit, opNe)},
		{OID: 1592, Name: "bitge", Args: oids{tBit, tBit}, Ret: tBool, Kind: Scalar, Row: cmpType(tBit, opGe)},
		{OID: 1593, Name: "bitgt", Args: oids{tBit, tBit}, Ret: tBool, Kind: Scalar, Row: cmpType(tBit, opGt)},
		{OID: 1594, Name: "bitle", Args: oids{tBit, tBit}, Ret: tBool, Kind: Scalar, Row: cmpType(tBit, opLe)},
		{OID: 1595, Name: "bitlt", Args: oids{tBit, tBit}, Ret: tBool, Kind: Scalar, Row: cmpType(tBit, opLt)},
		{OID: 1596, Name: "bitcmp", Args: oids{tBit, tBit}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater", Row: cmpSign(tBit)},
		{OID: 1666, Name: "varbiteq", Args: oids{tVarbit, tVarbit}, Ret: tBool, Kind: Scalar, Src: "biteq", Row: cmpType(tVarbit, opEq)},
		{OID: 1667, Name: "varbitne", Args: oids{tVarbit, tVarbit}, Ret: tBool, Kind: Scalar, Src: "bitne", Row: cmpType(tVarbit, opNe)},
		{OID: 1668, Name: "varbitge", Args: oids{tVarbit, tVarbit}, Ret: tBool, Kind: Scalar, Src: "bitge", Row: cmpType(tVarbit, opGe)},
		{OID: 1669, Name: "varbitgt", Args: oids{tVarbit, tVarbit}, Ret: tBool, Kind: Scalar, Src: "bitgt", Row: cmpType(tVarbit, opGt)},
		{OID: 1670, Name: "varbitle", Args: oids{tVarbit, tVarbit}, Ret: tBool, Kind: Scalar, Src: "bitle", Row: cmpType(tVarbit, opLe)},
		{OID: 1671, Name: "varbitlt", Args: oids{tVarbit, tVarbit}, Ret: tBool, Kind: Scalar, Src: "bitlt", Row: cmpType(tVarbit, opLt)},
		{
			OID: 1672, Name: "varbitcmp", Args: oids{tVarbit, tVarbit}, Ret: tInt4, Kind: Scalar, Src: "bitcmp", Doc: "less-equal-greater",
			Row: cmpSign(tVarbit),
		},
		{OID: 1673, Name: "bitand", Args: oids{tBit, tBit}, Ret: tBit, Kind: Scalar, Src: "bit_and", Row: rowBitwise("AND", byteAnd)},
		{OID: 1674, Name: "bitor", Args: oids{tBit, tBit}, Ret: tBit, Kind: Scalar, Src: "bit_or", Row: rowBitwise("OR", byteOr)},
		{OID: 1675, Name: "bitxor", Args: oids{tBit, tBit}, Ret: tBit, Kind: Scalar, Row: rowBitwise("XOR", byteXor)},
		{OID: 1676, Name: "bitnot", Args: oids{tBit}, Ret: tBit, Kind: Scalar, Row: rowBitNot},
		{OID: 1677, Name: "bitshiftleft", Args: oids{tBit, tInt4}, Ret: tBit, Kind: Scalar, Row: rowBitShift(1)},
		{OID: 1678, Name: "bitshiftright", Args: oids{tBit, tInt4}, Ret: tBit, Kind: Scalar, Row: rowBitShift(-1)},
		{OID: 1679, Name: "bitcat", Args: oids{tVarbit, tVarbit}, Ret: tVarbit, Kind: Scalar, Row: rowBitCat},
		{
			OID: 1680, Name: "substring", Args: oids{tBit, tInt4, tInt4}, Ret: tBit, Kind: Scalar, Src: "bitsubstr", Doc: "extract portion of bitstring",
			Row: rowBitSubstring,
		},
		{
			OID: 1681, Name: "length", Args: oids{tBit}, Ret: tInt4, Kind: Scalar, Src: "bitlength", Doc: "bitstring length",
			Row: rowBitLength,
		},
		{
			OID: 1682, Name: "octet_length", Args: oids{tBit}, Ret: tInt4, Kind: Scalar, Src: "bitoctetlength", Doc: "octet length",
			Row: rowBitOctets,
		},
		{
			OID: 1683, Name: "bit", Args: oids{tInt4, tInt4}, Ret: tBit, Kind: Scalar, Src: "bitfromint4", Doc: "convert int4 to bitstring",
			Row: rowIntToBits,
		},
		{
			OID: 1684, Name: "int4", Args: oids{tBit}, Ret: tInt4, Kind: Scalar, Src: "bittoint4", Doc: "convert bitstring to int4",
			Row: rowBitsToInt(&width4, 32),
		},
		{
			OID: 1685, Name: "bit", Args: oids{tBit, tInt4, tBool}, Ret: tBit, Kind: Scalar, Doc: "adjust bit() to typmod length",
			Row: rowTypmod(tBit),
		},
		{
			OID: 1687, Name: "varbit", Args: oids{tVarbit, tInt4, tBool}, Ret: tVarbit, Kind: Scalar, Doc: "adjust varbit() to typmod length",
			Row: rowTypmod(tVarbit),
		},
		{
			OID: 1698, Name: "position", Args: oids{tBit, tBit}, Ret: tInt4, Kind: Scalar, Src: "bitposition", Doc: "position of sub-bitstring",
			Row: rowBitPosition,
		},
		{
			OID: 1699, Name: "substring", Args: oids{tBit, tInt4}, Ret: tBit, Kind: Scalar, Src: "bitsubstr_no_len", Doc: "extract portion of bitstring",
			Row: rowBitSubstring,
		},
		{OID: 1812, Name: "bit_length", Args: oids{tBit}, Ret: tInt4, Kind: Scalar, Doc: "length in bits", Row: rowBitLength},
		{
			OID: 2075, Name: "bit", Args: oids{tInt8, tInt4}, Ret: tBit, Kind: Scalar, Src: "bitfromint8", Doc: "convert int8 to bitstring",
			Row: rowIntToBits,
		},
		{
			OID: 2076, Name: "int8", Args: oids{tBit}, Ret: tInt8, Kind: Scalar, Src: "bittoint8", Doc: "convert bitstring to int8",
			Row: rowBitsToInt(&width8, 64),
		},
		{
			OID: 2242, Name: "bit_and", Args: oids{tBit}, Ret: tBit, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "bitwise-and bit aggregate",
			Aggregate: aggBits("AND", byteAnd),
		},
		{
			OID: 2243, Name: "bit_or", Args: oids{tBit}, Ret: tBit, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "bitwise-or bit aggregate",
			Aggregate: aggBits("OR", byteOr),
		},
		{OID: 2457, Name: "bit_send", Args: oids{tBit}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 2459, Name: "varbit_send", Args: oids{tVarbit}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{
			OID: 3030, Name: "overlay", Args: oids{tBit, tBit, tInt4, tInt4}, Ret: tBit, Kind: Scalar, Src: "bitoverlay", Doc: "substitute portion of bitstring",
			Row: rowBitOverlay,
		},
		{
			OID: 3031, Name: "overlay", Args: oids{tBit, tBit, tInt4}, Ret: tBit, Kind: Scalar, Src: "bitoverlay_no_len", Doc: "substitute portion of bitstring",
			Row: rowBitOverlay,
		},
		{OID: 3032, Name: "get_bit", Args: oids{tBit, tInt4}, Ret: tInt4, Kind: Scalar, Src: "bitgetbit", Doc: "get bit", Row: rowBitsGet},
		{
			OID: 3033, Name: "set_bit", Args: oids{tBit, tInt4, tInt4}, Ret: tBit, Kind: Scalar, Src: "bitsetbit", Doc: "set bit",
			Row: rowBitsSet,
		},
		{
			OID: 6162, Name: "bit_count", Args: oids{tBit}, Ret: tInt8, Kind: Scalar, Src: "bit_bit_count", Doc: "number of set bits",
			Row: rowBitsCount,
		},
		{
			OID: 6167, Name: "bit_xor", Args: oids{tBit}, Ret: tBit, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "bitwise-xor bit aggregate",
			Aggregate: aggBits("XOR", byteXor),
		},
	}
}

// bitsOperators are the operators of bit strings.
func bitsOperators() []Operator {
	return []Operator{
		{1784, "=", tBit, tBit, tBool, 1581, 1784, 1785},
		{1785, "<>", tBit, tBit, tBool, 1582, 1785, 1784},
		{1786, "<", tBit, tBit, tBool, 1595, 1787, 1789},
		{1787, ">", tBit, tBit, tBool, 1593, 1786, 1788},
		{1788, "<=", tBit, tBit, tBool, 1594, 1789, 1787},
		{1789, ">=", tBit, tBit, tBool, 1592, 1788, 1786},
		{1791, "&", tBit, tBit, tBit, 1673, 1791, 0},
		{1792, "|", tBit, tBit, tBit, 1674, 1792, 0},
		{1793, "#", tBit, tBit, tBit, 1675, 1793, 0},
		{1794, "~", 0, tBit, tBit, 1676, 0, 0},
		{1795, "<<", tBit, tInt4, tBit, 1677, 0, 0},
		{1796, ">>", tBit, tInt4, tBit, 1678, 0, 0},
		{1797, "||", tVarbit, tVarbit, tVarbit, 1679, 0, 0},
		{1804, "=", tVarbit, tVarbit, tBool, 1666, 1804, 1805},
		{1805, "<>", tVarbit, tVarbit, tBool, 1667, 1805, 1804},
		{1806, "<", tVarbit, tVarbit, tBool, 1671, 1807, 1809},
		{1807, ">", tVarbit, tVarbit, tBool, 1669, 1806, 1808},
		{1808, "<=", tVarbit, tVarbit, tBool, 1670, 1809, 1807},
		{1809, ">=", tVarbit, tVarbit, tBool, 1668, 1808, 1806},
	}
}

package functions

// compareTextFuncs are comparisons by bytes, which is code point order.
func compareTextFuncs() []Func {
	return []Func{
		{
			OID: 62, Name: "nameeq", Args: oids{tName, tName}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opEq), Vec: kernelText(vecEq[string]),
		},
		{
			OID: 67, Name: "texteq", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opEq), Vec: kernelText(vecEq[string]),
		},
		{
			OID: 240, Name: "nameeqtext", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opEq), Vec: kernelText(vecEq[string]),
		},
		{
			OID: 241, Name: "namelttext", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opLt), Vec: kernelText(vecLt[string]),
		},
		{
			OID: 242, Name: "nameletext", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opLe), Vec: kernelText(vecLe[string]),
		},
		{
			OID: 243, Name: "namegetext", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opGe), Vec: kernelText(swap(vecLe[string])),
		},
		{
			OID: 244, Name: "namegttext", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opGt), Vec: kernelText(swap(vecLt[string])),
		},
		{
			OID: 245, Name: "namenetext", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opNe), Vec: kernelText(vecNe[string]),
		},
		{
			OID: 247, Name: "texteqname", Args: oids{tText, tName}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opEq), Vec: kernelText(vecEq[string]),
		},
		{
			OID: 248, Name: "textltname", Args: oids{tText, tName}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opLt), Vec: kernelText(vecLt[string]),
		},
		{
			OID: 249, Name: "textlename", Args: oids{tText, tName}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opLe), Vec: kernelText(vecLe[string]),
		},
		{
			OID: 250, Name: "textgename", Args: oids{tText, tName}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opGe), Vec: kernelText(swap(vecLe[string])),
		},
		{
			OID: 251, Name: "textgtname", Args: oids{tText, tName}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opGt), Vec: kernelText(swap(vecLt[string])),
		},
		{
			OID: 252, Name: "textnename", Args: oids{tText, tName}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opNe), Vec: kernelText(vecNe[string]),
		},
		{
			OID: 157, Name: "textne", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opNe), Vec: kernelText(vecNe[string]),
		},
		{
			OID: 659, Name: "namene", Args: oids{tName, tName}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opNe), Vec: kernelText(vecNe[string]),
		},
		{
			OID: 655, Name: "namelt", Args: oids{tName, tName}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opLt), Vec: kernelText(vecLt[string]),
		},
		{
			OID: 656, Name: "namele", Args: oids{tName, tName}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opLe), Vec: kernelText(vecLe[string]),
		},
		{
			OID: 657, Name: "namegt", Args: oids{tName, tName}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opGt), Vec: kernelText(swap(vecLt[string])),
		},
		{
			OID: 658, Name: "namege", Args: oids{tName, tName}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opGe), Vec: kernelText(swap(vecLe[string])),
		},
		{
			OID: 740, Name: "text_lt", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opLt), Vec: kernelText(vecLt[string]),
		},
		{
			OID: 741, Name: "text_le", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opLe), Vec: kernelText(vecLe[string]),
		},
		{
			OID: 742, Name: "text_gt", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opGt), Vec: kernelText(swap(vecLt[string])),
		},
		{
			OID: 743, Name: "text_ge", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opGe), Vec: kernelText(swap(vecLe[string])),
		},
		{
			OID: 1948, Name: "byteaeq", Args: oids{tBytea, tBytea}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opEq), Vec: kernelText(vecEq[string]),
		},
		{
			OID: 1953, Name: "byteane", Args: oids{tBytea, tBytea}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opNe), Vec: kernelText(vecNe[string]),
		},
		{
			OID: 1949, Name: "bytealt", Args: oids{tBytea, tBytea}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opLt), Vec: kernelText(vecLt[string]),
		},
		{
			OID: 1950, Name: "byteale", Args: oids{tBytea, tBytea}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opLe), Vec: kernelText(vecLe[string]),
		},
		{
			OID: 1951, Name: "byteagt", Args: oids{tBytea, tBytea}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opGt), Vec: kernelText(swap(vecLt[string])),
		},
		{
			OID: 1952, Name: "byteage", Args: oids{tBytea, tBytea}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opGe), Vec: kernelText(swap(vecLe[string])),
		},
		{
			OID: 2956, Name: "uuid_eq", Args: oids{tUUID, tUUID}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opEq), Vec: kernelText(vecEq[string]),
		},
		{
			OID: 2959, Name: "uuid_ne", Args: oids{tUUID, tUUID}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opNe), Vec: kernelText(vecNe[string]),
		},
		{
			OID: 2954, Name: "uuid_lt", Args: oids{tUUID, tUUID}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opLt), Vec: kernelText(vecLt[string]),
		},
		{
			OID: 2958, Name: "uuid_gt", Args: oids{tUUID, tUUID}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opGt), Vec: kernelText(swap(vecLt[string])),
		},
		{
			OID: 2955, Name: "uuid_le", Args: oids{tUUID, tUUID}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opLe), Vec: kernelText(vecLe[string]),
		},
		{
			OID: 2957, Name: "uuid_ge", Args: oids{tUUID, tUUID}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opGe), Vec: kernelText(swap(vecLe[string])),
		},
		{
			OID: 2160, Name: "text_pattern_lt", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opLt), Vec: kernelText(vecLt[string]),
		},
		{
			OID: 2161, Name: "text_pattern_le", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opLe), Vec: kernelText(vecLe[string]),
		},
		{
			OID: 2163, Name: "text_pattern_ge", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opGe), Vec: kernelText(swap(vecLe[string])),
		},
		{
			OID: 2164, Name: "text_pattern_gt", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: cmpText(opGt), Vec: kernelText(swap(vecLt[string])),
		},
	}
}

func compareTextOperators() []Operator {
	return []Operator{
		{93, "=", tName, tName, tBool, 62, 93, 643},
		{98, "=", tText, tText, tBool, 67, 98, 531},
		{254, "=", tName, tText, tBool, 240, 260, 259},
		{255, "<", tName, tText, tBool, 241, 264, 257},
		{256, "<=", tName, tText, tBool, 242, 263, 258},
		{257, ">=", tName, tText, tBool, 243, 262, 255},
		{258, ">", tName, tText, tBool, 244, 261, 256},
		{259, "<>", tName, tText, tBool, 245, 265, 254},
		{260, "=", tText, tName, tBool, 247, 254, 265},
		{261, "<", tText, tName, tBool, 248, 258, 263},
		{262, "<=", tText, tName, tBool, 249, 257, 264},
		{263, ">=", tText, tName, tBool, 250, 256, 261},
		{264, ">", tText, tName, tBool, 251, 255, 262},
		{265, "<>", tText, tName, tBool, 252, 259, 260},
		{531, "<>", tText, tText, tBool, 157, 531, 98},
		{643, "<>", tName, tName, tBool, 659, 643, 93},
		{660, "<", tName, tName, tBool, 655, 662, 663},
		{661, "<=", tName, tName, tBool, 656, 663, 662},
		{662, ">", tName, tName, tBool, 657, 660, 661},
		{663, ">=", tName, tName, tBool, 658, 661, 660},
		{664, "<", tText, tText, tBool, 740, 666, 667},
		{665, "<=", tText, tText, tBool, 741, 667, 666},
		{666, ">", tText, tText, tBool, 742, 664, 665},
		{667, ">=", tText, tText, tBool, 743, 665, 664},
		{1955, "=", tBytea, tBytea, tBool, 1948, 1955, 1956},
		{1956, "<>", tBytea, tBytea, tBool, 1953, 1956, 1955},
		{1957, "<", tBytea, tBytea, tBool, 1949, 1959, 1960},
		{1958, "<=", tBytea, tBytea, tBool, 1950, 1960, 1959},
		{1959, ">", tBytea, tBytea, tBool, 1951, 1957, 1958},
		{1960, ">=", tBytea, tBytea, tBool, 1952, 1958, 1957},
		{2314, "~<~", tText, tText, tBool, 2160, 2318, 2317},
		{2315, "~<=~", tText, tText, tBool, 2161, 2317, 2318},
		{2317, "~>=~", tText, tText, tBool, 2163, 2315, 2314},
		{2318, "~>~", tText, tText, tBool, 2164, 2314, 2315},
		{2972, "=", tUUID, tUUID, tBool, 2956, 2972, 2973},
		{2973, "<>", tUUID, tUUID, tBool, 2959, 2973, 2972},
		{2974, "<", tUUID, tUUID, tBool, 2954, 2975, 2977},
		{2975, ">", tUUID, tUUID, tBool, 2958, 2974, 2976},
		{2976, "<=", tUUID, tUUID, tBool, 2955, 2977, 2975},
		{2977, ">=", tUUID, tUUID, tBool, 2957, 2976, 2974},
	}
}

package functions

// compareFloatFuncs are comparisons of float4 and float8.
func compareFloatFuncs() []Func {
	return []Func{
		{
			OID: 287, Name: "float4eq", Args: oids{tFloat4, tFloat4}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opEq), Vec: kernelFloat(vecFloatEq),
		},
		{
			OID: 288, Name: "float4ne", Args: oids{tFloat4, tFloat4}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opNe), Vec: kernelFloat(not(vecFloatEq)),
		},
		{
			OID: 289, Name: "float4lt", Args: oids{tFloat4, tFloat4}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opLt), Vec: kernelFloat(vecFloatLt),
		},
		{
			OID: 291, Name: "float4gt", Args: oids{tFloat4, tFloat4}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opGt), Vec: kernelFloat(swap(vecFloatLt)),
		},
		{
			OID: 290, Name: "float4le", Args: oids{tFloat4, tFloat4}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opLe), Vec: kernelFloat(not(swap(vecFloatLt))),
		},
		{
			OID: 292, Name: "float4ge", Args: oids{tFloat4, tFloat4}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opGe), Vec: kernelFloat(not(vecFloatLt)),
		},
		{
			OID: 293, Name: "float8eq", Args: oids{tFloat8, tFloat8}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opEq), Vec: kernelFloat(vecFloatEq),
		},
		{
			OID: 294, Name: "float8ne", Args: oids{tFloat8, tFloat8}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opNe), Vec: kernelFloat(not(vecFloatEq)),
		},
		{
			OID: 295, Name: "float8lt", Args: oids{tFloat8, tFloat8}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opLt), Vec: kernelFloat(vecFloatLt),
		},
		{
			OID: 296, Name: "float8le", Args: oids{tFloat8, tFloat8}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opLe), Vec: kernelFloat(not(swap(vecFloatLt))),
		},
		{
			OID: 297, Name: "float8gt", Args: oids{tFloat8, tFloat8}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opGt), Vec: kernelFloat(swap(vecFloatLt)),
		},
		{
			OID: 298, Name: "float8ge", Args: oids{tFloat8, tFloat8}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opGe), Vec: kernelFloat(not(vecFloatLt)),
		},
		{
			OID: 299, Name: "float48eq", Args: oids{tFloat4, tFloat8}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opEq), Vec: kernelFloat(vecFloatEq),
		},
		{
			OID: 300, Name: "float48ne", Args: oids{tFloat4, tFloat8}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opNe), Vec: kernelFloat(not(vecFloatEq)),
		},
		{
			OID: 301, Name: "float48lt", Args: oids{tFloat4, tFloat8}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opLt), Vec: kernelFloat(vecFloatLt),
		},
		{
			OID: 303, Name: "float48gt", Args: oids{tFloat4, tFloat8}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opGt), Vec: kernelFloat(swap(vecFloatLt)),
		},
		{
			OID: 302, Name: "float48le", Args: oids{tFloat4, tFloat8}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opLe), Vec: kernelFloat(not(swap(vecFloatLt))),
		},
		{
			OID: 304, Name: "float48ge", Args: oids{tFloat4, tFloat8}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opGe), Vec: kernelFloat(not(vecFloatLt)),
		},
		{
			OID: 305, Name: "float84eq", Args: oids{tFloat8, tFloat4}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opEq), Vec: kernelFloat(vecFloatEq),
		},
		{
			OID: 306, Name: "float84ne", Args: oids{tFloat8, tFloat4}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opNe), Vec: kernelFloat(not(vecFloatEq)),
		},
		{
			OID: 307, Name: "float84lt", Args: oids{tFloat8, tFloat4}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opLt), Vec: kernelFloat(vecFloatLt),
		},
		{
			OID: 309, Name: "float84gt", Args: oids{tFloat8, tFloat4}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opGt), Vec: kernelFloat(swap(vecFloatLt)),
		},
		{
			OID: 308, Name: "float84le", Args: oids{tFloat8, tFloat4}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opLe), Vec: kernelFloat(not(swap(vecFloatLt))),
		},
		{
			OID: 310, Name: "float84ge", Args: oids{tFloat8, tFloat4}, Ret: tBool, Kind: Scalar,
			Row: cmpFloat(opGe), Vec: kernelFloat(not(vecFloatLt)),
		},
	}
}

func compareFloatOperators() []Operator {
	return []Operator{
		{620, "=", tFloat4, tFloat4, tBool, 287, 620, 621},
		{621, "<>", tFloat4, tFloat4, tBool, 288, 621, 620},
		{622, "<", tFloat4, tFloat4, tBool, 289, 623, 625},
		{623, ">", tFloat4, tFloat4, tBool, 291, 622, 624},
		{624, "<=", tFloat4, tFloat4, tBool, 290, 625, 623},
		{625, ">=", tFloat4, tFloat4, tBool, 292, 624, 622},
		{670, "=", tFloat8, tFloat8, tBool, 293, 670, 671},
		{671, "<>", tFloat8, tFloat8, tBool, 294, 671, 670},
		{672, "<", tFloat8, tFloat8, tBool, 295, 674, 675},
		{673, "<=", tFloat8, tFloat8, tBool, 296, 675, 674},
		{674, ">", tFloat8, tFloat8, tBool, 297, 672, 673},
		{675, ">=", tFloat8, tFloat8, tBool, 298, 673, 672},
		{1120, "=", tFloat4, tFloat8, tBool, 299, 1130, 1121},
		{1121, "<>", tFloat4, tFloat8, tBool, 300, 1131, 1120},
		{1122, "<", tFloat4, tFloat8, tBool, 301, 1133, 1125},
		{1123, ">", tFloat4, tFloat8, tBool, 303, 1132, 1124},
		{1124, "<=", tFloat4, tFloat8, tBool, 302, 1135, 1123},
		{1125, ">=", tFloat4, tFloat8, tBool, 304, 1134, 1122},
		{1130, "=", tFloat8, tFloat4, tBool, 305, 1120, 1131},
		{1131, "<>", tFloat8, tFloat4, tBool, 306, 1121, 1130},
		{1132, "<", tFloat8, tFloat4, tBool, 307, 1123, 1135},
		{1133, ">", tFloat8, tFloat4, tBool, 309, 1122, 1134},
		{1134, "<=", tFloat8, tFloat4, tBool, 308, 1125, 1133},
		{1135, ">=", tFloat8, tFloat4, tBool, 310, 1124, 1132},
	}
}

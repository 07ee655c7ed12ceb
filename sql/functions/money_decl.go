package functions

// moneyFuncs are the functions of money.
func moneyFuncs() []Func {
	return []Func{
		{OID: 377, Name: "cash_cmp", Args: oids{tMoney, tMoney}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater", Row: cmpSign(tMoney)},
		{OID: 846, Name: "cash_mul_flt4", Args: oids{tMoney, tFloat4}, Ret: tMoney, Kind: Scalar, Row: rowMoneyMulFloat(false)},
		{OID: 847, Name: "cash_div_flt4", Args: oids{tMoney, tFloat4}, Ret: tMoney, Kind: Scalar, Row: rowMoneyDivFloat},
		{OID: 848, Name: "flt4_mul_cash", Args: oids{tFloat4, tMoney}, Ret: tMoney, Kind: Scalar, Row: rowMoneyMulFloat(true)},
		{OID: 862, Name: "int4_mul_cash", Args: oids{tInt4, tMoney}, Ret: tMoney, Kind: Scalar, Row: rowMoneyMul},
		{OID: 863, Name: "int2_mul_cash", Args: oids{tInt2, tMoney}, Ret: tMoney, Kind: Scalar, Row: rowMoneyMul},
		{OID: 864, Name: "cash_mul_int4", Args: oids{tMoney, tInt4}, Ret: tMoney, Kind: Scalar, Row: rowMoneyMul},
		{OID: 865, Name: "cash_div_int4", Args: oids{tMoney, tInt4}, Ret: tMoney, Kind: Scalar, Row: rowMoneyDiv},
		{OID: 866, Name: "cash_mul_int2", Args: oids{tMoney, tInt2}, Ret: tMoney, Kind: Scalar, Row: rowMoneyMul},
		{OID: 867, Name: "cash_div_int2", Args: oids{tMoney, tInt2}, Ret: tMoney, Kind: Scalar, Row: rowMoneyDiv},
		{OID: 886, Name: "cash_in", Args: oids{tCString}, Ret: tMoney, Kind: Scalar, Volatility: 's', Row: ioIn(tMoney)},
		{OID: 887, Name: "cash_out", Args: oids{tMoney}, Ret: tCString, Kind: Scalar, Volatility: 's', Bind: ioOut},
		{OID: 888, Name: "cash_eq", Args: oids{tMoney, tMoney}, Ret: tBool, Kind: Scalar, Row: cmpType(tMoney, opEq)},
		{OID: 889, Name: "cash_ne", Args: oids{tMoney, tMoney}, Ret: tBool, Kind: Scalar, Row: cmpType(tMoney, opNe)},
		{OID: 890, Name: "cash_lt", Args: oids{tMoney, tMoney}, Ret: tBool, Kind: Scalar, Row: cmpType(tMoney, opLt)},
		{OID: 891, Name: "cash_le", Args: oids{tMoney, tMoney}, Ret: tBool, Kind: Scalar, Row: cmpType(tMoney, opLe)},
		{OID: 892, Name: "cash_gt", Args: oids{tMoney, tMoney}, Ret: tBool, Kind: Scalar, Row: cmpType(tMoney, opGt)},
		{OID: 893, Name: "cash_ge", Args: oids{tMoney, tMoney}, Ret: tBool, Kind: Scalar, Row: cmpType(tMoney, opGe)},
		{OID: 894, Name: "cash_pl", Args: oids{tMoney, tMoney}, Ret: tMoney, Kind: Scalar, Row: rowMoneyAdd},
		{OID: 895, Name: "cash_mi", Args: oids{tMoney, tMoney}, Ret: tMoney, Kind: Scalar, Row: rowMoneySub},
		{OID: 896, Name: "cash_mul_flt8", Args: oids{tMoney, tFloat8}, Ret: tMoney, Kind: Scalar, Row: rowMoneyMulFloat(false)},
		{OID: 897, Name: "cash_div_flt8", Args: oids{tMoney, tFloat8}, Ret: tMoney, Kind: Scalar, Row: rowMoneyDivFloat},
		{
			OID: 898, Name: "cashlarger", Args: oids{tMoney, tMoney}, Ret: tMoney, Kind: Scalar, Doc: "larger of two",
			Row: rowMoneyPick(true),
		},
		{
			OID: 899, Name: "cashsmaller", Args: oids{tMoney, tMoney}, Ret: tMoney, Kind: Scalar, Doc: "smaller of two",
			Row: rowMoneyPick(false),
		},
		{OID: 919, Name: "flt8_mul_cash", Args: oids{tFloat8, tMoney}, Ret: tMoney, Kind: Scalar, Row: rowMoneyMulFloat(true)},
		{
			OID: 935, Name: "cash_words", Args: oids{tMoney}, Ret: tText, Kind: Scalar, Doc: "output money amount as words",
			Row: rowMoneyWords,
		},
		{
			OID: 2112, Name: "sum", Args: oids{tMoney}, Ret: tMoney, Kind: Agg, NotStrict: true, Src: "aggregate_dummy",
			Doc: "sum as money across all money input values", Aggregate: agg(func() State { return &moneySum{} }),
		},
		{
			OID: 2125, Name: "max", Args: oids{tMoney}, Ret: tMoney, Kind: Agg, NotStrict: true, Src: "aggregate_dummy",
			Doc: "maximum value of all money input values", Aggregate: aggOf(newMinMax(true)),
		},
		{
			OID: 2141, Name: "min", Args: oids{tMoney}, Ret: tMoney, Kind: Agg, NotStrict: true, Src: "aggregate_dummy",
			Doc: "minimum value of all money input values", Aggregate: aggOf(newMinMax(false)),
		},
		{OID: 2493, Name: "cash_send", Args: oids{tMoney}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{OID: 3344, Name: "cash_mul_int8", Args: oids{tMoney, tInt8}, Ret: tMoney, Kind: Scalar, Row: rowMoneyMul},
		{OID: 3345, Name: "cash_div_int8", Args: oids{tMoney, tInt8}, Ret: tMoney, Kind: Scalar, Row: rowMoneyDiv},
		{OID: 3399, Name: "int8_mul_cash", Args: oids{tInt8, tMoney}, Ret: tMoney, Kind: Scalar, Row: rowMoneyMul},
		{
			OID: 3811, Name: "money", Args: oids{tInt4}, Ret: tMoney, Kind: Scalar, Volatility: 's', Src: "int4_cash", Doc: "convert int4 to money",
			Row: rowIntToMoney,
		},
		{
			OID: 3812, Name: "money", Args: oids{tInt8}, Ret: tMoney, Kind: Scalar, Volatility: 's', Src: "int8_cash", Doc: "convert int8 to money",
			Row: rowIntToMoney,
		},
		{OID: 3822, Name: "cash_div_cash", Args: oids{tMoney, tMoney}, Ret: tFloat8, Kind: Scalar, Row: rowMoneyRatio},
		{
			OID: 3823, Name: "numeric", Args: oids{tMoney}, Ret: tNumeric, Kind: Scalar, Volatility: 's', Src: "cash_numeric",
			Doc: "convert money to numeric", Row: rowMoneyToNumeric,
		},
		{
			OID: 3824, Name: "money", Args: oids{tNumeric}, Ret: tMoney, Kind: Scalar, Volatility: 's', Src: "numeric_cash",
			Doc: "convert numeric to money", Row: rowNumericToMoney,
		},
	}
}

// moneyOperators are the operators of money.
func moneyOperators() []Operator {
	return []Operator{
		{843, "*", tMoney, tFloat4, tMoney, 846, 845, 0},
		{844, "/", tMoney, tFloat4, tMoney, 847, 0, 0},
		{845, "*", tFloat4, tMoney, tMoney, 848, 843, 0},
		{900, "=", tMoney, tMoney, tBool, 888, 900, 901},
		{901, "<>", tMoney, tMoney, tBool, 889, 901, 900},
		{902, "<", tMoney, tMoney, tBool, 890, 903, 905},
		{903, ">", tMoney, tMoney, tBool, 892, 902, 904},
		{904, "<=", tMoney, tMoney, tBool, 891, 905, 903},
		{905, ">=", tMoney, tMoney, tBool, 893, 904, 902},
		{906, "+", tMoney, tMoney, tMoney, 894, 906, 0},
		{907, "-", tMoney, tMoney, tMoney, 895, 0, 0},
		{908, "*", tMoney, tFloat8, tMoney, 896, 916, 0},
		{909, "/", tMoney, tFloat8, tMoney, 897, 0, 0},
		{912, "*", tMoney, tInt4, tMoney, 864, 917, 0},
		{913, "/", tMoney, tInt4, tMoney, 865, 0, 0},
		{914, "*", tMoney, tInt2, tMoney, 866, 918, 0},
		{915, "/", tMoney, tInt2, tMoney, 867, 0, 0},
		{916, "*", tFloat8, tMoney, tMoney, 919, 908, 0},
		{917, "*", tInt4, tMoney, tMoney, 862, 912, 0},
		{918, "*", tInt2, tMoney, tMoney, 863, 914, 0},
		{3346, "*", tMoney, tInt8, tMoney, 3344, 3349, 0},
		{3347, "/", tMoney, tInt8, tMoney, 3345, 0, 0},
		{3349, "*", tInt8, tMoney, tMoney, 3399, 3346, 0},
		{3825, "/", tMoney, tMoney, tFloat8, 3822, 0, 0},
	}
}

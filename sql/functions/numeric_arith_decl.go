package functions

import (
	"github.com/cockroachdb/apd/v3"
)

// numericFuncs are the arithmetic of numeric.
func numericFuncs() []Func {
	return []Func{
		{OID: 1724, Name: "numeric_add", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Row: rowNumNum(numAdd)},
		{OID: 1725, Name: "numeric_sub", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Row: rowNumNum(numSub)},
		{OID: 1726, Name: "numeric_mul", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Row: rowNumNum(numMul)},
		{OID: 1727, Name: "numeric_div", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Row: rowNumNum(numDiv)},
		{OID: 1729, Name: "numeric_mod", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Row: rowNumNum(numMod)},
		{
			OID: 1728, Name: "mod", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "numeric_mod", Doc: "modulus",
			Row: rowNumNum(numMod),
		},
		{
			OID: 1973, Name: "div", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "numeric_div_trunc", Doc: "trunc(x/y)",
			Row: rowNumNum(numDivTrunc),
		},
		{
			OID: 1980, Name: "numeric_div_trunc", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Doc: "trunc(x/y)",
			Row: rowNumNum(numDivTrunc),
		},
		{OID: 1704, Name: "numeric_abs", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Row: rowNum(numAbs)},
		{
			OID: 1705, Name: "abs", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "numeric_abs", Doc: "absolute value",
			Row: rowNum(numAbs),
		},
		{OID: 1771, Name: "numeric_uminus", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Row: rowNum(numNeg)},
		{OID: 1915, Name: "numeric_uplus", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Row: same},
		{OID: 1764, Name: "numeric_inc", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Doc: "increment by one", Row: rowNumInc},
		{
			OID: 1767, Name: "numeric_larger", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Doc: "larger of two",
			Row: pick(tNumeric, opGt),
		},
		{
			OID: 1766, Name: "numeric_smaller", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Doc: "smaller of two",
			Row: pick(tNumeric, opLt),
		},
		{
			OID: 1706, Name: "sign", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "numeric_sign", Doc: "sign of value",
			Row: rowNum(numSignOf),
		},
		{
			OID: 1707, Name: "round", Args: oids{tNumeric, tInt4}, Ret: tNumeric, Kind: Scalar, Src: "numeric_round", Doc: "value rounded to 'scale'",
			Row: rowNumRound(false),
		},
		{
			OID: 1708, Name: "round", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "", Doc: "value rounded to 'scale' of zero",
			Row: rowNumRound(false),
		},
		{
			OID: 1709, Name: "trunc", Args: oids{tNumeric, tInt4}, Ret: tNumeric, Kind: Scalar, Src: "numeric_trunc", Doc: "value truncated to 'scale'",
			Row: rowNumRound(true),
		},
		{
			OID: 1710, Name: "trunc", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "", Doc: "value truncated to 'scale' of zero",
			Row: rowNumRound(true),
		},
		{
			OID: 1711, Name: "ceil", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "numeric_ceil", Doc: "nearest integer >= value",
			Row: rowNum(numCeil),
		},
		{
			OID: 2167, Name: "ceiling", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "numeric_ceil", Doc: "nearest integer >= value",
			Row: rowNum(numCeil),
		},
		{
			OID: 1712, Name: "floor", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "numeric_floor", Doc: "nearest integer <= value",
			Row: rowNum(numFloor),
		},
		{
			OID: 5048, Name: "gcd", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "numeric_gcd", Doc: "greatest common divisor",
			Row: rowNumNum(numGCD),
		},
		{
			OID: 5049, Name: "lcm", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "numeric_lcm", Doc: "least common multiple",
			Row: rowNumNum(numLCM),
		},
		{
			OID: 3281, Name: "scale", Args: oids{tNumeric}, Ret: tInt4, Kind: Scalar, Src: "numeric_scale", Doc: "number of decimal digits in the fractional part",
			Row: rowScale(dscale),
		},
		{
			OID: 5042, Name: "min_scale", Args: oids{tNumeric}, Ret: tInt4, Kind: Scalar, Src: "numeric_min_scale", Doc: "minimum scale needed to represent the value",
			Row: rowScale(minScale),
		},
		{
			OID: 5043, Name: "trim_scale", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "numeric_trim_scale", Doc: "numeric with minimum scale needed to represent the value",
			Row: rowNum(numTrimScale),
		},
		{
			OID: 2170, Name: "width_bucket", Args: oids{tNumeric, tNumeric, tNumeric, tInt4}, Ret: tInt4, Kind: Scalar, Src: "width_bucket_numeric", Doc: "bucket number of operand in equal-width histogram",
			Row: rowWidthBucketNumeric,
		},
		{
			OID: 1730, Name: "sqrt", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "numeric_sqrt", Doc: "square root",
			Row: rowNum(numSqrt),
		},
		{OID: 1731, Name: "numeric_sqrt", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Doc: "square root", Row: rowNum(numSqrt)},
		{
			OID: 1732, Name: "exp", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "numeric_exp", Doc: "natural exponential (e^x)",
			Row: rowNum(numExp),
		},
		{
			OID: 1733, Name: "numeric_exp", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Doc: "natural exponential (e^x)",
			Row: rowNum(numExp),
		},
		{
			OID: 1734, Name: "ln", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "numeric_ln", Doc: "natural logarithm",
			Row: rowNum(numLn),
		},
		{OID: 1735, Name: "numeric_ln", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Doc: "natural logarithm", Row: rowNum(numLn)},
		{
			OID: 1736, Name: "log", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "numeric_log", Doc: "logarithm base m of n",
			Row: rowNumNum(numLog),
		},
		{
			OID: 1737, Name: "numeric_log", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Doc: "logarithm base m of n",
			Row: rowNumNum(numLog),
		},
		{
			OID: 1741, Name: "log", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "", Doc: "base 10 logarithm",
			Row: rowNum(func(a *apd.Decimal) (*apd.Decimal, error) { return numLog(numericFromInt(10), a) }),
		},
		{
			OID: 1481, Name: "log10", Args: oids{tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "", Doc: "base 10 logarithm",
			Row: rowNum(func(a *apd.Decimal) (*apd.Decimal, error) { return numLog(numericFromInt(10), a) }),
		},
		{
			OID: 2169, Name: "power", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "numeric_power", Doc: "exponentiation",
			Row: rowNumNum(numPower),
		},
		{
			OID: 1738, Name: "pow", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Src: "numeric_power", Doc: "exponentiation",
			Row: rowNumNum(numPower),
		},
		{OID: 1739, Name: "numeric_power", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Row: rowNumNum(numPower)},
	}
}

func numericOperators() []Operator {
	return []Operator{
		{1751, "-", 0, tNumeric, tNumeric, 1771, 0, 0},
		{1758, "+", tNumeric, tNumeric, tNumeric, 1724, 1758, 0},
		{1759, "-", tNumeric, tNumeric, tNumeric, 1725, 0, 0},
		{1760, "*", tNumeric, tNumeric, tNumeric, 1726, 1760, 0},
		{1761, "/", tNumeric, tNumeric, tNumeric, 1727, 0, 0},
		{1762, "%", tNumeric, tNumeric, tNumeric, 1729, 0, 0},
		{1038, "^", tNumeric, tNumeric, tNumeric, 1739, 0, 0},
		{1763, "@", 0, tNumeric, tNumeric, 1704, 0, 0},
		{1921, "+", 0, tNumeric, tNumeric, 1915, 0, 0},
	}
}

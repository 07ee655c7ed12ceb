package functions

import (
	"math"

	"github.com/stemedb/stemedb/sql/types"
)

// floatFuncs are the arithmetic of float4 and float8.
func floatFuncs() []Func {
	return []Func{
		{
			OID: 218, Name: "float8pl", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Scalar,
			Row: rowFloatOp(floatAdd, false), Vec: vecFloatOp(floatAdd, false),
		},
		{
			OID: 219, Name: "float8mi", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Scalar,
			Row: rowFloatOp(floatSub, false), Vec: vecFloatOp(floatSub, false),
		},
		{
			OID: 216, Name: "float8mul", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Scalar,
			Row: rowFloatOp(floatMul, false), Vec: vecFloatOp(floatMul, false),
		},
		{
			OID: 217, Name: "float8div", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Scalar,
			Row: rowFloatOp(floatDiv, false), Vec: vecFloatOp(floatDiv, false),
		},
		{
			OID: 204, Name: "float4pl", Args: oids{tFloat4, tFloat4}, Ret: tFloat4, Kind: Scalar,
			Row: rowFloatOp(floatAdd, true), Vec: vecFloatOp(floatAdd, true),
		},
		{
			OID: 205, Name: "float4mi", Args: oids{tFloat4, tFloat4}, Ret: tFloat4, Kind: Scalar,
			Row: rowFloatOp(floatSub, true), Vec: vecFloatOp(floatSub, true),
		},
		{
			OID: 202, Name: "float4mul", Args: oids{tFloat4, tFloat4}, Ret: tFloat4, Kind: Scalar,
			Row: rowFloatOp(floatMul, true), Vec: vecFloatOp(floatMul, true),
		},
		{
			OID: 203, Name: "float4div", Args: oids{tFloat4, tFloat4}, Ret: tFloat4, Kind: Scalar,
			Row: rowFloatOp(floatDiv, true), Vec: vecFloatOp(floatDiv, true),
		},
		{
			OID: 281, Name: "float48pl", Args: oids{tFloat4, tFloat8}, Ret: tFloat8, Kind: Scalar,
			Row: rowFloatOp(floatAdd, false), Vec: vecFloatOp(floatAdd, false),
		},
		{
			OID: 282, Name: "float48mi", Args: oids{tFloat4, tFloat8}, Ret: tFloat8, Kind: Scalar,
			Row: rowFloatOp(floatSub, false), Vec: vecFloatOp(floatSub, false),
		},
		{
			OID: 279, Name: "float48mul", Args: oids{tFloat4, tFloat8}, Ret: tFloat8, Kind: Scalar,
			Row: rowFloatOp(floatMul, false), Vec: vecFloatOp(floatMul, false),
		},
		{
			OID: 280, Name: "float48div", Args: oids{tFloat4, tFloat8}, Ret: tFloat8, Kind: Scalar,
			Row: rowFloatOp(floatDiv, false), Vec: vecFloatOp(floatDiv, false),
		},
		{
			OID: 285, Name: "float84pl", Args: oids{tFloat8, tFloat4}, Ret: tFloat8, Kind: Scalar,
			Row: rowFloatOp(floatAdd, false), Vec: vecFloatOp(floatAdd, false),
		},
		{
			OID: 286, Name: "float84mi", Args: oids{tFloat8, tFloat4}, Ret: tFloat8, Kind: Scalar,
			Row: rowFloatOp(floatSub, false), Vec: vecFloatOp(floatSub, false),
		},
		{
			OID: 283, Name: "float84mul", Args: oids{tFloat8, tFloat4}, Ret: tFloat8, Kind: Scalar,
			Row: rowFloatOp(floatMul, false), Vec: vecFloatOp(floatMul, false),
		},
		{
			OID: 284, Name: "float84div", Args: oids{tFloat8, tFloat4}, Ret: tFloat8, Kind: Scalar,
			Row: rowFloatOp(floatDiv, false), Vec: vecFloatOp(floatDiv, false),
		},
		{OID: 220, Name: "float8um", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Row: rowFloat(floatNeg)},
		{OID: 206, Name: "float4um", Args: oids{tFloat4}, Ret: tFloat4, Kind: Scalar, Row: rowFloat(floatNeg)},
		{OID: 1914, Name: "float8up", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Row: same},
		{OID: 1913, Name: "float4up", Args: oids{tFloat4}, Ret: tFloat4, Kind: Scalar, Row: same},
		{OID: 221, Name: "float8abs", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Row: rowFloat(math.Abs)},
		{
			OID: 1395, Name: "abs", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "float8abs", Doc: "absolute value",
			Row: rowFloat(math.Abs),
		},
		{OID: 207, Name: "float4abs", Args: oids{tFloat4}, Ret: tFloat4, Kind: Scalar, Row: rowFloat(math.Abs)},
		{
			OID: 1394, Name: "abs", Args: oids{tFloat4}, Ret: tFloat4, Kind: Scalar, Src: "float4abs", Doc: "absolute value",
			Row: rowFloat(math.Abs),
		},
		{
			OID: 223, Name: "float8larger", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Scalar, Doc: "larger of two",
			Row: pick(tFloat8, opGt),
		},
		{
			OID: 209, Name: "float4larger", Args: oids{tFloat4, tFloat4}, Ret: tFloat4, Kind: Scalar, Doc: "larger of two",
			Row: pick(tFloat4, opGt),
		},
		{
			OID: 224, Name: "float8smaller", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Scalar, Doc: "smaller of two",
			Row: pick(tFloat8, opLt),
		},
		{
			OID: 211, Name: "float4smaller", Args: oids{tFloat4, tFloat4}, Ret: tFloat4, Kind: Scalar, Doc: "smaller of two",
			Row: pick(tFloat4, opLt),
		},
		{
			OID: 228, Name: "dround", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Doc: "round to nearest integer",
			Row: rowFloat(math.RoundToEven),
		},
		{
			OID: 1342, Name: "round", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dround", Doc: "round to nearest integer",
			Row: rowFloat(math.RoundToEven),
		},
		{
			OID: 229, Name: "dtrunc", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Doc: "truncate to integer",
			Row: rowFloat(math.Trunc),
		},
		{
			OID: 1343, Name: "trunc", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dtrunc", Doc: "truncate to integer",
			Row: rowFloat(math.Trunc),
		},
		{
			OID: 2308, Name: "ceil", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dceil", Doc: "nearest integer >= value",
			Row: rowFloat(math.Ceil),
		},
		{
			OID: 2320, Name: "ceiling", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dceil", Doc: "nearest integer >= value",
			Row: rowFloat(math.Ceil),
		},
		{
			OID: 2309, Name: "floor", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dfloor", Doc: "nearest integer <= value",
			Row: rowFloat(math.Floor),
		},
		{
			OID: 2310, Name: "sign", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dsign", Doc: "sign of value",
			Row: rowFloat(floatSign),
		},
		{OID: 230, Name: "dsqrt", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Row: rowFloatErr(floatSqrt)},
		{
			OID: 1344, Name: "sqrt", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dsqrt", Doc: "square root",
			Row: rowFloatErr(floatSqrt),
		},
		{OID: 231, Name: "dcbrt", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Row: rowFloat(libmCbrt)},
		{
			OID: 1345, Name: "cbrt", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dcbrt", Doc: "cube root",
			Row: rowFloat(libmCbrt),
		},
		{OID: 232, Name: "dpow", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Scalar, Row: rowFloatFloatErr(floatPow)},
		{
			OID: 1346, Name: "pow", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dpow", Doc: "exponentiation",
			Row: rowFloatFloatErr(floatPow),
		},
		{
			OID: 1368, Name: "power", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dpow", Doc: "exponentiation",
			Row: rowFloatFloatErr(floatPow),
		},
		{
			OID: 233, Name: "dexp", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Doc: "natural exponential (e^x)",
			Row: rowFloatErr(floatExp),
		},
		{
			OID: 1347, Name: "exp", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dexp", Doc: "natural exponential (e^x)",
			Row: rowFloatErr(floatExp),
		},
		{
			OID: 234, Name: "dlog1", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Doc: "natural logarithm",
			Row: rowFloatErr(floatLog(libmLog)),
		},
		{
			OID: 1341, Name: "ln", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dlog1", Doc: "natural logarithm",
			Row: rowFloatErr(floatLog(libmLog)),
		},
		{
			OID: 1339, Name: "dlog10", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Doc: "base 10 logarithm",
			Row: rowFloatErr(floatLog(libmLog10)),
		},
		{
			OID: 1340, Name: "log", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dlog10", Doc: "base 10 logarithm",
			Row: rowFloatErr(floatLog(libmLog10)),
		},
		{
			OID: 1194, Name: "log10", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dlog10", Doc: "base 10 logarithm",
			Row: rowFloatErr(floatLog(libmLog10)),
		},
		{
			OID: 1608, Name: "degrees", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Doc: "radians to degrees",
			Row: rowFloatErr(floatDegrees),
		},
		{
			OID: 1609, Name: "radians", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Doc: "degrees to radians",
			Row: rowFloatErr(floatRadians),
		},
		{
			OID: 1610, Name: "pi", Ret: tFloat8, Kind: Scalar, Src: "dpi", Doc: "PI",
			Row: func(*Ctx, []datum) (datum, error) { return types.Float(math.Pi), nil },
		},
		{
			OID: 1599, Name: "setseed", Args: oids{tFloat8}, Ret: tVoid, Kind: Scalar, Volatility: 'v', Doc: "set random seed",
			Row: rowSetSeed,
		},
		{OID: 1598, Name: "random", Ret: tFloat8, Kind: Scalar, Volatility: 'v', Src: "drandom", Doc: "random value", Row: rowRandom},
		{
			OID: 320, Name: "width_bucket", Args: oids{tFloat8, tFloat8, tFloat8, tInt4}, Ret: tInt4, Kind: Scalar, Src: "width_bucket_float8", Doc: "bucket number of operand in equal-width histogram",
			Row: rowWidthBucketFloat,
		},
	}
}

func floatOperators() []Operator {
	return []Operator{
		{584, "-", 0, tFloat4, tFloat4, 206, 0, 0},
		{585, "-", 0, tFloat8, tFloat8, 220, 0, 0},
		{586, "+", tFloat4, tFloat4, tFloat4, 204, 586, 0},
		{587, "-", tFloat4, tFloat4, tFloat4, 205, 0, 0},
		{588, "/", tFloat4, tFloat4, tFloat4, 203, 0, 0},
		{589, "*", tFloat4, tFloat4, tFloat4, 202, 589, 0},
		{590, "@", 0, tFloat4, tFloat4, 207, 0, 0},
		{591, "+", tFloat8, tFloat8, tFloat8, 218, 591, 0},
		{592, "-", tFloat8, tFloat8, tFloat8, 219, 0, 0},
		{593, "/", tFloat8, tFloat8, tFloat8, 217, 0, 0},
		{594, "*", tFloat8, tFloat8, tFloat8, 216, 594, 0},
		{595, "@", 0, tFloat8, tFloat8, 221, 0, 0},
		{596, "|/", 0, tFloat8, tFloat8, 230, 0, 0},
		{597, "||/", 0, tFloat8, tFloat8, 231, 0, 0},
		{965, "^", tFloat8, tFloat8, tFloat8, 232, 0, 0},
		{1116, "+", tFloat4, tFloat8, tFloat8, 281, 1126, 0},
		{1117, "-", tFloat4, tFloat8, tFloat8, 282, 0, 0},
		{1118, "/", tFloat4, tFloat8, tFloat8, 280, 0, 0},
		{1119, "*", tFloat4, tFloat8, tFloat8, 279, 1129, 0},
		{1126, "+", tFloat8, tFloat4, tFloat8, 285, 1116, 0},
		{1127, "-", tFloat8, tFloat4, tFloat8, 286, 0, 0},
		{1128, "/", tFloat8, tFloat4, tFloat8, 284, 0, 0},
		{1129, "*", tFloat8, tFloat4, tFloat8, 283, 1119, 0},
		{1919, "+", 0, tFloat4, tFloat4, 1913, 0, 0},
		{1920, "+", 0, tFloat8, tFloat8, 1914, 0, 0},
	}
}

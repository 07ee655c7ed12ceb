package functions

import "math"

// Functions of degrees are exact at the angles whose values are simple
// fractions: each piece is scaled by its own value there.

var (
	sin30         = libmSin(radiansOf(30))
	oneMinusCos60 = 1 - libmCos(radiansOf(60))
	asinHalf      = libmAsin(0.5)
	acosHalf      = libmAcos(0.5)
	atanOne       = libmAtan(1)
	tan45         = sindQ1(45) / cosdQ1(45)
	cot45         = cosdQ1(45) / sindQ1(45)
)

// radiansOf converts degrees, rounded as at run time: a product of constants
// would be computed exactly, and the scale not be the value at the angle.
func radiansOf(x float64) float64 { return x * radiansPerDegree }

func sind0to30(x float64) float64 { return libmSin(radiansOf(x)) / sin30 / 2 }

func cosd0to60(x float64) float64 { return 1 - (1-libmCos(radiansOf(x)))/oneMinusCos60/2 }

func sindQ1(x float64) float64 {
	if x <= 30 {
		return sind0to30(x)
	}
	return cosd0to60(90 - x)
}

func cosdQ1(x float64) float64 {
	if x <= 60 {
		return cosd0to60(x)
	}
	return sind0to30(90 - x)
}

func sind(x float64) float64 {
	sign := 1.0
	x = math.Mod(x, 360)
	if x < 0 {
		x, sign = -x, -sign
	}
	if x > 180 {
		x, sign = 360-x, -sign
	}
	if x > 90 {
		x = 180 - x
	}
	return sign * sindQ1(x)
}

func cosd(x float64) float64 {
	sign := 1.0
	x = math.Abs(math.Mod(x, 360))
	if x > 180 {
		x = 360 - x
	}
	if x > 90 {
		x, sign = 180-x, -sign
	}
	return sign * cosdQ1(x)
}

// quarter folds an angle for tand and cotd: both have the period 180.
func quarter(x float64) (float64, float64) {
	sign := 1.0
	x = math.Mod(x, 360)
	if x < 0 {
		x, sign = -x, -sign
	}
	if x > 180 {
		x, sign = 360-x, -sign
	}
	if x > 90 {
		x, sign = 180-x, -sign
	}
	return x, sign
}

func tand(x float64) float64 {
	x, sign := quarter(x)
	return positiveZero(sign * (sindQ1(x) / cosdQ1(x) / tan45))
}

func cotd(x float64) float64 {
	x, sign := quarter(x)
	return positiveZero(sign * (cosdQ1(x) / sindQ1(x) / cot45))
}

func positiveZero(v float64) float64 {
	if v == 0 {
		return 0
	}
	return v
}

func asindQ1(x float64) float64 {
	if x <= 0.5 {
		return libmAsin(x) / asinHalf * 30
	}
	return 90 - libmAcos(x)/acosHalf*60
}

func acosdQ1(x float64) float64 {
	if x <= 0.5 {
		return 90 - libmAsin(x)/asinHalf*30
	}
	return libmAcos(x) / acosHalf * 60
}

func asind(x float64) float64 {
	if x < 0 {
		return -asindQ1(-x)
	}
	return asindQ1(x)
}

func acosd(x float64) float64 {
	if x < 0 {
		return 90 + asindQ1(-x)
	}
	return acosdQ1(x)
}

func atand(x float64) float64 { return libmAtan(x) / atanOne * 45 }

func atan2(y, x float64) (float64, error)  { return libmAtan2(y, x), nil }
func atan2d(y, x float64) (float64, error) { return libmAtan2(y, x) / atanOne * 45, nil }

// trigFuncs are the trigonometric and hyperbolic functions.
func trigFuncs() []Func {
	inf := math.Inf(1)
	return []Func{
		{
			OID: 1604, Name: "sin", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dsin", Doc: "sine",
			Row: rowFloatErr(bounded(libmSin)),
		},
		{
			OID: 1605, Name: "cos", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dcos", Doc: "cosine",
			Row: rowFloatErr(bounded(libmCos)),
		},
		{
			OID: 1606, Name: "tan", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dtan", Doc: "tangent",
			Row: rowFloatErr(bounded(libmTan)),
		},
		{
			OID: 1607, Name: "cot", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dcot", Doc: "cotangent",
			Row: rowFloatErr(bounded(cot)),
		},
		{
			OID: 1600, Name: "asin", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dasin", Doc: "arcsine",
			Row: rowFloatErr(within(-1, 1, libmAsin)),
		},
		{
			OID: 1601, Name: "acos", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dacos", Doc: "arccosine",
			Row: rowFloatErr(within(-1, 1, libmAcos)),
		},
		{
			OID: 1602, Name: "atan", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "datan", Doc: "arctangent",
			Row: rowFloat(libmAtan),
		},
		{
			OID: 1603, Name: "atan2", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "datan2", Doc: "arctangent, two arguments",
			Row: rowFloatFloatErr(atan2),
		},
		{
			OID: 2735, Name: "sind", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dsind", Doc: "sine, degrees",
			Row: rowFloatErr(bounded(sind)),
		},
		{
			OID: 2736, Name: "cosd", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dcosd", Doc: "cosine, degrees",
			Row: rowFloatErr(bounded(cosd)),
		},
		{
			OID: 2737, Name: "tand", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dtand", Doc: "tangent, degrees",
			Row: rowFloatErr(bounded(tand)),
		},
		{
			OID: 2738, Name: "cotd", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dcotd", Doc: "cotangent, degrees",
			Row: rowFloatErr(bounded(cotd)),
		},
		{
			OID: 2731, Name: "asind", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dasind", Doc: "arcsine, degrees",
			Row: rowFloatErr(within(-1, 1, asind)),
		},
		{
			OID: 2732, Name: "acosd", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dacosd", Doc: "arccosine, degrees",
			Row: rowFloatErr(within(-1, 1, acosd)),
		},
		{
			OID: 2733, Name: "atand", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "datand", Doc: "arctangent, degrees",
			Row: rowFloat(atand),
		},
		{
			OID: 2734, Name: "atan2d", Args: oids{tFloat8, tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "datan2d", Doc: "arctangent, two arguments, degrees",
			Row: rowFloatFloatErr(atan2d),
		},
		{
			OID: 2462, Name: "sinh", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dsinh", Doc: "hyperbolic sine",
			Row: rowFloat(libmSinh),
		},
		{
			OID: 2463, Name: "cosh", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dcosh", Doc: "hyperbolic cosine",
			Row: rowFloatErr(floatCosh),
		},
		{
			OID: 2464, Name: "tanh", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dtanh", Doc: "hyperbolic tangent",
			Row: rowFloat(libmTanh),
		},
		{
			OID: 2465, Name: "asinh", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dasinh", Doc: "inverse hyperbolic sine",
			Row: rowFloat(libmAsinh),
		},
		{
			OID: 2466, Name: "acosh", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "dacosh", Doc: "inverse hyperbolic cosine",
			Row: rowFloatErr(within(1, inf, libmAcosh)),
		},
		{
			OID: 2467, Name: "atanh", Args: oids{tFloat8}, Ret: tFloat8, Kind: Scalar, Src: "datanh", Doc: "inverse hyperbolic tangent",
			Row: rowFloatErr(within(-1, 1, libmAtanh)),
		},
	}
}

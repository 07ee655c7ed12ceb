package functions

import (
	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

type numOp = func(a, b *apd.Decimal) (*apd.Decimal, error)

func rowNum(f func(a *apd.Decimal) (*apd.Decimal, error)) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		r, err := f(num(a[0]))
		return types.Any(r), err
	}
}

func rowNumNum(f numOp) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		r, err := f(num(a[0]), num(a[1]))
		return types.Any(r), err
	}
}

func numAdd(a, b *apd.Decimal) (*apd.Decimal, error) {
	if !isFinite(a) || !isFinite(b) {
		switch {
		case isNaN(a) || isNaN(b):
			return numericNaN(), nil
		case isFinite(a):
			return b, nil
		case isFinite(b) || a.Negative == b.Negative:
			return a, nil
		}
		return numericNaN(), nil
	}
	scale := max(dscale(a), dscale(b))
	var x, y apd.BigInt
	signed(&x, a, scale)
	x.Add(&x, signed(&y, b, scale))
	return checkNumeric(fromBig(&x, scale))
}

func numNeg(a *apd.Decimal) (*apd.Decimal, error) {
	if isNaN(a) || isZero(a) {
		return a, nil
	}
	r := &apd.Decimal{Form: a.Form, Negative: !a.Negative, Exponent: a.Exponent}
	r.Coeff.Set(&a.Coeff)
	return r, nil
}

func numSub(a, b *apd.Decimal) (*apd.Decimal, error) {
	nb, _ := numNeg(b)
	return numAdd(a, nb)
}

func numMul(a, b *apd.Decimal) (*apd.Decimal, error) {
	if !isFinite(a) || !isFinite(b) {
		if isNaN(a) || isNaN(b) || numSign(a)*numSign(b) == 0 {
			return numericNaN(), nil
		}
		return numericInf(numSign(a)*numSign(b) < 0), nil
	}
	var x, y apd.BigInt
	shifted(&x, a, dscale(a))
	shifted(&y, b, dscale(b))
	x.Mul(&x, &y)
	if a.Negative != b.Negative {
		x.Neg(&x)
	}
	return checkNumeric(fromBig(&x, dscale(a)+dscale(b)))
}

// firstGroup returns the weight of a numeric in groups of four digits and the
// value of its first group, as PostgreSQL stores it.
func firstGroup(d *apd.Decimal) (weight int32, first int64) {
	if d.Coeff.Sign() == 0 {
		return 0, 0
	}
	digits := int32(d.NumDigits())
	// position of the leading digit: 10^top
	top := digits + d.Exponent - 1
	w, in := floorDiv(int64(top), 4)
	// the first group has in+1 digits
	var q, p apd.BigInt
	if n := digits - int32(in) - 1; n >= 0 {
		q.Quo(&d.Coeff, setPow10(&p, n))
	} else {
		q.Mul(&d.Coeff, setPow10(&p, -n))
	}
	return int32(w), q.Int64()
}

// divScale is the scale of a quotient: at least 16 significant digits and
// neither input's scale.
func divScale(a, b *apd.Decimal) int32 {
	w1, f1 := firstGroup(a)
	w2, f2 := firstGroup(b)
	q := w1 - w2
	if f1 <= f2 {
		q--
	}
	return min(max(numericMinSig-q*4, dscale(a), dscale(b), 0), numericMaxDisplay)
}

func numDiv(a, b *apd.Decimal) (*apd.Decimal, error) {
	if r, done, err := divSpecial(a, b); done {
		return r, err
	}
	return checkNumeric(quotient(a, b, divScale(a, b), false))
}

// divSpecial handles NaN, the infinities and a divisor of zero.
func divSpecial(a, b *apd.Decimal) (r *apd.Decimal, done bool, err error) {
	switch {
	case isNaN(a) || isNaN(b):
		return numericNaN(), true, nil
	case a.Form == apd.Infinite && b.Form == apd.Infinite:
		return numericNaN(), true, nil
	case isZero(b):
		return nil, true, errDivZero()
	case a.Form == apd.Infinite:
		return numericInf(numSign(a)*numSign(b) < 0), true, nil
	case b.Form == apd.Infinite:
		return numericZero(0), true, nil
	}
	return nil, false, nil
}

// quotient is a / b at a scale, rounded or cut.
func quotient(a, b *apd.Decimal, scale int32, trunc bool) *apd.Decimal {
	// a·10^-sa / b·10^-sb = (a / b)·10^(sb-sa); wanted with 10^-scale
	var x, y, p apd.BigInt
	shifted(&x, a, dscale(a))
	shifted(&y, b, dscale(b))
	if n := scale + dscale(b) - dscale(a); n >= 0 {
		x.Mul(&x, setPow10(&p, n))
	} else {
		y.Mul(&y, setPow10(&p, -n))
	}
	var q apd.BigInt
	if trunc {
		q.Quo(&x, &y)
	} else {
		divRound(&q, &x, &y)
	}
	r := fromBig(&q, scale)
	r.Negative = a.Negative != b.Negative && q.Sign() != 0
	return r
}

func numDivTrunc(a, b *apd.Decimal) (*apd.Decimal, error) {
	if r, done, err := divSpecial(a, b); done {
		return r, err
	}
	return checkNumeric(quotient(a, b, 0, true))
}

func numMod(a, b *apd.Decimal) (*apd.Decimal, error) {
	switch {
	case isNaN(a) || isNaN(b):
		return numericNaN(), nil
	case a.Form == apd.Infinite && isZero(b), isZero(b):
		return nil, errDivZero()
	case a.Form == apd.Infinite:
		return numericNaN(), nil
	case b.Form == apd.Infinite:
		return a, nil
	}
	scale := max(dscale(a), dscale(b))
	var x, y apd.BigInt
	signed(&x, a, scale)
	x.Rem(&x, shifted(&y, b, scale))
	return fromBig(&x, scale), nil
}

func numAbs(a *apd.Decimal) (*apd.Decimal, error) {
	if a.Negative {
		return numNeg(a)
	}
	return a, nil
}

func numSignOf(a *apd.Decimal) (*apd.Decimal, error) {
	if isNaN(a) {
		return a, nil
	}
	return numericFromInt(int64(numSign(a))), nil
}

func rowNumRound(trunc bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		scale := int32(0)
		if len(a) > 1 {
			// the scale that round accepts, PostgreSQL's own limits
			scale = int32(max(min(a[1].I, 2000), -2000))
		}
		r, err := checkNumeric(rescale(num(a[0]), scale, trunc))
		return types.Any(r), err
	}
}

func numCeil(a *apd.Decimal) (*apd.Decimal, error) { return towards(a, false) }

func numFloor(a *apd.Decimal) (*apd.Decimal, error) { return towards(a, true) }

func towards(a *apd.Decimal, down bool) (*apd.Decimal, error) {
	r := rescale(a, 0, true)
	if isFinite(a) && a.Negative == down && numericCmp(a, r) != 0 {
		step := int64(1)
		if down {
			step = -1
		}
		return numAdd(r, numericFromInt(step))
	}
	return r, nil
}

func numGCD(a, b *apd.Decimal) (*apd.Decimal, error) {
	if !isFinite(a) || !isFinite(b) {
		return numericNaN(), nil
	}
	scale := max(dscale(a), dscale(b))
	var x, y apd.BigInt
	shifted(&x, a, scale)
	shifted(&y, b, scale)
	for y.Sign() != 0 {
		var r apd.BigInt
		r.Rem(&x, &y)
		x.Set(&y)
		y.Set(&r)
	}
	return fromBig(&x, scale), nil
}

func numLCM(a, b *apd.Decimal) (*apd.Decimal, error) {
	if !isFinite(a) || !isFinite(b) {
		return numericNaN(), nil
	}
	scale := max(dscale(a), dscale(b))
	if isZero(a) || isZero(b) {
		return numericZero(scale), nil
	}
	g, _ := numGCD(a, b)
	q := quotient(a, g, 0, true)
	r, err := numMul(q, b)
	if err != nil {
		return nil, err
	}
	r, _ = numAbs(r)
	return rescale(r, scale, false), nil
}

// minScale is the fewest decimals that show the value.
func minScale(d *apd.Decimal) int32 {
	if d.Coeff.Sign() == 0 {
		return 0
	}
	scale := dscale(d)
	var v, q, r apd.BigInt
	shifted(&v, d, scale)
	ten := apd.NewBigInt(10)
	for scale > 0 {
		q.QuoRem(&v, ten, &r)
		if r.Sign() != 0 {
			break
		}
		v.Set(&q)
		scale--
	}
	return scale
}

func rowScale(f func(*apd.Decimal) int32) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if !isFinite(num(a[0])) {
			return null, nil
		}
		return types.Int(int64(f(num(a[0])))), nil
	}
}

func numTrimScale(a *apd.Decimal) (*apd.Decimal, error) {
	if !isFinite(a) {
		return a, nil
	}
	return rescale(a, minScale(a), false), nil
}

func rowNumPick(larger bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if (numericCmp(num(a[0]), num(a[1])) < 0) != larger {
			return a[0], nil
		}
		return a[1], nil
	}
}

func rowNumInc(_ *Ctx, a []datum) (datum, error) {
	r, err := numAdd(num(a[0]), numericFromInt(1))
	return types.Any(r), err
}

func rowWidthBucketNumeric(_ *Ctx, a []datum) (datum, error) {
	v, lo, hi, n := num(a[0]), num(a[1]), num(a[2]), a[3].I
	if n <= 0 {
		return null, errBucket("count must be greater than zero")
	}
	if isNaN(v) || isNaN(lo) || isNaN(hi) {
		return null, errBucket("operand, lower bound, and upper bound cannot be NaN")
	}
	if !isFinite(lo) || !isFinite(hi) {
		return null, errBucket("lower and upper bounds must be finite")
	}
	order := numericCmp(lo, hi)
	if order == 0 {
		return null, errBucket("lower bound cannot equal upper bound")
	}
	if numericCmp(v, lo)*order > 0 {
		return types.Int(0), nil
	}
	if numericCmp(v, hi)*order <= 0 {
		if n == width4.hi {
			return null, width4.err()
		}
		return types.Int(n + 1), nil
	}
	up, _ := numSub(v, lo)
	span, _ := numSub(hi, lo)
	up, _ = numMul(up, numericFromInt(n))
	r, err := numericInt(quotient(up, span, 0, true), &width4)
	return types.Int(r + 1), err
}

func errNumeric(code, msg string) error { return sqlerr.New(code, "%s", msg) }

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
			Row: rowNumPick(true),
		},
		{
			OID: 1766, Name: "numeric_smaller", Args: oids{tNumeric, tNumeric}, Ret: tNumeric, Kind: Scalar, Doc: "smaller of two",
			Row: rowNumPick(false),
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

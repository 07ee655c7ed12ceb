package functions

import (
	"math"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// The scale of each result is PostgreSQL's own choice, computed from the
// inputs the way it does; the digits come from apd with guard digits to spare.

// precise is a context of so many significant digits.
func precise(digits int64) *apd.Context {
	return &apd.Context{
		Precision: uint32(max(digits, 20)), MaxExponent: apd.MaxExponent, MinExponent: apd.MinExponent,
		Traps: apd.DefaultTraps &^ (apd.Underflow | apd.Subnormal), Rounding: apd.RoundHalfUp,
	}
}

func clampScale(scale int64, lo ...int32) int32 {
	for _, s := range lo {
		scale = max(scale, int64(s))
	}
	return int32(min(max(scale, 0), numericMaxDisplay))
}

// topDigit is the power of ten of the leading digit.
func topDigit(d *apd.Decimal) int64 { return d.NumDigits() + int64(d.Exponent) - 1 }

func numSqrt(a *apd.Decimal) (*apd.Decimal, error) {
	if isNaN(a) || a.Form == apd.Infinite && !a.Negative {
		return a, nil
	}
	if numSign(a) < 0 {
		return nil, errNumeric(sqlerr.InvalidArgumentForPower, "cannot take square root of a negative number")
	}
	weight, _ := firstGroup(a)
	var sweight int64
	if weight >= 0 {
		sweight = int64(weight)*2 + 1
	} else {
		sweight = 1 - (1-int64(weight)*4)/2
	}
	scale := clampScale(numericMinSig-sweight, dscale(a))
	if isZero(a) {
		return numericZero(scale), nil
	}
	return sqrtScaled(a, scale), nil
}

// sqrtScaled is the root of a positive numeric at a scale.
func sqrtScaled(a *apd.Decimal, scale int32) *apd.Decimal {
	// The integer root of a·10^(2·(scale+1)) has one guard digit, and what it
	// leaves over can only lie above, so that digit alone decides a half.
	var v, p apd.BigInt
	n := 2*(scale+1) + a.Exponent
	if n >= 0 {
		v.Mul(&a.Coeff, setPow10(&p, n))
	} else {
		v.Quo(&a.Coeff, setPow10(&p, -n))
	}
	v.Sqrt(&v)
	return roundNumeric(fromBig(&v, scale+1), scale)
}

func numExp(a *apd.Decimal) (*apd.Decimal, error) {
	if isNaN(a) {
		return a, nil
	}
	if a.Form == apd.Infinite {
		if a.Negative {
			return numericZero(0), nil
		}
		return a, nil
	}
	v := min(max(numericFloat(a)*0.434294481903252, -numericMaxScale*2-2), numericMaxScale*2)
	scale := clampScale(numericMinSig-int64(v), dscale(a))
	return expScaled(a, scale)
}

// expScaled is e^a at a scale.
func expScaled(a *apd.Decimal, scale int32) (*apd.Decimal, error) {
	f := numericFloat(a)
	if math.Abs(f) >= numericMaxDisplay*2*3 { // PostgreSQL's bound
		if f > 0 {
			return nil, errNumericOverflow()
		}
		return numericZero(scale), nil
	}
	digits := int64(scale) + int64(max(f*0.4343, 0)) + 12
	// e^a = (e^(a/2^k))^(2^k) would be faster; apd reduces the argument itself
	var r apd.Decimal
	if _, err := precise(digits).Exp(&r, a); err != nil {
		return nil, errNumericOverflow()
	}
	return checkNumeric(roundNumeric(&r, scale))
}

// lnWeight estimates the weight of ln(a) in decimal digits.
func lnWeight(a *apd.Decimal) int64 {
	if numSign(a) <= 0 {
		return 0
	}
	if numericCmp(a, apd.New(9, -1)) >= 0 && numericCmp(a, apd.New(11, -1)) <= 0 {
		x, _ := numSub(a, numericFromInt(1))
		if isZero(x) {
			return 0
		}
		w, first := firstGroup(x)
		return int64(w)*4 + int64(math.Log10(float64(first)))
	}
	w, first := firstGroup(a)
	digits, dweight := float64(first), int64(w)*4
	if second, ok := secondGroup(a, w); ok {
		digits = digits*10000 + float64(second)
		dweight -= 4
	}
	ln := math.Log(digits) + float64(dweight)*2.302585092994046
	return int64(math.Log10(math.Abs(ln)))
}

// secondGroup is the second group of four digits, when there is one.
func secondGroup(d *apd.Decimal, w int32) (int64, bool) {
	if minScale(d) <= -4*w && topDigitLow(d) >= int64(w)*4 {
		return 0, false
	}
	cut := rescale(d, -(w-1)*4, true)
	var v, p, m apd.BigInt
	if w-1 > 0 {
		v.Quo(&cut.Coeff, setPow10(&p, (w-1)*4))
	} else {
		v.Set(&cut.Coeff)
	}
	m.Rem(&v, apd.NewBigInt(10000))
	return m.Int64(), true
}

// topDigitLow is the power of ten of the last digit that is not zero.
func topDigitLow(d *apd.Decimal) int64 {
	var r apd.Decimal
	r.Reduce(d)
	return int64(r.Exponent)
}

func lnCheck(a *apd.Decimal) error {
	switch numSign(a) {
	case 0:
		return errNumeric(sqlerr.InvalidArgumentForLog, "cannot take logarithm of zero")
	case -1:
		return errNumeric(sqlerr.InvalidArgumentForLog, "cannot take logarithm of a negative number")
	}
	return nil
}

// lnDigits computes ln(a) with at least so many decimals.
func lnDigits(a *apd.Decimal, decimals int64) (*apd.Decimal, error) {
	var r apd.Decimal
	digits := decimals + 14
	// near one, ln is small and its leading zeros cost no digits
	if _, err := precise(digits+max(lnWeight(a), 0)).Ln(&r, a); err != nil {
		return nil, errNumericOverflow()
	}
	return &r, nil
}

func numLn(a *apd.Decimal) (*apd.Decimal, error) {
	if isNaN(a) {
		return a, nil
	}
	if err := lnCheck(a); err != nil {
		return nil, err
	}
	if a.Form == apd.Infinite {
		return a, nil
	}
	scale := clampScale(numericMinSig-lnWeight(a), dscale(a))
	if isOne(a) {
		return numericZero(scale), nil
	}
	r, err := lnDigits(a, int64(scale))
	if err != nil {
		return nil, err
	}
	return roundNumeric(r, scale), nil
}

func isOne(a *apd.Decimal) bool { return numericCmp(a, numericFromInt(1)) == 0 }

func numLog(base, a *apd.Decimal) (*apd.Decimal, error) {
	if isNaN(base) || isNaN(a) {
		return numericNaN(), nil
	}
	if err := lnCheck(base); err != nil {
		return nil, err
	}
	if err := lnCheck(a); err != nil {
		return nil, err
	}
	switch {
	case base.Form == apd.Infinite && a.Form == apd.Infinite:
		return numericNaN(), nil
	case base.Form == apd.Infinite:
		return numericZero(0), nil
	case a.Form == apd.Infinite:
		return a, nil
	case isOne(base):
		return nil, errDivZero()
	}
	wb, wa := lnWeight(base), lnWeight(a)
	scale := clampScale(numericMinSig-(wa-wb), dscale(base), dscale(a))
	if isOne(a) {
		return numericZero(scale), nil
	}
	lb, err := lnDigits(base, int64(scale)+8+max(wa-wb, 0)-min(wb, 0))
	if err != nil {
		return nil, err
	}
	la, err := lnDigits(a, int64(scale)+8-min(wb, 0))
	if err != nil {
		return nil, err
	}
	var r apd.Decimal
	if _, err := precise(int64(scale)+16+max(wa-wb, 0)).Quo(&r, la, lb); err != nil {
		return nil, errNumericOverflow()
	}
	return roundNumeric(&r, scale), nil
}

func numPower(a, b *apd.Decimal) (*apd.Decimal, error) {
	if !isFinite(a) || !isFinite(b) {
		return powerSpecial(a, b)
	}
	integer := minScale(b) == 0
	if isZero(a) && numSign(b) < 0 {
		return nil, errNumeric(sqlerr.InvalidArgumentForPower, "zero raised to a negative power is undefined")
	}
	if numSign(a) < 0 && !integer {
		return nil, errNumeric(sqlerr.InvalidArgumentForPower, "a negative number raised to a non-integer power yields a complex result")
	}
	if integer {
		if n, err := numericInt(b, &width4); err == nil {
			return powerInt(a, n)
		}
	}
	if isZero(a) {
		return numericZero(numericMinSig), nil
	}
	return powerReal(a, b)
}

func powerSpecial(a, b *apd.Decimal) (*apd.Decimal, error) {
	one := numericFromInt(1)
	switch {
	case isFinite(a) && isOne(a) && !isFinite(b), isZero(b):
		return one, nil
	case isNaN(a) || isNaN(b):
		return numericNaN(), nil
	case isZero(a) && numSign(b) < 0:
		return nil, errNumeric(sqlerr.InvalidArgumentForPower, "zero raised to a negative power is undefined")
	case numSign(a) < 0 && isFinite(b) && minScale(b) > 0:
		return nil, errNumeric(sqlerr.InvalidArgumentForPower, "a negative number raised to a non-integer power yields a complex result")
	case isZero(a):
		return numericZero(0), nil
	}
	if b.Form == apd.Infinite {
		abs, _ := numAbs(a)
		if isFinite(abs) && isOne(abs) {
			return one, nil
		}
		if (numericCmp(abs, one) > 0) == b.Negative {
			return numericZero(0), nil
		}
		return numericInf(false), nil
	}
	if numSign(b) < 0 {
		return numericZero(0), nil
	}
	var odd apd.BigInt
	bi := rescale(b, 0, true)
	odd.And(&bi.Coeff, apd.NewBigInt(1))
	return numericInf(a.Negative && odd.Sign() != 0), nil
}

// leading returns f and p with |a| about f × 10^p, f having up to 16 digits,
// summed as PostgreSQL does.
func leading(a *apd.Decimal) float64 {
	top := topDigit(a)
	var r apd.Decimal
	r.Coeff.Set(&a.Coeff)
	r.Exponent = int32(-(a.NumDigits() - 1))
	return math.Log10(numericFloat(&r)) + float64(top)
}

func powerInt(a *apd.Decimal, n int64) (*apd.Decimal, error) {
	weight := 0.0
	if !isZero(a) {
		weight = float64(n) * leading(a)
	}
	if weight > numericMaxDigits {
		return nil, errNumericOverflow()
	}
	scale := clampScale(numericMinSig, dscale(a))
	if weight+1 < -numericMaxDisplay {
		return numericZero(scale), nil
	}
	switch {
	case n == 0:
		return rescale(numericFromInt(1), scale, false), nil
	case n == 1:
		return roundNumeric(a, scale), nil
	case isZero(a):
		return numericZero(scale), nil
	}
	r, err := powBySquares(a, n, int64(scale)+int64(math.Abs(weight))+20)
	if err != nil {
		return nil, err
	}
	return checkNumeric(roundNumeric(r, scale))
}

// powBySquares multiplies with so many significant digits kept.
func powBySquares(a *apd.Decimal, n int64, digits int64) (*apd.Decimal, error) {
	ctx := precise(digits)
	result := numericFromInt(1)
	square := new(apd.Decimal).Set(a)
	for e := uabs(n); e > 0; e >>= 1 {
		if e&1 != 0 {
			if _, err := ctx.Mul(result, result, square); err != nil {
				return nil, errNumericOverflow()
			}
		}
		if e > 1 {
			if _, err := ctx.Mul(square, square, square); err != nil {
				return nil, errNumericOverflow()
			}
		}
	}
	if n < 0 {
		if _, err := ctx.Quo(result, numericFromInt(1), result); err != nil {
			return nil, errNumericOverflow()
		}
	}
	return result, nil
}

func powerReal(a, b *apd.Decimal) (*apd.Decimal, error) {
	abs, _ := numAbs(a)
	low, err := lnDigits(abs, 8-min(lnWeight(abs), 0))
	if err != nil {
		return nil, err
	}
	val := numericFloat(low) * numericFloat(b)
	if math.Abs(val) > numericMaxDisplay*2*3.01 { // PostgreSQL's test, with a fuzz factor
		if val > 0 {
			return nil, errNumericOverflow()
		}
		return numericZero(numericMaxDisplay), nil
	}
	val *= 0.434294481903252
	scale := clampScale(numericMinSig-int64(val), dscale(a), dscale(b))
	digits := int64(scale) + int64(math.Max(val, 0)) + 16
	ln, err := lnDigits(abs, digits-min(lnWeight(abs), 0)+topDigit(b)+2)
	if err != nil {
		return nil, err
	}
	var x, r apd.Decimal
	if _, err := precise(digits+int64(math.Abs(val))+8).Mul(&x, ln, b); err != nil {
		return nil, errNumericOverflow()
	}
	if _, err := precise(digits).Exp(&r, &x); err != nil {
		return nil, errNumericOverflow()
	}
	if numSign(a) < 0 {
		var odd apd.BigInt
		bi := rescale(b, 0, true)
		odd.And(&bi.Coeff, apd.NewBigInt(1))
		r.Negative = odd.Sign() != 0
	}
	return checkNumeric(roundNumeric(&r, scale))
}

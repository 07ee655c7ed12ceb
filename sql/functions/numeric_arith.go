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
			scale = int32(max(min(a[1].I, numericMaxScale), -numericMaxDigits-1))
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
	// The quotient has a division's scale, and so may be rounded up, even to count.
	q, err := numDiv(up, span)
	if err != nil {
		return null, err
	}
	r, err := numericInt(rescale(q, 0, true), &width4)
	if err == nil && r == width4.hi {
		err = width4.err()
	}
	return types.Int(r + 1), err
}

func errNumeric(code, msg string) error { return sqlerr.New(code, "%s", msg) }

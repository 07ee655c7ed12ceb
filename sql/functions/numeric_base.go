package functions

import (
	"math"
	"strconv"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// A numeric's display scale is -Exponent; a positive Exponent is scale 0.
// Nothing here changes a decimal that came in as an argument.

const (
	numericMaxDigits  = 131072 // before the point
	numericMaxScale   = 16383
	numericMaxDisplay = 1000 // of results whose scale is chosen
	numericMinSig     = 16
)

func errNumericOverflow() error {
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "value overflows numeric format")
}

func num(d datum) *apd.Decimal { return d.A.(*apd.Decimal) }

func isNaN(d *apd.Decimal) bool { return d.Form == apd.NaN || d.Form == apd.NaNSignaling }

func isFinite(d *apd.Decimal) bool { return d.Form == apd.Finite }

func isZero(d *apd.Decimal) bool { return d.Form == apd.Finite && d.Coeff.Sign() == 0 }

func numSign(d *apd.Decimal) int {
	if d.Form == apd.Finite && d.Coeff.Sign() == 0 {
		return 0
	}
	if d.Negative {
		return -1
	}
	return 1
}

func numericNaN() *apd.Decimal { return &apd.Decimal{Form: apd.NaN} }

func numericInf(negative bool) *apd.Decimal {
	return &apd.Decimal{Form: apd.Infinite, Negative: negative}
}

func numericFromInt(v int64) *apd.Decimal { return apd.New(v, 0) }

func numericZero(scale int32) *apd.Decimal { return apd.New(0, -scale) }

// dscale is a finite numeric's display scale.
func dscale(d *apd.Decimal) int32 { return max(0, -d.Exponent) }

func setPow10(z *apd.BigInt, n int32) *apd.BigInt {
	if n <= 18 {
		v := int64(1)
		for range n {
			v *= 10
		}
		return z.SetInt64(v)
	}
	return z.Exp(apd.NewBigInt(10), apd.NewBigInt(int64(n)), nil)
}

// shifted sets z to |d| × 10^scale, for scale >= dscale(d).
func shifted(z *apd.BigInt, d *apd.Decimal, scale int32) *apd.BigInt {
	n := scale + d.Exponent
	if n == 0 {
		return z.Set(&d.Coeff)
	}
	var p apd.BigInt
	return z.Mul(&d.Coeff, setPow10(&p, n))
}

// signed is shifted with the sign.
func signed(z *apd.BigInt, d *apd.Decimal, scale int32) *apd.BigInt {
	shifted(z, d, scale)
	if d.Negative {
		z.Neg(z)
	}
	return z
}

// fromBig makes a numeric of v × 10^-scale.
func fromBig(v *apd.BigInt, scale int32) *apd.Decimal {
	r := &apd.Decimal{Exponent: -scale}
	if v.Sign() < 0 {
		r.Negative = true
	}
	r.Coeff.Abs(v)
	return r
}

// checkNumeric refuses results beyond the format.
func checkNumeric(d *apd.Decimal) (*apd.Decimal, error) {
	if d.Form == apd.Finite && d.Coeff.Sign() == 0 {
		d.Negative = false
	}
	if d.Form == apd.Finite && d.Coeff.BitLen() > 400000 && d.NumDigits()+int64(d.Exponent) > numericMaxDigits {
		return nil, errNumericOverflow()
	}
	if d.Form == apd.Finite && -d.Exponent > numericMaxScale {
		return roundNumeric(d, numericMaxScale), nil
	}
	return d, nil
}

// divRound sets z to a / b rounded half away from zero; b > 0.
func divRound(z, a, b *apd.BigInt) *apd.BigInt {
	var r apd.BigInt
	z.QuoRem(a, b, &r)
	r.Abs(&r)
	r.Lsh(&r, 1)
	if r.Cmp(b) >= 0 {
		if a.Sign() < 0 {
			z.Sub(z, apd.NewBigInt(1))
		} else {
			z.Add(z, apd.NewBigInt(1))
		}
	}
	return z
}

// rescale returns d with the given scale, which may be negative (digits before
// the point are rounded, and the result shows scale 0). With trunc it cuts.
func rescale(d *apd.Decimal, scale int32, trunc bool) *apd.Decimal {
	if d.Form != apd.Finite {
		return d
	}
	have := -d.Exponent
	if have <= scale {
		r := &apd.Decimal{Exponent: -scale, Negative: d.Negative}
		shifted(&r.Coeff, d, scale)
		return r
	}
	var p apd.BigInt
	r := &apd.Decimal{Exponent: -scale, Negative: d.Negative}
	if int64(have-scale) > d.NumDigits() {
		r.Coeff.SetInt64(0)
	} else {
		setPow10(&p, have-scale)
		if trunc {
			r.Coeff.Quo(&d.Coeff, &p)
		} else {
			divRound(&r.Coeff, &d.Coeff, &p)
		}
	}
	if scale < 0 {
		r.Coeff.Mul(&r.Coeff, setPow10(&p, -scale))
		r.Exponent = 0
	}
	if r.Coeff.Sign() == 0 {
		r.Negative = false
	}
	return r
}

func roundNumeric(d *apd.Decimal, scale int32) *apd.Decimal { return rescale(d, scale, false) }

func numericFloat(d *apd.Decimal) float64 {
	switch {
	case isNaN(d):
		return math.NaN()
	case d.Form == apd.Infinite && d.Negative:
		return math.Inf(-1)
	case d.Form == apd.Infinite:
		return math.Inf(1)
	}
	f, _ := strconv.ParseFloat(d.Text('E'), 64) // beyond the range: an infinity
	return f
}

// numericFromFloat takes the digits that the type guarantees, as the cast
// does: 15 for float8, 6 for float4.
func numericFromFloat(f float64, digits int) *apd.Decimal {
	switch {
	case math.IsNaN(f):
		return numericNaN()
	case isInf(f):
		return numericInf(f < 0)
	}
	var buf [40]byte
	b := strconv.AppendFloat(buf[:0], f, 'e', digits-1, 64)
	d, _, err := apd.NewFromString(string(b))
	if err != nil {
		return numericNaN()
	}
	for d.Exponent < 0 && d.Coeff.Sign() != 0 {
		var q, r apd.BigInt
		q.QuoRem(&d.Coeff, apd.NewBigInt(10), &r)
		if r.Sign() != 0 {
			break
		}
		d.Coeff.Set(&q)
		d.Exponent++
	}
	if d.Coeff.Sign() == 0 {
		return numericZero(0)
	}
	if d.Exponent > 0 {
		return rescale(d, 0, false)
	}
	return d
}

// numericInt is the cast to an integer type, which rounds half away from zero.
func numericInt(d *apd.Decimal, w *width) (int64, error) {
	if isNaN(d) {
		return 0, sqlerr.New(sqlerr.FeatureNotSupported, "cannot convert NaN to %s", w.name)
	}
	if d.Form == apd.Infinite {
		return 0, sqlerr.New(sqlerr.FeatureNotSupported, "cannot convert infinity to %s", w.name)
	}
	r := roundNumeric(d, 0)
	if !r.Coeff.IsUint64() {
		return 0, w.err()
	}
	u := r.Coeff.Uint64()
	switch {
	case r.Negative && u <= 1<<63 && w.fits(int64(-u)):
		return int64(-u), nil
	case !r.Negative && u < 1<<63 && w.fits(int64(u)):
		return int64(u), nil
	}
	return 0, w.err()
}

func numericCmp(a, b *apd.Decimal) int {
	return types.Compare(tNumeric, types.Any(a), types.Any(b))
}

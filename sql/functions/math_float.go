package functions

import (
	"math"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func errFloatOverflow() error {
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "value out of range: overflow")
}

func errFloatUnderflow() error {
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "value out of range: underflow")
}

func errInput() error { return sqlerr.New(sqlerr.NumericValueOutOfRange, "input is out of range") }

func isInf(v float64) bool { return math.IsInf(v, 0) }

// floatOp is a binary operation that checks its own range. single rounds the
// result to float4.
type floatOp func(a, b float64, single bool) (float64, error)

func roundTo(v float64, single bool) float64 {
	if single {
		return float64(float32(v))
	}
	return v
}

func floatAdd(a, b float64, single bool) (float64, error) {
	return sumInRange(roundTo(a+b, single), a, b)
}

// floatSub is not the sum with -b: a NaN keeps its sign.
func floatSub(a, b float64, single bool) (float64, error) {
	return sumInRange(roundTo(a-b, single), a, b)
}

func sumInRange(r, a, b float64) (float64, error) {
	if isInf(r) && !isInf(a) && !isInf(b) {
		return 0, errFloatOverflow()
	}
	return r, nil
}

func floatMul(a, b float64, single bool) (float64, error) {
	r := roundTo(a*b, single)
	if isInf(r) && !isInf(a) && !isInf(b) {
		return 0, errFloatOverflow()
	}
	if r == 0 && a != 0 && b != 0 {
		return 0, errFloatUnderflow()
	}
	return r, nil
}

func floatDiv(a, b float64, single bool) (float64, error) {
	if b == 0 && !math.IsNaN(a) {
		return 0, errDivZero()
	}
	r := roundTo(a/b, single)
	if isInf(r) && !isInf(a) {
		return 0, errFloatOverflow()
	}
	if r == 0 && a != 0 && !isInf(b) {
		return 0, errFloatUnderflow()
	}
	return r, nil
}

func rowFloatOp(op floatOp, single bool) RowFunc {
	return rowFloatFloatErr(func(a, b float64) (float64, error) { return op(a, b, single) })
}

func vecFloatOp(op floatOp, single bool) vecFunc {
	return func(_ *Ctx, a []*vec, n int, out *vec) error {
		x, y := a[0].F, a[1].F
		for i := range out.F[:n] {
			if out.IsNull(i) {
				continue
			}
			r, err := op(at(x, i), at(y, i), single)
			if err != nil {
				return err
			}
			out.F[i] = r
		}
		return nil
	}
}

func floatNeg(a float64) float64 { return -a }

func floatSign(a float64) float64 {
	switch {
	case a > 0:
		return 1
	case a < 0:
		return -1
	}
	return 0
}

func floatSqrt(a float64) (float64, error) {
	if a < 0 {
		return 0, sqlerr.New(sqlerr.InvalidArgumentForPower, "cannot take square root of a negative number")
	}
	return math.Sqrt(a), nil
}

func floatExp(a float64) (float64, error) {
	r := libmExp(a)
	if isInf(r) && !isInf(a) {
		return 0, errFloatOverflow()
	}
	if r == 0 && !isInf(a) {
		return 0, errFloatUnderflow()
	}
	return r, nil
}

func floatLog(f func(float64) float64) func(float64) (float64, error) {
	return func(a float64) (float64, error) {
		if a == 0 {
			return 0, sqlerr.New(sqlerr.InvalidArgumentForLog, "cannot take logarithm of zero")
		}
		if a < 0 {
			return 0, sqlerr.New(sqlerr.InvalidArgumentForLog, "cannot take logarithm of a negative number")
		}
		return f(a), nil
	}
}

func floatPow(a, b float64) (float64, error) {
	switch {
	case a == 1 || b == 0:
		return 1, nil
	case math.IsNaN(a) || math.IsNaN(b):
		return math.NaN(), nil
	case a == 0 && b < 0:
		return 0, sqlerr.New(sqlerr.InvalidArgumentForPower, "zero raised to a negative power is undefined")
	case a < 0 && math.Floor(b) != b:
		return 0, sqlerr.New(sqlerr.InvalidArgumentForPower, "a negative number raised to a non-integer power yields a complex result")
	}
	r := libmPow(a, b)
	if isInf(a) || isInf(b) {
		return r, nil
	}
	if isInf(r) {
		return 0, errFloatOverflow()
	}
	if r == 0 && a != 0 {
		return 0, errFloatUnderflow()
	}
	return r, nil
}

// bounded wraps a function that has no value at the infinities.
func bounded(f func(float64) float64) func(float64) (float64, error) {
	return func(a float64) (float64, error) {
		if isInf(a) {
			return 0, errInput()
		}
		return f(a), nil
	}
}

// within wraps a function whose domain is lo to hi.
func within(lo, hi float64, f func(float64) float64) func(float64) (float64, error) {
	return func(a float64) (float64, error) {
		if a < lo || a > hi {
			return 0, errInput()
		}
		return f(a), nil
	}
}

func cot(a float64) float64 { return 1 / libmTan(a) }

const radiansPerDegree = 0.0174532925199432957692

func floatCosh(a float64) (float64, error) {
	return libmCosh(a), nil
}

func floatDegrees(a float64) (float64, error) { return floatDiv(a, radiansPerDegree, false) }
func floatRadians(a float64) (float64, error) { return floatMul(a, radiansPerDegree, false) }

func rowRandom(c *Ctx, _ []datum) (datum, error) { return types.Float(c.session().Random()), nil }

func rowSetSeed(c *Ctx, a []datum) (datum, error) {
	x := a[0].F
	if math.IsNaN(x) || x < -1 || x > 1 {
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "setseed parameter %s is out of allowed range [-1,1]", types.AppendFloat(nil, x, 64, -9))
	}
	c.session().Seed(x)
	return types.Text(""), nil
}

func rowWidthBucketFloat(_ *Ctx, a []datum) (datum, error) {
	v, lo, hi, n := a[0].F, a[1].F, a[2].F, a[3].I
	if n <= 0 {
		return null, errBucket("count must be greater than zero")
	}
	if math.IsNaN(v) || math.IsNaN(lo) || math.IsNaN(hi) {
		return null, errBucket("operand, lower bound, and upper bound cannot be NaN")
	}
	if isInf(lo) || isInf(hi) {
		return null, errBucket("lower and upper bounds must be finite")
	}
	if lo == hi {
		return null, errBucket("lower bound cannot equal upper bound")
	}
	descending := lo > hi
	if descending { // mirror the range
		v, lo, hi = -v, -lo, -hi
	}
	switch {
	case v < lo:
		return types.Int(0), nil
	case v >= hi:
		if n == width4.hi {
			return null, errRange("integer")
		}
		return types.Int(n + 1), nil
	}
	// PostgreSQL 15 multiplies before it divides, and looks neither for an
	// overflow of that nor for a quotient that rounds up to count.
	return types.Int(int64(truncInt4(float64(n)*(v-lo)/(hi-lo) + 1))), nil
}

// truncInt4 converts to int4 as the C of PostgreSQL's machines does without a
// check: what does not fit is the least number.
func truncInt4(f float64) int32 {
	if !(f > math.MinInt32-1 && f < math.MaxInt32+1) {
		return math.MinInt32
	}
	return int32(f)
}

func errBucket(msg string) error { return sqlerr.New(sqlerr.InvalidWidthBucketArgument, "%s", msg) }

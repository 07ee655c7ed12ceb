package functions

import (
	"math/bits"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// width is the range of an integer type.
type width struct {
	lo, hi int64
	name   string
}

var (
	width2 = width{-1 << 15, 1<<15 - 1, "smallint"}
	width4 = width{-1 << 31, 1<<31 - 1, "integer"}
	width8 = width{-1 << 63, 1<<63 - 1, "bigint"}
)

func (w *width) err() error { return errRange(w.name) }

func (w *width) fits(v int64) bool { return v >= w.lo && v <= w.hi }

// intOp is a binary operation; ok is false when the result does not fit.
type intOp func(w *width, a, b int64) (r int64, ok bool)

func intAdd(w *width, a, b int64) (int64, bool) {
	r := a + b
	return r, (a^r)&(b^r) >= 0 && w.fits(r)
}

func intSub(w *width, a, b int64) (int64, bool) {
	r := a - b
	return r, (a^b)&(a^r) >= 0 && w.fits(r)
}

func intMul(w *width, a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	// signed high word: correct the unsigned product for negative operands
	hi -= uint64(a>>63)&uint64(b) + uint64(b>>63)&uint64(a)
	r := int64(lo)
	return r, int64(hi) == r>>63 && w.fits(r)
}

func rowIntOp(w *width, op intOp) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		r, ok := op(w, a[0].I, a[1].I)
		if !ok {
			return null, w.err()
		}
		return types.Int(r), nil
	}
}

// The kernels are written out, so that the operation is part of the loop.

func vecIntAdd(w *width) vecFunc {
	return func(_ *Ctx, a []*vec, n int, out *vec) error {
		x, y := a[0].I, a[1].I
		for i := range out.I[:n] {
			r, ok := intAdd(w, at(x, i), at(y, i))
			if !ok && !out.IsNull(i) {
				return w.err()
			}
			out.I[i] = r
		}
		return nil
	}
}

func vecIntSub(w *width) vecFunc {
	return func(_ *Ctx, a []*vec, n int, out *vec) error {
		x, y := a[0].I, a[1].I
		for i := range out.I[:n] {
			r, ok := intSub(w, at(x, i), at(y, i))
			if !ok && !out.IsNull(i) {
				return w.err()
			}
			out.I[i] = r
		}
		return nil
	}
}

func vecIntMul(w *width) vecFunc {
	return func(_ *Ctx, a []*vec, n int, out *vec) error {
		x, y := a[0].I, a[1].I
		for i := range out.I[:n] {
			r, ok := intMul(w, at(x, i), at(y, i))
			if !ok && !out.IsNull(i) {
				return w.err()
			}
			out.I[i] = r
		}
		return nil
	}
}

func rowIntDiv(w *width) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if a[1].I == 0 {
			return null, errDivZero()
		}
		if a[1].I == -1 && a[0].I == w.lo {
			return null, w.err()
		}
		return types.Int(a[0].I / a[1].I), nil
	}
}

func rowIntMod(_ *Ctx, a []datum) (datum, error) {
	switch a[1].I {
	case 0:
		return null, errDivZero()
	case -1:
		return types.Int(0), nil
	}
	return types.Int(a[0].I % a[1].I), nil
}

func rowIntNeg(w *width) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if a[0].I == w.lo {
			return null, w.err()
		}
		return types.Int(-a[0].I), nil
	}
}

func rowIntAbs(w *width) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if a[0].I == w.lo {
			return null, w.err()
		}
		return types.Int(max(a[0].I, -a[0].I)), nil
	}
}

func uabs(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}

func gcd64(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func rowIntGCD(w *width) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		g := gcd64(uabs(a[0].I), uabs(a[1].I))
		if g > uint64(w.hi) {
			return null, w.err()
		}
		return types.Int(int64(g)), nil
	}
}

func rowIntLCM(w *width) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		x, y := uabs(a[0].I), uabs(a[1].I)
		if x == 0 || y == 0 {
			return types.Int(0), nil
		}
		hi, lo := bits.Mul64(x/gcd64(x, y), y)
		if hi != 0 || lo > uint64(w.hi) {
			return null, w.err()
		}
		return types.Int(int64(lo)), nil
	}
}

// narrow wraps a shifted value as the type's own arithmetic would.
func narrow(bitsWide int, v int64) int64 { return v << (64 - bitsWide) >> (64 - bitsWide) }

func rowShl(bitsWide int) RowFunc {
	mask := int64(max(bitsWide, 32) - 1)
	return rowIntInt(func(a, b int64) int64 { return narrow(bitsWide, a<<uint(b&mask)) })
}

func rowShr(bitsWide int) RowFunc {
	mask := int64(max(bitsWide, 32) - 1)
	return rowIntInt(func(a, b int64) int64 { return a >> uint(b&mask) })
}

func intAnd(a, b int64) int64 { return a & b }
func intOr(a, b int64) int64  { return a | b }
func intXor(a, b int64) int64 { return a ^ b }
func intNot(a int64) int64    { return ^a }
func intMax(a, b int64) int64 { return max(a, b) }
func intMin(a, b int64) int64 { return min(a, b) }

func rowFactorial(_ *Ctx, a []datum) (datum, error) {
	n := a[0].I
	if n < 0 {
		return null, sqlerr.New(sqlerr.NumericValueOutOfRange, "factorial of a negative number is undefined")
	}
	if n > 32177 {
		return null, errNumericOverflow()
	}
	r := numericFromInt(1)
	for i := int64(2); i <= n; i++ {
		r.Coeff.Mul(&r.Coeff, &numericFromInt(i).Coeff)
	}
	return types.Any(r), nil
}

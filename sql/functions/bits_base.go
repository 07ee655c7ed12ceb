package functions

import (
	"math"
	"math/bits"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// maxBits bounds the length of a bit string.
const maxBits = 83886080 * 8

func bitsArg(d datum) *types.Bits { return d.A.(*types.Bits) }

// bitBuf builds a bit string.
type bitBuf struct {
	n    int32
	data []byte
}

func newBitBuf(n int) *bitBuf { return &bitBuf{data: make([]byte, 0, (n+7)/8)} }

// add appends bits from to to of b.
func (w *bitBuf) add(b *types.Bits, from, to int32) {
	if w.n%8 == 0 && from%8 == 0 && to > from {
		w.data = append(w.data, b.Data[from/8:(to+7)/8]...)
		w.n += to - from
		if rest := w.n % 8; rest != 0 {
			w.data[len(w.data)-1] &= 0xFF << (8 - rest)
		}
		return
	}
	for i := from; i < to; i++ {
		w.put(b.Bit(i))
	}
}

func (w *bitBuf) put(bit byte) {
	if w.n%8 == 0 {
		w.data = append(w.data, 0)
	}
	w.data[w.n/8] |= bit << (7 - w.n%8)
	w.n++
}

func (w *bitBuf) datum() datum { return types.Any(&types.Bits{N: w.n, Data: string(w.data)}) }

// rowBitwise combines two bit strings of equal length.
func rowBitwise(word string, f func(a, b byte) byte) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		v, err := bitwise(bitsArg(a[0]), bitsArg(a[1]), word, f)
		return types.Any(v), err
	}
}

func bitwise(x, y *types.Bits, word string, f func(a, b byte) byte) (*types.Bits, error) {
	if x.N != y.N {
		return nil, sqlerr.New(sqlerr.StringDataLengthMismatch, "cannot %s bit strings of different sizes", word)
	}
	out := make([]byte, len(x.Data))
	for i := range out {
		out[i] = f(x.Data[i], y.Data[i])
	}
	return &types.Bits{N: x.N, Data: string(out)}, nil
}

func byteAnd(a, b byte) byte { return a & b }
func byteOr(a, b byte) byte  { return a | b }
func byteXor(a, b byte) byte { return a ^ b }

func rowBitNot(_ *Ctx, a []datum) (datum, error) {
	x := bitsArg(a[0])
	out := make([]byte, len(x.Data))
	for i := range out {
		out[i] = ^x.Data[i]
	}
	if rest := x.N % 8; rest != 0 {
		out[len(out)-1] &= 0xFF << (8 - rest)
	}
	return types.Any(&types.Bits{N: x.N, Data: string(out)}), nil
}

// rowBitShift shifts within the length, to the left or, by less than nothing,
// to the right; sign -1 is the other operator.
func rowBitShift(sign int64) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		x := bitsArg(a[0])
		by := max(min(a[1].I*sign, int64(x.N)), -int64(x.N))
		w := newBitBuf(int(x.N))
		if by < 0 {
			w.zeros(int32(-by))
			w.add(x, 0, x.N-int32(-by))
			return w.datum(), nil
		}
		w.add(x, int32(by), x.N)
		w.zeros(int32(by))
		return w.datum(), nil
	}
}

func (w *bitBuf) zeros(n int32) {
	w.n += n
	for int32(len(w.data)) < (w.n+7)/8 {
		w.data = append(w.data, 0)
	}
}

func bitCat(list ...*types.Bits) (datum, error) {
	total := 0
	for _, b := range list {
		total += int(b.N)
	}
	if total > maxBits {
		return null, sqlerr.New(sqlerr.ProgramLimitExceeded, "bit string length exceeds the maximum allowed (%d)", maxBits)
	}
	w := newBitBuf(total)
	for _, b := range list {
		w.add(b, 0, b.N)
	}
	return w.datum(), nil
}

func rowBitCat(_ *Ctx, a []datum) (datum, error) { return bitCat(bitsArg(a[0]), bitsArg(a[1])) }

func errNegativeBits() error {
	return sqlerr.New(sqlerr.SubstringError, "negative substring length not allowed")
}

// bitSub returns n bits from position from, counted from 1; what lies outside
// is not there.
func bitSub(b *types.Bits, from, n int64) *types.Bits {
	lo, hi := max(from, 1), min(from+n, int64(b.N)+1)
	w := newBitBuf(int(max(hi-lo, 0)))
	if lo < hi {
		w.add(b, int32(lo-1), int32(hi-1))
	}
	return bitsArg(w.datum())
}

func rowBitSubstring(_ *Ctx, a []datum) (datum, error) {
	n := int64(maxBits) * 2
	if len(a) > 2 {
		if n = a[2].I; n < 0 {
			return null, errNegativeBits()
		}
	} else if a[1].I < 0 {
		n -= a[1].I
	}
	return types.Any(bitSub(bitsArg(a[0]), a[1].I, n)), nil
}

func rowBitOverlay(_ *Ctx, a []datum) (datum, error) {
	x, y, from := bitsArg(a[0]), bitsArg(a[1]), a[2].I
	n := int64(y.N)
	if len(a) > 3 {
		n = a[3].I
	}
	if from <= 0 {
		return null, errNegativeBits()
	}
	if from+n > math.MaxInt32 || from+n < math.MinInt32 {
		return null, errRange("integer")
	}
	tail := from + n
	return bitCat(bitSub(x, 1, from-1), y, bitSub(x, tail, int64(x.N)+1-min(tail, 0)))
}

// rowBitPosition finds the first place of a bit string in another, from 1.
func rowBitPosition(_ *Ctx, a []datum) (datum, error) {
	x, sub := bitsArg(a[0]), bitsArg(a[1])
	if x.N == 0 {
		return types.Int(0), nil
	}
next:
	for i := int32(0); i+sub.N <= x.N; i++ {
		for k := int32(0); k < sub.N; k++ {
			if x.Bit(i+k) != sub.Bit(k) {
				continue next
			}
		}
		return types.Int(int64(i) + 1), nil
	}
	return types.Int(0), nil
}

func rowBitLength(_ *Ctx, a []datum) (datum, error) { return types.Int(int64(bitsArg(a[0]).N)), nil }

func rowBitOctets(_ *Ctx, a []datum) (datum, error) {
	return types.Int(int64(len(bitsArg(a[0]).Data))), nil
}

func rowBitsCount(_ *Ctx, a []datum) (datum, error) {
	n, data := 0, bitsArg(a[0]).Data
	for i := range len(data) {
		n += bits.OnesCount8(data[i])
	}
	return types.Int(int64(n)), nil
}

func checkBitIndex(b *types.Bits, i int64) error {
	if i < 0 || i >= int64(b.N) {
		return sqlerr.New(sqlerr.ArraySubscriptError, "bit index %d out of valid range (0..%d)", i, b.N-1)
	}
	return nil
}

func rowBitsGet(_ *Ctx, a []datum) (datum, error) {
	b := bitsArg(a[0])
	if err := checkBitIndex(b, a[1].I); err != nil {
		return null, err
	}
	return types.Int(int64(b.Bit(int32(a[1].I)))), nil
}

func rowBitsSet(_ *Ctx, a []datum) (datum, error) {
	b, i := bitsArg(a[0]), a[1].I
	if err := checkBitIndex(b, i); err != nil {
		return null, err
	}
	if a[2].I != 0 && a[2].I != 1 {
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "new bit must be 0 or 1")
	}
	out := []byte(b.Data)
	mask := byte(1) << (7 - i%8)
	out[i/8] &^= mask
	if a[2].I == 1 {
		out[i/8] |= mask
	}
	return types.Any(&types.Bits{N: b.N, Data: string(out)}), nil
}

// rowIntToBits gives the lowest bits of a number; beyond them its sign goes on.
func rowIntToBits(_ *Ctx, a []datum) (datum, error) {
	n := a[1].I
	if n <= 0 {
		n = 1
	}
	w := newBitBuf(int(n))
	for i := n - 1; i >= 0; i-- {
		w.put(byte(a[0].I >> min(i, 63) & 1))
	}
	return w.datum(), nil
}

// rowBitsToInt reads a bit string as a number of a width.
func rowBitsToInt(w *width, size int32) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		b := bitsArg(a[0])
		if b.N > size {
			return null, w.err()
		}
		v := uint64(0)
		for i := int32(0); i < b.N; i++ {
			v = v<<1 | uint64(b.Bit(i))
		}
		if size == 32 {
			return types.Int(int64(int32(v))), nil
		}
		return types.Int(int64(v)), nil
	}
}

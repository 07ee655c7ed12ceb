package spill

import (
	"encoding/binary"
	"math"
	"unsafe"

	"github.com/stemedb/stemedb/sql/types"
)

// appendColumn encodes n rows; a column of length 1 is a constant.
func appendColumn(dst []byte, v *types.Vec, n int) ([]byte, error) {
	at := func(i int) int { return i }
	if v.Len() == 1 && n > 1 {
		at = func(int) int { return 0 }
	}
	dst = appendNulls(dst, v, n, at)
	switch v.Rep {
	case types.RepInt:
		for i := range n {
			dst = binary.LittleEndian.AppendUint64(dst, uint64(v.I[at(i)]))
		}
	case types.RepFloat:
		for i := range n {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v.F[at(i)]))
		}
	case types.RepText:
		for i := range n {
			size := 0
			if !v.IsNull(at(i)) {
				size = len(v.S[at(i)])
			}
			dst = binary.AppendUvarint(dst, uint64(size))
		}
		for i := range n {
			if !v.IsNull(at(i)) {
				dst = append(dst, v.S[at(i)]...)
			}
		}
	default:
		for i := range n {
			if v.IsNull(at(i)) {
				continue
			}
			var err error
			if dst, err = appendValue(dst, v.A[at(i)]); err != nil {
				return dst, err
			}
		}
	}
	return dst, nil
}

func appendNulls(dst []byte, v *types.Vec, n int, at func(int) int) []byte {
	if v.Null == nil {
		return append(dst, 0)
	}
	dst = append(dst, 1)
	var bits byte
	for i := range n {
		if v.Null[at(i)] {
			bits |= 1 << (i & 7)
		}
		if i&7 == 7 || i == n-1 {
			dst = append(dst, bits)
			bits = 0
		}
	}
	return dst
}

// decoder reads a frame; bad is set when it ends too early.
type decoder struct {
	rest []byte
	bad  bool
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 {
		d.bad, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

func (d *decoder) take(n int) []byte {
	if n < 0 || n > len(d.rest) {
		d.bad, d.rest = true, nil
		return nil
	}
	b := d.rest[:n:n]
	d.rest = d.rest[n:]
	return b
}

func (d *decoder) uint64() uint64 {
	b := d.take(8)
	if b == nil {
		return 0
	}
	return binary.LittleEndian.Uint64(b)
}

// str views bytes of the frame, which is never written again.
func (d *decoder) str(n int) string {
	b := d.take(n)
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// column decodes n rows into v.
func (d *decoder) column(v *types.Vec, n int) {
	v.Resize(n)
	if flag := d.take(1); len(flag) == 1 && flag[0] == 1 {
		bits := d.take((n + 7) / 8)
		if d.bad {
			return
		}
		v.Null = make([]bool, n)
		for i := range n {
			v.Null[i] = bits[i>>3]>>(i&7)&1 == 1
		}
	}
	switch v.Rep {
	case types.RepInt:
		for i := range n {
			v.I[i] = int64(d.uint64())
		}
	case types.RepFloat:
		for i := range n {
			v.F[i] = math.Float64frombits(d.uint64())
		}
	case types.RepText:
		d.texts(v, n)
	default:
		for i := range n {
			v.A[i] = nil
			if !v.IsNull(i) {
				v.A[i] = d.value(0)
			}
		}
	}
}

func (d *decoder) texts(v *types.Vec, n int) {
	sizes := decoder{rest: d.rest}
	for range n {
		sizes.uvarint()
	}
	if sizes.bad {
		d.bad = true
		return
	}
	body := decoder{rest: sizes.rest}
	for i := range n {
		v.S[i] = body.str(int(d.uvarint()))
	}
	d.rest, d.bad = body.rest, d.bad || body.bad
}

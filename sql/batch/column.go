package batch

import (
	"encoding/binary"
	"math"
	"unsafe"

	"github.com/stemedb/stemedb/sql/types"
)

// AppendColumn encodes n rows. The error is ErrValue; a column of length 1 is a constant.
func AppendColumn(dst []byte, v *types.Vec, n int) ([]byte, error) {
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

// Reader takes apart what the Append functions made. After the first fault all it
// gives is zero, and Bad says so. What it gives views its bytes, which are never
// written again.
type Reader struct {
	rest []byte
	bad  bool
}

// NewReader reads b, which the caller does not change any more.
func NewReader(b []byte) *Reader { return &Reader{rest: b} }

// Bad reports that the bytes were none that an Append function makes.
func (r *Reader) Bad() bool { return r.bad }

// Len is how many bytes are left.
func (r *Reader) Len() int { return len(r.rest) }

// Fail makes the reader bad.
func (r *Reader) Fail() { r.bad, r.rest = true, nil }

// Uvarint reads a number.
func (r *Reader) Uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// Take reads n bytes.
func (r *Reader) Take(n int) []byte {
	if n < 0 || n > len(r.rest) {
		r.bad, r.rest = true, nil
		return nil
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

// Uint64 reads eight bytes.
func (r *Reader) Uint64() uint64 {
	b := r.Take(8)
	if b == nil {
		return 0
	}
	return binary.LittleEndian.Uint64(b)
}

// str views bytes of the frame, which is never written again.
func (r *Reader) str(n int) string {
	b := r.Take(n)
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// Column decodes n rows into v, which knows its type.
func (r *Reader) Column(v *types.Vec, n int) {
	if n < 0 || n > 8*(len(r.rest)+1) { // a row is a bit at least
		r.Fail()
		n = 0
	}
	v.Resize(n)
	if flag := r.Take(1); len(flag) == 1 && flag[0] == 1 {
		bits := r.Take((n + 7) / 8)
		if r.bad {
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
			v.I[i] = int64(r.Uint64())
		}
	case types.RepFloat:
		for i := range n {
			v.F[i] = math.Float64frombits(r.Uint64())
		}
	case types.RepText:
		r.texts(v, n)
	default:
		for i := range n {
			v.A[i] = nil
			if !v.IsNull(i) {
				v.A[i] = r.value(0)
			}
		}
	}
}

func (r *Reader) texts(v *types.Vec, n int) {
	sizes := Reader{rest: r.rest}
	for range n {
		sizes.Uvarint()
	}
	if sizes.bad {
		r.bad = true
		return
	}
	body := Reader{rest: sizes.rest}
	for i := range n {
		v.S[i] = body.str(int(r.Uvarint()))
	}
	r.rest, r.bad = body.rest, r.bad || body.bad
}

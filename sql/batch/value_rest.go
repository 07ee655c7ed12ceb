package batch

import (
	"encoding/binary"

	"github.com/stemedb/stemedb/sql/types"
)

func appendBits(dst []byte, x *types.Bits) []byte {
	dst = binary.AppendUvarint(dst, uint64(x.N))
	dst = binary.AppendUvarint(dst, uint64(len(x.Data)))
	return append(dst, x.Data...)
}

func (r *Reader) bits() *types.Bits {
	n := r.Uvarint()
	x := &types.Bits{N: int32(n), Data: r.str(r.Length())}
	if n > uint64(len(x.Data))*8 {
		r.bad = true
	}
	return x
}

func appendInet(dst []byte, x types.Inet) []byte {
	b, _ := x.MarshalBinary() // has no way to fail
	return append(binary.AppendUvarint(dst, uint64(len(b))), b...)
}

func (r *Reader) inet() types.Inet {
	var x types.Inet
	if x.UnmarshalBinary(r.Take(r.Length())) != nil {
		r.bad = true
	}
	return x
}

// appendBinary encodes a value in its type's binary form, which loses nothing.
func appendBinary(dst []byte, t types.OID, x any) ([]byte, error) {
	b, err := types.AppendBinaryDatum(nil, t, types.Any(x))
	return append(binary.AppendUvarint(dst, uint64(len(b))), b...), err
}

func (r *Reader) binary(t types.OID) any {
	v, err := types.ParseBinary(t, -1, r.Take(r.Length()))
	if err != nil {
		r.bad = true
	}
	return v.A
}

// The marks of a bound's byte.
const (
	boundInf = 1 << iota
	boundInc
)

func appendBound(dst []byte, t types.OID, b *types.Bound) ([]byte, error) {
	mark := byte(0)
	if b.Inf {
		mark |= boundInf
	}
	if b.Inc {
		mark |= boundInc
	}
	if dst = append(dst, mark); b.Inf {
		return dst, nil
	}
	return AppendDatum(dst, t, b.Val)
}

// appendRange encodes the subtype, whether the range is empty, and the bounds
// of one that is not.
func appendRange(dst []byte, x *types.Range) ([]byte, error) {
	dst = binary.AppendUvarint(dst, uint64(x.Elem))
	if x.Empty {
		return append(dst, 1), nil
	}
	dst, err := appendBound(append(dst, 0), x.Elem, &x.Lower)
	if err != nil {
		return dst, err
	}
	return appendBound(dst, x.Elem, &x.Upper)
}

func appendMultirange(dst []byte, x *types.Multirange) ([]byte, error) {
	dst = binary.AppendUvarint(dst, uint64(x.Elem))
	dst = binary.AppendUvarint(dst, uint64(len(x.Ranges)))
	var err error
	for _, r := range x.Ranges {
		if dst, err = appendRange(dst, r); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func (r *Reader) bound(t types.OID, lower bool, depth int) types.Bound {
	b := types.Bound{Lower: lower}
	if mark := r.Take(1); len(mark) == 1 {
		b.Inf, b.Inc = mark[0]&boundInf != 0, mark[0]&boundInc != 0
	}
	if !b.Inf {
		b.Val = r.datum(t, depth+1)
	}
	return b
}

func (r *Reader) rangeValue(depth int) *types.Range {
	x := &types.Range{Elem: types.OID(r.Uvarint())}
	if empty := r.Take(1); len(empty) == 0 || empty[0] == 1 {
		x.Empty = true
		return x
	}
	x.Lower = r.bound(x.Elem, true, depth)
	x.Upper = r.bound(x.Elem, false, depth)
	return x
}

func (r *Reader) multirange(depth int) *types.Multirange {
	x := &types.Multirange{Elem: types.OID(r.Uvarint())}
	for range r.Length() {
		x.Ranges = append(x.Ranges, r.rangeValue(depth))
	}
	return x
}

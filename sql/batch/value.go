package batch

import (
	"encoding/binary"
	"fmt"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/types"
)

// The tags of values behind an interface.
const (
	tagNil = iota
	tagDecimal
	tagInterval
	tagTimeTZ
	tagArray
	tagRecord
	tagBits
	tagInet
	tagRange
	tagMultirange
	tagTSVector
	tagTSQuery
	tagArrayNulls // an array that says it has NULLs though it has none
	tagPoint
	tagLseg
	tagLine
	tagBox
	tagPath
	tagPolygon
	tagCircle
)

// maxDepth bounds how deep arrays of rows of arrays go.
const maxDepth = 64

// appendValue encodes a value of a RepAny type.
func appendValue(dst []byte, a any) ([]byte, error) {
	switch x := a.(type) {
	case nil:
		return append(dst, tagNil), nil
	case *apd.Decimal:
		return appendDecimal(append(dst, tagDecimal), x), nil
	case types.Interval:
		dst = append(dst, tagInterval)
		dst = binary.AppendVarint(dst, int64(x.Months))
		dst = binary.AppendVarint(dst, int64(x.Days))
		return binary.AppendVarint(dst, x.Micros), nil
	case types.TimeTZ:
		dst = append(dst, tagTimeTZ)
		dst = binary.AppendVarint(dst, x.Micros)
		return binary.AppendVarint(dst, int64(x.West)), nil
	case *types.Array:
		tag := byte(tagArray)
		if x.Nulls {
			tag = tagArrayNulls
		}
		dst = binary.AppendUvarint(append(dst, tag), uint64(x.Elem))
		dst = binary.AppendUvarint(dst, uint64(len(x.Dims)))
		for i := range x.Dims {
			dst = binary.AppendVarint(dst, int64(x.Dims[i]))
			dst = binary.AppendVarint(dst, int64(x.Lbound[i]))
		}
		dst = binary.AppendUvarint(dst, uint64(len(x.Elems)))
		var err error
		for i := range x.Elems {
			if dst, err = AppendDatum(dst, x.Elem, x.Elems[i]); err != nil {
				return dst, err
			}
		}
		return dst, nil
	case *types.Record:
		return appendRecord(append(dst, tagRecord), x)
	case *types.Bits:
		return appendBits(append(dst, tagBits), x), nil
	case types.Inet:
		return appendInet(append(dst, tagInet), x), nil
	case *types.Range:
		return appendRange(append(dst, tagRange), x)
	case *types.Multirange:
		return appendMultirange(append(dst, tagMultirange), x)
	case *types.TSVector:
		return appendBinary(append(dst, tagTSVector), types.OIDTSVector, x)
	case *types.TSQuery:
		return appendBinary(append(dst, tagTSQuery), types.OIDTSQuery, x)
	}
	if dst, ok := appendGeo(dst, a); ok {
		return dst, nil
	}
	return dst, fmt.Errorf("%w: %T", ErrValue, a)
}

func appendRecord(dst []byte, x *types.Record) ([]byte, error) {
	dst = binary.AppendUvarint(dst, uint64(len(x.Vals)))
	dst = binary.AppendUvarint(dst, uint64(len(x.Names)))
	for _, n := range x.Names {
		dst = binary.AppendUvarint(dst, uint64(len(n)))
		dst = append(dst, n...)
	}
	var err error
	for i := range x.Vals {
		dst = binary.AppendUvarint(dst, uint64(x.Types[i]))
		if dst, err = AppendDatum(dst, x.Types[i], x.Vals[i]); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// AppendDatum encodes a value of a known type behind a NULL flag.
func AppendDatum(dst []byte, t types.OID, d types.Datum) ([]byte, error) {
	if d.Null {
		return append(dst, 1), nil
	}
	dst = append(dst, 0)
	v := types.NewVec(t)
	switch v.Rep {
	case types.RepInt, types.RepFloat:
		v.Append(d)
		return AppendColumn(dst, &v, 1)
	case types.RepText:
		dst = binary.AppendUvarint(dst, uint64(len(d.S)))
		return append(dst, d.S...), nil
	}
	return appendValue(dst, d.A)
}

func appendDecimal(dst []byte, x *apd.Decimal) []byte {
	sign := byte(0)
	if x.Negative {
		sign = 1
	}
	dst = append(dst, byte(x.Form), sign)
	dst = binary.AppendVarint(dst, int64(x.Exponent))
	coeff := x.Coeff.Bytes()
	dst = binary.AppendUvarint(dst, uint64(len(coeff)))
	return append(dst, coeff...)
}

// Varint reads a number with a sign.
func (r *Reader) Varint() int64 {
	v, n := binary.Varint(r.rest)
	if n <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// Length reads a count of things that take a byte each at least.
func (r *Reader) Length() int {
	n := r.Uvarint()
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return 0
	}
	return int(n)
}

// value decodes what appendValue wrote.
func (r *Reader) value(depth int) any {
	tag := r.Take(1)
	if len(tag) == 0 || depth > maxDepth {
		r.bad = true
		return nil
	}
	switch tag[0] {
	case tagNil:
		return nil
	case tagDecimal:
		return r.decimal()
	case tagInterval:
		return types.Interval{Months: int32(r.Varint()), Days: int32(r.Varint()), Micros: r.Varint()}
	case tagTimeTZ:
		return types.TimeTZ{Micros: r.Varint(), West: int32(r.Varint())}
	case tagArray, tagArrayNulls:
		x := r.array(depth)
		x.Nulls = tag[0] == tagArrayNulls
		return x
	case tagRecord:
		return r.record(depth)
	case tagBits:
		return r.bits()
	case tagInet:
		return r.inet()
	case tagRange:
		return r.rangeValue(depth)
	case tagMultirange:
		return r.multirange(depth)
	case tagTSVector:
		return r.binary(types.OIDTSVector)
	case tagTSQuery:
		return r.binary(types.OIDTSQuery)
	}
	return r.geo(tag[0])
}

func (r *Reader) decimal() *apd.Decimal {
	head := r.Take(2)
	if len(head) < 2 || apd.Form(head[0]) > apd.NaN {
		r.Fail()
		return new(apd.Decimal)
	}
	x := &apd.Decimal{Form: apd.Form(head[0]), Negative: head[1] == 1, Exponent: int32(r.Varint())}
	x.Coeff.SetBytes(r.Take(r.Length()))
	return x
}

func (r *Reader) array(depth int) *types.Array {
	x := &types.Array{Elem: types.OID(r.Uvarint())}
	for range r.Length() {
		x.Dims = append(x.Dims, int32(r.Varint()))
		x.Lbound = append(x.Lbound, int32(r.Varint()))
	}
	n := r.Length()
	x.Elems = make([]types.Datum, n)
	for i := range n {
		x.Elems[i] = r.datum(x.Elem, depth+1)
	}
	return x
}

func (r *Reader) record(depth int) *types.Record {
	n, names := r.Length(), r.Length()
	x := &types.Record{Types: make([]types.OID, n), Vals: make([]types.Datum, n)}
	for range names {
		x.Names = append(x.Names, r.str(r.Length()))
	}
	for i := range n {
		x.Types[i] = types.OID(r.Uvarint())
		x.Vals[i] = r.datum(x.Types[i], depth+1)
	}
	return x
}

// Datum reads what AppendDatum wrote of a value of a type.
func (r *Reader) Datum(t types.OID) types.Datum { return r.datum(t, 0) }

func (r *Reader) datum(t types.OID, depth int) types.Datum {
	if null := r.Take(1); len(null) == 0 || null[0] == 1 {
		return types.NullDatum
	}
	v := types.NewVec(t)
	switch v.Rep {
	case types.RepInt, types.RepFloat:
		r.Column(&v, 1)
		return v.Datum(0)
	case types.RepText:
		return types.Text(r.str(r.Length()))
	}
	return types.Any(r.value(depth))
}

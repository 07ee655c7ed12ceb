package spill

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
		dst = binary.AppendUvarint(append(dst, tagArray), uint64(x.Elem))
		dst = binary.AppendUvarint(dst, uint64(len(x.Dims)))
		for i := range x.Dims {
			dst = binary.AppendVarint(dst, int64(x.Dims[i]))
			dst = binary.AppendVarint(dst, int64(x.Lbound[i]))
		}
		dst = binary.AppendUvarint(dst, uint64(len(x.Elems)))
		var err error
		for i := range x.Elems {
			if dst, err = appendDatum(dst, x.Elem, x.Elems[i]); err != nil {
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
		if dst, err = appendDatum(dst, x.Types[i], x.Vals[i]); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// appendDatum encodes a value of a known type behind a NULL flag.
func appendDatum(dst []byte, t types.OID, d types.Datum) ([]byte, error) {
	if d.Null {
		return append(dst, 1), nil
	}
	dst = append(dst, 0)
	v := types.NewVec(t)
	switch v.Rep {
	case types.RepInt, types.RepFloat:
		v.Append(d)
		return appendColumn(dst, &v, 1)
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

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.rest)
	if n <= 0 {
		d.bad, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

// length reads a count of things that take a byte each at least.
func (d *decoder) length() int {
	n := d.uvarint()
	if n > uint64(len(d.rest)) {
		d.bad, d.rest = true, nil
		return 0
	}
	return int(n)
}

// value decodes what appendValue wrote.
func (d *decoder) value(depth int) any {
	tag := d.take(1)
	if len(tag) == 0 || depth > maxDepth {
		d.bad = true
		return nil
	}
	switch tag[0] {
	case tagNil:
		return nil
	case tagDecimal:
		return d.decimal()
	case tagInterval:
		return types.Interval{Months: int32(d.varint()), Days: int32(d.varint()), Micros: d.varint()}
	case tagTimeTZ:
		return types.TimeTZ{Micros: d.varint(), West: int32(d.varint())}
	case tagArray:
		return d.array(depth)
	case tagRecord:
		return d.record(depth)
	case tagBits:
		return d.bits()
	case tagInet:
		return d.inet()
	case tagRange:
		return d.rangeValue(depth)
	case tagMultirange:
		return d.multirange(depth)
	case tagTSVector:
		return d.binary(types.OIDTSVector)
	case tagTSQuery:
		return d.binary(types.OIDTSQuery)
	}
	d.bad = true
	return nil
}

func (d *decoder) decimal() *apd.Decimal {
	head := d.take(2)
	if len(head) < 2 {
		return new(apd.Decimal)
	}
	x := &apd.Decimal{Form: apd.Form(head[0]), Negative: head[1] == 1, Exponent: int32(d.varint())}
	x.Coeff.SetBytes(d.take(d.length()))
	return x
}

func (d *decoder) array(depth int) *types.Array {
	x := &types.Array{Elem: types.OID(d.uvarint())}
	for range d.length() {
		x.Dims = append(x.Dims, int32(d.varint()))
		x.Lbound = append(x.Lbound, int32(d.varint()))
	}
	n := d.length()
	x.Elems = make([]types.Datum, n)
	for i := range n {
		x.Elems[i] = d.datum(x.Elem, depth+1)
	}
	return x
}

func (d *decoder) record(depth int) *types.Record {
	n, names := d.length(), d.length()
	x := &types.Record{Types: make([]types.OID, n), Vals: make([]types.Datum, n)}
	for range names {
		x.Names = append(x.Names, d.str(d.length()))
	}
	for i := range n {
		x.Types[i] = types.OID(d.uvarint())
		x.Vals[i] = d.datum(x.Types[i], depth+1)
	}
	return x
}

func (d *decoder) datum(t types.OID, depth int) types.Datum {
	if null := d.take(1); len(null) == 0 || null[0] == 1 {
		return types.NullDatum
	}
	v := types.NewVec(t)
	switch v.Rep {
	case types.RepInt, types.RepFloat:
		d.column(&v, 1)
		return v.Datum(0)
	case types.RepText:
		return types.Text(d.str(d.length()))
	}
	return types.Any(d.value(depth))
}

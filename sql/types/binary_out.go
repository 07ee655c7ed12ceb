package types

import (
	"encoding/binary"
	"math"

	"github.com/cockroachdb/apd/v3"
)

// AppendBinary appends the binary form of row i of a column of type t, without
// a length word; the row is not NULL.
func AppendBinary(dst []byte, t OID, v *Vec, i int) ([]byte, error) {
	switch v.Rep {
	case RepInt:
		return appendIntBinary(dst, t, v.I[i])
	case RepFloat:
		return appendFloatBinary(dst, t, v.F[i]), nil
	case RepText:
		return appendStringBinary(dst, t, v.S[i]), nil
	}
	return appendAnyBinary(dst, t, v.A[i])
}

// AppendBinaryDatum is AppendBinary for one datum, which is not NULL.
func AppendBinaryDatum(dst []byte, t OID, d Datum) ([]byte, error) {
	switch RepOf(t) {
	case RepInt:
		return appendIntBinary(dst, t, d.I)
	case RepFloat:
		return appendFloatBinary(dst, t, d.F), nil
	case RepText:
		return appendStringBinary(dst, t, d.S), nil
	}
	return appendAnyBinary(dst, t, d.A)
}

// intWidth returns the bytes that a RepInt type takes on the wire; 0: another
// form.
func intWidth(t OID) int {
	switch t {
	case OIDBool, OIDChar:
		return 1
	case OIDInt2:
		return 2
	case OIDInt8, OIDTime, OIDTimestamp, OIDTimestamptz, OIDXID8, OIDPgLSN, OIDMoney, OIDMacaddr8:
		return 8
	case OIDTID, OIDMacaddr:
		return 6
	}
	return 4
}

func appendIntBinary(dst []byte, t OID, v int64) ([]byte, error) {
	switch intWidth(t) {
	case 1:
		return append(dst, byte(v)), nil
	case 2:
		return binary.BigEndian.AppendUint16(dst, uint16(v)), nil
	case 8:
		return binary.BigEndian.AppendUint64(dst, uint64(v)), nil
	case 6:
		dst = binary.BigEndian.AppendUint32(dst, uint32(v>>16))
		return binary.BigEndian.AppendUint16(dst, uint16(v)), nil
	}
	return binary.BigEndian.AppendUint32(dst, uint32(v)), nil
}

func appendFloatBinary(dst []byte, t OID, v float64) []byte {
	if t == OIDFloat4 {
		return binary.BigEndian.AppendUint32(dst, math.Float32bits(float32(v)))
	}
	b := math.Float64bits(v)
	if b == math.Float64bits(math.NaN()) { // C's has no payload
		b &^= 1
	}
	return binary.BigEndian.AppendUint64(dst, b)
}

func appendStringBinary(dst []byte, t OID, s string) []byte {
	switch t {
	case OIDPgSnapshot, OIDTxidSnapshot:
		return appendSnapshotBinary(dst, s)
	case OIDJSONB, OIDJSONPath:
		dst = append(dst, 1) // version
	}
	return append(dst, s...)
}

func appendAnyBinary(dst []byte, t OID, a any) ([]byte, error) {
	switch v := a.(type) {
	case *apd.Decimal:
		return appendNumericBinary(dst, v), nil
	case Interval:
		dst = binary.BigEndian.AppendUint64(dst, uint64(v.Micros))
		dst = binary.BigEndian.AppendUint32(dst, uint32(v.Days))
		return binary.BigEndian.AppendUint32(dst, uint32(v.Months)), nil
	case TimeTZ:
		dst = binary.BigEndian.AppendUint64(dst, uint64(v.Micros))
		return binary.BigEndian.AppendUint32(dst, uint32(v.West)), nil
	case *Array:
		return appendArrayBinary(dst, v)
	case *Record:
		return appendRecordBinary(dst, v)
	case *Bits:
		dst = binary.BigEndian.AppendUint32(dst, uint32(v.N))
		return append(dst, v.Data...), nil
	case *Range:
		return appendRangeBinary(dst, v)
	case *Multirange:
		return appendMultirangeBinary(dst, v)
	case *TSVector:
		return appendTSVectorBinary(dst, v), nil
	case *TSQuery:
		return appendTSQueryBinary(dst, v), nil
	case Inet:
		return appendInetBinary(dst, t, v), nil
	case shape:
		return v.appendBinary(dst), nil
	}
	return dst, unsupported(t)
}

// appendSized appends a value behind its length word, or -1 for NULL.
func appendSized(dst []byte, t OID, d Datum) ([]byte, error) {
	if d.Null {
		return binary.BigEndian.AppendUint32(dst, math.MaxUint32), nil
	}
	at := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	dst, err := AppendBinaryDatum(dst, t, d)
	if err != nil {
		return dst, err
	}
	binary.BigEndian.PutUint32(dst[at:], uint32(len(dst)-at-4))
	return dst, nil
}

// appendArrayBinary appends dimensions, has-nulls flag, element type, then
// length and lower bound of each dimension, then the elements.
func appendArrayBinary(dst []byte, a *Array) ([]byte, error) {
	nulls := uint32(0)
	if a.HasNulls() {
		nulls = 1
	}
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(a.Dims)))
	dst = binary.BigEndian.AppendUint32(dst, nulls)
	dst = binary.BigEndian.AppendUint32(dst, uint32(a.Elem))
	for i := range a.Dims {
		dst = binary.BigEndian.AppendUint32(dst, uint32(a.Dims[i]))
		dst = binary.BigEndian.AppendUint32(dst, uint32(a.Lbound[i]))
	}
	var err error
	for _, e := range a.Elems {
		if dst, err = appendSized(dst, a.Elem, e); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// appendRecordBinary appends the count of columns, then type, length and value
// of each.
func appendRecordBinary(dst []byte, r *Record) ([]byte, error) {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(r.Vals)))
	var err error
	for i, v := range r.Vals {
		dst = binary.BigEndian.AppendUint32(dst, uint32(r.Types[i]))
		if dst, err = appendSized(dst, r.Types[i], v); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

package types

import (
	"strconv"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// AppendText appends the text form of row i of a column of type t; the row is
// not NULL. It does not allocate for the types of RepInt, RepFloat and RepText
// (nor for numeric) beyond growing dst.
func AppendText(dst []byte, t OID, v *Vec, i int, f *Format) ([]byte, error) {
	switch t {
	case OIDText, OIDVarchar, OIDBpchar, OIDName, OIDUnknown, OIDJSON, OIDJSONB:
		return append(dst, v.S[i]...), nil
	case OIDInt8, OIDInt4, OIDInt2, OIDOID:
		return strconv.AppendInt(dst, v.I[i], 10), nil
	}
	switch v.Rep {
	case RepInt:
		return appendIntText(dst, t, v.I[i], f.orDefault())
	case RepFloat:
		return appendFloatText(dst, t, v.F[i], f.orDefault()), nil
	case RepText:
		return appendStringText(dst, t, v.S[i], f.orDefault()), nil
	}
	return appendAnyText(dst, t, v.A[i], f.orDefault())
}

// AppendTextDatum is AppendText for one datum, which is not NULL.
func AppendTextDatum(dst []byte, t OID, d Datum, f *Format) ([]byte, error) {
	switch RepOf(t) {
	case RepInt:
		return appendIntText(dst, t, d.I, f.orDefault())
	case RepFloat:
		return appendFloatText(dst, t, d.F, f.orDefault()), nil
	case RepText:
		return appendStringText(dst, t, d.S, f.orDefault()), nil
	}
	return appendAnyText(dst, t, d.A, f.orDefault())
}

func appendIntText(dst []byte, t OID, v int64, f *Format) ([]byte, error) {
	switch t {
	case OIDBool:
		if v != 0 {
			return append(dst, 't'), nil
		}
		return append(dst, 'f'), nil
	case OIDChar:
		if byte(v) == 0 {
			return dst, nil
		}
		if b := byte(v); b >= 0x80 {
			return append(dst, '\\', '0'+b>>6, '0'+b>>3&7, '0'+b&7), nil
		}
		return append(dst, byte(v)), nil
	case OIDDate:
		return AppendDate(dst, v, f), nil
	case OIDTime:
		return appendTime(dst, v), nil
	case OIDTimestamp:
		return AppendTimestamp(dst, v, f), nil
	case OIDTimestamptz:
		return AppendTimestamptz(dst, v, f), nil
	case OIDXID8:
		return strconv.AppendUint(dst, uint64(v), 10), nil
	case OIDPgLSN:
		dst = appendUpperHex(dst, uint32(uint64(v)>>32))
		return appendUpperHex(append(dst, '/'), uint32(v)), nil
	case OIDTID:
		dst = strconv.AppendInt(append(dst, '('), v>>16, 10)
		dst = strconv.AppendInt(append(dst, ','), v&0xFFFF, 10)
		return append(dst, ')'), nil
	case OIDMacaddr:
		return appendMAC(dst, uint64(v), 6), nil
	case OIDMacaddr8:
		return appendMAC(dst, uint64(v), 8), nil
	case OIDMoney:
		return appendMoney(dst, v), nil
	}
	if IsReg(t) {
		return appendReg(dst, t, OID(v), f), nil
	}
	return strconv.AppendInt(dst, v, 10), nil
}

func appendUpperHex(dst []byte, v uint32) []byte {
	start := len(dst)
	dst = strconv.AppendUint(dst, uint64(v), 16)
	for i := start; i < len(dst); i++ {
		if dst[i] >= 'a' {
			dst[i] -= 'a' - 'A'
		}
	}
	return dst
}

func appendFloatText(dst []byte, t OID, v float64, f *Format) []byte {
	if t == OIDFloat4 {
		return AppendFloat(dst, v, 32, f.ExtraFloatDigits)
	}
	return AppendFloat(dst, v, 64, f.ExtraFloatDigits)
}

func appendStringText(dst []byte, t OID, s string, f *Format) []byte {
	switch t {
	case OIDBytea:
		return appendBytea(dst, s, f.ByteaOutput)
	case OIDUUID:
		return appendUUID(dst, s)
	}
	return append(dst, s...)
}

func appendAnyText(dst []byte, t OID, a any, f *Format) ([]byte, error) {
	switch v := a.(type) {
	case *apd.Decimal:
		return AppendNumeric(dst, v), nil
	case Interval:
		return AppendInterval(dst, v, f.IntervalStyle), nil
	case TimeTZ:
		return appendOffset(appendTime(dst, v.Micros), -int64(v.West)), nil
	case *Array:
		return appendArray(dst, t, v, f)
	case *Record:
		return appendRecord(dst, v, f)
	case *Bits:
		return appendBits(dst, v), nil
	case *Range:
		return appendRange(dst, v, f)
	case *Multirange:
		return appendMultirange(dst, v, f)
	case *TSVector:
		return appendTSVector(dst, v), nil
	case *TSQuery:
		return AppendTSQuery(dst, v.Root), nil
	case Inet:
		return appendInet(dst, t, v), nil
	case shape:
		return v.appendText(dst, f.ExtraFloatDigits), nil
	}
	return dst, unsupported(t)
}

// unsupported is the answer for types that are declared and have no values
// yet, and for pseudo-types, which never have any.
func unsupported(t OID) error {
	if ty, ok := Lookup(t); ok && ty.Kind == 'p' {
		return sqlerr.New(sqlerr.FeatureNotSupported, "cannot display a value of type %s", ty.Name)
	}
	return sqlerr.New(sqlerr.FeatureNotSupported, "values of type %s are not supported", FormatTypeBare(t))
}

package catalog

import (
	"net/netip"
	"time"

	"github.com/stemedb/stemedb/sql/types"
)

// Short makers of datums, for rows that read like the tables they fill.

func oid(v types.OID) types.Datum { return types.Int(int64(v)) }
func num(v int) types.Datum       { return types.Int(int64(v)) }
func text(v string) types.Datum   { return types.Text(v) }
func char(v byte) types.Datum     { return types.Int(int64(int8(v))) }
func yes(v bool) types.Datum      { return types.Bool(v) }

var null = types.NullDatum

// orNull is v, or NULL when it is empty.
func orNull(v string) types.Datum {
	if v == "" {
		return null
	}
	return types.Text(v)
}

// yesNo is information_schema's boolean.
func yesNo(v bool) types.Datum {
	if v {
		return types.Text("YES")
	}
	return types.Text("NO")
}

// instant is a timestamptz; the zero time is NULL.
func instant(t time.Time) types.Datum {
	if t.IsZero() {
		return null
	}
	return types.Int(types.MicrosOf(t))
}

// address is an inet; what is no address is NULL.
func address(s string) types.Datum {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return null
	}
	a = a.WithZone("").Unmap()
	return types.Any(netip.PrefixFrom(a, a.BitLen()))
}

// oidVector is an oidvector, which counts from 0.
func oidVector(v ...types.OID) types.Datum {
	elems := make([]types.Datum, len(v))
	for i, o := range v {
		elems[i] = oid(o)
	}
	return vector(types.OIDOID, elems)
}

// int2Vector is an int2vector, which counts from 0.
func int2Vector(v ...int) types.Datum {
	elems := make([]types.Datum, len(v))
	for i, n := range v {
		elems[i] = num(n)
	}
	return vector(types.OIDInt2, elems)
}

func vector(elem types.OID, elems []types.Datum) types.Datum {
	return types.Any(&types.Array{Elem: elem, Dims: []int32{int32(len(elems))}, Lbound: []int32{0}, Elems: elems})
}

// array is a one-dimensional array; none of them is NULL.
func array(elem types.OID, elems ...types.Datum) types.Datum {
	if len(elems) == 0 {
		return null
	}
	return types.Any(types.NewArray(elem, elems))
}

func oidArray(v []types.OID) types.Datum {
	elems := make([]types.Datum, len(v))
	for i, o := range v {
		elems[i] = oid(o)
	}
	return array(types.OIDOID, elems...)
}

func textArray(v []string) types.Datum {
	elems := make([]types.Datum, len(v))
	for i, s := range v {
		elems[i] = text(s)
	}
	return array(types.OIDText, elems...)
}

func attnums(cols []int) types.Datum {
	elems := make([]types.Datum, len(cols))
	for i, col := range cols {
		elems[i] = num(col + 1)
	}
	return array(types.OIDInt2, elems...)
}

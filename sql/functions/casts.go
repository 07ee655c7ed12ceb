package functions

import (
	"math"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func rowIntTo(w *width) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if !w.fits(a[0].I) {
			return null, w.err()
		}
		return a[0], nil
	}
}

// rowFloatToInt rounds half to even, as the casts from float do.
func rowFloatToInt(w *width) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		f := math.RoundToEven(a[0].F)
		// the upper bound is exact as a float only below, hence the strictness
		if !(f >= float64(w.lo) && f < -float64(w.lo)) {
			return null, w.err()
		}
		return types.Int(int64(f)), nil
	}
}

func rowIntToFloat(single bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if single {
			return types.Float(float64(float32(a[0].I))), nil
		}
		return types.Float(float64(a[0].I)), nil
	}
}

func vecIntToFloat(_ *Ctx, a []*vec, n int, out *vec) error {
	for i := range out.F[:n] {
		out.F[i] = float64(at(a[0].I, i))
	}
	return nil
}

func vecSameInt(_ *Ctx, a []*vec, n int, out *vec) error {
	if len(a[0].I) == n {
		copy(out.I, a[0].I)
		return nil
	}
	for i := range out.I[:n] {
		out.I[i] = a[0].I[0]
	}
	return nil
}

func float8To4(f float64) (float64, error) {
	r := float64(float32(f))
	if isInf(r) && !isInf(f) {
		return 0, errFloatOverflow()
	}
	if r == 0 && f != 0 {
		return 0, errFloatUnderflow()
	}
	return r, nil
}

func rowNumericToInt(w *width) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		v, err := numericInt(num(a[0]), w)
		return types.Int(v), err
	}
}

func rowNumericToFloat(typ types.OID) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		f := numericFloat(num(a[0]))
		text := func() string { return num(a[0]).Text('f') }
		if typ == tFloat4 {
			if f4 := float64(float32(f)); !isFinite(num(a[0])) || isZero(num(a[0])) || !(isInf(f4) || f4 == 0) {
				return types.Float(f4), nil
			}
			return null, sqlerr.New(sqlerr.NumericValueOutOfRange, "\"%s\" is out of range for type real", text())
		}
		if isInf(f) && isFinite(num(a[0])) || f == 0 && !isZero(num(a[0])) {
			return null, sqlerr.New(sqlerr.NumericValueOutOfRange, "\"%s\" is out of range for type double precision", text())
		}
		return types.Float(f), nil
	}
}

func rowIntToNumeric(_ *Ctx, a []datum) (datum, error) { return types.Any(numericFromInt(a[0].I)), nil }

func rowFloatToNumeric(digits int) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) { return types.Any(numericFromFloat(a[0].F, digits)), nil }
}

// rowTypmod applies a type modifier: the length-coercion functions.
func rowTypmod(t types.OID) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		explicit := len(a) < 3 || a[2].Bool()
		return types.ApplyTypmod(t, int32(a[1].I), a[0], explicit)
	}
}

func trimBlanks(s string) string { return strings.TrimRight(s, " ") }

func rowTextToChar(_ *Ctx, a []datum) (datum, error) {
	if a[0].S == "" {
		return types.Int(0), nil
	}
	return types.ParseText(tChar, -1, a[0].S, nil)
}

func rowCharToText(c *Ctx, a []datum) (datum, error) {
	s, err := textOf(c, tChar, a[0])
	return types.Text(s), err
}

func rowIntToChar(_ *Ctx, a []datum) (datum, error) {
	if a[0].I < -128 || a[0].I > 127 {
		return null, errRange(`"char"`)
	}
	return types.Int(int64(byte(a[0].I))), nil
}

func rowCharToInt(_ *Ctx, a []datum) (datum, error) { return types.Int(int64(int8(a[0].I))), nil }

func rowInt8ToOID(_ *Ctx, a []datum) (datum, error) {
	if a[0].I < 0 || a[0].I > math.MaxUint32 {
		return null, errRange("OID")
	}
	return a[0], nil
}

func rowBoolToText(_ *Ctx, a []datum) (datum, error) {
	if a[0].I != 0 {
		return types.Text("true"), nil
	}
	return types.Text("false"), nil
}

// castFuncs are the functions behind casts, but for those of dates and times.
func castFuncs() []Func {
	return []Func{
		{
			OID: 481, Name: "int8", Args: oids{tInt4}, Ret: tInt8, Kind: Scalar, Src: "int48", Doc: "convert int4 to int8",
			Row: same, Vec: vecSameInt,
		},
		{
			OID: 754, Name: "int8", Args: oids{tInt2}, Ret: tInt8, Kind: Scalar, Src: "int28", Doc: "convert int2 to int8",
			Row: same, Vec: vecSameInt,
		},
		{
			OID: 313, Name: "int4", Args: oids{tInt2}, Ret: tInt4, Kind: Scalar, Src: "i2toi4", Doc: "convert int2 to int4",
			Row: same, Vec: vecSameInt,
		},
		{
			OID: 1288, Name: "int8", Args: oids{tOID}, Ret: tInt8, Kind: Scalar, Src: "oidtoi8", Doc: "convert oid to int8",
			Row: same, Vec: vecSameInt,
		},
		{
			OID: 480, Name: "int4", Args: oids{tInt8}, Ret: tInt4, Kind: Scalar, Src: "int84", Doc: "convert int8 to int4",
			Row: rowIntTo(&width4),
		},
		{
			OID: 714, Name: "int2", Args: oids{tInt8}, Ret: tInt2, Kind: Scalar, Src: "int82", Doc: "convert int8 to int2",
			Row: rowIntTo(&width2),
		},
		{
			OID: 314, Name: "int2", Args: oids{tInt4}, Ret: tInt2, Kind: Scalar, Src: "i4toi2", Doc: "convert int4 to int2",
			Row: rowIntTo(&width2),
		},
		{
			OID: 483, Name: "int8", Args: oids{tFloat8}, Ret: tInt8, Kind: Scalar, Src: "dtoi8", Doc: "convert float8 to int8",
			Row: rowFloatToInt(&width8),
		},
		{
			OID: 653, Name: "int8", Args: oids{tFloat4}, Ret: tInt8, Kind: Scalar, Src: "ftoi8", Doc: "convert float4 to int8",
			Row: rowFloatToInt(&width8),
		},
		{
			OID: 317, Name: "int4", Args: oids{tFloat8}, Ret: tInt4, Kind: Scalar, Src: "dtoi4", Doc: "convert float8 to int4",
			Row: rowFloatToInt(&width4),
		},
		{
			OID: 319, Name: "int4", Args: oids{tFloat4}, Ret: tInt4, Kind: Scalar, Src: "ftoi4", Doc: "convert float4 to int4",
			Row: rowFloatToInt(&width4),
		},
		{
			OID: 237, Name: "int2", Args: oids{tFloat8}, Ret: tInt2, Kind: Scalar, Src: "dtoi2", Doc: "convert float8 to int2",
			Row: rowFloatToInt(&width2),
		},
		{
			OID: 238, Name: "int2", Args: oids{tFloat4}, Ret: tInt2, Kind: Scalar, Src: "ftoi2", Doc: "convert float4 to int2",
			Row: rowFloatToInt(&width2),
		},
		{
			OID: 235, Name: "float8", Args: oids{tInt2}, Ret: tFloat8, Kind: Scalar, Src: "i2tod", Doc: "convert int2 to float8",
			Row: rowIntToFloat(false), Vec: vecIntToFloat,
		},
		{
			OID: 316, Name: "float8", Args: oids{tInt4}, Ret: tFloat8, Kind: Scalar, Src: "i4tod", Doc: "convert int4 to float8",
			Row: rowIntToFloat(false), Vec: vecIntToFloat,
		},
		{
			OID: 482, Name: "float8", Args: oids{tInt8}, Ret: tFloat8, Kind: Scalar, Src: "i8tod", Doc: "convert int8 to float8",
			Row: rowIntToFloat(false), Vec: vecIntToFloat,
		},
		{
			OID: 236, Name: "float4", Args: oids{tInt2}, Ret: tFloat4, Kind: Scalar, Src: "i2tof", Doc: "convert int2 to float4",
			Row: rowIntToFloat(true),
		},
		{
			OID: 318, Name: "float4", Args: oids{tInt4}, Ret: tFloat4, Kind: Scalar, Src: "i4tof", Doc: "convert int4 to float4",
			Row: rowIntToFloat(true),
		},
		{
			OID: 652, Name: "float4", Args: oids{tInt8}, Ret: tFloat4, Kind: Scalar, Src: "i8tof", Doc: "convert int8 to float4",
			Row: rowIntToFloat(true),
		},
		{
			OID: 311, Name: "float8", Args: oids{tFloat4}, Ret: tFloat8, Kind: Scalar, Src: "ftod", Doc: "convert float4 to float8",
			Row: same,
		},
		{
			OID: 312, Name: "float4", Args: oids{tFloat8}, Ret: tFloat4, Kind: Scalar, Src: "dtof", Doc: "convert float8 to float4",
			Row: rowFloatErr(float8To4),
		},
		{
			OID: 1782, Name: "numeric", Args: oids{tInt2}, Ret: tNumeric, Kind: Scalar, Src: "int2_numeric", Doc: "convert int2 to numeric",
			Row: rowIntToNumeric,
		},
		{
			OID: 1740, Name: "numeric", Args: oids{tInt4}, Ret: tNumeric, Kind: Scalar, Src: "int4_numeric", Doc: "convert int4 to numeric",
			Row: rowIntToNumeric,
		},
		{
			OID: 1781, Name: "numeric", Args: oids{tInt8}, Ret: tNumeric, Kind: Scalar, Src: "int8_numeric", Doc: "convert int8 to numeric",
			Row: rowIntToNumeric,
		},
		{
			OID: 1742, Name: "numeric", Args: oids{tFloat4}, Ret: tNumeric, Kind: Scalar, Src: "float4_numeric", Doc: "convert float4 to numeric",
			Row: rowFloatToNumeric(6),
		},
		{
			OID: 1743, Name: "numeric", Args: oids{tFloat8}, Ret: tNumeric, Kind: Scalar, Src: "float8_numeric", Doc: "convert float8 to numeric",
			Row: rowFloatToNumeric(15),
		},
		{
			OID: 1783, Name: "int2", Args: oids{tNumeric}, Ret: tInt2, Kind: Scalar, Src: "numeric_int2", Doc: "convert numeric to int2",
			Row: rowNumericToInt(&width2),
		},
		{
			OID: 1744, Name: "int4", Args: oids{tNumeric}, Ret: tInt4, Kind: Scalar, Src: "numeric_int4", Doc: "convert numeric to int4",
			Row: rowNumericToInt(&width4),
		},
		{
			OID: 1779, Name: "int8", Args: oids{tNumeric}, Ret: tInt8, Kind: Scalar, Src: "numeric_int8", Doc: "convert numeric to int8",
			Row: rowNumericToInt(&width8),
		},
		{
			OID: 1745, Name: "float4", Args: oids{tNumeric}, Ret: tFloat4, Kind: Scalar, Src: "numeric_float4", Doc: "convert numeric to float4",
			Row: rowNumericToFloat(tFloat4),
		},
		{
			OID: 1746, Name: "float8", Args: oids{tNumeric}, Ret: tFloat8, Kind: Scalar, Src: "numeric_float8", Doc: "convert numeric to float8",
			Row: rowNumericToFloat(tFloat8),
		},
		{
			OID: 1703, Name: "numeric", Args: oids{tNumeric, tInt4}, Ret: tNumeric, Kind: Scalar, Doc: "adjust numeric to typmod precision/scale",
			Row: rowTypmod(tNumeric),
		},
		{
			OID: 668, Name: "bpchar", Args: oids{tBpchar, tInt4, tBool}, Ret: tBpchar, Kind: Scalar, Doc: "adjust char() to typmod length",
			Row: rowTypmod(tBpchar),
		},
		{
			OID: 669, Name: "varchar", Args: oids{tVarchar, tInt4, tBool}, Ret: tVarchar, Kind: Scalar, Doc: "adjust varchar() to typmod length",
			Row: rowTypmod(tVarchar),
		},
		{
			OID: 2557, Name: "bool", Args: oids{tInt4}, Ret: tBool, Kind: Scalar, Src: "int4_bool", Doc: "convert int4 to boolean",
			Row: rowInt(func(a int64) int64 { return b2i(a != 0) }),
		},
		{
			OID: 2558, Name: "int4", Args: oids{tBool}, Ret: tInt4, Kind: Scalar, Src: "bool_int4", Doc: "convert boolean to int4",
			Row: same,
		},
		{
			OID: 2971, Name: "text", Args: oids{tBool}, Ret: tText, Kind: Scalar, Src: "booltext", Doc: "convert boolean to text",
			Row: rowBoolToText,
		},
		{
			OID: 401, Name: "text", Args: oids{tBpchar}, Ret: tText, Kind: Scalar, Src: "rtrim1", Doc: "convert char(n) to text",
			Row: rowText(trimBlanks),
		},
		{OID: 406, Name: "text", Args: oids{tName}, Ret: tText, Kind: Scalar, Src: "name_text", Doc: "convert name to text", Row: same},
		{
			OID: 1401, Name: "varchar", Args: oids{tName}, Ret: tVarchar, Kind: Scalar, Src: "name_text", Doc: "convert name to varchar",
			Row: same,
		},
		{
			OID: 408, Name: "bpchar", Args: oids{tName}, Ret: tBpchar, Kind: Scalar, Src: "name_bpchar", Doc: "convert name to char(n)",
			Row: same,
		},
		{
			OID: 407, Name: "name", Args: oids{tText}, Ret: tName, Kind: Scalar, Src: "text_name", Doc: "convert text to name",
			Row: rowText(types.ClipName),
		},
		{
			OID: 1400, Name: "name", Args: oids{tVarchar}, Ret: tName, Kind: Scalar, Src: "text_name", Doc: "convert varchar to name",
			Row: rowText(types.ClipName),
		},
		{
			OID: 409, Name: "name", Args: oids{tBpchar}, Ret: tName, Kind: Scalar, Src: "bpchar_name", Doc: "convert char(n) to name",
			Row: rowText(func(s string) string { return types.ClipName(trimBlanks(s)) }),
		},
		{
			OID: 944, Name: "char", Args: oids{tText}, Ret: tChar, Kind: Scalar, Src: "text_char", Doc: "convert text to char",
			Row: rowTextToChar,
		},
		{
			OID: 946, Name: "text", Args: oids{tChar}, Ret: tText, Kind: Scalar, Src: "char_text", Doc: "convert char to text",
			Row: rowCharToText,
		},
		{
			OID: 860, Name: "bpchar", Args: oids{tChar}, Ret: tBpchar, Kind: Scalar, Src: "char_bpchar", Doc: "convert char to char(n)",
			Row: rowCharToText,
		},
		{
			OID: 77, Name: "int4", Args: oids{tChar}, Ret: tInt4, Kind: Scalar, Src: "chartoi4", Doc: "convert char to int4",
			Row: rowCharToInt,
		},
		{
			OID: 78, Name: "char", Args: oids{tInt4}, Ret: tChar, Kind: Scalar, Src: "i4tochar", Doc: "convert int4 to char",
			Row: rowIntToChar,
		},
		{
			OID: 1287, Name: "oid", Args: oids{tInt8}, Ret: tOID, Kind: Scalar, Src: "i8tooid", Doc: "convert int8 to oid",
			Row: rowInt8ToOID,
		},
		{
			OID: 1079, Name: "regclass", Args: oids{tText}, Ret: tRegclass, Kind: Scalar, Volatility: 's', Src: "text_regclass", Doc: "convert text to regclass",
			Row: rowTextToRegclass,
		},
	}
}

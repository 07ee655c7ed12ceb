package types

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// varHeader is what PostgreSQL adds to length type modifiers.
const varHeader = 4

// Limits of type modifiers.
const (
	maxCharLength  = 10485760
	maxBitLength   = 83886080
	maxTimeDigits  = 6
	maxNumericPrec = 1000
)

// The fields of interval's type modifier: bits of its range, and the value
// that stands for all fields or full precision.
const (
	intervalMonth         = 1 << 1
	intervalYear          = 1 << 2
	intervalDay           = 1 << 3
	intervalHour          = 1 << 10
	intervalMinute        = 1 << 11
	intervalSecond        = 1 << 12
	intervalFullRange     = 0x7FFF
	intervalFullPrecision = 0xFFFF
)

// NumericTypmod takes a numeric's type modifier apart.
func NumericTypmod(typmod int32) (precision, scale int, ok bool) {
	if typmod < varHeader {
		return 0, 0, false
	}
	t := typmod - varHeader
	return int(t >> 16 & 0xFFFF), int(t&0x7FF^1024) - 1024, true
}

// TypmodIn makes a type modifier of what stands in parentheses behind a type's
// name, as the types' typmodin functions do.
func TypmodIn(t OID, args []string) (int32, error) {
	if e := ElemOf(t); e != 0 && t != OIDInt2Vector && t != OIDOIDVector {
		t = e
	}
	nums := make([]int64, len(args))
	for i, a := range args {
		n, err := parseInt(a, "integer", -1<<31, 1<<31-1)
		if err != nil {
			return 0, err
		}
		nums[i] = n
	}
	switch t {
	case OIDVarchar:
		return lengthTypmod("varchar", nums, maxCharLength, varHeader)
	case OIDBpchar:
		return lengthTypmod("char", nums, maxCharLength, varHeader)
	case OIDBit:
		return lengthTypmod("bit", nums, maxBitLength, 0)
	case OIDVarbit:
		return lengthTypmod("bit varying", nums, maxBitLength, 0)
	case OIDNumeric:
		return numericTypmodIn(nums)
	case OIDTime:
		return timeTypmod("TIME", "", nums)
	case OIDTimetz:
		return timeTypmod("TIME", " WITH TIME ZONE", nums)
	case OIDTimestamp:
		return timeTypmod("TIMESTAMP", "", nums)
	case OIDTimestamptz:
		return timeTypmod("TIMESTAMP", " WITH TIME ZONE", nums)
	case OIDInterval:
		return intervalTypmodIn(nums)
	}
	return 0, sqlerr.New(sqlerr.SyntaxError, "type modifier is not allowed for type \"%s\"", FormatTypeBare(t))
}

func invalidTypmod() error {
	return sqlerr.New(sqlerr.InvalidParameterValue, "invalid type modifier")
}

func lengthTypmod(name string, nums []int64, limit int64, header int32) (int32, error) {
	if len(nums) != 1 {
		return 0, invalidTypmod()
	}
	switch n := nums[0]; {
	case n < 1:
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "length for type %s must be at least 1", name)
	case n > limit:
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "length for type %s cannot exceed %d", name, limit)
	default:
		return int32(n) + header, nil
	}
}

func numericTypmodIn(nums []int64) (int32, error) {
	if len(nums) == 0 || len(nums) > 2 {
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "invalid NUMERIC type modifier")
	}
	if nums[0] < 1 || nums[0] > maxNumericPrec {
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "NUMERIC precision %d must be between 1 and %d", nums[0], maxNumericPrec)
	}
	scale := int64(0)
	if len(nums) == 2 {
		if scale = nums[1]; scale < -1000 || scale > 1000 {
			return 0, sqlerr.New(sqlerr.InvalidParameterValue, "NUMERIC scale %d must be between -1000 and 1000", scale)
		}
	}
	return int32(nums[0]<<16|scale&0x7FF) + varHeader, nil
}

// timeTypmod caps the digits of the second at 6, where PostgreSQL warns.
func timeTypmod(name, suffix string, nums []int64) (int32, error) {
	if len(nums) != 1 {
		return 0, invalidTypmod()
	}
	if nums[0] < 0 {
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "%s(%d)%s precision must not be negative", name, nums[0], suffix)
	}
	return int32(min(nums[0], maxTimeDigits)), nil
}

func intervalTypmodIn(nums []int64) (int32, error) {
	if len(nums) == 0 || len(nums) > 2 {
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "invalid INTERVAL type modifier")
	}
	if nums[0] != intervalFullRange && intervalFields(int32(nums[0])) == "" {
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "invalid INTERVAL type modifier")
	}
	if len(nums) == 1 {
		if nums[0] == intervalFullRange {
			return -1, nil
		}
		return int32(nums[0]<<16 | intervalFullPrecision), nil
	}
	if nums[1] < 0 {
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "INTERVAL(%d) precision must not be negative", nums[1])
	}
	return int32(nums[0]<<16 | min(nums[1], maxTimeDigits)), nil
}

// intervalFields prints the fields of a range.
func intervalFields(fields int32) string {
	switch fields {
	case intervalYear:
		return " year"
	case intervalMonth:
		return " month"
	case intervalDay:
		return " day"
	case intervalHour:
		return " hour"
	case intervalMinute:
		return " minute"
	case intervalSecond:
		return " second"
	case intervalYear | intervalMonth:
		return " year to month"
	case intervalDay | intervalHour:
		return " day to hour"
	case intervalDay | intervalHour | intervalMinute:
		return " day to minute"
	case intervalDay | intervalHour | intervalMinute | intervalSecond:
		return " day to second"
	case intervalHour | intervalMinute:
		return " hour to minute"
	case intervalHour | intervalMinute | intervalSecond:
		return " hour to second"
	case intervalMinute | intervalSecond:
		return " minute to second"
	}
	return ""
}

// TypmodOut prints a type modifier as the types' typmodout functions do:
// "(10,2)"; empty for none.
func TypmodOut(t OID, typmod int32) string {
	if typmod < 0 {
		return ""
	}
	if e := ElemOf(t); e != 0 && t != OIDInt2Vector && t != OIDOIDVector {
		t = e
	}
	paren := func(n int32) string { return "(" + strconv.Itoa(int(n)) + ")" }
	switch t {
	case OIDVarchar, OIDBpchar:
		if typmod > varHeader {
			return paren(typmod - varHeader)
		}
	case OIDBit, OIDVarbit:
		return paren(typmod)
	case OIDNumeric:
		if p, s, ok := NumericTypmod(typmod); ok {
			return "(" + strconv.Itoa(p) + "," + strconv.Itoa(s) + ")"
		}
	case OIDTime, OIDTimestamp:
		return paren(typmod) + " without time zone"
	case OIDTimetz, OIDTimestamptz:
		return paren(typmod) + " with time zone"
	case OIDInterval:
		out := intervalFields(typmod >> 16 & intervalFullRange)
		if p := typmod & 0xFFFF; p != intervalFullPrecision {
			out += paren(p)
		}
		return out
	default:
		return paren(typmod)
	}
	return ""
}

// ApplyTypmod makes a value fit its declared length, precision or scale.
// Casts that are explicit cut strings off; others fail with 22001 unless only
// blanks are lost.
func ApplyTypmod(t OID, typmod int32, d Datum, explicit bool) (Datum, error) {
	if typmod < 0 || d.Null {
		return d, nil
	}
	switch t {
	case OIDVarchar, OIDBpchar:
		s, err := fitString(t, int(typmod-varHeader), d.S, explicit)
		return Datum{S: s}, err
	case OIDNumeric:
		n, err := applyNumericTypmod(typmod, d.A.(*apd.Decimal))
		return Datum{A: n}, err
	case OIDTime:
		return Datum{I: roundMicros(d.I, typmod)}, nil
	case OIDTimestamp, OIDTimestamptz:
		return fitTimestamp(d.I, typmod)
	case OIDTimetz:
		v := d.A.(TimeTZ)
		v.Micros = roundMicros(v.Micros, typmod)
		return Datum{A: v}, nil
	case OIDInterval:
		return Datum{A: fitInterval(d.A.(Interval), typmod)}, nil
	case OIDBit, OIDVarbit:
		b, err := fitBits(t, typmod, d.A.(*Bits), explicit)
		return Datum{A: b}, err
	}
	if a, ok := d.A.(*Array); ok {
		return fitArray(typmod, a, explicit)
	}
	return d, nil
}

func fitArray(typmod int32, a *Array, explicit bool) (Datum, error) {
	out := *a
	out.Elems = make([]Datum, len(a.Elems))
	for i, e := range a.Elems {
		v, err := ApplyTypmod(a.Elem, typmod, e, explicit)
		if err != nil {
			return Datum{}, err
		}
		out.Elems[i] = v
	}
	return Datum{A: &out}, nil
}

// fitString cuts s to n characters, or pads a bpchar with blanks.
func fitString(t OID, n int, s string, explicit bool) (string, error) {
	if n <= 0 || len(s) <= n && t == OIDVarchar || len(s) == n && IsASCII(s) {
		return s, nil
	}
	count := utf8.RuneCountInString(s)
	if count <= n {
		if t == OIDBpchar && count < n {
			return s + strings.Repeat(" ", n-count), nil
		}
		return s, nil
	}
	cut := 0
	for k := 0; k < n; k++ {
		_, size := utf8.DecodeRuneInString(s[cut:])
		cut += size
	}
	if !explicit && strings.Trim(s[cut:], " ") != "" {
		return "", sqlerr.New(sqlerr.StringDataRightTruncation, "value too long for type %s", FormatType(t, int32(n+varHeader)))
	}
	return s[:cut], nil
}

// IsASCII reports whether a string has characters of one byte alone.
func IsASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// roundMicros rounds half away from zero to a number of decimals of a second.
func roundMicros(v int64, digits int32) int64 {
	if digits < 0 || digits >= maxTimeDigits {
		return v
	}
	scale := int64(1)
	for i := digits; i < maxTimeDigits; i++ {
		scale *= 10
	}
	if v >= 0 {
		return (v + scale/2) / scale * scale
	}
	return -((-v + scale/2) / scale * scale)
}

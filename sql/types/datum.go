package types

import "slices"

// OID identifies a type, function, relation or any other catalog object.
// Built-ins carry PostgreSQL's OIDs.
type OID uint32

// Rep is how values of a type lie in memory.
type Rep uint8

// The physical representations.
const (
	// RepInt holds bool (0, 1), int2, int4, int8, "char", oid, the reg*
	// family, xid, date (days since 2000-01-01), time, timestamp and
	// timestamptz (µs since 2000-01-01 UTC; math.MinInt64 and MaxInt64 are the
	// infinities; for date math.MinInt32 and MaxInt32) in Datum.I and Vec.I.
	RepInt Rep = iota
	// RepFloat holds float4 and float8 in Datum.F and Vec.F.
	RepFloat
	// RepText holds text, varchar, bpchar, name, unknown, bytea (raw bytes),
	// json (as given), jsonb (canonical text), uuid (16 raw bytes) in Datum.S
	// and Vec.S. String contents are immutable for ever.
	RepText
	// RepAny holds numeric (*apd.Decimal, never mutated once stored),
	// interval (Interval), timetz (TimeTZ), arrays (*Array), rows (*Record),
	// ranges (*Range), multiranges (*Multirange) and the rest in Datum.A and Vec.A.
	RepAny
)

// Datum is one SQL value of a type known from its context; which field holds
// it is said by the type's Rep.
type Datum struct {
	I    int64
	F    float64
	S    string
	A    any
	Null bool
}

// NullDatum is SQL NULL.
var NullDatum = Datum{Null: true}

// Int makes a datum of a RepInt type.
func Int(v int64) Datum { return Datum{I: v} }

// Float makes a datum of a RepFloat type.
func Float(v float64) Datum { return Datum{F: v} }

// Text makes a datum of a RepText type.
func Text(v string) Datum { return Datum{S: v} }

// Any makes a datum of a RepAny type.
func Any(v any) Datum { return Datum{A: v} }

// Bool makes a bool datum.
func Bool(v bool) Datum {
	if v {
		return Datum{I: 1}
	}
	return Datum{}
}

// Bool reports a bool datum's truth; NULL is false.
func (d Datum) Bool() bool { return d.I != 0 && !d.Null }

// Interval is PostgreSQL's interval: three fields that do not convert into
// each other.
type Interval struct {
	Months int32
	Days   int32
	Micros int64
}

// TimeTZ is a time of day with its zone's offset in seconds west of UTC, as
// PostgreSQL stores it.
type TimeTZ struct {
	Micros int64
	West   int32
}

// Array is a value of an array type. Elems are in row-major order.
type Array struct {
	Elem   OID
	Dims   []int32 // empty: the empty array
	Lbound []int32 // as long as Dims
	Elems  []Datum
	// Nulls says that what the array was made of had NULLs, though it need have
	// none itself: its binary form tells so, as PostgreSQL's does.
	Nulls bool
}

// HasNulls reports what the binary form of an array says of NULLs.
func (a *Array) HasNulls() bool {
	return a.Nulls || slices.ContainsFunc(a.Elems, func(d Datum) bool { return d.Null })
}

// Record is a row value.
type Record struct {
	Types []OID
	Names []string // may be nil for anonymous rows
	Vals  []Datum
	// Collations are those of the columns where one is not its type's own; nil:
	// all are.
	Collations []OID
}

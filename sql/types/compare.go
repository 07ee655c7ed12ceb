package types

import (
	"cmp"
	"math/bits"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// Compare orders two values of type t as the type's default btree operator
// class does: below 0, 0, above 0. It is total: NaN is the greatest number and
// equal to itself, -0 equals 0, text compares by code point. A NULL is greater
// than every value and equal to NULL, as in ORDER BY and inside arrays; types
// without such a class compare by their text, geometric ones by their numbers.
func Compare(t OID, a, b Datum) int {
	if a.Null || b.Null {
		return compareNulls(a.Null, b.Null)
	}
	switch RepOf(t) {
	case RepInt:
		return compareInt(t, a.I, b.I)
	case RepFloat:
		return compareFloat(a.F, b.F)
	case RepText:
		return compareString(t, a.S, b.S)
	}
	if t == OIDOIDVector {
		return compareOIDVector(a.A, b.A)
	}
	return compareAny(a.A, b.A)
}

// CompareVec compares row i of a with row j of b, two columns of one type, as
// Compare does. It does not allocate, save for jsonb and numerics of very
// different scale.
func CompareVec(a *Vec, i int, b *Vec, j int) int {
	if a.Null != nil || b.Null != nil {
		if na, nb := a.IsNull(i), b.IsNull(j); na || nb {
			return compareNulls(na, nb)
		}
	}
	switch a.Rep {
	case RepInt:
		return compareInt(a.Type, a.I[i], b.I[j])
	case RepFloat:
		return compareFloat(a.F[i], b.F[j])
	case RepText:
		return compareString(a.Type, a.S[i], b.S[j])
	}
	if a.Type == OIDOIDVector {
		return compareOIDVector(a.A[i], b.A[j])
	}
	return compareAny(a.A[i], b.A[j])
}

// Equal reports whether Compare gives 0.
func Equal(t OID, a, b Datum) bool {
	if !a.Null && !b.Null && RepOf(t) == RepText && t != OIDBpchar && t != OIDJSONB {
		return a.S == b.S
	}
	return Compare(t, a, b) == 0
}

// EqualVec reports whether CompareVec gives 0.
func EqualVec(a *Vec, i int, b *Vec, j int) bool {
	if a.Null == nil && b.Null == nil && a.Rep == RepText && a.Type != OIDBpchar && a.Type != OIDJSONB {
		return a.S[i] == b.S[j]
	}
	return CompareVec(a, i, b, j) == 0
}

func compareNulls(a, b bool) int {
	switch {
	case a && b:
		return 0
	case a:
		return 1
	}
	return -1
}

func compareInt(t OID, a, b int64) int {
	if t == OIDXID8 || t == OIDPgLSN || t == OIDMacaddr8 {
		return cmp.Compare(uint64(a), uint64(b))
	}
	return cmp.Compare(a, b)
}

func compareFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	case a == b:
		return 0
	case a != a && b != b:
		return 0
	case a != a:
		return 1
	}
	return -1
}

func compareString(t OID, a, b string) int {
	switch t {
	case OIDBpchar:
		return strings.Compare(trimBlanks(a), trimBlanks(b))
	case OIDJSONB:
		return compareJSONB(a, b)
	}
	return strings.Compare(a, b)
}

func trimBlanks(s string) string {
	for len(s) > 0 && s[len(s)-1] == ' ' {
		s = s[:len(s)-1]
	}
	return s
}

func compareAny(a, b any) int {
	switch x := a.(type) {
	case *apd.Decimal:
		if y, ok := b.(*apd.Decimal); ok {
			return CompareNumeric(x, y)
		}
	case Interval:
		if y, ok := b.(Interval); ok {
			return compareInterval(x, y)
		}
	case TimeTZ:
		if y, ok := b.(TimeTZ); ok {
			return compareTimeTZ(x, y)
		}
	case *Array:
		if y, ok := b.(*Array); ok {
			return compareArray(x, y)
		}
	case *Record:
		if y, ok := b.(*Record); ok {
			return compareRecord(x, y)
		}
	case *Bits:
		if y, ok := b.(*Bits); ok {
			return compareBits(x, y)
		}
	case *Range:
		if y, ok := b.(*Range); ok {
			return compareRange(x, y)
		}
	case *Multirange:
		if y, ok := b.(*Multirange); ok {
			return compareMultirange(x, y)
		}
	case *TSVector:
		if y, ok := b.(*TSVector); ok {
			return compareTSVector(x, y)
		}
	case *TSQuery:
		if y, ok := b.(*TSQuery); ok {
			return compareTSQuery(x, y)
		}
	case Inet:
		if y, ok := b.(Inet); ok {
			return compareInet(x, y)
		}
	case shape:
		if y, ok := b.(shape); ok {
			return compareShapes(x, y)
		}
	}
	return 0
}

// numericRank orders the special values around the finite ones.
func numericRank(d *apd.Decimal) int {
	switch {
	case d.Form == apd.NaN || d.Form == apd.NaNSignaling:
		return 2
	case d.Form == apd.Infinite && d.Negative:
		return -1
	case d.Form == apd.Infinite:
		return 1
	}
	return 0
}

// CompareNumeric orders numerics: -Infinity, numbers, Infinity, NaN.
func CompareNumeric(a, b *apd.Decimal) int {
	if ra, rb := numericRank(a), numericRank(b); ra != 0 || rb != 0 {
		return cmp.Compare(ra, rb)
	}
	if a.Exponent == b.Exponent {
		sa, sb := signOf(a), signOf(b)
		if sa != sb || sa == 0 {
			return cmp.Compare(sa, sb)
		}
		return sa * a.Coeff.CmpAbs(&b.Coeff)
	}
	return a.Cmp(b)
}

func signOf(d *apd.Decimal) int {
	if d.Coeff.Sign() == 0 {
		return 0
	}
	if d.Negative {
		return -1
	}
	return 1
}

// intervalSpan is an interval in microseconds with months of 30 days, as 128
// bits: what comparison goes by.
func intervalSpan(v Interval) (hi int64, lo uint64) {
	days := int64(v.Months)*30 + int64(v.Days)
	h, l := bits.Mul64(uint64(abs64(days)), microsPerDay)
	if days < 0 {
		var borrow uint64
		l, borrow = bits.Sub64(0, l, 0)
		h, _ = bits.Sub64(0, h, borrow)
	}
	l, carry := bits.Add64(l, uint64(v.Micros), 0)
	h, _ = bits.Add64(h, uint64(v.Micros>>63), carry)
	return int64(h), l
}

func abs64(v int64) int64 {
	if v < 0 {
		return -v
	}
	return v
}

func compareInterval(a, b Interval) int {
	ah, al := intervalSpan(a)
	bh, bl := intervalSpan(b)
	if ah != bh {
		return cmp.Compare(ah, bh)
	}
	return cmp.Compare(al, bl)
}

// compareTimeTZ orders by the moment, then by the zone.
func compareTimeTZ(a, b TimeTZ) int {
	if c := cmp.Compare(a.Micros+int64(a.West)*1000000, b.Micros+int64(b.West)*1000000); c != 0 {
		return c
	}
	return cmp.Compare(a.West, b.West)
}

// compareOIDVector puts the shorter vector first.
func compareOIDVector(a, b any) int {
	x, xok := a.(*Array)
	y, yok := b.(*Array)
	if xok && yok && len(x.Elems) != len(y.Elems) {
		return cmp.Compare(len(x.Elems), len(y.Elems))
	}
	return compareAny(a, b)
}

// compareArray compares element by element, then the counts, the numbers of
// dimensions, the dimensions and the lower bounds.
func compareArray(a, b *Array) int {
	for i := range min(len(a.Elems), len(b.Elems)) {
		if c := Compare(a.Elem, a.Elems[i], b.Elems[i]); c != 0 {
			return c
		}
	}
	if c := cmp.Compare(len(a.Elems), len(b.Elems)); c != 0 {
		return c
	}
	if c := cmp.Compare(len(a.Dims), len(b.Dims)); c != 0 {
		return c
	}
	for i := range a.Dims {
		if c := cmp.Compare(a.Dims[i], b.Dims[i]); c != 0 {
			return c
		}
	}
	for i := range a.Lbound {
		if c := cmp.Compare(a.Lbound[i], b.Lbound[i]); c != 0 {
			return c
		}
	}
	return 0
}

// compareRecord compares column by column; columns of different types, which
// the planner refuses, compare by their types' OIDs.
func compareRecord(a, b *Record) int {
	for i := range min(len(a.Vals), len(b.Vals)) {
		if a.Types[i] != b.Types[i] {
			return cmp.Compare(a.Types[i], b.Types[i])
		}
		if c := Compare(a.Types[i], a.Vals[i], b.Vals[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a.Vals), len(b.Vals))
}

package types

import (
	"cmp"
	"math"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Bound is one end of a range. An infinite bound has no value and is never
// inclusive.
type Bound struct {
	Val   Datum // of the range's subtype
	Inf   bool
	Inc   bool
	Lower bool
}

// Range is a value of a range type: empty, or from Lower to Upper. The bounds
// of an empty one are zero. Ranges of integers and dates are canonical: lower
// inclusive, upper exclusive.
type Range struct {
	Elem         OID // the subtype
	Empty        bool
	Lower, Upper Bound
}

// NewRange makes a range of bounds, as the range type's constructor does:
// bounds in the wrong order are refused with 22000, a range without a value in
// it becomes empty, and one over integers or dates canonical.
func NewRange(elem OID, lower, upper Bound) (*Range, error) {
	r, err := serializeRange(elem, lower, upper)
	if err != nil || r.Empty {
		return r, err
	}
	if err := r.canonicalize(); err != nil {
		return nil, err
	}
	return r, nil
}

// EmptyRange returns the range with nothing in it.
func EmptyRange(elem OID) *Range { return &Range{Elem: elem, Empty: true} }

func serializeRange(elem OID, lower, upper Bound) (*Range, error) {
	lower.Lower, upper.Lower = true, false
	c := CompareBoundValues(elem, &lower, &upper)
	if c > 0 {
		return nil, sqlerr.New(sqlerr.DataException, "range lower bound must be less than or equal to range upper bound")
	}
	if c == 0 && !(lower.Inc && upper.Inc) {
		return EmptyRange(elem), nil
	}
	for _, b := range []*Bound{&lower, &upper} {
		if b.Inf {
			b.Inc, b.Val = false, Datum{}
		}
	}
	return &Range{Elem: elem, Lower: lower, Upper: upper}, nil
}

// canonicalize brings a range over a discrete type into the form [a,b).
func (r *Range) canonicalize() error {
	switch r.Elem {
	case OIDInt4, OIDInt8, OIDDate:
	default:
		return nil
	}
	if err := r.shift(&r.Lower, false); err != nil {
		return err
	}
	if err := r.shift(&r.Upper, true); err != nil {
		return err
	}
	if CompareBoundValues(r.Elem, &r.Lower, &r.Upper) == 0 && !(r.Lower.Inc && r.Upper.Inc) {
		*r = Range{Elem: r.Elem, Empty: true}
	}
	return nil
}

// shift moves a bound whose inclusiveness is not canonical to the next value.
func (r *Range) shift(b *Bound, inc bool) error {
	if b.Inf || b.Inc != inc {
		return nil
	}
	switch v := b.Val.I; {
	case r.Elem == OIDInt4 && v == math.MaxInt32:
		return sqlerr.New(sqlerr.NumericValueOutOfRange, "integer out of range")
	case r.Elem == OIDInt8 && v == math.MaxInt64:
		return sqlerr.New(sqlerr.NumericValueOutOfRange, "bigint out of range")
	case r.Elem == OIDDate && (v == DateInfinity || v == DateNegInfinity):
		return nil // infinity is a value that has no neighbour
	case r.Elem == OIDDate && !dateInRange(v+1):
		return sqlerr.New(sqlerr.DatetimeFieldOverflow, "date out of range")
	}
	b.Val.I++
	b.Inc = !inc
	return nil
}

// CompareBoundValues orders two bounds by where they lie, whether inclusive or
// not.
func CompareBoundValues(elem OID, a, b *Bound) int {
	switch {
	case a.Inf && b.Inf && a.Lower == b.Lower:
		return 0
	case a.Inf && a.Lower:
		return -1
	case a.Inf:
		return 1
	case b.Inf && b.Lower:
		return 1
	case b.Inf:
		return -1
	}
	return Compare(elem, a.Val, b.Val)
}

// CompareBounds orders two bounds: (1 is above [1, and 1) below 1].
func CompareBounds(elem OID, a, b *Bound) int {
	if c := CompareBoundValues(elem, a, b); c != 0 || a.Inf || b.Inf {
		return c
	}
	return cmp.Compare(a.side(), b.side())
}

// side is where an exclusive bound lies beside its value: above or below.
func (b *Bound) side() int {
	switch {
	case b.Inc:
		return 0
	case b.Lower:
		return 1
	}
	return -1
}

// compareRange puts empty first, then goes by lower and upper bound.
func compareRange(a, b *Range) int {
	if a.Empty || b.Empty {
		switch {
		case a.Empty && b.Empty:
			return 0
		case a.Empty:
			return -1
		}
		return 1
	}
	if c := CompareBounds(a.Elem, &a.Lower, &b.Lower); c != 0 {
		return c
	}
	return CompareBounds(a.Elem, &a.Upper, &b.Upper)
}

// The flags of a range's binary form.
const (
	rangeEmpty    = 0x01
	rangeLowerInc = 0x02
	rangeUpperInc = 0x04
	rangeLowerInf = 0x08
	rangeUpperInf = 0x10
)

// Flags returns the byte that leads a range's binary form and its hash.
func (r *Range) Flags() byte {
	if r.Empty {
		return rangeEmpty
	}
	var f byte
	for _, x := range [...]struct {
		on   bool
		flag byte
	}{{r.Lower.Inc, rangeLowerInc}, {r.Upper.Inc, rangeUpperInc}, {r.Lower.Inf, rangeLowerInf}, {r.Upper.Inf, rangeUpperInf}} {
		if x.on {
			f |= x.flag
		}
	}
	return f
}

func hashRange(r *Range, h uint64) uint64 {
	h = hashInt(int64(r.Flags()), h)
	if r.Empty {
		return h
	}
	if !r.Lower.Inf {
		h = Hash(r.Elem, r.Lower.Val, h)
	}
	if !r.Upper.Inf {
		h = Hash(r.Elem, r.Upper.Val, h)
	}
	return h
}

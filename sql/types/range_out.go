package types

import (
	"encoding/binary"
	"math"
)

// appendRange prints [a,b), with quotes around bounds that need them.
func appendRange(dst []byte, r *Range, f *Format) ([]byte, error) {
	if r.Empty {
		return append(dst, "empty"...), nil
	}
	open, end := byte('('), byte(')')
	if r.Lower.Inc {
		open = '['
	}
	if r.Upper.Inc {
		end = ']'
	}
	dst, err := appendBound(append(dst, open), r.Elem, &r.Lower, f)
	if err != nil {
		return dst, err
	}
	if dst, err = appendBound(append(dst, ','), r.Elem, &r.Upper, f); err != nil {
		return dst, err
	}
	return append(dst, end), nil
}

func appendBound(dst []byte, elem OID, b *Bound, f *Format) ([]byte, error) {
	if b.Inf {
		return dst, nil
	}
	start := len(dst)
	dst, err := AppendTextDatum(dst, elem, b.Val, f)
	if err == nil && boundNeedsQuotes(dst[start:]) {
		return quoteInPlace(dst, start, false)
	}
	return dst, err
}

func boundNeedsQuotes(s []byte) bool {
	for _, c := range s {
		if c == '[' || c == ']' {
			return true
		}
	}
	return fieldNeedsQuotes(s)
}

func appendMultirange(dst []byte, m *Multirange, f *Format) ([]byte, error) {
	dst = append(dst, '{')
	var err error
	for i, r := range m.Ranges {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = appendRange(dst, r, f); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

// appendRangeBinary appends the flags and the finite bounds.
func appendRangeBinary(dst []byte, r *Range) ([]byte, error) {
	dst = append(dst, r.Flags())
	var err error
	if !r.Empty && !r.Lower.Inf {
		if dst, err = appendSized(dst, r.Elem, r.Lower.Val); err != nil {
			return dst, err
		}
	}
	if !r.Empty && !r.Upper.Inf {
		dst, err = appendSized(dst, r.Elem, r.Upper.Val)
	}
	return dst, err
}

// appendMultirangeBinary appends the count, then the ranges, each behind its
// length.
func appendMultirangeBinary(dst []byte, m *Multirange) ([]byte, error) {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(m.Ranges)))
	var err error
	for _, r := range m.Ranges {
		at := len(dst)
		if dst, err = appendRangeBinary(append(dst, 0, 0, 0, 0), r); err != nil {
			return dst, err
		}
		binary.BigEndian.PutUint32(dst[at:], uint32(len(dst)-at-4))
	}
	return dst, nil
}

// parseRangeBinary reads what appendRangeBinary writes. Bounds are put in
// canonical form, as a constructor would.
func parseRangeBinary(elem OID, typmod int32, b []byte, depth int) (*Range, error) {
	if len(b) == 0 {
		return nil, errShort()
	}
	flags := b[0]
	b = b[1:]
	lower := Bound{Inf: flags&rangeLowerInf != 0, Inc: flags&rangeLowerInc != 0}
	upper := Bound{Inf: flags&rangeUpperInf != 0, Inc: flags&rangeUpperInc != 0}
	empty := flags&rangeEmpty != 0
	for _, e := range []*Bound{&lower, &upper} {
		if empty || e.Inf {
			continue
		}
		var err error
		if e.Val, b, err = parseSized(elem, typmod, b, depth); err != nil {
			return nil, err
		}
		if e.Val.Null {
			return nil, errShort()
		}
	}
	if len(b) != 0 {
		return nil, errTrailing()
	}
	if empty {
		return EmptyRange(elem), nil
	}
	return NewRange(elem, lower, upper)
}

func parseMultirangeBinary(elem OID, typmod int32, b []byte, depth int) (*Multirange, error) {
	if len(b) < 4 {
		return nil, errShort()
	}
	n := binary.BigEndian.Uint32(b)
	b = b[4:]
	if n > math.MaxInt32 || int(n) > len(b)/5 {
		return nil, errShort()
	}
	ranges := make([]*Range, n)
	for i := range ranges {
		if len(b) < 4 {
			return nil, errShort()
		}
		size := binary.BigEndian.Uint32(b)
		b = b[4:]
		if uint64(size) > uint64(len(b)) {
			return nil, errShort()
		}
		var err error
		if ranges[i], err = parseRangeBinary(elem, typmod, b[:size], depth+1); err != nil {
			return nil, err
		}
		b = b[size:]
	}
	if len(b) != 0 {
		return nil, errTrailing()
	}
	return NewMultirange(elem, ranges), nil
}

package types

import (
	"slices"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// nameSize is how many bytes a name has, of which those behind its text are 0.
const nameSize = 64

// RawElem returns what the elements are of a type that PostgreSQL keeps as an array
// of fixed length and lets be subscripted so, or 0.
func RawElem(t OID) OID {
	if ty, ok := Lookup(t); ok && ty.Subscript.OID == rawSubscript {
		return ty.Elem
	}
	return 0
}

// rawSubscript is the subscripting function of types with RawElem.
const rawSubscript OID = 6180

// Subscripted returns the array that subscripts of a value of type t are about:
// the value itself, the bytes of a name, or the parts of a geometric value,
// counted from 0.
func Subscripted(t OID, d Datum) (*Array, bool) {
	switch v := d.A.(type) {
	case *Array:
		return v, true
	case Point:
		return rawArray(OIDFloat8, Float(v.X), Float(v.Y)), true
	case Lseg:
		return rawArray(OIDPoint, Any(v[0]), Any(v[1])), true
	case Box:
		return rawArray(OIDPoint, Any(v.High), Any(v.Low)), true
	case Line:
		return rawArray(OIDFloat8, Float(v.A), Float(v.B), Float(v.C)), true
	}
	if t != OIDName {
		return nil, false
	}
	a := &Array{Elem: OIDChar, Dims: []int32{nameSize}, Lbound: []int32{0}, Elems: make([]Datum, nameSize)}
	for i := range a.Elems {
		if i < len(d.S) {
			a.Elems[i].I = int64(d.S[i])
		}
	}
	return a, true
}

func rawArray(elem OID, elems ...Datum) *Array {
	return &Array{Elem: elem, Dims: []int32{int32(len(elems))}, Lbound: []int32{0}, Elems: elems}
}

// At returns a[ix…], NULL when it is out of bounds.
func (a *Array) At(ix []*int64) Datum {
	if len(ix) != len(a.Dims) {
		return NullDatum
	}
	pos := int64(0)
	for k := range ix {
		if ix[k] == nil {
			return NullDatum
		}
		off := *ix[k] - int64(a.Lbound[k])
		if off < 0 || off >= int64(a.Dims[k]) {
			return NullDatum
		}
		pos = pos*int64(a.Dims[k]) + off
	}
	return a.Elems[pos]
}

// Slice returns a[lo:hi…] with lower bounds 1, nil bounds being open; the empty
// array when the slice does not meet the array.
func (a *Array) Slice(lo, hi []*int64) *Array {
	nd := len(a.Dims)
	empty := &Array{Elem: a.Elem}
	if nd == 0 || len(hi) > nd {
		return empty
	}
	from, dims := make([]int64, nd), make([]int32, nd)
	total := 1
	for k := range nd {
		first, last := int64(a.Lbound[k]), int64(a.Lbound[k])+int64(a.Dims[k])-1
		l, h := first, last
		if k < len(hi) {
			if lo[k] != nil {
				l = max(*lo[k], first)
			}
			if hi[k] != nil {
				h = min(*hi[k], last)
			}
		}
		if l > h {
			return empty
		}
		from[k], dims[k] = l-first, int32(h-l+1)
		total *= int(dims[k])
	}
	out := &Array{Elem: a.Elem, Dims: dims, Lbound: make([]int32, nd), Elems: make([]Datum, 0, total), Nulls: a.HasNulls()}
	for k := range out.Lbound {
		out.Lbound[k] = 1
	}
	var walk func(k int, base int64)
	walk = func(k int, base int64) {
		for i := range int64(dims[k]) {
			pos := base*int64(a.Dims[k]) + from[k] + i
			if k == nd-1 {
				out.Elems = append(out.Elems, a.Elems[pos])
			} else {
				walk(k+1, pos)
			}
		}
	}
	walk(0, 0)
	return out
}

// Set returns a copy of the array whose element at ix, none of which is nil, is d. An
// array of one dimension grows, with NULLs in what lies between; an empty one gets the
// dimensions that the subscripts say.
func (a *Array) Set(ix []*int64, d Datum) (*Array, error) {
	if len(a.Dims) == 0 {
		out := &Array{Elem: a.Elem, Dims: make([]int32, len(ix)), Lbound: make([]int32, len(ix)), Elems: []Datum{d}}
		for k, i := range ix {
			out.Dims[k], out.Lbound[k] = 1, int32(*i)
		}
		return out, nil
	}
	if len(ix) != len(a.Dims) {
		return nil, sqlerr.New(sqlerr.ArraySubscriptError, "wrong number of array subscripts")
	}
	if len(ix) == 1 {
		return a.stretch(*ix[0], []Datum{d})
	}
	pos := int64(0)
	for k := range ix {
		off := *ix[k] - int64(a.Lbound[k])
		if off < 0 || off >= int64(a.Dims[k]) {
			return nil, sqlerr.New(sqlerr.ArraySubscriptError, "array subscript out of range")
		}
		pos = pos*int64(a.Dims[k]) + off
	}
	out := *a
	out.Elems = slices.Clone(a.Elems)
	out.Elems[pos] = d
	return &out, nil
}

// maxElements is PostgreSQL's bound on the elements of an array.
const maxElements = 1 << 27

// stretch returns a copy of an array of one dimension with vals from subscript at on.
func (a *Array) stretch(at int64, vals []Datum) (*Array, error) {
	first, last := int64(a.Lbound[0]), int64(a.Lbound[0])+int64(a.Dims[0])-1
	from, to := min(first, at), max(last, at+int64(len(vals))-1)
	if to-from+1 > maxElements {
		return nil, sqlerr.New(sqlerr.ProgramLimitExceeded, "array size exceeds the maximum allowed (%d)", maxElements)
	}
	out := &Array{Elem: a.Elem, Dims: []int32{int32(to - from + 1)}, Lbound: []int32{int32(from)}, Elems: make([]Datum, to-from+1)}
	if at > last+1 || at+int64(len(vals)) < first {
		for i := range out.Elems {
			out.Elems[i] = NullDatum
		}
	}
	copy(out.Elems[first-from:], a.Elems)
	copy(out.Elems[at-from:], vals)
	return out, nil
}

// SetSlice returns a copy of the array whose slice lo:hi, nil bounds being those of the
// array, is the elements of v in their order.
func (a *Array) SetSlice(lo, hi []*int64, v *Array) (*Array, error) {
	nd := len(a.Dims)
	if nd == 0 {
		return newFromSlice(a.Elem, lo, hi, v)
	}
	if len(hi) > nd {
		return nil, sqlerr.New(sqlerr.ArraySubscriptError, "wrong number of array subscripts")
	}
	from, to := make([]int64, nd), make([]int64, nd)
	need := int64(1)
	for k := range nd {
		from[k], to[k] = int64(a.Lbound[k]), int64(a.Lbound[k])+int64(a.Dims[k])-1
		if k < len(hi) {
			if lo[k] != nil {
				from[k] = *lo[k]
			}
			if hi[k] != nil {
				to[k] = *hi[k]
			}
		}
		if from[k] > to[k] && k < len(hi) && lo[k] != nil && hi[k] != nil {
			return nil, sqlerr.New(sqlerr.ArraySubscriptError, "upper bound cannot be less than lower bound")
		}
		need *= max(0, to[k]-from[k]+1)
	}
	if int64(len(v.Elems)) < need {
		return nil, sqlerr.New(sqlerr.ArraySubscriptError, "source array too small")
	}
	if nd == 1 {
		return a.stretch(from[0], v.Elems[:need])
	}
	for k := range nd {
		if from[k] < int64(a.Lbound[k]) || to[k] >= int64(a.Lbound[k])+int64(a.Dims[k]) {
			return nil, sqlerr.New(sqlerr.ArraySubscriptError, "array subscript out of range")
		}
	}
	out := *a
	out.Elems = slices.Clone(a.Elems)
	next := 0
	var walk func(k int, base int64)
	walk = func(k int, base int64) {
		if k == nd {
			out.Elems[base] = v.Elems[next]
			next++
			return
		}
		for i := from[k]; i <= to[k]; i++ {
			walk(k+1, base*int64(a.Dims[k])+i-int64(a.Lbound[k]))
		}
	}
	walk(0, 0)
	return &out, nil
}

// newFromSlice makes an array of a slice that is assigned to an empty one: its bounds
// must all be given.
func newFromSlice(elem OID, lo, hi []*int64, v *Array) (*Array, error) {
	out := &Array{Elem: elem}
	need := int64(1)
	for k := range hi {
		if lo[k] == nil || hi[k] == nil {
			return nil, sqlerr.New(sqlerr.ArraySubscriptError, "array slice subscript must provide both boundaries").
				WithDetail("When assigning to a slice of an empty array value, slice boundaries must be fully specified.")
		}
		n := *hi[k] - *lo[k] + 1
		if n <= 0 {
			return nil, sqlerr.New(sqlerr.ArraySubscriptError, "upper bound cannot be less than lower bound")
		}
		if need *= n; need > maxElements {
			return nil, sqlerr.New(sqlerr.ProgramLimitExceeded, "array size exceeds the maximum allowed (%d)", maxElements)
		}
		out.Dims, out.Lbound = append(out.Dims, int32(n)), append(out.Lbound, int32(*lo[k]))
	}
	if int64(len(v.Elems)) < need {
		return nil, sqlerr.New(sqlerr.ArraySubscriptError, "source array too small")
	}
	out.Elems = slices.Clone(v.Elems[:need])
	return out, nil
}

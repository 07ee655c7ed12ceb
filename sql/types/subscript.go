package types

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

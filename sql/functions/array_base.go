package functions

import (
	"github.com/stemedb/stemedb/sql/types"
)

// maxArray bounds the elements of an array, as PostgreSQL does.
const maxArray = 134217727

func arr(d datum) *types.Array { return d.A.(*types.Array) }

// newArray makes a one-dimensional array with lower bound 1.
func newArray(elem types.OID, elems []datum) *types.Array {
	if len(elems) == 0 {
		return &types.Array{Elem: elem}
	}
	return &types.Array{Elem: elem, Dims: []int32{int32(len(elems))}, Lbound: []int32{1}, Elems: elems}
}

func textDatums(ss []string) []datum {
	out := make([]datum, len(ss))
	for i, s := range ss {
		out[i] = types.Text(s)
	}
	return out
}

func textArray(ss []string) datum { return types.Any(newArray(tText, textDatums(ss))) }

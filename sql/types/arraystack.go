package types

import (
	"slices"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Stackable refuses an array that cannot lie over first in one array of one more
// dimension: its shape must be the same, lower bounds included.
func Stackable(first, next Datum) error {
	if next.Null {
		return sqlerr.New(sqlerr.NullValueNotAllowed, "cannot accumulate null arrays")
	}
	f, a := first.A.(*Array), next.A.(*Array)
	switch {
	case !slices.Equal(a.Dims, f.Dims) || !slices.Equal(a.Lbound, f.Lbound):
		return sqlerr.New(sqlerr.ArraySubscriptError, "cannot accumulate arrays of different dimensionality")
	case len(a.Dims) == 0:
		return sqlerr.New(sqlerr.ArraySubscriptError, "cannot accumulate empty arrays")
	}
	return CheckDims(len(a.Dims) + 1)
}

// Stack makes one array of one more dimension of arrays, each of which is Stackable
// over the first; of none an empty one.
func Stack(elem OID, arrays []Datum) (*Array, error) {
	out := &Array{Elem: elem}
	for i, d := range arrays {
		if err := Stackable(arrays[0], d); err != nil {
			return nil, err
		}
		a := d.A.(*Array)
		if i == 0 {
			out.Dims = append([]int32{int32(len(arrays))}, a.Dims...)
			out.Lbound = append([]int32{1}, a.Lbound...)
		}
		out.Nulls = out.Nulls || a.Nulls
		if out.Elems = append(out.Elems, a.Elems...); len(out.Elems) > maxArraySize {
			return nil, arrayTooLarge()
		}
	}
	return out, nil
}

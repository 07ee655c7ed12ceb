package exec

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// ordering compares rows by sort keys held in columns.
type ordering struct {
	keys []orderKey
}

type orderKey struct {
	desc, nullsFirst bool
	compare          func(a *types.Vec, i int, b *types.Vec, j int) int
}

func newOrdering(keys []plan.SortKey) ordering {
	o := ordering{}
	for _, k := range keys {
		t, _ := k.Expr.Type()
		o.keys = append(o.keys, orderKey{k.Desc, k.NullsFirst, compareOf(t)})
	}
	return o
}

// ascending orders by columns of these types, NULLs last.
func ascending(ts []types.OID) ordering {
	o := ordering{}
	for _, t := range ts {
		o.keys = append(o.keys, orderKey{compare: compareOf(t)})
	}
	return o
}

// compareOf returns a type's order without the detour over Compare where the
// representation decides.
func compareOf(t types.OID) func(a *types.Vec, i int, b *types.Vec, j int) int {
	switch t {
	case types.OIDBool, types.OIDInt2, types.OIDInt4, types.OIDInt8, types.OIDDate, types.OIDTime,
		types.OIDTimestamp, types.OIDTimestamptz:
		return func(a *types.Vec, i int, b *types.Vec, j int) int { return cmp.Compare(a.I[i], b.I[j]) }
	case types.OIDText, types.OIDVarchar, types.OIDName, types.OIDBytea, types.OIDUUID:
		return func(a *types.Vec, i int, b *types.Vec, j int) int { return strings.Compare(a.S[i], b.S[j]) }
	}
	return types.CompareVec
}

// compare orders row i of a before (negative) or after row j of b.
func (o *ordering) compare(a []types.Vec, i int, b []types.Vec, j int) int {
	for k := range o.keys {
		key := &o.keys[k]
		an, bn := a[k].IsNull(i), b[k].IsNull(j)
		if an || bn {
			if an == bn {
				continue
			}
			if an == key.nullsFirst {
				return -1
			}
			return 1
		}
		c := key.compare(&a[k], i, &b[k], j)
		if c != 0 {
			if key.desc {
				return -c
			}
			return c
		}
	}
	return 0
}

// sorted returns the rows of a store in order; the keys are its columns from
// column at on. Equal rows keep their order.
func (o *ordering) sorted(s *rowStore, at int, buf []int32) []int32 {
	idx := identity(buf, s.n)
	keys := s.cols[at:]
	slices.SortFunc(idx, func(x, y int32) int {
		if c := o.compare(keys, int(x), keys, int(y)); c != 0 {
			return c
		}
		return int(x - y)
	})
	return idx
}

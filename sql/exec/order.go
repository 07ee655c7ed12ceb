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

// orderKey is a key: its place among the columns that are compared.
type orderKey struct {
	at               int
	desc, nullsFirst bool
	compare          func(a *types.Vec, i int, b *types.Vec, j int) int
}

// newOrdering orders by columns that are the keys.
func newOrdering(keys []plan.SortKey) ordering {
	o := ordering{}
	for i, k := range keys {
		t, _ := k.Expr.Type()
		o.keys = append(o.keys, orderKey{i, k.Desc, k.NullsFirst, compareOf(t)})
	}
	return o
}

// first is the order by the first n keys alone.
func (o *ordering) first(n int) ordering { return ordering{o.keys[:n]} }

// ascending orders by columns of these types, NULLs last.
func ascending(ts []types.OID) ordering {
	o := ordering{}
	for i, t := range ts {
		o.keys = append(o.keys, orderKey{at: i, compare: compareOf(t)})
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
	case types.OIDFloat4, types.OIDFloat8:
		return func(a *types.Vec, i int, b *types.Vec, j int) int {
			x, y := a.F[i], b.F[j]
			switch {
			case x < y:
				return -1
			case x > y:
				return 1
			case x == y:
				return 0
			}
			return types.CompareVec(a, i, b, j) // a NaN
		}
	case types.OIDText, types.OIDVarchar, types.OIDName, types.OIDBytea, types.OIDUUID:
		return func(a *types.Vec, i int, b *types.Vec, j int) int { return strings.Compare(a.S[i], b.S[j]) }
	}
	return types.CompareVec
}

// compare orders row i of a before (negative) or after row j of b.
func (o *ordering) compare(a []types.Vec, i int, b []types.Vec, j int) int {
	for k := range o.keys {
		key := &o.keys[k]
		av, bv := &a[key.at], &b[key.at]
		an, bn := av.IsNull(i), bv.IsNull(j)
		if an || bn {
			if an == bn {
				continue
			}
			if an == key.nullsFirst {
				return -1
			}
			return 1
		}
		c := key.compare(av, i, bv, j)
		if c != 0 {
			if key.desc {
				return -c
			}
			return c
		}
	}
	return 0
}

// sorted returns the rows of a store in order; the keys are among its columns
// from column at on. Equal rows keep their order.
func (o *ordering) sorted(s *rowStore, at int, buf []int32) []int32 {
	idx := identity(buf, s.n)
	o.sort(s.cols[at:], idx)
	return idx
}

// sort puts rows in order. Equal ones come by their numbers.
func (o *ordering) sort(keys []types.Vec, rows []int32) {
	slices.SortFunc(rows, func(x, y int32) int {
		if c := o.compare(keys, int(x), keys, int(y)); c != 0 {
			return c
		}
		return int(x - y)
	})
}

// keySource is where an operator that keeps its input finds a key: among the
// input's columns when it is one of them, else behind them, computed.
type keySource struct {
	evals []evaluator // of the computed ones
	types []types.OID
	wide  []column
}

// add notes a key and returns its column; width is the input's columns.
func (s *keySource) add(bd *builder, x plan.Expr, width int) (int, error) {
	if c, ok := x.(*plan.Col); ok {
		return c.Index, nil
	}
	e, err := bd.expr(x)
	if err != nil {
		return 0, err
	}
	t, _ := x.Type()
	s.evals, s.types, s.wide = append(s.evals, e), append(s.types, t), append(s.wide, newColumn(t))
	return width + len(s.evals) - 1, nil
}

// load sets vecs to a batch's columns and the keys computed from it.
func (s *keySource) load(t *task, b *types.Batch, vecs []*types.Vec) error {
	for i := range b.Cols {
		vecs[i] = &b.Cols[i]
	}
	for k, e := range s.evals {
		v, err := s.wide[k].full(e, t, b)
		if err != nil {
			return err
		}
		vecs[len(b.Cols)+k] = v
	}
	return nil
}

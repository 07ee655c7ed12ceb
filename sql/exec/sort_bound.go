package exec

import (
	"sync/atomic"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// sortBound is what a top-N sort tells the scan below it: the first key of the
// last row that it still keeps. A row whose first key comes after that cannot
// be among the first N, and the scan need not decode the rest of it. Workers
// read it while the sort moves it on; an old value only lets more rows pass.
//
// Where the rows of each unit come in the order of that key, the first of them that
// comes after the bound ends the unit: ORDER BY concept_path LIMIT n reads little
// more than n rows a shard.
type sortBound struct {
	col     int  // output column of the scan
	ordered bool // units of claims come by it
	order   ordering
	value   atomic.Pointer[types.Vec] // one row; nil: no bound yet
}

// sortBound finds the scan whose column is the first key of a top-N sort, and
// notes there that it has a bound. nil: there is none.
func (bd *builder) sortBound(n *plan.Sort) *sortBound {
	if n.Limit == nil || len(n.Keys) == 0 || !isFragment(n.Input) {
		return nil
	}
	key := n.Keys[0].Expr
	for at := n.Input; ; {
		col, ok := key.(*plan.Col)
		if !ok {
			return nil
		}
		switch in := at.(type) {
		case *plan.Filter:
			at = in.Input
		case *plan.Project:
			at, key = in.Input, in.Exprs[col.Index]
		case *plan.Scan:
			b := &sortBound{col: col.Index, order: newOrdering(n.Keys[:1])}
			b.ordered = in.Cols[col.Index] == colConceptPath && in.Key.Index == plan.ByPath && !n.Keys[0].Desc
			if bd.bounds == nil {
				bd.bounds = map[*plan.Scan]*sortBound{}
			}
			bd.bounds[in] = b
			return b
		default:
			return nil
		}
	}
}

// set moves the bound to row i of a column.
func (b *sortBound) set(v *types.Vec, i int) {
	one := types.NewVec(v.Type)
	one.AppendFrom(v, i)
	b.value.Store(&one)
}

func (b *sortBound) reset() {
	if b != nil {
		b.value.Store(nil)
	}
}

// keep drops the rows of sel, in place, that come after the bound. past says that
// the last of them did, in an ordered unit.
func (b *sortBound) keep(v *types.Vec, sel []int32) (kept []int32, past bool) {
	last := b.value.Load()
	if last == nil || len(sel) == 0 {
		return sel, false
	}
	rows, bound := []types.Vec{*v}, []types.Vec{*last}
	kept = sel[:0]
	for _, i := range sel {
		past = b.order.compare(rows, int(i), bound, 0) > 0
		if !past {
			kept = append(kept, i)
		}
	}
	return kept, past && b.ordered
}

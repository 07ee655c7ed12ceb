package exec

import (
	"slices"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// groupingSets makes one table of the groups of several sets of keys: behind
// the keys, which are NULL where they are not in a set, stands the number of
// the set.
type groupingSets struct {
	sets [][]int
	null []types.Vec // one NULL of each key's type
	one  types.Vec   // the number of the set at hand
	cols []*types.Vec
}

func newGroupingSets(n *plan.Aggregate) *groupingSets {
	if n.Sets == nil {
		return nil
	}
	g := &groupingSets{sets: n.Sets, one: types.NewVec(types.OIDInt4)}
	for _, t := range argTypes(n.Keys) {
		v := types.NewVec(t)
		v.Append(types.Datum{Null: true})
		g.null = append(g.null, v)
	}
	g.one.Append(types.Int(0))
	return g
}

// len returns how often rows are to be grouped.
func (g *groupingSets) len() int {
	if g == nil {
		return 1
	}
	return len(g.sets)
}

// keys returns the columns by which the rows are grouped in a set. The slice
// lives until the next call.
func (g *groupingSets) keys(set int, keys []*types.Vec) []*types.Vec {
	if g == nil {
		return keys
	}
	g.cols = g.cols[:0]
	for i := range g.null {
		g.cols = append(g.cols, &g.null[i])
	}
	for _, k := range g.sets[set] {
		g.cols[k] = keys[k]
	}
	g.one.I[0] = int64(set)
	return append(g.cols, &g.one)
}

// newSetsTable makes a table, in which the empty sets have their group already.
func newSetsTable(n *plan.Aggregate) *groupTable {
	t := newGroupTable(append(argTypes(n.Keys), types.OIDInt4))
	g := newGroupingSets(n)
	for i, set := range g.sets {
		if len(set) == 0 {
			t.one(g.keys(i, nil), 0)
		}
	}
	return t
}

// emitGroupings computes what GROUPING tells of groups, into the columns from
// at on.
func (o *aggOp) emitGroupings(at int, groups []int32) {
	for k, bits := range o.node.Groupings {
		c := &o.out.cols[at+k]
		c.reset(len(groups))
		for i, g := range groups {
			var missing int64
			if o.node.Sets != nil {
				set := o.node.Sets[o.main.table.keys.cols[len(o.node.Keys)].I[g]]
				for _, key := range bits {
					missing <<= 1
					if !slices.Contains(set, key) {
						missing |= 1
					}
				}
			}
			c.set(i, len(groups), types.Int(missing))
		}
	}
}

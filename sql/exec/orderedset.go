package exec

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// orderedState is the state of an aggregate with WITHIN GROUP: the rows that
// its call kept, sorted and parted by group when all are in. It is a
// functions.State, so that the operator need not tell the kinds apart.
type orderedState struct {
	call   *aggCall
	kept   *keptArgs
	rows   []int32 // of the store, group by group in order
	starts []int32 // of each group in rows
	groups int
	// The direct arguments of the groups at hand, the first of which is base.
	direct []*types.Vec
	base   int32
	args   []types.Datum
	hypo   []types.Vec   // the hypothetical row
	files  *orderedFiles // nil: the rows are in memory
}

// Grow makes room for groups.
func (s *orderedState) Grow(n int) { s.groups = max(s.groups, n) }

// Add has nothing to do: the rows were kept.
func (s *orderedState) Add(*functions.Ctx, []int32, []*types.Vec) error { return nil }

// Merge has nothing to do: such aggregates do not run in parallel.
func (s *orderedState) Merge(*functions.Ctx, functions.State, []int32) error { return nil }

// Size is the bytes held beside the rows.
func (s *orderedState) Size() int64 {
	n := int64(cap(s.rows)+cap(s.starts)) * 4
	if s.files != nil {
		n += s.files.group.bytes
	}
	return n
}

// arrange sorts the rows and parts them by group.
func (s *orderedState) arrange(kept *keptArgs) {
	s.kept = kept
	sorted := s.call.ordering.sorted(kept.store, 1, nil)
	of := kept.store.cols[0].I
	s.starts = make([]int32, s.groups+1)
	for _, r := range sorted {
		s.starts[of[r]+1]++
	}
	for g := range s.groups {
		s.starts[g+1] += s.starts[g]
	}
	s.rows = make([]int32, len(sorted))
	next := append([]int32(nil), s.starts...)
	for _, r := range sorted {
		s.rows[next[of[r]]] = r
		next[of[r]]++
	}
}

// load evaluates the direct arguments of n groups from base on; b holds their
// keys.
func (s *orderedState) load(t *task, b *types.Batch, base int) error {
	s.base = int32(base)
	s.direct = s.direct[:0]
	for _, e := range s.call.direct {
		v, err := e.eval(t, b)
		if err != nil {
			return err
		}
		s.direct = append(s.direct, v)
	}
	return nil
}

// Result computes one group.
func (s *orderedState) Result(c *functions.Ctx, g int32) (types.Datum, error) {
	s.args = s.args[:0]
	for _, v := range s.direct {
		s.args = append(s.args, v.Datum(at(v, int(g-s.base))))
	}
	keys, rows, err := s.group(g)
	if err != nil {
		return types.NullDatum, err
	}
	order := &s.call.ordering
	in := functions.OrderedRows{
		Cols:  keys,
		Rows:  rows,
		Peers: func(a, b int32) bool { return order.compare(keys, int(a), keys, int(b)) == 0 },
	}
	if s.call.fn.Aggregate.Hypothetical {
		s.hypo = s.hypo[:0]
		for i := range keys {
			v := types.NewVec(keys[i].Type)
			v.Append(s.args[i])
			s.hypo = append(s.hypo, v)
		}
		in.Before = func(row int32) int { return order.compare(keys, int(row), s.hypo, 0) }
	}
	return s.call.fn.Aggregate.Ordered(c, &in, s.args)
}

// group returns the rows of a group. Groups are asked for in ascending order.
func (s *orderedState) group(g int32) ([]types.Vec, []int32, error) {
	if s.files == nil {
		return s.kept.store.cols[1:], s.rows[s.starts[g]:s.starts[g+1]], nil
	}
	if err := s.files.load(g); err != nil {
		return nil, nil, err
	}
	s.rows = identity(s.rows, s.files.group.n)
	return s.files.group.cols[1:], s.rows, nil
}

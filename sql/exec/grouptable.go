package exec

import (
	"github.com/stemedb/stemedb/sql/types"
)

// groupTable numbers distinct rows of keys from 0, NULLs being equal: GROUP
// BY, DISTINCT, set operations, the build side of hash joins, memos. It is an
// open-addressing table of group numbers beside the keys, kept column by
// column, and their hashes.
type groupTable struct {
	keys   *rowStore
	hashes []uint64 // of each group
	slots  []int32  // group + 1; 0: free
	mask   uint64
	equal  []equalFunc

	scratch []uint64
}

// equalFunc compares two rows that are not NULL.
type equalFunc func(a *types.Vec, i int, b *types.Vec, j int) bool

// newGroupTable returns a table over keys of these types.
func newGroupTable(ts []types.OID) *groupTable {
	g := &groupTable{keys: newRowStore(ts), equal: make([]equalFunc, len(ts))}
	for i, t := range ts {
		g.equal[i] = equalOf(t)
	}
	return g
}

// equalOf returns a type's equality, without the detour over Compare where the
// representation decides.
func equalOf(t types.OID) equalFunc {
	switch {
	case t == types.OIDBpchar || t == types.OIDJSONB:
	case types.RepOf(t) == types.RepInt:
		return func(a *types.Vec, i int, b *types.Vec, j int) bool { return a.I[i] == b.I[j] }
	case types.RepOf(t) == types.RepText:
		return func(a *types.Vec, i int, b *types.Vec, j int) bool { return a.S[i] == b.S[j] }
	}
	return func(a *types.Vec, i int, b *types.Vec, j int) bool { return types.CompareVec(a, i, b, j) == 0 }
}

// reset empties the table.
func (g *groupTable) reset() {
	g.keys.reset()
	g.hashes = g.hashes[:0]
	if len(g.slots) > 16*types.BatchSize {
		g.slots, g.hashes = nil, nil
		return
	}
	clear(g.slots)
}

// len returns the number of groups.
func (g *groupTable) len() int { return g.keys.n }

// size estimates the bytes held.
func (g *groupTable) size() int64 {
	return g.keys.bytes + int64(cap(g.hashes))*8 + int64(cap(g.slots))*4
}

// hash computes the hashes of n rows.
func (g *groupTable) hash(cols []*types.Vec, n int) []uint64 {
	if cap(g.scratch) < n {
		g.scratch = make([]uint64, n)
	}
	h := g.scratch[:n]
	clear(h)
	for _, c := range cols {
		hashInto(c, n, h)
	}
	return h
}

// nullHash stands for NULL.
const nullHash = 0x51

// hashAt hashes row i of a column.
func hashAt(c *types.Vec, i int) uint64 {
	switch {
	case c.Null != nil && c.Null[i]:
		return nullHash
	case c.Rep == types.RepText && c.Type != types.OIDBpchar && c.Type != types.OIDJSONB:
		return hashString(c.S[i])
	case c.Rep == types.RepInt:
		return hashInt(c.I[i])
	}
	return types.Hash(c.Type, c.Datum(i), 0)
}

func hashInt(v int64) uint64 { return uint64(v)*0x9E3779B97F4A7C15 + 1 }

// hashInto mixes a column, which may be a constant, into the hashes.
func hashInto(c *types.Vec, n int, h []uint64) {
	switch {
	case c.Len() == 1:
		x := hashAt(c, 0)
		for i := range h {
			h[i] = mix(h[i], x)
		}
	case c.Null == nil && c.Rep == types.RepText && c.Type != types.OIDBpchar && c.Type != types.OIDJSONB:
		for i, s := range c.S[:n] {
			h[i] = mix(h[i], hashString(s))
		}
	case c.Null == nil && c.Rep == types.RepInt:
		for i, v := range c.I[:n] {
			h[i] = mix(h[i], hashInt(v))
		}
	default:
		for i := range n {
			h[i] = mix(h[i], hashAt(c, i))
		}
	}
}

// find sets groups[i] to the group of row i, or -1 when there is none.
func (g *groupTable) find(cols []*types.Vec, n int, groups []int32) {
	if g.keys.n == 0 {
		fill(groups[:n], -1)
		return
	}
	for i, h := range g.hash(cols, n) {
		groups[i] = g.lookup(cols, i, h)
	}
}

func (g *groupTable) lookup(cols []*types.Vec, i int, h uint64) int32 {
	for s := h & g.mask; ; s = (s + 1) & g.mask {
		k := g.slots[s]
		if k == 0 {
			return -1
		}
		if g.hashes[k-1] == h && g.same(cols, i, int(k-1)) {
			return k - 1
		}
	}
}

// same compares row i of the columns with a group's keys.
func (g *groupTable) same(cols []*types.Vec, i, group int) bool {
	for c, v := range cols {
		j := i
		if v.Len() == 1 {
			j = 0
		}
		k := &g.keys.cols[c]
		vn, kn := v.IsNull(j), k.IsNull(group)
		if vn || kn {
			if vn != kn {
				return false
			}
			continue
		}
		if !g.equal[c](v, j, k, group) {
			return false
		}
	}
	return true
}

// insert sets groups[i] to the group of row i, making new groups in the order
// of the rows.
func (g *groupTable) insert(cols []*types.Vec, n int, groups []int32) {
	for i, h := range g.hash(cols, n) {
		groups[i], _ = g.add(cols, i, h)
	}
}

// one is insert for row i alone; fresh says that the group is new.
func (g *groupTable) one(cols []*types.Vec, i int) (group int32, fresh bool) {
	var h uint64
	for _, c := range cols {
		h = mix(h, hashAt(c, at(c, i)))
	}
	return g.add(cols, i, h)
}

func (g *groupTable) add(cols []*types.Vec, i int, h uint64) (int32, bool) {
	if len(g.slots) == 0 || g.keys.n*2 >= len(g.slots) {
		g.grow()
	}
	s := h & g.mask
	for ; g.slots[s] != 0; s = (s + 1) & g.mask {
		k := g.slots[s] - 1
		if g.hashes[k] == h && g.same(cols, i, int(k)) {
			return k, false
		}
	}
	k := int32(g.keys.n)
	g.slots[s] = k + 1
	g.hashes = append(g.hashes, h)
	g.keys.appendRow(cols, i)
	return k, true
}

func (g *groupTable) grow() {
	size := max(16, 2*len(g.slots))
	g.slots = make([]int32, size)
	g.mask = uint64(size - 1)
	for k, h := range g.hashes {
		s := h & g.mask
		for g.slots[s] != 0 {
			s = (s + 1) & g.mask
		}
		g.slots[s] = int32(k) + 1
	}
}

// mix combines two hashes; the order matters.
func mix(h, x uint64) uint64 {
	h = (h ^ x) * 0xFF51AFD7ED558CCD
	return h ^ h>>32
}

// hashString hashes text eight bytes at a time.
func hashString(s string) uint64 {
	h := uint64(len(s)) * 0x9E3779B97F4A7C15
	for len(s) >= 8 {
		h = mix(h, load64(s))
		s = s[8:]
	}
	if len(s) > 0 {
		var x uint64
		for i := 0; i < len(s); i++ {
			x |= uint64(s[i]) << (8 * i)
		}
		h = mix(h, x)
	}
	return h ^ h>>29
}

func load64(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

package functions

import (
	"slices"

	"github.com/stemedb/stemedb/sql/types"
)

// joinQueries joins two queries; an empty one leaves the other.
func joinQueries(a, b *types.TSQuery, op types.TSOp, distance int64) (datum, error) {
	switch {
	case a.Root == nil:
		return types.Any(b), nil
	case b.Root == nil:
		return types.Any(a), nil
	}
	q, err := types.NewTSQuery(&types.TSNode{Op: op, Left: a.Root, Right: b.Root, Distance: uint16(distance)})
	return types.Any(q), err
}

func rowTSJoin(op types.TSOp) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) { return joinQueries(tsq(a[0]), tsq(a[1]), op, 0) }
}

func rowTSPhrase(_ *Ctx, a []datum) (datum, error) {
	distance := int64(1)
	if len(a) > 2 {
		distance = a[2].I
	}
	if err := types.CheckTSDistance(distance); err != nil {
		return null, err
	}
	return joinQueries(tsq(a[0]), tsq(a[1]), types.TSPhrase, distance)
}

func rowTSNot(_ *Ctx, a []datum) (datum, error) {
	if tsq(a[0]).Root == nil {
		return a[0], nil
	}
	q, err := types.NewTSQuery(&types.TSNode{Op: types.TSNot, Right: tsq(a[0]).Root})
	return types.Any(q), err
}

func rowTSNumNode(_ *Ctx, a []datum) (datum, error) { return types.Int(int64(tsq(a[0]).Nodes)), nil }

// rowTSContains reports whether the words of the second query are all among
// the first one's.
func rowTSContains(flip bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		x, y := a[0], a[1]
		if flip {
			x, y = y, x
		}
		have := queryWords(tsq(x))
		for _, w := range queryWords(tsq(y)) {
			if !slices.ContainsFunc(have, func(h *types.TSNode) bool { return h.Word == w.Word }) {
				return types.Bool(false), nil
			}
		}
		return types.Bool(true), nil
	}
}

// rowTSQueryTree prints what an index could look for: NOT is always true.
func rowTSQueryTree(_ *Ctx, a []datum) (datum, error) {
	root := tsq(a[0]).Root
	if root == nil {
		return types.Text(""), nil
	}
	if root = withoutNot(root); root == nil {
		return types.Text("T"), nil
	}
	return types.Text(string(types.AppendTSQuery(nil, root))), nil
}

func withoutNot(n *types.TSNode) *types.TSNode {
	switch n.Op {
	case types.TSWord:
		return n
	case types.TSNot:
		return nil
	}
	l, r := withoutNot(n.Left), withoutNot(n.Right)
	switch {
	case l != nil && r != nil:
		return &types.TSNode{Op: n.Op, Left: l, Right: r, Distance: n.Distance}
	case n.Op == types.TSOr:
		return nil
	case l == nil:
		return r
	}
	return l
}

// manyNode is a node of a query in which AND and OR have all their arguments
// at once, the right ones first.
type manyNode struct {
	n     *types.TSNode
	kids  []*manyNode
	fixed bool // put in by a replacement: not replaced again
}

func (m *manyNode) leaf() bool { return m.n.Op == types.TSWord }

// manyOf makes a query that way, flattened and sorted.
func manyOf(n *types.TSNode) *manyNode {
	m := manyTree(n)
	m.flatten()
	m.sort()
	return m
}

func manyTree(n *types.TSNode) *manyNode {
	m := &manyNode{n: n}
	if n.Op != types.TSWord {
		m.kids = append(m.kids, manyTree(n.Right))
		if n.Left != nil {
			m.kids = append(m.kids, manyTree(n.Left))
		}
	}
	return m
}

func (m *manyNode) flatten() {
	var out []*manyNode
	for _, k := range m.kids {
		k.flatten()
		if (m.n.Op == types.TSAnd || m.n.Op == types.TSOr) && k.n.Op == m.n.Op {
			out = append(out, k.kids...)
			continue
		}
		out = append(out, k)
	}
	m.kids = out
}

func (m *manyNode) sort() {
	for _, k := range m.kids {
		k.sort()
	}
	if m.n.Op != types.TSPhrase {
		slices.SortStableFunc(m.kids, compareMany)
	}
}

func compareMany(a, b *manyNode) int {
	if a.leaf() || b.leaf() || a.n.Op != b.n.Op {
		return types.CompareTSNode(a.n, b.n)
	}
	if len(a.kids) != len(b.kids) {
		return len(b.kids) - len(a.kids)
	}
	for i := range a.kids {
		if c := compareMany(a.kids[i], b.kids[i]); c != 0 {
			return c
		}
	}
	return int(int16(b.n.Distance)) - int(int16(a.n.Distance))
}

// binary makes a query of two arguments each again.
func (m *manyNode) binary() *types.TSNode {
	if m.leaf() {
		return m.n
	}
	kids := make([]*types.TSNode, len(m.kids))
	for i, k := range m.kids {
		kids[i] = k.binary()
	}
	node := func(right, left *types.TSNode) *types.TSNode {
		return &types.TSNode{Op: m.n.Op, Right: right, Left: left, Distance: m.n.Distance}
	}
	if len(kids) == 1 {
		return node(kids[0], nil)
	}
	for len(kids) > 2 {
		last := len(kids) - 1
		kids[0], kids[1] = node(kids[0], kids[1]), kids[last]
		kids = kids[:last]
	}
	return node(kids[0], kids[1])
}

// replace puts subs in the place of ex wherever it is in the tree; nil takes
// it out.
func (m *manyNode) replace(ex, subs *manyNode) *manyNode {
	m = m.replaceHere(ex, subs)
	if m == nil || m.fixed || m.leaf() {
		return m
	}
	var kids []*manyNode
	for _, k := range m.kids {
		if k = k.replace(ex, subs); k != nil {
			kids = append(kids, k)
		}
	}
	m.kids = kids
	switch {
	case len(kids) == 0:
		return nil
	case len(kids) == 1 && m.n.Op != types.TSNot:
		return kids[0]
	}
	return m
}

func (m *manyNode) replaceHere(ex, subs *manyNode) *manyNode {
	fixed := subs
	if subs != nil {
		fixed = &manyNode{n: subs.n, kids: subs.kids, fixed: true}
	}
	switch {
	case m.fixed || m.n.Op != ex.n.Op:
		return m
	case len(m.kids) == len(ex.kids):
		if compareMany(m, ex) == 0 {
			return fixed
		}
		return m
	case len(m.kids) < len(ex.kids):
		return m
	}
	var rest []*manyNode // AND and OR: some of the arguments may match
	k := 0
	for _, kid := range m.kids {
		if k < len(ex.kids) && compareMany(kid, ex.kids[k]) == 0 {
			k++
			continue
		}
		rest = append(rest, kid)
	}
	if k < len(ex.kids) {
		return m
	}
	if fixed != nil {
		rest = append(rest, fixed)
	}
	out := &manyNode{n: m.n, kids: rest}
	out.sort()
	return out
}

func rowTSRewrite(_ *Ctx, a []datum) (datum, error) {
	q, ex, subs := tsq(a[0]), tsq(a[1]), tsq(a[2])
	if q.Root == nil || ex.Root == nil {
		return a[0], nil
	}
	var with *manyNode
	if subs.Root != nil {
		with = manyTree(subs.Root)
	}
	tree := manyOf(q.Root).replace(manyOf(ex.Root), with)
	if tree == nil {
		return types.Any(&types.TSQuery{}), nil
	}
	out, err := types.NewTSQuery(tree.binary())
	return types.Any(out), err
}

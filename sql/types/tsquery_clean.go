package types

// withoutStops takes stop words out of a tree, which may leave nothing. Where
// they were part of a phrase, the distances of the phrases around them grow:
// left and right say by how much the phrase to the left, and the one to the
// right, of this node has to.
//
// A part that comes to nothing gives the same number on both sides, and its
// parent counts it once.
func withoutStops(n *TSNode) (_ *TSNode, left, right int) {
	switch n.Op {
	case TSWord:
		return n, 0, 0
	case tsStop:
		return nil, 0, 0
	case TSNot:
		arg, left, right := withoutStops(n.Right)
		if arg == nil {
			return nil, left, right
		}
		return &TSNode{Op: TSNot, Right: arg}, left, right
	}
	l, ll, lr := withoutStops(n.Left)
	r, rl, rr := withoutStops(n.Right)
	phrase, own := n.Op == TSPhrase, int(n.Distance)
	switch {
	case l == nil && r == nil && phrase:
		return nil, ll + own + rl, ll + own + rl
	case l == nil && r == nil:
		return nil, max(ll, rl), max(ll, rl)
	case l == nil && phrase:
		return r, ll + own + rl, rr
	case l == nil:
		return r, rl, rr
	case r == nil && phrase:
		return l, ll, lr + own + rr
	case r == nil:
		return l, ll, lr
	case phrase:
		return &TSNode{Op: TSPhrase, Left: l, Right: r, Distance: uint16(own + lr + rl)}, ll, rr
	}
	return &TSNode{Op: n.Op, Left: l, Right: r}, 0, 0
}

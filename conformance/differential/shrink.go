package differential

import "slices"

// Shrink drops and simplifies parts of a query while differs still says yes
// of its text, with at most tries questions. The tree is changed.
func Shrink(root *Node, tries int, differs func(sql string) bool) {
	s := &shrinker{root: root, left: tries, differs: differs}
	for s.pass() && s.left > 0 {
		continue // a smaller query may have become simpler still
	}
}

type shrinker struct {
	root    *Node
	left    int
	differs func(string) bool
}

// holds asks whether the changed query still differs.
func (s *shrinker) holds() bool {
	if s.left <= 0 {
		return false
	}
	s.left--
	return s.differs(s.root.SQL())
}

func (s *shrinker) pass() bool {
	var nodes []*Node
	s.root.each(func(n *Node) { nodes = append(nodes, n) })
	changed := false
	for _, n := range nodes {
		changed = s.drop(n) || s.thin(n) || s.replace(n) || changed
	}
	return changed
}

func (s *shrinker) drop(n *Node) bool {
	if !n.Optional || n.off {
		return false
	}
	n.off = true
	if s.holds() {
		n.Kids = nil
		return true
	}
	n.off = false
	return false
}

func (s *shrinker) thin(n *Node) bool {
	changed := false
	for i := 0; n.List && len(n.Kids) > 1 && i < len(n.Kids); {
		kids := n.Kids
		n.Kids = slices.Delete(slices.Clone(kids), i, i+1)
		if s.holds() {
			changed = true
			continue
		}
		n.Kids = kids
		i++
	}
	return changed
}

// replace tries, in a part's place, a constant and each inner part of the same
// sort.
func (s *shrinker) replace(n *Node) bool {
	if n.Sort == "" || len(n.Kids) == 0 || n.off {
		return false
	}
	old := *n
	var inner []*Node
	for _, k := range old.Kids {
		k.each(func(m *Node) {
			if m.Sort == old.Sort && !m.off {
				inner = append(inner, m)
			}
		})
	}
	if c := constant(old.Sort); c != "" {
		inner = append([]*Node{leaf(old.Sort, c), leaf(old.Sort, nullOf(old.Sort))}, inner...)
	}
	for _, m := range inner {
		*n = *m
		if s.holds() {
			return true
		}
		*n = old
	}
	return false
}

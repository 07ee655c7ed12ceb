package differential

import (
	"slices"
	"strings"
)

// Node is a part of a query's text. Its text is Parts with Kids between them;
// of a list, the Kids with Parts[0] between them.
type Node struct {
	// Sort is what the part may be replaced by: an expression's type ("int4"),
	// a query's columns; empty: by nothing.
	Sort     string
	Parts    []string
	Kids     []*Node
	List     bool // some Kids, at least one, are enough
	Optional bool // may be left out
	Target   string
	// Repeats are parts whose texts are in Parts once more: an aggregate's
	// arguments as its sort keys.
	Repeats []*Node
	off     bool
}

func leaf(sort, text string) *Node { return &Node{Sort: sort, Parts: []string{text}} }

// form makes a node from a pattern in which each ? stands for the next child.
func form(sort, pattern string, kids ...*Node) *Node {
	return &Node{Sort: sort, Parts: strings.SplitN(pattern, "?", len(kids)+1), Kids: kids}
}

func list(sep string, kids ...*Node) *Node {
	return &Node{Parts: []string{sep}, Kids: kids, List: true}
}

func optional(n *Node) *Node {
	n.Optional = true
	return n
}

// clone copies a part with all within it.
func clone(n *Node) *Node {
	c := *n
	c.Kids = nil
	for _, k := range n.Kids {
		c.Kids = append(c.Kids, clone(k))
	}
	return &c
}

// SQL is the part's text.
func (n *Node) SQL() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *Node) write(b *strings.Builder) {
	if n.off {
		return
	}
	if n.List {
		for i, k := range n.Kids {
			if i > 0 {
				b.WriteString(n.Parts[0])
			}
			k.write(b)
		}
		return
	}
	for i, p := range n.Parts {
		b.WriteString(p)
		if i < len(n.Kids) {
			n.Kids[i].write(b)
		}
	}
}

// Targets adds the targets that the part draws to counts.
func (n *Node) Targets(counts map[string]int) {
	if n.Target != "" {
		counts[n.Target]++
	}
	for _, k := range n.Kids {
		k.Targets(counts)
	}
}

// holds reports whether the part, or one that is written within it, is such.
func (n *Node) holds(such func(*Node) bool) bool {
	if n.off {
		return false
	}
	within := func(k *Node) bool { return k.holds(such) }
	return such(n) || slices.ContainsFunc(n.Kids, within) || slices.ContainsFunc(n.Repeats, within)
}

// each visits the part and all within it, outer ones first.
func (n *Node) each(visit func(*Node)) {
	visit(n)
	for _, k := range n.Kids {
		k.each(visit)
	}
}

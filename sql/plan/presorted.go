package plan

import "slices"

// presort finds the sorts below windows whose input has the rows of each
// partition side by side, as claims lie by concept_path, predicate and id: such
// a sort orders each run of equal keys for itself, holds no more than that, and
// runs in every worker of a fragment, as does the window.
func (b *binder) presort(r rel) {
	w, ok := r.(*rWindow)
	if !ok {
		kids(r, func(k rel) rel {
			b.presort(k)
			return k
		})
		return
	}
	shared := setOf(columnsOf(w.partition))
	in := w.input
	for next, ok := in.(*rWindow); ok; next, ok = in.(*rWindow) {
		shared = intersection(shared, setOf(columnsOf(next.partition)))
		in = next.input
	}
	if s, ok := in.(*rSort); ok {
		if s.limit == nil {
			s.presorted = presortedKeys(s, shared)
		}
		in = s.input
	}
	b.presort(in)
}

// columnsOf lists the plain columns among expressions.
func columnsOf(es []Expr) []int {
	var out []int
	for _, e := range es {
		if c, ok := e.(*Col); ok {
			out = append(out, c.Index)
		}
	}
	return out
}

func intersection(a, b colSet) colSet {
	out := colSet{}
	for id := range a {
		if b.has(id) {
			out.add(id)
		}
	}
	return out
}

// presortedKeys counts the first keys of a sort, among those that all windows
// above partition by, of which equal rows come side by side.
func presortedKeys(s *rSort, shared colSet) int {
	order := arrival(s.input)
	n := 0
	for n < min(len(order), len(s.keys)) {
		c, ok := s.keys[n].Expr.(*Col)
		if !ok || !shared.has(c.Index) || !slices.Contains(order[n], c.Index) {
			break
		}
		n++
	}
	return n
}

// arrival tells in which order a fragment gives its rows, as far as that is
// known: rows that are equal in the first columns come side by side. Each place
// lists the columns that are copies of one.
func arrival(r rel) [][]int {
	switch r := r.(type) {
	case *rScan:
		return scanOrder(r)
	case *rFilter:
		return arrival(r.input)
	case *rLens:
		return passedOn(lensOrder(r), func(id int) (out []int) {
			for _, o := range r.out {
				if o.from == id {
					out = append(out, o.id)
				}
			}
			return out
		})
	case *rProject:
		return passedOn(arrival(r.input), func(id int) (out []int) {
			for i, e := range r.exprs {
				if c, ok := e.(*Col); ok && c.Index == id {
					out = append(out, r.ids[i])
				}
			}
			return out
		})
	}
	return nil
}

// passedOn renames the columns of an order, up to the first that is not passed on.
func passedOn(order [][]int, names func(int) []int) [][]int {
	var out [][]int
	for _, cols := range order {
		var to []int
		for _, id := range cols {
			to = append(to, names(id)...)
		}
		if len(to) == 0 {
			break
		}
		out = append(out, to)
	}
	return out
}

// scanOrder is the order of claims: that of their keys, or behind one predicate
// that of their paths.
func scanOrder(r *rScan) [][]int {
	if !isClaims(r.rel) {
		return nil
	}
	order := []string{"concept_path", "predicate", "id"}
	switch {
	case r.key.Index == ByPath:
	case r.key.Index == ByPredicate && len(r.key.Predicates) == 1:
		order = []string{"concept_path", "id"}
	default:
		return nil
	}
	var out [][]int
	for _, name := range order {
		id := 0
		for i := range r.rel.Columns {
			if r.rel.Columns[i].Name == name {
				id = r.ids[i]
			}
		}
		if id == 0 {
			break
		}
		out = append(out, []int{id})
	}
	return out
}

// lensOrder is the order in which a lens gives pairs: that of claims that come as
// they lie, one pair after the other.
func lensOrder(r *rLens) [][]int {
	s, ok := r.input.(*rScan)
	if !ok {
		return nil
	}
	order := scanOrder(s)
	if s.key.Index == ByPath {
		return order[:min(len(order), 2)]
	}
	return order[:min(len(order), 1)]
}

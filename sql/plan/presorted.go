package plan

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

// presortedKeys counts the first keys of a sort, among those that all windows
// above partition by, of which equal rows come side by side.
func presortedKeys(s *rSort, shared *colSet) int {
	order := shardOrder(s.input)
	n := 0
	for n < min(len(order), len(s.keys)) {
		c, ok := s.keys[n].Expr.(*Col)
		if !ok || !shared.has(c.Index) || !order[n].has(c.Index) {
			break
		}
		n++
	}
	return n
}

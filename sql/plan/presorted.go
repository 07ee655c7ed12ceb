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
	order := claimOrder(s.input)
	n := 0
	for n < min(len(order), len(s.keys)) {
		c, ok := s.keys[n].Expr.(*Col)
		if !ok || !shared.has(c.Index) {
			break
		}
		if scan, i := originOf(s.input, c.Index); scan == nil || scan.rel.Columns[i].Name != order[n] {
			break
		}
		n++
	}
	return n
}

// claimOrder names the columns of claims in whose order a fragment gives its rows:
// that of their keys, or behind one predicate that of their paths. A lens gives
// pairs as their claims lie.
func claimOrder(r rel) []string {
	switch r := r.(type) {
	case *rScan:
		switch {
		case !isClaims(r.rel):
		case r.key.Index == ByPath:
			return []string{"concept_path", "predicate", "id"}
		case r.key.Index == ByPredicate && len(r.key.Predicates) == 1:
			return []string{"concept_path", "id"}
		}
	case *rFilter:
		return claimOrder(r.input)
	case *rProject:
		return claimOrder(r.input)
	case *rLens:
		if _, ok := r.input.(*rScan); ok {
			order := claimOrder(r.input)
			return order[:max(len(order)-1, 0)] // the last one's is the id
		}
	}
	return nil
}

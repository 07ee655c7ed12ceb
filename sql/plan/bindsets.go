package plan

import "slices"

// setsBelow computes the set-returning calls of keys, by which rows are grouped
// or make windows, below: their columns take the place of what is equal in the
// select list and the windows. It returns the keys without the calls.
func (s *scope) setsBelow(r rel, keys []Expr, t *target) (rel, []Expr) {
	if !holdsSet(keys) {
		return r, keys
	}
	out := slices.Clone(keys)
	r = s.b.expandSets(r, out)
	put := func(e Expr) Expr { return replaceSets(e, keys, out) }
	for i := range t.cols {
		t.cols[i].expr = put(t.cols[i].expr)
	}
	for i := range t.junk {
		t.junk[i].expr = put(t.junk[i].expr)
	}
	s.wins.mapExprs(put)
	return r, out
}

// replaceSets puts to[i] in the place of each from[i] that has sets.
func replaceSets(e Expr, from, to []Expr) Expr {
	if e == nil {
		return nil
	}
	for i, k := range from {
		if k != to[i] && sameExpr(k, e) {
			return to[i]
		}
	}
	return mapExpr(e, func(x Expr) Expr { return replaceSets(x, from, to) })
}

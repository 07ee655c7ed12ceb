package plan

import "github.com/stemedb/stemedb/sql/types"

// keySelectivity is what part of the relation's n rows key conditions leave
// that are not in the filter.
func (e *estimator) keySelectivity(r *rScan, n float64) float64 {
	sel := 1.0
	some := func(col string, k int) {
		if k > 0 {
			d := max(1, n/8)
			for i := range r.rel.Columns {
				if r.rel.Columns[i].Name == col {
					d = e.columnDistinct(r.rel, i, n)
				}
			}
			sel *= min(1, float64(k)/max(d, 1))
		}
	}
	k := &r.key
	some("concept_path", len(k.Paths))
	some("predicate", len(k.Predicates))
	some("source", len(k.Sources))
	if len(k.IDs) > 0 {
		sel *= min(1, float64(len(k.IDs))/max(n, 1))
	}
	for i, a := range k.arrays() {
		if *a != nil {
			some([...]string{"concept_path", "predicate", "source", "id"}[i], e.elements(*a))
		}
	}
	sel *= e.pathRange(r)
	if k.Values != nil {
		sel = 1 / max(n, 1)
	}
	return sel
}

// pathRange is the part of the claims whose paths are in the range of a scan's key:
// by the bounds of the paths where there are.
func (e *estimator) pathRange(r *rScan) float64 {
	k := &r.key
	from, to, known := k.From, k.To, true
	switch {
	case k.Prefix == nil && from == nil && to == nil:
		return 1
	case k.Prefix != nil:
		c, ok := k.Prefix.(*Const)
		if known = ok && !c.Value.Null; known {
			from, to = c, textConst(c.Value.S+"\U0010FFFF")
		}
	}
	least, lok := e.belowPath(r, from, 0)
	most, mok := e.belowPath(r, to, 1)
	switch {
	case known && lok && mok:
		n, _ := e.relationRows(r.rel)
		return max(clamp(most-least), 1/max(n, 1))
	case k.Prefix != nil || from != nil && to != nil:
		return boundedSel
	}
	return rangeSel
}

// belowPath is the part of the claims whose path is less than a bound; without one
// what is given.
func (e *estimator) belowPath(r *rScan, bound Expr, without float64) (float64, bool) {
	if bound == nil {
		return without, true
	}
	c, ok := bound.(*Const)
	s := e.columnStats(r.rel, r.rel.ColumnIndex("concept_path"))
	if !ok || c.Value.Null || s == nil {
		return 0, false
	}
	return s.below(c)
}

// elements estimates how many elements an array has. Of a batch's keys, what reads
// the rows of one is estimated.
func (e *estimator) elements(x Expr) int {
	switch x := x.(type) {
	case *Col:
		if e.b.batches.has(x.Index) {
			return 1
		}
	case *Const:
		if arr, ok := x.Value.A.(*types.Array); ok && !x.Value.Null {
			return len(arr.Elems)
		}
	}
	return 10
}

package plan

import "math/bits"

// leafKey is a column of a leaf by which its rows are looked up.
type leafKey struct{ leaf, column int }

// leafLookup is what reading the rows of one key of a leaf is expected to take.
type leafLookup struct {
	one  Estimate
	read rel // what is read; nil: no key leads to the rows
}

// withLookup is the estimate of a join of so many rows, or that of looking the
// rows of its right side up where this is less. on are its conditions.
func (o *ordering) withLookup(est Estimate, l *joinSet, left, right uint64, on []Expr, rows float64) Estimate {
	if o.b.ctx.NoNestLoop || right&(right-1) != 0 {
		return est
	}
	leaf := bits.TrailingZeros64(right)
	for _, c := range on {
		value, column := o.lookupSides(c, left, leaf)
		if value == nil {
			continue
		}
		look := o.leafLookup(leaf, column)
		if look.read == nil {
			continue
		}
		keys := o.e.batchKeys(l.rel, []Expr{value})
		if x := lookupJoin(l.est, look.one, keys, rows); x.Total < est.Total && o.e.sparse(look.read, column, keys) {
			est = x
		}
	}
	return est
}

// lookupSides parts a condition into the key of a leaf and what it equals of the
// leaves left; nil: it is none.
func (o *ordering) lookupSides(c Expr, left uint64, leaf int) (value Expr, column *Col) {
	x, ok := c.(*Call)
	if !ok || x.Func != fnTextEq || len(x.Args) != 2 {
		return nil, nil
	}
	for i, a := range x.Args {
		column, ok := a.(*Col)
		value := x.Args[1-i]
		if ok && o.outs[leaf].has(column.Index) && o.maskOf(value)&^left == 0 && o.maskOf(value) != 0 && keyColumn(o.leaves[leaf], column) != "" {
			return value, column
		}
	}
	return nil, nil
}

// leafLookup estimates the lookup of one key of a leaf.
func (o *ordering) leafLookup(leaf int, column *Col) leafLookup {
	at := leafKey{leaf, column.Index}
	if k, ok := o.lookups[at]; ok {
		return k
	}
	var k leafLookup
	if r := o.b.lookedUp(o.leaves[leaf], []Expr{column}, o.b.batchArrays(1)); r != nil {
		k = leafLookup{one: o.e.of(r), read: r}
	}
	if o.lookups == nil {
		o.lookups = map[leafKey]leafLookup{}
	}
	o.lookups[at] = k
	return k
}

// estimateKeyed has an estimator expect of a rel what it will take when its scans
// have their ways in.
func (b *binder) estimateKeyed(e *estimator, r rel) {
	if _, known := e.seen[r]; known || !conditionedClaims(r) {
		return
	}
	k := cloneRel(r)
	b.scanKeys(k)
	e.seen[r] = e.of(k)
}

// conditionedClaims reports whether a rel reads claims under conditions.
func conditionedClaims(r rel) bool {
	if s, ok := r.(*rScan); ok {
		return isClaims(s.rel) && s.filter != nil
	}
	found := false
	kids(r, func(k rel) rel {
		found = found || conditionedClaims(k)
		return k
	})
	return found
}

package plan

// postpone moves what is volatile in the target of a sorted query above the
// sort, as PostgreSQL does: it is computed in the order of the result, and where
// a limit or DISTINCT ON follows, for no row that nobody sees. What is sorted by
// stays below.
func (b *binder) postpone(r rel) rel {
	b.step()
	kids(r, b.postpone)
	switch r := r.(type) {
	case *rSort:
		if p, ok := r.input.(*rProject); ok && anyVolatile(p.exprs) {
			return b.aboveSort(p, r)
		}
	case *rDistinct:
		if p, ok := r.input.(*rProject); ok && r.on != nil && anyVolatile(p.exprs) {
			on := &colSet{}
			on.add(r.on...)
			if passes(p, on) {
				r.input, p.input = p.input, r
				return p
			}
		}
	}
	return r
}

// passes reports whether a projection gives columns of its input as they are.
func passes(p *rProject, cols *colSet) bool {
	own := &colSet{}
	for i, e := range p.exprs {
		if c, ok := e.(*Col); ok && c.Index == p.ids[i] {
			own.add(c.Index)
		}
	}
	return cols.within(own)
}

// keyCols are the columns that rows are ordered by.
func keyCols(keys []SortKey) *colSet {
	out := &colSet{}
	for _, k := range keys {
		addCols(out, k.Expr)
	}
	return out
}

// aboveSort parts the projection below a sort in two.
func (b *binder) aboveSort(p *rProject, s *rSort) rel {
	keys := keyCols(s.keys)
	below := &rProject{input: p.input}
	above := &rProject{input: s, ids: p.ids}
	kept, asked := &colSet{}, &colSet{}
	for i, e := range p.exprs {
		if volatility(e) == 'v' && !keys.has(p.ids[i]) {
			above.exprs = append(above.exprs, e)
			addCols(asked, e)
			continue
		}
		below.exprs, below.ids = append(below.exprs, e), append(below.ids, p.ids[i])
		above.exprs = append(above.exprs, b.ref(p.ids[i]))
		kept.add(p.ids[i])
	}
	if len(below.ids) == len(p.ids) {
		return s
	}
	for _, id := range p.input.outs() {
		if asked.has(id) && !kept.has(id) {
			below.exprs, below.ids = append(below.exprs, b.ref(id)), append(below.ids, id)
			kept.add(id)
		}
	}
	s.input = below
	return above
}

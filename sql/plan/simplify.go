package plan

import "github.com/stemedb/stemedb/sql/types"

// mergeProjects drops projections that do nothing, joins one to the next, and
// lets a lens give its columns in the order asked for.
func (b *binder) mergeProjects(r rel) rel {
	b.step()
	kids(r, b.mergeProjects)
	p, ok := r.(*rProject)
	if !ok {
		return r
	}
	if in, ok := p.input.(*rProject); ok && mergeable(p, in) {
		by := map[int]Expr{}
		for i, id := range in.ids {
			by[id] = in.exprs[i]
		}
		p.input, p.exprs = in.input, substitute(p.exprs, by)
	}
	if p.barrier { // conditions above it and below it are not put in one order
		return p
	}
	if l, ok := p.input.(*rLens); ok && b.absorb(p, l) {
		return l
	}
	if identity(p) {
		return p.input
	}
	return p
}

// mergeable holds when nothing is computed twice and nothing volatile moves.
func mergeable(p, in *rProject) bool {
	uses := map[int]int{}
	for _, e := range p.exprs {
		walk(e, func(x Expr) bool {
			switch x := x.(type) {
			case *Col:
				uses[x.Index]++
			case *subquery:
				for id := range freeCols(x.rel).all() {
					uses[id] += 2
				}
			}
			return true
		})
	}
	for i, e := range in.exprs {
		switch e.(type) {
		case *Col, *Const, *Param:
			continue
		}
		if uses[in.ids[i]] > 1 || volatility(e) == 'v' {
			return false
		}
	}
	return true
}

// identity reports whether a projection gives its input's columns as they are.
func identity(p *rProject) bool {
	outs := p.input.outs()
	if len(outs) != len(p.ids) {
		return false
	}
	for i, e := range p.exprs {
		c, ok := e.(*Col)
		if !ok || c.Index != p.ids[i] || outs[i] != p.ids[i] {
			return false
		}
	}
	return true
}

// absorb lets the lens give just the projection's columns, when it is made of
// lens columns only, each once.
func (b *binder) absorb(p *rProject, l *rLens) bool {
	byID := map[int]lensOut{}
	for _, o := range l.out {
		byID[o.id] = o
	}
	var out []lensOut
	for i, e := range p.exprs {
		c, ok := e.(*Col)
		if !ok {
			return false
		}
		o, ok := byID[c.Index]
		if !ok {
			return false
		}
		o.id = p.ids[i]
		out = append(out, o)
	}
	l.out = out
	return true
}

// topN moves limits below projections and tells sorts how many rows are wanted.
// What is volatile is computed for the rows that an OFFSET skips too, but for none
// beyond the limit.
func (b *binder) topN(r rel) rel {
	if l, ok := r.(*rLimit); ok && l.ties != nil && l.offset == nil {
		if p, ok := l.input.(*rProject); ok && passes(p, keyCols(l.ties)) {
			l.input = p.input
			p.input = b.topN(l)
			return p
		}
	}
	if l, ok := r.(*rLimit); ok && l.ties == nil {
		if p, ok := l.input.(*rProject); ok {
			if l.offset == nil || !anyVolatile(p.exprs) {
				l.input = p.input
				p.input = b.topN(l)
				return p
			}
			if sum := b.limitSum(l); sum != nil {
				p.input = b.topN(&rLimit{input: p.input, count: sum})
				return l
			}
		}
		if s, ok := l.input.(*rSort); ok && l.count != nil {
			s.limit = b.limitSum(l)
		}
	}
	kids(r, b.topN)
	return r
}

func anyVolatile(es []Expr) bool {
	for _, e := range es {
		if volatility(e) == 'v' {
			return true
		}
	}
	return false
}

// limitSum is how many rows a limit reads: count and offset; nil where that
// cannot be told.
func (b *binder) limitSum(l *rLimit) Expr {
	if l.offset == nil {
		return l.count
	}
	c, ok1 := l.count.(*Const)
	o, ok2 := l.offset.(*Const)
	if ok1 && ok2 && !c.Value.Null && !o.Value.Null {
		sum := c.Value.I + o.Value.I
		if sum < c.Value.I || c.Value.I < 0 || o.Value.I < 0 {
			return nil
		}
		return &Const{Value: types.Int(sum), OID: types.OIDInt8, Typmod: -1}
	}
	return nil
}

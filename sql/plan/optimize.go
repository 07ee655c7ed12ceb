package plan

import (
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// optimize runs the rules over a tree, subqueries first, each rule once in an
// order in which it needs no other to run again. It fails where a constant
// cannot be computed.
func (b *binder) optimize(r rel) rel {
	r = b.optimizeLate(r)
	for _, e := range []*sqlerr.Error{b.failure, b.unordered} {
		if e != nil {
			fail(e)
		}
	}
	return r
}

// optimizeLate is optimize that leaves the failure to be reported when the
// statement is run, as that of a prepared one must be.
func (b *binder) optimizeLate(r rel) rel {
	r = b.foldCTEs(r)
	r = b.optimizeTree(r, outSet(r))
	return b.finishTree(r, outSet(r))
}

// optimizeTree folds constants, turns subqueries into joins, and moves
// conditions down. need is what the tree's user asks for.
func (b *binder) optimizeTree(r rel, need *colSet) rel {
	b.foldTree(r, need)
	r = b.noRows(r)
	r = b.subqueriesToJoins(r)
	r = b.unnest(r)
	b.strongJoins(r, nil)
	return b.barren(b.push(r, nil))
}

// finishTree does what must come after all conditions stand where they stay.
func (b *binder) finishTree(r rel, need *colSet) rel {
	r = b.dropJoins(r, need)
	r = b.joinOrder(r)
	r = b.joinKeys(r)
	r = b.postpone(r)
	r = b.topN(r)
	r = b.mergeProjects(r)
	r = b.prune(r, need)
	r = b.mergeProjects(r)
	b.subplans(r)
	r = b.lookups(r)
	b.keys(r)
	b.mergeJoins(r)
	b.presort(r)
	return r
}

// foldTree folds the constants of a tree whose user asks for the columns need.
func (b *binder) foldTree(r rel, need *colSet) {
	b.pullValues(r)
	b.foldRel(r, neededCols(r, need))
}

// subplans optimizes the subqueries that stayed in expressions.
func (b *binder) subplans(r rel) {
	b.step()
	exprsOf(r, func(e Expr) Expr { return b.optimizeSubqueries(e) })
	kids(r, func(k rel) rel {
		b.subplans(k)
		return k
	})
}

func (b *binder) optimizeSubqueries(e Expr) Expr {
	return rewrite(e, func(x Expr) Expr {
		q, ok := x.(*subquery)
		if !ok {
			return x
		}
		c := *q
		need := func(r rel) *colSet {
			if c.Kind == ExistsSub {
				return &colSet{}
			}
			return outSet(r)
		}
		c.rel = b.optimizeTree(q.rel, need(q.rel))
		c.rel = b.finishTree(c.rel, need(c.rel))
		return &c
	})
}

// conjuncts splits a condition at its ANDs.
func conjuncts(e Expr) []Expr {
	if e == nil {
		return nil
	}
	if op, ok := e.(*BoolOp); ok && op.Op == And {
		var out []Expr
		for _, a := range op.Args {
			out = append(out, conjuncts(a)...)
		}
		return out
	}
	return []Expr{e}
}

// conjunction joins conditions, without those that are true; nil for none.
func conjunction(es []Expr) Expr {
	es, _ = splitExprs(es, func(e Expr) bool {
		c, ok := e.(*Const)
		return !ok || c.OID != types.OIDBool || c.Value.Null || c.Value.I == 0
	})
	switch len(es) {
	case 0:
		return nil
	case 1:
		return es[0]
	}
	return &BoolOp{Op: And, Args: es}
}

// isClaims reports whether a relation is the claims.
func isClaims(r *catalog.Relation) bool { return r.Store == catalog.ClaimStore }

// foldCTEs puts a WITH query in the place of its only use, where PostgreSQL
// does; one that depends on an enclosing row, always.
func (b *binder) foldCTEs(r rel) rel {
	b.step()
	exprsOf(r, func(e Expr) Expr {
		return rewrite(e, func(x Expr) Expr {
			if q, ok := x.(*subquery); ok {
				c := *q
				c.rel = b.foldCTEs(q.rel)
				return &c
			}
			return x
		})
	})
	kids(r, b.foldCTEs)
	w, ok := r.(*rWith)
	if !ok {
		return r
	}
	fold := map[*cteInfo]bool{}
	var rest []*cteInfo
	for _, c := range w.ctes {
		if c.modifies {
			rest = append(rest, c)
			continue
		}
		correlated := !freeCols(c.plan).empty()
		once := c.refs == 1 && !c.keep || c.fold
		if c.refs == 0 || !c.recursive && (correlated || once && !relVolatile(c.plan)) {
			fold[c] = true
			continue
		}
		rest = append(rest, c)
	}
	for i := range w.ctes { // first ones first: what is folded need not be searched for more
		if !fold[w.ctes[i]] {
			continue
		}
		w.body = b.replaceCTE(w.body, w.ctes[i])
		for _, c := range w.ctes[i+1:] {
			c.plan = b.replaceCTE(c.plan, w.ctes[i])
			if c.step != nil {
				c.step = b.replaceCTE(c.step, w.ctes[i])
			}
		}
	}
	if w.ctes = rest; len(rest) == 0 {
		return w.body
	}
	return w
}

// replaceCTE puts a copy of a WITH query's plan where it is read.
func (b *binder) replaceCTE(r rel, c *cteInfo) rel {
	b.step()
	if ref, ok := r.(*rCTERef); ok && ref.cte == c {
		plan := b.renumber(cloneRel(c.plan))
		p := &rProject{input: plan, ids: ref.ids}
		for _, id := range plan.outs() {
			p.exprs = append(p.exprs, b.ref(id))
		}
		return p
	}
	exprsOf(r, func(e Expr) Expr {
		return rewrite(e, func(x Expr) Expr {
			if q, ok := x.(*subquery); ok {
				cp := *q
				cp.rel = b.replaceCTE(q.rel, c)
				return &cp
			}
			return x
		})
	})
	kids(r, func(k rel) rel { return b.replaceCTE(k, c) })
	return r
}

// renumber gives the columns that a fresh copy of a tree produces new numbers.
func (b *binder) renumber(r rel) rel {
	fresh := map[int]Expr{}
	number := func(id int) int {
		if id == 0 {
			return 0
		}
		e, ok := fresh[id]
		if !ok {
			n := b.newCol(b.cols[id])
			if sh := b.fields[id]; sh != nil {
				b.fields[n] = sh
			}
			e = b.ref(n)
			fresh[id] = e
		}
		return e.(*Col).Index
	}
	list := func(ids []int) []int {
		out := make([]int, len(ids))
		for i, id := range ids {
			out[i] = number(id)
		}
		return out
	}
	var visit func(r rel) rel
	visit = func(r rel) rel {
		kids(r, visit)
		renumberOne(r, list, number)
		return r
	}
	visit(r)
	replaceInRel(r, fresh)
	return r
}

func renumberOne(r rel, list func([]int) []int, number func(int) int) {
	switch r := r.(type) {
	case *rScan:
		r.ids, r.number = list(r.ids), number(r.number)
		for k, id := range r.system {
			r.system[k] = number(id)
		}
	case *rLens:
		out := make([]lensOut, len(r.out))
		for i, o := range r.out {
			out[i] = lensOut{id: number(o.id), from: number(o.from), col: o.col}
		}
		r.out = out
		for _, c := range lensInputs() {
			*c.field(&r.in) = number(*c.field(&r.in))
		}
	case *rValues:
		r.ids = list(r.ids)
	case *rProject:
		r.ids = list(r.ids)
	case *rProjectSet:
		r.ids = list(r.ids)
	case *rAgg:
		r.keyIDs, r.aggIDs, r.groupingIDs = list(r.keyIDs), list(r.aggIDs), list(r.groupingIDs)
		dependent := &colSet{}
		for id := range r.dependent.all() {
			dependent.add(number(id))
		}
		r.dependent = dependent
	case *rWindow:
		r.ids = list(r.ids)
	case *rSample:
		r.key = list(r.key)
	case *rDistinct:
		if r.on != nil {
			r.on = list(r.on)
		}
	case *rSetOp:
		r.ids = list(r.ids)
	case *rCTERef:
		r.ids = list(r.ids)
	case *rFunc:
		r.ids = list(r.ids)
	}
}

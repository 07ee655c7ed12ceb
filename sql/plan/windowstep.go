package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// mapExprs applies f to all that windows compute from a row.
func (w *winState) mapExprs(f func(Expr) Expr) {
	for _, d := range w.defs {
		if len(d.calls) == 0 {
			continue
		}
		// A window may share its keys with the one that it builds upon.
		d.partition, d.order = slices.Clone(d.partition), slices.Clone(d.order)
		for i := range d.partition {
			d.partition[i] = f(d.partition[i])
		}
		for i := range d.order {
			d.order[i].Expr = f(d.order[i].Expr)
		}
		for i := range d.calls {
			c := &d.calls[i]
			for k := range c.Args {
				c.Args[k] = f(c.Args[k])
			}
			if c.Filter != nil {
				c.Filter = f(c.Filter)
			}
		}
	}
}

// noWindows complains of a window call within an expression that a clause
// takes from the select list.
func (s *scope) noWindows(e Expr, clause string) {
	walk(e, func(x Expr) bool {
		if c, ok := x.(*Col); ok {
			for _, d := range s.wins.defs {
				if slices.Contains(d.ids, c.Index) {
					s.failAt(s.b.locOf(c), sqlerr.WindowingError, "window functions are not allowed in %s", clause)
				}
			}
		}
		return true
	})
}

// windowStep adds the windows that have calls, those with the same keys behind
// one sort.
func (s *scope) windowStep(n *pg.SelectStmt, r rel, groups []Expr, t *target, sorts []sortItem, on []int) rel {
	var defs []*windowDef
	for _, d := range s.wins.defs {
		if len(d.calls) > 0 {
			defs = append(defs, d)
		}
	}
	if len(defs) == 0 {
		return r
	}
	if len(n.LockingClause) > 0 {
		refuseLock(n, "window functions")
	}
	var keys []Expr
	for _, d := range defs {
		for _, k := range d.sortKeys() {
			keys = append(keys, k.Expr)
		}
	}
	r, _ = s.setsBelow(r, keys, t)
	ranks := s.keyRanks(groups, t, sorts, on, defs)
	slices.SortStableFunc(defs, func(a, b *windowDef) int { return compareKeys(a.sortKeys(), b.sortKeys(), ranks) })
	r = s.windowKeys(r, defs)
	var sorted []SortKey
	for _, d := range defs {
		if keys := d.sortKeys(); len(keys) > len(sorted) || !sameKeys(keys, sorted[:len(keys)]) {
			r, sorted = &rSort{input: r, keys: keys}, keys
		}
		r = &rWindow{input: r, partition: d.partition, order: d.order, frame: d.frame, calls: d.calls, ids: d.ids}
	}
	return r
}

// sortKeys is the order that a window's input needs: the partition's keys, by
// the direction that ORDER BY gives where it names them too, then the others.
func (d *windowDef) sortKeys() []SortKey {
	var out []SortKey
	for _, e := range d.partition {
		k := SortKey{Expr: e}
		for _, o := range d.order {
			if sameExpr(o.Expr, e) {
				k = o
			}
		}
		out = append(out, k)
	}
	for _, o := range d.order {
		if !containsKey(out, o.Expr) {
			out = append(out, o)
		}
	}
	return out
}

// keyRanks numbers the expressions that the query sorts and groups by, in the
// order in which PostgreSQL comes upon them: its choice of which window goes
// first, and so the order of rows without ORDER BY, depends on that.
func (s *scope) keyRanks(groups []Expr, t *target, sorts []sortItem, on []int, defs []*windowDef) []Expr {
	var ranks []Expr
	note := func(e Expr) {
		if !containsExpr(ranks, e) {
			ranks = append(ranks, e)
		}
	}
	for _, it := range sorts {
		note(t.exprAt(it.index))
	}
	for _, e := range groups {
		note(e)
	}
	for _, i := range on {
		note(t.exprAt(i))
	}
	for _, d := range defs {
		for _, k := range d.order {
			note(k.Expr)
		}
		for _, e := range d.partition {
			note(e)
		}
	}
	return ranks
}

// compareKeys puts windows whose keys begin alike next to each other, the
// longest first, so that its sort serves those behind it.
func compareKeys(a, b []SortKey, ranks []Expr) int {
	rank := func(e Expr) int {
		return slices.IndexFunc(ranks, func(x Expr) bool { return sameExpr(x, e) })
	}
	flag := func(x, y bool) int {
		switch {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	}
	for i := range min(len(a), len(b)) {
		if x, y := rank(a[i].Expr), rank(b[i].Expr); x != y {
			return y - x
		}
		if c := flag(a[i].Desc, b[i].Desc); c != 0 {
			return c
		}
		if c := flag(a[i].NullsFirst, b[i].NullsFirst); c != 0 {
			return c
		}
	}
	return len(b) - len(a)
}

// windowKeys computes the keys that are no plain columns, once for the sort
// and the window.
func (s *scope) windowKeys(r rel, defs []*windowDef) rel {
	outs := r.outs()
	p := &rProject{input: r}
	for _, id := range outs {
		p.exprs, p.ids = append(p.exprs, s.b.ref(id)), append(p.ids, id)
	}
	have := setOf(outs)
	computed := map[int]Expr{} // by column, what it computes
	column := func(e Expr) Expr {
		if c, ok := e.(*Col); ok && have.has(c.Index) {
			return e
		}
		for id, x := range computed {
			if sameExpr(x, e) {
				return s.b.ref(id)
			}
		}
		t, m := e.Type()
		id := s.b.newCol(Column{Name: "key", Type: t, Typmod: m})
		s.b.noteShape(id, e)
		p.exprs, p.ids = append(p.exprs, e), append(p.ids, id)
		computed[id] = e
		return s.b.ref(id)
	}
	for _, d := range defs {
		d.partition, d.order = slices.Clone(d.partition), slices.Clone(d.order)
		for i := range d.partition {
			d.partition[i] = column(d.partition[i])
		}
		for i := range d.order {
			d.order[i].Expr = column(d.order[i].Expr)
		}
	}
	if len(computed) == 0 {
		return r
	}
	return p
}

package plan

import (
	"maps"
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// onConflict is ON CONFLICT of an INSERT whose action sees the row that is there and
// the one that was proposed.
type onConflict struct {
	Conflict
	stored, proposed []int
	alias            string    // of the row that is there, for EXPLAIN
	system           systemIDs // of that row
}

func (c *onConflict) exprs(one func(*Expr), list func([]Expr)) {
	if c != nil {
		list(c.Set)
		one(&c.Where)
	}
}

func (c *onConflict) made(made *colSet) {
	if c != nil {
		made.add(c.stored...)
		made.add(c.proposed...)
		made.add(c.system.asked()...)
	}
}

func (l lowering) conflict(c *onConflict) *Conflict {
	if c == nil {
		return nil
	}
	pair := layoutOf(c.stored, c.proposed, c.system[:])
	ids := slices.Concat(c.stored, c.proposed, c.system[:])
	out := &Conflict{
		Indexes: c.Indexes, Arbiters: c.Arbiters, Update: c.Update, System: len(c.system.asked()) > 0,
		Set: l.exprs(c.Set, pair), Where: l.expr(c.Where, pair),
	}
	out.Where = rewrite(out.Where, func(e Expr) Expr {
		x, ok := e.(*Col)
		if !ok {
			return e
		}
		named, of := *x, c.alias
		if k := x.Index - len(c.stored); k >= 0 && k < len(c.proposed) {
			of = "excluded"
		}
		named.Name = of + "." + l.b.cols[ids[x.Index]].Name
		return &named
	})
	return out
}

// tempConflict binds ON CONFLICT of an INSERT into a temporary table.
func (s *scope) tempConflict(m *rModify, n *pg.InsertStmt) {
	c := n.OnConflictClause
	if c == nil {
		return
	}
	m.conflict = &onConflict{}
	m.conflict.Indexes = s.arbiters(m, c.Infer)
	for _, k := range m.conflict.Indexes {
		m.conflict.Arbiters = append(m.conflict.Arbiters, m.rel.Indexes[k].Name)
		if c.Infer != nil {
			m.access.reads(m.rel.Indexes[k].Columns...)
		}
	}
	if c.Action == pg.OnConflictAction_ONCONFLICT_UPDATE {
		s.doUpdate(m, n)
	}
}

// doUpdate binds ON CONFLICT DO UPDATE.
func (s *scope) doUpdate(m *rModify, n *pg.InsertStmt) {
	c, out := n.OnConflictClause, m.conflict
	if c.Infer == nil {
		fail(s.b.at(c.Location, sqlerr.New(sqlerr.SyntaxError, "ON CONFLICT DO UPDATE requires inference specification or constraint name").
			WithHint("For example, ON CONFLICT (column_name).")))
	}
	out.Update = true
	alias := n.Relation.Relname
	if n.Relation.Alias != nil {
		alias = n.Relation.Alias.Aliasname
	}
	out.alias = alias
	if m.via != nil {
		out.alias = m.rel.Name
	}
	var stored, proposed *item
	out.stored, stored = s.rowItem(m, alias)
	if m.via == nil { // views have no system columns
		stored.system = &out.system
	}
	out.proposed, proposed = s.rowItem(m, "excluded")
	in := &scope{b: s.b, parent: s.parent, ctes: s.ctes, items: []*item{stored, proposed}}
	in.checkNames(nil, in.items)
	if m.via == nil {
		for i := range m.rel.Columns {
			s.b.access.stands(out.stored[i], otherCol{of: m.access, att: int16(i + 1)})
			s.b.access.stands(out.proposed[i], otherCol{of: m.access, att: int16(i + 1)})
		}
	}
	cols, values := in.noAggs("UPDATE").assignments(m, c.TargetList, shared)
	m.access.updates(cols)
	for i := range m.rel.Columns {
		if k := slices.Index(cols, i); k >= 0 {
			out.Set = append(out.Set, values[k])
		} else {
			out.Set = append(out.Set, s.b.ref(out.stored[i]))
		}
	}
	if c.WhereClause != nil {
		out.Where = in.noAggs("WHERE").condition(c.WhereClause, "WHERE")
	}
}

// arbiters finds the unique indexes that ON CONFLICT names; nil: all of them.
func (s *scope) arbiters(m *rModify, infer *pg.InferClause) []int {
	if infer == nil {
		return nil
	}
	rl := m.rel
	if infer.Conname != "" {
		named := m.named() // a view has no constraints
		for k := range named.Indexes {
			if ix := &named.Indexes[k]; ix.Name == infer.Conname && ix.Constraint != 0 {
				return []int{k}
			}
		}
		s.failAt(-1, sqlerr.UndefinedObject, `constraint "%s" for table "%s" does not exist`, infer.Conname, named.Name)
	}
	in := s.inferred(m, infer)
	var out []int
	for k := range rl.Indexes {
		if ix := &rl.Indexes[k]; ix.Unique && in.matches(ix) {
			out = append(out, k)
		}
	}
	if out == nil {
		s.failAt(-1, sqlerr.InvalidColumnReference, "there is no unique or exclusion constraint matching the ON CONFLICT specification")
	}
	return out
}

// inference is what ON CONFLICT says of the indexes that it means: columns,
// expressions and a condition that implies their predicates, bound over a row of
// the relation.
//
// s names the columns of what the statement names, own those of the relation.
type inference struct {
	s     *scope
	own   *scope
	cols  map[int]bool
	exprs []Expr
	where []Expr
}

func (s *scope) inferred(m *rModify, n *pg.InferClause) *inference {
	named := m.named()
	ids, it := s.rowItem(m, named.Name)
	in := &inference{s: &scope{b: s.b, items: []*item{it}, clause: "ON CONFLICT"}, cols: map[int]bool{}}
	in.own = in.s
	if m.via != nil { // what the indexes say of the relation is over the same row
		own := &item{alias: m.rel.Name, rel: m.rel, named: true, open: true}
		for i, id := range ids {
			own.cols = append(own.cols, itemCol{name: m.rel.Columns[i].Name, expr: s.b.ref(id)})
		}
		in.own = &scope{b: s.b, items: []*item{own}, clause: "ON CONFLICT"}
	}
	for _, x := range n.IndexElems {
		e := x.GetIndexElem()
		var bound Expr
		if e.Name == "" {
			bound = s.b.settle(in.s.expr(e.Expr))
		} else if at := named.ColumnIndex(e.Name); at >= 0 {
			bound = s.b.settle(it.cols[at].expr)
		} else {
			s.failAt(n.Location, sqlerr.UndefinedColumn, `column "%s" does not exist`, e.Name)
		}
		if c, ok := bound.(*Col); ok {
			in.cols[slices.Index(ids, c.Index)] = true
			continue
		}
		in.exprs = append(in.exprs, bound)
	}
	if n.WhereClause != nil {
		in.where = conjuncts(in.s.condition(n.WhereClause, "WHERE"))
	}
	return in
}

// matches reports whether an index is meant: it is about the same columns and
// expressions, and has all rows for which the condition holds.
func (in *inference) matches(ix *catalog.Index) bool {
	plain := map[int]bool{}
	for _, c := range ix.Columns {
		if c != catalog.ExprColumn {
			plain[c] = true
		}
	}
	if !maps.Equal(plain, in.cols) {
		return false
	}
	own := make([]Expr, len(ix.Exprs))
	for i := range own {
		own[i] = in.s.b.settle(in.own.stored(ix.Exprs[i].Expr))
	}
	among := func(e Expr, list []Expr) bool {
		return slices.ContainsFunc(list, func(x Expr) bool { return sameExpr(e, x) })
	}
	for _, e := range in.exprs {
		if !among(e, own) {
			return false
		}
	}
	for _, e := range own {
		if !among(e, in.exprs) {
			return false
		}
	}
	if ix.Where == "" {
		return true
	}
	where := in.s.b.mustCoerce(in.own.stored(ix.Where), types.OIDBool, -1, "WHERE")
	for _, c := range conjuncts(where) {
		if !in.s.b.implied(c, in.where) {
			return false
		}
	}
	return true
}

// implied reports whether a condition holds wherever all of the others do.
func (b *binder) implied(c Expr, by []Expr) bool {
	for _, x := range by {
		if sameExpr(c, x) {
			return true
		}
		if n, ok := c.(*NullTest); ok && n.Not && strictIn(x, n.Arg) {
			return true
		}
	}
	if or, ok := c.(*BoolOp); ok && or.Op == Or {
		return slices.ContainsFunc(or.Args, func(x Expr) bool { return b.implied(x, by) })
	}
	return false
}

// strictIn reports whether a condition can only hold where arg, which it has as an
// operand, is not NULL.
func strictIn(cond, arg Expr) bool {
	call, ok := cond.(*Call)
	if !ok || call.Op == "" {
		return false
	}
	f, ok := functions.ByOID(call.Func)
	return ok && !f.NotStrict && slices.ContainsFunc(call.Args, func(x Expr) bool { return sameExpr(x, arg) })
}

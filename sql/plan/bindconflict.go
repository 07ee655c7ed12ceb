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
	}
}

func (l lowering) conflict(c *onConflict) *Conflict {
	if c == nil {
		return nil
	}
	pair := layoutOf(c.stored, c.proposed)
	return &Conflict{Indexes: c.Indexes, Update: c.Update, Set: l.exprs(c.Set, pair), Where: l.expr(c.Where, pair)}
}

// tempConflict binds ON CONFLICT of an INSERT into a temporary table.
func (s *scope) tempConflict(m *rModify, n *pg.InsertStmt) {
	c := n.OnConflictClause
	if c == nil {
		return
	}
	m.conflict = &onConflict{}
	m.conflict.Indexes = s.arbiters(m.rel, c.Infer)
	if c.Infer != nil {
		for _, k := range m.conflict.Indexes {
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
	var stored, proposed *item
	out.stored, stored = s.b.rowColumns(m.rel, alias)
	out.proposed, proposed = s.b.rowColumns(m.rel, "excluded")
	in := &scope{b: s.b, parent: s.parent, ctes: s.ctes, items: []*item{stored, proposed}}
	in.checkNames(nil, in.items)
	for i := range m.rel.Columns {
		s.b.access.stands(out.stored[i], otherCol{of: m.access, att: int16(i + 1)})
		s.b.access.stands(out.proposed[i], otherCol{of: m.access, att: int16(i + 1)})
	}
	cols, values := in.noAggs("UPDATE").assignments(m.rel, c.TargetList, shared)
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
func (s *scope) arbiters(rl *catalog.Relation, infer *pg.InferClause) []int {
	if infer == nil {
		return nil
	}
	if infer.Conname != "" {
		for k := range rl.Indexes {
			if ix := &rl.Indexes[k]; ix.Name == infer.Conname && ix.Constraint != 0 {
				return []int{k}
			}
		}
		s.failAt(-1, sqlerr.UndefinedObject, `constraint "%s" for table "%s" does not exist`, infer.Conname, rl.Name)
	}
	in := s.inferred(rl, infer)
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
type inference struct {
	s     *scope
	cols  map[int]bool
	exprs []Expr
	where []Expr
}

func (s *scope) inferred(rl *catalog.Relation, n *pg.InferClause) *inference {
	_, it := s.b.rowColumns(rl, rl.Name)
	in := &inference{s: &scope{b: s.b, items: []*item{it}, clause: "ON CONFLICT"}, cols: map[int]bool{}}
	for _, x := range n.IndexElems {
		e := x.GetIndexElem()
		if e.Name == "" {
			bound := s.b.settle(in.s.expr(e.Expr))
			if c, ok := bound.(*Col); ok {
				at := slices.IndexFunc(it.cols, func(k itemCol) bool { return k.expr.(*Col).Index == c.Index })
				in.cols[at] = true
				continue
			}
			in.exprs = append(in.exprs, bound)
			continue
		}
		at := rl.ColumnIndex(e.Name)
		if at < 0 {
			s.failAt(n.Location, sqlerr.UndefinedColumn, `column "%s" does not exist`, e.Name)
		}
		in.cols[at] = true
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
		own[i] = in.s.b.settle(in.s.stored(ix.Exprs[i].Expr))
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
	where := in.s.b.mustCoerce(in.s.stored(ix.Where), types.OIDBool, -1, "WHERE")
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

package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// modifyInput binds the target of UPDATE or DELETE with the items joined to it
// and the condition; the target's columns come first.
func (s *scope) modifyInput(m *rModify, n *pg.RangeVar, from []*pg.Node, where *pg.Node) (rel, *rScan, *item) {
	sc, it := s.b.scan(m.rel, nil)
	if n.Alias != nil {
		it.alias, it.schema = n.Alias.Aliasname, ""
	}
	sc.alias = it.alias
	if m.temp != nil {
		sc.number = s.b.newCol(Column{Name: "ctid", Type: types.OIDInt8, Typmod: -1})
	}
	s.b.qualify(it)
	s.items = []*item{it}
	var r rel = sc
	for _, f := range from {
		fr, items := s.fromItem(f, s.items)
		s.checkNames(s.items, items)
		s.items = append(s.items, items...)
		r = &rJoin{kind: InnerJoin, left: r, right: fr}
	}
	if where != nil {
		r = filter(r, s.noAggs("WHERE").condition(where, "WHERE"))
	}
	return r, sc, it
}

// update binds UPDATE of a state table.
func (s *scope) update(n *pg.UpdateStmt) rel {
	var w *rWith
	if n.WithClause != nil {
		w = s.withClause(n.WithClause)
	}
	m := newModify("UPDATE", s.writable(n.Relation, "UPDATE"))
	q := &scope{b: s.b, parent: s.parent, ctes: s.ctes}
	r, target, it := q.modifyInput(m, n.Relation, n.FromClause, n.WhereClause)
	var es []Expr
	for i := range it.cols {
		es = append(es, it.cols[i].expr)
	}
	set := q.noAggs("UPDATE")
	var values []Expr
	m.cols, values = set.assignments(m.rel, n.TargetList)
	if m.temp != nil {
		for i := range m.rel.Columns {
			if k := slices.Index(m.cols, i); k >= 0 {
				es[i] = values[k]
			}
		}
		m.input = s.b.changeRows(r, target, m.rel, es)
		s.tempReturning(m, n.ReturningList, n.Relation, q.items[1:])
	} else {
		s.returning(m, n.ReturningList, n.Relation, q.items[1:])
		m.input = s.b.computed(r, append(append(es, values...), s.b.refs(m.extras)...))
	}
	if w != nil {
		return s.closeWith(w, m)
	}
	return m
}

// assignments binds a list of SET.
func (s *scope) assignments(rl *catalog.Relation, list []*pg.Node) (cols []int, values []Expr) {
	for _, n := range list {
		rt := n.GetResTarget()
		col := s.targetColumn(rl, rt)
		if slices.Contains(cols, col) {
			s.failAt(-1, sqlerr.SyntaxError, `multiple assignments to same column "%s"`, rt.Name)
		}
		val := rt.Val
		if val.GetSetToDefault() == nil || rl.Columns[col].Identity == 0 && !rl.Columns[col].Generated {
			s.refuseServerSet(rl, col, "UPDATE")
		}
		cols = append(cols, col)
		values = append(values, s.setValue(rl, col, rt))
	}
	return cols, values
}

// setValue binds the new value of one assignment, (a, b) = (x, y) included.
func (s *scope) setValue(rl *catalog.Relation, col int, rt *pg.ResTarget) Expr {
	val := rt.Val
	if ma := val.GetMultiAssignRef(); ma != nil {
		row := ma.Source.GetRowExpr()
		if row == nil {
			s.b.unsupported(rt.Location, "assignment of a subquery's row to several columns is")
		}
		if len(row.Args) != int(ma.Ncolumns) {
			s.failAt(row.Location, sqlerr.SyntaxError, "number of columns does not match number of values")
		}
		val = row.Args[ma.Colno-1]
	}
	if d := val.GetSetToDefault(); d != nil {
		return s.defaultOf(rl, col, d.Location)
	}
	return s.assign(rl, col, s.expr(val), locate(val))
}

// computed projects expressions, each a column of its own.
func (b *binder) computed(r rel, es []Expr) rel {
	p := &rProject{input: r}
	own := outSet(r)
	for _, e := range es {
		p.exprs = append(p.exprs, e)
		p.ids = append(p.ids, b.project1(e, "", own))
	}
	return p
}

// delete binds DELETE from a state table.
func (s *scope) delete(n *pg.DeleteStmt) rel {
	var w *rWith
	if n.WithClause != nil {
		w = s.withClause(n.WithClause)
	}
	m := newModify("DELETE", s.writable(n.Relation, "DELETE"))
	q := &scope{b: s.b, parent: s.parent, ctes: s.ctes}
	r, target, it := q.modifyInput(m, n.Relation, n.UsingClause, n.WhereClause)
	var es []Expr
	for i := range it.cols {
		es = append(es, it.cols[i].expr)
	}
	if m.temp != nil {
		m.input = s.b.changeRows(r, target, m.rel, nil)
		s.tempReturning(m, n.ReturningList, n.Relation, q.items[1:])
	} else {
		s.returning(m, n.ReturningList, n.Relation, q.items[1:])
		m.input = s.b.computed(r, append(es, s.b.refs(m.extras)...))
	}
	if w != nil {
		return s.closeWith(w, m)
	}
	return m
}

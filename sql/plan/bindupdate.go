package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// modifyInput binds the target of UPDATE or DELETE with the items joined to it
// and the condition; the target's columns come first.
func (s *scope) modifyInput(m *rModify, n *pg.RangeVar, from []*pg.Node, where *pg.Node, returning bool) (rel, *rScan) {
	if m.via != nil && where.GetCurrentOfExpr() != nil {
		fail(sqlerr.New(sqlerr.FeatureNotSupported, "WHERE CURRENT OF on a view is not implemented"))
	}
	r, sc, it := s.target(m, n)
	s.items = []*item{it}
	for _, f := range from {
		fr, items := s.fromItem(f, s.items)
		s.checkNames(s.items, items)
		s.items = append(s.items, items...)
		if returning { // which is bound when the rows are made
			for _, it := range items {
				s.b.askSystem(it)
			}
		}
		r = &rJoin{kind: InnerJoin, left: r, right: fr}
	}
	if where != nil {
		r = filter(r, s.noAggs("WHERE").condition(where, "WHERE"))
	}
	return r, sc
}

// update binds UPDATE of a state table.
func (s *scope) update(n *pg.UpdateStmt) rel {
	var w *rWith
	if n.WithClause != nil {
		w = s.withClause(n.WithClause)
	}
	m := s.writable(n.Relation, "UPDATE")
	q := &scope{b: s.b, parent: s.parent, ctes: s.ctes}
	r, target := q.modifyInput(m, n.Relation, n.FromClause, n.WhereClause, len(n.ReturningList) > 0)
	es := s.b.refs(target.ids)
	set := q.noAggs("UPDATE")
	var values []Expr
	rows := &rProject{input: r}
	m.cols, values = set.assignments(m, n.TargetList, func(q *subquery) Expr {
		id := s.b.newCol(Column{Name: "row", Type: types.OIDRecord, Typmod: -1})
		rows.exprs, rows.ids = append(rows.exprs, q), append(rows.ids, id)
		return s.b.ref(id)
	})
	m.access.updates(m.cols)
	if rows.ids != nil { // each is computed once, for all the columns that it sets
		for _, id := range r.outs() {
			rows.exprs, rows.ids = append(rows.exprs, s.b.ref(id)), append(rows.ids, id)
		}
		r = rows
	}
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

// shared leaves a subquery that sets several columns in the value of each.
func shared(q *subquery) Expr { return q }

// assignments binds a list of SET: columns of the relation that is written. row says
// where the value of a subquery that sets several columns is found.
func (s *scope) assignments(m *rModify, list []*pg.Node, row func(*subquery) Expr) (cols []int, values []Expr) {
	var several multiSource
	for _, n := range list {
		rt := n.GetResTarget()
		named := s.targetColumn(m.named(), rt, true)
		value := s.setValue(m, named, rt, &several, row)
		col := m.below(named)
		c := &m.rel.Columns[col]
		if slices.Contains(cols, col) {
			s.failAt(-1, sqlerr.SyntaxError, `multiple assignments to same column "%s"`, c.Name)
		}
		if rt.Val.GetSetToDefault() == nil || m.via != nil || c.Identity == 0 && !c.Generated {
			s.refuseServerSet(m.rel, col, "UPDATE")
		}
		cols, values = append(cols, col), append(values, value)
	}
	return cols, values
}

// multiSource is the subquery of the (a, b) = (SELECT …) that is being bound.
type multiSource struct {
	row    Expr
	fields []outCol
}

// setValue binds the new value of one assignment, those of (a, b) = (x, y) and
// (a, b) = (SELECT x, y) included.
func (s *scope) setValue(m *rModify, col int, rt *pg.ResTarget, several *multiSource, row func(*subquery) Expr) Expr {
	rl, val := m.named(), rt.Val
	if ma := val.GetMultiAssignRef(); ma != nil {
		at := int(ma.Colno) - 1
		switch src := ma.Source.GetNode().(type) {
		case *pg.Node_RowExpr:
			if len(src.RowExpr.Args) != int(ma.Ncolumns) {
				s.failAt(src.RowExpr.Location, sqlerr.SyntaxError, "number of columns does not match number of values")
			}
			val = src.RowExpr.Args[at]
		case *pg.Node_SubLink:
			if at == 0 {
				several.bind(s, src.SubLink, int(ma.Ncolumns), row)
			}
			f := several.fields[at]
			return s.assign(rl, col, &Field{Arg: several.row, Index: at, OID: s.b.cols[f.id].Type}, locate(f.node))
		default:
			s.failAt(locate(ma.Source), sqlerr.FeatureNotSupported, "source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression")
		}
	}
	if d := val.GetSetToDefault(); d != nil {
		return s.setDefault(m, m.below(col), d.Location)
	}
	return s.assign(rl, col, s.expr(val), locate(val))
}

// bind binds the subquery as one that gives a record.
func (m *multiSource) bind(s *scope, n *pg.SubLink, width int, row func(*subquery) Expr) {
	sub, fields := s.recordSub(n)
	if len(fields) != width {
		s.failAt(n.Location, sqlerr.SyntaxError, "number of columns does not match number of values")
	}
	m.row, m.fields = row(sub), fields
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
	m := s.writable(n.Relation, "DELETE")
	q := &scope{b: s.b, parent: s.parent, ctes: s.ctes}
	r, target := q.modifyInput(m, n.Relation, n.UsingClause, n.WhereClause, len(n.ReturningList) > 0)
	es := s.b.refs(target.ids)
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

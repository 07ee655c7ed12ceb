package plan

import (
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// named is the relation whose columns a write names.
func (m *rModify) named() *catalog.Relation {
	if m.via != nil {
		return m.via.view
	}
	return m.rel
}

// below returns the column of the relation that is written for column col of the one
// that is named.
func (m *rModify) below(col int) int {
	if m.via == nil {
		return col
	}
	c := &m.via.cols[col]
	if c.base < 0 {
		m.refuseColumn(c)
	}
	return c.base
}

// refuseColumn complains of a value for a view's column that is none of the relation.
func (m *rModify) refuseColumn(c *viewColumn) {
	doing := map[string]string{"INSERT": "insert into", "UPDATE": "update"}[m.kind]
	fail(sqlerr.New(sqlerr.FeatureNotSupported, `cannot %s column "%s" of view "%s"`, doing, c.name, c.view.Name).WithDetail("%s", c.why))
}

// defaultInto binds the default of a column of the relation that is written: a view's
// comes before its own.
func (s *scope) defaultInto(m *rModify, col int, location int32) Expr {
	if m.via != nil {
		if c := m.via.defaults[col]; c != nil {
			in := &scope{b: s.b, clause: "DEFAULT"}
			return s.assign(m.rel, col, in.stored(c.Default), location)
		}
	}
	return s.defaultOf(m.rel, col, location)
}

// setDefault binds DEFAULT in a list of SET. Through a view it is the view's default,
// and NULL where the view has none.
func (s *scope) setDefault(m *rModify, col int, location int32) Expr {
	if m.via == nil || m.via.defaults[col] != nil {
		return s.defaultInto(m, col, location)
	}
	c := &m.rel.Columns[col]
	return s.b.toColumn(&Const{Value: types.NullDatum, OID: c.Type, Typmod: c.Typmod}, c)
}

// viewDefaults adds the defaults that views give to the rows of an INSERT into what is
// no temporary table, whose own defaults come when they are stored.
func (s *scope) viewDefaults(m *rModify) {
	if m.via == nil {
		return
	}
	if len(m.via.stray) > 0 {
		m.refuseColumn(&m.via.stray[0])
	}
	if m.temp != nil {
		return
	}
	p := &rProject{input: m.input}
	for i := range m.rel.Columns {
		if m.via.defaults[i] == nil || slices.Contains(m.cols, i) {
			continue
		}
		c := &m.rel.Columns[i]
		p.exprs, p.ids = append(p.exprs, s.defaultInto(m, i, -1)), append(p.ids, s.b.newCol(Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod}))
		m.cols = append(m.cols, i)
	}
	if p.ids == nil {
		return
	}
	given := m.input.outs()
	p.exprs, p.ids = append(s.b.refs(given), p.exprs...), append(slices.Clone(given), p.ids...)
	m.input = p
}

// rowItem makes the item that names a row of what a write names; ids are the columns
// of the relation's row.
func (s *scope) rowItem(m *rModify, alias string) (ids []int, it *item) {
	if m.via == nil {
		return s.b.rowColumns(m.rel, alias)
	}
	row := s.b.viewRow(m.via)
	row.item.alias, row.item.schema = alias, ""
	return row.scan.ids, row.item
}

// writtenThrough finds what a write through a view writes, or refuses it.
func (b *binder) writtenThrough(rl *catalog.Relation, verb string) *viewTarget {
	if verb == "MERGE" {
		fail(sqlerr.New(sqlerr.FeatureNotSupported, `cannot execute MERGE on relation "%s"`, rl.Name).
			WithDetail("This operation is not supported for views."))
	}
	noted := len(b.access.list)
	t, fault := b.throughView(rl)
	if fault == nil && verb != "DELETE" && !t.anyColumn() {
		fault = &viewFault{rl, noneToWrite}
	}
	switch {
	case fault != nil && fault.view.Store == catalog.VirtualStore:
		fail(readOnlyCatalog(fault.view))
	case fault != nil:
		refuseView(fault, verb)
	}
	b.use(t.base.OID)
	b.keepChain(t, noted)
	return t
}

// anyColumn reports whether a column of the view is one of the relation.
func (t *viewTarget) anyColumn() bool {
	return slices.ContainsFunc(t.cols, func(c viewColumn) bool { return c.base >= 0 })
}

// refuseView complains of a write through a view that takes none.
func refuseView(f *viewFault, verb string) {
	what := map[string]string{"INSERT": "insert into", "UPDATE": "update", "DELETE": "delete from", "MERGE": "merge into"}[verb]
	hint := "Write to the relations that the view shows."
	if f.view.Store == catalog.LensStore {
		hint = lensHint
	}
	fail(sqlerr.New(sqlerr.ObjectNotInPrerequisite, `cannot %s view "%s"`, what, f.view.Name).WithDetail("%s", f.detail).WithHint("%s", hint))
}

// allBelow is below of several columns, each of which may be meant once.
func (m *rModify) allBelow(cols []int) []int {
	if m.via == nil {
		return cols
	}
	out := make([]int, len(cols))
	for i, c := range cols {
		out[i] = m.below(c)
		if slices.Contains(out[:i], out[i]) {
			fail(sqlerr.New(sqlerr.SyntaxError, `multiple assignments to same column "%s"`, m.rel.Columns[out[i]].Name))
		}
	}
	return out
}

// viewWritten makes the item that RETURNING sees of a write through views, and the
// check options, over the row that was stored.
func (s *scope) viewWritten(m *rModify) *item {
	row := s.b.viewRow(m.via)
	m.row, m.system = row.scan.ids, s.b.systemIDs(m.rel, m.rel.Name)
	for k, id := range row.scan.system {
		if id != 0 {
			m.system[k] = id
		}
	}
	if m.kind != "DELETE" {
		m.checks = row.checks(m.via)
		s.checkedNow(m)
	}
	row.item.alias = m.via.view.Name
	return row.item
}

// commitTime is the expression of a column that the commit sets.
const commitTime = "stemedb_commit_time()"

// checkedNow refuses check options that cannot be asked when the row is written.
func (s *scope) checkedNow(m *rModify) {
	later := setOf(m.system[:])
	if m.rel.Store == catalog.ClaimStore {
		for i := range m.rel.Columns {
			if m.rel.Columns[i].Expr == commitTime {
				later.add(m.row[i])
			}
		}
	}
	for _, q := range m.checks {
		for id := range colsOf(q.cond).all() {
			if later.has(id) {
				fail(sqlerr.New(sqlerr.FeatureNotSupported, `check option of view "%s" on column "%s" is not supported`, q.view.Name, s.b.cols[id].Name).
					WithDetail("The column has no value before the row is stored."))
			}
		}
	}
}

func (l lowering) viewChecks(r *rModify, at layout) (out []ViewCheck) {
	for _, q := range r.checks {
		out = append(out, ViewCheck{q.view.Name, l.expr(q.cond, at)})
	}
	return out
}

// ViewWrites says what can be done with the rows of a view.
func ViewWrites(ctx BindContext, rl *catalog.Relation) (w functions.Writes) {
	w.Columns = make([]bool, len(rl.Columns))
	b := newBinder(ctx, &parser.Statement{})
	var err error
	defer b.recover(&err) // then it takes none
	t, fault := b.throughView(rl)
	if fault != nil {
		return w
	}
	changes := t.base.Store != catalog.ClaimStore
	w.Insert, w.Update, w.Delete = t.anyColumn(), changes && t.anyColumn(), changes
	for i, c := range t.cols {
		w.Columns[i] = changes && c.base >= 0
	}
	return w
}

func readOnlyCatalog(rl *catalog.Relation) *sqlerr.Error {
	return sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied: "%s" is a system catalog`, rl.Name)
}

// told makes a column of RETURNING that is one of the view the view's, as clients are told.
func (t *viewTarget) told(col *Column, e Expr, it *item) {
	for i := range it.cols {
		if sameExpr(e, it.cols[i].expr) {
			col.Rel, col.Att = t.view.OID, int16(i+1)
			return
		}
	}
}

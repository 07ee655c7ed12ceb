package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// tempModify is what a write to a temporary table has beyond rModify.
// generated and checks are over rModify.row, as RETURNING is, which sees extra
// columns of the input too.
type tempModify struct {
	actions   []TempKind // of MERGE's clauses
	generated []Expr     // by column
	checks    []Expr
	keys      [][]Expr // see TempWrite.Keys
	extra     []int
}

func (t *tempModify) exprs(list func([]Expr)) {
	if t == nil {
		return
	}
	list(t.generated)
	list(t.checks)
	for _, k := range t.keys {
		list(k)
	}
}

// rowColumns numbers columns for a relation's row and makes the item that
// names them.
func (b *binder) rowColumns(rl *catalog.Relation, alias string) ([]int, *item) {
	it := &item{alias: alias, rel: rl, named: true, open: true}
	var ids []int
	for i := range rl.Columns {
		c := &rl.Columns[i]
		id := b.newCol(Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod, Domain: c.Domain, Rel: rl.OID, Att: int16(i + 1), Collation: ownCollation(c)})
		ids = append(ids, id)
		it.cols = append(it.cols, itemCol{name: c.Name, expr: b.ref(id)})
	}
	return ids, it
}

// constraints binds what must hold of, and what follows from, the full row of
// a write to a temporary table. m.row is set.
func (s *scope) constraints(m *rModify) {
	in := &scope{b: s.b, clause: "CHECK constraints"}
	it := &item{alias: m.rel.Name, rel: m.rel, named: true, open: true}
	for i, id := range m.row {
		it.cols = append(it.cols, itemCol{name: m.rel.Columns[i].Name, expr: s.b.ref(id)})
	}
	in.items = []*item{it}
	for _, c := range m.rel.Checks {
		m.temp.checks = append(m.temp.checks, in.b.mustCoerce(in.stored(c.Expr), types.OIDBool, -1, "CHECK"))
	}
	for i := range m.rel.Columns {
		c := &m.rel.Columns[i]
		if !c.Generated {
			continue
		}
		if m.temp.generated == nil {
			m.temp.generated = make([]Expr, len(m.rel.Columns))
		}
		m.temp.generated[i] = s.assign(m.rel, i, in.stored(c.Expr), -1)
	}
	for i := range m.rel.Indexes {
		m.temp.keys = append(m.temp.keys, in.indexKeys(&m.rel.Indexes[i]))
	}
	for i := range m.rel.Foreign {
		m.temp.keys = append(m.temp.keys, in.foreignKey(m.rel, &m.rel.Foreign[i]))
	}
}

// stored binds an expression that a table's declaration holds as text.
func (s *scope) stored(text string) Expr {
	n, err := parser.ParseExpr(text)
	if err != nil {
		fail(sqlerr.From(err))
	}
	vars := s.b.ctx.Variables // which are the statement's, as the expression is not
	s.b.ctx.Variables = nil
	e := s.b.unwritten(func() Expr { return s.expr(n) })
	s.b.ctx.Variables = vars
	return e
}

// fullRows makes the input of an INSERT full rows of the temporary table:
// defaults where the statement gives nothing.
func (s *scope) fullRows(m *rModify) {
	given := map[int]int{}
	for i, id := range m.input.outs() {
		given[m.cols[i]] = id
	}
	p := &rProject{input: m.input}
	for i := range m.rel.Columns {
		c := &m.rel.Columns[i]
		var e Expr
		if id, ok := given[i]; ok {
			e = s.b.ref(id)
		} else {
			e = s.defaultInto(m, i, -1)
		}
		p.exprs = append(p.exprs, e)
		p.ids = append(p.ids, s.b.newCol(Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod}))
	}
	m.input = p
}

// tempDefault binds the default of a temporary table's column.
func (s *scope) tempDefault(rl *catalog.Relation, col int) Expr {
	c := &rl.Columns[col]
	switch {
	case c.Sequence != 0:
		return s.assign(rl, col, &NextValue{Sequence: c.Sequence, Called: c.Identity == 0}, -1)
	case c.Default == "" && !c.Generated && s.b.domainDefault(c) != "":
		in := &scope{b: s.b, clause: "DEFAULT"}
		return s.assign(rl, col, in.stored(s.b.domainDefault(c)), -1)
	case c.Generated || c.Default == "":
		return &Const{Value: types.NullDatum, OID: c.Type, Typmod: c.Typmod}
	}
	in := &scope{b: s.b, clause: "DEFAULT"}
	return s.assign(rl, col, in.stored(c.Default), -1)
}

// NextValue takes the next value of a sequence of the session, an int8.
type NextValue struct {
	Sequence types.OID
	Called   bool // by nextval, for which the current role needs privileges
}

// Type returns int8.
func (e *NextValue) Type() (types.OID, int32) { return types.OIDInt8, -1 }

// uniqueKey lets a scan of a temporary table look rows up when all columns of
// a unique index equal something that the scan's own rows do not decide. The
// conditions stay: that costs little.
func (b *binder) uniqueKey(s *rScan) {
	if s.key.Values != nil {
		return
	}
	by := map[int]Expr{}
	own := outSet(s)
	for _, c := range conjuncts(s.filter) {
		call, ok := c.(*Call)
		if !ok || call.Op != "=" || len(call.Args) != 2 {
			continue
		}
		for i := range 2 {
			if col := s.keyColumn(call.Args[i], call.Func); col >= 0 && colsOf(call.Args[1-i]).disjoint(own) && volatility(call.Args[1-i]) != 'v' {
				by[col] = call.Args[1-i]
			}
		}
	}
	for k, ix := range s.rel.Indexes {
		var values []Expr
		for _, c := range ix.Columns {
			if e := by[c]; e != nil {
				values = append(values, e)
			}
		}
		if ix.Unique && ix.Where == "" && len(values) == len(ix.Columns) {
			s.key.Unique, s.key.Values = k, values
			return
		}
	}
}

// keyColumn returns the column of the scan that an argument of an equality
// function is; -1 when it is none, or the equality is not that of its type.
func (s *rScan) keyColumn(e Expr, fn types.OID) int {
	if c, ok := e.(*Convert); ok && !c.IO && c.Typmod < 0 {
		e = c.Arg
	}
	c, ok := e.(*Col)
	if !ok {
		return -1
	}
	f, ok := functions.ByOID(fn)
	if !ok || len(f.Args) != 2 || f.Args[0] != f.Args[1] {
		return -1
	}
	for i, id := range s.ids {
		t := s.rel.Columns[i].Type
		if id == c.Index && id != 0 && (t == f.Args[0] || t == types.OIDVarchar && f.Args[0] == types.OIDText) {
			return i
		}
	}
	return -1
}

func (l lowering) tempModify(r *rModify) Node {
	n := &TempWrite{Rel: r.rel.OID, Name: r.rel.Name, Input: l.node(r.input)}
	n.Kind = map[string]TempKind{"INSERT": TempInsert, "UPDATE": TempUpdate, "DELETE": TempDelete, "MERGE": TempMerge}[r.kind]
	n.Actions = r.temp.actions
	for i := range r.rel.Columns {
		n.Types = append(n.Types, r.rel.Columns[i].Type)
	}
	at := layoutOf(r.row, r.system[:], r.temp.extra)
	n.Generated, n.Checks = l.exprs(r.temp.generated, at), l.exprs(r.temp.checks, at)
	for _, k := range r.temp.keys {
		n.Keys = append(n.Keys, l.exprs(k, at))
	}
	n.Conflict, n.ViewChecks = l.conflict(r.conflict), l.viewChecks(r, at)
	if r.returning != nil {
		n.Returning, n.Out = l.exprs(r.returning, at), l.b.columns(r.ids)
	}
	return n
}

// tempReturning finishes a write to a temporary table: RETURNING, in which the
// other items of UPDATE and DELETE can be named too, and the constraints.
func (s *scope) tempReturning(m *rModify, list []*pg.Node, n *pg.RangeVar, others []*item) {
	s.returning(m, list, n, others)
	if m.kind != "DELETE" {
		s.constraints(m)
	}
	asked := colsOf(m.returning...)
	p, _ := m.input.(*rProject)
	for _, it := range others {
		for _, c := range it.cols {
			for id := range colsOf(c.expr).all() {
				if !asked.has(id) || slices.Contains(m.temp.extra, id) {
					continue
				}
				m.temp.extra = append(m.temp.extra, id)
				p.exprs, p.ids = append(p.exprs, s.b.ref(id)), append(p.ids, id)
			}
		}
		if it.system == nil {
			continue
		}
		for _, id := range it.system.asked() {
			if asked.has(id) {
				m.temp.extra = append(m.temp.extra, id)
				p.exprs, p.ids = append(p.exprs, s.b.ref(id)), append(p.ids, id)
			}
		}
	}
}

// changeRows makes the input of UPDATE or DELETE of a temporary table: the
// row's number, then the values of the new row (none of a DELETE).
func (b *binder) changeRows(r rel, target *rScan, rl *catalog.Relation, row []Expr) rel {
	p := &rProject{input: r, exprs: []Expr{b.ref(target.number)}, ids: []int{target.number}}
	for i, e := range row {
		c := &rl.Columns[i]
		p.exprs, p.ids = append(p.exprs, e), append(p.ids, b.newCol(Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod}))
	}
	return p
}

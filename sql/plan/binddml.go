package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// immutableClaims refuses what would change claims.
func immutableClaims(verb string) *sqlerr.Error {
	return sqlerr.New(sqlerr.FeatureNotSupported, "%s of assertions is not supported: claims never change", verb).
		WithHint("Use retract(id, reason), or insert a claim that revises it.")
}

// writable resolves the target of a write, which it begins, and refuses what cannot be
// written.
func (s *scope) writable(n *pg.RangeVar, verb string) *rModify {
	b := s.b
	if b.stmt.Clauses[n] != nil {
		b.unsupported(n.Location, "a lens or time clause on the target of "+verb+" is")
	}
	rl := b.relation(n)
	b.use(rl.OID)
	var via *viewTarget
	if rl.Store == catalog.ViewStore {
		via = b.writtenThrough(rl, verb)
		rl = via.base
	}
	switch rl.Store {
	case catalog.ClaimStore:
		if verb != "INSERT" {
			fail(immutableClaims(verb))
		}
	case catalog.LensStore:
		refuseView(&viewFault{rl, lensDetail(rl)}, verb)
	case catalog.VirtualStore:
		fail(readOnlyCatalog(rl))
	}
	return b.newModify(verb, rl, via)
}

// insert binds INSERT.
func (s *scope) insert(n *pg.InsertStmt) rel {
	b := s.b
	var w *rWith
	if n.WithClause != nil {
		w = s.withClause(n.WithClause)
	}
	m := s.writable(n.Relation, "INSERT")
	m.overriding = n.Override
	cols, nodes := s.insertCols(n, m.named())
	if m.temp == nil {
		s.fixedConflict(m, n)
		if n.Override == pg.OverridingKind_OVERRIDING_SYSTEM_VALUE {
			b.unsupported(-1, "OVERRIDING SYSTEM VALUE is")
		}
	}
	switch sel := n.SelectStmt.GetSelectStmt(); {
	case sel == nil:
		m.input = &rValues{rows: [][]Expr{{}}}
	case plainValues(sel):
		s.insertValues(m, sel, cols, nodes)
	default:
		s.insertSelect(m, sel, cols, nodes)
	}
	m.access.inserts(m.cols)
	s.viewDefaults(m)
	if m.temp != nil {
		s.fullRows(m)
		s.tempConflict(m, n)
		s.tempReturning(m, n.ReturningList, n.Relation, nil)
	} else {
		s.returning(m, n.ReturningList, n.Relation, nil)
	}
	if w != nil {
		return s.closeWith(w, m)
	}
	return m
}

// newModify begins a write.
func (b *binder) newModify(kind string, rl *catalog.Relation, via *viewTarget) *rModify {
	if rl.Kind == 'S' {
		fail(sqlerr.New(sqlerr.WrongObjectType, `cannot change sequence "%s"`, rl.Name))
	}
	m := &rModify{kind: kind, rel: rl, via: via}
	if via == nil {
		m.access = b.writeEntry(rl, kind)
	} else {
		b.throughEntry(m)
	}
	if rl.Store == catalog.SessionStore {
		m.temp = &tempModify{}
	}
	return m
}

func plainValues(sel *pg.SelectStmt) bool {
	return len(sel.ValuesLists) > 0 && len(sel.SortClause) == 0 && sel.LimitCount == nil && sel.LimitOffset == nil && sel.WithClause == nil
}

// insertCols lists the target columns, of the list or all of them, with the
// node that names each (nil without a list).
func (s *scope) insertCols(n *pg.InsertStmt, rl *catalog.Relation) (cols []int, nodes []*pg.ResTarget) {
	if len(n.Cols) == 0 {
		for i := range rl.Columns {
			cols = append(cols, i)
			nodes = append(nodes, nil)
		}
		return cols, nodes
	}
	seen := map[int]bool{}
	for _, c := range n.Cols {
		rt := c.GetResTarget()
		i := s.targetColumn(rl, rt, false)
		if seen[i] {
			s.failAt(rt.Location, sqlerr.DuplicateColumn, `column "%s" specified more than once`, rt.Name)
		}
		seen[i] = true
		cols = append(cols, i)
		nodes = append(nodes, rt)
	}
	return cols, nodes
}

func (s *scope) targetColumn(rl *catalog.Relation, rt *pg.ResTarget, update bool) int {
	i := rl.ColumnIndex(rt.Name)
	if i < 0 && update && systemColumnNamed(rt.Name) != nil {
		s.failAt(rt.Location, sqlerr.FeatureNotSupported, `cannot assign to system column "%s"`, rt.Name)
	}
	if i < 0 {
		s.failAt(rt.Location, sqlerr.UndefinedColumn, `column "%s" of relation "%s" does not exist`, rt.Name, rl.Name)
	}
	if len(rt.Indirection) > 0 {
		s.b.unsupported(rt.Location, "assignment to a part of a column is")
	}
	return i
}

// refuseServerSet complains of a value for a column that the server sets.
func (s *scope) refuseServerSet(rl *catalog.Relation, col int, verb string) {
	c := &rl.Columns[col]
	why := `Column "%s" is a generated column.`
	switch {
	case c.Identity == 'a':
		why = `Column "%s" is an identity column defined as GENERATED ALWAYS.`
	case !c.Generated:
		return
	}
	e := sqlerr.New(sqlerr.GeneratedAlways, `cannot insert a non-DEFAULT value into column "%s"`, c.Name)
	if verb == "UPDATE" {
		e = sqlerr.New(sqlerr.GeneratedAlways, `column "%s" can only be updated to DEFAULT`, c.Name)
	}
	e = e.WithDetail(why, c.Name)
	if c.Identity != 0 && verb == "INSERT" {
		e = e.WithHint("Use OVERRIDING SYSTEM VALUE to override.")
	}
	fail(e)
}

// refuseInserted is refuseServerSet of an INSERT, which OVERRIDING may allow.
func (s *scope) refuseInserted(m *rModify, col int) {
	if m.rel.Columns[col].Identity != 0 && m.overriding > pg.OverridingKind_OVERRIDING_NOT_SET {
		return
	}
	s.refuseServerSet(m.rel, col, "INSERT")
}

// overridden reports whether OVERRIDING USER VALUE drops what is given.
func (m *rModify) overridden(col int) bool {
	return m.rel.Columns[col].Identity != 0 && m.overriding == pg.OverridingKind_OVERRIDING_USER_VALUE
}

// insertValues binds INSERT … VALUES: each value converted to its column's
// type, so that literals and parameters take it.
func (s *scope) insertValues(m *rModify, sel *pg.SelectStmt, cols []int, nodes []*pg.ResTarget) {
	sel = s.spreadRows(sel)
	in := s.child()
	in.clause = "VALUES"
	width := len(sel.ValuesLists[0].GetList().GetItems())
	s.insertWidth(width, len(cols), sel, nodes)
	cols = cols[:width]
	below := m.allBelow(cols)
	given := make([]bool, width)
	for _, l := range sel.ValuesLists {
		items := l.GetList().GetItems()
		if len(items) != width {
			s.failAt(locateList(items), sqlerr.SyntaxError, "VALUES lists must all be the same length")
		}
		for i, it := range items {
			given[i] = given[i] || it.GetSetToDefault() == nil && !m.overridden(below[i])
		}
	}
	v := &rValues{}
	for _, l := range sel.ValuesLists {
		var row []Expr
		for i, it := range l.GetList().GetItems() {
			if !given[i] {
				continue
			}
			if it.GetSetToDefault() != nil {
				row = append(row, s.defaultInto(m, below[i], it.GetSetToDefault().Location))
				continue
			}
			s.refuseInserted(m, below[i])
			row = append(row, s.assign(m.named(), cols[i], in.expr(it), locate(it)))
		}
		v.rows = append(v.rows, row)
	}
	for i, c := range below {
		if given[i] {
			m.cols = append(m.cols, c)
			rc := &m.rel.Columns[c]
			v.ids = append(v.ids, s.b.newCol(Column{Name: rc.Name, Type: rc.Type, Typmod: rc.Typmod}))
		}
	}
	m.input = v
}

// insertWidth complains when there are more values than columns, or fewer than
// the list names.
func (s *scope) insertWidth(width, cols int, sel *pg.SelectStmt, nodes []*pg.ResTarget) {
	if width > cols {
		at := int32(-1)
		if len(sel.ValuesLists) > 0 {
			at = locate(sel.ValuesLists[0].GetList().GetItems()[cols])
		} else if cols < len(sel.TargetList) {
			at = locate(sel.TargetList[cols])
		}
		s.failAt(at, sqlerr.SyntaxError, "INSERT has more expressions than target columns")
	}
	if width < cols && nodes[0] != nil {
		s.failAt(nodes[width].Location, sqlerr.SyntaxError, "INSERT has more target columns than expressions")
	}
}

// insertSelect binds INSERT … SELECT.
func (s *scope) insertSelect(m *rModify, sel *pg.SelectStmt, cols []int, nodes []*pg.ResTarget) {
	q := s.child().selectStmt(sel, false)
	s.insertWidth(len(q.cols), len(cols), sel, nodes)
	m.cols = m.allBelow(cols[:len(q.cols)])
	var es []Expr
	for i := range q.cols {
		s.refuseInserted(m, m.cols[i])
		e := q.expr(s.b, i)
		if m.overridden(m.cols[i]) {
			e = s.defaultInto(m, m.cols[i], -1)
		}
		es = append(es, s.assign(m.named(), cols[i], e, locate(q.cols[i].node)))
	}
	m.input = s.b.projectTo(s.b.narrow(q.rel, q.ids()), es)
}

// assign converts a value to its column's type.
func (s *scope) assign(rl *catalog.Relation, col int, e Expr, location int32) Expr {
	c := &rl.Columns[col]
	t := typeOf(e)
	if t == types.OIDUnknown || canCoerce([]types.OID{t}, []types.OID{c.Type}, assignment) {
		if out := s.b.coerce(e, c.Type, c.Typmod, assignment); out != nil {
			return s.b.toColumn(out, c)
		}
	}
	fail(s.b.at(location, sqlerr.New(sqlerr.DatatypeMismatch, `column "%s" is of type %s but expression is of type %s`,
		c.Name, types.FormatTypeBare(c.Type), types.FormatTypeBare(t)).
		WithHint("You will need to rewrite or cast the expression.")))
	return nil
}

// defaultOf binds a column's declared default, for rows that say DEFAULT where
// others give a value.
func (s *scope) defaultOf(rl *catalog.Relation, col int, location int32) Expr {
	c := &rl.Columns[col]
	if rl.Store == catalog.SessionStore {
		return s.tempDefault(rl, col)
	}
	if c.Default == "" {
		return &Const{Value: types.NullDatum, OID: c.Type, Typmod: c.Typmod}
	}
	n, err := parser.ParseExpr(c.Default)
	if err == nil && !ownDefault(n) {
		in := &scope{b: s.b, clause: "DEFAULT"}
		return s.assign(rl, col, s.b.unwritten(func() Expr { return in.expr(n) }), location)
	}
	s.failAt(location, sqlerr.FeatureNotSupported, `DEFAULT for column "%s" in some rows of VALUES only is not supported`, c.Name)
	return nil
}

// ownDefault reports whether a default is computed where rows are made.
func ownDefault(n *pg.Node) bool {
	f := n.GetFuncCall()
	if f == nil {
		return false
	}
	names, _ := fieldNames(f.Funcname)
	return len(names[len(names)-1]) > 8 && names[len(names)-1][:8] == "stemedb_"
}

// fixedConflict binds ON CONFLICT of an INSERT into a relation that is not temporary.
func (s *scope) fixedConflict(m *rModify, n *pg.InsertStmt) {
	c := n.OnConflictClause
	if c == nil {
		return
	}
	update := c.Action == pg.OnConflictAction_ONCONFLICT_UPDATE
	if update && m.rel.Store == catalog.ClaimStore {
		fail(s.b.at(c.Location, immutableClaims("ON CONFLICT DO UPDATE")))
	}
	arbiters := s.keyInferred(c.Infer, m)
	if !update {
		m.doNothing, m.arbiters = true, arbiters
		return
	}
	m.conflict = &onConflict{Conflict: Conflict{Arbiters: arbiters}}
	s.doUpdate(m, n)
}

// keyInferred checks that ON CONFLICT names the key, whose index it returns, or nothing.
func (s *scope) keyInferred(in *pg.InferClause, m *rModify) []string {
	if in == nil {
		return nil
	}
	rl, named := m.rel, m.named()
	if in.Conname == "" && len(in.IndexElems) == len(rl.Key) {
		match := true
		for i, e := range in.IndexElems {
			name := e.GetIndexElem().GetName()
			at := named.ColumnIndex(name)
			if at < 0 {
				s.failAt(in.Location, sqlerr.UndefinedColumn, `column "%s" does not exist`, name)
			}
			if m.via != nil {
				at = m.via.cols[at].base
			}
			m.access.reads(at)
			match = match && at == rl.Key[i]
		}
		if match {
			return []string{rl.Name + "_pkey"}
		}
	}
	for _, ix := range named.Indexes {
		if in.Conname != "" && ix.Name == in.Conname && ix.Unique {
			m.access.reads(ix.Columns...)
			return []string{ix.Name}
		}
	}
	if in.Conname != "" {
		s.failAt(in.Location, sqlerr.UndefinedObject, `constraint "%s" for table "%s" does not exist`, in.Conname, named.Name)
	}
	s.failAt(-1, sqlerr.InvalidColumnReference, "there is no unique or exclusion constraint matching the ON CONFLICT specification")
	return nil
}

// returning binds RETURNING over the stored row and the other items of UPDATE
// and DELETE, whose columns that it names are then extras of the row.
func (s *scope) returning(m *rModify, list []*pg.Node, n *pg.RangeVar, others []*item) {
	var it *item
	if m.via != nil {
		it = s.viewWritten(m)
	} else {
		m.row, it = s.b.rowColumns(m.rel, n.Relname)
		it.access = m.access
		for i, id := range m.row {
			s.b.access.stands(id, otherCol{of: m.access, att: int16(i + 1)})
		}
		m.system = s.b.systemIDs(m.rel, n.Relname)
		it.system = &m.system
	}
	it.schema = m.named().Schema
	if n.Alias != nil {
		it.alias, it.schema = n.Alias.Aliasname, ""
	}
	if len(list) == 0 {
		return
	}
	in := &scope{b: s.b, parent: s.parent, ctes: s.ctes, items: append([]*item{it}, others...), clause: "RETURNING"}
	t := in.targetList(list, nil)
	t.resolve(s.b)
	for _, c := range t.cols {
		ty, typmod := c.expr.Type()
		col := Column{Name: c.name, Type: ty, Typmod: typmod, Domain: s.b.domainOf(c.expr)}
		if ref, ok := c.expr.(*Col); ok {
			col.Rel, col.Att = s.b.cols[ref.Index].Rel, s.b.cols[ref.Index].Att
		}
		if m.via != nil {
			m.via.told(&col, c.expr, it)
		}
		m.returning = append(m.returning, c.expr)
		m.ids = append(m.ids, s.b.newCol(col))
	}
	if m.temp == nil {
		m.nameExtras(others)
	}
}

// nameExtras adds the columns of other items that RETURNING names to the row
// that it sees, in the order of the items.
func (m *rModify) nameExtras(others []*item) {
	named := &colSet{}
	for _, e := range m.returning {
		for id := range colsOf(e).all() {
			named.add(id)
		}
	}
	for _, it := range others {
		for i := range it.cols {
			for id := range colsOf(it.cols[i].expr).all() {
				if named.has(id) && !slices.Contains(m.extras, id) {
					m.extras = append(m.extras, id)
				}
			}
		}
		if it.system == nil {
			continue
		}
		for _, id := range it.system.asked() {
			if named.has(id) {
				m.extras = append(m.extras, id)
			}
		}
	}
}

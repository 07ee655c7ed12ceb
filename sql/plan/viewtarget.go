package plan

import (
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// A write through a view is a write to the relation below it, whose rows the view's
// conditions choose and whose columns the view's columns are. viewTarget says which;
// each place that names a row of the view (the target, RETURNING, what ON CONFLICT
// meets) binds the view's query over a row of the relation anew (viewRow).

// viewTarget is a view that is written through.
type viewTarget struct {
	view  *catalog.Relation   // the one that the statement names
	base  *catalog.Relation   // the relation that is written
	views []*catalog.Relation // all of them, the one named first
	cols  []viewColumn        // by column of view
	// defaults are those that the views give columns of base, by its columns; of several
	// the outermost's. stray are defaults of columns that are none of base.
	defaults map[int]*catalog.Column
	stray    []viewColumn
}

// viewColumn is the column of the relation below that a view's column is: base, or -1
// and why. Both are said of column name of view.
type viewColumn struct {
	base int
	why  string
	view *catalog.Relation
	name string
	own  *catalog.Column // where a default comes from; nil: it is about none
}

// viewFault says why a view cannot be written through.
type viewFault struct {
	view   *catalog.Relation
	detail string
}

// What views' columns are that are no columns of the relation.
const (
	notColumn   = "View columns that are not columns of their base relation are not updatable."
	ofSystem    = "View columns that refer to system columns are not updatable."
	ofWholeRow  = "View columns that return whole-row references are not updatable."
	noneToWrite = "Views that have no updatable columns are not automatically updatable."
)

// throughView finds the relation below a view; else the fault.
func (b *binder) throughView(rl *catalog.Relation) (*viewTarget, *viewFault) {
	t := &viewTarget{view: rl}
	for at := rl; ; {
		if at.Store != catalog.ViewStore {
			if why := notWritable(at); why != "" {
				return nil, &viewFault{at, why}
			}
			t.base = at
			break
		}
		if slices.Contains(t.views, at) || len(t.views) > maxViewDepth {
			b.failAt(-1, sqlerr.InvalidObjectDefinition, `infinite recursion detected in rules for relation "%s"`, at.Name)
		}
		t.views = append(t.views, at)
		next, why := b.viewSource(at)
		if why != "" {
			return nil, &viewFault{at, why}
		}
		at = next
	}
	row, fault := b.flattenView(t)
	if fault != nil {
		return nil, fault
	}
	t.cols, t.defaults = row.columns, map[int]*catalog.Column{}
	for _, d := range row.defaults {
		if d.base < 0 {
			t.stray = append(t.stray, d)
		} else if t.defaults[d.base] == nil {
			t.defaults[d.base] = d.own
		}
	}
	return t, nil
}

// notWritable says why a relation that is no view made by a statement takes no rows
// through one.
func notWritable(rl *catalog.Relation) string {
	switch {
	case rl.Store == catalog.LensStore:
		return lensDetail(rl)
	case rl.Store == catalog.VirtualStore:
		return "The system catalogs are read only."
	case rl.Kind == 'S':
		return oneRelation
	}
	return ""
}

// lensDetail says why the relations of lens schemas take no rows.
func lensDetail(rl *catalog.Relation) string {
	return "It shows claims through the lens " + rl.Lens + "."
}

// lensHint says where claims are written.
const lensHint = "Claims are written to public.assertions."

const oneRelation = "Views that do not select from a single table or view are not automatically updatable."

// viewSource finds the one relation that a view selects from; else why it is not
// updatable, which its query's clauses tell.
func (b *binder) viewSource(rl *catalog.Relation) (*catalog.Relation, string) {
	stmt := parseView(rl.View)
	sel := stmt.Tree.GetSelectStmt()
	switch {
	case len(sel.DistinctClause) > 0:
		return nil, "Views containing DISTINCT are not automatically updatable."
	case len(sel.GroupClause) > 0:
		return nil, "Views containing GROUP BY are not automatically updatable."
	case sel.HavingClause != nil:
		return nil, "Views containing HAVING are not automatically updatable."
	case sel.Larg != nil:
		return nil, "Views containing UNION, INTERSECT, or EXCEPT are not automatically updatable."
	case sel.WithClause != nil:
		return nil, "Views containing WITH are not automatically updatable."
	case sel.LimitCount != nil || sel.LimitOffset != nil:
		return nil, "Views containing LIMIT or OFFSET are not automatically updatable."
	case len(sel.FromClause) != 1:
		return nil, oneRelation
	case sel.FromClause[0].GetRangeTableSample() != nil:
		return nil, "Views containing TABLESAMPLE are not automatically updatable."
	}
	n := sel.FromClause[0].GetRangeVar()
	if n == nil {
		return nil, oneRelation
	}
	switch cl := stmt.Clauses[n]; {
	case cl != nil && cl.Lens != nil:
		return nil, "Views that read through a lens are not automatically updatable."
	case cl != nil && (cl.System != nil || cl.Valid != nil):
		return nil, "Views that read as of a time are not automatically updatable."
	}
	outer := b.within
	b.within = rl.View
	from := b.used(n)
	b.within = outer
	if now, ok := b.ctx.Catalog.Relation(from.OID); ok { // with the columns that came later
		from = now
	}
	return from, ""
}

// viewRow is a view's query bound over a row of the relation below it.
type viewRow struct {
	scan     *rScan
	item     *item      // the view's columns, over those of scan
	quals    []viewQual // the outermost view's first
	columns  []viewColumn
	defaults []viewColumn // that views give, the outermost's first
}

// viewQual is a condition of a view.
type viewQual struct {
	view *catalog.Relation
	cond Expr
}

// viewRow binds the view's query over a row of the relation: scan reads it.
func (b *binder) viewRow(t *viewTarget) *viewRow {
	row, fault := b.flattenView(t)
	if fault != nil {
		fail(sqlerr.New(sqlerr.InternalError, "view %q is not updatable any more", t.view.Name))
	}
	return row
}

// flattenView binds a view and makes one step of what stands between its columns and
// the relation. viewSource has been asked of all the views.
func (b *binder) flattenView(t *viewTarget) (*viewRow, *viewFault) {
	r, it := b.view(t.view, nil, -1)
	out := &viewRow{item: it}
	var exprs []Expr // the view's columns, then those with defaults, then conditions
	at := t.view
	for i := range it.cols {
		exprs = append(exprs, it.cols[i].expr)
		out.columns = append(out.columns, viewColumn{base: -1, view: at, name: at.Columns[i].Name})
	}
	marks := out.columns // what is known of exprs that are columns
	for out.scan == nil {
		switch x := r.(type) {
		case *rProject:
			if x.view != nil {
				at = x.view
				for i := range marks {
					if c, ok := exprs[i].(*Col); ok {
						if k := slices.Index(x.ids, c.Index); k >= 0 {
							marks[i].view, marks[i].name = at, at.Columns[k].Name
						}
					}
				}
				more := b.defaultsOf(x)
				marks, exprs = append(marks, more.marks...), slices.Insert(exprs, len(marks), more.exprs...)
			}
			by := map[int]Expr{}
			for i, id := range x.ids {
				by[id] = x.exprs[i]
			}
			exprs = substitute(exprs, by)
			r = x.input
		case *rFilter:
			out.quals = append(out.quals, viewQual{view: at})
			exprs = append(exprs, x.cond)
			r = x.input
		case *rSort:
			r = x.input
		case *rLockRows:
			r = x.input
		case *rScan:
			out.scan = x
		case *rAgg:
			return nil, &viewFault{at, "Views that return aggregate functions are not automatically updatable."}
		case *rWindow:
			return nil, &viewFault{at, "Views that return window functions are not automatically updatable."}
		case *rProjectSet:
			return nil, &viewFault{at, "Views that return set-returning functions are not automatically updatable."}
		default:
			return nil, &viewFault{at, oneRelation}
		}
	}
	b.widen(out.scan, t.base)
	for i := range marks {
		marks[i].base, marks[i].why = b.columnBelow(exprs[i], out.scan)
	}
	out.columns, out.defaults = marks[:len(it.cols)], marks[len(it.cols):]
	for i := range it.cols {
		it.cols[i].expr = exprs[i]
	}
	for i := range out.quals {
		out.quals[i].cond = exprs[len(marks)+i]
	}
	it.system = nil
	return out, nil
}

// marked are columns of views with what they are over what is below.
type marked struct {
	marks []viewColumn
	exprs []Expr
}

// defaultsOf lists the columns of a view that have defaults of their own.
func (b *binder) defaultsOf(p *rProject) (out marked) {
	for i := range p.view.Columns {
		if c := &p.view.Columns[i]; c.Default != "" {
			out.marks = append(out.marks, viewColumn{base: -1, view: p.view, name: c.Name, own: c})
			out.exprs = append(out.exprs, b.ref(p.ids[i]))
		}
	}
	return out
}

// widen gives a scan the columns that the relation has got since the view was made.
func (b *binder) widen(sc *rScan, base *catalog.Relation) {
	sc.rel = base
	for i := len(sc.ids); i < len(base.Columns); i++ {
		c := &base.Columns[i]
		id := b.newCol(Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod, Domain: c.Domain, Rel: base.OID, Att: int16(i + 1), Collation: ownCollation(c)})
		b.alias[id] = sc.alias
		sc.ids = append(sc.ids, id)
	}
}

// columnBelow tells which column of a scan an expression is; -1 and why when it is none.
func (b *binder) columnBelow(e Expr, sc *rScan) (int, string) {
	switch x := e.(type) {
	case *Col:
		if i := slices.Index(sc.ids, x.Index); i >= 0 {
			return i, ""
		}
		return -1, ofSystem
	case *RowExpr:
		if _, whole := b.rows[x]; whole {
			return -1, ofWholeRow
		}
	}
	return -1, notColumn
}

// checks are the conditions that the views' check options ask of a row, the
// innermost view's first.
func (r *viewRow) checks(t *viewTarget) (out []viewQual) {
	cascaded := false
	for _, v := range t.views {
		option := v.View.CheckOption()
		cascaded = cascaded || option == catalog.CheckCascaded
		if !cascaded && option != catalog.CheckLocal {
			continue
		}
		var own []viewQual
		for _, q := range r.quals {
			if q.view == v || q.view.OID == v.OID {
				own = append(own, q)
			}
		}
		out = append(own, out...)
	}
	return out
}

// viewed reads the rows that the views show. Where one is a security barrier, what is
// asked above must not see others.
func (b *binder) viewed(t *viewTarget, row *viewRow) rel {
	var r rel = row.scan
	for i := len(t.views) - 1; i >= 0; i-- {
		v := t.views[i]
		for _, q := range row.quals {
			if q.view.OID == v.OID {
				r = filter(r, q.cond)
			}
		}
		if v.View.SecurityBarrier() {
			ids := r.outs()
			r = &rProject{input: r, exprs: b.refs(ids), ids: ids, barrier: true}
		}
	}
	return r
}

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

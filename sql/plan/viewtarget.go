package plan

import (
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
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

	// access is the view's place among what the statement needs, chain those of the
	// views below and the relation, levels those views' columns.
	access *entry
	chain  []*entry
	levels [][]viewColumn
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
	noted := len(b.access.list)
	row, fault := b.flattenView(t)
	if fault != nil {
		fail(sqlerr.New(sqlerr.InternalError, "view %q is not updatable any more", t.view.Name))
	}
	b.access.list = b.access.list[:noted] // keepChain has them
	b.nameRow(t, row)
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
	exprs = b.widen(out.scan, t.base, exprs)
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

// widen makes a scan of the relation as it was when the view was made one of what it is
// now: with the columns that it has got, under the names that they have. exprs are over
// it.
func (b *binder) widen(sc *rScan, base *catalog.Relation, exprs []Expr) []Expr {
	sc.rel = base
	by := map[int]Expr{}
	for i, id := range sc.ids {
		if c := &b.cols[id]; c.Name != base.Columns[i].Name {
			c.Name = base.Columns[i].Name
			by[id] = b.ref(id)
		}
	}
	for i := len(sc.ids); i < len(base.Columns); i++ {
		c := &base.Columns[i]
		id := b.newCol(Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod, Domain: c.Domain, Rel: base.OID, Att: int16(i + 1), Collation: ownCollation(c)})
		b.alias[id] = sc.alias
		sc.ids = append(sc.ids, id)
	}
	if len(by) == 0 {
		return exprs
	}
	return substitute(exprs, by)
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

package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Bounds on views within views: of nesting, and of all that one statement opens.
const (
	maxViewDepth = 64
	maxViewsOpen = 4096
)

// viewSearch is the search path of views' queries: relations are found by what
// the view says of them, and everything else is in pg_catalog.
var viewSearch = []string{"pg_catalog"}

// view binds a view's query in the place of its name. It sees nothing of the
// statement around but the system time, asOf.
func (b *binder) view(rl *catalog.Relation, asOf Expr, location int32) (rel, *item) {
	if slices.Contains(b.viewPath, rl.OID) {
		b.failAt(location, sqlerr.InvalidObjectDefinition, `infinite recursion detected in rules for relation "%s"`, rl.Name)
	}
	b.opened++
	if len(b.viewPath) >= maxViewDepth || b.opened > maxViewsOpen {
		fail(sqlerr.New(sqlerr.StatementTooComplex, "too many views within views").
			WithDetail("Views may be nested %d deep, and a statement may open %d in all.", maxViewDepth, maxViewsOpen))
	}
	// The view comes first, as its place in the range table does.
	entry := b.access.enter(rl, types.PrivSelect, 0, 0)
	q := b.viewQuery(rl, asOf)
	p := &rProject{input: q.rel, view: rl, barrier: rl.View.SecurityBarrier()}
	first := len(b.cols)
	it := &item{alias: rl.Name, schema: rl.Schema, rel: rl, named: true, open: true, body: p}
	for i := range rl.Columns {
		meta := b.cols[q.cols[i].id]
		meta.Name, meta.Rel, meta.Att = rl.Columns[i].Name, rl.OID, int16(i+1)
		id := b.newCol(meta)
		if sh := b.fields[q.cols[i].id]; sh != nil {
			b.fields[id] = sh
		}
		p.exprs, p.ids = append(p.exprs, b.ref(q.cols[i].id)), append(p.ids, id)
		it.cols = append(it.cols, itemCol{name: meta.Name, expr: b.ref(id)})
	}
	b.access.cover(entry, first, len(rl.Columns))
	it.access = entry
	return p, it
}

// viewQuery binds the query of a view by itself.
func (b *binder) viewQuery(rl *catalog.Relation, asOf Expr) query {
	stmt := parseView(rl.View)
	outer := *b
	b.stmt, b.within, b.viewPath = stmt, rl.View, append(slices.Clone(b.viewPath), rl.OID)
	b.ctx.SearchPath, b.ctx.Format = viewSearch, literalFormat(b.ctx.Format, rl.View)
	b.noParams, b.asOf, b.into, b.made = true, asOf, nil, nil
	b.access.view = rl.OID
	if rl.View.SecurityInvoker() {
		b.access.view = 0
	}
	q := (&scope{b: b}).selectStmt(stmt.Tree.GetSelectStmt(), true)
	b.stmt, b.within, b.viewPath = outer.stmt, outer.within, outer.viewPath
	b.ctx, b.noParams, b.asOf, b.into, b.made = outer.ctx, outer.noParams, outer.asOf, outer.into, outer.made
	b.access.view = outer.access.view
	b.volatile = outer.volatile // the literals are those of when the view was made
	if len(q.cols) < len(rl.Columns) {
		fail(sqlerr.New(sqlerr.InvalidObjectDefinition, `view "%s" has %d columns, but its query gives %d`, rl.Name, len(rl.Columns), len(q.cols)))
	}
	return q
}

func parseView(v *catalog.View) *parser.Statement {
	stmts, err := parser.Parse(v.Query)
	if err != nil {
		fail(sqlerr.From(err))
	}
	return &stmts[0]
}

// literalFormat reads literals as when the view was made.
func literalFormat(now *types.Format, v *catalog.View) *types.Format {
	f := types.Format{}
	if now != nil {
		f = *now
	}
	f.Now, f.DateOrder = v.Made, v.Order
	if _, loc, err := types.LoadZone(v.Zone); err == nil {
		f.Loc = loc
	}
	return &f
}

// used finds a relation that a view's query names, and shows it as it was when
// the view was made.
func (b *binder) used(n *pg.RangeVar) *catalog.Relation {
	u, ok := b.within.Find(n.Schemaname, n.Relname)
	if !ok {
		return b.resolve(n)
	}
	rl, ok := b.ctx.Catalog.Relation(u.OID)
	if !ok || len(rl.Columns) < len(u.Columns) {
		fail(sqlerr.New(sqlerr.UndefinedTable, `relation "%s" does not exist`, dotted(n)))
	}
	same := len(rl.Columns) == len(u.Columns) && rl.Name == n.Relname
	for i := 0; same && i < len(u.Columns); i++ {
		same = rl.Columns[i].Name == u.Columns[i]
	}
	if same {
		return rl
	}
	seen := *rl
	seen.Columns = slices.Clone(rl.Columns[:len(u.Columns)])
	for i, name := range u.Columns {
		seen.Columns[i].Name = name
	}
	return &seen
}

// viewUses gathers what the query of a view names.
type viewUses struct {
	uses  []catalog.Use
	calls catalog.Calls
	named map[types.OID]map[int]bool
	types []catalog.Use
}

// noteUse notes that the view that is being made names a relation.
func (b *binder) noteUse(n *pg.RangeVar, rl *catalog.Relation) {
	if b.made == nil || slices.ContainsFunc(b.made.uses, func(u catalog.Use) bool { return u.Schema == n.Schemaname && u.Name == n.Relname }) {
		return
	}
	u := catalog.Use{Schema: n.Schemaname, Name: n.Relname, OID: rl.OID}
	for i := range rl.Columns {
		u.Columns = append(u.Columns, rl.Columns[i].Name)
	}
	b.made.uses = append(b.made.uses, u)
}

// noteColumns notes that the statement, and the view that is being made, names columns.
func (b *binder) noteColumns(e Expr) {
	b.access.readExpr(e)
	if b.made == nil {
		return
	}
	for id := range colsOf(e).all() {
		if c := &b.cols[id]; c.Rel != 0 && c.Att > 0 {
			if b.made.named[c.Rel] == nil {
				b.made.named[c.Rel] = map[int]bool{}
			}
			b.made.named[c.Rel][int(c.Att)-1] = true
		}
	}
}

// list returns the relations with the columns that are named.
func (u *viewUses) list() []catalog.Use {
	for i := range u.uses {
		use := &u.uses[i]
		for col := range use.Columns {
			if u.named[use.OID][col] {
				use.Named = append(use.Named, col)
			}
		}
	}
	return u.uses
}

package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/types"
)

// itemKind is what a FROM item is made of.
type itemKind uint8

const (
	itemRelation itemKind = iota
	itemSubquery
	itemFunction
	itemValues
	itemCTE
	itemJoin
)

const joinInner = pg.JoinType_JOIN_INNER

// shownItem is a FROM item, or a join, that is to be printed.
type shownItem struct {
	kind    itemKind
	name    string   // its alias, or what it is called without one; "" of a join
	written string   // what the query calls it
	aliased bool     // the alias was written
	aliases []string // of columns, as written
	names   []string // of columns, without those
	lateral bool
	rel     *catalog.Relation
	cte     string // the query of WITH that it reads
	query   *shownQuery
	rows    [][]Expr // of VALUES
	calls   []shownCall
	ordinal bool // WITH ORDINALITY
	join    *shownJoin
	sample  *shownSample
	clauses shownClauses

	labels shownLabels
}

// shownCall is a function in FROM with its column definition list.
type shownCall struct {
	call   Expr
	unnest bool
	defs   []Column
}

// shownSample is TABLESAMPLE.
type shownSample struct {
	method         string
	percent, seeds Expr
}

// shownClauses are the lens and time clauses of an item.
type shownClauses struct {
	lens          string // "": none
	params        []LensParam
	filter        Expr
	reads         *shownItem // what the filter sees: the item without the lens
	nested        bool       // the filter holds a query
	system, valid *shownTime
}

// shownTime is a time clause: FOR SYSTEM_TIME or FOR VALID_TIME.
type shownTime struct {
	kind     parser.TimeKind
	from, to Expr
}

// shownJoin is a join of two items. Its columns are those merged by USING, then what
// is left of either side: leftAtts and rightAtts say which, -1 of the other side.
type shownJoin struct {
	kind                pg.JoinType
	left, right         *shownItem
	using               []string
	alias               string // of USING
	computed            bool   // a merged column is no column of a side
	on                  Expr
	leftAtts, rightAtts []int
}

// show makes an item's columns its own, so that a name says which item it is of.
func (s *scope) show(r rel, it *item) rel {
	if s.b.shown == nil || it.shown == nil {
		return r
	}
	p := &rProject{input: r}
	for i := range it.cols {
		e := it.cols[i].expr
		c := s.b.showCol(it.shown, i, e)
		p.exprs, p.ids = append(p.exprs, e), append(p.ids, c.Index)
		it.cols[i].expr = c
		it.shown.names = append(it.shown.names, it.cols[i].name)
	}
	if rl := it.shown.rel; rl != nil && it.shown.clauses.lens == "" { // columns go by their present names
		for i := range it.shown.names {
			if i < len(rl.Columns) {
				it.shown.names[i] = rl.Columns[i].Name
			}
		}
	}
	return p
}

// showAlias notes the name of an item, and enters it.
func (s *scope) showAlias(it *item, alias *pg.Alias) {
	if s.b.shown == nil || it.shown == nil {
		return
	}
	it.shown.name, it.shown.written = it.alias, it.alias
	if it.shown.rel != nil { // which may have been renamed
		it.shown.name = it.shown.rel.Name
	}
	if alias != nil {
		it.shown.name, it.shown.written, it.shown.aliased = alias.Aliasname, alias.Aliasname, true
		for _, c := range alias.Colnames {
			it.shown.aliases = append(it.shown.aliases, c.GetString_().GetSval())
		}
	}
	if s.shown != nil {
		s.shown.items = append(s.shown.items, it.shown)
	}
}

// showRelation is a relation as an item; nil: nothing is printed.
func (b *binder) showRelation(rl *catalog.Relation) *shownItem {
	if b.shown == nil {
		return nil
	}
	if now, ok := b.ctx.Catalog.Relation(rl.OID); ok {
		rl = now
	}
	return &shownItem{kind: itemRelation, rel: rl}
}

// opaque reports whether a view's columns tell all that printing a query over it asks
// for, so that its own query need not be bound.
func (b *binder) opaque(rl *catalog.Relation) bool {
	return b.shown != nil && !slices.ContainsFunc(rl.Columns, func(c catalog.Column) bool {
		return c.Type == types.OIDRecord || c.Type == types.OIDRecordArray
	})
}

// showFrom notes an item of FROM by its node.
func (s *scope) showFrom(n *pg.Node) {
	if s.shown != nil {
		s.shown.from = append(s.shown.from, s.b.shown.items[n])
	}
}

// showFunctions notes functions in FROM.
func (s *scope) showFunctions(n *pg.RangeFunction, it *item, written []shownCall, left []*item) {
	if s.b.shown == nil {
		return
	}
	sh := &shownItem{kind: itemFunction, ordinal: n.Ordinality, calls: written, lateral: n.Lateral}
	for _, c := range written {
		used := colsOf(c.call)
		for _, l := range left {
			for i := range l.cols {
				sh.lateral = sh.lateral || !used.disjoint(colsOf(l.cols[i].expr))
			}
		}
	}
	it.shown = sh
}

// written is a function in FROM with its column definition list.
func (s *scope) written(e Expr, call *pg.Node, defs []*pg.Node) shownCall {
	out := shownCall{call: e}
	if names, _ := fieldNames(call.GetFuncCall().GetFuncname()); len(names) > 0 {
		out.unnest = names[len(names)-1] == "unnest"
	}
	for _, d := range defs {
		cd := d.GetColumnDef()
		t, m := s.b.typ(cd.TypeName)
		out.defs = append(out.defs, Column{Name: cd.Colname, Type: t, Typmod: m})
	}
	return out
}

// showJoin notes a join: which columns of its sides are its own.
func (s *scope) showJoin(node *pg.Node, l, r []*item, using []string) *shownItem {
	if s.b.shown == nil {
		return nil
	}
	n := node.GetJoinExpr()
	j := &shownJoin{kind: n.Jointype, left: s.b.shown.items[n.Larg], right: s.b.shown.items[n.Rarg], using: using}
	if n.JoinUsingAlias != nil {
		j.alias = n.JoinUsingAlias.Aliasname
	}
	out := &shownItem{kind: itemJoin, join: j, names: slices.Clone(using)}
	left, right := openNames(l), openNames(r)
	for _, name := range using {
		j.leftAtts, j.rightAtts = append(j.leftAtts, slices.Index(left, name)), append(j.rightAtts, slices.Index(right, name))
	}
	for i, name := range left {
		if !slices.Contains(j.leftAtts[:len(using)], i) {
			out.names, j.leftAtts, j.rightAtts = append(out.names, name), append(j.leftAtts, i), append(j.rightAtts, -1)
		}
	}
	for i, name := range right {
		if !slices.Contains(j.rightAtts[:len(using)], i) {
			out.names, j.leftAtts, j.rightAtts = append(out.names, name), append(j.leftAtts, -1), append(j.rightAtts, i)
		}
	}
	if n.Alias != nil {
		out.name, out.aliased = n.Alias.Aliasname, true
		for _, c := range n.Alias.Colnames {
			out.aliases = append(out.aliases, c.GetString_().GetSval())
		}
	}
	if s.shown != nil {
		s.shown.items = append(s.shown.items, out)
	}
	s.b.shown.items[node] = out
	return out
}

// openNames are the columns of a side of a join.
func openNames(items []*item) []string {
	var out []string
	for _, it := range items {
		for i := range it.cols {
			if it.open {
				out = append(out, it.cols[i].name)
			}
		}
	}
	return out
}

// showMerged is a column that USING merges: that of a side where it has the type and
// the rows of the join, else the join's own. sides are the columns, pair what they
// were converted to.
func (b *binder) showMerged(it *shownItem, i int, sides, pair []Expr) Expr {
	switch it.join.kind {
	case pg.JoinType_JOIN_INNER:
		for k := range sides {
			if sides[k] == pair[k] {
				return sides[k]
			}
		}
	case pg.JoinType_JOIN_LEFT:
		if sides[0] == pair[0] {
			return sides[0]
		}
	case pg.JoinType_JOIN_RIGHT:
		if sides[1] == pair[1] {
			return sides[1]
		}
	}
	it.join.computed = true
	return b.showCol(it, i, pair[0])
}

// showJoined makes the columns of a join with an alias those of the join.
func (b *binder) showJoined(sh *shownItem, merged *item) {
	if sh == nil {
		return
	}
	merged.shown = sh
	for i := range merged.cols {
		merged.cols[i].expr = b.showCol(sh, i, merged.cols[i].expr)
	}
}

// showTime notes a time clause, bound with bind.
func (b *binder) showTime(t *parser.TimeClause, bind func(*pg.Node) Expr) *shownTime {
	if b.shown == nil || t == nil {
		return nil
	}
	out := &shownTime{kind: t.Kind}
	if t.From != nil {
		out.from = bind(t.From)
	}
	if t.To != nil {
		out.to = bind(t.To)
	}
	return out
}

// showLens notes the lens of an item, with the parameters that were written.
func (b *binder) showLens(it *item, l *rLens, written []parser.LensParam) {
	if b.shown == nil || it.shown == nil {
		return
	}
	c := &it.shown.clauses
	c.lens, c.filter = l.name, l.filter
	for _, p := range l.params {
		if slices.ContainsFunc(written, func(w parser.LensParam) bool { return w.Name == p.Name }) {
			c.params = append(c.params, p)
		}
	}
	if l.filter != nil {
		b.showFilter(it, c)
	}
}

// showFilter names the columns that a lens's filter sees. They go without an item,
// unless a query within might have columns of the same names.
func (b *binder) showFilter(it *item, c *shownClauses) {
	c.reads = &shownItem{}
	walk(c.filter, func(e Expr) bool {
		_, query := e.(*subquery)
		c.nested = c.nested || query
		return true
	})
	rl := it.shown.rel
	for i := range it.cols {
		name := it.cols[i].name
		if rl != nil && i < len(rl.Columns) {
			name = rl.Columns[i].Name
		}
		c.reads.labels.set(i, name)
		b.shown.cols[it.cols[i].expr.(*Col).Index] = shownCol{item: c.reads, att: i}
	}
	switch {
	case !c.nested:
	case rl != nil:
		c.reads.labels.name = rl.Name
	default:
		c.reads.labels.name = it.shown.cte
	}
}

// showTimes notes the time clauses of an item.
func (s *scope) showTimes(it *item, cl parser.Clauses) {
	if s.b.shown == nil || it.shown == nil {
		return
	}
	in := s.noAggs("FOR SYSTEM_TIME")
	in.items, in.hidden = nil, s.items
	it.shown.clauses.system = s.b.showTime(cl.System, func(n *pg.Node) Expr { return in.timeExpr(n, "FOR SYSTEM_TIME") })
	it.shown.clauses.valid = s.b.showTime(cl.Valid, func(n *pg.Node) Expr { return in.timeExpr(n, "FOR VALID_TIME") })
}

package plan

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// column prints a column, with the item that it is of, and returns its name. top
// says that it is a whole expression of a select list.
func (d *deparser) column(c *Col) string {
	if d.b.shown == nil {
		d.put(functions.QuoteIdent(d.b.cols[c.Index].Name))
		return ""
	}
	of, ok := d.b.shown.cols[c.Index]
	if !ok { // of what a lens reads, which knows no names but its own
		d.put(functions.QuoteIdent(d.b.cols[c.Index].Name))
		return ""
	}
	return d.itemColumn(of)
}

func (d *deparser) itemColumn(of shownCol) string {
	it, name := of.item, of.system
	if name == "" {
		name = it.labels.column(of.att)
	}
	if it.labels.name != "" {
		d.put(functions.QuoteIdent(it.labels.name), ".")
	}
	d.put(functions.QuoteIdent(name))
	return name
}

// wholeRow prints an item's row; as a column of a select list, of ROW or of VALUES it
// has its type too, since t.* alone would be its columns there.
func (d *deparser) wholeRow(it *shownItem, column bool) {
	d.put(functions.QuoteIdent(it.labels.name), ".*")
	switch {
	case !column:
	case it.kind == itemRelation && it.clauses.lens == "":
		d.put("::", d.relationName(it.rel, false))
	default:
		d.put("::record")
	}
}

// asColumn prints an expression where a row with a star would be taken for its
// columns.
func (d *deparser) asColumn(e Expr, casts bool) {
	if it := d.b.forms[e].whole; it != nil {
		d.wholeRow(it, true)
		return
	}
	d.expr(e, casts)
}

func (d *deparser) columns(es []Expr, casts bool) {
	for i, e := range es {
		if i > 0 {
			d.put(", ")
		}
		d.asColumn(e, casts)
	}
}

// row prints ROW(…), or an item's row.
func (d *deparser) row(x *RowExpr) {
	f := d.b.forms[x]
	if f.whole != nil {
		d.wholeRow(f.whole, false)
		return
	}
	if f.literal {
		d.rowText(x)
	} else {
		d.put("ROW(")
		d.columns(x.Elems, true)
		d.put(")")
	}
	if f.rowOf != nil {
		d.put("::", d.relationName(f.rowOf, false))
	}
}

// rowText prints a row of literals as one.
func (d *deparser) rowText(x *RowExpr) {
	row := &types.Record{Names: x.Names}
	for _, e := range x.Elems {
		c, ok := e.(*Const)
		if !ok {
			d.failed = true
			return
		}
		row.Types, row.Vals = append(row.Types, c.OID), append(row.Vals, c.Value)
	}
	text, err := types.AppendTextDatum(nil, types.OIDRecord, types.Any(row), d.b.ctx.Format)
	d.failed = d.failed || err != nil
	d.put("'", strings.ReplaceAll(string(text), "'", "''"), "'")
}

// field prints (row).name.
func (d *deparser) field(x *Field) {
	names := d.b.forms[x].names
	if len(names) != 1 {
		d.failed = true
		return
	}
	switch x.Arg.(type) {
	case *Subscript, *Field:
		d.expr(x.Arg, true)
	default:
		d.put("(")
		d.expr(x.Arg, true)
		d.put(")")
	}
	d.put(".", functions.QuoteIdent(names[0]))
}

// functionName prints the name of a function, with its schema where the name alone
// does not find it.
func (d *deparser) functionName(oid types.OID) {
	if f, ok := functions.ByOID(oid); ok && f.Schema != "" && !d.searched(f.Schema) {
		d.put(functions.QuoteIdent(f.Schema), ".")
	}
	d.put(functions.QuoteIdent(funcNameOf(oid)))
}

func (d *deparser) searched(schema string) bool {
	for _, s := range d.b.ctx.SearchPath {
		if s == schema {
			return true
		}
	}
	return false
}

// relationName is a relation's name, with its schema where the name alone means
// another, or a query of WITH.
func (d *deparser) relationName(rl *catalog.Relation, inFrom bool) string {
	name := functions.QuoteIdent(rl.Name)
	hidden := false
	for _, q := range d.levels {
		for i := range q.with {
			hidden = hidden || inFrom && q.with[i].tree.Ctename == rl.Name
		}
	}
	for _, schema := range d.b.ctx.SearchPath {
		if found, ok := d.b.ctx.Catalog.Named(schema, rl.Name); ok {
			if found.OID == rl.OID && !hidden {
				return name
			}
			break
		}
	}
	return functions.QuoteIdent(rl.Schema) + "." + name
}

func (d *deparser) aggregate(x *shownAgg) {
	c := &x.call
	d.functionName(c.Func)
	d.put("(")
	if c.Distinct {
		d.put("DISTINCT ")
	}
	switch {
	case c.WithinGroup:
		d.list(c.Direct, true)
		d.put(") WITHIN GROUP (ORDER BY ")
		d.keys(c.OrderBy)
	case c.Star:
		d.put("*")
	default:
		d.list(c.Args, true)
	}
	if len(c.OrderBy) > 0 && !c.WithinGroup {
		d.put(" ORDER BY ")
		d.keys(c.OrderBy)
	}
	d.filter(c.Filter)
	d.put(")")
}

func (d *deparser) filter(e Expr) {
	if e != nil {
		d.put(") FILTER (WHERE ")
		d.expr(e, false)
	}
}

func (d *deparser) window(x *shownWindow) {
	d.functionName(x.call.Func)
	d.put("(")
	if x.star {
		d.put("*")
	} else {
		d.list(x.call.Args, true)
	}
	d.filter(x.call.Filter)
	d.put(") OVER ")
	if x.over.name != "" {
		d.put(functions.QuoteIdent(x.over.name))
		return
	}
	d.windowSpec(x.over)
}

// windowSpec prints a window: what it takes over from another by that one's name.
func (d *deparser) windowSpec(w *windowDef) {
	var parts []string
	part := func(write func()) {
		saved := d.out
		d.out = nil
		write()
		parts = append(parts, string(d.out))
		d.out = saved
	}
	n := w.written
	if n.Refname != "" {
		parts = append(parts, functions.QuoteIdent(n.Refname))
	} else if len(w.partition) > 0 {
		part(func() {
			d.put("PARTITION BY ")
			for i, e := range w.partition {
				if i > 0 {
					d.put(", ")
				}
				d.key(e)
			}
		})
	}
	if len(n.OrderClause) > 0 {
		part(func() {
			d.put("ORDER BY ")
			d.keys(w.order)
		})
	}
	if w.framed {
		part(func() { d.frame(w) })
	}
	d.put("(", strings.Join(parts, " "), ")")
}

// frameBetween is the bit of the grammar's frame options for BETWEEN.
const frameBetween = 0x10

func (d *deparser) frame(w *windowDef) {
	d.put([...]string{RowsFrame: "ROWS", RangeFrame: "RANGE", GroupsFrame: "GROUPS"}[w.frame.Mode], " ")
	bound := func(b FrameBound, offset Expr) {
		switch b {
		case UnboundedPreceding:
			d.put("UNBOUNDED PRECEDING")
		case UnboundedFollowing:
			d.put("UNBOUNDED FOLLOWING")
		case CurrentRow:
			d.put("CURRENT ROW")
		case OffsetPreceding:
			d.expr(offset, false)
			d.put(" PRECEDING")
		case OffsetFollowing:
			d.expr(offset, false)
			d.put(" FOLLOWING")
		}
	}
	between := w.written.FrameOptions&frameBetween != 0
	if between {
		d.put("BETWEEN ")
	}
	bound(w.frame.Start, w.frame.StartOffset)
	if between {
		d.put(" AND ")
		bound(w.frame.End, w.frame.EndOffset)
	}
	switch w.frame.Exclude {
	case ExcludeCurrentRow:
		d.put(" EXCLUDE CURRENT ROW")
	case ExcludeGroup:
		d.put(" EXCLUDE GROUP")
	case ExcludeTies:
		d.put(" EXCLUDE TIES")
	}
}

// subquery prints a query in an expression.
func (d *deparser) subquery(x *subquery) {
	if x.shown == nil {
		d.failed = true
		return
	}
	if x.Kind == ArraySub {
		d.put("ARRAY(")
	} else {
		d.put("(")
	}
	compared := x.Kind == QuantifiedSub || x.Kind == RowSub
	if compared {
		if len(x.shownLeft) > 1 {
			d.put("(")
		}
		d.list(x.shownLeft, true)
		if len(x.shownLeft) > 1 {
			d.put(")")
		}
	}
	switch {
	case x.Kind == ExistsSub:
		d.put("EXISTS ")
	case x.Kind == QuantifiedSub && x.All:
		d.put(" ", x.shownOp, " ALL ")
	case x.Kind == QuantifiedSub && x.shownOp == "=":
		d.put(" IN ")
	case x.Kind == QuantifiedSub:
		d.put(" ", x.shownOp, " ANY ")
	case x.Kind == RowSub:
		d.put(" ", x.shownOp, " ")
	}
	if compared || x.Kind == ExistsSub {
		d.put("(")
	}
	d.query(x.shown, nil, false)
	if compared || x.Kind == ExistsSub {
		d.put(")")
	}
	d.put(")")
}

// setOps are the words of set operations.
var setOps = map[pg.SetOperation]string{
	pg.SetOperation_SETOP_UNION: "UNION ", pg.SetOperation_SETOP_INTERSECT: "INTERSECT ", pg.SetOperation_SETOP_EXCEPT: "EXCEPT ",
}

package plan

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

func (d *deparser) with(q *shownQuery) {
	if len(q.with) == 0 {
		return
	}
	d.depth += indentClause
	d.put(" ")
	for i := range q.with {
		w := &q.with[i]
		switch {
		case i > 0:
			d.put(", ")
		case q.recursive:
			d.put("WITH RECURSIVE ")
		default:
			d.put("WITH ")
		}
		d.put(functions.QuoteIdent(w.tree.Ctename))
		if len(w.tree.Aliascolnames) > 0 {
			d.put("(", quotedNames(w.tree.Aliascolnames), ")")
		}
		d.put(" AS ")
		switch w.tree.Ctematerialized {
		case pg.CTEMaterialize_CTEMaterializeAlways:
			d.put("MATERIALIZED ")
		case pg.CTEMaterialize_CTEMaterializeNever:
			d.put("NOT MATERIALIZED ")
		}
		d.put("(")
		d.keyword("", 0, 0, 0)
		d.query(w.query, nil, true)
		d.keyword("", 0, 0, 0)
		d.put(")")
		d.searchCycle(w)
	}
	d.keyword("", -indentClause, 0, 0)
}

func quotedNames(list []*pg.Node) string {
	names := make([]string, len(list))
	for i, n := range list {
		names[i] = functions.QuoteIdent(n.GetString_().GetSval())
	}
	return strings.Join(names, ", ")
}

func (d *deparser) searchCycle(w *shownWith) {
	if s := w.tree.SearchClause; s != nil {
		order := "DEPTH"
		if s.SearchBreadthFirst {
			order = "BREADTH"
		}
		d.put(" SEARCH ", order, " FIRST BY ", quotedNames(s.SearchColList), " SET ", functions.QuoteIdent(s.SearchSeqColumn))
	}
	c := w.tree.CycleClause
	if c == nil {
		return
	}
	d.put(" CYCLE ", quotedNames(c.CycleColList), " SET ", functions.QuoteIdent(c.CycleMarkColumn))
	if !isBool(w.to, true) || !isBool(w.otherwise, false) {
		d.put(" TO ")
		d.expr(w.to, false)
		d.put(" DEFAULT ")
		d.expr(w.otherwise, false)
	}
	d.put(" USING ", functions.QuoteIdent(c.CyclePathColumn))
}

func isBool(e Expr, want bool) bool {
	c, ok := e.(*Const)
	return ok && c.OID == types.OIDBool && !c.Value.Null && (c.Value.I != 0) == want
}

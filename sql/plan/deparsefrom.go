package plan

import (
	"bytes"
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/types"
)

// from prints FROM, each item on a line of its own where it would go beyond the
// column to wrap at.
func (d *deparser) from(q *shownQuery) {
	for i, it := range q.from {
		if i == 0 {
			d.clause(" FROM ", 2)
			d.item(it)
			continue
		}
		d.put(", ")
		before := d.out
		d.out = nil
		d.item(it)
		text := d.out
		d.out = before
		if d.wrap >= 0 {
			if text[0] == '\n' {
				d.out = bytes.TrimRight(d.out, " ")
			} else if d.tooWide(text) {
				d.keyword("", -indentClause, indentClause, indentList)
			}
		}
		d.out = append(d.out, text...)
	}
}

func (d *deparser) item(it *shownItem) {
	if it.kind == itemJoin {
		d.join(it)
		return
	}
	if it.lateral {
		d.put("LATERAL ")
	}
	named := it.aliased || it.labels.aliases
	defs := false
	switch it.kind {
	case itemRelation:
		d.put(d.relationName(it.rel, true))
		named = named || it.labels.name != it.rel.Name
	case itemSubquery:
		d.put("(")
		d.query(it.query, nil, true)
		d.put(")")
	case itemFunction:
		defs = d.functions(it)
	case itemValues:
		d.put("(")
		d.values(it.rows)
		d.put(")")
		named = true
	case itemCTE:
		d.put(functions.QuoteIdent(it.cte))
		named = named || it.labels.name != it.cte
	}
	if named {
		d.put(" ", functions.QuoteIdent(it.labels.name))
	}
	if defs {
		d.definitions(it.calls[0].defs, it.labels.columns)
	} else {
		d.aliases(it)
	}
	if s := it.sample; s != nil {
		d.put(" TABLESAMPLE ", s.method, " (")
		d.expr(s.percent, false)
		d.put(")")
		if s.seeds != nil {
			d.put(" REPEATABLE (")
			d.expr(s.seeds, false)
			d.put(")")
		}
	}
	d.lensClauses(&it.clauses)
}

// aliases prints the names of an item's columns, where they are not their own.
func (d *deparser) aliases(it *shownItem) {
	if !it.labels.aliases {
		return
	}
	names := make([]string, len(it.labels.columns))
	for i, name := range it.labels.columns {
		names[i] = functions.QuoteIdent(name)
	}
	d.put("(", strings.Join(names, ", "), ")")
}

// definitions prints a column definition list.
func (d *deparser) definitions(defs []Column, names []string) {
	d.put("(")
	for i, c := range defs {
		if i > 0 {
			d.put(", ")
		}
		name := c.Name
		if i < len(names) {
			name = names[i]
		}
		d.put(functions.QuoteIdent(name), " ", types.FormatType(c.Type, c.Typmod))
	}
	d.put(")")
}

// functions prints functions in FROM; defs says that the column definition list of
// the one stands behind the alias.
func (d *deparser) functions(it *shownItem) (defs bool) {
	first, unnest := it.calls[0], true
	for _, c := range it.calls {
		unnest = unnest && c.unnest && len(c.defs) == 0
	}
	switch {
	case len(it.calls) == 1 && (len(first.defs) == 0 || !it.ordinal):
		d.inFrom(first.call)
		defs = len(first.defs) > 0
	case unnest:
		d.put("UNNEST(")
		for i, c := range it.calls {
			if i > 0 {
				d.put(", ")
			}
			if x, ok := c.call.(*SetCall); ok {
				d.list(x.Args, true)
			} else {
				d.failed = true
			}
		}
		d.put(")")
	default:
		d.put("ROWS FROM(")
		for i, c := range it.calls {
			if i > 0 {
				d.put(", ")
			}
			d.inFrom(c.call)
			if len(c.defs) > 0 {
				d.put(" AS ")
				d.definitions(c.defs, nil)
			}
		}
		d.put(")")
	}
	if it.ordinal {
		d.put(" WITH ORDINALITY")
	}
	return defs
}

// inFrom prints an expression where FROM has a function.
func (d *deparser) inFrom(e Expr) {
	looks := d.b.forms[e].word != ""
	switch x := e.(type) {
	case *Call:
		looks = looks || x.Op == "" && !x.Cast
	case *SetCall, *Coalesce, *NullIf:
		looks = true
	}
	if looks {
		d.expr(e, true)
		return
	}
	d.put("CAST(")
	d.expr(e, false)
	t, m := e.Type()
	d.put(" AS ", types.FormatType(t, m), ")")
}

func (d *deparser) join(it *shownItem) {
	j := it.join
	parens := !d.pretty || it.name != ""
	if parens {
		d.put("(")
	}
	d.item(j.left)
	word := joinWords[j.kind]
	inner := j.kind == joinInner
	if inner && j.on == nil && len(j.using) == 0 {
		word = " CROSS JOIN "
	}
	d.keyword(word, -indentClause, indentClause, indentJoin)
	around := d.pretty && j.right.kind == itemJoin && j.right.name == ""
	if around {
		d.put("(")
	}
	d.item(j.right)
	if around {
		d.put(")")
	}
	switch {
	case len(j.using) > 0:
		names := make([]string, len(it.labels.using))
		for i, name := range it.labels.using {
			names[i] = functions.QuoteIdent(name)
		}
		d.put(" USING (", strings.Join(names, ", "), ")")
		if j.alias != "" {
			d.put(" AS ", functions.QuoteIdent(j.alias))
		}
	case j.on != nil:
		d.put(" ON ")
		d.open()
		d.expr(j.on, false)
		d.shut()
	case !inner:
		d.put(" ON TRUE")
	}
	if parens {
		d.put(")")
	}
	if it.name != "" {
		d.put(" ", functions.QuoteIdent(it.labels.name))
		d.aliases(it)
	}
}

// lensClauses prints what an item is seen through.
func (d *deparser) lensClauses(c *shownClauses) {
	d.time(" FOR SYSTEM_TIME", c.system)
	d.time(" FOR VALID_TIME", c.valid)
	if c.lens == "" {
		return
	}
	d.put(" USING LENS ", functions.QuoteIdent(c.lens))
	for i, p := range c.params {
		if i == 0 {
			d.put("(")
		} else {
			d.put(", ")
		}
		d.put(functions.QuoteIdent(p.Name), " => ")
		d.expr(p.Value, false)
	}
	if len(c.params) > 0 {
		d.put(")")
	}
	if c.filter != nil {
		d.put(" FILTER (WHERE ")
		d.levels = append(d.levels, &shownQuery{items: []*shownItem{c.reads}})
		d.failed = d.failed || c.nested && c.reads.labels.name == "" // there is no name for what the query within means
		d.expr(c.filter, false)
		d.leave()
		d.put(")")
	}
}

func (d *deparser) time(word string, t *shownTime) {
	if t == nil {
		return
	}
	one := func(word string, e Expr) {
		d.put(word)
		x, ok := e.(*Call)
		d.keyInParens(e, d.pretty || !ok || x.Op == "") // an operator has its own
	}
	d.put(word)
	switch t.kind {
	case parser.TimeAsOf:
		one(" AS OF ", t.from)
	case parser.TimeFromTo:
		one(" FROM ", t.from)
		one(" TO ", t.to)
	case parser.TimeBetween:
		one(" BETWEEN ", t.from)
		one(" AND ", t.to)
	default:
		d.put(" ALL")
	}
}

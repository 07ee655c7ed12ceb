package differential

import (
	"fmt"
	"strings"

	"github.com/stemedb/stemedb/sql/types"
)

// table is a table that both servers have.
type table struct {
	name string
	cols []column
	keys []string // columns that other tables have too
}

func columns(typ string, names ...string) []column {
	var out []column
	for _, n := range names {
		out = append(out, column{n, typeOf(typ)})
	}
	return out
}

func join[T any](lists ...[]T) []T {
	var out []T
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// tables are made on demand: types' table must have been built.
func tables() []table {
	return []table{
		{"assertions", join(
			columns("text", "id", "concept_path", "predicate", "value", "value_type", "unit", "source", "source_class", "lifecycle", "epoch", "agent"),
			columns("numeric", "value_number"), columns("int2", "tier"), columns("float8", "confidence"),
			columns("_text", "derived_from"), columns("timestamptz", "valid_from", "asserted_at", "recorded_at"), columns("jsonb", "metadata"),
		), []string{"concept_path", "source", "predicate"}},
		{"sources", join(columns("text", "source", "class", "status", "origin", "url", "title", "note"), columns("float8", "trust")), []string{"source"}},
		{"source_classes", join(columns("text", "name"), columns("int2", "tier"), columns("float8", "weight", "half_life", "default_confidence")), []string{"tier"}},
	}
}

var narrow = []string{
	"?concept_path = 'countries/fr'", "?concept_path LIKE 'countries/f%'", "?concept_path IN ('countries/de', 'countries/ad', 'countries/zw')",
	"?concept_path BETWEEN 'countries/g' AND 'countries/gh'", "?predicate = 'capital' AND ?concept_path < 'countries/c'",
	"?predicate IN ('population', 'area_km2') AND ?concept_path > 'countries/v'", "?value_number > 100000000",
	"?concept_path >= 'countries/m' AND ?concept_path < 'countries/md' AND ?predicate <> 'name'",
}

// from is a FROM item with what it brings into scope.
type from struct {
	alias string
	table table
}

func (g *Gen) nextAlias() string {
	g.alias++
	return fmt.Sprintf("t%d", g.alias)
}

// item is a table, narrowed when it is large, under an alias of its own.
func (g *Gen) item() (from, string) {
	t := pick(g, tables())
	if g.chance(2) {
		t = tables()[0]
	}
	f := from{g.nextAlias(), t}
	text := t.name
	if t.name == "assertions" {
		text = "(SELECT * FROM assertions WHERE " + strings.ReplaceAll(pick(g, narrow), "?", "") + ")"
	}
	return f, text + " AS " + f.alias
}

func (g *Gen) enter(f from) {
	for _, c := range f.table.cols {
		g.cols = append(g.cols, column{f.alias + "." + c.name, c.typ})
	}
}

// joined is a FROM clause of one to three items, their columns in scope. The
// first may be a plain table, which the caller narrows by the condition given.
func (g *Gen) joined() (text *Node, where string) {
	var first from
	if g.chance(2) {
		first = from{g.nextAlias(), tables()[0]}
		where = strings.ReplaceAll(pick(g, narrow), "?", first.alias+".")
		text = leaf("", "assertions AS "+first.alias)
	} else {
		var s string
		first, s = g.item()
		text = leaf("", s)
	}
	g.enter(first)
	items := []from{first}
	for range g.rnd.IntN(3) {
		text = g.joinTo(text, &items, where != "")
	}
	return text, where
}

// joinTo joins one more item to a FROM clause.
func (g *Gen) joinTo(left *Node, items *[]from, plain bool) *Node {
	f, s := g.item()
	other := pick(g, *items)
	on := "true"
	for _, k := range f.table.keys {
		for _, o := range other.table.keys {
			if k == o && (on == "true" || g.chance(3)) {
				on = fmt.Sprintf("%s.%s = %s.%s", other.alias, k, f.alias, k)
			}
		}
	}
	if on == "true" && f.table.name == "assertions" { // no product of large tables
		on = fmt.Sprintf("%s.tier IS NOT DISTINCT FROM 1 AND %s.predicate = 'capital'", f.alias, f.alias)
	}
	kind := pick(g, []string{"JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"})
	if !strings.Contains(on, " = "+f.alias) && kind == "FULL JOIN" {
		kind = "JOIN" // PostgreSQL's needs keys
	}
	if plain && (kind == "RIGHT JOIN" || kind == "FULL JOIN") {
		kind = "LEFT JOIN" // the whole table is to be narrowed by WHERE, early
	}
	g.enter(f)
	*items = append(*items, f)
	pattern := "? " + kind + " " + s + " ON " + on
	if kind == "FULL JOIN" {
		return form("", pattern, left)
	}
	return form("", pattern+"?", left, optional(form("", " AND ?", g.expr(typeOf("bool"), 2))))
}

// subquery is a condition with a subquery, which may name outer columns.
func (g *Gen) subquery(depth int) *Node {
	g.depth--
	outer := g.cols
	defer func() { g.cols = outer; g.depth++ }()
	f, s := g.item()
	var fit []column
	for _, c := range outer {
		if c.typ == typeOf("text") {
			fit = append(fit, c)
		}
	}
	own := from{f.alias, f.table}
	g.enter(own)
	inner := g.cols[len(outer):]
	var text []column
	for _, c := range inner {
		if c.typ == typeOf("text") {
			text = append(text, c)
		}
	}
	col := pick(g, text)
	cond := g.expr(typeOf("bool"), min(depth, 1))
	if len(fit) > 0 && g.chance(2) {
		cond = form("bool", "("+pick(g, text).name+" "+pick(g, []string{"=", "=", "<"})+" "+pick(g, fit).name+" AND ?)", cond)
	}
	g.cols = outer
	body := form("", "SELECT "+col.name+" FROM "+s+"?", optional(form("", " WHERE ?", cond)))
	left := g.expr(typeOf("text"), 0)
	switch g.rnd.IntN(5) {
	case 0:
		return form("bool", pick(g, []string{"", "NOT "})+"EXISTS (?)", body)
	case 1:
		return form("bool", "(? "+pick(g, []string{"IN", "NOT IN"})+" (?))", left, body)
	case 2:
		return form("bool", "(? "+pick(g, []string{"=", "<>", "<", ">="})+" "+pick(g, []string{"ANY", "ALL", "SOME"})+" (?))", left, body)
	case 3:
		agg := pick(g, []string{"max", "min", "count"})
		body.Parts[0] = strings.Replace(body.Parts[0], col.name, agg+"("+col.name+")", 1)
		if agg == "count" {
			return form("bool", "((?) "+pick(g, []string{">", "=", "<"})+" ?)", body, g.expr(typeOf("int8"), 0))
		}
		return form("bool", "((?) "+pick(g, []string{">", "=", "<"})+" ?)", body, left)
	}
	return form("bool", "((?) IS NOT DISTINCT FROM ?)", form("", "? ORDER BY 1 LIMIT 1", body), left)
}

func sortOf(types []types.OID) string { return "query(" + names(types) + ")" }

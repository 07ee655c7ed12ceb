package differential

import (
	"fmt"
	"strings"

	"github.com/stemedb/stemedb/conformance/oracle"
)

// shape is a query of one of the less plain forms.
func (g *Gen) shape(i int) *Query {
	g.safe, g.depth = true, 1
	forms := []func() *Query{g.windows, g.groupingSets, g.using, g.lateral, g.recursive, g.distinctOn, g.setList}
	return forms[i%len(forms)]()
}

// claims is a narrowed table of claims, its columns in scope: its id tells rows
// apart.
func (g *Gen) claims() (alias, text string) {
	f := from{g.nextAlias(), tables()[0]}
	g.enter(f)
	return f.alias, "(SELECT * FROM assertions WHERE " + strings.ReplaceAll(pick(g, narrow), "?", "") + ") AS " + f.alias
}

// windows are window functions. Where rows may be peers, only what does not
// depend on their order is asked.
func (g *Gen) windows() *Query {
	t, text := g.claims()
	items := []*Node{leaf("", t+".id AS o1")}
	for i := range 1 + g.rnd.IntN(3) {
		items = append(items, form("", "? AS o"+fmt.Sprint(i+2), g.windowCall(t)))
	}
	q := &Query{Kind: "windows", How: oracle.How{Sums: true, Ordered: true}}
	q.Root = form("", "SELECT ? FROM "+text+"? ORDER BY 1", list(", ", items...), g.where("", 2))
	return q
}

func (g *Gen) windowCall(t string) *Node {
	e := func() *Node { return g.expr(typeOf(pick(g, outputs)), 1) }
	small := pick(g, []string{"1", "2", "3", "7"})
	part := leaf("", pick(g, []string{"", "", "PARTITION BY " + t + ".predicate ", "PARTITION BY " + t + ".source, " + t + ".tier "}))
	desc := pick(g, []string{"", "", " DESC", " NULLS FIRST", " DESC NULLS LAST"})
	filter := leaf("", "")
	if g.chance(3) {
		filter = optional(form("", " FILTER (WHERE ?)", g.expr(typeOf("bool"), 1)))
	}
	if g.chance(2) { // all rows in an order
		call := pick(g, []string{
			"row_number()", "ntile(" + small + ")", "lag(?, " + small + ")", "lead(?)", "lag(?, 1, ?)", "first_value(?)", "last_value(?)",
			"nth_value(?, " + small + ")", "string_agg(?::text, ',')", "array_agg(?)", "count(?)", "max(?)", "min(?)", "jsonb_agg(?)",
		})
		first := e()
		var kids []*Node
		if n := strings.Count(call, "?"); n > 0 {
			kids = append(kids, first)
			if n > 1 {
				kids = append(kids, g.literalOnly(first.Sort))
			}
		}
		by := form("", "ORDER BY ?"+desc+", "+t+".id"+pick(g, []string{"", " DESC"}), e())
		if len(kids) == 0 || strings.Contains(call, "_value") || strings.HasPrefix(call, "l") {
			filter = leaf("", "") // not of window functions proper
		}
		return form("", "?? OVER (??"+g.frame("")+")", form("", call, kids...), filter, part, by)
	}
	key := pick(g, []string{"tier", "value_number", "recorded_at", "confidence", "source"})
	if pick(g, []bool{true, false, false}) {
		return form("", pick(g, []string{"rank()", "dense_rank()", "percent_rank()", "cume_dist()"})+" OVER (?ORDER BY "+t+"."+key+desc+")", part)
	}
	call := pick(g, []string{"count(*)", "sum(" + t + ".value_number)", "min(" + t + ".value)", "max(" + t + ".id)", "avg(" + t + ".value_number)", "bool_or(" + t + ".tier > 2)", "stddev(" + t + ".tier)"})
	return form("", call+"? OVER (?ORDER BY "+t+"."+key+desc+g.frame(key)+")", filter, part)
}

// frame is a frame clause: over peers of a key, or, when key is "", of any kind.
func (g *Gen) frame(key string) string {
	if g.chance(4) {
		return ""
	}
	mode := pick(g, []string{"RANGE", "GROUPS"})
	offset := pick(g, []string{"0", "1", "2", "5"})
	if key == "" {
		mode = pick(g, []string{"ROWS", "ROWS", "GROUPS"})
	}
	if mode == "RANGE" {
		offset = map[string]string{
			"tier": pick(g, []string{"0", "1", "2"}), "value_number": pick(g, []string{"0", "1000", "1e6"}),
			"recorded_at": "interval '1 day'", "confidence": "0.25",
		}[key]
	}
	starts := []string{"UNBOUNDED PRECEDING", "CURRENT ROW", offset + " PRECEDING", offset + " FOLLOWING"}
	ends := []string{"UNBOUNDED FOLLOWING", "CURRENT ROW", offset + " FOLLOWING", offset + " PRECEDING"}
	if offset == "" { // no offset for the type
		starts, ends = starts[:2], ends[:2]
	}
	a := g.rnd.IntN(len(starts))
	b := g.rnd.IntN(len(ends))
	if a == 3 && b != 0 || a == 1 && b == 3 { // an end before the start is an error
		b = 0
	}
	return " " + mode + " BETWEEN " + starts[a] + " AND " + ends[b] + pick(g, []string{"", "", " EXCLUDE CURRENT ROW", " EXCLUDE GROUP", " EXCLUDE TIES", " EXCLUDE NO OTHERS"})
}

// groupingSets are aggregates by several sets of keys.
func (g *Gen) groupingSets() *Query {
	t, text := g.claims()
	all := []string{"predicate", "source_class", "tier", "value_type", "source"}
	g.rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	keys := all[:2+g.rnd.IntN(2)]
	for i := range keys {
		keys[i] = t + "." + keys[i]
	}
	joined := strings.Join(keys, ", ")
	sets := pick(g, []string{
		"ROLLUP (" + joined + ")", "CUBE (" + joined + ")", "GROUPING SETS ((" + joined + "), (" + keys[0] + "), ())",
		"GROUPING SETS (" + joined + ")", keys[0] + ", ROLLUP (" + strings.Join(keys[1:], ", ") + ")",
		"DISTINCT ROLLUP (" + joined + "), CUBE (" + keys[0] + ")", "ROLLUP ((" + joined + "), " + keys[0] + ")",
		"GROUPING SETS ((" + keys[0] + "), ROLLUP (" + joined + "))",
	})
	items := []*Node{leaf("", joined), leaf("", "GROUPING("+joined+")")}
	for range 1 + g.rnd.IntN(3) {
		items = append(items, g.overRows(typeOf(pick(g, []string{"text", "int4", "numeric", "bool"}))))
	}
	q := &Query{Kind: "grouping sets", How: oracle.How{Sums: true}}
	q.Root = form("", "SELECT ? FROM "+text+"? GROUP BY "+sets+"?", list(", ", items...), g.where("", 2), optional(form("", " HAVING ?", g.having())))
	return q
}

// using joins by columns of one name.
func (g *Gen) using() *Query {
	side := func(own string) (string, *Node) {
		a := g.nextAlias()
		keys := "concept_path"
		if g.chance(2) {
			keys += ", predicate"
		}
		return a, leaf("", "(SELECT "+keys+", "+pick(g, []string{"value", "source", "source_class", "agent", "tier::text"})+" AS "+own+
			" FROM assertions WHERE "+strings.ReplaceAll(pick(g, narrow), "?", "")+") AS "+a)
	}
	a, left := side("a")
	b, right := side("b")
	kind := pick(g, []string{"", "LEFT ", "RIGHT ", "FULL "})
	pattern := "? NATURAL " + kind + "JOIN ?"
	if g.chance(2) {
		pattern = "? " + kind + "JOIN ? USING (concept_path)" + pick(g, []string{"", " AS j"})
	}
	list := pick(g, []string{"*", "concept_path, a, b", a + ".*, b", "count(*), count(a), count(b)", b + ".concept_path, a || b", "concept_path IS NULL, coalesce(a, b)"})
	q := &Query{Kind: "using", How: oracle.How{}}
	q.Root = form("", "SELECT "+list+" FROM "+pattern+"?", left, right, optional(form("", " WHERE ?", leaf("bool", pick(g, []string{"a <> b", "a IS NULL", "concept_path < 'countries/fr'", "b > a OR a IS NULL"})))))
	return q
}

// lateral joins to what depends on each row.
func (g *Gen) lateral() *Query {
	t, text := g.claims()
	outer := g.cols
	f := from{g.nextAlias(), tables()[0]}
	g.enter(f)
	in := f.alias
	cond := g.expr(typeOf("bool"), 2)
	value := g.expr(typeOf("text"), 1)
	inner := form("", "LATERAL (SELECT "+in+".id AS i, ? AS v FROM assertions AS "+in+" WHERE "+in+".concept_path = "+t+".concept_path?"+
		pick(g, []string{" ORDER BY 1 LIMIT 2", " ORDER BY 1 DESC OFFSET 1", "", " ORDER BY 1 FETCH FIRST 1 ROWS ONLY"})+") AS l", value, optional(form("", " AND ?", cond)))
	g.cols = outer
	if g.chance(3) { // a function in place of a query
		inner = leaf("", pick(g, []string{
			"LATERAL unnest(" + t + ".derived_from) WITH ORDINALITY AS l(v, i)", "generate_series(1, " + t + ".tier) AS l(i), LATERAL (SELECT l.i + 1) AS m(v)",
			"LATERAL regexp_split_to_table(" + t + ".value, ' ') WITH ORDINALITY AS l(v, i)",
		}))
		return &Query{Kind: "lateral", Root: form("", "SELECT "+t+".id, i, v FROM "+text+" CROSS JOIN ??", inner, g.where("", 2))}
	}
	kind := pick(g, []string{"? CROSS JOIN ?", "? LEFT JOIN ? ON true", "?, ?", "? JOIN ? ON l.v <> " + t + ".value", "? LEFT JOIN ? ON l.i > " + t + ".id"})
	return &Query{Kind: "lateral", Root: form("", "SELECT "+t+".id, l.i, l.v FROM "+kind+"?", leaf("", text), inner, g.where("", 2))}
}

// recursive are recursive CTEs that end.
func (g *Gen) recursive() *Query {
	n := pick(g, []string{"3", "5", "10"})
	union := pick(g, []string{"UNION", "UNION ALL"})
	step := g.expr(typeOf("text"), 1)
	body := pick(g, []string{
		"r(n, s) AS (SELECT 1, 'a'::text " + union + " SELECT n + 1, s || ? FROM r WHERE n < " + n + ")",
		"r(n, s) AS (VALUES (1, 'a'::text), (2, 'b') " + union + " SELECT r.n + 1, ? FROM r, (VALUES (1), (2)) v(k) WHERE r.n + v.k < " + n + ")",
		"r(n, s) AS (SELECT 1, concept_path FROM assertions WHERE predicate = 'name' AND concept_path LIKE 'countries/f%' " + union +
			" SELECT n + 1, a.source FROM r JOIN assertions a ON a.concept_path = r.s AND ? IS NOT NULL WHERE n < 3)",
		"r(n, s) AS (SELECT 1, ? " + union + " (SELECT n % 4 + 1, s FROM r WHERE n < " + n + "))",
	})
	if !strings.Contains(body, "UNION ALL") || !strings.Contains(body, "% 4") {
		body = strings.Replace(body, "n % 4 + 1", "n + 1", 1) // it would not end
	}
	list := pick(g, []string{"*", "n, length(s)", "count(*), max(s), sum(n)", "DISTINCT n"})
	q := &Query{Kind: "recursive"}
	q.Root = form("", "WITH RECURSIVE "+strings.Replace(body, "% 4 + 1", "+ 1", 1)+" SELECT "+list+" FROM r"+pick(g, []string{"", " WHERE n > 1", " WHERE s <> 'a'"}), step)
	return q
}

// distinctOn takes the first row of each group.
func (g *Gen) distinctOn() *Query {
	t, text := g.claims()
	key := g.expr(typeOf(pick(g, []string{"text", "int2", "numeric", "bool"})), 1)
	desc := pick(g, []string{"", " DESC", " NULLS FIRST"})
	value := g.expr(typeOf(pick(g, outputs)), 1)
	q := &Query{Kind: "distinct on", How: oracle.How{Ordered: true}}
	limit := optional(leaf("", pick(g, []string{" LIMIT 3", " OFFSET 1", " LIMIT 2 OFFSET 1"})))
	q.Root = form("", "SELECT DISTINCT ON (k) ? AS k, ? AS v, "+t+".id FROM "+text+"? ORDER BY k"+desc+", "+t+".id"+pick(g, []string{"", " DESC"})+"?", key, value, g.where("", 2), limit)
	return q
}

// setList has set-returning functions in the select list.
func (g *Gen) setList() *Query {
	t, text := g.claims()
	calls := []string{
		"unnest(" + t + ".derived_from)", "generate_series(1, " + t + ".tier)", "regexp_split_to_table(" + t + ".value, 'a')",
		"upper(unnest(ARRAY[" + t + ".source, " + t + ".predicate]))", "generate_series(1, 3) * 2", "jsonb_array_elements('[1,2]'::jsonb)",
		"unnest(ARRAY[1, 2, NULL])", "generate_series(1, generate_series(1, 2))", "string_to_table(" + t + ".concept_path, '/')",
	}
	items := []*Node{leaf("", t+".id")}
	for range 1 + g.rnd.IntN(3) {
		items = append(items, leaf("", pick(g, calls)))
	}
	if g.chance(2) {
		items = append(items, g.expr(typeOf("text"), 1))
	}
	q := &Query{Kind: "set lists"}
	tail := ""
	if g.chance(2) {
		tail = pick(g, []string{" ORDER BY 1, 2", " ORDER BY 2 DESC, 1"})
		items = items[:2]
		q.How.Ordered = true
	}
	if g.chance(4) {
		items = items[1:]
		tail = ""
		q.How.Ordered = false
	}
	distinct := pick(g, []string{"", "", "DISTINCT "})
	q.Root = form("", "SELECT "+distinct+"? FROM "+text+"?"+tail, list(", ", items...), g.where("", 2))
	return q
}

// partitionKinds are queries held against their parts by a condition: rows,
// distinct rows, aggregates, and groups by HAVING.
func (g *Gen) partitionKind(i int) *Query {
	switch i % 4 {
	case 1:
		return g.partitionDistinct()
	case 2:
		return g.partitionAggregate()
	case 3:
		return g.partitionHaving()
	}
	return g.partition()
}

// parts writes a query over the rows of each part: %s stands for the condition.
func parts(pattern string, p *Node, kids ...*Node) []*Node {
	var out []*Node
	for _, cond := range []string{"?", "NOT (?)", "(?) IS NULL"} {
		out = append(out, form("", strings.Replace(pattern, "%s", cond, 1), append(append([]*Node{}, kids...), p)...))
	}
	return out
}

func (g *Gen) partitionDistinct() *Query {
	g.safe, g.depth = true, 1
	_, text := g.claims()
	item, p := g.expr(typeOf(pick(g, outputs)), 1), g.expr(typeOf("bool"), 3)
	three := parts("SELECT ? FROM "+text+" WHERE %s", p, item)
	return &Query{
		Kind: "partitions", Root: form("", "SELECT DISTINCT ? FROM "+text, item),
		Parts: []*Node{form("", "? UNION ? UNION ?", three...)},
	}
}

func (g *Gen) partitionAggregate() *Query {
	g.safe, g.depth = true, 1
	t, text := g.claims()
	p := g.expr(typeOf("bool"), 3)
	aggs := "count(*) AS a, sum(" + t + ".value_number) AS b, min(" + t + ".value) AS c, max(" + t + ".recorded_at) AS d, bool_and(" + t + ".tier > 1) AS e"
	three := parts("SELECT "+aggs+" FROM "+text+" WHERE %s", p)
	return &Query{
		Kind: "partitions", Root: leaf("", "SELECT "+aggs+" FROM "+text),
		Parts: []*Node{form("", "SELECT sum(a)::int8 AS a, sum(b) AS b, min(c) AS c, max(d) AS d, bool_and(e) AS e FROM (? UNION ALL ? UNION ALL ?) AS x", three...)},
	}
}

func (g *Gen) partitionHaving() *Query {
	g.safe, g.depth = true, 1
	t, text := g.claims()
	key := t + "." + pick(g, []string{"predicate", "source", "tier", "concept_path"})
	head := "SELECT " + key + ", count(*), max(" + t + ".value) FROM " + text + " GROUP BY " + key
	return &Query{Kind: "partitions", Root: leaf("", head), Parts: parts(head+" HAVING %s", g.having())}
}

package differential

import (
	"fmt"
	"strings"

	"github.com/stemedb/stemedb/conformance/oracle"
	"github.com/stemedb/stemedb/sql/types"
)

// outputs are the types that relational queries give; all have an order.
var outputs = []string{"text", "text", "text", "numeric", "int2", "bool", "int4", "timestamptz", "float8"}

// relational is a query over the claims.
func (g *Gen) relational() *Query {
	g.safe = true
	var typs []types.OID
	for range 1 + g.rnd.IntN(3) {
		typs = append(typs, typeOf(pick(g, outputs)))
	}
	q := &Query{Kind: "relational", How: oracle.How{Sums: true}}
	body := g.body(typs, 2)
	if g.chance(5) {
		body = g.withCTE(body, typs)
	}
	if g.chance(2) {
		q.Root = body
		return q
	}
	// All columns order: what is equal in all of them may change places unseen.
	q.How.Ordered = true
	var by []string
	for _, i := range g.rnd.Perm(len(typs)) {
		by = append(by, fmt.Sprint(i+1)+pick(g, []string{"", " DESC", " NULLS FIRST", " DESC NULLS LAST", " ASC"}))
	}
	tail := " ORDER BY " + strings.Join(by, ", ")
	limit := leaf("", pick(g, []string{" LIMIT 5", " LIMIT 10 OFFSET 3", " OFFSET 2", " FETCH FIRST 4 ROWS ONLY", " LIMIT 0", " LIMIT ALL"}))
	q.Root = form("", "?"+tail+"?", body, optional(limit))
	return q
}

// body is a SELECT of these types: plain, grouped, or a set operation.
func (g *Gen) body(typs []types.OID, depth int) *Node {
	switch n := g.rnd.IntN(10); {
	case n < 2 && depth > 0:
		op := pick(g, []string{"UNION", "UNION ALL", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL"})
		return form(sortOf(typs), "(?) "+op+" (?)", g.body(typs, depth-1), g.body(typs, depth-1))
	case n < 5:
		return g.grouped(typs)
	case n < 6 && depth > 0:
		return g.derived(typs, depth-1)
	}
	return g.plain(typs)
}

// scope runs f in a scope of its own.
func (g *Gen) scope(f func() *Node) *Node {
	cols, depth := g.cols, g.depth
	defer func() { g.cols, g.depth = cols, depth }()
	g.cols, g.depth = nil, 1
	return f()
}

func (g *Gen) plain(typs []types.OID) *Node {
	return g.scope(func() *Node {
		text, where := g.joined()
		var items []*Node
		for i, t := range typs {
			items = append(items, form("", "? AS o"+fmt.Sprint(i+1), g.expr(t, 2)))
		}
		return form(sortOf(typs), "SELECT "+pick(g, []string{"", "", "DISTINCT "})+strings.Repeat("?, ", len(items)-1)+"? FROM ??",
			append(items, text, g.where(where, 3))...)
	})
}

// where is a WHERE clause; need is a condition that must stay.
func (g *Gen) where(need string, depth int) *Node {
	cond := g.expr(typeOf("bool"), depth)
	if need == "" {
		return optional(form("", " WHERE ?", cond))
	}
	return form("", " WHERE "+need+"?", optional(form("", " AND ?", cond)))
}

// grouped is a SELECT with GROUP BY: each column is a key or an aggregate.
func (g *Gen) grouped(typs []types.OID) *Node {
	return g.scope(func() *Node {
		text, where := g.joined()
		var items []*Node
		var keys []string
		for i, t := range typs {
			n := g.overRows(t)
			if n == nil || g.chance(2) {
				n = g.expr(t, 1)
				keys = append(keys, fmt.Sprint(i+1))
			}
			items = append(items, form("", "? AS o"+fmt.Sprint(i+1), n))
		}
		group := ""
		if len(keys) > 0 {
			group = " GROUP BY " + strings.Join(keys, ", ")
		}
		having := optional(form("", " HAVING ?", g.having()))
		return form(sortOf(typs), "SELECT "+strings.Repeat("?, ", len(items)-1)+"? FROM ??"+group+"?",
			append(items, text, g.where(where, 2), having)...)
	})
}

func (g *Gen) having() *Node {
	n := g.overRows(typeOf(pick(g, []string{"text", "int4", "numeric", "bool"})))
	if n.Sort == "bool" {
		return n
	}
	return form("bool", "(? "+pick(g, []string{">", "<=", "<>"})+" ?)", n, g.literalOnly(n.Sort))
}

func (g *Gen) literalOnly(name string) *Node { return g.literal(typeOf(name)) }

// overRows is an aggregate that gives a type, or nil.
func (g *Gen) overRows(t types.OID) *Node {
	e := func(name string) *Node { return g.expr(typeOf(name), 1) }
	name := nameOf(t)
	var n *Node
	switch name {
	case "text":
		switch g.rnd.IntN(3) {
		case 0:
			arg := e("text")
			d := pick(g, []string{"", "DISTINCT "})
			n = form("text", "string_agg("+d+"?, ',' ORDER BY "+arg.SQL()+")", arg)
			n.Kids[0].Sort = ""
			n = leaf("text", n.SQL())
		default:
			n = form("text", pick(g, []string{"max", "min"})+"(?)", e("text"))
		}
	case "int4":
		n = form("int4", "count("+pick(g, []string{"", "DISTINCT "})+"?)::int4", e(pick(g, []string{"text", "numeric", "bool"})))
		if g.chance(3) {
			n = leaf("int4", "count(*)::int4")
		}
	case "numeric":
		n = form("numeric", pick(g, []string{"sum", "avg", "max", "min", "stddev", "var_pop"})+"("+pick(g, []string{"", "DISTINCT "})+"?)", e("numeric"))
	case "bool":
		n = form("bool", pick(g, []string{"bool_and", "bool_or", "every"})+"(?)", e("bool"))
	case "float8":
		n = form("float8", pick(g, []string{"sum", "avg", "max", "min"})+"(?)", e("float8"))
	case "timestamptz", "int2":
		n = form(name, pick(g, []string{"max", "min"})+"(?)", e(name))
	default:
		return nil
	}
	if g.chance(3) && !strings.HasSuffix(n.SQL(), "int4") {
		return form(name, "? FILTER (WHERE ?)", n, e("bool"))
	}
	return n
}

// derived is a SELECT from a subquery.
func (g *Gen) derived(typs []types.OID, depth int) *Node {
	return g.scope(func() *Node {
		inner := g.body(typs, depth)
		return g.over("("+"?) AS d", "d", typs, inner)
	})
}

// over is a SELECT of the types from a relation that has them as o1, o2, ….
func (g *Gen) over(rel, alias string, typs []types.OID, kids ...*Node) *Node {
	g.cols = nil
	var items []*Node
	for i, t := range typs {
		g.cols = append(g.cols, column{fmt.Sprintf("%s.o%d", alias, i+1), t})
	}
	for i, t := range typs {
		items = append(items, form("", "? AS o"+fmt.Sprint(i+1), g.expr(t, 1)))
	}
	all := append(items, kids...)
	return form(sortOf(typs), "SELECT "+strings.Repeat("?, ", len(items)-1)+"? FROM "+rel+"?", append(all, optional(form("", " WHERE ?", g.expr(typeOf("bool"), 2))))...)
}

// withCTE puts the body into a CTE that is read once or twice.
func (g *Gen) withCTE(body *Node, typs []types.OID) *Node {
	kind := pick(g, []string{"", "MATERIALIZED ", "NOT MATERIALIZED "})
	return g.scope(func() *Node {
		first := g.over("w", "w", typs)
		if g.chance(2) {
			return form(sortOf(typs), "WITH w AS "+kind+"(?) ?", body, first)
		}
		second := g.over("w", "w", typs)
		return form(sortOf(typs), "WITH w AS "+kind+"(?) ? "+pick(g, []string{"UNION ALL", "EXCEPT", "INTERSECT"})+" ?", body, first, second)
	})
}

// partition is a query that must be the union of its parts by a condition, its
// negation and its being unknown.
func (g *Gen) partition() *Query {
	g.safe, g.depth = true, 1
	text, where := g.joined()
	var items []*Node
	for range 1 + g.rnd.IntN(3) {
		items = append(items, g.expr(typeOf(pick(g, outputs)), 1))
	}
	if where == "" {
		where = "true"
	}
	p := g.expr(typeOf("bool"), 3)
	head := "SELECT " + strings.Repeat("?, ", len(items)-1) + "? FROM ? WHERE " + where
	q := &Query{Kind: "partitions", Root: form("", head, append(items, text)...)}
	for _, cond := range []string{" AND ?", " AND NOT (?)", " AND (?) IS NULL"} {
		q.Parts = append(q.Parts, form("", head+cond, append(append([]*Node{}, items...), text, p)...))
	}
	return q
}

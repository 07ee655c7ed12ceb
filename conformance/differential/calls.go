package differential

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/stemedb/stemedb/conformance/oracle"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// Query is one generated query.
type Query struct {
	Kind string
	Root *Node
	How  oracle.How
	// Parts of a partition: Root must be their union.
	Parts []*Node
	// Columns are queries of one column each that say together what Root says:
	// they are run when Root fails, since an error hides all but itself.
	Columns []*Node
}

// Source makes queries.
type Source struct {
	lib   *library
	seed  uint64
	order []int // of the targets in a round
	round uint64
}

// NewSource returns the queries of a seed. It serves one goroutine.
func NewSource(seed uint64) *Source { return &Source{lib: newLibrary(), seed: seed} }

// Labels are the targets, as Node.Target names them.
func (s *Source) Labels() []string {
	var out []string
	for _, t := range s.lib.all {
		out = append(out, t.label)
	}
	return out
}

const (
	kinds  = 20 // of so many queries in a row, …
	callsN = 12 // … these are calls,
	relN   = 3  // these relational,
	shapeN = 3  // these of other shapes, and the rest partitions
	stars  = 5  // targets of a query of calls
)

// FullRun is how many queries a full run has, and FullDraws how often it draws
// each target at least.
const (
	FullRun   = 100000
	FullDraws = 100
)

// scheduled are the targets of the calls number c: each round goes through all
// targets, in an order of its own.
func (s *Source) scheduled(c int) []*target {
	n := len(s.lib.all)
	var out []*target
	for k := c * stars; k < (c+1)*stars; k++ {
		round := uint64(k / n)
		if s.order == nil || s.round != round {
			s.order = rand.New(rand.NewPCG(s.seed, ^round)).Perm(n)
			s.round = round
		}
		out = append(out, s.lib.all[s.order[k%n]])
	}
	return out
}

// Queries are the queries number i.
func (s *Source) Queries(i int) []*Query {
	g := &Gen{rnd: rand.New(rand.NewPCG(s.seed, uint64(i))), lib: s.lib}
	k := i % kinds
	switch {
	case k < callsN:
		return g.calls(s.scheduled(i/kinds*callsN + k))
	case k < callsN+relN:
		return []*Query{g.relational()}
	case k < callsN+relN+shapeN:
		return []*Query{g.shape(i/kinds*shapeN + k - callsN - relN)}
	}
	return []*Query{g.partitionKind(i/kinds*(kinds-callsN-relN-shapeN) + k - callsN - relN - shapeN)}
}

// calls are queries around targets: the scalar ones together, each other one
// alone.
func (g *Gen) calls(targets []*target) []*Query {
	var scalars []*target
	var out []*Query
	for _, t := range targets {
		switch {
		case t.fn != nil && t.fn.Kind == functions.Agg:
			out = append(out, g.aggregateCall(t))
		case t.fn != nil && t.fn.RetSet:
			out = append(out, g.setCall(t))
		default:
			scalars = append(scalars, t)
		}
	}
	if len(scalars) > 0 {
		out = append(out, g.scalarCalls(scalars))
	}
	return out
}

func (g *Gen) scalarCalls(targets []*target) *Query {
	q := &Query{Kind: "calls"}
	from := leaf("", "")
	if !g.chance(3) {
		from = g.values(argumentTypes(targets), 1+g.rnd.IntN(4))
		q.How.Ordered = true
	}
	var items []*Node
	for i, t := range targets {
		n := g.call(t, g.rnd.IntN(3))
		if g.chance(2) {
			n = form("", "? AS c"+fmt.Sprint(i+1), n)
		}
		items = append(items, n)
		q.Columns = append(q.Columns, form("", "SELECT ??", n, clone(from)))
	}
	q.Root = form("", "SELECT ??", list(", ", items...), from)
	if len(items) == 1 {
		q.Columns = nil
	}
	return q
}

// argumentTypes are the plain types of the targets' arguments, once each.
func argumentTypes(targets []*target) []types.OID {
	var out []types.OID
	seen := map[types.OID]bool{}
	add := func(o types.OID) {
		if writable(o) && !seen[o] && len(out) < 6 {
			seen[o] = true
			out = append(out, o)
		}
	}
	for _, t := range targets {
		switch {
		case t.cast != nil:
			add(t.cast.Source)
		case t.op != nil:
			add(t.op.Left)
			add(t.op.Right)
		default:
			for _, a := range t.fn.Args {
				add(a)
			}
		}
	}
	if len(out) == 0 {
		add(typeOf("int4"))
	}
	return out
}

// values writes FROM VALUES with a column or two of each type and brings the
// columns into scope.
func (g *Gen) values(of []types.OID, rows int) *Node {
	var names []string
	for _, o := range of {
		for range 1 + g.rnd.IntN(2) {
			c := column{fmt.Sprintf("x%d", len(g.cols)+1), o}
			g.cols = append(g.cols, c)
			names = append(names, c.name)
		}
	}
	var lines []*Node
	for range rows {
		var vals []string
		for _, c := range g.cols {
			vals = append(vals, g.literal(c.typ).SQL())
		}
		lines = append(lines, leaf("", "("+strings.Join(vals, ", ")+")"))
	}
	return optional(form("", " FROM (VALUES ?) AS v("+strings.Join(names, ", ")+")", list(", ", lines...)))
}

// setCall calls a set-returning function in the list or in FROM; what it makes
// may be without end, so only its first rows are taken.
func (g *Gen) setCall(t *target) *Query {
	n := g.call(t, 0)
	pattern := "SELECT ? LIMIT 50"
	switch {
	case t.name == "generate_series":
	case g.chance(2):
		pattern = "SELECT * FROM ? AS f"
		if g.chance(2) && t.fn.Ret != types.OIDRecord {
			pattern = "SELECT * FROM ? WITH ORDINALITY AS f(a, n)"
		}
	}
	return &Query{Kind: "set calls", Root: form("", pattern, n), How: oracle.How{Ordered: true}}
}

// aggregateCall is an aggregate over VALUES, by groups now and then. What
// depends on the order of its rows gets one.
func (g *Gen) aggregateCall(t *target) *Query {
	from := g.values(append(argumentTypes([]*target{t}), typeOf("int4")), g.rnd.IntN(6)+1)
	q := &Query{Kind: "aggregate calls", How: oracle.How{Sums: true}}
	n := g.aggregate(t, 1)
	key := g.cols[len(g.cols)-1].name
	switch g.rnd.IntN(3) {
	case 0:
		q.Root = form("", "SELECT ??", n, from)
	case 1:
		q.Root = form("", "SELECT "+key+", ?? GROUP BY "+key, n, from)
	default:
		q.Root = form("", "SELECT ?? GROUP BY "+key+" HAVING ?", n, from, g.havingOver(key))
	}
	return q
}

// havingOver is a condition on groups that have a key.
func (g *Gen) havingOver(key string) *Node {
	return form("bool", pick(g, []string{"count(*) > ?", "max(" + key + ") > ?", "(" + key + " IS NOT NULL OR count(*) = ?)"}), g.literal(typeOf("int4")))
}

// aggregate is a call of an aggregate over the columns in scope.
func (g *Gen) aggregate(t *target, depth int) *Node {
	if t.fn.Aggregate.Ordered != nil {
		return g.orderedSet(t)
	}
	elem, array := g.element(t.fn.Args)
	var args []*Node
	sortable := true
	for i, a := range t.fn.Args {
		if pool := hint(t.name, i); pool != nil {
			args = append(args, leaf("", quote(pick(g, pool))))
			continue
		}
		k := g.argument(a, elem, array, depth, exact)
		sortable = sortable && isComparable(k.Sort) && k.Sort != ""
		args = append(args, k)
	}
	var b strings.Builder
	b.WriteString(`pg_catalog."` + t.name + `"(`)
	distinct := sortable && len(args) > 0 && g.chance(4)
	if distinct {
		b.WriteString("DISTINCT ")
	}
	kids := list(", ", args...)
	kids.List = false
	kids.Parts = append([]string{""}, make([]string, len(args))...)
	for i := 1; i < len(args); i++ {
		kids.Parts[i] = ", "
	}
	if len(args) == 0 {
		b.WriteString("*")
	}
	b.WriteString("?")
	if sortable && len(args) > 0 {
		b.WriteString(" ORDER BY " + g.orderOf(args, distinct))
	}
	b.WriteString(")")
	n := form(nameOf(resolve(t.fn.Ret, elem)), b.String(), kids)
	for _, a := range args {
		n.Repeats = append(n.Repeats, clone(a))
	}
	if g.chance(4) {
		n = form(n.Sort, "??", n, optional(form("", " FILTER (WHERE ?)", g.expr(typeOf("bool"), 1))))
	}
	n.Target = t.label
	return n
}

// orderedSet is a call WITHIN GROUP. A hypothetical row has as many values as
// there are columns to order by.
func (g *Gen) orderedSet(t *target) *Node {
	elem := typeOf(pick(g, []string{"int4", "float8", "text", "interval"}))
	var direct []string
	by := g.expr(elem, 0)
	if t.fn.Aggregate.Hypothetical {
		direct = append(direct, g.literal(elem).SQL())
	} else {
		for _, a := range t.fn.Args[:t.fn.Aggregate.Direct] {
			direct = append(direct, pick(g, []string{"0.5", "0", "1", "0.25"})+"::float8")
			if types.IsArray(a) {
				direct[len(direct)-1] = "ARRAY[0, 0.3, NULL, 1]::float8[]"
			}
		}
		if last := t.fn.Args[len(t.fn.Args)-1]; writable(last) {
			by = g.expr(last, 0)
		}
	}
	n := form("", `pg_catalog."`+t.name+`"(`+strings.Join(direct, ", ")+") WITHIN GROUP (ORDER BY ?"+pick(g, []string{"", " DESC", " NULLS FIRST"})+")", by)
	n.Target = t.label
	return n
}

// orderOf orders an aggregate's rows by its arguments, all of them: equal rows
// are the same.
func (g *Gen) orderOf(args []*Node, distinct bool) string {
	var by []string
	for _, a := range args {
		s := a.SQL()
		if !distinct && g.chance(3) {
			s += " DESC"
		}
		by = append(by, s)
	}
	return strings.Join(by, ", ")
}

package differential

import (
	"math/rand/v2"
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// Gen makes one query. It is used by one goroutine.
type Gen struct {
	rnd   *rand.Rand
	lib   *library
	cols  []column // what expressions may name
	safe  bool     // only what does not fail
	depth int      // of subqueries
	alias int      // numbers of aliases given
}

// column is a column in scope.
type column struct {
	name string
	typ  types.OID
}

func pick[T any](g *Gen, list []T) T { return list[g.rnd.IntN(len(list))] }

// chance is true once in n times.
func (g *Gen) chance(n int) bool { return g.rnd.IntN(n) == 0 }

// expr is an expression of a type, at most depth calls deep.
func (g *Gen) expr(typ types.OID, depth int) *Node {
	if depth <= 0 || g.chance(5) {
		return g.atom(typ)
	}
	if g.chance(3) {
		if n := g.special(typ, depth-1); n != nil {
			return n
		}
	}
	from := g.lib.result
	if g.safe {
		from = g.lib.safe
	}
	if ts := from[typ]; len(ts) > 0 {
		return g.call(g.choose(ts), depth-1)
	}
	return g.atom(typ)
}

// atom is a column or a constant.
func (g *Gen) atom(typ types.OID) *Node {
	var fit []column
	for _, c := range g.cols {
		if c.typ == typ {
			fit = append(fit, c)
		}
	}
	if len(fit) > 0 && !g.chance(4) {
		return leaf(nameOf(typ), pick(g, fit).name)
	}
	return g.literal(typ)
}

// elements are the types that stand for polymorphic ones.
var elements = []string{"int4", "text", "numeric", "int8", "float8", "bool", "date", "timestamptz", "interval", "varchar", "uuid", "jsonb"}

// call is a call of the target with random arguments; its result is the
// outermost node.
func (g *Gen) call(t *target, depth int) *Node {
	var n *Node
	switch {
	case t.cast != nil:
		arg := g.expr(t.cast.Source, depth)
		name := nameOf(t.cast.Target)
		to := spell(name) + g.modifier(name)
		if g.chance(2) {
			n = form(name, "CAST(? AS "+to+")", arg)
		} else {
			n = form(name, "(?)::"+to, arg)
		}
	case t.op != nil:
		n = g.operator(t.op, depth)
	default:
		n = g.function(t.fn, depth)
	}
	n.Target = t.label
	if t.fn != nil && strings.HasSuffix(t.name, "cmp") {
		sort := n.Sort
		n.Sort = "" // only the sign of a three-way comparison counts: shrinking must keep it
		n = form(sort, "sign(?)", n)
	}
	return n
}

// modifier is a length or precision for a cast, now and then.
func (g *Gen) modifier(name string) string {
	if !g.chance(3) {
		return ""
	}
	switch name {
	case "numeric":
		return pick(g, []string{"(5,2)", "(10)", "(3,0)", "(20,10)", "(4,-2)"})
	case "varchar", "bpchar":
		return pick(g, []string{"(1)", "(3)", "(10)"})
	case "bit", "varbit":
		return pick(g, []string{"(1)", "(4)", "(8)"})
	case "time", "timetz", "timestamp", "timestamptz", "interval":
		return pick(g, []string{"(0)", "(2)", "(6)"})
	}
	return ""
}

func (g *Gen) operator(o *functions.Operator, depth int) *Node {
	args := []types.OID{o.Right}
	if o.Left != 0 {
		args = []types.OID{o.Left, o.Right}
	}
	elem, array := g.element(args)
	result := resolve(o.Result, elem)
	if o.Left == 0 {
		return form(nameOf(result), "("+o.Name+" ?)", g.argument(o.Right, elem, array, depth, ""))
	}
	return form(nameOf(result), "(? "+o.Name+" ?)", g.argument(o.Left, elem, array, depth, ""), g.argument(o.Right, elem, array, depth, ""))
}

// element chooses the type that a call's polymorphic arguments share.
func (g *Gen) element(args []types.OID) (types.OID, bool) {
	for _, a := range args {
		if _, array := polymorphic(a); array {
			return typeOf(pick(g, elements)), true
		}
	}
	return typeOf(pick(g, elements)), false
}

func resolve(ret, elem types.OID) types.OID {
	if poly, array := polymorphic(ret); array {
		return types.ArrayOf(elem)
	} else if poly {
		return elem
	}
	return ret
}

// exact in place of a function's name wants arguments of the very types.
const exact = "exact"

// argument is an expression for a declared argument type.
func (g *Gen) argument(declared, elem types.OID, array bool, depth int, name string) *Node {
	poly, isArray := polymorphic(declared)
	switch {
	case declared == types.OIDRecord:
		return form("", "ROW(?, ?)", g.expr(typeOf("int4"), depth), g.expr(typeOf("text"), depth))
	case declared == types.OIDAny:
		return g.expr(typeOf(pick(g, elements)), depth)
	case isArray:
		return g.expr(types.ArrayOf(elem), depth)
	case poly:
		return g.expr(elem, depth)
	case smallInts[name] && !g.chance(10) && integer(declared):
		t := nameOf(declared)
		return leaf(t, literalOf(t, pick(g, []string{"0", "1", "2", "3", "5", "12", "-1", "20"})))
	case g.chance(10) && !array && name != exact:
		return g.loose(declared, name == "")
	}
	return g.expr(declared, depth)
}

func integer(oid types.OID) bool {
	return oid == typeOf("int2") || oid == typeOf("int4") || oid == typeOf("int8")
}

// loose is a value of a type that casts implicitly or, where bare allows it, a
// string whose type is yet to be found. (Of functions there are overloads for
// types that are not here, which make a string ambiguous in PostgreSQL.)
func (g *Gen) loose(declared types.OID, bare bool) *Node {
	if g.chance(2) {
		for _, c := range functions.AllCasts() {
			if c.Target == declared && c.Context == 'i' && writable(c.Source) && g.chance(3) {
				return g.literal(c.Source)
			}
		}
	}
	if texts := samples[nameOf(declared)]; len(texts) > 0 && bare {
		return leaf("", quote(pick(g, texts)))
	}
	return g.literal(declared)
}

func (g *Gen) function(f *functions.Func, depth int) *Node {
	elem, array := g.element(f.Args)
	n := &Node{Sort: nameOf(resolve(f.Ret, elem)), Parts: []string{"pg_catalog.\"" + f.Name + "\"("}}
	add := func(lead string, k *Node) {
		n.Parts[len(n.Parts)-1] += lead
		n.Parts = append(n.Parts, "")
		n.Kids = append(n.Kids, k)
	}
	if (f.Name == "to_date" || f.Name == "to_timestamp") && len(f.Args) == 2 && g.chance(2) {
		text, template := g.timeTemplate()
		add("", leaf("text", literalOf("text", text)))
		add(", ", leaf("text", literalOf("text", template)))
		n.Parts[len(n.Parts)-1] += ")"
		return n
	}
	count := len(f.Args)
	if len(f.Defaults) > 0 && g.chance(2) {
		count -= 1 + g.rnd.IntN(len(f.Defaults))
	}
	for i, a := range f.Args[:count] {
		sep := ", "
		if i == 0 {
			sep = ""
		}
		if f.Variadic && i == len(f.Args)-1 {
			g.variadic(f, elem, array, depth, sep, add)
			break
		}
		if pool := hint(f.Name, i); pool != nil && a == typeOf("text") && !g.chance(6) {
			add(sep, leaf("text", literalOf("text", pick(g, pool))))
			continue
		}
		add(sep, g.argument(a, elem, array, depth, f.Name))
	}
	n.Parts[len(n.Parts)-1] += ")"
	return n
}

// variadic adds the rest of a call: as an array, or as arguments.
func (g *Gen) variadic(f *functions.Func, elem types.OID, array bool, depth int, sep string, add func(string, *Node)) {
	last := f.Args[len(f.Args)-1]
	if last == types.OIDAny {
		for range 1 + g.rnd.IntN(3) {
			add(sep, g.argument(last, elem, array, depth, ""))
			sep = ", "
		}
		return
	}
	if g.chance(4) {
		add(sep+"VARIADIC ", g.argument(last, elem, array, 0, f.Name))
		return
	}
	item := types.ElemOf(last)
	if item == 0 {
		item = elem
	}
	for range 1 + g.rnd.IntN(3) {
		if pool := hint(f.Name, 1); pool != nil && item == typeOf("text") {
			add(sep, leaf("text", literalOf("text", pick(g, pool))))
		} else {
			add(sep, g.expr(item, depth))
		}
		sep = ", "
	}
}

func hint(name string, i int) []string {
	if h := hints[name]; i < len(h) {
		return h[i]
	}
	return nil
}

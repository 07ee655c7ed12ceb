package differential

import (
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// special is an expression of a type by one of SQL's own forms, or nil.
func (g *Gen) special(typ types.OID, depth int) *Node {
	switch nameOf(typ) {
	case "bool":
		if g.depth > 0 && g.chance(3) {
			return g.subquery(depth)
		}
		return g.condition(depth)
	case "text":
		if n := g.textForm(depth); n != nil && !g.safe {
			return n
		}
	case "numeric":
		if !g.safe && g.chance(3) {
			return form("numeric", "EXTRACT("+pick(g, hints["extract"][0])+" FROM ?)", g.expr(typeOf(pick(g, []string{"timestamp", "timestamptz", "date", "interval"})), depth))
		}
	case "timestamp":
		if g.chance(4) {
			return form("timestamp", "(? AT TIME ZONE ?)", g.expr(typeOf("timestamptz"), depth), leaf("text", quote(pick(g, hints["timezone"][0][:5]))))
		}
	}
	return g.choice(typ, depth)
}

// choice is one of the forms that any type has.
func (g *Gen) choice(typ types.OID, depth int) *Node {
	name := nameOf(typ)
	e := func() *Node { return g.expr(typ, depth) }
	switch g.rnd.IntN(6) {
	case 0:
		return form(name, "CASE WHEN ? THEN ? ELSE ? END", g.expr(typeOf("bool"), depth), e(), e())
	case 1:
		return form(name, "COALESCE(?, ?)", e(), e())
	case 2:
		if isComparable(name) {
			return form(name, "NULLIF(?, ?)", e(), e())
		}
	case 3:
		if isComparable(name) {
			return form(name, pick(g, []string{"GREATEST", "LEAST"})+"(?, ?, ?)", e(), e(), e())
		}
	case 4:
		if isComparable(name) {
			return form(name, "CASE ? WHEN ? THEN ? END", e(), e(), e())
		}
	case 5:
		if array := types.ArrayOf(typ); array != 0 && writable(array) {
			return form(name, "(?)["+pick(g, []string{"1", "2", "0", "-1"})+"]", g.expr(array, depth))
		}
		if types.IsArray(typ) {
			return form(name, "(?)["+pick(g, []string{"1:2", ":2", "2:", "0:0", ":"})+"]", e())
		}
	}
	return nil
}

// isComparable names the types that have an order.
func isComparable(name string) bool {
	oid := typeOf(strings.TrimPrefix(name, "_"))
	if name == "varchar" || name == "_varchar" {
		oid = typeOf("text")
	}
	if !functions.Comparable(oid, true) {
		return false // its operators compare what it measures
	}
	for _, o := range functions.Operators("<") {
		if o.Left == oid && o.Right == oid {
			return true
		}
	}
	return false
}

var ordered = []string{"int2", "int4", "int8", "float8", "numeric", "text", "varchar", "bpchar", "date", "timestamp", "timestamptz", "interval", "time", "bool", "uuid", "bytea", "jsonb", "_int4", "_text"}

// condition is a boolean by SQL's own forms.
func (g *Gen) condition(depth int) *Node {
	boolean := typeOf("bool")
	name := pick(g, ordered)
	if len(g.cols) > 0 && !g.chance(3) {
		if c := pick(g, g.cols); isComparable(nameOf(c.typ)) {
			name = nameOf(c.typ)
		}
	}
	e := func() *Node { return g.expr(typeOf(name), depth) }
	b := func() *Node { return g.expr(boolean, depth) }
	compare := func() string { return pick(g, []string{"=", "<>", "<", "<=", ">", ">="}) }
	switch g.rnd.IntN(14) {
	case 0:
		return form("bool", "(? AND ?)", b(), b())
	case 1:
		return form("bool", "(? OR ?)", b(), b())
	case 2:
		return form("bool", "(NOT ?)", b())
	case 3:
		return form("bool", "(? IS "+pick(g, []string{"", "NOT "})+pick(g, []string{"TRUE", "FALSE", "UNKNOWN", "NULL"})+")", b())
	case 4:
		return form("bool", "(? IS "+pick(g, []string{"", "NOT "})+"NULL)", e())
	case 5:
		return form("bool", "(? IS "+pick(g, []string{"", "NOT "})+"DISTINCT FROM ?)", e(), e())
	case 6:
		return form("bool", "(? "+pick(g, []string{"", "NOT "})+"BETWEEN "+pick(g, []string{"", "SYMMETRIC "})+"? AND ?)", e(), e(), e())
	case 7:
		return form("bool", "(? "+pick(g, []string{"", "NOT "})+"IN (?, ?, ?))", e(), e(), e(), e())
	case 8:
		return form("bool", "(? "+pick(g, []string{"", "NOT "})+pick(g, []string{"LIKE", "ILIKE"})+" ?)", g.expr(typeOf("text"), depth), leaf("text", quote(pick(g, []string{"%", "a%", "%b%", "_", "A_c", "%e", "countries/%", "%1%"}))))
	case 9:
		if array := types.ArrayOf(typeOf(name)); array != 0 && writable(array) {
			return form("bool", "(? "+compare()+" "+pick(g, []string{"ANY", "ALL"})+" (?))", e(), g.expr(array, depth))
		}
	case 10:
		return form("bool", "(ROW(?, ?) "+compare()+" ROW(?, ?))", e(), b(), e(), b())
	}
	return form("bool", "(? "+compare()+" ?)", e(), e())
}

// textForm is a text by a form with words in it.
func (g *Gen) textForm(depth int) *Node {
	t := func() *Node { return g.expr(typeOf("text"), depth) }
	n := func() *Node { return leaf("int4", pick(g, []string{"1", "2", "0", "-1", "5"})) }
	switch g.rnd.IntN(6) {
	case 0:
		return form("text", "substring(? FROM ? FOR ?)", t(), n(), n())
	case 1:
		return form("text", "overlay(? PLACING ? FROM ?)", t(), t(), n())
	case 2:
		return form("text", "trim("+pick(g, []string{"BOTH", "LEADING", "TRAILING"})+" ? FROM ?)", leaf("text", quote(pick(g, []string{" ", "a", "xy"}))), t())
	case 3:
		other := pick(g, []string{"int4", "numeric", "float8", "bool", "date", "timestamptz", "interval", "jsonb", "_int4", "bytea", "uuid", "time"})
		return form("text", "(?)::text", g.expr(typeOf(other), depth))
	case 4:
		return form("text", "(? || ?)", t(), g.expr(typeOf(pick(g, []string{"int4", "numeric", "text", "bool"})), depth))
	}
	return nil
}

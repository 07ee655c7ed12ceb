package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// maxGroupingSets and maxCube are PostgreSQL's bounds of what a GROUP BY may
// expand to.
const (
	maxGroupingSets = 4096
	maxCube         = 12
	maxGroupingArgs = 31
)

// groupList is a bound GROUP BY: its keys without repeats, and the sets of
// keys (by index) that rows are grouped by; no sets: by all keys.
type groupList struct {
	keys []Expr
	sets [][]int
}

// groupClause binds GROUP BY: ordinals and names of the select list, columns,
// expressions, and sets of them.
func (s *scope) groupClause(n *pg.SelectStmt, t *target) groupList {
	g := &groupBinder{scope: s, t: t}
	sets, plain := [][]int{{}}, true
	for _, item := range n.GroupClause {
		plain = plain && item.GetGroupingSet() == nil
		more := g.expand(item)
		g.showGroup(item)
		if len(sets)*len(more) > maxGroupingSets {
			s.failAt(-1, sqlerr.StatementTooComplex, "too many grouping sets present (maximum %d)", maxGroupingSets)
		}
		sets = product(sets, more)
	}
	if plain {
		g.shownGroups(n, nil)
		return groupList{keys: g.keys}
	}
	if n.GroupDistinct {
		sets = distinctSets(sets)
	}
	g.shownGroups(n, sets)
	return groupList{g.keys, sets}
}

// everywhere reports whether a key is in every set.
func (g groupList) everywhere(key int) bool {
	for _, set := range g.sets {
		if !slices.Contains(set, key) {
			return false
		}
	}
	return true
}

// groupBinder gathers the keys of one GROUP BY.
type groupBinder struct {
	*scope
	t    *target
	keys []Expr
}

// expand lists the sets that an item of GROUP BY stands for.
func (g *groupBinder) expand(n *pg.Node) [][]int {
	set := n.GetGroupingSet()
	if set == nil {
		return [][]int{g.simple(n)}
	}
	switch set.Kind {
	case pg.GroupingSetKind_GROUPING_SET_ROLLUP:
		parts := g.parts(set.Content)
		var out [][]int
		for k := len(parts); k >= 0; k-- {
			out = append(out, merged(parts[:k]))
		}
		return out
	case pg.GroupingSetKind_GROUPING_SET_CUBE:
		if len(set.Content) > maxCube {
			g.failAt(set.Location, sqlerr.TooManyColumns, "CUBE is limited to %d elements", maxCube)
		}
		return cube(g.parts(set.Content))
	case pg.GroupingSetKind_GROUPING_SET_SETS:
		var out [][]int
		for _, c := range set.Content {
			out = append(out, g.expand(c)...)
		}
		return out
	}
	return [][]int{{}}
}

// parts are the elements of a ROLLUP or CUBE: each one key or several.
func (g *groupBinder) parts(list []*pg.Node) [][]int {
	out := make([][]int, len(list))
	for i, n := range list {
		out[i] = g.simple(n)
	}
	return out
}

// simple binds a key, or the keys of a list in parentheses.
func (g *groupBinder) simple(n *pg.Node) []int {
	row := n.GetRowExpr()
	if row == nil || row.RowFormat != pg.CoercionForm_COERCE_IMPLICIT_CAST {
		return []int{g.key(n)}
	}
	var out []int
	for _, a := range row.Args {
		out = merged([][]int{out, g.simple(a)})
	}
	return out
}

// key binds one key and returns its number.
func (g *groupBinder) key(n *pg.Node) int {
	e := g.groupKey(n, g.t)
	g.b.mustEqual(typeOf(e), locate(n))
	for i, k := range g.keys {
		if sameExpr(k, e) {
			return i
		}
	}
	g.keys = append(g.keys, e)
	return len(g.keys) - 1
}

// merged is the union of sets, in the order of their first naming.
func merged(sets [][]int) []int {
	out := []int{}
	for _, set := range sets {
		for _, k := range set {
			if !slices.Contains(out, k) {
				out = append(out, k)
			}
		}
	}
	return out
}

// cube lists the unions of all selections of parts, the whole first.
func cube(parts [][]int) [][]int {
	var out [][]int
	for mask := 1<<len(parts) - 1; mask >= 0; mask-- {
		var chosen [][]int
		for i, p := range parts {
			if mask>>(len(parts)-1-i)&1 == 1 {
				chosen = append(chosen, p)
			}
		}
		out = append(out, merged(chosen))
	}
	return out
}

// product combines each set of a with each of b.
func product(a, b [][]int) [][]int {
	var out [][]int
	for _, x := range a {
		for _, y := range b {
			out = append(out, merged([][]int{x, y}))
		}
	}
	return out
}

// distinctSets drops sets that hold the keys of an earlier one.
func distinctSets(sets [][]int) [][]int {
	var out, sorted [][]int
	for _, set := range sets {
		s := slices.Sorted(slices.Values(set))
		if !slices.ContainsFunc(sorted, func(o []int) bool { return slices.Equal(o, s) }) {
			out, sorted = append(out, set), append(sorted, s)
		}
	}
	return out
}

// groupingCall is GROUPING(…) until the keys of its query level are known.
type groupingCall struct {
	args []Expr
	at   []int32 // where each argument stands
	id   int
}

// makes reports whether a column is that of an aggregate or a GROUPING call.
func (a *aggState) makes(id int) bool {
	return slices.Contains(a.ids, id) || slices.ContainsFunc(a.groupings, func(g groupingCall) bool { return g.id == id })
}

// grouping binds GROUPING(…): a column that the grouping of the query level
// of its arguments produces.
func (s *scope) grouping(n *pg.GroupingFunc) Expr {
	if s.inAgg {
		s.failAt(n.Location, sqlerr.GroupingError, "aggregate function calls cannot be nested")
	}
	if len(n.Args) > maxGroupingArgs {
		s.failAt(n.Location, sqlerr.TooManyArguments, "GROUPING must have fewer than 32 arguments")
	}
	in := *s
	in.inAgg, in.srf = true, nil
	in.clause = "aggregate arguments"
	c := groupingCall{}
	for _, a := range n.Args {
		c.args = append(c.args, in.expr(a))
		c.at = append(c.at, locate(a))
	}
	level := s.levelOf(n.Location, colsOf(c.args...), "grouping operations")
	if s.b.shown != nil {
		return &shownGrouping{c.args}
	}
	for _, o := range level.aggs.groupings {
		if slices.EqualFunc(o.args, c.args, sameExpr) {
			return s.b.located(s.b.ref(o.id), n.Location)
		}
	}
	c.id = s.b.newCol(Column{Name: "grouping", Type: types.OIDInt4, Typmod: -1})
	level.aggs.groupings = append(level.aggs.groupings, c)
	return s.b.located(s.b.ref(c.id), n.Location)
}

// resolveGroupings makes key numbers of the arguments of the level's
// GROUPING calls.
func (s *scope) resolveGroupings(agg *rAgg, keys []Expr) {
	for _, c := range s.aggs.groupings {
		bits := []int{}
		for i, a := range c.args {
			k := slices.IndexFunc(keys, func(key Expr) bool { return sameExpr(key, a) })
			if k < 0 {
				s.failAt(c.at[i], sqlerr.GroupingError, "arguments to GROUPING must be grouping expressions of the associated query level")
			}
			bits = append(bits, k)
		}
		agg.groupings = append(agg.groupings, bits)
		agg.groupingIDs = append(agg.groupingIDs, c.id)
	}
}

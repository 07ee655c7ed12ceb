package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// A recursive query has a meaning only where its recursive term reads it once, in
// a place from which no row that there is already can be missed. PostgreSQL looks
// at the text for that, before names are bound, and so does this.

// recursionPlace is where in a recursive query the check is.
type recursionPlace int

const (
	inTerm recursionPlace = iota // a reference is in order
	inFirstTerm
	inSublink
	inOuterJoin
	inIntersect
	inExcept
)

var misplaced = map[recursionPlace]string{
	inFirstTerm: "its non-recursive term", inSublink: "a subquery", inOuterJoin: "an outer join", inIntersect: "INTERSECT", inExcept: "EXCEPT",
}

// wellFormed is the check of one recursive query.
type wellFormed struct {
	s     *scope
	name  string
	place recursionPlace
	refs  int
	inner [][]string // names of the WITHs within, which hide others
}

// checkRecursions refuses recursive queries among those of a WITH that are not
// well formed.
func (s *scope) checkRecursions(list []*pg.CommonTableExpr) {
	for _, x := range list {
		if !namesItself(x) {
			continue
		}
		sel := x.Ctequery.GetSelectStmt()
		switch {
		case sel == nil:
			s.failAt(x.Location, sqlerr.InvalidRecursion, `recursive query "%s" must not contain data-modifying statements`, x.Ctename)
		case sel.Op != pg.SetOperation_SETOP_UNION:
			s.failAt(x.Location, sqlerr.InvalidRecursion, `recursive query "%s" does not have the form non-recursive-term UNION [ALL] recursive-term`, x.Ctename)
		}
		c := &wellFormed{s: s, name: x.Ctename, place: inFirstTerm}
		c.visit(sel.Larg.ProtoReflect())
		c.place, c.refs = inTerm, 0
		c.visit(sel.Rarg.ProtoReflect())
		if sel.WithClause != nil {
			c.place = inSublink
			c.list(sel.WithClause.Ctes)
		}
		s.plainUnion(sel)
	}
}

// namesItself reports whether a query of WITH RECURSIVE is recursive.
func namesItself(x *pg.CommonTableExpr) bool {
	named := map[*pg.CommonTableExpr]bool{}
	namedCTEs(x.Ctequery.ProtoReflect(), map[string]*pg.CommonTableExpr{x.Ctename: x}, named)
	return named[x]
}

// at visits with another place.
func (c *wellFormed) at(place recursionPlace, visit func()) {
	before := c.place
	c.place = place
	visit()
	c.place = before
}

func (c *wellFormed) visit(m protoreflect.Message) {
	switch n := m.Interface().(type) {
	case *pg.RangeVar:
		c.rangeVar(n)
	case *pg.SelectStmt:
		c.query(n.WithClause, func() { c.selectStmt(n) })
	case *pg.WithClause: // seen to by query
	case *pg.JoinExpr:
		c.join(n)
	case *pg.SubLink:
		if n.Subselect != nil {
			c.at(inSublink, func() { c.visit(n.Subselect.ProtoReflect()) })
		}
		if n.Testexpr != nil {
			c.visit(n.Testexpr.ProtoReflect())
		}
	default:
		c.parts(m)
	}
}

// parts visits what a node is made of, in the order of its fields.
func (c *wellFormed) parts(m protoreflect.Message) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if f.Kind() != protoreflect.MessageKind || !m.Has(f) {
			continue
		}
		if !f.IsList() {
			c.visit(m.Get(f).Message())
			continue
		}
		for l, k := m.Get(f).List(), 0; k < l.Len(); k++ {
			c.visit(l.Get(k).Message())
		}
	}
}

func (c *wellFormed) list(nodes []*pg.Node) {
	for _, n := range nodes {
		if n != nil {
			c.visit(n.ProtoReflect())
		}
	}
}

func (c *wellFormed) rangeVar(n *pg.RangeVar) {
	if n.Schemaname != "" || n.Relname != c.name || slices.ContainsFunc(c.inner, func(names []string) bool { return slices.Contains(names, c.name) }) {
		return
	}
	if c.place != inTerm {
		c.s.failAt(n.Location, sqlerr.InvalidRecursion, `recursive reference to query "%s" must not appear within %s`, c.name, misplaced[c.place])
	}
	if c.refs++; c.refs > 1 {
		c.s.failAt(n.Location, sqlerr.InvalidRecursion, `recursive reference to query "%s" must not appear more than once`, c.name)
	}
}

// query visits the queries of a WITH, whose names hide others from then on, and
// under RECURSIVE in each other, and what it stands before.
func (c *wellFormed) query(w *pg.WithClause, body func()) {
	if w == nil {
		body()
		return
	}
	c.inner = append(c.inner, nil)
	names := &c.inner[len(c.inner)-1]
	add := func(n *pg.Node) { *names = append(*names, n.GetCommonTableExpr().Ctename) }
	if w.Recursive {
		for _, n := range w.Ctes {
			add(n)
		}
	}
	for _, n := range w.Ctes {
		depth := len(c.inner)
		c.visit(n.GetCommonTableExpr().Ctequery.ProtoReflect())
		c.inner = c.inner[:depth]
		if names = &c.inner[depth-1]; !w.Recursive {
			add(n)
		}
	}
	body()
	c.inner = c.inner[:len(c.inner)-1]
}

func (c *wellFormed) selectStmt(n *pg.SelectStmt) {
	left, right := c.place, c.place
	if c.place == inTerm {
		switch {
		case n.Op == pg.SetOperation_SETOP_INTERSECT && n.All:
			left, right = inIntersect, inIntersect
		case n.Op == pg.SetOperation_SETOP_EXCEPT:
			if right = inExcept; n.All {
				left = inExcept
			}
		}
	}
	if left == right && left == c.place {
		c.parts(n.ProtoReflect())
		return
	}
	c.at(left, func() { c.visit(n.Larg.ProtoReflect()) })
	c.at(right, func() { c.visit(n.Rarg.ProtoReflect()) })
	c.list(n.SortClause)
	c.list([]*pg.Node{n.LimitOffset, n.LimitCount})
}

func (c *wellFormed) join(n *pg.JoinExpr) {
	left, right := c.place, c.place
	if c.place == inTerm {
		switch n.Jointype {
		case pg.JoinType_JOIN_LEFT:
			right = inOuterJoin
		case pg.JoinType_JOIN_RIGHT:
			left = inOuterJoin
		case pg.JoinType_JOIN_FULL:
			left, right = inOuterJoin, inOuterJoin
		}
	}
	c.at(left, func() { c.visit(n.Larg.ProtoReflect()) })
	c.at(right, func() { c.visit(n.Rarg.ProtoReflect()) })
	if n.Quals != nil {
		c.visit(n.Quals.ProtoReflect())
	}
}

package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// joinExpr binds a join and merges the names of its sides.
func (s *scope) joinExpr(node *pg.Node, left []*item) (rel, []*item) {
	n := node.GetJoinExpr()
	lr, litems := s.fromItem(n.Larg, left)
	kind := joinKind(n.Jointype)
	visible := append(append([]*item(nil), left...), litems...)
	if kind == RightJoin || kind == FullJoin {
		visible = left // the left side may have no row
	}
	rr, ritems := s.fromItem(n.Rarg, visible)
	s.checkNames(litems, ritems)
	j := &rJoin{kind: kind, left: lr, right: rr}
	all := append(append([]*item(nil), litems...), ritems...)
	usingNames := s.usingNames(n, litems, ritems)
	merged := &item{open: true}
	sh := s.showJoin(node, litems, ritems, usingNames)
	switch {
	case n.Quals != nil:
		in := s.lateralScope(nil, false).child()
		in.items, in.hidden, in.clause = all, left, "JOIN conditions"
		j.on = in.condition(n.Quals, "JOIN/ON")
		if sh != nil {
			sh.join.on = j.on
		}
	case usingNames != nil:
		j.on = s.mergeCols(j, usingNames, litems, ritems, merged, sh)
	}
	for _, it := range all {
		if it.open {
			for _, c := range it.cols {
				if indexOf(usingNames, c.name) < 0 {
					merged.cols = append(merged.cols, c)
				}
			}
		}
	}
	if n.Alias != nil {
		merged.named, merged.alias = true, n.Alias.Aliasname
		s.b.showJoined(sh, merged)
		s.renameCols(merged, n.Alias)
		return j, []*item{merged}
	}
	if usingNames == nil {
		for _, it := range all {
			it.joined = true
		}
		return j, all
	}
	out := []*item{merged}
	for _, it := range all {
		hidden := *it
		hidden.open = false
		if hidden.named {
			out = append(out, &hidden)
		}
	}
	if n.JoinUsingAlias != nil {
		u := &item{named: true, alias: n.JoinUsingAlias.Aliasname, cols: merged.cols[:len(usingNames)]}
		out = append(out, u)
	}
	return j, out
}

func joinKind(t pg.JoinType) JoinKind {
	switch t {
	case pg.JoinType_JOIN_LEFT:
		return LeftJoin
	case pg.JoinType_JOIN_RIGHT:
		return RightJoin
	case pg.JoinType_JOIN_FULL:
		return FullJoin
	}
	return InnerJoin
}

// usingNames lists the columns of USING, or the common ones of NATURAL; nil
// for a join of another kind.
func (s *scope) usingNames(n *pg.JoinExpr, l, r []*item) []string {
	if !n.IsNatural {
		var out []string
		for _, u := range n.UsingClause {
			out = append(out, u.GetString_().GetSval())
		}
		return out
	}
	out := []string{}
	for _, it := range l {
		for _, c := range it.cols {
			if it.open && indexOf(out, c.name) < 0 && hasOpen(r, c.name) {
				out = append(out, c.name)
			}
		}
	}
	return out
}

func hasOpen(items []*item, name string) bool {
	for _, it := range items {
		if !it.open {
			continue
		}
		for i := range it.cols {
			if it.cols[i].name == name {
				return true
			}
		}
	}
	return false
}

// mergeCols builds a USING join's condition and its merged columns.
func (s *scope) mergeCols(j *rJoin, names []string, l, r []*item, merged *item, sh *shownItem) Expr {
	cond := &BoolOp{Op: And}
	for i, name := range names {
		if indexOf(names[:i], name) >= 0 {
			fail(sqlerr.New(sqlerr.DuplicateColumn, `column name "%s" appears more than once in USING clause`, name))
		}
		lc := s.side(l, name, "left")
		rc := s.side(r, name, "right")
		pair := []Expr{lc, rc}
		t := s.b.common(pair, "JOIN/USING", func(int) int32 { return -1 })
		eq := s.b.binary("=", lc, rc, -1)
		cond.Args = append(cond.Args, eq)
		var out Expr
		switch {
		case sh != nil:
			out = s.b.showMerged(sh, i, []Expr{lc, rc}, pair)
		case j.kind == RightJoin:
			out = pair[1]
		case j.kind == FullJoin:
			out = &Coalesce{Kind: CoalesceFirst, Args: pair, OID: t}
		default:
			out = pair[0]
		}
		merged.cols = append(merged.cols, itemCol{name: name, expr: out})
	}
	if len(cond.Args) == 0 {
		return nil
	}
	return flatten(cond)
}

func (s *scope) side(items []*item, name, side string) Expr {
	var found Expr
	for _, it := range items {
		if !it.open {
			continue
		}
		for i := range it.cols {
			if it.cols[i].name != name {
				continue
			}
			if found != nil {
				fail(sqlerr.New(sqlerr.AmbiguousColumn, `common column name "%s" appears more than once in %s table`, name, side))
			}
			found = it.cols[i].expr
		}
	}
	if found == nil {
		fail(sqlerr.New(sqlerr.UndefinedColumn, `column "%s" specified in USING clause does not exist in %s table`, name, side))
	}
	s.b.access.readExpr(found)
	return found
}

// setOp binds UNION, INTERSECT and EXCEPT.
func (s *scope) setOp(n *pg.SelectStmt, resolve bool) query {
	l := s.child0().selectStmt(n.Larg, false)
	r := s.child0().selectStmt(n.Rarg, false)
	word, op := "UNION", Union
	switch n.Op {
	case pg.SetOperation_SETOP_INTERSECT:
		word, op = "INTERSECT", Intersect
	case pg.SetOperation_SETOP_EXCEPT:
		word, op = "EXCEPT", Except
	}
	if len(l.cols) != len(r.cols) {
		at := int32(-1)
		if len(r.cols) > 0 {
			at = locate(r.cols[0].node)
		}
		s.failAt(at, sqlerr.SyntaxError, "each %s query must have the same number of columns", word)
	}
	out := &rSetOp{op: op, all: n.All}
	q := query{rel: out}
	var les, res []Expr
	for i := range l.cols {
		le, re := s.b.ref(l.cols[i].id), s.b.ref(r.cols[i].id)
		pair := []Expr{l.expr(s.b, i), r.expr(s.b, i)}
		t := s.b.commonOf(pair, word, func(k int) int32 { return locate([]*pg.Node{l.cols[i].node, r.cols[i].node}[k]) })
		if !n.All || op != Union {
			s.b.mustEqual(t, locateBound(l.cols[i].node))
		}
		s.showTyped(&l, i, t)
		s.showTyped(&r, i, t)
		les = append(les, s.setCol(&l, i, le, t, word))
		res = append(res, s.setCol(&r, i, re, t, word))
		typmod := commonTypmod([]Expr{les[i], res[i]})
		id := s.b.newCol(Column{Name: l.cols[i].name, Type: t, Typmod: typmod, Domain: s.b.commonDomain(les[i], res[i]), Collation: s.b.columnCollation(t, les[i], res[i])})
		out.ids = append(out.ids, id)
		q.cols = append(q.cols, outCol{name: l.cols[i].name, id: id, node: l.cols[i].node})
	}
	s.showSet(n, l, r)
	out.left, out.right = s.b.projectTo(l.rel, les), s.b.projectTo(r.rel, res)
	return s.finishSet(n, q, word)
}

// child0 is a level that sees the same CTEs and outer queries.
func (s *scope) child0() *scope { return &scope{b: s.b, parent: s.parent, ctes: s.ctes} }

// expr returns what a column computes as far as types are concerned: a literal
// that has no type yet, or the column.
func (q *query) expr(b *binder, i int) Expr {
	if e := q.cols[i].expr; e != nil && typeOf(e) == types.OIDUnknown {
		return e
	}
	return b.ref(q.cols[i].id)
}

// setCol converts a side's column to the common type; literals are read anew.
func (s *scope) setCol(q *query, i int, ref Expr, t types.OID, word string) Expr {
	e := q.expr(s.b, i)
	if typeOf(ref) == t {
		return ref
	}
	out := s.b.coerce(e, t, -1, implicit)
	if out == nil {
		s.failAt(locate(q.cols[i].node), sqlerr.CannotCoerce, "%s could not convert type %s to %s", word,
			types.FormatTypeBare(typeOf(e)), types.FormatTypeBare(t))
	}
	return out
}

// projectTo computes expressions over a rel, unless they are its columns.
func (b *binder) projectTo(r rel, es []Expr) rel {
	p := &rProject{input: r}
	own := outSet(r)
	for _, e := range es {
		p.exprs = append(p.exprs, e)
		p.ids = append(p.ids, b.project1(e, "", own))
	}
	if sameInts(p.ids, r.outs()) {
		return r
	}
	return p
}

// finishSet adds a set operation's ORDER BY (by name or number only) and LIMIT.
func (s *scope) finishSet(n *pg.SelectStmt, q query, word string) query {
	if len(n.SortClause) > 0 {
		t := &target{}
		for _, c := range q.cols {
			t.cols = append(t.cols, outCol{name: c.name, id: c.id, expr: s.b.ref(c.id), node: c.node})
		}
		sort := &rSort{input: q.rel}
		for _, sn := range n.SortClause {
			sb := sn.GetSortBy()
			i := s.setOrder(sb.Node, t, word)
			key := s.sortKey(sb, t.cols[i].expr)
			s.showOrder(key, i)
			sort.keys = append(sort.keys, key)
		}
		q.rel = sort
	}
	if s.shown != nil {
		s.showLimit(n)
		return q
	}
	q.rel = s.limitClause(n, q.rel)
	return q
}

func (s *scope) setOrder(n *pg.Node, t *target, word string) int {
	if ref := n.GetColumnRef(); ref != nil {
		names, star := fieldNames(ref.Fields)
		if word == "VALUES" && len(names) == 2 && names[0] == valuesName { // as views are shown
			names = names[1:]
		}
		if !star && len(names) == 1 {
			if i := s.targetNamed(names[0], t, ref.Location, "ORDER BY"); i >= 0 {
				return i
			}
			s.missingColumn("", names[0], ref.Location)
		}
	}
	if i, ok := s.ordinal(n, len(t.cols), "ORDER BY"); ok {
		return i
	}
	fail(s.b.at(locate(n), sqlerr.New(sqlerr.FeatureNotSupported, "invalid UNION/INTERSECT/EXCEPT ORDER BY clause").
		WithDetail("Only result column names can be used, not expressions or functions.").
		WithHint("Add the expression/function to every SELECT, or move the UNION into a FROM clause.")))
	return 0
}

// valuesName is what the lists of VALUES are called as an item.
const valuesName = "*VALUES*"

// valuesStmt binds VALUES as a query.
func (s *scope) valuesStmt(n *pg.SelectStmt, resolve bool) query {
	in := s.child0()
	in.clause = "VALUES"
	rows := make([][]Expr, len(n.ValuesLists))
	nodes := make([][]*pg.Node, len(n.ValuesLists))
	for i, l := range n.ValuesLists {
		nodes[i] = l.GetList().GetItems()
		if i > 0 && len(nodes[i]) != len(nodes[0]) {
			s.failAt(locateList(nodes[i]), sqlerr.SyntaxError, "VALUES lists must all be the same length")
		}
		for _, e := range nodes[i] {
			rows[i] = append(rows[i], in.expr(e))
		}
	}
	r := &rValues{rows: rows}
	q := query{rel: r}
	for c := range nodes[0] {
		col := make([]Expr, len(rows))
		for i := range rows {
			col[i] = rows[i][c]
		}
		at := func(i int) int32 { return locate(nodes[i][c]) }
		t := types.OIDUnknown
		if resolve || !allUnknown(col) || s.shown != nil {
			t = s.b.common(col, "VALUES", at)
		}
		for i := range rows {
			rows[i][c] = col[i]
		}
		id := s.b.newCol(Column{Name: "column" + fieldName(c)[1:], Type: t, Typmod: commonTypmod(col), Domain: s.b.commonDomain(col...), Collation: s.b.columnCollation(t, col...)})
		r.ids = append(r.ids, id)
		oc := outCol{name: "column" + fieldName(c)[1:], id: id, node: nodes[0][c]}
		if t == types.OIDUnknown && len(rows) == 1 {
			oc.expr = col[0]
		}
		q.cols = append(q.cols, oc)
	}
	s.showValues(&q, rows)
	return s.finishSet(n, q, "VALUES")
}

func allUnknown(es []Expr) bool {
	for _, e := range es {
		if typeOf(e) != types.OIDUnknown {
			return false
		}
	}
	return true
}

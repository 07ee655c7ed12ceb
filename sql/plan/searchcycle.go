package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/proto"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// searchCycle adds to a recursive query the columns that SEARCH and CYCLE ask
// for. Both terms compute them over their own columns; the recursive term reads
// the row before through its reference to the query.
type searchCycle struct {
	search *pg.CTESearchClause
	cycle  *pg.CTECycleClause
	names  []string // the query's own columns
	mark   types.OID
}

// newSearchCycle checks the clauses of x against the query's columns; nil when
// there are none.
func (s *scope) newSearchCycle(info *cteInfo, x *pg.CommonTableExpr, sel *pg.SelectStmt) *searchCycle {
	if x.SearchClause == nil && x.CycleClause == nil {
		return nil
	}
	sc := &searchCycle{search: x.SearchClause, cycle: x.CycleClause}
	for _, c := range info.cols {
		sc.names = append(sc.names, c.name)
	}
	for i, side := range []*pg.SelectStmt{sel.Larg, sel.Rarg} {
		if side.Op != pg.SetOperation_SETOP_NONE {
			code := []string{sqlerr.FeatureNotSupported, sqlerr.SyntaxError}[i]
			fail(sqlerr.New(code, "with a SEARCH or CYCLE clause, the %s side of the UNION must be a SELECT", []string{"left", "right"}[i]))
		}
	}
	unused := func(name, what string, at int32) {
		if slices.Contains(sc.names, name) {
			s.failAt(at, sqlerr.SyntaxError, `%s column name "%s" already used in WITH query column list`, what, name)
		}
	}
	if c := sc.search; c != nil {
		s.checkListed(sc.names, c.SearchColList, "search", c.Location)
		unused(c.SearchSeqColumn, "search sequence", c.Location)
	}
	if c := sc.cycle; c != nil {
		s.checkListed(sc.names, c.CycleColList, "cycle", c.Location)
		unused(c.CycleMarkColumn, "cycle mark", c.Location)
		unused(c.CyclePathColumn, "cycle path", c.Location)
		if c.CycleMarkColumn == c.CyclePathColumn {
			s.failAt(c.Location, sqlerr.SyntaxError, "cycle mark column name and cycle path column name are the same")
		}
		if sc.search != nil {
			for i, name := range []string{c.CycleMarkColumn, c.CyclePathColumn} {
				if name == sc.search.SearchSeqColumn {
					s.failAt(sc.search.Location, sqlerr.SyntaxError, "search sequence column name and cycle %s column name are the same",
						[]string{"mark", "path"}[i])
				}
			}
		}
	}
	return sc
}

// checkListed refuses columns of a SEARCH or CYCLE list that the query lacks,
// and those that stand there twice.
func (s *scope) checkListed(names []string, list []*pg.Node, what string, at int32) {
	var seen []string
	for _, n := range list {
		name := n.GetString_().GetSval()
		if !slices.Contains(names, name) {
			s.failAt(at, sqlerr.SyntaxError, `%s column "%s" not in WITH query column list`, what, name)
		}
		if slices.Contains(seen, name) {
			s.failAt(at, sqlerr.DuplicateColumn, `%s column "%s" specified more than once`, what, name)
		}
		seen = append(seen, name)
	}
}

// markValues binds the two values of the cycle mark, in their common type.
func (s *scope) markValues(c *pg.CTECycleClause) (to, otherwise Expr, t types.OID) {
	nodes := []*pg.Node{c.CycleMarkValue, c.CycleMarkDefault}
	in := (&scope{b: s.b, parent: s.parent, ctes: s.ctes}).within("CYCLE")
	es := []Expr{in.expr(nodes[0]), in.expr(nodes[1])}
	t = s.b.common(es, "CYCLE", func(i int) int32 { return locate(nodes[i]) })
	to = s.b.mustCoerce(es[0], t, locate(nodes[0]), "CYCLE/SET/TO")
	otherwise = s.b.mustCoerce(es[1], t, locate(nodes[1]), "CYCLE/SET/DEFAULT")
	s.b.mustEqual(t, -1)
	return to, otherwise, t
}

// extra are the names of the columns that the clauses add.
func (sc *searchCycle) extra() []string {
	var out []string
	if sc.search != nil {
		out = append(out, sc.search.SearchSeqColumn)
	}
	if sc.cycle != nil {
		out = append(out, sc.cycle.CycleMarkColumn, sc.cycle.CyclePathColumn)
	}
	return out
}

// rowOf is ROW(…) of listed columns, behind other fields.
func rowOf(list []*pg.Node, first ...*pg.Node) *pg.Node {
	row := &pg.RowExpr{Args: first, RowFormat: pg.CoercionForm_COERCE_EXPLICIT_CALL, Location: -1}
	for _, n := range list {
		row.Args = append(row.Args, columnNode(n.GetString_().GetSval()))
	}
	return &pg.Node{Node: &pg.Node_RowExpr{RowExpr: row}}
}

func columnNode(path ...string) *pg.Node {
	ref := &pg.ColumnRef{Location: -1}
	for _, name := range path {
		ref.Fields = append(ref.Fields, pg.MakeStrNode(name))
	}
	return &pg.Node{Node: &pg.Node_ColumnRef{ColumnRef: ref}}
}

func arrayNode(elem *pg.Node) *pg.Node {
	return &pg.Node{Node: &pg.Node_AArrayExpr{AArrayExpr: &pg.A_ArrayExpr{Elements: []*pg.Node{elem}, Location: -1}}}
}

func operatorNode(kind pg.A_Expr_Kind, op string, l, r *pg.Node) *pg.Node {
	return pg.MakeAExprNode(kind, []*pg.Node{pg.MakeStrNode(op)}, l, r, -1)
}

// appendRow is path || ARRAY[row].
func appendRow(path string, row *pg.Node) *pg.Node {
	return operatorNode(pg.A_Expr_Kind_AEXPR_OP, "||", columnNode(path), arrayNode(row))
}

// over is a level whose columns are those of a bound term.
func (s *scope) over(cols []outCol, names []string) *scope {
	it := &item{named: true, open: true}
	for i, name := range names {
		it.cols = append(it.cols, itemCol{name: name, expr: s.b.ref(cols[i].id)})
	}
	in := s.cteScope()
	in.items = []*item{it}
	return in
}

// widen adds columns to a term's own.
func (s *scope) widen(r rel, own []outCol, names []string, es []Expr) (rel, []outCol) {
	var all []Expr
	for _, c := range own {
		all = append(all, s.b.ref(c.id))
	}
	p := s.b.projectTo(r, append(all, es...))
	cols := slices.Clone(own)
	ids := p.outs()
	for i, e := range es {
		id := ids[len(own)+i]
		s.b.noteShape(id, e)
		cols = append(cols, outCol{name: names[i], id: id})
	}
	return p, cols
}

// start gives the non-recursive term's rows their first values.
func (sc *searchCycle) start(s *scope, info *cteInfo) {
	in := s.over(info.cols, sc.names)
	var es []Expr
	if c := sc.search; c != nil {
		if c.SearchBreadthFirst {
			zero := pg.MakeAConstIntNode(0, -1)
			depth := &pg.Node{Node: &pg.Node_TypeCast{TypeCast: &pg.TypeCast{Arg: zero, Location: -1, TypeName: &pg.TypeName{
				Names: []*pg.Node{pg.MakeStrNode("pg_catalog"), pg.MakeStrNode("int8")}, Typemod: -1, Location: -1}}}}
			es = append(es, in.expr(rowOf(c.SearchColList, depth)))
		} else {
			es = append(es, in.expr(arrayNode(rowOf(c.SearchColList))))
		}
	}
	if c := sc.cycle; c != nil {
		_, otherwise, t := s.markValues(c)
		sc.mark = t
		es = append(es, otherwise, in.expr(arrayNode(rowOf(c.CycleColList))))
	}
	info.plan, info.cols = s.widen(info.plan, info.cols, sc.extra(), es)
	info.extra = len(es)
}

// term is the recursive term with the columns of the row before behind its own.
func (sc *searchCycle) term(info *cteInfo, sel *pg.SelectStmt) *pg.SelectStmt {
	alias, hides := "", false // hides: a WITH of its own has the name
	for _, c := range sel.WithClause.GetCtes() {
		hides = hides || c.GetCommonTableExpr().GetCtename() == info.name
	}
	for _, f := range sel.FromClause {
		if alias == "" {
			alias = aliasOf(f, info.name)
		}
	}
	if alias == "" || hides {
		fail(sqlerr.New(sqlerr.FeatureNotSupported,
			`with a SEARCH or CYCLE clause, the recursive reference to WITH query "%s" must be at the top level of its right-hand SELECT`, info.name))
	}
	out := proto.Clone(sel).(*pg.SelectStmt)
	for _, name := range sc.extra() {
		out.TargetList = append(out.TargetList, pg.MakeResTargetNodeWithVal(columnNode(alias, name), -1))
	}
	return out
}

// aliasOf is the name under which a FROM item's columns of a relation are
// known.
func aliasOf(n *pg.Node, name string) string {
	if v := n.GetRangeVar(); v != nil && v.Schemaname == "" && v.Relname == name {
		if v.Alias != nil {
			return v.Alias.Aliasname
		}
		return name
	}
	if j := n.GetJoinExpr(); j != nil {
		a := aliasOf(j.Larg, name)
		if a == "" {
			a = aliasOf(j.Rarg, name)
		}
		if a != "" && j.Alias != nil { // it hides those within
			return j.Alias.Aliasname
		}
		return a
	}
	return ""
}

// step gives the recursive term's rows their values and drops those that follow
// a row whose cycle mark is set. own are the term's columns, converted.
func (sc *searchCycle) step(s *scope, r rel, own []outCol) rel {
	n := len(sc.names)
	in := s.over(own, append(slices.Clone(sc.names), sc.extra()...))
	var es []Expr
	if c := sc.search; c != nil {
		if c.SearchBreadthFirst {
			before := &pg.Node{Node: &pg.Node_AIndirection{AIndirection: &pg.A_Indirection{
				Arg: columnNode(c.SearchSeqColumn), Indirection: []*pg.Node{pg.MakeStrNode(fieldName(0))}}}}
			depth := operatorNode(pg.A_Expr_Kind_AEXPR_OP, "+", before, pg.MakeAConstIntNode(1, -1))
			es = append(es, in.expr(rowOf(c.SearchColList, depth)))
		} else {
			es = append(es, in.expr(appendRow(c.SearchSeqColumn, rowOf(c.SearchColList))))
		}
	}
	if c := sc.cycle; c != nil {
		row := rowOf(c.CycleColList)
		seen := operatorNode(pg.A_Expr_Kind_AEXPR_OP_ANY, "=", row, columnNode(c.CyclePathColumn))
		when := pg.MakeCaseWhenNode(seen, c.CycleMarkValue, -1)
		mark := &pg.Node{Node: &pg.Node_CaseExpr{CaseExpr: &pg.CaseExpr{Args: []*pg.Node{when}, Defresult: c.CycleMarkDefault, Location: -1}}}
		es = append(es, s.b.mustCoerce(in.expr(mark), sc.mark, -1, "CYCLE"), in.expr(appendRow(c.CyclePathColumn, row)))
		going := operatorNode(pg.A_Expr_Kind_AEXPR_OP, "<>", columnNode(c.CycleMarkColumn), c.CycleMarkValue)
		r = filter(r, in.condition(going, "WHERE"))
	}
	out, _ := s.widen(r, own[:n], sc.extra(), es)
	return out
}

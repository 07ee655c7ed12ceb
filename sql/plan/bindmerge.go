package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// merger binds MERGE. The source is joined with the target; of each row the
// first clause whose condition holds says what is done.
type merger struct {
	s      *scope
	m      *rModify
	scan   *rScan
	target *item
	source []*item
	chosen []When   // the number of the clause, by its condition
	values [][]When // by column: what a clause makes of it
	number int      // the column of the clause's number
}

// merge binds MERGE into a temporary table.
func (s *scope) merge(n *pg.MergeStmt) rel {
	var w *rWith
	if n.WithClause != nil {
		w = s.withClause(n.WithClause)
	}
	m := s.writable(n.Relation, "MERGE")
	if m.temp == nil {
		fail(sqlerr.New(sqlerr.FeatureNotSupported, `MERGE into "%s" is not supported`, m.rel.Name).
			WithHint("MERGE writes temporary tables; for others there are INSERT … ON CONFLICT, UPDATE and DELETE."))
	}
	reachable(s, n.MergeWhenClauses)
	q := &scope{b: s.b, parent: s.parent, ctes: s.ctes}
	g := &merger{s: q, m: m, values: make([][]When, len(m.rel.Columns))}
	_, g.scan, g.target = q.target(m, n.Relation)
	from, items := q.fromItem(n.SourceRelation, nil)
	for _, it := range items {
		if it.named && it.alias == g.target.alias {
			fail(sqlerr.New(sqlerr.DuplicateAlias, `name "%s" specified more than once`, it.alias).
				WithDetail("The name is used both as MERGE target table and data source."))
		}
	}
	g.source, q.items = items, append([]*item{g.target}, items...)
	j := &rJoin{kind: InnerJoin, left: from, right: g.scan}
	j.on = q.noAggs("JOIN conditions").condition(n.JoinCondition, "JOIN/ON")
	g.number = s.b.newCol(Column{Name: "action", Type: types.OIDInt4, Typmod: -1})
	for i, c := range n.MergeWhenClauses {
		c := c.GetMergeWhenClause()
		if !c.Matched {
			j.kind = LeftJoin
		}
		g.clause(c, i+1)
	}
	m.input = g.input(j)
	s.tempReturning(m, nil, n.Relation, nil)
	if w != nil {
		return s.closeWith(w, m)
	}
	return m
}

// reachable refuses clauses behind one that takes all rows.
func reachable(s *scope, clauses []*pg.Node) {
	var all [2]bool
	for _, n := range clauses {
		c := n.GetMergeWhenClause()
		k := 0
		if c.Matched {
			k = 1
		}
		if all[k] {
			s.failAt(-1, sqlerr.SyntaxError, "unreachable WHEN clause specified after unconditional WHEN clause")
		}
		all[k] = c.Condition == nil
	}
}

// clause binds one WHEN clause, the num'th.
func (g *merger) clause(c *pg.MergeWhenClause, num int) {
	in := *g.s
	if !c.Matched { // there is no row of the target
		in.items, in.hidden = g.source, []*item{g.target}
	}
	var cond Expr = &NullTest{Arg: g.s.b.ref(g.scan.number), Not: c.Matched}
	if c.Condition != nil {
		cond = &BoolOp{Op: And, Args: []Expr{cond, in.noAggs("MERGE WHEN conditions").condition(c.Condition, "WHEN")}}
	}
	kind := TempNothing
	switch c.CommandType {
	case pg.CmdType_CMD_INSERT:
		kind = TempInsert
		g.m.access.Needs |= types.PrivInsert
		g.set(num, g.inserted(&in, c))
	case pg.CmdType_CMD_UPDATE:
		kind = TempUpdate
		g.set(num, g.updated(&in, c))
	case pg.CmdType_CMD_DELETE:
		kind = TempDelete
		g.m.access.Needs |= types.PrivDelete
	}
	g.m.temp.actions = append(g.m.temp.actions, kind)
	g.chosen = append(g.chosen, When{Cond: cond, Result: int4(num)})
}

func int4(n int) *Const { return &Const{Value: types.Int(int64(n)), OID: types.OIDInt4, Typmod: -1} }

// set notes the row that a clause writes.
func (g *merger) set(num int, row []Expr) {
	for i, e := range row {
		is := g.s.b.binary("=", g.s.b.ref(g.number), int4(num), -1)
		g.values[i] = append(g.values[i], When{Cond: is, Result: e})
	}
}

func (g *merger) updated(in *scope, c *pg.MergeWhenClause) []Expr {
	cols, values := in.noAggs("UPDATE").assignments(g.m, c.TargetList, shared)
	g.m.access.updates(cols)
	row := make([]Expr, len(g.m.rel.Columns))
	for i := range row {
		row[i] = g.target.cols[i].expr
	}
	for k, i := range cols {
		row[i] = values[k]
	}
	return row
}

func (g *merger) inserted(in *scope, c *pg.MergeWhenClause) []Expr {
	m, s := g.m, in
	m.overriding = c.Override
	row := make([]Expr, len(m.rel.Columns))
	if len(c.Values) > 0 {
		sel := &pg.SelectStmt{ValuesLists: []*pg.Node{{Node: &pg.Node_List{List: &pg.List{Items: c.Values}}}}}
		cols, nodes := s.insertCols(&pg.InsertStmt{Cols: c.TargetList}, m.rel)
		s.insertWidth(len(c.Values), len(cols), sel, nodes)
		m.access.inserts(cols[:len(c.Values)])
		values := s.noAggs("VALUES")
		for i, v := range c.Values {
			if v.GetSetToDefault() != nil || m.overridden(cols[i]) {
				continue
			}
			s.refuseInserted(m, cols[i])
			row[cols[i]] = s.assign(m.rel, cols[i], values.expr(v), locate(v))
		}
	}
	for i := range row {
		if row[i] == nil {
			row[i] = s.defaultOf(m.rel, i, -1)
		}
	}
	return row
}

// input makes the input of the write: the clause, the number of the target's row,
// and the new row.
func (g *merger) input(r rel) rel {
	b := g.s.b
	chosen := &rProject{input: r}
	for _, id := range r.outs() {
		chosen.exprs, chosen.ids = append(chosen.exprs, b.ref(id)), append(chosen.ids, id)
	}
	chosen.exprs = append(chosen.exprs, &Case{Whens: g.chosen, Else: int4(0), OID: types.OIDInt4})
	chosen.ids = append(chosen.ids, g.number)
	p := &rProject{input: chosen, exprs: []Expr{b.ref(g.number), b.ref(g.scan.number)}, ids: []int{g.number, g.scan.number}}
	for i, whens := range g.values {
		c := &g.m.rel.Columns[i]
		var e Expr = &Const{Value: types.NullDatum, OID: c.Type, Typmod: c.Typmod}
		if len(whens) > 0 {
			e = &Case{Whens: whens, OID: c.Type}
		}
		p.exprs, p.ids = append(p.exprs, e), append(p.ids, b.newCol(Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod}))
	}
	return p
}

// target binds a write's target: the rows that may be written, and the scan of them.
func (s *scope) target(m *rModify, n *pg.RangeVar) (rel, *rScan, *item) {
	var r rel
	var sc *rScan
	var it *item
	if m.via != nil {
		row := s.b.viewRow(m.via)
		sc, it = row.scan, row.item
		s.b.numbered(sc)
		r = s.b.viewed(m.via, row)
	} else {
		sc, it = s.b.scanOf(m.rel, nil, m.access)
		s.b.numbered(sc)
		r = sc
	}
	if n.Alias != nil {
		it.alias, it.schema = n.Alias.Aliasname, ""
	}
	if m.via == nil {
		sc.alias = it.alias
	}
	s.b.qualify(it)
	return r, sc, it
}

// numbered lets the scan of a temporary table number its rows.
func (b *binder) numbered(sc *rScan) {
	if sc.rel.Store == catalog.SessionStore {
		sc.number = b.newCol(Column{Name: "ctid", Type: types.OIDInt8, Typmod: -1})
	}
}

package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// rSample passes a share of its input. key are the columns that tell rows
// apart; nil: their places do.
type rSample struct {
	input            rel
	blocks           bool
	percent, repeats Expr
	key              []int
}

func (r *rSample) outs() []int { return r.input.outs() }

// tableSample binds relation TABLESAMPLE method (percent) REPEATABLE (seed).
func (s *scope) tableSample(n *pg.RangeTableSample, left []*item) (rel, []*item) {
	rv := n.Relation.GetRangeVar()
	if rv == nil {
		s.failAt(locate(n.Relation), sqlerr.FeatureNotSupported, "TABLESAMPLE clause can only be applied to tables and materialized views")
	}
	r, it := s.rangeVar(rv)
	if it.rel == nil || it.rel.Kind != 'r' {
		s.failAt(rv.Location, sqlerr.FeatureNotSupported, "TABLESAMPLE clause can only be applied to tables and materialized views")
	}
	out := &rSample{input: r}
	switch method := n.Method[len(n.Method)-1].GetString_().GetSval(); method {
	case "bernoulli":
	case "system":
		out.blocks = true
	default:
		s.failAt(n.Location, sqlerr.UndefinedObject, "tablesample method %s does not exist", dottedList(n.Method))
	}
	if len(n.Args) != 1 {
		s.failAt(n.Location, sqlerr.InvalidTablesampleArgument, "tablesample method %s requires 1 argument, not %d", dottedList(n.Method), len(n.Args))
	}
	in := s.lateralScope(left, false).child()
	in.clause = "functions in FROM"
	out.percent = s.b.mustCoerce(in.expr(n.Args[0]), types.OIDFloat4, locate(n.Args[0]), "TABLESAMPLE")
	if n.Repeatable != nil {
		out.repeats = s.b.mustCoerce(in.expr(n.Repeatable), types.OIDFloat8, locate(n.Repeatable), "REPEATABLE")
	}
	if it.shown != nil {
		it.shown.sample = &shownSample{dottedList(n.Method), out.percent, out.repeats}
	}
	for i := range it.rel.Indexes {
		if x := &it.rel.Indexes[i]; x.Primary {
			for _, c := range x.Columns {
				out.key = append(out.key, it.cols[c].expr.(*Col).Index)
			}
		}
	}
	return out, []*item{it}
}

// dottedList is a name's parts with dots between them.
func dottedList(parts []*pg.Node) string {
	out := ""
	for i, p := range parts {
		if i > 0 {
			out += "."
		}
		out += p.GetString_().GetSval()
	}
	return out
}

func (l lowering) sample(r *rSample) Node {
	in := l.node(r.input)
	at := layoutOf(r.input.outs())
	out := &Sample{Input: in, Blocks: r.blocks, Percent: l.expr(r.percent, nil), Repeatable: l.expr(r.repeats, nil)}
	for _, id := range r.key {
		out.Key = append(out.Key, at[id])
	}
	return out
}

// sampling describes a sample for EXPLAIN.
func (d *describer) sampling(n *Sample) []string {
	method := "bernoulli"
	if n.Blocks {
		method = "system"
	}
	out := []string{method + " (" + d.expr(n.Percent) + ")"}
	if n.Repeatable != nil {
		out = append(out, "REPEATABLE ("+d.expr(n.Repeatable)+")")
	}
	return out
}

package plan

import (
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// layout gives the position of each column in a node's input.
type layout map[int]int

func layoutOf(ids ...[]int) layout {
	l := layout{}
	n := 0
	for _, list := range ids {
		for _, id := range list {
			l[id] = n
			n++
		}
	}
	return l
}

// frame is a boundary over which values are handed in as Args: a subplan, or
// the right side of a lateral join.
type frame struct {
	args []int
	at   map[int]int
}

// ref returns the reference to a column from outside.
func (f *frame) ref(b *binder, id int) Expr {
	i, ok := f.at[id]
	if !ok {
		i = len(f.args)
		f.args = append(f.args, id)
		if f.at == nil {
			f.at = map[int]int{}
		}
		f.at[id] = i
	}
	c := b.cols[id]
	return &OuterRef{Index: i, OID: c.Type, Typmod: c.Typmod}
}

// lowering turns rels into nodes within one frame.
type lowering struct {
	b *binder
	f *frame
}

func (b *binder) lower(r rel) Node {
	l := lowering{b: b, f: &frame{}}
	b.final, b.estimates = b.estimator(), map[Node]Estimate{}
	n := l.node(r)
	if len(l.f.args) > 0 {
		fail(sqlerr.New(sqlerr.InternalError, "plan asks for a column that nothing produces: %s", b.cols[l.f.args[0]].Name))
	}
	return n
}

// columns describes columns by number.
func (b *binder) columns(ids []int) []Column {
	out := make([]Column, len(ids))
	for i, id := range ids {
		out[i] = b.cols[id]
	}
	return out
}

// expr lowers an expression over a layout.
func (l lowering) expr(e Expr, at layout) Expr {
	if e == nil {
		return nil
	}
	switch x := e.(type) {
	case *Col:
		if i, ok := at[x.Index]; ok {
			return &Col{Index: i, OID: x.OID, Typmod: x.Typmod, Name: l.b.display(x)}
		}
		return l.f.ref(l.b, x.Index)
	case *subquery:
		return l.subplan(x, at)
	}
	return mapExpr(e, func(p Expr) Expr { return l.expr(p, at) })
}

// display is a column's name in EXPLAIN: with its item where there are several.
func (b *binder) display(c *Col) string {
	if a := b.alias[c.Index]; a != "" && len(b.quals) > 1 {
		return a + "." + c.Name
	}
	return c.Name
}

// conditions is expr of the conditions that are asked of a row; related, of a row
// of a relation or a join.
func (l lowering) conditions(cond Expr, related bool, at layout) Expr {
	return l.expr(conjunction(l.b.final.inOrder(conjuncts(cond), related)), at)
}

func (l lowering) exprs(es []Expr, at layout) []Expr {
	if es == nil {
		return nil
	}
	out := make([]Expr, len(es))
	for i, e := range es {
		out[i] = l.expr(e, at)
	}
	return out
}

// subplan lowers a subquery in a frame of its own.
func (l lowering) subplan(q *subquery, at layout) Expr {
	in := lowering{b: l.b, f: &frame{}}
	out := q.Subplan
	out.Left = l.exprs(q.Left, at)
	out.Plan = in.node(q.rel)
	out.Args = l.args(in.f, at)
	return &out
}

// args are the values that a frame asks for, over the enclosing layout.
func (l lowering) args(f *frame, at layout) []Expr {
	var out []Expr
	for _, id := range f.args {
		out = append(out, l.expr(l.b.ref(id), at))
	}
	return out
}

func (l lowering) keys(keys []SortKey, at layout) []SortKey {
	var out []SortKey
	for _, k := range keys {
		out = append(out, SortKey{l.expr(k.Expr, at), k.Desc, k.NullsFirst})
	}
	return out
}

// node lowers a rel and notes what is expected of it; the node's columns are
// r.outs() in order.
func (l lowering) node(r rel) Node {
	l.b.step()
	n := l.lowered(r)
	l.b.estimates[n] = l.b.final.of(r)
	return n
}

func (l lowering) lowered(r rel) Node {
	switch r := r.(type) {
	case *rScan:
		return l.scan(r)
	case *rLens:
		return l.lens(r)
	case *rValues:
		v := &Values{Out: l.b.columns(r.ids)}
		for _, row := range r.rows {
			v.Rows = append(v.Rows, l.exprs(row, nil))
		}
		return v
	case *rProject:
		in := l.node(r.input)
		return &Project{Input: in, Exprs: l.exprs(r.exprs, layoutOf(r.input.outs())), Out: l.b.columns(r.ids)}
	case *rProjectSet:
		in := l.node(r.input)
		return &ProjectSet{Input: in, Exprs: l.exprs(r.exprs, layoutOf(r.input.outs())), Out: l.b.columns(r.ids)}
	case *rFilter:
		return l.filtered(r)
	case *rJoin:
		return l.join(r)
	case *rAgg:
		return l.aggregate(r)
	case *rWindow:
		return l.window(r)
	case *rSort:
		in := l.node(r.input)
		return &Sort{Input: in, Keys: l.keys(r.keys, layoutOf(r.input.outs())), Limit: l.expr(r.limit, nil), Presorted: r.presorted}
	case *rLimit:
		in := l.node(r.input)
		return &Limit{Input: in, Count: l.expr(r.count, nil), Offset: l.expr(r.offset, nil), Ties: l.keys(r.ties, layoutOf(r.input.outs()))}
	case *rLockRows:
		return l.lockRows(r)
	case *rSample:
		return l.sample(r)
	case *rDistinct:
		return l.distinct(r)
	case *rSetOp:
		return &SetOp{Op: r.op, All: r.all, Left: l.node(r.left), Right: l.node(r.right), Out: l.b.columns(r.ids)}
	case *rWith:
		return l.with(r)
	case *rCTERef:
		return &CTERef{ID: r.cte.id, Name: r.cte.name, Working: r.working, Out: l.b.columns(r.ids)}
	case *rFunc:
		n := &FunctionScan{Calls: l.exprs(r.calls, nil), Widths: r.widths, Ordinality: r.ordinality, Out: l.b.columns(r.ids)}
		for _, id := range r.ids {
			if n.Alias == "" {
				n.Alias = l.b.alias[id]
			}
		}
		return n
	case *rInput:
		return &Input{Out: l.b.columns(r.ids)}
	case *rModify:
		if r.temp != nil {
			return l.tempModify(r)
		}
		return l.modify(r)
	}
	panic("plan: unknown rel")
}

func (l lowering) scan(r *rScan) Node {
	n := &Scan{Rel: r.rel.OID, Name: r.alias}
	ids := r.outs()
	for i, id := range r.ids {
		if id != 0 {
			n.Cols = append(n.Cols, i)
		}
	}
	for k, id := range r.system {
		if id != 0 {
			n.Cols = append(n.Cols, StoredColumn(k))
		}
	}
	if r.number != 0 {
		n.Cols = append(n.Cols, RowNumber)
	}
	n.Temp = r.rel.Store == catalog.SessionStore
	n.Out = l.b.columns(ids)
	n.Filter = l.conditions(r.filter, true, layoutOf(ids))
	n.AsOf = l.expr(r.asOf, nil)
	n.Key = r.key
	n.Key.Paths = l.exprs(r.key.Paths, nil)
	for _, a := range n.Key.arrays() {
		*a = l.expr(*a, nil)
	}
	n.Key.Prefix = l.expr(r.key.Prefix, nil)
	n.Key.From = l.expr(r.key.From, nil)
	n.Key.To = l.expr(r.key.To, nil)
	n.Key.Predicates = l.exprs(r.key.Predicates, nil)
	n.Key.Sources = l.exprs(r.key.Sources, nil)
	n.Key.IDs = l.exprs(r.key.IDs, nil)
	n.Key.Values = l.exprs(r.key.Values, nil)
	return n
}

func (l lowering) lens(r *rLens) Node {
	in := l.node(r.input)
	at := layoutOf(r.input.outs())
	n := &Lens{Input: in, Name: r.name, Kind: r.kind, Alias: r.alias, Filter: l.expr(r.filter, at), AsOf: l.expr(r.asOf, nil), Out: l.b.columns(r.outs())}
	for _, p := range r.params {
		n.Params = append(n.Params, LensParam{p.Name, l.expr(p.Value, nil)})
	}
	for _, c := range lensInputs() {
		pos := -1
		if id := *c.field(&r.in); id != 0 {
			pos = at[id]
		}
		*c.field(&n.In) = pos
	}
	for _, o := range r.out {
		if o.from != 0 {
			n.From = append(n.From, at[o.from])
		} else {
			n.From = append(n.From, -1-int(o.col))
		}
	}
	sc, ok := in.(*Scan)
	n.Ordered = ok && (sc.Key.Index == ByPath || sc.Key.Index == ByPredicate && len(sc.Key.Predicates) == 1)
	rs, _ := r.input.(*rScan)
	n.Ordered = n.Ordered && rs != nil && isClaims(rs.rel)
	for _, e := range r.pushed {
		n.Pushed = append(n.Pushed, l.expr(e, at))
	}
	return n
}

func (l lowering) join(r *rJoin) Node {
	n := &Join{Kind: r.kind, NotIn: r.notIn, Merge: r.merge, ByShard: r.byShard, Left: l.node(r.left), Out: l.b.columns(r.outs())}
	left := r.left.outs()
	switch {
	case r.batch != nil:
		l.lookups(n, r, layoutOf(left))
	case lateral(r):
		in := lowering{b: l.b, f: &frame{}}
		n.Right = in.node(r.right)
		n.Lateral = true
		n.Args = l.args(in.f, layoutOf(left))
	default:
		n.Right = l.node(r.right)
	}
	right := r.right.outs()
	n.LeftKeys = l.exprs(r.leftKeys, layoutOf(left))
	n.RightKeys = l.exprs(r.rightKeys, layoutOf(right))
	n.On = l.conditions(r.on, true, layoutOf(left, right))
	n.LeftFirst = l.leftFirst(n)
	return n
}

// leftFirst reports whether a join that reads its right side as a whole asks for a
// left row before. It is PostgreSQL's rule: always where an empty right side spares
// nothing on the left, nor in a nested loop; else where that is expected to be
// cheaper than the right side.
func (l lowering) leftFirst(n *Join) bool {
	if n.Kind == RightJoin || n.Kind == FullJoin || n.Lateral || n.Batch != nil || n.Merge != nil {
		return false
	}
	if n.Kind == LeftJoin || n.Kind == AntiJoin || len(n.LeftKeys) == 0 {
		return true
	}
	return l.b.estimates[n.Left].Startup < l.b.estimates[n.Right].Total
}

// lookups lowers the right side of a join by lookups, in a frame of its own.
func (l lowering) lookups(n *Join, r *rJoin, at layout) {
	in := lowering{b: l.b, f: &frame{}}
	n.Right = in.node(r.right)
	for _, id := range in.f.args {
		value, key := Expr(l.b.ref(id)), slices.Index(r.batch.arrays, id)
		if key >= 0 {
			value = r.batch.values[key]
		}
		n.Args = append(n.Args, l.expr(value, at))
		n.Batch = append(n.Batch, key >= 0)
	}
}

// lateral reports whether the right side of a join asks for the left's columns.
func lateral(r *rJoin) bool {
	free := freeCols(r.right)
	return !free.empty() && !free.disjoint(outSet(r.left))
}

func (l lowering) aggregate(r *rAgg) Node {
	in := l.node(r.input)
	at := layoutOf(r.input.outs())
	n := &Aggregate{Input: in, Keys: l.exprs(r.keys, at), Grouped: r.grouped, Groupings: r.groupings, Out: l.b.columns(r.outs())}
	n.Sets = r.lowerSets()
	for _, a := range r.aggs {
		a.Args = l.exprs(a.Args, at)
		a.OrderBy = l.keys(a.OrderBy, at)
		a.Filter = l.expr(a.Filter, at)
		a.Direct = l.exprs(a.Direct, layoutOf(r.keyIDs))
		n.Aggs = append(n.Aggs, a)
	}
	return n
}

// lowerSets are the grouping sets with the dependent keys, which are in all.
func (r *rAgg) lowerSets() [][]int {
	var out [][]int
	for _, set := range r.sets {
		set = slices.Clone(set)
		for i, id := range r.keyIDs {
			if r.dependent.has(id) {
				set = append(set, i)
			}
		}
		out = append(out, set)
	}
	return out
}

func (l lowering) distinct(r *rDistinct) Node {
	n := &Distinct{Input: l.node(r.input)}
	if r.on != nil {
		at := layoutOf(r.input.outs())
		n.On = []int{}
		for _, id := range r.on {
			n.On = append(n.On, at[id])
		}
	}
	return n
}

func (l lowering) with(r *rWith) Node {
	n := &With{}
	for _, c := range r.ctes {
		x := CTE{ID: c.id, Name: c.name, Plan: l.node(c.plan), Recursive: c.recursive, UnionAll: c.unionAll, Modifies: c.modifies}
		if c.step != nil {
			x.Step = l.node(c.step)
		}
		n.CTEs = append(n.CTEs, x)
	}
	n.Body = l.node(r.body)
	return n
}

func (l lowering) modify(r *rModify) Node {
	in := l.node(r.input)
	at := layoutOf(r.row, r.system[:], r.extras)
	ret, checks := l.exprs(r.returning, at), l.viewChecks(r, at)
	out := l.b.columns(r.ids)
	if r.returning == nil {
		out = nil
	}
	switch r.kind {
	case "INSERT":
		return &Insert{Rel: r.rel.OID, Input: in, Cols: r.cols, DoNothing: r.doNothing, Arbiters: r.arbiters, Conflict: l.conflict(r.conflict), ViewChecks: checks, Returning: ret, Out: out}
	case "UPDATE":
		return &Update{Rel: r.rel.OID, Input: in, Cols: r.cols, ViewChecks: checks, Returning: ret, Out: out}
	}
	return &Delete{Rel: r.rel.OID, Input: in, Returning: ret, Out: out}
}

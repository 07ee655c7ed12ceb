package plan

import (
	"math"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/types"
)

// estimator estimates rels. It remembers what it has estimated: rels must not
// change while it is used.
type estimator struct {
	b    *binder
	seen map[rel]Estimate
	deep map[*cteInfo]bool // recursive queries that are being estimated
}

func (b *binder) estimator() *estimator {
	return &estimator{b: b, seen: map[rel]Estimate{}, deep: map[*cteInfo]bool{}}
}

// rows makes a number of rows of an estimate: one at least.
func rowEstimate(n float64) float64 {
	if !(n > 1) {
		return 1
	}
	return math.RoundToEven(min(n, 1e100))
}

// of estimates a rel.
func (e *estimator) of(r rel) Estimate {
	if s, ok := e.seen[r]; ok {
		return s
	}
	e.b.step()
	s := e.compute(r)
	s.Rows = rowEstimate(s.Rows)
	s.Width = e.width(r)
	e.seen[r] = s
	return s
}

// width is how many bytes a row of a rel is expected to have.
func (e *estimator) width(r rel) int {
	switch r := r.(type) {
	case *rFilter:
		return e.of(r.input).Width
	case *rJoin:
		if r.kind == SemiJoin || r.kind == AntiJoin {
			return e.of(r.left).Width
		}
		return e.of(r.left).Width + e.of(r.right).Width
	}
	n := 0
	eachOut(r, func(id int) { n += e.b.width(id) })
	return n
}

func (e *estimator) compute(r rel) Estimate {
	switch r := r.(type) {
	case *rScan:
		return e.scan(r)
	case *rValues:
		n := float64(len(r.rows))
		if n == 1 {
			return Estimate{Total: tupleCost, Rows: 1}
		}
		return Estimate{Total: n * (tupleCost + operatorCost), Rows: n}
	case *rFunc:
		n := 1.0
		for _, c := range r.calls {
			n = max(n, e.calls(c))
		}
		return Estimate{Total: operatorCost + n*tupleCost, Rows: n}
	case *rCTERef:
		return e.cte(r)
	case *rJoin:
		return e.join(r)
	case *rSetOp:
		return e.setOp(r)
	case *rWith:
		s := e.of(r.body)
		for _, c := range r.ctes {
			in := e.of(c.plan)
			s.Startup += in.Total
			s.Total += in.Total
		}
		return s
	case *rInput:
		return Estimate{Rows: defaultRows}
	}
	return e.unary(r)
}

// unary estimates rels with one input.
func (e *estimator) unary(r rel) Estimate {
	var in rel
	kids(r, func(k rel) rel {
		in = k
		return k
	})
	s := e.of(in)
	switch r := r.(type) {
	case *rFilter:
		s.Total += s.Rows * operatorCost * float64(len(conjuncts(r.cond)))
		s.Rows *= e.selectivity(r.input, r.cond)
	case *rProject:
		ops := 0
		for _, x := range r.exprs {
			if _, plain := x.(*Col); !plain {
				ops++
			}
		}
		s.Total += s.Rows * operatorCost * float64(ops)
	case *rProjectSet:
		n := 1.0
		for _, x := range r.exprs {
			n = max(n, e.calls(x))
		}
		s.Rows *= n
		s.Total += s.Rows * tupleCost
	case *rLens:
		n := s.Rows
		pairs := min(n, e.distinct(r.input, r.in.ConceptPath)*max(1, math.Sqrt(e.distinct(r.input, r.in.Predicate))))
		s.Total += n * operatorCost * 4
		s.Rows = pairs
	case *rAgg:
		return e.aggregate(r, s)
	case *rWindow:
		s.Total += s.Rows * (operatorCost*2 + tupleCost)
	case *rSort:
		n := max(s.Rows, 2)
		s.Startup = s.Total + 2*operatorCost*n*math.Log2(n)
		s.Total = s.Startup + operatorCost*s.Rows
		if c := constCount(r.limit); c >= 0 {
			s.Rows = min(s.Rows, c)
		}
	case *rLimit:
		return limited(r, s)
	case *rDistinct:
		on := r.on
		if on == nil {
			on = r.input.outs()
		}
		groups := e.groups(r.input, on, s.Rows)
		s.Startup = s.Total + s.Rows*operatorCost*float64(len(on))
		s.Total = s.Startup + groups*tupleCost
		s.Rows = groups
	}
	return s
}

// constCount is a constant number of rows; -1: none.
func constCount(x Expr) float64 {
	if c, ok := x.(*Const); ok && !c.Value.Null {
		return float64(max(c.Value.I, 0))
	}
	return -1
}

func limited(r *rLimit, s Estimate) Estimate {
	rows, run := s.Rows, s.Total-s.Startup
	if c := constCount(r.offset); c > 0 {
		skip := min(c, rows)
		s.Startup += run * skip / rows
		s.Rows = rowEstimate(rows - skip)
	}
	n := constCount(r.count)
	if n < 0 && r.count != nil {
		n = max(1, rows/10)
	}
	if n >= 0 && n < s.Rows {
		s.Total = s.Startup + run*n/rows
		s.Rows = n
	}
	return s
}

func (e *estimator) aggregate(r *rAgg, s Estimate) Estimate {
	work := float64(len(r.aggs)+len(r.keys)) * operatorCost * s.Rows
	groups := 1.0
	sets := [][]int{nil}
	if r.sets != nil {
		sets, groups = r.sets, 0
	}
	for _, set := range sets {
		ids := []Expr(nil)
		if r.sets == nil {
			ids = r.keys
		}
		for _, k := range set {
			ids = append(ids, r.keys[k])
		}
		n := 1.0
		if len(ids) > 0 {
			n = e.groupsBy(r.input, ids, s.Rows)
		}
		if r.sets == nil {
			groups = n
		} else {
			groups += n
		}
	}
	s.Startup = s.Total + work
	s.Total = s.Startup + tupleCost*groups
	s.Rows = groups
	return s
}

// scan estimates a relation's rows for which a condition holds.
func (e *estimator) scan(r *rScan) Estimate {
	n, known := e.relationRows(r.rel)
	if !known && r.rel.Store == catalog.SessionStore {
		n = 0
	}
	width := 24.0
	for i := range r.rel.Columns {
		width += float64(e.columnWidth(r.rel, i))
	}
	pages := max(1, math.Ceil(n*width/8192))
	conds := conjuncts(r.filter)
	sel := e.selectivity(r, r.filter)
	keyed := e.keySelectivity(r, n)
	s := Estimate{Rows: n * sel * keyed}
	read := n * keyed
	if keyed < 1 {
		s.Startup = indexCost * math.Log2(n+2)
		s.Total = s.Startup + read*indexCost
	}
	s.Total += max(1, math.Ceil(pages*keyed))*pageCost + read*(tupleCost+operatorCost*float64(len(conds)))
	return s
}

func (e *estimator) columnWidth(r *catalog.Relation, i int) int {
	if c := e.columnStats(r, i); c != nil && c.Width > 0 {
		return c.Width
	}
	if t, ok := types.Lookup(r.Columns[i].Type); ok && t.Len > 0 {
		return int(t.Len)
	}
	return 32
}

func (e *estimator) columnStats(r *catalog.Relation, i int) *ColumnStats {
	if e.b.ctx.Stats == nil {
		return nil
	}
	return e.b.ctx.Stats.Column(r, i)
}

func (e *estimator) relationRows(r *catalog.Relation) (float64, bool) {
	if e.b.ctx.Stats == nil {
		return defaultRows, false
	}
	n, ok := e.b.ctx.Stats.Rows(r)
	if !ok {
		return defaultRows, false
	}
	return n, true
}

// calls estimates the rows that a set-returning call gives.
func (e *estimator) calls(x Expr) float64 {
	s, ok := x.(*SetCall)
	if !ok {
		return 1
	}
	f, ok := s.Function()
	if !ok {
		return defaultRows
	}
	if f.Name == "unnest" && len(s.Args) == 1 {
		if a, ok := s.Args[0].(*ArrayExpr); ok {
			return float64(len(a.Elems))
		}
		if c, ok := s.Args[0].(*Const); ok && !c.Value.Null {
			if a, ok := c.Value.A.(*types.Array); ok {
				return float64(len(a.Elems))
			}
		}
		return 10
	}
	if f.Name != "generate_series" {
		return defaultRows
	}
	var v [3]int64
	v[2] = 1
	for i, a := range s.Args {
		c, ok := a.(*Const)
		if !ok || i >= len(v) || !isInt(c.OID) {
			return defaultRows
		}
		if c.Value.Null {
			return 0
		}
		v[i] = c.Value.I
	}
	if v[2] == 0 {
		return defaultRows
	}
	return max(0, math.Floor((float64(v[1])-float64(v[0])+float64(v[2]))/float64(v[2])))
}

// cte estimates what reads a WITH query.
func (e *estimator) cte(r *rCTERef) Estimate {
	var n float64
	switch {
	case r.cte == nil || r.cte.plan == nil || e.deep[r.cte]:
		n = defaultRows
	default:
		e.deep[r.cte] = true
		n = e.of(r.cte.plan).Rows
		if r.cte.recursive {
			n *= 10
		}
		delete(e.deep, r.cte)
	}
	return Estimate{Total: 2 * tupleCost * n, Rows: n}
}

func (e *estimator) setOp(r *rSetOp) Estimate {
	l, k := e.of(r.left), e.of(r.right)
	s := Estimate{Startup: l.Startup, Total: l.Total + k.Total + (l.Rows+k.Rows)*tupleCost/2, Rows: l.Rows + k.Rows}
	if r.op == Union && r.all {
		return s
	}
	s.Startup = s.Total + operatorCost*float64(len(r.ids))*s.Rows
	switch r.op {
	case Union:
	case Intersect:
		s.Rows = min(l.Rows, k.Rows)
	default:
		s.Rows = l.Rows
	}
	s.Total = s.Startup + tupleCost*s.Rows
	return s
}

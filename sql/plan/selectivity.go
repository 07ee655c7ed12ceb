package plan

import (
	"math"
	"sort"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/types"
)

// selectivity is the part of a rel's rows for which a condition holds.
func (e *estimator) selectivity(r rel, cond Expr) float64 {
	sel := 1.0
	for _, c := range conjuncts(cond) {
		sel *= e.one(r, c)
	}
	return sel
}

func clamp(s float64) float64 { return min(max(s, 0), 1) }

// one is the selectivity of a condition that is no AND.
func (e *estimator) one(r rel, c Expr) float64 {
	switch x := c.(type) {
	case *Const:
		if x.Value.Null || x.Value.I == 0 {
			return 0
		}
		return 1
	case *BoolOp:
		return e.boolean(r, x)
	case *NullTest:
		sel := nullSel
		if s := e.statsOf(r, x.Arg); s != nil {
			sel = s.NullFrac
		}
		if x.Not {
			return 1 - sel
		}
		return sel
	case *InList:
		sel := clamp(float64(len(x.List)) * e.equal(r, x.Left, nil))
		if s := e.statsOf(r, x.Left); s != nil && len(s.Common) > 0 {
			sel = 0
			for _, v := range x.List {
				sel += e.equal(r, x.Left, v)
			}
			sel = clamp(sel)
		}
		if x.Not {
			return 1 - sel
		}
		return sel
	case *AnyAll:
		if x.All {
			return 0.5
		}
		return clamp(float64(e.elements(x.Array)) * e.equal(r, x.Left, nil))
	case *DistinctTest:
		return 1 - equalSel
	case *Call:
		return e.call(r, x)
	}
	return 0.5
}

func (e *estimator) boolean(r rel, x *BoolOp) float64 {
	switch x.Op {
	case Not:
		return 1 - e.one(r, x.Args[0])
	case And:
		return e.selectivity(r, x)
	}
	none := 1.0
	for _, a := range x.Args {
		none *= 1 - e.selectivity(r, a)
	}
	return 1 - none
}

// call is the selectivity of a comparison.
func (e *estimator) call(r rel, x *Call) float64 {
	if len(x.Args) != 2 {
		return rangeSel
	}
	l, k := x.Args[0], x.Args[1]
	switch x.Op {
	case "=":
		if !colsOf(l).empty() && !colsOf(k).empty() {
			return 1 / max(1, e.values(r, l), e.values(r, k))
		}
		if colsOf(l).empty() {
			l, k = k, l
		}
		return e.equal(r, l, k)
	case "<>":
		return 1 - e.call(r, &Call{Op: "=", Args: x.Args})
	case "<", "<=", ">", ">=":
		return e.less(r, x)
	case "~~", "~~*", "~", "~*":
		return likeSel
	case "!~~", "!~~*", "!~", "!~*":
		return 1 - likeSel
	}
	return rangeSel
}

// equal is the part of the rows in which an expression has a value; nil: any.
func (e *estimator) equal(r rel, x, value Expr) float64 {
	s := e.statsOf(r, x)
	if s == nil {
		return 1 / max(1, e.values(r, x))
	}
	rest, others := 1-s.NullFrac, s.Distinct
	for i, v := range s.Common {
		if c, ok := value.(*Const); ok && !c.Value.Null && types.Compare(c.OID, c.Value, v) == 0 {
			return s.Freqs[i]
		}
		rest -= s.Freqs[i]
		others--
	}
	if value == nil || len(s.Common) == 0 {
		return clamp((1 - s.NullFrac) / max(1, s.Distinct))
	}
	return clamp(rest / max(1, others))
}

// less is the selectivity of an inequality: by the bounds of the column's
// values where there are.
func (e *estimator) less(r rel, x *Call) float64 {
	l, k, op := x.Args[0], x.Args[1], x.Op
	if _, ok := l.(*Const); ok {
		l, k = k, l
		op = map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<="}[op]
	}
	c, ok := k.(*Const)
	s := e.statsOf(r, l)
	if !ok || s == nil || c.Value.Null || typeOf(l) != c.OID {
		return rangeSel
	}
	below, ok := s.below(c)
	if !ok {
		return rangeSel
	}
	if op == ">" || op == ">=" {
		below = 1 - s.NullFrac - below
	}
	return clamp(below)
}

// below is the part of the rows with a value less than a constant; false: nothing
// is known.
func (s *ColumnStats) below(c *Const) (float64, bool) {
	below, rest := 0.0, 1-s.NullFrac
	for i, v := range s.Common {
		if types.Compare(c.OID, v, c.Value) < 0 {
			below += s.Freqs[i]
		}
		rest -= s.Freqs[i]
	}
	if n := len(s.Bounds); n > 1 {
		at := sort.Search(n, func(i int) bool { return types.Compare(c.OID, s.Bounds[i], c.Value) >= 0 })
		below += max(rest, 0) * min(1, max(0, (float64(at)-0.5)/float64(n-1)))
		return below, true
	}
	return below, len(s.Common) > 0
}

// values estimates how many values an expression has over a rel.
func (e *estimator) values(r rel, x Expr) float64 {
	if c, ok := x.(*Col); ok {
		return e.distinct(r, c.Index)
	}
	n := 1.0
	for id := range colsOf(x).all() {
		n *= e.distinct(r, id)
	}
	return min(n, e.rowsOf(r))
}

// rowsOf is a rel's rows, those of a scan before its filter: conditions on it
// are asked for while it is estimated.
func (e *estimator) rowsOf(r rel) float64 {
	if s, ok := r.(*rScan); ok {
		n, _ := e.relationRows(s.rel)
		return max(n, 1)
	}
	return e.of(r).Rows
}

// originOf finds the column of a relation that a column is, if it is one.
func originOf(r rel, id int) (*rScan, int) {
	switch x := r.(type) {
	case *rScan:
		for i, c := range x.ids {
			if c == id {
				return x, i
			}
		}
		return nil, 0
	case *rProject:
		for i, c := range x.ids {
			if col, ok := x.exprs[i].(*Col); ok && c == id {
				return originOf(x.input, col.Index)
			}
		}
		return nil, 0
	case *rAgg:
		for i, c := range x.keyIDs {
			if col, ok := x.keys[i].(*Col); ok && c == id {
				return originOf(x.input, col.Index)
			}
		}
		return nil, 0
	case *rLens:
		for _, o := range x.out {
			if o.id == id && o.from != 0 {
				return originOf(x.input, o.from)
			}
		}
		return nil, 0
	case *rSetOp, *rWith, *rCTERef, *rProjectSet:
		return nil, 0
	}
	var scan *rScan
	at := 0
	kids(r, func(k rel) rel {
		if s, i := originOf(k, id); s != nil {
			scan, at = s, i
		}
		return k
	})
	return scan, at
}

// statsOf returns the statistics of an expression that is a relation's column.
func (e *estimator) statsOf(r rel, x Expr) *ColumnStats {
	if c, ok := x.(*Convert); ok && !c.IO {
		x = c.Arg
	}
	c, ok := x.(*Col)
	if !ok {
		return nil
	}
	if s, i := originOf(r, c.Index); s != nil {
		return e.columnStats(s.rel, i)
	}
	return nil
}

// distinct estimates how many values a column of a rel has.
func (e *estimator) distinct(r rel, id int) float64 {
	rows := e.rowsOf(r)
	if s, i := originOf(r, id); s != nil {
		n, _ := e.relationRows(s.rel)
		return max(1, min(rows, e.columnDistinct(s.rel, i, n)))
	}
	if e.unique(r, id) {
		return rows
	}
	return min(rows, defaultDistinct)
}

// unique reports whether a column numbers rows: a series, a single key.
func (e *estimator) unique(r rel, id int) bool {
	found := false
	switch x := r.(type) {
	case *rFunc:
		if len(x.ids) > 0 && x.ids[0] == id && len(x.calls) == 1 {
			if s, ok := x.calls[0].(*SetCall); ok {
				return isInt(s.OID)
			}
		}
	case *rValues:
		for _, c := range x.ids {
			found = found || c == id
		}
	case *rProject:
		for i, c := range x.ids {
			if col, ok := x.exprs[i].(*Col); ok && c == id {
				return e.unique(x.input, col.Index)
			}
		}
	case *rFilter:
		return e.unique(x.input, id)
	case *rSort:
		return e.unique(x.input, id)
	case *rAgg:
		return len(x.keyIDs) == 1 && x.keyIDs[0] == id
	}
	return found
}

// columnDistinct is how many values a relation's column has among n rows.
func (e *estimator) columnDistinct(r *catalog.Relation, i int, n float64) float64 {
	if s := e.columnStats(r, i); s != nil {
		return max(s.Distinct, 1)
	}
	if len(r.Key) == 1 && r.Key[0] == i {
		return max(n, 1)
	}
	if r.Store == catalog.ClaimStore || r.Store == catalog.LensStore {
		switch r.Columns[i].Name {
		case "concept_path", "value":
			return max(1, n/4)
		case "predicate", "source", "source_class":
			return min(max(1, n), 100)
		}
	}
	return min(max(n, 1), defaultDistinct)
}

// groups estimates how many rows differ in some columns.
func (e *estimator) groups(r rel, ids []int, rows float64) float64 {
	es := make([]Expr, len(ids))
	for i, id := range ids {
		es[i] = e.b.ref(id)
	}
	return e.groupsBy(r, es, rows)
}

func (e *estimator) groupsBy(r rel, es []Expr, rows float64) float64 {
	n := 1.0
	for i, x := range es {
		d := e.values(r, x)
		if i > 0 {
			d = max(1, math.Sqrt(d)) // values go together more often than not
		}
		n *= d
	}
	return max(1, min(n, rows))
}

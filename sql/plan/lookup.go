package plan

import (
	"math"
	"slices"

	"github.com/stemedb/stemedb/sql/types"
)

// batchRows is how many left rows a join by lookups takes at a time.
const batchRows = 1024

// lookupCost is the cost of finding a key, as PostgreSQL's random_page_cost.
const lookupCost = 4.0

// keyBatch is what the right side of a join by lookups is asked for: the rows in
// which columns are what the keys of a batch of left rows say.
type keyBatch struct {
	arrays []int  // the columns, text[], by which the right side knows the keys
	values []Expr // those of a left row, by arrays
	// rows are the join's, and keys those that are looked up in all.
	rows, keys float64
}

// lookups makes joins by lookups of those with few rows on the left and claims on
// the right that a key leads to: PostgreSQL's nested loops over an index. A join
// comes before those below it, which read less for it; scans get their ways in
// afterwards.
func (b *binder) lookups(r rel) rel {
	b.step()
	if j, ok := r.(*rJoin); ok && !b.ctx.NoNestLoop {
		r = b.byLookups(j)
	}
	kids(r, b.lookups)
	return r
}

// byLookups is a join in the cheapest way that there is: as it stands, or by
// lookups of one side or the other.
func (b *binder) byLookups(j *rJoin) rel {
	if j.notIn || j.batch != nil || !b.keyed(j) {
		return j
	}
	plain := cloneRel(j).(*rJoin)
	b.scanKeys(plain)
	b.mergeJoins(plain)
	e := b.estimator()
	best, total := rel(nil), e.of(plain).Total
	if b.ctx.NoHashJoin {
		total = math.Inf(1)
	}
	rows := e.of(plain).Rows
	for _, c := range b.sidesOf(j) {
		outer := cloneRel(c.left)
		b.scanKeys(outer)
		for i := range c.leftKeys {
			if keyColumn(c.right, c.rightKeys[i]) == "" {
				continue
			}
			values, columns := lookupKeys(c, i)
			batch := &keyBatch{arrays: b.batchArrays(len(values)), values: values, rows: rows, keys: e.batchKeys(outer, values)}
			x := &rJoin{kind: c.kind, left: outer, right: b.lookedUp(c.right, columns, batch.arrays), leftKeys: c.leftKeys, rightKeys: c.rightKeys, on: c.on, batch: batch}
			if x.right == nil || !e.sparse(x.right, c.rightKeys[i], batch.keys) || e.of(x).Total >= total {
				continue
			}
			total = e.of(x).Total
			x.left, best = c.left, x
		}
	}
	switch {
	case best == nil:
		return j
	case slices.Equal(best.outs(), j.outs()):
		return best
	}
	return b.inOrder(best, j.outs())
}

// keyed reports whether a join has a key by which claims on one of its sides are
// found.
func (b *binder) keyed(j *rJoin) bool {
	for i := range j.leftKeys {
		if keyColumn(j.left, j.leftKeys[i]) != "" || keyColumn(j.right, j.rightKeys[i]) != "" {
			return true
		}
	}
	return false
}

// keyColumn names the column of claims, of those that they are found by, that an
// expression over a rel is; "": it is none.
func keyColumn(r rel, x Expr) string {
	s, i := claimsColumn(r, x)
	if s == nil {
		return ""
	}
	switch name := s.rel.Columns[i].Name; name {
	case "concept_path", "predicate", "source", "id":
		return name
	}
	return ""
}

// claimsColumn finds the column of claims, of type text, that an expression over a
// rel is; nil: it is none.
func claimsColumn(r rel, x Expr) (*rScan, int) {
	c, ok := x.(*Col)
	if !ok || c.OID != types.OIDText {
		return nil, 0
	}
	s, i := originOf(r, c.Index)
	if s == nil || !isClaims(s.rel) {
		return nil, 0
	}
	return s, i
}

// lookupKeys are the keys of a join by which its right side is looked up: the i-th,
// and where that is the path of claims their predicate too.
func lookupKeys(j *rJoin, i int) (values, columns []Expr) {
	values, columns = []Expr{j.leftKeys[i]}, []Expr{j.rightKeys[i]}
	s, _ := claimsColumn(j.right, j.rightKeys[i])
	if keyColumn(j.right, j.rightKeys[i]) != "concept_path" {
		return values, columns
	}
	for k := range j.rightKeys {
		if of, _ := claimsColumn(j.right, j.rightKeys[k]); of == s && keyColumn(j.right, j.rightKeys[k]) == "predicate" {
			return append(values, j.leftKeys[k]), append(columns, j.rightKeys[k])
		}
	}
	return values, columns
}

// sidesOf gives the joins that come to the same as j and whose right side may be
// looked up: rows of that side come out only with a match. The columns may be in
// another order, and there may be more.
func (b *binder) sidesOf(j *rJoin) []*rJoin {
	turned := &rJoin{kind: InnerJoin, left: j.right, right: j.left, leftKeys: j.rightKeys, rightKeys: j.leftKeys, on: j.on}
	switch j.kind {
	case LeftJoin, AntiJoin:
		return []*rJoin{j}
	case InnerJoin:
		return []*rJoin{j, turned}
	case RightJoin:
		turned.kind = LeftJoin
		return []*rJoin{turned}
	case SemiJoin:
		if j.on != nil {
			return []*rJoin{j}
		}
		// A left row matches one of the different keys at most.
		keys := &rProject{input: j.right, exprs: j.rightKeys}
		turned.left, turned.leftKeys = &rDistinct{input: keys}, nil
		for _, k := range j.rightKeys {
			t, typmod := k.Type()
			id := b.newCol(Column{Type: t, Typmod: typmod})
			if c, ok := k.(*Col); ok {
				b.cols[id], b.alias[id] = b.cols[c.Index], b.alias[c.Index]
			}
			keys.ids = append(keys.ids, id)
			turned.leftKeys = append(turned.leftKeys, b.ref(id))
		}
		return []*rJoin{j, turned}
	}
	return nil
}

// batchArrays makes the columns by which the right side of a join by lookups knows
// its keys.
func (b *binder) batchArrays(n int) []int {
	ids := make([]int, n)
	for i := range ids {
		ids[i] = b.newCol(Column{Name: "keys", Type: types.OIDTextArray, Typmod: -1})
	}
	b.batches.add(ids...)
	return ids
}

// batchKeys estimates how many keys are looked up for the rows of a rel: the
// different ones of each batch.
func (e *estimator) batchKeys(outer rel, values []Expr) float64 {
	rows := e.of(outer).Rows
	keys := math.Ceil(rows / batchRows)
	for _, x := range values {
		keys *= max(1, e.values(outer, x))
	}
	return min(rows, keys)
}

// lookedUp is a copy of a rel that gives only the rows in which columns are in
// arrays, where claims are found by the first; nil: they are not.
func (b *binder) lookedUp(r rel, columns []Expr, arrays []int) rel {
	var conds []Expr
	for i, c := range columns {
		conds = append(conds, &AnyAll{Op: fnTextEq, Left: c, Array: b.ref(arrays[i]), Sym: "="})
	}
	out := b.push(cloneRel(r), conds)
	b.scanKeys(out)
	if !leadsTo(out, arrays[0]) {
		return nil
	}
	return out
}

// leadsTo reports whether an array is the way into one of a rel's scans.
func leadsTo(r rel, array int) bool {
	if s, ok := r.(*rScan); ok {
		way := s.key.PathsArray
		switch s.key.Index {
		case ByPredicate:
			way = s.key.PredicatesArray
		case BySource:
			way = s.key.SourcesArray
		case ByID:
			way = s.key.IDsArray
		}
		c, ok := way.(*Col)
		return ok && c.Index == array
	}
	found := false
	kids(r, func(k rel) rel {
		found = found || leadsTo(k, array)
		return k
	})
	return found
}

// sparse reports whether so many keys are few enough of a column of a rel to look
// their claims up: from manyOf of the claims on it is less work to read all as they
// lie.
func (e *estimator) sparse(r rel, column Expr, keys float64) bool {
	s, _ := claimsColumn(r, column)
	if s == nil {
		return false
	}
	n, _ := e.relationRows(s.rel)
	return keys*e.of(s).Rows < max(manyOf*n, 100)
}

// lookupJoin estimates a join by lookups, of whose right side k is the estimate for
// one key.
func lookupJoin(l, k Estimate, keys, rows float64) Estimate {
	return Estimate{
		Startup: l.Startup + k.Startup, Rows: rows,
		Total: l.Total + keys*(k.Total+lookupCost+(tupleCost+operatorCost)*k.Rows) + operatorCost*l.Rows + tupleCost*rows,
	}
}

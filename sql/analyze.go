package sql

import (
	"cmp"
	"context"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// What ANALYZE keeps of a column: rows of a sample, the most common values and
// the bounds of histograms. Values that are wider say nothing worth their room.
const (
	analyzeRows   = 3000
	analyzeValues = 100
	analyzeWidth  = 1024
)

// analyzeTables carries out ANALYZE.
func (s *Session) analyzeTables(ctx context.Context, u *plan.Analyze) error {
	s.ensure()
	var targets []analyzeTarget
	for _, t := range u.Targets {
		rel, cols, err := t.Find(s.bindContext())
		if err != nil {
			return err
		}
		if !s.analyzable(u, rel) {
			continue
		}
		targets = append(targets, analyzeTarget{rel, cols})
	}
	if !u.Collect {
		return nil
	}
	if u.Targets == nil {
		claims, _ := s.eng.catalog.Relation(catalog.OIDAssertions)
		for _, rel := range append([]*catalog.Relation{claims}, s.temp.tables.Relations()...) {
			if s.analyzable(u, rel) {
				targets = append(targets, wholeTable(rel))
			}
		}
	}
	return s.analyzeTargets(ctx, targets)
}

// analyzable tells why a relation is passed over, if it is.
func (s *Session) analyzable(u *plan.Analyze, rel *catalog.Relation) bool {
	verb := "analyze"
	if u.Vacuum {
		verb = "vacuum"
	}
	none := false
	switch rel.Store {
	case catalog.VirtualStore, catalog.LensStore, catalog.ViewStore:
		none = true
	}
	switch {
	case none && u.Collect:
		s.warn(sqlerr.Warning, `skipping "`+rel.Name+`" --- cannot analyze non-tables or special system tables`)
	case !none && !s.owns(rel.OwnerOID()):
		s.warn(sqlerr.Warning, `skipping "`+rel.Name+`" --- only table or database owner can `+verb+" it")
	default:
		return !none
	}
	return false
}

// analyzeTarget is a relation with the columns that are to be looked at.
type analyzeTarget struct {
	rel  *catalog.Relation
	cols []int
}

func wholeTable(rel *catalog.Relation) analyzeTarget {
	t := analyzeTarget{rel: rel, cols: make([]int, len(rel.Columns))}
	for i := range t.cols {
		t.cols[i] = i
	}
	return t
}

func (s *Session) analyzeTargets(ctx context.Context, targets []analyzeTarget) error {
	s.ensure()
	for _, t := range targets {
		found, err := s.analyzeTable(ctx, t.rel, t.cols)
		if err != nil {
			return err
		}
		s.statisticsOf(t.rel).put(found)
	}
	s.temp.epoch++ // plans were made without them
	s.temp.plans = nil
	return nil
}

// analyzeTable reads a relation, or a sample of it.
func (s *Session) analyzeTable(ctx context.Context, rel *catalog.Relation, cols []int) (*relationStatistics, error) {
	rng := rand.New(rand.NewPCG(s.eng.stats.changes.Load()+1, uint64(rel.OID)))
	node, rows := s.analyzeScan(rel, cols, rng)
	program, err := exec.Compile(node)
	if err != nil {
		return nil, err
	}
	var env exec.Env
	var fn functions.Ctx
	s.environment(&env, &fn)
	cursor, err := program.Run(ctx, &env)
	if err != nil {
		return nil, err
	}
	defer cursor.Close()
	a := analysis{columns: make([]columnAnalysis, len(cols)), rng: rng, sampling: rows > 0}
	if a.sampling {
		a.key = keyOf(rel, cols)
	}
	for i := range cols {
		a.columns[i].typ = node.Out[i].Type
		a.columns[i].order = plan.Ordered(node.Out[i].Type)
	}
	for {
		b, err := cursor.Next()
		if err != nil {
			return nil, err
		}
		s.noteTimes(&env)
		if b == nil {
			break
		}
		a.add(b)
	}
	a.total = max(rows, float64(a.rows))
	out := &relationStatistics{rel: rel, rows: a.total, read: a.rows, columns: map[int]*columnStatistics{}}
	for i, c := range cols {
		out.bytes += int64(float64(a.columns[i].bytes+a.rows) * a.total / max(float64(a.rows), 1))
		if a.rows > 0 {
			out.columns[c] = a.columns[i].result(&a)
		}
	}
	return out, nil
}

// analysis is a relation that is being read: its columns, and a sample of its
// rows (each row so far is in it with equal chance).
type analysis struct {
	rows     int64   // that were read
	total    float64 // that there are
	sampling bool    // a part of them is read
	key      []int   // the columns by which they lie; none: as they are read
	sampled  []int64 // the rows' numbers
	columns  []columnAnalysis
	rng      *rand.Rand
}

// columnAnalysis counts the values of a column.
type columnAnalysis struct {
	typ    types.OID
	order  bool // the type has an order
	nulls  int64
	bytes  int64
	sketch sketch
	counts map[uint64]int32 // of a sample's values, by hash
	sample []types.Datum
}

func (a *analysis) add(b *types.Batch) {
	for k := range a.columns {
		c, v := &a.columns[k], &b.Cols[k]
		for i := range b.N {
			d := v.Datum(atRow(v, i))
			if d.Null {
				c.nulls++
				continue
			}
			c.bytes += valueWidth(c.typ, d)
			switch {
			case !c.order:
			case a.sampling:
				c.seen(d)
			default:
				c.sketch.add(types.Hash(c.typ, d, 0))
			}
		}
	}
	for i := range b.N {
		place := len(a.sampled)
		if place == analyzeRows {
			if place = int(a.rng.Int64N(a.rows + 1)); place >= analyzeRows {
				a.rows++
				continue
			}
			a.sampled[place] = a.rows
		} else {
			a.sampled = append(a.sampled, a.rows)
		}
		for k := range a.columns {
			c, v := &a.columns[k], &b.Cols[k]
			d := v.Datum(atRow(v, i))
			if !d.Null && valueWidth(c.typ, d) > analyzeWidth {
				d = types.NullDatum
			}
			if place == len(c.sample) {
				c.sample = append(c.sample, d)
			} else {
				c.sample[place] = d
			}
		}
		a.rows++
	}
}

func atRow(v *types.Vec, i int) int {
	if v.Len() == 1 {
		return 0
	}
	return i
}

// valueWidth is the bytes that PostgreSQL would store a value in.
func valueWidth(t types.OID, d types.Datum) int64 {
	if x, ok := types.Lookup(t); ok && x.Len > 0 {
		return int64(x.Len)
	}
	n := int64(len(d.S))
	if types.RepOf(t) == types.RepAny {
		n = 16
		if a, ok := d.A.(*types.Array); ok {
			n += 8 * int64(len(a.Elems))
		}
	}
	if n < 127 {
		return n + 1
	}
	return n + 4
}

// sketch counts distinct hashes, about (HyperLogLog).
type sketch struct{ rank [1024]uint8 }

func (s *sketch) add(h uint64) {
	h *= 0x9E3779B97F4A7C15
	h ^= h >> 32
	h *= 0xD6E8FEB86659FD93
	k := h >> 54
	if r := uint8(bits.LeadingZeros64(h<<10|1<<9)) + 1; r > s.rank[k] {
		s.rank[k] = r
	}
}

func (s *sketch) count() float64 {
	n, sum, empty := float64(len(s.rank)), 0.0, 0
	for _, r := range s.rank {
		sum += math.Ldexp(1, -int(r))
		if r == 0 {
			empty++
		}
	}
	est := 0.7213 / (1 + 1.079/n) * n * n / sum
	if est <= 2.5*n && empty > 0 {
		return n * math.Log(n/float64(empty))
	}
	return est
}

// valueRun is a value of the sample, how often it is there, and where.
type valueRun struct {
	value types.Datum
	count int
}

// result makes statistics of what was counted.
func (c *columnAnalysis) result(a *analysis) *columnStatistics {
	rows := float64(a.rows)
	out := &columnStatistics{}
	out.NullFrac = float64(c.nulls) / rows
	some := rows - float64(c.nulls)
	if some == 0 {
		if t, ok := types.Lookup(c.typ); ok {
			out.Width = max(int(t.Len), 0)
		}
		return out
	}
	out.Width = int(float64(c.bytes) / some)
	order := a.order()
	var at []int // of the values in order of rows
	for _, i := range order {
		if !c.sample[i].Null {
			at = append(at, i)
		}
	}
	total := some * a.total / rows // that are not NULL
	if !c.order {
		out.Distinct = min(total, 200)
		return out
	}
	rank := make([]int, len(at)) // positions in at, by value
	for i := range rank {
		rank[i] = i
	}
	slices.SortStableFunc(rank, func(x, y int) int { return types.Compare(c.typ, c.sample[at[x]], c.sample[at[y]]) })
	var runs []valueRun
	sum := 0.0
	for i, r := range rank {
		sum += float64(i) * float64(r)
		v := c.sample[at[r]]
		if k := len(runs) - 1; k >= 0 && types.Compare(c.typ, runs[k].value, v) == 0 {
			runs[k].count++
		} else {
			runs = append(runs, valueRun{v, 1})
		}
	}
	whole := !a.sampling && a.rows <= analyzeRows && len(at) == int(some)
	switch {
	case whole:
		out.Distinct = float64(len(runs))
	case a.sampling:
		out.Distinct = distinctOf(c.counts, some, total)
	default:
		out.Distinct = min(some, max(float64(len(runs)), math.Round(c.sketch.count())))
	}
	if n := float64(len(at)); n > 1 {
		mean, square := n*(n-1)/2, (n-1)*n*(2*n-1)/6
		out.Correlation, out.ordered = (n*sum-mean*mean)/(n*square-mean*mean), true
	}
	c.common(out, runs, float64(len(a.sampled)), whole)
	return out
}

// common parts the values into the most common and a histogram of the others.
func (c *columnAnalysis) common(out *columnStatistics, runs []valueRun, sampled float64, whole bool) {
	often := make([]int, 0, len(runs))
	all := whole || len(runs) <= analyzeValues && float64(len(runs)) >= out.Distinct
	total := 0
	for _, r := range runs {
		total += r.count
	}
	least := max(1.25*float64(total)/max(out.Distinct, 1), 2)
	for i, r := range runs {
		if r.count > 1 && (all || float64(r.count) >= least) {
			often = append(often, i)
		}
	}
	slices.SortStableFunc(often, func(a, b int) int { return runs[b].count - runs[a].count })
	often = often[:min(len(often), analyzeValues)]
	taken := map[int]bool{}
	for _, i := range often {
		taken[i] = true
		out.Common = append(out.Common, runs[i].value)
		out.Freqs = append(out.Freqs, float64(runs[i].count)/sampled)
	}
	var rest []types.Datum
	left := 0
	for i, r := range runs {
		if !taken[i] {
			left++
			for range r.count {
				rest = append(rest, r.value)
			}
		}
	}
	if left < 2 {
		return
	}
	n := min(left, analyzeValues+1)
	for i := range n {
		out.Bounds = append(out.Bounds, rest[i*(len(rest)-1)/(n-1)])
	}
}

// order lists the places of the sample in the order of the rows: of a sample of
// claims that of their keys.
func (a *analysis) order() []int {
	out := make([]int, len(a.sampled))
	for i := range out {
		out[i] = i
	}
	slices.SortFunc(out, func(x, y int) int { return cmp.Or(a.byKey(x, y), int(a.sampled[x]-a.sampled[y])) })
	return out
}

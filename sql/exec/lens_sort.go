package exec

import (
	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/knowledge/lens"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// lensSort resolves any relation that has a claim's columns. A sort below it, which
// goes on in files beyond the budget, brings the claims of a pair together; it holds
// those of the pairs at hand.
type lensSort struct {
	in    operator // sorted by pair
	seen  *revisers
	node  *plan.Lens
	spec  *lensSpec
	store *rowStore
	out   *rowBatch
	dec   decoder

	exclude []bool
	cands   []lens.Candidate
	crow    []int32
	wins    []int32 // input rows of the output rows
	res     *lens.Resolver
	pos     int
	whole   int // rows of complete pairs
	done    bool
	n       int
	t       *task
	hold    holding
}

func (bd *builder) lensSort(n *plan.Lens) (operator, error) {
	in, err := bd.node(n.Input)
	if err != nil {
		return nil, err
	}
	bd.reads++ // the policy
	seen := &revisers{in: in, cols: &n.In, kept: newRowBatch(columnTypes(n.Input))}
	cols := n.Input.Columns()
	sort := &plan.Sort{Input: n.Input}
	for _, c := range []int{n.In.ConceptPath, n.In.Predicate} {
		sort.Keys = append(sort.Keys, plan.SortKey{Expr: &plan.Col{Index: c, OID: cols[c].Type, Typmod: -1}})
	}
	sorted, err := bd.sortOver(sort, seen)
	if err != nil {
		return nil, err
	}
	o := &lensSort{in: sorted, seen: seen, node: n, store: newRowStore(columnTypes(n.Input)), out: newRowBatch(columnTypes(n))}
	o.spec, err = bd.lensSpec(n)
	return o, err
}

func (o *lensSort) open(t *task) error {
	o.t, o.done, o.pos, o.whole = t, false, 0, 0
	o.store.reset()
	o.exclude = o.exclude[:0]
	o.hold.spills(t)
	asOf, err := systemTime(o.spec.asOf, t)
	if err != nil {
		return err
	}
	params, err := o.spec.lensParams(t)
	if err != nil {
		return err
	}
	v, err := t.stmt.view(t.ctx, []storage.ShardID{}, asOf)
	if err != nil {
		return err
	}
	policy, err := t.stmt.policy(v)
	if err != nil {
		return err
	}
	o.res = resetResolver(o.res, policy, &params, lens.Query{At: lensTime(asOf, t), RecordedBy: lens.Bounded}, o.spec.need)
	return o.in.open(t)
}

func (o *lensSort) next() (*types.Batch, error) {
	for i := range o.out.cols {
		o.out.cols[i].startRows()
	}
	o.n, o.wins = 0, o.wins[:0]
	for o.n == 0 && (o.pos < o.whole || !o.done) {
		if o.pos == o.whole {
			if err := o.fill(); err != nil {
				return nil, err
			}
		}
		for o.n < types.BatchSize && o.pos < o.whole {
			if err := o.pair(); err != nil {
				return nil, err
			}
		}
	}
	if o.n == 0 {
		return nil, nil
	}
	for i, f := range o.spec.from {
		if f >= 0 {
			o.out.cols[i].gather(&o.store.cols[f], o.wins)
		} else {
			o.out.cols[i].endRows(o.n)
		}
	}
	return o.out.publish(o.n), nil
}

// fill forgets the pairs that were resolved and reads until one is complete.
func (o *lensSort) fill() error {
	o.store.dropFirst(o.whole)
	o.exclude = dropFirst(o.exclude, o.whole)
	o.pos, o.whole = 0, 0
	for o.whole == 0 && !o.done {
		b, err := o.in.next()
		if err != nil {
			return err
		}
		if b == nil {
			o.done, o.whole = true, o.store.n
			break
		}
		if b.N == 0 {
			continue
		}
		if err := o.sift(b); err != nil {
			return err
		}
		o.store.appendBatch(b)
		if err := o.hold.set(o.store.bytes + int64(o.store.n)); err != nil {
			return err
		}
		last := o.store.n - 1
		for o.whole = last; o.whole > 0 && o.samePair(int32(o.whole-1), int32(last)); o.whole-- {
		}
	}
	return nil
}

// sift evaluates FILTER on a batch.
func (o *lensSort) sift(b *types.Batch) error {
	from := len(o.exclude)
	for range b.N {
		o.exclude = append(o.exclude, o.spec.filter != nil)
	}
	if o.spec.filter == nil {
		return nil
	}
	keep, err := o.spec.filter.keep(o.t, b)
	for _, i := range keep {
		o.exclude[from+int(i)] = false
	}
	return err
}

// get reads an optional input column.
func (o *lensSort) get(col, row int) types.Datum {
	if col < 0 {
		return types.NullDatum
	}
	return o.store.cols[col].Datum(row)
}

func (o *lensSort) samePair(a, b int32) bool {
	in := &o.node.In
	return o.store.cols[in.ConceptPath].S[a] == o.store.cols[in.ConceptPath].S[b] &&
		o.store.cols[in.Predicate].S[a] == o.store.cols[in.Predicate].S[b]
}

// pair resolves the next pair.
func (o *lensSort) pair() error {
	o.cands, o.crow = o.cands[:0], o.crow[:0]
	first := int32(o.pos)
	for o.pos < o.whole && o.samePair(first, int32(o.pos)) {
		row := int32(o.pos)
		var c lens.Candidate
		if err := o.candidate(&c, int(row)); err != nil {
			return err
		}
		o.cands, o.crow = append(o.cands, c), append(o.crow, row)
		o.pos++
	}
	results := o.res.Resolve(o.cands)
	for i := range results {
		r := &results[i]
		row := o.crow[r.Row]
		o.wins = append(o.wins, row)
		for k, f := range o.spec.from {
			if f < 0 {
				path := func() string { return o.store.cols[o.node.In.ConceptPath].S[row] }
				o.spec.appendLens(&o.out.cols[k], plan.LensColumn(-1-f), r, &o.dec, path, o.n)
			}
		}
		o.n++
	}
	return nil
}

func (o *lensSort) candidate(c *lens.Candidate, row int) error {
	in := &o.node.In
	id, err := knowledge.ParseID(o.store.cols[in.ID].S[row])
	if err != nil {
		return sqlerr.New(sqlerr.InvalidParameterValue, "input of lens %s: %v", o.spec.name, err)
	}
	*c = lens.Candidate{
		ID: id, Value: o.store.cols[in.Value].S[row], Source: o.store.cols[in.Source].S[row],
		ValidFrom: knowledge.NegInfinity, ValidTo: knowledge.Infinity, Lifecycle: knowledge.LifecycleApproved,
		AssertedAt: knowledge.Micros(o.store.cols[in.AssertedAt].I[row]), Excluded: o.exclude[row],
	}
	if d := o.get(in.ValueType, row); !d.Null {
		if c.ValueType, err = knowledge.ParseValueType(d.S); err != nil {
			return sqlerr.New(sqlerr.InvalidParameterValue, "input of lens %s: %v", o.spec.name, err)
		}
	}
	if d := o.get(in.Lifecycle, row); !d.Null {
		if c.Lifecycle, err = knowledge.ParseLifecycle(d.S); err != nil {
			return sqlerr.New(sqlerr.InvalidParameterValue, "input of lens %s: %v", o.spec.name, err)
		}
	}
	c.Class = o.get(in.SourceClass, row).S
	o.optional(c, row)
	c.RevisedElsewhere = o.revisedElsewhere(row)
	return nil
}

// optional fills in the columns that may be NULL or absent.
func (o *lensSort) optional(c *lens.Candidate, row int) {
	in := &o.node.In
	if d := o.get(in.Unit, row); !d.Null {
		c.Unit, c.HasUnit = d.S, true
	}
	if d := o.get(in.Epoch, row); !d.Null {
		c.Epoch, c.HasEpoch = d.S, true
	}
	if d := o.get(in.Confidence, row); !d.Null {
		c.Confidence, c.HasConfidence = d.F, true
	}
	if d := o.get(in.ValidFrom, row); !d.Null {
		c.ValidFrom = knowledge.Micros(d.I)
	}
	if d := o.get(in.ValidTo, row); !d.Null {
		c.ValidTo = knowledge.Micros(d.I)
	}
	if d := o.get(in.RecordedAt, row); !d.Null {
		c.RecordedAt = knowledge.Micros(d.I)
	}
	if d := o.get(in.Revises, row); !d.Null {
		if id, err := knowledge.ParseID(d.S); err == nil {
			c.Revises, c.HasRevises = id, true
		}
	}
}

// revisedElsewhere reports whether a claim of another pair in the input, of
// the same source, revises the row's.
func (o *lensSort) revisedElsewhere(row int) bool {
	in, cols := &o.node.In, o.store.cols
	for _, r := range o.seen.of[cols[in.ID].S[row]] {
		if r.source == cols[in.Source].S[row] && (r.path != cols[in.ConceptPath].S[row] || r.predicate != cols[in.Predicate].S[row]) {
			return true
		}
	}
	return false
}

func (o *lensSort) close() {
	o.in.close()
	o.store.reset()
	o.cands = o.cands[:0]
	o.hold.release()
}

// revisers passes the rows on that are claims, and notes which claims they
// revise: that must be known of all before the first pair is resolved.
type revisers struct {
	in   operator
	cols *plan.LensInput
	of   map[string][]revision // by the id that they revise
	kept *rowBatch
	sel  []int32
	t    *task
	hold holding
}

// revision is a claim that revises another.
type revision struct{ source, path, predicate string }

func (o *revisers) open(t *task) error {
	o.t, o.of = t, nil
	o.hold.open(&t.stmt.mem)
	return o.in.open(t)
}

func (o *revisers) next() (*types.Batch, error) {
	b, err := o.in.next()
	if err != nil || b == nil {
		return nil, err
	}
	in := o.cols
	o.sel = o.sel[:0]
	for i := range b.N {
		whole := true
		for _, c := range []int{in.ID, in.ConceptPath, in.Predicate, in.Value, in.Source, in.AssertedAt} {
			whole = whole && !b.Cols[c].IsNull(i)
		}
		if !whole {
			continue // not a claim: the NULL side of an outer join, say
		}
		o.sel = append(o.sel, int32(i))
		if in.Revises < 0 || b.Cols[in.Revises].IsNull(i) {
			continue
		}
		if o.of == nil {
			o.of = map[string][]revision{}
		}
		id, r := b.Cols[in.Revises].S[i], revision{b.Cols[in.Source].S[i], b.Cols[in.ConceptPath].S[i], b.Cols[in.Predicate].S[i]}
		o.of[id] = append(o.of[id], r)
		if err := o.hold.add(int64(128 + len(id) + len(r.source) + len(r.path) + len(r.predicate))); err != nil {
			return nil, err
		}
	}
	if len(o.sel) == b.N {
		return b, nil
	}
	return o.kept.gather(b, o.sel), nil
}

func (o *revisers) close() {
	o.in.close()
	o.of = nil
	o.hold.release()
}

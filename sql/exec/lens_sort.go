package exec

import (
	"slices"
	"strings"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/knowledge/lens"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// lensSort resolves any relation that has a claim's columns: it holds the
// input in memory and orders it by pair.
type lensSort struct {
	in    operator
	node  *plan.Lens
	spec  *lensSpec
	store *rowStore
	out   *rowBatch
	dec   decoder

	order   []int32
	exclude []bool
	revised map[string][]int32 // id → rows that revise it
	cands   []lens.Candidate
	crow    []int32
	wins    []int32 // input rows of the output rows
	res     *lens.Resolver
	pos     int
	ready   bool
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
	o := &lensSort{in: in, node: n, store: newRowStore(columnTypes(n.Input)), out: newRowBatch(columnTypes(n))}
	o.spec, err = bd.lensSpec(n)
	return o, err
}

func (o *lensSort) open(t *task) error {
	o.t, o.ready, o.pos = t, false, 0
	o.hold.open(&t.stmt.mem)
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
	if !o.ready {
		if err := o.load(); err != nil {
			return nil, err
		}
		o.ready = true
	}
	for i := range o.out.cols {
		o.out.cols[i].startRows()
	}
	o.n, o.wins = 0, o.wins[:0]
	for o.n < types.BatchSize && o.pos < len(o.order) {
		if err := o.pair(); err != nil {
			return nil, err
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

// load reads the input, evaluates FILTER and orders the rows by pair.
func (o *lensSort) load() error {
	o.store.reset()
	o.exclude = o.exclude[:0]
	for {
		b, err := o.in.next()
		if err != nil {
			return err
		}
		if b == nil {
			break
		}
		if b.N == 0 {
			continue
		}
		from := len(o.exclude)
		for range b.N {
			o.exclude = append(o.exclude, o.spec.filter != nil)
		}
		if o.spec.filter != nil {
			keep, err := o.spec.filter.keep(o.t, b)
			if err != nil {
				return err
			}
			for _, i := range keep {
				o.exclude[from+int(i)] = false
			}
		}
		o.store.appendBatch(b)
		if err := o.hold.set(o.store.bytes + int64(o.store.n)*8); err != nil {
			return err
		}
	}
	o.in.close()
	o.sort()
	return nil
}

// sort orders the rows that are claims by pair, and notes what they revise.
func (o *lensSort) sort() {
	in := &o.node.In
	o.order = o.order[:0]
	o.revised = nil
	for i := range o.store.n {
		whole := true
		for _, c := range []int{in.ID, in.ConceptPath, in.Predicate, in.Value, in.Source, in.AssertedAt} {
			whole = whole && !o.store.cols[c].IsNull(i)
		}
		if !whole {
			continue // not a claim: the NULL side of an outer join, say
		}
		o.order = append(o.order, int32(i))
		if d := o.get(in.Revises, i); !d.Null {
			if o.revised == nil {
				o.revised = map[string][]int32{}
			}
			o.revised[d.S] = append(o.revised[d.S], int32(i))
		}
	}
	paths, preds := o.store.cols[in.ConceptPath].S, o.store.cols[in.Predicate].S
	slices.SortFunc(o.order, func(a, b int32) int {
		if c := strings.Compare(paths[a], paths[b]); c != 0 {
			return c
		}
		if c := strings.Compare(preds[a], preds[b]); c != 0 {
			return c
		}
		return int(a - b)
	})
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
	first := o.order[o.pos]
	for o.pos < len(o.order) && o.samePair(first, o.order[o.pos]) {
		row := o.order[o.pos]
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
	in := &o.node.In
	source := o.store.cols[in.Source].S
	for _, r := range o.revised[o.store.cols[in.ID].S[row]] {
		if source[r] == source[row] && !o.samePair(r, int32(row)) {
			return true
		}
	}
	return false
}

func (o *lensSort) close() {
	o.in.close()
	o.store.reset()
	o.revised = nil
	o.cands = o.cands[:0]
	o.hold.release()
}

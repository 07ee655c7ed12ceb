package exec

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// aggOp groups. Over a fragment it works in parallel: each unit of the
// fragment's work is grouped into a partial of its own, and the partials are
// merged in the order of the units. What outgrows the budget goes on in files
// (aggregate_spill.go).
type aggOp struct {
	node    *plan.Aggregate
	copies  builder      // makes further workers
	workers []*aggWorker // the first is built with the plan, the others on demand
	frag    bool         // workers run copies of a fragment
	calls   []aggCall    // of worker 0

	main  *partial
	out   *rowBatch
	sel   []int32
	keys  types.Batch // of the groups at hand
	pos   int
	total int
	ready bool
	t     *task
	hold  holding

	ship  *shipment // for other nodes; nil: not asked for yet, or not possible
	stays bool      // not possible
	loose operator  // the input, whose rows come from all nodes
	pull  *pull     // of one execution; nil: no other node is asked

	pending []*partitions // files to be grouped yet
	batches int           // files that were grouped
	disk    int64         // and their bytes
}

// aggWorker is one copy of the input with the evaluators over it.
type aggWorker struct {
	in     operator
	leaf   leaf // of a fragment; nil: any other input
	keys   []evaluator
	kvecs  []*types.Vec  // of the batch at hand
	sets   *groupingSets // nil: none
	calls  []aggCall
	groups []int32
	sub    []int32

	spill    *aggSpill // nil: what does not fit is refused
	fromFile bool      // the input's rows have their keys behind them, in one grouping set each
}

// aggCall is one aggregate.
type aggCall struct {
	fn     *functions.Func
	ts     []types.OID
	args   []evaluator
	wide   []column
	vecs   []*types.Vec // of the batch at hand: arguments, then sort keys
	filter *conjunction
	kept   *rowBatch
	sel    []int32 // of the batch at hand, the rows that the filter keeps
	all    bool    // it keeps all
	// sorted calls (DISTINCT, ORDER BY) keep their arguments until the end.
	distinct bool
	order    []evaluator
	direct   []evaluator // over the keys, of an ordered-set aggregate
	ordering ordering
	groups   types.Vec    // scratch of keep
	cols     []*types.Vec // scratch of keep
}

// partial is the groups of one unit of work.
type partial struct {
	table  *groupTable // nil: one group over everything
	states []functions.State
	kept   []*keptArgs // of sorted calls
	rows   int64
}

// keptArgs are the arguments of a sorted call: group, arguments, sort keys.
type keptArgs struct {
	store *rowStore
	seen  *groupTable // group and arguments; nil without DISTINCT
	runs  sortRuns    // what was more than the budget (aggregate_sorted.go)
}

func (bd *builder) aggregate(n *plan.Aggregate) (operator, error) {
	o := &aggOp{node: n, copies: bd.again(), out: newRowBatch(columnTypes(n))}
	o.frag = isFragment(n.Input)
	for i := range n.Aggs {
		if n.Aggs[i].Distinct || len(n.Aggs[i].OrderBy) > 0 {
			o.frag = false
		}
	}
	w, err := bd.aggWorker(n, o.frag)
	if err != nil {
		return nil, err
	}
	o.workers, o.calls = []*aggWorker{w}, w.calls
	return o, nil
}

func (bd *builder) aggWorker(n *plan.Aggregate, frag bool) (*aggWorker, error) {
	w := &aggWorker{}
	var err error
	if frag {
		w.in, w.leaf, err = bd.chain(n.Input)
	} else {
		w.in, err = bd.node(n.Input)
	}
	if err != nil {
		return nil, err
	}
	if w.keys, err = bd.exprs(n.Keys); err != nil {
		return nil, err
	}
	w.kvecs = make([]*types.Vec, len(n.Keys))
	w.sets = newGroupingSets(n)
	for i := range n.Aggs {
		c, err := bd.aggCall(&n.Aggs[i], n.Input)
		if err != nil {
			return nil, err
		}
		w.calls = append(w.calls, c)
	}
	return w, nil
}

// newPartial makes a partial without rows; part says that it is of a part of the
// groups, none of which is there without rows.
func (o *aggOp) newPartial(calls []aggCall, part bool) *partial {
	p := &partial{states: make([]functions.State, len(calls)), kept: make([]*keptArgs, len(calls))}
	switch {
	case part:
		p.table = newGroupTable(o.keyTypes())
	case o.node.Sets != nil:
		p.table = newSetsTable(o.node)
	case len(o.node.Keys) > 0:
		p.table = newGroupTable(argTypes(o.node.Keys))
	}
	for k := range calls {
		c := &calls[k]
		p.states[k] = c.newState()
		if p.table == nil {
			p.states[k].Grow(1)
		} else {
			p.states[k].Grow(p.table.len())
		}
		if c.sorted() {
			p.kept[k] = c.newKept()
		}
	}
	return p
}

// size estimates the bytes that the partial holds.
func (p *partial) size() int64 {
	var n int64
	if p.table != nil {
		n = p.table.size()
	}
	for k, s := range p.states {
		n += s.Size()
		if p.kept[k] != nil {
			n += p.kept[k].store.bytes
			if p.kept[k].seen != nil {
				n += p.kept[k].seen.size()
			}
		}
	}
	return n
}

func (o *aggOp) open(t *task) error {
	o.t, o.pos, o.ready, o.batches, o.disk = t, 0, false, 0, 0
	o.hold.spills(t)
	return nil
}

func (o *aggOp) next() (*types.Batch, error) {
	if !o.ready {
		if err := o.run(); err != nil {
			return nil, err
		}
		o.ready = true
		o.total = 1
		if o.main.table != nil {
			o.total = o.main.table.len()
		} else if o.node.Grouped && o.main.rows == 0 {
			o.total = 0
		}
	}
	for o.pos == o.total {
		if more, err := o.nextPartition(); !more {
			return nil, err
		}
	}
	n := min(o.total-o.pos, types.BatchSize)
	if err := o.emit(n); err != nil {
		return nil, err
	}
	o.pos += n
	return o.out.publish(n), nil
}

// run consumes the input into main.
func (o *aggOp) run() error {
	if o.frag {
		return o.runFragment()
	}
	return o.spillFailed(o.serial(o.t, o.workers[0].in, 0, false))
}

// consume adds the input's rows to a partial.
func (w *aggWorker) consume(t *task, in operator, p *partial, hold *holding) error {
	for {
		b, err := in.next()
		if err != nil || b == nil {
			return err
		}
		if b.N == 0 {
			continue
		}
		if err := w.loadKeys(t, b); err != nil {
			return w.failure(t, p, b, err)
		}
		if w.spill != nil && w.spill.parts != nil {
			err = w.addKnown(t, p, b)
		} else {
			err = w.addBatch(t, p, b)
		}
		if err != nil {
			return err
		}
		refused, err := w.spillKept(t, p, hold, hold.set(p.size()))
		if err != nil {
			return err
		}
		if err := w.spill.full(t, p, refused); err != nil {
			return err
		}
	}
}

// loadKeys computes the batch's keys, or finds them behind its columns.
func (w *aggWorker) loadKeys(t *task, b *types.Batch) error {
	if !w.fromFile {
		w.kvecs = w.kvecs[:len(w.keys)]
		_, err := evalAll(t, w.keys, b, w.kvecs)
		return err
	}
	n := len(w.keys)
	if w.sets != nil {
		n++
	}
	w.kvecs = w.kvecs[:0]
	for k := len(b.Cols) - n; k < len(b.Cols); k++ {
		w.kvecs = append(w.kvecs, &b.Cols[k])
	}
	return nil
}

// passes is how often the rows at hand are to be grouped.
func (w *aggWorker) passes() int {
	if w.fromFile {
		return 1
	}
	return w.sets.len()
}

// keyCols are the columns by which the rows at hand are grouped in a set.
func (w *aggWorker) keyCols(set int) []*types.Vec {
	if w.fromFile {
		return w.kvecs
	}
	return w.sets.keys(set, w.kvecs)
}

// addBatch adds a batch whose keys are loaded.
func (w *aggWorker) addBatch(t *task, p *partial, b *types.Batch) error {
	if err := w.load(t, p, b); err != nil {
		return w.failure(t, p, b, err)
	}
	for set := range w.passes() {
		w.group(p, set, b.N)
		if err := w.addAll(t, p); err != nil {
			return err
		}
	}
	return nil
}

// load evaluates the calls' arguments over a batch.
func (w *aggWorker) load(t *task, p *partial, b *types.Batch) error {
	p.rows += int64(b.N)
	for k := range w.calls {
		if err := w.calls[k].load(t, b); err != nil {
			return err
		}
	}
	return nil
}

// addAll gives what was loaded to the calls, by the groups found.
func (w *aggWorker) addAll(t *task, p *partial) error {
	for k := range w.calls {
		if err := w.add(t, &w.calls[k], p, k); err != nil {
			return err
		}
	}
	return nil
}

// group finds the groups of a batch's rows, in one grouping set.
func (w *aggWorker) group(p *partial, set, n int) {
	w.groups = identity(w.groups, n)
	if p.table == nil {
		clear(w.groups)
		return
	}
	had := p.table.len()
	p.table.insert(w.keyCols(set), n, w.groups)
	if g := p.table.len(); g > had {
		for _, s := range p.states {
			s.Grow(g)
		}
	}
}

// add gives the batch that was loaded to one call.
func (w *aggWorker) add(t *task, c *aggCall, p *partial, k int) error {
	groups := w.groups
	if !c.all {
		if len(c.sel) == 0 {
			return nil
		}
		w.sub = w.sub[:0]
		for _, i := range c.sel {
			w.sub = append(w.sub, groups[i])
		}
		groups = w.sub
	}
	if c.sorted() {
		c.keep(p.kept[k], groups)
		return nil
	}
	return p.states[k].Add(t.fn, groups, c.vecs)
}

// emit computes the results of the next n groups.
func (o *aggOp) emit(n int) error {
	nk := len(o.node.Keys)
	o.sel = o.sel[:0]
	for i := range n {
		o.sel = append(o.sel, int32(o.pos+i))
	}
	for i := range nk {
		o.out.cols[i].gather(&o.main.table.keys.cols[i], o.sel)
	}
	o.emitGroupings(nk+len(o.main.states), o.sel)
	for k, s := range o.main.states {
		if ordered, ok := s.(*orderedState); ok {
			if err := ordered.load(o.t, o.keyBatch(n), o.pos); err != nil {
				return err
			}
		}
		c := &o.out.cols[nk+k]
		c.reset(n)
		for i := range n {
			d, err := s.Result(o.t.fn, int32(o.pos+i))
			if err != nil {
				return err
			}
			c.set(i, n, d)
		}
	}
	return nil
}

func (o *aggOp) close() {
	for _, w := range o.workers {
		w.in.close()
	}
	if o.loose != nil {
		o.loose.close()
	}
	for _, p := range o.pending {
		p.close()
	}
	o.main.close()
	o.main, o.pending = nil, nil
	o.hold.release()
}

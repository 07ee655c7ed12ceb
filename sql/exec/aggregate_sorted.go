package exec

import (
	"github.com/stemedb/stemedb/sql/types"
)

// size estimates the bytes held in memory.
func (k *keptArgs) size() int64 {
	n := k.store.bytes
	if k.seen != nil {
		n += k.seen.size()
	}
	return n
}

// spillKept makes room when the budget is used up, or nearly: the arguments
// that sorted calls hold become sorted runs on disk. refused is the refusal of
// what is held; it returns that of what is held then.
func (w *aggWorker) spillKept(t *task, p *partial, hold *holding, refused error) (error, error) {
	if t.env.Spill == nil || refused != nil && !overBudget(refused) || refused == nil && !t.stmt.mem.tight() {
		return refused, nil
	}
	var held int64
	for _, kept := range p.kept {
		if kept != nil {
			held += kept.size()
		}
	}
	if held < worthSpilling {
		return refused, nil
	}
	for k, kept := range p.kept {
		if kept == nil || kept.size() < held/int64(2*len(p.kept)) {
			continue
		}
		if err := w.calls[k].writeKept(t, kept); err != nil {
			return refused, err
		}
	}
	return hold.set(p.size()), nil
}

// writeKept writes the arguments held as a run.
func (c *aggCall) writeKept(t *task, kept *keptArgs) error {
	rows := kept.runs.order.sorted(kept.store, kept.runs.width, nil)
	if err := kept.runs.write(t, kept.store, rows); err != nil {
		return err
	}
	kept.store.reset()
	if kept.seen != nil {
		kept.seen.reset()
	}
	return nil
}

// onDisk reports whether a sorted call's arguments are in files.
func (p *partial) onDisk() bool {
	for _, kept := range p.kept {
		if kept != nil && len(kept.runs.files) > 0 {
			return true
		}
	}
	return false
}

// close drops the files.
func (p *partial) close() {
	if p == nil {
		return
	}
	for _, kept := range p.kept {
		if kept != nil {
			kept.runs.close()
		}
	}
}

// addSorted feeds the sorted calls, each in its order.
func (o *aggOp) addSorted() error {
	for k := range o.calls {
		c := &o.calls[k]
		if !c.sorted() {
			continue
		}
		kept := o.main.kept[k]
		var err error
		if s, ok := o.main.states[k].(*orderedState); ok {
			if len(kept.runs.files) == 0 {
				s.arrange(kept)
			} else if err = o.orderRuns(c, kept, s); err != nil {
				return err
			}
			continue
		}
		if len(kept.runs.files) > 0 {
			err = o.addRuns(c, kept, k)
		} else {
			err = o.addKept(c, kept, k)
		}
		if err != nil {
			return err
		}
		kept.runs.close()
		o.main.kept[k] = nil
		if err := o.hold.set(o.main.size()); err != nil {
			return err
		}
	}
	return o.hold.set(o.main.size())
}

// addKept feeds a call from memory.
func (o *aggOp) addKept(c *aggCall, kept *keptArgs, k int) error {
	rows := c.ordering.sorted(kept.store, 1+len(c.args), nil)
	cols := make([]column, len(c.args))
	vecs := make([]*types.Vec, len(c.args))
	for i, t := range c.ts {
		cols[i] = newColumn(t)
	}
	var groups []int32
	for len(rows) > 0 {
		n := min(len(rows), types.BatchSize)
		groups = groups[:0]
		for _, r := range rows[:n] {
			groups = append(groups, int32(kept.store.cols[0].I[r]))
		}
		for i := range cols {
			vecs[i] = cols[i].gather(&kept.store.cols[1+i], rows[:n])
		}
		if err := o.main.states[k].Add(o.t.fn, groups, vecs); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// addRuns feeds a call from its runs. Of DISTINCT arguments repeats may stand
// in several runs: merged they are peers, so those seen among the peers of a
// row tell them.
func (o *aggOp) addRuns(c *aggCall, kept *keptArgs, k int) error {
	if err := c.writeKept(o.t, kept); err != nil {
		return err
	}
	if err := kept.runs.start(o.t); err != nil {
		return err
	}
	width := kept.runs.width
	last := newRowStore(kept.runs.types[width:])
	fresh := newRowBatch(kept.runs.types)
	vecs := make([]*types.Vec, len(c.args))
	var groups, sel []int32
	for {
		b, err := kept.runs.next(len(kept.runs.types))
		if err != nil || b == nil {
			return err
		}
		if kept.seen != nil {
			sel = c.unseen(kept, b, last, sel[:0])
			if b = fresh.gather(b, sel); b.N == 0 {
				continue
			}
		}
		groups = groups[:0]
		for _, g := range b.Cols[0].I[:b.N] {
			groups = append(groups, int32(g))
		}
		for i := range vecs {
			vecs[i] = &b.Cols[1+i]
		}
		if err := o.main.states[k].Add(o.t.fn, groups, vecs); err != nil {
			return err
		}
		if err := o.hold.set(o.main.size()); err != nil {
			return err
		}
	}
}

// unseen selects the first rows of equal group and arguments. last is a copy of
// the sort keys of the row before the batch.
func (c *aggCall) unseen(kept *keptArgs, b *types.Batch, last *rowStore, sel []int32) []int32 {
	width := kept.runs.width
	keys := b.Cols[width:]
	c.cols = c.cols[:0]
	for i := range width {
		c.cols = append(c.cols, &b.Cols[i])
	}
	for i := range b.N {
		peer := i > 0 && c.ordering.compare(keys, i-1, keys, i) == 0 ||
			i == 0 && last.n > 0 && c.ordering.compare(last.cols, 0, keys, 0) == 0
		if !peer {
			kept.seen.reset()
		}
		if _, fresh := kept.seen.one(c.cols, i); fresh {
			sel = append(sel, int32(i))
		}
	}
	last.reset()
	vecs := make([]*types.Vec, len(keys))
	for i := range keys {
		vecs[i] = &keys[i]
	}
	last.appendRow(vecs, b.N-1)
	return sel
}

// newRuns makes the runs of a call's arguments, of these columns: the group, the
// arguments, the sort keys. Rows of ordered-set aggregates, whose arguments are
// the sort keys, come group by group.
func (c *aggCall) newRuns(ts []types.OID) sortRuns {
	if c.fn.Aggregate.Ordered == nil {
		return sortRuns{order: &c.ordering, width: 1 + len(c.args), types: ts}
	}
	order := ascending(ts[:1])
	for _, k := range c.ordering.keys {
		k.at++
		order.keys = append(order.keys, k)
	}
	return sortRuns{order: &order, types: ts}
}

// orderedFiles gives the rows of an ordered-set aggregate group by group from
// its runs.
type orderedFiles struct {
	op    *aggOp
	runs  *sortRuns
	group *rowStore
	batch *types.Batch
	pos   int
	vecs  []*types.Vec
}

// orderRuns lets an ordered-set aggregate read its runs.
func (o *aggOp) orderRuns(c *aggCall, kept *keptArgs, s *orderedState) error {
	if err := c.writeKept(o.t, kept); err != nil {
		return err
	}
	ts := kept.runs.types
	s.files = &orderedFiles{op: o, runs: &kept.runs, group: newRowStore(ts), vecs: make([]*types.Vec, len(ts))}
	return kept.runs.start(o.t)
}

// load brings a group's rows into memory.
func (f *orderedFiles) load(g int32) error {
	f.group.reset()
	for {
		if f.batch == nil || f.pos == f.batch.N {
			var err error
			if f.batch, err = f.runs.next(len(f.vecs)); err != nil || f.batch == nil {
				return f.op.spillFailed(err)
			}
			f.pos = 0
			for i := range f.vecs {
				f.vecs[i] = &f.batch.Cols[i]
			}
			if err := f.op.hold.set(f.op.main.size()); err != nil {
				return err
			}
		}
		if f.batch.Cols[0].I[f.pos] > int64(g) {
			return nil
		}
		f.group.appendRow(f.vecs, f.pos)
		f.pos++
	}
}

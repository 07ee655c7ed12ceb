package exec

import (
	"context"

	"github.com/stemedb/stemedb/sql/types"
)

// runFragment groups the units of a fragment: each into a partial of its own,
// by as many workers as there is work for, then merges them in order.
func (o *aggOp) runFragment() error {
	q, err := o.workers[0].leaf.prepare(o.t)
	if err != nil {
		return err
	}
	if len(q.away) > 0 {
		return o.runAway(q)
	}
	if len(q.units) < 2 || q.spec.hasPaths {
		return o.alone(q)
	}
	err = o.runUnits(q)
	if !overBudget(err) || o.newSpill(0) == nil {
		return err
	}
	// Partials of all units at one time are too much: once more, unit after
	// unit, with files for what does not fit.
	if err := o.startOver(); err != nil {
		return err
	}
	if q, err = o.workers[0].leaf.prepare(o.t); err != nil {
		return err
	}
	return o.alone(q)
}

// startOver drops what has been grouped.
func (o *aggOp) startOver() error {
	o.main.close()
	o.main = nil
	return o.hold.set(0)
}

// alone works off the units in this goroutine.
func (o *aggOp) alone(q *unitQueue) error {
	inner := *o.t
	inner.units = q
	return o.spillFailed(o.serial(&inner, o.workers[0].in, 0, false))
}

// runUnits groups the units in workers and merges what they give.
func (o *aggOp) runUnits(q *unitQueue) error {
	o.main = o.newPartial(o.calls, false)
	n := q.workers(o.t)
	for len(o.workers) < n {
		w, err := o.copies.aggWorker(o.node, true)
		if err != nil {
			return err
		}
		o.workers = append(o.workers, w)
	}
	parts := make([]*partial, q.total)
	holds := make([]holding, q.total)
	defer func() {
		for i := range holds {
			holds[i].release()
		}
	}()
	if err := o.runWorkers(q, n, parts, holds); err != nil {
		return err
	}
	return o.mergeAll(parts, holds)
}

// mergeAll folds partials into main, in the order of the units.
func (o *aggOp) mergeAll(parts []*partial, holds []holding) error {
	for i, p := range parts {
		if p == nil {
			continue
		}
		if err := o.merge(p); err != nil {
			return err
		}
		if err := o.hold.set(o.main.size()); err != nil {
			return err
		}
		parts[i] = nil
		holds[i].release()
	}
	return nil
}

// runWorkers fills parts, one unit each.
func (o *aggOp) runWorkers(q *unitQueue, n int, parts []*partial, holds []holding) error {
	return together(o.t.ctx, n, func(ctx context.Context, k int) error {
		return o.workUnits(ctx, q, o.workers[k], parts, holds)
	})
}

// workUnits takes units until none is left.
func (o *aggOp) workUnits(ctx context.Context, q *unitQueue, w *aggWorker, parts []*partial, holds []holding) error {
	for {
		i := q.take()
		if i < 0 {
			return nil
		}
		t, at := o.t.worker(ctx, q.only(i)), q.units[i].n
		p := o.newPartial(w.calls, false)
		holds[at].open(&t.stmt.mem)
		if err := w.in.open(t); err != nil {
			return err
		}
		err := w.consume(t, w.in, p, &holds[at])
		w.in.close()
		if err != nil {
			return err
		}
		parts[at] = p
	}
}

// merge folds a partial into main.
func (o *aggOp) merge(p *partial) error {
	groups := []int32{0}
	if p.table != nil {
		n := p.table.len()
		if n == 0 {
			return nil
		}
		cols := make([]*types.Vec, len(p.table.keys.cols))
		for i := range cols {
			cols[i] = &p.table.keys.cols[i]
		}
		groups = identity(nil, n)
		o.main.table.insert(cols, n, groups)
	}
	o.main.rows += p.rows
	for k, s := range o.main.states {
		if o.main.table != nil {
			s.Grow(o.main.table.len())
		}
		if err := s.Merge(o.t.fn, p.states[k], groups); err != nil {
			return err
		}
	}
	return nil
}

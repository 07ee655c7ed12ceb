package exec

import (
	"context"
	"errors"

	"github.com/stemedb/stemedb/sql/batch"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan/codec"
	"github.com/stemedb/stemedb/sql/types"
)

// groupSink merges the groups that other nodes made of units.
type groupSink struct {
	op    *aggOp
	fn    *functions.Ctx
	parts []*partial
	holds []holding
}

func (s *groupSink) begin(u *unit) { s.parts[u.n] = s.op.newPartial(s.op.calls, false) }

func (s *groupSink) record(_ context.Context, u *unit, kind byte, r *batch.Reader) (int, error) {
	p := s.parts[u.n]
	rows, n := int64(r.Uvarint()), int(r.Uvarint())
	if kind != recGroups || n < 0 || n > types.BatchSize {
		return 0, errAnswer
	}
	groups := make([]int32, n)
	if p.table != nil {
		cols := make([]*types.Vec, len(p.table.keys.cols))
		for i := range cols {
			v := types.NewVec(p.table.keys.cols[i].Type)
			r.Column(&v, n)
			cols[i] = &v
		}
		if r.Bad() {
			return 0, errAnswer
		}
		if n > 0 {
			p.table.insert(cols, n, groups)
		}
	}
	p.rows += rows
	fn := s.fn.Clone()
	for k, st := range p.states {
		more := s.op.calls[k].newState()
		more.Grow(n)
		if more.(functions.Portable).ReadGroups(r, n); r.Bad() {
			return 0, errAnswer
		}
		if p.table != nil {
			st.Grow(p.table.len())
		}
		if err := st.Merge(fn, more, groups); err != nil {
			return 0, err
		}
	}
	return 0, s.holds[u.n].set(p.size())
}

// runAway groups units of which other nodes hold some.
func (o *aggOp) runAway(q *unitQueue) error {
	if o.ship == nil && !o.stays {
		var err error
		o.stays = !portable(o.calls)
		if !o.stays {
			o.ship, err = o.copies.shipment(o.node)
		}
		if errors.Is(err, codec.ErrStays) {
			o.ship, o.stays, err = nil, true, nil
		}
		if err != nil {
			return err
		}
	}
	if o.stays {
		return o.runLoose()
	}
	sink := &groupSink{op: o, fn: o.t.fn, parts: make([]*partial, q.total), holds: make([]holding, q.total)}
	p, err := newPull(o.t, q, o.ship, sink)
	if err != nil {
		return o.runLoose() // as in gatherOp
	}
	p.measure(o.copies.probe, o.node, o.node)
	o.pull = p
	err = o.runPull(q, p, sink)
	for i := range sink.holds {
		sink.holds[i].release()
	}
	if !overBudget(err) || o.newSpill(0) == nil {
		return err
	}
	// As in runFragment, but rows come here.
	if err := o.startOver(); err != nil {
		return err
	}
	return o.runLoose()
}

// runPull groups here and there at once, and merges in the order of the units.
func (o *aggOp) runPull(q *unitQueue, p *pull, sink *groupSink) error {
	o.main = o.newPartial(o.calls, false)
	for i := range sink.holds {
		sink.holds[i].open(&o.t.stmt.mem)
	}
	n := 0
	if len(q.units) > 0 {
		n = q.workers(o.t)
	}
	for len(o.workers) < n {
		w, err := o.copies.aggWorker(o.node, true)
		if err != nil {
			return err
		}
		o.workers = append(o.workers, w)
	}
	err := together(o.t.ctx, n+1, func(ctx context.Context, k int) error {
		if k == n {
			return p.run(ctx)
		}
		return o.workUnits(ctx, q, o.workers[k], sink.parts, sink.holds)
	})
	if err != nil {
		return err
	}
	return o.mergeAll(sink.parts, sink.holds)
}

// runLoose groups the rows of all units here.
func (o *aggOp) runLoose() error {
	if o.loose == nil {
		var err error
		if o.loose, err = o.copies.gather(o.node.Input); err != nil {
			return err
		}
	}
	return o.spillFailed(o.serial(o.t, o.loose, 0, false))
}

package exec

import (
	"context"
	"errors"

	"github.com/stemedb/stemedb/sql/batch"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/plan/codec"
	"github.com/stemedb/stemedb/sql/types"
)

// gatherSink passes the rows of other nodes on.
type gatherSink struct {
	full chan<- *rowBatch
	free <-chan *rowBatch
}

func (s *gatherSink) begin(*unit) {}

func (s *gatherSink) record(ctx context.Context, _ *unit, kind byte, r *batch.Reader) (int, error) {
	n := r.Uvarint()
	if kind != recRows || n > types.BatchSize {
		return 0, errAnswer
	}
	var out *rowBatch
	select {
	case out = <-s.free:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	for i := range out.cols {
		r.Column(&out.cols[i].Vec, int(n))
	}
	if r.Bad() {
		return 0, errAnswer
	}
	out.publish(int(n))
	select {
	case s.full <- out:
		return int(n), nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// ships remembers what is to travel in a fragment's place: it under a limit.
func (bd *builder) ships(n, instead plan.Node) {
	if !isFragment(n) {
		return
	}
	if bd.instead == nil {
		bd.instead = map[plan.Node]plan.Node{}
	}
	bd.instead[n] = instead
}

// shipped is the plan that travels for a fragment.
func (o *gatherOp) shipped() plan.Node {
	if n := o.copies.instead[o.node]; n != nil {
		return n
	}
	return o.node
}

// openAway begins a fragment of which other nodes hold a part.
func (o *gatherOp) openAway(t *task, q *unitQueue) error {
	if o.ship == nil && !o.stays {
		var err error
		if o.ship, err = o.copies.shipment(o.shipped()); errors.Is(err, codec.ErrStays) {
			o.ship, err = o.copies.shipment(o.node) // perhaps it is the limit that cannot
		}
		if errors.Is(err, codec.ErrStays) {
			o.ship, o.stays, err = nil, true, nil
		}
		if err != nil {
			return err
		}
	}
	if o.stays {
		return o.openSplit(t)
	}
	n := 0
	if len(q.units) > 0 {
		n = q.workers(t)
	}
	sink := &gatherSink{}
	p, err := newPull(t, q, o.ship, sink)
	if err != nil {
		// A parameter's error is the statement's only if a row meets it.
		return o.openSplit(t)
	}
	p.measure(o.copies.probe, o.shipped(), o.node)
	o.pull = p
	if err := o.more(n); err != nil {
		return err
	}
	o.start(t, q, n, sink)
	return nil
}

// openSplit runs the fragment as far below as it can travel, and the rest here.
func (o *gatherOp) openSplit(t *task) error {
	if o.split == nil {
		n, err := o.copies.split(o.node)
		if err != nil {
			return err
		}
		bd := o.copies
		bd.probe = nil // its nodes are no nodes of the plan
		if o.split, err = bd.operator(n); err != nil {
			return err
		}
	}
	o.whole = o.split
	return o.whole.open(t)
}

func (o *gatherOp) report() []plan.Detail { return o.pull.report() }

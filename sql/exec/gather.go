package exec

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// isFragment reports whether a plan is a chain that workers can run copies of:
// a scan with filters, projections, at most one lens, and windows whose partitions
// lie within units of work; or a tree of such chains that are merged shard by shard.
func isFragment(n plan.Node) bool {
	switch n := n.(type) {
	case *plan.Scan:
		return !n.Temp
	case *plan.Filter:
		return isFragment(n.Input)
	case *plan.Project:
		return isFragment(n.Input)
	case *plan.Sort:
		return n.Presorted > 0 && isFragment(n.Input)
	case *plan.Window:
		switch n.Input.(type) {
		case *plan.Sort, *plan.Window:
			return isFragment(n.Input)
		}
	case *plan.Lens:
		return streams(n)
	case *plan.Join:
		return n.ByShard
	}
	return false
}

// streams reports whether a lens can read claims as they lie: by pairs, each
// in one unit of work.
func streams(n *plan.Lens) bool {
	s, ok := n.Input.(*plan.Scan)
	return ok && !s.Temp && n.Ordered && (s.Key.Index == plan.ByPath || s.Key.Index == plan.ByPredicate)
}

// chain builds one copy of a fragment.
func (bd *builder) chain(n plan.Node) (operator, leaf, error) {
	switch n := n.(type) {
	case *plan.Scan:
		op, err := bd.scan(n)
		return bd.link(n, op), op, err
	case *plan.Lens:
		op, err := bd.lensScan(n)
		return bd.link(n, op), op, err
	case *plan.Join:
		op, err := bd.shardJoin(n)
		return bd.link(n, op), op, err
	}
	in, lf, err := bd.chain(n.Children()[0])
	if err != nil {
		return nil, nil, err
	}
	op, err := bd.upon(n, in)
	return bd.link(n, op), lf, err
}

// workers says how many goroutines to give a fragment: one means the caller's.
func (q *unitQueue) workers(t *task) int {
	if len(q.units) < 2 || q.spec.hasPaths || t.stmt.home {
		return 1
	}
	n := t.env.Workers
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	return min(n, len(q.units))
}

// worker derives a worker's task, which runs until ctx ends.
func (t *task) worker(ctx context.Context, q *unitQueue) *task {
	w := *t
	w.ctx = ctx
	w.fn = t.fn.Clone()
	w.fn.Context = ctx
	w.units = q
	return &w
}

// gatherOp runs a fragment: in the caller's goroutine when there is little to
// do, else in workers whose batches come over a bounded queue in any order.
type gatherOp struct {
	node   plan.Node
	copies builder // makes further chains
	ts     []types.OID
	chains []fragment // the first is built with the plan
	whole  operator   // runs all of it by itself, in the caller's goroutine; nil: workers do
	inner  task

	ship  *shipment // for other nodes; nil: not asked for yet, or not possible
	stays bool      // not possible: split is for that
	split operator
	pull  *pull // of one execution; nil: no other node is asked

	full   chan *rowBatch
	free   chan *rowBatch
	spare  []*rowBatch
	given  *rowBatch
	cancel context.CancelFunc
	wg     *sync.WaitGroup // of one start: the goroutine that closes full may still be waking when the next begins
	mu     sync.Mutex
	err    error
}

// fragment is one copy of a chain.
type fragment struct {
	top  operator
	leaf leaf
}

func (bd *builder) gather(n plan.Node) (operator, error) {
	top, lf, err := bd.chain(n)
	if err != nil {
		return nil, err
	}
	return &gatherOp{node: n, copies: bd.again(), ts: columnTypes(n), chains: []fragment{{top, lf}}}, nil
}

func (o *gatherOp) open(t *task) error {
	q, err := o.chains[0].leaf.prepare(t)
	if err != nil {
		return err
	}
	o.whole, o.pull = nil, nil
	if len(q.away) > 0 {
		return o.openAway(t, q)
	}
	n := q.workers(t)
	if n == 1 {
		o.whole = o.chains[0].top
		o.inner = *t
		o.inner.units = q
		return o.whole.open(&o.inner)
	}
	if err := o.more(n); err != nil {
		return err
	}
	o.start(t, q, n, nil)
	return nil
}

// more builds chains until there are n.
func (o *gatherOp) more(n int) error {
	for len(o.chains) < n {
		top, lf, err := o.copies.chain(o.node)
		if err != nil {
			return err
		}
		o.chains = append(o.chains, fragment{top, lf})
	}
	return nil
}

// start begins n workers, and what other nodes do, whose rows go through a sink; nil:
// nothing.
func (o *gatherOp) start(t *task, q *unitQueue, n int, sink *gatherSink) {
	ctx, cancel := context.WithCancel(t.ctx)
	o.cancel, o.err, o.given = cancel, nil, nil
	ends := n
	if sink != nil {
		ends += 2
	}
	o.full = make(chan *rowBatch, 2*ends)
	o.free = make(chan *rowBatch, 4*ends)
	for len(o.spare) < 4*ends {
		o.spare = append(o.spare, newRowBatch(o.ts))
	}
	for _, b := range o.spare[:4*ends] {
		o.free <- b
	}
	full, free, wg := o.full, o.free, &sync.WaitGroup{}
	o.wg = wg
	if sink != nil {
		sink.full, sink.free = full, free
		pull := o.pull
		wg.Go(func() {
			if err := pull.run(ctx); err != nil {
				o.fail(err)
				cancel()
			}
		})
	}
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := runWorker(t.worker(ctx, q), o.chains[i].top, full, free); err != nil {
				o.fail(err)
				cancel()
			}
		}()
	}
	go func() {
		wg.Wait()
		close(full)
	}()
}

// fail keeps the first error that is not a consequence of another.
func (o *gatherOp) fail(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil || errors.Is(o.err, context.Canceled) && !errors.Is(err, context.Canceled) {
		o.err = err
	}
}

// runWorker runs one copy of the fragment and sends copies of its batches.
func runWorker(t *task, top operator, full chan<- *rowBatch, free <-chan *rowBatch) error {
	defer top.close()
	if err := top.open(t); err != nil {
		return err
	}
	for {
		b, err := top.next()
		if err != nil || b == nil {
			return err
		}
		if b.N == 0 {
			continue
		}
		var out *rowBatch
		select {
		case out = <-free:
		case <-t.ctx.Done():
			return t.ctx.Err()
		}
		for i := range out.cols {
			out.cols[i].copyFrom(&b.Cols[i])
		}
		out.publish(b.N)
		select {
		case full <- out:
		case <-t.ctx.Done():
			return t.ctx.Err()
		}
	}
}

func (o *gatherOp) next() (*types.Batch, error) {
	if o.whole != nil {
		return o.whole.next()
	}
	if o.full == nil {
		return nil, nil
	}
	if o.given != nil {
		o.free <- o.given // never blocks: the queue has room for all
		o.given = nil
	}
	b, ok := <-o.full
	if !ok {
		o.mu.Lock()
		defer o.mu.Unlock()
		return nil, o.err
	}
	o.given = b
	return &b.Batch, nil
}

func (o *gatherOp) close() {
	if o.whole != nil {
		o.whole.close()
		o.inner = task{}
	}
	if o.cancel == nil {
		return
	}
	o.cancel()
	o.wg.Wait()
	o.cancel, o.full, o.free, o.given = nil, nil, nil, nil
}

// only is a queue of unit i alone.
func (q *unitQueue) only(i int) *unitQueue { return q.part(q.units[i : i+1]) }

// part is a queue of some of the units.
func (q *unitQueue) part(units []unit) *unitQueue {
	return &unitQueue{rel: q.rel, view: q.view, policy: q.policy, at: q.at, spec: q.spec, left: q.left, way: q.way,
		params: q.params, units: units, historic: q.historic, sides: q.sides, total: q.total}
}

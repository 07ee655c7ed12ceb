package exec

import (
	"sync"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// withOp makes CTEs readable to its body. Each runs at most once, as far as
// its readers ask for.
type withOp struct {
	ctes  []*cte
	body  operator
	inner task
}

// cteScope is what CTERefs below a task may name, innermost first.
type cteScope struct {
	id      int
	cte     *cte
	working *types.Batch // not nil: the working table of a recursive CTE
	parent  *cteScope
}

// cte is one WITH query: its rows so far, and how to get more. Several readers
// may ask at once.
type cte struct {
	id       int
	plan     operator
	step     operator // recursive term; nil: not recursive
	distinct *groupTable
	cols     []*types.Vec

	mu      sync.Mutex
	t       task // with the scope that the query sees
	batches []*types.Batch
	running operator // what gives the next batch; nil: not begun
	queue   []*types.Batch
	done    bool
	err     error
	hold    holding
}

func (bd *builder) with(n *plan.With) (operator, error) {
	o := &withOp{}
	for i := range n.CTEs {
		x := &n.CTEs[i]
		c := &cte{id: x.ID}
		var err error
		if c.plan, err = bd.node(x.Plan); err != nil {
			return nil, err
		}
		if x.Recursive && x.Step != nil {
			if c.step, err = bd.node(x.Step); err != nil {
				return nil, err
			}
			if !x.UnionAll {
				ts := columnTypes(x.Plan)
				c.distinct, c.cols = newGroupTable(ts), make([]*types.Vec, len(ts))
			}
		}
		o.ctes = append(o.ctes, c)
	}
	var err error
	o.body, err = bd.node(n.Body)
	return o, err
}

func (o *withOp) open(t *task) error {
	o.inner = *t
	for _, c := range o.ctes {
		c.begin(&o.inner)
		o.inner.ctes = &cteScope{id: c.id, cte: c, parent: o.inner.ctes}
	}
	return o.body.open(&o.inner)
}

func (o *withOp) next() (*types.Batch, error) { return o.body.next() }

func (o *withOp) close() {
	o.body.close()
	for _, c := range o.ctes {
		c.end()
	}
}

func (c *cte) begin(t *task) {
	c.end()
	c.t = *t
	c.t.units = nil
	c.done, c.err = false, nil
	c.hold.open(&t.stmt.mem)
}

func (c *cte) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plan.close()
	if c.step != nil {
		c.step.close()
	}
	if c.distinct != nil {
		c.distinct.reset()
	}
	c.batches, c.queue, c.running = nil, nil, nil
	c.done = true
	c.hold.release()
}

// batch returns the i-th batch of the query's rows, nil beyond the last.
func (c *cte) batch(i int) (*types.Batch, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.batches) <= i && !c.done && c.err == nil {
		c.err = c.advance()
	}
	if c.err != nil {
		return nil, c.err
	}
	if i < len(c.batches) {
		return c.batches[i], nil
	}
	return nil, nil
}

// advance adds a batch, or ends the query.
func (c *cte) advance() error {
	if c.running == nil {
		c.running = c.plan
		if err := c.plan.open(&c.t); err != nil {
			return err
		}
	}
	b, err := c.running.next()
	if err != nil {
		return err
	}
	if b != nil {
		return c.keep(b)
	}
	c.running.close()
	if c.step == nil || len(c.queue) == 0 {
		c.done = true
		return nil
	}
	// The next round of a recursion reads what the last one gave.
	t := c.t
	t.ctes = &cteScope{id: c.id, working: concat(c.queue), parent: t.ctes}
	c.queue = nil
	c.running = c.step
	return c.step.open(&t)
}

// keep adds a copy of a batch's (new) rows.
func (c *cte) keep(b *types.Batch) error {
	if b.N == 0 {
		return nil
	}
	if c.distinct != nil {
		var sel []int32
		for i := range b.Cols {
			c.cols[i] = &b.Cols[i]
		}
		for i := range b.N {
			if _, fresh := c.distinct.one(c.cols, i); fresh {
				sel = append(sel, int32(i))
			}
		}
		if len(sel) == 0 {
			return nil
		}
		b = newRowBatch(typesOf(b.Cols, func(v *types.Vec) types.OID { return v.Type })).gather(b, sel)
	}
	k, size := cloneBatch(b)
	c.batches = append(c.batches, k)
	if c.step != nil {
		c.queue = append(c.queue, k)
	}
	return c.hold.add(size)
}

// concat makes one batch of several; it may be longer than BatchSize.
func concat(bs []*types.Batch) *types.Batch {
	if len(bs) == 1 {
		return bs[0]
	}
	s := newRowStore(typesOf(bs[0].Cols, func(v *types.Vec) types.OID { return v.Type }))
	for _, b := range bs {
		s.appendBatch(b)
	}
	return &types.Batch{N: s.n, Cols: s.cols}
}

// cteRef reads a CTE, or the working table of the recursion around it.
type cteRef struct {
	id      int
	working bool
	scope   *cteScope
	pos     int
	out     *rowBatch
	sel     []int32
}

func (o *cteRef) open(t *task) error {
	o.pos = 0
	for o.scope = t.ctes; o.scope != nil; o.scope = o.scope.parent {
		if o.scope.id == o.id && (o.scope.working != nil) == o.working {
			return nil
		}
	}
	return errNoCTE(o.id)
}

func (o *cteRef) next() (*types.Batch, error) {
	if o.scope == nil {
		return nil, nil
	}
	if !o.working {
		b, err := o.scope.cte.batch(o.pos)
		o.pos++
		return b, err
	}
	w := o.scope.working
	if o.pos >= w.N {
		return nil, nil
	}
	n := min(w.N-o.pos, types.BatchSize)
	if n == w.N {
		o.pos = n
		return w, nil
	}
	if o.out == nil {
		o.out = newRowBatch(typesOf(w.Cols, func(v *types.Vec) types.OID { return v.Type }))
	}
	o.sel = o.sel[:0]
	for i := range n {
		o.sel = append(o.sel, int32(o.pos+i))
	}
	o.pos += n
	return o.out.gather(w, o.sel), nil
}

func (o *cteRef) close() { o.scope = nil }

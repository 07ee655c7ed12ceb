package exec

import (
	"sync"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// withOp makes CTEs readable to its body. Each runs at most once, as far as
// its readers ask for.
type withOp struct {
	ctes     []*cte
	body     operator
	inner    task
	modifies bool // one of the queries writes
}

// cteScope is what CTERefs below a task may name, innermost first.
type cteScope struct {
	id      int
	cte     *cte
	working *workTable // not nil: the working table of a recursive CTE
	parent  *cteScope
}

// workTable is what the last round of a recursion gave: rows of the query's.
type workTable struct {
	tape     *rowTape
	from, to int64
}

// cte is one WITH query: its rows so far, and how to get more. Several readers
// may ask at once. Rows beyond the budget are kept in a file.
type cte struct {
	id       int
	modifies bool
	plan     operator
	step     operator // recursive term; nil: not recursive
	distinct *rowSet  // nil: repeats stay

	mu      sync.Mutex
	t       task // with the scope that the query sees
	tape    *rowTape
	running operator // what gives the next batch; nil: not begun
	round   int64    // the first row of this round
	done    bool
	err     error
	hold    holding
}

func (bd *builder) with(n *plan.With) (operator, error) {
	o := &withOp{}
	for i := range n.CTEs {
		x := &n.CTEs[i]
		ts := columnTypes(x.Plan)
		c := &cte{id: x.ID, modifies: x.Modifies, tape: newRowTape(ts)}
		o.modifies = o.modifies || x.Modifies
		var err error
		if c.plan, err = bd.node(x.Plan); err != nil {
			return nil, err
		}
		if x.Recursive && x.Step != nil {
			if c.step, err = bd.node(x.Step); err != nil {
				return nil, err
			}
			if !x.UnionAll {
				c.distinct = newRowSet(ts)
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
	if o.modifies {
		if err := o.modify(); err != nil {
			return err
		}
	}
	return o.body.open(&o.inner)
}

// modify runs the queries that write, wholly. Everything in the statement sees
// what was there before it: the view is taken first, and temporary tables go by
// the statement's snapshot.
func (o *withOp) modify() error {
	stmt := o.inner.stmt
	if _, err := stmt.view(o.inner.ctx, nil, 0); err != nil {
		return err
	}
	affected := stmt.affected // the tag counts what the body writes
	defer func() { stmt.affected = affected }()
	for _, c := range o.ctes {
		if !c.modifies {
			continue
		}
		if err := c.all(); err != nil {
			return err
		}
	}
	return nil
}

// all runs the query to its end.
func (c *cte) all() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.done && c.err == nil {
		if c.err = c.advance(); c.err != nil {
			c.err = c.t.spillError(c.err, c.t.stmt.mem.refusal())
		}
	}
	return c.err
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
	c.done, c.err, c.round = false, nil, 0
	c.hold.spills(t)
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
	c.tape.close()
	c.running = nil
	c.done = true
	c.hold.release()
}

// batch returns rows from one on, nil beyond the last.
func (c *cte) batch(row int64, buf *tapeBuffer) (*types.Batch, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.tape.rows <= row && !c.done && c.err == nil {
		if c.err = c.advance(); c.err != nil {
			c.err = c.t.spillError(c.err, c.t.stmt.mem.refusal())
		}
	}
	if c.err != nil {
		return nil, c.err
	}
	b, err := c.tape.read(row, buf)
	return b, c.t.spillError(err, err)
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
	if c.distinct != nil {
		if err := c.distinct.settle(c.tape); err != nil {
			return err
		}
		if err := c.room(); err != nil {
			return err
		}
	}
	if c.step == nil || c.tape.rows == c.round {
		c.done = true
		return nil
	}
	// The next round of a recursion reads what the last one gave.
	t := c.t
	t.ctes = &cteScope{id: c.id, working: &workTable{c.tape, c.round, c.tape.rows}, parent: t.ctes}
	c.round = c.tape.rows
	c.running = c.step
	return c.step.open(&t)
}

// keep adds a copy of a batch's (new) rows.
func (c *cte) keep(b *types.Batch) error {
	if c.distinct == nil {
		c.tape.append(b)
	} else if b = c.distinct.fresh(b); b != nil {
		c.tape.append(b)
	}
	return c.room()
}

// held estimates the memory in use.
func (c *cte) held() int64 {
	n := c.tape.held()
	if c.distinct != nil {
		n += c.distinct.size()
	}
	return n
}

// room accounts for what is held, and moves it to disk when it is too much.
func (c *cte) room() error {
	full := func(err error) bool { return overBudget(err) || err == nil && c.t.stmt.mem.tight() }
	err := c.hold.set(c.held())
	if c.t.env.Spill == nil || !full(err) {
		return err
	}
	if c.tape.bytes >= worthSpilling {
		if err := c.tape.flush(&c.t); err != nil {
			return err
		}
		err = c.hold.set(c.held())
	}
	if c.distinct != nil && full(err) && c.distinct.size() >= worthSpilling {
		if err := c.distinct.shrink(c.tape, c.t.stmt.mem.limit); err != nil {
			return err
		}
		err = c.hold.set(c.held())
	}
	return err
}

// cteRef reads a CTE, or the working table of the recursion around it.
type cteRef struct {
	id      int
	working bool
	scope   *cteScope
	pos     int64
	buf     tapeBuffer
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

func (o *cteRef) next() (b *types.Batch, err error) {
	switch {
	case o.scope == nil:
		return nil, nil
	case o.working:
		b, err = o.scope.working.read(o.pos, &o.buf)
	default:
		b, err = o.scope.cte.batch(o.pos, &o.buf)
	}
	if b != nil {
		o.pos += int64(b.N)
	}
	return b, err
}

// read returns rows of the table from its pos-th on.
func (w *workTable) read(pos int64, buf *tapeBuffer) (*types.Batch, error) {
	if pos += w.from; pos >= w.to {
		return nil, nil
	}
	b, err := w.tape.read(pos, buf)
	if b == nil || pos+int64(b.N) <= w.to {
		return b, err
	}
	return buf.slice(b, 0, int(w.to-pos)), err
}

func (o *cteRef) close() { o.scope = nil }

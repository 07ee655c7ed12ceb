package exec

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// windowAgg adds up an aggregate over frames. Each frame that does not follow
// from the one before gets a group of its own in the state.
type windowAgg struct {
	state  functions.State
	group  int32
	groups []int32
	added  int // rows added to the state since the memory was accounted for
	views  []types.Vec
	ptrs   []*types.Vec
}

// stateGroups is how many groups a state has before the next one is made, and
// stateRows how many rows it takes about.
const (
	stateGroups = 1024
	stateRows   = 16 * types.BatchSize
)

// aggregate appends an aggregate's results over the partition that begins at
// row base of the store. A frame that begins where the last one did, as all do
// by default, is that with more rows; one that has moved on a little is that
// without its first rows, where the aggregate can take rows out; any other is
// added up anew.
func (c *windowCall) aggregate(o *windowOp, base int) error {
	if err := o.frame.bounds(o.t); err != nil {
		return err
	}
	remover := c.remover()
	from, to, have := 0, 0, false
	var last types.Datum
	for i := range o.view.Rows {
		s, e := int(o.frame.starts[i]), int(o.frame.ends[i])
		if o.frame.excludes() {
			if err := c.excluding(o, base, i); err != nil {
				return err
			}
			continue
		}
		if have && s == from && e == to {
			c.out.Append(last)
			continue
		}
		kept := have && s == from && e >= to
		if have && !kept && remover && s > from && e >= to && (s-from)+(e-to) < e-s {
			var err error
			if kept, err = c.remove(o, base+from, base+s); err != nil {
				return err
			}
		}
		if !kept {
			c.restart()
			to = s
		}
		if err := c.add(o, base+to, base+e); err != nil {
			return err
		}
		from, to, have = s, e, true
		var err error
		if last, err = c.agg.state.Result(o.t.fn, c.agg.group); err != nil {
			return err
		}
		c.out.Append(last)
	}
	c.agg.group++ // the next partition's first
	return nil
}

// remover reports whether the aggregate can take rows out again.
func (c *windowCall) remover() bool {
	c.fresh()
	_, ok := c.agg.state.(functions.Remover)
	return ok
}

// fresh makes a state where there is none.
func (c *windowCall) fresh() {
	if c.agg.state == nil {
		c.agg.state, c.agg.group, c.agg.added = c.fn.Aggregate.New(c.ts), 0, 0
		c.agg.state.Grow(1)
	}
}

// restart begins a group without rows.
func (c *windowCall) restart() {
	c.agg.group++
	if c.agg.group >= stateGroups || c.agg.added >= stateRows {
		c.agg.state = nil
	}
	c.fresh()
	c.agg.state.Grow(int(c.agg.group) + 1)
}

// excluding appends the result of a row whose frame leaves rows out.
func (c *windowCall) excluding(o *windowOp, base, row int) error {
	c.restart()
	var parts [3][2]int
	for _, p := range parts[:o.frame.segments(row, &parts)] {
		if err := c.add(o, base+p[0], base+p[1]); err != nil {
			return err
		}
	}
	d, err := c.agg.state.Result(o.t.fn, c.agg.group)
	c.out.Append(d)
	return err
}

// stored gives the place of rows [lo, hi) among the stored arguments.
func (c *windowCall) stored(lo, hi int) (from, to int) {
	if c.filter == nil {
		return lo, hi
	}
	return int(c.before[lo]), int(c.before[hi])
}

// each hands rows [lo, hi) on, a batch at a time.
func (c *windowCall) each(o *windowOp, lo, hi int, f func(groups []int32) (bool, error)) (bool, error) {
	a := &c.agg
	for lo, hi = c.stored(lo, hi); lo < hi; lo += types.BatchSize {
		end := min(hi, lo+types.BatchSize)
		for k := range a.views {
			a.views[k] = c.store.cols[k].Slice(lo, end)
		}
		a.groups = identity(a.groups, end-lo)
		fill(a.groups, a.group)
		if ok, err := f(a.groups); err != nil || !ok {
			return false, err
		}
		if a.added += end - lo; a.added >= stateRows && a.added-(end-lo) < stateRows || o.t.ctx.Err() != nil {
			if err := o.charge(); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

func (c *windowCall) add(o *windowOp, lo, hi int) error {
	_, err := c.each(o, lo, hi, func(groups []int32) (bool, error) {
		return true, c.agg.state.Add(o.t.fn, groups, c.agg.ptrs)
	})
	return err
}

func (c *windowCall) remove(o *windowOp, lo, hi int) (bool, error) {
	return c.each(o, lo, hi, func(groups []int32) (bool, error) {
		return c.agg.state.(functions.Remover).Remove(o.t.fn, groups, c.agg.ptrs)
	})
}

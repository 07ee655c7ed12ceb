package exec

import (
	"github.com/stemedb/stemedb/sql/types"
)

// nextGroups gives the rows of a sort whose input comes in groups of equal first
// keys, the groups as they come. It holds no more than the groups that a batch
// touches. When one of them outgrows the budget, grouping ends: what has not been
// given is sorted as one input, which keeps groups together too.
func (o *sortOp) nextGroups() (*types.Batch, error) {
	for {
		if b := o.emit(); b != nil {
			return b, nil
		}
		if o.done {
			return nil, nil
		}
		o.store.dropFirst(o.whole)
		o.rows, o.pos, o.whole = o.rows[:0], 0, 0
		for o.whole == 0 && o.grouping {
			if err := o.fillGroups(); err != nil {
				return nil, err
			}
		}
		if !o.grouping {
			return nil, nil
		}
	}
}

// fillGroups adds a batch, or notes the end, and sorts the groups that are
// complete.
func (o *sortOp) fillGroups() error {
	b, err := o.in.next()
	if err != nil {
		return err
	}
	had := o.store.n
	if b == nil {
		o.done, o.grouping = true, had > 0
		o.sortGroups(had)
		return nil
	}
	if b.N == 0 {
		return o.t.ctx.Err()
	}
	if err := o.keys.load(o.t, b, o.vecs); err != nil {
		return err
	}
	o.append(b.N)
	if err := o.hold.set(o.store.bytes); err != nil {
		o.grouping = false
		return o.spill(err)
	}
	head := o.order.first(o.presorted)
	cols := o.store.cols
	for i := o.store.n - 1; i >= max(had, 1); i-- {
		if head.compare(cols, i-1, cols, i) != 0 {
			o.sortGroups(i)
			return nil
		}
	}
	return nil
}

// sortGroups orders the first n rows, which are complete groups.
func (o *sortOp) sortGroups(n int) {
	o.rows, o.whole = identity(o.rows, n), n
	head, rest := o.order.first(o.presorted), ordering{o.order.keys[o.presorted:]}
	cols := o.store.cols
	for from := 0; from < n; {
		end := from + 1
		for end < n && head.compare(cols, end-1, cols, end) == 0 {
			end++
		}
		if end-from > 1 {
			rest.sort(cols, o.rows[from:end])
		}
		from = end
	}
}

package exec

import (
	"slices"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// tempConflict is ON CONFLICT of an INSERT into a temporary table.
type tempConflict struct {
	node  *plan.Conflict
	where evaluator
	set   []evaluator
	pair  *rowBatch // one row: the stored row, then the one proposed
	next  *rowBatch // one row: what it becomes
	keys  *tempKeys // of that row
	conflictCounts
}

func (bd *builder) tempConflict(n *plan.TempWrite) (*tempConflict, error) {
	c := &tempConflict{node: n.Conflict}
	if !n.Conflict.Update {
		return c, nil
	}
	pair := append(append([]types.OID{}, n.Types...), n.Types...)
	if n.Conflict.System {
		pair = append(pair, plan.StoredTypes[:]...)
	}
	c.pair = newRowBatch(pair)
	c.next = newRowBatch(n.Types)
	var err error
	if c.keys, err = bd.tempKeys(n); err != nil {
		return nil, err
	}
	if c.where, err = bd.optional(n.Conflict.Where); err != nil {
		return nil, err
	}
	c.set, err = bd.exprs(n.Conflict.Set)
	return c, err
}

// insertOrResolve writes the first n rows of o.row, each unless it meets one
// that is there.
func (o *tempWriteOp) insertOrResolve(b *types.Batch, n, done int) error {
	full := append([]types.Vec(nil), o.row.Cols...)
	if o.conflict.node.Update && o.node.Generated != nil {
		clone, _ := cloneBatch(&o.row) // what it becomes is computed in the same memory
		full = clone.Cols
	}
	refs := make([]*types.Vec, o.width)
	for c := range refs {
		refs[c] = &full[c]
	}
	fails := o.fails
	for i := range n {
		old := o.met(full, i)
		if old < 0 {
			o.row.N, o.fails = b.N, fails
			copy(o.row.Cols, full)
			o.temp.undo = append(o.temp.undo, tempUndo{kind: undoRows, rows: o.rows, at: o.rows.store.n})
			row := int32(o.rows.appendRow(refs, i, o.stamp))
			if err := o.enter(row, o.keys, i); err != nil {
				return atRow(err, done+i)
			}
			if err := o.refs.changed(-1, row); err != nil {
				return err
			}
			if err := o.wrote(row, b, i); err != nil {
				return err
			}
			o.conflict.add(true)
			continue
		}
		o.conflict.add(false)
		if !o.conflict.node.Update {
			continue
		}
		if err := o.resolve(b, refs, i, old); err != nil {
			return atRow(err, done+i)
		}
	}
	return nil
}

// met finds the row that a proposed one conflicts with; -1: none.
func (o *tempWriteOp) met(full []types.Vec, i int) int32 {
	for k := range o.table.rel.Indexes {
		if !o.table.rel.Indexes[k].Unique || o.conflict.node.Indexes != nil && !slices.Contains(o.conflict.node.Indexes, k) {
			continue
		}
		if old := o.rows.indexes[k].twinOf(o.rows, full, o.keys.of(k), i); old >= 0 {
			return old
		}
	}
	return -1
}

// conflictCounts is what EXPLAIN ANALYZE tells of ON CONFLICT.
type conflictCounts struct{ inserted, met, removed float64 }

func (c *conflictCounts) add(inserted bool) {
	if inserted {
		c.inserted++
	} else {
		c.met++
	}
}

func (c *conflictCounts) report(filtered bool) []plan.Detail {
	return plan.Conflicts(c.inserted, c.met, c.removed, filtered)
}

func (o *tempWriteOp) report() []plan.Detail {
	if o.conflict == nil {
		return nil
	}
	return o.conflict.report(o.conflict.where != nil)
}

func twiceUpserted() *sqlerr.Error {
	return sqlerr.New(sqlerr.CardinalityViolation, "ON CONFLICT DO UPDATE command cannot affect row a second time").
		WithHint("Ensure that no rows proposed for insertion within the same command have duplicate constrained values.")
}

// resolve is DO UPDATE of the stored row old by the proposed row i.
func (o *tempWriteOp) resolve(b *types.Batch, proposed []*types.Vec, i int, old int32) error {
	c := o.conflict
	if o.rows.bornBy(old, o.stamp) {
		return twiceUpserted()
	}
	for k := range proposed {
		c.pair.cols[k].gather(&o.rows.store.cols[k], []int32{old})
		c.pair.cols[o.width+k].gather(proposed[k], []int32{int32(i)})
	}
	pair := c.pair.publish(1)
	if c.node.System {
		seen := tempView{born: o.rows.births, rows: o.rows}
		for k := range plan.StoredTypes {
			pair.Cols[2*o.width+k] = seen.system(plan.StoredColumn(k), 1, func(int) int32 { return old })
		}
	}
	if c.where != nil {
		v, err := c.where.eval(o.t, pair)
		if err != nil || v.IsNull(0) || v.I[0] == 0 {
			c.removed++
			return err
		}
	}
	for k, e := range c.set {
		v, err := e.eval(o.t, pair)
		if err != nil {
			return err
		}
		c.next.cols[k].gather(v, []int32{0})
	}
	if err := o.fill(c.next.publish(1), 0); err != nil {
		return err
	}
	if _, err := o.verify(); err != nil {
		return err
	}
	if err := c.keys.compute(o.t, &o.row, 1); err != nil {
		return err
	}
	if _, err := o.expire(old); err != nil {
		return err
	}
	row := o.store(1)
	if err := o.enter(row, c.keys, 0); err != nil {
		return err
	}
	if err := o.refs.changed(old, row); err != nil {
		return err
	}
	return o.wrote(row, b, i)
}

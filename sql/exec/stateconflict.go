package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// stateConflict is ON CONFLICT DO UPDATE of an INSERT into a state table.
type stateConflict struct {
	where evaluator
	set   []evaluator
	pair  *rowBatch // one row: the stored row, then the one proposed
	conflictCounts
}

func (bd *builder) stateConflict(n *plan.Conflict) (*stateConflict, error) {
	c := &stateConflict{}
	var err error
	if c.where, err = bd.optional(n.Where); err != nil {
		return nil, err
	}
	c.set, err = bd.exprs(n.Set)
	return c, err
}

// resolve changes the stored row whose key the proposed one has.
func (c *stateConflict) resolve(w *stateWrite, proposed []types.Datum) error {
	key, err := EncodeKey(w.ts, w.rel.Key, proposed)
	if err != nil {
		return err
	}
	if _, touched := w.seen[string(key)]; touched {
		return twiceUpserted()
	}
	row, _, _ := w.meta.Get(key)
	old, err := DecodeRow(w.ts, row)
	if err != nil {
		return err
	}
	if c.pair == nil {
		c.pair = newRowBatch(append(append([]types.OID{}, w.ts...), w.ts...))
	}
	for k := range w.ts {
		c.pair.cols[k].startRows()
		c.pair.cols[k].appendDatum(0, old[k])
		c.pair.cols[k].endRows(1)
		behind := &c.pair.cols[len(w.ts)+k]
		behind.startRows()
		behind.appendDatum(0, proposed[k])
		behind.endRows(1)
	}
	pair := c.pair.publish(1)
	if c.where != nil {
		v, err := c.where.eval(w.t, pair)
		if err != nil || v.IsNull(0) || v.I[0] == 0 {
			c.removed++
			return err
		}
	}
	next := make([]types.Datum, len(c.set))
	for k, e := range c.set {
		v, err := e.eval(w.t, pair)
		if err != nil {
			return err
		}
		next[k] = v.Datum(0)
	}
	return w.change(old, next)
}

// conflicts are the counts of ON CONFLICT; nil: there is none.
func (o *insertOp) conflicts() *conflictCounts {
	switch {
	case o.upsert != nil:
		return &o.upsert.conflictCounts
	case o.node.DoNothing:
		return &o.counts
	}
	return nil
}

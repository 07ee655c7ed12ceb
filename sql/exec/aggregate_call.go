package exec

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// sorted reports whether the call keeps its arguments until the end.
func (c *aggCall) sorted() bool { return c.distinct || len(c.order) > 0 }

// sortWidth makes the scratch for the sort keys.
func (c *aggCall) sortWidth(x *plan.AggCall) {
	for i := range c.order {
		var t types.OID
		if len(x.OrderBy) > 0 {
			t, _ = x.OrderBy[i].Expr.Type()
		} else {
			t = c.ts[i]
		}
		c.wide = append(c.wide, newColumn(t))
	}
}

func (c *aggCall) newState() functions.State {
	if c.fn.Aggregate.Ordered != nil {
		return &orderedState{call: c}
	}
	return c.fn.Aggregate.New(c.ts)
}

func (bd *builder) aggCall(x *plan.AggCall, in plan.Node) (aggCall, error) {
	f, err := function(x.Func)
	if err != nil {
		return aggCall{}, err
	}
	if f.Aggregate == nil || (f.Aggregate.Ordered != nil) != x.WithinGroup {
		return aggCall{}, sqlerr.New(sqlerr.FeatureNotSupported, "aggregate function %s is not supported", f.Name)
	}
	c := aggCall{fn: f, ts: argTypes(x.Args), distinct: x.Distinct}
	if c.args, err = bd.exprs(x.Args); err != nil {
		return c, err
	}
	c.groups = types.NewVec(types.OIDInt4)
	for _, t := range c.ts {
		c.wide = append(c.wide, newColumn(t))
	}
	if c.filter, err = bd.conjunction(x.Filter); err != nil {
		return c, err
	}
	if c.filter != nil {
		c.kept = newRowBatch(columnTypes(in))
	}
	for _, k := range x.OrderBy {
		e, err := bd.expr(k.Expr)
		if err != nil {
			return c, err
		}
		c.order = append(c.order, e)
	}
	c.ordering = newOrdering(x.OrderBy)
	if c.direct, err = bd.exprs(x.Direct); err != nil {
		return c, err
	}
	if c.distinct && len(c.order) == 0 {
		// DISTINCT sorts its arguments, as PostgreSQL does.
		c.order, c.ordering = c.args, ascending(c.ts)
	}
	if len(c.order) > 0 {
		c.sortWidth(x)
	}
	return c, nil
}

// newKept makes the store of a sorted call.
func (c *aggCall) newKept() *keptArgs {
	ts := append([]types.OID{types.OIDInt4}, c.ts...)
	k := &keptArgs{}
	if c.distinct {
		k.seen = newGroupTable(ts)
	}
	for i := range c.order {
		ts = append(ts, c.wide[len(c.args)+i].Type)
	}
	k.store = newRowStore(ts)
	k.runs = c.newRuns(ts)
	return k
}

// load filters a batch and evaluates the call's arguments and sort keys.
func (c *aggCall) load(t *task, b *types.Batch) error {
	c.all = true
	if c.filter != nil {
		sel, err := c.filter.keep(t, b)
		if err != nil {
			return err
		}
		c.sel, c.all = sel, len(sel) == b.N
		if len(sel) == 0 {
			return nil
		}
		if !c.all {
			b = c.kept.gather(b, sel)
		}
	}
	c.vecs = c.vecs[:0]
	for _, list := range [2][]evaluator{c.args, c.order} {
		for _, e := range list {
			v, err := c.wide[len(c.vecs)].full(e, t, b)
			if err != nil {
				return err
			}
			c.vecs = append(c.vecs, v)
		}
	}
	return nil
}

// keep stores the arguments of a sorted call that were loaded.
func (c *aggCall) keep(kept *keptArgs, groups []int32) {
	c.groups.Resize(len(groups))
	for i, x := range groups {
		c.groups.I[i] = int64(x)
	}
	c.cols = append(append(c.cols[:0], &c.groups), c.vecs...)
	strict := c.fn.Aggregate.Ordered != nil && !c.fn.Aggregate.Hypothetical
	for i := range groups {
		if strict && c.vecs[0].IsNull(i) {
			continue
		}
		if kept.seen != nil {
			if _, fresh := kept.seen.one(c.cols[:1+len(c.args)], i); !fresh {
				continue
			}
		}
		kept.store.appendRow(c.cols, i)
	}
}

// keyBatch is the batch of the keys that were just emitted.
func (o *aggOp) keyBatch(n int) *types.Batch {
	o.keys.Cols = o.keys.Cols[:0]
	for i := range o.node.Keys {
		o.keys.Cols = append(o.keys.Cols, o.out.cols[i].Vec)
	}
	o.keys.N = n
	return &o.keys
}

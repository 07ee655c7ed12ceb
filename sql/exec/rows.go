package exec

import (
	"context"

	"github.com/stemedb/stemedb/sql/types"
)

// Rows keeps rows beyond the batches that gave them: a cursor's. It is used by
// one goroutine.
type Rows struct {
	store *rowStore
	mem   account
	hold  holding
	view  types.Batch // what Slice and Reversed gave last
}

// NewRows makes an empty store of rows with columns of the given types. limit
// bounds its bytes; 0: none.
func NewRows(ts []types.OID, limit int64) *Rows {
	r := &Rows{store: newRowStore(ts)}
	r.mem.reset(limit)
	r.hold.open(&r.mem)
	return r
}

// Len is the number of rows.
func (r *Rows) Len() int { return r.store.n }

// Append adds a batch's rows, or fails with 53200.
func (r *Rows) Append(b *types.Batch) error {
	r.store.appendBatch(b)
	return r.hold.set(r.store.bytes)
}

// Slice returns n rows from row from on, valid until the next call.
func (r *Rows) Slice(from, n int) *types.Batch {
	r.view.N = n
	r.view.Cols = r.view.Cols[:0]
	for i := range r.store.cols {
		r.view.Cols = append(r.view.Cols, r.store.cols[i].Slice(from, from+n))
	}
	return &r.view
}

// Reversed returns n rows from row from on downwards, valid until the next call.
func (r *Rows) Reversed(from, n int) *types.Batch {
	r.view.N = n
	r.view.Cols = r.view.Cols[:0]
	for i := range r.store.cols {
		src := &r.store.cols[i]
		out := types.NewVec(src.Type)
		for k := range n {
			out.AppendFrom(src, from-k)
		}
		r.view.Cols = append(r.view.Cols, out)
	}
	return &r.view
}

// Snapshot makes the cursor read what is there now, whenever it is asked for
// rows: its view is opened here, not by the first of them.
func (c *Cursor) Snapshot(ctx context.Context) error {
	if c.in == nil {
		return nil
	}
	_, err := c.in.stmt.view(ctx, nil, 0)
	return Translate(err)
}

// Collect runs the program to its end and keeps its rows, within the memory of
// the statement.
func (p *Program) Collect(ctx context.Context, env *Env) (out []*types.Batch, err error) {
	c, err := p.Run(ctx, env)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	var mem account
	mem.reset(env.Memory)
	for {
		b, err := c.Next()
		if err != nil || b == nil {
			return out, err
		}
		k, size := cloneBatch(b)
		if err := mem.charge(size); err != nil {
			return nil, err
		}
		out = append(out, k)
	}
}

package exec

import (
	"context"

	"github.com/stemedb/stemedb/sql/exec/spill"
	"github.com/stemedb/stemedb/sql/types"
)

// Rows keeps rows beyond the batches that gave them: a cursor's. Those beyond its
// memory lie in a temporary file. It is used by one goroutine, and must be closed.
type Rows struct {
	tape  *rowTape
	space *spill.Space
	mem   account
	hold  holding
	buf   tapeBuffer
	part  types.Batch
	back  *types.Batch // what Reversed gave last
}

// NewRows makes an empty store of rows with columns of the given types. limit
// bounds its bytes in memory; 0: none. What is more goes to space; nil: there is no
// room.
func NewRows(ts []types.OID, limit int64, space *spill.Space) *Rows {
	r := &Rows{tape: newRowTape(ts), space: space}
	r.mem.reset(limit)
	r.hold.open(&r.mem)
	if space != nil {
		r.hold.free = worthSpilling
	}
	return r
}

// Len is the number of rows.
func (r *Rows) Len() int64 { return r.tape.rows }

// Held estimates the bytes in memory.
func (r *Rows) Held() int64 { return r.tape.held() }

// Append adds a batch's rows. It fails with 53200 where they cannot go to a file,
// or with what keeps the file from growing.
func (r *Rows) Append(b *types.Batch) error {
	r.tape.append(b)
	refused := r.hold.set(r.tape.held())
	if refused == nil || r.space == nil || r.tape.bytes < worthSpilling {
		return refused
	}
	if err := r.tape.flushTo(r.space); err != nil {
		return spillError(r.space, err, refused)
	}
	return r.hold.set(r.tape.held())
}

// Slice returns rows from row from on, at least one and at most n, which there
// must be; they are valid until the next call.
func (r *Rows) Slice(from int64, n int) (*types.Batch, error) {
	b, err := r.tape.read(from, &r.buf)
	if err != nil {
		return nil, spillError(r.space, err, err)
	}
	if b.N > n {
		b = viewRows(&r.part, b, 0, n)
	}
	return b, nil
}

// Reversed returns n rows from row from on downwards, valid until the next call.
func (r *Rows) Reversed(from int64, n int) (*types.Batch, error) {
	rows := newRowStore(r.tape.types)
	for at := from - int64(n) + 1; rows.n < n; {
		b, err := r.Slice(at, n-rows.n)
		if err != nil {
			return nil, err
		}
		rows.appendBatch(b)
		at += int64(b.N)
	}
	r.back = types.NewBatch(r.tape.types)
	r.back.N = n
	for i := range r.back.Cols {
		for k := n - 1; k >= 0; k-- {
			r.back.Cols[i].AppendFrom(&rows.cols[i], k)
		}
	}
	return r.back, nil
}

// Close gives the file back. It may be called twice, and on nil.
func (r *Rows) Close() {
	if r != nil {
		r.tape.close()
	}
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

package exec

import (
	"sort"

	"github.com/stemedb/stemedb/sql/exec/spill"
	"github.com/stemedb/stemedb/sql/types"
)

// rowTape keeps rows in the order in which they came, to be read again and
// again, from any row on, also while more come: the first of them in a file
// when they were too much for memory. It is for one goroutine at a time.
type rowTape struct {
	types   []types.OID
	file    *spill.Frames  // the first rows; nil: none is in a file
	batches []*types.Batch // the others
	starts  []int64        // their first rows
	rows    int64
	bytes   int64 // of batches
}

func newRowTape(ts []types.OID) *rowTape { return &rowTape{types: ts} }

// append adds a copy of a batch's rows.
func (r *rowTape) append(b *types.Batch) {
	if b.N == 0 {
		return
	}
	k, size := cloneBatch(b)
	r.batches, r.starts = append(r.batches, k), append(r.starts, r.rows)
	r.rows += int64(b.N)
	r.bytes += size + 16
}

// held estimates the memory in use.
func (r *rowTape) held() int64 {
	n := r.bytes
	if r.file != nil {
		n += r.file.Size()
	}
	return n
}

// frameBytes is how large the batches in a tape's file get, about.
const frameBytes = 256 << 10

// flush moves the rows in memory to the file.
func (r *rowTape) flush(t *task) error {
	if err := r.flushTo(t.env.Spill); err != nil {
		return err
	}
	return t.ctx.Err()
}

// flushTo is flush to a file in a space.
func (r *rowTape) flushTo(space *spill.Space) error {
	if r.file == nil {
		var err error
		if r.file, err = space.Frames(r.types); err != nil {
			return err
		}
	}
	out, size := types.NewBatch(r.types), int64(0)
	write := func() error {
		err := r.file.Write(out)
		out.Reset()
		size = 0
		return err
	}
	for _, b := range r.batches {
		for i := range b.N {
			for c := range out.Cols {
				out.Cols[c].AppendFrom(&b.Cols[c], i)
				size += vecBytes(&b.Cols[c], i, 1)
			}
			if out.N++; out.N == types.BatchSize || size > frameBytes {
				if err := write(); err != nil {
					return err
				}
			}
		}
	}
	if err := write(); err != nil {
		return err
	}
	r.batches, r.starts, r.bytes = nil, nil, 0
	return nil
}

// read returns rows from a row on, as many as come easily; nil: there is none.
// The batch is the tape's own or is brought into the reader's buf.
func (r *rowTape) read(row int64, buf *tapeBuffer) (*types.Batch, error) {
	if row >= r.rows {
		return nil, nil
	}
	if r.file == nil || row >= r.file.Rows() {
		k := sort.Search(len(r.starts), func(i int) bool { return r.starts[i] > row }) - 1
		return buf.from(r.batches[k], int(row-r.starts[k])), nil
	}
	if buf.file != r.file {
		buf.frame, buf.file = types.NewBatch(r.types), r.file
	}
	if row < buf.first || row >= buf.first+int64(buf.frame.N) {
		first, err := r.file.Read(row, buf.frame)
		if err != nil {
			buf.file = nil
			return nil, err
		}
		buf.first = first
	}
	return buf.from(buf.frame, int(row-buf.first)), nil
}

func (r *rowTape) close() {
	r.file.Close()
	*r = rowTape{types: r.types}
}

// tapeBuffer is a reader's memory.
type tapeBuffer struct {
	file  *spill.Frames // whose batch from row first on frame is
	frame *types.Batch
	first int64
	view  types.Batch
}

// from gives the rows of a batch from one on.
func (b *tapeBuffer) from(batch *types.Batch, row int) *types.Batch {
	if row == 0 {
		return batch
	}
	return b.slice(batch, row, batch.N)
}

func (b *tapeBuffer) slice(batch *types.Batch, from, to int) *types.Batch {
	return viewRows(&b.view, batch, from, to)
}

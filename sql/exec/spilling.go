package exec

import (
	"errors"
	"io/fs"
	"syscall"

	"github.com/stemedb/stemedb/sql/batch"
	"github.com/stemedb/stemedb/sql/exec/spill"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// worthSpilling is the least that an operator must hold to make room by going
// to disk: below it, others hold the budget.
const worthSpilling = 128 << 10

// overBudget reports whether an error is the refusal of memory.
func overBudget(err error) bool {
	var e *sqlerr.Error
	return errors.As(err, &e) && e.Code == sqlerr.OutOfMemory
}

// isSpillError reports whether an error is of temporary files, not of what
// fills them: those are no errors that a client may see yet.
func isSpillError(err error) bool {
	var path *fs.PathError
	return errors.Is(err, batch.ErrValue) || errors.Is(err, spill.ErrLimit) || errors.As(err, &path)
}

// spillError says what keeps a statement that is over its budget from going on
// in temporary files. refused is the refusal that sent it there. Errors of the
// rows themselves stay as they are.
func (t *task) spillError(err, refused error) error { return spillError(t.env.Spill, err, refused) }

// spillError is that of a space.
func spillError(space *spill.Space, err, refused error) error {
	switch {
	case !isSpillError(err):
		return err
	case errors.Is(err, batch.ErrValue):
		return refused
	case errors.Is(err, spill.ErrLimit):
		e := sqlerr.New(sqlerr.ConfigurationLimitExceeded, "temporary file size exceeds the limit (%dkB)", space.Limit()>>10)
		return e.WithHint("Narrow the query, or start the node with a larger --temp-file-limit-mb.").Wrap(err)
	case errors.Is(err, syscall.ENOSPC):
		return sqlerr.New(sqlerr.DiskFull, "could not write temporary file: no space left on device").Wrap(err)
	}
	return sqlerr.New(sqlerr.IOError, "%v", err).Wrap(err)
}

// fileSource gives the batches of a temporary file as an operator does; without
// a file it gives none.
type fileSource struct {
	file *spill.File
	r    *spill.Reader
	t    *task
}

func (o *fileSource) open(t *task) (err error) {
	o.t = t
	if o.file != nil {
		o.r, err = o.file.Reader()
	}
	return err
}

func (o *fileSource) next() (*types.Batch, error) {
	if err := o.t.ctx.Err(); err != nil || o.r == nil {
		return nil, err
	}
	return o.r.Next()
}

func (o *fileSource) close() { o.r = nil }

// partitions are as many files as a spilling operator cuts its rows into, by
// bits of their keys' hash that the depth tells: rows of equal keys meet in one
// file. What does not fit at the greatest depth either is of one key.
type partitions struct {
	files [fanOut]*spill.File
	bufs  [fanOut]*types.Batch
	bytes [fanOut]int64 // of bufs
	types []types.OID
	space *spill.Space
	depth int
}

const (
	fanBits  = 4
	fanOut   = 1 << fanBits
	maxDepth = 6
)

func newPartitions(space *spill.Space, ts []types.OID, depth int) *partitions {
	return &partitions{space: space, types: ts, depth: depth}
}

// of returns a row's partition. Tables use the low bits of a hash.
func (p *partitions) of(hash uint64) int {
	return int(hash >> (64 - fanBits*(p.depth+1)) & (fanOut - 1))
}

// add appends row i of the columns to a partition.
func (p *partitions) add(k int, cols []types.Vec, i int) error {
	b := p.bufs[k]
	if b == nil {
		b = types.NewBatch(p.types)
		p.bufs[k] = b
	}
	for c := range b.Cols {
		j := i
		if cols[c].Len() == 1 {
			j = 0
		}
		b.Cols[c].AppendFrom(&cols[c], j)
		p.bytes[k] += vecBytes(&cols[c], j, 1)
	}
	if b.N++; b.N == partitionRows || p.bytes[k] > partitionBytes {
		return p.flush(k)
	}
	return nil
}

// partitionRows and partitionBytes are what a partition gathers before it
// writes: little, since there are many partitions.
const (
	partitionRows  = types.BatchSize / 4
	partitionBytes = 64 << 10
)

func (p *partitions) flush(k int) error {
	b := p.bufs[k]
	if b == nil || b.N == 0 {
		return nil
	}
	if p.files[k] == nil {
		f, err := p.space.Create(p.types)
		if err != nil {
			return err
		}
		p.files[k] = f
	}
	err := p.files[k].Write(b)
	b.Reset()
	p.bytes[k] = 0
	return err
}

// finish writes what is gathered.
func (p *partitions) finish() error {
	for k := range p.bufs {
		if err := p.flush(k); err != nil {
			return err
		}
		p.bufs[k] = nil
	}
	return nil
}

// take hands a partition's file over; nil: it has no rows.
func (p *partitions) take(k int) *spill.File {
	f := p.files[k]
	p.files[k] = nil
	return f
}

func (p *partitions) close() {
	if p == nil {
		return
	}
	for k, f := range p.files {
		f.Close()
		p.files[k] = nil
	}
}

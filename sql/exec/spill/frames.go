package spill

import (
	"fmt"
	"sort"

	"github.com/stemedb/stemedb/sql/batch"
	"github.com/stemedb/stemedb/sql/types"
)

// Frames is a file whose batches may be read in any order, also while more are
// written. It must be closed.
type Frames struct {
	f     *File
	at    []frameAt
	dirty bool
}

// frameAt says where a frame lies and which row is its first.
type frameAt struct {
	row, off int64
	size     int
}

// Frames makes a file for batches with columns of these types.
func (s *Space) Frames(ts []types.OID) (*Frames, error) {
	f, err := s.Create(ts)
	if err != nil {
		return nil, err
	}
	return &Frames{f: f}, nil
}

// Rows returns the number of rows written.
func (f *Frames) Rows() int64 { return f.f.rows }

// Size estimates the memory held to find batches.
func (f *Frames) Size() int64 { return int64(cap(f.at)) * 24 }

// Write appends a batch. Errors are those of File.Write.
func (f *Frames) Write(b *types.Batch) error {
	at := frameAt{row: f.f.rows, off: f.f.size}
	if err := f.f.Write(b); err != nil {
		return err
	}
	if at.size = int(f.f.size - at.off); at.size > 0 {
		f.at = append(f.at, at)
		f.dirty = true
	}
	return nil
}

// Read brings the batch that has a row into out and returns the number of its
// first row. out's strings are immutable for ever.
func (f *Frames) Read(row int64, out *types.Batch) (int64, error) {
	if f.dirty {
		if err := f.f.w.Flush(); err != nil {
			return 0, fmt.Errorf("write temporary file: %w", err)
		}
		f.dirty = false
	}
	k := sort.Search(len(f.at), func(i int) bool { return f.at[i].row > row }) - 1
	at := f.at[k]
	frame := make([]byte, at.size)
	if _, err := f.f.f.ReadAt(frame, at.off); err != nil {
		return 0, fmt.Errorf("read temporary file: %w", err)
	}
	d := batch.NewReader(frame)
	d.Uvarint() // its length
	out.N = int(d.Uvarint())
	for i := range out.Cols {
		d.Column(&out.Cols[i], out.N)
	}
	if d.Bad() {
		return 0, errDamaged
	}
	return at.row, nil
}

// Close gives the file's bytes back. It may be called twice, and on nil.
func (f *Frames) Close() {
	if f != nil {
		f.f.Close()
		f.at = nil
	}
}

package spill

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/stemedb/stemedb/sql/batch"
	"github.com/stemedb/stemedb/sql/types"
)

const bufferSize = 64 << 10

var errDamaged = errors.New("read temporary file: its content is damaged")

// File is one temporary file: batches are written, then read back in order.
// It must be closed.
type File struct {
	space *Space
	types []types.OID
	f     *os.File
	w     *bufio.Writer
	frame []byte
	size  int64
	rows  int64
}

// Create makes a file for batches with columns of these types.
func (s *Space) Create(ts []types.OID) (*File, error) {
	f, err := os.CreateTemp(s.dir, pattern)
	if err != nil {
		return nil, fmt.Errorf("create temporary file: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("unlink temporary file: %w", err), f.Close())
	}
	return &File{space: s, types: ts, f: f, w: bufio.NewWriterSize(f, bufferSize)}, nil
}

// Rows returns the number of rows written.
func (f *File) Rows() int64 { return f.rows }

// Size returns the bytes written.
func (f *File) Size() int64 { return f.size }

// Write appends a batch. Errors: ErrLimit, batch.ErrValue, or the disk's.
func (f *File) Write(b *types.Batch) error {
	if b.N == 0 {
		return nil
	}
	frame := binary.AppendUvarint(f.frame[:0], uint64(b.N))
	var err error
	for i := range f.types {
		if frame, err = batch.AppendColumn(frame, &b.Cols[i], b.N); err != nil {
			return err
		}
	}
	f.frame = frame
	var head [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(head[:], uint64(len(frame)))
	if err := f.space.charge(int64(n + len(frame))); err != nil {
		return err
	}
	f.size += int64(n + len(frame))
	f.rows += int64(b.N)
	if _, err := f.w.Write(head[:n]); err != nil {
		return fmt.Errorf("write temporary file: %w", err)
	}
	if _, err := f.w.Write(frame); err != nil {
		return fmt.Errorf("write temporary file: %w", err)
	}
	return nil
}

// Reader ends the writing and reads from the start.
func (f *File) Reader() (*Reader, error) {
	if err := f.w.Flush(); err != nil {
		return nil, fmt.Errorf("write temporary file: %w", err)
	}
	f.w, f.frame = nil, nil
	if _, err := f.f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read temporary file: %w", err)
	}
	return &Reader{in: bufio.NewReaderSize(f.f, bufferSize), out: types.NewBatch(f.types)}, nil
}

// Close gives the file's bytes back. It may be called twice, and on nil.
func (f *File) Close() {
	if f == nil || f.f == nil {
		return
	}
	_ = f.f.Close() // nothing of it is wanted any more
	f.space.used.Add(-f.size)
	f.f = nil
}

// Reader gives a file's batches.
type Reader struct {
	in  *bufio.Reader
	out *types.Batch
}

// Next returns the next batch, nil at the end. It is valid until the next
// call; the contents of its strings for ever.
func (r *Reader) Next() (*types.Batch, error) {
	size, err := binary.ReadUvarint(r.in)
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read temporary file: %w", err)
	}
	frame := make([]byte, size)
	if _, err := io.ReadFull(r.in, frame); err != nil {
		return nil, fmt.Errorf("read temporary file: %w", err)
	}
	d := batch.NewReader(frame)
	r.out.N = int(d.Uvarint())
	for i := range r.out.Cols {
		d.Column(&r.out.Cols[i], r.out.N)
	}
	if d.Bad() {
		return nil, errDamaged
	}
	return r.out, nil
}

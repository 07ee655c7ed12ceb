package spill

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
)

// ErrLimit says that the files of a space would outgrow its limit.
var ErrLimit = errors.New("temporary files outgrow their limit")

// Space is a directory of temporary files. A nil Space has no room at all.
type Space struct {
	dir   string
	limit int64
	used  atomic.Int64
	total atomic.Int64
}

// Open returns the space in a directory, which it makes, or empties of what
// an earlier process left. limit bounds the bytes of all files; 0: no bound.
func Open(dir string, limit int64) (*Space, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open space for temporary files: %w", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		return nil, fmt.Errorf("list temporary files: %w", err)
	}
	for _, name := range left {
		if err := os.Remove(name); err != nil {
			return nil, fmt.Errorf("remove an old temporary file: %w", err)
		}
	}
	return &Space{dir: dir, limit: limit}, nil
}

const pattern = "spill-*"

// Limit is the bound of all files together in bytes; 0: none.
func (s *Space) Limit() int64 { return s.limit }

// Used returns the bytes that files hold now.
func (s *Space) Used() int64 { return s.used.Load() }

// Written returns the bytes that were ever written.
func (s *Space) Written() int64 { return s.total.Load() }

// charge notes n more bytes, or fails with ErrLimit.
func (s *Space) charge(n int64) error {
	if used := s.used.Add(n); s.limit > 0 && used > s.limit {
		s.used.Add(-n)
		return ErrLimit
	}
	s.total.Add(n)
	return nil
}

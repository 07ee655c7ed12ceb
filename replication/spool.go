package replication

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/stemedb/stemedb/storage"
)

// spools hold snapshot streams on their way: files in a directory, or bytes in
// memory for a node that forgets.
type spools interface {
	create(name string) (spool, error)
	open(name string) (io.ReadCloser, int64, error)
	remove(name string) error
}

// spool is one being written.
type spool interface {
	io.Writer
	// finish completes it under the name it returns; durable asks for a sync.
	finish(durable bool) (name string, err error)
	abandon() error
}

// dirSpools keeps spools as files.
type dirSpools struct{ dir string }

// newDirSpools opens the directory and drops what crashes left, except keep.
func newDirSpools(dir string, keep func(name string) bool) (*dirSpools, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("create snapshot directory: %w", err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read snapshot directory: %w", err)
	}
	for _, f := range files {
		if keep(f.Name()) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, f.Name())); err != nil {
			return nil, fmt.Errorf("drop old snapshot: %w", err)
		}
	}
	return &dirSpools{dir: dir}, nil
}

func (d *dirSpools) create(name string) (spool, error) {
	f, err := os.CreateTemp(d.dir, name+"-*.snapshot")
	if err != nil {
		return nil, fmt.Errorf("create snapshot file: %w", err)
	}
	return &fileSpool{f: f, dir: d.dir}, nil
}

func (d *dirSpools) open(name string) (io.ReadCloser, int64, error) {
	f, err := os.Open(filepath.Join(d.dir, filepath.Base(name)))
	if err != nil {
		return nil, 0, fmt.Errorf("open snapshot file: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("stat snapshot file: %w", err), f.Close())
	}
	return f, info.Size(), nil
}

func (d *dirSpools) remove(name string) error {
	if err := os.Remove(filepath.Join(d.dir, filepath.Base(name))); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove snapshot file: %w", err)
	}
	return nil
}

type fileSpool struct {
	f   *os.File
	dir string
}

func (s *fileSpool) Write(p []byte) (int, error) { return s.f.Write(p) }

func (s *fileSpool) finish(durable bool) (string, error) {
	var errs []error
	if durable {
		errs = append(errs, s.f.Sync(), syncDir(s.dir))
	}
	errs = append(errs, s.f.Close())
	if err := errors.Join(errs...); err != nil {
		return "", fmt.Errorf("finish snapshot file: %w", err)
	}
	return filepath.Base(s.f.Name()), nil
}

func (s *fileSpool) abandon() error {
	return errors.Join(s.f.Close(), os.Remove(s.f.Name()))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// memSpools keeps spools in memory.
type memSpools struct {
	mu   sync.Mutex
	next int
	data map[string][]byte
}

func newMemSpools() *memSpools { return &memSpools{data: make(map[string][]byte)} }

func (m *memSpools) create(name string) (spool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.next++
	return &memSpool{to: m, name: fmt.Sprintf("%s-%d", name, m.next)}, nil
}

func (m *memSpools) open(name string) (io.ReadCloser, int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.data[name]
	if !ok {
		return nil, 0, fmt.Errorf("open snapshot %s: %w", name, storage.ErrNotFound)
	}
	return io.NopCloser(bytes.NewReader(data)), int64(len(data)), nil
}

func (m *memSpools) remove(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.data, name)
	return nil
}

type memSpool struct {
	bytes.Buffer
	to   *memSpools
	name string
}

func (s *memSpool) finish(bool) (string, error) {
	s.to.mu.Lock()
	defer s.to.mu.Unlock()
	s.to.data[s.name] = s.Bytes()
	return s.name, nil
}

func (s *memSpool) abandon() error { return nil }

package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"github.com/cockroachdb/pebble/v2/vfs"
)

const (
	spareName = "spare.wal" // Pebble passes over names that are not its own
	spareStep = 2 << 20
	// firstWAL is the size of Pebble's first log after its start. Each further one
	// is for a write buffer twice as large as the one before, up to the full size.
	firstWAL = 256 << 10
	// walCategory is what Pebble calls its log's files by.
	walCategory vfs.DiskWriteCategory = "pebble-wal"
)

// spareWAL is a file system that has a file of zeros ready whenever Pebble
// starts a write-ahead log. A sync of a file that grows must write its new
// length and extents too; one of bytes that were written before writes them
// alone, which takes two thirds of the time. Pebble uses old logs again for
// the same reason, but has none of full size before a good deal of log was
// written. Where no spare is ready, things are as they were without.
//
// A spare is as large as the log will be that comes next, so that a node which
// writes little makes few zeros.
type spareWAL struct {
	vfs.FS
	dir  string
	size int64       // of a full log
	note func(error) // a spare could not be made

	kick chan struct{}
	stop chan struct{}
	done chan struct{}

	mu    sync.Mutex
	ready bool
	next  int64 // size of the log that Pebble starts next
}

// newSpareWAL keeps spares in dir once start is called. size is that of a full
// log.
func newSpareWAL(base vfs.FS, dir string, size int64, note func(error)) *spareWAL {
	return &spareWAL{
		FS: base, dir: dir, size: size, note: note, next: min(firstWAL, size),
		kick: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
}

// start begins the first spare. The directory must exist.
func (s *spareWAL) start() {
	s.kick <- struct{}{}
	go s.run()
}

// close ends the work and removes the spare.
func (s *spareWAL) close() error {
	close(s.stop)
	<-s.done
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready = false
	return s.removeSpare()
}

func (s *spareWAL) path() string { return s.PathJoin(s.dir, spareName) }

func (s *spareWAL) removeSpare() error {
	if err := s.Remove(s.path()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove spare log: %w", err)
	}
	return nil
}

func (s *spareWAL) run() {
	defer close(s.done)
	for {
		select {
		case <-s.stop:
			return
		case <-s.kick:
		}
		ok, err := s.fill()
		if err != nil {
			s.note(errors.Join(fmt.Errorf("make a spare log: %w", err), s.removeSpare()))
			return
		}
		s.mu.Lock()
		s.ready = ok
		s.mu.Unlock()
	}
}

// fill writes the spare in steps, each synced, so that it holds up no one's
// sync for long. ok is false when it was told to stop.
func (s *spareWAL) fill() (ok bool, err error) {
	f, err := s.FS.Create(s.path(), "stemedb-spare-wal")
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	s.mu.Lock()
	size := s.next
	s.mu.Unlock()
	zeros := make([]byte, min(1<<20, size))
	for done := int64(0); done < size; {
		select {
		case <-s.stop:
			return false, nil
		default:
		}
		n := min(int64(len(zeros)), size-done)
		if _, err := f.Write(zeros[:n]); err != nil {
			return false, err
		}
		if done += n; done%spareStep == 0 || done == size {
			if err := f.Sync(); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

// take renames the spare and opens it; nil where none is ready. Another one is
// begun.
func (s *spareWAL) take(name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ready {
		return nil, nil
	}
	s.ready = false
	if err := s.Rename(s.path(), name); err != nil {
		return nil, err
	}
	s.kick <- struct{}{} // empty: it holds a token only while ready is false
	return s.OpenReadWrite(name, category)
}

// begun notes that Pebble starts a log, and returns its size.
func (s *spareWAL) begun() (size int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	size = s.next
	s.next = min(2*size, s.size)
	return size
}

// Create implements vfs.FS.
func (s *spareWAL) Create(name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	if category == walCategory {
		s.begun()
		if f, err := s.take(name, category); f != nil || err != nil {
			return f, err
		}
	}
	return s.FS.Create(name, category)
}

// ReuseForWrite implements vfs.FS: a spare is better than a log that ended
// early.
func (s *spareWAL) ReuseForWrite(old, name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	if category == walCategory {
		size := s.begun()
		info, err := s.Stat(old)
		if err == nil && info.Size() < size/2 {
			f, err := s.take(name, category)
			if err != nil {
				return nil, err
			}
			if f != nil {
				if err := s.Remove(old); err != nil {
					return nil, errors.Join(err, f.Close())
				}
				return f, nil
			}
		}
	}
	return s.FS.ReuseForWrite(old, name, category)
}

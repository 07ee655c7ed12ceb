package storage

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// slowDisk is from when on a write or sync is reported, unless the options say
// otherwise.
const slowDisk = 2 * time.Second

// SlowDisk is a write or sync that took, or takes, too long. While it is on its
// way it is reported anew every two seconds.
type SlowDisk struct {
	At   time.Time // when it was seen
	What string    // the operation and the file
	For  time.Duration
}

// disk watches a Pebble's file system.
type disk struct {
	fs     vfs.FS // the watched one
	dir    string
	slow   atomic.Pointer[SlowDisk]
	closer io.Closer
}

// watchDisk puts a watch between a Pebble and its file system.
func watchDisk(o *Options, dir string) *disk {
	d := &disk{dir: dir}
	limit := o.SlowDisk
	if limit <= 0 {
		limit = slowDisk
	}
	log := o.Logger
	d.fs, d.closer = vfs.WithDiskHealthChecks(o.FS, limit, nil, func(i vfs.DiskSlowInfo) {
		s := &SlowDisk{At: time.Now(), What: fmt.Sprintf("%s of %s", i.OpType, i.Path), For: i.Duration}
		d.slow.Store(s)
		log.Warn("disk is slow", "operation", s.What, "duration", s.For)
	})
	return d
}

// Slow is the last write or sync of the store that took too long; the zero value:
// there was none.
func (s *Store) Slow() SlowDisk { return s.disk.last() }

// Slow is the last write or sync of the log that took too long; the zero value:
// there was none.
func (l *Log) Slow() SlowDisk { return l.disk.last() }

func (d *disk) last() SlowDisk {
	if s := d.slow.Load(); s != nil {
		return *s
	}
	return SlowDisk{}
}

// DiskSpace is how many bytes the store's disk has left, and how many it has in
// all; zero for one in memory. Errors: the file system's.
func (s *Store) DiskSpace() (left, total uint64, err error) {
	u, err := s.opts.FS.GetDiskUsage(s.opts.Dir)
	if errors.Is(err, vfs.ErrUnsupported) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, fmt.Errorf("read free space of %s: %w", s.opts.Dir, err)
	}
	return u.AvailBytes, u.TotalBytes, nil
}

package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// Log is a node's byte log: numbered entries for every group, in one Pebble
// whose write-ahead log is synced before Append returns. Appends of several
// groups that wait at one time share a sync.
//
// A key is group(2) index(8), big-endian; the value is the entry's bytes.
type Log struct {
	db     *pebble.DB
	fs     vfs.FS
	dir    string
	popts  *pebble.Options
	spare  *spareWAL // nil: in memory
	fatal  *fatal
	disk   *disk
	mu     sync.Mutex
	groups map[ShardID]*GroupLog
	closed bool
}

// LogEntry is one entry. Indexes of a group are consecutive, but for what a snapshot from
// another replica covers: entries from before it may stay, and the next come behind it.
type LogEntry struct {
	Index uint64
	Data  []byte
}

// OpenLog opens or creates a log in dir. Of the options FS, InMemory,
// CacheBytes, MemTableBytes, Logger and OnFatal count.
func OpenLog(dir string, o Options) (*Log, error) {
	o.withDefaults()
	f := &fatal{log: o.Logger, call: o.OnFatal}
	cache := pebble.NewCache(o.CacheBytes)
	defer cache.Unref()
	disk := watchDisk(&o, dir)
	o.FS = disk.fs
	var spare *spareWAL
	if !o.InMemory {
		spare = newSpareWAL(o.FS, dir, int64(o.MemTableBytes), func(err error) { o.Logger.Warn("syncs of new logs stay slow", "error", err) })
		o.FS = spare
	}
	popts := logOptions(&o, f, cache)
	db, err := pebble.Open(dir, popts)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open log: %w", err), disk.closer.Close())
	}
	if spare != nil {
		spare.start()
	}
	return &Log{db: db, disk: disk, fs: o.FS, dir: dir, popts: popts, spare: spare, fatal: f, groups: map[ShardID]*GroupLog{}}, nil
}

// Close closes the log.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ErrClosed
	}
	l.closed = true
	if err := l.fatal.check(); err != nil {
		return err
	}
	err := l.db.Close()
	if l.spare != nil {
		err = errors.Join(err, l.spare.close())
	}
	err = errors.Join(err, l.disk.closer.Close())
	if err != nil {
		return fmt.Errorf("close log: %w", err)
	}
	return nil
}

// Err returns the failure that stopped the log, if there was one.
func (l *Log) Err() error { return l.fatal.check() }

// Group returns the log of one group, always the same one. It panics when the
// log cannot be read.
func (l *Log) Group(id ShardID) *GroupLog {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.groups[id]
	if g == nil {
		g = &GroupLog{log: l, id: id}
		if err := g.load(); err != nil {
			_ = l.fatal.raise(fmt.Errorf("load log %d: %w", id, err))
		}
		l.groups[id] = g
	}
	return g
}

// GroupLog is the log of one group. Get, First and Last are safe for
// concurrent use, also beside one Append or DeleteRange.
type GroupLog struct {
	log         *Log
	id          ShardID
	mu          sync.Mutex // Append and DeleteRange
	first, last atomic.Uint64
}

func (g *GroupLog) key(dst []byte, index uint64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, byte(g.id>>8), byte(g.id)), index)
}

func (g *GroupLog) load() error {
	it, err := g.log.db.NewIter(iterOptions(g.key(nil, 0), append(g.key(nil, ^uint64(0)), 0)))
	if err != nil {
		return err
	}
	if it.First() {
		g.first.Store(binary.BigEndian.Uint64(it.Key()[2:]))
		it.Last()
		g.last.Store(binary.BigEndian.Uint64(it.Key()[2:]))
	}
	return errors.Join(it.Error(), it.Close())
}

// First is the index of the first entry, 0 if there is none.
func (g *GroupLog) First() uint64 { return g.first.Load() }

// Last is the index of the last entry, 0 if there is none.
func (g *GroupLog) Last() uint64 { return g.last.Load() }

// Get appends an entry's bytes to buf; ErrNotFound if there is no such entry.
func (g *GroupLog) Get(index uint64, buf []byte) ([]byte, error) {
	if index < g.first.Load() || index > g.last.Load() || index == 0 {
		return buf, ErrNotFound
	}
	var k [10]byte
	v, closer, err := g.log.db.Get(g.key(k[:0], index))
	if isNotFound(err) {
		return buf, ErrNotFound
	}
	if err != nil {
		return buf, fmt.Errorf("read log %d: %w", g.id, g.log.fatal.corruption(err))
	}
	buf = append(buf, v...)
	return buf, closer.Close()
}

// Append stores entries, durable when it returns. An entry whose index exists
// replaces it.
func (g *GroupLog) Append(entries []LogEntry) error {
	if len(entries) == 0 {
		return nil
	}
	if err := g.log.fatal.check(); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	size := 64
	for i := range entries {
		size += len(entries[i].Data) + 24
	}
	b := g.log.db.NewBatchWithSize(size)
	defer func() { _ = b.Close() }() // frees memory only
	for i := range entries {
		op := b.SetDeferred(10, len(entries[i].Data))
		g.key(op.Key[:0], entries[i].Index)
		copy(op.Value, entries[i].Data)
		if err := op.Finish(); err != nil {
			return fmt.Errorf("append to log %d: %w", g.id, err)
		}
	}
	if err := g.log.db.Apply(b, pebble.Sync); err != nil {
		return g.log.fatal.raise(fmt.Errorf("append to log %d: %w", g.id, err))
	}
	lo, hi := entries[0].Index, entries[len(entries)-1].Index
	if g.first.Load() == 0 || lo < g.first.Load() {
		g.first.Store(lo)
	}
	g.last.Store(max(hi, g.last.Load()))
	return nil
}

// DeleteRange deletes the entries lo to hi, both included, durable when it returns.
func (g *GroupLog) DeleteRange(lo, hi uint64) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	first, last := g.first.Load(), g.last.Load()
	if last == 0 || hi < lo || hi < first || lo > last {
		return nil
	}
	if err := g.log.fatal.check(); err != nil {
		return err
	}
	end := g.key(nil, hi)
	if hi == ^uint64(0) {
		end = append(end, 0)
	} else {
		end = g.key(nil, hi+1)
	}
	if err := g.log.db.DeleteRange(g.key(nil, lo), end, pebble.Sync); err != nil {
		return g.log.fatal.raise(fmt.Errorf("delete from log %d: %w", g.id, err))
	}
	if err := g.bound(lo, hi, first, last); err != nil {
		return g.log.fatal.raise(fmt.Errorf("delete from log %d: %w", g.id, err))
	}
	return nil
}

// bound finds the ends anew of a log that was first to last, when lo to hi were deleted.
// What stands beside them is looked up: there may be a hole (see LogEntry).
func (g *GroupLog) bound(lo, hi, first, last uint64) error {
	it, err := g.log.db.NewIter(iterOptions(g.key(nil, 0), append(g.key(nil, ^uint64(0)), 0)))
	if err != nil {
		return err
	}
	switch {
	case lo <= first && hi >= last:
		first, last = 0, 0
	case lo <= first:
		if first = 0; it.SeekGE(g.key(nil, hi)) {
			first = binary.BigEndian.Uint64(it.Key()[2:])
		}
	case hi >= last:
		if last = 0; it.SeekLT(g.key(nil, lo)) {
			last = binary.BigEndian.Uint64(it.Key()[2:])
		}
	}
	err = errors.Join(it.Error(), it.Close())
	if err == nil {
		g.first.Store(first)
		g.last.Store(last)
	}
	return err
}

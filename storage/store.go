package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/cockroachdb/pebble/v2"
)

// Store is the state of every shard of a node, in one Pebble. It is safe for
// concurrent use; each shard takes one Apply at a time.
type Store struct {
	opts   Options
	db     *pebble.DB
	popts  *pebble.Options
	fatal  *fatal
	disk   *disk
	shards []*Shard
	meta   *Shard

	received atomic.Uint64 // numbers streams that come in
	resolver Resolver

	stop chan struct{}
	wg   sync.WaitGroup
	once sync.Once
}

// layoutKey holds what must not change between starts; no shard has its prefix.
var layoutKey = []byte{0xFF, 0xFE, 0x01}

// Open opens or creates a store. It fails when the directory was made with
// another number of shards, or by a newer format.
func Open(o Options) (*Store, error) {
	if o.Shards < 0 || o.Shards > MaxShards {
		return nil, fmt.Errorf("open store: %d shards: want 1 to %d", o.Shards, MaxShards)
	}
	o.withDefaults()
	if err := dropLeftovers(&o); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	f := &fatal{log: o.Logger, call: o.OnFatal}
	disk := watchDisk(&o, o.Dir)
	o.FS = disk.fs
	cache := pebble.NewCache(o.CacheBytes)
	defer cache.Unref()
	popts := stateOptions(&o, f, cache)
	db, err := pebble.Open(o.Dir, popts)
	if errors.Is(err, syscall.EAGAIN) { // of the lock
		err = fmt.Errorf("another process uses %s: %w", o.Dir, err)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open store: %w", err), disk.closer.Close())
	}
	s := &Store{opts: o, disk: disk, db: db, popts: popts, fatal: f, stop: make(chan struct{})}
	if err := s.load(); err != nil {
		close(s.stop)
		s.wg.Wait() // shards that could be loaded are filling their filters
		return nil, errors.Join(fmt.Errorf("open store: %w", err), db.Close(), disk.closer.Close())
	}
	s.wg.Add(1)
	go s.janitor()
	return s, nil
}

func (s *Store) load() error {
	if err := s.checkLayout(); err != nil {
		return err
	}
	s.shards = make([]*Shard, s.opts.Shards)
	for i := range s.shards {
		s.shards[i] = newShard(s, ShardID(i))
		if err := s.shards[i].load(); err != nil {
			return fmt.Errorf("shard %d: %w", i, err)
		}
	}
	s.meta = newShard(s, MetaShard)
	if err := s.meta.load(); err != nil {
		return fmt.Errorf("meta shard: %w", err)
	}
	return nil
}

func (s *Store) checkLayout() error {
	v, closer, err := s.db.Get(layoutKey)
	if errors.Is(err, pebble.ErrNotFound) {
		if s.opts.Shards == 0 {
			return fmt.Errorf("layout: %w", ErrNotFound)
		}
		rec := binary.BigEndian.AppendUint16([]byte{stateVersion}, uint16(s.opts.Shards))
		if err := s.db.Set(layoutKey, rec, pebble.NoSync); err != nil {
			return fmt.Errorf("write layout: %w", err)
		}
		return s.flush()
	}
	if err != nil {
		return fmt.Errorf("read layout: %w", err)
	}
	defer closer.Close()
	if len(v) != 3 || v[0] != stateVersion {
		return fmt.Errorf("layout: %w", ErrCorrupt)
	}
	n := int(binary.BigEndian.Uint16(v[1:]))
	if s.opts.Shards == 0 {
		s.opts.Shards = n
	}
	if n != s.opts.Shards || n < 1 || n > MaxShards {
		return fmt.Errorf("the directory holds %d shards, not %d", n, s.opts.Shards)
	}
	return nil
}

// Close flushes and closes the store. Views must be closed before.
func (s *Store) Close() error {
	err := ErrClosed
	s.once.Do(func() {
		close(s.stop)
		s.wg.Wait()
		for _, sh := range s.all() {
			sh.iters.drop(true)
		}
		if err = s.fatal.check(); err != nil {
			return // nothing more may be written
		}
		err = s.flush()
		if cerr := s.db.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("close store: %w", cerr)
		}
		err = errors.Join(err, s.disk.closer.Close())
	})
	return err
}

// Shards returns the number of shards, without MetaShard.
func (s *Store) Shards() int { return len(s.shards) }

// Shard returns a shard, or nil if there is none of that number.
func (s *Store) Shard(id ShardID) *Shard {
	switch {
	case id == MetaShard:
		return s.meta
	case int(id) < len(s.shards):
		return s.shards[id]
	}
	return nil
}

func (s *Store) all() []*Shard { return append(s.shards[:len(s.shards):len(s.shards)], s.meta) }

// Err returns the failure that stopped the store, if there was one.
func (s *Store) Err() error { return s.fatal.check() }

// Flush makes everything that the shard has applied durable: afterwards
// DurableApplied is at least what Applied was. It flushes the whole Pebble, so
// one call serves all shards.
func (s *Store) Flush(id ShardID) error {
	sh := s.Shard(id)
	if sh == nil {
		return fmt.Errorf("flush: no shard %d", id)
	}
	durable, err := sh.DurableApplied()
	if err != nil || durable >= sh.Applied() {
		return err
	}
	return s.flush()
}

func (s *Store) flush() error {
	if err := s.fatal.check(); err != nil {
		return err
	}
	if err := s.db.Flush(); err != nil {
		return s.fatal.raise(fmt.Errorf("flush: %w", err))
	}
	return s.fatal.check()
}

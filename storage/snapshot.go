package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/cespare/xxhash/v2"
	"github.com/cockroachdb/pebble/v2"

	"github.com/stemedb/stemedb/storage/keys"
)

// A snapshot stream is
//
//	"STEMESN1" shard(2) applied(8) term(8)
//	for every key in order: uvarint length+1, key without shard, uvarint length, value
//	0, count(8), xxhash64 of everything before it (8)
//
// with big-endian numbers.
var snapshotMagic = []byte("STEMESN1")

const (
	snapshotHeader  = 8 + 2 + 8 + 8
	snapshotTrailer = 1 + 8 + 8
	snapshotBuffer  = 256 << 10
	maxSnapshotItem = 64 << 20
)

// Snapshot reads one shard at one applied index as a stream. One goroutine
// uses it.
type Snapshot struct {
	shard         ShardID
	applied, term uint64
	it            *pebble.Iterator
	closers       []io.Closer
	buf           []byte
	off           int
	hash          *xxhash.Digest
	count         uint64
	begun, done   bool
}

// Checkpoint captures a shard as it is now. Reading the stream may take its
// time: the shard goes on. Close it.
func (s *Store) Checkpoint(id ShardID) (*Snapshot, error) {
	if s.Shard(id) == nil {
		return nil, fmt.Errorf("checkpoint: no shard %d", id)
	}
	if err := s.fatal.check(); err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	snap := s.db.NewSnapshot()
	sn, err := newSnapshot(id, snap, snap)
	if err != nil {
		return nil, fmt.Errorf("checkpoint shard %d: %w", id, s.fatal.corruption(err))
	}
	return sn, nil
}

// CheckpointTo writes a shard, durable, as a Pebble of its own into dir, which
// must not exist. Files are shared with the store as long as they live.
func (s *Store) CheckpointTo(id ShardID, dir string) error {
	if s.Shard(id) == nil {
		return fmt.Errorf("checkpoint: no shard %d", id)
	}
	if err := s.flush(); err != nil {
		return fmt.Errorf("checkpoint shard %d: %w", id, err)
	}
	lower, upper := keys.ShardSpan(uint16(id))
	if err := s.db.Checkpoint(dir, pebble.WithRestrictToSpans([]pebble.CheckpointSpan{{Start: lower, End: upper}})); err != nil {
		return fmt.Errorf("checkpoint shard %d: %w", id, err)
	}
	return nil
}

// OpenCheckpoint streams a shard out of a directory that CheckpointTo made.
func OpenCheckpoint(dir string, id ShardID, o Options) (*Snapshot, error) {
	o.withDefaults()
	f := &fatal{log: o.Logger, call: o.OnFatal}
	cache := pebble.NewCache(8 << 20)
	defer cache.Unref()
	popts := stateOptions(&o, f, cache)
	popts.ReadOnly = true
	db, err := pebble.Open(dir, popts)
	if err != nil {
		return nil, fmt.Errorf("open checkpoint: %w", err)
	}
	sn, err := newSnapshot(id, db, db)
	if err != nil {
		return nil, fmt.Errorf("open checkpoint: %w", err)
	}
	return sn, nil
}

// newSnapshot reads from r; it closes owner, also when it fails.
func newSnapshot(id ShardID, r pebble.Reader, owner io.Closer) (*Snapshot, error) {
	sn := &Snapshot{shard: id, hash: xxhash.New(), closers: []io.Closer{owner}}
	v, closer, err := r.Get(keys.AppendPrefix(nil, uint16(id), keys.State))
	if err == nil {
		var st shardState
		err = errors.Join(st.decode(v), closer.Close())
		sn.applied, sn.term = st.applied, st.term
	} else if isNotFound(err) {
		err = nil
	}
	if err == nil {
		lower, upper := keys.ShardSpan(uint16(id))
		if sn.it, err = r.NewIter(iterOptions(lower, upper)); err == nil {
			sn.closers = []io.Closer{sn.it, owner}
		}
	}
	if err != nil {
		return nil, errors.Join(err, sn.Close())
	}
	return sn, nil
}

// Applied is the log position that the snapshot holds.
func (s *Snapshot) Applied() (index, term uint64) { return s.applied, s.term }

// Read reads the stream.
func (s *Snapshot) Read(p []byte) (int, error) {
	if s.off == len(s.buf) {
		if s.done {
			return 0, io.EOF
		}
		if err := s.fill(); err != nil {
			return 0, fmt.Errorf("read snapshot: %w", err)
		}
	}
	n := copy(p, s.buf[s.off:])
	s.off += n
	return n, nil
}

// fill makes the next part of the stream.
func (s *Snapshot) fill() error {
	s.buf, s.off = s.buf[:0], 0
	var ok bool
	if !s.begun {
		s.begun = true
		s.buf = append(s.buf, snapshotMagic...)
		s.buf = binary.BigEndian.AppendUint16(s.buf, uint16(s.shard))
		s.buf = binary.BigEndian.AppendUint64(s.buf, s.applied)
		s.buf = binary.BigEndian.AppendUint64(s.buf, s.term)
		ok = s.it.First()
	} else {
		ok = s.it.Next()
	}
	for ; ok; ok = s.it.Next() {
		v, err := s.it.ValueAndErr()
		if err != nil {
			return err
		}
		k := s.it.Key()[2:]
		s.buf = append(binary.AppendUvarint(s.buf, uint64(len(k))+1), k...)
		s.buf = append(binary.AppendUvarint(s.buf, uint64(len(v))), v...)
		if s.count++; len(s.buf) >= snapshotBuffer {
			_, _ = s.hash.Write(s.buf) // cannot fail
			return nil
		}
	}
	if err := s.it.Error(); err != nil {
		return err
	}
	s.buf = binary.BigEndian.AppendUint64(append(s.buf, 0), s.count)
	_, _ = s.hash.Write(s.buf) // cannot fail
	s.buf = binary.BigEndian.AppendUint64(s.buf, s.hash.Sum64())
	s.done = true
	return nil
}

// Close ends the snapshot. It may be called more than once.
func (s *Snapshot) Close() error {
	var errs []error
	for _, c := range s.closers {
		errs = append(errs, c.Close())
	}
	s.closers = nil
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close snapshot: %w", err)
	}
	return nil
}

package storage

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/objstorage/objstorageprovider"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"

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

// Restore replaces a shard by the contents of a snapshot stream: wholly, also
// if power fails, or not at all. Afterwards it is durable. It fails with
// ErrSnapshot when the stream is damaged or another shard's.
func (s *Store) Restore(id ShardID, r io.Reader) error {
	sh := s.Shard(id)
	if sh == nil {
		return fmt.Errorf("restore: no shard %d", id)
	}
	if err := s.fatal.check(); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	in := &snapshotReader{r: bufio.NewReaderSize(r, snapshotBuffer), hash: xxhash.New()}
	w := &tableWriter{store: s, prefix: fmt.Sprintf("%s%d-", restorePrefix, id)}
	defer w.cleanup()
	if err := w.fill(id, in); err != nil {
		return fmt.Errorf("restore shard %d: %w", id, err)
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	lower, upper := keys.ShardSpan(uint16(id))
	span := pebble.KeyRange{Start: lower, End: upper}
	var err error
	if len(w.paths) == 0 {
		err = s.db.Excise(context.Background(), span)
	} else {
		_, err = s.db.IngestAndExcise(context.Background(), w.paths, nil, nil, span)
	}
	if err != nil {
		return s.fatal.raise(fmt.Errorf("restore shard %d: %w", id, err))
	}
	sh.build = nil
	sh.iters.invalidate()
	if err := sh.load(); err != nil {
		return s.fatal.raise(fmt.Errorf("restore shard %d: %w", id, err))
	}
	return s.flush()
}

// snapshotReader reads a stream and sums what it read.
type snapshotReader struct {
	r    *bufio.Reader
	hash *xxhash.Digest
	buf  []byte
}

// take reads n bytes into buf.
func (in *snapshotReader) take(n int) ([]byte, error) {
	if cap(in.buf) < n {
		in.buf = make([]byte, n)
	}
	b := in.buf[:n]
	if _, err := io.ReadFull(in.r, b); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSnapshot, err)
	}
	_, _ = in.hash.Write(b) // cannot fail
	return b, nil
}

// ReadByte lets binary.ReadUvarint sum what it reads.
func (in *snapshotReader) ReadByte() (byte, error) {
	c, err := in.r.ReadByte()
	if err == nil {
		_, _ = in.hash.Write([]byte{c}) // cannot fail
	}
	return c, err
}

func (in *snapshotReader) length() (int, error) {
	n, err := binary.ReadUvarint(in)
	if err != nil || n > maxSnapshotItem {
		return 0, errors.Join(ErrSnapshot, err)
	}
	return int(n), nil
}

// tableWriter writes a stream into tables to ingest.
type tableWriter struct {
	store  *Store
	prefix string
	w      *sstable.Writer
	paths  []string
	last   []byte
}

// tableBytes is where a table ends and the next begins.
const tableBytes = 64 << 20

// Tables on their way in are named so, beside Pebble's own files.
const (
	restorePrefix = "restore-"
	restoreSuffix = ".tmp"
)

// dropLeftovers removes what a restore left that a crash cut short.
func dropLeftovers(o *Options) error {
	names, err := o.FS.List(o.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("list %s: %w", o.Dir, err)
	}
	for _, name := range names {
		if strings.HasPrefix(name, restorePrefix) && strings.HasSuffix(name, restoreSuffix) {
			if err := o.FS.Remove(o.FS.PathJoin(o.Dir, name)); err != nil {
				return fmt.Errorf("remove %s: %w", name, err)
			}
		}
	}
	return nil
}

func (w *tableWriter) fill(id ShardID, in *snapshotReader) error {
	head, err := in.take(snapshotHeader)
	if err != nil {
		return err
	}
	if !bytes.Equal(head[:8], snapshotMagic) || binary.BigEndian.Uint16(head[8:]) != uint16(id) {
		return fmt.Errorf("%w: not a snapshot of this shard", ErrSnapshot)
	}
	var count uint64
	key := []byte{byte(id >> 8), byte(id)}
	for {
		n, err := in.length()
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
		k, err := in.take(n - 1)
		if err != nil {
			return err
		}
		key = append(key[:2], k...)
		if n, err = in.length(); err != nil {
			return err
		}
		v, err := in.take(n)
		if err != nil {
			return err
		}
		if err := w.add(key, v); err != nil {
			return err
		}
		count++
	}
	return w.finish(in, count)
}

func (w *tableWriter) finish(in *snapshotReader, count uint64) error {
	b, err := in.take(8)
	if err != nil {
		return err
	}
	got := binary.BigEndian.Uint64(b)
	sum := in.hash.Sum64()
	if b, err = in.take(8); err != nil {
		return err
	}
	if got != count || binary.BigEndian.Uint64(b) != sum {
		return fmt.Errorf("%w: checksum", ErrSnapshot)
	}
	return w.closeTable()
}

func (w *tableWriter) add(key, value []byte) error {
	if bytes.Compare(key, w.last) <= 0 {
		return fmt.Errorf("%w: keys out of order", ErrSnapshot)
	}
	w.last = append(w.last[:0], key...)
	if w.w == nil {
		name := w.store.opts.FS.PathJoin(w.store.opts.Dir, fmt.Sprintf("%s%06d%s", w.prefix, len(w.paths), restoreSuffix))
		f, err := w.store.opts.FS.Create(name, vfs.WriteCategoryUnspecified)
		if err != nil {
			return fmt.Errorf("create table: %w", err)
		}
		w.paths = append(w.paths, name)
		options := w.store.popts.MakeWriterOptions(6, w.store.db.TableFormat())
		options.DisableValueBlocks = true
		w.w = sstable.NewWriter(objstorageprovider.NewFileWritable(f), options)
	}
	if err := w.w.Set(key, value); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	if w.w.Raw().EstimatedSize() < tableBytes {
		return nil
	}
	return w.closeTable()
}

func (w *tableWriter) closeTable() error {
	if w.w == nil {
		return nil
	}
	err := w.w.Close()
	w.w = nil
	if err != nil {
		return fmt.Errorf("close table: %w", err)
	}
	return nil
}

// cleanup removes what was not ingested.
func (w *tableWriter) cleanup() {
	_ = w.closeTable() // it is removed
	for _, p := range w.paths {
		_ = w.store.opts.FS.Remove(p) // gone when it was ingested
	}
}

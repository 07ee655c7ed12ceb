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

// Restore replaces a shard by the contents of a snapshot stream: wholly, also
// if power fails, or not at all. Afterwards it is durable. It fails with
// ErrSnapshot when the stream is damaged or another shard's.
func (s *Store) Restore(id ShardID, r io.Reader) error {
	p, err := s.Receive(id, r)
	if err != nil {
		return err
	}
	defer p.Discard()
	return p.Install()
}

// Received is a snapshot stream that was read to its end and is whole, in
// tables beside the store: Install puts them in the shard's place. Discard it.
type Received struct {
	sh      *Shard
	w       *tableWriter
	applied uint64
}

// Receive reads a snapshot stream. The shard stays as it is meanwhile.
// Errors: ErrSnapshot when the stream is damaged or another shard's, the
// reader's.
func (s *Store) Receive(id ShardID, r io.Reader) (*Received, error) {
	sh := s.Shard(id)
	if sh == nil {
		return nil, fmt.Errorf("restore: no shard %d", id)
	}
	if err := s.fatal.check(); err != nil {
		return nil, fmt.Errorf("restore: %w", err)
	}
	in := &snapshotReader{r: bufio.NewReaderSize(r, snapshotBuffer), hash: xxhash.New()}
	// Raft's snapshot and a rebuild may come at one time.
	w := &tableWriter{store: s, prefix: fmt.Sprintf("%s%d-%d-", restorePrefix, id, s.received.Add(1))}
	if err := w.fill(id, in); err != nil {
		w.cleanup()
		return nil, fmt.Errorf("restore shard %d: %w", id, err)
	}
	return &Received{sh: sh, w: w, applied: w.applied}, nil
}

// Applied is the log index that the stream holds everything up to.
func (p *Received) Applied() uint64 { return p.applied }

// Discard removes what was not installed.
func (p *Received) Discard() { p.w.cleanup() }

// Install replaces the shard, and makes it durable. Errors: the store has
// failed.
func (p *Received) Install() error {
	p.sh.mu.Lock()
	defer p.sh.mu.Unlock()
	return p.sh.replace(p.w.paths)
}

// Empty drops everything that a shard holds, wholly, also if power fails, or not at
// all. Afterwards that is durable, and the shard is as before its first entry.
// Iterators that are open see what they saw; views of before open no more, ErrEmptied.
// Errors: the store has failed.
func (s *Store) Empty(id ShardID) error {
	sh := s.Shard(id)
	if sh == nil {
		return fmt.Errorf("empty: no shard %d", id)
	}
	if err := s.fatal.check(); err != nil {
		return fmt.Errorf("empty shard %d: %w", id, err)
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.emptied.Add(1) // before anything is gone
	return sh.replace(nil)
}

// replace puts tables in the shard's place, with mu held.
func (sh *Shard) replace(paths []string) error {
	s, id := sh.store, sh.id
	lower, upper := keys.ShardSpan(uint16(id))
	span := pebble.KeyRange{Start: lower, End: upper}
	var err error
	if len(paths) == 0 {
		err = s.db.Excise(context.Background(), span)
	} else {
		_, err = s.db.IngestAndExcise(context.Background(), paths, nil, nil, span)
	}
	if err != nil {
		return s.fatal.raise(fmt.Errorf("restore shard %d: %w", id, err))
	}
	sh.build = nil
	sh.epoch++
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

	applied uint64 // of the stream
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
	w.applied = binary.BigEndian.Uint64(head[10:])
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

package backup

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// Backup is a backup in a directory.
type Backup struct {
	Manifest
	dir string
}

// Open reads the manifest of a backup. Errors: ErrNoBackup, ErrNewer, ErrDamaged; those
// of reading.
func Open(dir string) (*Backup, error) {
	m, err := readManifest(dir)
	return &Backup{m, dir}, err
}

// each reads all parts and checks them against the manifest. fn is given each record,
// before all of its part has been checked. progress is told of bytes.
func (b *Backup) each(ctx context.Context, progress func(done, total int64), fn func(f *File, key, value []byte) error) error {
	done := int64(0)
	for i := range b.Parts {
		f := &b.Parts[i]
		if err := b.eachOf(ctx, f, func(n int64) { progress(done+n, b.Bytes()) }, fn); err != nil {
			return fmt.Errorf("%s: %w", filepath.Join(b.dir, f.Name), err)
		}
		done += f.Bytes
	}
	return nil
}

func (b *Backup) eachOf(ctx context.Context, f *File, progress func(int64), fn func(f *File, key, value []byte) error) error {
	file, err := os.Open(filepath.Join(b.dir, f.Name))
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%w: the file is missing", ErrDamaged)
	}
	if err != nil {
		return err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || info.Size() != f.Bytes {
		return errors.Join(fmt.Errorf("%w: it has not the length of %d bytes that the manifest says", ErrDamaged, f.Bytes), err)
	}
	hash, n := sha256.New(), &counted{}
	p, err := ReadPart(io.TeeReader(bufio.NewReaderSize(file, partBuffer), io.MultiWriter(hash, n)))
	if err != nil {
		return err
	}
	if want := (Header{f.Kind, f.Shard, b.From, b.At}); p.Header != want {
		return fmt.Errorf("%w: it is another backup's", ErrDamaged)
	}
	for {
		key, value, err := p.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = fn(f, key, value)
		}
		if err == nil && p.Count()%progressEvery == 0 {
			progress(n.bytes)
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
	}
	if p.Count() != f.Records || hex.EncodeToString(hash.Sum(nil)) != f.SHA256 {
		return fmt.Errorf("%w: its SHA-256 is not the one in the manifest", ErrDamaged)
	}
	progress(f.Bytes)
	return nil
}

// Verify reads all of a backup and says whether it is whole. Errors: ErrDamaged; those
// of reading.
func (b *Backup) Verify(ctx context.Context, progress func(done, total int64)) error {
	return b.each(ctx, progress, func(f *File, key, value []byte) error { return b.check(f, key, value) })
}

// check looks at a record by itself.
func (b *Backup) check(f *File, key, value []byte) error {
	if f.Kind == KindState {
		c, err := splitStateKey(key, value)
		if err == nil && (c.Recorded <= b.From || c.Recorded > b.At) {
			err = fmt.Errorf("%w: a state record of %d", ErrDamaged, c.Recorded)
		}
		return err
	}
	rec := storage.ClaimRec{Key: key, Row: value}
	if err := rec.Check(); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if at := knowledge.Micros(storage.Row(value).Recorded()); at <= b.From || at > b.At {
		return fmt.Errorf("%w: a claim recorded at %d", ErrDamaged, at)
	}
	if shard := storage.ShardOfBytes(rec.Path(), b.Shards); shard != f.Shard {
		return fmt.Errorf("%w: a claim of shard %d", ErrDamaged, shard)
	}
	return nil
}

// Position is where the log of a restored group begins: its state holds everything up
// to that entry.
const (
	PositionIndex = 1
	PositionTerm  = 1
)

// Restore fills an empty store, of any number of shards, and makes it durable. Each
// shard then holds the log up to Position, and is closed at the backup's time. After an
// error the store must be thrown away. Errors: ErrDamaged; those of the store.
func (b *Backup) Restore(ctx context.Context, s *storage.Store, progress func(done, total int64)) error {
	r := restoring{store: s, batches: make([]batch, s.Shards())}
	err := b.each(ctx, progress, func(f *File, key, value []byte) error {
		if err := b.check(f, key, value); err != nil {
			return err
		}
		if f.Kind == KindState {
			c, err := splitStateKey(slices.Clone(key), slices.Clone(value))
			if err != nil {
				return err
			}
			return r.state(c)
		}
		return r.claim(storage.ClaimRec{Key: key, Row: value})
	})
	if err != nil {
		return err
	}
	return r.finish(b.At)
}

// batchBytes is how much goes into the store at once.
const batchBytes = 1 << 20

// restoring is a restore on its way.
type restoring struct {
	store   *storage.Store
	batches []batch // by shard
	changes []storage.StateChange
}

// batch are claims on their way into a shard.
type batch struct {
	buf  []byte
	ends []int // of keys and rows, by turns
}

func (b *batch) add(rec storage.ClaimRec) {
	b.buf = append(b.buf, rec.Key...)
	b.ends = append(b.ends, len(b.buf))
	b.buf = append(b.buf, rec.Row...)
	b.ends = append(b.ends, len(b.buf))
}

func (b *batch) records() []storage.ClaimRec {
	out, at := make([]storage.ClaimRec, 0, len(b.ends)/2), 0
	for i := 0; i < len(b.ends); i += 2 {
		mid, end := b.ends[i], b.ends[i+1]
		out = append(out, storage.ClaimRec{Key: b.buf[at:mid:mid], Row: b.buf[mid:end:end]})
		at = end
	}
	return out
}

func (r *restoring) claim(rec storage.ClaimRec) error {
	id := storage.ShardOfBytes(rec.Path(), len(r.batches))
	b := &r.batches[id]
	if b.add(rec); len(b.buf) < batchBytes {
		return nil
	}
	return r.flush(id)
}

func (r *restoring) flush(id storage.ShardID) error {
	b := &r.batches[id]
	if len(b.ends) == 0 {
		return nil
	}
	a := r.store.Shard(id).Begin()
	a.InsertRecorded(b.records())
	b.buf, b.ends = b.buf[:0], b.ends[:0]
	return a.Commit()
}

// state gathers the changes of one time, which go into the store together.
func (r *restoring) state(c storage.StateChange) error {
	if n := len(r.changes); n > 0 && r.changes[n-1].Recorded != c.Recorded {
		if c.Recorded < r.changes[n-1].Recorded {
			return fmt.Errorf("%w: state records out of order", ErrDamaged)
		}
		if err := r.flushState(); err != nil {
			return err
		}
	}
	r.changes = append(r.changes, c)
	return nil
}

func (r *restoring) flushState() error {
	if len(r.changes) == 0 {
		return nil
	}
	ops := make([]storage.MetaOp, len(r.changes))
	for i := range r.changes {
		ops[i] = r.changes[i].MetaOp
	}
	a := r.store.Shard(storage.MetaShard).Begin()
	err := a.PutMeta(r.changes[0].Recorded, ops)
	r.changes = r.changes[:0]
	return errors.Join(err, a.Commit())
}

// finish closes the time of every shard, and makes all of it durable.
func (r *restoring) finish(at knowledge.Micros) error {
	if err := r.flushState(); err != nil {
		return err
	}
	for i := range len(r.batches) + 1 {
		id := storage.ShardID(i)
		if i == len(r.batches) {
			id = storage.MetaShard
		} else if err := r.flush(id); err != nil {
			return err
		}
		a := r.store.Shard(id).Begin()
		a.CloseTime(at)
		a.SetApplied(PositionIndex, PositionTerm)
		if err := a.Commit(); err != nil {
			return err
		}
		if err := r.store.Flush(id); err != nil {
			return err
		}
	}
	return nil
}

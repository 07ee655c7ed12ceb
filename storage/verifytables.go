package storage

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// verifyTables reads every block of every table in a Pebble's directory, those
// too that no scan looks at (filters, for one), and calls problem for each table
// of which a checksum does not match. Tables that a compaction has removed
// meanwhile are passed over. Errors: ctx's, and of the store.
func verifyTables(ctx context.Context, db *pebble.DB, fsys vfs.FS, dir string, o *pebble.Options, problem func(name, what string)) error {
	levels, err := db.SSTables()
	if err != nil {
		return fmt.Errorf("list tables: %w", err)
	}
	full := o.Clone()
	full.EnsureDefaults()
	readers := full.MakeReaderOptions()
	policy := bloom.FilterPolicy(10)
	readers.Filters = map[string]sstable.FilterPolicy{policy.Name(): policy}
	seen := map[string]bool{} // several tables may lie in one file
	for _, level := range levels {
		for i := range level {
			name := fmt.Sprintf("%s.sst", level[i].BackingSSTNum)
			if seen[name] {
				continue
			}
			seen[name] = true
			err := verifyTable(ctx, fsys, fsys.PathJoin(dir, name), readers)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				problem(name, err.Error())
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	return nil
}

func verifyTable(ctx context.Context, fsys vfs.FS, path string, o sstable.ReaderOptions) (err error) {
	// A table that makes no sense may be more than its reader is ready for.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("read table: %w: %v", ErrCorrupt, r)
		}
	}()
	f, err := fsys.Open(path)
	if err != nil {
		return fmt.Errorf("open table: %w", err)
	}
	readable, err := sstable.NewSimpleReadable(f)
	if err != nil {
		return errors.Join(fmt.Errorf("open table: %w", err), f.Close())
	}
	r, err := sstable.NewReader(ctx, readable, o)
	if err != nil {
		return errors.Join(fmt.Errorf("open table: %w", err), readable.Close())
	}
	if err := errors.Join(r.ValidateBlockChecksums(), r.Close()); err != nil {
		return fmt.Errorf("read table: %w", err)
	}
	return nil
}

// Verify reads every table and every entry of the log, and calls each for them,
// by group and index; what it returns is a problem of that entry. progress, if
// not nil, is told of entries done. Problems are checksums that do not match, and
// what each finds. The error is for reads that failed.
func (l *Log) Verify(ctx context.Context, each func(group ShardID, index uint64, data []byte) error, progress func(done, total int64)) (Report, error) {
	var rep Report
	problem := func(group ShardID, where, what string) {
		if len(rep.Problems) >= maxProblems {
			rep.More++
			return
		}
		rep.Problems = append(rep.Problems, Problem{group, where, what})
	}
	err := verifyTables(ctx, l.db, l.fs, l.dir, l.popts, func(name, what string) { problem(MetaShard, "log table "+name, what) })
	if err != nil || !rep.OK() {
		return rep, err
	}
	it, err := l.db.NewIter(nil)
	if err != nil {
		return rep, fmt.Errorf("verify log: %w", err)
	}
	for ok := it.First(); ok && err == nil; ok = it.Next() {
		k := it.Key()
		if len(k) != 10 {
			problem(MetaShard, "log", fmt.Sprintf("malformed key %x", k))
			continue
		}
		g, index := ShardID(binary.BigEndian.Uint16(k)), binary.BigEndian.Uint64(k[2:])
		v, verr := it.ValueAndErr()
		if verr == nil {
			if e := each(g, index, v); e != nil {
				problem(g, fmt.Sprintf("log entry %d", index), e.Error())
			}
		}
		if rep.Entries++; rep.Entries&1023 == 0 {
			if err = ctx.Err(); progress != nil {
				progress(rep.Entries, rep.Entries)
			}
		}
	}
	if err = errors.Join(err, it.Error(), it.Close()); err != nil {
		return rep, fmt.Errorf("verify log: %w", l.fatal.corruption(err))
	}
	return rep, nil
}

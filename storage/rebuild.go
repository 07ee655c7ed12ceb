package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/stemedb/stemedb/storage/keys"
)

// indexBuild is a rebuild of a shard's indexes under way, beside the old ones.
// Claims below the cursor are in the new generation, kept there by Apply;
// those behind it are still to come.
type indexBuild struct {
	gens   [idxCount]uint8
	idx    [idxCount]tally
	cursor []byte
}

// covers reports that changes of a claim must reach the new indexes too.
func (b *indexBuild) covers(suffix []byte) bool {
	return b != nil && bytes.Compare(suffix, b.cursor) < 0
}

// rebuildChunk is how many claims are indexed while Apply waits: some
// milliseconds' worth.
const rebuildChunk = 2048

// errBuildLost: a restore or a discarded Apply overtook the rebuild.
var errBuildLost = errors.New("index rebuild was overtaken")

// IndexStatus describes one index of one shard.
type IndexStatus struct {
	Shard      ShardID
	Name       string // id, predicate, source, recorded
	Generation uint8
	Entries    int64
	Checksum   uint64 // sum of the entries' hashes modulo 2^64
	Building   bool   // another generation is being built beside it
}

// IndexStatus lists all indexes.
func (s *Store) IndexStatus() []IndexStatus {
	out := make([]IndexStatus, 0, len(s.shards)*idxCount)
	for _, sh := range s.shards {
		p := sh.pub.Load()
		for i, t := range p.idx {
			out = append(out, IndexStatus{sh.id, indexNames[i], p.gens[i], t.n, t.sum, p.build != nil})
		}
	}
	return out
}

// RebuildIndexes builds every index anew from the claims, beside the old ones,
// and then swaps them shard by shard. Reads and writes go on meanwhile.
// progress, if not nil, is told of claims done and in all.
func (s *Store) RebuildIndexes(ctx context.Context, progress func(done, total int64)) error {
	var done, total int64
	for _, sh := range s.shards {
		total += sh.Claims()
	}
	for _, sh := range s.shards {
		err := sh.rebuild(ctx, func(n int) {
			done += int64(n)
			if progress != nil {
				progress(done, max(total, done))
			}
		})
		if err != nil {
			return fmt.Errorf("rebuild indexes of shard %d: %w", sh.id, err)
		}
	}
	return nil
}

func (sh *Shard) rebuild(ctx context.Context, progress func(n int)) error {
	b, err := sh.startBuild()
	if err != nil {
		return err
	}
	for {
		n, err := sh.buildChunk(b)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return errors.Join(err, sh.dropBuild(b))
		}
		if progress(n); n < rebuildChunk {
			break
		}
	}
	return sh.swapBuild(b)
}

func (sh *Shard) startBuild() (*indexBuild, error) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.build != nil {
		return nil, errors.New("a rebuild is under way")
	}
	b := &indexBuild{}
	for i := range b.gens {
		b.gens[i] = sh.st.gens[i] + 1
	}
	if err := sh.dropStaleIndexes(); err != nil {
		return nil, err
	}
	sh.build = b
	p := sh.pub.Load()
	sh.publish(p.txns, p.meta)
	return b, nil
}

// scratch returns an Apply for index entries only; under mu.
func (sh *Shard) scratch() *Apply { return &Apply{sh: sh, b: sh.store.db.NewBatch()} }

// buildChunk indexes the next claims and returns how many.
func (sh *Shard) buildChunk(b *indexBuild) (n int, err error) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.build != b {
		return 0, errBuildLost
	}
	lower := keys.AppendClaim(nil, uint16(sh.id), b.cursor)
	upper := keys.Successor(keys.AppendPrefix(nil, uint16(sh.id), keys.Claim))
	it, err := sh.store.db.NewIter(iterOptions(lower, upper))
	if err != nil {
		return 0, fmt.Errorf("read claims: %w", err)
	}
	a, cursor := sh.scratch(), []byte(nil)
	defer func() { _ = a.b.Close() }() // frees memory only
	for ok := it.First(); ok && n < rebuildChunk && a.err == nil; ok = it.Next() {
		suffix := it.Key()[keys.PrefixLen:]
		v, err := it.ValueAndErr()
		a.fail(err)
		a.indexClaim(b, suffix, v)
		cursor = append(append(cursor[:0], suffix...), 0)
		n++
	}
	if err := errors.Join(a.err, it.Error(), it.Close()); err != nil {
		return 0, sh.store.fatal.corruption(err)
	}
	if err := sh.store.db.Apply(a.b, pebble.NoSync); err != nil {
		return 0, sh.store.fatal.raise(err)
	}
	if n > 0 {
		b.cursor = cursor
	}
	return n, nil
}

// indexClaim writes the entries of a stored claim into a build.
func (a *Apply) indexClaim(b *indexBuild, suffix, row []byte) {
	path, pred, id, err := keys.SplitSuffix(suffix)
	source := Row(row).Source()
	if err != nil || Row(row).Check() != nil || len(source) == 0 {
		a.fail(fmt.Errorf("claim %x: %w", suffix, ErrCorrupt))
		return
	}
	a.putIDEntry(b.gens[idxID], &b.idx[idxID], suffix, id)
	a.putPredEntry(b.gens[idxPred], &b.idx[idxPred], path, pred, id)
	a.putSourceEntry(b.gens[idxSource], &b.idx[idxSource], source, suffix)
	if recorded := Row(row).Recorded(); recorded > 0 {
		a.putRecordedEntry(b.gens[idxRecorded], &b.idx[idxRecorded], recorded, Row(row).Ordinal(), suffix)
	}
}

// swapBuild makes the new indexes the ones in use, then deletes the old: in
// that order, so that a reader that opened an old one keeps seeing all of it.
func (sh *Shard) swapBuild(b *indexBuild) error {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.build != b {
		return errBuildLost
	}
	a, p := sh.scratch(), sh.pub.Load()
	defer func() { _ = a.b.Close() }() // frees memory only
	for _, t := range p.txns.settled {
		a.keyBuf = keys.AppendByRecordedTxn(a.keyBuf[:0], uint16(sh.id), b.gens[idxRecorded], int64(t.at), t.seq)
		a.set(nil)
		b.idx[idxRecorded].add(entryHash(a.keyBuf[keys.IndexLen:]))
	}
	st := sh.st
	st.gens, st.idx = b.gens, b.idx
	a.fail(a.b.Set(keys.AppendPrefix(nil, uint16(sh.id), keys.State), st.encode(nil), nil))
	if a.err == nil {
		a.fail(sh.store.db.Apply(a.b, pebble.NoSync))
	}
	if a.err != nil {
		return sh.store.fatal.raise(a.err)
	}
	sh.st, sh.build = st, nil
	sh.iters.invalidate()
	sh.publish(p.txns, p.meta)
	return sh.dropStaleIndexes()
}

// dropBuild gives a rebuild up.
func (sh *Shard) dropBuild(b *indexBuild) error {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.build != b {
		return nil
	}
	sh.build = nil
	p := sh.pub.Load()
	sh.publish(p.txns, p.meta)
	return sh.dropStaleIndexes()
}

// dropStaleIndexes deletes generations that are not in use: what a crash or a
// rebuild left. Under mu, with no build under way.
func (sh *Shard) dropStaleIndexes() error {
	for i := range idxCount {
		shard, kind, gen := uint16(sh.id), indexKind(i), sh.st.gens[i]
		first, last := keys.AppendPrefix(nil, shard, kind), keys.AppendPrefix(nil, shard, kind)
		current := keys.AppendIndexPrefix(nil, shard, kind, gen)
		last = keys.Successor(last)
		if err := sh.dropSpan(first, current); err != nil {
			return err
		}
		if err := sh.dropSpan(keys.Successor(slices.Clone(current)), last); err != nil {
			return err
		}
	}
	return nil
}

func (sh *Shard) dropSpan(lower, upper []byte) error {
	if bytes.Compare(lower, upper) >= 0 {
		return nil
	}
	it, err := sh.store.db.NewIter(iterOptions(lower, upper))
	if err != nil {
		return fmt.Errorf("drop stale index: %w", err)
	}
	some := it.First()
	if err := errors.Join(it.Error(), it.Close()); err != nil || !some {
		return err
	}
	if err := sh.store.db.DeleteRange(lower, upper, pebble.NoSync); err != nil {
		return sh.store.fatal.raise(fmt.Errorf("drop stale index: %w", err))
	}
	return nil
}

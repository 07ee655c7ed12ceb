package replication

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// instance is a node with its stores.
type instance struct {
	*Node
	store *storage.Store
	log   *storage.Log
}

type setup struct {
	fs      vfs.FS // nil: in memory, each its own
	dir     string // on the real disk
	shards  int
	stable  stableFile
	memTab  int
	onFatal func(error) // nil: the test fails
	options func(*Options)
}

func quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelError}))
}

// open starts an instance and waits until it serves.
func open(t testing.TB, s setup) *instance {
	t.Helper()
	in, err := tryOpen(t, s)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := in.WaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	return in
}

func tryOpen(t testing.TB, s setup) (*instance, error) {
	t.Helper()
	if s.shards == 0 {
		s.shards = 4
	}
	onFatal := s.onFatal
	if onFatal == nil {
		onFatal = func(err error) { t.Errorf("fatal: %v", err) }
	}
	so := storage.Options{
		Dir: s.dir + "/state", FS: s.fs, InMemory: s.fs == nil && s.dir == "", Shards: s.shards,
		Logger: quiet(), OnFatal: onFatal, CacheBytes: 8 << 20, MemTableBytes: s.memTab,
	}
	store, err := storage.Open(so)
	if err != nil {
		return nil, err
	}
	log, err := storage.OpenLog(s.dir+"/log", so)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	o := Options{
		Dir: s.dir, Store: store, Log: log, InMemory: s.dir == "", Logger: quiet(), OnFatal: onFatal,
		Timeout: 20 * time.Second, stable: s.stable,
	}
	if s.options != nil {
		s.options(&o)
	}
	n, err := Open(o)
	if err != nil {
		return nil, errors.Join(err, store.Close(), log.Close())
	}
	in := &instance{Node: n, store: store, log: log}
	t.Cleanup(func() { in.shutdown(t) })
	return in, nil
}

// shutdown closes an instance gracefully, once.
func (in *instance) shutdown(t testing.TB) {
	t.Helper()
	if in.store == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := in.Close(ctx); err != nil {
		t.Errorf("close node: %v", err)
	}
	if err := errors.Join(in.store.Close(), in.log.Close()); err != nil {
		t.Errorf("close stores: %v", err)
	}
	in.store = nil
}

// claim encodes a claim of which only the path and the value matter.
func claim(path, value string) storage.ClaimRec {
	a := knowledge.Assertion{
		ConceptPath: path, Predicate: "is", Value: value, Source: "test", SourceClass: "community",
		Lifecycle: knowledge.LifecycleApproved, Agent: "stemedb", AssertedAt: 1,
		ID: knowledge.ID(sha256.Sum256([]byte(path + "\x00" + value))),
	}
	rec, _ := storage.AppendClaim(nil, &a)
	return rec
}

// pathIn returns the n-th path of a name that falls into a shard.
func pathIn(name string, shard storage.ShardID, shards int) string {
	for i := 0; ; i++ {
		p := fmt.Sprintf("%s/%d", name, i)
		if storage.ShardOf(p, shards) == shard {
			return p
		}
	}
}

// insert commits claims in one transaction.
func (in *instance) insert(ctx context.Context, recs ...storage.ClaimRec) (storage.CommitResult, error) {
	tx := in.Begin()
	if err := tx.AddClaims(ctx, recs); err != nil {
		return storage.CommitResult{}, errors.Join(err, tx.Rollback(ctx))
	}
	return tx.Commit(ctx)
}

func (in *instance) mustInsert(t testing.TB, recs ...storage.ClaimRec) storage.CommitResult {
	t.Helper()
	res, err := in.insert(t.Context(), recs...)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// values returns the values of a path at a time, with their recorded times.
func (in *instance) values(t testing.TB, path string, at knowledge.Micros, own storage.TxnID) map[string]knowledge.Micros {
	t.Helper()
	out, err := in.tryValues(t.Context(), path, at, own)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (in *instance) tryValues(ctx context.Context, path string, at knowledge.Micros, own storage.TxnID) (map[string]knowledge.Micros, error) {
	shard := storage.ShardOf(path, in.Shards())
	v, err := in.Read(ctx, storage.ReadOptions{Shards: []storage.ShardID{shard}, At: at, Own: own})
	if err != nil {
		return nil, err
	}
	defer v.Close()
	return viewValues(ctx, v, shard, path)
}

func viewValues(ctx context.Context, v *storage.View, shard storage.ShardID, path string) (map[string]knowledge.Micros, error) {
	out := make(map[string]knowledge.Micros)
	it := v.Claims(ctx, shard, storage.ClaimBounds{Path: []byte(path)})
	for it.Next() {
		out[string(it.Row().Value())] = it.RecordedAt()
	}
	return out, errors.Join(it.Err(), it.Close())
}

// all returns every claim visible now, by path and value.
func (in *instance) allClaims(t testing.TB) map[string]knowledge.Micros {
	t.Helper()
	v, err := in.Read(t.Context(), storage.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	out := make(map[string]knowledge.Micros)
	for _, shard := range in.all {
		it := v.Claims(t.Context(), shard, storage.ClaimBounds{})
		for it.Next() {
			out[string(it.Path())+"="+string(it.Row().Value())] = it.RecordedAt()
		}
		if err := errors.Join(it.Err(), it.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// waitResolved waits until no transaction is open anywhere.
func (in *instance) waitResolved(t testing.TB) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		open := 0
		in.each(func(g *Group) { open += len(g.fsm.shard.OpenTxns()) })
		if open == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d transactions are still open", open)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

package storage

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// digest hashes every key and value of a shard but its index generations.
func digest(t *testing.T, s *Store, id ShardID) uint64 {
	t.Helper()
	lower, upper := keys.ShardSpan(uint16(id))
	it, err := s.db.NewIter(iterOptions(lower, upper))
	if err != nil {
		t.Fatal(err)
	}
	h := xxhash.New()
	for ok := it.First(); ok; ok = it.Next() {
		_, _ = h.Write(it.Key())
		_, _ = h.Write(it.Value())
	}
	if err := errors.Join(it.Error(), it.Close()); err != nil {
		t.Fatal(err)
	}
	return h.Sum64()
}

func crashStore(t *testing.T, fs vfs.FS) *Store {
	t.Helper()
	s, err := Open(Options{Dir: "db", FS: fs, Shards: 2, MemTableBytes: 256 << 10, CacheBytes: 1 << 20, ClaimID: testID,
		OnFatal: func(err error) { t.Errorf("fatal: %v", err) }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestCrashClones drops what was not synced after every operation, or a random
// part of it, and opens what is left: each shard is what it was at its applied
// index, wholly.
func TestCrashClones(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 2))
	fs := vfs.NewCrashableMem()
	s := crashStore(t, fs)
	history := [2]map[uint64]uint64{{}, {}}
	for id := range history {
		history[id][0] = digest(t, s, ShardID(id))
	}
	var index [2]uint64
	clock, txns := knowledge.Micros(0), []TxnID(nil)
	for step := range 150 {
		id := ShardID(rng.IntN(2))
		index[id]++
		clock++
		a := s.Shard(id).Begin()
		crashStep(rng, a, id, step, clock, &txns)
		a.SetApplied(index[id], 1)
		if err := a.Commit(); err != nil {
			t.Fatal(err)
		}
		history[id][index[id]] = digest(t, s, id)
		switch rng.IntN(12) {
		case 0:
			flushed := s.Shard(id).Applied()
			if err := s.Flush(id); err != nil {
				t.Fatal(err)
			}
			if d, err := s.Shard(id).DurableApplied(); err != nil || d < flushed {
				t.Fatalf("durable %d after flush at %d: %v", d, flushed, err)
			}
		case 1:
			sn, err := s.Checkpoint(id)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(s.Restore(id, sn), sn.Close()); err != nil {
				t.Fatal(err)
			}
		case 2:
			if rng.IntN(3) > 0 {
				break
			}
			if err := s.Empty(id); err != nil {
				t.Fatal(err)
			}
			txns = nil
			history[id] = map[uint64]uint64{0: history[id][0]} // nothing of before comes back
			if got := digest(t, s, id); got != history[id][0] {
				t.Fatalf("the digest of an emptied shard is %x", got)
			}
		}
		checkClone(t, s, fs, rng, history)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// crashStep does one random thing.
func crashStep(rng *rand.Rand, a *Apply, id ShardID, step int, clock knowledge.Micros, txns *[]TxnID) {
	var recs []ClaimRec
	for i := range 1 + rng.IntN(100) {
		c := testClaim(fmt.Sprintf("p/%d", i), "pred", fmt.Sprint(rng.IntN(300)), "src")
		c.Metadata = knowledge.Some(`{"padding": "` + string(bytes.Repeat([]byte("x"), 300)) + `"}`)
		if ShardOf(c.ConceptPath, 2) == id {
			rec, _ := AppendClaim(nil, c)
			recs = append(recs, rec)
		}
	}
	txn := TxnID{byte(step), 1}
	if len(*txns) > 0 && rng.IntN(2) == 0 {
		txn = (*txns)[rng.IntN(len(*txns))]
	}
	switch rng.IntN(5) {
	case 0:
		a.InsertTagged(txn, id, recs)
		*txns = append(*txns, txn)
	case 1:
		_, _ = a.Prepare(txn, id, clock, nil) // may be decided already
		if o := a.CommitTxn(txn, clock); o.Committed {
			_ = a.Resolve(txn, o.At) // its error comes out of Commit
		}
	case 2:
		a.Abort(txn)
	default:
		a.InsertDirect(TxnID{byte(step), 2}, clock, recs)
	}
}

func checkClone(t *testing.T, s *Store, fs *vfs.MemFS, rng *rand.Rand, history [2]map[uint64]uint64) {
	t.Helper()
	var durable [2]uint64
	for id := range durable {
		var err error
		if durable[id], err = s.Shard(ShardID(id)).DurableApplied(); err != nil {
			t.Fatal(err)
		}
	}
	clone := crashStore(t, fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(2) * rng.IntN(100), RNG: rng}))
	for id := range durable {
		applied := clone.Shard(ShardID(id)).Applied()
		if applied < durable[id] {
			t.Fatalf("shard %d came back at %d, durable was %d", id, applied, durable[id])
		}
		if want, ok := history[id][applied]; !ok || want != digest(t, clone, ShardID(id)) {
			t.Fatalf("shard %d came back at %d as something else", id, applied)
		}
	}
	rep, err := clone.Verify(t.Context(), nil)
	if err != nil || !rep.OK() {
		t.Fatalf("clone: %v %v", err, rep.Problems)
	}
	if err := clone.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestLogCrash checks that appended entries survive, and deleted tails do not.
func TestLogCrash(t *testing.T) {
	fs := vfs.NewCrashableMem()
	l, err := OpenLog("log", Options{FS: fs, MemTableBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 3))
	var last [3]uint64
	for range 60 {
		g := ShardID(rng.IntN(3))
		if last[g] > 5 && rng.IntN(4) == 0 {
			if err := l.Group(g).DeleteRange(last[g]-2, last[g]); err != nil {
				t.Fatal(err)
			}
			last[g] -= 3
		} else {
			var entries []LogEntry
			for range 1 + rng.IntN(5) {
				last[g]++
				entries = append(entries, LogEntry{last[g], fmt.Appendf(nil, "%d/%d", g, last[g])})
			}
			if err := l.Group(g).Append(entries); err != nil {
				t.Fatal(err)
			}
		}
		clone, err := OpenLog("log", Options{FS: fs.CrashClone(vfs.CrashCloneCfg{}), MemTableBytes: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		for g := range last {
			gl := clone.Group(ShardID(g))
			if gl.Last() != last[g] {
				t.Fatalf("group %d: last %d, want %d", g, gl.Last(), last[g])
			}
			for i := gl.First(); i > 0 && i <= last[g]; i++ {
				if b, err := gl.Get(i, nil); err != nil || string(b) != fmt.Sprintf("%d/%d", g, i) {
					t.Fatalf("group %d entry %d: %q %v", g, i, b, err)
				}
			}
		}
		if err := clone.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Group(0).DeleteRange(1, 2); err != nil || l.Group(0).First() != 3 {
		t.Fatalf("first %d: %v", l.Group(0).First(), err)
	}
	if _, err := l.Group(0).Get(1, nil); !errors.Is(err, ErrNotFound) {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// spareCount counts the spare logs that are taken.
type spareCount struct {
	vfs.FS
	taken atomic.Int64
}

func (c *spareCount) Rename(from, to string) error {
	if c.PathBase(from) == spareName {
		c.taken.Add(1)
	}
	return c.FS.Rename(from, to)
}

// TestSpareWAL crashes while spare logs are made, taken and written: what was
// appended survives, behind it zeros are no entries, and a spare is really
// taken.
func TestSpareWAL(t *testing.T) {
	const size = 1 << 20
	fs := vfs.NewCrashableMem()
	counted := &spareCount{FS: fs}
	options := func(fs vfs.FS) Options { return Options{FS: fs, MemTableBytes: size} }
	l, err := OpenLog("log", options(counted))
	if err != nil {
		t.Fatal(err)
	}
	// Pebble begins its second log with the append that fills the first one. It
	// may have old logs for all later ones, so the spare has to be ready by now.
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		l.spare.mu.Lock()
		ready := l.spare.ready
		l.spare.mu.Unlock()
		if ready {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("no spare was made in a minute")
		}
	}
	data := bytes.Repeat([]byte("entry"), 4<<10)
	for last := uint64(1); last <= 400; last++ {
		if err := l.Group(0).Append([]LogEntry{{last, data}}); err != nil {
			t.Fatal(err)
		}
		if last%10 != 0 {
			continue
		}
		rng := rand.New(rand.NewPCG(last, 1))
		clone, err := OpenLog("log", options(fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rng})))
		if err != nil {
			t.Fatal(err)
		}
		g := clone.Group(0)
		if g.Last() != last {
			t.Fatalf("last %d, want %d", g.Last(), last)
		}
		if b, err := g.Get(last, nil); err != nil || !bytes.Equal(b, data) {
			t.Fatalf("entry %d: %d bytes, %v", last, len(b), err)
		}
		if err := clone.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if counted.taken.Load() == 0 {
		t.Fatal("no spare was taken")
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	names, err := fs.List("log")
	if err != nil || slices.Contains(names, spareName) {
		t.Fatalf("after closing: %v, %v", names, err)
	}
}

// failing injects an error into every sync once it is armed.
func failing(armed *atomic.Bool) errorfs.InjectorFunc {
	return func(op errorfs.Op) error {
		switch op.Kind {
		case errorfs.OpFileSync, errorfs.OpFileSyncData, errorfs.OpFileSyncTo:
			if armed.Load() {
				return errors.New("injected")
			}
		}
		return nil
	}
}

// TestSyncFailure checks that a failed sync is reported once and ends the
// store: nothing is acknowledged afterwards.
func TestSyncFailure(t *testing.T) {
	var armed atomic.Bool
	var calls atomic.Int32
	fatal := make(chan error, 8)
	fs := errorfs.Wrap(vfs.NewMem(), failing(&armed))
	s, err := Open(Options{Dir: "db", FS: fs, Shards: 1, OnFatal: func(err error) { calls.Add(1); fatal <- err }})
	if err != nil {
		t.Fatal(err)
	}
	rec, _ := AppendClaim(nil, testClaim("a", "b", "c", "d"))
	a := s.Shard(0).Begin()
	a.Insert(1, []ClaimRec{rec})
	a.SetApplied(1, 1)
	if err := a.Commit(); err != nil {
		t.Fatal(err)
	}
	armed.Store(true)
	go func() { _ = s.Flush(0) }() // it may never return
	select {
	case err := <-fatal:
		if !errors.Is(err, ErrFatal) {
			t.Fatal(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the failed sync was not reported")
	}
	a = s.Shard(0).Begin()
	a.Insert(2, []ClaimRec{rec})
	if err := a.Commit(); !errors.Is(err, ErrFatal) {
		t.Fatalf("commit after the failure: %v", err)
	}
	if s.Err() == nil || calls.Load() != 1 {
		t.Fatalf("%d calls, err %v", calls.Load(), s.Err())
	}
}

// TestLogSyncFailure checks that an append that could not be synced is never
// acknowledged.
func TestLogSyncFailure(t *testing.T) {
	var armed atomic.Bool
	fatal := make(chan error, 8)
	fs := errorfs.Wrap(vfs.NewMem(), failing(&armed))
	l, err := OpenLog("log", Options{FS: fs, OnFatal: func(err error) { fatal <- err }})
	if err != nil {
		t.Fatal(err)
	}
	g := l.Group(1)
	if err := g.Append([]LogEntry{{1, []byte("one")}}); err != nil {
		t.Fatal(err)
	}
	armed.Store(true)
	acked := make(chan error, 1)
	go func() { acked <- g.Append([]LogEntry{{2, []byte("two")}}) }()
	select {
	case err := <-fatal:
		t.Log(err)
	case err := <-acked:
		if err == nil {
			t.Fatal("acknowledged")
		}
		t.Log(<-fatal)
	case <-time.After(10 * time.Second):
		t.Fatal("the failed sync was not reported")
	}
	if err := l.Group(2).Append([]LogEntry{{1, nil}}); !errors.Is(err, ErrFatal) {
		t.Fatalf("append after the failure: %v", err)
	}
}

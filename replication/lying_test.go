package replication

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// liar is a disk that says that it has synced what it has not, in one directory.
type liar struct {
	vfs.FS
	dir  string
	lies *atomic.Bool
}

func (l liar) wrap(f vfs.File, err error, name string) (vfs.File, error) {
	if err != nil || !strings.Contains(name, l.dir) {
		return f, err
	}
	return liarFile{f, l.lies}, nil
}

func (l liar) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := l.FS.Create(name, c)
	return l.wrap(f, err, name)
}

func (l liar) OpenReadWrite(name string, c vfs.DiskWriteCategory, o ...vfs.OpenOption) (vfs.File, error) {
	f, err := l.FS.OpenReadWrite(name, c, o...)
	return l.wrap(f, err, name)
}

func (l liar) ReuseForWrite(old, name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := l.FS.ReuseForWrite(old, name, c)
	return l.wrap(f, err, name)
}

type liarFile struct {
	vfs.File
	lies *atomic.Bool
}

func (f liarFile) Sync() error {
	if f.lies.Load() {
		return nil
	}
	return f.File.Sync()
}

func (f liarFile) SyncData() error {
	if f.lies.Load() {
		return nil
	}
	return f.File.SyncData()
}

func (f liarFile) SyncTo(n int64) (bool, error) {
	if f.lies.Load() {
		return true, nil
	}
	return f.File.SyncTo(n)
}

// TestLyingDisk cuts the power of nodes whose disk lied about syncs for a while.
// A node that starts again has no holes: what it lacks is the end of what it was
// given, and none of it when only the state's disk lied, because the log has it.
// Else it refuses to start.
func TestLyingDisk(t *testing.T) {
	rounds := envRounds(t, "STEMEDB_LYING_DISKS", 5)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	refused := 0
	for range rounds {
		if lyingDisk(t, r) {
			refused++
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d of %d starts refused", refused, rounds)
}

func lyingDisk(t *testing.T, r *rand.Rand) (refused bool) {
	t.Helper()
	dir := []string{"/state", "/log"}[r.IntN(2)]
	mem := vfs.NewCrashableMem()
	lies := &atomic.Bool{}
	s := setup{fs: liar{mem, dir, lies}, stable: newFakeStable(nil), memTab: 256 << 10, options: func(o *Options) {
		o.SnapshotEntries, o.TrailingLogs, o.SweepInterval = 40, 5, 50*time.Millisecond
	}}
	in := open(t, s)
	m := &crashModel{sizes: make(map[int]int), rows: make(map[int]bool), acked: make(map[int]knowledge.Micros)}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 3 {
		seed := r.Uint64()
		wg.Go(func() { m.run(ctx, in, rand.New(rand.NewPCG(seed, 2))) })
	}
	time.Sleep(time.Duration(20+r.IntN(60)) * time.Millisecond)
	lies.Store(true)
	time.Sleep(time.Duration(20+r.IntN(100)) * time.Millisecond)
	acked := m.acknowledged()
	var left *vfs.MemFS
	kv := s.stable.(*fakeStable).cut(func() {
		left = mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: r.IntN(2) * r.IntN(101), RNG: rand.New(rand.NewPCG(r.Uint64(), 3))})
	})
	cancel()
	wg.Wait()
	in.shutdown(t)
	*in = instance{} // the test's end would keep it, and its whole file system

	s.fs, s.stable, s.onFatal = left, newFakeStable(kv), func(error) {}
	again, err := tryOpen(t, s)
	if err != nil {
		t.Logf("%s lied: %v", dir, err)
		return true
	}
	defer func() {
		again.shutdown(t)
		*again = instance{}
	}()
	wait, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	if err := again.WaitReady(wait); err != nil {
		t.Fatalf("%s lied: %v", dir, err)
	}
	if dir == "/state" {
		m.check(t, again, acked)
		return false
	}
	m.checkEnd(t, again, acked)
	// What comes now is not mistaken for what was lost.
	res := again.mustInsert(t, claim("c/0", "after"))
	if got := again.values(t, "c/0", 0, storage.TxnID{}); got["after"] != res.RecordedAt {
		t.Errorf("an insert after the start reads as %v", got["after"])
	}
	return false
}

// checkEnd checks that of transactions in one shard none is lost that was recorded
// before one that is there.
func (m *crashModel) checkEnd(t *testing.T, in *instance, acked map[int]knowledge.Micros) {
	t.Helper()
	there := in.allClaims(t)
	lost, newest := knowledge.Infinity, knowledge.Micros(0)
	m.mu.Lock()
	defer m.mu.Unlock()
	for n, at := range acked {
		if m.sizes[n] != 1 {
			continue
		}
		switch got := there[claimName(n)]; got {
		case 0:
			lost = min(lost, at)
		case at:
			newest = max(newest, at)
		default:
			t.Errorf("transaction %d was recorded at %d and is at %d", n, at, got)
		}
	}
	if lost < newest {
		t.Errorf("a transaction of %d is lost, one of %d is there", lost, newest)
	}
}

// claimName is the only claim of a transaction of one, as allClaims names it.
func claimName(n int) string { return fmt.Sprintf("c/0=%d/1", n) }

// A log that lacks what the state holds is refused: entries to come would have
// the numbers of those that were lost.
func TestLogBehindStateIsRefused(t *testing.T) {
	s := setup{dir: t.TempDir(), shards: 1}
	in := open(t, s)
	for i := range 20 {
		in.mustInsert(t, claim("p", fmt.Sprint(i)))
	}
	if err := in.store.Flush(0); err != nil {
		t.Fatal(err)
	}
	applied := in.Group(0).fsm.shard.Applied()
	in.shutdown(t)
	cut := func(lo, hi uint64) {
		t.Helper()
		log, err := storage.OpenLog(s.dir+"/log", storage.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(log.Group(0).DeleteRange(lo, hi), log.Close()); err != nil {
			t.Fatal(err)
		}
		if _, err := tryOpen(t, s); !errors.Is(err, ErrLogBehind) {
			t.Errorf("a log that has lost entries from %d to %d since it was closed: %v", lo, hi, err)
		}
	}
	cut(0, 2)
	cut(applied-5, ^uint64(0))
	file, err := openStable(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	st, node := newStable(file, 0), newStable(file, nodeGroup)
	if err := errors.Join(st.Set(snapshotKey, nil), node.Set(closedKey, nil), file.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := tryOpen(t, s); !errors.Is(err, ErrLogBehind) {
		t.Errorf("a log that ends before what was applied: %v", err)
	}
}

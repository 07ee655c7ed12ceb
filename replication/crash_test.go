package replication

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// crashModel knows what was tried and what was acknowledged. A transaction is a
// number; its claims are path "<name>/<k>" and value "<number>/<size>".
type crashModel struct {
	mu    sync.Mutex
	next  int
	sizes map[int]int              // tried: number → claims
	rows  map[int]bool             // tried: number → it writes a state row too
	acked map[int]knowledge.Micros // number → recorded time
}

func (m *crashModel) begin(size int, row bool) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.next++
	m.sizes[m.next] = size
	if row {
		m.rows[m.next] = true
	}
	return m.next
}

func (m *crashModel) ack(n int, at knowledge.Micros) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.acked[n] = at
}

// run commits random transactions until ctx ends or the node does.
func (m *crashModel) run(ctx context.Context, in *instance, r *rand.Rand) {
	for ctx.Err() == nil {
		size := 1
		switch r.IntN(10) {
		case 0:
			size = 1500 + r.IntN(1500) // streams tagged entries, stays tagged
		case 1, 2, 3:
			size = 2 + r.IntN(20)
		}
		row := size > 1 && r.IntN(2) == 0
		n := m.begin(size, row)
		tx := in.Begin()
		if row && tx.AddMeta([]storage.MetaOp{metaRow(strconv.Itoa(n), "x", 0)}) != nil {
			continue
		}
		var recs []storage.ClaimRec
		for k := range size {
			recs = append(recs, claim(fmt.Sprintf("c/%d", k), fmt.Sprintf("%d/%d", n, size)))
		}
		if tx.AddClaims(ctx, recs) != nil || r.IntN(8) == 0 {
			_ = tx.Rollback(ctx)
			continue
		}
		if res, err := tx.Commit(ctx); err == nil {
			m.ack(n, res.RecordedAt)
		}
	}
}

// acknowledged copies what has been acknowledged so far.
func (m *crashModel) acknowledged() map[int]knowledge.Micros {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.acked)
}

// check compares a node with the model: every acknowledged transaction is there
// with its time, and every transaction is there whole or not at all.
func (m *crashModel) check(t *testing.T, in *instance, acked map[int]knowledge.Micros) {
	t.Helper()
	counts := make(map[int]int)
	times := make(map[int]knowledge.Micros)
	for k, at := range in.allClaims(t) {
		_, value, _ := strings.Cut(k, "=")
		number, _, _ := strings.Cut(value, "/")
		n, err := strconv.Atoi(number)
		if err != nil {
			t.Fatal(err)
		}
		counts[n]++
		if times[n] != 0 && times[n] != at {
			t.Errorf("transaction %d has claims recorded at %d and %d", n, times[n], at)
		}
		times[n] = at
	}
	rows := make(map[int]knowledge.Micros)
	v, err := in.Read(t.Context(), storage.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	err = v.Meta(7).Scan(func(key, _ []byte, _ uint64, at knowledge.Micros) error {
		n, err := strconv.Atoi(string(key))
		rows[n] = at
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for n, at := range rows {
		if times[n] != at || !m.rows[n] {
			t.Errorf("transaction %d has a state row at %d, claims at %d", n, at, times[n])
		}
	}
	for n, count := range counts {
		if m.rows[n] && rows[n] == 0 {
			t.Errorf("transaction %d has lost its state row", n)
		}
		if count != m.sizes[n] {
			t.Errorf("transaction %d: %d claims of %d", n, count, m.sizes[n])
		}
	}
	for n, at := range acked {
		if times[n] != at {
			t.Errorf("transaction %d was acknowledged at %d and is at %d", n, at, times[n])
		}
	}
	// What survived is part of the history that later rounds must keep.
	for n := range m.sizes {
		if counts[n] == 0 {
			delete(m.sizes, n)
			delete(m.acked, n)
			delete(m.rows, n)
		} else {
			m.acked[n] = times[n]
		}
	}
}

// TestPowerCuts cuts the power at random points: both Pebbles keep a random
// part of what was not synced, the stable store what was set.
//
// STEMEDB_POWER_CUTS makes it more of them. Every powerLife the node begins anew,
// so that what has to be compared stays within bounds.
func TestPowerCuts(t *testing.T) {
	rounds := envRounds(t, "STEMEDB_POWER_CUTS", 25)
	for done := 0; done < rounds && !t.Failed(); done += powerLife {
		powerCuts(t, min(powerLife, rounds-done))
	}
}

const powerLife = 25

// envRounds is the number that an environment variable holds.
func envRounds(t *testing.T, name string, standard int) int {
	t.Helper()
	if s := os.Getenv(name); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return n
	}
	if testing.Short() {
		return standard / 5
	}
	return standard
}

func powerCuts(t *testing.T, rounds int) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	fs := vfs.NewCrashableMem()
	stable := newFakeStable(nil)
	m := &crashModel{sizes: make(map[int]int), rows: make(map[int]bool), acked: make(map[int]knowledge.Micros)}
	for round := range rounds {
		s := setup{fs: fs, stable: stable, memTab: 256 << 10, options: func(o *Options) {
			o.SnapshotEntries, o.TrailingLogs, o.SweepInterval = 40, 5, 50*time.Millisecond
		}}
		in := open(t, s)
		m.check(t, in, m.acknowledged())
		if t.Failed() {
			t.Fatalf("after crash %d", round)
		}
		fs, stable = m.crash(t, in, fs, stable, r)
		in.shutdown(t)
		*in = instance{} // the test's end would keep it, and its whole file system
	}
	t.Logf("%d transactions tried, %d survived", m.next, len(m.acked))
}

// crash runs a load, cuts the power in its midst, and returns what is left.
func (m *crashModel) crash(t *testing.T, in *instance, fs *vfs.MemFS, stable *fakeStable, r *rand.Rand) (*vfs.MemFS, *fakeStable) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 4 {
		seed := r.Uint64()
		wg.Add(1)
		go func() {
			defer wg.Done()
			m.run(ctx, in, rand.New(rand.NewPCG(seed, 2)))
		}()
	}
	time.Sleep(time.Duration(10+r.IntN(120)) * time.Millisecond)
	// What is acknowledged from here on may be lost: the model forgets it.
	acked := m.acknowledged()
	var left *vfs.MemFS
	kv := stable.cut(func() {
		left = fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: r.IntN(101), RNG: rand.New(rand.NewPCG(r.Uint64(), 3))})
	})
	cancel()
	wg.Wait()
	m.mu.Lock()
	m.acked = acked
	m.mu.Unlock()
	return left, newFakeStable(kv)
}

package replication

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// countedStable counts what is written, and fails when it is told to.
type countedStable struct {
	*fakeStable
	writes int
	fails  bool
}

func (c *countedStable) SetUint64(k []byte, v uint64) error {
	if c.fails {
		return errors.New("no disk")
	}
	c.writes++
	return c.fakeStable.SetUint64(k, v)
}

func openedPromises(t *testing.T, file stableFile) *promises {
	t.Helper()
	p, err := openPromises(file)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPromisesAreKept: at every moment a new life knows a time that no promise of the
// last one is above, and that takes a write every lease at most.
func TestPromisesAreKept(t *testing.T) {
	file := &countedStable{fakeStable: newFakeStable(nil)}
	p := openedPromises(t, file)
	const span = 10 * promiseLease
	for at := knowledge.Micros(1); at < span; at += 1000 {
		if err := p.keep(at); err != nil {
			t.Fatal(err)
		}
		if known := openedPromises(t, file).newest(); known < at || known > at+promiseLease {
			t.Fatalf("promised %d, a new life knows %d", at, known)
		}
	}
	if file.writes > 11 {
		t.Errorf("%d writes in ten leases", file.writes)
	}
	if err := p.keep(span); err != nil {
		t.Fatal(err)
	}
	if err := p.settle(); err != nil {
		t.Fatal(err)
	}
	if known := openedPromises(t, file).newest(); known != span {
		t.Errorf("after an end in order %d is known, of %d", known, span)
	}
	if err := p.keep(2 * span); err != nil {
		t.Fatal(err)
	}
	if known := openedPromises(t, file).newest(); known < 2*span {
		t.Errorf("a promise after the end: %d is known", known)
	}
	file.fails = true
	if err := p.keep(3 * span); !errors.Is(err, ErrUnavailable) {
		t.Errorf("a promise that cannot be noted: %v", err)
	}
}

// cutNode is a node whose power is cut.
type cutNode struct {
	*instance
	s      setup
	fs     *vfs.MemFS
	stable *fakeStable
}

// cut is what a power cut leaves of it, once all nodes have lost their power.
func (n *cutNode) cut() {
	kv := n.stable.cut(func() { n.fs = n.fs.CrashClone(vfs.CrashCloneCfg{}) })
	n.stable = newFakeStable(kv)
	n.s.fs, n.s.stable = n.fs, n.stable
}

// startCut starts a node on a file system that keeps what was synced.
func startCut(t *testing.T, name string, joins bool, clock func() knowledge.Micros) *cutNode {
	t.Helper()
	n := &cutNode{fs: vfs.NewCrashableMem(), stable: newFakeStable(nil)}
	options := clustered(t, name, joins)
	n.s = setup{fs: n.fs, stable: n.stable, options: func(o *Options) {
		options(o)
		o.Clock = clock
	}}
	var err error
	if n.instance, err = tryOpen(t, n.s); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestPromiseOutlivesPowerCut reads a group at a time that its clocks gave, an hour
// ahead, and of which no log tells; then all nodes lose their power at once, and have
// the right time when it is back. What is recorded then is later all the same, so that
// the read can be repeated.
func TestPromiseOutlivesPowerCut(t *testing.T) {
	for _, nodes := range []int{1, 3} {
		t.Run(fmt.Sprint(nodes), func(t *testing.T) { promiseOutlivesPowerCut(t, nodes) })
	}
}

func promiseOutlivesPowerCut(t *testing.T, nodes int) {
	ahead := &atomic.Int64{}
	ahead.Store(int64(time.Hour / time.Microsecond))
	clock := func() knowledge.Micros { return wallClock() + microsOf(ahead.Load()) }
	all := []*cutNode{startCut(t, "n1", false, clock)}
	for i := 2; i <= nodes; i++ {
		n := startCut(t, fmt.Sprintf("n%d", i), true, clock)
		if err := all[0].admit(t.Context(), n.self()); err != nil {
			t.Fatal(err)
		}
		all = append(all, n)
	}
	waitVoters(t, all[0].instance, nodes)
	read := clock()
	v, err := all[0].Read(t.Context(), storage.ReadOptions{Shards: []storage.ShardID{1}, At: read})
	if err != nil {
		t.Fatal(err)
	}
	v.Close()
	for _, n := range all {
		if n.Group(1).fsm.lastTime() >= read {
			t.Fatal("the group's log tells of the time: the test tests nothing")
		}
		n.cut()
	}
	for _, n := range all {
		n.shutdown(t)
	}
	ahead.Store(0)
	for _, n := range all {
		options := n.s.options
		mux := reopen(t, n.opts.Mux)
		n.s.options = func(o *Options) {
			options(o)
			o.Mux = mux
		}
		if n.instance, err = tryOpen(t, n.s); err != nil {
			t.Fatal(err)
		}
	}
	if at := all[0].mustInsert(t, claim(pathIn("p", 1, 4), "1")).RecordedAt; at <= read {
		t.Errorf("recorded at %d, though the shard was read at %d", at, read)
	}
}

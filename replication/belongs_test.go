package replication

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/hashicorp/raft"
)

// kept is a node whose data can be opened again, by others too.
type kept struct {
	fs    vfs.FS
	dir   string
	files memStable
}

func keep(t *testing.T) kept {
	return kept{vfs.NewCrashableMem(), t.TempDir(), memStable{raft.NewInmemStore()}}
}

func (k kept) with(options func(*Options)) setup {
	return setup{fs: k.fs, dir: k.dir, shards: 1, stable: k.files, options: func(o *Options) {
		options(o)
		o.InMemory = false
	}}
}

// refused opens a node that is to be refused, and says why.
func refused(t *testing.T, what string, s setup) {
	t.Helper()
	in, err := tryOpen(t, s)
	if err == nil {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err = errors.Join(in.WaitReady(ctx), in.CheckJoined(ctx, nil))
	}
	if !errors.Is(err, ErrForeign) {
		t.Errorf("%s: %v", what, err)
	} else {
		t.Logf("%s: %v", what, err)
	}
}

// TestForeignDirectory starts nodes on data directories that are not theirs.
func TestForeignDirectory(t *testing.T) {
	a := keep(t)
	alone := func(name, cluster string) func(*Options) {
		return func(o *Options) { o.NodeID, o.Cluster = name, cluster }
	}
	first := open(t, a.with(alone("n1", "")))
	first.mustInsert(t, claim("p", "1"))
	first.shutdown(t)
	refused(t, "a node of another name, alone", a.with(alone("n2", "")))
	refused(t, "a node of another name, in a cluster", a.with(clustered(t, "n2", false)))

	mux := newMux(t)
	in := func(name, cluster string) func(*Options) {
		return func(o *Options) { o.NodeID, o.Cluster, o.Mux = name, cluster, mux }
	}
	open(t, a.with(in("n1", "red"))).shutdown(t)
	mux = reopen(t, mux)
	refused(t, "certificates of another cluster", a.with(in("n1", "blue")))

	n1 := open(t, a.with(in("n1", "red")))
	b := keep(t)
	mux2 := newMux(t)
	member := func(o *Options) { o.NodeID, o.Join, o.Mux = "n2", true, mux2 }
	second := joinWith(t, n1, b.with(member))
	waitVoters(t, n1, 2)
	waitEqual(t, n1, second)
	second.shutdown(t)
	refused(t, "another member", b.with(clustered(t, "n3", true)))
	refused(t, "a member without a listener", b.with(func(o *Options) { o.NodeID = "n2" }))
	mux2 = reopen(t, mux2)
	second = open(t, b.with(member))
	n1.mustInsert(t, claim("p", "2"))
	waitEqual(t, n1, second)
}

// TestRunningElsewhere starts a copy of a node's data while the node runs.
func TestRunningElsewhere(t *testing.T) {
	n1 := found(t, 1)
	b := keep(t)
	mux := newMux(t)
	member := func(o *Options) { o.NodeID, o.Join, o.Mux = "n2", true, mux }
	n2 := joinWith(t, n1, b.with(member))
	waitVoters(t, n1, 2)
	n2.mustInsert(t, claim("p", "1"))
	waitEqual(t, n1, n2)
	n2.shutdown(t)
	copied := kept{b.fs.(*vfs.MemFS).CrashClone(vfs.CrashCloneCfg{}), b.dir, b.files}
	mux = reopen(t, mux)
	again := open(t, b.with(member))
	n1.mustInsert(t, claim("p", "2"))
	waitEqual(t, n1, again)
	refused(t, "a copy", copied.with(clustered(t, "n2", true)))
}

// TestJoinOfAnotherCluster tells a cluster of one to join another.
func TestJoinOfAnotherCluster(t *testing.T) {
	n1, other := found(t, 1), open(t, setup{shards: 1, options: clustered(t, "n2", false)})
	at := n1.self().Address
	if err := other.CheckJoined(t.Context(), []string{at}); !errors.Is(err, ErrForeign) {
		t.Errorf("a cluster of its own that is to join another: %v", err)
	}
	if err := n1.CheckJoined(t.Context(), []string{at, "127.0.0.1:1"}); err != nil {
		t.Errorf("a founder that is to join itself: %v", err)
	}
	n3 := join(t, n1, "n3", 1)
	waitVoters(t, n1, 2)
	for _, in := range []*instance{n1, n3} {
		if err := in.CheckJoined(t.Context(), []string{at, n3.self().Address}); err != nil {
			t.Errorf("a member that is to join its cluster: %v", err)
		}
	}
}

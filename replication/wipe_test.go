package replication

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/stemedb/stemedb/storage"
)

// place has a cluster's first shard lie on these nodes, and waits until it does.
func place(t *testing.T, by *instance, nodes ...string) {
	t.Helper()
	eventually(t, func() (bool, string) {
		err := by.changeLayout(t.Context(), func(l *layout, _ *storage.View) ([]storage.MetaOp, error) {
			if l.groups[0] == nil {
				return nil, errors.New("nothing is planned yet")
			}
			p := *l.groups[0]
			p.replicas, p.lead = nodes, ""
			return []storage.MetaOp{p.op()}, nil
		})
		return err == nil, fmt.Sprint(err)
	})
	eventually(t, func() (bool, string) {
		s := shardStates(t, by)[0]
		slices.Sort(s.Replicas)
		return slices.Equal(s.Replicas, nodes) && len(s.Learners) == 0, fmt.Sprintf("%+v", s)
	})
}

// TestMovedOffIsWiped moves a shard off a node, which drops its state once the others
// have it, and not before; and back, which takes the whole of it anew.
func TestMovedOffIsWiped(t *testing.T) {
	in := cluster(t, 4, 1, 3)
	if err := in[0].SetBalancing(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	g0 := in[0].Group(0)
	for i := range 600 { // more than a member that has caught up may lack
		in[0].mustInsert(t, claim(fmt.Sprintf("p/%d", i), "1"))
	}
	place(t, in[0], "n1", "n2", "n3")
	third := in[2].Group(0)
	for _, node := range []string{"n3", "n4"} {
		eventually(t, func() (bool, string) { // leads may just be changing
			i := slices.IndexFunc(in, func(in *instance) bool { return in.Group(0).isReady() })
			if i < 0 {
				return false, "nobody leads"
			}
			err := in[i].Group(0).proveRemoved(t.Context(), node)
			return node == "n3" && errors.Is(err, errStillIn) || node == "n4" && err == nil, fmt.Sprintf("whether %s may wipe its replica: %v", node, err)
		})
	}
	full := in[2].stream(t, 0)
	place(t, in[0], "n1", "n2", "n4")
	eventually(t, func() (bool, string) {
		return third.isMovedOff() && third.fsm.shard.Applied() == 0, fmt.Sprint(third.Status())
	})
	if wiped, err := isWiped(third.snaps.stable); !wiped || err != nil {
		t.Errorf("a start would not know of it: %t, %v", wiped, err)
	}
	if left := in[2].stream(t, 0); len(left) > 100 || len(full) < 10_000 {
		t.Errorf("%d bytes are left of %d", len(left), len(full))
	}
	if f := in[2].Health(); len(f) > 0 {
		t.Errorf("the node is taken for ill: %+v", f)
	}
	if third.Status().Term == 0 || third.logs.log.Last() == 0 {
		t.Error("log and term are gone, which were promised")
	}
	after := in[2].mustInsert(t, claim("after", "1"))
	// The node takes part in reads of the shard, which others answer.
	soon, done := context.WithTimeout(t.Context(), 30*time.Second)
	v, err := in[2].Read(soon, storage.ReadOptions{Shards: []storage.ShardID{0}})
	done()
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Shards()) != 0 || v.At() < after.RecordedAt {
		t.Errorf("a read of shards %v as of %d, after %d", v.Shards(), v.At(), after.RecordedAt)
	}
	v.Close()
	place(t, in[0], "n1", "n2", "n3")
	eventually(t, func() (bool, string) {
		return in[2].Holds(0) && !third.isQuarantined(), fmt.Sprintf("%+v", third.Status())
	})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := in[0].Sync(ctx, "n3", false); err != nil {
		t.Errorf("the replica that came back: %v", err)
	}
	for _, path := range []string{"p/0", "p/599", "after"} {
		if got := in[2].values(t, path, 0, storage.TxnID{}); len(got) != 1 {
			t.Errorf("%s on the node that came back: %v", path, got)
		}
	}
	if wiped, err := isWiped(third.snaps.stable); wiped || err != nil || g0.isQuarantined() {
		t.Errorf("the next start would wipe it again: %t, %v", wiped, err)
	}
}

// TestWipeSurvivesPowerCuts cuts the power between the note that a replica is wiped
// and the wiping, and after it: what comes up holds nothing of the shard, is not
// refused as damaged, and takes the shard anew when it is moved back.
func TestWipeSurvivesPowerCuts(t *testing.T) {
	in := cluster(t, 3, 1, 3)
	if err := in[0].SetBalancing(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		in[0].mustInsert(t, claim(fmt.Sprintf("p/%d", i), "1"))
	}
	fs, files, mux := vfs.NewCrashableMem(), newFakeStable(nil), newMux(t)
	dir := t.TempDir() // who the node is outlives power cuts
	fourth := func() setup {
		return setup{fs: fs, dir: dir, shards: 1, stable: files, options: func(o *Options) {
			o.NodeID, o.Join, o.Mux, o.wipeAfter, o.InMemory = "n4", true, mux, time.Hour, false
		}}
	}
	n4, err := tryOpen(t, fourth())
	if err != nil {
		t.Fatal(err)
	}
	if err := in[0].admit(t.Context(), n4.self()); err != nil {
		t.Fatal(err)
	}
	cut := func() {
		t.Helper()
		if err := mux.Close(); err != nil { // nothing is acknowledged any more
			t.Fatal(err)
		}
		var clone *vfs.MemFS
		kv := files.cut(func() { clone = fs.CrashClone(vfs.CrashCloneCfg{}) })
		n4.shutdown(t)
		fs, files, mux = clone, newFakeStable(kv), muxAt(t, mux.Address())
		n4, err = tryOpen(t, fourth())
		if err != nil {
			t.Fatal(err)
		}
	}
	wiped := func(when string) {
		t.Helper()
		g := n4.Group(0)
		if !g.isMovedOff() || g.fsm.shard.Applied() != 0 || n4.Holds(0) || len(n4.Health()) > 0 {
			t.Errorf("%s: moved off: %t, applied %d, holds: %t, %+v", when, g.isMovedOff(), g.fsm.shard.Applied(), n4.Holds(0), n4.Health())
		}
	}
	there := func() (bool, string) {
		g := n4.Group(0)
		return n4.Holds(0) && !g.isQuarantined() && g.fsm.shard.Applied() > 0, fmt.Sprintf("%+v", g.Status())
	}
	for round := range 2 {
		place(t, in[0], "n1", "n2", "n4")
		eventually(t, there)
		if got := n4.values(t, "p/99", 0, storage.TxnID{}); len(got) != 1 {
			t.Errorf("round %d: %v", round, got)
		}
		place(t, in[0], "n1", "n2", "n3")
		g := n4.Group(0)
		if round == 0 {
			if err := g.snaps.stable.Set(movedKey, []byte{1}); err != nil {
				t.Fatal(err)
			}
			cut()
			wiped("power cut before the wipe")
			continue
		}
		eventually(t, func() (bool, string) { // the leader may just be changing
			err := g.wipeIfRemoved(t.Context())
			return err == nil, fmt.Sprint(err)
		})
		wiped("no power cut")
		cut()
		wiped("power cut after the wipe")
	}
	place(t, in[0], "n1", "n2", "n4")
	eventually(t, there)
}

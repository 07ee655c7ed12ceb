package replication

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/storage"
)

// network connects the groups of several nodes in memory.
type network struct {
	trans map[string]*raft.InmemTransport
}

func newNetwork(nodes []string, shards int) *network {
	w := &network{trans: make(map[string]*raft.InmemTransport)}
	ids := []storage.ShardID{storage.MetaShard}
	for i := range shards {
		ids = append(ids, storage.ShardID(i))
	}
	for _, id := range ids {
		for _, n := range nodes {
			_, t := raft.NewInmemTransportWithTimeout(raft.ServerAddress(n), 5*time.Second)
			w.trans[n+"/"+groupName(id)] = t
		}
		for _, a := range nodes {
			for _, b := range nodes {
				w.trans[a+"/"+groupName(id)].Connect(raft.ServerAddress(b), w.trans[b+"/"+groupName(id)])
			}
		}
	}
	return w
}

func (w *network) options(node string, join bool) func(*Options) {
	return func(o *Options) {
		o.NodeID, o.Join = node, join
		o.SnapshotEntries, o.TrailingLogs = 40, 5
		o.Transport = func(id storage.ShardID) (raft.Transport, error) { return w.trans[node+"/"+groupName(id)], nil }
	}
}

// stream returns a shard's state as a snapshot gives it.
func (in *instance) stream(t *testing.T, id storage.ShardID) []byte {
	t.Helper()
	snap, err := in.store.Checkpoint(id)
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	var buf bytes.Buffer
	if _, err := buf.ReadFrom(snap); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// TestClusterOfThree grows a cluster of one whose logs are truncated, so that
// the newcomers need snapshots; then moves the lead.
func TestClusterOfThree(t *testing.T) {
	names := []string{"n1", "n2", "n3"}
	w := newNetwork(names, 2)
	n1 := open(t, setup{shards: 2, options: w.options("n1", false)})
	for i := range 300 {
		n1.mustInsert(t, claim(fmt.Sprintf("p/%d", i), "1"))
	}
	n1.mustInsert(t, claim(pathIn("x", 0, 2), "1"), claim(pathIn("x", 1, 2), "1"))
	n1.each(func(g *Group) {
		if err := g.snapshot(); err != nil {
			t.Fatal(err)
		}
	})
	others := make([]*instance, 2)
	for i, name := range names[1:] {
		in, err := tryOpen(t, setup{shards: 2, options: w.options(name, true)})
		if err != nil {
			t.Fatal(err)
		}
		others[i] = in
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	n1.each(func(g *Group) {
		for _, name := range names[1:] {
			if err := g.AddVoter(ctx, name, name); err != nil {
				t.Fatal(err)
			}
		}
		if g.sole.Load() {
			t.Error("leading alone is taken for proof among three voters")
		}
	})
	last := n1.mustInsert(t, claim("last", "1"))
	if got := n1.values(t, "last", 0, storage.TxnID{}); got["1"] != last.RecordedAt {
		t.Errorf("claims %v", got)
	}
	for _, in := range others {
		waitEqual(t, n1, in)
	}

	n2 := others[0]
	n1.each(func(g *Group) {
		if err := g.TransferLeadership("n2", "n2"); err != nil {
			t.Fatal(err)
		}
	})
	if err := n2.WaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	before, after := n1.store, n2.allClaims(t)
	if len(after) != 303 || after["last=1"] != last.RecordedAt || before == nil {
		t.Errorf("%d claims on the new leader", len(after))
	}
	if res := n2.mustInsert(t, claim("last", "2"), claim("other", "2")); res.RecordedAt <= last.RecordedAt {
		t.Errorf("recorded at %d after %d", res.RecordedAt, last.RecordedAt)
	}
	short, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if _, err := n1.Read(short, nil, 0, storage.TxnID{}); err == nil {
		t.Error("a node that does not lead any more serves a linearizable read")
	}
	n2.waitResolved(t)
	for _, in := range []*instance{n1, others[1]} {
		waitEqual(t, n2, in)
	}
}

// waitEqual waits until a follower has applied what the leader has, and
// compares their states byte by byte.
func waitEqual(t *testing.T, leader, follower *instance) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	leader.each(func(g *Group) {
		f := follower.Group(g.id)
		for f.fsm.shard.Applied() < g.fsm.shard.Applied() {
			if time.Now().After(deadline) {
				t.Fatalf("group %s: applied %d, the leader %d", g.name, f.fsm.shard.Applied(), g.fsm.shard.Applied())
			}
			time.Sleep(5 * time.Millisecond)
		}
		if !sameState(leader.stream(t, g.id), follower.stream(t, g.id)) {
			t.Errorf("group %s: replicas differ at %d", g.name, f.fsm.shard.Applied())
		}
	})
}

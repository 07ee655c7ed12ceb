package replication

import (
	"testing"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/storage"
)

// TestQuietTransport counts what a leader of several groups says when nothing
// happens, and that it says what a follower has not heard.
func TestQuietTransport(t *testing.T) {
	nodes := three(t, 4)
	n1, n2 := nodes[0], nodes[1]
	last := n1.mustInsert(t, claim(pathIn("x", 0, 4), "1"))
	for _, in := range nodes[1:] {
		waitEqual(t, n1, in)
	}
	q := n1.Group(0).trans.(*quietTransport)
	target := raft.ServerAddress(n2.self().Address)
	deadline := time.Now().Add(20 * time.Second)
	known := func() bool {
		applied := n1.Group(0).fsm.shard.Applied()
		return q.isKnown(target, &raft.AppendEntriesRequest{Term: n1.Group(0).raft.CurrentTerm(), PrevLogEntry: n1.Group(0).raft.LastIndex(), LeaderCommitIndex: applied})
	}
	for !known() {
		if time.Now().After(deadline) {
			t.Fatal("what a follower has acknowledged is said again and again")
		}
		time.Sleep(5 * time.Millisecond)
	}
	// Another incarnation of the follower may not know what the last one did.
	n1.beats.mu.Lock()
	n1.beats.peers[target].last = [8]byte{1}
	n1.beats.mu.Unlock()
	if known() {
		t.Error("a node that was started anew is taken for one that knows")
	}
	for !known() {
		if time.Now().After(deadline) {
			t.Fatal("nothing is said to a node that was started anew")
		}
		time.Sleep(5 * time.Millisecond)
	}
	q.forget(target)
	if known() {
		t.Error("what was forgotten is known")
	}

	// Heartbeats say how far the followers are behind.
	for n2.Lag() > 5*time.Second || n1.Lag() != 0 {
		if time.Now().After(deadline) {
			t.Fatalf("lags %v and %v", n1.Lag(), n2.Lag())
		}
		time.Sleep(5 * time.Millisecond)
	}
	if got := n2.values(t, pathIn("x", 0, 4), 0, storage.TxnID{}); got["1"] != last.RecordedAt {
		t.Errorf("claims %v", got)
	}
}

// TestTurns: the voters that are left take turns, each first for some groups.
func TestTurns(t *testing.T) {
	nodes := three(t, 2)
	gone := nodes[0].self().Address
	for id := range storage.ShardID(2) {
		a, n := nodes[1].Group(id).turnAfter(gone)
		b, m := nodes[2].Group(id).turnAfter(gone)
		if n != 2 || m != 2 || a+b != 1 {
			t.Errorf("group %d: turns %d of %d and %d of %d", id, a, n, b, m)
		}
	}
	if nodes[1].isGone(gone) {
		t.Error("a node that answers is gone")
	}
	if err := nodes[0].opts.Mux.Close(); err != nil {
		t.Fatal(err)
	}
	// Nobody listens any more: the others take over without waiting for raft.
	deadline := time.Now().Add(20 * time.Second)
	for nodes[1].Group(0).leaderRaw() == raft.ServerAddress(gone) || nodes[1].Group(0).leaderRaw() == "" {
		if time.Now().After(deadline) {
			t.Fatal("nobody takes over")
		}
		time.Sleep(time.Millisecond)
	}
}

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
	last := nodes[0].mustInsert(t, claim(pathIn("x", 0, 4), "1"))
	deadline := time.Now().Add(30 * time.Second)
	// The lead may move at any time.
	leads := func() (q *quietTransport, target raft.ServerAddress) {
		for ; ; time.Sleep(time.Millisecond) {
			for i, in := range nodes {
				if in.Group(0).isReady() {
					return in.Group(0).trans.(*quietTransport), raft.ServerAddress(nodes[(i+1)%3].self().Address)
				}
			}
			if time.Now().After(deadline) {
				t.Fatal("nobody leads")
			}
		}
	}
	known := func() bool {
		q, target := leads()
		g := q.group
		return q.isKnown(target, &raft.AppendEntriesRequest{Term: g.raft.CurrentTerm(), PrevLogEntry: g.raft.LastIndex(), LeaderCommitIndex: g.fsm.shard.Applied()})
	}
	await := func(what string) {
		t.Helper()
		for !known() {
			if time.Now().After(deadline) {
				t.Fatal(what)
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	await("what a follower has acknowledged is said again and again")
	// Another incarnation of the follower may not know what the last one did.
	q, target := leads()
	q.mu.Lock()
	if k := q.told[target]; k != nil {
		k.incarnation = [8]byte{1}
	}
	q.mu.Unlock()
	await("nothing is said to a node that was started anew")

	// Heartbeats say how far the followers are behind.
	for _, in := range nodes {
		for in.Lag() > 5*time.Second {
			if time.Now().After(deadline) {
				t.Fatalf("%s lags by %v", in.opts.NodeID, in.Lag())
			}
			time.Sleep(5 * time.Millisecond)
		}
		if got := in.values(t, pathIn("x", 0, 4), 0, storage.TxnID{}); got["1"] != last.RecordedAt {
			t.Errorf("claims %v", got)
		}
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

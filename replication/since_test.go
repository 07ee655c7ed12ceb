package replication

import (
	"errors"
	"testing"
	"time"

	"github.com/stemedb/stemedb/storage"
)

// lead has a node lead a group.
func (in *instance) lead(t *testing.T, nodes []*instance, id storage.ShardID) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !in.Group(id).canRead() {
		if time.Now().After(deadline) {
			t.Fatal("the lead does not go over")
		}
		for _, other := range nodes {
			if g := other.Group(id); other != in && g.isReady() {
				if err := g.TransferLeadership(in.opts.NodeID, in.self().Address); err != nil {
					t.Log(err) // it stays while the target is behind
				}
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// TestReadOverTwoTerms takes the newest time from a leader, which loses the lead to
// a node that acknowledges a claim, and gets it back, before it is asked to make the
// time final: it is the newest no more.
func TestReadOverTwoTerms(t *testing.T) {
	n1 := open(t, setup{options: clustered(t, "n1", false)})
	n2, n3 := join(t, n1, "n2", 4), join(t, n1, "n3", 4)
	nodes := []*instance{n1, n2, n3}
	waitVoters(t, n1, 3)
	n1.lead(t, nodes, 0)
	path := pathIn("x", 0, 4)
	n1.mustInsert(t, claim(path, "1"))
	there := elsewhere{n1.self().Address: {0}}
	taken, err := n3.latestOf(t.Context(), there)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n3.awaitReady(t.Context(), there, n3.all, taken, true); err != nil {
		t.Errorf("under one leader: %v", err)
	}
	n2.lead(t, nodes, 0)
	n2.mustInsert(t, claim(path, "2"))
	n1.lead(t, nodes, 0)
	if _, err := n3.awaitReady(t.Context(), there, n3.all, taken, true); !errors.Is(err, ErrUnavailable) {
		t.Errorf("a time from before another leader's claim was taken for the newest: %v", err)
	}
	if _, err := n3.awaitReady(t.Context(), there, n3.all, taken, false); err != nil {
		t.Errorf("a read as of that time: %v", err)
	}
	if err := n1.Group(0).ledSince(taken); !errors.Is(err, ErrUnavailable) {
		t.Errorf("the same on the leader: %v", err)
	}
}

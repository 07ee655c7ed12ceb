package replication

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/hashicorp/raft"
)

// TestSnapshotAfterTransfer takes the snapshot of a graceful close while the group's
// lead is on its way to a node that does not answer: it comes when raft has given
// that up, and is no failure if that takes too long.
func TestSnapshotAfterTransfer(t *testing.T) {
	n1 := open(t, setup{options: clustered(t, "n1", false)})
	n2, n3 := join(t, n1, "n2", 4), join(t, n1, "n3", 4)
	waitVoters(t, n1, 3)
	n1.lead(t, []*instance{n1, n2, n3}, 0)
	g := n1.Group(0)
	if err := n2.opts.Mux.Close(); err != nil {
		t.Fatal(err)
	}
	before := g.snaps.index()
	n1.mustInsert(t, claim(pathIn("x", 0, 4), "1"))
	for g.raft.LeadershipTransferToServer("n2", raft.ServerAddress(n2.self().Address)); !errors.Is(g.snapshot(), raft.ErrLeadershipTransferInProgress); {
		if t.Context().Err() != nil || g.snaps.index() > before {
			t.Fatal("the transfer does not begin")
		}
	}
	soon, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := g.snapshotNow(soon); err != nil {
		t.Errorf("while the transfer lasts: %v", err)
	}
	late, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	if err := g.snapshotNow(late); err != nil || g.snaps.index() == before {
		t.Errorf("after the transfer: snapshot at %d, %v", g.snaps.index(), err)
	}
}

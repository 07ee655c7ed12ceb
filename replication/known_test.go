package replication

import (
	"fmt"
	"testing"

	"github.com/stemedb/stemedb/storage"
)

// TestKnownToNewLeader: claims of a transaction over two shards are known ones to
// whoever writes them again, though the leader of one shard changes before it has made
// them ordinary.
func TestKnownToNewLeader(t *testing.T) {
	const shards = 2
	n1 := found(t, shards)
	nodes := []*instance{n1, join(t, n1, "n2", shards), join(t, n1, "n3", shards)}
	waitVoters(t, n1, 3)
	for round := range 12 {
		from, to := nodes[round%3], nodes[(round+1)%3]
		writer := nodes[(round/3)%3] // leads the group before, after, or not at all
		recs := []storage.ClaimRec{claim(pathIn(fmt.Sprint("a", round), 0, shards), "1"), claim(pathIn(fmt.Sprint("b", round), 1, shards), "1")}
		if first := writer.mustInsert(t, recs...); first.Known != 0 {
			t.Fatalf("round %d: %d new claims are known", round, first.Known)
		}
		if err := from.groups[1].TransferLeadership(to.opts.NodeID, to.self().Address); err != nil {
			t.Fatal(err)
		}
		if again := to.mustInsert(t, recs...); again.Known != int64(len(recs)) {
			t.Errorf("round %d: of %d claims that are there, %d are known", round, len(recs), again.Known)
		}
	}
}

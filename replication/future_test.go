package replication

import (
	"errors"
	"testing"

	"github.com/stemedb/stemedb/storage"
)

// TestTimeOfAnotherClock reads, on nodes whose clocks are behind, as of a time that
// a clock which is ahead gave to a claim of another shard: what was recorded is no
// future.
func TestTimeOfAnotherClock(t *testing.T) {
	n1, ahead := foundAhead(t)
	n2 := join(t, n1, "n2", 4)
	waitVoters(t, n1, 2)
	recorded := n1.mustInsert(t, claim(pathIn("x", 0, 4), "1")).RecordedAt
	ahead.Store(0) // now n1's clock is behind too
	other := []storage.ShardID{1}
	for name, in := range map[string]*instance{"n1": n1, "n2": n2} {
		v, err := in.Read(t.Context(), storage.ReadOptions{Shards: other, At: recorded})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if v.At() != recorded {
			t.Errorf("%s reads at %d, not at %d", name, v.At(), recorded)
		}
		v.Close()
		if _, err := in.Read(t.Context(), storage.ReadOptions{Shards: other, At: recorded + 1e9}); !errors.Is(err, ErrFutureTime) {
			t.Errorf("%s: beyond every clock: %v", name, err)
		}
	}
}

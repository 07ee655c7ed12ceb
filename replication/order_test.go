package replication

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// TestTimesFollowAcknowledgements commits to shards whose leaders' clocks are hours
// apart, one after the other and by different nodes: whatever was acknowledged before
// a commit began was recorded before it, wherever the cluster's own group is led.
func TestTimesFollowAcknowledgements(t *testing.T) {
	const shards = 4
	n1 := found(t, shards)
	nodes := []*instance{n1}
	for i, off := range []time.Duration{3 * time.Hour, -2 * time.Hour} {
		options := clustered(t, fmt.Sprintf("n%d", i+2), true)
		in, err := tryOpen(t, setup{shards: shards, options: func(o *Options) {
			options(o)
			o.Clock = func() knowledge.Micros { return wallClock() + microsOf(off.Microseconds()) }
		}})
		if err != nil {
			t.Fatal(err)
		}
		if err := n1.admit(t.Context(), in.self()); err != nil {
			t.Fatal(err)
		}
		nodes = append(nodes, in)
	}
	waitVoters(t, n1, len(nodes))
	for id := range storage.ShardID(shards) {
		nodes[int(id)%len(nodes)].lead(t, nodes, id)
	}
	var last knowledge.Micros
	count := 0
	commit := func(by *instance, ids ...storage.ShardID) {
		t.Helper()
		var recs []storage.ClaimRec
		for _, id := range ids {
			count++
			recs = append(recs, claim(pathIn("p", id, shards), fmt.Sprint(count)))
		}
		at := by.mustInsert(t, recs...).RecordedAt
		if at <= last {
			t.Errorf("shards %v by %s: recorded at %d, after what was acknowledged as of %d", ids, by.opts.NodeID, at, last)
		}
		last = at
	}
	for _, head := range []*instance{n1, nodes[2], nodes[1], nodes[2]} {
		head.lead(t, nodes, storage.MetaShard)
		for range 3 {
			commit(n1, 1) // ahead
			commit(nodes[2], 2)
			commit(nodes[1], 0)
			commit(nodes[2], 0, 2)
			commit(n1, 3)
			commit(nodes[1], 1, 2)
			commit(nodes[1], 2)
		}
	}
	// A read that has ended counts as much.
	v, err := nodes[1].Read(t.Context(), storage.ReadOptions{Shards: []storage.ShardID{1}})
	if err != nil {
		t.Fatal(err)
	}
	last = v.At()
	v.Close()
	commit(nodes[2], 2)
}

// TestTimesFollowAcknowledgementsAlone sets the clock of a node that is alone back
// between commits to different shards.
func TestTimesFollowAcknowledgementsAlone(t *testing.T) {
	var wall atomic.Int64
	wall.Store(int64(time.Hour / time.Microsecond))
	in := open(t, setup{shards: 2, options: func(o *Options) {
		o.Clock = func() knowledge.Micros { return microsOf(wall.Load()) }
	}})
	first := in.mustInsert(t, claim(pathIn("p", 0, 2), "1")).RecordedAt
	wall.Add(-int64(time.Minute / time.Microsecond))
	if second := in.mustInsert(t, claim(pathIn("p", 1, 2), "1")).RecordedAt; second <= first {
		t.Errorf("recorded at %d, after what was acknowledged as of %d", second, first)
	}
}

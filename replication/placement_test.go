package replication

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// eventually waits until a condition holds, and fails with what it says else.
func eventually(t testing.TB, cond func() (ok bool, state string)) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		ok, state := cond()
		if ok {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("it does not come about: %s", state)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// shardStates is a node's view of the shards, for conditions.
func shardStates(t testing.TB, in *instance) []ShardStatus {
	t.Helper()
	s, err := in.ClusterShards(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// cluster starts nodes n1, n2, … that keep so many replicas of each shard.
func cluster(t testing.TB, nodes, shards, factor int) []*instance {
	t.Helper()
	with := func(f func(*Options)) func(*Options) {
		return func(o *Options) {
			f(o)
			o.Factor = factor
		}
	}
	all := []*instance{open(t, setup{shards: shards, options: with(clustered(t, "n1", false))})}
	for i := 1; i < nodes; i++ {
		all = append(all, join(t, all[0], fmt.Sprintf("n%d", i+1), shards))
	}
	return all
}

func isReplicated(factor int) func([]ShardStatus) bool {
	return func(shards []ShardStatus) bool {
		return !slices.ContainsFunc(shards, func(s ShardStatus) bool {
			return len(s.Replicas) != factor || len(s.Wanted) != factor || s.ID != "meta" && len(s.Learners) > 0
		})
	}
}

// TestLeadsAreSpread has the leads of six shards go to three nodes, away from one
// that drains, and back.
func TestLeadsAreSpread(t *testing.T) {
	in := cluster(t, 3, 6, 3)
	leads := func(from int) map[string]int {
		out := map[string]int{}
		for _, s := range shardStates(t, in[from])[:6] {
			out[s.Leader]++
		}
		return out
	}
	spread := func() (bool, string) {
		n := leads(0)
		return isReplicated(3)(shardStates(t, in[0])) && n["n1"] == 2 && n["n2"] == 2 && n["n3"] == 2, fmt.Sprint(n, shardStates(t, in[0]))
	}
	eventually(t, spread)
	if err := in[2].Drain(t.Context(), "n1"); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() (bool, string) {
		n := leads(1)
		return n["n1"] == 0 && n[""] == 0 && !in[0].meta.isReady(), fmt.Sprint(n)
	})
	in[0].mustInsert(t, claim("while/drained", "1"), claim("other", "2"))
	members, err := in[1].ClusterMembers(t.Context())
	if err != nil || len(members) != 3 || members[0].Status != "DRAINING" || members[0].Leads != 0 || members[1].Status != "UP" {
		t.Errorf("members %+v, %v", members, err)
	}
	if err := in[0].Resume(t.Context(), "n1"); err != nil {
		t.Fatal(err)
	}
	eventually(t, spread)
	if got := in[2].values(t, "while/drained", 0, storage.TxnID{}); len(got) != 1 {
		t.Errorf("claims %v", got)
	}
}

// TestMoveShard moves the lead of a shard within its replicas, where it stays.
func TestMoveShard(t *testing.T) {
	in := cluster(t, 3, 2, 3)
	eventually(t, func() (bool, string) {
		s := shardStates(t, in[0])
		return isReplicated(3)(s) && s[0].Leader == "n1" && s[1].Leader == "n2", fmt.Sprint(s)
	})
	for _, bad := range []struct {
		shard, target string
		want          error
	}{{"2", "n1", ErrNoShard}, {"meta", "n1", ErrNoShard}, {"0", "n9", ErrNoMember}} {
		if err := in[1].MoveShard(t.Context(), bad.shard, bad.target, ""); !errors.Is(err, bad.want) {
			t.Errorf("moving shard %s to %s: %v", bad.shard, bad.target, err)
		}
	}
	if err := in[1].MoveShard(t.Context(), "0", "n3", "hotspot"); err != nil {
		t.Fatal(err)
	}
	if err := in[1].MoveShard(t.Context(), "0", "n2", "again"); err != nil && !errors.Is(err, ErrMoving) {
		t.Errorf("moving it while it moves: %v", err)
	}
	eventually(t, func() (bool, string) {
		s := shardStates(t, in[0])[0]
		return s.Leader == s.Move.To && s.Move.State == MoveComplete && s.Move.Ended > s.Move.Started && s.Move.Reason != "", fmt.Sprintf("%+v", s)
	})
}

// TestDecommission replaces the replicas of a node that has gone by those of a
// fourth one, and of one that is there.
func TestDecommission(t *testing.T) {
	in := cluster(t, 4, 3, 3)
	eventually(t, func() (bool, string) {
		s := shardStates(t, in[0])
		held := map[string]int{}
		for _, s := range s[:3] {
			for _, id := range s.Replicas {
				held[id]++
			}
		}
		return isReplicated(3)(s) && held["n1"] >= 2 && held["n2"] >= 2 && held["n3"] >= 2 && held["n4"] >= 2, fmt.Sprintf("%+v", s)
	})
	for i := range 40 {
		in[0].mustInsert(t, claim(fmt.Sprintf("p/%d", i), "1"))
	}
	if err := in[3].Node.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	gone := func(node string, from *instance) {
		t.Helper()
		if err := from.Decommission(t.Context(), node); err != nil {
			t.Fatal(err)
		}
		eventually(t, func() (bool, string) {
			members, err := from.Members()
			s := shardStates(t, from)
			left := slices.ContainsFunc(members, func(m Member) bool { return m.ID == node })
			in := slices.ContainsFunc(s, func(s ShardStatus) bool {
				return slices.Contains(slices.Concat(s.Replicas, s.Learners, s.Wanted), node)
			})
			return err == nil && !left && !in, fmt.Sprintf("%+v %+v", members, s)
		})
	}
	gone("n4", in[1])
	eventually(t, func() (bool, string) {
		s := shardStates(t, in[0])
		return isReplicated(3)(s), fmt.Sprintf("%+v", s)
	})
	if err := in[0].Decommission(t.Context(), "n4"); !errors.Is(err, ErrNoMember) {
		t.Errorf("decommissioning a node that left: %v", err)
	}
	in[1].mustInsert(t, claim("after", "1"), claim("other", "1"))
	// A statement on the node that waits for what the node will not hear of any more.
	waits := make(chan error, 2)
	go func() { waits <- in[0].awaitApplied(t.Context(), in[0].meta, 1<<40) }()
	go func() {
		var err error
		for err == nil { // it may lead the group for a while
			err = in[0].Group(0).awaitLeader(t.Context(), func() bool { return false })
			time.Sleep(time.Millisecond)
		}
		waits <- err
	}()
	gone("n1", in[1])
	for range 2 {
		if err := <-waits; !errors.Is(err, ErrLeft) {
			t.Errorf("a read on a node that left, which keeps the node from being stopped: %v", err)
		}
	}
	eventually(t, func() (bool, string) {
		_, err := in[0].Read(t.Context(), storage.ReadOptions{})
		return errors.Is(err, ErrLeft), fmt.Sprint(err)
	})
	if _, err := in[0].insert(t.Context(), claim("by", "n1")); !errors.Is(err, ErrLeft) {
		t.Errorf("a node that has left takes claims: %v", err)
	}
	in[2].mustInsert(t, claim("after", "2"))
	for i := range 40 {
		if got := in[2].values(t, fmt.Sprintf("p/%d", i), 0, storage.TxnID{}); len(got) != 1 {
			t.Errorf("claim %d of before: %v", i, got)
		}
	}
}

// TestMovedOffWhileDown has a node come back whose replica of a shard has gone to
// another one: it finds the shard's leader though its own replica hears of none, and
// is not behind for lack of it.
func TestMovedOffWhileDown(t *testing.T) {
	in := cluster(t, 3, 2, 3)
	fs, files := vfs.NewMem(), memStable{raft.NewInmemStore()}
	base := clustered(t, "n4", true)
	var ahead atomic.Int64
	fourth := setup{fs: fs, dir: t.TempDir(), shards: 2, stable: files, options: func(o *Options) {
		base(o)
		o.InMemory = false
		o.Clock = func() knowledge.Micros { return wallClock() + microsOf(ahead.Load()) }
	}}
	n4, err := tryOpen(t, fourth)
	if err != nil {
		t.Fatal(err)
	}
	if err := in[0].admit(t.Context(), n4.self()); err != nil {
		t.Fatal(err)
	}
	shard := -1
	eventually(t, func() (bool, string) {
		s := shardStates(t, in[0])
		shard = slices.IndexFunc(s[:2], func(s ShardStatus) bool { return slices.Contains(s.Replicas, "n4") })
		return shard >= 0 && isReplicated(3)(s), fmt.Sprintf("%+v", s)
	})
	if err := in[0].SetBalancing(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	n4.shutdown(t)
	id := storage.ShardID(shard)
	err = in[0].changeLayout(t.Context(), func(l *layout, _ *storage.View) ([]storage.MetaOp, error) {
		p := *l.groups[id]
		p.replicas, p.lead = []string{"n1", "n2", "n3"}, ""
		return []storage.MetaOp{p.op()}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, func() (bool, string) {
		s := shardStates(t, in[0])[shard]
		return len(s.Replicas) == 3 && !slices.Contains(s.Replicas, "n4"), fmt.Sprintf("%+v", s)
	})
	ahead.Store(int64(time.Hour / time.Microsecond)) // what it waits for in vain, it waits for long
	again := open(t, fourth)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if addr, err := again.Group(id).route(ctx); err != nil || addr == "" {
		t.Errorf("the leader of a shard that was moved off is at %q, %v", addr, err)
	}
	if again.Holds(id) {
		t.Error("the node still takes its replica for one")
	}
	eventually(t, func() (bool, string) { return again.Lag() < 10*time.Minute, again.Lag().String() })
}

package replication

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

// pair is a counter that is written in two shards by one transaction each time,
// as one more claim on each side.
type pair struct {
	a, b  string
	acked atomic.Int64 // increments whose commit was acknowledged
	last  atomic.Pointer[acknowledged]
}

// acknowledged is an increment and when it was recorded.
type acknowledged struct {
	n  int64
	at knowledge.Micros
}

func (p *pair) increment(ctx context.Context, in *instance, n int64) error {
	res, err := in.insert(ctx, claim(p.a, fmt.Sprint(n)), claim(p.b, fmt.Sprint(n)))
	if err == nil {
		p.acked.Store(n)
		p.last.Store(&acknowledged{n, res.RecordedAt})
	}
	return err
}

// check reads both sides at one time, and one side alone: both sides agree, and
// nothing acknowledged before the read began is missing.
func (p *pair) check(ctx context.Context, in *instance, r *rand.Rand) error {
	sa, sb := storage.ShardOf(p.a, in.Shards()), storage.ShardOf(p.b, in.Shards())
	before := p.acked.Load()
	if r.IntN(2) == 0 {
		side := p.a
		if r.IntN(2) == 0 {
			side = p.b
		}
		got, err := in.tryValues(ctx, side, 0, storage.TxnID{})
		if err != nil {
			return err
		}
		if int64(len(got)) < before {
			return fmt.Errorf("%s: %d claims, %d were acknowledged", side, len(got), before)
		}
		return nil
	}
	o := storage.ReadOptions{Shards: []storage.ShardID{sa, sb}}
	if r.IntN(2) == 0 {
		o.Bounded, o.MaxStaleness = true, time.Second
	}
	last, now := p.last.Load(), in.Now()
	v, err := in.Read(ctx, o)
	if err != nil {
		return err
	}
	defer v.Close()
	if o.Bounded {
		if v.At() < now-1_000_000 {
			return fmt.Errorf("%s: a bounded read is %d µs old", p.a, now-v.At())
		}
		before = 0
		if last != nil && last.at <= v.At() {
			before = last.n
		}
	}
	ga, err := viewValues(ctx, v, sa, p.a)
	if err != nil {
		return err
	}
	gb, err := viewValues(ctx, v, sb, p.b)
	if err != nil {
		return err
	}
	if len(ga) != len(gb) || int64(len(ga)) < before {
		return fmt.Errorf("%s: %d claims here, %d there, %d acknowledged", p.a, len(ga), len(gb), before)
	}
	for k, at := range ga {
		if gb[k] != at || at > v.At() {
			return fmt.Errorf("%s=%s: recorded at %d here, %d there, read at %d", p.a, k, at, gb[k], v.At())
		}
	}
	return nil
}

// TestHistoryIsLinearizable runs single- and multi-shard transactions beside
// readers.
func TestHistoryIsLinearizable(t *testing.T) {
	in := open(t, setup{options: func(o *Options) { o.SnapshotEntries, o.TrailingLogs = 300, 100_000 }})
	runHistory(t, []*instance{in}, 2*time.Second, nil)
	in.each(func(g *Group) { checkLogTimes(t, g) })
}

// TestHistoryUnderElections is the same while leaders are unseated again and
// again: answers get lost, entries are proposed twice, times go stale.
func TestHistoryUnderElections(t *testing.T) {
	in := open(t, setup{})
	runHistory(t, []*instance{in}, 2*time.Second, func(r *rand.Rand) {
		g := in.Group(storage.ShardID(r.IntN(in.Shards())))
		if r.IntN(5) == 0 {
			g = in.meta
		}
		req := raft.TimeoutNowRequest{RPCHeader: raft.RPCHeader{
			ProtocolVersion: raft.ProtocolVersionMax, ID: []byte("node1"), Addr: []byte(g.trans.LocalAddr()),
		}}
		var resp raft.TimeoutNowResponse
		if err := g.trans.TimeoutNow("node1", g.trans.LocalAddr(), &req, &resp); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Duration(r.IntN(20)) * time.Millisecond)
	})
	in.each(func(g *Group) {
		if g.raft.CurrentTerm() < 3 {
			t.Errorf("group %s had no election", g.name)
		}
	})
}

// TestHistoryOfCluster is the same on three nodes, each of which takes every
// operation, while the lead of groups goes from one to the other.
func TestHistoryOfCluster(t *testing.T) {
	n1 := open(t, setup{options: clustered(t, "n1", false)})
	nodes := []*instance{n1, join(t, n1, "n2", 4), join(t, n1, "n3", 4)}
	waitVoters(t, n1, 3)
	// Reads below take for granted that each node has a replica with a vote: it learns of
	// its vote after the leader, and one that knows no leader asks the plan.
	eventually(t, func() (bool, string) {
		for _, in := range nodes {
			l, err := in.layout()
			if err != nil {
				return false, err.Error()
			}
			for id := range storage.ShardID(in.Shards()) {
				if p := l.groups[id]; p == nil || !slices.Contains(p.replicas, in.opts.NodeID) {
					return false, fmt.Sprintf("%s does not know that it holds shard %d: %+v", in.opts.NodeID, id, p)
				}
				if !in.Holds(id) {
					return false, fmt.Sprintf("%s has no vote in shard %d yet", in.opts.NodeID, id)
				}
			}
		}
		return true, ""
	})
	moved := map[string]bool{}
	turn := 0
	runHistory(t, nodes, 4*time.Second, func(r *rand.Rand) {
		// One after the other: on a busy machine there are few transfers in all.
		id := storage.ShardID(turn % (n1.Shards() + 1))
		if int(id) == n1.Shards() {
			id = storage.MetaShard
		}
		turn++
		to := nodes[r.IntN(len(nodes))]
		for _, in := range nodes {
			if g := in.Group(id); in != to && g.isReady() {
				// It may fail where the target is behind; the lead stays then.
				if g.TransferLeadership(to.opts.NodeID, to.self().Address) == nil {
					moved[g.name] = true
				}
			}
		}
		time.Sleep(time.Duration(r.IntN(60)) * time.Millisecond)
	})
	if len(moved) != 5 {
		t.Errorf("only groups %v changed their leader", moved)
	}
	for _, in := range nodes {
		if in != n1 {
			waitEqual(t, n1, in)
		}
	}
}

// runHistory writes and reads for a while, on all nodes, doing disturb all along.
func runHistory(t *testing.T, nodes []*instance, length time.Duration, disturb func(*rand.Rand)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), length)
	defer cancel()
	var wg sync.WaitGroup
	if disturb != nil {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r := rand.New(rand.NewPCG(7, 7))
			for ctx.Err() == nil {
				disturb(r)
			}
		}()
	}
	in := nodes[0]
	pick := func(r *rand.Rand) *instance { return nodes[r.IntN(len(nodes))] }
	pairs := make([]*pair, 3)
	for i := range pairs {
		p := &pair{
			a: pathIn(fmt.Sprintf("a%d", i), storage.ShardID(i), in.Shards()),
			b: pathIn(fmt.Sprintf("b%d", i), storage.ShardID(i+1), in.Shards()),
		}
		pairs[i] = p
		wg.Add(1)
		go func() {
			defer wg.Done()
			r := rand.New(rand.NewPCG(uint64(i), 3))
			for n := int64(1); ctx.Err() == nil; n++ {
				if err := p.increment(t.Context(), pick(r), n); err != nil {
					t.Error(err)
					return
				}
			}
		}()
	}
	var singles atomic.Int64
	for w := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r := rand.New(rand.NewPCG(uint64(w), 2))
			for n := 0; ctx.Err() == nil; n++ {
				path, value := fmt.Sprintf("single/%d", w), fmt.Sprint(n)
				res, err := pick(r).insert(t.Context(), claim(path, value))
				if err != nil {
					t.Error(err)
					return
				}
				singles.Add(1)
				if got, err := pick(r).tryValues(t.Context(), path, 0, storage.TxnID{}); err != nil || got[value] != res.RecordedAt {
					t.Errorf("%s=%s acknowledged at %d, read as %d, %v", path, value, res.RecordedAt, got[value], err)
					return
				}
			}
		}()
	}
	var reads atomic.Int64
	for w := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r := rand.New(rand.NewPCG(uint64(w), 1))
			for ctx.Err() == nil {
				if err := pairs[r.IntN(len(pairs))].check(t.Context(), pick(r), r); err != nil {
					t.Error(err)
					return
				}
				reads.Add(1)
			}
		}()
	}
	wg.Wait()
	t.Logf("%d reads, %d single inserts, %d increments", reads.Load(), singles.Load(), pairs[0].acked.Load())
	for _, in := range nodes {
		in.waitResolved(t)
	}
}

// checkLogTimes walks a group's log: entries' times rise strictly.
func checkLogTimes(t *testing.T, g *Group) {
	t.Helper()
	first, _ := g.logs.FirstIndex()
	last, _ := g.logs.LastIndex()
	var newest knowledge.Micros
	for i := first; i <= last; i++ {
		var e raft.Log
		if err := g.logs.GetLog(i, &e); err != nil {
			t.Fatal(err)
		}
		if e.Type != raft.LogCommand {
			continue
		}
		at := command.Time(e.Data)
		if at <= newest {
			t.Fatalf("group %s: entry %d has time %d after %d", g.name, i, at, newest)
		}
		newest = at
	}
}

package replication

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/raft"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/stemedb/stemedb/storage"
)

// threeNodes is a cluster of three in memory.
func threeNodes(t testing.TB, shards int) []*instance {
	t.Helper()
	n1 := found(t, shards)
	nodes := []*instance{n1, join(t, n1, "n2", shards), join(t, n1, "n3", shards)}
	waitVoters(t, n1, 3)
	return nodes
}

// harm gives one replica a claim that the log knows nothing of.
func (in *instance) harm(t testing.TB, path string) storage.ShardID {
	t.Helper()
	id := storage.ShardOf(path, in.Shards())
	g := in.Group(id)
	g.fsm.mu.Lock()
	defer g.fsm.mu.Unlock()
	a := g.fsm.shard.Begin()
	a.Insert(g.fsm.shard.LastRecorded()-1, []storage.ClaimRec{claim(path, "wrong")})
	if err := a.Commit(); err != nil {
		t.Fatal(err)
	}
	return id
}

func stateOf(t testing.TB, in *instance, shard, node string) ReplicaSync {
	t.Helper()
	all, err := in.SyncStatus(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		for _, r := range s.Replicas {
			if s.Shard == shard && r.Node == node {
				return r
			}
		}
	}
	return ReplicaSync{}
}

// foundBy is how many divergences the nodes have counted.
func foundBy(t testing.TB, nodes []*instance) (n float64) {
	t.Helper()
	for _, in := range nodes {
		reg := prometheus.NewRegistry()
		if err := reg.Register(in.metrics.diverged); err != nil {
			t.Fatal(err)
		}
		families, err := reg.Gather()
		if err != nil {
			t.Fatal(err)
		}
		n += families[0].Metric[0].GetCounter().GetValue()
	}
	return n
}

// waitTrusted waits until no replica of a node is in quarantine.
func waitTrusted(t testing.TB, in *instance) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	in.each(func(g *Group) {
		for g.isQuarantined() {
			if time.Now().After(deadline) {
				t.Fatalf("group %s of %s stays in quarantine", g.name, in.opts.NodeID)
			}
			time.Sleep(5 * time.Millisecond)
		}
	})
}

// A follower that holds a claim too many is found, answers nothing, is rebuilt,
// and serves again; then the same happens to the leader.
func TestDivergedReplicaIsRebuilt(t *testing.T) {
	t.Parallel()
	nodes := threeNodes(t, 2)
	n1 := nodes[0]
	for i := range 40 {
		n1.mustInsert(t, claim(fmt.Sprintf("p/%d", i), "1"))
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, in := range nodes {
		if err := n1.Sync(ctx, in.opts.NodeID, false); err != nil {
			t.Fatal(err)
		}
	}
	for round, victim := range []*instance{nodes[1], n1} {
		path := fmt.Sprintf("p/%d", round)
		waitEqual(t, n1, nodes[1])
		id := victim.harm(t, path)
		found := foundBy(t, nodes)
		if err := nodes[2].Sync(ctx, victim.opts.NodeID, false); err != nil {
			t.Fatal(err)
		}
		waitTrusted(t, victim)
		if r := stateOf(t, nodes[2], groupName(id), victim.opts.NodeID); r.State != SyncOK || len(r.Root) != 64 {
			t.Errorf("round %d: state %+v", round, r)
		}
		for _, in := range nodes {
			if got := in.values(t, path, 0, storage.TxnID{}); len(got) != 1 {
				t.Errorf("round %d: %s reads %v", round, in.opts.NodeID, got)
			}
		}
		if got := foundBy(t, nodes); got != found+1 {
			t.Errorf("round %d: %v divergences counted before, %v after", round, found, got)
		}
		n1.mustInsert(t, claim(path+"/after", "1"))
		waitEqual(t, n1, victim)
	}
	if err := n1.Sync(ctx, "n9", false); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a node that is none: %v", err)
	}
}

// TestUndecided: of two voters that differ neither is taken out of service, both say
// so, and an operator decides.
func TestUndecided(t *testing.T) {
	t.Parallel()
	n1 := found(t, 2)
	n2 := join(t, n1, "n2", 2)
	waitVoters(t, n1, 2)
	n1.mustInsert(t, claim("p/1", "1"))
	if got := n2.values(t, "p/1", 0, storage.TxnID{}); len(got) != 1 { // waits until it is there
		t.Fatalf("the other replica has %v", got)
	}
	id := n2.harm(t, "p/1")
	states := func() string {
		return stateOf(t, n1, groupName(id), "n1").State + " " + stateOf(t, n1, groupName(id), "n2").State
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := n1.Sync(ctx, "n2", false); err == nil || !strings.Contains(err.Error(), "with force") {
		t.Errorf("a sync that cannot know who is wrong: %v", err)
	}
	if got := states(); got != SyncUndecided+" "+SyncUndecided {
		t.Errorf("the replicas are %s", got)
	}
	if n1.Group(id).isQuarantined() || n2.Group(id).isQuarantined() {
		t.Error("one of them answers nothing")
	}
	led := n1
	if !n1.Group(id).isReady() {
		led = n2
	}
	if !led.Group(id).compared.Load().undecided() {
		t.Error("the leader does not know of it")
	}
	if err := n1.Sync(ctx, "n2", true); err != nil {
		t.Fatal(err)
	}
	if got := states(); got != SyncOK+" "+SyncOK || led.Group(id).compared.Load().undecided() {
		t.Errorf("after a sync by force the replicas are %s", got)
	}
	if got := n2.values(t, "p/1", 0, storage.TxnID{}); len(got) != 1 {
		t.Errorf("the rebuilt replica has %v", got)
	}
}

// A replica in quarantine answers no read, and does not lead; it is held back from
// being rebuilt by having no leader to be rebuilt from.
func TestQuarantineAnswersNothing(t *testing.T) {
	in := open(t, setup{shards: 2})
	before := in.mustInsert(t, claim("p", "1")).RecordedAt
	in.mustInsert(t, claim("p", "2"))
	id := in.harm(t, "p")
	g := in.Group(id)
	g.quarantine("for a test")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if got, err := in.tryValues(ctx, "p", 0, storage.TxnID{}); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "quarantine") {
		t.Errorf("read %v, %v", got, err)
	}
	other := 1 - id
	if _, err := in.Read(t.Context(), storage.ReadOptions{Shards: []storage.ShardID{other}}); err != nil {
		t.Errorf("the other shard: %v", err)
	}
	if in.Ready() {
		t.Error("a node with a replica in quarantine says that it is ready")
	}
	// A read of the past, which asks nobody, waits too.
	past := make(chan error, 1)
	go func() {
		_, err := in.Read(t.Context(), storage.ReadOptions{Shards: []storage.ShardID{id}, At: before})
		past <- err
	}()
	select {
	case err := <-past:
		t.Errorf("a read of the past does not wait: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	if err := g.release(); err != nil {
		t.Fatal(err)
	}
	if err := <-past; err != nil {
		t.Errorf("a read of the past after the quarantine: %v", err)
	}
	g.fsm.mu.Lock()
	g.fsm.held = false
	g.fsm.mu.Unlock()
}

// A quarantine outlives a restart, and ends when the node finds its leader.
func TestQuarantineOutlivesRestart(t *testing.T) {
	t.Parallel()
	n1, dir := open(t, setup{shards: 1, options: clustered(t, "n1", false)}), t.TempDir()
	join(t, n1, "n2", 1)
	mux := newMux(t)
	options := func(o *Options) { o.NodeID, o.Join, o.Mux = "n3", true, mux }
	n3, err := tryOpen(t, setup{shards: 1, dir: dir, options: options})
	if err != nil {
		t.Fatal(err)
	}
	if err := n1.admit(t.Context(), n3.self()); err != nil {
		t.Fatal(err)
	}
	waitVoters(t, n1, 3)
	for i := range 100 {
		n1.mustInsert(t, claim(fmt.Sprintf("p/%d", i), "1"))
	}
	waitEqual(t, n1, n3)
	n3.harm(t, "p/1")
	g := n3.Group(0)
	// The node ends before anything was rebuilt.
	if err := g.snaps.stable.Set(quarantineKey, []byte("for a test")); err != nil {
		t.Fatal(err)
	}
	n3.shutdown(t)
	mux = reopen(t, mux)
	for i := range 100 {
		n1.mustInsert(t, claim(fmt.Sprintf("q/%d", i), "1"))
	}
	n3, err = tryOpen(t, setup{shards: 1, dir: dir, options: options})
	if err != nil {
		t.Fatal(err)
	}
	if !n3.Group(0).isQuarantined() {
		t.Error("the quarantine is forgotten")
	}
	waitTrusted(t, n3)
	waitEqual(t, n1, n3)
	if got := n3.values(t, "p/1", 0, storage.TxnID{}); len(got) != 1 {
		t.Errorf("reads %v", got)
	}
}

// A replica that applies nothing while it waits for another's state goes on with
// what came meanwhile.
func TestHeldReplicaCatchesUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 11))
	one := newReplica(t)
	logs, results := randomLog(rng, 400, one)
	want := one.checksum(t)
	half, held := newReplica(t), newReplica(t)
	half.apply(t, logs[:200], results[:200], rng)
	held.apply(t, logs[:100], results[:100], rng)
	held.hold()
	for _, got := range held.ApplyBatch(logs[100:300]) {
		if res := got.(*result); !errors.Is(res.err, errHeld) {
			t.Fatalf("a held replica answers %+v", res)
		}
	}
	if _, err := held.Snapshot(); !errors.Is(err, errHeld) {
		t.Errorf("snapshot of a held replica: %v", err)
	}
	snap, err := half.store.Checkpoint(half.shard.ID())
	if err != nil {
		t.Fatal(err)
	}
	in, err := held.store.Receive(held.shard.ID(), snap)
	if err := errors.Join(err, snap.Close()); err != nil {
		t.Fatal(err)
	}
	defer in.Discard()
	missing := func(i uint64, l *raft.Log) error { return raft.ErrLogNotFound }
	if err := held.replace(in, 0, missing); !errors.Is(err, ErrUnavailable) {
		t.Fatalf("without the log that follows: %v", err)
	}
	if err := held.replace(in, 0, func(i uint64, l *raft.Log) error { *l = *logs[i-1]; return nil }); err != nil {
		t.Fatal(err)
	}
	held.apply(t, logs[300:], results[300:], rng)
	if !sameState(held.checksum(t), want) {
		t.Error("the replica differs")
	}
}

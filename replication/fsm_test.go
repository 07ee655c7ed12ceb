package replication

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

// replica is an FSM over a store of its own, without raft. The shard is the
// meta shard, which takes every kind of entry.
type replica struct {
	*fsm
	fatal error
}

func newReplica(t *testing.T) *replica {
	t.Helper()
	store, err := storage.Open(storage.Options{InMemory: true, Shards: 1, Logger: quiet(), OnFatal: func(error) {}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil && !errors.Is(err, storage.ErrFatal) {
			t.Error(err)
		}
	})
	m, err := newMetrics(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &replica{}
	r.fsm = &fsm{
		store: store, shard: store.Shard(storage.MetaShard), clock: &clock{now: wallClock}, metrics: m, logger: quiet(),
		onFatal: func(err error) { r.fatal = err }, grown: func(int, int) {},
	}
	return r
}

// checksum is what must be equal on equal replicas: the state's stream.
func (r *replica) checksum(t *testing.T) []byte {
	t.Helper()
	if r.fatal != nil {
		t.Fatal(r.fatal)
	}
	snap, err := r.store.Checkpoint(r.shard.ID())
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	var buf bytes.Buffer
	if _, err := buf.ReadFrom(snap); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// rowLists is the kind of key that holds the row lists of tagged transactions.
// They are cut into values where batches end, which is a replica's own affair:
// the rows, and the sums over them, are compared all the same.
const rowLists = 0x13

// sameState compares two shard streams key by key.
func sameState(x, y []byte) bool {
	return maps.Equal(items(x), items(y))
}

// items takes a shard stream apart: a header of 26 bytes, then keys and values
// with their lengths, the key's one greater.
func items(stream []byte) map[string]string {
	out := make(map[string]string)
	rest := stream[26:]
	next := func(less uint64) []byte {
		n, w := binary.Uvarint(rest)
		b := rest[w:][:n-less]
		rest = rest[w:][n-less:]
		return b
	}
	for rest[0] != 0 {
		key := next(1)
		if value := next(0); key[0] != rowLists {
			out[string(key)] = string(value)
		}
	}
	return out
}

// randomLog makes a log with everything in it (direct and tagged claims,
// repeats, votes, late and repeated decisions, stale times), applying it to a
// replica as it goes: a decision follows from what was applied.
func randomLog(r *rand.Rand, n int, to *replica) (logs []*raft.Log, results []result) {
	at := knowledge.Micros(1000)
	type decision struct {
		txn storage.TxnID
		at  knowledge.Micros
	}
	var decided []decision
	for i := range n {
		at += knowledge.Micros(1 + r.IntN(5))
		e := command.Entry{
			Kind: command.Kind(1 + r.IntN(int(command.Forget))), At: at,
			Txn: storage.TxnID{byte(r.IntN(20)), byte(i / 100)}, Coordinator: storage.MetaShard,
		}
		if r.IntN(20) == 0 {
			e.Kind = command.Close
		}
		if r.IntN(15) == 0 {
			e.At -= 40 // stale, if anything was recorded since
		}
		for range r.IntN(6) {
			e.Recs = append(e.Recs, claim(fmt.Sprintf("p/%d", r.IntN(30)), fmt.Sprint(r.IntN(20))))
		}
		switch e.Kind {
		case command.Insert:
			e.Txn = storage.TxnID{byte(r.IntN(100)), byte(i / 100), 2}
		case command.Prepare:
			if r.IntN(2) == 0 {
				e.Ops = []storage.MetaOp{metaRow(fmt.Sprint(r.IntN(5)), "x", uint64(r.IntN(2))*storage.AnyVersion)}
			}
		case command.PutMeta:
			e.Txn, e.Recs = storage.TxnID{byte(i), byte(i >> 8), 3}, nil
			e.Ops = []storage.MetaOp{metaRow(fmt.Sprint(r.IntN(5)), "y", storage.AnyVersion)}
		case command.Abort:
			e.Recs = nil
		case command.Resolve, command.Forget:
			var b command.Builder
			b.Start(storage.TxnID{}, storage.MetaShard)
			for range min(len(decided), r.IntN(3)) {
				d := decided[r.IntN(len(decided))]
				if e.Kind == command.Resolve {
					b.AddDecision(d.txn, d.at)
				} else if i > 3*n/4 {
					b.AddForget(d.txn)
				}
			}
			data := b.Finish(e.Kind, nil)
			if err := command.Decode(data, &e); err != nil {
				panic(err)
			}
			e.At = at
		}
		l := &raft.Log{Index: uint64(i + 1), Term: 1, Type: raft.LogCommand, Data: command.Encode(&e)}
		res := *to.Apply(l).(*result)
		if e.Kind == command.Commit && res.outcome.Committed {
			decided = append(decided, decision{e.Txn, res.outcome.At})
		}
		logs, results = append(logs, l), append(results, res)
	}
	return logs, results
}

// apply applies entries in batches of random size, comparing what they answer.
func (r *replica) apply(t *testing.T, logs []*raft.Log, want []result, rng *rand.Rand) {
	t.Helper()
	for len(logs) > 0 {
		n := min(len(logs), 1+rng.IntN(40))
		for i, got := range r.ApplyBatch(logs[:n]) {
			g := *got.(*result)
			if g.at == 0 && g.err == nil {
				continue // applied before
			}
			if g.stored != want[i].stored || g.outcome != want[i].outcome || fmt.Sprint(g.err) != fmt.Sprint(want[i].err) {
				t.Fatalf("entry %d answers %+v, elsewhere %+v", logs[i].Index, g, want[i])
			}
		}
		logs, want = logs[n:], want[n:]
	}
}

// TestReplicasAgree applies one log to several replicas, in batches of
// different sizes and with parts of it repeated: all end up equal, and answer
// alike.
func TestReplicasAgree(t *testing.T) {
	for seed := range uint64(8) {
		rng := rand.New(rand.NewPCG(seed, 9))
		one := newReplica(t)
		logs, results := randomLog(rng, 600, one)
		want := one.checksum(t)
		for range 2 {
			other := newReplica(t)
			cut := rng.IntN(len(logs))
			other.apply(t, logs[:cut], results[:cut], rng)
			back := rng.IntN(cut + 1)
			other.apply(t, logs[back:], results[back:], rng)
			if !sameState(other.checksum(t), want) {
				t.Fatalf("seed %d: replicas differ", seed)
			}
		}
	}
}

// A replica that is made from another's snapshot goes on like it, also when the
// log that it is given begins before the snapshot's state.
func TestRestoredReplicaAgrees(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 10))
	one := newReplica(t)
	logs, results := randomLog(rng, 400, one)
	want := one.checksum(t)
	half := newReplica(t)
	half.apply(t, logs[:200], results[:200], rng)
	restored := newReplica(t)
	restored.apply(t, logs[:50], results[:50], rng)
	restored.snaps = &snapshotStore{store: restored.store, shard: restored.shard, flush: &flusher{}}
	snap, err := half.store.Checkpoint(half.shard.ID())
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	if err := restored.Restore(snap); err != nil {
		t.Fatal(err)
	}
	restored.apply(t, logs[150:], results[150:], rng)
	if !sameState(restored.checksum(t), want) {
		t.Error("the restored replica differs")
	}
}

// An entry that cannot be understood stops the replica for good: it must
// neither skip it nor apply what follows.
func TestUnknownEntryHalts(t *testing.T) {
	r := newReplica(t)
	good := func(i uint64) *raft.Log {
		e := command.Entry{Kind: command.Insert, At: knowledge.Micros(100 * i), Txn: storage.TxnID{byte(i)}, Recs: []storage.ClaimRec{claim("p", fmt.Sprint(i))}}
		return &raft.Log{Index: i, Term: 1, Data: command.Encode(&e)}
	}
	if res := r.Apply(good(1)).(*result); res.err != nil {
		t.Fatal(res.err)
	}
	bad := good(3)
	bad.Data[0] = 200
	for _, got := range r.ApplyBatch([]*raft.Log{good(2), bad, good(4)}) {
		if res := got.(*result); !errors.Is(res.err, errHalted) {
			t.Errorf("result %+v", res)
		}
	}
	if res := r.Apply(good(5)).(*result); !errors.Is(res.err, errHalted) {
		t.Errorf("result after the halt %+v", res)
	}
	if !errors.Is(r.fatal, command.ErrUnknown) || r.shard.Applied() != 1 {
		t.Errorf("fatal %v, applied %d", r.fatal, r.shard.Applied())
	}
	if _, err := r.Snapshot(); !errors.Is(err, errHalted) {
		t.Errorf("snapshot of a halted replica: %v", err)
	}
}

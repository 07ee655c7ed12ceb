package replication

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

func TestRestartKeepsEverything(t *testing.T) {
	s := setup{dir: t.TempDir()}
	in := open(t, s)
	want := make(map[string]storage.CommitResult)
	for i := range 200 {
		p := fmt.Sprintf("p/%d", i)
		want[p+"=v"] = in.mustInsert(t, claim(p, "v"))
	}
	in.mustInsert(t, claim(pathIn("x", 0, 4), "v"), claim(pathIn("x", 2, 4), "v"))
	in.shutdown(t)
	in = open(t, s)
	all := in.allClaims(t)
	if len(all) != 202 {
		t.Errorf("%d claims after the restart", len(all))
	}
	for k, res := range want {
		if all[k] != res.RecordedAt {
			t.Errorf("%s recorded at %d, not %d", k, all[k], res.RecordedAt)
		}
	}
	in.each(func(g *Group) {
		if st := g.Status(); st.Applied < g.snaps.rec.Applied || !st.Ready || len(st.Servers) != 1 {
			t.Errorf("status %+v", st)
		}
		// The close left a snapshot, so nothing but the new term's entries was
		// replayed.
		if n := g.growth.entries.Load(); n > 3 {
			t.Errorf("group %s replayed %d entries after a clean close", g.name, n)
		}
	})
}

// A transaction that a crash cut off before its decision is aborted at the next
// start; one that was decided is resolved.
func TestStartFinishesTransactions(t *testing.T) {
	s := setup{dir: t.TempDir()}
	in := open(t, s)
	a, b := in.Group(0), in.Group(1)
	propose := func(g *Group, kind command.Kind, txn storage.TxnID, recs ...storage.ClaimRec) {
		t.Helper()
		_, err := g.propose(t.Context(), command.Encode(&command.Entry{Kind: kind, Txn: txn, Coordinator: a.id, Recs: recs}), 0)
		if err != nil {
			t.Fatal(err)
		}
	}
	lost, kept := storage.TxnID{1}, storage.TxnID{2}
	pa, pb := pathIn("p", 0, 4), pathIn("p", 1, 4)
	propose(b, command.Prepare, lost, claim(pb, "lost"))
	propose(a, command.Tag, lost, claim(pa, "lost"))
	propose(b, command.Prepare, kept, claim(pb, "kept"))
	a.clock.observe(b.clock.latest())
	propose(a, command.Commit, kept, claim(pa, "kept"))
	in.shutdown(t)

	in = open(t, s)
	got := in.values(t, pb, 0, storage.TxnID{})
	if len(got) != 1 || got["kept"] == 0 {
		t.Errorf("the participant's claims: %v", got)
	}
	if other := in.values(t, pa, 0, storage.TxnID{}); len(other) != 1 || other["kept"] != got["kept"] {
		t.Errorf("the coordinator's claims: %v", other)
	}
	in.waitResolved(t)
	if all := in.allClaims(t); len(all) != 2 {
		t.Errorf("claims %v", all)
	}
}

// Logs are truncated while writes go on, and never above what is durable.
func TestSnapshotsTruncateLogs(t *testing.T) {
	s := setup{dir: t.TempDir(), options: func(o *Options) {
		o.SnapshotEntries, o.TrailingLogs = 100, 10
	}}
	in := open(t, s)
	const n = 1500
	for i := range n {
		in.mustInsert(t, claim("p", fmt.Sprint(i)))
	}
	g := in.Group(storage.ShardOf("p", 4))
	deadline := time.Now().Add(10 * time.Second)
	for g.logs.log.First() < n/2 {
		if time.Now().After(deadline) {
			t.Fatalf("the log still begins at %d", g.logs.log.First())
		}
		time.Sleep(10 * time.Millisecond)
	}
	durable, err := g.fsm.shard.DurableApplied()
	if err != nil {
		t.Fatal(err)
	}
	if first := g.logs.log.First(); first > durable+1 {
		t.Errorf("the log begins at %d, the state is durable to %d", first, durable)
	}
	in.shutdown(t)
	in = open(t, s)
	if got := in.values(t, "p", 0, storage.TxnID{}); len(got) != n {
		t.Errorf("%d claims of %d", len(got), n)
	}
}

// A state that is older than the snapshot is refused: the log no longer has
// what lies between.
func TestStateBehindSnapshotIsRefused(t *testing.T) {
	s := setup{dir: t.TempDir()}
	in := open(t, s)
	in.mustInsert(t, claim("p", "1"))
	g := in.Group(storage.ShardOf("p", 4))
	if err := g.snapshot(); err != nil {
		t.Fatal(err)
	}
	rec := *g.snaps.rec
	in.shutdown(t)

	file, err := openStable(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	rec.Index += 1000
	rec.Applied += 1000
	broken := &snapshotStore{stable: newStable(file, g.id)}
	if err := errors.Join(broken.write(&rec), file.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := tryOpen(t, s); !errors.Is(err, ErrStateBehind) {
		t.Errorf("start: %v", err)
	}
}

// A crash between the two steps of founding a group must not leave it without
// a voter for ever.
func TestInterruptedFoundingIsFinished(t *testing.T) {
	stable := newFakeStable(nil)
	if err := newStable(stable, 0).SetUint64([]byte("CurrentTerm"), 1); err != nil {
		t.Fatal(err)
	}
	in := open(t, setup{stable: stable})
	in.mustInsert(t, claim(pathIn("p", 0, 4), "1"))
}

// TestStartWithPreparedState starts a node that was ended while a transaction had
// prepared its operations on state tables: the node reads its own tables before the
// groups are open that can tell how the transaction ends.
func TestStartWithPreparedState(t *testing.T) {
	s := setup{shards: 4, dir: t.TempDir()}
	in := open(t, s)
	txn := in.newTxnID()
	in.active.add(txn) // nobody ends it
	_, err := in.meta.propose(t.Context(), command.Encode(&command.Entry{
		Kind: command.Prepare, Txn: txn, Coordinator: 3, Ops: []storage.MetaOp{{Table: 7, Key: []byte("k"), Row: []byte("v")}},
	}), 0)
	if err != nil {
		t.Fatal(err)
	}
	in.shutdown(t)
	in = open(t, s)
	deadline := time.Now().Add(time.Minute)
	for len(in.meta.fsm.shard.OpenTxns()) > 0 {
		if time.Now().After(deadline) {
			t.Fatal("the transaction is still open")
		}
		time.Sleep(5 * time.Millisecond)
	}
}

package replication

import (
	"errors"
	"testing"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

// TestPromiseOutlivesLeader reads a group at a time that another group's clock gave,
// an hour ahead, and then has a node lead it whose clock is right: what it records
// is later all the same, so that the read stays right.
func TestPromiseOutlivesLeader(t *testing.T) {
	n1, ahead := foundAhead(t)
	n2, n3 := join(t, n1, "n2", 4), join(t, n1, "n3", 4)
	waitVoters(t, n1, 3)
	far := n1.mustInsert(t, claim(pathIn("far", 0, 4), "1")).RecordedAt
	ahead.Store(0)
	v, err := n1.Read(t.Context(), storage.ReadOptions{Shards: []storage.ShardID{0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	read := v.At()
	v.Close()
	if read < far {
		t.Fatalf("read at %d, though %d was recorded", read, far)
	}
	g := n1.Group(1)
	if g.fsm.lastTime() >= read {
		t.Fatal("the group's log tells of the time: the test tests nothing")
	}
	next := n3.Group(1)
	deadline := time.Now().Add(30 * time.Second)
	for !next.isReady() {
		if time.Now().After(deadline) {
			t.Fatal("the lead does not go over")
		}
		// It stays where it is while the other node is behind.
		if err := g.TransferLeadership("n3", n3.self().Address); err != nil {
			t.Log(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	if at := n2.mustInsert(t, claim(pathIn("near", 1, 4), "1")).RecordedAt; at <= read {
		t.Errorf("recorded at %d, though the shard was read at %d", at, read)
	}
}

// TestEntryTimesOutliveLeader: a new leader whose clock is behind gives its entries times
// above all that it has applied, also of entries that record nothing: readers take
// those for the newest time, and would not wait for an entry below that is on its way.
func TestEntryTimesOutliveLeader(t *testing.T) {
	n1, _ := foundAhead(t)
	others := []*instance{join(t, n1, "n2", 4), join(t, n1, "n3", 4)}
	waitVoters(t, n1, 3)
	res, err := n1.Group(1).propose(t.Context(), resolveEntry(n1.Group(1), storage.TxnID{9}, 1), 0)
	if err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(30 * time.Second)
	until := func(what string, done func() bool) {
		t.Helper()
		for !done() {
			if time.Now().After(deadline) {
				t.Fatal(what)
			}
			time.Sleep(time.Millisecond)
		}
	}
	for _, in := range others {
		until("the entry does not arrive", func() bool { return in.Group(1).clock.latest() >= res.at })
		if in.Group(1).fsm.lastTime() >= res.at {
			t.Fatal("the state tells of the time: the test tests nothing")
		}
	}
	if err := n1.opts.Mux.Close(); err != nil { // what it promised it cannot tell
		t.Fatal(err)
	}
	var next *Group
	until("nobody takes over", func() bool {
		for _, in := range others {
			if in.Group(1).isReady() {
				next = in.Group(1)
			}
		}
		return next != nil
	})
	again, err := next.propose(t.Context(), command.Encode(&command.Entry{Kind: command.Close, Coordinator: 1}), 0)
	if err != nil || again.at <= res.at {
		t.Errorf("an entry at %d, after one at %d was applied: %v", again.at, res.at, err)
	}
}

// TestProofTakesMajority: a voter that knows a later term says no, also when it was
// only asked by its leader; and one no is one too many, where one voter is gone.
func TestProofTakesMajority(t *testing.T) {
	n1 := open(t, setup{options: clustered(t, "n1", false)})
	n2, n3 := join(t, n1, "n2", 4), join(t, n1, "n3", 4)
	waitVoters(t, n1, 3)
	g := n1.Group(0)
	for !g.isReady() {
		time.Sleep(time.Millisecond)
	}
	if _, err := g.proveLead(t.Context()); err != nil {
		t.Fatal(err)
	}
	term := g.raft.CurrentTerm()
	say := func(in *instance, term uint64, floor knowledge.Micros) testimony {
		t.Helper()
		a, err := in.Group(0).testify(term, floor)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	for _, in := range []*instance{n2, n3} {
		if a := say(in, term+1, 0); a.latest > term {
			t.Fatalf("term %d is known before it is told", a.latest)
		}
	}
	if _, err := g.proveLead(t.Context()); !errors.Is(err, ErrUnavailable) {
		t.Errorf("proved against two voters that know a later leader: %v", err)
	}
	// The later leader's promise is what counts, not the earlier one's.
	say(n2, term+1, 1<<60)
	say(n2, term, 1<<61)
	if a := say(n2, term+2, 0); a.promised != 1<<60 {
		t.Errorf("promised %d", a.promised)
	}
}

// TestProofAsksNoMoreThanItTakes: of two other voters that answer, one is asked, and
// the other when that one is gone.
func TestProofAsksNoMoreThanItTakes(t *testing.T) {
	n1 := found(t, 4)
	others := []*instance{join(t, n1, "n2", 4), join(t, n1, "n3", 4)}
	waitVoters(t, n1, 3)
	g := n1.Group(0)
	for !g.isReady() {
		time.Sleep(time.Millisecond)
	}
	knows := func(in *instance, promise knowledge.Micros) bool {
		w := &in.Group(0).witness
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.floor >= promise
	}
	asked := len(others)
	for try := 0; asked > 1 && try < 100; try++ { // a busy machine has the other one asked in time
		promise := g.clock.promised() + 1
		g.clock.cover(promise)
		if _, err := g.proveLead(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * proofHedge)
		asked = 0
		for _, in := range others {
			if knows(in, promise) {
				asked++
			}
		}
	}
	if asked != 1 {
		t.Errorf("%d voters were asked, where one is enough", asked)
	}
	gone := others[0]
	if *g.witnessed.Load() == raft.ServerAddress(others[1].self().Address) {
		gone = others[1]
	}
	if err := gone.opts.Mux.Close(); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := g.proveLead(t.Context()); err != nil {
			t.Errorf("with one of two others gone: %v", err)
		}
	}
}

package replication

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

// bounded are options of a bounded read of some shards.
func bounded(stale time.Duration, shards ...storage.ShardID) storage.ReadOptions {
	return storage.ReadOptions{Shards: shards, Bounded: true, MaxStaleness: stale}
}

// three starts a cluster of three nodes, which the first leads.
func three(t *testing.T, shards int) []*instance {
	t.Helper()
	n1 := found(t, shards)
	out := []*instance{n1, join(t, n1, "n2", shards), join(t, n1, "n3", shards)}
	for _, in := range out {
		waitVoters(t, in, 3)
	}
	return out
}

// boundedValues reads a path of a shard.
func (in *instance) boundedValues(t *testing.T, o storage.ReadOptions, path string) (int, *storage.View) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	v, err := in.Read(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	got, err := viewValues(ctx, v, o.Shards[0], path)
	if err != nil {
		t.Fatal(err)
	}
	return len(got), v
}

// TestBoundedReads reads on nodes that follow.
func TestBoundedReads(t *testing.T) {
	nodes := three(t, 2)
	n1, n2 := nodes[0], nodes[1]
	path := pathIn("x", 1, 2)

	// What a session wrote, it sees: without a word when the time is closed.
	var last knowledge.Micros
	for i := range 20 {
		res, err := n2.insert(t.Context(), claim(path, fmt.Sprint(i)))
		if err != nil {
			t.Fatal(err)
		}
		last = res.RecordedAt
		o := bounded(time.Minute, 1)
		o.NotBefore = res.RecordedAt
		if n, v := n2.boundedValues(t, o, path); n != i+1 || v.At() < res.RecordedAt {
			t.Fatalf("%d claims after %d were written, as of %d; written at %d", n, i+1, v.At(), res.RecordedAt)
		}
	}

	// A bound of nothing is now.
	now := n2.Now()
	if _, v := n2.boundedValues(t, bounded(0, 1), path); v.At() < now {
		t.Errorf("a read as of %d at %d, and no staleness allowed", v.At(), now)
	}

	// Times go on being closed, also of the shard that nobody writes to.
	deadline := time.Now().Add(10 * time.Second)
	for {
		at, ok := n2.localAt(&storage.ReadOptions{Shards: n2.all, Bounded: true, MaxStaleness: time.Second})
		if ok && at >= last {
			break
		}
		n2.boundedValues(t, bounded(0, 0, 1), path)
		if time.Now().After(deadline) {
			t.Fatal("no times are closed on a node that follows")
		}
		time.Sleep(20 * time.Millisecond)
	}

	// Alone, the node answers for the times that it has: bounded ones, and given
	// ones up to what is closed.
	for _, in := range []*instance{nodes[2], n1} {
		in.shutdown(t)
		if err := in.opts.Mux.Close(); err != nil { // it would testify for leaders
			t.Fatal(err)
		}
	}
	if n, v := n2.boundedValues(t, bounded(time.Minute, 1), path); n != 20 {
		t.Errorf("%d claims without a leader, as of %d", n, v.At())
	}
	at, _ := n2.closedAt([]storage.ShardID{1})
	if n, _ := n2.boundedValues(t, storage.ReadOptions{Shards: []storage.ShardID{1}, At: at}, path); n != 20 {
		t.Errorf("%d claims at a closed time", n)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if v, err := n2.Read(ctx, storage.ReadOptions{Shards: []storage.ShardID{1}}); err == nil {
		v.Close()
		t.Error("a linearizable read without a leader")
	}
	if v, err := n2.Read(ctx, bounded(0, 1)); !errors.Is(err, ErrUnavailable) && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a read that may not be old, without a leader: %v, %v", v, err)
	}
	// A replica that has stopped does not serve.
	n2.Group(1).fsm.stopped.Store(true)
	if _, ok := n2.closedAt([]storage.ShardID{1}); ok {
		t.Error("a replica that has stopped serves")
	}
	n2.Group(1).fsm.stopped.Store(false)
}

// TestBoundedBeforePrepared reads while a transaction is prepared of whose end
// the node has not heard: the read is as of before it, and does not wait.
func TestBoundedBeforePrepared(t *testing.T) {
	in := open(t, setup{shards: 2})
	g := in.Group(1)
	last := in.mustInsert(t, claim(pathIn("x", 1, 2), "1"))
	txn := in.newTxnID()
	in.active.add(txn)
	res, err := g.propose(t.Context(), command.Encode(&command.Entry{
		Kind: command.Prepare, Txn: txn, Coordinator: 0, Recs: []storage.ClaimRec{claim(pathIn("x", 1, 2), "2")},
	}), 0)
	if err != nil {
		t.Fatal(err)
	}
	shards := []storage.ShardID{1}
	if at := in.settledAt(shards, res.at); at != res.at-1 || at < last.RecordedAt {
		t.Errorf("settled at %d, prepared at %d", at, res.at)
	}
	out, err := in.Group(0).propose(t.Context(), command.Encode(&command.Entry{Kind: command.Commit, Txn: txn, Recs: []storage.ClaimRec{claim(pathIn("x", 0, 2), "2")}}), res.at)
	if err != nil || !out.outcome.Committed {
		t.Fatal(out, err)
	}
	if at := in.settledAt(shards, res.at); at != res.at {
		t.Errorf("settled at %d when the end is known, prepared at %d", at, res.at)
	}
	in.active.remove(txn)
	in.kickSweep()
	in.waitResolved(t)
}

// TestCloseEntry holds entries to closed times, on every replica alike.
func TestCloseEntry(t *testing.T) {
	r := newReplica(t)
	index := uint64(0)
	apply := func(e *command.Entry) error {
		index++
		return r.Apply(&raft.Log{Index: index, Term: 1, Type: raft.LogCommand, Data: command.Encode(e)}).(*result).err
	}
	insert := func(n byte, at int64) error {
		return apply(&command.Entry{Kind: command.Insert, At: microsOf(at), Txn: storage.TxnID{n}, Recs: []storage.ClaimRec{claim("x", fmt.Sprint(n))}})
	}
	if err := insert(1, 100); err != nil {
		t.Fatal(err)
	}
	v := r.store.View([]storage.ShardID{storage.MetaShard}, 100, storage.TxnID{})
	was, final := v.Version(storage.MetaShard)
	if err := apply(&command.Entry{Kind: command.Close, At: 200}); err != nil || !final {
		t.Fatal(err, final)
	}
	if r.shard.LastRecorded() != 200 || r.shard.Applied() != 2 {
		t.Errorf("closed at %d, applied %d", r.shard.LastRecorded(), r.shard.Applied())
	}
	v = r.store.View([]storage.ShardID{storage.MetaShard}, 200, storage.TxnID{})
	if now, final := v.Version(storage.MetaShard); now != was || !final {
		t.Error("closing a time changed what the shard holds")
	}
	if err := insert(2, 200); !errors.Is(err, errStale) {
		t.Errorf("an entry at a closed time: %v", err)
	}
	if err := apply(&command.Entry{Kind: command.Close, At: 150}); !errors.Is(err, errStale) {
		t.Errorf("an earlier time is closed: %v", err)
	}
	if err := insert(3, 201); err != nil {
		t.Errorf("an entry above a closed time: %v", err)
	}
}

// TestClosingDue is when times are closed.
func TestClosingDue(t *testing.T) {
	var c closing
	start := time.Now()
	after := func(d time.Duration) time.Time { return start.Add(d) }
	if c.due(start) {
		t.Error("a group that nobody uses")
	}
	c.wrote(command.Encode(&command.Entry{Kind: command.Insert}), start)
	if c.due(start) || !c.due(after(closeEvery)) {
		t.Error("after a write, which closes its own time")
	}
	c.wrote(command.Encode(&command.Entry{Kind: command.Close}), after(closeIdle-closeEvery))
	if !c.due(after(closeIdle-1)) || c.due(after(closeIdle)) {
		t.Error("closing a time is no use of the group")
	}
	c.wrote(command.Encode(&command.Entry{Kind: command.Resolve}), after(closeIdle))
	if c.due(after(closeIdle)) {
		t.Error("a resolve is no write of its own")
	}
}

// TestClosingIsDue writes at all moments between two looks of the leader: times are
// closed, by a write or by it, no further apart than closeEvery and half a look.
func TestClosingIsDue(t *testing.T) {
	insert := command.Encode(&command.Entry{Kind: command.Insert})
	shut := command.Encode(&command.Entry{Kind: command.Close})
	start := time.Unix(1000, 0)
	for wrote := time.Duration(0); wrote < 2*closeEvery; wrote += time.Millisecond {
		var c closing
		last, entries := start.Add(wrote), 0
		c.wrote(insert, last)
		for look := wrote.Truncate(closeLook) + closeLook; look < wrote+4*closeEvery; look += closeLook {
			now := start.Add(look)
			if apart := now.Sub(last); apart > closeEvery+closeLook/2 {
				t.Fatalf("%s after a write at %s, nothing has been closed for %s", look-wrote, wrote, apart)
			}
			if c.due(now) {
				last, entries = now, entries+1
				c.wrote(shut, now)
			}
		}
		if entries > 4 {
			t.Errorf("%d entries close 4 times", entries)
		}
		if c.due(start.Add(wrote + closeIdle + closeEvery)) {
			t.Error("a group that nobody uses is closed")
		}
	}
}

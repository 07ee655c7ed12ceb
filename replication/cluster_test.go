package replication

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/transport"
	"github.com/stemedb/stemedb/storage"
)

// newMux opens a node's end of the network, without certificates.
func newMux(t testing.TB) *transport.Mux {
	t.Helper()
	return muxAt(t, "127.0.0.1:0")
}

// reopen is the end of a node that is started again, at the same address.
func reopen(t testing.TB, m *transport.Mux) *transport.Mux {
	t.Helper()
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return muxAt(t, m.Address())
}

func muxAt(t testing.TB, addr string) *transport.Mux {
	t.Helper()
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	m := transport.New(transport.Options{Listener: ln, Logger: quiet()})
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// clustered are the options of a node with small logs, so that newcomers need
// snapshots.
func clustered(t testing.TB, node string, join bool) func(*Options) {
	m := newMux(t)
	return func(o *Options) {
		o.NodeID, o.Join, o.Mux = node, join, m
		o.SnapshotEntries, o.TrailingLogs = 40, 5
		o.wipeAfter = 200 * time.Millisecond
	}
}

// found starts a cluster whose leads stay where they are.
func found(t testing.TB, shards int) *instance {
	t.Helper()
	n1 := open(t, setup{shards: shards, options: clustered(t, "n1", false)})
	if err := n1.SetBalancing(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	return n1
}

// foundAhead starts a cluster of one whose clock is ahead by an hour, until the result
// is set to 0.
func foundAhead(t testing.TB) (*instance, *atomic.Int64) {
	t.Helper()
	ahead := &atomic.Int64{}
	ahead.Store(int64(time.Hour / time.Microsecond))
	options := clustered(t, "n1", false)
	return open(t, setup{options: func(o *Options) {
		options(o)
		o.Clock = func() knowledge.Micros { return wallClock() + microsOf(ahead.Load()) }
	}}), ahead
}

// join starts an empty node and has a member take it in.
func join(t testing.TB, member *instance, name string, shards int) *instance {
	t.Helper()
	return joinWith(t, member, setup{shards: shards, options: clustered(t, name, true)})
}

// joinWith starts a node and has a member take it into the cluster.
func joinWith(t testing.TB, member *instance, s setup) *instance {
	t.Helper()
	in, err := tryOpen(t, s)
	if err != nil {
		t.Fatal(err)
	}
	if err := member.admit(t.Context(), in.self()); err != nil {
		t.Fatal(err)
	}
	return in
}

// waitVoters waits until every group has so many voters; the cluster's own has an
// odd number.
func waitVoters(t testing.TB, leader *instance, voters int) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	leader.each(func(g *Group) {
		for {
			n := 0
			for _, s := range g.Status().Servers {
				if s.Voter {
					n++
				}
			}
			want := voters
			if g.id == storage.MetaShard && voters > 2 && voters%2 == 0 {
				want--
			}
			if n == want {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("group %s has %d voters: %+v", g.name, n, g.Status())
			}
			time.Sleep(5 * time.Millisecond)
		}
	})
}

// stream returns a shard's state as a snapshot gives it.
func (in *instance) stream(t *testing.T, id storage.ShardID) []byte {
	t.Helper()
	snap, err := in.store.Checkpoint(id)
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

// TestClusterOfThree grows a cluster of one whose logs are truncated, so that
// the newcomers need snapshots; then moves the lead.
func TestClusterOfThree(t *testing.T) {
	n1 := found(t, 2)
	for i := range 300 {
		n1.mustInsert(t, claim(fmt.Sprintf("p/%d", i), "1"))
	}
	n1.mustInsert(t, claim(pathIn("x", 0, 2), "1"), claim(pathIn("x", 1, 2), "1"))
	n1.each(func(g *Group) {
		if err := g.snapshot(); err != nil {
			t.Fatal(err)
		}
	})
	others := []*instance{join(t, n1, "n2", 2), join(t, n1, "n3", 2)}
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	waitVoters(t, n1, 3)
	n1.each(func(g *Group) {
		if g.sole.Load() {
			t.Error("leading alone is taken for proof among three voters")
		}
	})
	last := n1.mustInsert(t, claim("last", "1"))
	if got := n1.values(t, "last", 0, storage.TxnID{}); got["1"] != last.RecordedAt {
		t.Errorf("claims %v", got)
	}
	for _, in := range others {
		waitEqual(t, n1, in)
	}

	n2 := others[0]
	n1.each(func(g *Group) {
		if err := g.TransferLeadership("n2", n2.self().Address); err != nil {
			t.Fatal(err)
		}
	})
	n2.each(func(g *Group) {
		for !g.isReady() && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
	})
	before, after := n1.store, n2.allClaims(t)
	if len(after) != 303 || after["last=1"] != last.RecordedAt || before == nil {
		t.Errorf("%d claims on the new leader", len(after))
	}
	if res := n2.mustInsert(t, claim("last", "2"), claim("other", "2")); res.RecordedAt <= last.RecordedAt {
		t.Errorf("recorded at %d after %d", res.RecordedAt, last.RecordedAt)
	}
	for _, in := range []*instance{n1, others[1]} {
		if got := in.values(t, "last", 0, storage.TxnID{}); len(got) != 2 {
			t.Errorf("a node that does not lead reads %v", got)
		}
	}
	n2.waitResolved(t)
	for _, in := range []*instance{n1, others[1]} {
		waitEqual(t, n2, in)
	}
}

// waitEqual waits until two nodes have applied as much, and compares their states
// byte by byte.
func waitEqual(t *testing.T, one, other *instance) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	one.each(func(g *Group) {
		a, b := g.fsm.shard, other.Group(g.id).fsm.shard
		for {
			at := a.Applied()
			if b.Applied() == at {
				x, y := one.stream(t, g.id), other.stream(t, g.id)
				if a.Applied() == at && b.Applied() == at { // nothing came between
					if !sameState(x, y) {
						t.Errorf("group %s: replicas differ at %d", g.name, at)
					}
					return
				}
			}
			if time.Now().After(deadline) {
				t.Fatalf("group %s: applied %d and %d", g.name, a.Applied(), b.Applied())
			}
			time.Sleep(5 * time.Millisecond)
		}
	})
}

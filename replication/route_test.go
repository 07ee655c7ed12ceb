package replication

import (
	"testing"
	"time"

	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

// TestQuickPropose has entries of other nodes put into the log there and then by who
// leads the group and has room, and left to those who may wait by everybody else.
func TestQuickPropose(t *testing.T) {
	n1 := found(t, 2)
	n2 := join(t, n1, "n2", 2)
	waitVoters(t, n1, 2)
	g := n1.Group(0)
	for !g.isReady() {
		time.Sleep(time.Millisecond)
	}
	request := func() []byte {
		entry := command.Encode(&command.Entry{Kind: command.Close, Coordinator: 0})
		return (&proposeRequest{group: 0, floor: g.clock.latest(), entry: entry}).encode()
	}
	answers := make(chan []byte, 1)
	answer := func(b []byte) { answers <- append([]byte(nil), b...) }
	before := g.clock.latest()
	if !n1.serveQuick(methodPropose, request(), answer) {
		t.Fatal("the leader leaves an entry to the handler")
	}
	res, refused, err := decodeResult(<-answers)
	if err != nil || refused || res.at <= before || g.fsm.shard.LastRecorded() < res.at {
		t.Errorf("the entry gave %+v, %t, %v", res, refused, err)
	}
	left := func(why string, n *instance, method byte, b []byte) {
		t.Helper()
		if n.serveQuick(method, b, answer) {
			t.Errorf("%s: taken", why)
		}
	}
	left("a node that does not lead", n2, methodPropose, request())
	left("another method", n1, methodProve, request())
	left("no message", n1, methodPropose, request()[:1])
	left("no such group", n1, methodPropose, (&proposeRequest{group: storage.ShardID(9)}).encode())
	g.finisher.pending.Add(1)
	left("what goes before it is not in the log", n1, methodPropose, request())
	g.finisher.pending.Add(-1)
	for range maxInflight {
		g.permits <- struct{}{}
	}
	left("no room in the log", n1, methodPropose, request())
	for range maxInflight {
		<-g.permits
	}
	// Nothing that was left keeps the node from closing.
	n1.gate.mu.Lock()
	defer n1.gate.mu.Unlock()
	if n1.gate.inside != 0 {
		t.Errorf("%d requests are still on their way", n1.gate.inside)
	}
}

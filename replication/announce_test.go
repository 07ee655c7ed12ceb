package replication

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

// heardBy collects what a node is told.
type heardBy struct {
	mu   sync.Mutex
	list []string
}

func (h *heardBy) take(message []byte) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.list = append(h.list, string(message))
	return nil
}

func (h *heardBy) all() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.list)
}

// TestAnnounce: every other node gets each message once and in order, also when a
// call is sent again; a node that is gone holds nobody up.
func TestAnnounce(t *testing.T) {
	nodes := three(t, 1)
	heard := make([]heardBy, len(nodes))
	for i, in := range nodes {
		in.OnAnnouncement(heard[i].take)
	}
	var want []string
	say := func(from int, count int) {
		for range count {
			message := fmt.Sprint(len(want))
			want = append(want, message)
			if err := nodes[from].Announce([]byte(message)); err != nil {
				t.Fatal(err)
			}
		}
	}
	await := func(node int) {
		t.Helper()
		deadline := time.Now().Add(20 * time.Second)
		for len(heard[node].all()) < len(want) {
			if time.Now().After(deadline) {
				t.Fatalf("node %d heard %d of %d", node+1, len(heard[node].all()), len(want))
			}
			time.Sleep(time.Millisecond)
		}
		if got := heard[node].all(); !slices.Equal(got, want) {
			t.Fatalf("node %d heard %q", node+1, got)
		}
	}
	say(0, 500)
	await(1)
	await(2)
	if got := heard[0].all(); len(got) > 0 {
		t.Errorf("the node that speaks heard %q", got)
	}
	again := announcement{number: 500, message: []byte("499")}
	if err := nodes[0].announced.give(nodes[1].self().Address, []announcement{again}); err != nil {
		t.Fatal(err)
	}
	if err := nodes[2].opts.Mux.Close(); err != nil {
		t.Fatal(err)
	}
	say(0, 5)
	await(1)
}

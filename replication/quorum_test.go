package replication

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/stemedb/stemedb/storage"
)

// TestWithoutQuorum has two of three nodes gone: reads and commits end by themselves,
// and say why; what may be old is read from what is left, and the lag of the groups
// that the node led counts from when it lost them.
func TestWithoutQuorum(t *testing.T) {
	base := clustered(t, "n1", false)
	n1 := open(t, setup{shards: 2, options: func(o *Options) {
		base(o)
		o.Timeout = 4 * time.Second
		o.Clock = wallClock
	}})
	n2, n3 := join(t, n1, "n2", 2), join(t, n1, "n3", 2)
	waitVoters(t, n1, 3)
	n1.mustInsert(t, claim(pathIn("x", 0, 2), "1"), claim(pathIn("x", 1, 2), "1"))
	waitEqual(t, n1, n2)
	began := n1.opts.Clock()
	n1.each(func(g *Group) { g.closing.opened -= 3_600_000_000 })
	n3.shutdown(t)
	n2.shutdown(t)
	eventually(t, func() (bool, string) {
		led := ""
		n1.each(func(g *Group) {
			if g.isReady() {
				led += " " + g.name
			}
		})
		return led == "", "it still leads" + led
	})

	var wg sync.WaitGroup
	for range 3 { // who comes later shares what is asked by then
		wg.Go(func() {
			v, err := n1.Read(t.Context(), storage.ReadOptions{Shards: []storage.ShardID{}})
			if err == nil {
				v.Close()
			}
			if !errors.Is(err, ErrUnavailable) {
				t.Errorf("a read of the state without a quorum: %v", err)
			}
		})
	}
	wg.Go(func() {
		v, err := n1.Read(t.Context(), storage.ReadOptions{})
		if err == nil {
			v.Close()
		}
		if !errors.Is(err, ErrUnavailable) {
			t.Errorf("a read without a quorum: %v", err)
		}
	})
	wg.Go(func() {
		if _, err := n1.insert(t.Context(), claim("y", "1")); !errors.Is(err, ErrUnavailable) {
			t.Errorf("a commit without a quorum: %v", err)
		}
	})
	wg.Go(func() { // the client's own end is told as what it is
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		v, err := n1.Read(ctx, storage.ReadOptions{})
		if err == nil {
			v.Close()
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a read that was cancelled: %v", err)
		}
	})
	wg.Wait()

	v, err := n1.Read(t.Context(), storage.ReadOptions{Bounded: true, MaxStaleness: math.MaxInt64})
	if err != nil {
		t.Fatalf("a read of what is here: %v", err)
	}
	v.Close()
	if lag, most := n1.Lag().Microseconds(), int64(n1.opts.Clock()-began); lag > most {
		t.Errorf("the lag is %d µs, and the others left less than %d µs ago", lag, most)
	}
}

package nemesis

import (
	"context"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// pauses is how often a leader is paused.
const pauses = 3

// pausedLeaders deafens a node that leads and stops it, has the others elect leaders
// and acknowledge a claim, and wakes it with reads that wait in its sockets, in which
// also lie the answers to what it asked before. None may miss the claim.
func (c *cluster) pausedLeaders(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
	defer stop()
	connect := func(m *member) *pgx.Conn {
		t.Helper()
		conn, err := c.dial(ctx, m)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close(context.Background()) })
		return conn
	}
	for round := range pauses {
		paused, next := c.members()[round%3], c.members()[(round+1)%3]
		other := connect(next)
		var readers []*pgx.Conn
		for range 8 {
			readers = append(readers, connect(paused))
		}
		for _, m := range c.members() {
			if m != paused {
				c.net.link(m.name, paused.name).set(silent, 0)
			}
		}
		time.Sleep(200 * time.Millisecond) // it asks, and is answered
		paused.signal(t, syscall.SIGSTOP)
		for {
			err := c.writeRound(ctx, other, round)
			if err == nil {
				break
			}
			if ctx.Err() != nil || !other.IsClosed() && !excused(err) {
				t.Fatal(err)
			}
			other = connect(next)
		}
		c.net.heal()
		var wg sync.WaitGroup
		for i, conn := range readers {
			wg.Go(func() {
				// A concept each, so that shards of the paused node are among them.
				var n int
				err := conn.QueryRow(ctx, "SELECT count(*) FROM assertions WHERE concept_path = $1 AND value = $2", fmt.Sprintf("paused/%d", i+1), fmt.Sprint(round)).Scan(&n)
				if err == nil && n == 0 {
					t.Errorf("round %d: %s does not see what was acknowledged before", round, paused.name)
				}
				if !excused(err) {
					t.Error(err)
				}
			})
		}
		time.Sleep(50 * time.Millisecond) // the reads lie in its sockets
		paused.signal(t, syscall.SIGCONT)
		wg.Wait()
		c.await(paused)
	}
}

// writeRound adds a claim to each of twenty concepts. A node may wait for the paused
// one's answer, longer than for its successor.
func (c *cluster) writeRound(ctx context.Context, conn *pgx.Conn, round int) error {
	ctx, stop := context.WithTimeout(ctx, 3*time.Second)
	defer stop()
	_, err := conn.Exec(ctx, "INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) SELECT 'paused/' || i, 'round', $1, 'test', $2 FROM generate_series(1, 20) i", fmt.Sprint(round), said(round))
	return err
}

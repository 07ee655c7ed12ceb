package nemesis

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// retrying is a client that gives no write up: what fails, and what is in doubt,
// it writes again, on another node, with the same claim.
type retrying struct {
	c      *cluster
	prefix string
	id     int
	r      *rand.Rand
	conn   *pgx.Conn

	writes  int
	retried int
	longest time.Duration // from a write's beginning to its acknowledgement
}

// giveUp is when a write counts as failed.
const giveUp = 30 * time.Second

// run writes until ctx ends. The error is of a write that was not acknowledged in
// giveUp.
func (c *retrying) run(ctx context.Context) error {
	for ; ctx.Err() == nil; c.writes++ {
		began := time.Now()
		for {
			err := c.once(context.WithoutCancel(ctx), c.writes)
			took := time.Since(began)
			if err == nil {
				c.longest = max(c.longest, took)
				break
			}
			if took > giveUp {
				return fmt.Errorf("write %d of client %d: %w", c.writes, c.id, err)
			}
			c.retried++
			c.drop()
		}
	}
	c.drop()
	return nil
}

func (c *retrying) once(ctx context.Context, write int) (err error) {
	ctx, stop := context.WithTimeout(ctx, 5*time.Second)
	defer stop()
	if c.conn == nil {
		if c.conn, err = pgx.Connect(ctx, c.c.pick(c.r).node.Load().URL()); err != nil {
			time.Sleep(5 * time.Millisecond)
			return err
		}
	}
	// Two concepts of every other write's are on two shards, mostly.
	_, err = c.conn.Exec(ctx, "INSERT INTO assertions (concept_path, predicate, value, source, asserted_at) SELECT $1 || i, 'member', $2, 'rolling', $3 FROM generate_series(0, $4) i",
		fmt.Sprintf("%s/%d/%d/", c.prefix, c.id, write), fmt.Sprint(write), said(write), write%2)
	return err
}

func (c *retrying) drop() {
	if c.conn != nil {
		ctx, stop := context.WithTimeout(context.Background(), time.Second)
		defer stop()
		_ = c.conn.Close(ctx) // its node may be gone
		c.conn = nil
	}
}

// underWrites does something to a cluster while retrying clients write, of whom
// none may fail, and whose writes are all there once afterwards.
func (c *cluster) underWrites(t *testing.T, prefix string, do func(ctx context.Context)) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	writing, end := context.WithCancel(ctx)
	defer end()
	var wg sync.WaitGroup
	all := make([]*retrying, 6)
	for i := range all {
		all[i] = &retrying{c: c, prefix: prefix, id: i, r: rand.New(rand.NewPCG(uint64(i), 5))}
		wg.Go(func() {
			if err := all[i].run(writing); err != nil {
				t.Error(err)
			}
		})
	}
	do(ctx)
	end()
	wg.Wait()
	writes, retried, longest, claims := 0, 0, time.Duration(0), 0
	for _, cl := range all {
		writes, retried, longest = writes+cl.writes, retried+cl.retried, max(longest, cl.longest)
		claims += cl.writes + cl.writes/2
	}
	t.Logf("%s: %d writes, %d retries, the longest took %s", prefix, writes, retried, longest)
	for _, m := range c.members() {
		conn, err := c.dial(ctx, m)
		if err != nil {
			t.Fatal(err)
		}
		var has, distinct int
		err = conn.QueryRow(ctx, "SELECT count(*), count(DISTINCT concept_path) FROM assertions WHERE starts_with(concept_path, $1)", prefix+"/").Scan(&has, &distinct)
		if err != nil || has != claims || distinct != claims {
			t.Errorf("%s has %d claims on %d concepts, of %d: %v", m.name, has, distinct, claims, err)
		}
		_ = conn.Close(ctx) // it was read from
	}
}

// TestOneByOne restarts and drains every node in turn under writes, and pauses leaders.
func TestOneByOne(t *testing.T) {
	c := startCluster(t, 3, "--scan-cache-mb", "0")
	c.underWrites(t, "rolling", func(context.Context) {
		for _, m := range c.members() {
			time.Sleep(300 * time.Millisecond)
			c.halt(m)
			c.launch(m)
			c.await(m)
		}
		time.Sleep(300 * time.Millisecond)
	})
	c.underWrites(t, "drained", func(context.Context) { c.drainInTurn(t) })
	c.pausedLeaders(t)
	c.stop()
}

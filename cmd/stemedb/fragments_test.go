package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/storage"
)

// startMember runs a node in this process, of a cluster whose first node
// is founder (nil: itself). away are shards that it asks others for.
func startMember(t *testing.T, name string, founder *node, away func(storage.ShardID) bool, change ...func(*nodeConfig)) *node {
	t.Helper()
	cfg := &nodeConfig{
		DataDir: t.TempDir(), NodeID: name, SQLAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", Shards: 4, CacheMB: 16, ScanMB: 16,
		QueryMemory: 64, Insecure: true, LogLevel: "error", Peers: peerConfig{Addr: "127.0.0.1:0", Factor: 7}, away: away,
	}
	for _, f := range change {
		f(cfg)
	}
	if founder != nil {
		cfg.Peers.Join = []string{founder.peers.Address()}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	n, err := openNode(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stopMember(t, n) })
	return n
}

func stopMember(t *testing.T, n *node) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := n.close(ctx); err != nil {
		t.Error(err)
	}
	n.started = nil
}

func connectTo(t *testing.T, n *node) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), fmt.Sprintf("postgres://stemedb@%s/stemedb?sslmode=disable", n.sqlLn.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

// answer is what a query gives, as text.
func answer(ctx context.Context, c *pgx.Conn, query string) (string, error) {
	rows, err := c.Query(ctx, query, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		for _, raw := range rows.RawValues() {
			fmt.Fprintf(&b, "%s|", raw)
		}
		b.WriteByte('\n')
	}
	return b.String(), rows.Err()
}

var fragmentQueries = []string{
	`SELECT concept_path, predicate, value, source, recorded_at FROM assertions ORDER BY id`,
	`SELECT predicate, count(*), sum(value_number), avg(confidence), min(value) FROM assertions GROUP BY 1 ORDER BY 1`,
	`SELECT value FROM assertions WHERE concept_path = 'c/17' ORDER BY id`,
	`SELECT concept_path, value, support FROM assertions USING LENS authority ORDER BY 1, 2`,
	`SELECT concept_path, value FROM assertions ORDER BY asserted_at DESC, id LIMIT 9`,
	`SELECT count(*) FROM assertions a JOIN assertions b USING (concept_path)`,
}

const insertClaims = `INSERT INTO assertions (concept_path, predicate, value, source, confidence, asserted_at)
	SELECT 'c/' || i % 100, 'p' || i % 3, i % 7, 's' || i % 5, 0.1 * (i % 9), timestamptz '2024-01-01Z' + interval '1 minute' * i FROM generate_series(1, 3000) i`

// TestPlacedShards: with three replicas of each shard on four nodes every node answers
// alike, while replicas find their places and when they have.
func TestPlacedShards(t *testing.T) {
	three := func(c *nodeConfig) { c.Peers.Factor, c.Shards = 3, 8 }
	nodes := []*node{startMember(t, "n1", nil, nil, three)}
	c1 := connectTo(t, nodes[0])
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	if tag, err := c1.Exec(ctx, insertClaims); err != nil || tag.RowsAffected() != 3000 {
		t.Fatal(tag, err)
	}
	want := map[string]string{}
	for _, q := range fragmentQueries {
		var err error
		if want[q], err = answer(ctx, c1, q); err != nil {
			t.Fatal(err)
		}
	}
	conns := []*pgx.Conn{c1}
	for _, name := range []string{"n2", "n3", "n4"} {
		n := startMember(t, name, nodes[0], nil)
		nodes, conns = append(nodes, n), append(conns, connectTo(t, n))
	}
	for lacking := 0; lacking < len(nodes); { // until each node lacks some shards
		lacking = 0
		for i, n := range nodes {
			for _, q := range fragmentQueries {
				checkAnswer(ctx, t, conns[i], q, want[q])
			}
			held := 0
			for id := range n.repl.Shards() {
				if n.repl.Holds(storage.ShardID(id)) {
					held++
				}
			}
			if held < n.repl.Shards() {
				lacking++
			}
		}
		if ctx.Err() != nil {
			t.Fatalf("%d nodes lack shards", lacking)
		}
	}
	for i := range nodes {
		for _, q := range fragmentQueries {
			checkAnswer(ctx, t, conns[i], q, want[q])
		}
	}
	for i, n := range nodes {
		tag, err := conns[i].Exec(ctx, `INSERT INTO assertions (concept_path, predicate, value, source, asserted_at)
			SELECT 'c/' || i, 'p0', 'again', 's', '2024-01-01Z' FROM generate_series(1, 50) i ON CONFLICT DO NOTHING`)
		if first := i == 0; err != nil || first != (tag.RowsAffected() == 50) || !first && tag.RowsAffected() != 0 {
			t.Errorf("%s: %s, %v", n.cfg.NodeID, tag, err)
		}
	}
}

// TestFragments: nodes that hold none or half of the shards answer as one that holds
// all, before and while leads move between the others, and after one of them is gone.
func TestFragments(t *testing.T) {
	n1 := startMember(t, "n1", nil, nil)
	n2 := startMember(t, "n2", n1, nil)
	n3 := startMember(t, "n3", n1, func(storage.ShardID) bool { return true })
	half := startMember(t, "n4", n1, func(id storage.ShardID) bool { return id%2 == 0 })
	c1, c3, ch := connectTo(t, n1), connectTo(t, n3), connectTo(t, half)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if tag, err := c3.Exec(ctx, insertClaims); err != nil || tag.RowsAffected() != 3000 {
		t.Fatal(tag, err)
	}
	want := map[string]string{}
	for _, q := range fragmentQueries {
		var err error
		if want[q], err = answer(ctx, c1, q); err != nil || want[q] == "" {
			t.Fatalf("%s: %v", q, err)
		}
		for name, c := range map[string]*pgx.Conn{"none": c3, "half": ch} {
			if got, err := answer(ctx, c, q); err != nil || got != want[q] {
				t.Errorf("%s, %s of the shards held: %v\n%.300s\nwant\n%.300s", q, name, err, got, want[q])
			}
		}
	}
	plan, err := answer(ctx, c3, `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT count(*) FROM assertions WHERE predicate <> 'p1'`)
	if err != nil || !strings.Contains(plan, "Remote: ") || !strings.Contains(plan, "rows=2000") || !strings.Contains(plan, "Rows Removed by Filter: 1000") {
		t.Errorf("%v\n%s", err, plan)
	}
	// Leads go to and fro.
	moving, stop := context.WithTimeout(ctx, 4*time.Second)
	defer stop()
	var wg sync.WaitGroup
	wg.Go(func() { moveLeads(moving, n1, n2) })
	rounds := 0
	for ; moving.Err() == nil; rounds++ {
		for _, q := range fragmentQueries {
			checkAnswer(ctx, t, c3, q, want[q])
			checkAnswer(ctx, t, ch, q, want[q])
		}
	}
	wg.Wait()
	t.Logf("%d rounds", rounds)
	stopMember(t, n1)
	deadline := time.Now().Add(30 * time.Second)
	for _, q := range fragmentQueries {
		for {
			got, err := answer(ctx, c3, q)
			if err == nil && got == want[q] {
				break
			}
			if err == nil || !mayRetry(err) || time.Now().After(deadline) {
				t.Fatalf("%s after a node has gone: %v\n%.300s", q, err, got)
			}
		}
	}
}

// mayRetry reports whether an error tells its client to try again.
func mayRetry(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && slices.Contains([]string{"40001", "57P01", "57P03"}, e.Code) && e.Hint != ""
}

func checkAnswer(ctx context.Context, t *testing.T, c *pgx.Conn, query, want string) {
	t.Helper()
	got, err := answer(ctx, c, query)
	if err != nil && !mayRetry(err) || err == nil && got != want {
		t.Errorf("%s: %v\n%.300s\nwant\n%.300s", query, err, got, want)
	}
}

// moveLeads hands the leads of all groups from node to node until ctx ends.
func moveLeads(ctx context.Context, nodes ...*node) {
	for i := 0; ctx.Err() == nil; i++ {
		to := nodes[i%len(nodes)]
		for id := range to.repl.Shards() {
			for _, n := range nodes {
				if g := n.repl.Group(storage.ShardID(id)); n != to && g.Status().Ready {
					_ = g.TransferLeadership(to.cfg.NodeID, to.peers.Address()) // not all are taken
				}
			}
		}
		select {
		case <-time.After(300 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

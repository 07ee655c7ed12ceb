package cluster

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/testnode"
)

const (
	defaultRounds = 6
	raceRounds    = 2
	writers       = 6
)

// member is a node of the cluster, which may be dead.
type member struct {
	name, dir string
	flags     []string
	node      atomic.Pointer[testnode.Node]
}

func (m *member) start(t *testing.T) {
	t.Helper()
	m.node.Store(testnode.Start(t, m.dir, m.flags...))
}

// newCluster starts three nodes. The first has run alone before, and has claims;
// the others join it. flags are more ones of its first start.
func newCluster(t *testing.T, flags ...string) []*member {
	t.Helper()
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		if out, err := exec.Command(testnode.Binary(t), args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	run("cert", "create-ca", "--ca-dir", filepath.Join(dir, "ca"))
	var out []*member
	first := ""
	for i := range 3 {
		m := &member{name: fmt.Sprintf("n%d", i+1)}
		m.dir = filepath.Join(dir, m.name)
		certs := filepath.Join(dir, m.name+"-certs")
		run("cert", "create-node", m.name, "127.0.0.1", "--ca-dir", filepath.Join(dir, "ca"), "--certs-dir", certs)
		addr := fmt.Sprintf("127.0.0.1:%d", testnode.FreePort(t))
		m.flags = []string{"--certs-dir", certs, "--raft-addr", addr, "--scan-cache-mb", "0", "--log-level", "error", "--profiling"}
		if i == 0 {
			first = addr
			alone := testnode.Start(t, m.dir, append(flags, "--node-id", m.name)...)
			if _, err := alone.Connect(t).Exec(t.Context(), "INSERT INTO assertions (concept_path, predicate, value, source) VALUES ('alone', 'p', 'v', 's')"); err != nil {
				t.Fatal(err)
			}
			alone.Stop(t)
		} else {
			m.flags = append(m.flags, "--join", first)
		}
		m.start(t)
		out = append(out, m)
	}
	return out
}

// entry is one transaction: claims that must be there together, or not at all.
type entry struct {
	id     string
	claims int
}

// history is what the writers know.
type history struct {
	mu      sync.Mutex
	acked   map[string]int
	unknown map[string]int // sent, and never acknowledged
}

func (h *history) add(e entry, acked bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if acked {
		h.acked[e.id] = e.claims
	} else {
		h.unknown[e.id] = e.claims
	}
}

func (h *history) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.acked)
}

// TestKillOne kills one node of three after the other with SIGKILL, while clients
// write to whatever node answers.
func TestKillOne(t *testing.T) {
	rounds := defaultRounds
	if testnode.Race {
		rounds = raceRounds
	}
	rounds = int(testnode.EnvNumber(t, "STEMEDB_CLUSTER_ROUNDS", uint64(rounds)))
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, %d rounds", seed, rounds)
	rng := rand.New(rand.NewPCG(seed, 0))
	members := newCluster(t)
	h := &history{acked: map[string]int{}, unknown: map[string]int{}}
	for round := range rounds {
		ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
		var wg sync.WaitGroup
		var done atomic.Bool
		for w := range writers {
			r := rand.New(rand.NewPCG(seed, uint64(round*writers+w+1)))
			wg.Go(func() { write(ctx, t, members, h, fmt.Sprintf("r%d-w%d", round, w), r, &done) })
		}
		time.Sleep(time.Duration(300+rng.IntN(500)) * time.Millisecond)
		victim := members[rng.IntN(len(members))]
		victim.node.Load().Kill(t)
		before := h.count()
		for h.count() < before+50 && ctx.Err() == nil { // the others go on
			time.Sleep(10 * time.Millisecond)
		}
		if h.count() < before+50 {
			t.Fatalf("round %d of seed %d: with %s dead, writes do not go on", round, seed, victim.name)
		}
		victim.start(t)
		done.Store(true)
		wg.Wait()
		stop()
		for _, m := range members {
			compare(t, m, h)
		}
		if t.Failed() {
			t.Fatalf("round %d of seed %d", round, seed)
		}
	}
	sameAnswers(t, members)
	t.Logf("%d transactions acknowledged, %d unknown", len(h.acked), len(h.unknown))
	for _, m := range members {
		m.node.Load().Stop(t)
		if out, err := exec.Command(testnode.Binary(t), "verify", "--data-dir", m.dir).CombinedOutput(); err != nil {
			t.Errorf("verify %s: %v\n%s", m.name, err, out)
		}
	}
}

// write runs transactions on one node after the other: one claim, or five over
// several shards, or a bulk of 300.
func write(ctx context.Context, t *testing.T, members []*member, h *history, name string, r *rand.Rand, done *atomic.Bool) {
	var conn *pgx.Conn
	defer func() {
		if conn != nil {
			_ = conn.Close(ctx) // its node may be dead
		}
	}()
	for i := 0; !done.Load() && ctx.Err() == nil; i++ {
		if conn == nil || conn.IsClosed() || r.IntN(20) == 0 {
			if conn != nil {
				_ = conn.Close(ctx) // its node may be dead
			}
			var err error
			if conn, err = pgx.Connect(ctx, members[r.IntN(len(members))].node.Load().URL()); err != nil {
				conn = nil
				time.Sleep(5 * time.Millisecond)
				continue
			}
		}
		e := entry{id: fmt.Sprintf("%s-%d", name, i), claims: []int{1, 1, 1, 5, 5, testnode.BulkClaims}[r.IntN(6)]}
		err := testnode.InsertTogether(ctx, conn, "cluster/", e.id, e.claims)
		h.add(e, err == nil)
		if err != nil && !excused(err) && ctx.Err() == nil {
			t.Errorf("transaction %s: %v", e.id, err)
			return
		}
	}
}

// excused are errors of which a client must know that they come: connections
// end, and a transaction fails or is in doubt, while a shard has no leader.
func excused(err error) bool {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return true // the connection ended
	}
	switch e.Code {
	case "40001", "40003", "57P01", "57P03":
		return true
	}
	return false
}

// compare counts the claims of each transaction on a node.
func compare(t *testing.T, m *member, h *history) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	stored, err := testnode.CountTogether(ctx, m.node.Load().Connect(t), "cluster/")
	if err != nil {
		t.Fatalf("%s: %v", m.name, err)
	}
	var alone int
	if err := m.node.Load().Connect(t).QueryRow(ctx, "SELECT count(*) FROM assertions WHERE concept_path = 'alone'").Scan(&alone); err != nil || alone != 1 {
		t.Errorf("%s: the claim from before the cluster: %d, %v", m.name, alone, err)
	}
	for id, n := range h.acked {
		if stored[id] != n {
			t.Errorf("%s: transaction %s was acknowledged with %d claims, and has %d", m.name, id, n, stored[id])
		}
	}
	for id, n := range stored {
		if h.acked[id] == 0 && h.unknown[id] != n {
			t.Errorf("%s: transaction %s has %d claims of %d", m.name, id, n, h.unknown[id])
		}
	}
}

// sameAnswers asks every node the same of the same time.
func sameAnswers(t *testing.T, members []*member) {
	t.Helper()
	var at, first string
	if err := members[0].node.Load().Connect(t).QueryRow(t.Context(), "SELECT max(recorded_at)::text FROM assertions").Scan(&at); err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		var got []string
		for _, lens := range []string{"recency", "confidence", "authority", "consensus", "weighted", "skeptic", "layered"} {
			var answer string
			err := m.node.Load().Connect(t).QueryRow(t.Context(), "SELECT md5(string_agg(a::text, E'\\n' ORDER BY a::text)) FROM assertions FOR SYSTEM_TIME AS OF '"+at+"' USING LENS "+lens+" AS a").Scan(&answer)
			if err != nil {
				t.Fatalf("%s: lens %s: %v", m.name, lens, err)
			}
			got = append(got, answer)
		}
		if all := strings.Join(got, " "); first == "" {
			first = all
		} else if all != first {
			t.Errorf("%s answers %s, %s %s", m.name, all, members[0].name, first)
		}
	}
}

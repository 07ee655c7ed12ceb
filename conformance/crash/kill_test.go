package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/stemedb/stemedb/conformance/testnode"
)

const (
	defaultRounds = 200
	raceRounds    = 20 // under the race detector, which looks at each round longer
	writers       = 8
)

// TestKill starts a node, writes to it from several connections, kills it with
// SIGKILL, starts it again on the same directory, and checks, round after
// round.
func TestKill(t *testing.T) {
	rounds := defaultRounds
	if testnode.Race {
		rounds = raceRounds
	}
	rounds = int(testnode.EnvNumber(t, "STEMEDB_CRASH_ROUNDS", uint64(rounds)))
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, %d rounds", seed, rounds)
	rng := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	history := &history{}
	for round := range rounds {
		n := &process{testnode.Start(t, dir)}
		n.check(t, history, round)
		n.loadUntilKilled(t, history, round, time.Duration(20+rng.IntN(300))*time.Millisecond)
		if t.Failed() {
			t.Fatalf("round %d of seed %d", round, seed)
		}
	}
	n := &process{testnode.Start(t, dir)}
	n.checkAll(t, history)
	n.Stop(t)
	verify := exec.Command(testnode.Binary(t), "verify", "--data-dir", dir)
	if out, err := verify.CombinedOutput(); err != nil {
		t.Fatalf("verify: %v\n%s", err, out)
	}
	t.Logf("%d transactions acknowledged, %d unknown", len(history.acked), len(history.unknown))
	if len(history.acked) < rounds {
		t.Fatalf("only %d transactions were acknowledged in %d rounds: the test tests nothing", len(history.acked), rounds)
	}
}

// entry is one transaction: claims that must be there together.
type entry struct {
	round  int
	id     string
	claims int
}

// process is a node under attack.
type process struct{ *testnode.Node }

// history is what the writers know.
type history struct {
	mu      sync.Mutex
	acked   []entry
	unknown []entry // sent, but never answered
}

func (h *history) add(e entry, acked bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if acked {
		h.acked = append(h.acked, e)
	} else {
		h.unknown = append(h.unknown, e)
	}
}

// loadUntilKilled writes from several connections and kills the node after a
// while.
func (p *process) loadUntilKilled(t *testing.T, h *history, round int, after time.Duration) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	var wg sync.WaitGroup
	for w := range writers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			p.write(ctx, t, h, round, w)
		}()
	}
	time.Sleep(after)
	p.Kill(t)
	wg.Wait()
}

// write runs transactions until the node is gone. An odd writer's have one
// claim, an even one's five on as many concepts, so over several shards; every
// fourth is a bulk of 300.
func (p *process) write(ctx context.Context, t *testing.T, h *history, round, w int) {
	conn, err := pgx.Connect(ctx, p.URL())
	if err != nil {
		if !p.Dead() {
			t.Errorf("connect: %v", err)
		}
		return
	}
	defer conn.Close(ctx)
	for i := 0; ; i++ {
		e := entry{round: round, id: fmt.Sprintf("r%d-w%d-%d", round, w, i), claims: 1}
		switch {
		case w%4 == 0:
			e.claims = testnode.BulkClaims
		case w%2 == 0:
			e.claims = 5
		}
		err := insert(ctx, conn, e)
		if err == nil {
			h.add(e, true)
			continue
		}
		h.add(e, false)
		if !p.Dead() && !conn.IsClosed() {
			t.Errorf("transaction %s: %v", e.id, err)
		}
		return
	}
}

func insert(ctx context.Context, conn *pgx.Conn, e entry) error {
	return testnode.InsertTogether(ctx, conn, fmt.Sprintf("crash/%d/", e.round), e.id, e.claims)
}

// check looks at the last round's transactions.
func (p *process) check(t *testing.T, h *history, round int) {
	t.Helper()
	if round > 0 {
		p.compare(t, h, func(e entry) bool { return e.round == round-1 }, fmt.Sprintf("crash/%d/", round-1))
	}
}

func (p *process) checkAll(t *testing.T, h *history) {
	t.Helper()
	p.compare(t, h, func(entry) bool { return true }, "crash/")
}

// compare counts the stored claims of each transaction.
func (p *process) compare(t *testing.T, h *history, of func(entry) bool, prefix string) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	conn, err := pgx.Connect(ctx, p.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	stored, err := testnode.CountTogether(ctx, conn, prefix)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range h.acked {
		if of(e) && stored[e.id] != e.claims {
			t.Errorf("acknowledged transaction %s: %d of %d claims are stored", e.id, stored[e.id], e.claims)
		}
		delete(stored, e.id)
	}
	for _, e := range h.unknown {
		if n := stored[e.id]; of(e) && n != 0 && n != e.claims {
			t.Errorf("unanswered transaction %s is there in half: %d of %d claims", e.id, n, e.claims)
		}
		delete(stored, e.id)
	}
	for id, n := range stored {
		t.Errorf("%d claims of %s, which nobody wrote", n, id)
	}
}

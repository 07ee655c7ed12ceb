package cluster

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// defaultFailovers is how many leaders TestFailover kills when nobody says;
// failoverPaths are the concepts that are written to, enough for every shard.
const (
	defaultFailovers = 2
	failoverPaths    = 24
)

// TestFailover kills the node that leads most and counts the time until writes to
// every shard are committed again, through the nodes that are left. It prints a
// table; STEMEDB_FAILOVER_ROUNDS says how often. A tenth as often the node is not
// killed but stopped, so that it hangs with its connections open.
func TestFailover(t *testing.T) {
	rounds := int(testnode.EnvNumber(t, "STEMEDB_FAILOVER_ROUNDS", defaultFailovers))
	members := newCluster(t)
	var table waits
	for round := range rounds + rounds/10 {
		kind := &table.killed
		fell, raise := (*member).kill, (*member).start
		if round >= rounds {
			kind, fell, raise = &table.stopped, (*member).hang, (*member).wake
		}
		victim := mostLeads(t, members)
		var left []*member
		for _, m := range members {
			if m != victim {
				left = append(left, m)
			}
		}
		took := failover(t, func() { fell(victim, t) }, left, fmt.Sprint("failover/", round))
		kind.first, kind.all = append(kind.first, took[0]), append(kind.all, took[len(took)-1])
		raise(victim, t)
		waitInStep(t, members, fmt.Sprint("step/", round))
	}
	table.print(t)
}

func (m *member) kill(t *testing.T) { m.node.Load().Kill(t) }

func (m *member) hang(t *testing.T) {
	if err := m.node.Load().Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
}

func (m *member) wake(t *testing.T) {
	if err := m.node.Load().Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
}

// waits is how long writes waited, by what befell the leader.
type waits struct {
	killed, stopped struct{ first, all []time.Duration }
}

func (w *waits) print(t *testing.T) {
	t.Log("time from the fall of the node that leads most to the next committed write:")
	t.Logf("%-38s %6s %8s %8s %8s", "", "falls", "p50", "p90", "worst")
	for _, row := range []struct {
		what string
		took []time.Duration
	}{
		{"SIGKILL, to any shard", w.killed.first}, {"SIGKILL, to each of the shards", w.killed.all},
		{"SIGSTOP, to any shard", w.stopped.first}, {"SIGSTOP, to each of the shards", w.stopped.all},
	} {
		if len(row.took) == 0 {
			continue
		}
		slices.Sort(row.took)
		t.Logf("%-38s %6d %8s %8s %8s", row.what, len(row.took), quantile(row.took, 0.5), quantile(row.took, 0.9), quantile(row.took, 1))
	}
}

func quantile(sorted []time.Duration, q float64) time.Duration {
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))].Round(time.Millisecond)
}

// failover fells a node under writes and returns when each writer was acknowledged
// what it had begun afterwards, ascending.
func failover(t *testing.T, fell func(), left []*member, name string) []time.Duration {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var killed time.Time
	took := make([]time.Duration, 0, failoverPaths)
	for i := range failoverPaths {
		m := left[i%len(left)]
		wg.Go(func() {
			conn := m.node.Load().Connect(t)
			defer conn.Close(context.WithoutCancel(ctx))
			for n := 0; ctx.Err() == nil; n++ {
				mu.Lock()
				after := !killed.IsZero()
				mu.Unlock()
				if err := insertOne(ctx, conn, fmt.Sprintf("%s/%d", name, i), n); err != nil {
					if !excused(err) && ctx.Err() == nil {
						t.Errorf("write: %v", err)
						return
					}
					continue
				}
				if after {
					mu.Lock()
					took = append(took, time.Since(killed))
					mu.Unlock()
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	time.Sleep(200 * time.Millisecond)
	mu.Lock()
	fell()
	killed = time.Now()
	mu.Unlock()
	wg.Wait()
	if len(took) < failoverPaths {
		t.Fatalf("%d of %d writers go on within a minute after the leader fell", len(took), failoverPaths)
	}
	slices.Sort(took)
	return took
}

func insertOne(ctx context.Context, conn *pgx.Conn, path string, n int) error {
	_, err := conn.Exec(ctx, "INSERT INTO assertions (concept_path, predicate, value, source) VALUES ($1, 'p', $2, 's')", path, strconv.Itoa(n))
	return err
}

// waitInStep waits until every node reads what was written last.
func waitInStep(t *testing.T, members []*member, path string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	for i := range failoverPaths {
		if err := insertOne(ctx, members[0].node.Load().Connect(t), fmt.Sprintf("%s/%d", path, i), 0); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range members {
		var n int
		err := m.node.Load().Connect(t).QueryRow(ctx, "SELECT count(*) FROM assertions WHERE starts_with(concept_path, $1)", path+"/").Scan(&n)
		if err != nil || n != failoverPaths {
			t.Fatalf("%s reads %d claims of %d, %v", m.name, n, failoverPaths, err)
		}
	}
}

// mostLeads is the node that leads most groups.
func mostLeads(t *testing.T, members []*member) (most *member) {
	t.Helper()
	best := -1.0
	for _, m := range members {
		if leads := metric(t, m, "stemedb_raft_groups_led"); leads > best {
			best, most = leads, m
		}
	}
	return most
}

// metric reads a metric of a node, of which there is one line.
func metric(t *testing.T, m *member, name string) float64 {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, m.node.Load().HTTP("/metrics"), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for sc := bufio.NewScanner(io.LimitReader(resp.Body, 8<<20)); sc.Scan(); {
		line := sc.Text()
		if strings.HasPrefix(line, name) {
			v, err := strconv.ParseFloat(line[strings.LastIndexByte(line, ' ')+1:], 64)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			return v
		}
	}
	t.Fatalf("%s has no metric %s", m.name, name)
	return 0
}

package cluster

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// The size of TestThroughput when nobody names another.
const (
	throughputClaims  = 4000
	throughputRounds  = 1
	throughputClients = 256
)

// TestThroughput loads claims by COPY and by single inserts of 256 clients into a
// node alone and into a cluster of three, all on this machine, in turns, and prints
// medians and their ratios. STEMEDB_THROUGHPUT_CLAIMS is how many claims a COPY has,
// STEMEDB_THROUGHPUT_ROUNDS how many turns there are; STEMEDB_THROUGHPUT_PROFILES, a
// directory, gets a processor profile of each node for each kind of the first turn.
func TestThroughput(t *testing.T) {
	claims := int(testnode.EnvNumber(t, "STEMEDB_THROUGHPUT_CLAIMS", throughputClaims))
	rounds := int(testnode.EnvNumber(t, "STEMEDB_THROUGHPUT_ROUNDS", throughputRounds))
	alone := testnode.Start(t, filepath.Join(t.TempDir(), "alone"), "--scan-cache-mb", "0", "--log-level", "error", "--profiling")
	members := newCluster(t)
	waitInStep(t, members, "start")
	targets := []struct {
		name  string
		nodes []*testnode.Node
		rates [2][]float64
		spent [2][]float64 // processor time of all nodes, µs a claim
	}{
		{name: "alone", nodes: []*testnode.Node{alone}}, {name: "cluster", nodes: []*testnode.Node{members[0].node.Load(), members[1].node.Load(), members[2].node.Load()}},
	}
	kinds := []struct {
		name string
		rate func(t *testing.T, nodes []*testnode.Node, name string, claims int) float64
	}{{"COPY, one client", copyRate}, {"INSERT, 256 clients", insertRate}}
	for round := range rounds {
		for k, kind := range kinds {
			for i := range targets {
				target := &targets[(i+round)%len(targets)]
				if dir := os.Getenv("STEMEDB_THROUGHPUT_PROFILES"); dir != "" && round == 0 {
					profile(t, target.nodes, filepath.Join(dir, fmt.Sprintf("%s-%d", target.name, k)))
				}
				before := spent(t, target.nodes)
				target.rates[k] = append(target.rates[k], kind.rate(t, target.nodes, fmt.Sprintf("%s/%d/%d", target.name, k, round), claims))
				used := spent(t, target.nodes) - before
				target.spent[k] = append(target.spent[k], float64(used.Microseconds())/float64(claims))
			}
		}
	}
	t.Logf("%-22s %12s %12s %8s", "claims/s", targets[0].name, targets[1].name, "ratio")
	for k, kind := range kinds {
		one, three := median(targets[0].rates[k]), median(targets[1].rates[k])
		t.Logf("%-22s %12.0f %12.0f %8.2f", kind.name, one, three, three/one)
	}
	t.Logf("%-22s", "processor µs a claim, of all nodes")
	for k, kind := range kinds {
		one, three := median(targets[0].spent[k]), median(targets[1].spent[k])
		t.Logf("%-22s %12.1f %12.1f %8.2f", kind.name, one, three, three/one)
	}
}

// profileSeconds is how long a profile is taken.
const profileSeconds = 5

// profile has profiles of nodes written to files that begin with a prefix, while the test goes on.
func profile(t *testing.T, nodes []*testnode.Node, prefix string) {
	var wg sync.WaitGroup
	t.Cleanup(wg.Wait)
	for i, n := range nodes {
		url := n.HTTP(fmt.Sprintf("/debug/pprof/profile?seconds=%d", profileSeconds))
		wg.Go(func() {
			client := http.Client{Timeout: time.Minute}
			resp, err := client.Get(url)
			if err != nil {
				t.Errorf("profile: %v", err)
				return
			}
			defer func() { _ = resp.Body.Close() }()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != http.StatusOK {
				t.Errorf("profile: %s, %v", resp.Status, err)
				return
			}
			if err := os.WriteFile(fmt.Sprintf("%s-%d.pprof", prefix, i), body, 0o600); err != nil {
				t.Error(err)
			}
		})
	}
}

func spent(t *testing.T, nodes []*testnode.Node) (total time.Duration) {
	t.Helper()
	for _, n := range nodes {
		total += n.CPU(t)
	}
	return total
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// copyRate loads claims by one COPY into the first node.
func copyRate(t *testing.T, nodes []*testnode.Node, name string, claims int) float64 {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	conn := nodes[0].Connect(t)
	start, i := time.Now(), 0
	n, err := conn.CopyFrom(ctx, pgx.Identifier{"assertions"}, []string{"concept_path", "predicate", "value", "source"}, pgx.CopyFromFunc(func() ([]any, error) {
		if i++; i > claims {
			return nil, nil
		}
		return []any{fmt.Sprintf("%s/%d", name, i%(claims/4+1)), fmt.Sprintf("p%d", i%7), fmt.Sprint(i), fmt.Sprintf("source/%d", i%1000)}, nil
	}))
	if err != nil || n != int64(claims) {
		t.Fatalf("COPY of %d claims: %d, %v", claims, n, err)
	}
	return float64(claims) / time.Since(start).Seconds()
}

// insertRate has clients insert one claim after the other, on all nodes.
func insertRate(t *testing.T, nodes []*testnode.Node, name string, claims int) float64 {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	conns := make([]*pgx.Conn, throughputClients)
	for i := range conns {
		conns[i] = nodes[i%len(nodes)].Connect(t)
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for _, conn := range conns {
		wg.Go(func() {
			defer conn.Close(context.WithoutCancel(ctx))
			for i := int(next.Add(1)); i <= claims; i = int(next.Add(1)) {
				if err := insertOne(ctx, conn, fmt.Sprintf("%s/%d", name, i), i); err != nil {
					t.Errorf("INSERT: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	return float64(claims) / time.Since(start).Seconds()
}

package nemesis

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// perCluster is how many histories a cluster lives for.
const perCluster = 20

// series is a number of histories with seeds that follow each other, run on several
// clusters at once. A history's seed does not depend on how many.
type series struct {
	seed      uint64
	histories int
	began     time.Time

	mu       sync.Mutex
	verdicts []*verdict
}

// TestHistories breaks clusters, history after history. STEMEDB_NEMESIS_HISTORIES
// says how many, STEMEDB_NEMESIS_SEED the first one's seed; the next ones' follow.
// STEMEDB_NEMESIS_CLUSTERS says how many clusters live at once: one waits more than
// it computes, so the standard is three for two processors.
func TestHistories(t *testing.T) {
	s := &series{
		histories: int(testnode.EnvNumber(t, "STEMEDB_NEMESIS_HISTORIES", 1)),
		seed:      testnode.EnvNumber(t, "STEMEDB_NEMESIS_SEED", uint64(time.Now().UnixNano())>>1),
		began:     time.Now(),
	}
	clusters := int(min(testnode.EnvNumber(t, "STEMEDB_NEMESIS_CLUSTERS", uint64(max(1, 3*runtime.NumCPU()/2))), maxClusters))
	if clusters > 1 {
		// The nodes outnumber the processors, and a node's own scheduler that looks for
		// work on several of them costs the others more than it finds.
		t.Setenv("GOMAXPROCS", "1")
	}
	t.Logf("seed %d, %d histories, %d clusters at once", s.seed, s.histories, clusters)
	first := make(chan int)
	var wg sync.WaitGroup
	for range clusters {
		wg.Go(func() {
			for n := range first {
				s.batch(t, n)
			}
		})
	}
	for n := 0; n < s.histories; n += perCluster {
		first <- n
	}
	close(first)
	wg.Wait()
	s.sum(t)
}

// batch runs the histories from a number on that share a cluster. One that fails
// ends its cluster, and the others get a new one.
func (s *series) batch(t *testing.T, first int) {
	number := first / perCluster
	nodes, cache := 3+number%2, 32*(number%3)
	next, end := first, min(first+perCluster, s.histories)
	for next < end {
		begun := next
		// Failures of one cluster say nothing of the others.
		t.Run(fmt.Sprintf("cluster %d from %d", number+1, next+1), func(t *testing.T) {
			c := startCluster(t, nodes, "--scan-cache-mb", fmt.Sprint(cache))
			defer c.keepMoving(s.seed + uint64(next))()
			for next < end {
				v := &verdict{seed: s.seed + uint64(next)}
				next++
				s.one(t, c, v)
				if v.err != nil {
					t.Fatalf("history of seed %d: %v", v.seed, v.err)
				}
			}
			c.stop()
		})
		if next == begun {
			return // there is no cluster to be had
		}
	}
}

// one runs a history and tells how far the series is.
func (s *series) one(t *testing.T, c *cluster, v *verdict) {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.verdicts = append(s.verdicts, v)
		done := len(s.verdicts)
		left := time.Duration(float64(time.Since(s.began)) / float64(done) * float64(s.histories-done))
		t.Logf("%d histories of %d, about %s left\n%s\n%s", done, s.histories, left.Round(time.Second), heading, v)
	}()
	c.history(t.Context(), v)
}

// sum says what came of all histories. A series is good only if all of them are
// judged.
func (s *series) sum(t *testing.T) {
	slices.SortFunc(s.verdicts, func(a, b *verdict) int { return cmp.Compare(a.seed, b.seed) })
	table, ops, good, moves, bad := []string{heading}, 0, 0, 0, 0
	kinds, flaws := map[string]int{}, map[flawKind]int{}
	for _, v := range s.verdicts {
		table = append(table, v.String())
		ops, good, moves = ops+v.ops, good+v.good, moves+v.moves
		for _, f := range v.faults {
			kinds[f.kind]++
		}
		if v.err != nil {
			bad++
		}
		tally(v.err, flaws)
	}
	t.Logf("%s\n%d histories of seeds %d to %d, %d not linearizable or not complete, %d not run: %d violations, %d lost, %d duplicated, %d other errors; %d operations, %d of them succeeded; %d shard moves by schedule; faults %v",
		strings.Join(table, "\n"), len(s.verdicts), s.seed, s.seed+uint64(max(1, s.histories))-1, bad, s.histories-len(s.verdicts),
		flaws[violated], flaws[lost], flaws[duplicated], flaws[otherwise], ops, good, moves, kinds)
	if len(s.verdicts) != s.histories {
		t.Errorf("%d histories of %d were not run", s.histories-len(s.verdicts), s.histories)
	}
}

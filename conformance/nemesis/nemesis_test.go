package nemesis

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stemedb/stemedb/conformance/testnode"
)

const (
	families  = 10
	minOps    = 1000
	minFaults = 3
	// perCluster is how many histories a cluster lives for.
	perCluster = 20
	// checkLimit bounds porcupine's search in one family.
	checkLimit = 2 * time.Minute
)

// verdict is what came of a history.
type verdict struct {
	seed      uint64
	nodes     int
	ops, good int
	faults    []string
	took      time.Duration
	err       error
}

func (v *verdict) String() string {
	is := "linearizable"
	if v.err != nil {
		is = "FAILED"
	}
	return fmt.Sprintf("%20d %5d %5d %5d %5.0f s  %-12s  %s", v.seed, v.nodes, v.ops, v.good, v.took.Seconds(), is, strings.Join(v.faults, ", "))
}

const heading = "                seed nodes   ops    ok    took  verdict       faults"

// TestHistories breaks clusters, history after history. STEMEDB_NEMESIS_HISTORIES
// says how many, STEMEDB_NEMESIS_SEED the first one's seed; the next ones' follow.
func TestHistories(t *testing.T) {
	histories := int(testnode.EnvNumber(t, "STEMEDB_NEMESIS_HISTORIES", 1))
	seed := testnode.EnvNumber(t, "STEMEDB_NEMESIS_SEED", uint64(time.Now().UnixNano())>>1)
	t.Logf("seed %d, %d histories", seed, histories)
	var all []*verdict
	for n := 0; n < histories; n += perCluster {
		// Failures of one cluster say nothing of the next.
		t.Run(fmt.Sprintf("cluster %d", n/perCluster+1), func(t *testing.T) {
			nodes, cache := 3+n/perCluster%2, 32*(n/perCluster%3)
			c := startCluster(t, nodes, "--scan-cache-mb", fmt.Sprint(cache))
			for i := n; i < min(n+perCluster, histories); i++ {
				v := c.history(t, seed+uint64(i))
				all = append(all, v)
				t.Logf("history %d of %d\n%s\n%s", i+1, histories, heading, v)
				if v.err != nil {
					t.Fatalf("history of seed %d: %v", v.seed, v.err)
				}
			}
			c.stop()
		})
	}
	table, ops, good := []string{heading}, 0, 0
	kinds := map[string]int{}
	for _, v := range all {
		table = append(table, v.String())
		ops, good = ops+v.ops, good+v.good
		for _, f := range v.faults {
			kinds[f]++
		}
	}
	bad := len(slices.DeleteFunc(slices.Clone(all), func(v *verdict) bool { return v.err == nil }))
	t.Logf("%s\n%d histories, %d not linearizable or not complete; %d operations, %d of them succeeded; faults %v", strings.Join(table, "\n"), len(all), bad, ops, good, kinds)
}

// history breaks the cluster while clients use it, mends it, and checks what they
// saw.
func (c *cluster) history(t *testing.T, seed uint64) *verdict {
	began := time.Now()
	v := &verdict{seed: seed, nodes: len(c.members())}
	defer func() { v.took = time.Since(began) }()
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	r := rand.New(rand.NewPCG(seed, 0))
	h := newHistory(families)
	prefix := fmt.Sprintf("nemesis/%d", seed)
	halt := startClients(ctx, c, h, prefix, seed, families, 40*time.Millisecond)
	defer halt()
	var marks []*mark
	for {
		wait(ctx, r, 200, 800)
		f := faults[r.IntN(len(faults))]
		mend := f.begin(c, r)
		if mend == nil {
			continue
		}
		v.faults = append(v.faults, f.kind)
		wait(ctx, r, 300, 2500)
		soon, done := context.WithTimeout(ctx, 3*time.Second)
		if k, err := c.takeMark(soon, c.pick(r), prefix); err == nil && k != nil { // the node may be dead, or cut off
			marks = append(marks, k)
		}
		done()
		mend()
		if dead := c.deadByItself(); dead != "" {
			v.err = fmt.Errorf("%s ended by itself", dead)
			return v
		}
		v.ops, v.good = h.counts()
		if ctx.Err() != nil || v.ops >= minOps && len(v.faults) >= minFaults && 2*v.good >= v.ops {
			break
		}
	}
	wait(ctx, r, 200, 400)
	halt()
	v.err = c.judge(ctx, h, prefix, marks)
	v.ops, v.good = h.counts()
	if v.err == nil && (v.ops < minOps || 2*v.good < v.ops) {
		v.err = fmt.Errorf("%d operations, %d of which succeeded, show little", v.ops, v.good)
	}
	return v
}

// wait waits for some milliseconds, within a range.
func wait(ctx context.Context, r *rand.Rand, least, most int) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Duration(least+r.IntN(most-least)) * time.Millisecond):
	}
}

// judge checks a history that has ended, on a cluster that is whole.
func (c *cluster) judge(ctx context.Context, h *history, prefix string, marks []*mark) error {
	for i, m := range c.members() {
		if err := m.node.Load().AwaitReady(ctx); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		// Every node's last word is part of the history.
		last := &client{c: c, h: h, prefix: prefix, id: clients + i, node: m.name, r: rand.New(rand.NewPCG(0, uint64(i))), patience: time.Minute}
		var err error
		if last.conn, err = c.dial(ctx, m); err != nil {
			return err
		}
		for f := range families {
			for _, kind := range []kind{members, winners} {
				o := &op{client: last.id, family: f, kind: kind, keys: 1<<concepts - 1}
				if last.do(ctx, o); o.outcome != ok {
					return fmt.Errorf("%s does not answer when all is mended: %s", m.name, o)
				}
			}
		}
		last.hangUp()
	}
	if h.odd != nil {
		return fmt.Errorf("no fault explains the error: %w", h.odd)
	}
	errs := []error{checkAll(h, checkLimit)}
	last, err := c.takeMark(ctx, c.members()[0], prefix)
	if err != nil {
		return fmt.Errorf("%s gives no answer when all is mended: %w", c.members()[0].name, err)
	}
	if last != nil {
		marks = append(marks, last)
	}
	for _, m := range c.members() {
		if err := c.checkNode(ctx, m, h, prefix, marks); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", m.name, err))
		}
	}
	return errors.Join(errs...)
}

package nemesis

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// backUp backs the cluster up by a node, and tells the time that the backup is as of.
func (c *cluster) backUp(ctx context.Context, m *member, dir string) (asOf string, err error) {
	cmd := exec.CommandContext(ctx, testnode.Binary(c.t), "backup", "--json", "--cluster-addr", m.node.Load().Cluster(""), "--output", dir)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("back up by %s: %w", m.name, err)
	}
	var report struct {
		AsOf string `json:"as_of"`
	}
	err = json.Unmarshal(out, &report)
	return report.AsOf, err
}

// TestRestore backs a cluster up while clients use it and faults break it, and restores
// it into a cluster of three with other shards: every node gives under every lens as of
// the times that were looked at, and of the backup's own, what the first cluster gave.
func TestRestore(t *testing.T) {
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	seed := testnode.EnvNumber(t, "STEMEDB_NEMESIS_SEED", uint64(time.Now().UnixNano())>>1)
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	c := startCluster(t, 3, "--scan-cache-mb", "0")
	prefix, dir := fmt.Sprintf("restore/%d", seed), ""
	halt := startClients(ctx, c, newHistory(families), prefix, seed, families, 40*time.Millisecond)
	defer halt()
	var marks []*mark
	var asOf string
	for broken := 0; asOf == "" || broken < minFaults; {
		wait(ctx, r, 200, 800)
		f := faults[r.IntN(len(faults))]
		mend := f.begin(c, r)
		if mend == nil {
			continue
		}
		broken++
		wait(ctx, r, 100, 500)
		soon, done := context.WithTimeout(ctx, 5*time.Second)
		if k, err := c.takeMark(soon, c.pick(r), prefix); err == nil && k != nil {
			marks = append(marks, k)
		}
		into := filepath.Join(t.TempDir(), "backup")
		at, err := c.backUp(soon, c.pick(r), into)
		done()
		mend()
		if t.Logf("%s: %q %v", f.kind, at, err); err == nil {
			asOf, dir = at, into
		} else if _, err := os.Stat(filepath.Join(into, "manifest.json")); err == nil {
			t.Error("a backup that failed looks like one")
		}
		if ctx.Err() != nil {
			t.Fatal("no backup came through")
		}
	}
	wait(ctx, r, 500, 1000)
	halt()
	for _, m := range c.members() {
		if err := m.node.Load().AwaitReady(ctx); err != nil {
			t.Fatal(m.name, err)
		}
	}
	conn, err := c.dial(ctx, c.members()[0])
	if err != nil {
		t.Fatal(err)
	}
	whole := &mark{at: asOf, node: c.members()[0].name}
	if whole.gave, err = answers(ctx, conn, prefix, asOf); err != nil {
		t.Fatal(err)
	}
	kept := []*mark{whole}
	for _, k := range marks {
		var within bool
		if err := conn.QueryRow(ctx, "SELECT '"+k.at+"'::timestamptz <= '"+asOf+"'::timestamptz").Scan(&within); err != nil {
			t.Fatal(err)
		}
		if within {
			kept = append(kept, k)
		}
	}
	_ = conn.Close(ctx) // it was read from
	c.stop()

	restored := startClusterOn(t, func(m *member) {
		c.run("restore", dir, "--data-dir", m.setup.Dir, "--node-id", m.name, "--shards", "5")
		c.run("verify", "--data-dir", m.setup.Dir)
	}, 3, "--scan-cache-mb", "0")
	for _, m := range restored.members() {
		conn, err := restored.dial(ctx, m)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range kept {
			gave, err := answers(ctx, conn, prefix, k.at)
			if err != nil || !slices.Equal(gave, k.gave) {
				t.Errorf("at %s %s gave\n%v\nand %s, restored,\n%v %v", k.at, k.node, k.gave, m.name, gave, err)
			}
		}
		_ = conn.Close(ctx) // it was read from
	}
	t.Logf("compared at %d times: %v", len(kept), whole.gave)
	restored.underWrites(t, "afterwards", func(context.Context) { time.Sleep(time.Second) })
	restored.stop()
}

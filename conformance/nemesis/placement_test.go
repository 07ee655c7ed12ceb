package nemesis

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// minNodes is how far a cluster shrinks.
const minNodes = 3

// operate runs a command of an operator against a node's cluster pages.
func (c *cluster) operate(m *member, args ...string) error {
	ctx, stop := context.WithTimeout(context.Background(), 90*time.Second)
	defer stop()
	args = append(args, "--cluster-addr", fmt.Sprintf("%s:%d", m.host, m.node.Load().ClusterPort))
	if out, err := exec.CommandContext(ctx, testnode.Binary(c.t), args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%v: %w: %s", args, err, out)
	}
	return nil
}

// insist is operate until it succeeds: leaders may just be changing.
func (c *cluster) insist(m *member, args ...string) {
	deadline := time.Now().Add(time.Minute)
	err := c.operate(m, args...)
	for err != nil && time.Now().Before(deadline) {
		time.Sleep(100 * time.Millisecond)
		err = c.operate(m, args...)
	}
	if err != nil {
		c.complain(err)
	}
}

// move has a shard move to another node, or its lead, while clients use it.
func move(c *cluster, r *rand.Rand) func() {
	c.insist(c.pick(r), "shard", "move", fmt.Sprint(r.IntN(8)), c.pick(r).name, "--no-wait")
	return func() {}
}

// drain has a node lead nothing.
func drain(c *cluster, r *rand.Rand) func() {
	m := c.pick(r)
	c.insist(c.pick(r), "node", "drain", m.name, "--no-wait")
	return func() { c.insist(m, "node", "resume", m.name) }
}

// shrink has a node leave the cluster for good.
func shrink(c *cluster, r *rand.Rand) func() {
	all := c.members()
	if len(all) <= minNodes {
		return nil
	}
	m := c.pick(r)
	rest := slices.DeleteFunc(slices.Clone(all), func(o *member) bool { return o == m })
	c.insist(rest[r.IntN(len(rest))], "node", "decommission", m.name, "--timeout", "60s")
	c.list.Store(&rest)
	// It is no member any more, and nothing that it has is needed.
	return func() {
		m.node.Load().Kill(c.t)
		m.leave()
	}
}

// drainInTurn drains every node in turn, and lets it lead again.
func (c *cluster) drainInTurn(t *testing.T) {
	for i, m := range c.members() {
		other := c.members()[(i+1)%len(c.members())]
		if err := c.operate(other, "node", "drain", m.name, "--timeout", "60s"); err != nil {
			t.Error(err)
		}
		if err := c.operate(other, "node", "resume", m.name); err != nil {
			t.Error(err)
		}
	}
}

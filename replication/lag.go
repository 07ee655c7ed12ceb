package replication

import (
	"time"

	"github.com/stemedb/stemedb/knowledge"
)

// Lag is how far this node's replicas may be behind what is committed: the time
// since the group that is furthest behind was known to have everything, by a closed
// time or because it had applied as much as its leader when that sent a heartbeat.
// It is 0 for groups that this node leads, and for shards that it has no replica of.
func (n *Node) Lag() time.Duration {
	now := n.opts.Clock()
	worst := knowledge.Micros(0)
	n.each(func(g *Group) { worst = max(worst, g.lag(now)) })
	return time.Duration(worst) * time.Microsecond
}

func (g *Group) lag(now knowledge.Micros) knowledge.Micros {
	if g.isReady() {
		return 0
	}
	if here, _ := g.replica(); !here {
		return 0
	}
	inStep := knowledge.Micros(g.closing.inStep.Load())
	if inStep == 0 {
		inStep = g.closing.opened
	}
	return max(0, now-max(g.closedTime(), inStep))
}

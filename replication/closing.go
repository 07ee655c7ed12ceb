package replication

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

const (
	// closeEvery is how far apart times are closed at most of a group that is in use,
	// by whatever entry does it; closeLook is how often the leader looks.
	closeEvery = 100 * time.Millisecond
	closeLook  = closeEvery / 4
	// closeIdle is for how long after a write or a bounded read a group is in use.
	closeIdle = 5 * time.Second
	// wakeEvery is how often a node asks the leader of a group at most to go on.
	wakeEvery = 500 * time.Millisecond
)

// closing is when a group was last in use, in Unix nanoseconds of this node, but
// for inStep and opened.
type closing struct {
	used     atomic.Int64 // a write, or a bounded read of which the leader was told
	recorded atomic.Int64 // an entry whose time closes what is before it
	asked    atomic.Int64 // the leader elsewhere was asked to go on
	inStep   atomic.Int64 // the replica had all that the leader had, in recorded time
	opened   knowledge.Micros
}

// wrote notes an entry that goes into the log.
func (c *closing) wrote(entry []byte, now time.Time) {
	if kind := command.KindOf(entry); recording(kind) {
		c.recorded.Store(now.UnixNano())
		if kind != command.Close {
			c.used.Store(now.UnixNano())
		}
	}
}

// due reports whether a time is to be closed now: the group is in use, and at the
// next look nothing would have closed one for closeEvery.
func (c *closing) due(now time.Time) bool {
	return now.UnixNano()-c.used.Load() < int64(closeIdle) && now.UnixNano()-c.recorded.Load() > int64(closeEvery-closeLook/2)
}

// closeLoop closes times of the groups that this node leads, until it ends.
func (n *Node) closeLoop(ctx context.Context) {
	tick := time.NewTicker(closeLook)
	defer tick.Stop()
	for {
		select {
		case now := <-tick.C:
			n.each(func(g *Group) {
				if g.closing.due(now) && g.isReady() && !g.sole.Load() {
					g.closeTime()
				}
			})
		case <-ctx.Done():
			return
		}
	}
}

// closeTime proposes to close the present time. A log that is full closes times by
// what it is full of; whoever misses this one gets the next.
func (g *Group) closeTime() {
	select {
	case g.permits <- struct{}{}:
	default:
		return
	}
	entry := command.Encode(&command.Entry{Kind: command.Close, Coordinator: g.id})
	if _, err := g.push(entry, 0, nil); err != nil {
		g.logger.Debug("the time of a group is not closed", "group", g.name, "error", err)
	}
}

// closedTime is the time up to which this node's replica of the group is final.
func (g *Group) closedTime() knowledge.Micros { return g.fsm.shard.LastRecorded() }

// mayServe reports whether this node's replica may answer reads by itself, at
// times that are closed.
func (g *Group) mayServe() bool { return !g.fsm.stopped.Load() && !g.isQuarantined() }

// closedAt is the newest time at which this node's replicas of the shards and of
// the state tables are final, and need no leader's word. ok is false when one of
// them may not serve.
func (n *Node) closedAt(shards []storage.ShardID) (at knowledge.Micros, ok bool) {
	at = n.meta.closedTime()
	ok = n.meta.mayServe()
	for _, id := range shards {
		g := n.Group(id)
		if g == nil || !g.mayServe() {
			return 0, false
		}
		at = min(at, g.closedTime())
	}
	return at, ok
}

// settledAt is the newest time, at or before a closed one, that no transaction
// keeps waiting which was prepared here and of whose end this node has not heard.
func (n *Node) settledAt(shards []storage.ShardID, at knowledge.Micros) knowledge.Micros {
	at = n.meta.before(at)
	for _, id := range shards {
		at = n.Group(id).before(at)
	}
	return at
}

// before lowers at below the transactions that are prepared at or before it and
// not decided, as far as this node knows.
func (g *Group) before(at knowledge.Micros) knowledge.Micros {
	for _, st := range g.fsm.shard.OpenTxns() {
		if !st.Prepared || st.At > at {
			continue
		}
		if c := g.node.Group(st.Coordinator); c != nil {
			if o, err := c.fsm.shard.TxnOutcome(st.ID); err == nil && o.Decided {
				continue
			}
		}
		at = st.At - 1
	}
	return at
}

// localAt is the time at which this node can answer a read from its own replicas
// without a word to anybody; ok is false when there is none that will do.
func (n *Node) localAt(o *storage.ReadOptions) (at knowledge.Micros, ok bool) {
	if o.Own != (storage.TxnID{}) || o.At == 0 && (!o.Bounded || n.opts.Mux == nil) {
		return 0, false // alone, the newest time costs nothing
	}
	closed, ok := n.closedAt(o.Shards)
	switch {
	case !ok || closed < o.At:
		return 0, false
	case o.At > 0:
		return o.At, true
	}
	at = n.settledAt(o.Shards, closed)
	oldest := n.opts.Clock() - knowledge.Micros(o.MaxStaleness.Microseconds())
	return at, at > 0 && at >= oldest && at >= o.NotBefore
}

// newestAt is the time at which a bounded read asks the leaders, which from then
// on close times for those that follow: now, by this node's clock.
func (n *Node) newestAt(o *storage.ReadOptions) knowledge.Micros {
	n.wake(o.Shards)
	return max(n.opts.Clock(), o.NotBefore)
}

// wake has the leaders of groups close times for a while, in the background. A
// leader that does not hear of it is asked again by the next read.
func (n *Node) wake(shards []storage.ShardID) {
	if n.gate.enter() != nil {
		return
	}
	defer n.gate.leave()
	now := time.Now().UnixNano()
	there := elsewhere{}
	note := func(g *Group) {
		if g.isReady() {
			g.closing.used.Store(now)
			return
		}
		last := g.closing.asked.Load()
		if addr := g.leaderAddress(); addr != "" && now-last > int64(wakeEvery) && g.closing.asked.CompareAndSwap(last, now) {
			there[addr] = append(there[addr], g.id)
		}
	}
	note(n.meta)
	for _, id := range shards {
		if g := n.Group(id); g != nil {
			note(g)
		}
	}
	for addr, ids := range there {
		n.behind(func() {
			ctx, cancel := context.WithTimeout(n.life, time.Second)
			defer cancel()
			if _, err := n.call(ctx, addr, methodWake, appendShards(nil, ids)); err != nil {
				n.logger.Debug("a leader was not asked to close times", "address", addr, "error", err)
			}
		})
	}
}

// serveWake notes that other nodes read groups that this one leads.
func (n *Node) serveWake(payload []byte) ([]byte, error) {
	r := messageReader{b: payload}
	ids := r.shards()
	if r.err != nil {
		return nil, r.err
	}
	now := time.Now().UnixNano()
	for _, id := range ids {
		if g := n.Group(id); g != nil {
			g.closing.used.Store(now)
		}
	}
	return appendStatus(nil, nil, statusOK), nil
}

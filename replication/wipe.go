package replication

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/storage"
)

// methodRemoved asks a group's leader whether the caller has been taken out of the
// group for good, so that nobody needs its replica.
const methodRemoved byte = 61

// movedKey is the key, in a group's stable store, of the log index up to which the
// replica held the state that is wiped; empty: it is not. Once it is there the state
// is dropped, by the next start if by nobody before, until another replica's is in
// its place. Log, term and vote stay, as in a quarantine: they are promises, and a
// voter that is to come back must not break them.
var movedKey = []byte("moved")

// movedOff is why a replica that is wiped answers nothing.
const movedOff = "the shard was moved off this node, which does not hold it any more"

const (
	// wipeAfter is for how long a shard must have been elsewhere, and how long it is
	// until a leader that said no is asked again.
	wipeAfter = 10 * time.Second
	// wipeTimeout bounds the asking.
	wipeTimeout = 10 * time.Second
)

// isMovedOff reports whether the replica was wiped, and has not been rebuilt.
func (g *Group) isMovedOff() bool {
	q := g.barred.Load()
	return q != nil && q.moved
}

// isWanted reports whether the group's leader counts this node in.
func (g *Group) isWanted() bool {
	r := g.node.leaderReport(g.id)
	return r != nil && r.holds(g.node.opts.NodeID)
}

// isAway reports whether the shard is not to be here, and its leader, another node,
// says that it is not.
func (g *Group) isAway(l *layout) bool {
	self := g.node.opts.NodeID
	r, p := g.node.leaderReport(g.id), l.groups[g.id]
	return g.id != storage.MetaShard && p != nil && !slices.Contains(p.replicas, self) && r != nil && r.leads() && r.leader != self && !r.holds(self)
}

// wipeMoved wipes one replica of a shard that was moved off this node, and has those
// rebuilt that were and are wanted again. The node's directory loop alone calls it.
func (n *Node) wipeMoved(ctx context.Context, l *layout) {
	now := time.Now()
	var due *Group
	n.each(func(g *Group) {
		switch {
		case g.isMovedOff():
			if g.isWanted() {
				wake(n.rebuildKick)
			}
		case !g.isAway(l) || g.fsm.shard.Applied() == 0:
			g.awaySince = time.Time{}
		case g.awaySince.IsZero():
			g.awaySince = now
		case due == nil && now.Sub(g.awaySince) >= n.opts.wipeAfter:
			g.awaySince, due = now, g
		}
	})
	if due == nil || !n.wiping.CompareAndSwap(false, true) {
		return
	}
	n.behind(func() {
		defer n.wiping.Store(false)
		if err := due.wipeIfRemoved(n.life); err != nil && ctx.Err() == nil {
			n.logger.Info("a shard that was moved off this node is not wiped yet", "group", due.name, "error", err)
		}
	})
}

// wipeIfRemoved asks the leader, and drops the state.
func (g *Group) wipeIfRemoved(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, wipeTimeout)
	defer cancel()
	addr := g.leaderAddress()
	if addr == "" {
		return g.notLed("no other node is known to")
	}
	if _, err := g.node.call(ctx, addr, methodRemoved, appendBytes(appendShard(nil, g.id), []byte(g.node.opts.NodeID))); err != nil {
		return err
	}
	// The log is what a quarantine keeps: cut short, if anything was applied.
	if err := g.snapshot(); err != nil {
		g.logger.Debug("the log of a shard that was moved off is not cut short", "group", g.name, "error", err)
	}
	return g.wipe()
}

// wipe takes the replica out of service and drops its state, durably.
func (g *Group) wipe() error {
	g.barMu.Lock()
	defer g.barMu.Unlock()
	if err := g.snaps.stable.Set(movedKey, binary.AppendUvarint(nil, g.fsm.shard.Applied())); err != nil {
		return fmt.Errorf("note that group %s is wiped: %w", g.name, err)
	}
	g.barred.Store(&quarantine{why: movedOff, since: time.Now(), moved: true})
	g.fsm.hold()
	g.unready()
	g.metrics.quarantined.WithLabelValues(g.name).Set(0)
	if err := g.fsm.empty(); err != nil {
		return err
	}
	g.logger.Info("wiped the replica of a shard that was moved off this node", "group", g.name)
	return nil
}

// empty drops the state of a replica that applies nothing.
func (f *fsm) empty() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.held {
		return nil // raft has replaced it meanwhile
	}
	if err := f.store.Empty(f.shard.ID()); err != nil {
		return fmt.Errorf("drop the state of a shard: %w", err)
	}
	return nil
}

// isWiped reports whether a group's replica is to hold no state.
func isWiped(st *stable) (bool, error) {
	at, err := st.Get(movedKey)
	if err != nil && !notFound(err) {
		return false, fmt.Errorf("read whether a shard was moved off: %w", err)
	}
	return len(at) > 0, nil
}

// errStillIn is a node that is in a group, or about to be.
var errStillIn = errors.New("the node is in the group, or is to be")

// serveRemoved answers a node that is to wipe its replica: no error says that it may.
func (n *Node) serveRemoved(ctx context.Context, payload []byte) ([]byte, error) {
	r := messageReader{b: payload}
	id, node := r.shard(), r.text()
	g, err := n.askedGroup(&r, id)
	if err != nil {
		return nil, err
	}
	return appendStatus(nil, g.proveRemoved(ctx, node), statusFailed), nil
}

// proveRemoved proves that a node's removal from the group is committed, and that
// its replica is not needed: all that are to vote do, and have caught up. Errors:
// errStillIn; ErrUnavailable, when that cannot be proved now.
func (g *Group) proveRemoved(ctx context.Context, node string) error {
	ctx, cancel := context.WithTimeout(ctx, wipeTimeout)
	defer cancel()
	if !g.isReady() {
		return g.notLed("it does not serve it")
	}
	if err := g.isWithout(node); err != nil {
		return err
	}
	// What a barrier follows in the log is committed when the barrier is, by the very
	// members without the node.
	term := g.raft.CurrentTerm()
	if err := g.barrier(ctx); err != nil {
		return err
	}
	if err := g.verify(ctx); err != nil {
		return err
	}
	if g.raft.CurrentTerm() != term {
		return g.notLed("the term has changed")
	}
	return g.isWithout(node) // also now
}

// barrier waits until everything in the log before it is applied here, within ctx:
// raft itself waits for that as long as it leads. Errors: ErrUnavailable.
func (g *Group) barrier(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- g.raft.Barrier(wipeTimeout).Error() }() // ends at the latest when raft does
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("%w: pass barrier of group %s: %w", ErrUnavailable, g.name, err)
	}
	return nil
}

// isWithout reports whether a node is neither in the group nor to be, and all who are
// to be have caught up.
func (g *Group) isWithout(node string) error {
	n := g.node
	l, err := n.layout()
	if err != nil {
		return err
	}
	f := g.raft.GetConfiguration()
	if err := f.Error(); err != nil {
		return fmt.Errorf("read configuration of group %s: %w", g.name, err)
	}
	servers := f.Configuration().Servers
	voters, learners := l.wanted(g.id)
	in := slices.ContainsFunc(servers, func(s raft.Server) bool { return string(s.ID) == node })
	if in || slices.Contains(voters, node) || slices.Contains(learners, node) {
		return errStillIn
	}
	if len(voters) == 0 || !n.allVote(servers, voters) {
		return fmt.Errorf("%w: not all who are to hold group %s do", ErrUnavailable, g.name)
	}
	for _, id := range voters {
		if id != n.opts.NodeID && !n.couldLead(g, id) {
			return fmt.Errorf("%w: the replica of group %s on %s has not caught up", ErrUnavailable, g.name, id)
		}
	}
	return nil
}

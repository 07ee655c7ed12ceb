package replication

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/storage"
)

// quarantineKey is the key of a quarantine's reason in the group's stable store;
// empty: none. It outlives a restart.
var quarantineKey = []byte("quarantine")

// quarantine is a replica that is not to be trusted: it answers no reads, does
// not lead and does not vote on what is right, until it was rebuilt from its
// leader and found equal. Its raft log, term and vote stay as they are: those
// are promises to the others, and what they say is not in doubt.
type quarantine struct {
	why   string
	since time.Time
	moved bool // the shard was moved off, and the state wiped
}

func (g *Group) isQuarantined() bool { return g.barred.Load() != nil }

// checkTrusted is ErrUnavailable for a replica in quarantine.
func (g *Group) checkTrusted() error {
	if q := g.barred.Load(); q != nil {
		return fmt.Errorf("%w: this node's replica of group %s is in quarantine and being rebuilt: %s", ErrUnavailable, g.name, q.why)
	}
	return nil
}

// openQuarantine restores a quarantine that a restart interrupted.
func (g *Group) openQuarantine() error {
	moved, err := isWiped(g.snaps.stable)
	if err != nil {
		return err
	}
	if moved {
		g.barred.Store(&quarantine{why: movedOff, since: time.Now(), moved: true})
		g.fsm.held = true
		return nil
	}
	why, err := g.snaps.stable.Get(quarantineKey)
	if err != nil && !notFound(err) {
		return fmt.Errorf("read quarantine: %w", err)
	}
	if len(why) > 0 {
		g.barred.Store(&quarantine{why: string(why), since: time.Now()})
		g.fsm.held = true
		g.metrics.quarantined.WithLabelValues(g.name).Set(1)
	}
	return nil
}

// quarantine takes the replica out of service, durably, and has it rebuilt. A
// replica that cannot even note that stops the node.
func (g *Group) quarantine(why string) {
	g.barMu.Lock()
	defer g.barMu.Unlock()
	if g.isQuarantined() {
		return
	}
	g.barred.Store(&quarantine{why: why, since: time.Now()})
	g.fsm.hold()
	g.unready()
	g.metrics.quarantined.WithLabelValues(g.name).Set(1)
	g.logger.Error("replica is in quarantine: it answers nothing until it was rebuilt", "group", g.name, "reason", why)
	if err := g.snaps.stable.Set(quarantineKey, []byte(why)); err != nil {
		g.fsm.stop(fmt.Errorf("note quarantine of group %s: %w", g.name, err))
	}
	g.kickLead()
	select {
	case g.node.rebuildKick <- struct{}{}:
	default:
	}
}

// release ends a quarantine.
func (g *Group) release() error {
	g.barMu.Lock()
	defer g.barMu.Unlock()
	if err := errors.Join(g.snaps.stable.Set(quarantineKey, nil), g.snaps.stable.Set(movedKey, nil)); err != nil {
		return fmt.Errorf("note end of quarantine: %w", err)
	}
	g.barred.Store(nil)
	g.metrics.quarantined.WithLabelValues(g.name).Set(0)
	g.logger.Warn("replica was rebuilt, is equal to its leader's and serves again", "group", g.name)
	g.kickLead()
	return nil
}

// resign gives the lead of a group to another node. It returns at once.
func (g *Group) resign() {
	if !g.resigning.CompareAndSwap(false, true) {
		return
	}
	go func() {
		defer g.resigning.Store(false)
		if err := g.raft.LeadershipTransfer().Error(); err != nil && !errors.Is(err, raft.ErrRaftShutdown) {
			g.logger.Warn("the lead of a group was not handed over", "group", g.name, "error", err)
		}
	}()
}

// resignPause is how often a node tries to be rid of a lead that it may not have.
const resignPause = 500 * time.Millisecond

// rebuildPause is how long a rebuild that failed waits; it doubles up to
// rebuildPauseMost.
const (
	rebuildPause     = 250 * time.Millisecond
	rebuildPauseMost = 30 * time.Second
	rebuildTimeout   = 2 * time.Hour
)

// rebuildLoop rebuilds replicas in quarantine, one after the other, until the
// node ends.
func (n *Node) rebuildLoop(ctx context.Context) {
	pause := rebuildPause
	for {
		left := false
		n.each(func(g *Group) {
			if !g.isQuarantined() || g.isMovedOff() && !g.isWanted() || ctx.Err() != nil {
				return
			}
			if err := g.rebuild(ctx); err != nil && ctx.Err() == nil {
				g.logger.Warn("replica is not rebuilt yet", "group", g.name, "error", err)
				left = true
			}
		})
		var again <-chan time.Time
		if left {
			again = time.After(pause)
			pause = min(2*pause, rebuildPauseMost)
		} else {
			pause = rebuildPause
		}
		select {
		case <-again:
		case <-n.rebuildKick:
		case <-ctx.Done():
			return
		}
	}
}

// rebuild replaces the replica by its leader's, compares the two, and ends the
// quarantine when they are equal.
func (g *Group) rebuild(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, rebuildTimeout)
	defer cancel()
	addr := g.leaderAddress()
	if addr == "" {
		return fmt.Errorf("%w: no other node leads group %s", ErrUnavailable, g.name)
	}
	if need, held := g.fsm.position(); held {
		from := newStateReader(ctx, g.node, addr, g.id, max(need, g.snaps.applied()))
		in, err := g.node.store.Receive(g.id, from)
		if err != nil {
			return fmt.Errorf("receive group %s from its leader: %w", g.name, err)
		}
		defer in.Discard()
		if err := g.fsm.replace(in, g.snaps.index(), g.logs.GetLog); err != nil {
			return err
		}
		// Before the quarantine ends, which is what a start looks at until then.
		if err := g.snaps.stable.SetUint64(receivedKey, in.Applied()); err != nil {
			return fmt.Errorf("note the index of the state received: %w", err)
		}
	}
	status, err := g.node.callCompare(ctx, addr, g.id, "")
	if err != nil {
		return fmt.Errorf("compare group %s: %w", g.name, err)
	}
	mine, theirs := rootOf(status, g.node.opts.NodeID), rootOf(status, status.Leader)
	switch {
	case mine == "" || theirs == "":
		return fmt.Errorf("%w: a replica of group %s could not be summed", ErrUnavailable, g.name)
	case mine != theirs:
		g.fsm.hold() // again, from another leader perhaps
		return fmt.Errorf("group %s: the rebuilt replica differs from its leader's", g.name)
	}
	return g.release()
}

// hold makes the replica apply nothing any more.
func (f *fsm) hold() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.held {
		f.held, f.missed = true, f.shard.Applied()
	}
}

// position says whether the replica applies nothing, and up to where entries were
// meant for it.
func (f *fsm) position() (missed uint64, held bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.missed, f.held
}

// replace puts what was received in the shard's place, and applies what came
// meanwhile, out of the log. snapshot is the log index from which on raft gives
// entries to the replica. Errors: of the store and the log; ErrUnavailable when
// the log lacks what comes after, so that a newer state is called for.
func (f *fsm) replace(in *storage.Received, snapshot uint64, entry func(uint64, *raft.Log) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.held {
		return nil // raft has replaced it meanwhile
	}
	var logs []*raft.Log
	for i := max(in.Applied(), snapshot) + 1; i <= f.missed; i++ {
		log := &raft.Log{}
		if err := entry(i, log); err != nil {
			return fmt.Errorf("%w: read log entry %d after the state at %d: %w", ErrUnavailable, i, in.Applied(), err)
		}
		if log.Type == raft.LogCommand || log.Type == raft.LogConfiguration {
			logs = append(logs, log)
		}
	}
	if err := in.Install(); err != nil {
		return fmt.Errorf("replace shard: %w", err)
	}
	f.replaced()
	for len(logs) > 0 {
		n := min(len(logs), maxAppend)
		f.applyChunk(logs[:n], make([]result, n))
		logs = logs[n:]
	}
	return f.halt
}

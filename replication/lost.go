package replication

import (
	"context"
	"errors"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/hashicorp/raft"
)

const (
	// probeTimeout bounds the look at a node whose connection has ended.
	probeTimeout = 300 * time.Millisecond
	// silentAfter is when a node that does not answer is given up.
	silentAfter = 3 * heartbeatTimeout
	// turnPause is how long a voter waits for the one whose turn is before its own
	// to take over from a leader that is gone.
	turnPause  = 250 * time.Millisecond
	turnRounds = 4
)

// lostNode is told that a connection to another node has ended. If nobody listens
// there any more, the process is gone, and what it led is taken over at once,
// without waiting for heartbeats to be missed. Anything else may be the network,
// and takes the time that raft gives it.
func (n *Node) lostNode(addr string) {
	if n.gate.enter() != nil {
		return
	}
	defer n.gate.leave()
	n.behind(func() {
		var led []*Group
		n.each(func(g *Group) {
			if string(g.leaderRaw()) == addr {
				led = append(led, g)
			}
		})
		if len(led) == 0 || !n.isGone(addr) {
			return
		}
		n.logger.Info("a node has ended; what it led is taken over", "address", addr, "groups", len(led))
		n.kickSweep()
		for _, g := range led {
			if g.succeeding.CompareAndSwap(false, true) {
				n.behind(func() {
					defer g.succeeding.Store(false)
					g.succeed(addr)
				})
			}
		}
	})
}

// isGone reports whether a node's process has ended: its port refuses. While it
// ends, connections may break in other ways.
func (n *Node) isGone(addr string) bool {
	ctx, cancel := context.WithTimeout(n.life, probeTimeout)
	defer cancel()
	for ctx.Err() == nil {
		_, err := n.opts.Mux.Call(ctx, addr, methodHello, nil)
		if err == nil || errors.Is(err, syscall.ECONNREFUSED) {
			return err != nil
		}
		pause := time.NewTimer(retryPause)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
		}
	}
	return false
}

func (g *Group) leaderRaw() raft.ServerAddress {
	addr, _ := g.raft.LeaderWithID()
	return addr
}

// succeed makes this node the leader of a group whose leader is gone, when its turn
// comes and nobody else is. One whose log lacks entries is not elected, and others
// may stand at the same time; so the turns go round a few times. While terms go on,
// somebody else is standing.
func (g *Group) succeed(gone string) {
	turn, voters := g.turnAfter(gone)
	if turn < 0 {
		return
	}
	tick := time.NewTicker(turnPause)
	defer tick.Stop()
	term := g.raft.CurrentTerm()
	for now := range turnRounds * voters {
		if leader := string(g.leaderRaw()); leader != gone && leader != "" || g.raft.State() == raft.Leader {
			return
		}
		before := term
		term = g.raft.CurrentTerm()
		if now%voters == turn && term == before {
			if err := g.electNow(); err != nil {
				g.logger.Debug("immediate election failed; the timeout will do", "group", g.name, "error", err)
			}
		}
		select {
		case <-tick.C:
		case <-g.node.life.Done():
			return
		}
	}
}

// turnAfter is this node's place among the voters that are left, from a first one
// that differs from group to group, and their number; -1: it is none.
func (g *Group) turnAfter(gone string) (turn, voters int) {
	f := g.raft.GetConfiguration()
	if f.Error() != nil {
		return -1, 0
	}
	var left []string
	for _, s := range f.Configuration().Servers {
		if s.Suffrage == raft.Voter && string(s.Address) != gone {
			left = append(left, string(s.ID))
		}
	}
	slices.SortFunc(left, strings.Compare)
	i := slices.Index(left, g.node.opts.NodeID)
	if i < 0 {
		return -1, len(left)
	}
	return (i + int(g.id)) % len(left), len(left)
}

// noteSilence gives up the calls to a node that has not answered for a time, though
// its connection stands: who waits for them asks whoever leads now.
func (n *Node) noteSilence(id, addr string, atLeast time.Duration) {
	if c := n.dir.get(id); c != nil && c.addr == addr && time.Since(c.at) > atLeast {
		n.opts.Mux.Drop(addr)
	}
}

// leader is who leads a group.
type leader struct{ id, addr string }

// ledBy notes who leads the group from now on.
func (g *Group) ledBy(id, addr string) {
	l := &leader{id, addr}
	if old := g.leader.Load(); old != nil && *old == *l {
		return
	}
	old := g.leader.Swap(l)
	if n := g.node; n.opts.Mux != nil && old != nil && old.id != id && old.id != n.opts.NodeID {
		n.noteSilence(old.id, old.addr, heartbeatTimeout)
	}
}

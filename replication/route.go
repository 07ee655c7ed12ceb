package replication

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/replication/transport"
	"github.com/stemedb/stemedb/storage"
)

// leaderAddress is where another node leads the group, as far as this one knows;
// empty: none, or this node.
func (g *Group) leaderAddress() string {
	if g.node.opts.Mux == nil {
		return ""
	}
	addr, id := g.raft.LeaderWithID()
	if id == "" {
		if here, _ := g.replica(); !here {
			return g.node.heardLeader(g.id)
		}
	}
	if id == "" || string(id) == g.node.opts.NodeID {
		return ""
	}
	return string(addr)
}

// heardLeader is where a node says that it leads a group of which this node has
// no replica, which raft tells nothing of; empty: none did of late.
func (n *Node) heardLeader(id storage.ShardID) string {
	r := n.leaderReport(id)
	if r == nil || r.leader == n.opts.NodeID {
		return ""
	}
	c := n.dir.get(r.leader)
	if c == nil {
		return ""
	}
	return c.addr
}

// route waits until the group has a leader that it can send to: this node, for
// which the address is empty, or another one. Errors: ErrClosed, or
// ErrUnavailable with ctx's.
func (g *Group) route(ctx context.Context) (addr string, err error) {
	err = g.awaitLeader(ctx, func() bool {
		addr = g.leaderAddress()
		return addr != ""
	})
	return addr, err
}

// enqueue gives an entry to the log of the group, wherever that is led: behind
// the resolves of everything that was committed before, at a time above floor.
// ctx bounds the wait for a leader and for room; the answer comes through the
// proposal. An error means that nothing was proposed.
func (g *Group) enqueue(ctx context.Context, entry []byte, floor knowledge.Micros, notify func(*proposal)) (*proposal, error) {
	return g.submit(ctx, entry, floor, notify, g.finisher.flush, g.forward)
}

// enqueueNow is enqueue for the resolves themselves, which go before others.
func (g *Group) enqueueNow(ctx context.Context, entry []byte, notify func(*proposal)) (*proposal, error) {
	return g.submit(ctx, entry, 0, notify, func() {}, g.forward)
}

// waitInherited waits, with an entry that writes, until it is known how the
// transactions of earlier leaders ended: what the finisher does not hold by then was
// not committed before. Errors as of waitReady.
func (g *Group) waitInherited(ctx context.Context, entry []byte) error {
	if g.inherited.Load() == 0 || !command.Writes(entry) {
		return nil // it may be what those transactions wait for
	}
	return g.waitRead(ctx)
}

// forwarder has another node propose an entry.
type forwarder func(ctx context.Context, addr string, p *proposal)

// submit does before and gives an entry to the log, or to the node that leads.
func (g *Group) submit(ctx context.Context, entry []byte, floor knowledge.Micros, notify func(*proposal), before func(), forward forwarder) (*proposal, error) {
	for {
		addr, err := g.route(ctx)
		if err != nil {
			return nil, err
		}
		if addr != "" {
			if g.node.life.Err() != nil {
				return nil, ErrClosed
			}
			p := &proposal{entry: entry, floor: floor, start: time.Now(), done: make(chan struct{}), notify: notify}
			forward(ctx, addr, p)
			return p, nil
		}
		switch err := g.waitInherited(ctx, entry); {
		case err == nil:
		case errors.Is(err, ErrUnavailable) && ctx.Err() == nil && !g.mayLead():
			continue // another node leads by now
		default:
			return nil, err
		}
		before()
		if p, err := g.enqueueHere(ctx, entry, floor, notify); p != nil || err != nil {
			return p, err
		}
	}
}

// forward is the forwarder that does not wait. What the other node answers, or that
// it does not, comes through the proposal.
func (g *Group) forward(_ context.Context, addr string, p *proposal) {
	g.node.behind(func() { g.forwardNow(g.node.life, addr, p) })
}

// forwardNow is the forwarder that waits for the answer, within ctx. It spares
// those who would wait anyway a goroutine.
func (g *Group) forwardNow(ctx context.Context, addr string, p *proposal) {
	ctx, cancel := g.node.bound(ctx)
	defer cancel()
	req := (&proposeRequest{group: g.id, floor: p.floor, entry: p.entry}).encode()
	p.res, p.err = g.node.callPropose(ctx, addr, req)
	close(p.done)
	if p.notify != nil {
		p.notify(p)
	}
}

// callPropose sends an entry to a leader. Its errors are those that raft would
// give here: raft.ErrNotLeader when nothing was proposed, raft.ErrLeadershipLost
// when that is not known.
func (n *Node) callPropose(ctx context.Context, addr string, req []byte) (result, error) {
	answer, err := n.opts.Mux.Call(ctx, addr, methodPropose, req)
	switch {
	case errors.Is(err, transport.ErrNotSent):
		return result{}, fmt.Errorf("%w: %w", raft.ErrNotLeader, err)
	case err != nil:
		return result{}, fmt.Errorf("%w: %w", raft.ErrLeadershipLost, err)
	}
	res, refused, err := decodeResult(answer)
	switch {
	case err == nil || refused:
		return res, nil
	case errors.Is(err, ErrDiskFull):
		return result{err: err}, nil
	case errors.Is(err, ErrUnavailable):
		return result{}, fmt.Errorf("%w: %w", raft.ErrNotLeader, err)
	case errors.Is(err, ErrUnknownOutcome):
		return result{}, fmt.Errorf("%w: %w", raft.ErrLeadershipLost, err)
	}
	return result{}, err
}

// servePropose proposes an entry for another node, once: that node tries again.
func (n *Node) servePropose(ctx context.Context, payload []byte) ([]byte, error) {
	q, err := decodePropose(payload)
	if err != nil {
		return nil, err
	}
	res, err := n.proposeFor(ctx, &q)
	return appendResult(nil, &res, err), nil
}

func (n *Node) proposeFor(ctx context.Context, q *proposeRequest) (result, error) {
	g := n.Group(q.group)
	if g == nil || !g.mayLead() {
		return result{}, fmt.Errorf("%w: this node does not lead group %s", ErrUnavailable, groupName(q.group))
	}
	if err := g.waitReady(ctx); err != nil {
		return result{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if err := g.waitInherited(ctx, q.entry); err != nil {
		return result{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	g.finisher.flush()
	p, err := g.enqueueHere(ctx, q.entry, q.floor, nil)
	switch {
	case err != nil:
		return result{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	case p == nil: // or gained it anew
		return result{}, fmt.Errorf("%w: group %s lost its leader", ErrUnavailable, g.name)
	}
	if answered, err := g.await(ctx, p); !answered {
		return result{}, unknown(err)
	}
	return p.forOther()
}

// forOther is what an answered proposal gave, for the node that asked for it.
func (p *proposal) forOther() (result, error) {
	err := errors.Join(p.err, p.res.err)
	switch {
	case p.err == nil && !errors.Is(err, errHalted) && !errors.Is(err, errStale):
		return p.res, p.res.err
	case errors.Is(err, errStale), errors.Is(err, raft.ErrNotLeader), errors.Is(err, raft.ErrLeadershipTransferInProgress):
		return result{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return result{}, unknown(err)
}

// serveQuick is servePropose where nothing has to be waited for before the entry
// goes into the log. Whoever sees proposals out answers those of a batch together.
func (n *Node) serveQuick(method byte, payload []byte, answer func([]byte)) bool {
	if method != methodPropose {
		return false
	}
	q, err := decodePropose(payload)
	if err != nil {
		return false
	}
	g := n.Group(q.group)
	if g == nil || !g.isReady() || g.finisher.pending.Load() != 0 || g.checkRoom(q.entry) != nil || n.gate.enter() != nil {
		return false
	}
	select {
	case g.permits <- struct{}{}:
	default:
		n.gate.leave()
		return false
	}
	g.clock.observe(q.floor)
	p, err := g.push(q.entry, q.floor, func(p *proposal) {
		defer n.gate.leave()
		res, err := p.forOther()
		answer(appendResult(nil, &res, err))
	})
	if p == nil || err != nil {
		n.gate.leave()
		return false
	}
	return true
}

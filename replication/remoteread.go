package replication

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/transport"
	"github.com/stemedb/stemedb/storage"
)

// elsewhere are groups of a read by the node that leads them.
type elsewhere map[string][]storage.ShardID

// askElsewhere is readyOnce when other nodes lead some of the groups. It has the
// leaders tell their groups' newest times, and then how far their logs must be applied
// for everything up to T to be there; this node reads its own replicas, once they are
// as far.
func (n *Node) askElsewhere(ctx context.Context, shards, held []storage.ShardID, at knowledge.Micros) (knowledge.Micros, error) {
	ctx, cancel := n.bound(ctx)
	defer cancel()
	here, there, latest, err := n.split(ctx, shards)
	if err != nil {
		return 0, err
	}
	asked, t := time.Now(), at
	switch {
	case at == 0 && (len(there) > 1 || len(here) > 0):
		told, err := n.latestOf(ctx, there)
		if err != nil {
			return 0, err
		}
		if t = max(latest, told); len(shards) == 0 { // this node leads the only group
			t = max(t, n.horizon(0))
		}
	case at != 0:
		if err := n.hasCome(ctx, at); err != nil {
			return 0, err
		}
	}
	for _, g := range here {
		if err := g.readable(ctx, n, t); err != nil {
			return 0, err
		}
		if at == 0 {
			if err := g.ledSince(t); err != nil {
				return 0, err
			}
		}
	}
	if at != 0 {
		there = heldOf(there, held) // of others, who reads them at the time makes them final
	}
	if t, err = n.awaitReady(ctx, there, held, t, at == 0); err == nil && at == 0 {
		n.notePulse(asked, t)
	}
	return t, err
}

// heldOf are those groups that are read here, and the cluster's own.
func heldOf(there elsewhere, held []storage.ShardID) elsewhere {
	out := elsewhere{}
	for addr, ids := range there {
		for _, id := range ids {
			if id == storage.MetaShard || slices.Contains(held, id) {
				out[addr] = append(out[addr], id)
			}
		}
	}
	return out
}

// split sorts the groups of a read, the cluster's own among them, by who leads
// them: this node, whose newest time it returns, or others.
func (n *Node) split(ctx context.Context, shards []storage.ShardID) (here []*Group, there elsewhere, latest knowledge.Micros, err error) {
	there, latest = elsewhere{}, 1
	for i := range len(shards) + 1 {
		g := n.meta
		if i < len(shards) {
			if g = n.Group(shards[i]); g == nil || g == n.meta {
				return nil, nil, 0, fmt.Errorf("read: no shard %d", shards[i])
			}
		}
		addr, err := g.route(ctx)
		if err == nil && addr == "" {
			err = g.waitRead(ctx)
		}
		if err != nil {
			return nil, nil, 0, err
		}
		if addr != "" {
			there[addr] = append(there[addr], g.id)
			continue
		}
		here = append(here, g)
		latest = max(latest, g.clock.latest())
	}
	return here, there, latest, nil
}

// callEach calls a method of several nodes at once, and takes their answers one
// after the other. The first error ends it.
func (n *Node) callEach(ctx context.Context, there elsewhere, method byte, request func([]storage.ShardID) []byte,
	take func(ids []storage.ShardID, r *messageReader) error,
) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var first error
	for addr, ids := range there {
		wg.Go(func() {
			r, err := n.call(ctx, addr, method, request(ids))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				if err = take(ids, r); err == nil {
					err = r.err
				}
			}
			if err != nil && first == nil {
				first = err
				cancel()
			}
		})
	}
	wg.Wait()
	return first
}

// call calls a method that changes nothing, or may be called again: that the
// node is not reached is ErrUnavailable. The reader stands behind the status.
func (n *Node) call(ctx context.Context, addr string, method byte, request []byte) (*messageReader, error) {
	return callNode(ctx, n.opts.Mux, addr, method, request)
}

func callNode(ctx context.Context, mux *transport.Mux, addr string, method byte, request []byte) (*messageReader, error) {
	answer, err := mux.Call(ctx, addr, method, request)
	if err != nil {
		if errors.Is(err, transport.ErrNotSent) || errors.Is(err, transport.ErrLost) {
			err = fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		return nil, err
	}
	r := &messageReader{b: answer}
	_, err = r.status()
	return r, err
}

// latestOf asks leaders for the newest time of their groups.
func (n *Node) latestOf(ctx context.Context, there elsewhere) (latest knowledge.Micros, err error) {
	request := func(ids []storage.ShardID) []byte { return appendShards(nil, ids) }
	err = n.callEach(ctx, there, methodLatest, request, func(_ []storage.ShardID, r *messageReader) error {
		latest = max(latest, r.time())
		return nil
	})
	return latest, err
}

func (n *Node) serveLatest(ctx context.Context, payload []byte) (knowledge.Micros, error) {
	r := messageReader{b: payload}
	ids := r.shards()
	if r.err != nil {
		return 0, r.err
	}
	latest := knowledge.Micros(0)
	for _, id := range ids {
		g, err := n.ledGroup(ctx, id)
		if err != nil {
			return 0, err
		}
		latest = max(latest, g.clock.latest())
	}
	return latest, nil
}

// ledGroup is a group that this node leads, and whose newest time it knows.
func (n *Node) ledGroup(ctx context.Context, id storage.ShardID) (*Group, error) {
	g := n.Group(id)
	if g == nil || !g.mayLead() {
		return nil, fmt.Errorf("%w: this node does not lead group %s", ErrUnavailable, groupName(id))
	}
	if !g.canRead() {
		ctx, cancel := context.WithTimeout(ctx, n.opts.Timeout)
		defer cancel()
		if err := g.waitRead(ctx); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
	}
	return g, nil
}

// awaitReady has leaders make their groups final up to t (0: the newest time of
// one leader's groups), and waits until the replicas here hold as much. newest says
// that t was taken as the newest time of all groups. It returns t.
func (n *Node) awaitReady(ctx context.Context, there elsewhere, held []storage.ShardID, t knowledge.Micros, newest bool) (knowledge.Micros, error) {
	if len(there) == 0 {
		return t, nil
	}
	need := map[storage.ShardID]uint64{}
	at := t
	committed := microsOf(n.committed.Load())
	request := func(ids []storage.ShardID) []byte {
		return appendTime(appendShards(appendTime(nil, t), ids), committed)
	}
	err := n.callEach(ctx, there, methodReady, request, func(ids []storage.ShardID, r *messageReader) error {
		at = r.time()
		for _, id := range ids {
			need[id] = r.uint()
			if since := r.time(); newest && at < since { // see ledSince
				return fmt.Errorf("%w: group %s changed its leader while its newest time was asked", ErrUnavailable, groupName(id))
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for id, index := range need {
		if id != storage.MetaShard && !slices.Contains(held, id) {
			continue // its leader has told that the time is the newest
		}
		if err := n.awaitApplied(ctx, n.Group(id), index); err != nil {
			return 0, err
		}
	}
	return at, nil
}

// awaitApplied waits until this node's replica of a group is as far. One that the
// group was moved off hears nothing any more: errMovedOff; nor does a node that has
// left the cluster: ErrLeft.
func (n *Node) awaitApplied(ctx context.Context, g *Group, index uint64) error {
	if g.fsm.applied.value.Load() >= int64(index) {
		return nil
	}
	for {
		turn, cancel := context.WithTimeout(ctx, helloEvery)
		err := g.fsm.applied.wait(turn, int64(index))
		cancel()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded):
			return fmt.Errorf("%w: this node's replica of group %s is behind: %w", ErrUnavailable, g.name, err)
		case n.left.Load():
			return fmt.Errorf("%w: %w", ErrUnavailable, ErrLeft)
		case g.id != storage.MetaShard && !n.Holds(g.id):
			return fmt.Errorf("group %s: %w", g.name, errMovedOff)
		}
	}
}

// serveReady answers with the time, and for each group how far its log is to be
// applied, and the earliest newest time that this node's lead of it proves.
func (n *Node) serveReady(ctx context.Context, payload []byte) ([]byte, error) {
	r := messageReader{b: payload}
	t := r.time()
	ids := r.shards()
	committed := r.time()
	if r.err != nil {
		return nil, r.err
	}
	groups := make([]*Group, len(ids))
	latest := knowledge.Micros(1)
	for i, id := range ids {
		g, err := n.ledGroup(ctx, id)
		if err != nil {
			return nil, err
		}
		groups[i] = g
		latest = max(latest, g.clock.latest())
	}
	if t == 0 {
		if t = latest; slices.Equal(ids, []storage.ShardID{storage.MetaShard}) {
			t = max(t, n.horizon(committed))
		}
	}
	for _, g := range groups {
		if err := g.readable(ctx, n, t); err != nil {
			return nil, err
		}
	}
	out := appendTime(appendStatus(nil, nil, statusOK), t)
	for _, g := range groups {
		out = appendTime(binary.AppendUvarint(out, g.fsm.shard.Applied()), microsOf(g.since.Load()))
	}
	return out, nil
}

// serve carries out a call of another node. A node that is closing refuses: its
// groups will have other leaders.
func (n *Node) serve(ctx context.Context, method byte, payload []byte) ([]byte, error) {
	switch method { // what the other nodes need of one that closes too
	case methodProve:
		return n.serveProve(payload)
	case methodAppend:
		return n.serveAppend(ctx, payload)
	}
	if err := n.gate.enter(); err != nil {
		return appendStatus(nil, err, statusUnavailable), nil
	}
	defer n.gate.leave()
	switch method {
	case methodPropose:
		return n.servePropose(ctx, payload)
	case methodLatest:
		t, err := n.serveLatest(ctx, payload)
		return appendTime(appendStatus(nil, err, statusFailed), t), nil
	case methodReady:
		out, err := n.serveReady(ctx, payload)
		if err != nil {
			out = appendStatus(nil, err, statusFailed)
		}
		return out, nil
	case methodFinish:
		return appendStatus(nil, n.serveFinish(ctx, payload), statusFailed), nil
	case methodOutcome:
		return n.serveOutcome(ctx, payload)
	case methodOwns:
		return n.serveOwns(payload)
	case methodHello:
		return n.serveHello(payload)
	case methodJoin:
		return n.serveJoin(ctx, payload)
	case methodWake:
		return n.serveWake(payload)
	case methodBeat:
		return n.serveBeat(payload)
	case methodDigest:
		return n.serveDigest(ctx, payload)
	case methodQuarantine:
		return n.serveQuarantine(payload)
	case methodState:
		return n.serveState(ctx, payload)
	case methodCompare:
		return n.serveCompare(ctx, payload)
	case methodSync:
		return n.serveSync(ctx, payload)
	case methodRemoved:
		return n.serveRemoved(ctx, payload)
	case methodAnnounce:
		return n.serveAnnounce(payload)
	}
	return nil, badMethod(method)
}

// shardsOf groups ids by who leads them now; those that this node leads are
// under the empty address.
func (n *Node) shardsOf(ctx context.Context, groups []*Group) (elsewhere, error) {
	there := elsewhere{}
	for _, g := range groups {
		addr, err := g.route(ctx)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(there[addr], g.id) {
			there[addr] = append(there[addr], g.id)
		}
	}
	return there, nil
}

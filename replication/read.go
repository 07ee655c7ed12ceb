package replication

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// Read begins a read at one recorded time: the one asked for, or one at which
// everything acknowledged before the call is visible, or for a bounded read one
// that is not older than it may be. It waits, within ctx, until nothing at or
// before that time can come any more. The view tells the time. Errors:
// ErrFutureTime, ErrUnavailable, ErrClosed, ctx's. Of shards that this node does not
// hold it takes account in the time, and leaves them out of the view.
//
// A time that every replica here has closed takes no other node. Else for each
// group, in order: the barrier of its leader's term has passed; T is taken; the
// group's clock is moved to T; entries at or before T are applied; the leadership
// is proved to have lasted until then.
func (n *Node) Read(ctx context.Context, o storage.ReadOptions) (*storage.View, error) {
	if n.gate.isShut() {
		return nil, ErrClosed
	}
	if n.left.Load() {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, ErrLeft)
	}
	if o.Shards == nil {
		o.Shards = n.all
	}
	for _, id := range o.Shards {
		if int(id) < len(n.groups) {
			n.groups[id].queries.add()
		}
	}
	if o.Own != (storage.TxnID{}) {
		o.Bounded = false // its claims may not have come here yet
	}
	held, t, err := n.timeOf(ctx, &o)
	if err != nil {
		return nil, err
	}
	v := n.store.View(held, t, o.Own)
	if err := n.checkTrusted(held); err != nil { // after the view was taken
		v.Close()
		return nil, err
	}
	if err := v.Settle(ctx); err != nil {
		v.Close()
		return nil, fmt.Errorf("settle transactions: %w", err)
	}
	return v, nil
}

// timeOf takes the time to read at, and makes the replicas here that are read, which
// it names, final up to it. What other nodes hold is for those to make final.
func (n *Node) timeOf(ctx context.Context, o *storage.ReadOptions) (held []storage.ShardID, t knowledge.Micros, err error) {
	for {
		held = n.held(o.Shards)
		local := *o
		local.Shards = held
		t, ok := n.localAt(&local)
		if !ok || n.checkTrusted(held) != nil { // then it waits for the rebuild
			t, err = n.ledAt(ctx, o, held)
		}
		if !errors.Is(err, errMovedOff) || ctx.Err() != nil {
			return held, t, err
		}
		err = nil // once more, without the shard that has gone
	}
}

// errMovedOff is a shard that was moved to other nodes while it was read here.
var errMovedOff = errors.New("the shard was moved off this node")

// ledAt takes the time to read at with the leaders' help, and makes the state at
// it final here.
func (n *Node) ledAt(ctx context.Context, o *storage.ReadOptions, held []storage.ShardID) (knowledge.Micros, error) {
	at := o.At
	if at == 0 && o.Bounded {
		at = n.newestAt(o)
	}
	return n.readyInTime(ctx, o.Shards, held, at, n.gate.isShut)
}

// StateVersion changes whenever a change of the state tables is applied on this
// node. It costs nothing, and says nothing of what other nodes know already.
func (n *Node) StateVersion() uint64 { return n.store.StateVersion() }

// readyAt takes the time to read at, and makes and proves the state at it
// final. held are those of the shards that are read here. Reads of the cluster's own
// state alone at now, of which every statement of a claim has one, share what it takes.
func (n *Node) readyAt(ctx context.Context, shards, held []storage.ShardID, at knowledge.Micros) (knowledge.Micros, error) {
	if err := n.checkTrusted(held); err != nil {
		return 0, err
	}
	if n.opts.Mux != nil && len(shards) == 0 && at == 0 && !(n.meta.sole.Load() && n.meta.isReady()) {
		return n.stateReads.join(ctx, func() (knowledge.Micros, error) { return n.readyOnce(n.life, nil, nil, 0) })
	}
	return n.readyOnce(ctx, shards, held, at)
}

// readyOnce is readyAt for one read.
func (n *Node) readyOnce(ctx context.Context, shards, held []storage.ShardID, at knowledge.Micros) (knowledge.Micros, error) {
	if n.opts.Mux != nil && !n.leadsAll(shards) {
		return n.askElsewhere(ctx, shards, held, at)
	}
	var asked time.Time
	if n.opts.Mux != nil {
		asked = time.Now()
	}
	t, err := n.readTime(ctx, shards, at)
	if err != nil {
		return 0, err
	}
	if len(shards) == 0 && at == 0 && n.opts.Mux != nil {
		t = max(t, n.horizon(0))
	}
	for i := range len(shards) + 1 {
		g := n.meta
		if i < len(shards) {
			g = n.groups[shards[i]]
		}
		if err := g.readable(ctx, n, t); err != nil {
			return 0, err
		}
		if at == 0 {
			if err := g.ledSince(t); err != nil {
				return 0, err
			}
		}
	}
	if at == 0 && n.opts.Mux != nil {
		n.notePulse(asked, t)
	}
	return t, nil
}

// ledSince refuses a time that was taken as the newest before this node's present
// term as leader of the group began, of which alone its proof speaks: another
// leader may have recorded later times, and acknowledged them, before the read.
func (g *Group) ledSince(t knowledge.Micros) error {
	if since := g.since.Load(); int64(t) < since {
		return fmt.Errorf("%w: group %s changed its leader while its newest time was asked", ErrUnavailable, g.name)
	}
	return nil
}

// checkTrusted is ErrUnavailable while one of the replicas that a read would be
// answered from is in quarantine.
func (n *Node) checkTrusted(shards []storage.ShardID) error {
	for _, id := range shards {
		if int(id) < len(n.groups) {
			if err := n.groups[id].checkTrusted(); err != nil {
				return err
			}
		}
	}
	return n.meta.checkTrusted()
}

// leadsAll reports whether this node leads all groups of a read.
func (n *Node) leadsAll(shards []storage.ShardID) bool {
	for _, id := range shards {
		if int(id) < len(n.groups) && !n.groups[id].isReady() {
			return false
		}
	}
	return n.meta.isReady()
}

// readyInTime is readyAt, again and again while leaders change: it has no effect, so
// that its client need not hear of that. The deadline of ctx ends it, or else the
// node's, or that ends says so. Errors: readyAt's; past the deadline ErrUnavailable
// with ctx's.
func (n *Node) readyInTime(ctx context.Context, shards, held []storage.ShardID, at knowledge.Micros, ends func() bool) (knowledge.Micros, error) {
	ctx, cancel := n.bound(ctx)
	defer cancel()
	var pause *time.Ticker
	for {
		t, err := n.readyAt(ctx, shards, held, at)
		switch {
		case err == nil:
			return t, nil
		case errors.Is(ctx.Err(), context.DeadlineExceeded) && !errors.Is(err, ErrUnavailable):
			return 0, fmt.Errorf("%w: %w", ErrUnavailable, err) // who shares an answer hears of the time alone
		case !errors.Is(err, ErrUnavailable) || errors.Is(err, ErrLeft) || ctx.Err() != nil || ends():
			return 0, err
		case pause == nil:
			pause = time.NewTicker(retryPause)
			defer pause.Stop()
		}
		select {
		case <-pause.C:
		case <-ctx.Done():
			return 0, err
		}
	}
}

// readTime checks the shards and returns the time to read them at.
func (n *Node) readTime(ctx context.Context, shards []storage.ShardID, at knowledge.Micros) (knowledge.Micros, error) {
	latest := knowledge.Micros(1) // recorded times are positive
	for _, id := range shards {
		if int(id) >= len(n.groups) {
			return 0, fmt.Errorf("read: no shard %d", id)
		}
		g := n.groups[id]
		if !g.canRead() {
			if err := n.waitGroup(ctx, g); err != nil {
				return 0, err
			}
		}
		latest = max(latest, g.clock.latest())
	}
	if !n.meta.canRead() {
		if err := n.waitGroup(ctx, n.meta); err != nil {
			return 0, err
		}
	}
	latest = max(latest, n.meta.clock.latest())
	if at == 0 {
		return latest, nil
	}
	if at > latest {
		return at, n.hasCome(ctx, at)
	}
	return at, nil
}

// hasCome refuses a time that is above this node's clock and above everything that
// was recorded in any group: the clock of another group's leader may be ahead.
func (n *Node) hasCome(ctx context.Context, at knowledge.Micros) error {
	if p := n.pulse.Load(); at <= n.opts.Clock() || p != nil && at <= p.at {
		return nil
	}
	ctx, cancel := n.bound(ctx)
	defer cancel()
	_, there, latest, err := n.split(ctx, n.all)
	if err != nil || at <= latest {
		return err
	}
	asked, err := n.latestOf(ctx, there)
	if err == nil && at > asked {
		return ErrFutureTime
	}
	return err
}

func (n *Node) waitGroup(ctx context.Context, g *Group) error {
	ctx, cancel := n.bound(ctx)
	defer cancel()
	return g.waitRead(ctx)
}

// readable makes the group's state at t final and proves it to be so. While
// this node is the only voter, leading is the proof.
func (g *Group) readable(ctx context.Context, n *Node, t knowledge.Micros) error {
	g.clock.observe(t)
	if g.clock.settled(t) && g.sole.Load() && g.isReady() {
		return n.promises.keep(t)
	}
	if !g.clock.settled(t) {
		bounded, cancel := n.bound(ctx)
		err := g.clock.wait(bounded, t)
		cancel()
		if err != nil {
			return fmt.Errorf("wait for group %s: %w", g.name, err)
		}
	}
	if g.sole.Load() && g.isReady() {
		return n.promises.keep(t)
	}
	return g.verify(ctx)
}

// bound gives a context that has no deadline the node's.
func (n *Node) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, n.opts.Timeout)
}

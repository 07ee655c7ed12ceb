package replication

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

// activeTxns are the distributed transactions that something in this process
// will finish.
type activeTxns struct {
	mu  sync.Mutex
	ids map[storage.TxnID]struct{}
}

func (a *activeTxns) add(id storage.TxnID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ids == nil {
		a.ids = make(map[storage.TxnID]struct{})
	}
	a.ids[id] = struct{}{}
}

func (a *activeTxns) remove(id storage.TxnID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.ids, id)
}

func (a *activeTxns) has(id storage.TxnID) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, ok := a.ids[id]
	return ok
}

func (a *activeTxns) len() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.ids)
}

// sweepRetry is the pause after a sweep that could not finish.
const sweepRetry = 50 * time.Millisecond

// behind runs work that outlives its request; the node waits for it to end.
func (n *Node) behind(work func()) {
	n.work.Add(1)
	go func() {
		defer n.work.Done()
		work()
	}()
}

// kickSweep asks for a sweep soon.
func (n *Node) kickSweep() {
	select {
	case n.sweepKick <- struct{}{}:
	default:
	}
}

// sweepLoop finishes transactions that nobody owns: after a start, after a
// commit of unknown outcome, and now and then.
func (n *Node) sweepLoop(ctx context.Context) {
	tick := time.NewTicker(n.opts.SweepInterval)
	defer tick.Stop()
	for {
		if err := n.sweep(ctx); err != nil && ctx.Err() == nil {
			n.logger.Debug("sweep is incomplete", "error", err)
			pause := time.NewTimer(sweepRetry)
			select {
			case <-pause.C:
				continue
			case <-ctx.Done():
				pause.Stop()
			}
		}
		select {
		case <-tick.C:
		case <-n.sweepKick:
		case <-ctx.Done():
			return
		}
	}
}

// orphaned reports whether nobody will finish the transaction.
func (n *Node) orphaned(ctx context.Context, id storage.TxnID) bool {
	if n.active.has(id) {
		return false
	}
	owner := [8]byte(id[:8])
	return owner == n.incarnation || n.abandoned(ctx, owner, id)
}

// sweep makes one pass over the groups that this node leads.
func (n *Node) sweep(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, n.opts.Timeout)
	defer cancel()
	var errs []error
	var committed []finished
	n.each(func(g *Group) {
		if !g.isReady() {
			return // its leader sweeps it, which may be this node later
		}
		done, err := n.sweepGroup(ctx, g)
		committed = append(committed, done...)
		errs = append(errs, err)
	})
	if err := errors.Join(errs...); err != nil {
		return err
	}
	// Every shard has resolved them, if every shard was swept.
	if n.leadsAll(n.all) {
		due := time.Now().Add(forgetAfter)
		for _, f := range committed {
			f.coordinator.finisher.forget(f.id, due)
		}
	}
	return nil
}

// finished is a committed orphan whose record is needed no more.
type finished struct {
	id          storage.TxnID
	coordinator *Group
}

// sweepGroup finishes the orphans that are open in g.
func (n *Node) sweepGroup(ctx context.Context, g *Group) (committed []finished, err error) {
	inherited := g.inherited.Load()
	for _, st := range g.fsm.shard.OpenTxns() {
		if !n.orphaned(ctx, st.ID) {
			if inherited != 0 && st.Prepared && st.Coordinator != g.id {
				if err := n.learn(ctx, g, st); err != nil {
					return nil, err
				}
			}
			continue
		}
		ok, err := n.finishOrphan(ctx, g, st)
		if err != nil {
			return nil, fmt.Errorf("finish transaction %x in group %s: %w", st.ID, g.name, err)
		}
		n.metrics.orphans.Inc()
		if ok {
			committed = append(committed, finished{st.ID, n.Group(st.Coordinator)})
		}
	}
	if inherited != 0 {
		raise(&g.since, int64(g.clock.latest()))
		g.inherited.CompareAndSwap(inherited, 0)
	}
	return committed, nil
}

// settleInherited finds out how the transactions ended that a new term of g's began
// with. Readers and writers wait for it, so it waits for no other group's sweep.
func (n *Node) settleInherited(g *Group, term uint64) {
	for g.inherited.Load() == term && g.raft.State() == raft.Leader && n.life.Err() == nil {
		ctx, cancel := context.WithTimeout(n.life, n.opts.Timeout)
		_, err := n.sweepGroup(ctx, g)
		cancel()
		if err == nil {
			continue
		}
		n.logger.Debug("the end of earlier transactions is not known yet", "group", g.name, "error", err)
		pause := time.NewTimer(sweepRetry)
		select {
		case <-pause.C:
		case <-n.life.Done():
			pause.Stop()
		}
	}
}

// learn has a new leader know how a transaction ended whose owner lives: the
// owner may have told the leader before, which may not have resolved it. One that
// is not decided by now will be told to this one.
func (n *Node) learn(ctx context.Context, g *Group, st storage.TxnStatus) error {
	coordinator := n.Group(st.Coordinator)
	if coordinator == nil {
		return fmt.Errorf("no coordinator %d", st.Coordinator)
	}
	o, err := n.outcomeAt(ctx, coordinator, st.ID)
	if err == nil && o.Committed {
		g.clock.cover(o.At)
		g.finisher.add(finishingHere(n, st.ID, o.At))
	}
	return err
}

// finishOrphan carries the coordinator's decision to g, forcing one if need be,
// and reports whether it was a commit.
func (n *Node) finishOrphan(ctx context.Context, g *Group, st storage.TxnStatus) (committed bool, err error) {
	coordinator := n.Group(st.Coordinator)
	if coordinator == nil {
		return false, fmt.Errorf("no coordinator %d", st.Coordinator)
	}
	o, err := n.outcomeAt(ctx, coordinator, st.ID)
	if err != nil {
		return false, err
	}
	if !o.Decided {
		if o, err = n.abortAt(ctx, coordinator, st); err != nil {
			return false, err
		}
	}
	switch {
	case o.Committed:
		// Its claims were acknowledged, perhaps: newest reads here must see them.
		g.clock.cover(o.At)
		_, err = g.propose(ctx, resolveEntry(g, st.ID, o.At), 0)
	case g != coordinator:
		_, err = n.abortAt(ctx, g, st)
	}
	return o.Committed, err
}

// abortAt proposes an abort; in the coordinator's log it decides, unless a
// commit record came first.
func (n *Node) abortAt(ctx context.Context, g *Group, st storage.TxnStatus) (storage.Outcome, error) {
	res, err := g.propose(ctx, command.Encode(&command.Entry{
		Kind: command.Abort, Txn: st.ID, Coordinator: st.Coordinator,
	}), 0)
	if err != nil {
		return storage.Outcome{}, fmt.Errorf("abort: %w", err)
	}
	return res.outcome, nil
}

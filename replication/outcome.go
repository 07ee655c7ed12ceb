package replication

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stemedb/stemedb/storage"
)

// How long a reader waits for this node's replicas to tell how a transaction ended
// before it asks the coordinator's leader, at first and at most.
const (
	askAfter  = 20 * time.Millisecond
	askAtMost = 500 * time.Millisecond
)

// endOf is storage.Resolver. The replica that was read hears of the end sooner or
// later, by what the finisher or a sweeper proposes; the coordinator's, if it is here
// and up to date, as soon as it is decided. Where it is not, its leader is asked.
func (n *Node) endOf(ctx context.Context, part, coordinator storage.ShardID, txn storage.TxnID) (storage.Outcome, error) {
	p, c := n.store.Shard(part), n.store.Shard(coordinator)
	if p == nil || c == nil {
		return storage.Outcome{}, fmt.Errorf("transaction %x of group %s: no coordinator %d", txn, groupName(part), coordinator)
	}
	bounded, cancel := n.bound(ctx)
	defer cancel()
	pause := askAfter
	if !n.Holds(coordinator) {
		pause = 0
	}
	ask := time.NewTimer(pause)
	defer ask.Stop()
	for {
		here, there := p.NextDecision(), c.NextDecision()
		for _, sh := range []*storage.Shard{p, c} {
			if o, err := sh.TxnOutcome(txn); err != nil || o.Decided {
				return o, err
			}
		}
		select {
		case <-here:
		case <-there:
		case <-ask.C:
			g := n.Group(coordinator) // nil: it is not open yet
			if n.opts.Mux == nil {
				continue // there is no other node to know more
			}
			if g != nil {
				if o, err := n.askOutcome(bounded, g, txn); err == nil && o.Decided {
					return o, nil
				}
			}
			pause = min(max(2*pause, askAfter), askAtMost)
			ask.Reset(pause)
		case <-bounded.Done():
			return storage.Outcome{}, errors.Join(storage.ErrUndecided, ctx.Err())
		}
	}
}

// askOutcome is outcomeAt for who has something else to wait for meanwhile.
func (n *Node) askOutcome(ctx context.Context, coordinator *Group, txn storage.TxnID) (storage.Outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, askAtMost)
	defer cancel()
	return n.outcomeAt(ctx, coordinator, txn)
}

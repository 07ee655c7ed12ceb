package replication

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// finishRequest says that a transaction was committed of which groups are parts.
type finishRequest struct {
	txn    storage.TxnID
	at     knowledge.Micros
	groups []storage.ShardID
}

func (q *finishRequest) encode() []byte {
	b := appendTime(append([]byte(nil), q.txn[:]...), q.at)
	return appendShards(b, q.groups)
}

func decodeFinish(b []byte) (q finishRequest, err error) {
	r := messageReader{b: b}
	q.txn, q.at, q.groups = r.txn(), r.time(), r.shards()
	return q, r.err
}

// tellLeaders has the leaders of groups take note of a commit before the client
// hears of it: from then on no read of theirs is at an earlier time. It tries until
// each has, or another one leads, or ctx ends.
func (t *Txn) tellLeaders(ctx context.Context, at knowledge.Micros, groups []*Group) error {
	n := t.node
	for len(groups) > 0 {
		var left []*Group
		there, err := n.shardsOf(ctx, groups)
		if err != nil {
			return err
		}
		var failed error
		for _, id := range there[""] {
			g := n.Group(id)
			g.clock.cover(at)
			if err := g.verify(ctx); err != nil {
				failed, left = err, append(left, g)
			}
		}
		delete(there, "")
		request := func(ids []storage.ShardID) []byte {
			return (&finishRequest{txn: t.id, at: at, groups: ids}).encode()
		}
		err = n.callEach(ctx, there, methodFinish, request, func([]storage.ShardID, *messageReader) error { return nil })
		if err != nil {
			for _, ids := range there {
				for _, id := range ids {
					left = append(left, n.Group(id))
				}
			}
		} else {
			err = failed
		}
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, ErrUnavailable) || ctx.Err() != nil:
			return err
		}
		groups = left
		pause := time.NewTimer(retryPause)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return ctx.Err()
		}
	}
	return nil
}

// serveFinish takes note of another node's commit. That this node still leads is
// proved afterwards: a leader elected meanwhile asks the coordinator itself.
func (n *Node) serveFinish(ctx context.Context, payload []byte) error {
	q, err := decodeFinish(payload)
	if err != nil {
		return err
	}
	for _, id := range q.groups {
		g := n.Group(id)
		if g == nil || !g.isReady() {
			return fmt.Errorf("%w: this node does not lead group %s", ErrUnavailable, groupName(id))
		}
		g.clock.cover(q.at)
		g.finisher.add(finishingHere(n, q.txn, q.at))
	}
	for _, id := range q.groups {
		if err := n.Group(id).verify(ctx); err != nil {
			return err
		}
	}
	return nil
}

// outcomeAt asks the leader of a coordinator how a transaction ended there; the
// zero outcome: not yet.
func (n *Node) outcomeAt(ctx context.Context, coordinator *Group, txn storage.TxnID) (storage.Outcome, error) {
	addr, err := coordinator.route(ctx)
	if err != nil {
		return storage.Outcome{}, err
	}
	if addr == "" {
		return coordinator.outcome(ctx, txn)
	}
	r, err := n.call(ctx, addr, methodOutcome, append(appendShard(nil, coordinator.id), txn[:]...))
	if err != nil {
		return storage.Outcome{}, err
	}
	o := r.outcome()
	return o, r.err
}

// outcome reads how a transaction ended in the log that this node leads.
func (g *Group) outcome(ctx context.Context, txn storage.TxnID) (storage.Outcome, error) {
	o, err := g.fsm.shard.TxnOutcome(txn)
	if err != nil {
		return o, fmt.Errorf("read decision: %w", err)
	}
	if o.Decided {
		return o, nil
	}
	// What another leader decided meanwhile would not be here.
	return o, g.verify(ctx)
}

func (n *Node) serveOutcome(ctx context.Context, payload []byte) ([]byte, error) {
	r := messageReader{b: payload}
	id, txn := r.shard(), r.txn()
	if r.err != nil {
		return nil, r.err
	}
	g := n.Group(id)
	err := fmt.Errorf("%w: this node does not lead group %s", ErrUnavailable, groupName(id))
	var o storage.Outcome
	if g != nil && g.isReady() {
		o, err = g.outcome(ctx, txn)
	}
	if err != nil {
		return appendStatus(nil, err, statusFailed), nil
	}
	return appendOutcome(appendStatus(nil, nil, statusOK), o), nil
}

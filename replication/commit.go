package replication

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

// Commit makes the transaction durable and visible, at one recorded time.
// Errors: storage.ErrConflict and ErrExists of state operations, ErrAborted,
// ErrUnavailable, ErrClosed, ctx's: nothing has changed. ErrUnknownOutcome: it
// may have happened.
func (t *Txn) Commit(ctx context.Context) (storage.CommitResult, error) {
	if t.done {
		return storage.CommitResult{}, ErrDone
	}
	t.done = true
	n := t.node
	if err := n.gate.enter(); err != nil {
		n.active.remove(t.id)
		return storage.CommitResult{}, err
	}
	defer n.gate.leave()
	if n.left.Load() {
		t.drop()
		return storage.CommitResult{}, fmt.Errorf("%w: %w", ErrUnavailable, ErrLeft)
	}
	if t.failed != nil {
		n.metrics.aborted.Inc()
		t.drop()
		return storage.CommitResult{}, fmt.Errorf("%w: %w", ErrAborted, t.failed)
	}
	if !t.Dirty() {
		return storage.CommitResult{}, nil
	}
	n.committing.Add(1)
	defer n.committing.Add(-1)
	ctx, cancel := n.bound(ctx)
	defer cancel()
	var err error
	if t.floor, err = n.floorSince(ctx, t.begun); err != nil {
		t.count(err)
		t.drop()
		return storage.CommitResult{}, notCommitted(ctx, err)
	}
	res, err := t.commit(ctx)
	if err == nil {
		if err = n.promise(ctx, res.RecordedAt); err != nil {
			err = unknown(err) // later commits might be recorded as earlier ones
		}
	}
	t.count(err)
	return res, err
}

func (t *Txn) commit(ctx context.Context) (storage.CommitResult, error) {
	switch {
	case t.distributed || len(t.parts) > 1 || len(t.parts) == 1 && len(t.ops) > 0:
		return t.commitDistributed(ctx)
	case len(t.parts) == 1:
		return t.commitDirect(ctx, &t.parts[0])
	default:
		return t.commitMeta(ctx)
	}
}

func (t *Txn) count(err error) {
	m := t.node.metrics
	switch {
	case errors.Is(err, ErrUnknownOutcome):
		m.unknown.Inc()
	case err != nil:
		m.aborted.Inc()
	case t.distributed:
		m.distributed.Inc()
	default:
		m.direct.Inc()
	}
}

// commitDirect is the commit of one entry in one shard.
func (t *Txn) commitDirect(ctx context.Context, p *part) (storage.CommitResult, error) {
	res, err := p.group.propose(ctx, p.b.Finish(command.Insert, nil), t.floor)
	if err != nil {
		return storage.CommitResult{}, err
	}
	return storage.CommitResult{RecordedAt: res.outcome.At, Known: t.claims - int64(res.outcome.Stored)}, nil
}

// commitMeta is the commit of state operations alone.
func (t *Txn) commitMeta(ctx context.Context) (storage.CommitResult, error) {
	entry := command.Encode(&command.Entry{
		Kind: command.PutMeta, Txn: t.id, Coordinator: storage.MetaShard, Ops: t.ops,
	})
	res, err := t.node.meta.propose(ctx, entry, t.floor)
	if err != nil {
		return storage.CommitResult{}, err
	}
	return storage.CommitResult{RecordedAt: res.outcome.At}, nil
}

// commitDistributed prepares every part but the coordinator's, then decides in
// the coordinator's log, at a time past every prepare time, so
// the commit record's own time is the transaction's, and readers at or past a
// prepare time ask for the decision.
func (t *Txn) commitDistributed(ctx context.Context) (storage.CommitResult, error) {
	t.distribute()
	coordinator := t.parts[0].group
	prepared, err := t.prepare(ctx)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		t.drop()
		return storage.CommitResult{}, notCommitted(ctx, err)
	}
	first := &t.parts[0]
	if !first.b.Started() {
		first.b.Start(t.id, coordinator.id)
	}
	res, err := coordinator.propose(ctx, first.b.Finish(command.Commit, nil), max(prepared, t.floor))
	switch {
	case errors.Is(err, ErrUnknownOutcome):
		// Nobody owns it now: the sweeper asks the coordinator's log, which
		// either holds the commit record or will hold an abort.
		t.node.active.remove(t.id)
		t.node.kickSweep()
		return storage.CommitResult{}, err
	case err != nil:
		t.drop()
		return storage.CommitResult{}, notCommitted(ctx, err)
	case !res.outcome.Committed:
		t.drop()
		return storage.CommitResult{}, ErrAborted
	}
	t.stored += int64(res.outcome.Stored)
	if err := t.resolve(ctx, res.outcome.At); err != nil {
		return storage.CommitResult{}, unknown(err)
	}
	return storage.CommitResult{RecordedAt: res.outcome.At, Known: t.claims - t.stored}, nil
}

// notCommitted tells a failure before the decision: whatever became of single
// entries, the transaction did not happen.
func notCommitted(ctx context.Context, err error) error {
	switch {
	case !errors.Is(err, ErrUnknownOutcome):
		return err
	case ctx.Err() != nil:
		return fmt.Errorf("%w: %w", ErrAborted, ctx.Err())
	}
	// The cause is told, not wrapped: nobody may take this for an unknown outcome.
	return fmt.Errorf("%w: %s", ErrAborted, err.Error())
}

// prepare gets the vote of every part but the coordinator's, and returns the
// latest prepare time.
func (t *Txn) prepare(ctx context.Context) (knowledge.Micros, error) {
	// An entry that failed and is proposed again must not come after the vote.
	if err := t.reap(ctx, 0); err != nil {
		return 0, err
	}
	for i := 1; i < len(t.parts); i++ {
		p := &t.parts[i]
		if !p.b.Started() {
			p.b.Start(t.id, t.parts[0].group.id)
		}
		if err := t.send(ctx, p.group, p.b.Finish(command.Prepare, nil)); err != nil {
			return 0, err
		}
	}
	if len(t.ops) > 0 {
		entry := command.Encode(&command.Entry{
			Kind: command.Prepare, Txn: t.id, Coordinator: t.parts[0].group.id, Ops: t.ops,
		})
		if err := t.send(ctx, t.node.meta, entry); err != nil {
			return 0, err
		}
	}
	var latest knowledge.Micros
	for i := range t.sent {
		res, err := t.sent[i].group.settleProposal(ctx, t.sent[i].p)
		if err != nil {
			return 0, err
		}
		t.stored += int64(res.stored)
		latest = max(latest, res.at)
	}
	t.sent, t.sentBytes = nil, 0
	return latest, nil
}

// resolve spreads the commit. Before the client hears of it, no group may serve
// a read of an earlier time as the newest, and every group's finisher must know
// that the claims are to become ordinary ones: the next writer counts on it.
//
// Groups that other nodes lead, or may come to lead, are told by tellLeaders; an
// error is that one could not be: it was committed, but a read may not see it yet.
func (t *Txn) resolve(ctx context.Context, at knowledge.Micros) error {
	f := &finishing{node: t.node, id: t.id, at: at, coordinator: t.parts[0].group}
	groups := make([]*Group, 0, len(t.parts)+1)
	for i := range t.parts {
		groups = append(groups, t.parts[i].group)
	}
	if len(t.ops) > 0 {
		groups = append(groups, t.node.meta)
	}
	f.left.Store(int32(len(groups)))
	var tell []*Group
	for _, g := range groups {
		switch here := g.isReady(); {
		case here || t.node.opts.Mux == nil:
			g.clock.cover(at)
			g.finisher.add(f)
			if here && !g.sole.Load() {
				tell = append(tell, g)
			}
		default:
			g.finisher.later(f)
			tell = append(tell, g)
		}
	}
	return t.tellLeaders(ctx, at, tell)
}

// resolveEntry encodes the resolve of one transaction.
func resolveEntry(g *Group, id storage.TxnID, at knowledge.Micros) []byte {
	var b command.Builder
	b.Start(storage.TxnID{}, g.id)
	b.AddDecision(id, at)
	return b.Finish(command.Resolve, nil)
}

// drop aborts what was proposed, in the background. The caller is inside the
// node's gate.
func (t *Txn) drop() {
	for i := range t.parts {
		t.parts[i].b = command.Builder{}
	}
	if !t.distributed {
		return
	}
	n := t.node
	var left atomic.Int32
	left.Store(1)
	finished := func(*proposal) {
		if left.Add(-1) == 0 {
			n.active.remove(t.id)
		}
	}
	abort := func(g *Group) {
		left.Add(1)
		entry := command.Encode(&command.Entry{Kind: command.Abort, Txn: t.id, Coordinator: t.parts[0].group.id})
		if _, err := g.enqueue(n.life, entry, 0, finished); err != nil {
			finished(nil) // the sweeper's, or the next start's
		}
	}
	n.behind(func() {
		// The coordinator first: its record refuses whatever is still to come.
		abort(t.parts[0].group)
		for i := 1; i < len(t.parts); i++ {
			abort(t.parts[i].group)
		}
		if len(t.ops) > 0 {
			abort(n.meta)
		}
		finished(nil)
	})
}

package replication

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

// Bounds of a transaction's entries: large enough that the log's cost a row
// vanishes, small enough that one does not hold up the others.
const (
	entryRows  = 1000
	entryBytes = 256 << 10
	// maxOutstanding bounds the bytes of entries that a transaction has on
	// their way while it adds more.
	maxOutstanding = 8 << 20
)

// Txn is a transaction: claims for any shards, and state operations, that take
// effect together or not at all. Small ones wait in memory until Commit; larger
// ones stream into the shards' logs, tagged and invisible to others. It belongs
// to one goroutine. Every transaction ends with Commit or Rollback.
type Txn struct {
	node  *Node
	id    storage.TxnID
	begun time.Time
	floor knowledge.Micros // its time is to be above; known when it commits
	parts []part           // the shards written to; the first is the coordinator
	ops   []storage.MetaOp
	opLen int // bytes of ops

	sent        []sentEntry // on their way, oldest first
	sentBytes   int
	free        [][]byte // memory of entries that were answered
	claims      int64    // added
	stored      int64    // of these, new, as the shards that have voted say
	distributed bool     // something has been proposed: a decision is needed
	failed      error    // the first failure; only a rollback is left
	done        bool
}

// part is what a transaction writes to one group.
type part struct {
	group *Group
	b     command.Builder
}

type sentEntry struct {
	group *Group
	p     *proposal
}

// Begin starts a transaction. It costs nothing until something is added.
func (n *Node) Begin() *Txn { return &Txn{node: n, id: n.newTxnID(), begun: time.Now()} }

// ID names the transaction; the views that shall see its claims are given it.
func (t *Txn) ID() storage.TxnID { return t.id }

// Dirty reports whether anything was added.
func (t *Txn) Dirty() bool { return len(t.parts) > 0 || len(t.ops) > 0 }

// usable returns the reason why nothing may be added, if any.
func (t *Txn) usable() error {
	if t.done {
		return ErrDone
	}
	return t.failed
}

// AddClaims adds claims, and past a bound streams them into the log. recs may
// be reused when it returns. Errors leave the transaction to be rolled back:
// ErrTooLarge, ErrUnavailable, ErrClosed, ctx's.
func (t *Txn) AddClaims(ctx context.Context, recs []storage.ClaimRec) error {
	if err := t.usable(); err != nil {
		return err
	}
	for _, rec := range recs {
		end := bytes.IndexByte(rec.Key, 0)
		if end < 0 || len(rec.Key) > command.MaxKey || len(rec.Row) > command.MaxRow {
			t.failed = fmt.Errorf("%w: key of %d bytes, row of %d", ErrTooLarge, len(rec.Key), len(rec.Row))
			return t.failed
		}
		p := t.part(storage.ShardOfBytes(rec.Key[:end], t.node.opts.Shards))
		if p.b.Rows() >= entryRows || p.b.Rows() > 0 && p.b.Len()+len(rec.Key)+len(rec.Row) > entryBytes {
			if err := t.stream(ctx, p); err != nil {
				t.failed = err
				return err
			}
		}
		if !p.b.Started() {
			if n := len(t.free); n > 0 {
				p.b.Reuse(t.free[n-1])
				t.free = t.free[:n-1]
			}
			p.b.Start(t.id, t.parts[0].group.id)
		}
		p.b.Add(rec)
		if !rec.IsMark() {
			t.claims++
		}
	}
	return nil
}

// part finds or adds the part of a shard. There are at most 64, most often one.
func (t *Txn) part(id storage.ShardID) *part {
	for i := range t.parts {
		if t.parts[i].group.id == id {
			return &t.parts[i]
		}
	}
	t.parts = append(t.parts, part{group: t.node.groups[id]})
	return &t.parts[len(t.parts)-1]
}

// AddMeta adds operations on the state tables; they are copied. Their
// preconditions are checked when the transaction commits.
func (t *Txn) AddMeta(ops []storage.MetaOp) error {
	if err := t.usable(); err != nil {
		return err
	}
	for _, op := range ops {
		t.opLen += len(op.Key) + len(op.Row) + 32
		if len(op.Key) > command.MaxKey || len(op.Row) > command.MaxRow ||
			len(t.ops) >= command.MaxRecords || t.opLen > command.MaxEntry/2 {
			t.failed = fmt.Errorf("%w: %d state operations of %d bytes", ErrTooLarge, len(t.ops)+1, t.opLen)
			return t.failed
		}
		op.Key, op.Row = slices.Clone(op.Key), slices.Clone(op.Row)
		t.ops = append(t.ops, op)
	}
	return nil
}

// Flush makes every claim added so far readable to views opened with the
// transaction's id. State operations stay with the caller until the commit
// (storage.View.OverlayMeta shows them).
func (t *Txn) Flush(ctx context.Context) error {
	if err := t.usable(); err != nil {
		return err
	}
	ctx, cancel := t.node.bound(ctx)
	defer cancel()
	for i := range t.parts {
		if t.parts[i].b.Rows() == 0 {
			continue
		}
		if err := t.stream(ctx, &t.parts[i]); err != nil {
			t.failed = err
			return err
		}
	}
	if err := t.reap(ctx, 0); err != nil {
		t.failed = err
	}
	return t.failed
}

// stream proposes a part's claims as a tagged entry, waiting for older ones
// when too much is on its way.
func (t *Txn) stream(ctx context.Context, p *part) error {
	if err := t.node.gate.enter(); err != nil {
		return err
	}
	defer t.node.gate.leave()
	ctx, cancel := t.node.bound(ctx)
	defer cancel()
	t.distribute()
	if err := t.send(ctx, p.group, p.b.Finish(command.Tag, nil)); err != nil {
		return err
	}
	return t.reap(ctx, maxOutstanding)
}

// distribute notes that the transaction will need a decision, and that it has
// an owner for now.
func (t *Txn) distribute() {
	if !t.distributed {
		t.distributed = true
		t.node.active.add(t.id)
	}
}

func (t *Txn) send(ctx context.Context, g *Group, entry []byte) error {
	p, err := g.enqueue(ctx, entry, t.floor, nil)
	if err != nil {
		return err
	}
	t.sent = append(t.sent, sentEntry{g, p})
	t.sentBytes += len(entry)
	return nil
}

// reap collects answers, oldest first, until no more than keep bytes are on
// their way.
func (t *Txn) reap(ctx context.Context, keep int) error {
	n := 0
	for n < len(t.sent) && t.sentBytes > keep {
		e := t.sent[n]
		n++
		t.sentBytes -= len(e.p.entry)
		if _, err := e.group.settleProposal(ctx, e.p); err != nil {
			t.sent = slices.Delete(t.sent, 0, n)
			return err
		}
		if e.p.err == nil && e.p.res.err == nil {
			// Stored and applied at the first try: raft has let go of it.
			t.free = append(t.free, e.p.entry)
		}
	}
	t.sent = slices.Delete(t.sent, 0, n)
	return nil
}

// Rollback gives the transaction up. Claims that were streamed are dropped in
// the background; they were never visible. Rolling back a finished transaction
// does nothing.
func (t *Txn) Rollback(context.Context) error {
	if t.done {
		return nil
	}
	t.done = true
	if err := t.node.gate.enter(); err != nil {
		t.node.active.remove(t.id) // the next start aborts it
		return nil
	}
	defer t.node.gate.leave()
	t.node.metrics.aborted.Inc()
	t.drop()
	return nil
}

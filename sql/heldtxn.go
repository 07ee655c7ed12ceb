package sql

import (
	"context"
	"errors"

	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/storage"
)

// heldMax bounds the bytes of a block's writes that are kept for ROLLBACK TO.
const heldMax = 32 << 20

// The sizes of the blocks that keep them.
const (
	heldBlockMin = 4 << 10
	heldBlockMax = 256 << 10
)

// heldTxn is the write side of a transaction block. It keeps what was written,
// up to heldMax, so that a part can be taken back: what was streamed into the
// log under a transaction's id cannot be, so the transaction below is then
// given up (nobody ever sees its writes) and another is given what remains.
//
// While a savepoint is open, writes stay here until a read of the transaction
// itself or the commit needs them; so most roll backs only cut a list. Without
// one they pass through, and past the bound are no longer kept: SAVEPOINT is
// then refused.
type heldTxn struct {
	exec.Txn
	begin func() exec.Txn

	recs    []storage.ClaimRec // all claims written, in order
	ops     []storage.MetaOp
	bytes   int
	block   []byte // memory of the next records
	given   int    // of recs, to Txn
	givenOp int
	failed  bool // Txn refused something: it can only be given up
	holding bool // a savepoint is open
	over    bool // more was written than is kept
}

// heldMark is a point to come back to.
type heldMark struct{ recs, ops, bytes int }

func newHeldTxn(begin func() exec.Txn) *heldTxn { return &heldTxn{Txn: begin(), begin: begin} }

// Dirty reports whether anything was added and not taken back.
func (t *heldTxn) Dirty() bool {
	if t.over {
		return t.Txn.Dirty()
	}
	return len(t.recs) > 0 || len(t.ops) > 0
}

// AddClaims adds claims; recs may be reused when it returns.
func (t *heldTxn) AddClaims(ctx context.Context, recs []storage.ClaimRec) error {
	if t.over {
		return t.Txn.AddClaims(ctx, recs)
	}
	size := 0
	for i := range recs {
		size += recs[i].Size() + recordOverhead
	}
	if err := t.reserve(size); err != nil {
		return err
	}
	if t.over {
		if err := errors.Join(t.push(ctx), t.pushMeta()); err != nil {
			return err
		}
		t.forget()
		return t.Txn.AddClaims(ctx, recs)
	}
	for i := range recs {
		t.recs = append(t.recs, storage.ClaimRec{Key: t.keep(recs[i].Key), Row: t.keep(recs[i].Row)})
	}
	if t.holding {
		return nil
	}
	return t.push(ctx)
}

// recordOverhead is what the list keeps of a record beside its bytes.
const recordOverhead = 48

// AddMeta adds operations on state tables, whose memory it keeps.
func (t *heldTxn) AddMeta(ops []storage.MetaOp) error {
	if t.over {
		return t.Txn.AddMeta(ops)
	}
	size := 0
	for i := range ops {
		size += len(ops[i].Key) + len(ops[i].Row) + 2*recordOverhead
	}
	// They are few and wait for the commit anyhow: without a savepoint the
	// transaction below has its own bound.
	if t.holding && t.bytes+size > heldMax {
		return tooMuchHeld()
	}
	t.bytes += size
	t.ops = append(t.ops, ops...)
	if t.holding {
		return nil
	}
	return t.pushMeta()
}

// reserve counts size bytes; past the bound it fails, or, without a savepoint,
// notes that nothing will be kept.
func (t *heldTxn) reserve(size int) error {
	if t.bytes+size > heldMax {
		if t.holding {
			return tooMuchHeld()
		}
		t.over = true
		return nil
	}
	t.bytes += size
	return nil
}

func tooMuchHeld() error {
	return sqlerr.New(sqlerr.ProgramLimitExceeded, "too much was written in a transaction with an open savepoint").
		WithDetail("At most %d MB are kept for ROLLBACK TO.", heldMax>>20).
		WithHint("Release savepoints before a large load, or load in a transaction of its own.")
}

// keep copies bytes into memory of the transaction.
func (t *heldTxn) keep(b []byte) []byte {
	if len(b) > cap(t.block)-len(t.block) {
		size := min(max(2*cap(t.block), heldBlockMin), heldBlockMax)
		t.block = make([]byte, 0, max(size, len(b)))
	}
	start := len(t.block)
	t.block = append(t.block, b...)
	return t.block[start:len(t.block):len(t.block)]
}

// push gives the transaction below the claims that it does not have.
func (t *heldTxn) push(ctx context.Context) error {
	if t.given == len(t.recs) {
		return nil
	}
	rest := t.recs[t.given:]
	t.given = len(t.recs)
	err := t.Txn.AddClaims(ctx, rest)
	t.failed = t.failed || err != nil
	return err
}

func (t *heldTxn) pushMeta() error {
	if t.givenOp == len(t.ops) {
		return nil
	}
	rest := t.ops[t.givenOp:]
	t.givenOp = len(t.ops)
	err := t.Txn.AddMeta(rest)
	t.failed = t.failed || err != nil
	return err
}

func (t *heldTxn) forget() { t.recs, t.ops, t.block, t.given, t.givenOp = nil, nil, nil, 0, 0 }

// Flush makes the claims readable to the transaction itself.
func (t *heldTxn) Flush(ctx context.Context) error {
	if err := t.push(ctx); err != nil {
		return err
	}
	err := t.Txn.Flush(ctx)
	t.failed = t.failed || err != nil
	return err
}

// Commit makes what was written and not taken back durable.
func (t *heldTxn) Commit(ctx context.Context) (storage.CommitResult, error) {
	if err := t.push(ctx); err != nil {
		return storage.CommitResult{}, t.giveUp(ctx, err)
	}
	if err := t.pushMeta(); err != nil {
		return storage.CommitResult{}, t.giveUp(ctx, err)
	}
	return t.Txn.Commit(ctx)
}

// giveUp rolls back and returns the reason.
func (t *heldTxn) giveUp(ctx context.Context, reason error) error {
	if err := t.Txn.Rollback(ctx); err != nil {
		return err
	}
	return reason
}

// mark opens a savepoint: what is written from now on can be taken back.
func (t *heldTxn) mark() (heldMark, error) {
	if t.over {
		return heldMark{}, sqlerr.New(sqlerr.ProgramLimitExceeded, "too much was written in this transaction for a savepoint").
			WithDetail("At most %d MB are kept for ROLLBACK TO.", heldMax>>20).
			WithHint("Load in a transaction of its own.")
	}
	t.holding = true
	return heldMark{recs: len(t.recs), ops: len(t.ops), bytes: t.bytes}, nil
}

// rollbackTo takes back what was written since a mark.
func (t *heldTxn) rollbackTo(ctx context.Context, m heldMark) error {
	clear(t.recs[m.recs:])
	t.recs, t.ops, t.bytes = t.recs[:m.recs], t.ops[:m.ops], m.bytes
	if t.given <= m.recs && t.givenOp <= m.ops && !t.failed {
		return nil
	}
	old := t.Txn
	t.Txn, t.given, t.givenOp, t.failed = t.begin(), 0, 0, false
	return old.Rollback(ctx)
}

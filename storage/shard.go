package storage

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// outcomesKept is how many outcomes of direct inserts and finished
// transactions a shard remembers.
const outcomesKept = 1 << 14

// Shard is one shard's state. Its methods are safe for concurrent use; what
// changes it goes through Begin.
type Shard struct {
	store *Store
	id    ShardID

	mu    sync.Mutex // held by an Apply from Begin to Commit, by rebuild and restore
	st    shardState
	build *indexBuild
	epoch uint64 // how often Restore replaced the shard
	// emptied is how often Empty dropped the shard, or is about to have. A view of
	// before must not open anything any more: it would find nothing.
	emptied atomic.Uint64
	apply   Apply // reused
	// decisions are the commit records kept here, few at a time: every insert
	// asks for one. Under mu.
	decisions map[TxnID]Outcome

	pub          atomic.Pointer[readState]
	applied      atomic.Uint64
	term         atomic.Uint64
	lastRecorded atomic.Int64
	filter       atomic.Pointer[idFilter]
	iters        iterPool

	doneMu  sync.RWMutex
	done    map[TxnID]Outcome
	doneSeq []doneTxn     // by number, to drop the oldest
	decided chan struct{} // closed and replaced when transactions were decided
}

// doneTxn is the number of a transaction's outcome.
type doneTxn struct {
	number uint64
	txn    TxnID
}

func newShard(s *Store, id ShardID) *Shard {
	sh := &Shard{store: s, id: id, decided: make(chan struct{})}
	sh.apply.sh = sh
	return sh
}

// ID returns the shard's number.
func (sh *Shard) ID() ShardID { return sh.id }

// Applied is the log index of the last entry applied.
func (sh *Shard) Applied() (index uint64) { return sh.applied.Load() }

// AppliedTerm is the term of the last entry applied.
func (sh *Shard) AppliedTerm() (term uint64) { return sh.term.Load() }

// LastRecorded is the greatest recorded time that the shard has applied, and its
// closed time: whatever is recorded or prepared later is above it.
func (sh *Shard) LastRecorded() knowledge.Micros {
	return knowledge.Micros(sh.lastRecorded.Load())
}

// Claims is the number of claims stored, those of open transactions included.
func (sh *Shard) Claims() int64 { return sh.pub.Load().claims }

// DurableApplied is the applied index that a power cut now would leave: the
// log must be kept above it.
func (sh *Shard) DurableApplied() (index uint64, err error) {
	key := keys.AppendPrefix(nil, uint16(sh.id), keys.State)
	it, err := sh.store.db.NewIter(&pebble.IterOptions{
		LowerBound: key, UpperBound: append(key[:len(key):len(key)], 0), OnlyReadGuaranteedDurable: true,
	})
	if err != nil {
		return 0, fmt.Errorf("read durable state: %w", err)
	}
	defer it.Close()
	if !it.First() {
		return 0, sh.store.fatal.corruption(it.Error())
	}
	v, err := it.ValueAndErr()
	if err != nil {
		return 0, fmt.Errorf("read durable state: %w", sh.store.fatal.corruption(err))
	}
	var st shardState
	if err := st.decode(v); err != nil {
		return 0, sh.store.fatal.corruption(err)
	}
	return st.applied, nil
}

// TxnStatus describes an open transaction in one shard.
type TxnStatus struct {
	ID          TxnID
	Coordinator ShardID
	Prepared    bool
	Committed   bool             // decided here (the coordinator's shard), rows not yet resolved
	At          knowledge.Micros // prepare or commit time
	Since       knowledge.Micros // the shard's last recorded time when it began
	Rows        int64
}

// OpenTxns lists the transactions that are not resolved here, for the sweeper.
func (sh *Shard) OpenTxns() []TxnStatus {
	table := sh.pub.Load().txns
	out := make([]TxnStatus, 0, len(table.byID))
	for _, r := range table.byID {
		out = append(out, TxnStatus{
			ID: r.id, Coordinator: r.coordinator, Prepared: r.state == txnPrepared,
			Committed: r.state == txnCommitted, At: r.at, Since: r.since, Rows: int64(r.rows),
		})
	}
	return out
}

// TxnOutcome says how a transaction ended here. Commits are known in the
// coordinator's shard until Forget; other outcomes among the last 16,384. The
// zero Outcome: open, unknown or forgotten.
func (sh *Shard) TxnOutcome(txn TxnID) (Outcome, error) {
	if r := sh.pub.Load().txns.byID[txn]; r != nil {
		return Outcome{Decided: r.state == txnCommitted, Committed: r.state == txnCommitted, At: r.committedAt()}, nil
	}
	if o, ok := sh.remembered(txn); ok {
		return o, nil
	}
	v, closer, err := sh.store.db.Get(keys.AppendTxn(nil, uint16(sh.id), keys.Decision, (*[16]byte)(&txn)))
	if errors.Is(err, pebble.ErrNotFound) {
		return Outcome{}, nil
	}
	if err != nil {
		return Outcome{}, fmt.Errorf("read decision: %w", sh.store.fatal.corruption(err))
	}
	defer closer.Close()
	return decodeOutcome(v)
}

func (r *txnRec) committedAt() knowledge.Micros {
	if r.state != txnCommitted {
		return 0
	}
	return r.at
}

func (sh *Shard) remembered(txn TxnID) (Outcome, bool) {
	sh.doneMu.RLock()
	defer sh.doneMu.RUnlock()
	o, ok := sh.done[txn]
	return o, ok
}

// WaitOutcome waits until the transaction is decided here, or ctx ends.
func (sh *Shard) WaitOutcome(ctx context.Context, txn TxnID) (Outcome, error) {
	for {
		changed := sh.NextDecision()
		o, err := sh.TxnOutcome(txn)
		if err != nil || o.Decided {
			return o, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Outcome{}, fmt.Errorf("%w: %w", ErrUndecided, ctx.Err())
		}
	}
}

// NextDecision is closed when the next transaction is decided or ends here.
func (sh *Shard) NextDecision() <-chan struct{} {
	sh.doneMu.RLock()
	defer sh.doneMu.RUnlock()
	return sh.decided
}

// publish makes the working state visible to readers; under mu.
func (sh *Shard) publish(txns *txnTable, meta *metaState) {
	sh.pub.Store(&readState{
		txns: txns, meta: meta, gens: sh.st.gens, idx: sh.st.idx, build: sh.build,
		claims: sh.st.claims.n, marks: sh.st.marks, intents: sh.st.intents, last: sh.st.lastRecorded, epoch: sh.epoch, emptied: sh.emptied.Load(),
	})
	sh.reach()
}

// reach tells how far the shard has come. It comes after what readers are to see
// there: whoever reads a time here finds everything up to it.
func (sh *Shard) reach() {
	sh.lastRecorded.Store(int64(sh.st.lastRecorded))
	sh.term.Store(sh.st.term)
	sh.applied.Store(sh.st.applied)
}

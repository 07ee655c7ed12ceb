package exec

import (
	"context"

	"github.com/stemedb/stemedb/storage"
)

// Cluster is what exec needs of the cluster: a reader over a set of shards,
// and transactions. replication's Node satisfies it.
type Cluster interface {
	// Shards returns the number of data shards.
	Shards() int
	// Read begins a read of shards and of the state tables at one recorded time,
	// which the view tells. It waits for what must be applied, with ctx's
	// deadline. The caller closes the view.
	Read(ctx context.Context, o storage.ReadOptions) (*storage.View, error)
	// StateVersion changes whenever this node learns of a change of the state
	// tables. It costs nothing.
	StateVersion() uint64
	// Begin starts a transaction; it costs nothing until something is added.
	Begin() Txn
}

// Txn is a transaction's write side. It is used by one goroutine at a time.
type Txn interface {
	ID() storage.TxnID
	// AddClaims buffers encoded claims and, past a bound, streams them as
	// tagged entries. recs may be reused after it returns.
	AddClaims(ctx context.Context, recs []storage.ClaimRec) error
	// AddMeta buffers changes of state tables. They are checked at commit.
	AddMeta(ops []storage.MetaOp) error
	// Flush makes everything added readable to this transaction's own views.
	Flush(ctx context.Context) error
	// Dirty reports whether anything was added.
	Dirty() bool
	// Commit returns the recorded time and how many added claims were already
	// stored.
	Commit(ctx context.Context) (storage.CommitResult, error)
	Rollback(ctx context.Context) error
}

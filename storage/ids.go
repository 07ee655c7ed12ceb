package storage

import (
	"errors"

	"github.com/cespare/xxhash/v2"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// ShardID names a shard, 0 to shards-1, or MetaShard.
type ShardID uint16

// MetaShard holds the cluster's state tables.
const MetaShard ShardID = 0xFFFF

// Slots is the number of hash slots that paths fall into (spec §7).
const Slots = 1024

// MaxShards is the greatest number of shards.
const MaxShards = 64

// TxnID names a transaction; zero is none.
type TxnID [keys.TxnIDLen]byte

// SlotOf returns the slot of a concept path: xxhash64(path) >> 54.
func SlotOf(path string) int { return int(xxhash.Sum64String(path) >> 54) }

// SlotOfBytes is SlotOf for a path in bytes.
func SlotOfBytes(path []byte) int { return int(xxhash.Sum64(path) >> 54) }

// ShardOf returns the shard of a concept path among shards.
func ShardOf(path string, shards int) ShardID {
	return ShardID(SlotOf(path) * shards / Slots)
}

// ShardOfBytes is ShardOf for a path in bytes.
func ShardOfBytes(path []byte, shards int) ShardID {
	return ShardID(SlotOfBytes(path) * shards / Slots)
}

// The errors that callers tell apart.
var (
	// ErrConflict: a state row is not at the version that the writer saw, or is
	// held by another transaction (40001 upstairs).
	ErrConflict = errors.New("state row changed concurrently")
	// ErrExists: a state row that must be new exists (23505 upstairs).
	ErrExists = errors.New("state row exists")
	// ErrTxnDecided: the transaction was committed or aborted before; a late
	// entry of it does nothing.
	ErrTxnDecided = errors.New("transaction already decided")
	// ErrCorrupt: stored bytes do not decode.
	ErrCorrupt = errors.New("corrupt data")
	// ErrFatal: the store met a failed sync or corruption and takes no more work.
	ErrFatal = errors.New("storage has failed")
	// ErrNotFound: no such log entry.
	ErrNotFound = errors.New("not found")
	// ErrClosed: the store or view is closed.
	ErrClosed = errors.New("storage is closed")
	// ErrUndecided: a prepared transaction was not decided within the deadline.
	ErrUndecided = errors.New("transaction undecided")
	// ErrEmptied: the shard was dropped here after the view was taken (40001 upstairs).
	ErrEmptied = errors.New("the shard was moved off this node while it was read")
	// ErrSnapshot: a shard snapshot stream is damaged or foreign.
	ErrSnapshot = errors.New("bad shard snapshot")
)

// AnyVersion in MetaOp.Expect writes whatever is there.
const AnyVersion = ^uint64(0)

// MetaOp writes or deletes one row of a state table. Key and Row are opaque.
// Expect is the version that the writer saw (MetaRows gives it): 0 means that
// the row must not exist, AnyVersion writes blindly.
type MetaOp struct {
	Table  uint16
	Key    []byte
	Row    []byte
	Delete bool
	Expect uint64
}

// Outcome is how a transaction ended in a shard. The zero Outcome: not known.
type Outcome struct {
	Decided   bool
	Committed bool
	At        knowledge.Micros // commit time, if Committed
	Stored    int              // claims of it that are new in the shard, if Committed by an entry with its claims
}

// CommitResult is what a committed transaction reports to its session.
type CommitResult struct {
	RecordedAt knowledge.Micros // its system time; 0 when it wrote nothing
	Known      int64            // claims that were already stored
}

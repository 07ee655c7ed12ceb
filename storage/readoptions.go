package storage

import (
	"time"

	"github.com/stemedb/stemedb/knowledge"
)

// ReadOptions say what a read is of and how fresh it must be. The zero value is
// a linearizable read of everything, now.
type ReadOptions struct {
	// Shards are read beside the state tables; nil: all.
	Shards []ShardID
	// At is the recorded time to read at; 0: the newest that the rest allows.
	At knowledge.Micros
	// Own is the reader's open transaction, whose claims it sees, or zero.
	Own TxnID
	// Bounded lets a replica that follows answer by itself when At is 0, if what
	// it has is at most MaxStaleness old and not before NotBefore: then no other
	// node is asked. Otherwise the leaders make it as new as now. A read with Own
	// is never bounded.
	Bounded      bool
	MaxStaleness time.Duration
	NotBefore    knowledge.Micros
}

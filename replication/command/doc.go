// Package command is the codec of Raft log entries: what a leader proposes and
// every replica applies.
//
// Purpose. An entry is encoded once, by the transaction that makes it, in the
// buffer that travels to the log; the leader patches only its time. A replica
// decodes it without copying: keys and rows are subslices of the entry.
//
// Layout, version 1, integers big-endian:
//
//	offset  size  field
//	     0     1  version (1)
//	     1     1  kind
//	     2     2  coordinator: the shard that holds the transaction's decision
//	     4     4  number of records
//	     8     8  at: the time the leader gave the entry, µs since 2000-01-01
//	    16    16  transaction id
//	    32        records: uvarint key length, uvarint row length, key, row
//	           …  uvarint number of state operations, then for each: uvarint
//	              table, flags (bit 0: delete), 8-byte expected version,
//	              uvarint key length, uvarint row length, key, row
//
// A record is a claim's key and row; in a Resolve a transaction id and its
// 8-byte commit time; in a Forget a transaction id and nothing.
//
// Nothing may follow. The time lies at a fixed offset, so that it can be given
// in the critical section that enqueues the entry.
//
// Invariants. Decode never panics and never allocates more than the entry's
// own length accounts for, whatever the bytes; Decode(Encode(e)) is e. An entry
// of a version or kind that this program does not know is an error that must
// stop the replica: skipping it would make replicas differ.
//
// Concurrency. A Builder and an Entry belong to one goroutine at a time.
package command

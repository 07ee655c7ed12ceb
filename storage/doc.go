// Package storage keeps the claims and state tables of a node: every shard of
// it in one Pebble (Store), and the Raft logs of all groups in another (Log).
// It is the only importer of Pebble.
//
// # What is stored
//
// A claim is one row at its final key, path NUL predicate NUL id behind its
// shard, so that the claims of a pair are neighbours and a lens is a stream.
// The row begins with a fixed header (row.go); its recorded field says when it
// became a claim, or, negative, which open transaction it belongs to. Package
// storage/keys lists all kinds of keys; DESIGN.md draws them.
//
// # Applying
//
// Shard.Begin starts an Apply, a batch of one or more log entries. Everything
// an Apply does depends on its entries and its own shard alone, never on
// clocks, randomness or map order, so replicas that apply the same entries
// store the same rows. The log position is in the same batch. Nothing is
// synced: the Raft log is the write-ahead log, and Pebble's own is off. What a
// crash leaves of a shard is the state at some earlier applied index, wholly;
// DurableApplied tells the least it can be, Flush raises it.
//
// # Reading
//
// A View reads shards as of one recorded time. It captures each shard's
// transaction table before it opens iterators: what was not prepared by then
// is recorded later than the view's time, whatever an iterator meets. Prepared
// transactions are resolved by asking their coordinator. Visibility of an
// untagged row is one comparison.
//
// # Invariants
//
//   - A claim's id is stored once per shard; of two that were recorded, the
//     earlier stays.
//   - Each final key has one entry in the indexes by id, predicate and source;
//     each row with a recorded time has one in the index by recorded time, and
//     each settled transaction one for all its rows.
//   - Counters and checksums (sums of hashes, so order does not matter) change
//     in the batch that changes what they count. Verify recomputes them.
//   - A failed sync or corruption is reported once to Options.OnFatal; after it
//     nothing is written or acknowledged.
//
// # Concurrency
//
// Store, Shard, View and Log are safe for concurrent use. A shard takes one
// Apply at a time; an Apply and an iterator belong to one goroutine. Readers
// see immutable tables behind atomic pointers and never wait for an Apply.
package storage

// Package replication keeps shards on several nodes, in order and in step:
// every write goes through a Raft group, every read knows up to when it reads.
//
// Purpose. A Node is this process's part of all groups: one for each shard and
// one, the meta group, for the state tables. It satisfies the executor's
// cluster interface: Read gives a storage.View at one recorded time, Begin a
// Txn that writes any shards atomically. DESIGN.md tells how and why.
//
//	Node       opens and closes the groups; Read, Begin
//	Group      a shard's replica; while it leads, the order and time of entries
//	Txn        buffers, streams, prepares, commits
//	finisher   resolves and forgets committed transactions, many an entry
//	sweep      finishes what a crash or a lost answer left behind
//	route      finds a group's leader; forward and readElsewhere ask it
//	Fragment   has a node that holds a shard answer a request; Sites names such nodes
//	promises   remembers beyond restarts what was promised to readers
//	directory  knows the other nodes, and keeps the groups' members in line
//	closing    closes times, up to which any replica may be read
//	beats      sends the heartbeats of all groups to a node together
//	announcer  gives messages of sessions to all other nodes
//	digests    sums what a replica holds; compare has a leader compare them
//	quarantine takes a wrong replica out of service and rebuilds it
//	watchdog   gives leads away while the disk is stalled or full
//	fsm        applies entries to storage
//	logStore, stable, snapshotStore   raft's storage over the node's
//
// Invariants.
//
//   - Log order is time order: an entry's time is above that of every earlier
//     entry of its group, and above every time that the group has served a read
//     at. Entries that break it are refused, by every replica alike.
//   - What an entry does follows from the entry and its shard's state alone.
//   - The state is durable up to the newest snapshot record, and logs are
//     truncated only below it. A start that finds it otherwise is refused.
//   - A node without data never becomes a member that had some: its data
//     directory has an id of its own.
//   - A transaction is decided by one entry in the log of its first claim's
//     shard. No process's memory is needed to know how it ended.
//
// Concurrency. Node and Group are safe for concurrent use. A Txn belongs to one
// goroutine. Applying runs in one goroutine a group, raft's.
//
// Layouts. Log entries' commands: package command. What the byte log holds of
// an entry: logStore. The stable store, one bbolt file raft.db for all groups:
// a record with a checksum for each group (stablefile.go), in which lie raft's
// keys, "snapshot" (the snapshotRecord as JSON), "quarantine" (why) and "received"
// (the applied index of a state taken from another replica).
package replication

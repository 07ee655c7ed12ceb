// Package backup writes a cluster's claims and state tables into a directory, and makes
// a new node's store of one.
//
// Purpose. A backup is the cluster as of one recorded time T: every claim and mark of
// every shard that was recorded by T, and every version that rows of the state tables
// have had by then. Nothing of that ever changes, so the parts need no common snapshot:
// each is a read as of T, may be made again when it failed, and by any node. Source makes
// parts on a node, Writer puts them into a directory, Open reads and checks one, and
// Backup.Restore fills an empty store, of as many shards as one likes.
//
// Layout of a directory, format 1:
//
//	shard-0000.part …   a part for each shard
//	state.part          the state tables
//	manifest.json       Manifest: written last; without it a backup is not complete
//
// A part is, with big-endian numbers:
//
//	0   "STEMEBK1"
//	8   kind: 1 claims of a shard, 2 state
//	9   shard (2); 0xFFFF for state
//	11  from (8), to (8): recorded times, of which from < t <= to are in it
//	27  records: uvarint key length + 1, key, uvarint length, value
//	    0, number of records (8), xxhash64 of all before it (8)
//
// A claim's or mark's key and value are those of storage.ClaimIter.Record, in the
// order of keys. A state record's key is recorded (8), table (2), flags (bit 0: deleted),
// row key, and its value the row; they come in the order of time.
//
// from is 0 in a full backup. A backup of what was recorded after another one will have
// its T for from, and name it in Manifest.Base; a restore to an earlier time will leave
// out what is recorded later. This version makes and takes neither.
//
// Invariants. What is restored is recorded at the times that it had, so every read as
// of a time up to T gives the restored cluster what it gave the first one. A directory
// that is damaged anywhere is refused, since the manifest has each part's SHA-256.
//
// Concurrency. A Source is safe for concurrent use, all else is one goroutine's.
package backup

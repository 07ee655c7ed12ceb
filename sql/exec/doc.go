// Package exec runs plans: it turns the data-only nodes of sql/plan into
// operators that pass column batches (types.Batch, about a thousand rows), and
// expressions into evaluators over such batches.
//
// # Walk of a statement
//
// Compile checks a plan once and gives a Program, which is immutable and may
// be run from any number of goroutines at once. Run takes an operator tree
// from the Program's pool (or builds one), opens it in a given Env and returns
// a Cursor, from which the caller pulls batches. Close puts the tree, with all
// its scratch memory, back into the pool: a prepared statement that runs often
// allocates next to nothing.
//
// # Invariants
//
//   - A batch belongs to the operator that gave it and lives until that
//     operator's next call. What must live longer is copied. The contents of
//     strings (and of what an interface holds) are immutable for ever: they
//     come from arenas whose chunks are never written twice.
//   - An evaluator's result is either as long as its input batch or, when it
//     is constant over the batch, of length 1. Operators widen constants
//     before they put them into a batch.
//   - AND, OR, CASE, COALESCE and the residual conditions of joins evaluate an
//     arm only on the rows for which SQL does, by compacting the batch first.
//   - All scans of a statement read at one recorded time, Env.ReadAt, which is
//     chosen by the first Read of the Cluster.
//   - Everything that grows with data is charged to the statement's memory
//     budget. Beyond it sorts, groups and hash joins go on in temporary files
//     (spill): sorted runs that are merged, or parts by the keys' hash that are
//     worked one by one. What cannot, or has no room there, fails with 53200.
//
// # Parallel fragments
//
// A chain Scan → Filter → Project → (Lens or partial Aggregate) is a fragment.
// Its work is cut into units, one shard and key range each; workers, at most
// one a core, run copies of the chain over units. A gather operator passes the
// rows on; a partial aggregate's states are merged in the order of the units,
// so that the result of a floating point sum does not depend on which worker
// was faster. With one unit (a point query) the fragment runs in the caller's
// goroutine.
//
// A merge join of two fragments on concept_path is a fragment too: its units are
// shards, since a concept lies in one, and in each of them both sides come in the
// order of their keys (shardJoin). Partial aggregates over such joins run in workers.
//
// Windows and the sorts below them are part of a fragment where the first keys of
// all their partitions come side by side, as the claims of a concept do: each group
// is sorted for itself (plan.Sort.Presorted).
//
// # Shards on other nodes
//
// Where the Cluster is a Remote and this node does not hold all shards, a fragment's
// units are divided: those of shards held here run here, the others where they lie. A
// shipment is the fragment's plan in bytes, with a Sort or a Limit that stands on it,
// or the Aggregate as a partial one, whose groups come back (functions.Portable).
// Parameters, outer rows, and what only the session can compute are evaluated here
// and travel as values; a part of a plan that cannot travel (codec.ErrStays) runs
// here, over the rows of what can (split). The other node's FragmentServer runs the
// units at the statement's time, with its transaction's claims and state rows.
//
// Answers are told apart by unit, and a unit's rows come in one order on every
// replica, at one time the same: when a node fails, another one is asked for the units
// that are not done, without the rows that were taken (pull). The client hears of it
// only if for pullFor no node gives the rest: 40001.
//
// # Images of shards
//
// ScanCache keeps copies of shards in memory, packed in key order and cut into
// chunks of whole pairs, whose columns are decoded when first asked for. Claims are
// never changed or removed, so an image that holds all that was recorded by a time
// serves every view of that time or an earlier one: rows recorded later are left
// out. A view of a later time is served when the shard has not changed since
// (View.Version); else what came since is read from the index of recorded times and
// merged into a new image, which shares the chunks that nothing fell into. Scans
// make and renew images themselves, once as many claims were read from the store as
// the shard holds; for reads of single concepts that happens in the background, and
// until then they read the store. A transaction that has written reads the store,
// and so does a lens over a shard where claims of one pair revise another's.
//
// # Concurrency
//
// An operator tree is used by one goroutine at a time. What workers share
// (the statement: its views, memory account, results of uncorrelated
// subplans, CTEs) is guarded where it is declared.
//
// # State table rows
//
// The rows of state tables (sources, source_classes, …) are opaque to
// storage. EncodeRow writes them as
//
//	format (1 byte, 1) · for each column: 0 | 1 · uvarint length · bytes
//
// where 0 stands for NULL and bytes are 8 bytes little endian for integers and
// floats, the text itself for text, and the type's text form for all else. A
// row shorter than its table reads as NULL in the columns that are missing, so
// that columns can be added.
package exec

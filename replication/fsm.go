package replication

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

// applyBytes bounds the entries that share one state batch.
const applyBytes = 4 << 20

// fsm applies a group's committed entries to its shard: raft.BatchingFSM over
// storage.Apply. What an entry does follows from the entry and the shard alone.
// ApplyBatch, Snapshot and Restore run in raft's one FSM goroutine.
type fsm struct {
	store   *storage.Store
	shard   *storage.Shard
	snaps   *snapshotStore
	clock   *clock
	metrics *metrics
	logger  *slog.Logger
	onFatal func(error)
	// answer is told what each entry gave; nil: nobody asks.
	answer func(entry []byte, r *result)
	// digest is told when a Digest entry was applied; nil: nobody sums.
	digest func(id storage.TxnID, urgent bool)
	// grown is told how much the log has grown; it starts snapshots.
	grown func(entries int, bytes int)

	// applied is the log index up to which the shard holds everything.
	applied mark

	// mu is held while entries are applied and while the shard is replaced.
	mu sync.Mutex
	// held replicas apply nothing: the shard waits to be replaced, and missed
	// is the last entry that it was not given.
	held   bool
	missed uint64

	entry command.Entry // reused
	last  atomic.Int64  // upper bound of the shard's recorded times
	halt  error         // set once; nothing is applied afterwards
	// stopped is halt's shadow for other goroutines.
	stopped atomic.Bool
}

func (f *fsm) lastTime() knowledge.Micros { return microsOf(f.last.Load()) }

func microsOf(v int64) knowledge.Micros { return knowledge.Micros(v) }

// Apply implements raft.FSM.
func (f *fsm) Apply(log *raft.Log) any {
	return f.ApplyBatch([]*raft.Log{log})[0]
}

// ApplyBatch implements raft.BatchingFSM. Each response is a *result.
func (f *fsm) ApplyBatch(logs []*raft.Log) []any {
	f.mu.Lock()
	defer f.mu.Unlock()
	start := time.Now()
	out := make([]any, len(logs))
	results := make([]result, len(logs))
	for i := range logs {
		out[i] = &results[i]
	}
	total := 0
	for lo := 0; lo < len(logs); {
		hi, bytes := lo, 0
		for hi < len(logs) && (hi == lo || bytes+len(logs[hi].Data) <= applyBytes) {
			bytes += len(logs[hi].Data)
			hi++
		}
		f.applyChunk(logs[lo:hi], results[lo:hi])
		if f.answer != nil {
			for i, log := range logs[lo:hi] {
				f.answer(log.Data, &results[lo+i])
			}
		}
		total += bytes
		lo = hi
	}
	f.metrics.applySeconds.Observe(time.Since(start).Seconds())
	f.metrics.entries.Add(float64(len(logs)))
	f.metrics.bytes.Add(float64(total))
	if !f.held {
		f.grown(len(logs), total)
	}
	return out
}

// applyChunk applies entries in one state batch, or two where one of them has a
// doubtful time.
func (f *fsm) applyChunk(logs []*raft.Log, results []result) {
	if f.halt != nil {
		failAll(results, f.halt)
		return
	}
	if f.held {
		f.missed = logs[len(logs)-1].Index
		failAll(results, errHeld)
		return
	}
	applied := f.shard.Applied()
	if logs[len(logs)-1].Index <= applied {
		return // the state was ahead of the log's replay
	}
	a := f.shard.Begin()
	last, newest := f.last.Load(), int64(0)
	for i, log := range logs {
		if log.Index <= applied {
			continue
		}
		var err error
		if log.Type == raft.LogCommand {
			err = command.Decode(log.Data, &f.entry)
		}
		if err != nil {
			f.stop(errors.Join(fmt.Errorf("decode log entry %d: %w", log.Index, err), a.Discard()))
			failAll(results, f.halt)
			return
		}
		stale := false
		if log.Type == raft.LogCommand && recording(f.entry.Kind) && int64(f.entry.At) <= last {
			// last is an upper bound of the state's newest recorded time, which
			// every replica must compare with alike.
			if err = a.Commit(); err != nil {
				f.failChunk(logs, results, err)
				return
			}
			stale = f.entry.At <= f.shard.LastRecorded()
			a = f.shard.Begin()
		}
		a.SetApplied(log.Index, log.Term)
		switch {
		case stale:
			results[i] = result{err: errStale}
		case log.Type == raft.LogCommand && f.entry.Kind == command.Digest:
			// What is summed is the state here, so this is where a batch ends.
			if err = a.Commit(); err != nil {
				f.failChunk(logs, results, err)
				return
			}
			results[i], newest = result{at: f.entry.At}, max(newest, int64(f.entry.At))
			if f.digest != nil {
				f.digest(f.entry.Txn, f.entry.Coordinator == 1)
			}
			a = f.shard.Begin()
		case log.Type == raft.LogCommand:
			results[i] = applyEntry(a, &f.entry, &last)
			newest = max(newest, int64(f.entry.At))
		}
	}
	if err := a.Commit(); err != nil {
		f.failChunk(logs, results, err)
		return
	}
	f.last.Store(last)
	f.clock.advance(microsOf(newest))
	f.applied.raise(int64(f.shard.Applied()))
}

func (f *fsm) failChunk(logs []*raft.Log, results []result, err error) {
	f.stop(fmt.Errorf("apply log entries %d to %d: %w", logs[0].Index, logs[len(logs)-1].Index, err))
	failAll(results, f.halt)
}

// recording reports whether an entry's time becomes a recorded, a prepare or a
// closed time, which must be above all earlier ones. Leaders see to it; an entry whose
// time was taken under a leadership that another one has passed is refused.
func recording(k command.Kind) bool {
	switch k {
	case command.Insert, command.Prepare, command.Commit, command.PutMeta, command.Close:
		return true
	}
	return false
}

// applyEntry applies one entry and raises last, the upper bound of recorded
// times. The refusals in result.err are the same on every replica.
func applyEntry(a *storage.Apply, e *command.Entry, last *int64) result {
	r := result{at: e.At}
	if recording(e.Kind) {
		*last = max(*last, int64(e.At))
	}
	switch e.Kind {
	case command.Insert:
		r.outcome = a.InsertDirect(e.Txn, e.At, e.Recs)
	case command.Tag:
		tag(a, e)
	case command.Prepare:
		tag(a, e)
		r.stored, r.err = a.Prepare(e.Txn, e.Coordinator, e.At, e.Ops)
	case command.Commit:
		tag(a, e)
		r.outcome = a.CommitTxn(e.Txn, e.At)
	case command.Resolve:
		r.err = resolveAll(a, e.Recs, last)
	case command.Abort:
		r.outcome = a.Abort(e.Txn)
	case command.PutMeta:
		r.outcome, r.err = a.PutMetaDirect(e.Txn, e.At, e.Ops)
	case command.Close:
		a.CloseTime(e.At)
	case command.Forget:
		for i := range e.Recs {
			if len(e.Recs[i].Key) == len(storage.TxnID{}) {
				a.Forget(storage.TxnID(e.Recs[i].Key))
			}
		}
	}
	return r
}

func tag(a *storage.Apply, e *command.Entry) {
	if len(e.Recs) > 0 {
		a.InsertTagged(e.Txn, e.Coordinator, e.Recs)
	}
}

// resolveAll resolves each transaction; one that is not known here any more was
// resolved before.
func resolveAll(a *storage.Apply, recs []storage.ClaimRec, last *int64) error {
	for _, rec := range recs {
		txn, at, err := command.Decision(rec)
		if err != nil {
			return err
		}
		*last = max(*last, int64(at))
		if err := a.Resolve(txn, at); err != nil {
			return fmt.Errorf("resolve transaction %x: %w", txn, err)
		}
	}
	return nil
}

func failAll(results []result, err error) {
	for i := range results {
		results[i] = result{err: err}
	}
}

// stop halts the replica: it cannot follow the log any more, and skipping an
// entry would make it differ from the others.
func (f *fsm) stop(err error) {
	f.halt = fmt.Errorf("%w: %w", errHalted, err)
	f.stopped.Store(true)
	f.logger.Error("replica stops applying", "error", err)
	f.onFatal(err)
}

// Snapshot implements raft.FSM. The state is its own snapshot: what has to
// happen is that it becomes durable up to here.
func (f *fsm) Snapshot() (raft.FSMSnapshot, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held {
		return nil, errHeld // the log must keep what was missed
	}
	if f.halt != nil {
		return nil, f.halt
	}
	return &stateSnapshot{snaps: f.snaps, applied: f.shard.Applied()}, nil
}

// Restore implements raft.FSM: the shard becomes what the stream says.
func (f *fsm) Restore(r io.ReadCloser) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.store.Restore(f.shard.ID(), r); err != nil {
		return fmt.Errorf("restore shard: %w", err)
	}
	if err := f.snaps.restored(f.shard.Applied()); err != nil {
		return err
	}
	f.halt = nil
	f.stopped.Store(false)
	f.replaced()
	return nil
}

// replaced notes that the shard holds what another replica held.
func (f *fsm) replaced() {
	f.held, f.missed = false, 0
	f.last.Store(int64(f.shard.LastRecorded()))
	f.clock.advance(f.shard.LastRecorded())
	f.applied.raise(int64(f.shard.Applied()))
}

// stateSnapshot is a snapshot of which only the position has to be written.
type stateSnapshot struct {
	snaps   *snapshotStore
	applied uint64
}

// Persist implements raft.FSMSnapshot.
func (s *stateSnapshot) Persist(to raft.SnapshotSink) error {
	sink, ok := to.(*snapshotSink)
	if !ok {
		return errors.New("persist snapshot: sink of another store")
	}
	if err := s.snaps.makeDurable(s.applied); err != nil {
		return err
	}
	sink.local(s.applied)
	return nil
}

// Release implements raft.FSMSnapshot.
func (s *stateSnapshot) Release() {}

package storage

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cespare/xxhash/v2"
	"github.com/cockroachdb/pebble/v2"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// Apply collects the changes of one or more log entries of a shard in one
// Pebble batch: all of them become readable at Commit, or none. It reads only
// its entries and its own shard, so that replicas that apply the same entries
// hold the same rows. Errors of its methods stick and come out of Commit.
//
// One goroutine uses it, from Begin to Commit or Discard, and leaves the records that
// it was given as they are until then.
type Apply struct {
	sh     *Shard
	b      *pebble.Batch
	own    bool // b is indexed: reads go through it
	err    error
	serial uint64

	txns      *txnTable // working copies; equal to the published until changed
	meta      *metaState
	txnsDirty bool
	metaDirty bool
	notify    bool // transactions were decided
	mixed     bool // marks or intents were written
	idle      bool // nothing but the position and the clock has moved

	filter    *idFilter
	wrote     idTable      // claims written in this batch, or queued for it
	items     []insertItem // the queue (flushItems)
	itemsOf   *txnRec      // whose rows they are; nil: claims with their time
	spare     []insertItem // sortItems' other half
	used      int          // the most of either that this batch filled
	order     []sortKey
	keyBuf    []byte
	finalBuf  []byte
	intentBuf []byte
	valueBuf  []byte
}

// keepBatch keeps the memory of a bulk load's batches for its next ones.
var keepBatch = pebble.WithMaxRetainedSizeBytes(16 << 20)

// Begin starts a batch. It waits for another Apply of the shard to end.
func (sh *Shard) Begin() *Apply {
	sh.mu.Lock()
	a, p := &sh.apply, sh.pub.Load()
	a.b = sh.store.db.NewBatch(keepBatch)
	a.own, a.err, a.txns, a.meta = false, sh.store.fatal.check(), p.txns, p.meta
	a.txnsDirty, a.metaDirty, a.notify, a.mixed = false, false, false, false
	a.filter = sh.filter.Load()
	a.serial++
	a.wrote.reset()
	return a
}

// SetApplied notes the log position that this batch reaches.
func (a *Apply) SetApplied(index, term uint64) { a.sh.st.applied, a.sh.st.term = index, term }

// CloseTime moves the shard's clock to at: nothing that is applied later is
// recorded at or before it.
func (a *Apply) CloseTime(at knowledge.Micros) { a.raise(at) }

// Commit makes the batch readable, unsynced (see Store.Flush). After an error
// the store has failed.
func (a *Apply) Commit() error {
	sh := a.sh
	defer sh.mu.Unlock()
	a.flushItems()
	a.idle = a.b.Empty() && !a.txnsDirty && !a.metaDirty
	if a.err == nil {
		a.valueBuf = sh.st.encode(a.valueBuf[:0])
		a.keyBuf = keys.AppendPrefix(a.keyBuf[:0], uint16(sh.id), keys.State)
		a.fail(a.b.Set(a.keyBuf, a.valueBuf, nil))
	}
	if a.err == nil {
		a.fail(sh.store.db.Apply(a.b, pebble.NoSync))
	}
	if a.err != nil {
		err := sh.store.fatal.raise(fmt.Errorf("apply to shard %d: %w", sh.id, a.err))
		a.release()
		return err
	}
	if a.idle {
		sh.reach() // what readers hold stays good, and so do images of it
	} else {
		sh.iters.invalidate()
		sh.publish(a.txns, a.meta)
	}
	a.release()
	if a.notify {
		sh.doneMu.Lock()
		close(sh.decided)
		sh.decided = make(chan struct{})
		sh.doneMu.Unlock()
	}
	return nil
}

// Discard drops the batch and everything that it did.
func (a *Apply) Discard() error {
	defer a.sh.mu.Unlock()
	a.release()
	if err := a.sh.load(); err != nil {
		return a.sh.store.fatal.raise(fmt.Errorf("discard: %w", err))
	}
	return nil
}

func (a *Apply) release() {
	_ = a.b.Close() // frees memory only
	a.b, a.txns, a.meta = nil, nil, nil
	// Buffers are kept, but not those of a rare huge entry, nor its records.
	if cap(a.items) > 1<<13 {
		a.items, a.order, a.valueBuf = nil, nil, nil
	}
	if cap(a.spare) > 1<<13 {
		a.spare = nil
	}
	// Only what was filled: a single insert pays nothing for the load before it.
	used := max(a.used, len(a.items))
	clear(a.items[:min(used, cap(a.items))])
	clear(a.spare[:min(used, cap(a.spare))])
	a.items, a.itemsOf, a.used = a.items[:0], nil, 0
	if cap(a.wrote.ids) > 1<<16 {
		a.wrote = idTable{}
	}
}

func (a *Apply) fail(err error) {
	if err != nil && a.err == nil {
		a.err = err
	}
}

// reader returns what reads see: the store, or with mine set the store under
// this batch, which from then on is an indexed one and has all that was queued. It
// uses keyBuf and valueBuf.
func (a *Apply) reader(mine bool) pebble.Reader {
	if mine {
		a.flushItems()
	}
	if !a.own && !mine {
		return a.sh.store.db
	}
	if !a.own {
		b := a.sh.store.db.NewIndexedBatch()
		if !a.b.Empty() {
			a.fail(b.Apply(a.b, nil))
		}
		_ = a.b.Close() // frees memory only
		a.b, a.own = b, true
	}
	return a.b
}

// get reads a key into buf.
func (a *Apply) get(r pebble.Reader, key, buf []byte) ([]byte, bool) {
	v, closer, err := r.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return buf[:0], false
	}
	if err != nil {
		a.fail(err)
		return buf[:0], false
	}
	buf = append(buf[:0], v...)
	a.fail(closer.Close())
	return buf, true
}

// getClaim reads the row at a claim's final key. The row is valid until the
// next call.
func (a *Apply) getClaim(suffix []byte) ([]byte, bool) {
	r := a.reader(a.wrote.has(suffix[len(suffix)-keys.IDLen:]))
	a.keyBuf = keys.AppendClaim(a.keyBuf[:0], uint16(a.sh.id), suffix)
	row, ok := a.get(r, a.keyBuf, a.finalBuf)
	a.finalBuf = row
	if ok && Row(row).Check() != nil {
		a.fail(fmt.Errorf("stored claim: %w", ErrCorrupt))
		return nil, false
	}
	return row, ok
}

// getIntent reads a transaction's row beside a final key.
func (a *Apply) getIntent(suffix []byte, txn TxnID) ([]byte, bool) {
	if a.sh.st.intents == 0 {
		return nil, false
	}
	r := a.reader(a.mixed)
	a.keyBuf = keys.AppendIntent(a.keyBuf[:0], uint16(a.sh.id), suffix, txn[:])
	row, ok := a.get(r, a.keyBuf, a.intentBuf)
	a.intentBuf = row
	return row, ok
}

// set writes the key in keyBuf.
func (a *Apply) set(value []byte) { a.fail(a.b.Set(a.keyBuf, value, nil)) }

// del deletes the key in keyBuf.
func (a *Apply) del() { a.fail(a.b.Delete(a.keyBuf, nil)) }

// putClaim writes a row at its final key, stamped.
func (a *Apply) putClaim(suffix, row []byte, recorded int64, ordinal uint32) {
	op := a.b.SetDeferred(keys.PrefixLen+len(suffix), len(row))
	copy(op.Key[len(keys.AppendPrefix(op.Key[:0], uint16(a.sh.id), keys.Claim)):], suffix)
	copy(op.Value, row)
	stamp(op.Value, recorded, ordinal)
	a.fail(op.Finish())
	a.wrote.add(suffix[len(suffix)-keys.IDLen:])
}

// claimHash is a claim's part of the shard's checksum: what identifies it and
// what it says, not when it was recorded, which the recorded index sums.
func claimHash(suffix, row []byte) uint64 {
	return xxhash.Sum64(suffix) ^ uint64(storedSum(row))*0x9E3779B97F4A7C15
}

// raise moves the shard's clock.
func (a *Apply) raise(at knowledge.Micros) {
	a.sh.st.lastRecorded = max(a.sh.st.lastRecorded, at)
}

// remember notes an outcome and forgets the oldest ones.
func (a *Apply) remember(txn TxnID, o Outcome) {
	sh := a.sh
	n := sh.st.nextSeq
	sh.st.nextSeq++
	a.keyBuf = keys.AppendOutcome(a.keyBuf[:0], uint16(sh.id), n, (*[16]byte)(&txn))
	a.valueBuf = o.encode(a.valueBuf[:0])
	a.set(a.valueBuf)
	sh.doneMu.Lock()
	defer sh.doneMu.Unlock()
	sh.done[txn] = o
	sh.doneSeq = append(sh.doneSeq, doneTxn{n, txn})
	if n < sh.st.oldest+outcomesKept+1024 {
		return
	}
	// Drop a thousand at a time: one range tombstone.
	end := sh.st.oldest + 1024
	from := keys.AppendOutcome(nil, uint16(sh.id), sh.st.oldest, new([16]byte))
	to := keys.AppendOutcome(nil, uint16(sh.id), end, new([16]byte))
	a.fail(a.b.DeleteRange(from, to, nil))
	old := 0
	for old < len(sh.doneSeq) && sh.doneSeq[old].number < end {
		delete(sh.done, sh.doneSeq[old].txn)
		old++
	}
	sh.doneSeq = slices.Delete(sh.doneSeq, 0, old)
	sh.st.oldest = end
}

// known returns a transaction's first outcome.
func (a *Apply) known(txn TxnID) (Outcome, bool) {
	if o, ok := a.sh.remembered(txn); ok {
		return o, true
	}
	o, ok := a.sh.decisions[txn]
	return o, ok
}

// Forget drops a coordinator's commit record: every participant has resolved.
func (a *Apply) Forget(txn TxnID) {
	if a.err != nil {
		return
	}
	a.keyBuf = keys.AppendTxn(a.keyBuf[:0], uint16(a.sh.id), keys.Decision, (*[16]byte)(&txn))
	a.del()
	delete(a.sh.decisions, txn)
}

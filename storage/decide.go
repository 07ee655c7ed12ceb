package storage

import (
	"errors"
	"fmt"
	"slices"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// table returns a transaction table that may be changed.
func (a *Apply) table() *txnTable {
	if !a.txnsDirty {
		a.txns, a.txnsDirty = a.txns.clone(), true
	}
	return a.txns
}

// change returns a copy of an open transaction's record, in its place.
func (a *Apply) change(r *txnRec) *txnRec {
	c := *r
	a.table().put(&c)
	return &c
}

// openTxn returns the transaction's record to change, a new one if need be.
func (a *Apply) openTxn(txn TxnID, coordinator ShardID) *txnRec {
	if r := a.txns.byID[txn]; r != nil {
		return a.change(r)
	}
	st := &a.sh.st
	r := &txnRec{id: txn, seq: st.nextSeq, coordinator: coordinator, state: txnPending, since: st.lastRecorded}
	st.nextSeq++
	a.table().put(r)
	return r
}

// writeTxn stores a transaction's record.
func (a *Apply) writeTxn(r *txnRec) {
	a.keyBuf = keys.AppendTxn(a.keyBuf[:0], uint16(a.sh.id), keys.Txn, (*[16]byte)(&r.id))
	a.valueBuf = r.encode(a.valueBuf[:0])
	a.set(a.valueBuf)
}

// dropTxn removes a transaction that has ended and notes how.
func (a *Apply) dropTxn(r *txnRec, o Outcome) {
	a.table().drop(r)
	a.keyBuf = keys.AppendTxn(a.keyBuf[:0], uint16(a.sh.id), keys.Txn, (*[16]byte)(&r.id))
	a.del()
	a.remember(r.id, o)
	a.notify = true
}

// Prepare is the shard's vote: after it the transaction takes no more rows and
// commits, if it does, at a time not below at. ops are state rows (MetaShard)
// that are written when it commits; their preconditions hold from now on,
// because other writers of the same rows get ErrConflict until then. A failed
// Prepare changes nothing; the caller aborts. Repeated, it does nothing. stored
// is how many of the transaction's claims are new in this shard.
func (a *Apply) Prepare(txn TxnID, coordinator ShardID, at knowledge.Micros, ops []MetaOp) (stored int, err error) {
	if a.err != nil {
		return 0, a.err
	}
	if _, ok := a.known(txn); ok {
		return 0, ErrTxnDecided
	}
	if r := a.txns.byID[txn]; r != nil && r.state != txnPending {
		return r.stored(), nil
	}
	if err := a.checkMeta(txn, ops); err != nil {
		return 0, err
	}
	r := a.openTxn(txn, coordinator)
	r.state, r.at, r.ops = txnPrepared, at, cloneOps(ops)
	a.raise(at)
	a.writeTxn(r)
	return r.stored(), nil
}

func cloneOps(ops []MetaOp) []MetaOp {
	if len(ops) == 0 {
		return nil
	}
	out, _, err := DecodeMetaOps(AppendMetaOps(nil, ops))
	if err != nil {
		return nil // cannot be: it was just encoded
	}
	return out
}

// CommitTxn writes the commit record, in the coordinator's shard, where the
// transaction must be open. It returns the first outcome: repeated, the first
// commit time; aborted or unknown transactions are refused (Committed false).
// The rows become claims here by Resolve, like elsewhere.
func (a *Apply) CommitTxn(txn TxnID, at knowledge.Micros) Outcome {
	if a.err != nil {
		return Outcome{}
	}
	if o, ok := a.known(txn); ok {
		return o
	}
	r := a.txns.byID[txn]
	if r == nil {
		return Outcome{}
	}
	r = a.change(r)
	r.state, r.at = txnCommitted, max(at, r.at)
	a.raise(r.at)
	a.writeTxn(r)
	o := Outcome{Decided: true, Committed: true, At: r.at, Stored: r.stored()}
	a.keyBuf = keys.AppendTxn(a.keyBuf[:0], uint16(a.sh.id), keys.Decision, (*[16]byte)(&txn))
	a.valueBuf = o.encode(a.valueBuf[:0])
	a.set(a.valueBuf)
	a.sh.decisions[txn] = o
	a.remember(txn, o)
	a.notify = true
	return o
}

// Resolve makes the rows of a committed transaction claims recorded at its
// commit time. Repeated, it does nothing.
func (a *Apply) Resolve(txn TxnID, at knowledge.Micros) error {
	if a.err != nil {
		return a.err
	}
	r := a.txns.byID[txn]
	if r == nil {
		return nil
	}
	if r.state == txnCommitted && r.at != at {
		a.fail(fmt.Errorf("resolve: transaction committed at %d, not %d", r.at, at))
		return a.err
	}
	a.raise(at)
	a.applyMeta(at, r.ops)
	if r.rows <= resolveRows {
		a.resolveRows(r, at)
		a.table().drop(r)
		a.keyBuf = keys.AppendTxn(a.keyBuf[:0], uint16(a.sh.id), keys.Txn, (*[16]byte)(&txn))
		a.del()
	} else {
		a.settle(r, at)
	}
	if _, ok := a.known(txn); !ok {
		a.remember(txn, Outcome{Decided: true, Committed: true, At: at})
	}
	a.notify = true
	return a.err
}

// Abort deletes the transaction's rows and remembers that it failed, so that
// late entries of it do nothing. It returns the outcome: a committed
// transaction stays committed.
func (a *Apply) Abort(txn TxnID) Outcome {
	if a.err != nil {
		return Outcome{}
	}
	if o, ok := a.known(txn); ok {
		return o
	}
	o := Outcome{Decided: true}
	r := a.txns.byID[txn]
	if r == nil {
		a.remember(txn, o)
		a.notify = true
		return o
	}
	a.eachRow(r, true, func(_ uint32, suffix []byte) { a.abortRow(r, suffix) })
	a.dropTxn(r, o)
	return o
}

// resolveRows is the most rows that Resolve rewrites; larger transactions are
// written once and stay tagged.
const resolveRows = 1000

// resolveRows rewrites the rows of a transaction.
func (a *Apply) resolveRows(r *txnRec, at knowledge.Micros) {
	a.eachRow(r, true, func(ordinal uint32, suffix []byte) {
		if a.isMarkSuffix(suffix) {
			a.resolveMark(r, at, ordinal, suffix)
			return
		}
		final, ok := a.getClaim(suffix)
		if ok && Row(final).Recorded() == -int64(r.seq) {
			a.putClaim(suffix, final, int64(at), ordinal)
			a.putRecorded(int64(at), ordinal, suffix)
			return
		}
		a.resolveIntent(r, at, ordinal, suffix, final)
	})
}

// settle leaves the rows of a large transaction tagged and notes its time; only
// its intents, which are rare, find their final place.
func (a *Apply) settle(r *txnRec, at knowledge.Micros) {
	if r.intents > 0 {
		a.eachRow(r, false, func(ordinal uint32, suffix []byte) {
			if a.isMarkSuffix(suffix) {
				return
			}
			if final, ok := a.getClaim(suffix); !ok || Row(final).Recorded() != -int64(r.seq) {
				a.resolveIntent(r, at, ordinal, suffix, final)
			}
		})
	}
	r = a.change(r)
	a.table().drop(r)
	r.state, r.at, r.ops = txnSettled, at, nil
	a.txns.settle(r.seq, at)
	a.writeTxn(r)
	st := &a.sh.st
	a.keyBuf = keys.AppendByRecordedTxn(a.keyBuf[:0], uint16(a.sh.id), st.gens[idxRecorded], int64(at), r.seq)
	a.set(nil)
	st.idx[idxRecorded].add(entryHash(a.keyBuf[keys.IndexLen:]))
}

// eachRow walks a transaction's row list, and deletes it if drop is set.
func (a *Apply) eachRow(r *txnRec, drop bool, fn func(ordinal uint32, suffix []byte)) {
	if r.rows == 0 {
		return
	}
	lower := keys.AppendTxnRows(nil, uint16(a.sh.id), r.seq, 0)
	upper := keys.AppendTxnRows(nil, uint16(a.sh.id), r.seq+1, 0)
	it, err := a.reader(r.touched == a.serial || a.mixed).NewIter(iterOptions(lower, upper))
	if err != nil {
		a.fail(err)
		return
	}
	// The iterator sees the batch as it was when it was opened, so fn and the
	// deletions may write to it.
	for ok := it.First(); ok && a.err == nil; ok = it.Next() {
		part, err := it.ValueAndErr()
		a.fail(err)
		_, first, err := keys.SplitTxnRows(it.Key()[keys.PrefixLen:])
		a.fail(err)
		if drop {
			a.keyBuf = append(a.keyBuf[:0], it.Key()...)
			a.del()
		}
		for len(part) > 0 && a.err == nil {
			var delta uint32
			var suffix []byte
			if delta, suffix, part, err = keys.CutRowEntry(part); err != nil {
				a.fail(fmt.Errorf("row list: %w: %w", ErrCorrupt, err))
				break
			}
			fn(first+delta, suffix)
		}
	}
	a.fail(errors.Join(it.Error(), it.Close()))
}

func (a *Apply) isMarkSuffix(suffix []byte) bool {
	_, _, rest, err := keys.SplitPair(suffix)
	return err == nil && len(rest) == 2*keys.IDLen
}

// abortRow removes one row of an aborted transaction. Another transaction's
// row of the same claim takes its place at the final key.
func (a *Apply) abortRow(r *txnRec, suffix []byte) {
	if a.isMarkSuffix(suffix) {
		a.keyBuf = keys.AppendMark(a.keyBuf[:0], uint16(a.sh.id), suffix, r.id[:])
		a.del()
		a.sh.st.marks--
		a.mixed = true
		return
	}
	final, ok := a.getClaim(suffix)
	if !ok || Row(final).Recorded() != -int64(r.seq) {
		if _, ok := a.getIntent(suffix, r.id); ok {
			a.delIntent(suffix, r.id)
		}
		return
	}
	st := &a.sh.st
	if heir, ok := a.firstIntent(suffix); ok {
		st.claims.sub(claimHash(suffix, final))
		st.claims.add(claimHash(suffix, a.intentBuf))
		a.putClaim(suffix, a.intentBuf, Row(a.intentBuf).Recorded(), Row(a.intentBuf).Ordinal())
		a.delIntent(suffix, heir)
		return
	}
	st.claims.sub(claimHash(suffix, final))
	a.delIndexes(suffix, Row(final).Source())
	a.keyBuf = keys.AppendClaim(a.keyBuf[:0], uint16(a.sh.id), suffix)
	a.del()
	a.wrote.add(suffix[len(suffix)-keys.IDLen:])
}

// firstIntent finds the intent with the least transaction id and leaves its
// row in intentBuf.
func (a *Apply) firstIntent(suffix []byte) (txn TxnID, ok bool) {
	if a.sh.st.intents == 0 {
		return txn, false
	}
	lower := keys.AppendIntent(nil, uint16(a.sh.id), suffix, nil)
	it, err := a.reader(a.mixed).NewIter(iterOptions(lower, keys.Successor(slices.Clone(lower))))
	if err != nil {
		a.fail(err)
		return txn, false
	}
	if ok = it.First(); ok {
		v, err := it.ValueAndErr()
		a.fail(err)
		a.intentBuf = append(a.intentBuf[:0], v...)
		txn = TxnID(it.Key()[len(it.Key())-keys.TxnIDLen:])
	}
	a.fail(errors.Join(it.Error(), it.Close()))
	return txn, ok && a.err == nil
}

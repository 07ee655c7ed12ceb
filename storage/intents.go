package storage

import (
	"encoding/binary"
	"fmt"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// Two transactions may write the same claim before either is decided. The
// first has the final key; the other's row waits beside it as an intent. The
// earliest recorded time wins in the end, whoever comes first.
//
// Invariants: where there is an intent there is a row at the final key, and
// index entries by id, predicate and source exist exactly for final keys. A
// row's entry in the recorded index exists exactly when its recorded field is
// a time; tagged rows are in their transaction's row list instead. The list of
// a settled transaction may also name claims whose final row is another one,
// recorded earlier.

// putIntent writes a row as an intent of r, keeping its tag.
func (a *Apply) putIntent(r *txnRec, suffix, row []byte, ordinal uint32) {
	op := a.b.SetDeferred(keys.PrefixLen+len(suffix)+keys.TxnIDLen, len(row))
	keys.AppendIntent(op.Key[:0], uint16(a.sh.id), suffix, r.id[:])
	copy(op.Value, row)
	stamp(op.Value, -int64(r.seq), ordinal)
	a.fail(op.Finish())
	a.sh.st.intents++
	a.mixed = true
}

func (a *Apply) delIntent(suffix []byte, txn TxnID) {
	a.keyBuf = keys.AppendIntent(a.keyBuf[:0], uint16(a.sh.id), suffix, txn[:])
	a.del()
	a.sh.st.intents--
	a.mixed = true
}

// addIntent adds a tagged claim whose final key is taken, unless it is known:
// decided already, or the transaction's own.
func (a *Apply) addIntent(t *txnRec, it *insertItem, final []byte) {
	recorded := Row(final).Recorded()
	if recorded > 0 || recorded == -int64(t.seq) {
		return
	}
	owner := a.txns.bySeq[uint64(-recorded)]
	if owner == nil {
		if _, ok := a.txns.settledAt(uint64(-recorded)); !ok {
			a.fail(fmt.Errorf("claim of unknown transaction %d: %w", -recorded, ErrCorrupt))
		}
		return
	}
	if owner.state == txnCommitted {
		return
	}
	if _, ok := a.getIntent(it.suffix, t.id); ok {
		return
	}
	a.putIntent(t, it.suffix, it.row, it.ordinal)
	a.putTxnRow(t.seq, it)
	t.rows++
	t.intents++
}

// resolveIntent ends an intent of a committed transaction: its row takes the
// final key unless an earlier one has it.
func (a *Apply) resolveIntent(r *txnRec, at knowledge.Micros, ordinal uint32, suffix, final []byte) {
	row, ok := a.getIntent(suffix, r.id)
	if !ok || len(final) == 0 {
		// The row lost its place to a direct insert that was resolved before.
		a.fail(fmt.Errorf("row of transaction %d is lost: %w", r.seq, ErrCorrupt))
		return
	}
	a.delIntent(suffix, r.id)
	a.placeDecided(suffix, row, int64(at), ordinal, final)
}

// placeDecided puts a row whose recorded time is known at a final key that
// another row has; it reports false when the other was recorded first and
// stays. final must not be a row of the same transaction.
func (a *Apply) placeDecided(suffix, row []byte, recorded int64, ordinal uint32, final []byte) (stored bool) {
	old, oldOrdinal := Row(final).Recorded(), Row(final).Ordinal()
	if old > 0 {
		if old <= recorded {
			return false
		}
		a.delRecorded(old, oldOrdinal, suffix)
	} else if owner := a.txns.bySeq[uint64(-old)]; owner != nil {
		if owner.state == txnCommitted && int64(owner.at) <= recorded {
			return false
		}
		a.putIntent(owner, suffix, final, oldOrdinal)
		owner = a.change(owner)
		owner.intents++
		a.writeTxn(owner)
	} else if at, ok := a.txns.settledAt(uint64(-old)); ok {
		if int64(at) <= recorded {
			return false
		}
		// Its row list keeps the entry; readers of the list look at the row.
	} else {
		a.fail(fmt.Errorf("claim of unknown transaction %d: %w", -old, ErrCorrupt))
		return false
	}
	a.sh.st.claims.sub(claimHash(suffix, final))
	a.sh.st.claims.add(claimHash(suffix, row))
	a.putClaim(suffix, row, recorded, ordinal)
	a.putRecorded(recorded, ordinal, suffix)
	return true
}

// insertMark writes a mark of a claim that is recorded now.
func (a *Apply) insertMark(it *insertItem) {
	r := a.reader(a.mixed)
	a.keyBuf = keys.AppendMark(a.keyBuf[:0], uint16(a.sh.id), it.suffix, nil)
	old, ok := a.get(r, a.keyBuf, a.intentBuf)
	a.intentBuf = old
	if ok && Row(old).Recorded() <= it.recorded {
		return
	}
	if !ok {
		a.sh.st.marks++
	}
	a.setMark(it.recorded, it.ordinal)
}

// insertTaggedMark writes a mark of an open transaction beside the others.
func (a *Apply) insertTaggedMark(t *txnRec, it *insertItem) {
	r := a.reader(a.mixed)
	a.keyBuf = keys.AppendMark(a.keyBuf[:0], uint16(a.sh.id), it.suffix, t.id[:])
	old, ok := a.get(r, a.keyBuf, a.intentBuf)
	if a.intentBuf = old; ok {
		return
	}
	a.setMark(it.recorded, it.ordinal)
	a.putTxnRow(t.seq, it)
	a.sh.st.marks++
	t.rows++
	t.marks++
}

// setMark writes a mark at the key in keyBuf.
func (a *Apply) setMark(recorded int64, ordinal uint32) {
	var v [markLen]byte
	v[0] = markFormat
	binary.LittleEndian.PutUint64(v[offRecorded:], uint64(recorded))
	binary.LittleEndian.PutUint32(v[offOrdinal:], ordinal)
	a.set(v[:])
	a.mixed = true
}

// resolveMark gives a tagged mark its time.
func (a *Apply) resolveMark(r *txnRec, at knowledge.Micros, ordinal uint32, suffix []byte) {
	a.keyBuf = keys.AppendMark(a.keyBuf[:0], uint16(a.sh.id), suffix, r.id[:])
	a.del()
	a.sh.st.marks--
	a.mixed = true
	a.insertMark(&insertItem{suffix: suffix, recorded: int64(at), ordinal: ordinal})
}

package storage

import (
	"encoding/binary"
	"fmt"

	"github.com/cespare/xxhash/v2"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// insertItem is a new claim on its way into the batch: slices into its record.
type insertItem struct {
	suffix, row []byte
	path, pred  []byte
	id, source  []byte
	ordinal     uint32
	recorded    int64 // negative: tagged
	mark        bool
}

// Insert stores claims recorded at a time above LastRecorded. Claims already
// stored count as known and store nothing.
func (a *Apply) Insert(at knowledge.Micros, recs []ClaimRec) (known int) {
	if a.err != nil {
		return 0
	}
	if at <= 0 {
		a.fail(fmt.Errorf("insert: recorded time %d is not positive", at))
		return 0
	}
	a.raise(at)
	a.queue(nil)
	for i := range recs {
		it, ok := a.parse(&recs[i], uint32(i))
		if !ok {
			return 0
		}
		it.recorded = int64(at)
		if it.mark {
			a.insertMark(&it)
			continue
		}
		if a.isNew(it.id) {
			a.accept(it)
			continue
		}
		if final, ok := a.getClaim(it.suffix); !ok {
			a.accept(it)
		} else if !a.placeDecided(it.suffix, it.row, it.recorded, it.ordinal, final) {
			known++
		}
		if a.err != nil {
			return 0
		}
	}
	return known
}

// InsertDirect is Insert for the one entry of a transaction: retried, it
// stores nothing and returns the first outcome.
func (a *Apply) InsertDirect(txn TxnID, at knowledge.Micros, recs []ClaimRec) Outcome {
	if a.err != nil {
		return Outcome{}
	}
	if o, ok := a.known(txn); ok {
		return o
	}
	known := a.Insert(at, recs)
	o := Outcome{Decided: true, Committed: true, At: at, Stored: countClaims(recs) - known}
	if a.err == nil {
		a.remember(txn, o)
	}
	return o
}

// InsertTagged stores claims of an open transaction, readable by itself only
// until it commits. coordinator is the shard that will hold its commit record.
// It does nothing once the transaction has voted or was decided. How many of all
// its claims are new, Prepare and CommitTxn tell: entries may come twice.
func (a *Apply) InsertTagged(txn TxnID, coordinator ShardID, recs []ClaimRec) {
	if a.err != nil {
		return
	}
	if _, ok := a.known(txn); ok {
		return
	}
	t := a.openTxn(txn, coordinator)
	if t.state != txnPending {
		return // a late copy of an entry that came before the vote
	}
	t.touched = a.serial
	a.queue(t)
	for i := range recs {
		it, ok := a.parse(&recs[i], t.rows)
		if !ok {
			return
		}
		it.recorded = -int64(t.seq)
		switch {
		case it.mark:
			a.insertTaggedMark(t, &it)
		case a.isNew(it.id):
			a.accept(it)
			t.rows++
		default:
			if final, ok := a.getClaim(it.suffix); !ok {
				a.accept(it)
				t.rows++
			} else {
				a.addIntent(t, &it, final)
			}
		}
		if a.err != nil {
			return
		}
	}
	a.flushItems() // its row list is asked for without a look into the queue
	a.writeTxn(t)
}

func countClaims(recs []ClaimRec) (n int) {
	for i := range recs {
		if !recs[i].IsMark() {
			n++
		}
	}
	return n
}

// parse checks a record and takes it apart. Apply runs on every replica alike,
// so a bad record is the proposer's bug and stops the shard.
func (a *Apply) parse(r *ClaimRec, ordinal uint32) (insertItem, bool) {
	it := insertItem{suffix: r.Key, row: r.Row, ordinal: ordinal}
	var rest []byte
	var err error
	if it.path, it.pred, rest, err = keys.SplitPair(r.Key); err != nil {
		a.fail(fmt.Errorf("insert: %w: %w", ErrCorrupt, err))
		return it, false
	}
	if r.IsMark() {
		it.mark = true
		if len(rest) != 2*keys.IDLen || len(r.Row) != markLen {
			a.fail(fmt.Errorf("insert mark: %w", ErrCorrupt))
			return it, false
		}
		return it, true
	}
	it.id = rest
	it.source = Row(r.Row).Source()
	if len(rest) != keys.IDLen || Row(r.Row).Check() != nil || len(it.source) == 0 {
		a.fail(fmt.Errorf("insert claim: %w", ErrCorrupt))
		return it, false
	}
	return it, true
}

// isNew reports that the id is surely neither stored nor in this batch.
func (a *Apply) isNew(id []byte) bool { return !a.filter.mayHave(id) && !a.wrote.has(id) }

// accept queues a claim that is not stored.
func (a *Apply) accept(it insertItem) {
	a.wrote.add(it.id)
	a.filter.add(it.id)
	a.items = append(a.items, it)
}

// queue makes the queue one of a transaction's rows, or of claims with their time.
func (a *Apply) queue(t *txnRec) {
	if a.itemsOf != t {
		a.flushItems()
		a.itemsOf = t
	}
}

// flushItems moves the queued claims, which may be of several entries, into the
// batch, one kind of key after the other, each in key order: neighbours in the batch
// are neighbours in the write buffer, where finding the place is most of the work.
// Commit does it, and whoever reads what this batch wrote (reader).
func (a *Apply) flushItems() {
	items := a.items
	if len(items) == 0 {
		return
	}
	a.items = a.items[:0]
	if t := a.itemsOf; t != nil { // items come by ordinal
		a.putTxnRows(t.seq, items)
	} else {
		for i := range items {
			a.putRecorded(items[i].recorded, items[i].ordinal, items[i].suffix)
		}
	}
	items = a.sortItems(items)
	st := &a.sh.st
	for i := range items {
		it := &items[i]
		a.putClaim(it.suffix, it.row, it.recorded, it.ordinal)
		st.claims.add(claimHash(it.suffix, it.row))
	}
	a.putItems(items, &st.gens, &st.idx)
	if b := a.sh.build; b != nil {
		passed := items[:0:0]
		for i := range items {
			if b.covers(items[i].suffix) {
				passed = append(passed, items[i])
			}
		}
		a.putItems(passed, &b.gens, &b.idx)
	}
}

// putItems writes the entries of new claims, sorted by suffix, in the indexes
// by id, predicate and source.
func (a *Apply) putItems(items []insertItem, gens *[idxCount]uint8, t *[idxCount]tally) {
	for _, k := range a.orderBy(items, orderID) {
		i := k.at
		a.putIDEntry(gens[idxID], &t[idxID], items[i].suffix, items[i].id)
	}
	for _, k := range a.orderBy(items, orderPred) {
		i := k.at
		a.putPredEntry(gens[idxPred], &t[idxPred], items[i].path, items[i].pred, items[i].id)
	}
	for _, k := range a.orderBy(items, orderSource) {
		i := k.at
		a.putSourceEntry(gens[idxSource], &t[idxSource], items[i].source, items[i].suffix)
	}
}

// The hash of an index entry is over its key behind the generation; an id
// entry's also covers its value, the pair.
func entryHash(rest []byte) uint64 { return xxhash.Sum64(rest) }

func idEntryHash(id, pair []byte) uint64 {
	return xxhash.Sum64(pair) ^ binary.LittleEndian.Uint64(id)*0x9E3779B97F4A7C15
}

func (a *Apply) putIDEntry(gen uint8, t *tally, suffix, id []byte) {
	pair := suffix[:len(suffix)-keys.IDLen]
	op := a.b.SetDeferred(keys.IndexLen+keys.IDLen, len(pair))
	keys.AppendByID(op.Key[:0], uint16(a.sh.id), gen, id)
	copy(op.Value, pair)
	a.fail(op.Finish())
	t.add(idEntryHash(id, pair))
}

func (a *Apply) putPredEntry(gen uint8, t *tally, path, pred, id []byte) {
	op := a.b.SetDeferred(keys.IndexLen+len(path)+len(pred)+2+keys.IDLen, 0)
	k := keys.AppendByPred(op.Key[:0], uint16(a.sh.id), gen, path, pred, id)
	t.add(entryHash(k[keys.IndexLen:]))
	a.fail(op.Finish())
}

func (a *Apply) putSourceEntry(gen uint8, t *tally, source, suffix []byte) {
	op := a.b.SetDeferred(keys.IndexLen+len(source)+1+len(suffix), 0)
	k := keys.AppendBySource(op.Key[:0], uint16(a.sh.id), gen, source, suffix)
	t.add(entryHash(k[keys.IndexLen:]))
	a.fail(op.Finish())
}

// putRecorded writes a claim's entry in the recorded index.
func (a *Apply) putRecorded(recorded int64, ordinal uint32, suffix []byte) {
	st, build := &a.sh.st, a.sh.build
	a.putRecordedEntry(st.gens[idxRecorded], &st.idx[idxRecorded], recorded, ordinal, suffix)
	if build.covers(suffix) {
		a.putRecordedEntry(build.gens[idxRecorded], &build.idx[idxRecorded], recorded, ordinal, suffix)
	}
}

func (a *Apply) putRecordedEntry(gen uint8, t *tally, recorded int64, ordinal uint32, suffix []byte) {
	op := a.b.SetDeferred(keys.IndexLen+13+len(suffix), 0)
	k := keys.AppendByRecorded(op.Key[:0], uint16(a.sh.id), gen, recorded, ordinal, suffix)
	t.add(entryHash(k[keys.IndexLen:]))
	a.fail(op.Finish())
}

// putTxnRows writes a part of a transaction's row list.
func (a *Apply) putTxnRows(seq uint64, items []insertItem) {
	first := items[0].ordinal
	a.valueBuf = a.valueBuf[:0]
	for i := range items {
		a.valueBuf = keys.AppendRowEntry(a.valueBuf, items[i].ordinal-first, items[i].suffix)
	}
	a.keyBuf = keys.AppendTxnRows(a.keyBuf[:0], uint16(a.sh.id), seq, first)
	a.set(a.valueBuf)
}

// putTxnRow writes a part of one row.
func (a *Apply) putTxnRow(seq uint64, it *insertItem) {
	a.putTxnRows(seq, []insertItem{*it})
}

// delIndexes removes what putIndexes wrote.
func (a *Apply) delIndexes(suffix, source []byte) {
	path, pred, id, err := keys.SplitSuffix(suffix)
	if err != nil {
		a.fail(fmt.Errorf("%w: %w", ErrCorrupt, err))
		return
	}
	drop := func(gens *[idxCount]uint8, t *[idxCount]tally) {
		shard := uint16(a.sh.id)
		a.keyBuf = keys.AppendByID(a.keyBuf[:0], shard, gens[idxID], id)
		a.del()
		t[idxID].sub(idEntryHash(id, suffix[:len(suffix)-keys.IDLen]))
		a.keyBuf = keys.AppendByPred(a.keyBuf[:0], shard, gens[idxPred], path, pred, id)
		a.del()
		t[idxPred].sub(entryHash(a.keyBuf[keys.IndexLen:]))
		a.keyBuf = keys.AppendBySource(a.keyBuf[:0], shard, gens[idxSource], source, suffix)
		a.del()
		t[idxSource].sub(entryHash(a.keyBuf[keys.IndexLen:]))
	}
	drop(&a.sh.st.gens, &a.sh.st.idx)
	if b := a.sh.build; b.covers(suffix) {
		drop(&b.gens, &b.idx)
	}
}

// delRecorded removes what putRecorded wrote.
func (a *Apply) delRecorded(recorded int64, ordinal uint32, suffix []byte) {
	drop := func(gen uint8, t *tally) {
		a.keyBuf = keys.AppendByRecorded(a.keyBuf[:0], uint16(a.sh.id), gen, recorded, ordinal, suffix)
		a.del()
		t.sub(entryHash(a.keyBuf[keys.IndexLen:]))
	}
	drop(a.sh.st.gens[idxRecorded], &a.sh.st.idx[idxRecorded])
	if b := a.sh.build; b.covers(suffix) {
		drop(b.gens[idxRecorded], &b.idx[idxRecorded])
	}
}

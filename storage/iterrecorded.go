package storage

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// recordedScan is the state of an iteration in recorded order.
type recordedScan struct {
	rows    *pebble.Iterator // of the transaction being expanded
	part    []byte           // what is left of the list's part under rows
	inTxn   bool
	begun   bool
	late    []lateTxn // decided but not resolved when the view was made: perhaps not yet in the index
	pending []lateTxn // those to come
	entry   keys.RecordedEntry
	have    bool
	seq     uint64
}

type lateTxn struct {
	at  knowledge.Micros
	seq uint64
}

func (r *recordedScan) close() error {
	if r.rows == nil {
		return nil
	}
	return r.rows.Close()
}

func (it *ClaimIter) startRecorded() error {
	it.rec = &recordedScan{}
	shard, gen := uint16(it.sh.id), it.gens[idxRecorded]
	it.lower = recordedBound(keys.AppendIndexPrefix(it.lower[:0], shard, keys.ByRecorded, gen), it.from)
	it.upper = recordedBound(keys.AppendIndexPrefix(it.upper[:0], shard, keys.ByRecorded, gen), max(it.from, it.to))
	for _, r := range it.st.txns.byID {
		at, visible, err := it.v.visibleTxn(it.ctx, it.sh.id, r)
		if err != nil {
			return err
		}
		if visible && at >= it.from && (at < it.to || it.to == knowledge.Infinity) {
			it.rec.late = append(it.rec.late, lateTxn{at, r.seq})
		}
	}
	slices.SortFunc(it.rec.late, func(x, y lateTxn) int {
		return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(x.seq, y.seq))
	})
	it.rec.pending = it.rec.late
	var err1, err2 error
	it.idx, err1 = it.main.Clone(pebble.CloneOptions{IterOptions: iterOptions(it.lower, it.upper)})
	lower := keys.AppendPrefix(nil, shard, keys.TxnRows)
	it.rec.rows, err2 = it.main.Clone(pebble.CloneOptions{IterOptions: iterOptions(lower, keys.Successor(slices.Clone(lower)))})
	return errors.Join(err1, err2)
}

// recordedBound appends a time as an index bound.
func recordedBound(dst []byte, at knowledge.Micros) []byte {
	return binary.BigEndian.AppendUint64(dst, uint64(at))
}

// nextRecorded merges the index with the transactions that are decided but not
// resolved, and expands those that stay tagged.
func (it *ClaimIter) nextRecorded() bool {
	r := it.rec
	for it.err == nil {
		if r.inTxn {
			if it.nextTxnRow() {
				return true
			}
			continue
		}
		if !r.have && !it.nextEntry() && it.err != nil {
			return false
		}
		if len(r.pending) > 0 && (!r.have || int64(r.pending[0].at) < r.entry.Recorded) {
			it.expand(r.pending[0].seq)
			r.pending = r.pending[1:]
			continue
		}
		if !r.have {
			return false
		}
		r.have = false
		if r.entry.Seq != 0 {
			// One that was resolved between the view and now comes as a late one.
			if !slices.ContainsFunc(r.late, func(t lateTxn) bool { return t.seq == r.entry.Seq }) {
				it.expand(r.entry.Seq)
			}
			continue
		}
		// The view may see a row that was recorded earlier, by a transaction not
		// yet resolved: it comes, or came, at its own time.
		if it.lookup(r.entry.Suffix) && int64(it.recorded) == r.entry.Recorded {
			return true
		}
	}
	return false
}

// nextEntry reads the next index entry; have tells whether there is one.
func (it *ClaimIter) nextEntry() bool {
	if it.opened {
		it.rec.have = it.idx.Valid() && it.idx.Next()
	} else {
		it.opened, it.rec.have = true, it.idx.First()
	}
	if !it.rec.have {
		it.fail(it.idx.Error())
		return false
	}
	e, err := keys.SplitByRecorded(it.idx.Key()[keys.IndexLen:])
	if err != nil {
		it.fail(fmt.Errorf("recorded index: %w: %w", ErrCorrupt, err))
		return false
	}
	it.rec.entry = e
	return true
}

// expand begins the claims of a tagged transaction.
func (it *ClaimIter) expand(seq uint64) {
	it.rec.inTxn, it.rec.seq = true, seq
	it.rec.begun, it.rec.part = false, nil
}

// nextTxnRow moves to the next claim of the transaction being expanded; false
// when the row is not one, or there are no more.
func (it *ClaimIter) nextTxnRow() bool {
	r := it.rec
	if len(r.part) == 0 && !it.nextTxnPart() {
		return false
	}
	_, suffix, rest, err := keys.CutRowEntry(r.part)
	if err != nil {
		it.fail(fmt.Errorf("row list: %w: %w", ErrCorrupt, err))
		return false
	}
	r.part = rest
	if _, _, rest, err := keys.SplitPair(suffix); err != nil || len(rest) != keys.IDLen {
		return false // a mark
	}
	// The row that the view sees may be another one, recorded earlier: then it
	// comes at its own time.
	return it.lookup(suffix) && it.isRowOf(r.seq)
}

// nextTxnPart moves to the next part of the transaction's row list.
func (it *ClaimIter) nextTxnPart() bool {
	r := it.rec
	var ok bool
	if r.begun {
		ok = r.rows.Next()
	} else {
		r.begun = true
		it.seekBuf = keys.AppendTxnRows(it.seekBuf[:0], uint16(it.sh.id), r.seq, 0)
		ok = r.rows.SeekGE(it.seekBuf)
	}
	if !ok {
		r.inTxn = false
		it.fail(r.rows.Error())
		return false
	}
	seq, _, err := keys.SplitTxnRows(r.rows.Key()[keys.PrefixLen:])
	if err == nil && seq == r.seq {
		r.part, err = r.rows.ValueAndErr()
	} else {
		r.inTxn = false
	}
	it.fail(err)
	return r.inTxn && it.err == nil && len(r.part) > 0
}

// isRowOf reports whether the current row is a transaction's.
func (it *ClaimIter) isRowOf(seq uint64) bool { return it.row.Recorded() == -int64(seq) }

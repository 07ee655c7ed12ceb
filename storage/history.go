package storage

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// Record appends the current claim as it is told apart from its store: the key, and
// the row with its recorded time and ordinal in it, which Apply.InsertRecorded takes.
// The claim must be recorded: no view of an open transaction gives Records.
func (it *ClaimIter) Record(buf []byte) (rec ClaimRec, rest []byte) {
	start := len(buf)
	buf = append(buf, it.key...)
	mid := len(buf)
	buf = append(buf, it.row...)
	stamp(buf[mid:], int64(it.recorded), it.row.Ordinal())
	return ClaimRec{Key: buf[start:mid:mid], Row: buf[mid:len(buf):len(buf)]}, buf
}

// Marks calls fn with each mark of the current claim that the view sees, as a record
// of the form of Record, which is valid until fn returns.
func (it *ClaimIter) Marks(fn func(ClaimRec) error) error {
	if it.st.marks == 0 || it.err != nil {
		return it.err
	}
	var rec ClaimRec
	flush := func() error {
		if len(rec.Key) == 0 {
			return nil
		}
		err := fn(rec)
		rec.Key = rec.Key[:0]
		return err
	}
	for ok := it.marks.find(it, keys.Mark, it.key); ok && it.err == nil; ok = it.marks.next(it, it.key) {
		v, err := it.marks.it.ValueAndErr()
		key := it.marks.it.Key()[keys.PrefixLen:]
		if err != nil || len(v) != markLen || len(key) < len(it.key)+keys.IDLen {
			it.fail(errors.Join(err, fmt.Errorf("mark: %w", ErrCorrupt)))
			break
		}
		at := Row(v).Recorded()
		visible := at <= int64(it.v.at)
		if at <= 0 {
			var t knowledge.Micros
			t, visible = it.resolveTag(at)
			at = int64(t)
		}
		if !visible {
			continue
		}
		key = key[:len(it.key)+keys.IDLen] // without the transaction
		if !bytes.Equal(key, rec.Key) {
			if err := flush(); err != nil {
				return err
			}
			rec.Key, rec.Row = append(rec.Key[:0], key...), append(rec.Row[:0], v...)
			stamp(rec.Row, at, Row(v).Ordinal())
		} else if at < Row(rec.Row).Recorded() { // several transactions made it
			stamp(rec.Row, at, Row(v).Ordinal())
		}
	}
	if it.err != nil {
		return it.err
	}
	return flush()
}

// StateChange is one version of a row of the state tables.
type StateChange struct {
	Recorded knowledge.Micros
	MetaOp
}

// StateHistory lists every version that state rows have had up to the view's time, in
// the order of their times, of tables that keep names. Slices are shared and not to be
// changed.
func (v *View) StateHistory(keep func(table uint16) bool) ([]StateChange, error) {
	m, err := v.metaState()
	if err != nil {
		return nil, err
	}
	var out []StateChange
	for id, t := range m.tables {
		if !keep(id) {
			continue
		}
		for _, chunk := range t.chunks {
			for _, row := range chunk {
				for _, ver := range row.versions {
					if ver.recorded <= v.at {
						op := MetaOp{Table: id, Key: row.key, Row: ver.row, Delete: ver.deleted, Expect: AnyVersion}
						out = append(out, StateChange{ver.recorded, op})
					}
				}
			}
		}
	}
	slices.SortFunc(out, func(x, y StateChange) int {
		return cmp.Or(cmp.Compare(x.Recorded, y.Recorded), cmp.Compare(x.Table, y.Table), bytes.Compare(x.Key, y.Key))
	})
	return out, nil
}

// InsertRecorded stores claims and marks that were recorded before, with the times and
// ordinals that their rows hold: those that ClaimIter.Record and Marks give. The shard
// has none of them. Errors stick and come out of Commit; ErrCorrupt is for records
// that cannot be such.
func (a *Apply) InsertRecorded(recs []ClaimRec) {
	if a.err != nil {
		return
	}
	a.queue(nil)
	for i := range recs {
		it, ok := a.parse(&recs[i], Row(recs[i].Row).Ordinal())
		if !ok {
			return
		}
		if it.recorded = Row(recs[i].Row).Recorded(); it.recorded <= 0 {
			a.fail(fmt.Errorf("insert a claim recorded at %d: %w", it.recorded, ErrCorrupt))
			return
		}
		a.raise(knowledge.Micros(it.recorded))
		if it.mark {
			a.insertMark(&it)
			continue
		}
		if !a.isNew(it.id) {
			if _, ok := a.getClaim(it.suffix); ok {
				a.fail(fmt.Errorf("insert claim %x twice: %w", it.id, ErrCorrupt))
			}
			if a.err != nil {
				return
			}
		}
		a.accept(it)
	}
}

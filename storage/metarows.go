package storage

import (
	"bytes"
	"errors"
	"slices"

	"github.com/stemedb/stemedb/knowledge"
)

// MetaRows are the rows of one state table that a view sees.
type MetaRows struct {
	state   *metaState
	table   uint16
	at      knowledge.Micros
	overlay []MetaOp // of this table, sorted by key, the last of each key
	err     error
}

// Meta returns the rows of a state table visible at the view's time. It is
// cheap: rows are in memory.
func (v *View) Meta(table uint16) MetaRows {
	m, err := v.metaState()
	rows := MetaRows{state: m, table: table, at: v.at, err: err}
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range v.overlay {
		if v.overlay[i].Table == table {
			rows.overlay = append(rows.overlay, v.overlay[i])
		}
	}
	rows.overlay = sortOverlay(rows.overlay)
	return rows
}

// sortOverlay sorts by key and keeps the last op of each.
func sortOverlay(ops []MetaOp) []MetaOp {
	slices.SortStableFunc(ops, func(x, y MetaOp) int { return bytes.Compare(x.Key, y.Key) })
	out := ops[:0]
	for i := range ops {
		if i+1 < len(ops) && bytes.Equal(ops[i].Key, ops[i+1].Key) {
			continue
		}
		out = append(out, ops[i])
	}
	return out
}

// Err is an undecided transaction that Meta gave up waiting for.
func (m MetaRows) Err() error { return m.err }

// Scan calls fn for every row in the order of keys until it fails. Slices are
// shared and not to be changed. version is what MetaOp.Expect wants; rows of
// the own transaction have version AnyVersion and recorded time Infinity.
func (m MetaRows) Scan(fn func(key, row []byte, version uint64, recorded knowledge.Micros) error) error {
	if m.err != nil {
		return m.err
	}
	overlay := m.overlay
	ahead := func(key []byte) error { // overlay rows before key; nil: all
		for len(overlay) > 0 && (key == nil || bytes.Compare(overlay[0].Key, key) <= 0) {
			op := overlay[0]
			overlay = overlay[1:]
			if !op.Delete {
				if err := fn(op.Key, op.Row, AnyVersion, knowledge.Infinity); err != nil {
					return err
				}
			}
			if key != nil && bytes.Equal(op.Key, key) {
				return errOverlaid
			}
		}
		return nil
	}
	if t := m.state.tables[m.table]; t != nil {
		for _, chunk := range t.chunks {
			for _, r := range chunk {
				if len(overlay) > 0 {
					if err := ahead(r.key); errors.Is(err, errOverlaid) {
						continue
					} else if err != nil {
						return err
					}
				}
				v := r.at(m.at)
				if v == nil {
					continue
				}
				if err := fn(r.key, v.row, uint64(v.recorded), v.recorded); err != nil {
					return err
				}
			}
		}
	}
	return ahead(nil)
}

// Get returns one row.
func (m MetaRows) Get(key []byte) (row []byte, version uint64, ok bool) {
	if m.err != nil {
		return nil, 0, false
	}
	if i, ok := slices.BinarySearchFunc(m.overlay, key, func(op MetaOp, k []byte) int { return bytes.Compare(op.Key, k) }); ok {
		return m.overlay[i].Row, AnyVersion, !m.overlay[i].Delete
	}
	v := m.state.tables[m.table].get(key).at(m.at)
	if v == nil {
		return nil, 0, false
	}
	return v.row, uint64(v.recorded), true
}

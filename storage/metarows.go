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
	return m.Range(nil, nil, fn)
}

// Range is Scan of the keys from one on and below another; nil: without that bound.
func (m MetaRows) Range(from, below []byte, fn func(key, row []byte, version uint64, recorded knowledge.Micros) error) error {
	if m.err != nil {
		return m.err
	}
	overlay := between(m.overlay, from, below)
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
		c, i := 0, 0
		if from != nil {
			c, i, _ = t.find(from)
		}
		for ; c < len(t.chunks); c, i = c+1, 0 {
			for _, r := range t.chunks[c][i:] {
				if below != nil && bytes.Compare(r.key, below) >= 0 {
					return ahead(nil)
				}
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

// between cuts sorted ops to those of the keys from one on and below another.
func between(ops []MetaOp, from, below []byte) []MetaOp {
	cut := func(ops []MetaOp, key []byte) int {
		i, _ := slices.BinarySearchFunc(ops, key, func(op MetaOp, k []byte) int { return bytes.Compare(op.Key, k) })
		return i
	}
	if below != nil {
		ops = ops[:cut(ops, below)]
	}
	if from != nil {
		ops = ops[cut(ops, from):]
	}
	return ops
}

// Bytes are those of the table's keys and rows, in all their versions, whatever the
// view's time: what the table takes in memory, but for a little.
func (m MetaRows) Bytes() int64 {
	if t := m.state.tables[m.table]; t != nil {
		return t.bytes
	}
	return 0
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

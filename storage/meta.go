package storage

import (
	"bytes"
	"maps"
	"slices"

	"github.com/stemedb/stemedb/knowledge"
)

// metaState is every version of every state row in memory: state tables are
// small and read by every query. A published one is never changed; apply
// makes a changed copy that shares what did not change.
type metaState struct {
	tables map[uint16]*metaTable
	// changes are the times of all changes, ascending; their number up to a
	// time is the version of the state at that time.
	changes []knowledge.Micros
}

// metaTable is a sorted set of rows in chunks, so that a change copies one
// chunk and the list of chunks, not the table.
type metaTable struct {
	chunks [][]*metaRow // none empty
	rows   int
	bytes  int64 // of keys and rows, of all versions
}

// metaRow is a row's history; its version is the time of the write.
type metaRow struct {
	key      []byte
	versions []metaVersion // ascending
}

type metaVersion struct {
	recorded knowledge.Micros
	deleted  bool
	row      []byte
}

const metaChunk = 256

func newMetaState() *metaState { return &metaState{tables: map[uint16]*metaTable{}} }

func (m *metaState) clone() *metaState {
	return &metaState{tables: maps.Clone(m.tables), changes: m.changes}
}

// noteChange adds the time of a change.
func (m *metaState) noteChange(at knowledge.Micros) {
	if n := len(m.changes); n == 0 || m.changes[n-1] <= at {
		m.changes = append(m.changes, at) // readers hold shorter slices
		return
	}
	i, _ := slices.BinarySearch(m.changes, at+1)
	m.changes = slices.Insert(slices.Clone(m.changes), i, at)
}

// version is the number of changes up to a time.
func (m *metaState) version(at knowledge.Micros) uint64 {
	i, _ := slices.BinarySearch(m.changes, at+1)
	return uint64(i)
}

// find returns where a key is, or where it would go.
func (t *metaTable) find(key []byte) (chunk, i int, ok bool) {
	c, found := slices.BinarySearchFunc(t.chunks, key, func(c []*metaRow, k []byte) int { return bytes.Compare(c[0].key, k) })
	if found {
		return c, 0, true
	}
	if c == 0 {
		return 0, 0, false
	}
	c--
	i, ok = slices.BinarySearchFunc(t.chunks[c], key, func(r *metaRow, k []byte) int { return bytes.Compare(r.key, k) })
	return c, i, ok
}

func (t *metaTable) get(key []byte) *metaRow {
	if t == nil {
		return nil
	}
	c, i, ok := t.find(key)
	if !ok {
		return nil
	}
	return t.chunks[c][i]
}

// with returns a table that has the row in place of the one of the same key.
func (t *metaTable) with(row *metaRow) *metaTable {
	if t == nil {
		return &metaTable{chunks: [][]*metaRow{{row}}, rows: 1}
	}
	c, i, ok := t.find(row.key)
	n := &metaTable{chunks: slices.Clone(t.chunks), rows: t.rows, bytes: t.bytes}
	chunk := slices.Clone(t.chunks[c])
	if ok {
		chunk[i] = row
		n.chunks[c] = chunk
		return n
	}
	n.rows++
	chunk = slices.Insert(chunk, i, row)
	if len(chunk) <= 2*metaChunk {
		n.chunks[c] = chunk
		return n
	}
	n.chunks[c] = chunk[:metaChunk:metaChunk]
	n.chunks = slices.Insert(n.chunks, c+1, chunk[metaChunk:])
	return n
}

// put adds a version; of two at one time the later call counts.
func (m *metaState) put(table uint16, key []byte, v metaVersion) {
	t := m.tables[table]
	row := &metaRow{key: key}
	grown := int64(len(key) + len(v.row))
	if old := t.get(key); old != nil {
		row.key = old.key
		keep := old.versions
		if n := len(keep); n > 0 && keep[n-1].recorded >= v.recorded {
			grown -= int64(len(key) + len(keep[n-1].row))
			keep = keep[:n-1]
		}
		row.versions = append(keep[:len(keep):len(keep)], v)
	} else {
		row.versions = []metaVersion{v}
	}
	t = t.with(row)
	t.bytes += grown
	m.tables[table] = t
}

// at returns the version in force at a time, nil if there is no row then.
func (r *metaRow) at(t knowledge.Micros) *metaVersion {
	if r == nil {
		return nil
	}
	for i := len(r.versions) - 1; i >= 0; i-- {
		if v := &r.versions[i]; v.recorded <= t {
			if v.deleted {
				return nil
			}
			return v
		}
	}
	return nil
}

// check tests an op's precondition against the newest version.
func (m *metaState) check(op *MetaOp) error {
	if op.Expect == AnyVersion {
		return nil
	}
	cur := m.tables[op.Table].get(op.Key).at(knowledge.Infinity)
	switch {
	case op.Expect == 0 && cur != nil:
		return ErrExists
	case op.Expect != 0 && (cur == nil || uint64(cur.recorded) != op.Expect):
		return ErrConflict
	}
	return nil
}

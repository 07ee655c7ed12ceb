package exec

import (
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/types"
)

// tempIndex is a hash index over rows of a temporary table: chains of row
// numbers by the hash of the key, the newest row first. It holds ended rows
// too. Rows whose key has a NULL are in no chain: they equal nothing. Nor are
// those that the predicate of a partial index leaves out.
type tempIndex struct {
	oid types.OID
	// cols are the columns of the key: of the table, and below 0 of keys.
	cols    []int
	keys    *rowStore        // by row: what is computed for the index; nil: nothing is
	partial bool             // the last of keys is the predicate
	heads   map[uint64]int32 // hash → newest row
	next    []int32          // by row: the next older one of its chain, -1: none
}

// tempIndexes makes the indexes of a table, then one for each of its foreign keys,
// by which rows are found that refer to a key.
func tempIndexes(rel *catalog.Relation, typesOf func(k int) []types.OID) (out []*tempIndex) {
	for i := range rel.Indexes {
		ix := &rel.Indexes[i]
		x := &tempIndex{oid: ix.OID, partial: ix.Where != "", heads: map[uint64]int32{}}
		computed := 0
		for _, c := range ix.Columns {
			if c == catalog.ExprColumn {
				computed++
				c = -computed
			}
			x.cols = append(x.cols, c)
		}
		if !ix.Plain() {
			x.keys = newRowStore(typesOf(i))
		}
		out = append(out, x)
	}
	for i := range rel.Foreign {
		k := &rel.Foreign[i]
		x := &tempIndex{oid: k.OID, heads: map[uint64]int32{}}
		computed := 0
		for n, c := range k.Columns {
			if k.Converts != nil && k.Converts[n] {
				computed++
				c = -computed
			}
			x.cols = append(x.cols, c)
		}
		if computed > 0 {
			x.keys = newRowStore(typesOf(len(rel.Indexes) + i))
		}
		out = append(out, x)
	}
	return out
}

func (x *tempIndex) bytes() int64 {
	n := int64(len(x.heads))*32 + int64(cap(x.next))*4
	if x.keys != nil {
		n += x.keys.bytes
	}
	return n
}

// vec is column k of the key, by row.
func (x *tempIndex) vec(s *rowStore, k int) *types.Vec {
	if c := x.cols[k]; c >= 0 {
		return &s.cols[c]
	}
	return &x.keys.cols[-1-x.cols[k]]
}

// holds reports whether the index has a row, as far as its predicate says.
func (x *tempIndex) holds(row int32) bool {
	if !x.partial {
		return true
	}
	v := &x.keys.cols[len(x.keys.cols)-1]
	return !v.IsNull(int(row)) && v.I[row] != 0
}

// key hashes a row's key; ok is false when it has a NULL, or is not in the index.
func (x *tempIndex) key(s *rowStore, row int32) (h uint64, ok bool) {
	if !x.holds(row) {
		return 0, false
	}
	for k := range x.cols {
		v := x.vec(s, k)
		if v.IsNull(int(row)) {
			return 0, false
		}
		h = types.Hash(v.Type, v.Datum(int(row)), h)
	}
	return h, true
}

func (x *tempIndex) hashKey(s *rowStore, key []types.Datum) (h uint64) {
	for k := range x.cols {
		h = types.Hash(x.vec(s, k).Type, key[k], h)
	}
	return h
}

func (x *tempIndex) first(h uint64) int32 {
	if row, ok := x.heads[h]; ok {
		return row
	}
	return -1
}

// keep stores what was computed for a row, the newest: row i of the columns.
func (x *tempIndex) keep(r *tempRows, keys []*types.Vec, i int) {
	if x.keys == nil {
		return
	}
	x.keys.appendRow(keys, i)
	for k := range x.keys.cols {
		if s := x.keys.cols[k].S; len(s) > 0 {
			s[len(s)-1] = r.texts.str(bytesOf(s[len(s)-1]))
		}
	}
}

// add puts a row, the newest, into its chain.
func (x *tempIndex) add(s *rowStore, row int32) {
	for len(x.next) <= int(row) {
		x.next = append(x.next, -1)
	}
	h, ok := x.key(s, row)
	if !ok {
		return
	}
	x.next[row] = x.first(h)
	x.heads[h] = row
}

// truncate takes the rows from n on out.
func (x *tempIndex) truncate(n int) {
	if x.keys != nil {
		x.keys.truncate(n)
	}
	if len(x.next) <= n {
		return
	}
	for h, row := range x.heads {
		for row >= int32(n) {
			row = x.next[row]
		}
		if row < 0 {
			delete(x.heads, h)
		} else {
			x.heads[h] = row
		}
	}
	x.next = x.next[:n]
}

// twin finds a living row whose key equals that of a row which is in no chain
// yet; -1: none.
func (x *tempIndex) twin(r *tempRows, row int32) int32 {
	h, ok := x.key(r.store, row)
	if !ok {
		return -1
	}
	for o := x.first(h); o >= 0; o = x.next[o] {
		if o != row && r.lives(o) && x.sameKey(r.store, o, row) {
			return o
		}
	}
	return -1
}

func (x *tempIndex) sameKey(s *rowStore, a, b int32) bool {
	for k := range x.cols {
		v := x.vec(s, k)
		if !types.EqualVec(v, int(a), v, int(b)) {
			return false
		}
	}
	return true
}

func (x *tempIndex) equalKey(s *rowStore, row int32, key []types.Datum) bool {
	for k := range x.cols {
		v := x.vec(s, k)
		if v.IsNull(int(row)) || !types.Equal(v.Type, v.Datum(int(row)), key[k]) {
			return false
		}
	}
	return true
}

// twinOf is twin of a row that is not stored: row i of the table's columns, and of
// what is computed for the index.
func (x *tempIndex) twinOf(r *tempRows, cols []types.Vec, keys []*types.Vec, i int) int32 {
	if x.partial {
		v := keys[len(keys)-1]
		if j := at(v, i); v.IsNull(j) || v.I[j] == 0 {
			return -1
		}
	}
	of := func(k int) (*types.Vec, int) {
		if c := x.cols[k]; c >= 0 {
			return &cols[c], i
		}
		v := keys[-1-x.cols[k]]
		return v, at(v, i)
	}
	var h uint64
	for k := range x.cols {
		v, j := of(k)
		if v.IsNull(j) {
			return -1
		}
		h = types.Hash(v.Type, v.Datum(j), h)
	}
	for o := x.first(h); o >= 0; o = x.next[o] {
		if !r.lives(o) {
			continue
		}
		same := true
		for k := range x.cols {
			v, j := of(k)
			same = same && types.EqualVec(x.vec(r.store, k), int(o), v, j)
		}
		if same {
			return o
		}
	}
	return -1
}

package exec

import "github.com/stemedb/stemedb/sql/types"

// tempIndex is a hash index over rows of a temporary table: chains of row
// numbers by the hash of the key, the newest row first. It holds ended rows
// too. Rows whose key has a NULL are in no chain: they equal nothing.
type tempIndex struct {
	cols  []int
	heads map[uint64]int32 // hash → newest row
	next  []int32          // by row: the next older one of its chain, -1: none
}

func newTempIndex(cols []int) *tempIndex { return &tempIndex{cols: cols, heads: map[uint64]int32{}} }

func (x *tempIndex) bytes() int64 { return int64(len(x.heads))*32 + int64(cap(x.next))*4 }

// key hashes a row's key; ok is false when it has a NULL.
func (x *tempIndex) key(s *rowStore, row int32) (h uint64, ok bool) {
	for _, c := range x.cols {
		v := &s.cols[c]
		if v.IsNull(int(row)) {
			return 0, false
		}
		h = types.Hash(v.Type, v.Datum(int(row)), h)
	}
	return h, true
}

func (x *tempIndex) hashKey(s *rowStore, key []types.Datum) (h uint64) {
	for i, c := range x.cols {
		h = types.Hash(s.cols[c].Type, key[i], h)
	}
	return h
}

func (x *tempIndex) first(h uint64) int32 {
	if row, ok := x.heads[h]; ok {
		return row
	}
	return -1
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
	for _, c := range x.cols {
		if !types.EqualVec(&s.cols[c], int(a), &s.cols[c], int(b)) {
			return false
		}
	}
	return true
}

func (x *tempIndex) equalKey(s *rowStore, row int32, key []types.Datum) bool {
	for i, c := range x.cols {
		v := &s.cols[c]
		if !types.Equal(v.Type, v.Datum(int(row)), key[i]) {
			return false
		}
	}
	return true
}

// twinOf is twin of a row that is not stored: row i of the columns.
func (x *tempIndex) twinOf(r *tempRows, cols []types.Vec, i int) int32 {
	var h uint64
	for _, c := range x.cols {
		if cols[c].IsNull(i) {
			return -1
		}
		h = types.Hash(cols[c].Type, cols[c].Datum(i), h)
	}
	for o := x.first(h); o >= 0; o = x.next[o] {
		if !r.lives(o) {
			continue
		}
		same := true
		for _, c := range x.cols {
			same = same && types.EqualVec(&r.store.cols[c], int(o), &cols[c], i)
		}
		if same {
			return o
		}
	}
	return -1
}

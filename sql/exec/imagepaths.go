package exec

import (
	"bytes"
	"hash/maphash"
	"math/bits"
	"unsafe"
)

// pathIndex finds the rows of a path within a chunk by one probe or two, where a
// binary search would touch a dozen rows that no cache holds. Open addressing; a
// slot is zero or the path's first row and number of rows, and bits of its hash.
type pathIndex struct {
	slots []pathSlot // a power of two, at least half of them free
}

type pathSlot struct {
	tag   uint32 // never zero in a slot that is taken
	row   int32
	count int32
}

var pathSeed = maphash.MakeSeed()

func hashPath(path []byte) (at uint64, tag uint32) {
	h := maphash.Bytes(pathSeed, path)
	return h, uint32(h>>32) | 1
}

// paths returns the chunk's index, made when it is first asked for. nil: the cache
// has no room for it.
func (c *chunk) paths(cache *ScanCache) *pathIndex {
	if x := c.byPath.Load(); x != nil {
		return x
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if x := c.byPath.Load(); x != nil {
		return x
	}
	x := c.indexPaths()
	if c.dropped || !cache.charge(x.size()) {
		return nil
	}
	c.byPath.Store(x)
	return x
}

func (x *pathIndex) size() int64 { return int64(len(x.slots)) * int64(unsafe.Sizeof(pathSlot{})) }

func (c *chunk) indexPaths() *pathIndex {
	starts := make([]int32, 0, 256)
	var last []byte
	for i := range c.rows {
		if r := &c.rows[i]; i == 0 || !r.samePair && !bytes.Equal(c.path(r), last) {
			starts = append(starts, int32(i))
			last = c.path(r)
		}
	}
	x := &pathIndex{slots: make([]pathSlot, 1<<bits.Len(uint(2*len(starts))))}
	for k, row := range starts {
		end := int32(len(c.rows))
		if k+1 < len(starts) {
			end = starts[k+1]
		}
		at, tag := hashPath(c.path(&c.rows[row]))
		for ; x.slots[at&uint64(len(x.slots)-1)].tag != 0; at++ {
		}
		x.slots[at&uint64(len(x.slots)-1)] = pathSlot{tag: tag, row: row, count: end - row}
	}
	return x
}

// rowsOf returns the chunk's rows [from, end) of a path: none where from is end.
func (x *pathIndex) rowsOf(c *chunk, path []byte) (from, end int) {
	for at, tag := hashPath(path); ; at++ {
		switch s := &x.slots[at&uint64(len(x.slots)-1)]; {
		case s.tag == 0:
			return 0, 0
		case s.tag == tag && bytes.Equal(c.path(&c.rows[s.row]), path):
			return int(s.row), int(s.row + s.count)
		}
	}
}

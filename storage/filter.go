package storage

import (
	"encoding/binary"
	"sync/atomic"
)

// idFilter answers "surely not stored" for claim ids, so that an insert of
// something new needs no read. Ids are SHA-256, so their own bytes are the
// hashes: no hashing, one cache line a segment. It grows by segments of twice
// the size. It is filled from the id index after a start; until then every id
// may be stored.
//
// The apply goroutine adds and asks; the filler and readers of ids run beside
// it, so words are atomic.
type idFilter struct {
	ready    atomic.Bool
	segments atomic.Pointer[[]*filterSegment]
	left     int64 // ids that the last segment still takes; apply goroutine's
	maxWords int   // past this total the filter gives up
	off      atomic.Bool
}

const (
	filterBits   = 12 // bits an id
	filterProbes = 6
	filterBlock  = 8 // words: one cache line
	filterMin    = 1 << 14
)

type filterSegment struct {
	words  []uint64
	blocks uint64
}

// newIDFilter makes room for n ids; maxBytes bounds it.
func newIDFilter(n int64, maxBytes int64) *idFilter {
	f := &idFilter{maxWords: int(maxBytes / 8)}
	f.segments.Store(&[]*filterSegment{})
	f.grow(max(filterMin, n+n/2))
	return f
}

func (f *idFilter) grow(n int64) {
	blocks := uint64(n)*filterBits/512 + 1
	old := *f.segments.Load()
	total := int(blocks) * filterBlock
	for _, s := range old {
		total += len(s.words)
	}
	if total > f.maxWords {
		f.off.Store(true)
		f.segments.Store(&[]*filterSegment{})
		return
	}
	s := &filterSegment{words: make([]uint64, blocks*filterBlock), blocks: blocks}
	segments := append(append(make([]*filterSegment, 0, len(old)+1), old...), s)
	f.segments.Store(&segments)
	f.left = n
}

// place gives the block of an id and the 54 bits that its probes come from.
func (s *filterSegment) place(id []byte) (block []uint64, bits uint64) {
	h := binary.LittleEndian.Uint64(id)
	i := (h >> 32) * s.blocks >> 32 // maps 32 bits onto the blocks
	return s.words[i*filterBlock : (i+1)*filterBlock], binary.LittleEndian.Uint64(id[8:])
}

func (s *filterSegment) has(id []byte) bool {
	block, bits := s.place(id)
	for range filterProbes {
		if atomic.LoadUint64(&block[bits>>6&7])&(1<<(bits&63)) == 0 {
			return false
		}
		bits >>= 9
	}
	return true
}

func (s *filterSegment) add(id []byte) {
	block, bits := s.place(id)
	for range filterProbes {
		atomic.OrUint64(&block[bits>>6&7], 1<<(bits&63))
		bits >>= 9
	}
}

// mayHave reports whether the id may be stored. Safe for concurrent use.
func (f *idFilter) mayHave(id []byte) bool {
	if !f.ready.Load() || f.off.Load() {
		return true
	}
	for _, s := range *f.segments.Load() {
		if s.has(id) {
			return true
		}
	}
	return false
}

// add notes an id; the apply goroutine's.
func (f *idFilter) add(id []byte) {
	if f.off.Load() {
		return
	}
	if f.left--; f.left < 0 {
		segments := *f.segments.Load()
		last := segments[len(segments)-1]
		if f.grow(int64(last.blocks) * 512 / filterBits * 2); f.off.Load() {
			return
		}
		f.left--
	}
	segments := *f.segments.Load()
	segments[len(segments)-1].add(id)
}

// idTable is the set of ids that one Apply wrote; cleared, it keeps its memory.
type idTable struct {
	ids   [][32]byte
	slots []uint32 // 1 + position in ids; 0: empty
}

func (t *idTable) reset() {
	if len(t.ids) == 0 {
		return
	}
	t.ids = t.ids[:0]
	clear(t.slots)
}

func (t *idTable) find(id []byte) (slot int, found bool) {
	mask := len(t.slots) - 1
	for i := int(binary.LittleEndian.Uint32(id[16:])) & mask; ; i = (i + 1) & mask {
		p := t.slots[i]
		if p == 0 {
			return i, false
		}
		if t.ids[p-1] == [32]byte(id) {
			return i, true
		}
	}
}

func (t *idTable) has(id []byte) bool {
	if len(t.ids) == 0 {
		return false
	}
	_, ok := t.find(id)
	return ok
}

func (t *idTable) add(id []byte) {
	if 2*(len(t.ids)+1) > len(t.slots) {
		t.slots = make([]uint32, max(1024, 2*len(t.slots)))
		for i := range t.ids {
			slot, _ := t.find(t.ids[i][:])
			t.slots[slot] = uint32(i + 1)
		}
	}
	if slot, ok := t.find(id); !ok {
		t.ids = append(t.ids, [32]byte(id))
		t.slots[slot] = uint32(len(t.ids))
	}
}

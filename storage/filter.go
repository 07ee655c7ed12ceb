package storage

import (
	"encoding/binary"
	"math"
	"sync/atomic"
)

// idFilter answers "surely not stored" for claim ids, so that an insert of
// something new needs no read. Ids are SHA-256, so their own bytes are the
// hashes: no hashing, one cache line a segment. It grows by segments of four
// times the size while its memory lasts, and then puts more ids into what it has: it is
// wrong more often, never about what is stored. It is filled from the id index
// after a start; until then every id may be stored.
//
// The apply goroutine adds and asks; the filler and readers of ids run beside
// it, so words are atomic.
type idFilter struct {
	ready     atomic.Bool
	segments  atomic.Pointer[[]*filterSegment]
	left      int64  // ids that the last segment still takes; apply goroutine's
	maxBlocks uint64 // of all segments
}

// A read that was not needed costs as much as storing twenty claims, since it
// looks into every layer of a load, so false answers must be rare: of a full
// segment they are 0.025 %.
const (
	filterBits   = 20 // bits an id
	filterProbes = 8  // two words of an id give four each
	filterBlock  = 8  // words: one cache line
	filterMin    = 1 << 14
)

type filterSegment struct {
	words  []uint64
	blocks uint64
}

// newIDFilter makes room for n ids; maxBytes bounds it.
func newIDFilter(n int64, maxBytes int64) *idFilter {
	f := &idFilter{maxBlocks: max(1, uint64(maxBytes)/(8*filterBlock))}
	f.segments.Store(&[]*filterSegment{})
	f.grow(max(filterMin, n+n/2))
	return f
}

// grow adds a segment for n more ids, or a smaller one for all that come if that
// is what its memory allows; where it would be smaller than the last one, that
// takes them.
func (f *idFilter) grow(n int64) {
	old := *f.segments.Load()
	room := f.maxBlocks
	for _, s := range old {
		room -= s.blocks
	}
	blocks := uint64(n)*filterBits/512 + 1
	f.left = n
	if blocks > room {
		blocks, f.left = room, math.MaxInt64
		if len(old) > 0 && room < old[len(old)-1].blocks {
			return
		}
	}
	s := &filterSegment{words: make([]uint64, blocks*filterBlock), blocks: blocks}
	segments := append(append(make([]*filterSegment, 0, len(old)+1), old...), s)
	f.segments.Store(&segments)
}

// place gives the block of an id and the two words that its probes come from.
func (s *filterSegment) place(id []byte) (block []uint64, probes [2]uint64) {
	h := binary.LittleEndian.Uint64(id)
	i := (h >> 32) * s.blocks >> 32 // maps 32 bits onto the blocks
	return s.words[i*filterBlock : (i+1)*filterBlock], [2]uint64{binary.LittleEndian.Uint64(id[8:]), binary.LittleEndian.Uint64(id[16:])}
}

func (s *filterSegment) has(id []byte) bool {
	block, probes := s.place(id)
	for _, bits := range probes {
		for range filterProbes / 2 {
			if atomic.LoadUint64(&block[bits>>6&7])&(1<<(bits&63)) == 0 {
				return false
			}
			bits >>= 9
		}
	}
	return true
}

func (s *filterSegment) add(id []byte) {
	block, probes := s.place(id)
	for _, bits := range probes {
		for range filterProbes / 2 {
			atomic.OrUint64(&block[bits>>6&7], 1<<(bits&63))
			bits >>= 9
		}
	}
}

// mayHave reports whether the id may be stored. Safe for concurrent use.
func (f *idFilter) mayHave(id []byte) bool {
	if !f.ready.Load() {
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
	segments := *f.segments.Load()
	if f.left--; f.left < 0 {
		f.grow(int64(segments[len(segments)-1].blocks) * 512 / filterBits * 4)
		f.left--
		segments = *f.segments.Load()
	}
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

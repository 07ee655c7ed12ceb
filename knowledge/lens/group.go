package lens

import (
	"hash/maphash"
	"math/bits"
	"slices"
)

// table is an open-addressing hash table of indexes + 1, reused from pair to
// pair; 0 is an empty slot. Callers probe it themselves, which spares them a
// call through an interface for each slot.
type table struct {
	slots []int32
	mask  uint64
}

// reset empties the table and makes room for n entries.
func (t *table) reset(n int) {
	size := 1 << bits.Len(uint(2*n))
	t.slots = slices.Grow(t.slots[:0], size)[:size]
	clear(t.slots)
	t.mask = uint64(size - 1)
}

func (t *table) start(hash uint64) uint64 { return hash & t.mask }
func (t *table) next(slot uint64) uint64  { return (slot + 1) & t.mask }

// groupKey is what entries are grouped by.
type groupKey struct {
	text, more string
	x          uint64
	group      int32
}

func (k *groupKey) same(o *groupKey) bool {
	return k.x == o.x && k.text == o.text && k.more == o.more
}

// group numbers the keys in r.keys by equality, in the order of first
// appearance, and returns how many groups there are.
func (r *Resolver) group() int {
	keys := r.keys
	r.table.reset(len(keys))
	groups := int32(0)
	for i := range keys {
		k := &keys[i]
		h := maphash.String(r.seed, k.text) + k.x*0x9E3779B97F4A7C15
		if k.more != "" {
			h += 31 * maphash.String(r.seed, k.more)
		}
		for s := r.table.start(h ^ h>>32); ; s = r.table.next(s) {
			at := r.table.slots[s]
			if at == 0 {
				r.table.slots[s] = int32(i) + 1
				k.group = groups
				groups++
				break
			}
			if other := &keys[at-1]; other.same(k) {
				k.group = other.group
				break
			}
		}
	}
	return int(groups)
}

// groupSources numbers the sources of entries and returns how many there are.
func (r *Resolver) groupSources(ents []entry) int {
	if len(ents) <= few {
		groups := int32(0)
	next:
		for i := range ents {
			name := r.cands[ents[i].row].Source
			for j := range i {
				if r.cands[ents[j].row].Source == name {
					ents[i].source = ents[j].source
					continue next
				}
			}
			ents[i].source = groups
			groups++
		}
		return int(groups)
	}
	r.keys = r.keys[:0]
	for i := range ents {
		r.keys = append(r.keys, groupKey{text: r.cands[ents[i].row].Source})
	}
	n := r.group()
	for i := range ents {
		ents[i].source = r.keys[i].group
	}
	return n
}

// groupVoices numbers the voices of entries, whose sources are numbered.
func (r *Resolver) groupVoices(ents []entry) {
	shared := false
	for i := range ents {
		ents[i].voice = ents[i].source
		if len(r.policy.shared) > 0 && !shared {
			shared = r.policy.sources[r.cands[ents[i].row].Source].voice != ""
		}
	}
	if !shared {
		return
	}
	r.keys = r.keys[:0]
	for i := range ents {
		r.keys = append(r.keys, groupKey{text: r.policy.Voice(r.cands[ents[i].row].Source)})
	}
	r.group()
	for i := range ents {
		ents[i].voice = r.keys[i].group
	}
}

package lens

import (
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"strings"

	"github.com/stemedb/stemedb/knowledge"
)

// few is up to how many candidates comparing all with all beats hashing.
const few = 16

// dedupe keeps one claim of each id: joins and unions may bring one twice.
func (r *Resolver) dedupe(trace []Reason) {
	if r.ascending() {
		return // the order of storage: nothing to do
	}
	n := len(r.ents)
	if n > few {
		r.table.reset(n)
	}
	kept := r.ents[:0]
	for _, e := range r.ents {
		at := r.seen(kept, &e)
		switch {
		case at < 0:
			kept = append(kept, e)
			continue
		case r.compareContent(&e, &kept[at]) < 0:
			e, kept[at] = kept[at], e
		}
		if trace != nil {
			trace[e.row] = Duplicate
		}
	}
	r.ents = kept
}

// ascending reports whether the ids strictly ascend.
func (r *Resolver) ascending() bool {
	for i := 1; i < len(r.ents); i++ {
		a, b := &r.cands[r.ents[i-1].row].ID, &r.cands[r.ents[i].row].ID
		// Eight bytes decide nearly always.
		x, y := binary.BigEndian.Uint64(a[:]), binary.BigEndian.Uint64(b[:])
		if x > y || x == y && a.Compare(*b) >= 0 {
			return false
		}
	}
	return true
}

// seen returns the index of the kept claim with the same id; -1: none, and
// then the claim is taken to be kept next.
func (r *Resolver) seen(kept []entry, e *entry) int {
	id := &r.cands[e.row].ID
	if len(r.ents) <= few {
		for i := range kept {
			if r.cands[kept[i].row].ID == *id {
				return i
			}
		}
		return -1
	}
	for s := r.table.start(maphash.Bytes(r.seed, id[:])); ; s = r.table.next(s) {
		at := r.table.slots[s]
		if at == 0 {
			r.table.slots[s] = int32(len(kept)) + 1
			return -1
		}
		if r.cands[kept[at-1].row].ID == *id {
			return int(at - 1)
		}
	}
}

// compareContent orders claims of one id. Real ones are equal; rows that a
// subquery made up may not be, and must not make the result depend on order.
func (r *Resolver) compareContent(a, b *entry) int {
	x, y := &r.cands[a.row], &r.cands[b.row]
	return cmp.Or(
		strings.Compare(x.Value, y.Value),
		cmp.Compare(x.ValueType, y.ValueType),
		compareBool(x.HasUnit, y.HasUnit),
		strings.Compare(x.Unit, y.Unit),
		strings.Compare(x.Source, y.Source),
		cmp.Compare(a.asserted, b.asserted),
		strings.Compare(x.Class, y.Class),
		cmp.Compare(a.e, b.e),
		strings.Compare(x.Number, y.Number),
	)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// revise drops the claims that another claim of the pair replaces, itself a
// candidate or not.
func (r *Resolver) revise(revisers int, trace []Reason) {
	hashed := revisers*len(r.ents) > few*few
	if hashed {
		r.table.reset(len(r.ents))
		for i := range r.ents {
			s := r.table.start(maphash.Bytes(r.seed, r.cands[r.ents[i].row].ID[:]))
			for r.table.slots[s] != 0 {
				s = r.table.next(s)
			}
			r.table.slots[s] = int32(i) + 1
		}
	}
	hit := false
	for i := range r.cands {
		c := &r.cands[i]
		if !c.HasRevises || c.Revises == c.ID || !r.recorded(c) {
			continue
		}
		at := r.find(&c.Revises, hashed)
		if at < 0 {
			continue
		}
		if e := &r.ents[at]; e.voice >= 0 && (c.MayRevise || r.cands[e.row].Source == c.Source) {
			e.voice = -1 // not yet used for its purpose: marks the revised
			hit = true
		}
	}
	if !hit {
		return
	}
	kept := r.ents[:0]
	for _, e := range r.ents {
		if e.voice >= 0 {
			kept = append(kept, e)
		} else if trace != nil {
			trace[e.row] = Revised
		}
	}
	r.ents = kept
}

// find returns the entry of an id, -1 if there is none.
func (r *Resolver) find(id *knowledge.ID, hashed bool) int {
	if !hashed {
		for i := range r.ents {
			if r.cands[r.ents[i].row].ID == *id {
				return i
			}
		}
		return -1
	}
	for s := r.table.start(maphash.Bytes(r.seed, id[:])); ; s = r.table.next(s) {
		at := r.table.slots[s]
		if at == 0 || r.cands[r.ents[at-1].row].ID == *id {
			return int(at) - 1
		}
	}
}

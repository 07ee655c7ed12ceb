package lens

import (
	"math"
	"math/bits"
)

// cell is what one voice says for one value: w(voice, v) of spec §2.
type cell struct {
	voice, value int32
	tierIx       int32
	next         int32 // of its tier; -1 ends
	w            uint64
}

// support computes s(v) for every value, and the sums over them.
//
// All is in integers of 1e-12, so that equal support is exactly equal and the
// order of claims cannot show. Sums saturate at 2^64-1, which takes 18 million
// voices.
func (r *Resolver) support(ents []entry) {
	for v := range r.values {
		val := &r.values[v]
		val.s, val.acc, val.voices = 0, 0, 0
	}
	r.fillCells(ents)
	r.heads = r.heads[:0]
	for range r.policy.tierCaps {
		r.heads = append(r.heads, -1)
	}
	for i := range r.cells {
		c := &r.cells[i]
		c.next, r.heads[c.tierIx] = r.heads[c.tierIx], int32(i)
		r.values[c.value].voices++
	}
	for tier, head := range r.heads {
		if head >= 0 {
			r.addTier(head, r.policy.tierCaps[tier])
		}
	}
	r.total, r.best, r.voices, r.most = 0, 0, 0, 0
	for v := range r.values {
		val := &r.values[v]
		r.total, r.best = addCapped(r.total, val.s), max(r.best, val.s)
		r.voices, r.most = r.voices+val.voices, max(r.most, val.voices)
	}
	r.scored = true
}

// addTier adds W(tier, v) · M(tier) / W(tier) to the support of each value
// that the tier's voices claim.
func (r *Resolver) addTier(head int32, limit uint64) {
	sum := uint64(0)
	for i := head; i >= 0; i = r.cells[i].next {
		sum = addCapped(sum, r.cells[i].w)
	}
	if sum <= limit { // nothing to scale
		for i := head; i >= 0; i = r.cells[i].next {
			val := &r.values[r.cells[i].value]
			val.s = addCapped(val.s, r.cells[i].w)
		}
		return
	}
	for i := head; i >= 0; i = r.cells[i].next {
		val := &r.values[r.cells[i].value]
		val.acc = addCapped(val.acc, r.cells[i].w)
	}
	for i := head; i >= 0; i = r.cells[i].next {
		val := &r.values[r.cells[i].value]
		// acc <= sum, so the quotient is at most limit and fits; a value met
		// again has nothing left to add.
		hi, lo := bits.Mul64(val.acc, limit)
		q, _ := bits.Div64(hi, lo, sum)
		val.s, val.acc = addCapped(val.s, q), 0
	}
}

// fillCells joins the entries of one voice for one value: the largest weight
// counts, in its tier.
func (r *Resolver) fillCells(ents []entry) {
	r.cells = r.cells[:0]
	hashed := len(ents) > few
	if hashed {
		r.table.reset(len(ents))
	}
	for i := range ents {
		e := &ents[i]
		c := cell{voice: e.voice, value: e.value, tierIx: e.tierIx, w: weightOf(r.policy.class(e.class).weight, e.e)}
		at := r.cellOf(&c, hashed)
		if at < 0 {
			r.cells = append(r.cells, c)
			continue
		}
		if old := &r.cells[at]; c.w > old.w || c.w == old.w && c.tierIx < old.tierIx {
			old.w, old.tierIx = c.w, c.tierIx
		}
	}
}

// cellOf returns the cell of a voice and a value, -1 if it is to be added.
func (r *Resolver) cellOf(c *cell, hashed bool) int {
	if !hashed {
		for i := range r.cells {
			if r.cells[i].voice == c.voice && r.cells[i].value == c.value {
				return i
			}
		}
		return -1
	}
	h := (uint64(uint32(c.voice))<<32 | uint64(uint32(c.value))) * 0x9E3779B97F4A7C15
	for s := r.table.start(h ^ h>>32); ; s = r.table.next(s) {
		at := r.table.slots[s]
		if at == 0 {
			r.table.slots[s] = int32(len(r.cells)) + 1
			return -1
		}
		if o := &r.cells[at-1]; o.voice == c.voice && o.value == c.value {
			return int(at - 1)
		}
	}
}

// weightOf returns weight × e in 1e-12, rounded half up.
func weightOf(weight uint64, e float64) uint64 {
	hi, lo := bits.Mul64(weight, toUnits(e))
	lo, carry := bits.Add64(lo, unit/2, 0)
	q, _ := bits.Div64(hi+carry, lo, unit) // both factors are at most unit
	return q
}

func addCapped(a, b uint64) uint64 {
	sum, carry := bits.Add64(a, b, 0)
	if carry != 0 {
		return math.MaxUint64
	}
	return sum
}

// contestedFrom is the conflict score from which a pair is contested.
const contestedFrom = 0.4

// score fills in support, conflict_score and status of a disputed row.
func (r *Resolver) score(res *Result, win *entry) {
	if !r.scored {
		return
	}
	v := &r.values[win.value]
	if r.total > 0 {
		res.Support = float64(v.s) / float64(r.total)
		res.ConflictScore = min(1, 2*float64(r.total-r.best)/float64(r.total))
	} else {
		res.Support = float64(v.voices) / float64(r.voices)
		res.ConflictScore = min(1, 2*float64(r.voices-r.most)/float64(r.voices))
	}
	switch {
	case v.s < r.best:
		res.Status = Overruled
	case res.ConflictScore >= contestedFrom:
		res.Status = Contested
	default:
		res.Status = Agreed
	}
}

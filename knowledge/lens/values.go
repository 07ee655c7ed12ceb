package lens

import (
	"unsafe"

	"github.com/stemedb/stemedb/knowledge"
)

// value is a distinct value of the pair and what speaks for it.
type value struct {
	rep     int32 // an entry that claims it
	sources int32 // counted for tolerance only
	voices  int64
	s       uint64 // support, in 1e-12
	acc     uint64 // W(tier, v) of the tier being summed
}

// canonizer makes the texts by which values are compared, in memory that it
// reuses.
type canonizer struct {
	json  knowledge.JSONCanon
	arena []byte
	texts []string // per entry
	nums  []bool   // per entry: the text is a canonical number
}

// set fills in texts of the entries.
func (k *canonizer) set(cands []Candidate, ents []entry) {
	k.arena, k.texts, k.nums = k.arena[:0], k.texts[:0], k.nums[:0]
	for i := range ents {
		c := &cands[ents[i].row]
		text, num := c.Value, false
		switch {
		case c.ValueType == knowledge.ValueNumber && c.Number != "":
			text, num = c.Number, true
		case c.ValueType == knowledge.ValueNumber:
			text, num = k.number(c.Value)
		case c.ValueType == knowledge.ValueJSON:
			text = k.view(k.json.AppendCanonicalValue(k.arena, c.ValueType, c.Value, ""))
		}
		k.texts, k.nums = append(k.texts, text), append(k.nums, num)
	}
}

func (k *canonizer) number(text string) (string, bool) {
	grown, err := knowledge.AppendNumber(k.arena, text)
	if err != nil {
		return text, false // not a number after all: its exact text
	}
	return k.view(grown), true
}

// view takes the grown arena over and returns what was added to it. The bytes
// are not written again before the next pair, by when nobody holds the string.
func (k *canonizer) view(grown []byte) string {
	added := grown[len(k.arena):]
	k.arena = grown
	return unsafe.String(unsafe.SliceData(added), len(added))
}

// groupValues numbers the values of entries exactly, without the tolerance.
func (r *Resolver) groupValues(ents []entry) {
	r.values = r.values[:0]
	if r.allSame(ents) {
		for i := range ents {
			ents[i].value = 0
		}
		r.values = append(r.values, value{})
		return
	}
	r.canon.set(r.cands, ents)
	if len(ents) <= few {
		r.groupFewValues(ents)
		return
	}
	r.keys = r.keys[:0]
	for i := range ents {
		c := &r.cands[ents[i].row]
		k := groupKey{text: r.canon.texts[i], x: uint64(c.ValueType)}
		if c.HasUnit {
			k.more, k.x = c.Unit, k.x|1<<8
		}
		r.keys = append(r.keys, k)
	}
	r.group()
	for i := range ents {
		g := r.keys[i].group
		if int(g) == len(r.values) {
			r.values = append(r.values, value{rep: int32(i)})
		}
		ents[i].value = g
	}
}

// allSame reports whether all entries claim one value to the letter, the
// commonest case.
func (r *Resolver) allSame(ents []entry) bool {
	a := &r.cands[ents[0].row]
	for i := 1; i < len(ents); i++ {
		if b := &r.cands[ents[i].row]; b.Value != a.Value || !sameKind(a, b) {
			return false
		}
	}
	return true
}

func (r *Resolver) groupFewValues(ents []entry) {
next:
	for i := range ents {
		c := &r.cands[ents[i].row]
		for v := range r.values {
			rep := r.values[v].rep
			if r.canon.texts[rep] == r.canon.texts[i] && sameKind(&r.cands[ents[rep].row], c) {
				ents[i].value = int32(v)
				continue next
			}
		}
		ents[i].value = int32(len(r.values))
		r.values = append(r.values, value{rep: int32(i)})
	}
}

// sameKind reports whether values may be equal at all: one type, one unit.
func sameKind(a, b *Candidate) bool {
	return a.ValueType == b.ValueType && a.HasUnit == b.HasUnit && (!a.HasUnit || a.Unit == b.Unit)
}

// analyse numbers the values of entries and, where the lens or the columns
// asked for need it, computes their support. It returns how many values there
// are. With a single one nothing else is computed.
func (r *Resolver) analyse(ents []entry) int {
	r.groupValues(ents)
	r.scored = false
	if len(r.values) == 1 {
		return 1
	}
	merge := r.params.Tolerance > 0 && r.mergeable(ents)
	const numbers = NeedSupport | NeedConflict | NeedStatus
	if !merge && r.need&numbers == 0 && !r.params.Kind.needsSupport() {
		return len(r.values)
	}
	if !r.params.Latest {
		r.groupSources(ents)
	}
	r.groupVoices(ents)
	r.support(ents)
	if merge && r.merge(ents) {
		if len(r.values) == 1 {
			return 1
		}
		r.support(ents)
	}
	return len(r.values)
}

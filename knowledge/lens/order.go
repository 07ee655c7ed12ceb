package lens

import (
	"cmp"
)

// key is one criterion by which a lens orders claims.
type key uint8

const (
	keyAsserted  key = iota // later first
	keyTier                 // lower first
	keyEffective            // higher first
	keyID                   // lower first
	keyVoices               // more first
	keySupport              // more first
)

// name returns the key as decided_by shows it.
func (k key) name() string {
	switch k {
	case keyAsserted:
		return "asserted_at"
	case keyTier:
		return "tier"
	case keyEffective:
		return "effective_confidence"
	case keyID:
		return "id"
	case keyVoices:
		return "voices"
	case keySupport:
		return "support"
	}
	return ""
}

// rule is a lens's order: keys, of which the first n count.
type rule struct {
	keys [6]key
	n    int
}

// ruleOf returns the order of a lens. Every order ends in the id, and so is
// total. A new lens adds its key and its line here.
func ruleOf(k Kind) rule {
	switch k {
	case Recency:
		return rule{[6]key{keyAsserted, keyTier, keyEffective, keyID}, 4}
	case Confidence:
		return rule{[6]key{keyEffective, keyTier, keyAsserted, keyID}, 4}
	case Consensus:
		return rule{[6]key{keyVoices, keySupport, keyTier, keyEffective, keyAsserted, keyID}, 6}
	case Weighted, Skeptic:
		return rule{[6]key{keySupport, keyTier, keyEffective, keyAsserted, keyID}, 5}
	}
	return rule{[6]key{keyTier, keyEffective, keyAsserted, keyID}, 4} // authority, layered
}

// compareKey orders two claims by one key: negative when a goes first.
func (r *Resolver) compareKey(k key, a, b *entry) int {
	switch k {
	case keyAsserted:
		return cmp.Compare(b.asserted, a.asserted)
	case keyTier:
		return int(a.tierIx) - int(b.tierIx)
	case keyEffective:
		switch {
		case a.e > b.e:
			return -1
		case a.e < b.e:
			return 1
		}
		return 0
	case keyID:
		return r.cands[a.row].ID.Compare(r.cands[b.row].ID)
	}
	if a.value == b.value || len(r.values) < 2 {
		return 0 // also where values were not told apart, as all agree
	}
	va, vb := &r.values[a.value], &r.values[b.value]
	if k == keyVoices || r.total == 0 && r.params.Kind != Skeptic {
		return cmp.Compare(vb.voices, va.voices)
	}
	return cmp.Compare(vb.s, va.s)
}

// compare orders two claims by the lens.
func (r *Resolver) compare(a, b *entry) int {
	for _, k := range r.rule.keys[:r.rule.n] {
		if c := r.compareKey(k, a, b); c != 0 {
			return c
		}
	}
	return 0
}

// first returns the lens's first claim among those of a value other than not
// (-1: of any).
func (r *Resolver) first(ents []entry, not int32) *entry {
	var win *entry
	for i := range ents {
		e := &ents[i]
		if not >= 0 && e.value == not {
			continue
		}
		if win == nil || r.compare(e, win) < 0 {
			win = e
		}
	}
	return win
}

// decided returns the name of the first key that separates two claims.
func (r *Resolver) decided(a, b *entry) string {
	for _, k := range r.rule.keys[:r.rule.n] {
		if r.compareKey(k, a, b) != 0 {
			return k.name()
		}
	}
	return ""
}

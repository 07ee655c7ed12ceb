package lens

import (
	"cmp"
	"math"
	"slices"

	"github.com/stemedb/stemedb/knowledge"
)

// Policy is what the state tables say about classes, sources and epochs at one
// time, laid out for lookup. It is immutable: make one per version of those
// tables and share it.
type Policy struct {
	classes    []class // by tier, then name
	classByKey [64]int32
	classNext  []int32 // chains of classByKey; -1 ends
	tierCaps   []uint64
	unknown    class // stands for what the table lacks
	sources    map[string]source
	superseded map[string]struct{}
	shared     map[string]struct{} // names that are a voice of several sources
}

// class is a class as lenses compute with it.
type class struct {
	name       string
	tier       int16
	tierIx     int32 // index among the distinct tiers, best first
	weight     uint64
	halfLife   float64 // µs; 0: never decays
	confidence float64
}

// source is what a lens knows of a registered source.
type source struct {
	class     string // "": none registered
	retracted bool
	voice     string // the shared origin; "": the source itself
}

// unit is 1 in the integers of spec §2.
const unit = 1_000_000_000_000

// NewPolicy lays out the rows of source_classes, sources and epochs. Numbers
// out of range are brought to the nearest that is in it, as tables are
// validated when written.
func NewPolicy(classes []knowledge.Class, sources []knowledge.Source, epochs []knowledge.Epoch) *Policy {
	p := &Policy{}
	p.addClasses(classes)
	p.addSources(sources)
	for _, e := range epochs {
		if e.Supersedes.Valid && e.Supersedes.V != e.Name {
			if p.superseded == nil {
				p.superseded = make(map[string]struct{})
			}
			p.superseded[e.Supersedes.V] = struct{}{}
		}
	}
	return p
}

func (p *Policy) addClasses(classes []knowledge.Class) {
	for _, c := range classes {
		k := class{name: c.Name, tier: c.Tier, weight: toUnits(c.Weight), confidence: clamp01(c.DefaultConfidence)}
		if hl := c.HalfLife.V * 86_400e6; c.HalfLife.Valid && hl > 0 && !math.IsInf(hl, 1) {
			k.halfLife = hl
		}
		p.classes = append(p.classes, k)
	}
	slices.SortFunc(p.classes, func(a, b class) int {
		return cmp.Or(cmp.Compare(a.tier, b.tier), cmp.Compare(a.name, b.name))
	})
	for i := range p.classByKey {
		p.classByKey[i] = -1
	}
	p.classNext = make([]int32, len(p.classes))
	best := uint64(math.MaxUint64) // tier 0, or whichever is best, has no cap
	for lo := 0; lo < len(p.classes); {
		hi, most := lo, uint64(0)
		for ; hi < len(p.classes) && p.classes[hi].tier == p.classes[lo].tier; hi++ {
			p.classes[hi].tierIx = int32(len(p.tierCaps))
			most = max(most, p.classes[hi].weight)
		}
		p.tierCaps = append(p.tierCaps, best)
		best, lo = most, hi
	}
	p.unknown = class{tier: UnknownTier, tierIx: int32(len(p.tierCaps))}
	p.tierCaps = append(p.tierCaps, best)
	for i := range p.classes {
		k := classKey(p.classes[i].name)
		p.classNext[i], p.classByKey[k] = p.classByKey[k], int32(i)
	}
}

func (p *Policy) addSources(sources []knowledge.Source) {
	if len(sources) == 0 {
		return
	}
	origins := make(map[string]int)
	for _, s := range sources {
		if s.Origin.Valid && s.Origin.V != "" {
			origins[s.Origin.V]++
		}
	}
	p.sources = make(map[string]source, len(sources))
	p.shared = make(map[string]struct{})
	for _, s := range sources {
		e := source{retracted: s.Status == knowledge.SourceRetracted}
		if s.Class.Valid {
			e.class = s.Class.V
		}
		if s.Origin.Valid && origins[s.Origin.V] > 1 {
			e.voice = s.Origin.V
			p.shared[e.voice] = struct{}{}
		}
		p.sources[s.Name] = e
	}
}

// classKey is a cheap hash: there are a handful of classes.
func classKey(name string) uint8 {
	if name == "" {
		return 0
	}
	return (uint8(len(name))*7 + name[0] + name[len(name)-1]*3) & 63
}

// classIndex returns the index of a class, -1 if the table lacks it.
func (p *Policy) classIndex(name string) int32 {
	i := p.classByKey[classKey(name)]
	for i >= 0 && p.classes[i].name != name {
		i = p.classNext[i]
	}
	return i
}

// class returns the class of an index, with -1 what stands for the unknown.
func (p *Policy) class(i int32) *class {
	if i >= 0 {
		return &p.classes[i]
	}
	return &p.unknown
}

// ClassOf returns the registered class of a source, "" if it has none.
func (p *Policy) ClassOf(sourceName string) string { return p.sources[sourceName].class }

// className returns the class that counts for a claim.
func (p *Policy) className(c *Candidate) string {
	if registered := p.ClassOf(c.Source); registered != "" {
		return registered
	}
	return c.Class
}

// Tier returns the tier of a class; false if the table lacks it.
func (p *Policy) Tier(className string) (int16, bool) {
	if i := p.classIndex(className); i >= 0 {
		return p.classes[i].tier, true
	}
	return UnknownTier, false
}

// HasClass reports whether the table has a class.
func (p *Policy) HasClass(name string) bool { return p.classIndex(name) >= 0 }

// Retracted reports whether a source is registered as retracted.
func (p *Policy) Retracted(sourceName string) bool { return p.sources[sourceName].retracted }

// Superseded reports whether another epoch supersedes this one.
func (p *Policy) Superseded(epoch string) bool {
	_, ok := p.superseded[epoch]
	return ok
}

// Voice returns the name under which a source counts as a voice: its origin
// where several registered sources share it, else its own.
func (p *Policy) Voice(sourceName string) string {
	if v := p.sources[sourceName].voice; v != "" {
		return v
	}
	return sourceName
}

// toUnits rounds a number from 0 to 1 to integers of 1e-12.
func toUnits(f float64) uint64 { return uint64(math.Round(clamp01(f) * unit)) }

func clamp01(f float64) float64 {
	if f > 0 { // false for NaN
		return min(f, 1)
	}
	return 0
}

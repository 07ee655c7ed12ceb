package lens

import (
	"math"
	"slices"

	"github.com/stemedb/stemedb/knowledge"
)

// Reason says why a claim is no candidate.
type Reason uint8

// The reasons, in the order in which they are looked for.
const (
	Admitted Reason = iota
	NotRecorded
	Filtered
	Revised
	WrongLifecycle
	NotYetAsserted
	NotValid
	EpochSuperseded
	SourceRetracted
	ClassNotAsked
	SourceNotAsked
	LowConfidence
	Duplicate
	UnknownValue
	NotLatest
)

// String returns the reason in words that follow "it ".
func (r Reason) String() string {
	switch r {
	case Admitted:
		return "is a candidate"
	case NotRecorded:
		return "was not recorded yet"
	case Filtered:
		return "is left out by FILTER"
	case Revised:
		return "is revised by another claim"
	case WrongLifecycle:
		return "is of a lifecycle that was not asked for"
	case NotYetAsserted:
		return "was not asserted yet"
	case NotValid:
		return "does not hold at that time"
	case EpochSuperseded:
		return "belongs to a superseded epoch"
	case SourceRetracted:
		return "is of a retracted source"
	case ClassNotAsked:
		return "is of a class that was not asked for"
	case SourceNotAsked:
		return "is of a source that was not asked for"
	case LowConfidence:
		return "is below the least confidence"
	case Duplicate:
		return "is the same claim as another one"
	case UnknownValue:
		return "says unknown where others say more"
	case NotLatest:
		return "is not its source's latest statement"
	}
	return ""
}

// candidates fills ents with the pair's candidates (spec §2). trace, if not
// nil, has one Reason per claim.
func (r *Resolver) candidates(trace []Reason) {
	r.ents = r.ents[:0]
	revisers, unknown := 0, false
	for i := range r.cands {
		c := &r.cands[i]
		if c.HasRevises {
			revisers++
		}
		n := len(r.ents)
		if n == cap(r.ents) {
			r.ents = slices.Grow(r.ents, 1)
		}
		r.ents = r.ents[:n+1]
		e := &r.ents[n]
		e.row, e.source, e.voice, e.value = int32(i), 0, 0, 0
		why := r.admit(c, e)
		if why != Admitted {
			r.ents = r.ents[:n]
		} else if c.ValueType == knowledge.ValueUnknown {
			unknown = true
		}
		if trace != nil {
			trace[i] = why
		}
	}
	if len(r.ents) > 1 {
		r.dedupe(trace)
	}
	if revisers > 0 && len(r.ents) > 0 {
		r.revise(revisers, trace)
	}
	if len(r.ents) > 1 {
		if unknown {
			r.dropUnknown(trace)
		}
		if r.params.Latest {
			r.keepLatest(trace)
		}
	}
}

// admit applies the rules that look at one claim alone, and sets the entry's
// class, tier and effective confidence.
func (r *Resolver) admit(c *Candidate, e *entry) Reason {
	p := &r.params
	switch {
	case !r.recorded(c):
		return NotRecorded
	case c.Excluded:
		return Filtered
	case c.RevisedElsewhere:
		return Revised
	case !p.Lifecycle.Has(c.Lifecycle):
		return WrongLifecycle
	case c.AssertedAt > p.AssertedUntil.V:
		return NotYetAsserted
	case !p.AnyValidity && (p.ValidAt.V < c.ValidFrom || p.ValidAt.V >= c.ValidTo):
		return NotValid
	case c.HasEpoch && !p.AnyEpoch && r.policy.Superseded(c.Epoch):
		return EpochSuperseded
	}
	name := c.Class
	if len(r.policy.sources) > 0 {
		src := r.policy.sources[c.Source]
		if src.retracted {
			return SourceRetracted
		}
		if src.class != "" {
			name = src.class
		}
	}
	e.class = r.policy.classIndex(name)
	if !r.wanted(e, name) {
		return ClassNotAsked
	}
	if r.sourceOK != nil {
		if _, ok := r.sourceOK[c.Source]; !ok {
			return SourceNotAsked
		}
	}
	return r.weigh(c, e)
}

// recorded reports whether the query may know of a claim: it was recorded by
// then, or the query's own transaction wrote it.
func (r *Resolver) recorded(c *Candidate) bool {
	return c.RecordedAt <= r.query.RecordedBy || c.RecordedAt == knowledge.Infinity
}

// wanted applies the classes parameter to the class that counts.
func (r *Resolver) wanted(e *entry, name string) bool {
	if r.classOK == nil {
		return true
	}
	if e.class >= 0 {
		return r.classOK[e.class]
	}
	return slices.Contains(r.params.Classes, name)
}

// weigh sets tier, weight and effective confidence; the only rule in it is the
// least confidence, which looks at the confidence before decay.
func (r *Resolver) weigh(c *Candidate, e *entry) Reason {
	k := r.policy.class(e.class)
	conf := k.confidence
	if c.HasConfidence {
		conf = clamp01(c.Confidence)
	}
	if conf < r.params.MinConfidence {
		return LowConfidence
	}
	if r.params.Decay && k.halfLife > 0 {
		conf *= decay(r.query.At, c.AssertedAt, k.halfLife)
	}
	e.e, e.tierIx, e.asserted = conf, k.tierIx, c.AssertedAt
	return Admitted
}

// decay returns 0.5^(age / halfLife). It is computed by hand because the
// standard library's differs between architectures in the last bit, and
// replicas must not.
func decay(t, asserted knowledge.Micros, halfLife float64) float64 {
	if asserted >= t {
		return 1
	}
	// As unsigned the difference cannot overflow.
	x := float64(uint64(t)-uint64(asserted)) / halfLife
	whole := math.Floor(x)
	if whole > 2000 {
		return 0
	}
	// 2^-f = exp(-f·ln 2), by Taylor's series; the conversions forbid fused
	// multiply-add.
	y := float64((whole - x) * math.Ln2)
	sum := 1.0
	for n := 20.0; n >= 1; n-- {
		sum = 1 + float64(sum*float64(y/n))
	}
	return math.Ldexp(sum, -int(whole))
}

// dropUnknown drops claims of type unknown where there are others.
func (r *Resolver) dropUnknown(trace []Reason) {
	unknown := 0
	for i := range r.ents {
		if r.cands[r.ents[i].row].ValueType == knowledge.ValueUnknown {
			unknown++
		}
	}
	if unknown == len(r.ents) {
		return
	}
	kept := r.ents[:0]
	for _, e := range r.ents {
		if r.cands[e.row].ValueType != knowledge.ValueUnknown {
			kept = append(kept, e)
		} else if trace != nil {
			trace[e.row] = UnknownValue
		}
	}
	r.ents = kept
}

// keepLatest keeps each source's claims with its greatest asserted_at.
func (r *Resolver) keepLatest(trace []Reason) {
	groups := r.groupSources(r.ents)
	if groups == len(r.ents) {
		return
	}
	r.latest = r.latest[:0]
	for range groups {
		r.latest = append(r.latest, knowledge.NegInfinity)
	}
	for i := range r.ents {
		e := &r.ents[i]
		r.latest[e.source] = max(r.latest[e.source], e.asserted)
	}
	kept := r.ents[:0]
	for _, e := range r.ents {
		if e.asserted == r.latest[e.source] {
			kept = append(kept, e)
		} else if trace != nil {
			trace[e.row] = NotLatest
		}
	}
	r.ents = kept
}

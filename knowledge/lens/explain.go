package lens

import "slices"

// Verdict is what a lens made of one claim: for explain_resolution and for
// tests.
type Verdict struct {
	Row    int32  // the claim's index in the candidates
	Reason Reason // Admitted, or why it is no candidate
	// Rank counts from 1 in the lens's order, 0 for what is no candidate.
	// layered orders all tiers' claims as authority does.
	Rank int
	// Weight is weight × e, what the claim says for its value.
	Weight              float64
	EffectiveConfidence float64
	Class               string
	Tier                int16
	// LosesBy is the key that separates it from the first claim; "" for the
	// first itself and for what is no candidate.
	LosesBy string
}

// Explain returns a verdict on every claim of a pair: candidates by rank, then
// the others as given. Unlike Resolve it allocates.
func (r *Resolver) Explain(cands []Candidate) []Verdict {
	r.cands = cands
	defer func() { r.cands = nil }()
	trace := make([]Reason, len(cands))
	r.candidates(trace)
	if len(r.ents) > 0 {
		r.analyse(r.ents)
	}
	ranked := slices.Clone(r.ents)
	slices.SortFunc(ranked, func(a, b entry) int { return r.compare(&a, &b) })
	out := make([]Verdict, 0, len(cands))
	for i := range ranked {
		e := &ranked[i]
		var res Result
		r.describe(&res, e)
		v := Verdict{Row: e.row, Rank: i + 1, Weight: float64(weightOf(r.policy.class(e.class).weight, e.e)) / unit,
			EffectiveConfidence: e.e, Class: res.Class, Tier: res.Tier}
		if i > 0 {
			v.LosesBy = r.decided(&ranked[0], e)
		}
		out = append(out, v)
	}
	for i, why := range trace {
		if why != Admitted {
			v := Verdict{Row: int32(i), Reason: why, Class: r.policy.className(&cands[i])}
			v.Tier, _ = r.policy.Tier(v.Class)
			out = append(out, v)
		}
	}
	return out
}

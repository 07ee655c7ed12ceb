package lens

import (
	"math/big"
	"slices"
	"strings"

	"github.com/stemedb/stemedb/knowledge"
)

// This file is a second, obvious implementation of spec §2 to hold the first
// one against: maps, big numbers and sorting, no care for speed.

type refClaim struct {
	Candidate
	row                   int
	class                 string
	tier                  int16
	known                 bool
	weight                *big.Int // of the class, in 1e-12
	e                     float64
	value                 string
	voice                 string
	num                   *big.Rat
	s, voices, valSources *big.Int
}

type refInput struct {
	classes []knowledge.Class
	sources []knowledge.Source
	epochs  []knowledge.Epoch
	params  Params
	query   Query
}

func (in *refInput) class(name string) (knowledge.Class, bool) {
	for _, c := range in.classes {
		if c.Name == name {
			return c, true
		}
	}
	return knowledge.Class{}, false
}

func (in *refInput) source(name string) (knowledge.Source, bool) {
	for _, s := range in.sources {
		if s.Name == name {
			return s, true
		}
	}
	return knowledge.Source{}, false
}

func refUnits(f float64) *big.Int {
	scaled := new(big.Rat).Mul(new(big.Rat).SetFloat64(f), big.NewRat(unit, 1))
	// Round half up.
	scaled.Add(scaled, big.NewRat(1, 2))
	return new(big.Int).Div(scaled.Num(), scaled.Denom())
}

func refCandidates(in *refInput, cands []Candidate) []*refClaim {
	recorded := func(c *Candidate) bool {
		return c.RecordedAt <= in.query.RecordedBy || c.RecordedAt == knowledge.Infinity
	}
	at := in.query.At
	byID := map[knowledge.ID]bool{}
	var out []*refClaim
	for i := range cands {
		c := cands[i]
		if !recorded(&c) || c.Excluded || c.RevisedElsewhere || byID[c.ID] {
			continue
		}
		revised := false
		for j := range cands {
			d := &cands[j]
			if d.HasRevises && d.Revises == c.ID && d.ID != c.ID && recorded(d) && (d.MayRevise || d.Source == c.Source) {
				revised = true
			}
		}
		if revised || !in.params.Lifecycle.Has(c.Lifecycle) {
			continue
		}
		said := at
		if in.params.AssertedUntil.Valid {
			said = in.params.AssertedUntil.V
		}
		holds := at
		if in.params.ValidAt.Valid {
			holds = in.params.ValidAt.V
		}
		if c.AssertedAt > said || !in.params.AnyValidity && (holds < c.ValidFrom || holds >= c.ValidTo) {
			continue
		}
		old := false
		for _, e := range in.epochs {
			old = old || c.HasEpoch && e.Supersedes.Valid && e.Supersedes.V == c.Epoch
		}
		if old && !in.params.AnyEpoch {
			continue
		}
		k := &refClaim{Candidate: c, row: i, class: c.Class, voice: c.Source}
		if s, ok := in.source(c.Source); ok {
			if s.Status == knowledge.SourceRetracted {
				continue
			}
			if s.Class.Valid {
				k.class = s.Class.V
			}
			share := 0
			for _, o := range in.sources {
				if s.Origin.Valid && o.Origin == s.Origin {
					share++
				}
			}
			if share > 1 {
				k.voice = s.Origin.V
			}
		}
		if in.params.Classes != nil && !slices.Contains(in.params.Classes, k.class) ||
			in.params.Sources != nil && !slices.Contains(in.params.Sources, c.Source) {
			continue
		}
		cl, ok := in.class(k.class)
		k.known, k.tier, k.weight, k.e = ok, cl.Tier, refUnits(cl.Weight), cl.DefaultConfidence
		if !ok {
			k.tier = UnknownTier
		}
		if c.HasConfidence {
			k.e = c.Confidence
		}
		if k.e < in.params.MinConfidence {
			continue
		}
		if in.params.Decay && cl.HalfLife.Valid {
			k.e *= decay(at, c.AssertedAt, cl.HalfLife.V*86_400e6)
		}
		byID[c.ID] = true
		out = append(out, k)
	}
	return refLatest(in, refUnknown(out))
}

func refUnknown(in []*refClaim) []*refClaim {
	known := slices.DeleteFunc(slices.Clone(in), func(k *refClaim) bool { return k.ValueType == knowledge.ValueUnknown })
	if len(known) > 0 {
		return known
	}
	return in
}

func refLatest(in *refInput, ks []*refClaim) []*refClaim {
	if !in.params.Latest {
		return ks
	}
	latest := map[string]knowledge.Micros{}
	for _, k := range ks {
		if t, ok := latest[k.Source]; !ok || k.AssertedAt > t {
			latest[k.Source] = k.AssertedAt
		}
	}
	return slices.DeleteFunc(ks, func(k *refClaim) bool { return k.AssertedAt != latest[k.Source] })
}

func refKeys(kind Kind) []string {
	authority := []string{"tier", "effective_confidence", "asserted_at", "id"}
	switch kind {
	case Recency:
		return []string{"asserted_at", "tier", "effective_confidence", "id"}
	case Confidence:
		return []string{"effective_confidence", "tier", "asserted_at", "id"}
	case Consensus:
		return append([]string{"voices", "support"}, authority...)
	case Weighted:
		return append([]string{"support"}, authority...)
	case Skeptic:
		return append([]string{"s"}, authority...)
	}
	return authority
}

// refResolve is Resolve with everything needed.
func refResolve(in *refInput, cands []Candidate) []Result {
	ks := refCandidates(in, cands)
	if in.params.Kind != Layered {
		return refRows(in, ks)
	}
	byTier := map[int16][]*refClaim{}
	var tiers []int16
	for _, k := range ks {
		if byTier[k.tier] == nil {
			tiers = append(tiers, k.tier)
		}
		byTier[k.tier] = append(byTier[k.tier], k)
	}
	slices.Sort(tiers)
	var out []Result
	for _, t := range tiers {
		out = append(out, refRows(in, byTier[t])...)
	}
	return out
}

func refRows(in *refInput, ks []*refClaim) []Result {
	if len(ks) == 0 {
		return nil
	}
	refValues(in, ks)
	total, allVoices := new(big.Int), new(big.Int)
	best, mostVoices := new(big.Int), new(big.Int)
	reps := map[string]*refClaim{}
	for _, k := range ks {
		if reps[k.value] == nil {
			reps[k.value] = k
			total.Add(total, k.s)
			allVoices.Add(allVoices, k.voices)
		}
		if k.s.Cmp(best) > 0 {
			best = k.s
		}
		if k.voices.Cmp(mostVoices) > 0 {
			mostVoices = k.voices
		}
	}
	share := func(k *refClaim) *big.Int { return k.s }
	whole, top := total, best
	if total.Sign() == 0 {
		share = func(k *refClaim) *big.Int { return k.voices }
		whole, top = allVoices, mostVoices
	}
	byKey := map[string]func(a, b *refClaim) int{
		"asserted_at":          func(a, b *refClaim) int { return int(b.AssertedAt - a.AssertedAt) },
		"tier":                 func(a, b *refClaim) int { return int(a.tier) - int(b.tier) },
		"effective_confidence": func(a, b *refClaim) int { return big.NewFloat(b.e).Cmp(big.NewFloat(a.e)) },
		"id":                   func(a, b *refClaim) int { return strings.Compare(a.ID.String(), b.ID.String()) },
		"voices":               func(a, b *refClaim) int { return b.voices.Cmp(a.voices) },
		"support":              func(a, b *refClaim) int { return share(b).Cmp(share(a)) },
		"s":                    func(a, b *refClaim) int { return b.s.Cmp(a.s) },
	}
	keys := refKeys(in.params.Kind)
	separates := func(a, b *refClaim) (string, int) {
		for _, key := range keys {
			if c := byKey[key](a, b); c != 0 {
				return key, c
			}
		}
		return "", 0
	}
	slices.SortFunc(ks, func(a, b *refClaim) int { _, c := separates(a, b); return c })
	var out []Result
	row := func(k *refClaim) {
		res := Result{Row: int32(k.row), Class: k.class, Tier: k.tier, EffectiveConfidence: k.e,
			Candidates: int64(len(ks)), DistinctValues: int64(len(reps)), Support: 1, Status: Unanimous}
		if len(reps) > 1 {
			res.Support, _ = new(big.Rat).SetFrac(share(k), whole).Float64()
			rest := new(big.Int).Sub(whole, top)
			res.ConflictScore, _ = new(big.Rat).SetFrac(rest.Mul(rest, big.NewInt(2)), whole).Float64()
			res.ConflictScore = min(1, res.ConflictScore)
			res.Status = Agreed
			if k.s.Cmp(best) < 0 {
				res.Status = Overruled
			} else if res.ConflictScore >= 0.4 {
				res.Status = Contested
			}
			for _, o := range ks {
				if o.value != k.value {
					res.DecidedBy, _ = separates(k, o)
					break
				}
			}
			if res.DecidedBy == "s" {
				res.DecidedBy = "support"
			}
		}
		out = append(out, res)
	}
	seen := map[string]bool{}
	for _, k := range ks {
		if !seen[k.value] {
			row(k)
		}
		seen[k.value] = true
		if in.params.Kind != Skeptic {
			break
		}
	}
	return out
}

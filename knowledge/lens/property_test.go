package lens

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stemedb/stemedb/knowledge"
)

// world makes random policies, parameters and claims from a small stock, so
// that ties, repeats and shared origins are common.
type world struct{ *rand.Rand }

func (w world) one(list ...string) string { return list[w.IntN(len(list))] }

func (w world) chance(percent int) bool { return w.IntN(100) < percent }

func (w world) input() *refInput {
	in := &refInput{classes: knowledge.DefaultClasses(), query: Query{At: 100, RecordedBy: 50}}
	if w.chance(30) {
		in.classes = append(in.classes, knowledge.Class{Name: "court", Tier: int16(w.IntN(4)), Weight: 0.8, DefaultConfidence: 0.5})
	}
	if w.chance(20) {
		in.classes = in.classes[w.IntN(3):]
	}
	if w.chance(15) { // nobody weighs anything
		for i := range in.classes {
			in.classes[i].Weight = 0
		}
	}
	for _, name := range []string{"a", "b", "c", "o1"} {
		if w.chance(40) {
			s := knowledge.Source{Name: name}
			if w.chance(40) {
				s.Class = knowledge.Some(w.one("regulatory", "clinical", "community", "lost"))
			}
			if w.chance(10) {
				s.Status = knowledge.SourceRetracted
			}
			if w.chance(60) {
				s.Origin = knowledge.Some(w.one("o1", "o2"))
			}
			in.sources = append(in.sources, s)
		}
	}
	if w.chance(30) {
		in.epochs = []knowledge.Epoch{{Name: "new", Supersedes: knowledge.Some("old")}}
	}
	in.params = w.params()
	return in
}

func (w world) params() Params {
	p := NewParams(Kind(w.IntN(int(kindCount))))
	if w.chance(20) {
		p.MinConfidence = float64(w.IntN(5)) / 4
	}
	if w.chance(50) {
		p.Lifecycle = AnyLifecycle
	}
	if w.chance(10) {
		p.Classes = []string{"clinical", "community", "lost"}
	}
	if w.chance(10) {
		p.Sources = []string{"a", "b", "d"}
	}
	p.Latest = w.chance(60)
	if w.chance(20) {
		p.ValidAt = knowledge.Some(knowledge.Micros(w.IntN(20)))
	}
	p.AnyValidity = w.chance(30)
	if w.chance(20) {
		p.AssertedUntil = knowledge.Some(knowledge.Micros(w.IntN(120)))
	}
	p.AnyEpoch = w.chance(30)
	p.Decay = w.chance(30)
	if w.chance(40) {
		p.Tolerance = []float64{0.1, 0.3, 0.05, 1, 2, 1e-9}[w.IntN(6)]
	}
	return p
}

func (w world) claim(ids int) Candidate {
	c := Candidate{
		Source: w.one("a", "b", "c", "d", "e", "o1"),
		Class:  w.one("regulatory", "clinical", "observational", "expert", "community", "anecdotal", "court", "lost"),
		Value:  w.one("1", "1.0", "1e0", "10", "11", "12", "0", "-1", "1.1", "13", "0.9", "true"),
		// Times: few, so that they tie.
		AssertedAt: knowledge.Micros(w.IntN(6) * 20), RecordedAt: knowledge.Micros(w.IntN(60)),
		ValidFrom: knowledge.NegInfinity, ValidTo: knowledge.Infinity,
		Lifecycle: knowledge.LifecycleApproved,
	}
	c.ID[0], c.ID[31] = byte(w.IntN(ids)), 7
	c.ValueType = knowledge.InferValueType(c.Value)
	switch w.IntN(10) {
	case 0:
		c.ValueType = knowledge.ValueText
	case 1:
		c.ValueType, c.Value = knowledge.ValueUnknown, "?"
	case 2:
		c.ValueType, c.Value = knowledge.ValueJSON, w.one(`{"a":1,"b":2}`, `{"b":2.0, "a":1}`, `[1]`)
	case 3:
		c.ValueType, c.Value = knowledge.ValueNumber, "not a number"
	}
	if c.ValueType == knowledge.ValueNumber && w.chance(50) {
		c.Number, _ = knowledge.CanonicalNumber(c.Value)
	}
	if w.chance(30) {
		c.HasUnit, c.Unit = true, w.one("kg", "g", "")
	}
	if w.chance(70) {
		c.HasConfidence, c.Confidence = true, float64(w.IntN(11))/10
	}
	if w.chance(10) {
		c.Lifecycle = knowledge.LifecycleProposed
	}
	if w.chance(20) {
		c.ValidFrom, c.ValidTo = knowledge.Micros(w.IntN(10)), knowledge.Micros(10+w.IntN(120))
	}
	if w.chance(20) {
		c.HasEpoch, c.Epoch = true, w.one("old", "new", "other")
	}
	if w.chance(15) {
		c.HasRevises, c.MayRevise = true, w.chance(30)
		c.Revises[0], c.Revises[31] = byte(w.IntN(ids)), 7
	}
	if w.chance(5) {
		c.RecordedAt = knowledge.Infinity
	}
	c.Excluded, c.RevisedElsewhere = w.chance(5), w.chance(5)
	return c
}

// pair makes claims with distinct content per id.
func (w world) pair(n int) []Candidate {
	byID := map[knowledge.ID]bool{}
	var out []Candidate
	for range n {
		if c := w.claim(2 * n); !byID[c.ID] {
			byID[c.ID] = true
			out = append(out, c)
		}
	}
	return out
}

func (in *refInput) resolver() *Resolver {
	return NewResolver(NewPolicy(in.classes, in.sources, in.epochs), &in.params, in.query, NeedAll)
}

// byID puts rows in a form that does not depend on where a claim lay.
func byID(rows []Result, cands []Candidate) string {
	var b strings.Builder
	for _, r := range rows {
		id := cands[r.Row].ID
		r.Row = 0
		fmt.Fprintf(&b, "%s %+v\n", id, r)
	}
	return b.String()
}

// near compares rows; support and score may differ in the last bit, as the
// reference divides exactly and the lens divides floats.
func near(got, want []Result) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		g, w := got[i], want[i]
		if math.Abs(g.Support-w.Support) > 1e-14 || math.Abs(g.ConflictScore-w.ConflictScore) > 1e-14 {
			return false
		}
		g.Support, g.ConflictScore = w.Support, w.ConflictScore
		if !reflect.DeepEqual(g, w) {
			return false
		}
	}
	return true
}

func seeded(t testing.TB) world {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return world{rand.New(rand.NewPCG(seed, 1))}
}

func TestAgainstReference(t *testing.T) {
	w := seeded(t)
	for round := range 30_000 {
		in := w.input()
		n := 1 + w.IntN(7)
		if round%10 == 0 {
			n = 10 + w.IntN(40) // the hashed paths
		}
		cands := w.pair(n)
		got, want := in.resolver().Resolve(cands), refResolve(in, cands)
		if !near(got, want) {
			t.Fatalf("round %d\nparams %+v\nclasses %+v\nsources %+v\nclaims %s\ngot  %+v\nwant %+v",
				round, in.params, in.classes, in.sources, dump(cands), got, want)
		}
	}
}

func dump(cands []Candidate) string {
	var b strings.Builder
	for i := range cands {
		fmt.Fprintf(&b, "\n  %d: %+v", i, cands[i])
	}
	return b.String()
}

func TestOrderAndDuplicatesDoNotMatter(t *testing.T) {
	w := seeded(t)
	for round := range 10_000 {
		in := w.input()
		cands := w.pair(1 + w.IntN(24))
		r := in.resolver() // reused, so that what it keeps is tested too
		want := byID(r.Resolve(cands), cands)
		other := append([]Candidate(nil), cands...)
		for range w.IntN(4) {
			other = append(other, other[w.IntN(len(other))])
		}
		w.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		if got := byID(r.Resolve(other), other); got != want {
			t.Fatalf("round %d: params %+v%s\nin order:\n%s\nshuffled:\n%s", round, in.params, dump(cands), want, got)
		}
	}
}

// Columns asked for have the same values whatever else is asked for.
func TestNeed(t *testing.T) {
	w := seeded(t)
	for range 5_000 {
		in := w.input()
		cands := w.pair(1 + w.IntN(8))
		policy := NewPolicy(in.classes, in.sources, in.epochs)
		all := NewResolver(policy, &in.params, in.query, NeedAll).Resolve(cands)
		need := Need(w.IntN(int(NeedAll) + 1))
		some := NewResolver(policy, &in.params, in.query, need).Resolve(cands)
		if len(all) != len(some) {
			t.Fatalf("need %b: %d rows, not %d", need, len(some), len(all))
		}
		for i, a := range all {
			b := some[i]
			if need&NeedSupport == 0 {
				b.Support = a.Support
			}
			if need&NeedConflict == 0 {
				b.ConflictScore = a.ConflictScore
			}
			if need&NeedDistinct == 0 {
				b.DistinctValues = a.DistinctValues
			}
			if need&NeedStatus == 0 {
				b.Status = a.Status
			}
			if need&NeedDecidedBy == 0 {
				b.DecidedBy = a.DecidedBy
			}
			if a != b {
				t.Fatalf("need %b: %+v\nwant %+v", need, b, a)
			}
		}
	}
}

// Explain ranks first what Resolve returns, and gives every claim once.
func TestExplainAgrees(t *testing.T) {
	w := seeded(t)
	for range 5_000 {
		in := w.input()
		if in.params.Kind == Layered {
			continue // its rows are ranked within tiers
		}
		cands := w.pair(1 + w.IntN(20))
		rows := append([]Result(nil), in.resolver().Resolve(cands)...)
		verdicts := in.resolver().Explain(cands)
		if len(verdicts) != len(cands) {
			t.Fatalf("%d verdicts on %d claims", len(verdicts), len(cands))
		}
		if len(rows) == 0 != (verdicts[0].Rank == 0) || len(rows) > 0 && rows[0].Row != verdicts[0].Row {
			t.Fatalf("rows %+v\nverdicts %+v", rows, verdicts)
		}
	}
}

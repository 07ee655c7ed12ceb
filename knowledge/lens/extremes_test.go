package lens

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/knowledge"
)

func plain(i int, value string) Candidate {
	c := Candidate{Value: value, ValueType: knowledge.InferValueType(value), Source: fmt.Sprintf("s%d", i), Class: "expert",
		Lifecycle: knowledge.LifecycleApproved, ValidFrom: knowledge.NegInfinity, ValidTo: knowledge.Infinity,
		HasConfidence: true, Confidence: 1}
	c.ID[0], c.ID[1], c.ID[2] = byte(i>>16), byte(i>>8), byte(i)
	return c
}

func defaultPolicy() *Policy { return NewPolicy(knowledge.DefaultClasses(), nil, nil) }

func TestSumsSaturate(t *testing.T) {
	if got := addCapped(math.MaxUint64-1, 5); got != math.MaxUint64 {
		t.Errorf("sum %d", got)
	}
	// W·M/W(tier) at the ends of its range.
	for _, sum := range []uint64{unit, unit * 1_000_000, math.MaxUint64} {
		r := &Resolver{policy: defaultPolicy(), values: make([]value, 2), cells: []cell{{value: 0, w: sum / 2, next: 1}, {value: 1, w: sum - sum/2, next: -1}}}
		r.addTier(0, unit/2)
		for v, c := range r.cells {
			want := new(big.Int).Mul(new(big.Int).SetUint64(c.w), big.NewInt(unit/2))
			want.Div(want, new(big.Int).SetUint64(sum))
			if r.values[v].s != want.Uint64() {
				t.Errorf("sum %d: s = %d, want %d", sum, r.values[v].s, want)
			}
		}
	}
	if weightOf(unit, 1) != unit {
		t.Error("1 × 1 is not 1")
	}
	if weightOf(900_000_000_000, 0.9) != 810_000_000_000 {
		t.Error(".9 × .9 is not .81")
	}
}

func TestTablesOutOfRange(t *testing.T) {
	p := NewPolicy([]knowledge.Class{
		{Name: "a", Weight: math.NaN(), DefaultConfidence: math.Inf(1), HalfLife: knowledge.Some(math.NaN())},
		{Name: "b", Tier: -5, Weight: 7, DefaultConfidence: -1, HalfLife: knowledge.Some(-1.0)},
	}, nil, nil)
	if a, b := p.classes[1], p.classes[0]; a.weight != 0 || a.confidence != 1 || a.halfLife != 0 || b.weight != unit || b.confidence != 0 || b.halfLife != 0 {
		t.Errorf("%+v", p.classes)
	}
	if tier, ok := p.Tier("c"); ok || tier != UnknownTier {
		t.Error("an unknown class has a tier")
	}
	params := NewParams(Weighted)
	c := []Candidate{plain(1, "x"), plain(2, "y")}
	c[0].Confidence, c[1].Confidence = math.NaN(), math.Inf(1)
	rows := NewResolver(defaultPolicy(), &params, Query{RecordedBy: Bounded}, NeedAll).Resolve(c)
	if rows[0].Row != 1 || rows[0].Support != 1 {
		t.Errorf("%+v", rows)
	}
	empty := NewResolver(NewPolicy(nil, nil, nil), &params, Query{RecordedBy: Bounded}, NeedAll)
	if rows := empty.Resolve(c); len(rows) != 1 || rows[0].Tier != UnknownTier || rows[0].Support != 0.5 {
		t.Errorf("%+v", rows)
	}
}

func TestDecay(t *testing.T) {
	for _, x := range []float64{0, 1e-9, 0.1, 0.5, 1, 1.5, 2, 10, 100.25, 1000, 1e9} {
		at := knowledge.Micros(x * 1e6)
		if got, want := decay(at, 0, 1e6), math.Exp2(-float64(at)/1e6); math.Abs(got-want) > 1e-15*want {
			t.Errorf("2^-%v = %v, want %v", x, got, want)
		}
	}
	if decay(knowledge.Infinity-1, knowledge.NegInfinity+1, 1e6) != 0 || decay(0, 5, 1) != 1 {
		t.Error("extreme ages")
	}
	if decay(2e6, 0, 1e6) != 0.25 {
		t.Error("whole half-lives are not exact")
	}
}

// A pair of very many claims takes time in proportion, whatever is asked: were it
// the square of it, who runs the tests would notice.
func TestManyCandidates(t *testing.T) {
	const n = 100_000
	cands := make([]Candidate, n)
	for i := range cands {
		cands[i] = plain(i, fmt.Sprint(1000+i%50_000))
		if i%7 == 0 {
			cands[i].HasRevises, cands[i].MayRevise = true, true
			cands[i].Revises = cands[(i*31+1)%n].ID
		}
	}
	slices.Reverse(cands) // not the order of ids
	cands = append(cands, cands[:1000]...)
	for k := Kind(0); k < kindCount; k++ {
		p := NewParams(k)
		p.Tolerance = 0.001
		if rows := NewResolver(defaultPolicy(), &p, Query{RecordedBy: Bounded}, NeedAll).Resolve(cands); len(rows) == 0 {
			t.Errorf("%s: no rows", k)
		}
	}
}

// Numbers whose exponents lie far apart are told apart without being written
// out, which would take gigabytes.
func TestToleranceFarApart(t *testing.T) {
	var cands []Candidate
	for i := range 2000 {
		cands = append(cands, plain(i, fmt.Sprintf("1e%d", i*60)), plain(10_000+i, fmt.Sprintf("-1e-%d", i)))
	}
	for _, tol := range []float64{1, 0.5, 1e-300, MaxTolerance} {
		p := NewParams(Skeptic)
		p.Tolerance = tol
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		NewResolver(defaultPolicy(), &p, Query{RecordedBy: Bounded}, NeedAll).Resolve(cands)
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 256<<20 {
			t.Errorf("tolerance %v allocated %d bytes", tol, n)
		}
	}
}

func TestNear(t *testing.T) {
	for _, c := range []struct {
		r     float64
		it, x string
		want  bool
	}{
		{0.3, "10", "13", true}, {0.3, "10", "13.000000000000000000000000001", false},
		{0.1, "-10", "-9", true}, {0.1, "-10", "9", false}, {1, "5", "0", true}, {0.999, "5", "0", false},
		{1, "5", "1e-16000", true}, {1, "5", "-1e-16000", false}, {2, "5", "-1e-16000", true},
		{1, "1e-16000", "5", false}, {MaxTolerance, "1", "1000001", true}, {MaxTolerance, "1", "1000001.5", false},
		{1e-20, "1e30", "1000000000000000000010000000000", true}, {1e-20, "1e30", "1000000000000000000010000000001", false},
		{5, "0", "1e-16000", false},
	} {
		tol := newTolerance(c.r)
		for i, text := range []string{c.it, c.x} {
			num, err := knowledge.CanonicalNumber(text)
			if err != nil {
				t.Fatal(err)
			}
			tol.nums = append(tol.nums, newNumber(int32(i), &Candidate{}, num))
		}
		if got := tol.near(0, 1); got != c.want {
			t.Errorf("|%s - %s| <= %v·|it|: %v", c.x, c.it, c.r, got)
		}
	}
}

func TestParams(t *testing.T) {
	def := NewParams(Recency)
	set := map[string]any{"min_confidence": int64(1), "lifecycle": []string{"proposed"}, "classes": "A, b", "sources": []any{"x"},
		"latest": false, "valid_at": "any", "asserted_until": knowledge.Micros(5), "epochs": "any", "decay": true, "tolerance": 0.5, "aliases": false}
	p := def
	for _, spec := range ParamSpecs() {
		if err := p.Set(spec.Name, set[spec.Name]); err != nil {
			t.Errorf("%s: %v", spec.Name, err)
		}
	}
	if p.MinConfidence != 1 || p.Lifecycle != 1 || !slices.Equal(p.Classes, []string{"a", "b"}) || !slices.Equal(p.Sources, []string{"x"}) ||
		p.Latest || !p.AnyValidity || p.AssertedUntil.V != 5 || !p.AnyEpoch || !p.Decay || p.Tolerance != 0.5 || p.Aliases {
		t.Errorf("%+v", p)
	}
	for _, spec := range ParamSpecs() {
		if err := p.Set(spec.Name, struct{}{}); err == nil || !strings.Contains(err.Error(), spec.Name) {
			t.Errorf("%s takes anything: %v", spec.Name, err)
		}
		if err := p.Set(spec.Name, nil); err != nil {
			t.Errorf("%s: %v", spec.Name, err)
		}
	}
	if p.Classes != nil || p.Sources != nil || p.Lifecycle != def.Lifecycle || !p.Latest || !p.Aliases || p.AssertedUntil.Valid || p.AnyValidity {
		t.Errorf("NULL does not restore the defaults: %+v", p)
	}
	var pe *ParamError
	if err := p.Set("speed", 1.0); !errors.As(err, &pe) || !pe.Unknown || pe.Hint == "" {
		t.Errorf("%v", err)
	}
	if _, err := ParseKind("gut_feeling"); !errors.Is(err, ErrUnknownKind) {
		t.Errorf("%v", err)
	}
	for _, name := range Names() {
		if k, err := ParseKind(name); err != nil || k.String() != name || k.Description() == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package lens

import (
	"fmt"
	"testing"

	"github.com/stemedb/stemedb/knowledge"
)

// fourClaims are a pair as the demo has them: four sources, two values.
func fourClaims() []Candidate {
	classes := []string{"regulatory", "clinical", "community", "anecdotal"}
	var cands []Candidate
	for i, class := range classes {
		c := plain(i, []string{"Caracas", "Valencia"}[i%2])
		c.Class, c.Source, c.Confidence = class, "https://example.org/source/"+class, 0.5+float64(i)/10
		c.AssertedAt = knowledge.Micros(i)
		cands = append(cands, c)
	}
	return cands
}

func BenchmarkResolve(b *testing.B) {
	four := fourClaims()
	var many []Candidate
	for i := range 500 {
		c := plain(i, fmt.Sprint(i%3))
		c.Number, _ = knowledge.CanonicalNumber(c.Value)
		many = append(many, c)
	}
	registered := NewPolicy(knowledge.DefaultClasses(), []knowledge.Source{
		{Name: four[0].Source, Class: knowledge.Some("regulatory")}, {Name: four[1].Source, Class: knowledge.Some("expert")}}, nil)
	for _, bc := range []struct {
		name   string
		kind   Kind
		need   Need
		cands  []Candidate
		policy *Policy
	}{
		{"authority/1/winner", Authority, 0, four[:1], defaultPolicy()},
		{"authority/4/winner", Authority, 0, four, defaultPolicy()},
		{"authority/4/winner/registered", Authority, 0, four, registered},
		{"authority/4/full", Authority, NeedAll, four, defaultPolicy()},
		{"consensus/4/full", Consensus, NeedAll, four, defaultPolicy()},
		{"skeptic/4/full", Skeptic, NeedAll, four, defaultPolicy()},
		{"layered/4/full", Layered, NeedAll, four, defaultPolicy()},
		{"authority/500/winner", Authority, 0, many, defaultPolicy()},
		{"authority/500/full", Authority, NeedAll, many, defaultPolicy()},
	} {
		b.Run(bc.name, func(b *testing.B) {
			p := NewParams(bc.kind)
			r := NewResolver(bc.policy, &p, Query{At: 100, RecordedBy: Bounded}, bc.need)
			b.ReportAllocs()
			for b.Loop() {
				if len(r.Resolve(bc.cands)) == 0 {
					b.Fatal("no row")
				}
			}
		})
	}
}

// A warm resolver allocates nothing.
func TestNoAllocation(t *testing.T) {
	four := fourClaims()
	four[3].ValueType, four[3].Value = knowledge.ValueNumber, "12.50" // Number to be computed
	for k := Kind(0); k < kindCount; k++ {
		p := NewParams(k)
		r := NewResolver(defaultPolicy(), &p, Query{At: 100, RecordedBy: Bounded}, NeedAll)
		if n := testing.AllocsPerRun(100, func() { r.Resolve(four) }); n != 0 {
			t.Errorf("%s: %v allocations a pair", k, n)
		}
	}
}

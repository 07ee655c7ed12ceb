package lens

import (
	"hash/maphash"
	"slices"

	"github.com/stemedb/stemedb/knowledge"
)

// Resolver resolves pairs under one lens at one time. It reuses its memory and
// so belongs to one goroutine.
type Resolver struct {
	policy *Policy
	params Params
	query  Query
	need   Need
	rule   rule

	classOK   []bool // by class index; nil: all
	sourceOK  map[string]struct{}
	tolerance tolerance

	cands   []Candidate
	ents    []entry
	values  []value
	scored  bool // the values' support has been computed
	cells   []cell
	heads   []int32 // per tier: its cells
	order   []int32 // of values, for skeptic and tolerance
	total   uint64  // Σ s
	voices  int64   // Σ voices of values
	best    uint64  // greatest s
	most    int64   // most voices of a value
	results []Result

	seed   maphash.Seed
	table  table
	keys   []groupKey
	latest []knowledge.Micros
	canon  canonizer
}

// entry is a candidate that passed the rules, with what its ordering needs.
type entry struct {
	row      int32 // in cands
	source   int32 // group of equal sources
	voice    int32
	value    int32
	class    int32 // -1: unknown
	tierIx   int32
	asserted knowledge.Micros
	e        float64
}

// NewResolver returns a resolver of a lens at a query's time that computes the
// columns in need.
func NewResolver(policy *Policy, params *Params, query Query, need Need) *Resolver {
	r := &Resolver{seed: maphash.MakeSeed()}
	r.Reset(policy, params, query, need)
	return r
}

// keepEntries is how many candidates' scratch outlives a Reset.
const keepEntries = 4096

// Reset makes the resolver as new, but keeps its memory: a query that is asked
// often pays for it once.
func (r *Resolver) Reset(policy *Policy, params *Params, query Query, need Need) {
	if cap(r.ents) > keepEntries {
		*r = Resolver{seed: r.seed}
	}
	r.policy, r.params, r.query, r.need, r.rule = policy, *params, query, need, ruleOf(params.Kind)
	r.classOK, r.sourceOK, r.tolerance = nil, nil, tolerance{}
	r.cands = nil
	if params.Classes != nil {
		r.classOK = make([]bool, len(policy.classes))
		for i := range policy.classes {
			r.classOK[i] = slices.Contains(params.Classes, policy.classes[i].name)
		}
	}
	if params.Sources != nil {
		r.sourceOK = make(map[string]struct{}, len(params.Sources))
		for _, s := range params.Sources {
			r.sourceOK[s] = struct{}{}
		}
	}
	if params.Tolerance > 0 {
		r.tolerance = newTolerance(params.Tolerance)
	}
	if !r.params.AssertedUntil.Valid {
		r.params.AssertedUntil = knowledge.Some(query.At)
	}
	if !r.params.ValidAt.Valid {
		r.params.ValidAt = knowledge.Some(query.At)
	}
}

// Resolve returns the rows of one pair: none without a candidate, one for most
// lenses, one per distinct value for skeptic, one per tier for layered. They
// live until the next call.
func (r *Resolver) Resolve(cands []Candidate) []Result {
	r.cands, r.results = cands, r.results[:0]
	r.candidates(nil)
	switch len(r.ents) {
	case 0:
	case 1:
		r.alone(&r.ents[0])
	default:
		switch r.params.Kind {
		case Layered:
			r.layered()
		case Skeptic:
			r.skeptic()
		default:
			r.single(r.ents)
		}
	}
	r.cands = nil
	return r.results
}

// alone adds the row of an undisputed claim.
func (r *Resolver) alone(e *entry) {
	r.unanimous(r.add(e), 1)
}

// unanimous fills in the numbers of a row whose value nobody disputes.
func (r *Resolver) unanimous(res *Result, candidates int) {
	res.Support, res.Candidates, res.DistinctValues, res.Status = 1, int64(candidates), 1, Unanimous
}

// add starts a row. Rows and entries are filled in where they will stay:
// copying them there costs more than the rest of a small pair.
func (r *Resolver) add(e *entry) *Result {
	n := len(r.results)
	if n == cap(r.results) {
		r.results = slices.Grow(r.results, 1)
	}
	r.results = r.results[:n+1]
	res := &r.results[n]
	*res = Result{}
	r.describe(res, e)
	return res
}

// describe fills in what a row says of its claim alone.
func (r *Resolver) describe(res *Result, e *entry) {
	k := r.policy.class(e.class)
	res.Row, res.Class, res.Tier, res.EffectiveConfidence = e.row, k.name, k.tier, e.e
	if e.class < 0 {
		res.Class = r.policy.className(&r.cands[e.row])
	}
}

// single adds the one row of a set of claims.
func (r *Resolver) single(ents []entry) {
	if r.need != 0 || r.params.Kind.needsSupport() {
		if r.analyse(ents) > 1 {
			win := r.first(ents, -1)
			r.disputed(ents, win)
			return
		}
	}
	win := r.first(ents, -1)
	res := r.add(win)
	if r.need != 0 {
		r.unanimous(res, len(ents))
	} else {
		res.Candidates = int64(len(ents))
	}
}

// disputed adds the row of a claim whose value others contradict.
func (r *Resolver) disputed(ents []entry, win *entry) {
	res := r.add(win)
	res.Candidates, res.DistinctValues = int64(len(ents)), int64(len(r.values))
	r.score(res, win)
	if r.need&NeedDecidedBy != 0 {
		if other := r.first(ents, win.value); other != nil {
			res.DecidedBy = r.decided(win, other)
		}
	}
}

// layered adds a row for each tier, best first.
func (r *Resolver) layered() {
	slices.SortFunc(r.ents, func(a, b entry) int { return int(a.tierIx) - int(b.tierIx) })
	for lo := 0; lo < len(r.ents); {
		hi := lo + 1
		for hi < len(r.ents) && r.ents[hi].tierIx == r.ents[lo].tierIx {
			hi++
		}
		if tier := r.ents[lo:hi]; len(tier) == 1 {
			r.alone(&tier[0])
		} else {
			r.single(tier)
		}
		lo = hi
	}
}

// skeptic adds a row for each value, best supported first.
func (r *Resolver) skeptic() {
	n := r.analyse(r.ents)
	r.order = slices.Grow(r.order[:0], n)[:n]
	for v := range r.order {
		r.order[v] = -1
	}
	for i := range r.ents {
		e := &r.ents[i]
		if at := r.order[e.value]; at < 0 || r.compare(e, &r.ents[at]) < 0 {
			r.order[e.value] = int32(i)
		}
	}
	slices.SortFunc(r.order, func(a, b int32) int { return r.compare(&r.ents[a], &r.ents[b]) })
	for i, at := range r.order {
		win := &r.ents[at]
		res := r.add(win)
		if n == 1 {
			r.unanimous(res, len(r.ents))
			return
		}
		res.Candidates, res.DistinctValues = int64(len(r.ents)), int64(n)
		r.score(res, win)
		other := r.order[0]
		if i == 0 {
			other = r.order[1]
		}
		res.DecidedBy = r.decided(win, &r.ents[other])
	}
}

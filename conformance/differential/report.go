package differential

import (
	"fmt"
	"io"
	"slices"

	"github.com/stemedb/stemedb/conformance/oracle"
)

// Report counts what a run did.
type Report struct {
	Kinds  []string
	counts map[string]*tally
	drawn  map[string]int
	good   map[string]int // draws in queries that both answered alike, without error
	causes map[string]int
}

// tally is a kind's line of the table.
type tally struct {
	Queries, Errors, Unsupported, Resources, Order, Known, Differences int
}

// NewReport returns an empty report in which every label counts nought.
func NewReport(labels []string) *Report {
	r := &Report{counts: map[string]*tally{}, drawn: map[string]int{}, good: map[string]int{}, causes: map[string]int{}}
	for _, l := range labels {
		r.drawn[l] = 0
	}
	return r
}

func (r *Report) of(kind string) *tally {
	t := r.counts[kind]
	if t == nil {
		t = &tally{}
		r.counts[kind] = t
		r.Kinds = append(r.Kinds, kind)
	}
	return t
}

// Add adds what another run of the same targets did.
func (r *Report) Add(o *Report) {
	for k, t := range o.counts {
		sum := r.of(k)
		sum.Queries += t.Queries
		sum.Errors += t.Errors
		sum.Unsupported += t.Unsupported
		sum.Resources += t.Resources
		sum.Order += t.Order
		sum.Known += t.Known
		sum.Differences += t.Differences
	}
	for _, m := range [][2]map[string]int{{r.drawn, o.drawn}, {r.good, o.good}, {r.causes, o.causes}} {
		for k, n := range m[1] {
			m[0][k] += n
		}
	}
}

// Rare are the targets that were drawn less often than n times.
func (r *Report) Rare(n int) []string {
	var out []string
	for l, k := range r.drawn {
		if k < n {
			out = append(out, l)
		}
	}
	slices.Sort(out)
	return out
}

// Differences is how many queries differed.
func (r *Report) Differences() int {
	n := 0
	for _, t := range r.counts {
		n += t.Differences
	}
	return n
}

// Write prints the table; with draws also how often each target was drawn.
func (r *Report) Write(w io.Writer, draws bool) {
	fmt.Fprintf(w, "%-16s %9s %12s %12s %10s %14s %7s %12s\n", "kind", "queries", "both failed", "not yet here", "resources", "order of eval", "known", "differences")
	slices.Sort(r.Kinds)
	for _, k := range r.Kinds {
		t := r.counts[k]
		fmt.Fprintf(w, "%-16s %9d %12d %12d %10d %14d %7d %12d\n", k, t.Queries, t.Errors, t.Unsupported, t.Resources, t.Order, t.Known, t.Differences)
	}
	var labels []string
	least := -1
	for l, n := range r.drawn {
		labels = append(labels, l)
		if least < 0 || n < least {
			least = n
		}
	}
	fmt.Fprintf(w, "%d functions, operators, casts and aggregates, each drawn at least %d times\n", len(labels), least)
	if draws {
		slices.Sort(labels)
		fmt.Fprintf(w, "%9s %9s  %s\n", "draws", "answered", "target")
		for _, l := range labels {
			fmt.Fprintf(w, "%9d %9d  %s\n", r.drawn[l], r.good[l], l)
		}
	}
	oracle.WriteCauses(w, r.causes)
}

package differential

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Report counts what a run did.
type Report struct {
	Kinds  []string
	counts map[string]*tally
	drawn  map[string]int
	causes map[string]int
}

// tally is a kind's line of the table.
type tally struct {
	Queries, Errors, Unsupported, Resources, Order, Known, Differences int
}

// NewReport returns an empty report in which every label counts nought.
func NewReport(labels []string) *Report {
	r := &Report{counts: map[string]*tally{}, drawn: map[string]int{}, causes: map[string]int{}}
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
		for i, l := range labels {
			labels[i] = fmt.Sprintf("%s %d", l, r.drawn[l])
		}
		fmt.Fprintln(w, strings.Join(labels, "; "))
	}
	var causes []string
	for c := range r.causes {
		causes = append(causes, c)
	}
	slices.SortFunc(causes, func(a, b string) int { return r.causes[b] - r.causes[a] })
	for _, c := range causes[:min(len(causes), 40)] {
		fmt.Fprintf(w, "%6d %s\n", r.causes[c], c)
	}
}

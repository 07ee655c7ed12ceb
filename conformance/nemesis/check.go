package nemesis

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// stored is a claim as a node has it.
type stored struct {
	family, concept, id int
	source              string
	recorded            int64 // µs
}

// source is who claims what a write adds.
func source(client int) string { return fmt.Sprintf("forum://nemesis/%d", client) }

// checkAll has every family of a history checked, two at once. Errors: those of
// linearizable, joined.
func checkAll(h *history, limit time.Duration) error {
	errs := make([]error, len(h.next))
	places := make(chan struct{}, 2)
	var wg sync.WaitGroup
	for f := range errs {
		wg.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			errs[f] = linearizable(h.family(f), limit)
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// checkStored compares what a node has with what the clients know: each
// acknowledged write is there once, on all of its concepts, at one time; a failed
// one is not; one in doubt is there whole or not at all; and of two writes to one
// concept the one that began after the other was acknowledged has the later time.
func checkStored(ops []*op, rows []stored) error {
	type place struct{ family, id int }
	have := map[place][]stored{}
	for _, r := range rows {
		at := place{r.family, r.id}
		have[at] = append(have[at], r)
	}
	var errs []error
	wrong := func(kind flawKind, format string, args ...any) { errs = append(errs, flawed(kind, format, args...)) }
	recorded := map[*op]int64{}
	for _, o := range ops {
		if o.kind != write {
			continue
		}
		got := have[place{o.family, o.id}]
		delete(have, place{o.family, o.id})
		switch {
		case o.outcome == failed && len(got) > 0:
			wrong(violated, "failed, but there: %s: %v", o, got)
		case o.outcome == ok && len(got) == 0:
			wrong(lost, "acknowledged, but lost: %s", o)
		case len(got) > 0:
			if err := wholeWrite(o, got); err != nil {
				errs = append(errs, err)
			}
			recorded[o] = got[0].recorded
		}
	}
	for at, got := range have {
		wrong(violated, "nobody wrote %d of family %d: %v", at.id, at.family, got)
	}
	for a, ta := range recorded {
		for b, tb := range recorded {
			if a.outcome == ok && a.family == b.family && a.keys&b.keys != 0 && a.end < b.start && ta >= tb {
				wrong(violated, "recorded at %d: %s\n  but at %d: %s", ta, a, tb, b)
			}
		}
	}
	return errors.Join(errs...)
}

// wholeWrite tells whether a write is there once on each of its concepts, at one time.
func wholeWrite(o *op, got []stored) error {
	var keys uint
	for _, r := range got {
		if keys>>r.concept&1 == 1 {
			return flawed(duplicated, "twice on concept %d: %s: %v", r.concept, o, got)
		}
		keys |= 1 << r.concept
		if r.recorded != got[0].recorded {
			return flawed(violated, "recorded at several times: %s: %v", o, got)
		}
	}
	if keys != o.keys {
		kind := violated
		if o.outcome == ok {
			kind = lost
		}
		return flawed(kind, "there in half: %s: %v", o, got)
	}
	if i := slices.IndexFunc(got, func(r stored) bool { return r.source != source(o.client) }); i >= 0 {
		return flawed(violated, "claimed by %s: %s", got[i].source, o)
	}
	return nil
}

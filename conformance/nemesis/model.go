package nemesis

import (
	"fmt"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"
)

// maxWrites bounds the writes of a family in one history.
const maxWrites = 256

// set is a set of a family's writes: the model's state, of those that have
// happened.
type set [maxWrites / 64]uint64

func (s *set) add(i int)     { s[i/64] |= 1 << (i % 64) }
func (s set) has(i int) bool { return s[i/64]>>(i%64)&1 == 1 }

func (s set) and(t set) set {
	for i := range s {
		s[i] &= t[i]
	}
	return s
}

func (s set) or(t set) set {
	for i := range s {
		s[i] |= t[i]
	}
	return s
}

// step is an operation as the model sees it. A write makes its writes happen. A
// read is right in a state that, of the writes it could tell of, holds those that
// it saw.
type step struct {
	op     *op
	writes set
	tells  set
	saw    set
}

// model is the sequential specification of one family.
var model = porcupine.Model{
	Init: func() any { return set{} },
	Step: func(state, input, _ any) (bool, any) {
		s, in := state.(set), input.(*step)
		if in.op.kind == write {
			return true, s.or(in.writes)
		}
		return s.and(in.tells) == in.saw, s
	},
	DescribeOperation: func(input, _ any) string { return input.(*step).op.String() },
}

// flawKind is what a flaw is of.
type flawKind string

const (
	violated   flawKind = "violation"  // no order of the operations explains what was seen
	lost       flawKind = "lost"       // a node lacks what was acknowledged
	duplicated flawKind = "duplicated" // a node has a write twice
	otherwise  flawKind = "other"
)

// flaw is something that must not be.
type flaw struct {
	kind flawKind
	text string
}

func (f *flaw) Error() string { return f.text }

func flawed(kind flawKind, format string, args ...any) error {
	return &flaw{kind, fmt.Sprintf(format, args...)}
}

// tally counts what is in an error, by kind.
func tally(err error, into map[flawKind]int) {
	switch e := err.(type) { //nolint:errorlint // it takes the chain apart itself
	case nil:
	case *flaw:
		into[e.kind]++
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			tally(one, into)
		}
	case interface{ Unwrap() error }:
		tally(e.Unwrap(), into)
	default:
		into[otherwise]++
	}
}

// linearizable checks a family's operations. Errors: a *flaw, or that the
// check took longer than limit, which says nothing.
func linearizable(ops []*op, limit time.Duration) error {
	steps, err := compile(ops)
	if err != nil {
		return err
	}
	switch porcupine.CheckOperationsTimeout(model, steps, limit) {
	case porcupine.Ok:
		return nil
	case porcupine.Illegal:
		_, info := porcupine.CheckOperationsVerbose(model, steps, limit) // which costs more
		return &flaw{violated, explain(steps, info)}
	}
	return fmt.Errorf("the check of %d operations is not done after %s", len(steps), limit)
}

// compile turns operations into the model's. A write of unknown outcome has no
// end, but must have happened by the end of any read that saw it: that the search
// knows this bound spares it trying every later place, and excludes no order that
// is right. One that nobody saw can always come last, so it is left out; failed
// reads say nothing.
func compile(ops []*op) ([]porcupine.Operation, error) {
	byID := map[int]*op{}
	for _, o := range ops {
		if o.kind == write && o.outcome != failed {
			if o.id >= maxWrites {
				return nil, fmt.Errorf("write %d is beyond the model's %d writes a family", o.id, maxWrites)
			}
			byID[o.id] = o
		}
	}
	var out []porcupine.Operation
	seenBy := map[int]time.Duration{} // the earliest end of a read that saw a write
	for _, o := range ops {
		if o.kind == write || o.outcome != ok {
			continue
		}
		s, err := compileRead(o, byID)
		if err != nil {
			return nil, err
		}
		for id := range byID {
			if at, before := seenBy[id]; s.saw.has(id) && (!before || o.end < at) {
				seenBy[id] = o.end
			}
		}
		out = append(out, porcupine.Operation{ClientId: o.client, Input: s, Call: int64(o.start), Return: int64(o.end)})
	}
	for _, o := range byID {
		end := o.end
		if o.outcome == unknown {
			var seen bool
			if end, seen = seenBy[o.id]; !seen {
				continue
			}
		}
		if end < o.start {
			return nil, flawed(violated, "seen before it began: %s", o)
		}
		s := &step{op: o}
		s.writes.add(o.id)
		out = append(out, porcupine.Operation{ClientId: o.client, Input: s, Call: int64(o.start), Return: int64(end)})
	}
	return out, nil
}

// compileRead turns what a read saw into conditions on single writes: of the
// writes that it could tell of, it saw some. A transaction that it saw on one of
// its concepts and missed on another satisfies no state.
func compileRead(o *op, byID map[int]*op) (*step, error) {
	s := &step{op: o}
	var missed set
	for k := range o.seen {
		if !o.has(k) {
			continue
		}
		for _, id := range o.seen[k] {
			if w := byID[id]; w == nil || !w.has(k) {
				return nil, flawed(violated, "write %d on concept %d, which failed or was never made, is seen: %s", id, k, o)
			}
			s.saw.add(id)
		}
		for id, w := range byID {
			if !w.has(k) || slices.Contains(o.seen[k], id) {
				continue
			}
			// The winner is the latest: it tells nothing of earlier ones.
			if o.kind == members || len(o.seen[k]) == 0 || id > o.seen[k][0] {
				missed.add(id)
			}
		}
	}
	if both := s.saw.and(missed); both != (set{}) {
		return nil, flawed(violated, "a transaction is there in half (%s): %s", both, o)
	}
	s.tells = s.saw.or(missed)
	return s, nil
}

func (s set) String() string {
	var ids []int
	for i := range maxWrites {
		if s.has(i) {
			ids = append(ids, i)
		}
	}
	return fmt.Sprint(ids)
}

// explain names the operations around the place that no order gets past.
func explain(steps []porcupine.Operation, info porcupine.LinearizationInfo) string {
	longest := []int(nil)
	for _, partial := range info.PartialLinearizations() {
		for _, p := range partial {
			if len(p) > len(longest) {
				longest = p
			}
		}
	}
	in := map[int]bool{}
	var state set
	for _, i := range longest {
		in[i] = true
		state = state.or(steps[i].Input.(*step).writes)
	}
	text := fmt.Sprintf("%d of %d operations can be ordered; those that begin first among the rest:", len(longest), len(steps))
	rest := []int(nil)
	for i := range steps {
		if !in[i] {
			rest = append(rest, i)
		}
	}
	slices.SortFunc(rest, func(a, b int) int { return int(steps[a].Return - steps[b].Return) })
	for _, i := range rest[:min(4, len(rest))] {
		s := steps[i].Input.(*step)
		text += "\n  " + s.op.String()
		if s.op.kind != write {
			misses, more := minus(state.and(s.tells), s.saw), minus(s.saw, state)
			text += fmt.Sprintf("\n    it misses %s and has %s too much", misses, more)
			for i := range steps {
				if o := steps[i].Input.(*step).op; o.kind == write && misses.has(o.id) {
					text += "\n    missed: " + o.String()
				}
			}
		}
	}
	return text
}

func minus(s, t set) set {
	for i := range s {
		s[i] &^= t[i]
	}
	return s
}

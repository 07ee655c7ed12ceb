package nemesis

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

const (
	families  = 10
	minOps    = 1000
	minFaults = 3
	// checkLimit bounds porcupine's search in one family.
	checkLimit = 2 * time.Minute
)

// struck is a fault that a cluster bore, with how long it took to break it so and to
// mend it.
type struck struct {
	kind        string
	begin, mend time.Duration
}

// verdict is what came of a history.
type verdict struct {
	seed         uint64
	nodes        int
	ops, good    int
	moves        int // of shards, by the schedule
	faults       []struck
	took, judged time.Duration // in all, and to check it
	err          error
}

func (v *verdict) String() string {
	is := "linearizable"
	if v.err != nil {
		is = "FAILED"
	}
	var faults []string
	for _, f := range v.faults {
		faults = append(faults, fmt.Sprintf("%s (%.1f+%.1f)", f.kind, f.begin.Seconds(), f.mend.Seconds()))
	}
	return fmt.Sprintf("%20d %5d %5d %5d %5d %5.0f s %5.0f s  %-12s  %s", v.seed, v.nodes, v.ops, v.good, v.moves, v.took.Seconds(), v.judged.Seconds(), is, strings.Join(faults, ", "))
}

const heading = "                seed nodes   ops    ok moves    took  judging verdict      faults (seconds to break + to mend)"

// errUnfinished is of a history that the test's end cut off.
var errUnfinished = errors.New("the history did not come to its end")

// history breaks the cluster while clients use it, mends it, and checks what they
// saw. The verdict is in v, also if the test ends on the way.
func (c *cluster) history(ctx context.Context, v *verdict) {
	began, moved := time.Now(), c.moved.Load()
	v.nodes, v.err = len(c.members()), errUnfinished
	h := newHistory(families)
	defer func() {
		v.took, v.moves = time.Since(began), int(c.moved.Load()-moved)
		v.ops, v.good = h.counts()
		if v.err != nil {
			c.keep(h, v.seed)
		}
	}()
	ctx, stop := context.WithTimeout(ctx, 5*time.Minute)
	defer stop()
	r := rand.New(rand.NewPCG(v.seed, 0))
	prefix := fmt.Sprintf("nemesis/%d", v.seed)
	halt := startClients(ctx, c, h, prefix, v.seed, families, 40*time.Millisecond)
	defer halt()
	marks, err := c.strike(ctx, r, h, prefix, v)
	if err != nil {
		v.err = err
		return
	}
	wait(ctx, r, 200, 400)
	halt()
	judging := time.Now()
	v.err = errors.Join(c.judge(ctx, h, prefix, marks), c.trouble())
	v.judged = time.Since(judging)
	v.ops, v.good = h.counts()
	if v.err == nil && (v.ops < minOps || 2*v.good < v.ops || len(v.faults) < minFaults) {
		v.err = fmt.Errorf("%d operations, %d of which succeeded, and %d faults show little", v.ops, v.good, len(v.faults))
	}
}

// strike breaks the cluster and mends it, in one way after the other, until the
// history has enough of all.
func (c *cluster) strike(ctx context.Context, r *rand.Rand, h *history, prefix string, v *verdict) (marks []*mark, err error) {
	for {
		wait(ctx, r, 200, 800)
		f := faults[r.IntN(len(faults))]
		began := time.Now()
		mend := f.begin(c, r)
		if mend == nil {
			continue
		}
		now := struck{kind: f.kind, begin: time.Since(began)}
		wait(ctx, r, 300, 2500)
		soon, done := context.WithTimeout(ctx, 3*time.Second)
		if k, err := c.takeMark(soon, c.pick(r), prefix); err == nil && k != nil { // the node may be dead, or cut off
			marks = append(marks, k)
		}
		done()
		began = time.Now()
		mend()
		now.mend = time.Since(began)
		v.faults = append(v.faults, now)
		if dead := c.deadByItself(); dead != "" {
			return marks, fmt.Errorf("%s ended by itself", dead)
		}
		ops, good := h.counts()
		if ops >= minOps && len(v.faults) >= minFaults && 2*good >= ops {
			return marks, nil
		}
		if err := ctx.Err(); err != nil {
			return marks, fmt.Errorf("%d operations, of which %d succeeded, and %d faults show little: %w", ops, good, len(v.faults), err)
		}
	}
}

// wait waits for some milliseconds, within a range.
func wait(ctx context.Context, r *rand.Rand, least, most int) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Duration(least+r.IntN(most-least)) * time.Millisecond):
	}
}

// judge checks a history that has ended, on a cluster that is whole.
func (c *cluster) judge(ctx context.Context, h *history, prefix string, marks []*mark) error {
	for i, m := range c.members() {
		if err := m.node.Load().AwaitReady(ctx); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		// Every node's last word is part of the history.
		last := &client{c: c, h: h, prefix: prefix, id: clients + i, node: m.name, r: rand.New(rand.NewPCG(0, uint64(i))), patience: time.Minute}
		var err error
		if last.conn, err = c.dial(ctx, m); err != nil {
			return err
		}
		for f := range families {
			for _, kind := range []kind{members, winners} {
				o := &op{client: last.id, family: f, kind: kind, keys: 1<<concepts - 1}
				if last.do(ctx, o); o.outcome != ok {
					return fmt.Errorf("%s does not answer when all is mended: %s", m.name, o)
				}
			}
		}
		last.hangUp()
	}
	if h.odd != nil {
		return fmt.Errorf("no fault explains the error: %w", h.odd)
	}
	errs := []error{checkAll(h, checkLimit)}
	last, err := c.takeMark(ctx, c.members()[0], prefix)
	if err != nil {
		return fmt.Errorf("%s gives no answer when all is mended: %w", c.members()[0].name, err)
	}
	if last != nil {
		marks = append(marks, last)
	}
	for _, m := range c.members() {
		if err := c.checkNode(ctx, m, h, prefix, marks); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", m.name, err))
		}
	}
	return errors.Join(errs...)
}

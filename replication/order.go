package replication

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/stemedb/stemedb/knowledge"
)

// Each group's leader takes times from its own clock, and clocks differ. What keeps
// times in the order of acknowledgements across groups is the cluster's own group:
//
//   - Before a commit is acknowledged, that group's leader has promised its time: a
//     majority of its voters witnesses that nothing of that group comes at or below it.
//   - A commit takes its time above what that leader had promised at some moment after
//     its transaction began.
//   - A read promises its time to every group that it reads and to that group.
//
// So of two commits, one of which began after the other was acknowledged or seen by a
// read that had ended, the second has the later time, and no reader sees it alone.
// A node that is alone has one clock for all its groups, which never goes back.

// pulse is a time that the cluster's own group has promised.
type pulse struct {
	asked time.Time // when, at the latest, the question was put
	at    knowledge.Micros
}

// notePulse remembers the newest one, by when it was asked for.
func (n *Node) notePulse(asked time.Time, at knowledge.Micros) {
	p := &pulse{asked, at}
	for {
		old := n.pulse.Load()
		if old != nil && !asked.After(old.asked) || n.pulse.CompareAndSwap(old, p) {
			return
		}
	}
}

// floorSince is a time that is at or above those of all commits which were
// acknowledged before since. Errors: ErrUnavailable, ErrClosed, ctx's.
func (n *Node) floorSince(ctx context.Context, since time.Time) (knowledge.Micros, error) {
	if n.opts.Mux == nil {
		return 0, nil
	}
	if p := n.pulse.Load(); p != nil && p.asked.After(since) {
		return p.at, nil
	}
	return n.ask(ctx)
}

// promise has the cluster's own group promise the time of a commit, which can then be
// acknowledged. Errors: as of floorSince.
func (n *Node) promise(ctx context.Context, at knowledge.Micros) error {
	if n.opts.Mux == nil {
		return nil
	}
	if p := n.pulse.Load(); p != nil && p.at >= at {
		return nil
	}
	raise(&n.committed, int64(at)) // the question says so
	_, err := n.ask(ctx)
	return err
}

// ask has the leader of the cluster's own group tell its newest time, and promise it.
// It is above all that this node has asked to be promised. Also while this node closes:
// what it has committed is to be acknowledged.
func (n *Node) ask(ctx context.Context) (knowledge.Micros, error) {
	return n.readyInTime(ctx, nil, nil, 0, func() bool { return false })
}

// horizon is a time for the cluster's own group to promise, which this node leads: at
// or above the commits of this node and of another one that asks, and no less than now,
// so that where clocks agree most commits find theirs promised.
func (n *Node) horizon(committed knowledge.Micros) knowledge.Micros {
	return max(committed, microsOf(n.committed.Load()), n.clock())
}

// monotonic is a clock that gives each time once, and no earlier one afterwards, to all
// goroutines.
func monotonic(now func() knowledge.Micros) func() knowledge.Micros {
	var last atomic.Int64
	return func() knowledge.Micros {
		for {
			old := last.Load()
			t := max(int64(now()), old+1)
			if last.CompareAndSwap(old, t) {
				return knowledge.Micros(t)
			}
		}
	}
}

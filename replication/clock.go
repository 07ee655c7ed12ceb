package replication

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/stemedb/stemedb/knowledge"
)

// postgresEpoch is 2000-01-01 UTC in Unix microseconds.
const postgresEpoch = 946_684_800_000_000

// wallClock is the default clock.
func wallClock() knowledge.Micros {
	return knowledge.Micros(time.Now().UnixMicro() - postgresEpoch)
}

// clock is a group's recorded time. Three marks move, none backwards:
//
//	applied  ≤ assigned   the newest applied entry, the newest enqueued entry
//	floor                 the newest time promised to a reader, or committed by
//	                      a transaction of which the group is a part
//
// Every entry's time is above assigned and floor as they were, so log order is
// time order and what a reader saw at T stays what was known at T. It is above
// past too: what voters may have promised before they were started again. Reads
// have nothing to do with that, which is mostly ahead of what was promised.
//
// assign and observe race without a lock. Both write their own mark and then
// read the other's, all sequentially consistent: either the writer sees that
// the floor has passed its time and takes a later one, or the reader sees the
// writer's time in assigned and waits for it.
type clock struct {
	now      func() knowledge.Micros
	assigned atomic.Int64
	floor    atomic.Int64
	past     atomic.Int64
	applied  mark
}

// assign gives the next entry its time. The caller holds the lock that
// enqueues entries.
func (c *clock) assign() knowledge.Micros {
	for {
		f := c.floor.Load()
		t := max(int64(c.now()), c.assigned.Load()+1, f+1, c.past.Load()+1)
		c.assigned.Store(t)
		if c.floor.Load() < t {
			return knowledge.Micros(t)
		}
	}
}

// observe promises that no later entry gets a time of t or less.
func (c *clock) observe(t knowledge.Micros) {
	if c.assigned.Load() >= int64(t) {
		return
	}
	raise(&c.floor, int64(t))
}

// cover makes t part of what the newest read must see: a transaction was
// committed at t, at a time that entries here do not tell. observe would not
// do, since an entry on its way may have passed t without being applied.
func (c *clock) cover(t knowledge.Micros) { raise(&c.floor, int64(t)) }

// outlive has later entries be above what earlier lives of voters may have promised.
// It is called while nothing is assigned.
func (c *clock) outlive(past knowledge.Micros) { raise(&c.past, int64(past)) }

// promised is a time that no later entry may have, here or under a later leader.
func (c *clock) promised() knowledge.Micros {
	return knowledge.Micros(max(c.assigned.Load(), c.floor.Load()))
}

// latest is the time at which everything acknowledged so far is visible, as
// far as this group knows.
func (c *clock) latest() knowledge.Micros {
	return knowledge.Micros(max(c.applied.value.Load(), c.floor.Load()))
}

// settled reports that nothing with a time of t or less is on its way. The
// caller has called observe(t).
func (c *clock) settled(t knowledge.Micros) bool {
	a := c.applied.value.Load()
	return a >= int64(t) || a >= c.assigned.Load()
}

// wait blocks until settled(t). Errors: ctx's, or the error that release gave.
func (c *clock) wait(ctx context.Context, t knowledge.Micros) error {
	// What is assigned by now and not above t has to be applied; what comes
	// later is above t, because the caller has observed t.
	return c.applied.wait(ctx, min(int64(t), c.assigned.Load()))
}

// advance records that the entry of time t has been applied.
func (c *clock) advance(t knowledge.Micros) { c.applied.raise(int64(t)) }

// settle records that all entries up to the time t have been applied or will
// never be: a barrier has passed them.
func (c *clock) settle(t knowledge.Micros) {
	raise(&c.assigned, int64(t))
	c.advance(t)
}

// release wakes all waiters with an error: leadership is lost.
func (c *clock) release(err error) { c.applied.release(err) }

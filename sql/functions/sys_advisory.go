package functions

import (
	"context"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// AdvisoryKey names an advisory lock: a number of 64 bits, or two of 32, which
// never mean the same lock.
type AdvisoryKey struct {
	High, Low uint32
	Pair      bool
}

// AdvisoryLocker is a Session with advisory locks.
type AdvisoryLocker interface {
	// AdvisoryLock takes a lock and waits for it, unless try. It belongs to the
	// transaction or else to the session.
	AdvisoryLock(ctx context.Context, key AdvisoryKey, shared, txn, try bool) (bool, error)
	// AdvisoryUnlock gives a lock of the session back once; false: it has none.
	AdvisoryUnlock(key AdvisoryKey, shared bool) bool
	// AdvisoryUnlockAll gives all locks of the session back.
	AdvisoryUnlockAll()
}

func (c *Ctx) advisory() (AdvisoryLocker, error) {
	if l, ok := c.Session.(AdvisoryLocker); ok {
		return l, nil
	}
	return nil, sqlerr.New(sqlerr.FeatureNotSupported, "advisory locks need a session")
}

func advisoryKey(a []datum) AdvisoryKey {
	if len(a) == 2 {
		return AdvisoryKey{High: uint32(a[0].I), Low: uint32(a[1].I), Pair: true}
	}
	return AdvisoryKey{High: uint32(uint64(a[0].I) >> 32), Low: uint32(a[0].I)}
}

// rowAdvisoryLock takes a lock; those that try say whether they have it.
func rowAdvisoryLock(shared, txn, try bool) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		l, err := c.advisory()
		if err != nil {
			return null, err
		}
		ctx := c.Context
		if ctx == nil {
			ctx = context.Background()
		}
		ok, err := l.AdvisoryLock(ctx, advisoryKey(a), shared, txn, try)
		if err != nil || try {
			return types.Bool(ok), err
		}
		return types.Text(""), nil
	}
}

func rowAdvisoryUnlock(shared bool) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		l, err := c.advisory()
		if err != nil {
			return null, err
		}
		if l.AdvisoryUnlock(advisoryKey(a), shared) {
			return types.Bool(true), nil
		}
		if c.Format.Notice != nil {
			mode := "ExclusiveLock"
			if shared {
				mode = "ShareLock"
			}
			e := sqlerr.New("01000", "you don't own a lock of type %s", mode)
			e.Severity = "WARNING"
			c.Format.Notice(e)
		}
		return types.Bool(false), nil
	}
}

func rowAdvisoryUnlockAll(c *Ctx, _ []datum) (datum, error) {
	l, err := c.advisory()
	if err == nil {
		l.AdvisoryUnlockAll()
	}
	return types.Text(""), err
}

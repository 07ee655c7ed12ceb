package pgwire

import (
	"errors"
	"os"
	"time"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// idleLimiter is what a Session may have besides: a limit of how long the
// client may leave a transaction block open and idle (0: none).
type idleLimiter interface {
	IdleTimeout() time.Duration
}

// await waits for the next message's header. It ends the connection when that
// was asked for and is possible now, and when a transaction idles too long.
func (c *conn) await() error {
	var due time.Time // of the idle transaction; zero: no limit
	for {
		if c.ending.Load() != 0 && c.mustEnd() {
			return c.sendFatal(fatal(sqlerr.AdminShutdown, "terminating connection due to administrator command"))
		}
		if c.in.buffered() >= 5 {
			return nil
		}
		if c.notify() {
			if err := c.out.flush(); err != nil {
				return err
			}
		}
		if c.in.buffered() == 0 {
			c.in.resize(readBufferSize)
		}
		c.activity.Add(1)
		c.srv.spin.end()
		due = c.setIdleDeadline(due)
		var err error
		// Who ends the connection sets ending before it moves the deadline to
		// the past, so that either this sees the one or the read the other.
		// The same holds of notifications.
		if (c.ending.Load() == 0 || !c.mustEnd()) && !c.hasNews() {
			c.idle = true
			err = c.in.ensure(5)
			c.idle = false
		}
		c.srv.spin.begin(c)
		c.activity.Add(1)
		if err == nil {
			continue
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return &ioError{err}
		}
		_ = c.raw.SetReadDeadline(time.Time{})
		if !due.IsZero() && !time.Now().Before(due) && c.ending.Load() != endNow {
			return c.sendFatal(fatal(sqlerr.IdleInTransactionTimeout, "terminating connection due to idle-in-transaction timeout"))
		}
	}
}

// setIdleDeadline bounds the wait for a client that has been told that its
// transaction block is open. It returns when the time is up: due, when that is
// settled already. The deadline is not taken back when the client goes on: a
// read that meets a stale one clears it and reads again.
func (c *conn) setIdleDeadline(due time.Time) time.Time {
	if due.IsZero() {
		if c.limits == nil || c.unsynced || c.session.TxStatus() == 'I' {
			return due
		}
		limit := c.limits.IdleTimeout()
		if limit <= 0 {
			return due
		}
		due = time.Now().Add(limit)
	}
	_ = c.raw.SetReadDeadline(due)
	return due
}

// mustEnd reports whether a connection that was asked to end has to, now that
// it stands between two messages.
func (c *conn) mustEnd() bool {
	return c.ending.Load() == endNow || !c.unsynced && c.session.TxStatus() == 'I'
}

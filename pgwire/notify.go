package pgwire

import "time"

// wakeUp has the connection send the notifications that its session has, as soon as
// its client may get them. From any goroutine.
func (c *conn) wakeUp() {
	c.notified.Store(true)
	if c.activity.Load()&1 == 0 { // else it looks before it waits
		_ = c.raw.SetReadDeadline(time.Unix(1, 0))
	}
}

// hasNews reports whether notifications can be sent now: they are not sent within a
// transaction.
func (c *conn) hasNews() bool {
	return c.notified.Load() && c.news != nil && !c.unsynced && c.session.TxStatus() == 'I'
}

// notify writes the notifications that have come, and reports whether there were any.
func (c *conn) notify() bool {
	if !c.hasNews() {
		return false
	}
	c.notified.Store(false)
	list := c.news.Notifications()
	for i := range list {
		c.out.notification(&list[i])
	}
	return len(list) > 0
}

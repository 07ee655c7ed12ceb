package pgwire

import (
	"context"
	"crypto/subtle"
	"time"

	"github.com/jackc/pgproto3/v2"
)

const (
	// cancelWait bounds how long a cancel request waits for its statement.
	cancelWait = 2 * time.Second
	// cancelLook is how often it looks meanwhile.
	cancelLook = time.Millisecond
)

// cancelRequest serves a connection that only brings a cancel request. It gets
// no answer, whatever the key was; that the connection is closed tells that the
// request was carried out.
func (c *conn) cancelRequest(ctx context.Context, body []byte) error {
	var m pgproto3.CancelRequest
	if decode(&m, body) != nil {
		return errTerminated
	}
	c.srv.metrics.cancels.Inc()
	ctx, stop := context.WithTimeout(ctx, cancelWait)
	defer stop()
	look := time.NewTicker(cancelLook)
	defer look.Stop()
	var meant intent
	for {
		done := true
		c.srv.conns.locked(func() {
			of, ok := c.srv.conns.sessions[int32(m.ProcessID)]
			if ok && subtle.ConstantTimeEq(int32(m.SecretKey), int32(of.secret)) == 1 {
				done = meant.cancel(of)
			}
		})
		if done {
			return errTerminated
		}
		select {
		case <-ctx.Done():
			return errTerminated
		case <-look.C:
		}
	}
}

// intent is what a cancel request means to cancel: what its client had sent
// before it. That may be on its way still, for the two come by connections of
// their own: bytes that the session has not read, a message that it decodes, a
// statement that it plans. What the client sends afterwards is none of it.
type intent struct {
	work uint64 // the activity of the work meant; 0: not known yet
	idle uint64 // the activity that was seen, with nothing sent
}

// cancel cancels the work meant, and reports whether there is nothing more to
// do. The caller holds the registry's lock.
func (i *intent) cancel(c *conn) bool {
	now := c.activity.Load()
	switch {
	case i.work != 0 && now > i.work:
		return true // it is over
	case now&1 == 1:
		i.work = now
		return c.cancelStatement()
	case c.peek().unread:
		i.work = now + 1
		return false
	}
	// Bytes that have just been read are neither unread nor at work yet.
	seen := i.idle == now && i.work == 0
	i.idle = now
	return seen
}

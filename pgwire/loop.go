package pgwire

import (
	"context"
	"errors"
	"fmt"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// loop serves messages until the connection ends.
func (c *conn) loop(ctx context.Context) error {
	c.srv.spin.begin(c)
	defer c.srv.spin.end()
	for {
		if err := c.await(); err != nil {
			return err
		}
		typ, n, err := c.in.header()
		if err != nil {
			return c.outOfStep(err)
		}
		if !knownMessage(typ) {
			return c.sendFatal(fatal(sqlerr.ProtocolViolation, "invalid frontend message type %d", typ))
		}
		if c.skipped(typ) {
			if err := c.in.discard(n); err != nil {
				return &ioError{err}
			}
			continue
		}
		body, err := c.in.body(n)
		if err != nil {
			if err := c.refuse(ctx, typ, err); err != nil {
				return err
			}
			continue
		}
		c.offset = 0
		if err := c.handle(ctx, typ, body); err != nil {
			return err
		}
		if err := c.out.spill(); err != nil {
			return err
		}
		if c.in.big != nil {
			c.in.release()
			c.bind = bindMessage{} // it points into the body
		}
	}
}

// refuse answers a message that could not be read: one that was passed over for
// want of memory, or with which the connection ends.
func (c *conn) refuse(ctx context.Context, typ byte, err error) error {
	var e *sqlerr.Error
	if !errors.As(err, &e) {
		return &ioError{err}
	}
	c.offset = 0
	if err := c.fail(e); err != nil {
		return err
	}
	if typ == 'Q' || typ == 'F' {
		return c.finish(ctx)
	}
	c.unsynced, c.skip = true, true
	return nil
}

// outOfStep ends a connection of which the next frame cannot be found.
func (c *conn) outOfStep(err error) error {
	switch e := asError(err); {
	case errors.Is(err, errBadLength):
		return c.sendFatal(fatal(sqlerr.ProtocolViolation, "invalid message length"))
	case endsConnection(e):
		return c.sendFatal(e)
	}
	return &ioError{err}
}

func knownMessage(typ byte) bool {
	switch typ {
	case 'B', 'C', 'D', 'E', 'F', 'H', 'P', 'Q', 'S', 'X', 'c', 'd', 'f':
		return true
	}
	return false
}

// skipped reports whether a message is passed over: after an error everything
// up to Sync, and what is left of a COPY that ended early always.
func (c *conn) skipped(typ byte) bool {
	switch typ {
	case 'c', 'd', 'f':
		return true
	case 'S', 'X':
		return false
	}
	return c.skip
}

// handle does what a message asks. An error ends the connection.
func (c *conn) handle(ctx context.Context, typ byte, body []byte) error {
	switch typ {
	case 'Q':
		return c.query(ctx, body)
	case 'X':
		return errTerminated
	case 'S':
		return c.sync(ctx, body)
	case 'F':
		if err := c.functionCall(ctx, body); err != nil {
			if err := c.fail(err); err != nil {
				return err
			}
		}
		return c.finish(ctx)
	}
	c.unsynced = true
	if err := c.extended(ctx, typ, body); err != nil {
		c.skip = true
		return c.fail(err)
	}
	return nil
}

func (c *conn) extended(ctx context.Context, typ byte, body []byte) error {
	switch typ {
	case 'P':
		return c.parse(ctx, body)
	case 'B':
		return c.bindPortal(ctx, body)
	case 'D':
		return c.describe(body)
	case 'E':
		return c.executePortal(ctx, body)
	case 'C':
		return c.closeNamed(body)
	case 'H':
		if err := decode(&c.msg.flush, body); err != nil {
			return err
		}
		return c.out.flush()
	}
	return fmt.Errorf("message type %q has no handler", typ)
}

// sync ends an extended batch.
func (c *conn) sync(ctx context.Context, body []byte) error {
	if err := decode(&c.msg.sync, body); err != nil {
		if err := c.fail(err); err != nil {
			return err
		}
	}
	return c.finish(ctx)
}

// finish ends an implicit transaction, then says that the next query may come.
func (c *conn) finish(ctx context.Context) error {
	if err := c.endImplicit(ctx); err != nil {
		if err := c.fail(err); err != nil {
			return err
		}
		// Failing marked a transaction that is over already; end that too.
		if err := c.endImplicit(ctx); err != nil {
			return c.sendFatal(fatal(sqlerr.InternalError, "cannot end a failed transaction: %s", asError(err).Message))
		}
	}
	return c.ready()
}

// endImplicit commits (or rolls back) an implicit transaction.
func (c *conn) endImplicit(ctx context.Context) error {
	c.offset = 0
	if c.session.TxStatus() == 'I' {
		c.closePortals()
	}
	return c.session.Sync(ctx)
}

// ready writes ReadyForQuery and everything before it.
func (c *conn) ready() error {
	c.skip, c.unsynced = false, false
	status := c.session.TxStatus()
	if status == 'I' {
		c.closePortals()
	}
	c.notify()
	c.out.readyForQuery(status)
	return c.out.settle()
}

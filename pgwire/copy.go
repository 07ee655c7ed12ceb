package pgwire

import (
	"context"
	"encoding/binary"

	"github.com/jackc/pgproto3/v2"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// copyIn feeds COPY … FROM STDIN from the client's CopyData. Errors come back
// at once; what the client still sends of the COPY is skipped by the loop.
func (c *conn) copyIn(ctx context.Context, ci CopyIn) (tag string, err error) {
	ended := false
	defer func() {
		if !ended { // an error, or a panic of the engine
			reason := "COPY ended by an error"
			if err != nil {
				reason = err.Error()
			}
			_ = ci.Abort(reason) // the client is told of err
		}
	}()
	overall, columns := ci.Format()
	c.out.send(&pgproto3.CopyInResponse{OverallFormat: byte(overall), ColumnFormatCodes: copyFormats(columns)})
	if err := c.out.flush(); err != nil {
		return "", err
	}
	c.in.resize(copyBufferSize)
	for {
		done, err := c.copyMessage(ctx, ci)
		if err != nil {
			return "", err
		}
		if done {
			ended = true
			return ci.Finish(ctx)
		}
	}
}

// copyMessage takes one message of a COPY FROM STDIN.
func (c *conn) copyMessage(ctx context.Context, ci CopyIn) (done bool, err error) {
	typ, n, err := c.in.header()
	if err != nil {
		return false, c.outOfStep(err)
	}
	switch typ {
	case 'd':
		return false, c.copyData(ctx, ci, n)
	case 'c':
		return true, c.copyDone(n)
	case 'H', 'S': // allowed for clients that do not know that COPY began
		return false, c.skipBody(n)
	case 'f':
		return false, c.copyFail(ci, n)
	case 'X':
		return false, errTerminated
	}
	if !knownMessage(typ) {
		return false, fatal(sqlerr.ProtocolViolation, "invalid frontend message type %d", typ)
	}
	if err := c.skipBody(n); err != nil {
		return false, err
	}
	return false, sqlerr.New(sqlerr.ProtocolViolation, "unexpected message type 0x%02X during COPY from stdin", typ)
}

// copyData passes a message's bytes on as they arrive: pgproto3.CopyData would
// need them whole, up to 16 MiB in memory.
func (c *conn) copyData(ctx context.Context, ci CopyIn, n int) error {
	for n > 0 {
		b, err := c.in.piece(n)
		if err != nil {
			return &ioError{err}
		}
		n -= len(b)
		if err := ci.Write(b); err != nil {
			if err := c.skipBody(n); err != nil {
				return err
			}
			return err
		}
	}
	return ctx.Err()
}

func (c *conn) copyDone(n int) error {
	body, err := c.in.body(n)
	if err != nil {
		return &ioError{err}
	}
	return decode(&c.msg.copyDone, body)
}

func (c *conn) copyFail(ci CopyIn, n int) error {
	body, err := c.in.body(n)
	if err != nil {
		return &ioError{err}
	}
	m := &c.msg.copyFail
	if err := decode(m, body); err != nil {
		return err
	}
	reason, err := c.text(m.Message)
	m.Message = ""
	if err != nil {
		return err
	}
	return ci.Abort(reason)
}

func (c *conn) skipBody(n int) error {
	if err := c.in.discard(n); err != nil {
		return &ioError{err}
	}
	return nil
}

// copyOut runs COPY … TO STDOUT.
func (c *conn) copyOut(ctx context.Context, co CopyOut) (tag string, err error) {
	overall, columns := co.Format()
	c.out.send(&pgproto3.CopyOutResponse{OverallFormat: byte(overall), ColumnFormatCodes: copyFormats(columns)})
	tag, err = co.Run(ctx, func(line []byte) error {
		if len(line) > maxRow {
			return sqlerr.New(sqlerr.ProgramLimitExceeded, "row of %d bytes is too large for the protocol", len(line))
		}
		w := &c.out
		w.buf = append(w.buf, 'd')
		w.buf = binary.BigEndian.AppendUint32(w.buf, uint32(len(line)+4))
		w.buf = append(w.buf, line...)
		return w.spill()
	})
	if err != nil {
		return "", err
	}
	c.out.send(&pgproto3.CopyDone{})
	return tag, nil
}

package pgwire

import (
	"context"

	"github.com/jackc/pgproto3/v2"

	"github.com/stemedb/stemedb/sql/plan"
)

// cursors is what a Session with SQL's cursors offers: their names and those of
// portals are the same.
type cursors interface {
	CursorTaken(name string) bool
	CursorColumns(name string) (cols []plan.Column, binary, ok bool)
	ExecuteCursor(ctx context.Context, name string, maxRows int, sink RowSink) (Result, error)
	CloseCursor(name string)
}

func (c *conn) cursorTaken(name string) bool {
	s, ok := c.session.(cursors)
	return ok && name != "" && s.CursorTaken(name)
}

// describeCursor describes a cursor as a portal; false: there is none.
func (c *conn) describeCursor(name string) (st *statement, formats []int16, ok bool) {
	if !c.cursorTaken(name) {
		return nil, nil, false
	}
	cols, binary, ok := c.session.(cursors).CursorColumns(name)
	return &statement{columns: cols}, cursorFormats(binary, len(cols)), ok
}

// cursorFormats are the formats of all columns; nil: text.
func cursorFormats(binary bool, n int) []int16 {
	if !binary {
		return nil
	}
	out := make([]int16, n)
	for i := range out {
		out[i] = 1
	}
	return out
}

// executeCursor serves Execute of a cursor.
func (c *conn) executeCursor(ctx context.Context, name string, maxRows int) error {
	s := c.session.(cursors)
	cols, binary, _ := s.CursorColumns(name)
	c.rows.prepare(cols, cursorFormats(binary, len(cols)), c.session.Format())
	res, err := s.ExecuteCursor(ctx, name, maxRows, &c.rows)
	if err != nil {
		return err
	}
	if res.Suspended {
		c.out.send(&pgproto3.PortalSuspended{})
	} else {
		c.out.commandComplete(res.Tag)
	}
	return nil
}

// ClosePortal closes a named portal and reports whether there was one: SQL's
// CLOSE.
func (c *conn) ClosePortal(name string) bool {
	if _, ok := c.portals.get(name); !ok || name == "" {
		return false
	}
	c.dropPortal(name)
	return true
}

// ClosePortals closes all named portals.
func (c *conn) ClosePortals() {
	for name := range c.portals.m {
		if name != "" {
			c.dropPortal(name)
		}
	}
}

// simpleFormats are the formats of a simple query's rows: binary for FETCH from
// a BINARY cursor.
func simpleFormats(p Prepared) []int16 {
	b, ok := p.(interface{ Binary() bool })
	return cursorFormats(ok && b.Binary(), len(p.Columns()))
}

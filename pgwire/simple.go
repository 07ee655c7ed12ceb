package pgwire

import (
	"context"

	"github.com/jackc/pgproto3/v2"

	"github.com/stemedb/stemedb/sql/plan"
)

// query serves the simple protocol: one string of any number of statements,
// which share an implicit transaction.
func (c *conn) query(ctx context.Context, body []byte) error {
	synced, err := c.queryString(ctx, body)
	if err != nil {
		if err := c.fail(err); err != nil {
			return err
		}
	} else if synced {
		return c.ready()
	}
	return c.finish(ctx)
}

// queryString runs the statements. synced: the implicit transaction has ended.
func (c *conn) queryString(ctx context.Context, body []byte) (synced bool, err error) {
	m := &c.msg.query
	if err := decode(m, body); err != nil {
		return false, err
	}
	text, err := c.text(m.String)
	m.String = ""
	if err != nil {
		return false, err
	}
	c.stmts.drop("")
	c.dropPortal("")
	stmts, err := c.session.Parse(text)
	if err != nil {
		return false, err
	}
	if len(stmts) == 0 {
		c.out.send(&pgproto3.EmptyQueryResponse{})
		return false, nil
	}
	for i := range stmts {
		c.offset = stmts[i].Offset
		if err := c.simpleStatement(ctx, stmts[i], i == len(stmts)-1); err != nil {
			return false, err
		}
	}
	return true, nil
}

// simpleStatement runs one statement. The last one's implicit transaction
// commits before CommandComplete is written, so that a client never takes a
// statement for done of which the commit then fails.
func (c *conn) simpleStatement(ctx context.Context, st Statement, last bool) error {
	st.Simple = true
	prepared, err := c.session.Prepare(ctx, st, nil)
	if err != nil {
		return err
	}
	portal, err := c.session.Bind(ctx, prepared, nil)
	if err != nil {
		return err
	}
	c.session.SetFinal(last)
	res, err := c.runSimple(ctx, portal, prepared.Columns(), simpleFormats(prepared))
	portal.Close()
	if err != nil {
		return err
	}
	if last {
		if err := c.endImplicit(ctx); err != nil {
			return err
		}
	}
	if res.Empty {
		c.out.send(&pgproto3.EmptyQueryResponse{})
	} else {
		c.out.commandComplete(res.Tag)
	}
	return c.out.spill()
}

func (c *conn) runSimple(ctx context.Context, p Portal, cols []plan.Column, formats []int16) (Result, error) {
	if cols != nil {
		c.out.rowDescription(cols, formats)
	}
	return c.run(ctx, p, cols, formats, 0)
}

// run executes a portal, with what COPY asks of the connection.
func (c *conn) run(ctx context.Context, p Portal, cols []plan.Column, formats []int16, maxRows int) (Result, error) {
	c.rows.prepare(cols, formats, c.session.Format())
	res, err := p.Execute(ctx, maxRows, &c.rows)
	switch {
	case err != nil:
	case res.CopyIn != nil:
		res.Tag, err = c.copyIn(ctx, res.CopyIn)
	case res.CopyOut != nil:
		res.Tag, err = c.copyOut(ctx, res.CopyOut)
	}
	return res, err
}

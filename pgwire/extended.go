package pgwire

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgproto3/v2"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

var errAborted = sqlerr.New(sqlerr.InFailedSQLTransaction, "current transaction is aborted, commands ignored until end of transaction block")

// statementOverhead is what a prepared statement counts for beside its text.
const statementOverhead = 512

// parse serves Parse.
func (c *conn) parse(ctx context.Context, body []byte) error {
	m := &c.msg.parse
	err := decode(m, body)
	name, text, oids := m.Name, m.Query, m.ParameterOIDs
	*m = pgproto3.Parse{}
	if err != nil {
		return err
	}
	if text, err = c.text(text); err != nil {
		return err
	}
	if name, err = c.text(name); err != nil {
		return err
	}
	params := make([]types.OID, len(oids))
	for i, oid := range oids {
		params[i] = types.OID(oid)
	}
	if len(name) == 0 {
		c.stmts.drop("")
	} else if _, taken := c.stmts.get(name); taken {
		return sqlerr.New(sqlerr.DuplicatePreparedStatement, "prepared statement %q already exists", name)
	}
	st, err := c.prepare(ctx, text, params)
	if err != nil {
		return err
	}
	if len(name) > 0 {
		st.at = time.Now()
	}
	if err := c.stmts.put(name, st, c.srv.opts.MaxStatements, c.srv.opts.MaxStatementBytes, "prepared statement"); err != nil {
		return err
	}
	c.out.send(&pgproto3.ParseComplete{})
	return nil
}

// prepare parses and plans the text of a Parse message.
func (c *conn) prepare(ctx context.Context, text string, params []types.OID) (*statement, error) {
	st := &statement{params: params, size: len(text) + statementOverhead}
	stmts, err := c.session.Parse(text)
	switch {
	case err != nil:
		return nil, err
	case len(stmts) > 1:
		return nil, sqlerr.New(sqlerr.SyntaxError, "cannot insert multiple commands into a prepared statement")
	case len(stmts) == 0:
		return st, nil
	}
	st.offset = stmts[0].Offset
	c.offset = st.offset
	if st.prepared, err = c.session.Prepare(ctx, stmts[0], params); err != nil {
		return nil, err
	}
	st.params, st.columns = st.prepared.Params(), st.prepared.Columns()
	return st, nil
}

// namer is what a Session may be besides: one whose SQL names prepared statements, too.
type namer interface {
	NamedStatement(name string) Prepared // nil: there is none
}

// findStatement returns a prepared statement by name.
func (c *conn) findStatement(name string) (*statement, error) {
	if st, ok := c.stmts.get(name); ok {
		return st, nil
	}
	if s, ok := c.session.(namer); ok && len(name) > 0 {
		if p := s.NamedStatement(name); p != nil {
			return &statement{prepared: p, params: p.Params(), columns: p.Columns()}, nil
		}
	}
	if len(name) == 0 {
		return nil, sqlerr.New(sqlerr.InvalidSQLStatementName, "unnamed prepared statement does not exist")
	}
	return nil, sqlerr.New(sqlerr.InvalidSQLStatementName, "prepared statement %q does not exist", name)
}

func (c *conn) findPortal(name string) (*portal, error) {
	if p, ok := c.portals.get(name); ok {
		return p, nil
	}
	return nil, sqlerr.New(sqlerr.InvalidCursorName, "portal %q does not exist", name)
}

// bindPortal serves Bind.
func (c *conn) bindPortal(ctx context.Context, body []byte) error {
	m := &c.bind
	if err := decodeBind(body, m); err != nil {
		return err
	}
	m.statement = c.name(m.statement)
	st, err := c.findStatement(m.statement)
	if err != nil {
		return err
	}
	c.offset = st.offset
	if err := checkBind(m, st); err != nil {
		return err
	}
	p := &c.unnamed
	if len(m.portal) > 0 {
		if m.portal, err = c.text(m.portal); err != nil {
			return err
		}
		if _, taken := c.portals.get(m.portal); taken || c.cursorTaken(m.portal) {
			return sqlerr.New(sqlerr.DuplicateCursor, "cursor %q already exists", m.portal)
		}
		p = &portal{}
	} else {
		c.dropPortal("")
	}
	p.stmt, p.done, p.size = st, false, len(m.values)
	if p.params, err = c.decodeParams(m, st, p.params[:0]); err != nil {
		return err
	}
	if p.formats, err = resultFormats(p.formats, m.resultFormats, len(st.columns)); err != nil {
		return err
	}
	if st.prepared != nil {
		if p.portal, err = c.session.Bind(ctx, st.prepared, p.params); err != nil {
			return err
		}
	}
	if err := c.portals.put(strings.Clone(m.portal), p, c.srv.opts.MaxStatements, c.srv.opts.MaxStatementBytes, "portal"); err != nil {
		p.close()
		return err
	}
	c.out.send(&pgproto3.BindComplete{})
	return nil
}

// checkBind compares the counts of a Bind with its statement.
func checkBind(m *bindMessage, st *statement) error {
	if n := len(m.paramFormats) / 2; n > 1 && n != m.params {
		return sqlerr.New(sqlerr.ProtocolViolation, "bind message has %d parameter formats but %d parameters", n, m.params)
	}
	if m.params != len(st.params) {
		return sqlerr.New(sqlerr.ProtocolViolation, "bind message supplies %d parameters, but prepared statement %q requires %d",
			m.params, m.statement, len(st.params))
	}
	if n := len(m.resultFormats) / 2; n > 1 && st.columns != nil && n != len(st.columns) {
		return sqlerr.New(sqlerr.ProtocolViolation, "bind message has %d result formats but query has %d columns", n, len(st.columns))
	}
	return nil
}

// resultFormats spreads the format codes of a Bind (none, one, or one each)
// over n columns, into the memory of dst.
func resultFormats(dst []int16, codes []byte, n int) ([]int16, error) {
	dst = slices.Grow(dst[:0], n)[:n]
	for i := range dst {
		var f int16
		switch {
		case len(codes) == 2:
			f = format(codes, 0)
		case len(codes) > 2:
			f = format(codes, i)
		}
		if f != 0 && f != 1 {
			return dst, sqlerr.New(sqlerr.InvalidParameterValue, "unsupported format code: %d", f)
		}
		dst[i] = f
	}
	return dst, nil
}

// describe serves Describe, of a statement or a portal.
func (c *conn) describe(body []byte) error {
	m := &c.msg.describe
	if err := decode(m, body); err != nil {
		return err
	}
	kind, name := m.ObjectType, c.name(m.Name)
	m.Name = ""
	var st *statement
	var formats []int16
	switch kind {
	case 'S':
		var err error
		if st, err = c.findStatement(name); err != nil {
			return err
		}
	case 'P':
		var ok bool
		if st, formats, ok = c.describeCursor(name); ok {
			break
		}
		p, err := c.findPortal(name)
		if err != nil {
			return err
		}
		st, formats = p.stmt, p.formats
	default:
		return sqlerr.New(sqlerr.ProtocolViolation, "invalid DESCRIBE message subtype %d", kind)
	}
	if st.columns != nil && c.session.TxStatus() == 'E' {
		return errAborted
	}
	if kind == 'S' {
		c.out.parameterDescription(st.params)
	}
	c.rowDescription(st, formats)
	return nil
}

// rowDescription writes a statement's columns, or NoData. The all-text form
// is kept: some drivers describe every portal.
func (c *conn) rowDescription(st *statement, formats []int16) {
	switch {
	case st.columns == nil:
		c.out.send(&pgproto3.NoData{})
	case slices.Contains(formats, 1):
		c.out.rowDescription(st.columns, formats)
	case c.out.coder != nil: // the encoding may be another by the next time
		c.out.rowDescription(st.columns, nil)
	case st.desc != nil:
		c.out.buf = append(c.out.buf, st.desc...)
	default:
		start := len(c.out.buf)
		c.out.rowDescription(st.columns, nil)
		st.desc = slices.Clone(c.out.buf[start:])
	}
}

// executePortal serves Execute.
func (c *conn) executePortal(ctx context.Context, body []byte) error {
	m := &c.msg.execute
	if err := decode(m, body); err != nil {
		return err
	}
	name, maxRows := c.name(m.Portal), max(int(int32(m.MaxRows)), 0)
	m.Portal = ""
	if c.cursorTaken(name) {
		return c.executeCursor(ctx, name, maxRows)
	}
	p, err := c.findPortal(name)
	if err != nil {
		return err
	}
	c.offset = p.stmt.offset
	switch {
	case p.portal == nil:
		c.out.send(&pgproto3.EmptyQueryResponse{})
		return nil
	case p.done && p.stmt.columns == nil:
		return sqlerr.New(sqlerr.ObjectNotInPrerequisite, "portal %q cannot be run", name)
	}
	before := c.session.TxStatus()
	c.session.SetFinal(c.in.syncNext())
	res, err := c.run(ctx, p.portal, p.stmt.columns, p.formats, maxRows)
	if err != nil {
		return err
	}
	p.done = !res.Suspended
	switch {
	case res.Suspended:
		c.out.send(&pgproto3.PortalSuspended{})
	case res.Empty:
		c.out.send(&pgproto3.EmptyQueryResponse{})
	default:
		c.out.commandComplete(res.Tag)
	}
	if before != 'I' && c.session.TxStatus() == 'I' {
		c.closePortals() // a COMMIT or ROLLBACK took them along
	}
	return nil
}

// closeNamed serves Close; closing what is not there is no error.
func (c *conn) closeNamed(body []byte) error {
	m := &c.msg.close
	if err := decode(m, body); err != nil {
		return err
	}
	kind, name := m.ObjectType, c.name(m.Name)
	m.Name = ""
	switch kind {
	case 'S':
		c.stmts.drop(name)
	case 'P':
		if c.cursorTaken(name) {
			c.session.(cursors).CloseCursor(name)
		}
		c.dropPortal(name)
	default:
		return sqlerr.New(sqlerr.ProtocolViolation, "invalid CLOSE message subtype %d", kind)
	}
	c.out.send(&pgproto3.CloseComplete{})
	return nil
}

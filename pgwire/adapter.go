package pgwire

import (
	"context"
	"time"

	"github.com/stemedb/stemedb/sql"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// SQL returns an Engine that runs on package sql's. The wrappers are one
// pointer each, so that they cost no allocation.
func SQL(e *sql.Engine) Engine { return sqlEngine{e} }

type sqlEngine struct{ e *sql.Engine }

func (e sqlEngine) NewSession(ctx context.Context, l Login) (Session, error) {
	s, err := e.e.NewSession(ctx, sql.SessionOptions{
		User: l.User, Database: l.Database, Settings: l.Settings,
		RemoteAddr: l.RemoteAddr, LocalAddr: l.LocalAddr, PID: l.PID, Client: l.Client, Notified: l.Notified, Ending: l.Ending, TLS: l.TLS,
	})
	if err != nil {
		return nil, err
	}
	return sqlSession{s}, nil
}

type sqlSession struct{ *sql.Session }

// Parse boxes each statement: sql keeps the tree to itself.
func (s sqlSession) Parse(text string) ([]Statement, error) {
	stmts, err := s.Session.Parse(text)
	if err != nil || len(stmts) == 0 {
		return nil, err
	}
	out := make([]Statement, len(stmts))
	for i := range stmts {
		out[i] = Statement{Text: stmts[i].Text, Offset: stmts[i].Offset, Kind: stmts[i].Kind, Body: &stmts[i]}
	}
	return out, nil
}

func (s sqlSession) Prepare(ctx context.Context, st Statement, params []types.OID) (Prepared, error) {
	stmt := *st.Body.(*sql.Statement)
	stmt.Simple = st.Simple
	p, err := s.Session.Prepare(ctx, stmt, params)
	if err != nil {
		return nil, err
	}
	return sqlPrepared{p}, nil
}

func (s sqlSession) Bind(ctx context.Context, p Prepared, params []types.Datum) (Portal, error) {
	portal, err := s.Session.Bind(ctx, p.(sqlPrepared).p, params)
	if err != nil {
		return nil, err
	}
	return sqlPortal{portal}, nil
}

// PrepareCall is sql's.
func (s sqlSession) PrepareCall(ctx context.Context, function types.OID) (Prepared, error) {
	p, err := s.Session.PrepareCall(ctx, function)
	if err != nil {
		return nil, err
	}
	return sqlPrepared{p}, nil
}

// ExecuteCursor is sql's, with the results of this package.
func (s sqlSession) ExecuteCursor(ctx context.Context, name string, maxRows int, sink RowSink) (Result, error) {
	r, err := s.Session.ExecuteCursor(ctx, name, maxRows, sink)
	return Result{Tag: r.Tag, Suspended: r.Suspended}, err
}

// Portal returns a named portal of package sql's, for FETCH.
func (c *conn) Portal(name string) *sql.Portal {
	if name == "" {
		return nil
	}
	if p, ok := c.portals.get(name); ok {
		if p, ok := p.portal.(sqlPortal); ok {
			return p.p
		}
	}
	return nil
}

// EachStatement lists the named statements of the protocol to package sql.
func (c *conn) EachStatement(f func(name string, p *sql.Prepared, at time.Time)) {
	for name, e := range c.stmts.m {
		if p, ok := e.v.prepared.(sqlPrepared); ok && name != "" {
			f(name, p.p, e.v.at)
		}
	}
}

// Statement returns a named statement of the protocol that package sql runs.
func (c *conn) Statement(name string) *sql.Prepared {
	if st, ok := c.stmts.get(name); ok && name != "" {
		if p, ok := st.prepared.(sqlPrepared); ok {
			return p.p
		}
	}
	return nil
}

// NamedStatement returns a statement that PREPARE made.
func (s sqlSession) NamedStatement(name string) Prepared {
	if p := s.Session.Named(name); p != nil {
		return sqlPrepared{p}
	}
	return nil
}

type sqlPrepared struct{ p *sql.Prepared }

// Binary says that the simple protocol too gives the rows in binary format.
func (p sqlPrepared) Binary() bool { return p.p.Binary }

func (p sqlPrepared) Params() []types.OID    { return p.p.Params }
func (p sqlPrepared) Columns() []plan.Column { return p.p.Columns }

type sqlPortal struct{ p *sql.Portal }

func (p sqlPortal) Close() { p.p.Close() }

func (p sqlPortal) Execute(ctx context.Context, maxRows int, sink RowSink) (Result, error) {
	r, err := p.p.Execute(ctx, maxRows, sink)
	res := Result{Tag: r.Tag, Suspended: r.Suspended, Empty: r.Empty}
	if r.CopyIn != nil {
		res.CopyIn = sqlCopyIn{r.CopyIn}
	}
	if r.CopyOut != nil {
		res.CopyOut = r.CopyOut
	}
	return res, err
}

type sqlCopyIn struct{ c *sql.CopyIn }

func (c sqlCopyIn) Format() (int8, []int16)                { return c.c.Format() }
func (c sqlCopyIn) Write(p []byte) error                   { return c.c.Write(p) }
func (c sqlCopyIn) Finish(context.Context) (string, error) { return c.c.Finish() }
func (c sqlCopyIn) Abort(reason string) error              { return c.c.Abort(reason) }

package sql

import (
	"context"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Client is what a session tells its front end outside of results. pgwire and
// sidecar implement it; calls come from the goroutine that runs the session.
type Client interface {
	// Notice delivers a NOTICE, WARNING and the like.
	Notice(*sqlerr.Error)
	// ParameterStatus reports a changed reported setting.
	ParameterStatus(name, value string)
}

// SessionOptions describe a login.
type SessionOptions struct {
	User     string
	Database string
	// Settings are the start-up packet's parameters and -c options, in order.
	Settings   [][2]string
	RemoteAddr string // host:port, empty for embedded use
	LocalAddr  string
	PID        int32
	Client     Client // nil: discard
}

// Statement is one statement of a query string, parsed.
type Statement struct {
	Text   string // its own text
	Offset int    // in characters, within the query string
	Kind   string // the command tag's word: SELECT, INSERT, BEGIN, …
	tree   any
}

// Prepared is a statement bound and planned, ready to be executed often.
type Prepared struct {
	Text    string
	Params  []types.OID
	Columns []plan.Column // nil: the statement returns no rows
	Kind    string
	body    any
}

// RowSink takes a portal's rows. The batch belongs to the caller and is valid
// during the call.
type RowSink interface {
	Rows(b *types.Batch) error
}

// Result says how an Execute ended.
type Result struct {
	// Tag is the command tag, "SELECT 3". Empty when Suspended or when CopyIn
	// is set, and for an empty query (Empty).
	Tag       string
	Suspended bool // the row limit was reached and there may be more
	Empty     bool
	// CopyIn is set when the statement is COPY … FROM STDIN: feed it, then
	// call Finish.
	CopyIn *CopyIn
	// CopyOut is set when the statement is COPY … TO STDOUT: call its Run.
	CopyOut *CopyOut
}

// A front end drives a session so, from one goroutine:
//
//	stmts, err := s.Parse(text)                    // simple query: each in turn
//	p, err := s.Prepare(ctx, stmt, paramTypes)      // Parse message
//	portal, err := s.Bind(ctx, p, params)           // Bind
//	res, err := portal.Execute(ctx, maxRows, sink)  // Execute, repeatedly
//	portal.Close()
//	s.Sync()                                        // end of an implicit transaction
//
// Any error leaves the session usable; in an explicit transaction it moves to
// status 'E'. Cancel may be called from any goroutine.
var _ context.Context

package pgwire

import (
	"context"

	"github.com/stemedb/stemedb/sql"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Engine makes sessions.
type Engine interface {
	// NewSession starts a session for an authenticated role. During the call
	// it reports every reported setting through Login.Client. An error is
	// told to the client as FATAL.
	NewSession(ctx context.Context, l Login) (Session, error)
}

// Login describes an authenticated connection.
type Login struct {
	User     string
	Database string
	// Settings are the -c options in their order and then the start-up
	// packet's other parameters by name: the later wins.
	Settings   [][2]string
	RemoteAddr string // host:port
	LocalAddr  string
	PID        int32
	Client     Client
	// TLS is how the connection is encrypted; the zero TLS: it is not.
	TLS sql.TLS
	// Notified says that the session has notifications (Notifier). It is called from
	// any goroutine and does not wait.
	Notified func()
	// Ending says that the session was asked to end (Terminated). It is called from any
	// goroutine and does not wait.
	Ending func()
}

// Notifier is what a Session may be besides: one to which notifications come.
type Notifier interface {
	// Notifications takes what has come. It is called between transactions, on the
	// session's goroutine.
	Notifications() []sql.Notification
}

// Client is what a session tells its connection outside of results. It is
// called on the goroutine that calls the session.
type Client interface {
	Notice(*sqlerr.Error)
	ParameterStatus(name, value string)
}

// Statement is one parsed statement of a query string. Body is the engine's.
type Statement struct {
	Text   string
	Offset int // of Text in the query string, in characters
	Kind   string
	Simple bool // of a simple query, which has no parameters
	Body   any
}

// Session is one client's session. One that has IdleTimeout() time.Duration too
// limits by it how long a transaction block may stay open and idle. All methods but Cancel and Terminated are
// called from one goroutine. Positions in errors are 1-based characters: of the query string
// from Parse, of the statement's text from the others.
type Session interface {
	// Parse splits and parses a query string; no statements for an empty one.
	Parse(text string) ([]Statement, error)
	Prepare(ctx context.Context, st Statement, params []types.OID) (Prepared, error)
	// Bind makes a portal. It may keep params until the portal is closed.
	Bind(ctx context.Context, p Prepared, params []types.Datum) (Portal, error)
	// SetFinal says that nothing but Sync follows the next Execute in its
	// implicit transaction, which may then commit within it.
	SetFinal(final bool)
	// TxStatus is 'I' outside of a transaction block, 'T' inside, 'E' in a
	// failed one.
	TxStatus() byte
	// Sync ends an implicit transaction: it commits, or rolls back after an
	// error. It does nothing inside a transaction block.
	Sync(ctx context.Context) error
	// Fail marks the transaction as failed after an error. It is called after
	// every error, also those that the session itself returned.
	Fail()
	// Format says how values become text now. It may change between calls.
	Format() *types.Format
	// Cancel interrupts the statement that runs now, and reports whether one
	// does. It is called from any goroutine and does not block.
	Cancel() bool
	// Terminated reports whether the session was asked to end (by
	// pg_terminate_backend). It is called from any goroutine.
	Terminated() bool
	// Close ends the session and rolls back what is open.
	Close()
}

// Prepared is a planned statement.
type Prepared interface {
	Params() []types.OID    // the resolved parameter types
	Columns() []plan.Column // nil: no rows are returned
}

// Portal is a bound statement.
type Portal interface {
	// Execute runs the portal, or goes on after a suspension. maxRows 0 is no
	// limit.
	Execute(ctx context.Context, maxRows int, sink RowSink) (Result, error)
	Close()
}

// RowSink takes rows; the batch is the caller's and valid during the call.
type RowSink interface {
	Rows(b *types.Batch) error
}

// Result says how an Execute ended.
type Result struct {
	Tag       string // the command tag; empty when one of the others is set
	Suspended bool   // maxRows was reached
	Empty     bool   // there was no statement
	CopyIn    CopyIn
	CopyOut   CopyOut
}

// CopyIn is a COPY … FROM STDIN under way. Either Finish or Abort ends it,
// also after an error of Write.
type CopyIn interface {
	// Format returns the overall format (0 text, 1 binary) and each column's.
	Format() (overall int8, columns []int16)
	// Write takes the next bytes of the stream, cut anywhere. It does not keep p.
	Write(p []byte) error
	Finish(ctx context.Context) (tag string, err error)
	// Abort ends it because of an error, or at the client's wish, and returns that
	// as an error.
	Abort(reason string) error
}

// CopyOut is a COPY … TO STDOUT ready to run.
type CopyOut interface {
	Format() (overall int8, columns []int16)
	// Run gives each line (or binary tuple), which is valid during the call.
	Run(ctx context.Context, line func([]byte) error) (tag string, err error)
}

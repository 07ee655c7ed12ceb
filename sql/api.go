package sql

import (
	"time"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
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
	TLS        TLS
	Client     Client // nil: discard
	// Notified says that there are Notifications to take. It is called from any
	// goroutine and must not wait; nil: nobody takes them.
	Notified func()
	// Ending says that the session is Terminated. It is called from any goroutine and must
	// not wait; nil: nobody looks.
	Ending func()
}

// TLS is how a client's connection is encrypted, in OpenSSL's names; the zero TLS: it
// is not.
type TLS struct {
	Version, Cipher string
	Bits            int32
	// Subject, Serial and Issuer are of the client's certificate; empty: it has none.
	Subject, Serial, Issuer string
}

// Statement is one statement of a query string, parsed. Immutable.
type Statement struct {
	Text   string // its own text
	Offset int    // in characters, within the query string
	Kind   string // the command tag's word: SELECT, INSERT, BEGIN, …
	Simple bool   // it comes without parameters: none may be named
	tree   *parser.Statement
	whole  string // the query string that it is part of
	among  bool   // there are others in that
}

// Prepared is a statement bound and planned, ready to be executed often. It
// belongs to its session.
type Prepared struct {
	Text    string
	Params  []types.OID
	Columns []plan.Column // nil: the statement returns no rows
	Kind    string
	// Binary says that rows go out in binary format where the client has no
	// say: FETCH from a BINARY cursor.
	Binary bool

	stmt     Statement
	declared []types.OID // parameter types as the client gave them
	utility  plan.Utility
	plan     *planned
	copy     *copyPlan
	env      planEnv // that it was planned in

	call       *functions.Func // of a function by its OID; there is no statement then
	inner      bool            // what stands in PREPARE
	body       *bodyContext    // of a statement that stands in a body
	preparedAt time.Time
	planning   time.Duration // of what EXPLAIN is about
	execute    *plan.Execute // set for EXECUTE, with what it names
	target     *Prepared
	args       *planned // its arguments, one row; nil: none
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

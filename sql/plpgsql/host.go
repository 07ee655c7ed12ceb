package plpgsql

import (
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Host is the session that a Function runs in, for one call.
type Host interface {
	// Type resolves the name of a type, Row that of a relation for %ROWTYPE, and Column
	// that of a column for %TYPE.
	Type(text string) (plan.DeclaredType, error)
	Row(names []string) (t plan.DeclaredType, found bool, err error)
	Column(names []string) (t plan.DeclaredType, found bool, err error)

	// Parse splits a text of EXECUTE into statements.
	Parse(text string) ([]*parser.Statement, error)
	// Prepare plans a statement, whose names vars resolves. The value of an expression
	// that is assigned is made one of the type to; nil: it is not.
	Prepare(stmt *parser.Statement, vars plan.Variables, to *plan.DeclaredType) (Plan, error)
	// Cast plans a cast of one value, as an assignment makes it.
	Cast(from types.OID, to plan.DeclaredType) (Plan, error)

	// Scalar computes a Plan that is Simple.
	Scalar(p Plan, params []types.Datum) (types.Datum, error)
	// Run runs a Plan to its end, or until sink has been given most rows (0: all), and
	// says how many rows it gave or changed. The batch belongs to the Host.
	Run(p Plan, params []types.Datum, most int64, sink func(*types.Batch) error) (int64, error)
	// Open starts a Plan that gives rows.
	Open(p Plan, params []types.Datum) (Rows, error)

	// OpenCursor makes a cursor, for whose name nil means one of its own, and returns
	// the name.
	OpenCursor(name *string, p Plan, params []types.Datum, scroll, noScroll bool) (string, error)
	// FetchCursor walks a cursor, and describes its rows.
	FetchCursor(f *plan.Fetch, sink func(*types.Batch) error) (n int64, cols []plan.Column, err error)
	CloseCursor(name string) error
	// PinCursor lets a cursor outlive the transaction.
	PinCursor(name string)

	// Begin begins a subtransaction, Release ends it, Rollback takes it back.
	Begin() error
	Release()
	Rollback() error
	// End ends the transaction and begins the next.
	End(rollback, chain bool) error

	// Notice tells the client something.
	Notice(*sqlerr.Error)
	// Enter makes context known to what is called, until leave is called.
	Enter(context func() string) (leave func())
	// Context is what stands below the call in contexts, innermost first; empty: nothing.
	Context() string
	// Interrupted says why the call may not go on; nil: it may.
	Interrupted() error
	// Format writes values as text.
	Format() *types.Format
	// Memory bounds the bytes of the variables; 0: nothing does.
	Memory() int64
	// Setting is a setting of the session; empty: it is not set.
	Setting(name string) string
}

// Plan is a planned statement.
type Plan interface {
	// Columns describes the rows that it gives; nil: it gives none.
	Columns() []plan.Column
	// Kind is the word of its command tag.
	Kind() string
	// Simple reports whether it is one expression that Scalar can compute.
	Simple() bool
	// Expression reports whether it is one expression without a subquery, Simple or not.
	Expression() bool
	// Valid reports whether it may still be run; else it is to be planned again.
	Valid() bool
	// Writes reports whether it changes rows.
	Writes() bool
}

// Rows are those of a Plan that runs.
type Rows interface {
	// Next gives the next batch, valid until the next call; nil: there is none.
	Next() (*types.Batch, error)
	Close()
}

package plan

import "github.com/stemedb/stemedb/sql/types"

// ViewCheck is what the check option of view View asks of the rows that are written
// through it. It is over the stored row, as RETURNING is.
type ViewCheck struct {
	View string
	Cond Expr
}

// Insert writes rows of Input into a relation. Cols[i] is the target column
// (0-based) of input column i; columns not named take their defaults.
// Returning sees the stored row's columns in relation order, then its stored
// system columns.
type Insert struct {
	Rel       types.OID
	Input     Node
	Cols      []int
	DoNothing bool      // ON CONFLICT DO NOTHING
	Arbiters  []string  // of which indexes, for EXPLAIN
	Conflict  *Conflict // DO UPDATE, of a state table; nil: there is none
	// NullDefault makes NULL in a column that has a default mean the default:
	// COPY … (DEFAULT '') of files whose blanks say "not given".
	NullDefault bool
	ViewChecks  []ViewCheck
	Returning   []Expr
	Out         []Column
}

// Update rewrites rows of a writable state table (sources, source_classes, …).
// Input gives the old row's columns in relation order, then the new values of
// Cols, then what Returning sees behind the new row and
// its stored system columns.
type Update struct {
	Rel        types.OID
	Input      Node
	Cols       []int
	ViewChecks []ViewCheck
	Returning  []Expr
	Out        []Column
}

// Delete removes rows of a state table. Input gives the row's columns in
// relation order, then others; Returning sees the stored system columns between
// them.
type Delete struct {
	Rel       types.OID
	Input     Node
	Returning []Expr
	Out       []Column
}

// Columns and Children methods.
func (n *Insert) Columns() []Column { return n.Out }
func (n *Update) Columns() []Column { return n.Out }
func (n *Delete) Columns() []Column { return n.Out }

func (n *Insert) Children() []Node { return []Node{n.Input} }
func (n *Update) Children() []Node { return []Node{n.Input} }
func (n *Delete) Children() []Node { return []Node{n.Input} }

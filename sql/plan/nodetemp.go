package plan

import "github.com/stemedb/stemedb/sql/types"

// RowNumber in Scan.Cols stands for the number of a temporary table's row, an
// int8, by which TempWrite finds it again.
const RowNumber = -1

// TempWrite writes rows of a temporary table, of types Types. What Input gives
// depends on Kind; "extra" are columns of other items that RETURNING asks for.
//
//	TempInsert  full rows, extra (none)
//	TempUpdate  row number, full new rows, extra
//	TempDelete  row number, extra
//	TempMerge   clause, row number, full new rows
//
// Generated (by column; nil where one is not generated), Checks (in the order
// of the relation's), Keys and Returning see the full row, Returning then the
// stored system columns and the extra ones too. Keys are what is computed for
// the indexes of the relation, then for its foreign keys: of an index its
// expressions, and its predicate if it has one; of a foreign key its columns as
// the types of those that they refer to, when those differ. Nil: nothing is.
type TempWrite struct {
	Kind      TempKind
	Actions   []TempKind // TempMerge: what clauses 1, 2, … do; 0 does nothing
	Rel       types.OID
	Name      string
	Types     []types.OID
	Input     Node
	Generated []Expr
	Checks    []Expr
	Keys      [][]Expr
	Conflict  *Conflict
	// ViewChecks see the full row.
	ViewChecks []ViewCheck
	Returning  []Expr
	Out        []Column
}

// TempKind tells the writes apart.
type TempKind uint8

// The kinds of write.
const (
	TempInsert TempKind = iota
	TempUpdate
	TempDelete
	TempMerge
	TempNothing // of a clause of MERGE only
)

// Conflict is ON CONFLICT. Indexes are the numbers of the unique indexes that
// it is about; nil: all. Without Update the row is left out; else Set gives the
// full new row and Where says whether to write it, both over the stored row
// and then the proposed one.
type Conflict struct {
	Indexes  []int
	Arbiters []string // the indexes' names, for EXPLAIN
	Update   bool
	Set      []Expr
	Where    Expr
	// System says that they see the stored system columns of the row that is there, too.
	System bool
}

// ExtraAt is the first of the input's extra columns.
func (n *TempWrite) ExtraAt() int {
	switch n.Kind {
	case TempInsert:
		return len(n.Types)
	case TempUpdate:
		return len(n.Types) + 1
	case TempMerge:
		return len(n.Types) + 2
	}
	return 1
}

// Columns returns RETURNING's columns.
func (n *TempWrite) Columns() []Column { return n.Out }

// Children returns the input.
func (n *TempWrite) Children() []Node { return []Node{n.Input} }

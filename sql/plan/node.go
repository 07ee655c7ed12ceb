package plan

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// Node is one relational operator: data only. Columns describes its output,
// Children its inputs in order.
type Node interface {
	Columns() []Column
	Children() []Node
}

// Column describes one output column; Rel and Att (1-based) are set when it is
// a plain column of a relation, for RowDescription.
type Column struct {
	Name   string
	Type   types.OID
	Typmod int32
	Rel    types.OID
	Att    int16
	// Row is the type that clients are told of a column of rows of a relation, or of
	// arrays of them or of a domain; 0: Type. Only a statement's own columns have it.
	Row types.OID
	// Domain is the domain that it is of, or the type of arrays of one; 0: Type.
	Domain types.OID
	// Collation is the collation of its values where it is not their type's own;
	// 0: it is.
	Collation types.OID
}

// Scan reads a stored or virtual relation. Output column i is the relation's
// column Cols[i] (0-based), or one of StoredColumn. Filter sees the output columns.
type Scan struct {
	Rel    types.OID
	Name   string // the alias, for EXPLAIN
	Cols   []int
	Out    []Column
	Key    KeyCond
	Filter Expr
	AsOf   Expr // timestamptz; nil: the statement's read time
	// Temp says that the relation is a temporary table; Cols may then have
	// RowNumber.
	Temp bool
}

// KeyCond narrows a scan of claims by key. All given conditions hold for every
// row wanted (they may be wider than the query's own, which stays in Filter
// unless implied exactly). Values are expressions without columns (constants,
// parameters, OuterRefs), evaluated when the scan opens; a NULL value or an
// empty list means no rows.
//
// Index chooses the way in; by ByPath the shards named by Paths alone are
// read.
type KeyCond struct {
	Index      Index
	Paths      []Expr // concept_path IN (…); nil: no such condition
	Prefix     Expr   // concept_path starts with; nil: none
	From, To   Expr   // concept_path >= From, < To; nil: open
	Predicates []Expr // predicate IN (…)
	Sources    []Expr // source IN (…)
	IDs        []Expr // id IN (…), hex text

	// The columns = ANY (text[]); nil: no such condition. With Pairs a path is
	// wanted with the predicate that has its place alone.
	PathsArray, PredicatesArray, SourcesArray, IDsArray Expr
	Pairs                                               bool

	// IDFrom and IDTo are the first and the last of the ids wanted, by the way
	// ByIDRange; nil: none.
	IDFrom, IDTo Expr

	// Values, of a temporary table: what the columns of its Unique-th index
	// equal, in the types of the columns; nil: no such condition.
	Unique int
	Values []Expr
}

// Index is a way into the claims.
type Index uint8

// The ways in.
const (
	ByPath Index = iota // the primary order: path, predicate, id
	ByPredicate
	BySource
	ByID
	ByIDRange // a part of the claims, which hashes choose at random
)

// Lens resolves its input to lens rows. Input columns are found by In; the
// output is Out, of which column i is either a column of the input's winning
// row (From[i] >= 0: that input column) or a lens column (From[i] = -1 -
// LensColumn). Ordered says that the input comes grouped by (concept_path,
// predicate), as a Scan of claims by path does; else the lens sorts.
type Lens struct {
	Input   Node
	Name    string // as written
	Kind    string // recency, confidence, …
	Params  []LensParam
	Filter  Expr // over the input; nil: all
	AsOf    Expr // the system time it resolves at; nil: the statement's
	In      LensInput
	From    []int
	Out     []Column
	Ordered bool
	// Alias names the item, and Pushed the conditions of the query above that
	// went below the lens (over the input): both for EXPLAIN.
	Alias  string
	Pushed []Expr
}

// LensInput gives the input's column number of each column that a lens reads;
// -1 where the input has no such column (allowed for the optional ones only:
// Unit, Epoch, Revises, ValidFrom, ValidTo, RecordedAt).
type LensInput struct {
	ID, ConceptPath, Predicate, Value, ValueType, Unit int
	Source, SourceClass, Confidence, Lifecycle         int
	AssertedAt, RecordedAt, Epoch, Revises             int
	ValidFrom, ValidTo                                 int
}

// LensParam is one parameter, typed as the lens wants it.
type LensParam struct {
	Name  string
	Value Expr
}

// LensColumn numbers the columns that a lens adds, and the two that it
// replaces.
type LensColumn int

// The lens columns in output order, then source_class and tier as counted.
const (
	LensName LensColumn = iota
	LensEffectiveConfidence
	LensSupport
	LensConflictScore
	LensCandidates
	LensDistinctValues
	LensStatus
	LensDecidedBy
	LensClaimedPath
	LensSourceClass
	LensTier
)

// Values is a list of rows; with one empty row it is FROM nothing.
type Values struct {
	Rows [][]Expr
	Out  []Column
}

// Project computes expressions over its input.
type Project struct {
	Input Node
	Exprs []Expr
	Out   []Column
}

// ProjectSet is Project where some expressions are set-returning calls
// (SetCall), run in step as PostgreSQL does.
type ProjectSet struct {
	Input Node
	Exprs []Expr
	Out   []Column
}

// SetCall is a set-returning function called in a ProjectSet.
type SetCall struct {
	Func types.OID
	Args []Expr
	OID  types.OID
	Made *functions.Func // Call's
}

// Function is what is called.
func (e *SetCall) Function() (*functions.Func, bool) { return functionOf(e.Func, e.Made) }

// Type returns the type of one result.
func (e *SetCall) Type() (types.OID, int32) { return e.OID, -1 }

// Filter keeps the rows for which Cond is true.
type Filter struct {
	Input Node
	Cond  Expr
}

// Join joins two inputs. LeftKeys and RightKeys (over the left and the right
// input alone; equal types, hashable) make it a hash join; On is what else
// must hold, over both. Lateral: the right side runs once per left row, with
// Args (over the left input) as its OuterRefs.
//
// Batch makes it a join by lookups: the right side runs once for each batch of
// left rows, and where Batch says so an OuterRef of it is not the value of an Arg
// but the array of those that the rows of the batch have, none of them NULL; of
// several arrays those in one place are of one row, and none is there twice. The
// right side asks for rows with these keys; the join itself is one by hash.
//
// Merge makes it a merge join: both sides come in the order of the keys, which
// are plain columns, each descending where Merge says so. ByShard says that they
// do shard by shard, as fragments over claims, and that rows of equal keys are of
// one shard.
//
// NotIn makes an antijoin by one key NOT IN: NULL is perhaps equal to anything,
// so that no row stays when the right side has one, nor a left row of which it
// is the key unless the right side is empty.
//
// LeftFirst has the first left row asked for before the right side is read: where
// there is none, it is not read.
type Join struct {
	Kind                JoinKind
	NotIn, LeftFirst    bool
	Left, Right         Node
	LeftKeys, RightKeys []Expr
	On                  Expr
	Merge               []bool
	ByShard             bool
	Lateral             bool
	Args                []Expr
	Batch               []bool   // by Args; nil: the right side runs once, or is Lateral
	Out                 []Column // Semi and Anti: the left columns only
}

// JoinKind is the kind of join.
type JoinKind uint8

// The kinds of join.
const (
	InnerJoin JoinKind = iota
	LeftJoin
	RightJoin
	FullJoin
	SemiJoin
	AntiJoin
)

// Aggregate groups. Output: the group keys, then the aggregates, then the
// Groupings. No keys and no Grouped: one row over everything.
//
// With Sets the rows are grouped once by each set of keys (indexes of Keys); a
// key that is not in a group's set is NULL in its row, and an empty set has its
// row also when the input has none. A Grouping is an int4 that tells which of
// its keys are not in the group's set, the last key in the lowest bit.
type Aggregate struct {
	Input     Node
	Keys      []Expr
	Aggs      []AggCall
	Sets      [][]int
	Groupings [][]int
	Grouped   bool // GROUP BY was written (an empty input then gives no row)
	Out       []Column
}

// Sort orders its input; Limit (nil: none) keeps only so many first rows. With
// Presorted keys, rows that are equal in so many first keys come side by side, and
// only they are put in order among themselves.
type Sort struct {
	Input     Node
	Keys      []SortKey
	Limit     Expr
	Presorted int
}

// Limit skips Offset rows and passes Count (nil: no bound). With Ties, the
// order of the input, it passes also the rows that are equal to the last one.
type Limit struct {
	Input         Node
	Count, Offset Expr
	Ties          []SortKey
}

// Distinct drops repeats by the columns On (nil: all columns). With On the
// first row of each group in input order stays.
type Distinct struct {
	Input Node
	On    []int
}

// SetOp is UNION, INTERSECT or EXCEPT of inputs with equal column types.
type SetOp struct {
	Op          SetOpKind
	All         bool
	Left, Right Node
	Out         []Column
}

// SetOpKind names a set operation.
type SetOpKind uint8

// The set operations.
const (
	Union SetOpKind = iota
	Intersect
	Except
)

// With makes the rows of CTEs available to Body (and to later CTEs): each runs
// at most once a statement.
type With struct {
	CTEs []CTE
	Body Node
}

// CTE is one materialised WITH query. A recursive one has Recursive set: Plan
// is the non-recursive term, Step the recursive one, which reads the working
// table through a CTERef with Working set.
type CTE struct {
	ID        int
	Name      string
	Plan      Node
	Recursive bool
	UnionAll  bool
	Step      Node
	// Modifies says that Plan writes: it runs once and wholly, before the body.
	Modifies bool
}

// CTERef reads a CTE.
type CTERef struct {
	ID      int
	Name    string
	Working bool
	Out     []Column
}

// FunctionScan is a function in FROM; several calls are ROWS FROM. Ordinality
// adds a last column that counts rows from 1. A scalar call gives one row. A record
// whose columns the function does not declare is taken apart into those that were
// asked for.
type FunctionScan struct {
	Calls      []Expr // SetCall, or any expression without columns
	Widths     []int  // columns of each call
	Ordinality bool
	Out        []Column
	Alias      string // for EXPLAIN
}

// Input is rows handed in from outside the plan, a batch a run: COPY feeds an
// Insert through it.
type Input struct{ Out []Column }

// Sample passes about Percent (float4) of a hundred of its input's rows: of
// blocks of rows, or row by row. The same Repeatable (float8; nil: none) chooses
// the same rows, which Key's columns tell apart (nil: their places).
type Sample struct {
	Input               Node
	Blocks              bool
	Percent, Repeatable Expr
	Key                 []int
}

// LockRows locks the rows of state tables that its input's rows are made of, for
// the rest of the transaction (SELECT … FOR UPDATE). A row that another transaction has
// changed meanwhile makes the statement read anew.
type LockRows struct {
	Input Node
	Locks []RowLock
	// Limited says that what is above may not want all rows: rows are locked one by one.
	Limited bool
	// Top says that nothing but Limits and Projects are above, so that the input may be
	// opened again.
	Top bool
}

// RowLock is how rows of a relation are locked.
type RowLock struct {
	Rel    types.OID
	Key    []int // columns of the input with the relation's key; one that is NULL: no row
	Shared bool  // FOR SHARE and FOR KEY SHARE
	Wait   LockWait
}

// LockWait says what becomes of a row that another transaction has locked.
type LockWait uint8

// The ways.
const (
	LockWaits  LockWait = iota // until that ends
	LockSkips                  // SKIP LOCKED
	LockErrors                 // NOWAIT
)

// Columns and Children methods.
func (n *Scan) Columns() []Column         { return n.Out }
func (n *Lens) Columns() []Column         { return n.Out }
func (n *Values) Columns() []Column       { return n.Out }
func (n *Project) Columns() []Column      { return n.Out }
func (n *ProjectSet) Columns() []Column   { return n.Out }
func (n *Filter) Columns() []Column       { return n.Input.Columns() }
func (n *Join) Columns() []Column         { return n.Out }
func (n *Aggregate) Columns() []Column    { return n.Out }
func (n *Sort) Columns() []Column         { return n.Input.Columns() }
func (n *Limit) Columns() []Column        { return n.Input.Columns() }
func (n *Sample) Columns() []Column       { return n.Input.Columns() }
func (n *LockRows) Columns() []Column     { return n.Input.Columns() }
func (n *Distinct) Columns() []Column     { return n.Input.Columns() }
func (n *SetOp) Columns() []Column        { return n.Out }
func (n *With) Columns() []Column         { return n.Body.Columns() }
func (n *CTERef) Columns() []Column       { return n.Out }
func (n *FunctionScan) Columns() []Column { return n.Out }
func (n *Input) Columns() []Column        { return n.Out }

func (n *Scan) Children() []Node         { return nil }
func (n *Lens) Children() []Node         { return []Node{n.Input} }
func (n *Values) Children() []Node       { return nil }
func (n *Project) Children() []Node      { return []Node{n.Input} }
func (n *ProjectSet) Children() []Node   { return []Node{n.Input} }
func (n *Filter) Children() []Node       { return []Node{n.Input} }
func (n *Join) Children() []Node         { return []Node{n.Left, n.Right} }
func (n *Aggregate) Children() []Node    { return []Node{n.Input} }
func (n *Sort) Children() []Node         { return []Node{n.Input} }
func (n *Limit) Children() []Node        { return []Node{n.Input} }
func (n *Sample) Children() []Node       { return []Node{n.Input} }
func (n *LockRows) Children() []Node     { return []Node{n.Input} }
func (n *Distinct) Children() []Node     { return []Node{n.Input} }
func (n *SetOp) Children() []Node        { return []Node{n.Left, n.Right} }
func (n *CTERef) Children() []Node       { return nil }
func (n *FunctionScan) Children() []Node { return nil }
func (n *Input) Children() []Node        { return nil }

// Children returns the CTEs' plans, then the body.
func (n *With) Children() []Node {
	var out []Node
	for i := range n.CTEs {
		out = append(out, n.CTEs[i].Plan)
		if n.CTEs[i].Step != nil {
			out = append(out, n.CTEs[i].Step)
		}
	}
	return append(out, n.Body)
}

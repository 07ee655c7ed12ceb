package plan

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// Expr is a typed, bound scalar expression: data only, no code. Functions,
// operators and casts are named by the OID of their pg_proc row; sql/exec
// compiles expressions once per plan.
type Expr interface {
	// Type returns the result type and typmod (-1: none).
	Type() (types.OID, int32)
}

// Const is a literal.
type Const struct {
	Value  types.Datum
	OID    types.OID
	Typmod int32
}

// Param is a statement parameter, numbered from 0 ($1 is 0).
type Param struct {
	Index int
	OID   types.OID
}

// Col is a column of the node's input, numbered from 0. For joins the left
// input's columns come first.
type Col struct {
	Index  int
	OID    types.OID
	Typmod int32
	Name   string // for EXPLAIN and derived output names
}

// OuterRef is a value handed into a subplan (or the right side of a lateral
// join) by the enclosing row: the Index-th of Subplan.Args (or Join.Args).
type OuterRef struct {
	Index  int
	OID    types.OID
	Typmod int32
}

// Call calls a scalar function; operators and casts with a function are calls
// too. Args already have the function's declared types, with a variadic call's
// rest packed into an ArrayExpr.
type Call struct {
	Func   types.OID // pg_proc OID
	Args   []Expr
	OID    types.OID // result type, polymorphism resolved
	Typmod int32
	Op     string // the operator's symbol when written as one, for EXPLAIN
	Cast   bool   // written or implied as a cast, for EXPLAIN
	// Spread is a call whose last argument, an array, stands for its elements,
	// which may be of any type.
	Spread bool
	// Made is the function, if a statement made it; nil: it is built in.
	Made *functions.Func
}

// Function is what is called.
func (e *Call) Function() (*functions.Func, bool) { return functionOf(e.Func, e.Made) }

func functionOf(oid types.OID, made *functions.Func) (*functions.Func, bool) {
	if made != nil {
		return made, true
	}
	return functions.ByOID(oid)
}

// Convert casts through the types' text forms (IO) or relabels a binary
// coercible value (not IO), then applies Typmod (varchar(n), numeric(p,s), …)
// when it is not -1. Explicit tells an explicit cast's truncation from an
// assignment's error.
type Convert struct {
	Arg      Expr
	OID      types.OID
	Typmod   int32
	IO       bool
	Explicit bool
}

// ArrayConvert casts an array elementwise: Elem is an expression over Col 0.
type ArrayConvert struct {
	Arg  Expr
	Elem Expr
	OID  types.OID
}

// BoolOp is AND, OR or NOT with SQL's three values.
type BoolOp struct {
	Op   BoolKind
	Args []Expr
}

// BoolKind names a boolean connective.
type BoolKind uint8

// The connectives.
const (
	And BoolKind = iota
	Or
	Not
)

// NullTest is IS [NOT] NULL. For a Row argument SQL's row rule applies.
type NullTest struct {
	Arg Expr
	Not bool
}

// BoolTest is IS [NOT] TRUE, FALSE or UNKNOWN.
type BoolTest struct {
	Arg  Expr
	Want types.Datum // bool or NULL for UNKNOWN
	Not  bool
}

// DistinctTest is IS [NOT] DISTINCT FROM; Eq is the equality function.
type DistinctTest struct {
	Eq          types.OID
	Left, Right Expr
	Not         bool
}

// Case is CASE; a simple CASE has been rewritten so that each When.Cond is a
// condition (over the test expression, which must be cheap or a CaseTest).
type Case struct {
	Test  Expr // simple CASE: evaluated once, seen as CaseTest; else nil
	Whens []When
	Else  Expr // nil: NULL
	OID   types.OID
}

// When is one arm of a Case.
type When struct{ Cond, Result Expr }

// CaseTest is the value of the enclosing Case's Test.
type CaseTest struct{ OID types.OID }

// Coalesce is COALESCE, or GREATEST or LEAST, by Kind.
type Coalesce struct {
	Kind CoalesceKind
	Args []Expr
	OID  types.OID
	Less types.OID // pg_proc OID of "<" for Greatest and Least
}

// CoalesceKind tells COALESCE from GREATEST and LEAST.
type CoalesceKind uint8

// The kinds.
const (
	CoalesceFirst CoalesceKind = iota
	Greatest
	Least
)

// NullIf is NULLIF; Eq is the equality function.
type NullIf struct {
	Eq          types.OID
	Left, Right Expr
}

// ArrayExpr is ARRAY[…]. Multi marks ARRAY[ARRAY[…], …], whose elements are
// arrays to be stacked.
type ArrayExpr struct {
	Elems []Expr
	Multi bool
	OID   types.OID // the array type
}

// RowExpr is ROW(…).
type RowExpr struct {
	Elems []Expr
	Names []string
	// Collations are Record's.
	Collations []types.OID
}

// Field is (row).name, numbered from 0.
type Field struct {
	Arg   Expr
	Index int
	OID   types.OID
}

// Subscript is a[i] or, with Slice, a[lo:hi] (a nil bound is open).
type Subscript struct {
	Arg   Expr
	Index []Expr // upper bounds
	Lower []Expr // as long as Index when Slice
	Slice bool
	OID   types.OID
}

// AnyAll is left op ANY/ALL (array). Op is the comparison's function.
type AnyAll struct {
	Op    types.OID
	All   bool
	Left  Expr
	Array Expr
	Sym   string
}

// InList is left IN (list) with an equality function; Not is NOT IN.
type InList struct {
	Eq   types.OID
	Left Expr
	List []Expr
	Not  bool
}

// RowCompare is a comparison of rows for <, <=, >, >= ; equality of rows has
// been expanded. Ops[i] are the comparison functions of "<" (or ">") for each
// column and Eqs the equalities.
type RowCompare struct {
	Op          string
	Less, Eqs   []types.OID
	Left, Right []Expr
}

// Subplan is a subquery in an expression. Args are evaluated on the enclosing
// row and seen inside as OuterRef; with no Args the plan runs once a
// statement.
type Subplan struct {
	Kind SubplanKind
	Plan Node
	Args []Expr
	// Left are the outer values of a Quantified subplan, one per column of
	// Plan; Op the comparison functions; All tells ALL from ANY/IN. IN is ANY
	// with equality, and Hashable then says that a hash table may serve.
	Left     []Expr
	Op       []types.OID
	Sym      string
	All      bool
	Hashable bool
	OID      types.OID
	Typmod   int32
}

// SubplanKind says what a subplan's rows become.
type SubplanKind uint8

// The kinds of subplan.
const (
	ScalarSub SubplanKind = iota
	ExistsSub
	ArraySub
	QuantifiedSub
	RowSub // a comparison of rows, in a bind that is to be printed
)

// AggCall is an aggregate in an Aggregate node.
type AggCall struct {
	Func     types.OID
	Args     []Expr
	Distinct bool
	OrderBy  []SortKey // over the aggregate's input
	Filter   Expr      // nil: all rows
	OID      types.OID
	Star     bool // count(*)
	// WithinGroup marks an ordered-set aggregate: OrderBy are its rows' columns
	// and Direct, over the group keys, its other arguments; Args is empty.
	WithinGroup bool
	Direct      []Expr
}

// SortKey is one ORDER BY key.
type SortKey struct {
	Expr       Expr
	Desc       bool
	NullsFirst bool
}

// Type methods.
func (e *Const) Type() (types.OID, int32)        { return e.OID, e.Typmod }
func (e *Param) Type() (types.OID, int32)        { return e.OID, -1 }
func (e *Col) Type() (types.OID, int32)          { return e.OID, e.Typmod }
func (e *OuterRef) Type() (types.OID, int32)     { return e.OID, e.Typmod }
func (e *Call) Type() (types.OID, int32)         { return e.OID, e.Typmod }
func (e *Convert) Type() (types.OID, int32)      { return e.OID, e.Typmod }
func (e *ArrayConvert) Type() (types.OID, int32) { return e.OID, -1 }
func (e *BoolOp) Type() (types.OID, int32)       { return types.OIDBool, -1 }
func (e *NullTest) Type() (types.OID, int32)     { return types.OIDBool, -1 }
func (e *BoolTest) Type() (types.OID, int32)     { return types.OIDBool, -1 }
func (e *DistinctTest) Type() (types.OID, int32) { return types.OIDBool, -1 }
func (e *Case) Type() (types.OID, int32)         { return e.OID, -1 }
func (e *CaseTest) Type() (types.OID, int32)     { return e.OID, -1 }
func (e *Coalesce) Type() (types.OID, int32)     { return e.OID, -1 }
func (e *NullIf) Type() (types.OID, int32)       { return e.Left.Type() }
func (e *ArrayExpr) Type() (types.OID, int32)    { return e.OID, -1 }
func (e *RowExpr) Type() (types.OID, int32)      { return types.OIDRecord, -1 }
func (e *Field) Type() (types.OID, int32)        { return e.OID, -1 }
func (e *Subscript) Type() (types.OID, int32)    { return e.OID, -1 }
func (e *AnyAll) Type() (types.OID, int32)       { return types.OIDBool, -1 }
func (e *InList) Type() (types.OID, int32)       { return types.OIDBool, -1 }
func (e *RowCompare) Type() (types.OID, int32)   { return types.OIDBool, -1 }
func (e *Subplan) Type() (types.OID, int32)      { return e.OID, e.Typmod }

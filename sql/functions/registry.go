package functions

import (
	"context"
	"slices"
	"time"

	"github.com/stemedb/stemedb/sql/types"
)

// Kind is pg_proc.prokind.
type Kind byte

// The kinds of function.
const (
	Scalar    Kind = 'f'
	Agg       Kind = 'a'
	WindowFn  Kind = 'w'
	Procedure Kind = 'p'
)

// Func is one row of pg_proc with the code behind it. A family declares a
// table of these beside its code; catalog, binder and documentation read the
// same table.
type Func struct {
	OID        types.OID
	Name       string
	Schema     string        // information_schema, or empty: pg_catalog
	Args       []types.OID   // declared argument types; polymorphic pseudo-types allowed
	ArgNames   []string      // nil: none
	Variadic   bool          // the last of Args is an array that takes the rest
	Defaults   []types.Datum // values of the last len(Defaults) arguments when left out
	Ret        types.OID
	RetSet     bool
	OutNames   []string // names of the result columns; one for a named scalar result
	OutTypes   []types.OID
	Kind       Kind
	NotStrict  bool    // called even when an argument is NULL
	NullArray  bool    // VARIADIC NULL is no arguments, not a NULL result
	Volatility byte    // 'i', 's', 'v'; 0 means 'i'
	Cost       float64 // pg_proc.procost, in operators; 0 means 1
	Src        string  // pg_proc.prosrc; empty: Name
	Doc        string  // one line for docs/sql.md and \df+
	// Restricted functions are not for everybody: only superusers may execute them.
	Restricted bool
	// Changes says that a call changes something beyond the session that no
	// ROLLBACK takes back: READ ONLY transactions refuse it.
	Changes bool
	// Stores says that a call writes what its transaction stores: a statement with one
	// does not commit by itself.
	Stores bool
	// Asks says that a function asks the catalog though PostgreSQL calls it immutable,
	// so that it is not computed before the statement runs.
	Asks bool

	// Row computes one result. For strict functions no argument is NULL. The
	// argument slice is the caller's and is not kept. Callers take it through
	// RowFor, which also knows Bind.
	Row RowFunc
	// Vec, when there is one, computes n results at once into out, which has
	// been resized to n. For strict functions the caller has merged the
	// arguments' NULLs into out.Null beforehand, and Vec may compute garbage
	// (but must not fail) at those rows.
	//
	// An argument column of length 1 with n > 1 is a constant: it stands for n
	// equal rows. A constant NULL of a strict function is the caller's: the
	// result is NULL at every row and Vec need not be called. out never shares
	// memory with an argument.
	Vec func(c *Ctx, args []*types.Vec, n int, out *types.Vec) error
	// Bind, when there is one, stands in for Row in functions whose code
	// depends on the types of the actual arguments (polymorphic ones, "any"):
	// it is asked once per call site and gives the code for that site.
	Bind func(args []types.OID, ret types.OID) RowFunc
	// Set starts a set-returning function; BindSet is to it what Bind is to
	// Row. Callers take them through SetFor.
	Set     SetFunc
	BindSet func(args []types.OID, ret types.OID) SetFunc
	// Shaped functions make the row that the caller asks for by a column
	// definition list. It arrives as two more arguments behind those declared:
	// a row of NULLs with the columns' names and types, and their modifiers as
	// int4[].
	Shaped bool
	// Aggregate is the code of an aggregate.
	Aggregate *Aggregate
	// Window is the code of a window function.
	Window WindowFunc
	// Made is the declaration of a function that a statement made; nil: it is built in.
	Made *Routine

	atHome bool // asks the session, the catalog or the cluster; set by buildTables
}

// HasCode reports whether the function can be called. PostgreSQL has some, which
// stand behind types, aggregates or indexes, that have none here: package catalog
// knows them.
func (f *Func) HasCode() bool {
	switch f.Kind {
	case Agg:
		return f.Aggregate != nil
	case WindowFn:
		return f.Window != nil
	}
	return f.Row != nil || f.Bind != nil || f.Set != nil || f.BindSet != nil
}

// RowFunc computes one result from one row of arguments.
type RowFunc func(c *Ctx, args []types.Datum) (types.Datum, error)

// SetFunc starts a set-returning function on one row of arguments.
type SetFunc func(c *Ctx, args []types.Datum) (SetIter, error)

// RowFor returns the code of one call site: args are the types of the actual
// arguments, ret the resolved result type. It is nil for functions that are
// not scalar.
func (f *Func) RowFor(args []types.OID, ret types.OID) RowFunc {
	if f.Bind != nil {
		return f.Bind(args, ret)
	}
	return f.Row
}

// RowForArray is RowFor for a call whose last argument, an array given with
// VARIADIC, stands for its elements as arguments of a "any" parameter. A NULL
// array gives NULL, or no arguments where the function takes it so.
func (f *Func) RowForArray(args []types.OID, ret types.OID) RowFunc {
	last := len(args) - 1
	elem := types.ElemOf(args[last])
	return func(c *Ctx, a []types.Datum) (types.Datum, error) {
		if a[last].Null && !f.NullArray {
			return types.NullDatum, nil
		}
		ts, vals := slices.Clone(args[:last]), slices.Clone(a[:last])
		if arr, ok := a[last].A.(*types.Array); ok && !a[last].Null {
			for _, d := range arr.Elems {
				ts, vals = append(ts, elem), append(vals, d)
			}
		}
		return f.RowFor(ts, ret)(c, vals)
	}
}

// SetFor is RowFor for set-returning functions.
func (f *Func) SetFor(args []types.OID, ret types.OID) SetFunc {
	if f.BindSet != nil {
		return f.BindSet(args, ret)
	}
	return f.Set
}

// SetIter yields the rows of a set-returning function: one datum for a scalar
// result, one per column for a record. ok is false at the end. The row slice
// is reused by the next call.
type SetIter interface {
	Next() (row []types.Datum, ok bool, err error)
}

// Aggregate makes accumulators. Grouped execution keeps one State for all
// groups, so that a group costs an index and no allocation.
type Aggregate struct {
	// New returns state for an aggregate over arguments of these types.
	New func(args []types.OID) State
	// Ordered, instead of New, computes an ordered-set aggregate: Direct is how
	// many of its arguments are direct ones. The direct arguments of a
	// hypothetical-set aggregate are a row like those of WITHIN GROUP; only
	// such an aggregate sees rows with NULLs.
	Ordered      func(c *Ctx, rows *OrderedRows, direct []types.Datum) (types.Datum, error)
	Direct       int
	Hypothetical bool
	// NullOnEmpty etc. are the State's business: Result of a group never
	// added to must be what SQL says of no rows.
}

// State accumulates one aggregate over many groups, numbered from 0.
type State interface {
	// Grow makes room for groups up to n.
	Grow(n int)
	// Add takes rows: args[k] is the k-th argument's column, groups[i] the
	// group of row i. NULL arguments are passed on; skipping them is the
	// aggregate's business. A column of length 1 with more rows is a constant.
	// Grow has made room for every group named.
	Add(c *Ctx, groups []int32, args []*types.Vec) error
	// Merge adds other's groups (same aggregate): group i of other goes into
	// groups[i] of this one. It serves parallel and distributed partials.
	Merge(c *Ctx, other State, groups []int32) error
	// Result returns a group's value. It does not change the state: more rows
	// may follow.
	Result(c *Ctx, group int32) (types.Datum, error)
	// Size estimates the bytes held, for the query's memory budget.
	Size() int64
}

// Operator is one row of pg_operator.
type Operator struct {
	OID        types.OID
	Name       string
	Left       types.OID // 0: prefix operator
	Right      types.OID
	Result     types.OID
	Func       types.OID
	Commutator types.OID
	Negator    types.OID
}

// Cast is one row of pg_cast. Func is 0 for a cast through the types' text
// forms (Method 'i') or a relabelling (Method 'b').
type Cast struct {
	OID     types.OID
	Source  types.OID
	Target  types.OID
	Func    types.OID
	Context byte // 'i' implicit, 'a' assignment, 'e' explicit
	Method  byte // 'f' function, 'i' text in/out, 'b' binary coercible
}

// Ctx is what a function may know beyond its arguments. One Ctx serves one
// statement; it is not safe for concurrent use, Clone it per worker.
type Ctx struct {
	context.Context
	types.Format           // DateStyle, IntervalStyle, extra_float_digits, bytea_output, zone
	TxnStart     time.Time // now()
	StmtStart    time.Time
	Session      Session
	Catalog      Catalog
	Cluster      Cluster // nil: there is none to ask
	// Runner runs routines that statements made, which see what Moment says unless they
	// are volatile.
	Runner Runner
	Moment Moment
	// MayEnd says that the procedure which is called may end the transaction.
	MayEnd bool
	// ReadOnly says that the transaction may change nothing.
	ReadOnly bool
	// Started is the server's start, for pg_postmaster_start_time.
	Started time.Time

	cache *patternCache // compiled patterns of this worker, made on demand
}

// Clone returns a Ctx for another worker of the same statement: the same
// answers, caches of its own.
func (c *Ctx) Clone() *Ctx {
	d := *c
	d.cache = nil
	return &d
}

// Session is what functions may ask of the session.
type Session interface {
	User() string
	SessionUser() string
	// UserOID is that of User.
	UserOID() types.OID
	Database() string
	// SearchPath lists the effective schemas; implicit adds pg_catalog.
	SearchPath(implicit bool) []string
	// Setting is a run-time parameter as SHOW prints it; the error is for one
	// that the role may not see.
	Setting(name string) (value string, ok bool, err error)
	// SettingFlags are the flags of a declared parameter.
	SettingFlags(name string) (flags []string, ok bool)
	// SetSetting sets one, or resets it when value is nil.
	SetSetting(name string, value *string, local bool) (string, error)
	BackendPID() int32
	ClientAddr() string
	ClientPort() int32
	ServerAddr() string
	ServerPort() int32
	// TxnID is a number that stays the same within a transaction.
	TxnID() int64
	// TxnAssigned is that number if the transaction has one already, else 0;
	// TxnNext is the next that will be given.
	TxnAssigned() int64
	TxnNext() int64
	// TxnSnapshot tells what the transaction sees: all below xmin has ended,
	// nothing from xmax on has begun; running lists what runs between.
	TxnSnapshot() (xmin, xmax int64, running []int64)
	// TxnStatus is how a transaction ended; empty: not known any more. future
	// reports a number that was not given yet.
	TxnStatus(id int64) (status string, future bool)
	// Random draws from [0, 1); Seed starts its numbers anew, from -1 to 1.
	Random() float64
	Seed(float64)
	// ReadTime is the recorded time that the statement reads at.
	ReadTime() time.Time
	// CancelBackend and TerminateBackend act on another session, if the role may;
	// false: there is none.
	CancelBackend(pid int32) (bool, error)
	TerminateBackend(pid int32) (bool, error)
}

// Catalog answers questions about objects. Names come back unquoted.
type Catalog interface {
	// RelationByName finds a relation; schema "" means by search path.
	RelationByName(schema, name string) (types.OID, bool)
	// RelationName returns a relation's schema and name.
	RelationName(oid types.OID) (schema, name string, ok bool)
	// ColumnName returns the name of a relation's column (1-based number).
	ColumnName(rel types.OID, attnum int16) (string, bool)
	SchemaByName(name string) (types.OID, bool)
	SchemaName(oid types.OID) (string, bool)
	RoleByName(name string) (types.OID, bool)
	RoleName(oid types.OID) (string, bool)
	// HasRole reports whether a role has a right on another.
	HasRole(role, of types.OID, right RoleRight) bool
	// RelationVisible reports whether the name alone finds the relation.
	RelationVisible(oid types.OID) (visible, exists bool)
	TypeVisible(oid types.OID) (visible, exists bool)
	// RowTypeName is the name, as SQL writes it, of a type that is not built in: of a
	// relation's rows, a domain, or of arrays of them.
	RowTypeName(oid types.OID) (string, bool)
	FunctionVisible(oid types.OID) (visible, exists bool)
	// Function finds a function by OID, also one that has no code.
	Function(oid types.OID) (*Func, bool)
	// Comment returns an object's comment; sub is the column number or 0.
	Comment(class, oid types.OID, sub int32) (string, bool)
	// ViewDef, IndexDef and ConstraintDef return definitions as SQL.
	ViewDef(oid types.OID, style ViewStyle, f *types.Format) (string, bool)
	IndexDef(oid types.OID, column int, pretty bool) (string, bool)
	ConstraintDef(oid types.OID, pretty bool) (string, bool)
	// PrettyExpr is an expression that the catalogs have of a relation, without
	// parentheses that are not needed.
	PrettyExpr(rel types.OID, plain string) string
	// Writable says what can be done with the rows of a relation.
	Writable(oid types.OID) Writes
	// CatalogRows finds rows of a relation of pg_catalog by the value of a
	// column, which is a number or a text.
	CatalogRows(c *Ctx, rel, column string, v types.Datum) ([]CatalogRow, error)
	// CatalogAll gives all rows of a relation of pg_catalog.
	CatalogAll(c *Ctx, rel string) ([]CatalogRow, error)
	// RelationSize estimates a relation's bytes; OID 0 is the whole database.
	RelationSize(oid types.OID) int64
	// Privileges returns which of some privileges, and of some options to grant them, a
	// role holds on an object of such a kind; 0 is everybody. With a column, counted from
	// 1, they are those by the column's own list.
	Privileges(role types.OID, kind string, oid types.OID, column int16, privs, options types.Privileges) (held, grantable types.Privileges)
	// RelationKind is a relation's pg_class.relkind.
	RelationKind(oid types.OID) (kind byte, ok bool)
}

// ViewStyle is how the query of a view is printed.
type ViewStyle struct {
	// Pretty leaves out parentheses that are not needed.
	Pretty bool
	// Wrap is the column from which on lists go on in another line; negative: they
	// do not.
	Wrap int
}

package plan

import (
	"context"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Catalog is what the binder asks about objects; *catalog.Catalog satisfies it.
// Functions, operators, casts and types are in tables of their own packages.
type Catalog interface {
	// Relation finds a relation by OID, Named by schema and name.
	Relation(oid types.OID) (*catalog.Relation, bool)
	Named(schema, name string) (*catalog.Relation, bool)
	// SchemaNamed finds a schema.
	SchemaNamed(name string) (catalog.Schema, bool)
	// Lens finds a lens by name.
	Lens(name string) (catalog.LensSchema, bool)
	// Domain finds a domain by its OID, or that of arrays of it, DomainNamed by schema
	// and name.
	Domain(oid types.OID) (d *catalog.Domain, array, ok bool)
	DomainNamed(schema, name string) (*catalog.Domain, bool)
	// Roles are all roles, with their memberships.
	Roles() *catalog.Roles
	// Codeless and CodelessOperators list what PostgreSQL has under a name and
	// nothing here computes: package functions does not know of them.
	Codeless(name string) []*functions.Func
	// Routines lists the functions and procedures of a name that statements made, and
	// Function finds one by its OID, as it finds others.
	Routines(name string) []*functions.Func
	Function(oid types.OID) (*functions.Func, bool)
	CodelessOperators(name string) []*functions.Operator
	// LeakProof reports whether a function tells nothing of its arguments but by its result.
	LeakProof(oid types.OID) bool
}

// BindContext is what a statement's meaning depends on outside of its text.
type BindContext struct {
	Catalog Catalog
	// SearchPath lists the schemas that unqualified names are looked up in, in
	// order, pg_catalog where it is to be looked at.
	SearchPath []string
	// Format reads literals: time zone, date order, now, names of objects.
	Format *types.Format
	// Stats estimates what relations hold; nil: nothing is known.
	Stats Statistics
	// Running ends the bind with 57014 when it is done; nil: nothing does.
	Running context.Context
	// MayUse reports whether the current role may look into a schema; nil: into all.
	MayUse func(schema string) bool
	// NoNestLoop leaves joins by lookups out, NoHashJoin other joins where those
	// are possible.
	NoNestLoop, NoHashJoin bool
	// NoParams says that there are no parameters to name.
	NoParams bool
	// Variables are names that stand for parameters; nil: none do.
	Variables Variables
	// Result is what the statement is to give, as the last of a function; nil: what it does.
	Result *Result
	// Assigned is the type of the variable that the one column of a SELECT is assigned to;
	// nil: it is not.
	Assigned *DeclaredType
	// Plain leaves the rules out, for tests and EXPLAIN of what was written.
	Plain bool
}

// Bound is a statement that has been bound and planned. It is immutable.
type Bound struct {
	Node Node
	// Estimates are what the planner expects of nodes.
	Estimates  map[Node]Estimate
	ParamTypes []types.OID
	// Columns describe the rows of the result; nil: there are none.
	Columns []Column
	// Kind is the command tag's word: SELECT, INSERT, UPDATE, DELETE.
	Kind string
	// ReadOnly says that the statement changes nothing.
	ReadOnly bool
	// Modifies says that WITH holds statements that write, or that functions store
	// something: all of the statement is one transaction, so that no part may commit
	// by itself.
	Modifies bool
	// WholeRow says that the one column is the row that the context's Result asks for.
	WholeRow bool
	// Call is the procedure that CALL calls, of whose arguments Node is; nil: it is no CALL.
	Call *Procedure
	// Uses are the relations read or written, each once, in order of mention.
	Uses []types.OID
	// Access is what must be allowed to run the statement, and Calls the functions that
	// the current role must be allowed to execute.
	Access []Access
	Calls  []types.OID
	// Viewed says that some of the Access is asked of the owners of views.
	Viewed bool
	// Volatile says that the plan holds something computed at bind time that
	// another bind may see differently ('now'): it must not be cached beyond
	// its prepared statement.
	Volatile bool
	// Failure is why a constant of the statement cannot be computed: running
	// it, or explaining it, fails with that; nil: all could be.
	Failure *sqlerr.Error
}

// Bind resolves names and types of a statement and plans it. paramTypes are
// the parameter types that the client declared, 0 where they are to be
// inferred; there may be fewer than the statement has.
func Bind(ctx BindContext, stmt *parser.Statement, paramTypes []types.OID) (bound *Bound, err error) {
	b := newBinder(ctx, stmt)
	b.params = append(b.params, paramTypes...)
	b.declared = len(paramTypes)
	b.domainParams()
	defer b.recover(&err)
	out := &Bound{Kind: stmt.Kind}
	b.statementAsOf()
	r, returns := b.statement(stmt.Tree, out)
	if ctx.Result != nil {
		r, out.WholeRow = b.asResult(r, returns, ctx.Result)
	}
	b.checkParams()
	if m, ok := modifyOf(r); ok && m.temp != nil {
		out.ReadOnly = true // nothing that is stored changes
	}
	if b.writes {
		out.ReadOnly = false
	}
	out.Modifies = b.modifies
	if !ctx.Plain {
		r = b.optimizeLate(r)
		if len(b.params) == 0 { // else it may be in what a parameter's value rules out
			out.Failure = b.failure
		}
		if out.Failure == nil {
			out.Failure = b.unordered
		}
	}
	out.Node, out.Estimates = b.lower(r), b.estimates
	if returns {
		out.Columns = b.told(out.Node.Columns(), r)
	}
	out.ParamTypes, out.Uses, out.Volatile = b.params, b.uses, b.volatile
	out.access(b)
	return out, nil
}

// told are a statement's columns as clients are told of them.
func (b *binder) told(cols []Column, r rel) []Column {
	cols = append([]Column{}, cols...)
	ids := r.outs()
	for i := range min(len(cols), len(ids)) {
		sh := b.fields[ids[i]]
		switch {
		case b.toldArray(b.cols[ids[i]].Domain) != 0:
			cols[i].Row = b.toldArray(b.cols[ids[i]].Domain)
		case sh == nil:
		case cols[i].Type == types.OIDRecord:
			cols[i].Row = sh.row
		case cols[i].Type == types.OIDRecordArray:
			cols[i].Row = sh.array
		}
	}
	return cols
}

// newBinder begins a bind.
func newBinder(ctx BindContext, stmt *parser.Statement) *binder {
	return &binder{ctx: ctx, stmt: stmt, noParams: ctx.NoParams, cols: make([]Column, 1, 64), loc: map[Expr]int32{},
		fields: map[int]*rowShape{}, alias: map[int]string{}, quals: map[string]bool{}, rows: map[*RowExpr]string{}}
}

// modifyOf returns the write of a statement that is one.
func modifyOf(r rel) (*rModify, bool) {
	if w, ok := r.(*rWith); ok {
		r = w.body
	}
	m, ok := r.(*rModify)
	return m, ok
}

// binder is the state of one Bind.
type binder struct {
	ctx   BindContext
	steps int            // counted by step
	into  *pg.IntoClause // of the SELECT INTO that is being bound
	stmt  *parser.Statement
	// cols describes the columns by number; 0 is none.
	cols []Column
	// fields describes columns of type record, by column number.
	fields map[int]*rowShape
	// shapes describes other expressions of type record, or of arrays of them.
	shapes map[Expr]*rowShape
	// alias names the FROM item of a column, for EXPLAIN; quals are the aliases.
	alias map[int]string
	quals map[string]bool
	// loc is where literals, parameters and column references stand.
	loc map[Expr]int32
	// collated are the collations that COLLATE gave.
	collated map[Expr]types.OID
	// domains are the types of arrays of domains that casts gave.
	domains map[Expr]types.OID
	// rows are whole-row values, with the item's alias.
	rows     map[*RowExpr]string
	params   []types.OID // 0: not known yet
	declared int
	// ofDomain are the domains of parameters, which the client declared them to be of.
	ofDomain map[int]types.OID
	uses     []types.OID
	access   accesses
	volatile bool
	asOf     Expr // AS OF SYSTEM TIME of the statement
	ctes     int  // how many CTEs were numbered
	// What is lowered is estimated by final, into estimates.
	final     *estimator
	batches   colSet // the arrays of joins by lookups
	estimates map[Node]Estimate
	noParams  bool     // parameters may not be named
	untyped   []*Param // those that stand where any type may
	inCTE     int      // WITH queries around what is being bound
	modifies  bool     // a WITH query writes
	writes    bool     // a WITH query writes what is stored
	future    []string // WITH queries that cannot be named yet
	// within is the view whose query is being bound, and viewPath the views
	// that led to it; opened counts all views bound.
	within   *catalog.View
	viewPath []types.OID
	opened   int
	// inlining are the functions whose bodies stand around what is being folded.
	inlining []types.OID
	// made gathers what a view that is being made uses; nil: none is.
	made *viewUses
	// While constants are folded: the value of the CASE around, where it is
	// constant, and the first failure.
	caseTest *Const
	failure  *sqlerr.Error
	// unordered is the failure of a GREATEST or LEAST of a type without order.
	unordered *sqlerr.Error
	// forms are the forms of what is bound for the catalogs to print; nil: it is
	// bound to be run.
	forms map[Expr]form
	// shown is what is kept of queries for that; nil: nothing.
	shown *shownState
}

// bailout carries an error from the depths of the binder to Bind.
type bailout struct{ err *sqlerr.Error }

func (b *binder) recover(err *error) {
	if r := recover(); r != nil {
		bail, ok := r.(bailout)
		if !ok {
			panic(r)
		}
		*err = bail.err
	}
}

// fail ends the bind with an error.
func fail(err *sqlerr.Error) { panic(bailout{err}) }

// failAt ends the bind with an error at a location of the tree.
func (b *binder) failAt(location int32, code, format string, args ...any) {
	fail(b.at(location, sqlerr.New(code, format, args...)))
}

// at gives an error the position of a location.
func (b *binder) at(location int32, e *sqlerr.Error) *sqlerr.Error {
	if b.within != nil {
		return e // the text is not the client's
	}
	return e.At(b.stmt.Position(location))
}

// unsupported refuses what StemeDB does not do.
func (b *binder) unsupported(location int32, what string) {
	b.failAt(location, sqlerr.FeatureNotSupported, "%s not supported", what)
}

// newCol numbers a new column.
func (b *binder) newCol(c Column) int {
	b.cols = append(b.cols, c)
	return len(b.cols) - 1
}

// ref returns a reference to a column.
func (b *binder) ref(id int) *Col {
	c := &b.cols[id]
	return &Col{Index: id, OID: c.Type, Typmod: c.Typmod, Name: c.Name}
}

func (b *binder) refs(ids []int) []Expr {
	out := make([]Expr, len(ids))
	for i, id := range ids {
		out[i] = b.ref(id)
	}
	return out
}

// use notes a relation.
func (b *binder) use(oid types.OID) {
	for _, u := range b.uses {
		if u == oid {
			return
		}
	}
	b.uses = append(b.uses, oid)
}

// statement binds the statement and says whether it returns rows.
func (b *binder) statement(n *pg.Node, out *Bound) (rel, bool) {
	s := &scope{b: b}
	switch t := n.GetNode().(type) {
	case *pg.Node_SelectStmt:
		out.Kind, out.ReadOnly = "SELECT", true
		return s.topSelect(t.SelectStmt), true
	case *pg.Node_InsertStmt:
		out.Kind = "INSERT"
		return s.insert(t.InsertStmt), len(t.InsertStmt.ReturningList) > 0
	case *pg.Node_UpdateStmt:
		out.Kind = "UPDATE"
		return s.update(t.UpdateStmt), len(t.UpdateStmt.ReturningList) > 0
	case *pg.Node_DeleteStmt:
		out.Kind = "DELETE"
		return s.delete(t.DeleteStmt), len(t.DeleteStmt.ReturningList) > 0
	case *pg.Node_MergeStmt:
		out.Kind = "MERGE"
		return s.merge(t.MergeStmt), false
	case *pg.Node_CallStmt:
		out.Kind, out.ReadOnly = "CALL", true
		return s.call(t.CallStmt.Funccall, out), false
	}
	if b.stmt.Kind == "TRUNCATE TABLE" {
		fail(immutableClaims("TRUNCATE"))
	}
	fail(sqlerr.New(sqlerr.FeatureNotSupported, "%s is not supported", b.stmt.Kind))
	return nil, false
}

// checkParams settles what parameters are left without a type.
func (b *binder) checkParams() {
	for _, p := range b.untyped {
		if t := b.params[p.Index]; t != 0 && t != types.OIDUnknown { // another place says which, but later
			b.failAt(b.locOf(p), sqlerr.AmbiguousParameter, "could not determine data type of parameter $%d", p.Index+1)
		}
	}
	for i, t := range b.params {
		if t == 0 || t == types.OIDUnknown {
			fail(sqlerr.New(sqlerr.IndeterminateDatatype, "could not determine data type of parameter $%d", i+1))
		}
	}
}

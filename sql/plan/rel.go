package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
)

// rel is a relational operator whose columns are numbers (see the package
// comment). Rules treat rels as immutable except where they own them.
type rel interface {
	// outs lists the columns that the rel produces, in order.
	outs() []int
}

type (
	// rScan reads a relation; ids are by the relation's columns, 0 where a
	// column is not asked for.
	rScan struct {
		rel    *catalog.Relation
		alias  string
		ids    []int
		system systemIDs // as named; they stand behind ids
		number int       // of a temporary table: the column of row numbers; 0: none
		key    KeyCond
		keyed  bool // key is what there is in the conditions
		filter Expr
		asOf   Expr
	}
	// rLens resolves its input.
	rLens struct {
		input  rel
		name   string
		kind   string
		alias  string
		params []LensParam
		filter Expr
		asOf   Expr
		in     LensInput // column numbers; 0: none
		out    []lensOut
		pushed []Expr // conditions that went below, for EXPLAIN
	}
	// lensOut is one output column: of the winning row (from > 0) or a lens
	// column.
	lensOut struct {
		id, from int
		col      LensColumn
	}
	rValues struct {
		rows [][]Expr
		ids  []int
	}
	rProject struct {
		input rel
		exprs []Expr
		ids   []int
		// view is set where the columns are a view's. A barrier lets no condition
		// through that could tell of rows below.
		view    *catalog.Relation
		barrier bool
	}
	// rProjectSet is rProject whose SetCalls stand at the top of expressions.
	rProjectSet struct {
		input rel
		exprs []Expr
		ids   []int
	}
	rFilter struct {
		input rel
		cond  Expr
	}
	// rJoin is lateral when the right side asks for columns of the left. notIn
	// is as Join's.
	rJoin struct {
		kind                JoinKind
		notIn               bool
		left, right         rel
		on                  Expr
		leftKeys, rightKeys []Expr
		// merge and byShard are as Join's Merge and ByShard.
		merge   []bool
		byShard bool
		// batch makes it a join by lookups; nil: it is none.
		batch *keyBatch
	}
	rAgg struct {
		input   rel
		keys    []Expr
		keyIDs  []int
		aggs    []AggCall
		aggIDs  []int
		grouped bool
		// sets are the grouping sets, by indexes of keys; nil: one of all keys.
		// groupings are the keys of each GROUPING call.
		sets        [][]int
		groupings   [][]int
		groupingIDs []int
		// dependent are keys that follow from the others: kept only where
		// asked for.
		dependent *colSet
	}
	rSort struct {
		input     rel
		keys      []SortKey
		limit     Expr
		presorted int
	}
	rLimit struct {
		input         rel
		count, offset Expr
		ties          []SortKey
	}
	// rLockRows locks the stored rows that its input's are made of.
	rLockRows struct {
		input rel
		locks []rowLock
		limited,
		top bool
	}
	// rDistinct drops repeats of on; nil: of all columns.
	rDistinct struct {
		input rel
		on    []int
	}
	rSetOp struct {
		op          SetOpKind
		all         bool
		left, right rel
		ids         []int
	}
	rWith struct {
		ctes  []*cteInfo
		body  rel
		shown []shownWith // in a bind that is to be printed
	}
	rCTERef struct {
		cte     *cteInfo
		ids     []int
		working bool
	}
	rFunc struct {
		calls      []Expr
		widths     []int // columns of each call
		ordinality bool
		ids        []int
	}
	// rInput is rows from outside of the plan: COPY's.
	rInput struct{ ids []int }
	// rModify is INSERT, UPDATE or DELETE. row, then system, are the numbers by
	// which RETURNING sees the stored row; temp is set for a temporary table.
	rModify struct {
		temp       *tempModify
		overriding pg.OverridingKind
		kind       string
		rel        *catalog.Relation
		via        *viewTarget // nil: the relation itself is named
		access     *entry
		input      rel
		cols       []int
		doNothing  bool        // of a relation that is not temporary
		arbiters   []string    // of doNothing, for EXPLAIN
		conflict   *onConflict // nil: there is none, or it is in doNothing
		row        []int
		system     systemIDs
		extras     []int // of other items, behind system
		returning  []Expr
		ids        []int
		checks     []viewQual // check options of views, over row
	}
)

func (r *rScan) outs() []int { return appendOuts(make([]int, 0, len(r.ids)), r) }
func (r *rLens) outs() []int { return appendOuts(make([]int, 0, len(r.out)), r) }
func (r *rJoin) outs() []int { return appendOuts(nil, r) }

// appendOuts appends the columns that a rel produces: those of a tree of joins
// are gathered in one walk, not copied at each of its levels.
func appendOuts(out []int, r rel) []int {
	eachOut(r, func(id int) { out = append(out, id) })
	return out
}

// eachOut calls f with each column that a rel produces, in order.
func eachOut(r rel, f func(id int)) {
	switch r := r.(type) {
	case *rScan:
		for _, id := range r.ids {
			if id != 0 {
				f(id)
			}
		}
		for _, id := range r.system {
			if id != 0 {
				f(id)
			}
		}
		if r.number != 0 {
			f(r.number)
		}
	case *rLens:
		for i := range r.out {
			f(r.out[i].id)
		}
	case *rJoin:
		eachOut(r.left, f)
		if r.kind != SemiJoin && r.kind != AntiJoin {
			eachOut(r.right, f)
		}
	case *rFilter:
		eachOut(r.input, f)
	default:
		for _, id := range r.outs() {
			f(id)
		}
	}
}

func (r *rAgg) outs() []int {
	return slices.Concat(r.keyIDs, r.aggIDs, r.groupingIDs)
}

func (r *rValues) outs() []int     { return r.ids }
func (r *rProject) outs() []int    { return r.ids }
func (r *rProjectSet) outs() []int { return r.ids }
func (r *rFilter) outs() []int     { return r.input.outs() }
func (r *rSort) outs() []int       { return r.input.outs() }
func (r *rLimit) outs() []int      { return r.input.outs() }
func (r *rLockRows) outs() []int   { return r.input.outs() }
func (r *rDistinct) outs() []int   { return r.input.outs() }
func (r *rSetOp) outs() []int      { return r.ids }
func (r *rWith) outs() []int       { return r.body.outs() }
func (r *rCTERef) outs() []int     { return r.ids }
func (r *rFunc) outs() []int       { return r.ids }
func (r *rModify) outs() []int     { return r.ids }
func (r *rInput) outs() []int      { return r.ids }

// subquery is a subquery in an expression, until lowering makes it a Subplan.
type subquery struct {
	Subplan     // Plan and Args are empty
	rel     rel // its first columns are the result's
	// As it is to be printed: the query, and what is compared with its rows, by op.
	shown     *shownQuery
	shownLeft []Expr
	shownOp   string
}

// kids calls f on each input, and stores what it returns.
func kids(r rel, f func(rel) rel) {
	switch r := r.(type) {
	case *rLens:
		r.input = f(r.input)
	case *rProject:
		r.input = f(r.input)
	case *rProjectSet:
		r.input = f(r.input)
	case *rFilter:
		r.input = f(r.input)
	case *rJoin:
		r.left, r.right = f(r.left), f(r.right)
	case *rAgg:
		r.input = f(r.input)
	case *rWindow:
		r.input = f(r.input)
	case *rSort:
		r.input = f(r.input)
	case *rLimit:
		r.input = f(r.input)
	case *rLockRows:
		r.input = f(r.input)
	case *rSample:
		r.input = f(r.input)
	case *rDistinct:
		r.input = f(r.input)
	case *rSetOp:
		r.left, r.right = f(r.left), f(r.right)
	case *rWith:
		for _, c := range r.ctes {
			c.plan = f(c.plan)
			if c.step != nil {
				c.step = f(c.step)
			}
		}
		r.body = f(r.body)
	case *rModify:
		r.input = f(r.input)
	}
}

// exprsOf calls f on each expression that a rel itself holds, and stores what
// it returns; nil ones are passed over.
func exprsOf(r rel, f func(Expr) Expr) {
	one := func(e *Expr) {
		if *e != nil {
			*e = f(*e)
		}
	}
	list := func(es []Expr) {
		for i := range es {
			one(&es[i])
		}
	}
	switch r := r.(type) {
	case *rScan:
		one(&r.filter)
		one(&r.asOf)
		r.key.exprs(one, list)
	case *rLens:
		for i := range r.params {
			one(&r.params[i].Value)
		}
		one(&r.filter)
		one(&r.asOf)
	case *rValues:
		for _, row := range r.rows {
			list(row)
		}
	case *rProject:
		list(r.exprs)
	case *rProjectSet:
		list(r.exprs)
	case *rFilter:
		one(&r.cond)
	case *rJoin:
		one(&r.on)
		list(r.leftKeys)
		list(r.rightKeys)
		if r.batch != nil {
			list(r.batch.values)
		}
	case *rAgg:
		list(r.keys)
		for i := range r.aggs {
			aggExprs(&r.aggs[i], one, list)
		}
	case *rWindow:
		r.exprs(one, list)
	case *rSort:
		for i := range r.keys {
			one(&r.keys[i].Expr)
		}
		one(&r.limit)
	case *rLimit:
		one(&r.count)
		one(&r.offset)
		for i := range r.ties {
			one(&r.ties[i].Expr)
		}
	case *rSample:
		one(&r.percent)
		one(&r.repeats)
	case *rFunc:
		list(r.calls)
	case *rModify:
		list(r.returning)
		for i := range r.checks {
			one(&r.checks[i].cond)
		}
		r.temp.exprs(list)
		r.conflict.exprs(one, list)
	}
}

func aggExprs(a *AggCall, one func(*Expr), list func([]Expr)) {
	list(a.Args)
	list(a.Direct)
	for k := range a.OrderBy {
		one(&a.OrderBy[k].Expr)
	}
	one(&a.Filter)
}

func (k *KeyCond) exprs(one func(*Expr), list func([]Expr)) {
	list(k.Paths)
	for _, a := range k.arrays() {
		one(a)
	}
	one(&k.Prefix)
	one(&k.From)
	one(&k.To)
	list(k.Predicates)
	list(k.Sources)
	list(k.IDs)
	list(k.Values)
	one(&k.IDFrom)
	one(&k.IDTo)
}

// arrays are the key's conditions by arrays.
func (k *KeyCond) arrays() [4]*Expr {
	return [...]*Expr{&k.PathsArray, &k.PredicatesArray, &k.SourcesArray, &k.IDsArray}
}

package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// aggState gathers the aggregates of one query level.
type aggState struct {
	calls     []AggCall
	ids       []int
	groupings []groupingCall
}

// funcCall binds a call of any kind.
func (s *scope) funcCall(n *pg.FuncCall) Expr {
	b := s.b
	if n.AggWithinGroup {
		return s.orderedSet(n)
	}
	if n.Over != nil {
		return s.windowFunc(n)
	}
	name := b.funcName(n)
	written := name.written
	named := b.functionsNamed(name)
	agg := len(named) > 0 && named[0].Kind == functions.Agg
	args := s
	if agg {
		args = s.aggScope(n)
	}
	a := args.callArgs(n)
	if out := s.fieldCall(n, a); out != nil {
		return out
	}
	filter := args.aggFilter(n, agg)
	if m, _, _ := b.findFunc(name, a); n.AggStar && !agg && m != nil {
		b.failAt(n.Location, sqlerr.WrongObjectType, "%s(*) specified, but %s is not an aggregate function", written, written)
	}
	if !agg && (n.AggDistinct || len(n.AggOrder) > 0 || n.AggFilter != nil) {
		s.notAggregate(n, name, a)
	}
	fn, conv, result, cast := b.resolveCall(name, a, n.Location)
	if cast != nil {
		return cast
	}
	b.needCode(fn, n.Location)
	switch {
	case fn.Kind == functions.Agg:
		return s.aggregate(n, args, a.exprs, AggCall{Func: fn.OID, Args: conv, Filter: filter, OID: result})
	case fn.Kind == functions.WindowFn:
		b.failAt(n.Location, sqlerr.WrongObjectType, "window function %s requires an OVER clause", written)
	case fn.Kind == functions.Procedure:
		fail(b.at(n.Location, sqlerr.New(sqlerr.WrongObjectType, "%s is a procedure", signature(written, a)).WithHint("To call a procedure, use CALL.")))
	case fn.RetSet:
		b.noteCall(name, fn)
		return b.note(b.shapedResult(s.setCall(n, fn, conv, result), fn, conv), form{names: a.names, variadic: fn.Variadic && n.FuncVariadic})
	}
	b.modifies = b.modifies || fn.Stores
	b.noteCall(name, fn)
	b.collationFor(fn, conv)
	b.typeTold(fn, conv)
	out := &Call{Func: fn.OID, Args: b.shapedCall(fn, conv), OID: result, Typmod: -1, Spread: s.spread(n, fn, conv), Made: made(fn)}
	b.shapedResult(out, fn, conv)
	packed := fn.Variadic && fn.Args[len(fn.Args)-1] != types.OIDAny
	return b.note(out, form{syntax: n.Funcformat == pg.CoercionForm_COERCE_SQL_SYNTAX, names: a.names, variadic: fn.Variadic && (packed || n.FuncVariadic)})
}

// spread reports whether a call gives an array with VARIADIC for arguments of
// any type, and refuses what is no array.
func (s *scope) spread(n *pg.FuncCall, fn *functions.Func, conv []Expr) bool {
	last := len(conv) - 1
	if !n.FuncVariadic || !fn.Variadic || fn.Args[len(fn.Args)-1] != types.OIDAny {
		return false
	}
	if types.ElemOf(typeOf(conv[last])) == 0 {
		s.failAt(locate(argNode(n, last)), sqlerr.DatatypeMismatch, "VARIADIC argument must be an array")
	}
	return true
}

// callArgs binds the arguments of a call.
func (s *scope) callArgs(n *pg.FuncCall) callArgs {
	a := callArgs{variadic: n.FuncVariadic}
	for _, arg := range n.Args {
		name := ""
		if na := arg.GetNamedArgExpr(); na != nil {
			name, arg = na.Name, na.Arg
			if indexOf(a.names, name) >= 0 {
				s.failAt(na.Location, sqlerr.SyntaxError, `argument name "%s" used more than once`, name)
			}
		} else if hasNames(a) {
			s.failAt(locate(arg), sqlerr.SyntaxError, "positional argument cannot follow named argument")
		}
		e := s.expr(arg)
		if p, ok := e.(*Param); ok && p.OID == types.OIDVoid {
			continue // drivers bind what a call gives back as an argument of it, too
		}
		a.exprs = append(a.exprs, e)
		a.names = append(a.names, name)
	}
	if len(a.exprs) > maxArguments {
		s.failAt(n.Location, sqlerr.TooManyArguments, "cannot pass more than %d arguments to a function", maxArguments)
	}
	return a
}

// fieldCall recognises name(row) for row.name, which PostgreSQL allows.
func (s *scope) fieldCall(n *pg.FuncCall, a callArgs) Expr {
	if len(n.Funcname) != 1 || len(a.exprs) != 1 || hasNames(a) || typeOf(a.exprs[0]) != types.OIDRecord {
		return nil
	}
	name, _ := fieldNames(n.Funcname)
	if len(s.b.functionsNamed(s.b.unqualified(name[0]))) > 0 {
		return nil
	}
	if sh := s.b.shapeOf(a.exprs[0]); sh != nil && indexOf(sh.names, name[0]) >= 0 {
		return s.b.field(a.exprs[0], name[0], n.Location)
	}
	return nil
}

// notAggregate complains of an aggregate's clauses behind another function.
func (s *scope) notAggregate(n *pg.FuncCall, name funcRef, a callArgs) {
	if m, _, amb := s.b.findFunc(name, a); m == nil {
		s.b.noFunc(name.written, a, n.Location, amb)
	}
	what := "DISTINCT"
	switch {
	case n.AggDistinct:
	case len(n.AggOrder) > 0:
		what = "ORDER BY"
	default:
		what = "FILTER"
	}
	s.failAt(n.Location, sqlerr.WrongObjectType, "%s specified, but %s is not an aggregate function", what, name.written)
}

// aggScope is the scope in which an aggregate's arguments are bound.
func (s *scope) aggScope(n *pg.FuncCall) *scope {
	if s.inAgg && s.clause == "FILTER" {
		s.failAt(n.Location, sqlerr.GroupingError, "aggregate functions are not allowed in FILTER")
	}
	if s.inAgg {
		s.failAt(n.Location, sqlerr.GroupingError, "aggregate function calls cannot be nested")
	}
	in := *s
	in.inAgg, in.inWindow, in.srf = true, false, nil
	in.clause = "aggregate arguments"
	return &in
}

// aggregate adds an aggregate to the query level that it belongs to and
// returns its column. The call has its arguments, converted from those written,
// and its filter.
func (s *scope) aggregate(n *pg.FuncCall, args *scope, written []Expr, call AggCall) Expr {
	fn, _ := functions.ByOID(call.Func)
	s.b.needPlainAggregate(n, fn)
	call.Distinct, call.Star = n.AggDistinct, n.AggStar
	conv := call.Args
	if n.AggDistinct {
		for i, e := range conv {
			s.b.mustEqual(typeOf(e), locateBound(argNode(n, i)))
			if t := typeOf(e); !hasOp("<", t) && t != types.OIDRecord {
				fail(s.b.at(locateBound(argNode(n, i)), sqlerr.New(sqlerr.UndefinedFunction, "could not identify an ordering operator for type %s", types.FormatTypeBare(t)).
					WithDetail("Aggregates with DISTINCT must be able to sort their inputs.")))
			}
		}
	}
	for _, sb := range n.AggOrder {
		by := args.b.resolveUnknown(args.expr(sb.GetSortBy().Node))
		if i := indexExpr(written, by); i >= 0 && len(written) == len(conv) {
			by = conv[i] // an argument orders as what it was converted to
		}
		key := args.sortKey(sb.GetSortBy(), by)
		if n.AggDistinct && !containsExpr(conv, key.Expr) {
			s.failAt(locate(sb), sqlerr.InvalidColumnReference, "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list")
		}
		call.OrderBy = append(call.OrderBy, key)
	}
	return s.addAggregate(s.aggLevel(n, call), call, fn.Name, n.Location)
}

// aggFilter binds a FILTER, which is looked at before the function that it stands
// behind, an aggregate or none; nil: there is no FILTER.
func (s *scope) aggFilter(n *pg.FuncCall, agg bool) Expr {
	if n.AggFilter == nil {
		return nil
	}
	if !agg {
		return s.noAggs("FILTER").condition(n.AggFilter, "FILTER")
	}
	f := *s
	f.clause = "FILTER"
	return f.condition(n.AggFilter, "FILTER")
}

// addAggregate adds a call to its query level, which may have an equal one.
func (s *scope) addAggregate(level *scope, call AggCall, name string, location int32) Expr {
	if s.b.shown != nil {
		return &shownAgg{call}
	}
	for i := range level.aggs.calls {
		if sameAgg(level.aggs.calls[i], call) {
			return s.b.located(s.b.ref(level.aggs.ids[i]), location)
		}
	}
	id := s.b.newCol(Column{Name: name, Type: call.OID, Typmod: -1, Collation: s.b.columnCollation(call.OID, call.inputs()...)})
	if fn, ok := functions.ByOID(call.Func); ok {
		s.b.cols[id].Domain = s.b.resultDomain(fn, call.Args)
	}
	s.b.noteArgShape(id, call.OID, call.Args)
	level.aggs.calls = append(level.aggs.calls, call)
	level.aggs.ids = append(level.aggs.ids, id)
	return s.b.located(s.b.ref(id), location)
}

// inputs are the values that a call's result is made of.
func (c *AggCall) inputs() []Expr {
	if !c.WithinGroup {
		return c.Args
	}
	var out []Expr
	for _, k := range c.OrderBy {
		out = append(out, k.Expr)
	}
	return out
}

func argNode(n *pg.FuncCall, i int) *pg.Node {
	if i < len(n.Args) {
		return n.Args[i]
	}
	return nil
}

func containsExpr(list []Expr, e Expr) bool { return indexExpr(list, e) >= 0 }

func indexExpr(list []Expr, e Expr) int {
	return slices.IndexFunc(list, func(x Expr) bool { return sameExpr(x, e) })
}

func sameAgg(a, b AggCall) bool {
	if a.Func != b.Func || a.Distinct != b.Distinct || a.Star != b.Star || len(a.Args) != len(b.Args) || len(a.Direct) != len(b.Direct) ||
		len(a.OrderBy) != len(b.OrderBy) || !sameExpr(a.Filter, b.Filter) {
		return false
	}
	for i := range a.Args {
		if !sameExpr(a.Args[i], b.Args[i]) || volatility(a.Args[i]) == 'v' {
			return false
		}
	}
	for i := range a.Direct {
		if !sameExpr(a.Direct[i], b.Direct[i]) || volatility(a.Direct[i]) == 'v' {
			return false
		}
	}
	for i := range a.OrderBy {
		x, y := a.OrderBy[i], b.OrderBy[i]
		if x.Desc != y.Desc || x.NullsFirst != y.NullsFirst || !sameExpr(x.Expr, y.Expr) {
			return false
		}
	}
	return true
}

// aggLevel finds the query that an aggregate belongs to: the innermost whose
// columns its arguments name, else the one it is written in.
func (s *scope) aggLevel(n *pg.FuncCall, call AggCall) *scope {
	used := colsOf(call.Args...)
	for _, k := range call.OrderBy {
		addCols(used, k.Expr)
	}
	if call.Filter != nil {
		addCols(used, call.Filter)
	}
	return s.levelOf(n.Location, used, "aggregate functions")
}

// levelOf finds the query level of a call of a kind over these columns.
func (s *scope) levelOf(location int32, used *colSet, what string) *scope {
	level := s.query()
	for l := level; l != nil && !used.empty(); l = l.parentQuery() {
		if l.owns(used) {
			level = l
			break
		}
	}
	if level.aggs == nil {
		clause := level.clause
		if level == s.query() && s.clause != "" {
			clause = s.clause
		}
		s.failAt(location, sqlerr.GroupingError, "%s are not allowed in %s", what, clause)
	}
	return level
}

// query returns the scope of the query level that s is a view of.
func (s *scope) query() *scope { return s }

func (s *scope) parentQuery() *scope {
	for p := s.parent; p != nil; p = p.parent {
		if !p.lateral {
			return p
		}
	}
	return nil
}

// owns reports whether any of the columns comes from the FROM of this level.
func (s *scope) owns(used *colSet) bool {
	for _, it := range s.items {
		for i := range it.cols {
			for id := range colsOf(it.cols[i].expr).all() {
				if used.has(id) {
					return true
				}
			}
		}
	}
	return false
}

// setCall binds a set-returning call in a select list.
func (s *scope) setCall(n *pg.FuncCall, fn *functions.Func, conv []Expr, result types.OID) Expr {
	if s.srf == nil {
		clause := windowClause(s.clause)
		if s.inWindow {
			fail(s.b.at(n.Location, sqlerr.New(sqlerr.FeatureNotSupported, "window function calls cannot contain set-returning function calls").
				WithHint("You might be able to move the set-returning function into a LATERAL FROM item.")))
		}
		if s.inAgg {
			fail(s.b.at(n.Location, sqlerr.New(sqlerr.FeatureNotSupported, "aggregate function calls cannot contain set-returning function calls").
				WithHint("You might be able to move the set-returning function into a LATERAL FROM item.")))
		}
		if clause == "CASE" || clause == "COALESCE" {
			fail(s.b.at(n.Location, sqlerr.New(sqlerr.FeatureNotSupported, "set-returning functions are not allowed in %s", clause).
				WithHint("You might be able to move the set-returning function into a LATERAL FROM item.")))
		}
		s.failAt(n.Location, sqlerr.FeatureNotSupported, "set-returning functions are not allowed in %s", clause)
	}
	return &SetCall{Func: fn.OID, Args: s.b.shapedCall(fn, conv), OID: result, Made: made(fn)}
}

// condition binds a boolean expression of a clause.
func (s *scope) condition(n *pg.Node, clause string) Expr {
	e := s.expr(n)
	return s.b.mustCoerce(e, types.OIDBool, locate(n), clause)
}

package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// winState gathers the windows of one query level: those of its WINDOW clause,
// then those written behind OVER.
type winState struct {
	defs []*windowDef
}

// windowDef is one window with the calls over it.
type windowDef struct {
	name      string // of the WINDOW clause; "" behind OVER
	partition []Expr
	order     []SortKey
	frame     Frame
	framed    bool // a frame was written
	written   *pg.WindowDef
	calls     []WindowCall
	ids       []int
}

// windowFunc binds a call with OVER.
func (s *scope) windowFunc(n *pg.FuncCall) Expr {
	b := s.b
	if n.AggWithinGroup {
		b.unsupported(n.Location, "ordered-set aggregates are")
	}
	name := b.funcName(n)
	args := s.windowScope()
	a := args.callArgs(n)
	filter := s.aggFilter(n, false)
	fn, conv, result, cast := b.resolveCall(name, a, n.Location)
	s.checkWindowFunc(n, fn, cast, name, a)
	b.needCode(fn, n.Location)
	s.windowAllowed(n)
	call := WindowCall{Func: fn.OID, Args: conv, Filter: filter, OID: result}
	def := s.windowOf(n.Over)
	if b.shown != nil {
		return &shownWindow{call, def, n.AggStar}
	}
	for i, c := range def.calls {
		if sameWindowCall(c, call) {
			return b.located(b.ref(def.ids[i]), n.Location)
		}
	}
	id := b.newCol(Column{Name: fn.Name, Type: result, Typmod: -1, Collation: b.columnCollation(result, conv...), Domain: b.resultDomain(fn, conv)})
	b.noteArgShape(id, result, conv)
	def.calls, def.ids = append(def.calls, call), append(def.ids, id)
	return b.located(b.ref(id), n.Location)
}

// windowScope is the scope in which a window call's arguments are bound.
func (s *scope) windowScope() *scope {
	in := *s
	in.inWindow, in.srf = true, nil
	return &in
}

// checkWindowFunc complains of what may not stand before OVER.
func (s *scope) checkWindowFunc(n *pg.FuncCall, fn *functions.Func, cast Expr, name funcRef, a callArgs) {
	b, written := s.b, name.written
	refuse := func(code, format string, args ...any) { b.failAt(n.Location, code, format, args...) }
	if cast != nil || fn.Kind != functions.Agg && fn.Kind != functions.WindowFn {
		if n.AggDistinct || len(n.AggOrder) > 0 || n.AggFilter != nil {
			s.notAggregate(n, name, a)
		}
		refuse(sqlerr.WrongObjectType, "OVER specified, but %s is not a window function nor an aggregate function", written)
	}
	agg := fn.Kind == functions.Agg
	if agg {
		b.needPlainAggregate(n, fn)
	}
	switch {
	case n.AggDistinct:
		refuse(sqlerr.FeatureNotSupported, "DISTINCT is not implemented for window functions")
	case agg && len(n.Args) == 0 && !n.AggStar:
		refuse(sqlerr.WrongObjectType, "%s(*) must be used to call a parameterless aggregate function", written)
	case len(n.AggOrder) > 0:
		refuse(sqlerr.FeatureNotSupported, "aggregate ORDER BY is not implemented for window functions")
	case !agg && n.AggFilter != nil:
		refuse(sqlerr.FeatureNotSupported, "FILTER is not implemented for non-aggregate window functions")
	}
}

// windowAllowed complains of a window call where there may be none.
func (s *scope) windowAllowed(n *pg.FuncCall) {
	switch {
	case s.inWindow:
		s.failAt(n.Location, sqlerr.WindowingError, "window function calls cannot be nested")
	case s.inAgg && s.clause == "FILTER":
		s.failAt(n.Location, sqlerr.WindowingError, "window functions are not allowed in FILTER")
	case s.inAgg:
		s.failAt(n.Location, sqlerr.GroupingError, "aggregate function calls cannot contain window function calls")
	case s.wins == nil:
		s.failAt(n.Location, sqlerr.WindowingError, "window functions are not allowed in %s", windowClause(s.clause))
	}
}

// windowClause is what complaints of window and set-returning functions call a
// clause; aggregates are told of a frame's mode.
func windowClause(clause string) string {
	switch clause {
	case "window ROWS", "window RANGE", "window GROUPS":
		return "window definitions"
	}
	return clause
}

func sameWindowCall(a, b WindowCall) bool {
	if a.Func != b.Func || len(a.Args) != len(b.Args) || !sameExpr(a.Filter, b.Filter) {
		return false
	}
	for i := range a.Args {
		if !sameExpr(a.Args[i], b.Args[i]) || volatility(a.Args[i]) == 'v' {
			return false
		}
	}
	return true
}

// windowClause binds the WINDOW clause; each window may build upon those
// before it.
func (s *scope) windowClause(list []*pg.Node) {
	for _, n := range list {
		d := n.GetWindowDef()
		if s.wins.named(d.Name) != nil {
			s.failAt(d.Location, sqlerr.WindowingError, `window "%s" is already defined`, d.Name)
		}
		def := s.windowDef(d)
		def.name = d.Name
		s.wins.defs = append(s.wins.defs, def)
	}
}

func (w *winState) named(name string) *windowDef {
	for _, d := range w.defs {
		if d.name != "" && d.name == name {
			return d
		}
	}
	return nil
}

// windowOf returns the window that OVER names or describes.
func (s *scope) windowOf(over *pg.WindowDef) *windowDef {
	if over.Name != "" {
		d := s.wins.named(over.Name)
		if d == nil {
			s.noWindow(over.Name, over.Location)
		}
		return d
	}
	def := s.windowDef(over)
	for _, d := range s.wins.defs {
		if d.name == "" && d.same(def) && (s.b.shown == nil || d.written.Refname == over.Refname) {
			return d
		}
	}
	s.wins.defs = append(s.wins.defs, def)
	return def
}

func (s *scope) noWindow(name string, location int32) {
	s.failAt(location, sqlerr.UndefinedObject, `window "%s" does not exist`, name)
}

// windowDef binds PARTITION BY, ORDER BY and the frame, over what the window
// that is named takes over.
func (s *scope) windowDef(n *pg.WindowDef) *windowDef {
	in := s.noAggs("window definitions")
	in.aggs, in.inWindow = s.aggs, false
	in.srf = &[]*SetCall{}
	d := &windowDef{written: n}
	var base *windowDef
	if n.Refname != "" {
		if base = s.wins.named(n.Refname); base == nil {
			s.noWindow(n.Refname, n.Location)
		}
	}
	for _, o := range n.OrderClause {
		sb := o.GetSortBy()
		key := in.sortKey(sb, s.b.resolveUnknown(in.expr(sb.Node)))
		if !containsKey(d.order, key.Expr) {
			d.order = append(d.order, key)
		}
	}
	for _, p := range n.PartitionClause {
		e := s.b.resolveUnknown(in.expr(p))
		s.b.mustEqual(typeOf(e), locate(p))
		if !containsExpr(d.partition, e) {
			d.partition = append(d.partition, e)
		}
	}
	if base != nil {
		s.inherit(d, base, n)
	}
	s.frame(d, n)
	return d
}

func containsKey(keys []SortKey, e Expr) bool {
	for _, k := range keys {
		if sameExpr(k.Expr, e) {
			return true
		}
	}
	return false
}

// inherit takes over a window's clauses: its partition always, its order where
// none is written; its frame never.
func (s *scope) inherit(d, base *windowDef, n *pg.WindowDef) {
	if len(n.PartitionClause) > 0 {
		s.failAt(n.Location, sqlerr.WindowingError, `cannot override PARTITION BY clause of window "%s"`, n.Refname)
	}
	if len(n.OrderClause) > 0 && len(base.order) > 0 {
		s.failAt(n.Location, sqlerr.WindowingError, `cannot override ORDER BY clause of window "%s"`, n.Refname)
	}
	d.partition = base.partition
	if len(n.OrderClause) == 0 {
		d.order = base.order
	}
	if !base.framed {
		return
	}
	e := sqlerr.New(sqlerr.WindowingError, `cannot copy window "%s" because it has a frame clause`, n.Refname)
	if n.Name == "" && len(n.OrderClause) == 0 && n.FrameOptions == frameDefaults {
		e = e.WithHint("Omit the parentheses in this OVER clause.")
	}
	fail(s.b.at(n.Location, e))
}

// same reports whether two windows are one, but for their calls.
func (d *windowDef) same(o *windowDef) bool {
	return d.sameKeys(o) && d.sameFrame(o)
}

func (d *windowDef) sameKeys(o *windowDef) bool {
	if len(d.partition) != len(o.partition) || len(d.order) != len(o.order) {
		return false
	}
	for i := range d.partition {
		if !sameExpr(d.partition[i], o.partition[i]) || volatility(d.partition[i]) == 'v' {
			return false
		}
	}
	return sameKeys(d.order, o.order)
}

func sameKeys(a, b []SortKey) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Desc != b[i].Desc || a[i].NullsFirst != b[i].NullsFirst || !sameExpr(a[i].Expr, b[i].Expr) || volatility(a[i].Expr) == 'v' {
			return false
		}
	}
	return true
}

func (d *windowDef) sameFrame(o *windowDef) bool {
	x, y := d.frame, o.frame
	same := sameExpr(x.StartOffset, y.StartOffset) && sameExpr(x.EndOffset, y.EndOffset)
	for _, e := range []Expr{x.StartOffset, x.EndOffset} {
		same = same && (e == nil || volatility(e) != 'v')
	}
	x.StartOffset, x.EndOffset, y.StartOffset, y.EndOffset = nil, nil, nil, nil
	return same && x == y
}

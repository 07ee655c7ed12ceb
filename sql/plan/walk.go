package plan

import (
	"math"
	"reflect"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// mapExpr returns e with f applied to its direct parts; e itself is copied when
// a part changed. Subqueries' inner expressions are not parts: see rewrite.
func mapExpr(e Expr, f func(Expr) Expr) Expr {
	changed := false
	g := func(x Expr) Expr {
		if x == nil {
			return nil
		}
		y := f(x)
		changed = changed || y != x
		return y
	}
	gs := func(xs []Expr) []Expr {
		if xs == nil {
			return nil
		}
		out := make([]Expr, len(xs))
		for i, x := range xs {
			out[i] = g(x)
		}
		return out
	}
	n := copyParts(e, g, gs)
	if !changed {
		return e
	}
	return n
}

// copyParts copies an expression over its mapped parts.
func copyParts(e Expr, g func(Expr) Expr, gs func([]Expr) []Expr) Expr {
	switch e := e.(type) {
	case *Call:
		c := *e
		c.Args = gs(e.Args)
		return &c
	case *Convert:
		c := *e
		c.Arg = g(e.Arg)
		return &c
	case *ArrayConvert: // Elem is over Col 0 of its own, no part of the row's
		c := *e
		c.Arg = g(e.Arg)
		return &c
	case *DomainCheck: // so are Conds
		c := *e
		c.Arg = g(e.Arg)
		return &c
	case *BoolOp:
		return &BoolOp{Op: e.Op, Args: gs(e.Args)}
	case *NullTest:
		return &NullTest{Arg: g(e.Arg), Not: e.Not}
	case *BoolTest:
		return &BoolTest{Arg: g(e.Arg), Want: e.Want, Not: e.Not}
	case *DistinctTest:
		return &DistinctTest{Eq: e.Eq, Left: g(e.Left), Right: g(e.Right), Not: e.Not}
	case *Case:
		c := &Case{Test: g(e.Test), OID: e.OID}
		for _, w := range e.Whens {
			c.Whens = append(c.Whens, When{Cond: g(w.Cond), Result: g(w.Result)})
		}
		c.Else = g(e.Else)
		return c
	case *Coalesce:
		c := *e
		c.Args = gs(e.Args)
		return &c
	case *NullIf:
		return &NullIf{Eq: e.Eq, Left: g(e.Left), Right: g(e.Right)}
	case *ArrayExpr:
		return &ArrayExpr{Elems: gs(e.Elems), Multi: e.Multi, OID: e.OID}
	case *RowExpr:
		return &RowExpr{Elems: gs(e.Elems), Names: e.Names, Collations: e.Collations}
	case *Field:
		return &Field{Arg: g(e.Arg), Index: e.Index, OID: e.OID}
	case *Subscript:
		return &Subscript{Arg: g(e.Arg), Index: gs(e.Index), Lower: gs(e.Lower), Slice: e.Slice, OID: e.OID}
	case *AnyAll:
		return &AnyAll{Op: e.Op, All: e.All, Left: g(e.Left), Array: g(e.Array), Sym: e.Sym}
	case *InList:
		return &InList{Eq: e.Eq, Left: g(e.Left), List: gs(e.List), Not: e.Not}
	case *RowCompare:
		return &RowCompare{Op: e.Op, Less: e.Less, Eqs: e.Eqs, Left: gs(e.Left), Right: gs(e.Right)}
	case *SetCall:
		c := *e
		c.Args = gs(e.Args)
		return &c
	case *subquery:
		c := *e
		c.Left = gs(e.Left)
		return &c
	case shownPart:
		return e.copied(g, gs)
	}
	return e
}

// rewrite applies f bottom-up to an expression, without going into subqueries.
func rewrite(e Expr, f func(Expr) Expr) Expr {
	if e == nil {
		return nil
	}
	return f(mapExpr(e, func(x Expr) Expr { return rewrite(x, f) }))
}

// walk calls f on an expression and its parts, top-down, while f returns true.
// Subqueries' rels are not entered.
func walk(e Expr, f func(Expr) bool) {
	if e == nil || !f(e) {
		return
	}
	switch e := e.(type) { // those that most conditions are made of need no copy
	case *Col, *Const, *Param:
		return
	case *Call:
		for _, a := range e.Args {
			walk(a, f)
		}
		return
	case *Convert:
		walk(e.Arg, f)
		return
	case *BoolOp:
		for _, a := range e.Args {
			walk(a, f)
		}
		return
	}
	mapExpr(e, func(x Expr) Expr {
		walk(x, f)
		return x
	})
}

// replaceCols substitutes columns by number, in an expression and in the
// subqueries within it.
func replaceCols(e Expr, by map[int]Expr) Expr {
	return rewrite(e, func(x Expr) Expr {
		switch x := x.(type) {
		case *Col:
			if y, ok := by[x.Index]; ok {
				return y
			}
		case *subquery:
			if mentions(x.rel, by) {
				c := *x
				c.rel = cloneRel(x.rel)
				replaceInRel(c.rel, by)
				return &c
			}
		}
		return x
	})
}

func mentions(r rel, by map[int]Expr) bool {
	for id := range freeCols(r).all() {
		if _, ok := by[id]; ok {
			return true
		}
	}
	return false
}

func replaceInRel(r rel, by map[int]Expr) {
	exprsOf(r, func(e Expr) Expr { return replaceCols(e, by) })
	kids(r, func(k rel) rel {
		replaceInRel(k, by)
		return k
	})
}

// cloneRel copies the rels of a tree (not expressions, which are immutable), so
// that they may be changed.
func cloneRel(r rel) rel {
	var c rel
	switch r := r.(type) {
	case *rScan:
		x := *r
		x.ids = append([]int(nil), r.ids...)
		x.key.Paths = append([]Expr(nil), r.key.Paths...)
		x.key.Predicates = append([]Expr(nil), r.key.Predicates...)
		x.key.Sources = append([]Expr(nil), r.key.Sources...)
		x.key.IDs = append([]Expr(nil), r.key.IDs...)
		x.key.Values = append([]Expr(nil), r.key.Values...)
		c = &x
	case *rLens:
		x := *r
		x.params = append([]LensParam(nil), r.params...)
		x.pushed = append([]Expr(nil), r.pushed...)
		c = &x
	case *rValues:
		x := rValues{ids: r.ids}
		for _, row := range r.rows {
			x.rows = append(x.rows, append([]Expr(nil), row...))
		}
		c = &x
	case *rProject:
		x := *r
		x.exprs = append([]Expr(nil), r.exprs...)
		c = &x
	case *rProjectSet:
		c = &rProjectSet{r.input, append([]Expr(nil), r.exprs...), r.ids}
	case *rAgg:
		x := *r
		x.keys = append([]Expr(nil), r.keys...)
		x.aggs = nil
		for _, a := range r.aggs {
			a.Args = append([]Expr(nil), a.Args...)
			a.OrderBy = append([]SortKey(nil), a.OrderBy...)
			a.Direct = append([]Expr(nil), a.Direct...)
			x.aggs = append(x.aggs, a)
		}
		c = &x
	case *rWindow:
		c = r.clone()
	case *rLimit:
		x := *r
		x.ties = append([]SortKey(nil), r.ties...)
		c = &x
	case *rSort:
		c = &rSort{r.input, append([]SortKey(nil), r.keys...), r.limit, r.presorted}
	case *rFunc:
		x := *r
		x.calls = append([]Expr(nil), r.calls...)
		c = &x
	default:
		v := reflect.New(reflect.TypeOf(r).Elem())
		v.Elem().Set(reflect.ValueOf(r).Elem())
		c = v.Interface().(rel)
	}
	kids(c, cloneRel)
	return c
}

// sameExpr reports whether two expressions are the same.
func sameExpr(a, b Expr) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	if ca, ok := a.(*Col); ok {
		cb, ok := b.(*Col)
		return ok && ca.Index == cb.Index
	}
	if ca, ok := a.(*Const); ok {
		cb, ok := b.(*Const)
		return ok && ca.OID == cb.OID && ca.Typmod == cb.Typmod && sameDatum(ca.OID, ca.Value, cb.Value)
	}
	if reflect.TypeOf(a) != reflect.TypeOf(b) {
		return false
	}
	if _, ok := a.(*subquery); ok {
		return a == b
	}
	var pa, pb []Expr
	hollow := func(e Expr, parts *[]Expr) Expr {
		return copyParts(e, func(x Expr) Expr {
			if x != nil {
				*parts = append(*parts, x)
			}
			return nil
		}, func(xs []Expr) []Expr {
			*parts = append(*parts, xs...)
			return make([]Expr, len(xs))
		})
	}
	ha, hb := hollow(a, &pa), hollow(b, &pb)
	if len(pa) != len(pb) || !reflect.DeepEqual(ha, hb) {
		return false
	}
	for i := range pa {
		if !sameExpr(pa[i], pb[i]) {
			return false
		}
	}
	return true
}

func sameDatum(t types.OID, a, b types.Datum) bool {
	if a.Null || b.Null {
		return a.Null == b.Null
	}
	if a.A == nil && b.A == nil {
		return a.I == b.I && math.Float64bits(a.F) == math.Float64bits(b.F) && a.S == b.S
	}
	// Texts tell 1.0 from 1.00, which equality does not.
	ta, ea := types.AppendTextDatum(nil, t, a, nil)
	tb, eb := types.AppendTextDatum(nil, t, b, nil)
	return ea == nil && eb == nil && string(ta) == string(tb)
}

// volatility returns the worst volatility in an expression: 'i', 's' or 'v'.
// Subqueries count with their own.
func volatility(e Expr) byte {
	worst := byte('i')
	note := func(f *functions.Func, ok bool) {
		if !ok {
			return
		}
		if f.Volatility == 'v' || f.Volatility == 's' && worst == 'i' {
			worst = f.Volatility
		}
	}
	walk(e, func(x Expr) bool {
		switch x := x.(type) {
		case *Call:
			note(x.Function())
		case *SetCall:
			note(x.Function())
		case *NextValue:
			worst = 'v'
		case *Convert:
			if x.IO && worst == 'i' && !ioImmutable(x) {
				worst = 's'
			}
		case *subquery:
			if worst == 'i' {
				worst = 's'
			}
			if relVolatile(x.rel) {
				worst = 'v'
			}
		}
		return true
	})
	return worst
}

// ioImmutable reports whether a conversion through text depends on no setting.
func ioImmutable(c *Convert) bool {
	from, _ := c.Arg.Type()
	if !textImmutable(from) {
		return false
	}
	switch c.OID {
	case types.OIDTime, types.OIDTimetz: // 'now' is one
		return false
	}
	return textImmutable(c.OID)
}

// textImmutable reports whether a type's output function is immutable in
// PostgreSQL; its input function is then, too, but for some types.
func textImmutable(t types.OID) bool {
	switch t {
	case types.OIDText, types.OIDVarchar, types.OIDBpchar, types.OIDName, types.OIDChar, types.OIDUnknown, types.OIDCString,
		types.OIDInt2, types.OIDInt4, types.OIDInt8, types.OIDFloat4, types.OIDFloat8, types.OIDNumeric, types.OIDBool,
		types.OIDBytea, types.OIDBit, types.OIDVarbit, types.OIDUUID, types.OIDJSON, types.OIDJSONB, types.OIDJSONPath,
		types.OIDOID, types.OIDTID, types.OIDXID, types.OIDCID, types.OIDXID8, types.OIDPgLSN, types.OIDOIDVector, types.OIDInt2Vector,
		types.OIDInet, types.OIDCIDR, types.OIDMacaddr, types.OIDMacaddr8, types.OIDTime, types.OIDTimetz,
		types.OIDTSVector, types.OIDTSQuery,
		types.OIDPoint, types.OIDLseg, types.OIDLine, types.OIDBox, types.OIDPath, types.OIDPolygon, types.OIDCircle:
		return true
	}
	return false
}

// relVolatile reports whether a tree calls a volatile function.
func relVolatile(r rel) bool {
	found := false
	var visit func(r rel) rel
	visit = func(r rel) rel {
		exprsOf(r, func(e Expr) Expr {
			found = found || volatility(e) == 'v'
			return e
		})
		kids(r, visit)
		return r
	}
	visit(r)
	return found
}

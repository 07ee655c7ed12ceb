package plan

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// foldForm computes SQL's own forms over constants.
func (b *binder) foldForm(e Expr) Expr {
	switch x := e.(type) {
	case *Coalesce:
		return b.foldMinMax(x)
	case *DomainCheck:
		return foldDomain(x)
	case *ArrayConvert:
		return b.foldArrayConvert(x)
	case *NullIf:
		return b.foldNullIf(x)
	case *ArrayExpr:
		if elems, ok := constants(x.Elems); ok && !x.Multi {
			return &Const{Value: types.Any(types.NewArray(types.ElemOf(x.OID), elems)), OID: x.OID, Typmod: -1}
		}
	case *Subscript:
		return foldSubscript(x)
	case *BoolTest:
		if c, ok := x.Arg.(*Const); ok {
			is := c.Value.Null == x.Want.Null && (c.Value.Null || c.Value.I == x.Want.I)
			return boolConst(is != x.Not)
		}
	case *DistinctTest:
		return b.foldDistinct(x)
	case *AnyAll:
		return b.foldAnyAll(x)
	case *InList:
		return b.foldInList(x)
	}
	return e
}

// foldCoalesce drops NULLs, and all behind the first constant that is none,
// unfolded.
func (b *binder) foldCoalesce(x *Coalesce) Expr {
	var rest []Expr
	for _, a := range x.Args {
		a = b.foldExpr(a)
		c, ok := a.(*Const)
		if ok && c.Value.Null {
			continue
		}
		rest = append(rest, a)
		if ok {
			break
		}
	}
	switch len(rest) {
	case 0:
		return &Const{Value: types.NullDatum, OID: x.OID, Typmod: -1}
	case 1:
		if c, ok := rest[0].(*Const); ok {
			return c
		}
	}
	out := *x
	out.Args = rest
	return &out
}

// foldArrayConvert casts the elements of a constant array.
func (b *binder) foldArrayConvert(x *ArrayConvert) Expr {
	c, ok := x.Arg.(*Const)
	if !ok {
		return x
	}
	if c.Value.Null {
		return &Const{Value: types.NullDatum, OID: x.OID, Typmod: -1}
	}
	array, ok := c.Value.A.(*types.Array)
	if !ok || volatility(x.Elem) != 'i' {
		return x
	}
	out := *array
	out.Elem, out.Nulls = types.ElemOf(x.OID), false
	out.Elems = make([]types.Datum, len(array.Elems))
	for i, d := range array.Elems {
		elem := rewrite(x.Elem, func(e Expr) Expr {
			if col, ok := e.(*Col); ok {
				return &Const{Value: d, OID: col.OID, Typmod: col.Typmod}
			}
			return e
		})
		k, ok := b.foldExpr(elem).(*Const)
		if !ok {
			return x
		}
		out.Elems[i] = k.Value
	}
	return &Const{Value: types.Any(&out), OID: x.OID, Typmod: -1}
}

// test calls a boolean function over two constants of a type.
func (b *binder) test(fn types.OID, l, r Expr, a, c types.Datum) (types.Datum, bool) {
	f, ok := functions.ByOID(fn)
	if !ok {
		return types.Datum{}, false
	}
	return b.compute(f, []types.OID{typeOf(l), typeOf(r)}, types.OIDBool, []types.Datum{a, c})
}

func (b *binder) foldMinMax(x *Coalesce) Expr {
	args, ok := constants(x.Args)
	if !ok {
		return x
	}
	best := -1
	for i, d := range args {
		if d.Null {
			continue
		}
		if best < 0 {
			best = i
			continue
		}
		less, ok := b.test(x.Less, x.Args[i], x.Args[best], d, args[best])
		if x.Kind == Greatest {
			less, ok = b.test(x.Less, x.Args[best], x.Args[i], args[best], d)
		}
		if !ok {
			return x
		}
		if !less.Null && less.I != 0 {
			best = i
		}
	}
	if best < 0 {
		return &Const{Value: types.NullDatum, OID: x.OID, Typmod: -1}
	}
	return x.Args[best]
}

func (b *binder) foldNullIf(x *NullIf) Expr {
	l, ok1 := x.Left.(*Const)
	r, ok2 := x.Right.(*Const)
	if nullArgument([]Expr{x.Left, x.Right}) {
		return x.Left // which nothing equals
	}
	if !ok1 || !ok2 {
		return x
	}
	eq, ok := b.test(x.Eq, l, r, l.Value, r.Value)
	switch {
	case !ok:
		return x
	case eq.Null || eq.I == 0:
		return l
	}
	return &Const{Value: types.NullDatum, OID: l.OID, Typmod: l.Typmod}
}

func (b *binder) foldDistinct(x *DistinctTest) Expr {
	l, ok1 := x.Left.(*Const)
	r, ok2 := x.Right.(*Const)
	if !ok1 || !ok2 {
		return x
	}
	if l.Value.Null || r.Value.Null {
		return boolConst((l.Value.Null != r.Value.Null) != x.Not)
	}
	eq, ok := b.test(x.Eq, l, r, l.Value, r.Value)
	if !ok {
		return x
	}
	return boolConst((eq.I == 0) != x.Not)
}

// foldSubscript takes an element or a slice of a constant array.
func foldSubscript(x *Subscript) Expr {
	c, ok := x.Arg.(*Const)
	if !ok {
		return x
	}
	null := c.Value.Null
	bounds := func(es []Expr) []*int64 {
		at := make([]*int64, len(x.Index))
		for i, e := range es {
			k, constant := e.(*Const)
			if constant {
				at[i] = &k.Value.I
				null = null || k.Value.Null
			}
			ok = ok && (constant || e == nil) // nil: an open bound
		}
		return at
	}
	lo, hi := bounds(x.Lower), bounds(x.Index)
	array, isArray := types.Subscripted(c.OID, c.Value)
	d := types.NullDatum
	switch {
	case !ok || !null && !isArray:
		return x
	case null:
	case x.Slice:
		d = types.Any(array.Slice(lo, hi))
	default:
		d = array.At(hi)
	}
	return &Const{Value: d, OID: x.OID, Typmod: -1}
}

func (b *binder) foldAnyAll(x *AnyAll) Expr {
	l, ok1 := x.Left.(*Const)
	r, ok2 := x.Array.(*Const)
	if !ok1 || !ok2 {
		return x
	}
	if r.Value.Null {
		return &Const{Value: types.NullDatum, OID: types.OIDBool, Typmod: -1}
	}
	array, ok := r.Value.A.(*types.Array)
	if !ok {
		return x
	}
	return b.foldAny(x, x.Op, l, &Const{OID: types.ElemOf(r.OID)}, array.Elems, x.All, false)
}

func (b *binder) foldInList(x *InList) Expr {
	l, ok := x.Left.(*Const)
	if ok && l.Value.Null && strictEq(x.Eq) {
		if list := reachedByNull(x.List); len(list) < len(x.List) { // = of a column and NULL is NULL by itself
			if len(list) == 0 {
				return &Const{Value: types.NullDatum, OID: types.OIDBool, Typmod: -1}
			}
			x = &InList{Eq: x.Eq, Left: x.Left, List: list, Not: x.Not}
		}
	}
	if !ok {
		return x
	}
	fixed, rest := splitExprs(x.List, func(e Expr) bool { return colsOf(e).empty() })
	list, ok := constants(fixed)
	if !ok || len(fixed) == 0 {
		return x
	}
	found, ok := b.foldAny(x, x.Eq, l, fixed[0], list, false, x.Not).(*Const)
	switch {
	case !ok:
		return x
	case len(rest) == 0 || !found.Value.Null && (found.Value.I != 0) != x.Not:
		return found
	case found.Value.Null:
		rest = append(rest, &Const{Value: types.NullDatum, OID: typeOf(fixed[0]), Typmod: -1})
	}
	return &InList{Eq: x.Eq, Left: x.Left, List: rest, Not: x.Not}
}

// foldAny compares a constant with several: one true comparison decides, of ALL
// one that is false; else one that is NULL does.
func (b *binder) foldAny(x Expr, op types.OID, l *Const, elem Expr, list []types.Datum, all, not bool) Expr {
	null := false
	for _, d := range list {
		is, ok := b.test(op, l, elem, l.Value, d)
		switch {
		case !ok:
			return x
		case is.Null:
			null = true
		case (is.I != 0) != all:
			return boolConst(!all != not)
		}
	}
	if null {
		return &Const{Value: types.NullDatum, OID: types.OIDBool, Typmod: -1}
	}
	return boolConst(all != not)
}

func strictEq(fn types.OID) bool {
	f, ok := functions.ByOID(fn)
	return ok && !f.NotStrict
}

// reachedByNull are the items of an IN list that PostgreSQL computes though NULL
// is looked for: those without columns, if there are several of them, since it
// makes one array of these.
func reachedByNull(list []Expr) []Expr {
	out, _ := splitExprs(list, func(e Expr) bool { return colsOf(e).empty() })
	if _, ok := constants(out); ok || len(out) < 2 {
		return nil
	}
	return out
}

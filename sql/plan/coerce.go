package plan

import (
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// typeOf returns an expression's type.
func typeOf(e Expr) types.OID {
	t, _ := e.Type()
	return t
}

func typesOf(es []Expr) []types.OID {
	out := make([]types.OID, len(es))
	for i, e := range es {
		out[i] = typeOf(e)
	}
	return out
}

// unknownText returns the text of a literal that has no type yet.
func unknownText(e Expr) (string, bool) {
	c, ok := e.(*Const)
	if !ok || c.OID != types.OIDUnknown {
		return "", false
	}
	return c.Value.S, !c.Value.Null
}

// coerce converts e to a type where the context allows it; the caller has
// checked that it does, or takes nil for an answer. A literal is read, and a
// parameter without a type gets it.
func (b *binder) coerce(e Expr, target types.OID, typmod int32, ctx castContext) Expr {
	source := typeOf(e)
	if x, ok := e.(*collated); ok && source != target && !takesAny(target) { // casts go below COLLATE
		arg := b.coerce(x.Arg, target, typmod, ctx)
		if arg == nil || typeCollation(target) == 0 {
			return arg
		}
		return &collated{arg, x.Name}
	}
	switch {
	case source == target:
		return b.fit(e, target, typmod, ctx)
	case target == types.OIDAny && source == types.OIDUnknown && b.showing():
		return e
	case target == types.OIDAny && isParam(e):
		b.untyped = append(b.untyped, e.(*Param))
		return e
	case target == types.OIDAny && source == types.OIDUnknown:
		return b.coerce(e, types.OIDText, -1, ctx)
	case source == types.OIDUnknown && hasInput(target):
	case takesAny(target):
		if !consistent([]types.OID{source}, []types.OID{target}) {
			return nil
		}
		return e
	}
	if source == types.OIDUnknown {
		if out := b.coerceUnknown(e, target, typmod, ctx); out != nil {
			return out
		}
	}
	if row, ok := e.(*RowExpr); ok && target == types.OIDRecord {
		return row
	}
	kind, cast := castPath(source, target, ctx)
	switch kind {
	case relabel:
		return b.fitCast(&Convert{Arg: e, OID: target, Typmod: -1, Explicit: ctx == explicit}, target, typmod, ctx)
	case byText:
		return b.fitCast(&Convert{Arg: e, OID: target, Typmod: -1, IO: true, Explicit: ctx == explicit}, target, typmod, ctx)
	case byFunc:
		return b.castCall(e, cast, target, typmod, ctx)
	case byElement:
		elem := b.coerce(&Col{Index: 0, OID: types.ElemOf(source), Typmod: -1}, types.ElemOf(target), typmod, ctx)
		return b.note(&ArrayConvert{Arg: e, Elem: elem, OID: target}, form{hidden: ctx != explicit, typmod: typmod, modified: true})
	}
	return nil
}

// castCall calls a cast's function; those with more arguments take the typmod
// and whether the cast is explicit.
func (b *binder) castCall(e Expr, cast *functions.Cast, target types.OID, typmod int32, ctx castContext) Expr {
	f, ok := functions.ByOID(cast.Func)
	call := &Call{Func: cast.Func, Args: []Expr{e}, OID: target, Typmod: -1, Cast: true}
	b.note(call, form{hidden: ctx != explicit})
	if ok && f.Ret == types.OIDInt4 && target != types.OIDInt4 {
		b.hide(call)
		call.OID = f.Ret // int2 becomes an OID by way of int4, whose sign is lost then
		return &Convert{Arg: call, OID: target, Typmod: -1, Explicit: ctx == explicit}
	}
	if ok && len(f.Args) > 0 {
		if s := typeOf(e); s != f.Args[0] && !takesAny(f.Args[0]) {
			call.Args[0] = &Convert{Arg: e, OID: f.Args[0], Typmod: -1}
		}
	}
	if ok && len(f.Args) > 1 {
		call.Args = append(call.Args, &Const{Value: types.Int(int64(typmod)), OID: types.OIDInt4, Typmod: -1})
		if len(f.Args) > 2 {
			call.Args = append(call.Args, &Const{Value: types.Bool(ctx == explicit), OID: types.OIDBool, Typmod: -1})
		}
	}
	return b.fitCast(call, target, typmod, ctx)
}

// fitCast applies a typmod to what was cast for it: both are one cast to the
// reader.
func (b *binder) fitCast(cast Expr, target types.OID, typmod int32, ctx castContext) Expr {
	out := b.fit(cast, target, typmod, ctx)
	if out != cast {
		b.hide(cast)
	}
	return out
}

// fit applies a typmod; within implicit casts there is none.
func (b *binder) fit(e Expr, target types.OID, typmod int32, ctx castContext) Expr {
	if typmod < 0 {
		return e
	}
	if _, m := e.Type(); m == typmod {
		return e
	}
	return &Convert{Arg: e, OID: target, Typmod: typmod, Explicit: ctx == explicit}
}

// coerceUnknown types a literal or parameter; nil when e is another
// expression of type unknown.
func (b *binder) coerceUnknown(e Expr, target types.OID, typmod int32, ctx castContext) Expr {
	switch x := e.(type) {
	case *Const:
		return b.literal(x, target, typmod, ctx)
	case *Param:
		return b.typeParam(x, target, typmod, ctx)
	}
	if target == types.OIDUnknown {
		return e
	}
	return &Convert{Arg: e, OID: target, Typmod: typmod, IO: true, Explicit: true}
}

// refusesNull reports whether a type's input function fails for NULL too.
func refusesNull(t types.OID) bool {
	typ, ok := types.Lookup(t)
	if !ok || typ.Kind != 'p' {
		return false
	}
	in, ok := functions.ByOID(typ.Input.OID)
	return ok && in.NotStrict
}

// literal reads a literal as its type's input function does.
func (b *binder) literal(c *Const, target types.OID, typmod int32, ctx castContext) Expr {
	if b.showing() && typmod >= 0 && target != types.OIDInterval {
		return b.fit(b.literal(c, target, -1, ctx), target, typmod, ctx)
	}
	if c.Value.Null && !refusesNull(target) {
		return &Const{Value: types.NullDatum, OID: target, Typmod: typmod}
	}
	if isPseudoInput(target) {
		e := sqlerr.New(sqlerr.FeatureNotSupported, "cannot accept a value of type %s", types.FormatTypeBare(target))
		fail(b.at(b.loc[c], e))
	}
	if timeDependent(target, c.Value.S) {
		b.volatile = true
	}
	read := int32(-1) // the modifier is another step, but for an interval
	if target == types.OIDInterval {
		read = typmod
	}
	d, err := types.ParseText(target, read, c.Value.S, b.ctx.Format)
	if err != nil {
		fail(b.at(b.loc[c], sqlerr.From(err)))
	}
	if read != typmod {
		if d, err = types.ApplyTypmod(target, typmod, d, ctx == explicit); err != nil {
			fail(sqlerr.From(err))
		}
	}
	out := &Const{Value: d, OID: target, Typmod: typmod}
	b.loc[out] = b.loc[c]
	return out
}

// isPseudoInput reports whether a type has no values of its own.
func isPseudoInput(t types.OID) bool {
	ty, ok := types.Lookup(t)
	return ok && ty.Kind == 'p' && t != types.OIDUnknown && t != types.OIDCString && t != types.OIDVoid
}

// timeDependent reports whether a literal means another value at another time.
func timeDependent(t types.OID, s string) bool {
	switch t {
	case types.OIDDate, types.OIDTime, types.OIDTimetz, types.OIDTimestamp, types.OIDTimestamptz,
		types.OIDDateArray, types.OIDTimestampArray, types.OIDTimestamptzArray:
	default:
		return false
	}
	s = strings.ToLower(s)
	for _, w := range []string{"now", "today", "tomorrow", "yesterday"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

func isParam(e Expr) bool {
	_, ok := e.(*Param)
	return ok && typeOf(e) == types.OIDUnknown
}

// typeParam settles a parameter's type from where it stands.
func (b *binder) typeParam(p *Param, target types.OID, typmod int32, ctx castContext) Expr {
	switch known := b.params[p.Index]; {
	case known == 0 || known == types.OIDUnknown:
		b.params[p.Index] = target
	case known != target:
		e := sqlerr.New(sqlerr.AmbiguousParameter, "inconsistent types deduced for parameter $%d", p.Index+1).
			WithDetail("%s versus %s", types.FormatTypeBare(known), types.FormatTypeBare(target))
		fail(b.at(b.loc[p], e))
	}
	out := &Param{Index: p.Index, OID: target}
	b.loc[out] = b.loc[p]
	return b.fit(out, target, typmod, ctx)
}

// mustCoerce converts an expression for a clause that wants a type, or
// complains with the clause's name.
func (b *binder) mustCoerce(e Expr, target types.OID, location int32, clause string) Expr {
	if source := typeOf(e); source == types.OIDUnknown || canCoerce([]types.OID{source}, []types.OID{target}, assignment) {
		if out := b.coerce(e, target, -1, assignment); out != nil {
			return out
		}
	}
	b.failAt(location, sqlerr.DatatypeMismatch, "argument of %s must be type %s, not type %s",
		clause, types.FormatTypeBare(target), b.typeText(e))
	return nil
}

// resolveUnknown makes text of what is still without a type.
func (b *binder) resolveUnknown(e Expr) Expr {
	if typeOf(e) == types.OIDUnknown {
		return b.coerce(e, types.OIDText, -1, implicit)
	}
	return e
}

// common finds the common type of expressions and converts them to it; what is
// the construct's name in complaints, location where to complain of each.
func (b *binder) common(es []Expr, what string, location func(i int) int32) types.OID {
	t := b.commonOf(es, what, location)
	for i, e := range es {
		out := b.coerce(e, t, -1, implicit)
		if out == nil {
			b.failAt(location(i), sqlerr.CannotCoerce, "%s could not convert type %s to %s",
				what, types.FormatTypeBare(typeOf(e)), types.FormatTypeBare(t))
		}
		es[i] = out
	}
	return t
}

// commonOf is select_common_type.
func (b *binder) commonOf(es []Expr, what string, location func(i int) int32) types.OID {
	best := types.OIDUnknown
	for i, e := range es {
		t := typeOf(e)
		switch {
		case t == types.OIDUnknown || t == best:
		case best == types.OIDUnknown:
			best = t
		case category(t) != category(best):
			b.failAt(location(i), sqlerr.DatatypeMismatch, "%s types %s and %s cannot be matched",
				what, types.FormatTypeBare(best), types.FormatTypeBare(t))
		case !preferred(best) && canCoerce([]types.OID{best}, []types.OID{t}, implicit) &&
			!canCoerce([]types.OID{t}, []types.OID{best}, implicit):
			best = t
		}
	}
	if best == types.OIDUnknown {
		return types.OIDText
	}
	return best
}

// commonTypmod returns the typmod that all expressions share, or -1.
func commonTypmod(es []Expr) int32 {
	for i, e := range es {
		_, m := e.Type()
		if i > 0 {
			if _, first := es[0].Type(); first != m {
				return -1
			}
		}
	}
	if len(es) == 0 {
		return -1
	}
	_, m := es[0].Type()
	return m
}

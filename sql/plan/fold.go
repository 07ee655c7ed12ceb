package plan

import (
	"context"
	"slices"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// foldRel folds the constants of a tree.
func (b *binder) foldRel(r rel) {
	exprsOf(r, func(e Expr) Expr { return rewrite(e, b.fold) })
	kids(r, func(k rel) rel {
		b.foldRel(k)
		return k
	})
	if f, ok := r.(*rFilter); ok && f.cond == nil {
		f.cond = trueConst()
	}
}

func trueConst() *Const { return boolConst(true) }

func boolConst(v bool) *Const { return &Const{Value: types.Bool(v), OID: types.OIDBool, Typmod: -1} }

// fold computes one expression whose parts are constants, where its value
// depends on nothing else. One that fails is left to fail when it is run.
func (b *binder) fold(e Expr) Expr {
	switch x := e.(type) {
	case *Call:
		return b.foldCall(x)
	case *Convert:
		return b.foldConvert(x)
	case *BoolOp:
		return foldBool(x)
	case *Case:
		return b.foldCase(x)
	case *NullTest:
		if c, ok := x.Arg.(*Const); ok && c.OID != types.OIDRecord {
			return boolConst(c.Value.Null != x.Not)
		}
	}
	return b.foldForm(e)
}

func constants(es []Expr) ([]types.Datum, bool) {
	out := make([]types.Datum, len(es))
	for i, e := range es {
		c, ok := e.(*Const)
		if !ok {
			return nil, false
		}
		out[i] = c.Value
	}
	return out, true
}

func (b *binder) foldCall(x *Call) Expr {
	f, ok := functions.ByOID(x.Func)
	if !ok || f.Kind != functions.Scalar || f.RetSet || x.Spread {
		return x
	}
	if !f.NotStrict && nullArgument(x.Args) {
		return &Const{Value: types.NullDatum, OID: x.OID, Typmod: x.Typmod}
	}
	args, ok := constants(x.Args)
	if !ok {
		return x
	}
	d, ok := b.compute(f, typesOf(x.Args), x.OID, args)
	if !ok {
		return x
	}
	return &Const{Value: d, OID: x.OID, Typmod: x.Typmod}
}

// compute calls an immutable function; false: it cannot be called now, or
// fails.
func (b *binder) compute(f *functions.Func, ts []types.OID, ret types.OID, args []types.Datum) (types.Datum, bool) {
	if f.Volatility != 'i' {
		return types.Datum{}, false
	}
	code := f.RowFor(ts, ret)
	if code == nil {
		return types.Datum{}, false
	}
	if !f.NotStrict && slices.ContainsFunc(args, func(d types.Datum) bool { return d.Null }) {
		return types.NullDatum, true
	}
	d, err := code(b.evalCtx(), args)
	return d, err == nil
}

// nullArgument reports whether a strict call is NULL because an argument is,
// so that the others, volatile or not, are never evaluated. One of them that
// has failed to fold must fail still.
func nullArgument(args []Expr) bool {
	null, fails := false, false
	for _, a := range args {
		c, ok := a.(*Const)
		null = null || ok && c.Value.Null
	}
	if !null {
		return false
	}
	for _, a := range args {
		walk(a, func(e Expr) bool {
			switch e.(type) {
			case *Call, *Convert:
				fails = fails || constantTree(e)
			case *SetCall:
				fails = true // rows, not one value
			}
			return !fails
		})
	}
	return !fails
}

// constantTree reports whether an expression is made of constants and
// immutable functions alone.
func constantTree(e Expr) bool {
	constant := true
	walk(e, func(e Expr) bool {
		switch x := e.(type) {
		case *Const, *Case, *Coalesce, *BoolOp, *ArrayExpr, *NullIf, *NullTest, *BoolTest, *DistinctTest, *AnyAll, *InList, *Subscript:
		case *Call:
			f, ok := functions.ByOID(x.Func)
			constant = constant && ok && f.Volatility == 'i'
		case *Convert:
			constant = constant && (!x.IO || ioImmutable(x))
		default:
			constant = false
		}
		return constant
	})
	return constant
}

// evalCtx is the context in which constants are computed: no session, since
// nothing immutable asks for one.
func (b *binder) evalCtx() *functions.Ctx {
	c := &functions.Ctx{Context: context.Background()}
	if b.ctx.Format != nil {
		c.Format = *b.ctx.Format
	}
	return c
}

func (b *binder) foldConvert(x *Convert) Expr {
	c, ok := x.Arg.(*Const)
	if !ok || x.IO && !ioImmutable(x) {
		return x
	}
	d := c.Value
	if d.Null {
		return &Const{Value: types.NullDatum, OID: x.OID, Typmod: x.Typmod}
	}
	if x.IO {
		text, err := types.AppendTextDatum(nil, c.OID, d, b.ctx.Format)
		if err != nil {
			return x
		}
		if d, err = types.ParseText(x.OID, -1, string(text), b.ctx.Format); err != nil {
			return x
		}
	} else if types.RepOf(c.OID) != types.RepOf(x.OID) {
		return x
	}
	if !x.IO && types.ChangesSign(c.OID, x.OID) {
		d.I = types.Relabel(x.OID, d.I)
	}
	if x.Typmod >= 0 {
		var err error
		if d, err = types.ApplyTypmod(x.OID, x.Typmod, d, x.Explicit); err != nil {
			return x
		}
	}
	return &Const{Value: d, OID: x.OID, Typmod: x.Typmod}
}

// foldCase drops the arms that a constant condition rules out.
func (b *binder) foldCase(x *Case) Expr {
	test, _ := x.Test.(*Const)
	c := &Case{OID: x.OID, Else: x.Else}
	if test == nil {
		c.Test = x.Test
	}
	for _, w := range x.Whens {
		cond := w.Cond
		if test != nil {
			if innerTest(cond) {
				return x
			}
			cond = rewrite(cond, func(e Expr) Expr {
				if _, ok := e.(*CaseTest); ok {
					return test
				}
				return b.fold(e)
			})
		}
		k, ok := cond.(*Const)
		switch {
		case !ok:
			c.Whens = append(c.Whens, When{Cond: cond, Result: w.Result})
			continue
		case k.Value.Null || k.Value.I == 0:
			continue
		}
		c.Else = w.Result // the arms below are never reached
		break
	}
	if len(c.Whens) > 0 {
		return c
	}
	if c.Else == nil {
		return &Const{Value: types.NullDatum, OID: x.OID, Typmod: -1}
	}
	return c.Else
}

// innerTest reports whether an expression has a CASE with a test of its own,
// whose CaseTests are not the outer one's.
func innerTest(e Expr) bool {
	found := false
	walk(e, func(e Expr) bool {
		c, ok := e.(*Case)
		found = found || ok && c.Test != nil
		return !found
	})
	return found
}

// foldBool drops constants from AND and OR, and turns NOT of a constant.
func foldBool(x *BoolOp) Expr {
	if x.Op == Not {
		return foldNot(x)
	}
	stop := x.Op == Or // the value that decides
	var rest []Expr
	var null *Const
	for _, a := range x.Args {
		c, ok := a.(*Const)
		switch {
		case !ok:
			rest = append(rest, a)
		case c.Value.Null:
			null = c
		case (c.Value.I != 0) == stop:
			return c
		}
	}
	if null != nil { // one is as good as many
		rest = append(rest, null)
	}
	if len(rest) == len(x.Args) {
		return x
	}
	switch len(rest) {
	case 0:
		return &Const{Value: types.Bool(!stop), OID: types.OIDBool, Typmod: -1}
	case 1:
		return rest[0]
	}
	return &BoolOp{Op: x.Op, Args: rest}
}

func foldNot(x *BoolOp) Expr {
	switch a := x.Args[0].(type) {
	case *Const:
		if a.Value.Null {
			return a
		}
		return &Const{Value: types.Bool(a.Value.I == 0), OID: types.OIDBool, Typmod: -1}
	case *BoolOp:
		if a.Op == Not {
			return a.Args[0]
		}
	case *NullTest:
		if typeOf(a.Arg) != types.OIDRecord { // IS NOT NULL of a row is no negation
			return &NullTest{Arg: a.Arg, Not: !a.Not}
		}
	}
	return x
}

package plan

import (
	"context"

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

func trueConst() *Const { return &Const{Value: types.Bool(true), OID: types.OIDBool, Typmod: -1} }

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
	case *NullTest:
		if c, ok := x.Arg.(*Const); ok && c.OID != types.OIDRecord {
			return &Const{Value: types.Bool(c.Value.Null != x.Not), OID: types.OIDBool, Typmod: -1}
		}
	}
	return e
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
	if !ok || f.Volatility != 'i' || f.Row == nil || f.RetSet || f.NotStrict {
		return x
	}
	args, ok := constants(x.Args)
	if !ok {
		return x
	}
	for _, a := range args {
		if a.Null {
			return &Const{Value: types.NullDatum, OID: x.OID, Typmod: x.Typmod}
		}
	}
	d, err := f.Row(b.evalCtx(), args)
	if err != nil {
		return x
	}
	return &Const{Value: d, OID: x.OID, Typmod: x.Typmod}
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
	if x.Typmod >= 0 {
		var err error
		if d, err = types.ApplyTypmod(x.OID, x.Typmod, d, x.Explicit); err != nil {
			return x
		}
	}
	return &Const{Value: d, OID: x.OID, Typmod: x.Typmod}
}

// foldBool drops constants from AND and OR, and turns NOT of a constant.
func foldBool(x *BoolOp) Expr {
	if x.Op == Not {
		return foldNot(x)
	}
	stop := x.Op == Or // the value that decides
	var rest []Expr
	for _, a := range x.Args {
		c, ok := a.(*Const)
		switch {
		case !ok || c.Value.Null:
			rest = append(rest, a)
		case (c.Value.I != 0) == stop:
			return c
		}
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

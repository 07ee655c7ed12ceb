package plan

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// foldRel folds the constants of a tree. Columns that are not in need are not
// computed, so that what fails in them does not matter.
func (b *binder) foldRel(r rel, need *colSet) { b.foldUnder(r, need, false) }

// foldUnder is foldRel below a condition: closed says that it lets no row
// through. PostgreSQL does not plan a subquery then, so that nothing fails there.
func (b *binder) foldUnder(r rel, need *colSet, closed bool) {
	b.step()
	if closed && ownQuery(r) {
		before := b.failure
		defer func() { b.failure = before }()
	}
	switch p := r.(type) {
	case *rProject:
		for i, id := range p.ids {
			p.exprs[i] = b.foldNeeded(p.exprs[i], need.has(id))
		}
	case *rValues:
		for _, row := range p.rows {
			for i := range row {
				row[i] = b.foldNeeded(row[i], len(p.rows) > 1 || need.has(p.ids[i]))
			}
		}
	default:
		exprsOf(r, b.foldExpr)
	}
	switch f := r.(type) {
	case *rFilter:
		closed = closed || neverTrue(f.cond)
	case *rProject:
	default:
		closed = false
	}
	kids(r, func(k rel) rel {
		b.foldUnder(k, need, closed)
		return k
	})
	if f, ok := r.(*rFilter); ok && f.cond == nil {
		f.cond = trueConst()
	}
}

// ownQuery reports what is the whole of a subquery that PostgreSQL does not put
// in the place of its name.
func ownQuery(r rel) bool {
	switch r := r.(type) {
	case *rDistinct, *rLimit, *rLockRows, *rSort, *rProjectSet:
		return true
	case *rSetOp:
		return r.op != Union || !r.all
	case *rProject:
		in := r.input
		for f, ok := in.(*rFilter); ok; f, ok = in.(*rFilter) {
			in = f.input
		}
		switch in.(type) {
		case *rAgg, *rWindow:
			return true
		}
	}
	return false
}

func (b *binder) foldNeeded(e Expr, needed bool) Expr {
	if needed {
		return b.foldExpr(e)
	}
	return b.foldQuietly(e)
}

// foldQuietly folds an expression; what fails is left to fail when it is run.
func (b *binder) foldQuietly(e Expr) Expr {
	before := b.failure
	e = b.foldExpr(e)
	b.failure = before
	return e
}

// foldFails notes that a constant cannot be computed. The statement then fails
// as soon as it is run, whether or not a row would ask for that constant: of
// several failures the first does.
func (b *binder) foldFails(err error) {
	var e *sqlerr.Error
	if b.failure == nil && errors.As(err, &e) {
		b.failure = e
	}
}

// foldExpr folds an expression, its parts first and from left to right. Parts
// that a constant to their left rules out are dropped before they are folded.
func (b *binder) foldExpr(e Expr) Expr {
	switch x := e.(type) {
	case nil:
		return nil
	case *Case:
		return b.foldCase(x)
	case *CaseTest:
		if b.caseTest != nil {
			return b.caseTest
		}
		return x
	case *BoolOp:
		if x.Op != Not {
			return b.foldBool(x)
		}
	case *Coalesce:
		if x.Kind == CoalesceFirst {
			return b.foldCoalesce(x)
		}
	}
	return b.fold(mapExpr(e, b.foldExpr))
}

func trueConst() *Const { return boolConst(true) }

func boolConst(v bool) *Const { return &Const{Value: types.Bool(v), OID: types.OIDBool, Typmod: -1} }

// fold computes one expression whose parts are folded, where they are constants
// and its value depends on nothing else.
func (b *binder) fold(e Expr) Expr {
	switch x := e.(type) {
	case *Call:
		return b.foldCall(x)
	case *Convert:
		return b.foldConvert(x)
	case *BoolOp:
		return foldNot(x)
	case *NullTest:
		return foldNullTest(x)
	}
	return b.foldForm(e)
}

func constants(es []Expr) ([]types.Datum, bool) {
	out := make([]types.Datum, len(es))
	for i, e := range es {
		switch x := e.(type) {
		case *Const:
			out[i] = x.Value
		case *RowExpr:
			vals, ok := constants(x.Elems)
			if !ok {
				return nil, false
			}
			out[i] = types.Any(&types.Record{Types: typesOf(x.Elems), Names: x.Names, Vals: vals, Collations: x.Collations})
		default:
			return nil, false
		}
	}
	return out, true
}

// foldNullTest decides IS [NOT] NULL of a constant, and of a row by its constant
// parts.
func foldNullTest(x *NullTest) Expr {
	if c, ok := x.Arg.(*Const); ok && c.OID != types.OIDRecord {
		return boolConst(c.Value.Null != x.Not)
	}
	row, ok := x.Arg.(*RowExpr)
	if !ok {
		return x
	}
	decided := true
	for _, e := range row.Elems {
		c, ok := e.(*Const)
		if ok && c.Value.Null == x.Not {
			return boolConst(false)
		}
		decided = decided && ok
	}
	if decided {
		return boolConst(true)
	}
	return x
}

func (b *binder) foldCall(x *Call) Expr {
	f, ok := x.Function()
	if !ok || f.Kind != functions.Scalar || f.RetSet || x.Spread {
		return x
	}
	if !f.NotStrict && nullArgument(x.Args) {
		return &Const{Value: types.NullDatum, OID: x.OID, Typmod: x.Typmod}
	}
	if f.Made != nil {
		return b.inlineRoutine(x, f)
	}
	args, ok := constants(x.Args)
	if !ok {
		return b.inlined(x, f)
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
	if f.Volatility != 'i' && !immutableByText(f, ts) || f.Asks {
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
	if err != nil {
		b.foldFails(err)
	}
	return d, err == nil
}

// immutableByText reports whether a function depends on settings only by the
// text form of an argument, as SQL functions do that PostgreSQL puts in line,
// and that form is always the same.
func immutableByText(f *functions.Func, ts []types.OID) bool {
	if f.Volatility != 's' || !strings.Contains(f.Src, "::pg_catalog.text") {
		return false
	}
	for i, t := range f.Args {
		if types.IsPolymorphic(t) && !textImmutable(ts[i]) {
			return false
		}
	}
	return true
}

// nullArgument reports whether a strict call is NULL because an argument is,
// so that the others, volatile or not, are never evaluated.
func nullArgument(args []Expr) bool {
	null, rows := false, false
	for _, a := range args {
		c, ok := a.(*Const)
		null = null || ok && c.Value.Null
	}
	if !null {
		return false
	}
	for _, a := range args {
		walk(a, func(e Expr) bool {
			_, set := e.(*SetCall) // rows, not one value
			rows = rows || set
			return !rows
		})
	}
	return !rows
}

// evalCtx is the context in which constants are computed: no session and no catalog,
// which few immutable functions ask (functions.Func.Asks).
func (b *binder) evalCtx() *functions.Ctx {
	c := &functions.Ctx{Context: context.Background()}
	if b.ctx.Format != nil {
		c.Format = *b.ctx.Format
	}
	return c
}

func (b *binder) foldConvert(x *Convert) Expr {
	c, ok := x.Arg.(*Const)
	if !ok {
		return x
	}
	d := c.Value
	if d.Null {
		return &Const{Value: types.NullDatum, OID: x.OID, Typmod: x.Typmod}
	}
	if x.IO && !ioImmutable(x) {
		return x
	}
	if x.IO {
		text, err := types.AppendTextDatum(nil, c.OID, d, b.ctx.Format)
		if err != nil {
			return x
		}
		if d, err = types.ParseText(x.OID, -1, string(text), b.ctx.Format); err != nil {
			b.foldFails(err)
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
			b.foldFails(err)
			return x
		}
	}
	return &Const{Value: d, OID: x.OID, Typmod: x.Typmod}
}

// foldCase drops the arms that a constant condition rules out, unfolded.
func (b *binder) foldCase(x *Case) Expr {
	c := &Case{Test: b.foldExpr(x.Test), OID: x.OID}
	outer := b.caseTest
	defer func() { b.caseTest = outer }()
	if b.caseTest, _ = c.Test.(*Const); b.caseTest != nil {
		c.Test = nil
	}
	decided := false
	for _, w := range x.Whens {
		cond := b.foldExpr(w.Cond)
		k, ok := cond.(*Const)
		if ok && (k.Value.Null || k.Value.I == 0) {
			continue
		}
		result := b.foldExpr(w.Result)
		if decided = ok; decided {
			c.Else = result // the arms below are never reached
			break
		}
		c.Whens = append(c.Whens, When{Cond: cond, Result: result})
	}
	if !decided {
		c.Else = b.foldExpr(x.Else)
	}
	if len(c.Whens) > 0 {
		return c
	}
	if c.Else == nil {
		return &Const{Value: types.NullDatum, OID: x.OID, Typmod: -1}
	}
	return c.Else
}

// foldBool drops constants from AND and OR, and all behind one that decides.
func (b *binder) foldBool(x *BoolOp) Expr {
	stop := x.Op == Or // the value that decides
	var rest []Expr
	var null *Const
	for _, a := range x.Args {
		a = b.foldExpr(a)
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

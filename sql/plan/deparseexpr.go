package plan

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

func (d *deparser) boolOp(x *BoolOp) {
	d.open()
	if x.Op == Not {
		d.put("NOT ")
		d.within(x.Args[0], false, x)
		d.shut()
		return
	}
	word := " AND "
	if x.Op == Or {
		word = " OR "
	}
	for i, a := range x.Args {
		if i > 0 {
			d.put(word)
		}
		d.within(a, false, x)
	}
	d.shut()
}

// distinct prints IS DISTINCT FROM; its contrary is one that NOT stands before.
func (d *deparser) distinct(x *DistinctTest) {
	if x.Not {
		in := *x
		in.Not = false
		d.boolOp(&BoolOp{Op: Not, Args: []Expr{&in}})
		return
	}
	d.open()
	d.within(x.Left, true, x)
	d.put(" IS DISTINCT FROM ")
	d.within(x.Right, true, x)
	d.shut()
}

func (d *deparser) anyAll(x *AnyAll) {
	word := " ANY ("
	if x.All {
		word = " ALL ("
	}
	d.open()
	d.within(x.Left, true, x)
	d.put(" ", x.Sym, word)
	d.within(x.Array, true, x)
	if q, ok := x.Array.(*subquery); ok && q.Kind == ScalarSub { // else it would be taken for the rows to compare with
		d.put("::", types.FormatType(q.OID, q.Typmod))
	}
	d.put(")")
	d.shut()
}

func (d *deparser) subscript(x *Subscript, casts bool) {
	switch x.Arg.(type) {
	case *Col, *Field:
		d.expr(x.Arg, casts)
	default:
		d.put("(")
		d.expr(x.Arg, casts)
		d.put(")")
	}
	for i, upper := range x.Index {
		d.put("[")
		if x.Slice {
			if x.Lower[i] != nil {
				d.expr(x.Lower[i], false)
			}
			d.put(":")
		}
		if upper != nil {
			d.expr(upper, false)
		}
		d.put("]")
	}
}

func (d *deparser) caseExpr(x *Case) {
	d.keyword("CASE", 0, indentList, 0)
	if x.Test != nil {
		d.put(" ")
		d.expr(x.Test, true)
	}
	for _, w := range x.Whens {
		d.keyword("WHEN ", 0, 0, 0)
		cond := w.Cond
		if c, ok := cond.(*Call); ok && x.Test != nil && c.Op != "" && len(c.Args) == 2 && d.isTest(c.Args[0]) {
			cond = c.Args[1]
		}
		d.expr(cond, false)
		d.put(" THEN ")
		d.expr(w.Result, true)
	}
	d.keyword("ELSE ", 0, 0, 0)
	if x.Else != nil {
		d.expr(x.Else, true)
	} else {
		d.put("NULL::", types.FormatType(x.OID, -1))
	}
	d.keyword("END", -indentList, 0, 0)
}

// isTest reports whether an operand is the value that CASE tests.
func (d *deparser) isTest(e Expr) bool {
	for {
		if _, ok := e.(*CaseTest); ok {
			return true
		}
		arg, _, _ := d.castArg(e)
		if arg == nil || !d.hidden(e) {
			return false
		}
		e = arg
	}
}

func (d *deparser) call(x *Call) {
	f := d.b.forms[x]
	switch {
	case x.Op != "" && len(x.Args) == 2:
		d.open()
		d.within(x.Args[0], true, x)
		d.put(" ", x.Op, " ")
		d.within(x.Args[1], true, x)
		d.shut()
		return
	case x.Op != "" && len(x.Args) == 1:
		d.open()
		d.put(x.Op, " ")
		d.within(x.Args[0], true, x)
		d.shut()
		return
	case f.syntax && d.words(x):
		return
	}
	d.function(x, x.Func, x.Made, x.Args)
}

// function prints a call e by name and arguments.
func (d *deparser) function(e Expr, oid types.OID, made *functions.Func, args []Expr) {
	f := d.b.forms[e]
	if made != nil {
		d.madeName(made)
	} else {
		d.functionName(oid)
	}
	d.put("(")
	args = declared(oid, made, args)
	for i, a := range args {
		if i > 0 {
			d.put(", ")
		}
		if f.variadic && i == len(args)-1 {
			d.put("VARIADIC ")
		}
		if i < len(f.names) && f.names[i] != "" {
			d.put(functions.QuoteIdent(f.names[i]), " => ")
		}
		d.expr(a, true)
	}
	d.put(")")
}

package plan

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// cond prints a condition in parentheses; empty for none.
func (d *describer) cond(e Expr) string {
	if e == nil {
		return ""
	}
	t := d.expr(e)
	if !strings.HasPrefix(t, "(") {
		t = "(" + t + ")"
	}
	return t
}

func (d *describer) exprs(es []Expr) []string {
	out := make([]string, len(es))
	for i, e := range es {
		out[i] = d.expr(e)
	}
	return out
}

func (d *describer) list(es []Expr) string { return strings.Join(d.exprs(es), ", ") }

func funcNameOf(oid types.OID) string {
	if f, ok := functions.ByOID(oid); ok {
		return f.Name
	}
	return "f" + strconv.Itoa(int(oid))
}

func calledName(f *functions.Func, known bool) string {
	if !known {
		return "?"
	}
	return f.Name
}

// called is a function's name, with its schema where EXPLAIN is to tell it.
func (d *describer) called(f *functions.Func, known bool) string {
	name := functions.QuoteIdent(calledName(f, known))
	if known && f.Made != nil && d.opt.Verbose {
		return functions.QuoteIdent(f.Schema) + "." + name
	}
	return name
}

// expr prints an expression as PostgreSQL's EXPLAIN does.
func (d *describer) expr(e Expr) string {
	switch x := e.(type) {
	case nil:
		return ""
	case *Const:
		return literal(x)
	case *Param:
		return "$" + strconv.Itoa(x.Index+1)
	case *Col:
		if x.Name == "" {
			return "column" + strconv.Itoa(x.Index+1)
		}
		if d.bare != "" && !d.opt.Verbose {
			return strings.TrimPrefix(x.Name, d.bare+".")
		}
		return x.Name
	case *OuterRef:
		if n := len(d.outer); n > 0 && x.Index < len(d.outer[n-1].args) {
			return d.outer[n-1].args[x.Index]
		}
		return "outer" + strconv.Itoa(x.Index)
	case *Call:
		return d.call(x)
	case *SetCall:
		return d.called(x.Function()) + "(" + d.list(declared(x.Func, x.Made, x.Args)) + ")"
	case *Convert:
		return d.convert(x)
	case *DomainCheck:
		if x.Told {
			return d.expr(x.Arg)
		}
		return "(" + d.expr(x.Arg) + ")::" + x.Written
	case *ArrayConvert:
		return "(" + d.expr(x.Arg) + ")::" + types.FormatTypeBare(x.OID)
	case *BoolOp:
		return d.boolOp(x)
	case *NullTest:
		return "(" + d.expr(x.Arg) + " IS " + not(x.Not) + "NULL)"
	case *BoolTest:
		return "(" + d.expr(x.Arg) + " IS " + not(x.Not) + truth(x.Want) + ")"
	case *DistinctTest:
		return "(" + d.expr(x.Left) + " IS " + not(x.Not) + "DISTINCT FROM " + d.expr(x.Right) + ")"
	case *InList:
		return "(" + d.expr(x.Left) + " " + not(x.Not) + "IN (" + d.list(x.List) + "))"
	case *AnyAll:
		if d.ofBatch(x.Array) {
			return "(" + d.expr(x.Left) + " = " + d.expr(x.Array) + ")"
		}
		word := "ANY"
		if x.All {
			word = "ALL"
		}
		return "(" + d.expr(x.Left) + " " + x.Sym + " " + word + " (" + d.expr(x.Array) + "))"
	}
	return d.construct(e)
}

// ofBatch reports whether an expression is the array of a batch's keys: what is read
// by it is what one key says of each row, and printed so.
func (d *describer) ofBatch(e Expr) bool {
	x, ok := e.(*OuterRef)
	if n := len(d.outer); !ok || n == 0 || x.Index >= len(d.outer[n-1].batch) {
		return false
	}
	return d.outer[len(d.outer)-1].batch[x.Index]
}

func not(n bool) string {
	if n {
		return "NOT "
	}
	return ""
}

func truth(w types.Datum) string {
	switch {
	case w.Null:
		return "UNKNOWN"
	case w.I != 0:
		return "TRUE"
	}
	return "FALSE"
}

// construct prints the constructs that SQL has words for.
func (d *describer) construct(e Expr) string {
	switch x := e.(type) {
	case *Case:
		return d.caseExpr(x)
	case *CaseTest:
		return "CASE_TEST"
	case *Coalesce:
		return [...]string{"COALESCE", "GREATEST", "LEAST"}[x.Kind] + "(" + d.list(x.Args) + ")"
	case *NullIf:
		return "NULLIF(" + d.expr(x.Left) + ", " + d.expr(x.Right) + ")"
	case *ArrayExpr:
		return "ARRAY[" + d.list(x.Elems) + "]"
	case *RowExpr:
		return "ROW(" + d.list(x.Elems) + ")"
	case *Field:
		return "(" + d.expr(x.Arg) + ").f" + strconv.Itoa(x.Index+1)
	case *Subscript:
		out := d.expr(x.Arg)
		for i := range x.Index {
			if x.Slice {
				out += "[" + d.expr(x.Lower[i]) + ":" + d.expr(x.Index[i]) + "]"
			} else {
				out += "[" + d.expr(x.Index[i]) + "]"
			}
		}
		return out
	case *RowCompare:
		return "(ROW(" + d.list(x.Left) + ") " + x.Op + " ROW(" + d.list(x.Right) + "))"
	case *Subplan:
		return d.subplan(x)
	}
	return fmt.Sprintf("%T", e)
}

func (d *describer) call(x *Call) string {
	switch {
	case x.Op != "" && len(x.Args) == 2:
		return "(" + d.expr(x.Args[0]) + " " + x.Op + " " + d.expr(x.Args[1]) + ")"
	case x.Op != "" && len(x.Args) == 1:
		return "(" + x.Op + " " + d.expr(x.Args[0]) + ")"
	case x.Cast && len(x.Args) > 0:
		return "(" + d.expr(x.Args[0]) + ")::" + types.FormatType(x.OID, x.Typmod)
	}
	return d.called(x.Function()) + "(" + d.list(declared(x.Func, x.Made, x.Args)) + ")"
}

// declared leaves out what a column definition list adds to the arguments.
func declared(oid types.OID, made *functions.Func, args []Expr) []Expr {
	if f, ok := functionOf(oid, made); ok && f.Shaped && len(args) > len(f.Args) {
		return args[:len(f.Args)]
	}
	return args
}

func (d *describer) convert(x *Convert) string {
	arg := d.expr(x.Arg)
	if !strings.HasPrefix(arg, "(") {
		arg = "(" + arg + ")"
	}
	return arg + "::" + types.FormatType(x.OID, x.Typmod)
}

func (d *describer) boolOp(x *BoolOp) string {
	if x.Op == Not {
		return "(NOT " + d.expr(x.Args[0]) + ")"
	}
	word := " AND "
	if x.Op == Or {
		word = " OR "
	}
	return "(" + strings.Join(d.exprs(x.Args), word) + ")"
}

func (d *describer) caseExpr(x *Case) string {
	var b strings.Builder
	b.WriteString("CASE")
	if x.Test != nil {
		b.WriteString(" " + d.expr(x.Test))
	}
	for _, w := range x.Whens {
		b.WriteString(" WHEN " + d.expr(w.Cond) + " THEN " + d.expr(w.Result))
	}
	if x.Else != nil {
		b.WriteString(" ELSE " + d.expr(x.Else))
	}
	return b.String() + " END"
}

// subplan numbers a subplan, describes it below the present node, and prints
// the reference to it.
func (d *describer) subplan(x *Subplan) string {
	d.subs++
	name := "SubPlan " + strconv.Itoa(d.subs)
	if len(x.Args) == 0 {
		name = "InitPlan " + strconv.Itoa(d.subs)
	}
	args := d.exprs(x.Args)
	saved := d.pending
	d.pending = nil
	d.outer = append(d.outer, outerArgs{args: args})
	kid := describedKid{name, d.node(x.Plan)}
	d.outer = d.outer[:len(d.outer)-1]
	d.pending = append(saved, kid)
	switch x.Kind {
	case ExistsSub:
		return "EXISTS(" + name + ")"
	case ArraySub:
		return "ARRAY(" + name + ")"
	case QuantifiedSub:
		word := "ANY"
		if x.All {
			word = "ALL"
		}
		return "(" + d.list(x.Left) + " " + x.Sym + " " + word + " (" + name + "))"
	}
	return "(" + name + ")"
}

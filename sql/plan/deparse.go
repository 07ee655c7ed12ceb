package plan

import (
	"strings"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// The catalogs show expressions as PostgreSQL understood them: with the types
// of literals, the casts that operators imply and parentheses. For that they are
// bound once more, by a binder with forms, which keeps apart what binding for
// execution puts together, and printed. deparser prints such a tree.

// form is what the catalogs show of a bound expression and execution can do
// without.
type form struct {
	hidden   bool              // a cast that nobody wrote; shown as an operand only
	syntax   bool              // a call by words, as EXTRACT(… FROM …)
	word     string            // it was written as this word, CURRENT_DATE
	names    []string          // of the arguments, or of a Field
	whole    *shownItem        // whose row it is
	rowOf    *catalog.Relation // to whose rows' type a row was cast
	literal  bool              // the row was text
	variadic bool
	typmod   int32 // of an ArrayConvert, if hasTypmod
	modified bool
}

// collated is x COLLATE name, in a binder with forms.
type collated struct {
	Arg  Expr
	Name string
}

// Type returns the argument's.
func (e *collated) Type() (types.OID, int32) { return e.Arg.Type() }

// showing reports whether expressions are bound to be printed.
func (b *binder) showing() bool { return b.forms != nil }

// note remembers an expression's form, where that is wanted.
func (b *binder) note(e Expr, f form) Expr {
	if b.forms != nil {
		b.forms[e] = f
	}
	return e
}

// hide makes a cast one that nobody wrote, as the first of two steps is.
func (b *binder) hide(e Expr) {
	if b.forms != nil {
		f := b.forms[e]
		f.hidden = true
		b.forms[e] = f
	}
}

// loosen takes an expression's type modifier away, which is a cast of its own
// but for a literal.
func (b *binder) loosen(e Expr, written bool) Expr {
	t, typmod := e.Type()
	if typmod < 0 {
		return e
	}
	if c, ok := e.(*Const); ok {
		return &Const{Value: c.Value, OID: t, Typmod: -1}
	}
	return &Convert{Arg: e, OID: t, Typmod: -1, Explicit: written}
}

// deparser prints a tree of a binder with forms. pretty leaves out parentheses
// where precedence that everybody knows makes them needless.
type deparser struct {
	b      *binder
	pretty bool
	depth  int // indentation
	wrap   int // the column from which on lists are wrapped; negative: they are not
	failed bool
	levels []*shownQuery // that are being printed, the outermost first
	out    []byte
}

// deparse prints a bound expression in both ways; ok is false for what the
// printer does not know.
func (b *binder) deparse(e Expr) (plain, pretty string, ok bool) {
	var out [2]string
	for i := range out {
		d := &deparser{b: b, pretty: i == 1}
		d.expr(e, false)
		if d.failed {
			return "", "", false
		}
		out[i] = string(d.out)
	}
	return out[0], out[1], true
}

func (d *deparser) put(parts ...string) {
	for _, p := range parts {
		d.out = append(d.out, p...)
	}
}

// open and shut put parentheses that only the plain way has.
func (d *deparser) open() {
	if !d.pretty {
		d.put("(")
	}
}

func (d *deparser) shut() {
	if !d.pretty {
		d.put(")")
	}
}

// within prints a part of parent: in parentheses, where the pretty way needs them.
func (d *deparser) within(e Expr, casts bool, parent Expr) {
	if d.pretty && !d.simple(e, parent) {
		d.put("(")
		d.expr(e, casts)
		d.put(")")
		return
	}
	d.expr(e, casts)
}

func (d *deparser) list(es []Expr, casts bool) {
	for i, e := range es {
		if i > 0 {
			d.put(", ")
		}
		d.expr(e, casts)
	}
}

// hidden reports whether an expression is a cast that nobody wrote.
func (d *deparser) hidden(e Expr) bool {
	if f, ok := d.b.forms[e]; ok {
		return f.hidden
	}
	c, ok := e.(*Convert)
	return ok && !c.Explicit
}

// castArg returns what is cast and to what; nil: the expression is no cast.
func (d *deparser) castArg(e Expr) (arg Expr, t types.OID, typmod int32) {
	switch x := e.(type) {
	case *Convert:
		return x.Arg, x.OID, x.Typmod
	case *ArrayConvert:
		if f := d.b.forms[e]; f.modified {
			return x.Arg, x.OID, f.typmod
		}
		return x.Arg, x.OID, -1
	case *Call:
		if x.Cast && len(x.Args) > 0 {
			m := int32(-1)
			if len(x.Args) > 1 {
				if c, ok := x.Args[1].(*Const); ok {
					m = int32(c.Value.I)
				}
			}
			return x.Args[0], x.OID, m
		}
	}
	return nil, 0, 0
}

// byFunction reports whether a cast calls a function: one does for lengths too.
func byFunction(e Expr) bool {
	switch x := e.(type) {
	case *Call:
		return x.Cast
	case *Convert:
		return x.Typmod >= 0
	}
	return false
}

// expr prints an expression; casts asks for those that nobody wrote too.
func (d *deparser) expr(e Expr, casts bool) {
	if f := d.b.forms[e]; f.word != "" {
		d.put(f.word)
		return
	}
	if arg, t, typmod := d.castArg(e); arg != nil {
		d.cast(e, arg, t, typmod, casts)
		return
	}
	switch x := e.(type) {
	case *Const:
		d.constant(x, labelWhereNeeded)
	case *Col:
		d.column(x)
	case *Call:
		d.call(x)
	case *collated:
		d.open()
		d.within(x.Arg, casts, e)
		d.put(" COLLATE ", functions.QuoteIdent(x.Name))
		d.shut()
	case *BoolOp:
		d.boolOp(x)
	case *NullTest:
		d.open()
		d.within(x.Arg, true, e)
		d.put(" IS ", not(x.Not), "NULL")
		d.shut()
	case *BoolTest:
		d.open()
		d.within(x.Arg, false, e)
		d.put(" IS ", not(x.Not), truth(x.Want))
		d.shut()
	case *DistinctTest:
		d.distinct(x)
	case *AnyAll:
		d.anyAll(x)
	default:
		d.construct(e, casts)
	}
}

// construct prints what SQL has words or brackets for.
func (d *deparser) construct(e Expr, casts bool) {
	switch x := e.(type) {
	case *DomainCheck:
		d.open()
		d.within(x.Arg, false, e)
		d.shut()
		d.put("::", x.Written)
	case *Case:
		d.caseExpr(x)
	case *CaseTest:
		d.put("CASE_TEST_EXPR")
	case *Coalesce:
		d.put([...]string{"COALESCE", "GREATEST", "LEAST"}[x.Kind], "(")
		d.list(x.Args, true)
		d.put(")")
	case *NullIf:
		d.put("NULLIF(")
		d.list([]Expr{x.Left, x.Right}, true)
		d.put(")")
	case *ArrayExpr:
		d.put("ARRAY[")
		d.list(x.Elems, true)
		d.put("]")
		if len(x.Elems) == 0 {
			d.put("::", types.FormatType(x.OID, -1))
		}
	case *RowExpr:
		d.row(x)
	case *RowCompare:
		d.put("(ROW(")
		d.list(x.Left, true)
		d.put(") ", x.Op, " ROW(")
		d.list(x.Right, true)
		d.put("))")
	case *Subscript:
		d.subscript(x, casts)
	default:
		d.ofQuery(e)
	}
}

// ofQuery prints what only a query has.
func (d *deparser) ofQuery(e Expr) {
	switch x := e.(type) {
	case *Field:
		d.field(x)
	case *SetCall:
		d.function(x, x.Func, x.Made, x.Args)
	case *subquery:
		d.subquery(x)
	case *shownAgg:
		d.aggregate(x)
	case *shownWindow:
		d.window(x)
	case *shownGrouping:
		d.put("GROUPING(")
		d.list(x.args, true)
		d.put(")")
	default:
		d.failed = true
	}
}

func (d *deparser) cast(e, arg Expr, t types.OID, typmod int32, casts bool) {
	if d.hidden(e) && !casts {
		d.within(arg, false, e)
		return
	}
	if c, ok := arg.(*Const); ok && c.OID == t && c.Typmod < 0 {
		d.constant(c, labelNever)
	} else {
		d.open()
		d.within(arg, false, e)
		d.shut()
	}
	d.put("::", types.FormatType(t, typmod))
}

// How a literal is labelled with its type.
const (
	labelNever = iota
	labelWhereNeeded
	labelAlways
)

// constant prints a literal, with its type where that does not follow from its
// looks, or always, or never.
func (d *deparser) constant(c *Const, labels int) {
	label := func() {
		switch rl := d.b.forms[c].rowOf; {
		case labels == labelNever:
		case rl != nil:
			d.put("::", d.relationName(rl, false))
		default:
			d.put("::", types.FormatType(c.OID, c.Typmod))
		}
	}
	if c.Value.Null {
		d.put("NULL")
		label()
		return
	}
	raw, err := types.AppendTextDatum(nil, c.OID, c.Value, d.b.ctx.Format)
	if err != nil {
		d.failed = true
		return
	}
	s := string(raw)
	number := s != "" && s[0] >= '0' && s[0] <= '9' && strings.Trim(s, "0123456789eE.") == ""
	switch {
	case c.OID == types.OIDBool:
		if c.Value.I != 0 {
			s = "true"
		} else {
			s = "false"
		}
		d.put(s)
	case c.OID == types.OIDInt4 && number:
		d.put(s)
	case c.OID == types.OIDNumeric && number && strings.ContainsAny(s, "eE."): // else it would be read as an integer
		d.put(s)
	default:
		d.put("'", strings.ReplaceAll(s, "'", "''"), "'")
		if c.OID != types.OIDUnknown || labels == labelAlways {
			label()
		}
		return
	}
	if labels == labelAlways {
		label()
	}
}

package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// aExpr binds operators and the constructs that the grammar keeps with them.
func (s *scope) aExpr(n *pg.A_Expr) Expr {
	switch n.Kind {
	case pg.A_Expr_Kind_AEXPR_OP:
		return s.opExpr(n)
	case pg.A_Expr_Kind_AEXPR_OP_ANY, pg.A_Expr_Kind_AEXPR_OP_ALL:
		return s.anyAll(n, s.expr(n.Lexpr), s.expr(n.Rexpr))
	case pg.A_Expr_Kind_AEXPR_DISTINCT, pg.A_Expr_Kind_AEXPR_NOT_DISTINCT:
		return s.distinctFrom(n)
	case pg.A_Expr_Kind_AEXPR_NULLIF:
		return s.nullIf(n)
	case pg.A_Expr_Kind_AEXPR_IN:
		return s.inList(n)
	case pg.A_Expr_Kind_AEXPR_LIKE, pg.A_Expr_Kind_AEXPR_ILIKE, pg.A_Expr_Kind_AEXPR_SIMILAR:
		return s.b.binary(s.b.opName(n.Name, n.Location), s.expr(n.Lexpr), s.expr(n.Rexpr), n.Location)
	case pg.A_Expr_Kind_AEXPR_BETWEEN, pg.A_Expr_Kind_AEXPR_NOT_BETWEEN,
		pg.A_Expr_Kind_AEXPR_BETWEEN_SYM, pg.A_Expr_Kind_AEXPR_NOT_BETWEEN_SYM:
		return s.between(n)
	}
	s.b.unsupported(n.Location, "this operator is")
	return nil
}

func (s *scope) opExpr(n *pg.A_Expr) Expr {
	name := s.b.opName(n.Name, n.Location)
	if n.Lexpr == nil {
		return s.prefixExpr(n, name)
	}
	lrow, rrow := n.Lexpr.GetRowExpr(), n.Rexpr.GetRowExpr()
	if lrow != nil && rrow != nil {
		l, r := s.openRow(lrow), s.openRow(rrow)
		return s.rowCompare(name, l.Elems, r.Elems, n.Location)
	}
	if sub := n.Rexpr.GetSubLink(); lrow != nil && sub != nil && sub.SubLinkType == pg.SubLinkType_EXPR_SUBLINK {
		return s.rowSubLink(name, lrow, sub, n.Location)
	}
	left, right := s.expr(n.Lexpr), s.expr(n.Rexpr)
	// x = NULL stays an operator, as PostgreSQL has it by default; whole rows are
	// records, of which two NULLs are equal.
	return s.b.binary(name, left, right, n.Location)
}

// prefixExpr binds a prefix operator; a minus before a number is part of it.
func (s *scope) prefixExpr(n *pg.A_Expr, name string) Expr {
	e := s.expr(n.Rexpr)
	if c, ok := e.(*Const); ok && name == "+" && c.OID != types.OIDUnknown && !s.b.showing() {
		return e
	}
	return s.b.prefix(name, e, n.Location)
}

// between expands x BETWEEN a AND b as PostgreSQL does, binding x anew for each
// use.
func (s *scope) between(n *pg.A_Expr) Expr {
	bounds := n.Rexpr.GetList().GetItems()
	lo, hi := bounds[0], bounds[1]
	cmp := func(op string, bound *pg.Node) Expr {
		return s.b.mustCoerce(s.b.binary(op, s.expr(n.Lexpr), s.expr(bound), n.Location), types.OIDBool, n.Location, "BETWEEN")
	}
	in := func(lo, hi *pg.Node) Expr {
		return &BoolOp{Op: And, Args: []Expr{cmp(">=", lo), cmp("<=", hi)}}
	}
	out := func(lo, hi *pg.Node) Expr {
		return &BoolOp{Op: Or, Args: []Expr{cmp("<", lo), cmp(">", hi)}}
	}
	switch n.Kind {
	case pg.A_Expr_Kind_AEXPR_BETWEEN:
		return in(lo, hi)
	case pg.A_Expr_Kind_AEXPR_NOT_BETWEEN:
		return out(lo, hi)
	case pg.A_Expr_Kind_AEXPR_BETWEEN_SYM:
		return &BoolOp{Op: Or, Args: []Expr{in(lo, hi), in(hi, lo)}}
	}
	return &BoolOp{Op: And, Args: []Expr{out(lo, hi), out(hi, lo)}}
}

func (s *scope) distinctFrom(n *pg.A_Expr) Expr {
	not := n.Kind == pg.A_Expr_Kind_AEXPR_NOT_DISTINCT
	left, right := s.operand(n.Lexpr), s.operand(n.Rexpr)
	l, lok := s.b.fieldwise(left)
	r, rok := s.b.fieldwise(right)
	if lok && rok {
		return s.rowDistinct(l, r, not, n.Location)
	}
	if isNullConst(left) && !isNullConst(right) {
		left, right = right, left
	}
	if isNullConst(right) {
		if !s.b.showing() {
			left = s.b.resolveUnknown(left)
		}
		return &NullTest{Arg: left, Not: !not}
	}
	fn, lc, rc := s.b.comparison("=", left, right, n.Location)
	return &DistinctTest{Eq: fn, Left: lc, Right: rc, Not: not}
}

func isNullConst(e Expr) bool {
	c, ok := e.(*Const)
	return ok && c.OID == types.OIDUnknown && c.Value.Null
}

// fieldwise returns a row whose fields are compared one by one: one that is shown as an
// item's is a value.
func (b *binder) fieldwise(e Expr) (*RowExpr, bool) {
	row, ok := e.(*RowExpr)
	return row, ok && b.forms[e].whole == nil
}

func (s *scope) rowDistinct(l, r *RowExpr, not bool, location int32) Expr {
	s.sameWidth(len(l.Elems), len(r.Elems), location)
	out := &BoolOp{Op: Or}
	for i := range l.Elems {
		fn, lc, rc := s.b.comparison("=", l.Elems[i], r.Elems[i], location)
		out.Args = append(out.Args, &DistinctTest{Eq: fn, Left: lc, Right: rc})
	}
	if not {
		return &BoolOp{Op: Not, Args: []Expr{flatten(out)}}
	}
	return flatten(out)
}

// flatten drops a connective around one condition.
func flatten(b *BoolOp) Expr {
	if len(b.Args) == 1 && b.Op != Not {
		return b.Args[0]
	}
	return b
}

func (s *scope) sameWidth(l, r int, location int32) {
	if l != r {
		s.failAt(location, sqlerr.SyntaxError, "unequal number of entries in row expressions")
	}
	if l == 0 {
		s.failAt(location, sqlerr.FeatureNotSupported, "cannot compare rows of zero length")
	}
}

// rowCompare expands = and <> of rows and keeps the others.
func (s *scope) rowCompare(name string, l, r []Expr, location int32) Expr {
	s.sameWidth(len(l), len(r), location)
	if len(l) == 1 {
		return s.b.binary(name, l[0], r[0], location)
	}
	for i := range l {
		s.b.rowOperator(name, typeOf(l[i]), typeOf(r[i]), location)
	}
	switch name {
	case "=", "<>":
		out := &BoolOp{Op: And}
		if name == "<>" {
			out.Op = Or
		}
		for i := range l {
			out.Args = append(out.Args, s.b.binary(name, l[i], r[i], location))
		}
		return out
	case "<", "<=", ">", ">=":
		out := &RowCompare{Op: name}
		strict := name[:1]
		for i := range l {
			fn, lc, rc := s.b.comparison(strict, l[i], r[i], location)
			eq, _, _ := s.b.comparison("=", lc, rc, location)
			out.Less = append(out.Less, fn)
			out.Eqs = append(out.Eqs, eq)
			out.Left = append(out.Left, lc)
			out.Right = append(out.Right, rc)
		}
		return out
	}
	s.b.failRowOperator(name, location)
	return nil
}

// rowOperator refuses an operator of a row's columns that no btree knows: types
// without an order may still have "=".
func (b *binder) rowOperator(name string, l, r types.OID, location int32) {
	if op, _ := findOp(name, l, r); op != nil && !functions.Comparable(op.Left, true) {
		b.failRowOperator(name, location)
	}
}

func (b *binder) failRowOperator(name string, location int32) {
	fail(b.at(location, sqlerr.New(sqlerr.FeatureNotSupported, "could not determine interpretation of row comparison operator %s", name).
		WithHint("Row comparison operators must be associated with btree operator families.")))
}

func (s *scope) nullIf(n *pg.A_Expr) Expr {
	left, right := s.expr(n.Lexpr), s.expr(n.Rexpr)
	c := s.b.binary("=", left, right, n.Location).(*Call)
	if c.OID != types.OIDBool {
		s.failAt(n.Location, sqlerr.DatatypeMismatch, "NULLIF requires = operator to yield boolean")
	}
	return &NullIf{Eq: c.Func, Left: c.Args[0], Right: c.Args[1]}
}

// inList binds x IN (…): one list when its members agree on a type, else a
// chain of comparisons.
func (s *scope) inList(n *pg.A_Expr) Expr {
	not := s.b.opName(n.Name, n.Location) == "<>"
	left := s.operand(n.Lexpr)
	nodes := n.Rexpr.GetList().GetItems()
	items := make([]Expr, len(nodes))
	for i := range nodes {
		items[i] = s.operand(nodes[i])
	}
	if s.b.showing() {
		return s.shownIn(n, left, items, not)
	}
	if out := s.plainIn(left, items, not, n.Location); out != nil {
		return out
	}
	out := &BoolOp{Op: Or}
	name := "="
	if not {
		out.Op, name = And, "<>"
	}
	for i, it := range items {
		l := left
		if i > 0 {
			l = s.operand(n.Lexpr)
		}
		if n.Lexpr.GetRowExpr() != nil && nodes[i].GetRowExpr() != nil {
			lr, rr := l.(*RowExpr), it.(*RowExpr)
			out.Args = append(out.Args, s.rowCompare(name, lr.Elems, rr.Elems, n.Location))
			continue
		}
		out.Args = append(out.Args, s.b.binary(name, l, it, n.Location))
	}
	return flatten(out)
}

func (s *scope) plainIn(left Expr, items []Expr, not bool, location int32) Expr {
	if _, row := left.(*RowExpr); row || len(items) == 0 {
		return nil
	}
	if len(items) == 1 {
		return nil
	}
	all := append([]types.OID{typeOf(left)}, typesOf(items)...)
	for _, t := range all {
		if t == types.OIDRecord {
			return nil
		}
	}
	t, ok := commonType(all)
	if !ok {
		return nil
	}
	op, _ := findOp("=", typeOf(left), t)
	if op == nil || types.IsPolymorphic(op.Left) {
		if op, _ = findOp("=", t, t); op == nil {
			s.b.needOp("=", typeOf(left), t, location)
		}
	}
	args, _ := s.b.opArgs(op, []types.OID{op.Left, op.Right}, []Expr{left, s.b.coerce(items[0], t, -1, implicit)}, location)
	out := &InList{Eq: op.Func, Left: args[0], List: []Expr{args[1]}, Not: not}
	for _, it := range items[1:] {
		out.List = append(out.List, s.b.coerce(s.b.coerce(it, t, -1, implicit), typeOf(args[1]), -1, implicit))
	}
	return out
}

// shownIn binds x IN (…) as PostgreSQL shows it: an array of what names no
// column, and comparisons with the rest.
func (s *scope) shownIn(n *pg.A_Expr, left Expr, items []Expr, not bool) Expr {
	op, kind := Or, pg.A_Expr_Kind_AEXPR_OP_ANY
	if not {
		op, kind = And, pg.A_Expr_Kind_AEXPR_OP_ALL
	}
	var out Expr
	var array, rest []Expr
	_, row := s.b.fieldwise(left)
	for _, it := range items {
		if _, ok := s.b.fieldwise(it); ok {
			row = true
		}
		if colsOf(it).empty() {
			array = append(array, it)
		} else {
			rest = append(rest, it)
		}
	}
	t, ok := commonType(append([]types.OID{typeOf(left)}, typesOf(array)...))
	if len(array) > 1 && !row && ok && t != types.OIDRecord && types.ArrayOf(t) != 0 {
		for i, it := range array {
			array[i] = s.b.coerce(it, t, -1, implicit)
		}
		in := &pg.A_Expr{Kind: kind, Name: n.Name, Location: n.Location}
		out = s.anyAll(in, left, &ArrayExpr{Elems: array, OID: types.ArrayOf(t)})
	} else {
		rest = items
	}
	for _, it := range rest {
		var cmp Expr
		l, lok := s.b.fieldwise(left)
		if r, ok := s.b.fieldwise(it); ok && lok {
			cmp = s.rowCompare(s.b.opName(n.Name, n.Location), l.Elems, r.Elems, n.Location)
		} else {
			cmp = s.b.binary(s.b.opName(n.Name, n.Location), left, it, n.Location)
		}
		if out != nil {
			cmp = &BoolOp{Op: op, Args: []Expr{out, cmp}}
		}
		out = cmp
	}
	return out
}

// anyAll binds left op ANY|ALL (array).
func (s *scope) anyAll(n *pg.A_Expr, left, right Expr) Expr {
	b := s.b
	name := b.opName(n.Name, n.Location)
	array := typeOf(right)
	elem := types.OIDUnknown
	if array != types.OIDUnknown {
		if elem = types.ElemOf(array); elem == 0 {
			b.failAt(n.Location, sqlerr.WrongObjectType, "op ANY/ALL (array) requires array on right side")
		}
	}
	op := b.needOp(name, typeOf(left), elem, n.Location)
	if op.Result != types.OIDBool {
		b.failAt(n.Location, sqlerr.WrongObjectType, "op ANY/ALL (array) requires operator to yield boolean")
	}
	want, _, err := unify([]types.OID{typeOf(left), elem}, []types.OID{op.Left, op.Right}, op.Result)
	if err != nil {
		fail(err)
	}
	target := types.ArrayOf(want[1])
	if target == 0 {
		b.failAt(n.Location, sqlerr.UndefinedObject, "could not find array type for data type %s", types.FormatTypeBare(want[1]))
	}
	l, r := b.coerce(left, want[0], -1, implicit), b.coerce(right, target, -1, implicit)
	if l == nil || r == nil {
		b.failAt(n.Location, sqlerr.UndefinedFunction, "operator does not exist: %s", opSignature(name, typeOf(left), elem))
	}
	return &AnyAll{Op: op.Func, All: n.Kind == pg.A_Expr_Kind_AEXPR_OP_ALL, Left: l, Array: r, Sym: name}
}

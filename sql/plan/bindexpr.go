package plan

import (
	"math"
	"slices"
	"strconv"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// expr binds an expression.
func (s *scope) expr(n *pg.Node) Expr {
	s.b.step()
	switch x := n.GetNode().(type) {
	case *pg.Node_ColumnRef:
		return s.columnRef(x.ColumnRef)
	case *pg.Node_AConst:
		return s.constant(x.AConst)
	case *pg.Node_ParamRef:
		return s.param(x.ParamRef)
	case *pg.Node_AExpr:
		return s.aExpr(x.AExpr)
	case *pg.Node_BoolExpr:
		return s.boolExpr(x.BoolExpr)
	case *pg.Node_FuncCall:
		return s.funcCall(x.FuncCall)
	case *pg.Node_TypeCast:
		return s.typeCast(x.TypeCast)
	case *pg.Node_CollateClause:
		return s.collate(x.CollateClause)
	case *pg.Node_NullTest:
		return s.nullTest(x.NullTest)
	case *pg.Node_BooleanTest:
		return s.booleanTest(x.BooleanTest)
	case *pg.Node_CaseExpr:
		return s.caseExpr(x.CaseExpr)
	case *pg.Node_CoalesceExpr:
		return s.coalesce(x.CoalesceExpr)
	case *pg.Node_MinMaxExpr:
		return s.minMax(x.MinMaxExpr)
	case *pg.Node_SubLink:
		return s.subLink(x.SubLink)
	case *pg.Node_AArrayExpr:
		return s.arrayExpr(x.AArrayExpr, 0)
	case *pg.Node_RowExpr:
		return s.rowExpr(x.RowExpr)
	case *pg.Node_AIndirection:
		return s.indirection(x.AIndirection)
	case *pg.Node_SqlvalueFunction:
		return s.valueFunction(x.SqlvalueFunction)
	}
	return s.otherExpr(n)
}

// otherExpr refuses what is left, by name.
func (s *scope) otherExpr(n *pg.Node) Expr {
	switch x := n.GetNode().(type) {
	case *pg.Node_SetToDefault:
		s.failAt(x.SetToDefault.Location, sqlerr.SyntaxError, "DEFAULT is not allowed in this context")
	case *pg.Node_GroupingFunc:
		return s.grouping(x.GroupingFunc)
	case *pg.Node_XmlExpr, *pg.Node_XmlSerialize:
		s.b.unsupported(locate(n), "XML is")
	case *pg.Node_CurrentOfExpr:
		s.b.unsupported(-1, "WHERE CURRENT OF is")
	case *pg.Node_NamedArgExpr:
		s.failAt(x.NamedArgExpr.Location, sqlerr.SyntaxError, "named arguments are for function calls only")
	}
	s.b.unsupported(locate(n), "this kind of expression is")
	return nil
}

// constant binds a literal: numbers get the smallest of int4, int8 and numeric
// that holds them; strings wait for a type.
func (s *scope) constant(c *pg.A_Const) Expr {
	if c.Isnull {
		return s.unknown(types.NullDatum, c.Location)
	}
	var out *Const
	switch v := c.Val.(type) {
	case *pg.A_Const_Ival:
		out = &Const{Value: types.Int(int64(v.Ival.Ival)), OID: types.OIDInt4, Typmod: -1}
	case *pg.A_Const_Fval:
		out = s.numberConst(v.Fval.Fval, c.Location)
	case *pg.A_Const_Boolval:
		out = &Const{Value: types.Bool(v.Boolval.Boolval), OID: types.OIDBool, Typmod: -1}
	case *pg.A_Const_Sval:
		return s.unknown(types.Text(v.Sval.Sval), c.Location)
	case *pg.A_Const_Bsval:
		return s.bitConst(v.Bsval.Bsval, c.Location)
	default:
		out = &Const{Value: types.Int(0), OID: types.OIDInt4, Typmod: -1}
	}
	s.b.loc[out] = c.Location
	return out
}

func (s *scope) unknown(d types.Datum, location int32) *Const {
	c := &Const{Value: d, OID: types.OIDUnknown, Typmod: -1}
	s.b.loc[c] = location
	return c
}

func (s *scope) numberConst(text string, location int32) *Const {
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		if i >= math.MinInt32 && i <= math.MaxInt32 { // -2147483648, which the grammar reads as one number
			return &Const{Value: types.Int(i), OID: types.OIDInt4, Typmod: -1}
		}
		return &Const{Value: types.Int(i), OID: types.OIDInt8, Typmod: -1}
	}
	d, err := types.ParseText(types.OIDNumeric, -1, text, s.b.ctx.Format)
	if err != nil {
		fail(s.b.at(location, sqlerr.From(err)))
	}
	return &Const{Value: d, OID: types.OIDNumeric, Typmod: -1}
}

func (s *scope) bitConst(text string, location int32) Expr {
	d, err := types.ParseText(types.OIDBit, -1, text, s.b.ctx.Format)
	if err != nil {
		fail(s.b.at(location, sqlerr.From(err)))
	}
	return &Const{Value: d, OID: types.OIDBit, Typmod: -1}
}

// maxParams is the protocol's bound.
const maxParams = 65535

func (s *scope) param(n *pg.ParamRef) Expr {
	if vars, ok := s.b.ctx.Variables.(NumberedVariables); ok {
		v, ok := vars.Numbered(int(n.Number))
		if !ok {
			s.failAt(n.Location, sqlerr.UndefinedParameter, "there is no parameter $%d", n.Number)
		}
		return s.b.variable(v, n.Location)
	}
	return s.b.paramOfDomain(s.paramRef(n))
}

func (s *scope) paramRef(n *pg.ParamRef) *Param {
	if n.Number <= 0 || n.Number > maxParams || s.b.noParams {
		s.failAt(n.Location, sqlerr.UndefinedParameter, "there is no parameter $%d", n.Number)
	}
	b := s.b
	for len(b.params) < int(n.Number) {
		b.params = append(b.params, 0)
	}
	p := &Param{Index: int(n.Number) - 1, OID: b.params[n.Number-1]}
	if p.OID == 0 {
		p.OID = types.OIDUnknown
	}
	b.loc[p] = n.Location
	return p
}

func (s *scope) boolExpr(n *pg.BoolExpr) Expr {
	op, word := And, "AND"
	switch n.Boolop {
	case pg.BoolExprType_OR_EXPR:
		op, word = Or, "OR"
	case pg.BoolExprType_NOT_EXPR:
		op, word = Not, "NOT"
	}
	out := &BoolOp{Op: op}
	for _, a := range n.Args {
		e := s.condition(a, word)
		if in, ok := e.(*BoolOp); ok && op != Not && in.Op == op && !s.b.showing() {
			out.Args = append(out.Args, in.Args...)
			continue
		}
		out.Args = append(out.Args, e)
	}
	return out
}

func (s *scope) nullTest(n *pg.NullTest) Expr {
	e := s.expr(n.Arg)
	if _, param := e.(*Param); !param && !s.b.showing() { // a parameter's type must come from elsewhere
		e = s.b.resolveUnknown(e)
	}
	return &NullTest{Arg: e, Not: n.Nulltesttype == pg.NullTestType_IS_NOT_NULL}
}

func (s *scope) booleanTest(n *pg.BooleanTest) Expr {
	t := &BoolTest{}
	var word string
	switch n.Booltesttype {
	case pg.BoolTestType_IS_TRUE:
		t.Want, word = types.Bool(true), "IS TRUE"
	case pg.BoolTestType_IS_NOT_TRUE:
		t.Want, t.Not, word = types.Bool(true), true, "IS NOT TRUE"
	case pg.BoolTestType_IS_FALSE:
		t.Want, word = types.Bool(false), "IS FALSE"
	case pg.BoolTestType_IS_NOT_FALSE:
		t.Want, t.Not, word = types.Bool(false), true, "IS NOT FALSE"
	case pg.BoolTestType_IS_UNKNOWN:
		t.Want, word = types.NullDatum, "IS UNKNOWN"
	default:
		t.Want, t.Not, word = types.NullDatum, true, "IS NOT UNKNOWN"
	}
	t.Arg = s.condition(n.Arg, word)
	return t
}

// within binds parts of a construct that cannot hold set-returning calls.
func (s *scope) within(clause string) *scope {
	in := *s
	in.srf, in.clause = nil, clause
	if in.aggs != nil && s.clause == "" {
		in.clause = clause
	}
	return &in
}

func (s *scope) caseExpr(n *pg.CaseExpr) Expr {
	in := s.within("CASE")
	out := &Case{}
	var test *CaseTest
	if n.Arg != nil {
		out.Test = s.b.resolveUnknown(in.expr(n.Arg))
		test = &CaseTest{OID: typeOf(out.Test)}
	}
	var results []Expr
	var nodes []*pg.Node
	for _, w := range n.Args {
		cw := w.GetCaseWhen()
		var cond Expr
		if test != nil {
			cond = s.b.binary("=", test, in.expr(cw.Expr), locate(cw.Expr))
			cond = s.b.mustCoerce(cond, types.OIDBool, locate(cw.Expr), "CASE/WHEN")
		} else {
			cond = in.condition(cw.Expr, "CASE/WHEN")
		}
		out.Whens = append(out.Whens, When{Cond: cond})
		results = append(results, in.expr(cw.Result))
		nodes = append(nodes, cw.Result)
	}
	if n.Defresult != nil { // its type counts most
		results = slices.Insert(results, 0, in.expr(n.Defresult))
		nodes = slices.Insert(nodes, 0, n.Defresult)
	}
	out.OID = s.b.common(results, "CASE", func(i int) int32 { return locate(nodes[i]) })
	if n.Defresult != nil {
		out.Else, results = results[0], results[1:]
	}
	for i := range out.Whens {
		out.Whens[i].Result = results[i]
	}
	return out
}

func (s *scope) coalesce(n *pg.CoalesceExpr) Expr {
	in := s.within("COALESCE")
	out := &Coalesce{Kind: CoalesceFirst}
	for _, a := range n.Args {
		out.Args = append(out.Args, in.expr(a))
	}
	out.OID = s.b.common(out.Args, "COALESCE", func(i int) int32 { return locate(n.Args[i]) })
	return out
}

func (s *scope) minMax(n *pg.MinMaxExpr) Expr {
	out := &Coalesce{Kind: Greatest}
	word := "GREATEST"
	if n.Op == pg.MinMaxOp_IS_LEAST {
		out.Kind, word = Least, "LEAST"
	}
	for _, a := range n.Args {
		out.Args = append(out.Args, s.expr(a))
	}
	out.OID = s.b.common(out.Args, word, func(i int) int32 { return locate(n.Args[i]) })
	if !hasOp("<", out.OID) && out.OID != types.OIDRecord {
		// PostgreSQL finds that out only when the expression is to be computed.
		s.b.unordered = sqlerr.New(sqlerr.UndefinedFunction, "could not identify a comparison function for type %s", types.FormatTypeBare(out.OID))
		return out
	}
	op := s.b.needOp("<", out.OID, out.OID, n.Location)
	out.Less = op.Func
	return out
}

// rowExpr binds ROW(…).
func (s *scope) rowExpr(n *pg.RowExpr) Expr {
	row := s.openRow(n)
	if len(row.Elems) > maxTargets {
		s.failAt(n.Location, sqlerr.TooManyColumns, "ROW expressions can have at most %d entries", maxTargets)
	}
	for i, e := range row.Elems {
		if s.b.shown == nil { // else they are shown as they are
			row.Elems[i] = s.b.resolveUnknown(e)
		}
	}
	s.b.collateRow(row)
	return row
}

// operand binds what is compared: the literals of a row wait for the types of
// the other side.
func (s *scope) operand(n *pg.Node) Expr {
	if r := n.GetRowExpr(); r != nil {
		return s.openRow(r)
	}
	return s.expr(n)
}

// openRow binds a row and leaves its literals without a type.
func (s *scope) openRow(n *pg.RowExpr) *RowExpr {
	row := &RowExpr{}
	for _, a := range n.Args {
		if ref := a.GetColumnRef(); ref != nil {
			if _, star := fieldNames(ref.Fields); star {
				for _, c := range s.star(ref) {
					row.Elems = append(row.Elems, c.expr)
				}
				continue
			}
		}
		row.Elems = append(row.Elems, s.expr(a))
	}
	return row
}

// arrayExpr binds ARRAY[…]; want is the element type that a cast asks for, or 0.
func (s *scope) arrayExpr(n *pg.A_ArrayExpr, want types.OID) Expr {
	out := &ArrayExpr{}
	for _, e := range n.Elements {
		if sub := e.GetAArrayExpr(); sub != nil {
			inner := s.arrayExpr(sub, want)
			out.Elems = append(out.Elems, inner)
			out.Multi = true
			continue
		}
		out.Elems = append(out.Elems, s.expr(e))
	}
	at := func(i int) int32 { return locate(n.Elements[i]) }
	if want != 0 {
		return s.arrayOf(out, want, at)
	}
	if len(out.Elems) == 0 {
		fail(s.b.at(n.Location, sqlerr.New(sqlerr.IndeterminateDatatype, "cannot determine type of empty array").
			WithHint("Explicitly cast to the desired type, for example ARRAY[]::integer[].")))
	}
	elem := s.b.common(out.Elems, "ARRAY", at)
	if types.ElemOf(elem) != 0 && elem != types.OIDInt2Vector && elem != types.OIDOIDVector {
		out.OID, out.Multi = elem, true
		return out
	}
	out.Multi = false
	if out.OID = types.ArrayOf(elem); out.OID == 0 {
		s.failAt(n.Location, sqlerr.UndefinedObject, "could not find array type for data type %s", types.FormatTypeBare(elem))
	}
	return out
}

// arrayOf converts the elements of ARRAY[…]::type[] one by one.
func (s *scope) arrayOf(out *ArrayExpr, elem types.OID, at func(int) int32) Expr {
	out.OID = types.ArrayOf(elem)
	for _, e := range out.Elems {
		out.Multi = out.Multi || types.ElemOf(typeOf(e)) != 0 && types.ElemOf(elem) == 0
	}
	for i, e := range out.Elems {
		target := elem
		// Beside arrays a literal is one, too.
		if t := typeOf(e); types.ElemOf(t) != 0 && types.ElemOf(elem) == 0 || out.Multi && t == types.OIDUnknown {
			target = out.OID
		}
		c := s.b.coerce(e, target, -1, explicit)
		if c == nil {
			s.failAt(at(i), sqlerr.CannotCoerce, "cannot cast type %s to %s", types.FormatTypeBare(typeOf(e)), types.FormatTypeBare(target))
		}
		out.Elems[i] = c
	}
	return out
}

package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// subLink binds a subquery in an expression.
func (s *scope) subLink(n *pg.SubLink) Expr {
	if s.clause == callClause {
		s.failAt(n.Location, sqlerr.FeatureNotSupported, "cannot use subquery in CALL argument")
	}
	q := s.child().selectStmt(n.Subselect.GetSelectStmt(), true)
	out := &subquery{rel: q.rel, shown: q.shown}
	out.Typmod = -1
	switch n.SubLinkType {
	case pg.SubLinkType_EXISTS_SUBLINK:
		out.Kind, out.OID = ExistsSub, types.OIDBool
		return out
	case pg.SubLinkType_EXPR_SUBLINK:
		s.oneColumn(q, n.Location)
		col := s.b.cols[q.cols[0].id]
		out.Kind, out.OID, out.Typmod = ScalarSub, col.Type, col.Typmod
		out.rel = s.b.narrow(q.rel, q.ids())
		return out
	case pg.SubLinkType_ARRAY_SUBLINK:
		s.oneColumn(q, n.Location)
		return s.arraySub(out, q, n.Location)
	case pg.SubLinkType_ANY_SUBLINK, pg.SubLinkType_ALL_SUBLINK:
		return s.quantified(n, out, q)
	}
	s.b.unsupported(n.Location, "this kind of subquery is")
	return nil
}

func (s *scope) oneColumn(q query, location int32) {
	if len(q.cols) != 1 {
		s.failAt(location, sqlerr.SyntaxError, "subquery must return only one column")
	}
}

func (s *scope) arraySub(out *subquery, q query, location int32) Expr {
	elem := s.b.cols[q.cols[0].id].Type
	out.Kind, out.rel = ArraySub, s.b.narrow(q.rel, q.ids())
	if out.OID = types.ArrayOf(elem); out.OID == 0 && types.IsArray(elem) {
		out.OID = elem // arrays are stacked
	}
	if out.OID == 0 {
		s.failAt(location, sqlerr.UndefinedObject, "could not find array type for data type %s", types.FormatTypeBare(elem))
	}
	return out
}

// quantified binds left op ANY|ALL (SELECT …) and left IN (SELECT …).
func (s *scope) quantified(n *pg.SubLink, out *subquery, q query) Expr {
	name := "="
	if len(n.OperName) > 0 {
		name = s.b.opName(n.OperName, n.Location)
	}
	out.Kind, out.OID, out.All = QuantifiedSub, types.OIDBool, n.SubLinkType == pg.SubLinkType_ALL_SUBLINK
	out.Sym = name
	left := []Expr{nil}
	if row := n.Testexpr.GetRowExpr(); row != nil {
		left = s.openRow(row).Elems
	} else {
		left[0] = s.expr(n.Testexpr)
	}
	if len(left) < len(q.cols) {
		s.failAt(n.Location, sqlerr.SyntaxError, "subquery has too many columns")
	}
	if len(left) > len(q.cols) {
		s.failAt(n.Location, sqlerr.SyntaxError, "subquery has too few columns")
	}
	out.shownOp = name
	if len(left) > 1 && name != "=" && name != "<>" {
		return s.quantifiedRow(name, out, left, q, n.Location)
	}
	var right []Expr
	for i, l := range left {
		re := q.expr(s.b, i)
		op := s.b.needOp(name, typeOf(l), typeOf(re), n.Location)
		if len(left) > 1 {
			s.b.rowOperator(name, typeOf(l), typeOf(re), n.Location)
		}
		if op.Result != types.OIDBool {
			s.failAt(n.Location, sqlerr.DatatypeMismatch, "operator %s must return type boolean", name)
		}
		args, _ := s.b.opArgs(op, []types.OID{op.Left, op.Right}, []Expr{l, re}, n.Location)
		out.Left = append(out.Left, args[0])
		out.Op = append(out.Op, op.Func)
		right = append(right, args[1])
	}
	out.shownLeft = out.Left
	out.rel = s.b.projectTo(s.b.narrow(q.rel, q.ids()), right)
	out.Hashable = s.b.hashable(out)
	return out
}

// quantifiedRow compares rows by their order: the subquery tells of each of its
// rows whether the comparison holds, and the answers are compared with true.
func (s *scope) quantifiedRow(name string, out *subquery, left []Expr, q query, location int32) Expr {
	var right []Expr
	for i := range q.cols {
		right = append(right, q.expr(s.b, i))
	}
	holds := s.rowCompare(name, left, right, location)
	if c, ok := holds.(*RowCompare); ok {
		out.shownLeft = c.Left
	}
	yes := &Const{Value: types.Bool(true), OID: types.OIDBool, Typmod: -1}
	out.Sym, out.Left = "=", []Expr{yes}
	out.Op = []types.OID{s.b.needOp("=", types.OIDBool, types.OIDBool, location).Func}
	out.rel = s.b.projectTo(s.b.narrow(q.rel, q.ids()), []Expr{holds})
	return out
}

// hashable says that a hash table may answer: the comparison is equality of
// values of one type.
func (b *binder) hashable(q *subquery) bool {
	if q.All || q.Sym != "=" {
		return false
	}
	for i, id := range q.rel.outs() {
		if t := b.cols[id].Type; i < len(q.Left) && (typeOf(q.Left[i]) != t || !functions.Comparable(t, false)) {
			return false
		}
	}
	return true
}

// rowSubLink binds (a, b) op (SELECT x, y).
func (s *scope) rowSubLink(name string, row *pg.RowExpr, sub *pg.SubLink, location int32) Expr {
	left := s.rowExpr(row).(*RowExpr).Elems
	sq, fields := s.recordSub(sub)
	if len(left) < len(fields) {
		s.failAt(location, sqlerr.SyntaxError, "subquery has too many columns")
	}
	if len(left) > len(fields) {
		s.failAt(location, sqlerr.SyntaxError, "subquery has too few columns")
	}
	var right []Expr
	for i, c := range fields {
		right = append(right, &Field{Arg: sq, Index: i, OID: s.b.cols[c.id].Type})
	}
	holds := s.rowCompare(name, left, right, location)
	if s.b.shown == nil {
		return holds
	}
	out := &subquery{rel: sq.rel, shown: sq.shown, shownLeft: leftOf(holds, left), shownOp: name}
	out.Kind, out.OID, out.Typmod = RowSub, types.OIDBool, -1
	return out
}

// leftOf are the left sides of a comparison of rows.
func leftOf(cmp Expr, written []Expr) []Expr {
	switch x := cmp.(type) {
	case *RowCompare:
		return x.Left
	case *BoolOp:
		var out []Expr
		for _, a := range x.Args {
			out = append(out, leftOf(a, nil)...)
		}
		return out
	case *Call:
		return x.Args[:1]
	}
	return written
}

// recordSub binds a subquery as one that gives a record, and tells of what
// columns; no row is a NULL record, whose fields are NULL.
func (s *scope) recordSub(n *pg.SubLink) (*subquery, []outCol) {
	q := s.child().selectStmt(n.Subselect.GetSelectStmt(), true)
	rec := &RowExpr{}
	out := &subquery{shown: q.shown}
	out.Kind, out.OID, out.Typmod = ScalarSub, types.OIDRecord, -1
	for _, c := range q.cols {
		rec.Elems = append(rec.Elems, s.b.ref(c.id))
	}
	out.rel = s.b.projectTo(q.rel, []Expr{rec})
	return out, q.cols
}

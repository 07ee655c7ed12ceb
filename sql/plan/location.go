package plan

import pg "github.com/pganalyze/pg_query_go/v5"

// leftmost returns the smaller of two known locations.
func leftmost(a, b int32) int32 {
	if a < 0 {
		return b
	}
	if b < 0 {
		return a
	}
	return min(a, b)
}

// locate returns where an expression begins, as PostgreSQL's exprLocation
// does; -1: unknown.
func locate(n *pg.Node) int32 {
	switch x := n.GetNode().(type) {
	case *pg.Node_ColumnRef:
		return x.ColumnRef.Location
	case *pg.Node_ParamRef:
		return x.ParamRef.Location
	case *pg.Node_AConst:
		return x.AConst.Location
	case *pg.Node_AExpr:
		return leftmost(x.AExpr.Location, locate(x.AExpr.Lexpr))
	case *pg.Node_BoolExpr:
		return leftmost(x.BoolExpr.Location, locateList(x.BoolExpr.Args))
	case *pg.Node_FuncCall:
		return leftmost(x.FuncCall.Location, locateList(x.FuncCall.Args))
	case *pg.Node_TypeCast:
		l := locate(x.TypeCast.Arg)
		l = leftmost(l, x.TypeCast.TypeName.GetLocation())
		return leftmost(l, x.TypeCast.Location)
	case *pg.Node_CollateClause:
		return leftmost(locate(x.CollateClause.Arg), x.CollateClause.Location)
	case *pg.Node_NullTest:
		return leftmost(x.NullTest.Location, locate(x.NullTest.Arg))
	case *pg.Node_BooleanTest:
		return leftmost(x.BooleanTest.Location, locate(x.BooleanTest.Arg))
	case *pg.Node_SubLink:
		return leftmost(x.SubLink.Location, locate(x.SubLink.Testexpr))
	case *pg.Node_AIndirection:
		return locate(x.AIndirection.Arg)
	case *pg.Node_AArrayExpr:
		return x.AArrayExpr.Location
	case *pg.Node_RowExpr:
		return x.RowExpr.Location
	case *pg.Node_CaseExpr:
		return x.CaseExpr.Location
	case *pg.Node_CoalesceExpr:
		return x.CoalesceExpr.Location
	case *pg.Node_MinMaxExpr:
		return x.MinMaxExpr.Location
	case *pg.Node_SqlvalueFunction:
		return x.SqlvalueFunction.Location
	case *pg.Node_XmlExpr:
		return x.XmlExpr.Location
	case *pg.Node_SetToDefault:
		return x.SetToDefault.Location
	case *pg.Node_ResTarget:
		return locate(x.ResTarget.Val)
	case *pg.Node_NamedArgExpr:
		return x.NamedArgExpr.Location
	case *pg.Node_GroupingFunc:
		return x.GroupingFunc.Location
	case *pg.Node_SortBy:
		return locate(x.SortBy.Node)
	case *pg.Node_List:
		return locateList(x.List.Items)
	}
	return -1
}

// locateBound is locate for an expression that has been bound: a text that was cast
// has become a constant of the type, which begins where the text does.
func locateBound(n *pg.Node) int32 {
	if arg := n.GetTypeCast().GetArg(); arg.GetAConst().GetSval() != nil {
		return locate(arg)
	}
	return locate(n)
}

func locateList(ns []*pg.Node) int32 {
	out := int32(-1)
	for _, n := range ns {
		out = leftmost(out, locate(n))
	}
	return out
}

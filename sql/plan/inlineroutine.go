package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/types"
)

// inlineRoutine puts the expression that a function in SQL is into the place of its
// call, where PostgreSQL does so: it then is folded, and planned, as if it stood there.
func (b *binder) inlineRoutine(x *Call, f *functions.Func) Expr {
	r := f.Made
	if r.Language != "sql" || r.Definer || len(r.Config) > 0 || f.RetSet || f.Kind != functions.Scalar || x.OID == types.OIDRecord ||
		x.OID == types.OIDVoid || len(x.Args) != len(f.Args) || slices.Contains(b.inlining, f.OID) {
		return x
	}
	body, uses := b.routineExpr(x, r)
	if body == nil {
		return x
	}
	worst := volatility(body)
	if f.Volatility == 'i' && worst != 'i' || f.Volatility == 's' && worst == 'v' || !f.NotStrict && !strictExpr(body) || holdsSubquery(body) {
		return x
	}
	count := make([]int, len(x.Args))
	walk(body, func(e Expr) bool {
		if p, ok := e.(*Param); ok {
			count[p.Index]++
		}
		return true
	})
	for i, a := range x.Args {
		switch {
		case count[i] == 0 && !f.NotStrict:
			return x
		case count[i] != 1 && (volatility(a) == 'v' || holdsSubquery(a) || b.estimator().perRow(a) > dear*operatorCost):
			return x
		}
	}
	for _, u := range uses {
		b.use(u)
	}
	body = rewrite(body, func(e Expr) Expr {
		if p, ok := e.(*Param); ok {
			return x.Args[p.Index]
		}
		return e
	})
	b.inlining = append(b.inlining, f.OID)
	body = b.foldExpr(body)
	b.inlining = b.inlining[:len(b.inlining)-1]
	return body
}

// withBodies puts the bodies of functions that are one expression into the places of
// their calls: what is in them decides how volatile an expression is.
func (b *binder) withBodies(e Expr) Expr {
	return rewrite(e, func(x Expr) Expr {
		if c, ok := x.(*Call); ok && c.Made != nil {
			return b.inlineRoutine(c, c.Made)
		}
		return x
	})
}

// routineExpr binds the body of a function that is one expression, over its arguments as
// parameters, with the functions that it calls; nil: it is more than that, or fails.
func (b *binder) routineExpr(x *Call, r *functions.Routine) (e Expr, uses []types.OID) {
	var stmts []parser.Statement
	var err error
	if r.Atomic {
		stmts, err = parser.AtomicBody(r.Body)
	} else {
		stmts, err = parser.Parse(r.Body)
	}
	if err != nil || len(stmts) != 1 {
		return nil, nil
	}
	target := onlyTarget(stmts[0].Tree.GetSelectStmt())
	if target == nil || stmts[0].AsOf != nil {
		return nil, nil
	}
	ctx := b.ctx
	ctx.Variables, ctx.Result, ctx.NoParams = ArgumentsOf(r, typesOf(x.Args), b.ctx.Catalog), nil, false
	if r.Atomic {
		ctx.SearchPath = r.Path
	}
	in := newBinder(ctx, &stmts[0])
	in.params = typesOf(x.Args)
	if err := func() (err error) {
		defer in.recover(&err)
		e = in.resolveUnknown((&scope{b: in}).expr(target))
		e = in.resultColumn(e, 0, &Column{Type: x.OID, Typmod: -1, Domain: r.RetDomain}, &Result{})
		return nil
	}(); err != nil || len(in.params) > len(x.Args) || in.volatile {
		return nil, nil
	}
	return e, in.uses
}

// onlyTarget is the expression of a SELECT that is nothing else; nil: it is more.
func onlyTarget(n *pg.SelectStmt) *pg.Node {
	if n == nil || len(n.TargetList) != 1 || len(n.DistinctClause)+len(n.FromClause)+len(n.GroupClause)+len(n.WindowClause)+len(n.ValuesLists)+
		len(n.SortClause)+len(n.LockingClause) > 0 || n.IntoClause != nil || n.WhereClause != nil || n.HavingClause != nil || n.LimitOffset != nil ||
		n.LimitCount != nil || n.WithClause != nil || n.Op != pg.SetOperation_SETOP_NONE {
		return nil
	}
	return n.TargetList[0].GetResTarget().GetVal()
}

// strictExpr reports whether an expression is NULL where a part of it is.
func strictExpr(e Expr) bool {
	strict := true
	walk(e, func(x Expr) bool {
		switch x := x.(type) {
		case *Const, *Param, *Convert, *ArrayConvert, *Subscript, *Field:
		case *Call:
			f, ok := x.Function()
			strict = strict && ok && !f.NotStrict
		case *BoolOp:
			strict = strict && x.Op == Not
		case *AnyAll:
			strict = strict && strictEq(x.Op)
		default:
			strict = false
		}
		return strict
	})
	return strict
}

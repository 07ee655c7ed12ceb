package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// BindArguments plans the arguments of an EXECUTE as one row, each converted
// to its parameter's type as an assignment would. stmt is the statement that
// the expressions stand in; args and want have the same length, at least one.
func BindArguments(ctx BindContext, stmt *parser.Statement, args []*pg.Node, want []types.OID) (*Bound, error) {
	return bindRow(ctx, stmt, "EXECUTE parameters", func(s *scope) []Expr {
		out := make([]Expr, len(args))
		for i, a := range args {
			e := s.expr(a)
			if p, ok := e.(*Param); ok {
				s.failAt(locate(a), sqlerr.UndefinedParameter, "there is no parameter $%d", p.Index+1)
			}
			if out[i] = s.argument(e, want[i]); out[i] == nil {
				fail(s.b.at(locate(a), sqlerr.New(sqlerr.DatatypeMismatch, "parameter $%d of type %s cannot be coerced to the expected type %s",
					i+1, types.FormatTypeBare(typeOf(e)), types.FormatTypeBare(want[i])).
					WithHint("You will need to rewrite or cast the expression.")))
			}
		}
		return out
	})
}

// BindSystemTime plans the time of BEGIN AS OF SYSTEM TIME as one row of one
// timestamptz. The statement has that clause.
func BindSystemTime(ctx BindContext, stmt *parser.Statement) (*Bound, error) {
	return bindRow(ctx, stmt, "AS OF SYSTEM TIME", func(s *scope) []Expr {
		return []Expr{s.timeExpr(stmt.AsOf.From, s.clause)}
	})
}

// bindRow plans one row of expressions that stand outside of a query.
func bindRow(ctx BindContext, stmt *parser.Statement, clause string, exprs func(*scope) []Expr) (bound *Bound, err error) {
	b := &binder{ctx: ctx, stmt: stmt, cols: make([]Column, 1, 8), loc: map[Expr]int32{},
		fields: map[int]*rowShape{}, alias: map[int]string{}, quals: map[string]bool{}, rows: map[*RowExpr]string{}}
	defer b.recover(&err)
	row := exprs(&scope{b: b, clause: clause})
	r := &rValues{rows: [][]Expr{row}}
	for _, e := range row {
		r.ids = append(r.ids, b.newCol(Column{Name: "arg", Type: typeOf(e), Typmod: -1}))
	}
	if len(b.params) > 0 {
		fail(sqlerr.New(sqlerr.UndefinedParameter, "there is no parameter $%d", len(b.params)))
	}
	node := b.lower(b.optimize(r))
	return &Bound{Node: node, Columns: node.Columns(), Kind: "SELECT", ReadOnly: true, Uses: b.uses, Volatile: b.volatile}, nil
}

// argument converts an argument, or returns nil where there is no way.
func (s *scope) argument(e Expr, want types.OID) Expr {
	t := typeOf(e)
	if t != types.OIDUnknown && !canCoerce([]types.OID{t}, []types.OID{want}, assignment) {
		return nil
	}
	return s.b.coerce(e, want, -1, assignment)
}

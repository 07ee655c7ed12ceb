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
func BindArguments(ctx BindContext, stmt *parser.Statement, args []*pg.Node, want []types.OID) (bound *Bound, err error) {
	b := &binder{ctx: ctx, stmt: stmt, cols: make([]Column, 1, 8), loc: map[Expr]int32{},
		fields: map[int]*rowShape{}, alias: map[int]string{}, quals: map[string]bool{}, rows: map[*RowExpr]string{}}
	defer b.recover(&err)
	s := &scope{b: b, clause: "EXECUTE parameters"}
	r := &rValues{rows: [][]Expr{make([]Expr, len(args))}}
	for i, a := range args {
		e := s.expr(a)
		if r.rows[0][i] = s.argument(e, want[i]); r.rows[0][i] == nil {
			fail(b.at(locate(a), sqlerr.New(sqlerr.DatatypeMismatch, "parameter $%d of type %s cannot be coerced to the expected type %s",
				i+1, types.FormatTypeBare(typeOf(e)), types.FormatTypeBare(want[i])).
				WithHint("You will need to rewrite or cast the expression.")))
		}
		r.ids = append(r.ids, b.newCol(Column{Name: "arg", Type: want[i], Typmod: -1}))
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

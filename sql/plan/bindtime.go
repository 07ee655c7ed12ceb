package plan

import (
	"strings"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"

	pg "github.com/pganalyze/pg_query_go/v5"
)

// statementAsOf binds AS OF SYSTEM TIME of the statement.
func (b *binder) statementAsOf() {
	if b.stmt.AsOf != nil {
		s := &scope{b: b, clause: "AS OF SYSTEM TIME"}
		b.asOf = s.timeExpr(b.stmt.AsOf.From, "AS OF SYSTEM TIME")
	}
}

// systemTime binds FOR SYSTEM_TIME of a relation; without one the statement's
// holds.
func (s *scope) systemTime(t *parser.TimeClause, rl *catalog.Relation) Expr {
	if t == nil {
		if rl.Store == catalog.VirtualStore || rl.Store == catalog.SessionStore {
			return nil
		}
		return s.b.asOf
	}
	if t.Kind != parser.TimeAsOf {
		fail(s.b.at(int32(t.Location), sqlerr.New(sqlerr.FeatureNotSupported, "FOR SYSTEM_TIME over a range is not supported").
			WithHint("Write FOR SYSTEM_TIME AS OF, or a condition on recorded_at.")))
	}
	if rl.Store == catalog.VirtualStore || rl.Store == catalog.SessionStore {
		s.failAt(int32(t.Location), sqlerr.FeatureNotSupported, `relation "%s" keeps no history`, rl.Name)
	}
	in := s.noAggs("FOR SYSTEM_TIME")
	in.items, in.hidden = nil, s.items
	return in.timeExpr(t.From, "FOR SYSTEM_TIME")
}

// timeExpr binds a time: a timestamptz, or an interval to add to now() ('-10s').
func (s *scope) timeExpr(n *pg.Node, clause string) Expr {
	e := s.expr(n)
	if text, ok := unknownText(e); ok && relative(text) {
		if d, err := types.ParseText(types.OIDInterval, -1, text, s.b.ctx.Format); err == nil {
			e = &Const{Value: d, OID: types.OIDInterval, Typmod: -1}
		}
	}
	if typeOf(e) == types.OIDInterval {
		fn, args, result, _ := s.b.resolveCall(builtinFunc("now"), callArgs{}, locate(n))
		e = s.b.binary("+", &Call{Func: fn.OID, Args: args, OID: result, Typmod: -1}, e, locate(n))
	}
	if !colsOf(e).empty() {
		s.failAt(locate(n), sqlerr.InvalidColumnReference, "argument of %s must not contain variables", clause)
	}
	return s.b.mustCoerce(e, types.OIDTimestamptz, locate(n), clause)
}

// relative recognises an interval back from now: a sign, digits, a unit.
func relative(s string) bool {
	return strings.HasPrefix(s, "-") && strings.ContainsAny(s, "smhdy")
}

// validTime keeps the claims that hold at a time: FOR VALID_TIME without a
// lens.
func (s *scope) validTime(r rel, it *item, t *parser.TimeClause) rel {
	b := s.b
	var from, to Expr
	for i := range it.cols {
		switch it.cols[i].name {
		case "valid_from":
			from = it.cols[i].expr
		case "valid_to":
			to = it.cols[i].expr
		}
	}
	if from == nil || to == nil {
		b.failAt(int32(t.Location), sqlerr.UndefinedColumn, "FOR VALID_TIME needs columns valid_from and valid_to")
	}
	in := s.noAggs("FOR VALID_TIME")
	in.items, in.hidden = nil, s.items
	value := func(n *pg.Node) Expr { return in.timeExpr(n, "FOR VALID_TIME") }
	open := func(bound Expr, op string, at Expr) Expr {
		return &BoolOp{Op: Or, Args: []Expr{&NullTest{Arg: bound}, b.binary(op, bound, at, int32(t.Location))}}
	}
	switch t.Kind {
	case parser.TimeAsOf:
		return filter(r, &BoolOp{Op: And, Args: []Expr{open(from, "<=", value(t.From)), open(to, ">", value(t.From))}})
	case parser.TimeFromTo:
		return filter(r, &BoolOp{Op: And, Args: []Expr{open(from, "<", value(t.To)), open(to, ">", value(t.From))}})
	case parser.TimeBetween:
		return filter(r, &BoolOp{Op: And, Args: []Expr{open(from, "<=", value(t.To)), open(to, ">", value(t.From))}})
	}
	return r
}

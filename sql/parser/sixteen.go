package parser

import (
	pg "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// refuseSixteen refuses what the grammar (PostgreSQL 16's) accepts and
// PostgreSQL 15 does not: subqueries in FROM without an alias, and the SQL/JSON
// constructors. The latter are plain function calls to 15 where their
// arguments allow it, and become that here.
func refuseSixteen(text string, tree *pg.ParseResult, seen scanned) error {
	if !seen.json && !seen.fromParen {
		return nil
	}
	r := refuser{text: text}
	for _, raw := range tree.Stmts {
		r.visit(raw.ProtoReflect())
	}
	if r.err != nil {
		return r.err
	}
	return nil
}

// refuser remembers the complaint that stands first in the text.
type refuser struct {
	text string
	toks []token
	err  *sqlerr.Error
}

func (r *refuser) complain(e *sqlerr.Error) {
	if r.err == nil || e.Position < r.err.Position {
		r.err = e
	}
}

func (r *refuser) tokens() []token {
	if r.toks == nil {
		r.toks = tokens(r.text)
	}
	return r.toks
}

func (r *refuser) visit(m protoreflect.Message) {
	switch n := m.Interface().(type) {
	case *pg.RangeSubselect:
		if n.Alias == nil {
			r.noAlias(n)
		}
	case *pg.Node:
		r.jsonNode(n)
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if f.Kind() != protoreflect.MessageKind {
			return true
		}
		if f.IsList() {
			for i := range v.List().Len() {
				r.visit(v.List().Get(i).Message())
			}
		} else {
			r.visit(v.Message())
		}
		return true
	})
}

// noAlias complains at the parenthesis that opens the subquery: the outermost
// one that encloses its first location and belongs to it.
func (r *refuser) noAlias(n *pg.RangeSubselect) {
	what, example := "subquery", "SELECT"
	if s := n.Subquery.GetSelectStmt(); s != nil && s.ValuesLists != nil {
		what, example = "VALUES", "VALUES"
	}
	e := sqlerr.New(sqlerr.SyntaxError, "%s in FROM must have an alias", what).
		WithHint("For example, FROM (%s ...) [AS] foo.", example)
	var items []fromItem
	lo, _ := collect(n.ProtoReflect(), &items)
	r.complain(e.At(charPosition(r.text, r.opening(lo))))
}

// opening finds the subquery's parenthesis from a location within it.
func (r *refuser) opening(lo int) int {
	toks := r.tokens()
	depth, at := 0, -1
	for i := len(toks) - 1; i >= 0; i-- {
		t := toks[i]
		if t.pos >= lo && lo >= 0 {
			continue
		}
		switch {
		case isSelf(r.text, t, ')'):
			depth++
		case isSelf(r.text, t, '(') && depth > 0:
			depth--
		case isSelf(r.text, t, '('):
			if at < 0 && !r.opensQuery(toks, i) {
				continue
			}
			at = t.pos
			if i == 0 || !isSelf(r.text, toks[i-1], '(') {
				return at
			}
		}
	}
	return max(at, 0)
}

func (r *refuser) opensQuery(toks []token, i int) bool {
	for i < len(toks) && isSelf(r.text, toks[i], '(') {
		i++
	}
	if i >= len(toks) {
		return false
	}
	for _, w := range []string{"select", "values", "with", "table"} {
		if isWord(r.text, toks[i], w) {
			return true
		}
	}
	return false
}

// jsonNode turns the JSON constructors that are calls to PostgreSQL 15 into
// calls, and complains about the others.
func (r *refuser) jsonNode(n *pg.Node) {
	switch j := n.Node.(type) {
	case *pg.Node_JsonArrayConstructor:
		c := j.JsonArrayConstructor
		if args, ok := plainArgs(c.Exprs); ok && c.Output == nil && c.AbsentOnNull {
			n.Node = call("json_array", args, c.Location)
			return
		}
		r.jsonSyntax(int(c.Location), "null", "absent", "returning", "format")
	case *pg.Node_JsonObjectConstructor:
		c := j.JsonObjectConstructor
		if len(c.Exprs) == 0 && c.Output == nil {
			n.Node = call("json_object", nil, c.Location)
			return
		}
		r.jsonSyntax(int(c.Location), "value", "returning")
	case *pg.Node_JsonArrayAgg:
		c := j.JsonArrayAgg.Constructor
		if args, ok := plainArgs([]*pg.Node{{Node: &pg.Node_JsonValueExpr{JsonValueExpr: j.JsonArrayAgg.Arg}}}); ok &&
			c.Output == nil && j.JsonArrayAgg.AbsentOnNull {
			n.Node = call("json_arrayagg", args, c.Location)
			return
		}
		r.jsonSyntax(int(c.Location), "null", "absent", "returning", "format")
	case *pg.Node_JsonObjectAgg:
		r.jsonSyntax(int(j.JsonObjectAgg.Constructor.Location), "value", "returning")
	case *pg.Node_JsonArrayQueryConstructor:
		r.jsonSyntax(int(j.JsonArrayQueryConstructor.Location), "select", "values", "with", "table")
	case *pg.Node_JsonIsPredicate:
		r.jsonSyntax(int(j.JsonIsPredicate.Location), "json")
	}
}

// plainArgs unwraps JSON values without FORMAT into plain arguments.
func plainArgs(in []*pg.Node) ([]*pg.Node, bool) {
	out := make([]*pg.Node, 0, len(in))
	for _, n := range in {
		v := n.GetJsonValueExpr()
		if v == nil || v.RawExpr == nil ||
			v.Format != nil && v.Format.FormatType != pg.JsonFormatType_JS_FORMAT_DEFAULT {
			return nil, false
		}
		out = append(out, v.RawExpr)
	}
	return out, true
}

func call(name string, args []*pg.Node, location int32) *pg.Node_FuncCall {
	return &pg.Node_FuncCall{FuncCall: &pg.FuncCall{
		Funcname: []*pg.Node{pg.MakeStrNode(name)},
		Args:     args, Location: location, Funcformat: pg.CoercionForm_COERCE_EXPLICIT_CALL,
	}}
}

// jsonSyntax complains at the first word, behind a location, that 15 does not
// know there; a colon counts.
func (r *refuser) jsonSyntax(at int, words ...string) {
	for _, t := range r.tokens() {
		if t.pos < at {
			continue
		}
		if isSelf(r.text, t, ':') {
			r.complain(syntaxNear(r.text, t))
			return
		}
		for _, w := range words {
			if isWord(r.text, t, w) {
				r.complain(syntaxNear(r.text, t))
				return
			}
		}
	}
	r.complain(sqlerr.New(sqlerr.SyntaxError, "syntax error").At(charPosition(r.text, at)))
}

package plan

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// opName reads an operator's name, refusing schemas other than pg_catalog.
func (b *binder) opName(names []*pg.Node, location int32) string {
	list, _ := fieldNames(names)
	if len(list) == 2 && list[0] != "pg_catalog" {
		if _, ok := b.ctx.Catalog.SchemaNamed(list[0]); !ok {
			b.failAt(location, sqlerr.InvalidSchemaName, `schema "%s" does not exist`, list[0])
		}
		b.failAt(location, sqlerr.UndefinedFunction, "operator does not exist: %s", strings.Join(list, "."))
	}
	name := list[len(list)-1]
	if name == "<>" || name == "!=" {
		return "<>"
	}
	return name
}

// findOp resolves an operator by its operands' types; left is 0 for a prefix
// operator. nil: there is none; ambiguous says that there are several.
func findOp(name string, left, right types.OID) (op *functions.Operator, ambiguous bool) {
	return pickOperator(functions.Operators(name), left, right)
}

func pickOperator(all []*functions.Operator, left, right types.OID) (*functions.Operator, bool) {
	if left == 0 {
		return findPrefix(all, right)
	}
	in := []types.OID{left, right}
	var cands []candidate
	for _, o := range all {
		if o.Left != 0 {
			cands = append(cands, candidate{args: []types.OID{o.Left, o.Right}, what: o})
		}
	}
	same := in
	if left == types.OIDUnknown && right != types.OIDUnknown {
		same = []types.OID{right, right}
	} else if right == types.OIDUnknown && left != types.OIDUnknown {
		same = []types.OID{left, left}
	}
	if c, ok := exact(same, cands); ok {
		return c.what.(*functions.Operator), false
	}
	return pickOp(in, cands)
}

func findPrefix(all []*functions.Operator, right types.OID) (*functions.Operator, bool) {
	in := []types.OID{right}
	var cands []candidate
	for _, o := range all {
		if o.Left == 0 {
			cands = append(cands, candidate{args: []types.OID{o.Right}, what: o})
		}
	}
	if c, ok := exact(in, cands); ok {
		return c.what.(*functions.Operator), false
	}
	return pickOp(in, cands)
}

func pickOp(in []types.OID, cands []candidate) (*functions.Operator, bool) {
	m := matching(in, cands)
	if len(m) == 0 {
		return nil, false
	}
	if len(m) == 1 {
		return m[0].what.(*functions.Operator), false
	}
	c, ok := choose(in, m)
	if !ok {
		return nil, true
	}
	return c.what.(*functions.Operator), false
}

// opSignature is PostgreSQL's way to name an operator in complaints.
func opSignature(name string, left, right types.OID) string {
	if left == 0 {
		return name + " " + types.FormatTypeBare(right)
	}
	return types.FormatTypeBare(left) + " " + name + " " + types.FormatTypeBare(right)
}

// needOp resolves an operator or complains.
func (b *binder) needOp(name string, left, right types.OID, location int32) *functions.Operator {
	op, ambiguous := findOp(name, left, right)
	if op != nil {
		b.calling(op.Func)
		return op
	}
	if ambiguous {
		fail(b.at(location, sqlerr.New(sqlerr.AmbiguousFunction, "operator is not unique: %s", opSignature(name, left, right)).
			WithHint("Could not choose a best candidate operator. You might need to add explicit type casts.")))
	}
	if op, _ := pickOperator(b.ctx.Catalog.CodelessOperators(name), left, right); op != nil {
		b.unsupported(location, "operator "+opSignature(name, op.Left, op.Right)+" is")
	}
	hint := "No operator matches the given name and argument types. You might need to add explicit type casts."
	if left == 0 {
		hint = "No operator matches the given name and argument type. You might need to add an explicit type cast."
	}
	fail(b.at(location, sqlerr.New(sqlerr.UndefinedFunction, "operator does not exist: %s", opSignature(name, left, right)).WithHint("%s", hint)))
	return nil
}

// binary builds left name right.
func (b *binder) binary(name string, left, right Expr, location int32) Expr {
	op := b.needOp(name, typeOf(left), typeOf(right), location)
	args, result := b.opArgs(op, []types.OID{op.Left, op.Right}, []Expr{left, right}, location)
	return &Call{Func: op.Func, Args: args, OID: result, Typmod: -1, Op: name}
}

// prefix builds name right.
func (b *binder) prefix(name string, right Expr, location int32) Expr {
	op := b.needOp(name, 0, typeOf(right), location)
	args, result := b.opArgs(op, []types.OID{op.Right}, []Expr{right}, location)
	return &Call{Func: op.Func, Args: args, OID: result, Typmod: -1, Op: name}
}

// opArgs converts operands to what the operator declares.
func (b *binder) opArgs(op *functions.Operator, declared []types.OID, args []Expr, location int32) ([]Expr, types.OID) {
	want, result, err := unify(typesOf(args), declared, op.Result)
	if err != nil {
		fail(err)
	}
	out := make([]Expr, len(args))
	for i, a := range args {
		if out[i] = b.coerce(a, want[i], -1, implicit); out[i] == nil {
			b.failAt(location, sqlerr.UndefinedFunction, "operator does not exist: %s", opSignature(op.Name, op.Left, op.Right))
		}
	}
	return out, result
}

// comparison resolves a comparison of two columns' types for constructs that
// need its function alone: both sides converted.
func (b *binder) comparison(name string, left, right Expr, location int32) (fn types.OID, l, r Expr) {
	c := b.binary(name, left, right, location).(*Call)
	return c.Func, c.Args[0], c.Args[1]
}

// hasOp reports whether a type has "<" (or "=" for name "=") of its own or by
// relabelling.
func hasOp(name string, t types.OID) bool {
	if t == types.OIDUnknown {
		return true
	}
	if !functions.Comparable(t, name == "<") {
		return false
	}
	op, _ := findOp(name, t, t)
	if op == nil { // none, or several through casts, of which one may only relabel
		for _, c := range functions.AllCasts() {
			if c.Source == t && c.Method == 'b' && c.Context == 'i' && hasOp(name, c.Target) {
				return true
			}
		}
		return false
	}
	return binaryCoercibleOperand(name, t, op.Left)
}

// binaryCoercibleOperand holds an operator for sorting and grouping only when
// it takes the type as it is.
func binaryCoercibleOperand(name string, t, declared types.OID) bool {
	switch declared {
	case types.OIDAnyArray:
		e := types.ElemOf(t)
		return e != 0 && (e == types.OIDAnyElement || hasOp(name, e))
	case types.OIDAnyElement, types.OIDAnyRange, types.OIDAnyMultirange, types.OIDAnyEnum:
		return true
	case types.OIDRecord:
		return isRow(t)
	}
	return functions.BinaryCoercible(t, declared)
}

// mustOrder complains of a type that cannot be sorted.
func (b *binder) mustOrder(t types.OID, location int32) {
	if !hasOp("<", t) && t != types.OIDRecord {
		fail(b.at(location, sqlerr.New(sqlerr.UndefinedFunction, "could not identify an ordering operator for type %s", types.FormatTypeBare(t)).
			WithHint("Use an explicit ordering operator or modify the query.")))
	}
}

// mustEqual complains of a type that cannot be compared.
func (b *binder) mustEqual(t types.OID, location int32) {
	if !hasOp("=", t) && t != types.OIDRecord {
		b.failAt(location, sqlerr.UndefinedFunction, "could not identify an equality operator for type %s", types.FormatTypeBare(t))
	}
}

package functions

import (
	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/jsonpath"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// operand computes an operand; unwrap takes arrays apart in lax mode.
func (x *pathExec) operand(n *jsonpath.Node, it pathItem, unwrap bool) ([]pathItem, pathFound, error) {
	var got pathItems
	r, err := x.item(n, it, &got)
	if err != nil || r == pathFailed || !unwrap || !x.lax {
		return got.list, r, err
	}
	flat := got.list
	for i, v := range got.list {
		if v.kind != '[' {
			continue
		}
		flat = append([]pathItem(nil), got.list[:i]...)
		for _, v := range got.list[i:] {
			if v.kind != '[' {
				flat = append(flat, v)
				continue
			}
			eachPart(v.s, func(_, e string, off int) bool {
				flat = append(flat, newPathItem(e, v.off+off))
				return true
			})
		}
		break
	}
	return flat, pathSome, nil
}

// arithmetic is + - * / and % over single numbers.
func (x *pathExec) arithmetic(n *jsonpath.Node, it pathItem, out *pathItems) (pathFound, error) {
	var args [2]*apd.Decimal
	var lists [2][]pathItem
	for i, arg := range []*jsonpath.Node{n.Left, n.Right} {
		list, r, err := x.operand(arg, it, true)
		if err != nil || r == pathFailed {
			return pathFailed, err
		}
		lists[i] = list
	}
	for i, side := range []string{"left", "right"} {
		if len(lists[i]) != 1 || lists[i][0].kind != '0' {
			return x.fail(sqlerr.SingletonSQLJSONItemRequired, "%s operand of jsonpath operator %s is not a single numeric value", side, n.Kind.Operator())
		}
		var err error
		if args[i], err = lists[i][0].number(); err != nil {
			return pathFailed, err
		}
	}
	ops := map[jsonpath.Kind]numOp{jsonpath.Add: numAdd, jsonpath.Sub: numSub, jsonpath.Mul: numMul, jsonpath.Div: numDiv, jsonpath.Mod: numMod}
	v, err := ops[n.Kind](args[0], args[1])
	if err != nil {
		if !x.throw {
			return pathFailed, nil
		}
		return pathFailed, err
	}
	return x.next(n, numericItem(v), out)
}

// sign is + and - before a sequence of numbers.
func (x *pathExec) sign(n *jsonpath.Node, it pathItem, out *pathItems) (pathFound, error) {
	list, r, err := x.operand(n.Left, it, true)
	if err != nil || r == pathFailed {
		return pathFailed, err
	}
	found := pathNothing
	for _, v := range list {
		if v.kind != '0' {
			if out == nil && n.Next == nil {
				continue
			}
			return x.fail(sqlerr.SQLJSONNumberNotFound, "operand of unary jsonpath operator %s is not a numeric value", n.Kind.Operator())
		}
		if n.Kind == jsonpath.Minus {
			d, err := v.number()
			if err != nil {
				return pathFailed, err
			}
			if d, err = numNeg(d); err != nil {
				return pathFailed, err
			}
			v = numericItem(d)
		}
		r, err := x.next(n, v, out)
		if err != nil || r.ended(out) {
			return r, err
		}
		if r == pathSome {
			found = pathSome
		}
	}
	return found, nil
}

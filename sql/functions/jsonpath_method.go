package functions

import (
	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/jsonpath"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func (x *pathExec) method(n *jsonpath.Node, it pathItem, out *pathItems) (pathFound, error) {
	switch n.Text {
	case "type":
		return x.next(n, stringItem(it.typeName()), out)
	case "size":
		size := it.size()
		if size < 0 {
			if !x.lax {
				return x.structural(sqlerr.SQLJSONArrayNotFound, "jsonpath item method .%s() can only be applied to an array", n.Text)
			}
			size = 1
		}
		return x.next(n, numericItem(numericFromInt(int64(size))), out)
	case "double":
		return x.double(n, it, out)
	case "keyvalue":
		return x.keyValue(n, it, out)
	}
	if it.kind != '0' {
		return x.fail(sqlerr.NonNumericSQLJSONItem, "jsonpath item method .%s() can only be applied to a numeric value", n.Text)
	}
	d, err := it.number()
	if err != nil {
		return pathFailed, err
	}
	fs := map[string]func(*apd.Decimal) (*apd.Decimal, error){"abs": numAbs, "floor": numFloor, "ceiling": numCeil}
	if d, err = fs[n.Text](d); err != nil {
		return pathFailed, err
	}
	return x.next(n, numericItem(d), out)
}

// double checks that a number is one of double precision, and reads a string
// as one.
func (x *pathExec) double(n *jsonpath.Node, it pathItem, out *pathItems) (pathFound, error) {
	switch it.kind {
	case '0':
		if f, err := types.ParseFloat(it.s, 64); err != nil || isInf(f) {
			return x.fail(sqlerr.NonNumericSQLJSONItem, "numeric argument of jsonpath item method .%s() is out of range for type double precision", n.Text)
		}
	case '"':
		f, err := types.ParseFloat(jsonString(it.s), 64)
		if err != nil || isInf(f) || f != f {
			return x.fail(sqlerr.NonNumericSQLJSONItem, "string argument of jsonpath item method .%s() is not a valid representation of a double precision number", n.Text)
		}
		it = numericItem(numericFromFloat(f, 15))
	default:
		return x.fail(sqlerr.NonNumericSQLJSONItem, "jsonpath item method .%s() can only be applied to a string or numeric value", n.Text)
	}
	return x.next(n, it, out)
}

// keyValue makes an object of each member of an object. Its id is the number
// of the document and where the object lies in that.
func (x *pathExec) keyValue(n *jsonpath.Node, it pathItem, out *pathItems) (found pathFound, err error) {
	if it.kind != '{' {
		return x.fail(sqlerr.SQLJSONObjectNotFound, "jsonpath item method .%s() can only be applied to an object", n.Text)
	}
	const perDocument = 10_000_000_000
	id := types.AppendNumeric(nil, numericFromInt(x.base.id*perDocument+jsonbOffset(x.base.s, it.off)))
	saved := x.base
	eachPart(it.s, func(key, val string, _ int) bool {
		s := `{"id": ` + string(id) + `, "key": ` + key + `, "value": ` + val + `}`
		x.base = pathBase{s, x.objects}
		x.objects++
		found, err = x.next(n, newPathItem(s, 0), out)
		x.base = saved
		return err == nil && !found.ended(out)
	})
	return found, err
}

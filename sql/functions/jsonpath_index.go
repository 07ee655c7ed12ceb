package functions

import (
	"github.com/stemedb/stemedb/sql/jsonpath"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// index is [a, b to c]. In lax mode anything but an array counts as an array
// of one.
func (x *pathExec) index(n *jsonpath.Node, it pathItem, out *pathItems) (pathFound, error) {
	if it.kind != '[' && !x.lax {
		return x.structural(sqlerr.SQLJSONArrayNotFound, "jsonpath array accessor can only be applied to an array")
	}
	elems := []pathItem{it}
	if it.kind == '[' {
		elems = elems[:0]
		eachPart(it.s, func(_, v string, off int) bool {
			elems = append(elems, newPathItem(v, it.off+off))
			return true
		})
	}
	saved := x.last
	defer func() { x.last = saved }()
	r := pathNothing
	for _, s := range n.Subs {
		x.last = len(elems)
		lo, hi, r2, err := x.bounds(s, it)
		if err != nil || r2 == pathFailed {
			return r2, err
		}
		if !x.ignore && (lo < 0 || lo > hi || hi >= int64(len(elems))) {
			return x.fail(sqlerr.InvalidSQLJSONSubscript, "jsonpath array subscript is out of bounds")
		}
		r = pathNothing
		for i := max(lo, 0); i <= min(hi, int64(len(elems))-1); i++ {
			if r, err = x.next(n, elems[i], out); err != nil || r.ended(out) {
				return r, err
			}
		}
	}
	return r, nil
}

func (x *pathExec) bounds(s jsonpath.Subscript, it pathItem) (lo, hi int64, r pathFound, err error) {
	if lo, r, err = x.subscript(s.From, it); err != nil || r == pathFailed || s.To == nil {
		return lo, lo, r, err
	}
	hi, r, err = x.subscript(s.To, it)
	return lo, hi, r, err
}

func (x *pathExec) subscript(n *jsonpath.Node, it pathItem) (int64, pathFound, error) {
	var got pathItems
	if r, err := x.item(n, it, &got); err != nil || r == pathFailed {
		return 0, r, err
	}
	if len(got.list) != 1 || got.list[0].kind != '0' {
		r, err := x.fail(sqlerr.InvalidSQLJSONSubscript, "jsonpath array subscript is not a single numeric value")
		return 0, r, err
	}
	d, err := got.list[0].number()
	if err != nil {
		return 0, pathFailed, err
	}
	v, err := numericInt(rescale(d, 0, true), &width4)
	if err != nil {
		r, err := x.fail(sqlerr.InvalidSQLJSONSubscript, "jsonpath array subscript is out of integer range")
		return 0, r, err
	}
	return v, pathSome, nil
}

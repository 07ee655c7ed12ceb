package functions

import (
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Comparable reports whether values of a type can be told apart, and with order
// also put in order, by the type's default operator classes. An array is as
// its elements are.
func Comparable(t types.OID, order bool) bool {
	if types.IsArray(t) {
		t = types.ElemOf(t)
	}
	switch t {
	case tJSON, tJSONPath, tCString, tPoint, tLseg, tLine, tBox, tPath, tPolygon, tCircle:
		return false
	case tXID, tCID, types.OIDACLItem:
		return !order
	}
	return true
}

// mustCompare refuses values that have no equality or no order.
func mustCompare(t types.OID, order bool) error {
	switch {
	case Comparable(t, order):
		return nil
	case order:
		return sqlerr.New(sqlerr.UndefinedFunction, "could not identify a comparison function for type %s", types.FormatType(t, -1))
	}
	return sqlerr.New(sqlerr.UndefinedFunction, "could not identify an equality operator for type %s", types.FormatType(t, -1))
}

// ordering reports whether an operator tells what is below from what is above.
func ordering(op compareOp) bool { return op(-1) != op(1) }

// failing is the code of a call that no arguments make succeed.
func failing(err error) RowFunc {
	return func(*Ctx, []datum) (datum, error) { return null, err }
}

// elementsFirst puts the check that an array's elements can be told apart
// before a function of its first argument, save for an array without any where
// that is what PostgreSQL does.
func elementsFirst(emptyToo bool, f RowFunc) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		if !a[0].Null {
			if x := arr(a[0]); len(x.Dims) == 1 || len(x.Dims) == 0 && emptyToo {
				if err := mustCompare(x.Elem, false); err != nil {
					return null, err
				}
			}
		}
		return f(c, a)
	}
}
